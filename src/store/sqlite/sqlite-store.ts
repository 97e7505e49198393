import { setImmediate as turn } from 'node:timers/promises';
import type { DocumentMigration } from '../document-migration.ts';
import type { Change, Listing, Reader, Store, Writer } from '../store.ts';
import { DuplicateKeyError, MissingRowError } from '../store.ts';
import { keyOf, type Table } from '../table.ts';
import { Connection, type Durability } from './connection.ts';
import { Counts } from './counts.ts';
import { countListing, deleteStatement, insertStatement, selectByKey, selectByUnique, selectListing, updateStatement } from './dialect.ts';
import { LogRoom } from './log-room.ts';
import { ReadCache } from './read-cache.ts';
import { migrate } from './schema.ts';

export interface SqliteOptions {
  /** Database file; its directory exists. */
  readonly path: string;
  readonly durability: Durability;
  readonly tables: readonly Table<never>[];
  readonly migrations: readonly DocumentMigration[];
}

/** Transactions that are waiting are committed together, this many at most: one wait for the disk serves them all. */
const BATCH = 256;
/** Changes kept for `changesAfter`; whoever is further behind starts afresh. */
const CHANGES_KEPT = 100_000;
/** Changes between two looks at what is older. */
const TRIMMED_EVERY = 1000;

interface Job {
  readonly work: (writer: Writer) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What came of a job, held back until the batch is on disk. */
type Outcome = { readonly job: Job; readonly value: unknown } | { readonly job: Job; readonly error: unknown };

/**
 * The store on one SQLite file (WAL). Writes go through one connection, one after the other, and those that are waiting share a commit
 * (group commit: one fsync for all; of one that fails, what it wrote is taken back). Reads use connections of their own, so they never see what is not committed.
 */
export class SqliteStore implements Store {
  readonly #options: SqliteOptions;
  readonly #writer: Connection;
  /** Where commits wait for the disk. */
  readonly #logRoom: LogRoom | undefined;
  readonly #idleReaders: Connection[] = [];
  readonly #single: SnapshotReader;
  readonly #singleConnection: Connection;
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  readonly #queue: Job[] = [];
  readonly #counts = new Counts();
  /** Of the newest change on disk. INVARIANT: this store alone writes the log. */
  #sequence: number;
  /** Transactions of the last commit. */
  #together = 0;
  #draining = false;
  #drained: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: SqliteOptions) {
    this.#options = options;
    this.#writer = new Connection(options.path, options.durability);
    migrate(this.#writer, options.tables, options.migrations);
    this.#logRoom = options.durability === 'full' ? new LogRoom(options.path) : undefined;
    this.#sequence = Number(this.#writer.first('SELECT max(last) AS last FROM sagegate_changes', [])?.last ?? 0);
    this.#singleConnection = new Connection(options.path, options.durability);
    this.#single = new SnapshotReader(this.#singleConnection);
  }

  get<Row>(table: Table<Row>, key: readonly string[]): Promise<Row | undefined> {
    return this.#single.get(table, key);
  }

  find<Row>(table: Table<Row>, unique: string, values: readonly string[]): Promise<Row | undefined> {
    return this.#single.find(table, unique, values);
  }

  list<Row>(table: Table<Row>, listing: Listing): Promise<Row[]> {
    return this.#single.list(table, listing);
  }

  count<Row>(table: Table<Row>, listing: Pick<Listing, 'index' | 'prefix'>): Promise<number> {
    return this.#single.count(table, listing);
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    const connection = this.#idleReaders.pop() ?? new Connection(this.#options.path, this.#options.durability);
    connection.run('BEGIN', []);
    try {
      return await work(new ConnectionReader(connection));
    } finally {
      connection.run('COMMIT', []);
      if (this.#closed) connection.close();
      else this.#idleReaders.push(connection);
    }
  }

  write<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#queue.push({ work, resolve, reject });
    if (!this.#draining) {
      this.#draining = true;
      // After the input events of this turn: what arrived together is committed together.
      this.#drained = new Promise((done) => setImmediate(() => this.#drain().then(done)));
    }
    return promise as Promise<T>;
  }

