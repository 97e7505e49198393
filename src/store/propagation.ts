import type { Clock } from '../core/clock.ts';
import type { Change, Listing, Reader, Store, Writer } from './store.ts';
import { keyOf, orderOf, type Table, valuesOf } from './table.ts';

/** What one transaction did to one row. */
interface Note {
  readonly table: Table<object>;
  readonly before: object | undefined;
  readonly after: object | undefined;
}

/** The notes of one transaction; `visibleAt` once it is committed. */
interface Transaction {
  notes: Note[];
  visibleAt?: number;
}

/**
 * Makes changes of some tables visible late, as IAM's are on AWS: `store` is the store as it is, `delayed` the same store as it was `delay`
 * milliseconds ago. It remembers in memory what the transactions of that time replaced, and takes it back for who reads `delayed`; so after a
 * restart everything is visible. Nothing is lost, and the order of changes is kept: what is seen late is a state that there was.
 *
 * INVARIANT: all writes go through `store`. Time passes only in `settle`, which its owner calls before each request, so that listeners of
 * `delayed` hear of a change before anybody sees it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export class Propagation {
  readonly store: Store;
  readonly delayed: Store;
  readonly #clock: Clock;
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  /** Those not visible yet, in the order in which they took place. */
  readonly #hidden: Transaction[] = [];
  #past = new Past([]);
  #sequence = 0;

  constructor(inner: Store, tables: readonly Table<never>[], delay: number, clock: Clock) {
    this.#clock = clock;
    const names = new Set(tables.map((table) => table.name));
    const read = <T>(work: (reader: Reader) => Promise<T>): Promise<T> =>
      inner.read((reader) => work(new PastReader(reader, () => this.#past)));
    const direct = {
      changesAfter: inner.changesAfter.bind(inner),
      close: inner.close.bind(inner),
      write: <T>(work: (writer: Writer) => Promise<T>): Promise<T> => this.#write(inner, names, delay, work),
    };
    const pastReader = new PastReader(inner, () => this.#past);
    this.store = { ...readsOf(inner), ...direct, read: inner.read.bind(inner), onChanges: inner.onChanges.bind(inner) };
    this.delayed = { ...readsOf(pastReader), ...direct, read, onChanges: (listener) => this.#listen(listener) };
    inner.onChanges((changes) => this.#tell(changes.filter((change) => !names.has(change.table))));
  }

  /** Lets the changes be seen whose time has come by `now`; all that are committed by `Infinity`. */
  settle(now = this.#clock.now()): void {
    const changes: Change[] = [];
    for (let [first] = this.#hidden; first?.visibleAt !== undefined && first.visibleAt <= now; [first] = this.#hidden) {
      this.#hidden.shift();
      for (const { table, before, after } of first.notes)
        changes.push({ sequence: ++this.#sequence, table: table.name, before: columnsOf(table, before), after: columnsOf(table, after) });
    }
    if (changes.length === 0) return;
    this.#past = new Past(this.#hidden);
    this.#tell(changes);
  }

  async #write<T>(inner: Store, names: ReadonlySet<string>, delay: number, work: (writer: Writer) => Promise<T>): Promise<T> {
    const transaction: Transaction = { notes: [] };
    try {
      const value = await inner.write((writer) => {
        // It may run again: what an earlier run noted was undone.
        this.#forget(transaction);
        transaction.notes = [];
        this.#hidden.push(transaction);
        const note = (each: Note): void => {
          transaction.notes.push(each);
          this.#past.add(each);
        };
        return work(new NotingWriter(writer, names, note));
      });
      if (transaction.notes.length === 0) this.#forget(transaction);
      else transaction.visibleAt = this.#clock.now() + delay;
      return value;
    } catch (error) {
      this.#forget(transaction);
      throw error;
    }
  }

  #forget(transaction: Transaction): void {
    const at = this.#hidden.lastIndexOf(transaction);
    if (at === -1) return;
    this.#hidden.splice(at, 1);
    if (transaction.notes.length > 0) this.#past = new Past(this.#hidden);
  }

  #listen(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(changes: readonly Change[]): void {
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }
}

/** The rows that hidden changes replaced, as they were before the first of them: undefined where there was none. */
class Past {
  readonly #tables = new Map<string, Map<string, object | undefined>>();

  constructor(hidden: readonly Transaction[]) {
    for (const { notes } of hidden) for (const note of notes) this.add(note);
  }

  add({ table, before, after }: Note): void {
    const row = before ?? after;
    if (!row) return;
    const key = JSON.stringify(keyOf(table, row));
    const rows = this.#tables.get(table.name) ?? new Map<string, object | undefined>();
    this.#tables.set(table.name, rows);
    if (!rows.has(key)) rows.set(key, before);
  }

  /** By key, as JSON; undefined when nothing of the table is hidden. */
  rowsOf(table: string): ReadonlyMap<string, object | undefined> | undefined {
    return this.#tables.get(table);
  }
}

/** Reads the store as it was. */
class PastReader implements Reader {
  readonly #reader: Reader;
  readonly #past: () => Past;

  constructor(reader: Reader, past: () => Past) {
    this.#reader = reader;
    this.#past = past;
  }

  async get<Row>(table: Table<Row>, key: readonly string[]): Promise<Row | undefined> {
    const rows = this.#past().rowsOf(table.name);
    const name = rows && JSON.stringify(key);
    return name !== undefined && rows?.has(name) ? (rows.get(name) as Row | undefined) : this.#reader.get(table, key);
  }

  async find<Row>(table: Table<Row>, unique: string, values: readonly string[]): Promise<Row | undefined> {
    const rows = this.#past().rowsOf(table.name);
    const found = await this.#reader.find(table, unique, values);
    if (!rows) return found;
    const columns = table.unique[unique] ?? [];
    for (const row of rows.values()) if (row && holds(table, columns, row as Row, values)) return row as Row;
    return found !== undefined && rows.has(JSON.stringify(keyOf(table, found))) ? undefined : found;
  }

  async list<Row>(table: Table<Row>, listing: Listing): Promise<Row[]> {
    const rows = this.#past().rowsOf(table.name);
    if (!rows) return this.#reader.list(table, listing);
    const { index, prefix, after, descending, contains, limit } = listing;
    const order = orderOf(table as Table<never>, index);
    const now = await this.#reader.list(table, { prefix, ...(index !== undefined && { index }), ...(contains && { contains }) });
    const isWanted = (row: Row): boolean =>
      holds(table, order, row, prefix) && (!contains || String(valuesOf(table, [contains.column], row)[0]).includes(contains.text));
    const then = [...rows.values()].filter((row) => row && isWanted(row as Row)) as Row[];
    const all = [...now.filter((row) => !rows.has(JSON.stringify(keyOf(table, row)))), ...then].map((row) => ({
      row,
      place: valuesOf(table, order.slice(prefix.length), row),
    }));
    const direction = descending ? -1 : 1;
    const seen = all.filter(({ place }) => after === undefined || direction * compare(place, after) > 0);
    return seen
      .sort((a, b) => direction * compare(a.place, b.place))
      .slice(0, limit)
      .map(({ row }) => row);
  }

  async count<Row>(table: Table<Row>, listing: Pick<Listing, 'index' | 'prefix'>): Promise<number> {
    if (!this.#past().rowsOf(table.name)) return this.#reader.count(table, listing);
    return (await this.list(table, listing)).length;
  }
}

/** Writes, and notes what is replaced in the tables that are seen late. */
class NotingWriter implements Writer {
  readonly #writer: Writer;
  readonly #names: ReadonlySet<string>;
  readonly #note: (note: Note) => void;
  readonly get: Writer['get'];
  readonly find: Writer['find'];
  readonly list: Writer['list'];
  readonly count: Writer['count'];

  constructor(writer: Writer, names: ReadonlySet<string>, note: (note: Note) => void) {
    this.#writer = writer;
    this.#names = names;
    this.#note = note;
    ({ get: this.get, find: this.find, list: this.list, count: this.count } = readsOf(writer));
  }

  async insert<Row>(table: Table<Row>, row: Row): Promise<void> {
    await this.#writer.insert(table, row);
    this.#noteOf(table, undefined, row);
  }

  async update<Row>(table: Table<Row>, row: Row): Promise<void> {
    const before = this.#names.has(table.name) ? await this.#writer.get(table, keyOf(table, row)) : undefined;
    await this.#writer.update(table, row);
    this.#noteOf(table, before, row);
  }

  async delete<Row>(table: Table<Row>, key: readonly string[]): Promise<boolean> {
    const before = this.#names.has(table.name) ? await this.#writer.get(table, key) : undefined;
    const deleted = await this.#writer.delete(table, key);
    if (deleted) this.#noteOf(table, before, undefined);
    return deleted;
  }

  #noteOf<Row>(table: Table<Row>, before: Row | undefined, after: Row | undefined): void {
    if (!this.#names.has(table.name)) return;
    // Rows are documents, whatever their type here.
    this.#note({ table: table as unknown as Table<object>, before: before as object | undefined, after: after as object | undefined });
  }
}

const readsOf = (reader: Reader): Reader => ({
  get: reader.get.bind(reader),
  find: reader.find.bind(reader),
  list: reader.list.bind(reader),
  count: reader.count.bind(reader),
});

/** Whether the first columns of a row hold these values. */
const holds = <Row>(table: Table<Row>, columns: readonly string[], row: Row, values: readonly string[]): boolean =>
  valuesOf(table, columns.slice(0, values.length), row).every((value, i) => value === values[i]);

const columnsOf = (table: Table<object>, row: object | undefined): Record<string, string> | undefined =>
  row && Object.fromEntries(Object.entries(table.columns).map(([name, compute]) => [name, compute(row)]));

/** By bytes, as stores order text. */
function compare(a: readonly string[], b: readonly string[]): number {
  for (const [i, text] of a.entries()) {
    const order = Buffer.compare(Buffer.from(text), Buffer.from(b[i] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}
