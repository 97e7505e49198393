import { foldCase } from '../../core/name.ts';
import { sortableTime, table } from '../table.ts';

/*
 * The rows of an identity store: the people and groups of IAM Identity Center. Who they are is apart from how they prove it, so that what is
 * shown of a user can never hold a password's hash.
 */

/** What the directory or identity provider that a user or group comes from calls it. */
export interface ExternalId {
  readonly Issuer: string;
  readonly Id: string;
}

/** Everything of a user that API calls set, by its names on the wire. */
export interface UserAttributes {
  readonly UserName: string;
  readonly DisplayName?: string;
  readonly Name?: Readonly<Record<string, string>>;
  readonly Emails?: readonly UserAttribute[];
  readonly [attribute: string]: unknown;
}

/** One of `Emails`, `PhoneNumbers`, …: an address, number or other value with what it is for. */
export interface UserAttribute {
  readonly Value?: string;
  readonly Type?: string;
  readonly Primary?: boolean;
}

export interface IdentityUser {
  /** `d-` and ten hexadecimal digits. */
  readonly identityStoreId: string;
  /** A UUID. */
  readonly userId: string;
  readonly attributes: UserAttributes;
  readonly externalIds: readonly ExternalId[];
  /** Who is disabled neither signs in nor keeps what a sign-in gave. */
  readonly enabled: boolean;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/** Addresses are told apart regardless of case. */
const emailOf = (user: IdentityUser): string => foldCase(user.attributes.Emails?.[0]?.Value ?? '');
const externalIdOf = ([id]: readonly ExternalId[]): string => (id ? `${id.Issuer.length}:${id.Issuer}:${id.Id}` : '');

export const identityUsers = table<IdentityUser>()({
  name: 'identity_user',
  columns: {
    identity_store_id: (u) => u.identityStoreId,
    user_id: (u) => u.userId,
    user_name: (u) => foldCase(u.attributes.UserName),
    email: emailOf,
    external_id: (u) => externalIdOf(u.externalIds),
  },
  key: ['identity_store_id', 'user_id'],
  unique: {
    id: ['user_id'],
    name: ['user_name', 'identity_store_id'],
    email: ['email', 'identity_store_id'],
    external: ['external_id', 'identity_store_id'],
  },
});

/** How a user of the built-in directory signs in. */
export interface IdentityPassword {
  readonly identityStoreId: string;
  readonly userId: string;
  readonly passwordHash: string;
  readonly changedAt: number;
}

export const identityPasswords = table<IdentityPassword>()({
  name: 'identity_password',
  columns: { identity_store_id: (p) => p.identityStoreId, user_id: (p) => p.userId },
  key: ['identity_store_id', 'user_id'],
});

export interface IdentityGroup {
  readonly identityStoreId: string;
  /** A UUID. */
  readonly groupId: string;
  readonly displayName: string;
  readonly description?: string;
  readonly externalIds: readonly ExternalId[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export const identityGroups = table<IdentityGroup>()({
  name: 'identity_group',
  columns: {
    identity_store_id: (g) => g.identityStoreId,
    group_id: (g) => g.groupId,
    display_name: (g) => foldCase(g.displayName),
    external_id: (g) => externalIdOf(g.externalIds),
  },
  key: ['identity_store_id', 'group_id'],
  unique: { name: ['display_name', 'identity_store_id'], external: ['external_id', 'identity_store_id'] },
});

/** The values of the rule `external`. */
export const externalKey = (identityStoreId: string, id: ExternalId): readonly string[] => [externalIdOf([id]), identityStoreId];

export interface IdentityMembership {
  readonly identityStoreId: string;
  /** A UUID. */
  readonly membershipId: string;
  readonly groupId: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly createdBy: string;
}

export const identityMemberships = table<IdentityMembership>()({
  name: 'identity_membership',
  columns: {
    identity_store_id: (m) => m.identityStoreId,
    membership_id: (m) => m.membershipId,
    group_id: (m) => m.groupId,
    user_id: (m) => m.userId,
    created_at: (m) => sortableTime(m.createdAt),
  },
  key: ['identity_store_id', 'membership_id'],
  unique: { pair: ['identity_store_id', 'group_id', 'user_id'] },
  indexes: { group: ['identity_store_id', 'group_id'], user: ['identity_store_id', 'user_id'] },
});
