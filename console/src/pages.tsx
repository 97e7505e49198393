import type { ReactElement } from 'react';
import { lastOf } from './aws/arn.ts';
import Dashboard from './iam/dashboard.tsx';
import { providerName } from './iam/provider-name.ts';
import { fetchedLater } from './parts/fetched-later.ts';
import { matchPath, pageAt } from './router.tsx';
import { sageMakerPages } from './sagemaker/pages.tsx';

export interface Page {
  /** `iam/users/*`: each `*` is a part of the path. */
  readonly path: string;
  /** Where it is, from below the first page. */
  readonly crumbs: (...parts: string[]) => { text: string; href: string }[];
  readonly show: (...parts: string[]) => ReactElement;
}

const Users = fetchedLater(() => import('./iam/users.tsx'));
const User = fetchedLater(() => import('./iam/user.tsx'));
const CreateUser = fetchedLater(() => import('./iam/create-user.tsx'));
const Groups = fetchedLater(() => import('./iam/groups.tsx'));
const Group = fetchedLater(() => import('./iam/group.tsx'));
const InlinePolicy = fetchedLater(() => import('./iam/inline-policy.tsx'));
const Roles = fetchedLater(() => import('./iam/roles.tsx'));
const Role = fetchedLater(() => import('./iam/role.tsx'));
const CreateRole = fetchedLater(() => import('./iam/create-role.tsx'));
const Policies = fetchedLater(() => import('./iam/policies.tsx'));
const Policy = fetchedLater(() => import('./iam/policy.tsx'));
const CreatePolicy = fetchedLater(() => import('./iam/create-policy.tsx'));

const Providers = fetchedLater(() => import('./iam/providers.tsx'));
const Provider = fetchedLater(() => import('./iam/provider.tsx'));
const CreateProvider = fetchedLater(() => import('./iam/create-provider.tsx'));
const CredentialReport = fetchedLater(() => import('./iam/credential-report.tsx'));
const OwnCredentials = fetchedLater(() => import('./iam/own-credentials.tsx'));
const Settings = fetchedLater(() => import('./iam/settings.tsx'));
const Simulator = fetchedLater(() => import('./simulator/simulator.tsx'));
const DenialForm = fetchedLater(() => import('./simulator/denial.tsx').then(({ DenialForm: form }) => ({ default: form })));
const Denial = fetchedLater(() => import('./simulator/denial.tsx'));

const Audit = fetchedLater(() => import('./audit/audit.tsx'));
const Reference = fetchedLater(() => import('./reference/reference.tsx'));
const Operation = fetchedLater(() => import('./reference/operation.tsx'));

const crumb = (text: string, ...path: string[]) => ({ text, href: pageAt(...path) });
const USERS = crumb('Users', 'iam', 'users');
const GROUPS = crumb('Groups', 'iam', 'groups');
const ROLES = crumb('Roles', 'iam', 'roles');
const DENIALS = crumb('Why was I denied?', 'denials');
const REFERENCE = crumb('Permissions reference', 'reference');
const PROVIDERS = crumb('Identity providers', 'iam', 'providers');
const POLICIES = crumb('Policies', 'iam', 'policies');

/** Who holds inline policies, and where. */
const PRINCIPALS = [
  ['User', 'users', USERS],
  ['Group', 'groups', GROUPS],
  ['Role', 'roles', ROLES],
] as const;

