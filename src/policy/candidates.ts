import { PrefixTree } from './prefix-tree.ts';
import type { CompiledStatement, Evaluation } from './statement.ts';

/** A statement and where its policy stands in the set. */
export interface Candidate {
  readonly policy: number;
  readonly statement: CompiledStatement;
}

/** Shorter lists are walked. */
const WALKED = 12;

/**
 * The statements of one effect that take an action. Long lists are sorted, each statement by the one thing that best tells it from the
 * others: what the last part of the resource must begin with, or the value that a condition key must have. So the cost of a decision does
 * not grow with statements that cannot apply.
 */
export class Candidates {
  readonly size: number;
  readonly #walked: readonly Candidate[];
  #byPrefix: PrefixTree<Candidate> | undefined;
  /** Folded condition key → value → statements that ask for it with StringEquals. */
  #byValue: Map<string, Map<string, Candidate[]>> | undefined;

  constructor(candidates: readonly Candidate[]) {
    this.size = candidates.length;
    this.#walked = candidates.length <= WALKED ? candidates : this.#sort(candidates);
  }

  /** The first statement found to apply in one of these ways; which one of several is not defined. */
  first(evaluation: Evaluation, ways = -1): Candidate | undefined {
    for (const candidate of this.#walked) if (candidate.statement.applies(evaluation) & ways) return candidate;
    if (!this.#byPrefix) return undefined;
    return this.#findSorted(evaluation, ({ statement }) => (statement.applies(evaluation) & ways) !== 0);
  }

  /** All the ways in which statements that apply name the caller, together. */
  ways(evaluation: Evaluation): number {
    let ways = 0;
    for (const { statement } of this.#walked) ways |= statement.applies(evaluation);
    if (this.#byPrefix) {
      this.#findSorted(evaluation, ({ statement }) => {
        ways |= statement.applies(evaluation);
        return false;
      });
    }
    return ways;
  }

  #findSorted(evaluation: Evaluation, accepts: (candidate: Candidate) => boolean): Candidate | undefined {
    const found = this.#byPrefix?.find(evaluation.target.tail, accepts);
    if (found || !this.#byValue) return found;
    for (const [key, byValue] of this.#byValue) {
      const value = evaluation.context.get(key);
      for (const one of typeof value === 'string' ? [value] : (value ?? [])) {
        for (const candidate of byValue.get(one) ?? []) if (accepts(candidate)) return candidate;
      }
    }
    return undefined;
  }

  /** Gives back the statements that nothing tells apart. */
  #sort(candidates: readonly Candidate[]): readonly Candidate[] {
    const prefixesOf = ({ statement }: Candidate): readonly string[] =>
      statement.source.resource ? [...new Set(statement.resources.map(({ tailPrefix }) => tailPrefix))] : [];
    const counts = new Map<string, number>();
    for (const candidate of candidates) for (const prefix of prefixesOf(candidate)) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);

    const walked: Candidate[] = [];
    const byPrefix = new PrefixTree<Candidate>();
    const byValue = new Map<string, Map<string, Candidate[]>>();
    for (const candidate of candidates) {
      const prefixes = prefixesOf(candidate);
      const telling = prefixes.length > 0 && !prefixes.includes('');
      const shared = !telling || prefixes.some((prefix) => (counts.get(prefix) ?? 0) > WALKED);
      const condition = shared ? candidate.statement.conditions.find(({ literals }) => literals !== undefined) : undefined;
      if (condition?.literals) {
        const values = byValue.get(condition.key) ?? new Map<string, Candidate[]>();
        byValue.set(condition.key, values);
        for (const literal of condition.literals) listIn(values, literal).push(candidate);
      } else if (telling) for (const prefix of prefixes) byPrefix.add(prefix, candidate);
      else walked.push(candidate);
    }
    this.#byPrefix = byPrefix;
    if (byValue.size > 0) this.#byValue = byValue;
    return walked;
  }
}

function listIn(map: Map<string, Candidate[]>, key: string): Candidate[] {
  const found = map.get(key);
  if (found) return found;
  const list: Candidate[] = [];
  map.set(key, list);
  return list;
}
