import type { Scope } from '../../authorization/operation.ts';
import type { Organization } from '../../store/tables/organization.ts';

/** @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const STANDARD_QUOTAS = {
  /** The management account, invitations and closed accounts included. */
  AccountsPerOrganization: 10,
  AccountCreationsInProgress: 5,
  OrganizationalUnitsPerOrganization: 2000,
  OrganizationalUnitDepth: 5,
  /** (unverified): formerly 1,000 of each type. */
  PoliciesPerOrganization: 10_000,
  InvitationsPerDay: 20,
  AccountClosuresInProgress: 3,
  /** (unverified): it differs between services. */
  DelegatedAdministratorsPerService: 10,
  TagsPerResource: 50,
} as const;

/** Closures in 30 days: a fifth of the accounts, but at least 250 and at most 1,000. @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html */
const closuresStandard = (members: number): number => Math.min(1000, Math.max(250, Math.floor(members / 5)));

/** How many accounts may be closed in 30 days, of so many members. */
export const closuresAllowed = (
  { installation }: Pick<Scope, 'installation'>,
  { managementAccountId }: Pick<Organization, 'managementAccountId'>,
  members: number,
): number => installation.quota(managementAccountId, 'AccountClosuresIn30Days', closuresStandard(members));

/** What a quota is for an organization: the operator may have raised it. The names are ours. */
export const quotaOf = (
  { installation }: Pick<Scope, 'installation'>,
  organization: Pick<Organization, 'managementAccountId'>,
  name: keyof typeof STANDARD_QUOTAS,
): number => installation.quota(organization.managementAccountId, name, STANDARD_QUOTAS[name]);