/** Every page, in the order in which they are tried. */
export const pages: readonly Page[] = [
  { path: '', crumbs: () => [], show: () => <Dashboard /> },
  // Where AWS's own console begins with IAM: links to it lead here.
  { path: 'iam', crumbs: () => [], show: () => <Dashboard /> },
  { path: 'iam/home', crumbs: () => [], show: () => <Dashboard /> },
  { path: 'iam/users', crumbs: () => [USERS], show: () => <Users /> },
  { path: 'iam/users/*', crumbs: (name) => [USERS, crumb(name, 'iam', 'users', name)], show: (name) => <User name={name} /> },
  ...PRINCIPALS.map(
    ([kind, at, list]): Page => ({
      path: `iam/${at}/*/policies/*`,
      crumbs: (principal, name) => [list, crumb(principal, 'iam', at, principal), crumb(name, 'iam', at, principal, 'policies', name)],
      show: (principal, name) => <InlinePolicy of={{ kind, name: principal }} name={name} />,
    }),
  ),
  { path: 'iam/create-user', crumbs: () => [USERS, crumb('Create user', 'iam', 'create-user')], show: () => <CreateUser /> },
  { path: 'iam/groups', crumbs: () => [GROUPS], show: () => <Groups /> },
  { path: 'iam/groups/*', crumbs: (name) => [GROUPS, crumb(name, 'iam', 'groups', name)], show: (name) => <Group name={name} /> },
  { path: 'iam/roles', crumbs: () => [ROLES], show: () => <Roles /> },
  { path: 'iam/roles/*', crumbs: (name) => [ROLES, crumb(name, 'iam', 'roles', name)], show: (name) => <Role name={name} /> },
  { path: 'iam/create-role', crumbs: () => [ROLES, crumb('Create role', 'iam', 'create-role')], show: () => <CreateRole /> },
  { path: 'iam/policies', crumbs: () => [POLICIES], show: () => <Policies /> },
  { path: 'iam/policies/*', crumbs: (arn) => [POLICIES, crumb(lastOf(arn), 'iam', 'policies', arn)], show: (arn) => <Policy arn={arn} /> },
  { path: 'iam/create-policy', crumbs: () => [POLICIES, crumb('Create policy', 'iam', 'create-policy')], show: () => <CreatePolicy /> },
  { path: 'iam/providers', crumbs: () => [PROVIDERS], show: () => <Providers /> },
  {
    path: 'iam/providers/*',
    crumbs: (arn) => [PROVIDERS, crumb(providerName(arn), 'iam', 'providers', arn)],
    show: (arn) => <Provider arn={arn} />,
  },
  {
    path: 'iam/create-provider',
    crumbs: () => [PROVIDERS, crumb('Add identity provider', 'iam', 'create-provider')],
    show: () => <CreateProvider />,
  },
  {
    path: 'iam/credential-report',
    crumbs: () => [crumb('Credential report', 'iam', 'credential-report')],
    show: () => <CredentialReport />,
  },
  { path: 'iam/settings', crumbs: () => [crumb('Account settings', 'iam', 'settings')], show: () => <Settings /> },
  {
    path: 'iam/security-credentials',
    crumbs: () => [crumb('Security credentials', 'iam', 'security-credentials')],
    show: () => <OwnCredentials />,
  },
  ...sageMakerPages,
  { path: 'simulator', crumbs: () => [crumb('Policy simulator', 'simulator')], show: () => <Simulator /> },
  { path: 'reference', crumbs: () => [REFERENCE], show: () => <Reference /> },
  {
    path: 'reference/*/*',
    crumbs: (service, name) => [REFERENCE, crumb(name, 'reference', service, name)],
    show: (service, name) => <Operation service={service} name={name} />,
  },
  { path: 'audit', crumbs: () => [crumb('Audit', 'audit')], show: () => <Audit /> },
  { path: 'denials', crumbs: () => [DENIALS], show: () => <DenialForm /> },
  { path: 'denials/*', crumbs: (id) => [DENIALS, crumb(id, 'denials', id)], show: (id) => <Denial id={id} /> },
];

/** The page at a path, with the parts of it that its pattern leaves open; undefined where there is none. */
export function findPage(path: string): { readonly page: Page; readonly parts: readonly string[] } | undefined {
  for (const page of pages) {
    const parts = matchPath(page.path, path);
    if (parts) return { page, parts };
  }
  return undefined;
}
