import type {
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  DescribeGroupRequest,
  DescribeGroupResponse,
  GetGroupIdRequest,
  GetGroupIdResponse,
  Group,
  ListGroupsRequest,
  ListGroupsResponse,
  UpdateGroupRequest,
} from '@aws-sdk/client-identitystore';
import { uuid } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { externalKey, type IdentityGroup, identityGroups, identityMemberships } from '../../store/tables/identity-store.ts';
import { isPath, refuseReservedName } from './attribute.ts';
import { conflict, invalid, notFound, quotaExceeded } from './errors.ts';
import { takePageOfRows } from './page.ts';
import { instanceOf, needGroup, ownInstanceOf, type StoreContext } from './store-context.ts';

const groupShape = (group: IdentityGroup): Group => ({
  GroupId: group.groupId,
  DisplayName: group.displayName,
  ...(group.description === undefined ? {} : { Description: group.description }),
  ...(group.externalIds.length > 0 ? { ExternalIds: group.externalIds.map((id) => ({ ...id })) } : {}),
  CreatedAt: new Date(group.createdAt),
  CreatedBy: group.createdBy,
  UpdatedAt: new Date(group.updatedAt),
  UpdatedBy: group.updatedBy,
  IdentityStoreId: group.identityStoreId,
});

/** @see https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html */
const GROUPS_PER_STORE = 100_000;
const MAX_NAME = 1024;
const NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u{a0}]{1,1024}$/u;

/** @throws Conflict  400  another group's, whatever its case */
async function refuseTaken(reader: Reader, { identityStoreId, groupId, displayName }: IdentityGroup): Promise<void> {
  const named = await reader.find(identityGroups, 'name', [foldCase(displayName), identityStoreId]);
  if (named && named.groupId !== groupId) throw conflict('Duplicate GroupDisplayName');
}

/**
 * @throws ResourceNotFound      400  no such identity store
 * @throws Validation            400  no name, or a reserved one
 * @throws Conflict              400
 * @throws ServiceQuotaExceeded  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroup.html
 */
export async function createGroup(input: Valid<CreateGroupRequest>, context: StoreContext): Promise<CreateGroupResponse> {
  const { identityStoreId, ownerAccountId } = ownInstanceOf(context, input.IdentityStoreId);
  const { DisplayName: displayName, Description: description } = input;
  if (displayName === undefined) throw invalid('displayName: The attribute is required.');
  refuseReservedName(displayName);
  const { now, caller, installation } = context;
  const group: IdentityGroup = {
    identityStoreId,
    groupId: uuid(installation.random),
    displayName,
    ...(description === undefined ? {} : { description }),
    externalIds: [],
    createdAt: now,
    createdBy: caller.principal.arn,
    updatedAt: now,
    updatedBy: caller.principal.arn,
  };
  await installation.store.write(async (writer) => {
    await refuseTaken(writer, group);
    const count = await writer.count(identityGroups, { prefix: [identityStoreId] });
    if (count >= installation.quota(ownerAccountId, 'GroupsPerIdentityStore', GROUPS_PER_STORE))
      throw quotaExceeded('The number of groups in the identity store exceeds its quota.');
    await writer.insert(identityGroups, group);
  });
  return { IdentityStoreId: identityStoreId, GroupId: group.groupId };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroup.html */
export async function describeGroup(input: Valid<DescribeGroupRequest>, context: StoreContext): Promise<DescribeGroupResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  return groupShape(await needGroup(context.reader, identityStoreId, input.GroupId)) as DescribeGroupResponse;
}

/**
 * The groups of a store, or the one of a display name.
 * @throws Validation  400  a filter by something else
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroups.html
 */
export async function listGroups(input: Valid<ListGroupsRequest>, context: StoreContext): Promise<ListGroupsResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  const [filter] = input.Filters ?? [];
  if (filter) {
    if (!isPath(filter.AttributePath, 'displayName')) throw invalid(`The filter attribute path ${filter.AttributePath} is not supported.`);
    const found = await context.reader.find(identityGroups, 'name', [foldCase(filter.AttributeValue), identityStoreId]);
    return { Groups: found ? [groupShape(found)] : [] };
  }
  const { items: rows, end } = await takePageOfRows(context, ['ListGroups', identityStoreId], input, identityGroups, {
    prefix: [identityStoreId],
  });
  return { Groups: rows.map(groupShape), ...end };
}

/**
 * Changes the display name or the description.
 * @throws ResourceNotFound  400
 * @throws Validation        400
 * @throws Conflict          400
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateGroup.html
 */
export async function updateGroup(input: Valid<UpdateGroupRequest>, context: StoreContext): Promise<object> {
  const { identityStoreId } = ownInstanceOf(context, input.IdentityStoreId);
  await context.installation.store.write(async (writer) => {
    let group = await needGroup(writer, identityStoreId, input.GroupId);
    for (const { AttributePath, AttributeValue } of input.Operations) group = withChange(group, AttributePath, AttributeValue);
    refuseReservedName(group.displayName);
    await refuseTaken(writer, group);
    await writer.update(identityGroups, { ...group, updatedAt: context.now, updatedBy: context.caller.principal.arn });
  });
  return {};
}

function withChange(group: IdentityGroup, path: string, value: unknown): IdentityGroup {
  const removed = value === undefined || value === null;
  if (!removed && (typeof value !== 'string' || value.length > 2 * MAX_NAME || !NAME.test(value)))
    throw invalid(`The value for the attribute ${path} is not valid.`);
  if (isPath(path, 'displayName') && !removed) return { ...group, displayName: value as string };
  if (!isPath(path, 'description')) throw invalid(`The attribute path ${path} is not valid.`);
  const { description: _, ...rest } = group;
  return removed ? rest : { ...rest, description: value as string };
}

/**
 * Deletes a group with its memberships.
 * @throws ResourceNotFound  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroup.html
 */
export async function deleteGroup(input: Valid<DeleteGroupRequest>, context: StoreContext): Promise<object> {
  const { identityStoreId } = ownInstanceOf(context, input.IdentityStoreId);
  await context.installation.store.write(async (writer) => {
    const { groupId } = await needGroup(writer, identityStoreId, input.GroupId);
    for (const { membershipId } of await writer.list(identityMemberships, { index: 'group', prefix: [identityStoreId, groupId] }))
      await writer.delete(identityMemberships, [identityStoreId, membershipId]);
    await writer.delete(identityGroups, [identityStoreId, groupId]);
  });
  return {};
}

/**
 * The id of the group with a display name or external id.
 * @throws ResourceNotFound  400
 * @throws Validation        400  another attribute
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupId.html
 */
export async function getGroupId(input: Valid<GetGroupIdRequest>, context: StoreContext): Promise<GetGroupIdResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  const { ExternalId, UniqueAttribute: unique } = input.AlternateIdentifier;
  if (!ExternalId && !(isPath(unique?.AttributePath ?? '', 'displayName') && typeof unique?.AttributeValue === 'string'))
    throw invalid('The unique attribute must be displayName, with a text.');
  const group = ExternalId
    ? await context.reader.find(identityGroups, 'external', externalKey(identityStoreId, ExternalId))
    : await context.reader.find(identityGroups, 'name', [foldCase(String(unique?.AttributeValue)), identityStoreId]);
  if (!group) throw notFound('GROUP');
  return { IdentityStoreId: identityStoreId, GroupId: group.groupId };
}
