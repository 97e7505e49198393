import type {
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  GetGroupRequest,
  GetGroupResponse,
  Group as GroupShape,
  ListGroupsRequest,
  ListGroupsResponse,
  UpdateGroupRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { uniqueId } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { attachments, type Group, groups, inlinePolicies, memberships, type User, users } from '../../store/tables/iam.ts';
import { concurrentModification, deleteConflict, entityAlreadyExists, noSuchEntity } from './errors.ts';
import { takePage } from './page.ts';
import { hasPathPrefix, ROOT_PATH } from './path.ts';
import { refuseOverQuota } from './quota.ts';
import { userShape } from './user.ts';
import { keep, walkRows } from './walk.ts';

export const groupArn = (group: Pick<Group, 'accountId' | 'path' | 'groupName'>): string =>
  iamArn(group.accountId, `group${group.path}${group.groupName}`);

export const noSuchGroup = (groupName: string): ServiceError => noSuchEntity(`The group with name ${groupName} cannot be found.`);

export const findGroup = (reader: Reader, account: string, groupName: string): Promise<Group | undefined> =>
  reader.get(groups, [account, foldCase(groupName)]);

/**
 * The group that was authorised, as it stands in a transaction.
 * @throws NoSuchEntity            404
 * @throws ConcurrentModification  409  the name has come to mean another group since the call was authorised
 */
export async function authorisedGroup(writer: Reader, context: OperationContext<Group>, groupName: string): Promise<Group> {
  const group = await findGroup(writer, context.account, groupName);
  if (!group) throw noSuchGroup(groupName);
  if (group.groupId !== context.target.stored?.groupId || groupArn(group) !== context.target.arn) throw concurrentModification();
  return group;
}

export const groupShape = (group: Group): GroupShape => ({
  Path: group.path,
  GroupName: group.groupName,
  GroupId: group.groupId,
  Arn: groupArn(group),
  CreateDate: new Date(group.createdAt),
});

/**
 * Creates a group. Groups do not nest, and have neither tags nor permissions boundaries.
 * @throws EntityAlreadyExists  409
 * @throws LimitExceeded        409  GroupsPerAccount
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
 */
export async function createGroup(input: Valid<CreateGroupRequest>, context: OperationContext): Promise<CreateGroupResponse> {
  const group: Group = {
    accountId: context.account,
    groupName: input.GroupName,
    groupId: uniqueId('AGPA', context.account, context.installation.random),
    path: input.Path ?? ROOT_PATH,
    createdAt: context.now,
  };
  await context.installation.store.write(async (writer) => {
    await refuseTakenName(writer, group);
    refuseOverQuota(context, 'GroupsPerAccount', await writer.count(groups, { prefix: [context.account] }));
    await writer.insert(groups, group);
  });
  return { Group: groupShape(group) };
}

async function refuseTakenName(writer: Writer, group: Pick<Group, 'accountId' | 'groupName'>): Promise<void> {
  if (await findGroup(writer, group.accountId, group.groupName))
    throw entityAlreadyExists(`Group with name ${group.groupName} already exists.`);
}

/**
 * A group and, by page, its users. Their order is that of their ids, so that a page of a large group costs no more than one of a small group.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
 */
export async function getGroup(input: Valid<GetGroupRequest>, context: OperationContext<Group>): Promise<GetGroupResponse> {
  const group = context.target.stored;
  if (!group) throw noSuchGroup(input.GroupName);
  const { items, end } = await takePage(
    context,
    { operation: 'GetGroup', filters: [group.groupId] },
    input,
    (after) => walkMembers(context.reader, group, after),
    (user) => [user.userId],
  );
  return { Group: groupShape(group), Users: items.map(userShape), ...end };
}

async function* walkMembers(reader: Reader, group: Group, after: readonly string[] | undefined): AsyncGenerator<User> {
  for await (const { userId } of walkRows(reader, memberships, { prefix: [group.groupId] }, after)) {
    const user = await reader.find(users, 'id', [userId]);
    if (user) yield user;
  }
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html */
export async function listGroups(input: Valid<ListGroupsRequest>, context: OperationContext): Promise<ListGroupsResponse> {
  const { items, end } = await takePage(
    context,
    { operation: 'ListGroups', filters: [input.PathPrefix] },
    input,
    (after) =>
      keep(walkRows(context.reader, groups, { prefix: [context.account] }, after), (group) => hasPathPrefix(group.path, input.PathPrefix)),
    (group) => [foldCase(group.groupName)],
  );
  return { Groups: items.map(groupShape), ...end };
}

/**
 * Renames a group or moves it to another path; members and policies stay.
 * @throws NoSuchEntity         404
 * @throws EntityAlreadyExists  409
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
 */
export async function updateGroup(input: Valid<UpdateGroupRequest>, context: OperationContext<Group>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const group = await authorisedGroup(writer, context, input.GroupName);
    const renamed: Group = { ...group, groupName: input.NewGroupName ?? group.groupName, path: input.NewPath ?? group.path };
    if (foldCase(renamed.groupName) === foldCase(group.groupName)) return writer.update(groups, renamed);
    await refuseTakenName(writer, renamed);
    await writer.delete(groups, [group.accountId, foldCase(group.groupName)]);
    return writer.insert(groups, renamed);
  });
  return {};
}

/**
 * Deletes a group that holds no users and no policies any more.
 * @throws NoSuchEntity    404
 * @throws DeleteConflict  409
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
 */
export async function deleteGroup(input: Valid<DeleteGroupRequest>, context: OperationContext<Group>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const group = await authorisedGroup(writer, context, input.GroupName);
    const obstacle = await obstacleToDeletion(writer, group);
    if (obstacle !== undefined) throw deleteConflict(`Cannot delete entity, must ${obstacle} first.`);
    await writer.delete(groups, [group.accountId, foldCase(group.groupName)]);
  });
  return {};
}

/** What has to go first. Which is named when there are several is (unverified). */
async function obstacleToDeletion(writer: Writer, { groupId }: Group): Promise<string | undefined> {
  if ((await writer.list(memberships, { prefix: [groupId], limit: 1 })).length > 0) return 'remove users from group';
  if ((await writer.list(attachments, { prefix: [groupId], limit: 1 })).length > 0) return 'detach all policies';
  if ((await writer.list(inlinePolicies, { prefix: [groupId], limit: 1 })).length > 0) return 'delete policies';
  return undefined;
}
