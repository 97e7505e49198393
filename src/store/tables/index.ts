import type { DocumentMigration } from '../document-migration.ts';
import type { Table } from '../table.ts';
import * as account from './account.ts';
import * as signIn from './console.ts';
import * as directory from './directory.ts';
import * as ec2 from './ec2.ts';
import * as humanLoop from './human-loop.ts';
import * as iam from './iam.ts';
import * as identityCenter from './identity-center.ts';
import { identityGroups, identityMemberships, identityPasswords, identityUsers } from './identity-store.ts';
import * as organization from './organization.ts';
import * as portal from './portal.ts';
import { sageMakerResources } from './sagemaker.ts';
import { catalogEntries } from './service-catalog.ts';
import { webIdentityKeys } from './sts.ts';

/** Every table of Sagegate; a store is opened with these. */
export const allTables: readonly Table<never>[] = [
  ...Object.values(account),
  ...Object.values(signIn),
  ...Object.values(directory),
  ...Object.values(iam),
  ...Object.values(ec2),
  sageMakerResources,
  ...Object.values(humanLoop),
  catalogEntries,
  webIdentityKeys,
  ...Object.values(organization),
  ...Object.values(identityCenter),
  identityUsers,
  identityPasswords,
  identityGroups,
  identityMemberships,
  ...Object.values(portal),
];

/** What authorization knows of IAM: principals, their keys and their policies. Changes of these, and of no others, propagate late when asked to. */
export const tablesOfAuthorization: readonly Table<never>[] = [
  iam.users,
  iam.groups,
  iam.memberships,
  iam.roles,
  iam.accessKeys,
  iam.inlinePolicies,
  iam.managedPolicies,
  iam.attachments,
];

/** Changes of what documents look like, oldest first. */
export const documentMigrations: readonly DocumentMigration[] = [
  // They named people by their ARNs. Who was signed in signs in again.
  { number: 1, name: 'sessions of the console know people by their ids', table: 'console_session', migrate: () => undefined },
  { number: 2, name: 'switched roles know people by their ids', table: 'console_switched_role', migrate: () => undefined },
];
