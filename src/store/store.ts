import type { Table } from './table.ts';

/** Which rows of a table, and in which order. */
export interface Listing {
  /** An index of the table; the key's order when absent. */
  readonly index?: string;
  /** Values of the first columns of that order: only rows that hold exactly these. */
  readonly prefix: readonly string[];
  /** Position of the last row already seen (`positionOf`): the listing starts after it. */
  readonly after?: readonly string[];
  readonly descending?: boolean;
  /** Only rows of which a column holds a text somewhere. Looked for in the store, so that rows without it cost little. */
  readonly contains?: { readonly column: string; readonly text: string };
  /** Rows at most. */
  readonly limit?: number;
}

/** Reads that see one state of the store. */
export interface Reader {
  get<Row>(table: Table<Row>, key: readonly string[]): Promise<Row | undefined>;
  /** The row of a uniqueness rule. */
  find<Row>(table: Table<Row>, unique: string, values: readonly string[]): Promise<Row | undefined>;
  list<Row>(table: Table<Row>, listing: Listing): Promise<Row[]>;
  count<Row>(table: Table<Row>, listing: Pick<Listing, 'index' | 'prefix'>): Promise<number>;
}

/** Reads and writes of one transaction: they see each other, and all of them take place or none. */
export interface Writer extends Reader {
  /** @throws DuplicateKeyError when a row has the same key or breaks a uniqueness rule; the transaction may go on. */
  insert<Row>(table: Table<Row>, row: Row): Promise<void>;
  /** Replaces the row of the same key. @throws MissingRowError when there is none. @throws DuplicateKeyError as insert. */
  update<Row>(table: Table<Row>, row: Row): Promise<void>;
  /** Whether there was such a row. */
  delete<Row>(table: Table<Row>, key: readonly string[]): Promise<boolean>;
}

/** One row that one committed transaction wrote. `before` and `after` are the values of all the table's columns. */
export interface Change {
  /** Ever-growing; the order in which transactions took place. */
  readonly sequence: number;
  readonly table: string;
  readonly before: Readonly<Record<string, string>> | undefined;
  readonly after: Readonly<Record<string, string>> | undefined;
}

/**
 * Where all truth is kept. Promises, whichever database is behind it (test/store/ holds one suite for all of them):
 * - transactions are serializable, and a resolved `write` is durable;
 * - a read that starts after a write has resolved sees it;
 * - text is compared byte by byte, whatever the database's own collation;
 * - changes come in the order of the transactions, and listeners hear of a change before the write that made it resolves.
 */
export interface Store extends Reader {
  /** Several reads of one state. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /**
   * One transaction. `work` may run more than once, when the database asks for a retry, and others may wait for it: it must only use
   * its writer, and have no effect outside it. A throw undoes everything.
   */
  write<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
  /** Changes after a sequence number, oldest first. Undefined when the log no longer reaches back that far: start afresh. */
  changesAfter(sequence: number, limit: number): Promise<Change[] | undefined>;
  /** Calls back with the changes of each committed transaction. Returns how to stop. */
  onChanges(listener: (changes: readonly Change[]) => void): () => void;
  close(): Promise<void>;
}

export class DuplicateKeyError extends Error {
  readonly table: string;
  constructor(table: string) {
    super(`a row of ${table} has this key already`);
    this.name = 'DuplicateKeyError';
    this.table = table;
  }
}

export class MissingRowError extends Error {
  constructor(table: string) {
    super(`no row of ${table} has this key`);
    this.name = 'MissingRowError';
  }
}
