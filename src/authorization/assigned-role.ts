import type { Reader } from '../store/store.ts';
import { accounts } from '../store/tables/account.ts';
import {
  accountAssignments,
  type IdentityCenterInstance,
  type PermissionSet,
  type ProvisionedRole,
  permissionSets,
  provisionedRoles,
} from '../store/tables/identity-center.ts';
import { type IdentityUser, identityMemberships } from '../store/tables/identity-store.ts';
import { organizationMemberships } from '../store/tables/organization.ts';

/** A role that a user may take up through the portal. */
export interface AssignedRole {
  readonly accountId: string;
  readonly permissionSet: PermissionSet;
  readonly provisioned: ProvisionedRole;
}

/**
 * The roles that a user is assigned, themselves or through a group, in accounts that are the organization's and at work; of one account when it
 * is named. Read anew each time, so that what is taken away is gone with the next request. By account and name.
 */
export async function assignedRoles(
  reader: Reader,
  instance: IdentityCenterInstance,
  user: IdentityUser,
  onlyAccount?: string,
): Promise<readonly AssignedRole[]> {
  const { instanceId, identityStoreId } = instance;
  const principals: (readonly string[])[] = [['USER', user.userId]];
  for (const { groupId } of await reader.list(identityMemberships, { index: 'user', prefix: [identityStoreId, user.userId] }))
    principals.push(['GROUP', groupId]);
  const found = new Map<string, AssignedRole>();
  const open = new Map<string, boolean>();
  for (const principal of principals) {
    const prefix = [instanceId, ...principal, ...(onlyAccount === undefined ? [] : [onlyAccount])];
    for (const { accountId, permissionSetId } of await reader.list(accountAssignments, { index: 'principal', prefix })) {
      const key = `${accountId}/${permissionSetId}`;
      if (found.has(key)) continue;
      if (!open.has(accountId)) open.set(accountId, await isOpen(reader, instance, accountId));
      if (!open.get(accountId)) continue;
      const permissionSet = await reader.get(permissionSets, [instanceId, permissionSetId]);
      const provisioned = await reader.get(provisionedRoles, [instanceId, accountId, permissionSetId]);
      if (permissionSet && provisioned) found.set(key, { accountId, permissionSet, provisioned });
    }
  }
  return [...found.values()].sort(byAccountAndName);
}

function byAccountAndName(a: AssignedRole, b: AssignedRole): number {
  const [one, other] = [`${a.accountId}/${a.permissionSet.name}`, `${b.accountId}/${b.permissionSet.name}`];
  return one < other ? -1 : one > other ? 1 : 0;
}

async function isOpen(reader: Reader, { organizationId }: IdentityCenterInstance, accountId: string): Promise<boolean> {
  const member = await reader.get(organizationMemberships, [accountId]);
  const account = await reader.get(accounts, [accountId]);
  return member !== undefined && member.organizationId === organizationId && account?.status === 'ACTIVE';
}
