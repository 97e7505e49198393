import type { Reader } from './store.ts';
import { positionOf, type Table } from './table.ts';

/** Rows read at once. Large enough for a filter that keeps few, small enough that a short page reads little. */
const BATCH = 128;

/**
 * All rows of a listing in order, beginning after a position, read a batch at a time as they are asked for.
 */
export async function* walkRows<Row>(
  reader: Reader,
  table: Table<Row>,
  listing: { readonly index?: string; readonly prefix: readonly string[]; readonly descending?: boolean },
  after?: readonly string[],
): AsyncGenerator<Row> {
  let from = after;
  for (;;) {
    const rows = await reader.list(table, { ...listing, limit: BATCH, ...(from === undefined ? {} : { after: from }) });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    from = positionOf(table, listing.index, listing.prefix.length, last);
  }
}

/** Those that a condition keeps. */
export async function* keep<Item>(items: AsyncIterable<Item>, condition: (item: Item) => boolean): AsyncGenerator<Item> {
  for await (const item of items) if (condition(item)) yield item;
}
