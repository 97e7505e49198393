/** A column's value for a row: text, so that every database orders it alike (byte order). */
export type ColumnOf<Row> = (row: Row) => string;

/**
 * One table: rows are documents (JSON values), and every column is *computed* from the row. Columns exist to find rows by; nothing is stored
 * in them that the document does not hold, so a table can be rebuilt from its documents when its columns change.
 */
export interface Table<Row, Column extends string = string> {
  /** snake_case; the name in SQL. */
  readonly name: string;
  readonly columns: Readonly<Record<Column, ColumnOf<Row>>>;
  /** The columns that make the primary key, in order. A row's key never changes: to rename is to delete and insert. */
  readonly key: readonly Column[];
  /** Further uniqueness rules. A row whose first column of the rule is empty text stands outside the rule. */
  readonly unique: Readonly<Record<string, readonly Column[]>>;
  /** Orders in which rows can be listed by a prefix of the columns; ties are broken by the key. */
  readonly indexes: Readonly<Record<string, readonly Column[]>>;
  /**
   * Indexes outside which a row stands whose first column of the index is empty text: most rows have no permissions boundary, and each index that a
   * row is in is a page to be written. They are listed by a prefix only, which is not empty text.
   */
  readonly sparse: readonly string[];
  /** Raised when a column is computed otherwise under the same name, so that stored tables are rebuilt. */
  readonly revision: number;
}

/** Declares a table. Call as `table<Row>()({ … })`: the row type is given, the column names are inferred. */
export const table =
  <Row extends object>() =>
  <Column extends string>(definition: {
    name: string;
    columns: Record<Column, ColumnOf<Row>>;
    key: readonly NoInfer<Column>[];
    unique?: Record<string, readonly NoInfer<Column>[]>;
    indexes?: Record<string, readonly NoInfer<Column>[]>;
    sparse?: readonly string[];
    revision?: number;
  }): Table<Row, Column> => ({ unique: {}, indexes: {}, sparse: [], revision: 1, ...definition });

/** The key of a row, in the order of the table's key columns. */
export const keyOf = <Row>(definition: Table<Row>, row: Row): string[] => valuesOf(definition, definition.key, row);

/** The values of some columns of a row. */
export function valuesOf<Row>(definition: Table<Row>, columns: readonly string[], row: Row): string[] {
  return columns.map((column) => {
    const compute = definition.columns[column];
    if (!compute) throw new Error(`table ${definition.name} has no column ${column}`);
    return compute(row);
  });
}

/** The columns by which a listing over `index` is ordered: the index's own, then what is left of the key. */
export function orderOf(definition: Table<never>, index: string | undefined): readonly string[] {
  if (index === undefined) return definition.key;
  const columns = definition.indexes[index];
  if (!columns) throw new Error(`table ${definition.name} has no index ${index}`);
  return [...columns, ...definition.key.filter((column) => !columns.includes(column))];
}

/** Milliseconds since the epoch as text whose byte order is the order of time (years 1970 to 9999). */
export const sortableTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Where `row` stands in a listing over `index` with a prefix of `prefixLength` values: what `Listing.after` takes. */
export const positionOf = <Row>(definition: Table<Row>, index: string | undefined, prefixLength: number, row: Row): string[] =>
  valuesOf(definition, orderOf(definition as Table<never>, index).slice(prefixLength), row);
