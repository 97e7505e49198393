import { parentsOf } from '../../authorization/guardrails.ts';
import type { ConditionKeys, OperationContext, ResourceType, Scope, Target } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import type { Reader } from '../../store/store.ts';
import { type Account, accounts } from '../../store/tables/account.ts';
import {
  delegations,
  type Membership,
  type Organization,
  organizationMemberships,
  organizations,
  serviceAccesses,
} from '../../store/tables/organization.ts';
import { accessDenied } from './errors.ts';

/*
 * The account that a call is about: the caller's own, or one that it names, of the organization whose management account or delegated
 * administrator the caller is. Nobody else may name any, not even its own.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html#awsaccountmanagement-resources-for-iam-policies
 */

export interface Named {
  readonly AccountId?: string | undefined;
}

/** What authorization found out about the account. */
export interface Known {
  readonly accountId: string;
  readonly membership?: Membership;
  /** Of the root or OU it is in: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`. */
  readonly organizationPath?: string;
  /** Why it may not be managed from where the caller is; null: AWS does not say. */
  readonly obstacle?: string | null;
}

const SERVICE = 'account.amazonaws.com';
const NOBODY = '{"Version":"2012-10-17","Statement":[]}';
/** To whomever it is handed for. */
const GRANT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"account:*","Resource":"*"}]}';

const STANDALONE_ONLY = 'The management account can only be managed using the standalone context from the management account.';
const NO_TRUSTED_ACCESS = 'Your organization must first enable trusted access with AWS Account Management.';

/** `account` in the caller's own account, `accountInOrganization` where one is named. */
export const account: ResourceType<Named, Known> = {
  name: 'account',
  arn: 'arn:${Partition}:account::${Account}:account',
  locate: ({ AccountId }, scope) => (AccountId === undefined ? ownAccount(scope) : namedAccount(AccountId, scope)),
};

/** Of operations that exist for members alone. */
export const memberAccount: ResourceType<Named & { readonly AccountId: string }, Known> = {
  name: 'accountInOrganization',
  arn: 'arn:${Partition}:account::${ManagementAccountId}:account/o-${OrganizationId}/${MemberAccountId}',
  locate: ({ AccountId }, scope) => namedAccount(AccountId, scope),
};

async function ownAccount({ account: accountId, reader }: Scope): Promise<Target<Known>> {
  const arn = `arn:${PARTITION}:account::${accountId}:account`;
  const membership = await reader.get(organizationMemberships, [accountId]);
  const organization = membership && (await reader.get(organizations, [membership.organizationId]));
  return { arn, account: accountId, stored: { accountId, ...(organization && (await placeOf(reader, organization, membership))) } };
}

async function namedAccount(accountId: string, { account: caller, reader, now }: Scope): Promise<Target<Known>> {
  const own = await reader.get(organizationMemberships, [caller]);
  const organization = own && (await reader.get(organizations, [own.organizationId]));
  if (!organization) {
    const target = { arn: `arn:${PARTITION}:account::${accountId}:account`, account: accountId, stored: { accountId, obstacle: null } };
    return accountId === caller ? target : { ...target, resourcePolicy: { kind: 'resource', document: NOBODY } };
  }
  const { organizationId, managementAccountId } = organization;
  const found = await reader.get(organizationMemberships, [accountId]);
  const membership = found?.organizationId === organizationId && isThere(found, now) ? found : undefined;
  const obstacle = await obstacleTo(reader, organization, accountId, membership);
  const stored: Known = {
    accountId,
    ...(membership && (await placeOf(reader, organization, membership))),
    ...(obstacle === undefined ? {} : { obstacle }),
  };
  const arn = `arn:${PARTITION}:account::${managementAccountId}:account/${organizationId}/${accountId}`;
  const target = { arn, account: managementAccountId, stored };
  if (caller === managementAccountId) return target;
  const isDelegate = (await reader.get(delegations, [organizationId, caller, SERVICE])) !== undefined;
  return { ...target, resourcePolicy: { kind: 'resource', document: NOBODY, ...(isDelegate && { serviceDocument: GRANT }) } };
}

/** Undefined: there is none. */
async function obstacleTo(
  reader: Reader,
  { organizationId, managementAccountId, featureSet }: Organization,
  accountId: string,
  membership: Membership | undefined,
): Promise<string | null | undefined> {
  if (accountId === managementAccountId) return STANDALONE_ONLY;
  if (!(await reader.get(serviceAccesses, [organizationId, SERVICE]))) return NO_TRUSTED_ACCESS;
  return membership && featureSet === 'ALL' ? undefined : null;
}

const isThere = ({ joinedAt, closure }: Membership, now: number): boolean =>
  joinedAt <= now && !(closure !== undefined && closure.goneAt <= now);

async function placeOf(
  reader: Reader,
  organization: Organization,
  membership: Membership,
): Promise<Pick<Known, 'membership' | 'organizationPath'>> {
  const steps = [organization.organizationId, ...(await parentsOf(reader, organization, membership.parentId))];
  return { membership, organizationPath: `${steps.join('/')}/` };
}

/**
 * The account to act on.
 * @throws AccessDenied  403  it cannot be managed from here
 */
export async function accountToManage(reader: Reader, context: OperationContext<Known>, action: string): Promise<Account> {
  const { accountId, obstacle } = context.target.stored ?? { accountId: context.account };
  if (obstacle !== undefined) throw accessDenied(context, action, obstacle ?? undefined);
  const row = await reader.get(accounts, [accountId]);
  if (!row) throw accessDenied(context, action);
  return row;
}

/** Where the account stands, and what it is tagged with there. */
export const organizationKeys: ConditionKeys<Named, Known> = {
  keys: ['account:AccountResourceOrgPaths', 'account:AccountResourceOrgTags/${TagKey}'],
  values: (_, { stored }) => ({
    ...(stored?.organizationPath === undefined ? {} : { 'account:AccountResourceOrgPaths': [stored.organizationPath] }),
    ...Object.fromEntries((stored?.membership?.tags ?? []).map(({ Key, Value }) => [`account:AccountResourceOrgTags/${Key}`, Value])),
  }),
};

export const alternateContactType: ConditionKeys<{ readonly AlternateContactType: string }> = {
  keys: ['account:AlternateContactTypes'],
  values: (input) => ({ 'account:AlternateContactTypes': [input.AlternateContactType] }),
};

export const targetRegion: ConditionKeys<{ readonly RegionName: string }> = {
  keys: ['account:TargetRegion'],
  values: (input) => ({ 'account:TargetRegion': input.RegionName }),
};

/** The domain of the address that a root user is to have, in lower case: domains are the same in any. */
export const emailTargetDomain: ConditionKeys<{ readonly PrimaryEmail: string }> = {
  keys: ['account:EmailTargetDomain'],
  values: (input) => ({ 'account:EmailTargetDomain': foldCase(input.PrimaryEmail.slice(input.PrimaryEmail.lastIndexOf('@') + 1)) }),
};
