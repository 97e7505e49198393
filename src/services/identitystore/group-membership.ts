import type {
  CreateGroupMembershipRequest,
  CreateGroupMembershipResponse,
  DeleteGroupMembershipRequest,
  DescribeGroupMembershipRequest,
  DescribeGroupMembershipResponse,
  GetGroupMembershipIdRequest,
  GetGroupMembershipIdResponse,
  GroupMembership,
  IsMemberInGroupsRequest,
  IsMemberInGroupsResponse,
  ListGroupMembershipsForMemberRequest,
  ListGroupMembershipsForMemberResponse,
  ListGroupMembershipsRequest,
  ListGroupMembershipsResponse,
} from '@aws-sdk/client-identitystore';
import { uuid } from '../../core/id.ts';
import type { Valid } from '../../model/valid.ts';
import { type IdentityMembership, identityMemberships } from '../../store/tables/identity-store.ts';
import { conflict, invalid, notFound } from './errors.ts';
import { takePageOfRows } from './page.ts';
import { instanceOf, needGroup, needMembership, needUser, ownInstanceOf, type StoreContext } from './store-context.ts';

const membershipShape = (membership: IdentityMembership): GroupMembership => ({
  IdentityStoreId: membership.identityStoreId,
  MembershipId: membership.membershipId,
  GroupId: membership.groupId,
  MemberId: { UserId: membership.userId },
  CreatedAt: new Date(membership.createdAt),
  CreatedBy: membership.createdBy,
  UpdatedAt: new Date(membership.createdAt),
  UpdatedBy: membership.createdBy,
});

/** Members are users: there is nothing else in the union. @throws Validation  400 */
function userIdOf({ UserId }: { readonly UserId?: string | undefined }): string {
  if (UserId === undefined) throw invalid('The member must be a user.');
  return UserId;
}

/**
 * @throws ResourceNotFound  400  the group or the user
 * @throws Conflict          400  the user is a member already
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html
 */
export async function createGroupMembership(
  input: Valid<CreateGroupMembershipRequest>,
  context: StoreContext,
): Promise<CreateGroupMembershipResponse> {
  const { identityStoreId } = ownInstanceOf(context, input.IdentityStoreId);
  const userId = userIdOf(input.MemberId);
  const membership: IdentityMembership = {
    identityStoreId,
    membershipId: uuid(context.installation.random),
    groupId: input.GroupId,
    userId,
    createdAt: context.now,
    createdBy: context.caller.principal.arn,
  };
  await context.installation.store.write(async (writer) => {
    await needGroup(writer, identityStoreId, input.GroupId);
    await needUser(writer, identityStoreId, userId);
    if (await writer.find(identityMemberships, 'pair', [identityStoreId, input.GroupId, userId]))
      throw conflict('Member and Group relationship already exists.');
    await writer.insert(identityMemberships, membership);
  });
  return { MembershipId: membership.membershipId, IdentityStoreId: identityStoreId };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroupMembership.html */
export async function describeGroupMembership(
  input: Valid<DescribeGroupMembershipRequest>,
  context: StoreContext,
): Promise<DescribeGroupMembershipResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  return membershipShape(await needMembership(context.reader, identityStoreId, input.MembershipId)) as DescribeGroupMembershipResponse;
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroupMembership.html */
export async function deleteGroupMembership(input: Valid<DeleteGroupMembershipRequest>, context: StoreContext): Promise<object> {
  const { identityStoreId } = ownInstanceOf(context, input.IdentityStoreId);
  await context.installation.store.write(async (writer) => {
    const { membershipId } = await needMembership(writer, identityStoreId, input.MembershipId);
    await writer.delete(identityMemberships, [identityStoreId, membershipId]);
  });
  return {};
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupMembershipId.html */
export async function getGroupMembershipId(
  input: Valid<GetGroupMembershipIdRequest>,
  context: StoreContext,
): Promise<GetGroupMembershipIdResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  const key = [identityStoreId, input.GroupId, userIdOf(input.MemberId)];
  const membership = await context.reader.find(identityMemberships, 'pair', key);
  if (!membership) throw notFound('GROUP_MEMBERSHIP');
  return { MembershipId: membership.membershipId, IdentityStoreId: identityStoreId };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMemberships.html */
export async function listGroupMemberships(
  input: Valid<ListGroupMembershipsRequest>,
  context: StoreContext,
): Promise<ListGroupMembershipsResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  await needGroup(context.reader, identityStoreId, input.GroupId);
  const listing = { index: 'group', prefix: [identityStoreId, input.GroupId] };
  const { items: rows, end } = await takePageOfRows(
    context,
    ['ListGroupMemberships', ...listing.prefix],
    input,
    identityMemberships,
    listing,
  );
  return { GroupMemberships: rows.map(membershipShape), ...end };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMembershipsForMember.html */
export async function listGroupMembershipsForMember(
  input: Valid<ListGroupMembershipsForMemberRequest>,
  context: StoreContext,
): Promise<ListGroupMembershipsForMemberResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  const { userId } = await needUser(context.reader, identityStoreId, userIdOf(input.MemberId));
  const listing = { index: 'user', prefix: [identityStoreId, userId] };
  const { items: rows, end } = await takePageOfRows(
    context,
    ['ListGroupMembershipsForMember', ...listing.prefix],
    input,
    identityMemberships,
    listing,
  );
  return { GroupMemberships: rows.map(membershipShape), ...end };
}

/** @throws ResourceNotFound 400 the user or a group @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_IsMemberInGroups.html */
export async function isMemberInGroups(input: Valid<IsMemberInGroupsRequest>, context: StoreContext): Promise<IsMemberInGroupsResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  const { userId } = await needUser(context.reader, identityStoreId, userIdOf(input.MemberId));
  const Results = [];
  for (const GroupId of input.GroupIds) {
    await needGroup(context.reader, identityStoreId, GroupId);
    const MembershipExists = (await context.reader.find(identityMemberships, 'pair', [identityStoreId, GroupId, userId])) !== undefined;
    Results.push({ GroupId, MemberId: { UserId: userId }, MembershipExists });
  }
  return { Results };
}
