import type {
  AddUserToGroupRequest,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  RemoveUserFromGroupRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type Group, groups, memberships, type User } from '../../store/tables/iam.ts';
import { noSuchEntity } from './errors.ts';
import { authorisedGroup, groupShape } from './group.ts';
import { takePageOf } from './page.ts';
import { refuseOverQuota } from './quota.ts';
import { findUser, noSuchUser, storedUser } from './user.ts';

/** The groups that a user is in, at most a handful. */
export async function groupsOf(reader: Reader, userId: string): Promise<Group[]> {
  const found: Group[] = [];
  for (const { groupId } of await reader.list(memberships, { index: 'user', prefix: [userId] })) {
    const group = await reader.find(groups, 'id', [groupId]);
    if (group) found.push(group);
  }
  return found;
}

/**
 * Succeeds as well when the user is in the group already. That the group is looked for before the user is (unverified).
 * @throws NoSuchEntity   404  the group, or the user
 * @throws LimitExceeded  409  GroupsPerUser
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
 */
export async function addUserToGroup(input: Valid<AddUserToGroupRequest>, context: OperationContext<Group>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const group = await authorisedGroup(writer, context, input.GroupName);
    const user = await findUser(writer, context.account, input.UserName);
    if (!user) throw noSuchUser(input.UserName);
    if (await writer.get(memberships, [group.groupId, user.userId])) return;
    refuseOverQuota(context, 'GroupsPerUser', await writer.count(memberships, { index: 'user', prefix: [user.userId] }));
    await writer.insert(memberships, { accountId: context.account, groupId: group.groupId, userId: user.userId });
  });
  return {};
}

/**
 * @throws NoSuchEntity  404  the group, the user, or the membership
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
 */
export async function removeUserFromGroup(input: Valid<RemoveUserFromGroupRequest>, context: OperationContext<Group>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const group = await authorisedGroup(writer, context, input.GroupName);
    const user = await findUser(writer, context.account, input.UserName);
    if (!user) throw noSuchUser(input.UserName);
    if (await writer.delete(memberships, [group.groupId, user.userId])) return;
    // (unverified) wording
    throw noSuchEntity(`User ${input.UserName} is not in group ${input.GroupName}.`);
  });
  return {};
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
 */
export async function listGroupsForUser(
  input: Valid<ListGroupsForUserRequest>,
  context: OperationContext<User>,
): Promise<ListGroupsForUserResponse> {
  const user = storedUser(context, input.UserName);
  const { items, end } = await takePageOf(
    context,
    { operation: 'ListGroupsForUser', filters: [user.userId] },
    input,
    await groupsOf(context.reader, user.userId),
    (group) => [foldCase(group.groupName)],
  );
  return { Groups: items.map(groupShape), ...end };
}
