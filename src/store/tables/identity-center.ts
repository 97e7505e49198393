import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import { sortableTime, table } from '../table.ts';

/*
 * The rows of IAM Identity Center: instances, permission sets and who is assigned which of them where. Its people are in identity-store.ts, the
 * sign-ins of its portal in portal.ts, and the roles that it makes in accounts are IAM's rows.
 */

/**
 * Where an instance's people prove who they are: to its own identity store, to a directory, by its name and the id that it then had, or to an identity
 * provider by SAML, which is known by its metadata.
 */
export type IdentitySource =
  | { readonly kind: 'identity-store' }
  | { readonly kind: 'directory'; readonly directory: string; readonly directoryId: string }
  | { readonly kind: 'saml'; readonly entityId: string; readonly signInUrl: string; readonly metadata: string };

export interface IdentityCenterInstance {
  /** `ssoins-` and 16 hexadecimal digits. */
  readonly instanceId: string;
  /** Of an organization instance: the management account. */
  readonly ownerAccountId: string;
  /** Absent: an account instance, which assigns no accounts. */
  readonly organizationId?: string;
  readonly region: string;
  /** `d-…`: also the first label of the start URL. */
  readonly identityStoreId: string;
  readonly name?: string;
  readonly tags: readonly Tag[];
  /** What of a user goes into sessions as tags; absent: nothing, the feature is off. */
  readonly accessControlAttributes?: readonly { readonly key: string; readonly source: string }[];
  readonly identitySource: IdentitySource;
  readonly createdAt: number;
}

export const identityCenterInstances = table<IdentityCenterInstance>()({
  name: 'identity_center_instance',
  columns: { instance_id: (i) => i.instanceId, owner_account_id: (i) => i.ownerAccountId, identity_store_id: (i) => i.identityStoreId },
  key: ['instance_id'],
  // One to an account, over all regions.
  unique: { owner: ['owner_account_id'], store: ['identity_store_id'] },
});

/** A policy that each account has under this name and path. */
export interface CustomerPolicy {
  readonly name: string;
  readonly path: string;
}

export interface PermissionSet {
  readonly instanceId: string;
  /** `ps-` and 16 hexadecimal digits. */
  readonly permissionSetId: string;
  readonly name: string;
  readonly description?: string;
  /** Seconds. */
  readonly sessionDuration: number;
  /** As given: `PT1H`. */
  readonly sessionDurationText: string;
  readonly relayState?: string;
  readonly tags: readonly Tag[];
  readonly inlinePolicy?: string;
  /** ARNs of AWS's managed policies. */
  readonly managedPolicies: readonly string[];
  readonly customerPolicies: readonly CustomerPolicy[];
  readonly boundary?: { readonly managedPolicyArn: string } | { readonly customerPolicy: CustomerPolicy };
  /** Counts what has to be provisioned again: an account has what it was given at a version. */
  readonly version: number;
  readonly createdAt: number;
}

export const permissionSets = table<PermissionSet>()({
  name: 'permission_set',
  columns: { instance_id: (s) => s.instanceId, permission_set_id: (s) => s.permissionSetId, name: (s) => foldCase(s.name) },
  key: ['instance_id', 'permission_set_id'],
  unique: { name: ['instance_id', 'name'] },
});

export type AssigneeType = 'USER' | 'GROUP';

/** That a user or group has a permission set in an account. */
export interface AccountAssignment {
  readonly instanceId: string;
  readonly accountId: string;
  readonly permissionSetId: string;
  readonly principalType: AssigneeType;
  readonly principalId: string;
}

export const accountAssignments = table<AccountAssignment>()({
  name: 'account_assignment',
  columns: {
    instance_id: (a) => a.instanceId,
    account_id: (a) => a.accountId,
    permission_set_id: (a) => a.permissionSetId,
    principal_type: (a) => a.principalType,
    principal_id: (a) => a.principalId,
  },
  key: ['instance_id', 'account_id', 'permission_set_id', 'principal_type', 'principal_id'],
  indexes: {
    principal: ['instance_id', 'principal_type', 'principal_id', 'account_id', 'permission_set_id'],
    permission_set: ['instance_id', 'permission_set_id'],
  },
});

/** The role that a permission set has in an account. */
export interface ProvisionedRole {
  readonly instanceId: string;
  readonly accountId: string;
  readonly permissionSetId: string;
  /** `AROA…` */
  readonly roleId: string;
  readonly roleName: string;
  /** Of the permission set, as the role has it. */
  readonly version: number;
}

export const provisionedRoles = table<ProvisionedRole>()({
  name: 'provisioned_role',
  columns: { instance_id: (r) => r.instanceId, account_id: (r) => r.accountId, permission_set_id: (r) => r.permissionSetId },
  key: ['instance_id', 'account_id', 'permission_set_id'],
  indexes: { permission_set: ['instance_id', 'permission_set_id', 'account_id'] },
});

/** A change that AWS makes in the background; here it is made when it is asked for, and told as done once `completesAt` has come. */
export interface IdentityCenterOperation {
  readonly instanceId: string;
  /** A UUID. */
  readonly requestId: string;
  readonly kind: 'assign' | 'unassign' | 'provision';
  readonly permissionSetId: string;
  /** Absent when all accounts were provisioned. */
  readonly accountId?: string;
  readonly principal?: { readonly type: AssigneeType; readonly id: string };
  readonly requestedAt: number;
  readonly completesAt: number;
  /** Why it came to nothing. */
  readonly failure?: string;
}

export const identityCenterOperations = table<IdentityCenterOperation>()({
  name: 'identity_center_operation',
  columns: {
    instance_id: (o) => o.instanceId,
    request_id: (o) => o.requestId,
    kind: (o) => o.kind,
    requested_at: (o) => sortableTime(o.requestedAt),
  },
  key: ['instance_id', 'request_id'],
  indexes: { requested: ['instance_id', 'kind', 'requested_at'], age: ['instance_id', 'requested_at'] },
});
