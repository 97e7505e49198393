import { lazy, type ReactNode } from 'react';
import { lastOf } from './aws/arn.ts';
import { providerName } from './iam/provider-name.ts';
import { pageAt } from './router.tsx';
import { sageMakerPages } from './sagemaker/pages.tsx';

export interface Page {
  /** `iam/users/*`: each `*` is a part of the path. */
  readonly path: string;
  /** Where it is, from below the first page. */
  readonly crumbs: (...parts: string[]) => { text: string; href: string }[];
  readonly show: (...parts: string[]) => ReactNode;
}

const Dashboard = lazy(() => import('./iam/dashboard.tsx'));
const Users = lazy(() => import('./iam/users.tsx'));
const User = lazy(() => import('./iam/user.tsx'));
const CreateUser = lazy(() => import('./iam/create-user.tsx'));
const Groups = lazy(() => import('./iam/groups.tsx'));
const Group = lazy(() => import('./iam/group.tsx'));
const Roles = lazy(() => import('./iam/roles.tsx'));
const Role = lazy(() => import('./iam/role.tsx'));
const CreateRole = lazy(() => import('./iam/create-role.tsx'));
const Policies = lazy(() => import('./iam/policies.tsx'));
const Policy = lazy(() => import('./iam/policy.tsx'));
const CreatePolicy = lazy(() => import('./iam/create-policy.tsx'));

const Providers = lazy(() => import('./iam/providers.tsx'));
const Provider = lazy(() => import('./iam/provider.tsx'));
const CreateProvider = lazy(() => import('./iam/create-provider.tsx'));
const CredentialReport = lazy(() => import('./iam/credential-report.tsx'));
const OwnCredentials = lazy(() => import('./iam/own-credentials.tsx'));
const Settings = lazy(() => import('./iam/settings.tsx'));
const Simulator = lazy(() => import('./simulator/simulator.tsx'));
const DenialForm = lazy(() => import('./simulator/denial.tsx').then(({ DenialForm: form }) => ({ default: form })));
const Denial = lazy(() => import('./simulator/denial.tsx'));

const Audit = lazy(() => import('./audit/audit.tsx'));
const Reference = lazy(() => import('./reference/reference.tsx'));
const Operation = lazy(() => import('./reference/operation.tsx'));

const crumb = (text: string, ...path: string[]) => ({ text, href: pageAt(...path) });
const USERS = crumb('Users', 'iam', 'users');
const GROUPS = crumb('Groups', 'iam', 'groups');
const ROLES = crumb('Roles', 'iam', 'roles');
const DENIALS = crumb('Why was I denied?', 'denials');
const REFERENCE = crumb('Permissions reference', 'reference');
const PROVIDERS = crumb('Identity providers', 'iam', 'providers');
const POLICIES = crumb('Policies', 'iam', 'policies');

/** Every page, in the order in which they are tried. */
export const pages: readonly Page[] = [
  { path: '', crumbs: () => [], show: () => <Dashboard /> },
  // Where AWS's own console begins with IAM: links to it lead here.
  { path: 'iam', crumbs: () => [], show: () => <Dashboard /> },
  { path: 'iam/home', crumbs: () => [], show: () => <Dashboard /> },
  { path: 'iam/users', crumbs: () => [USERS], show: () => <Users /> },
  { path: 'iam/users/*', crumbs: (name) => [USERS, crumb(name, 'iam', 'users', name)], show: (name) => <User name={name} /> },
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
