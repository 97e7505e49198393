import { setImmediate as otherCalls } from 'node:timers/promises';

/** Rows that one call looks at before it lets others have their turn, and at most. */
const CHUNK = 500;
const MAX_SCANNED = 100_000;

/**
 * Looks at many rows one by one, for listings that no index has in order. What is kept of them is the caller's business: as little as may be.
 * @returns false when there were more than one call looks at
 */
export async function lookThrough<Row>(rows: AsyncIterable<Row>, look: (row: Row) => void): Promise<boolean> {
  let scanned = 0;
  for await (const row of rows) {
    if (scanned === MAX_SCANNED) return false;
    look(row);
    if (++scanned % CHUNK === 0) await otherCalls();
  }
  return true;
}

/**
 * What passes of many. Time O(all of them), memory O(those that pass).
 * @returns `complete` is false when there were more than one call looks at
 */
export async function gather<Row>(
  rows: AsyncIterable<Row>,
  passes: (row: Row) => boolean,
): Promise<{ readonly rows: Row[]; readonly complete: boolean }> {
  const passed: Row[] = [];
  const complete = await lookThrough(rows, (row) => {
    if (passes(row)) passed.push(row);
  });
  return { rows: passed, complete };
}
