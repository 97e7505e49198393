import type { OperationContext } from '../../authorization/operation.ts';
import type { Reader } from '../../store/store.ts';
import type { EntityType, Group, Role, User } from '../../store/tables/iam.ts';
import { authorisedGroup, noSuchGroup } from './group.ts';
import type { QuotaName } from './quota.ts';
import { authorisedRole, noSuchRole, refuseProtectedRole } from './role.ts';
import { authorisedUser, noSuchUser } from './user.ts';

/** What policies hang on: a user, group or role, by its unique id. */
export interface Entity {
  readonly type: EntityType;
  readonly id: string;
  /** As stored. */
  readonly name: string;
}

/** What inline policies and attachments have to know of users, groups and roles, one kind at a time. */
export interface EntityKind<Stored> {
  readonly type: EntityType;
  /** The entity that was authorised, as it stands in a transaction, to be changed. @throws NoSuchEntity, ConcurrentModification, UnmodifiableEntity */
  readonly toChange: (writer: Reader, context: OperationContext<Stored>, name: string) => Promise<Entity>;
  /** The entity that was authorised, for reading. @throws NoSuchEntity */
  readonly toRead: (context: OperationContext<Stored>, name: string) => Entity;
  /** How many managed policies may be attached. */
  readonly attachedQuota: QuotaName;
  /** How large its inline policies may be together. */
  readonly inlineQuota: QuotaName;
}

const ofUser = (user: User): Entity => ({ type: 'user', id: user.userId, name: user.userName });
const ofGroup = (group: Group): Entity => ({ type: 'group', id: group.groupId, name: group.groupName });
const ofRole = (role: Role): Entity => ({ type: 'role', id: role.roleId, name: role.roleName });

export const userKind: EntityKind<User> = {
  type: 'user',
  toChange: async (writer, context, name) => ofUser(await authorisedUser(writer, context, name)),
  toRead: ({ target }, name) => {
    if (!target.stored) throw noSuchUser(name);
    return ofUser(target.stored);
  },
  attachedQuota: 'PoliciesPerUser',
  inlineQuota: 'UserPolicySize',
};

export const groupKind: EntityKind<Group> = {
  type: 'group',
  toChange: async (writer, context, name) => ofGroup(await authorisedGroup(writer, context, name)),
  toRead: ({ target }, name) => {
    if (!target.stored) throw noSuchGroup(name);
    return ofGroup(target.stored);
  },
  attachedQuota: 'PoliciesPerGroup',
  inlineQuota: 'GroupPolicySize',
};

export const roleKind: EntityKind<Role> = {
  type: 'role',
  toChange: async (writer, context, name) => {
    const role = await authorisedRole(writer, context, name);
    refuseProtectedRole(role);
    return ofRole(role);
  },
  toRead: ({ target }, name) => {
    if (!target.stored) throw noSuchRole(name);
    return ofRole(target.stored);
  },
  attachedQuota: 'PoliciesPerRole',
  inlineQuota: 'RolePolicySize',
};
