import type { Writer } from '../store/store.ts';
import { type Attempts, attempts } from '../store/tables/account.ts';

/** So many in a window of time. The window begins with the first attempt. */
export interface AttemptLimit {
  readonly max: number;
  /** Milliseconds. */
  readonly window: number;
}

/** One thing that is counted, for example `mail:alice@example.com`. Bounded by the caller: it becomes a key. */
export interface Counted {
  readonly subject: string;
  readonly limit: AttemptLimit;
}

/** Rows of windows that have ended, removed with each count: the table stays as large as what is going on. */
const SWEPT = 20;

/**
 * Counts one attempt at each of the subjects, unless one of them has had as many as it may: then nothing is counted, so that whoever goes on
 * knocking does not prolong the wait, and the answer is when to come again (milliseconds since the epoch). Undefined: go ahead.
 *
 * INVARIANT: what is limited happens after the transaction of this count, or in it, and a refusal is returned and not thrown: a throw would
 * undo the count (threats C01, C07).
 */
export async function countAttempts(writer: Writer, counted: readonly Counted[], now: number): Promise<number | undefined> {
  const rows: { before: Attempts | undefined; after: Attempts }[] = [];
  for (const { subject, limit } of counted) {
    const before = await writer.get(attempts, [subject]);
    const current = before && before.windowEndsAt > now ? before : { subject, count: 0, windowEndsAt: now + limit.window };
    if (current.count >= limit.max) return current.windowEndsAt;
    rows.push({ before, after: { ...current, count: current.count + 1 } });
  }
  for (const { before, after } of rows) await (before ? writer.update(attempts, after) : writer.insert(attempts, after));
  await sweep(writer, now);
  return undefined;
}

async function sweep(writer: Writer, now: number): Promise<void> {
  for (const row of await writer.list(attempts, { index: 'window', prefix: [], limit: SWEPT })) {
    if (row.windowEndsAt > now) return;
    await writer.delete(attempts, [row.subject]);
  }
}

/** The address, or for IPv6 its /64: what one subscriber has at hand counts as one source. */
export function sourceOf(remoteAddress: string): string {
  if (!remoteAddress.includes(':')) return remoteAddress;
  const [head = '', tail] = remoteAddress.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? before : [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
