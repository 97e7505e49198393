import { type Candidate, Candidates } from './candidates.ts';
import type { PolicyContent } from './compiled-policy.ts';
import { actionName } from './match/action.ts';

/**
 * What of a policy set can matter to one action: its Deny and its Allow statements. Made once per (set, action). It holds no decisions, so nothing
 * about a request can make it wrong.
 */
export interface ActionPlan {
  readonly denies: Candidates;
  readonly allows: Candidates;
}

export function planAction(contents: readonly PolicyContent[], action: string): ActionPlan {
  const name = actionName(action);
  const denies: Candidate[] = [];
  const allows: Candidate[] = [];
  for (const [policy, content] of contents.entries()) {
    for (const statement of content.statementsFor(name)) (statement.effect === 'Deny' ? denies : allows).push({ policy, statement });
  }
  const enough = allows.find(({ statement }) => statement.unconditional);
  return { denies: new Candidates(denies), allows: new Candidates(enough ? [enough] : allows) };
}

/**
 * The plans of one list of contents. Principals that hold the same documents share it.
 */
export class PolicyIndex {
  readonly contents: readonly PolicyContent[];
  readonly #cache: PlanCache;
  /** Written by the cache alone. */
  generation = 0;
  young = new Map<string, ActionPlan>();
  old = new Map<string, ActionPlan>();

  constructor(contents: readonly PolicyContent[], cache: PlanCache) {
    this.contents = contents;
    this.#cache = cache;
  }

  plan(action: string): ActionPlan {
    return this.#cache.plan(this, action);
  }
}

/**
 * Remembers plans, at most about twice `capacity` over all indexes; what has not been used for a generation is forgotten. Keys are actions as spelled: folding every
 * time would cost more than a second entry for `iam:getuser`.
 */
export class PlanCache {
  readonly #capacity: number;
  #generation = 1;
  #count = 0;
  #touched: PolicyIndex[] = [];
  #touchedBefore: PolicyIndex[] = [];

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  plan(index: PolicyIndex, action: string): ActionPlan {
    if (index.generation !== this.#generation) this.#enter(index);
    return index.young.get(action) ?? this.#make(index, action);
  }

  /** Plans held now. */
  get size(): number {
    return [...new Set([...this.#touched, ...this.#touchedBefore])].reduce((sum, index) => sum + index.young.size + index.old.size, 0);
  }

  #make(index: PolicyIndex, action: string): ActionPlan {
    const plan = index.old.get(action) ?? planAction(index.contents, action);
    if (this.#count >= this.#capacity) {
      this.#turn();
      this.#enter(index);
    }
    this.#count += 1 + ((plan.denies.size + plan.allows.size) >> 3);
    index.young.set(action, plan);
    return plan;
  }

  #enter(index: PolicyIndex): void {
    // Empty when the index was idle for longer than a generation: `#turn`.
    index.old = index.young;
    index.young = new Map();
    index.generation = this.#generation;
    this.#touched.push(index);
  }

  #turn(): void {
    for (const index of this.#touchedBefore) {
      if (index.generation === this.#generation) index.old = new Map();
      else index.young = index.old = new Map();
    }
    this.#touchedBefore = this.#touched;
    this.#touched = [];
    this.#count = 0;
    this.#generation++;
  }
}
