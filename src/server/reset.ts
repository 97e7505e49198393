import type { Change, Store } from '../store/store.ts';
import { keyOf, type Table } from '../store/table.ts';

/** A table and its rows by key, as they were. */
interface Remembered {
  readonly table: Table<unknown>;
  readonly rows: ReadonlyMap<string, unknown>;
}

/** Keys as one text: JSON, so that no key can look like another. */
const keyText = (key: readonly string[]): string => JSON.stringify(key);

/**
 * Remembers what the store holds, and puts it back: only rows that have changed since are looked at, so it takes as long as there was to do.
 * For stores small enough to remember whole, which is what ephemeral ones are.
 */
export class Baseline {
  readonly #store: Store;
  readonly #tables: ReadonlyMap<string, Remembered>;
  readonly #stop: () => void;
  #touched = new Map<string, Set<string>>();

  private constructor(store: Store, tables: ReadonlyMap<string, Remembered>) {
    this.#store = store;
    this.#tables = tables;
    this.#stop = store.onChanges((changes) => this.#note(changes));
  }

  /** Remembers the rows of all tables as they are now. Nothing may be written meanwhile. */
  static async take(store: Store, tables: readonly Table<never>[]): Promise<Baseline> {
    const remembered = await store.read(async (reader) => {
      const all = new Map<string, Remembered>();
      for (const each of tables) {
        // Rows are only read from the table and put back into it.
        const table = each as Table<unknown>;
        const rows = await reader.list(table, { prefix: [] });
        all.set(table.name, { table, rows: new Map(rows.map((row) => [keyText(keyOf(table, row)), row])) });
      }
      return all;
    });
    return new Baseline(store, remembered);
  }

  /**
   * Puts back every row that was written since. Writes acknowledged before are undone; those under way may come before or after.
   * @returns the number of rows put back or removed
   */
  async restore(): Promise<number> {
    const touched = this.#touched;
    this.#touched = new Map();
    try {
      return await this.#store.write(async (writer) => {
        const wanted: { table: Table<unknown>; row: unknown }[] = [];
        let removed = 0;
        for (const [name, keys] of touched) {
          const remembered = this.#tables.get(name);
          if (!remembered) continue;
          const { table, rows } = remembered;
          for (const text of keys) {
            const key = JSON.parse(text) as string[];
            const [now, then] = [await writer.get(table, key), rows.get(text)];
            if (JSON.stringify(now) === JSON.stringify(then)) continue;
            // All that is out of place goes first: a name that was swapped between two rows must be free before it is given back.
            if (now !== undefined && (await writer.delete(table, key))) removed++;
            if (then !== undefined) wanted.push({ table, row: then });
          }
        }
        for (const { table, row } of wanted) await writer.insert(table, row);
        return Math.max(removed, wanted.length);
      });
    } catch (error) {
      for (const [name, keys] of touched) this.#touched.set(name, keys.union(this.#touched.get(name) ?? new Set()));
      throw error;
    }
  }

  close(): void {
    this.#stop();
  }

  #note(changes: readonly Change[]): void {
    for (const change of changes) {
      const table = this.#tables.get(change.table)?.table;
      const columns = change.after ?? change.before;
      if (!table || !columns) continue;
      let keys = this.#touched.get(table.name);
      if (!keys) {
        keys = new Set();
        this.#touched.set(table.name, keys);
      }
      keys.add(keyText(table.key.map((column) => columns[column] ?? '')));
    }
  }
}
