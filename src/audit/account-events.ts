import type { AuditEvent, AuditSink } from './event.ts';

export interface AccountEventLimits {
  readonly events: number;
  /** So that the events of one account do not push out those of the others. */
  readonly eventsPerAccount: number;
}

export const STANDARD_EVENT_LIMITS: AccountEventLimits = { events: 20_000, eventsPerAccount: 2000 };

/** An event, and its place in the order in which events came: higher is newer. */
export interface KeptEvent {
  readonly number: number;
  readonly event: AuditEvent;
}

/**
 * The newest events of each account, for those of it who may look. In the memory of this process alone; what must last goes to a sink that writes.
 * An event whose caller nobody knows is nobody's.
 */
export class AccountEvents implements AuditSink {
  readonly #limits: AccountEventLimits;
  readonly #byAccount = new Map<string, Queue<Kept>>();
  /** Of all accounts, in the order in which they came, with those that their account has pushed out. */
  #order: Queue<Kept> = new Queue();
  /** Those that are kept. */
  #size = 0;
  #last = 0;

  constructor(limits: AccountEventLimits = STANDARD_EVENT_LIMITS) {
    this.#limits = limits;
  }

  record(event: AuditEvent): void {
    // Who watches what happens would push out what there is to see.
    if (event.service === 'cloudtrail' && event.operation === 'LookupEvents' && event.status === 200) return;
    for (const account of accountsOf(event)) {
      const kept: Kept = { number: ++this.#last, event, account, forgotten: false };
      let own = this.#byAccount.get(account);
      if (!own) {
        own = new Queue();
        this.#byAccount.set(account, own);
      }
      own.push(kept);
      this.#order.push(kept);
      this.#size++;
      if (own.length > this.#limits.eventsPerAccount) this.#forgetOldest(own);
      if (this.#size > this.#limits.events) this.#forgetOldestOfAll();
      if (this.#order.length > 2 * this.#limits.events) this.#order = new Queue([...this.#order].filter((each) => !each.forgotten));
    }
  }

  /** Newest first; with `before`, those that are older than that number. */
  list(account: string, before = Number.POSITIVE_INFINITY): KeptEvent[] {
    return [...(this.#byAccount.get(account) ?? [])].filter(({ number }) => number < before).reverse();
  }

  clear(): void {
    this.#byAccount.clear();
    this.#order = new Queue();
    this.#size = 0;
  }

  #forgetOldestOfAll(): void {
    let oldest = this.#order.shift();
    while (oldest?.forgotten) oldest = this.#order.shift();
    // The oldest of all is the oldest of its account.
    const own = oldest && this.#byAccount.get(oldest.account);
    if (own) this.#forgetOldest(own);
  }

  #forgetOldest(own: Queue<Kept>): void {
    const oldest = own.shift();
    if (!oldest) return;
    oldest.forgotten = true;
    this.#size--;
    if (own.length === 0) this.#byAccount.delete(oldest.account);
  }
}

interface Kept extends KeptEvent {
  readonly account: string;
  /** Its account has pushed it out. */
  forgotten: boolean;
}

/** First in, first out, in the same time however many there are. */
class Queue<Item> {
  #items: Item[];
  /** Where the first one is; those before it have left. */
  #first = 0;

  constructor(items: Item[] = []) {
    this.#items = items;
  }

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first++];
    // Half of it has left: what is held for nothing is never more than what is held.
    if (2 * this.#first > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let i = this.#first; i < this.#items.length; i++) yield this.#items[i] as Item;
  }
}

/**
 * Whose event it is: the caller's account's. That a role was taken on is its account's too, and so are those whom that account's identity provider has
 * vouched for. What strangers were refused is theirs alone: they could push out the rest.
 */
function accountsOf({ service, operation = '', caller, resource, status }: AuditEvent): readonly string[] {
  if (!caller || caller.arn === 'anonymous') return [];
  const accounts = caller.account === '' ? [] : [caller.account];
  const takesRole = service === 'sts' && operation.startsWith('AssumeRole');
  if (takesRole && resource && resource.account !== '' && (status === 200 || caller.account === '') && resource.account !== caller.account)
    accounts.push(resource.account);
  return accounts;
}
