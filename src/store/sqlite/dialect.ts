import type { Listing } from '../store.ts';
import { orderOf, type Table } from '../table.ts';

type AnyTable = Table<never>;

const quote = (name: string): string => `"${name}"`;
const quoted = (names: readonly string[]): string => names.map(quote).join(', ');
const equals = (columns: readonly string[]): string => columns.map((column) => `${quote(column)} = ?`).join(' AND ');

/** Texts of statements by table and kind: they depend on nothing else, and are asked for on every call. */
const texts = new WeakMap<AnyTable, Map<string, string>>();

function remember(table: AnyTable, kind: string, build: () => string): string {
  let known = texts.get(table);
  if (!known) {
    known = new Map();
    texts.set(table, known);
  }
  let text = known.get(kind);
  if (text === undefined) {
    text = build();
    known.set(kind, text);
  }
  return text;
}

/** The rows that are in a partial index. SQLite uses one only for statements that say the same. */
const stands = (columns: readonly string[]): string => `${quote(columns[0] ?? '')} <> ''`;

/** The statements that make a table. Uniqueness rules are partial indexes: empty text stands outside them. */
export function createStatements(table: AnyTable): string[] {
  const columns = Object.keys(table.columns).map((column) => `${quote(column)} TEXT NOT NULL`);
  return [
    `CREATE TABLE ${quote(table.name)} (${columns.join(', ')}, document TEXT NOT NULL, PRIMARY KEY (${quoted(table.key)})) STRICT, WITHOUT ROWID`,
    ...Object.entries(table.unique).map(
      ([name, columns]) =>
        `CREATE UNIQUE INDEX ${quote(`${table.name}__${name}`)} ON ${quote(table.name)} (${quoted(columns)}) WHERE ${stands(columns)}`,
    ),
    ...Object.keys(table.indexes).map((name) => {
      const columns = orderOf(table, name);
      const sparse = table.sparse.includes(name) ? ` WHERE ${stands(columns)}` : '';
      return `CREATE INDEX ${quote(`${table.name}__${name}`)} ON ${quote(table.name)} (${quoted(columns)})${sparse}`;
    }),
  ];
}

export const selectByKey = (table: AnyTable): string =>
  remember(table, 'key', () => `SELECT document FROM ${quote(table.name)} WHERE ${equals(table.key)}`);

export function selectByUnique(table: AnyTable, unique: string): string {
  return remember(table, `unique ${unique}`, () => {
    const columns = table.unique[unique];
    if (!columns) throw new Error(`table ${table.name} has no uniqueness rule ${unique}`);
    return `SELECT document FROM ${quote(table.name)} WHERE ${equals(columns)} AND ${stands(columns)}`;
  });
}

/** Its parameters: prefix, then what is left of `after`, then the text to be contained and the limit, where there are any. */
export function selectListing(table: AnyTable, listing: Listing): string {
  const { index, prefix, after, descending, contains, limit } = listing;
  refuseOutside(table, listing);
  const kind = `list ${index} ${prefix.length} ${after !== undefined} ${descending === true} ${contains?.column} ${limit !== undefined}`;
  return remember(table, kind, () => listingText(table, listing));
}

const columnOf = (table: AnyTable, column: string): string => {
  if (!Object.hasOwn(table.columns, column)) throw new Error(`${table.name} has no column ${column}`);
  return column;
};

/** A listing never sorts: the index that holds its order is used whatever SQLite's planner makes of missing statistics. */
const indexHint = (table: AnyTable, index: string | undefined): string =>
  index === undefined ? '' : ` INDEXED BY ${quote(`${table.name}__${index}`)}`;

const isSparse = (table: AnyTable, index: string | undefined): boolean => index !== undefined && table.sparse.includes(index);

/** A sparse index cannot tell of the rows outside it. */
function refuseOutside(table: AnyTable, { index, prefix }: Pick<Listing, 'index' | 'prefix'>): void {
  if (isSparse(table, index) && (prefix[0] ?? '') === '') throw new Error(`index ${index} of ${table.name} does not hold all rows`);
}

/** What holds of the rows that a listing begins with. */
function conditionsOf(table: AnyTable, index: string | undefined, prefix: readonly string[]): string[] {
  return [...(prefix.length > 0 ? [equals(prefix)] : []), ...(isSparse(table, index) ? [stands(prefix)] : [])];
}

function listingText(table: AnyTable, listing: Listing): string {
  const order = orderOf(table, listing.index);
  const prefix = order.slice(0, listing.prefix.length);
  const rest = order.slice(prefix.length);
  const conditions = conditionsOf(table, listing.index, prefix);
  if (listing.after) conditions.push(`(${quoted(rest)}) ${listing.descending ? '<' : '>'} (${rest.map(() => '?').join(', ')})`);
  if (listing.contains) conditions.push(`instr(${quote(columnOf(table, listing.contains.column))}, ?) > 0`);
  const direction = listing.descending ? ' DESC' : '';
  const select = (columns: string) => `SELECT ${columns} FROM ${quote(table.name)}`;
  const sorted = `ORDER BY ${(rest.length > 0 ? rest : order).map((column) => quote(column) + direction).join(', ')}`;
  const found = [
    indexHint(table, listing.index),
    conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '',
    sorted,
    listing.limit === undefined ? '' : 'LIMIT ?',
  ].join(' ');
  if (!listing.contains) return select('document') + found;
  // What is looked for is looked for in the index alone, where it has the column; only then are documents fetched.
  const key = quoted(table.key);
  return `${select('document')} WHERE (${key}) IN (${select(key)}${found}) ${sorted}`;
}

export function countListing(table: AnyTable, listing: Pick<Listing, 'index' | 'prefix'>): string {
  refuseOutside(table, listing);
  return remember(table, `count ${listing.index} ${listing.prefix.length}`, () => {
    const conditions = conditionsOf(table, listing.index, orderOf(table, listing.index).slice(0, listing.prefix.length));
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    return `SELECT count(*) AS n FROM ${quote(table.name)}${indexHint(table, listing.index)}${where}`;
  });
}

export function insertStatement(table: AnyTable): string {
  return remember(table, 'insert', () => {
    const columns = Object.keys(table.columns);
    return `INSERT INTO ${quote(table.name)} (${quoted(columns)}, document) VALUES (${columns.map(() => '?').join(', ')}, ?) ON CONFLICT DO NOTHING`;
  });
}

export function updateStatement(table: AnyTable): string {
  return remember(table, 'update', () => {
    const columns = Object.keys(table.columns);
    return `UPDATE OR IGNORE ${quote(table.name)} SET ${columns.map((column) => `${quote(column)} = ?`).join(', ')}, document = ? WHERE ${equals(table.key)}`;
  });
}

export const deleteStatement = (table: AnyTable): string =>
  remember(table, 'delete', () => `DELETE FROM ${quote(table.name)} WHERE ${equals(table.key)} RETURNING document`);
