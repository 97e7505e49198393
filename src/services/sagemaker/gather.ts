import { setImmediate as otherCalls } from 'node:timers/promises';

/** Rows that one call looks at before it lets others have their turn, and at most. */
const CHUNK = 500;
const MAX_SCANNED = 100_000;

/**
 * What passes of many, for listings that no index has in order. Time O(all of them), memory O(those that pass).
 * @returns `complete` is false when there were more than one call looks at
 */
export async function gather<Row>(
  rows: AsyncIterable<Row>,
  passes: (row: Row) => boolean,
): Promise<{ readonly rows: Row[]; readonly complete: boolean }> {
  const passed: Row[] = [];
  let scanned = 0;
  for await (const row of rows) {
    if (scanned === MAX_SCANNED) return { rows: passed, complete: false };
    if (passes(row)) passed.push(row);
    if (++scanned % CHUNK === 0) await otherCalls();
  }
  return { rows: passed, complete: true };
}
