import type { DocumentMigration } from '../document-migration.ts';
import type { Table } from '../table.ts';
import * as account from './account.ts';
import * as iam from './iam.ts';

/** Every table of Sagegate; a store is opened with these. */
export const allTables: readonly Table<never>[] = [...Object.values(account), ...Object.values(iam)];

/** Changes of what documents look like, oldest first. */
export const documentMigrations: readonly DocumentMigration[] = [];
