import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** How hard SQLite tries to keep what was committed: `full` survives a power failure, `off` is for stores that die with the process. */
export type Durability = 'full' | 'off';

/**
 * Pages of the write-ahead log after which it is folded back into the file: 16 MB. At SQLite's own 1000 a busy writer copies each page of an
 * index several times, and waits for the disk twice more each time.
 */
const CHECKPOINT_PAGES = 4000;

/** One SQLite connection with its prepared statements. Synchronous, as node:sqlite is. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, durability: Durability) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
       PRAGMA busy_timeout = 5000; PRAGMA cache_size = -8000; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    );
  }

  execute(sql: string): void {
    this.#database.exec(sql);
  }

  first(sql: string, values: readonly (string | number)[]): Record<string, unknown> | undefined {
    return this.#prepare(sql).get(...values);
  }

  all(sql: string, values: readonly (string | number)[]): Record<string, unknown>[] {
    return this.#prepare(sql).all(...values);
  }

  /** Runs a statement; the number of rows it changed. */
  run(sql: string, values: readonly (string | number)[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** Whether a transaction is open: after some failures, as of the disk, SQLite ends it by itself. */
  get isInTransaction(): boolean {
    return this.#database.isTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** Statements are few: their texts come from table definitions, never from values. */
  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
