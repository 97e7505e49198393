import type { OperationContext } from '../../authorization/operation.ts';
import type { Reader } from '../../store/store.ts';
import {
  type Membership,
  type Organization,
  type OrganizationalUnit,
  organizationalUnits,
  organizationMemberships,
  organizations,
} from '../../store/tables/organization.ts';
import { concurrentModification, notInUse } from './errors.ts';

/** The organization that an account is in; undefined outside of any. */
export async function findOrganization(reader: Reader, account: string): Promise<Organization | undefined> {
  const membership = await reader.get(organizationMemberships, [account]);
  return membership && reader.get(organizations, [membership.organizationId]);
}

/**
 * The organization that the caller's account is in, as it stands in a transaction: the one that was authorised.
 * @throws AWSOrganizationsNotInUse  400
 * @throws ConcurrentModification    400  the account has come into another organization since the call was authorised
 */
export async function callersOrganization(
  reader: Reader,
  { account, target }: Pick<OperationContext, 'account' | 'target'>,
): Promise<Organization> {
  const organization = await findOrganization(reader, account);
  if (!organization) throw notInUse();
  if (organization.managementAccountId !== target.account) throw concurrentModification();
  return organization;
}

/** Whether nothing is left of a member that was closed but its row. */
export const isGone = ({ closure }: Membership, now: number): boolean => closure !== undefined && closure.goneAt <= now;

/** Whether a member is there to be seen: made, and not yet gone after it was closed. */
export const isThere = (member: Membership, now: number): boolean => member.joinedAt <= now && !isGone(member, now);

/** A member of the organization; undefined when there is none to be seen. */
export async function findMember(
  reader: Reader,
  { organizationId }: Organization,
  accountId: string,
  now: number,
): Promise<Membership | undefined> {
  const membership = await reader.get(organizationMemberships, [accountId]);
  return membership?.organizationId === organizationId && isThere(membership, now) ? membership : undefined;
}

export const findUnit = (reader: Reader, { organizationId }: Organization, unitId: string): Promise<OrganizationalUnit | undefined> =>
  reader.get(organizationalUnits, [organizationId, unitId]);

/** Whether there is such a root or OU. */
export const isParent = async (reader: Reader, organization: Organization, id: string): Promise<boolean> =>
  id === organization.rootId || (await findUnit(reader, organization, id)) !== undefined;