  async changesAfter(sequence: number, limit: number): Promise<Change[] | undefined> {
    const log = this.#singleConnection;
    const oldest = log.first('SELECT last - json_array_length(entries) + 1 AS sequence FROM sagegate_changes ORDER BY last LIMIT 1', []);
    if (oldest && Number(oldest.sequence) > sequence + 1) return undefined;
    // Each row holds one change at least.
    return log
      .all('SELECT last, entries FROM sagegate_changes WHERE last > ? ORDER BY last LIMIT ?', [sequence, limit])
      .flatMap(({ last, entries }) => {
        const changes = JSON.parse(String(entries)) as Omit<Change, 'sequence'>[];
        return changes.map((change, i) => ({ sequence: Number(last) - changes.length + 1 + i, ...change }));
      })
      .filter((change) => change.sequence > sequence)
      .slice(0, limit);
  }

  onChanges(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#drained;
    this.#single.release();
    for (const reader of this.#idleReaders) reader.close();
    this.#singleConnection.close();
    this.#logRoom?.close();
    this.#writer.close();
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#gather();
      const jobs = this.#queue.splice(0, BATCH);
      this.#together = jobs.length;
      await this.#commitTogether(jobs);
    }
    this.#draining = false;
  }

  /**
   * Waits as long as each turn of the event loop brings more. Those whom a commit has served write again at once, and the first of them would start
   * the next one without the others: two halves that take turns with the disk. Who writes alone waits for nobody.
   */
  async #gather(): Promise<void> {
    if (this.#together <= 1 && this.#queue.length === 1) return;
    for (let seen = 0; seen < this.#queue.length && this.#queue.length < BATCH; ) {
      seen = this.#queue.length;
      await turn();
    }
  }

  async #commitTogether(jobs: readonly Job[]): Promise<void> {
    const outcomes: Outcome[] = [];
    const changes: Change[] = [];
    try {
      this.#logRoom?.make();
      this.#writer.run('BEGIN IMMEDIATE', []);
      for (const job of jobs) outcomes.push(await this.#perform(job, changes));
      this.#record(changes);
      // With nobody reading an older state, the commit can also fold the write-ahead log back into the file.
      this.#single.release();
      this.#writer.run('COMMIT', []);
      this.#sequence += changes.length;
    } catch (error) {
      // The database itself failed (disk full, I/O error): nothing of the batch took place.
      this.#rollBack();
      this.#counts.clear();
      for (const job of jobs) job.reject(error);
      return;
    }
    for (const { table } of changes) this.#single.forget(table);
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
    for (const outcome of outcomes) {
      if ('error' in outcome) outcome.job.reject(outcome.error);
      else outcome.job.resolve(outcome.value);
    }
  }

