import { type Random, uuid } from '../core/id.ts';
import type { PolicySet, PolicySources } from '../policy/index.ts';
import type { DecisionRecord } from './decision-record.ts';

/** A denial that was sent. */
export interface Denial {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly requestId: string;
  /** `iam:CreateUser`: the operation that was called, which may have needed other actions. */
  readonly operation: string;
  /** The denied caller's; empty for anonymous callers and for those who were refused before they were known. */
  readonly account: string;
  /** What the caller was told. */
  readonly message: string;
  /** Absent when a rule refused that no policy can change, such as what credentials of GetSessionToken may call: the message says all. */
  readonly record?: DecisionRecord | undefined;
}

export interface DecisionLogLimits {
  readonly denials: number;
  /** So that the denials of one account do not push out those of the others. */
  readonly denialsPerAccount: number;
  /** Characters of contexts and of policies, each policy counted once. */
  readonly size: number;
}

export const STANDARD_DECISION_LIMITS: DecisionLogLimits = { denials: 10_000, denialsPerAccount: 1000, size: 32 * 1024 * 1024 };

/** What a denial takes beside its texts, about. */
const ENTRY_SIZE = 500;

type Content = PolicySet['policies'][number]['content'];

/**
 * The newest denials, by their ids. In the memory of this process alone: an id says nothing to another node, nor after a restart. What
 * must last is the encoded authorization message, which holds what it says.
 */
export class DecisionLog {
  readonly #random: Random;
  readonly #limits: DecisionLogLimits;
  /** Oldest first, as all of these. */
  readonly #denials = new Map<string, Denial>();
  readonly #byAccount = new Map<string, Set<string>>();
  readonly #uses = new Map<Content, number>();
  #size = 0;

  constructor(random: Random, limits: DecisionLogLimits = STANDARD_DECISION_LIMITS) {
    this.#random = random;
    this.#limits = limits;
  }

  /** Remembers a denial; its id, which cannot be guessed. */
  record(denial: Omit<Denial, 'id'>): string {
    const id = uuid(this.#random);
    this.#denials.set(id, { ...denial, id });
    const ofAccount = this.#byAccount.get(denial.account) ?? new Set();
    this.#byAccount.set(denial.account, ofAccount.add(id));
    this.#size += sizeOf(denial);
    for (const content of contentsOf(denial.record?.sources)) this.#hold(content);
    if (ofAccount.size > this.#limits.denialsPerAccount) this.#forget(first(ofAccount));
    while (this.#denials.size > this.#limits.denials || (this.#size > this.#limits.size && this.#denials.size > 1))
      this.#forget(first(this.#denials.keys()));
    return id;
  }

  find(id: string): Denial | undefined {
    return this.#denials.get(id);
  }

  clear(): void {
    this.#denials.clear();
    this.#byAccount.clear();
    this.#uses.clear();
    this.#size = 0;
  }

  #forget(id: string): void {
    const denial = this.#denials.get(id);
    if (!denial) return;
    this.#denials.delete(id);
    const ofAccount = this.#byAccount.get(denial.account);
    ofAccount?.delete(id);
    if (ofAccount?.size === 0) this.#byAccount.delete(denial.account);
    this.#size -= sizeOf(denial);
    for (const content of contentsOf(denial.record?.sources)) this.#release(content);
  }

  #hold(content: Content): void {
    const uses = this.#uses.get(content) ?? 0;
    if (uses === 0) this.#size += textSize(content);
    this.#uses.set(content, uses + 1);
  }

  #release(content: Content): void {
    const uses = this.#uses.get(content) ?? 0;
    if (uses > 1) this.#uses.set(content, uses - 1);
    else {
      this.#uses.delete(content);
      this.#size -= textSize(content);
    }
  }
}

const textSize = (content: Content): number => content.document?.text.length ?? 0;

function* contentsOf(sources: PolicySources | undefined): Iterable<Content> {
  if (!sources) return;
  const { identity, boundary, session, scp = [], rcp = [], endpoint, resource } = sources;
  for (const set of [identity, boundary, session, ...scp, ...rcp, endpoint, resource?.policies])
    for (const { content } of set?.policies ?? []) yield content;
}

function sizeOf({ message, record }: Pick<Denial, 'message' | 'record'>): number {
  let size = ENTRY_SIZE + message.length;
  for (const [key, value] of record?.context ?? []) {
    size += key.length;
    for (const text of typeof value === 'string' ? [value] : value) size += text.length;
  }
  return size;
}

/** Of a collection that is not empty. */
function first(ids: Iterable<string>): string {
  for (const id of ids) return id;
  return '';
}
