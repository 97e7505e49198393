import type { Scope } from '../../authorization/operation.ts';
import type { Reader } from '../../store/store.ts';
import {
  type Membership,
  type Organization,
  type OrganizationalUnit,
  organizationalUnits,
  organizationMemberships,
  organizations,
} from '../../store/tables/organization.ts';
import { notInUse } from './errors.ts';

/** The organization that an account is in; undefined outside of any. */
export async function findOrganization(reader: Reader, account: string): Promise<Organization | undefined> {
  const membership = await reader.get(organizationMemberships, [account]);
  return membership && reader.get(organizations, [membership.organizationId]);
}

/**
 * The organization that the caller's account is in, as it stands in a transaction.
 * @throws AWSOrganizationsNotInUse  400
 */
export async function callersOrganization(reader: Reader, { account }: Pick<Scope, 'account'>): Promise<Organization> {
  const organization = await findOrganization(reader, account);
  if (!organization) throw notInUse();
  return organization;
}

/** Whether a member is there to be seen: made, and not yet gone after it was closed. */
export const isThere = ({ joinedAt, closure }: Membership, now: number): boolean =>
  joinedAt <= now && (closure === undefined || now < closure.goneAt);

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
