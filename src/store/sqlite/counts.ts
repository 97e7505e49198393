import type { Change, Listing } from '../store.ts';
import { orderOf, type Table } from '../table.ts';

/** Listings whose counts are kept; a store that is asked for more begins anew. */
const KEPT = 10_000;

type Counted = Pick<Listing, 'index' | 'prefix'>;
type Columns = Readonly<Record<string, string>> | undefined;

/**
 * How many rows listings have, kept up to date by what is written: quotas are counted on every creation, and SQLite counts by walking.
 * INVARIANT: every write of the database's one writer is told here, in order, and what is rolled back is told again the other way round.
 */
export class Counts {
  /** By table: the combinations of columns that were counted by, and the counts by their values. */
  readonly #tables = new Map<string, Map<string, { readonly columns: readonly string[]; readonly counts: Map<string, number> }>>();
  #size = 0;

  get(table: Table<never>, { index, prefix }: Counted): number | undefined {
    const columns = orderOf(table, index).slice(0, prefix.length);
    return this.#tables.get(table.name)?.get(columns.join())?.counts.get(JSON.stringify(prefix));
  }

  keep(table: Table<never>, { index, prefix }: Counted, count: number): void {
    if (this.#size >= KEPT) this.clear();
    const columns = orderOf(table, index).slice(0, prefix.length);
    const groups = this.#tables.get(table.name) ?? new Map();
    this.#tables.set(table.name, groups);
    const group = groups.get(columns.join()) ?? { columns, counts: new Map<string, number>() };
    groups.set(columns.join(), group);
    const values = JSON.stringify(prefix);
    if (!group.counts.has(values)) this.#size++;
    group.counts.set(values, count);
  }

  wrote({ table, before, after }: Pick<Change, 'table' | 'before' | 'after'>): void {
    for (const { columns, counts } of this.#tables.get(table)?.values() ?? []) {
      add(counts, columns, before, -1);
      add(counts, columns, after, 1);
    }
  }

  undid({ table, before, after }: Pick<Change, 'table' | 'before' | 'after'>): void {
    this.wrote({ table, before: after, after: before });
  }

  clear(): void {
    this.#tables.clear();
    this.#size = 0;
  }
}

function add(counts: Map<string, number>, columns: readonly string[], row: Columns, change: number): void {
  if (!row) return;
  const values = JSON.stringify(columns.map((column) => row[column] ?? ''));
  const count = counts.get(values);
  if (count !== undefined) counts.set(values, count + change);
}
