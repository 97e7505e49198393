import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import { sortableTime, table } from '../table.ts';

/*
 * The rows of IAM. Names are unique regardless of case (folded in the key, kept as typed in the row); what belongs to an entity hangs on its
 * unique id, so that a rename keeps it and a deletion and re-creation does not.
 */

export interface User {
  readonly accountId: string;
  readonly userName: string;
  /** `AIDA…` */
  readonly userId: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  /** ARN of the managed policy that bounds this user. */
  readonly permissionsBoundary?: string;
  readonly passwordLastUsed?: number;
}

export const users = table<User>()({
  name: 'iam_user',
  columns: {
    account_id: (u) => u.accountId,
    name: (u) => foldCase(u.userName),
    user_id: (u) => u.userId,
    boundary: (u) => u.permissionsBoundary ?? '',
  },
  key: ['account_id', 'name'],
  unique: { id: ['user_id'] },
  indexes: { boundary: ['boundary'] },
});

export interface Group {
  readonly accountId: string;
  readonly groupName: string;
  /** `AGPA…` */
  readonly groupId: string;
  readonly path: string;
  readonly createdAt: number;
}

export const groups = table<Group>()({
  name: 'iam_group',
  columns: { account_id: (g) => g.accountId, name: (g) => foldCase(g.groupName), group_id: (g) => g.groupId },
  key: ['account_id', 'name'],
  unique: { id: ['group_id'] },
});

export interface Membership {
  readonly accountId: string;
  readonly groupId: string;
  readonly userId: string;
}

export const memberships = table<Membership>()({
  name: 'iam_membership',
  columns: { group_id: (m) => m.groupId, user_id: (m) => m.userId },
  key: ['group_id', 'user_id'],
  indexes: { user: ['user_id'] },
});

export interface Role {
  readonly accountId: string;
  readonly roleName: string;
  /** `AROA…` */
  readonly roleId: string;
  readonly path: string;
  readonly createdAt: number;
  /** The trust policy with its principals bound to unique ids (authorization/principal-binding.ts). */
  readonly trustPolicy: string;
  readonly description?: string;
  /** Seconds. */
  readonly maxSessionDuration: number;
  readonly tags: readonly Tag[];
  readonly permissionsBoundary?: string;
  /** The service that made this role for itself; only that service may change it. */
  readonly serviceLinkedFor?: string;
}

export const roles = table<Role>()({
  name: 'iam_role',
  columns: {
    account_id: (r) => r.accountId,
    name: (r) => foldCase(r.roleName),
    role_id: (r) => r.roleId,
    boundary: (r) => r.permissionsBoundary ?? '',
  },
  key: ['account_id', 'name'],
  unique: { id: ['role_id'] },
  indexes: { boundary: ['boundary'] },
});

/** When and where a role's sessions last called. Apart from the role, as it changes without anybody changing the role. */
export interface RoleLastUsed {
  readonly roleId: string;
  readonly lastUsedAt: number;
  readonly region: string;
}

export const rolesLastUsed = table<RoleLastUsed>()({ name: 'iam_role_last_used', columns: { role_id: (r) => r.roleId }, key: ['role_id'] });

export type EntityType = 'user' | 'group' | 'role';

export interface InlinePolicy {
  readonly accountId: string;
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly policyName: string;
  /** The text as submitted. */
  readonly document: string;
}

export const inlinePolicies = table<InlinePolicy>()({
  name: 'iam_inline_policy',
  columns: { entity_id: (p) => p.entityId, name: (p) => foldCase(p.policyName) },
  key: ['entity_id', 'name'],
});

/** A managed policy, of the customer or of AWS, attached to an entity. */
export interface Attachment {
  readonly accountId: string;
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly policyArn: string;
}

export const attachments = table<Attachment>()({
  name: 'iam_attachment',
  columns: { entity_id: (a) => a.entityId, policy_arn: (a) => a.policyArn, account_id: (a) => a.accountId },
  key: ['entity_id', 'policy_arn'],
  indexes: { policy: ['account_id', 'policy_arn'] },
});

export interface PolicyVersion {
  /** `v1`, `v2`, … */
  readonly versionId: string;
  readonly document: string;
  readonly createdAt: number;
}

/** A customer managed policy with its versions (at most five). AWS's own are data, not rows: model/managed-policies.ts. */
export interface ManagedPolicy {
  readonly accountId: string;
  readonly policyName: string;
  /** `ANPA…` */
  readonly policyId: string;
  readonly arn: string;
  readonly path: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: readonly Tag[];
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersionId: string;
  /** The number of the next version; version numbers are never used again. */
  readonly nextVersion: number;
}

