import type { Change, Listing, Reader, Store } from './store.ts';
import { orderOf, type Table } from './table.ts';

interface Entry<Value> {
  readonly value: Value;
  readonly dependencies: ReadonlySet<string>;
}

/**
 * Values computed from rows, kept until a row they were computed from changes: compiled policies, callers by access key.
 *
 * What an entry depends on is not declared but *recorded*: `load` hands out a reader that notes every key, uniqueness value and listing that
 * was asked for, found or not. INVARIANT: a value in here equals what `derive` would compute from the store's committed state as of the
 * last change heard of. At most `maxEntries`, the least recently used dropped first.
 */
export class DerivedCache<Value> {
  readonly #store: Store;
  readonly #maxEntries: number;
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #dependants = new Map<string, Set<string>>();
  /** What is being computed. */
  readonly #loads = new Map<string, Promise<Value>>();
  /** One set per load under way: the dependencies invalidated since it began. */
  readonly #invalidatedDuringLoads = new Set<Set<string>>();
  readonly #watched = new Watched();
  readonly #stop: () => void;

  constructor(store: Store, maxEntries: number) {
    this.#store = store;
    this.#maxEntries = maxEntries;
    this.#stop = store.onChanges((changes) => this.#invalidate(changes));
  }

  /** What is known for `key`, at once. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** What is known for `key`, or else what `derive` computes from one state of the store. */
  async load(key: string, derive: (reader: Reader) => Promise<Value>): Promise<Value> {
    if (!this.#entries.has(key)) {
      const underway = this.#loads.get(key);
      // Computed for others: kept by now, unless a change has overtaken it.
      if (underway) await underway;
    }
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const load = this.#load(key, derive);
    this.#loads.set(key, load);
    try {
      return await load;
    } finally {
      if (this.#loads.get(key) === load) this.#loads.delete(key);
    }
  }

  async #load(key: string, derive: (reader: Reader) => Promise<Value>): Promise<Value> {
    const dependencies = new Set<string>();
    const invalidated = new Set<string>();
    this.#invalidatedDuringLoads.add(invalidated);
    try {
      const value = await this.#store.read((reader) => derive(new RecordingReader(reader, dependencies, this.#watched)));
      if (invalidated.isDisjointFrom(dependencies)) this.#keep(key, { value, dependencies });
      return value;
    } finally {
      this.#invalidatedDuringLoads.delete(invalidated);
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Forgets everything; the next loads read the store. */
  clear(): void {
    this.#entries.clear();
    this.#dependants.clear();
  }

  close(): void {
    this.#stop();
    this.clear();
  }

  #keep(key: string, entry: Entry<Value>): void {
    this.#drop(key);
    this.#entries.set(key, entry);
    for (const dependency of entry.dependencies) {
      const keys = this.#dependants.get(dependency);
      if (keys) keys.add(key);
      else this.#dependants.set(dependency, new Set([key]));
    }
    if (this.#entries.size > this.#maxEntries) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    for (const dependency of entry.dependencies) {
      const keys = this.#dependants.get(dependency);
      keys?.delete(key);
      if (keys?.size === 0) this.#dependants.delete(dependency);
    }
  }

  #invalidate(changes: readonly Change[]): void {
    if (this.#entries.size === 0 && this.#invalidatedDuringLoads.size === 0) return;
    for (const change of changes) {
      for (const token of this.#watched.tokens(change)) {
        for (const invalidated of this.#invalidatedDuringLoads) invalidated.add(token);
        const dependants = this.#dependants.get(token);
        if (dependants) for (const key of [...dependants]) this.#drop(key);
      }
    }
  }
}

/** The columns by which rows of a table have been asked for. */
interface Asked {
  readonly columns: readonly string[];
  /** The table and the columns as JSON, with which names of groups begin. */
  readonly name: string;
}

/** Names a group of rows: those whose columns hold these values. JSON, so that no value can look like two. */
const token = ({ name }: Asked, values: readonly string[]): string => name + JSON.stringify(values);

/** The combinations of columns by which rows have been asked for, by table: tells which groups of rows a change touches. */
class Watched {
  readonly #asked = new Map<string, Map<string, Asked>>();

  /** The group of rows of a table whose columns hold these values, to be told from now on. */
  add(table: string, columns: readonly string[], values: readonly string[]): string {
    const known = this.#asked.get(table) ?? new Map<string, Asked>();
    this.#asked.set(table, known);
    const asked = known.get(columns.join()) ?? { columns, name: JSON.stringify([table, columns]) };
    known.set(columns.join(), asked);
    return token(asked, values);
  }

  /** Every write is looked at by every cache: what nobody asked for costs nothing here. */
  tokens({ table, before, after }: Change): string[] {
    const tokens: string[] = [];
    for (const asked of this.#asked.get(table)?.values() ?? []) {
      for (const row of [before, after]) {
        if (!row) continue;
        const values = asked.columns.map((column) => row[column] ?? '');
        tokens.push(token(asked, values));
      }
    }
    return tokens;
  }
}

class RecordingReader implements Reader {
  readonly #reader: Reader;
  readonly #dependencies: Set<string>;
  readonly #watched: Watched;

  constructor(reader: Reader, dependencies: Set<string>, watched: Watched) {
    this.#reader = reader;
    this.#dependencies = dependencies;
    this.#watched = watched;
  }

  get<Row>(table: Table<Row>, key: readonly string[]): Promise<Row | undefined> {
    this.#note(table.name, table.key, key);
    return this.#reader.get(table, key);
  }

  find<Row>(table: Table<Row>, unique: string, values: readonly string[]): Promise<Row | undefined> {
    this.#note(table.name, table.unique[unique] ?? [], values);
    return this.#reader.find(table, unique, values);
  }

  list<Row>(table: Table<Row>, listing: Listing): Promise<Row[]> {
    this.#note(table.name, orderOf(table as Table<never>, listing.index), listing.prefix);
    return this.#reader.list(table, listing);
  }

  count<Row>(table: Table<Row>, listing: Pick<Listing, 'index' | 'prefix'>): Promise<number> {
    this.#note(table.name, orderOf(table as Table<never>, listing.index), listing.prefix);
    return this.#reader.count(table, listing);
  }

  #note(table: string, columns: readonly string[], values: readonly string[]): void {
    this.#dependencies.add(this.#watched.add(table, columns.slice(0, values.length), values));
  }
}
