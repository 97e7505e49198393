import type { OperationContext } from '../../authorization/operation.ts';
import type { Reader } from '../../store/store.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import {
  type IdentityGroup,
  type IdentityMembership,
  type IdentityUser,
  identityGroups,
  identityMemberships,
  identityUsers,
} from '../../store/tables/identity-store.ts';
import { invalid, notFound } from './errors.ts';

export type StoreContext = OperationContext<IdentityCenterInstance>;

/**
 * The instance whose store was authorised.
 * @throws ResourceNotFound  400  there is none that the caller's account administers, in this region
 */
export function instanceOf({ target }: StoreContext, identityStoreId: string): IdentityCenterInstance {
  if (!target.stored) throw notFound('IDENTITY_STORE', identityStoreId);
  return target.stored;
}

/**
 * The same, for a change: people of a directory or an external identity provider are theirs to change.
 * @throws ResourceNotFound  400
 * @throws Validation        400  (unverified) sentence
 */
export function ownInstanceOf(context: StoreContext, identityStoreId: string): IdentityCenterInstance {
  const instance = instanceOf(context, identityStoreId);
  if (instance.identitySource.kind === 'directory') throw invalid('Users and groups of this identity store are managed in its directory.');
  return instance;
}

export async function needUser(reader: Reader, identityStoreId: string, userId: string): Promise<IdentityUser> {
  const user = await reader.get(identityUsers, [identityStoreId, userId]);
  if (!user) throw notFound('USER', userId);
  return user;
}

export async function needGroup(reader: Reader, identityStoreId: string, groupId: string): Promise<IdentityGroup> {
  const group = await reader.get(identityGroups, [identityStoreId, groupId]);
  if (!group) throw notFound('GROUP', groupId);
  return group;
}

export async function needMembership(reader: Reader, identityStoreId: string, membershipId: string): Promise<IdentityMembership> {
  const membership = await reader.get(identityMemberships, [identityStoreId, membershipId]);
  if (!membership) throw notFound('GROUP_MEMBERSHIP', membershipId);
  return membership;
}