export const managedPolicies = table<ManagedPolicy>()({
  name: 'iam_managed_policy',
  columns: { account_id: (p) => p.accountId, name: (p) => foldCase(p.policyName), arn: (p) => p.arn },
  key: ['account_id', 'name'],
  unique: { arn: ['arn'] },
});

export interface AccessKey {
  readonly accountId: string;
  readonly accessKeyId: string;
  /** Unique id of the user; the account id for the root user. */
  readonly ownerId: string;
  readonly status: 'Active' | 'Inactive';
  /** The secret, sealed (authentication/secret-box.ts) for this account and key id. */
  readonly sealedSecret: string;
  readonly createdAt: number;
}

export const accessKeys = table<AccessKey>()({
  name: 'iam_access_key',
  columns: { access_key_id: (k) => k.accessKeyId, owner_id: (k) => k.ownerId, created_at: (k) => sortableTime(k.createdAt) },
  key: ['access_key_id'],
  indexes: { owner: ['owner_id', 'created_at'] },
});

export interface AccessKeyLastUsed {
  readonly accessKeyId: string;
  readonly lastUsedAt: number;
  readonly serviceName: string;
  readonly region: string;
}

export const accessKeysLastUsed = table<AccessKeyLastUsed>()({
  name: 'iam_access_key_last_used',
  columns: { access_key_id: (k) => k.accessKeyId },
  key: ['access_key_id'],
});

/** A user's console password. */
export interface LoginProfile {
  readonly accountId: string;
  readonly userId: string;
  readonly passwordHash: string;
  /** Hashes of earlier passwords, newest first, as far back as any policy may ask (24). */
  readonly passwordHistory: readonly string[];
  readonly passwordResetRequired: boolean;
  readonly createdAt: number;
  readonly passwordChangedAt: number;
}

export const loginProfiles = table<LoginProfile>()({ name: 'iam_login_profile', columns: { user_id: (p) => p.userId }, key: ['user_id'] });

export interface PasswordPolicy {
  readonly accountId: string;
  readonly minimumPasswordLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercaseCharacters: boolean;
  readonly requireLowercaseCharacters: boolean;
  readonly allowUsersToChangePassword: boolean;
  /** Days. */
  readonly maxPasswordAge?: number;
  readonly passwordReusePrevention?: number;
  readonly hardExpiry?: boolean;
}

export const passwordPolicies = table<PasswordPolicy>()({
  name: 'iam_password_policy',
  columns: { account_id: (p) => p.accountId },
  key: ['account_id'],
});

/** A virtual MFA device; `userId` once it is enabled. */
export interface VirtualMfaDevice {
  readonly accountId: string;
  readonly serialNumber: string;
  readonly path: string;
  readonly deviceName: string;
  /** The base32 seed, sealed for this account and serial number. */
  readonly sealedSeed: string;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  readonly enabledAt?: number;
  /** Unique id of the user, or the account id for the root user. */
  readonly userId?: string;
  /** What the one-time-password rules remember (authentication/totp.ts). Opaque here. */
  readonly totpState: unknown;
}

export const virtualMfaDevices = table<VirtualMfaDevice>()({
  name: 'iam_virtual_mfa_device',
  columns: { account_id: (d) => d.accountId, serial_number: (d) => d.serialNumber, user_id: (d) => d.userId ?? '' },
  key: ['account_id', 'serial_number'],
  indexes: { user: ['user_id'] },
});

export interface InstanceProfile {
  readonly accountId: string;
  readonly instanceProfileName: string;
  /** `AIPA…` */
  readonly instanceProfileId: string;
  readonly path: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  /** Unique id of the one role it may hold. */
  readonly roleId?: string;
}

export const instanceProfiles = table<InstanceProfile>()({
  name: 'iam_instance_profile',
  columns: { account_id: (p) => p.accountId, name: (p) => foldCase(p.instanceProfileName), role_id: (p) => p.roleId ?? '' },
  key: ['account_id', 'name'],
  indexes: { role: ['role_id'] },
});

/** What came of DeleteServiceLinkedRole. */
export interface ServiceLinkedRoleDeletion {
  readonly accountId: string;
  /** `task/aws-service-role/{service}/{role}/{uuid}` */
  readonly taskId: string;
  readonly createdAt: number;
  /** Why the role was kept, and what still uses it; absent when it is gone. */
  readonly failure?: {
    readonly reason: string;
    readonly usage: readonly { readonly region: string; readonly resources: readonly string[] }[];
  };
}

export const serviceLinkedRoleDeletions = table<ServiceLinkedRoleDeletion>()({
  name: 'iam_service_linked_role_deletion',
  columns: { account_id: (d) => d.accountId, task_id: (d) => d.taskId, created_at: (d) => sortableTime(d.createdAt) },
  key: ['account_id', 'task_id'],
  indexes: { created: ['account_id', 'created_at'] },
});
