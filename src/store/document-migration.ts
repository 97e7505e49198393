/** A change of what documents look like, applied once to every row of a table. Numbers only ever grow. */
export interface DocumentMigration {
  readonly number: number;
  readonly name: string;
  readonly table: string;
  /** The document as it is to be from now on; undefined removes the row. */
  readonly migrate: (document: unknown) => unknown;
}
