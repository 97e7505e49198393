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
  /** Account → number → event, oldest first. */
  readonly #byAccount = new Map<string, Map<number, AuditEvent>>();
  /** Number → account, oldest first. */
  readonly #order = new Map<number, string>();
  #last = 0;

  constructor(limits: AccountEventLimits = STANDARD_EVENT_LIMITS) {
    this.#limits = limits;
  }

  record(event: AuditEvent): void {
    // Who watches what happens would push out what there is to see.
    if (event.service === 'cloudtrail' && event.operation === 'LookupEvents' && event.status === 200) return;
    for (const account of accountsOf(event)) {
      const number = ++this.#last;
      let own = this.#byAccount.get(account);
      if (!own) {
        own = new Map();
        this.#byAccount.set(account, own);
      }
      own.set(number, event);
      this.#order.set(number, account);
      if (own.size > this.#limits.eventsPerAccount) this.#forget(own.keys().next().value ?? 0);
      if (this.#order.size > this.#limits.events) this.#forget(this.#order.keys().next().value ?? 0);
    }
  }

  /** Newest first; with `before`, those that are older than that number. */
  list(account: string, before = Number.POSITIVE_INFINITY): KeptEvent[] {
    const events: KeptEvent[] = [];
    for (const [number, event] of this.#byAccount.get(account) ?? []) if (number < before) events.push({ number, event });
    return events.reverse();
  }

  clear(): void {
    this.#byAccount.clear();
    this.#order.clear();
  }

  #forget(number: number): void {
    const account = this.#order.get(number);
    if (account === undefined) return;
    this.#order.delete(number);
    const own = this.#byAccount.get(account);
    own?.delete(number);
    if (own?.size === 0) this.#byAccount.delete(account);
  }
}

/**
 * Whose event it is: the caller's account's. That a role was taken on is its account's too, and so are those whom that account's identity provider has
 * vouched for. What strangers were refused is theirs alone: they could push out the rest.
 */
function accountsOf({ service, operation = '', caller, resource, status }: AuditEvent): Iterable<string> {
  if (!caller || caller.arn === 'anonymous') return [];
  const accounts = new Set<string>();
  if (caller.account !== '') accounts.add(caller.account);
  const takesRole = service === 'sts' && operation.startsWith('AssumeRole');
  if (takesRole && resource && resource.account !== '' && (status === 200 || caller.account === '')) accounts.add(resource.account);
  return accounts;
}
