/** Most results kept, and the most rows of one that is. */
const MAX_RESULTS = 10_000;
const MAX_ROWS = 100;

type Results = Map<string, readonly unknown[]>;

/**
 * Results of single reads, as parsed rows, until a transaction has changed a row of their table. This process is the file's only writer, so what
 * was read since the last change of a table is what would be read again. Rows are shared among all who read them: INVARIANT: rows are values, and
 * nobody changes one; they are frozen, so whoever tries hears of it.
 */
export class ReadCache {
  /** Table → statement → values. */
  readonly #tables = new Map<string, Map<string, Results>>();
  #size = 0;

  get(table: string, sql: string, values: readonly (string | number)[]): readonly unknown[] | undefined {
    return this.#tables.get(table)?.get(sql)?.get(keyOf(values));
  }

  keep(table: string, sql: string, values: readonly (string | number)[], rows: readonly unknown[]): void {
    if (rows.length > MAX_ROWS) return;
    if (this.#size >= MAX_RESULTS) this.clear();
    const statements = this.#tables.get(table) ?? new Map<string, Results>();
    this.#tables.set(table, statements);
    const results: Results = statements.get(sql) ?? new Map();
    statements.set(sql, results);
    results.set(keyOf(values), freeze(rows));
    this.#size++;
  }

  /** Forgets a table's results: one of its rows was written. */
  forget(table: string): void {
    const statements = this.#tables.get(table);
    if (!statements) return;
    for (const results of statements.values()) this.#size -= results.size;
    this.#tables.delete(table);
  }

  clear(): void {
    this.#tables.clear();
    this.#size = 0;
  }
}

/** Freezes a JSON value, whole. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}

/** One text for a list of values; lengths are written, so no two lists look alike. */
function keyOf(values: readonly (string | number)[]): string {
  let key = '';
  for (const value of values) key += typeof value === 'number' ? `#${value};` : `${value.length}:${value}`;
  return key;
}