  async #perform(job: Job, changes: Change[]): Promise<Outcome> {
    const writer = new ConnectionWriter(this.#writer, this.#counts);
    try {
      const value = await job.work(writer);
      if (!this.#writer.isInTransaction) throw new Error('SQLite has ended the transaction');
      changes.push(...writer.changes);
      return { job, value };
    } catch (error) {
      // INVARIANT: nothing is written outside the transaction. Where SQLite has ended it, what others wrote in it is gone too.
      if (!this.#writer.isInTransaction) throw error;
      writer.takeBack();
      return { job, error };
    } finally {
      writer.finished = true;
    }
  }

  /** Gives each change its sequence number and writes all of them to the log, as one row: those of a batch are many. */
  #record(changes: Change[]): void {
    if (changes.length === 0) return;
    const last = this.#sequence + changes.length;
    const entries = JSON.stringify(changes.map(({ table, before, after }) => ({ table, before, after })));
    this.#writer.run('INSERT INTO sagegate_changes (last, entries) VALUES (?, ?)', [last, entries]);
    for (const [i, change] of changes.entries()) changes[i] = { ...change, sequence: this.#sequence + 1 + i };
    if (Math.floor(last / TRIMMED_EVERY) > Math.floor(this.#sequence / TRIMMED_EVERY))
      this.#writer.run('DELETE FROM sagegate_changes WHERE last <= ?', [last - CHANGES_KEPT]);
  }

  #rollBack(): void {
    try {
      this.#writer.execute('ROLLBACK');
    } catch (error) {
      // SQLite has rolled back by itself after some failures; "no transaction is active" is then the wanted state.
      if (!(error instanceof Error && error.message.includes('no transaction'))) throw error;
    }
  }
}

class ConnectionReader implements Reader {
  protected readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  async get<Row>(table: Table<Row>, key: readonly string[]): Promise<Row | undefined> {
    return this.rows<Row>(table as Table<never>, selectByKey(table as Table<never>), key)[0];
  }

  async find<Row>(table: Table<Row>, unique: string, values: readonly string[]): Promise<Row | undefined> {
    return this.rows<Row>(table as Table<never>, selectByUnique(table as Table<never>, unique), values)[0];
  }

  async list<Row>(table: Table<Row>, listing: Listing): Promise<Row[]> {
    const values: (string | number)[] = [...listing.prefix, ...(listing.after ?? [])];
    if (listing.contains) values.push(listing.contains.text);
    if (listing.limit !== undefined) values.push(listing.limit);
    return [...this.rows<Row>(table as Table<never>, selectListing(table as Table<never>, listing), values)];
  }

  async count<Row>(table: Table<Row>, listing: Pick<Listing, 'index' | 'prefix'>): Promise<number> {
    return this.countRows(table as Table<never>, listing);
  }

  protected rows<Row>(_table: Table<never>, sql: string, values: readonly (string | number)[]): readonly Row[] {
    return this.connection.all(sql, values).map((row) => JSON.parse(String(row.document)) as Row);
  }

  protected countRows(table: Table<never>, listing: Pick<Listing, 'index' | 'prefix'>): number {
    return Number(this.connection.first(countListing(table, listing), listing.prefix)?.n);
  }
}

/**
 * Single reads that share a snapshot until the next commit: SQLite then takes its file locks once, not for every statement. This process is
 * the file's only writer, so between two commits there is nothing newer to see, and what was read of a table is kept until it is written to.
 */
class SnapshotReader extends ConnectionReader {
  readonly #cache = new ReadCache();
  #open = false;

  /** Ends the snapshot; the next read begins a new one. */
  release(): void {
    if (this.#open) this.connection.run('COMMIT', []);
    this.#open = false;
  }

  /** A transaction has written to this table. */
  forget(table: string): void {
    this.#cache.forget(table);
  }

  protected override rows<Row>(table: Table<never>, sql: string, values: readonly (string | number)[]): readonly Row[] {
    // The statement stands for the table and the columns: what it gave is of the type it was asked for with.
    const known = this.#cache.get(table.name, sql, values) as readonly Row[] | undefined;
    if (known) return known;
    this.#begin();
    const rows = super.rows<Row>(table, sql, values);
    this.#cache.keep(table.name, sql, values, rows);
    return rows;
  }

  protected override countRows(table: Table<never>, listing: Pick<Listing, 'index' | 'prefix'>): number {
    this.#begin();
    return super.countRows(table, listing);
  }

  #begin(): void {
    if (!this.#open) this.connection.run('BEGIN', []);
    this.#open = true;
  }
}

/**
 * One transaction among those that are committed together. It keeps no savepoint: SQLite copies every page that is written under one, and nearly
 * all transactions succeed. One that fails takes back what it wrote, the latest first, row by row.
 */
class ConnectionWriter extends ConnectionReader implements Writer {
  readonly changes: Change[] = [];
  finished = false;
  readonly #counts: Counts;
  /** How each write is undone; whether that was possible. */
  readonly #undo: (() => boolean)[] = [];

  constructor(connection: Connection, counts: Counts) {
    super(connection);
    this.#counts = counts;
  }

  /** Counted and kept in one step: nothing is written in between. */
  protected override countRows(table: Table<never>, listing: Pick<Listing, 'index' | 'prefix'>): number {
    const known = this.#counts.get(table, listing);
    if (known !== undefined) return known;
    const count = super.countRows(table, listing);
    this.#counts.keep(table, listing, count);
    return count;
  }

  async insert<Row>(table: Table<Row>, row: Row): Promise<void> {
    this.#refuseLate();
    const columns = columnsOf(table, row);
    if (!this.#insert(table, row, columns)) throw new DuplicateKeyError(table.name);
    const key = table.key.map((column) => columns[column] ?? '');
    this.#note(table, undefined, columns, () => this.#delete(table, key) !== undefined);
  }

  async update<Row>(table: Table<Row>, row: Row): Promise<void> {
    this.#refuseLate();
    const key = keyOf(table, row);
    const before = this.rows<Row>(table as Table<never>, selectByKey(table as Table<never>), key)[0];
    if (before === undefined) throw new MissingRowError(table.name);
    const [columns, columnsBefore] = [columnsOf(table, row), columnsOf(table, before)];
    if (!this.#update(table, row, columns, key)) throw new DuplicateKeyError(table.name);
    this.#note(table, columnsBefore, columns, () => this.#update(table, before, columnsBefore, key));
  }

  async delete<Row>(table: Table<Row>, key: readonly string[]): Promise<boolean> {
    this.#refuseLate();
    const before = this.#delete(table, key);
    if (before === undefined) return false;
    const columns = columnsOf(table, before);
    this.#note(table, columns, undefined, () => this.#insert(table, before, columns));
    return true;
  }

  /** Undoes what was written. @throws Error when that cannot be: then nothing of the batch must take place */
  takeBack(): void {
    for (const undo of this.#undo.reverse()) if (!undo()) throw new Error('a row that was written cannot be taken back');
    for (const change of this.changes) this.#counts.undid(change);
  }

  /** Whether there was room for it. */
  #insert<Row>(table: Table<Row>, row: Row, columns: Columns): boolean {
    return this.connection.run(insertStatement(table as Table<never>), [...Object.values(columns), JSON.stringify(row)]) > 0;
  }

  #update<Row>(table: Table<Row>, row: Row, columns: Columns, key: readonly string[]): boolean {
    return this.connection.run(updateStatement(table as Table<never>), [...Object.values(columns), JSON.stringify(row), ...key]) > 0;
  }

  #delete<Row>(table: Table<Row>, key: readonly string[]): Row | undefined {
    return documentOf<Row>(this.connection.first(deleteStatement(table as Table<never>), key));
  }

  #note<Row>({ name }: Table<Row>, before: Columns | undefined, after: Columns | undefined, undo: () => boolean): void {
    const change = { sequence: 0, table: name, before, after };
    this.#undo.push(undo);
    this.changes.push(change);
    this.#counts.wrote(change);
  }

  /** What is written after the transaction would be written into somebody else's. */
  #refuseLate(): void {
    if (this.finished) throw new Error('this transaction is over');
  }
}

type Columns = Readonly<Record<string, string>>;

/** In the order of the table. */
function columnsOf<Row>(table: Table<Row>, row: Row): Columns {
  const columns: Record<string, string> = {};
  for (const name in table.columns) columns[name] = table.columns[name]?.(row) ?? '';
  return columns;
}

const documentOf = <Row>(row: Record<string, unknown> | undefined): Row | undefined =>
  row === undefined ? undefined : (JSON.parse(String(row.document)) as Row);
