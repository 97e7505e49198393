import { createHash } from 'node:crypto';
import type { DocumentMigration } from '../document-migration.ts';
import type { Table } from '../table.ts';
import { valuesOf } from '../table.ts';
import type { Connection } from './connection.ts';
import { createStatements, insertStatement } from './dialect.ts';

/** Everything that says how a table is laid out: when it differs from what the database holds, the table is rebuilt from its documents. */
const layoutOf = (table: Table<never>): string =>
  createHash('sha256')
    .update(JSON.stringify([table.revision, Object.keys(table.columns), table.key, table.unique, table.indexes, ...table.sparse]))
    .digest('hex');

/**
 * Brings a database to the tables and documents of this version, in one transaction: new tables are made, tables laid out otherwise are
 * rebuilt, and migrations not yet applied are applied in order.
 * @throws Error with a sentence for people when the database is of a later version.
 */
export function migrate(connection: Connection, tables: readonly Table<never>[], migrations: readonly DocumentMigration[]): void {
  connection.execute('BEGIN IMMEDIATE');
  try {
    // One row for what is committed together, under the number of its last change. The newest is never removed, so that numbers grow.
    connection.execute(`
      CREATE TABLE IF NOT EXISTS sagegate_layout (table_name TEXT PRIMARY KEY, layout TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS sagegate_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS sagegate_changes (last INTEGER PRIMARY KEY, entries TEXT NOT NULL) STRICT`);
    if (connection.first("SELECT 1 AS found FROM sqlite_master WHERE name = 'sagegate_change'", []))
      connection.execute(`
        INSERT INTO sagegate_changes (last, entries) SELECT sequence, '[' || entry || ']' FROM sagegate_change;
        DROP TABLE sagegate_change`);
    const applied = new Set(connection.all('SELECT number FROM sagegate_migration', []).map((row) => Number(row.number)));
    const last = migrations.at(-1)?.number ?? 0;
    const later = [...applied].filter((number) => number > last);
    if (later.length > 0)
      throw new Error('The data was written by a later version of Sagegate. Use that version, or another data directory.');
    const fresh = connection.all('SELECT table_name FROM sagegate_layout', []).length === 0;
    for (const migration of migrations) {
      if (applied.has(migration.number)) continue;
      if (!fresh) migrateDocuments(connection, migration);
      connection.run('INSERT INTO sagegate_migration (number, name) VALUES (?, ?)', [migration.number, migration.name]);
    }
    for (const table of tables) layOut(connection, table);
    connection.execute('COMMIT');
  } catch (error) {
    connection.execute('ROLLBACK');
    throw error;
  }
}

/** Only documents are rewritten here; the columns follow when the table is rebuilt. */
function migrateDocuments(connection: Connection, migration: DocumentMigration): void {
  const name = `"${migration.table}"`;
  if (!connection.first("SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = ?", [migration.table])) return;
  for (const row of connection.all(`SELECT document FROM ${name}`, [])) {
    const before = String(row.document);
    const after = migration.migrate(JSON.parse(before));
    if (after === undefined) connection.run(`DELETE FROM ${name} WHERE document = ?`, [before]);
    else connection.run(`UPDATE ${name} SET document = ? WHERE document = ?`, [JSON.stringify(after), before]);
  }
  connection.run("UPDATE sagegate_layout SET layout = '' WHERE table_name = ?", [migration.table]);
}

function layOut(connection: Connection, table: Table<never>): void {
  const layout = layoutOf(table);
  const known = connection.first('SELECT layout FROM sagegate_layout WHERE table_name = ?', [table.name]);
  if (known?.layout === layout) return;
  if (!known) {
    for (const statement of createStatements(table)) connection.execute(statement);
  } else {
    const documents = connection.all(`SELECT document FROM "${table.name}"`, []).map((row) => String(row.document));
    connection.execute(`DROP TABLE "${table.name}"`);
    for (const statement of createStatements(table)) connection.execute(statement);
    for (const document of documents) {
      const values = valuesOf(table, Object.keys(table.columns), JSON.parse(document) as never);
      if (connection.run(insertStatement(table), [...values, document]) !== 1) {
        throw new Error(`The data cannot be brought to this version: two rows of ${table.name} have the same key.`);
      }
    }
  }
  connection.run(
    'INSERT INTO sagegate_layout (table_name, layout) VALUES (?, ?) ON CONFLICT (table_name) DO UPDATE SET layout = excluded.layout',
    [table.name, layout],
  );
}
