import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  DescribeUserRequest,
  DescribeUserResponse,
  GetUserIdRequest,
  GetUserIdResponse,
  ListUsersRequest,
  ListUsersResponse,
  UpdateUserRequest,
  User,
} from '@aws-sdk/client-identitystore';
import { uuid } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import {
  externalKey,
  type IdentityUser,
  identityMemberships,
  identityPasswords,
  identityUsers,
  type UserAttributes,
} from '../../store/tables/identity-store.ts';
import { isPath, refuseUnfitExtensions, refuseUnfitUser, withAttribute } from './attribute.ts';
import { conflict, invalid, notFound, quotaExceeded } from './errors.ts';
import { takePageOfRows } from './page.ts';
import { instanceOf, needUser, ownInstanceOf, type StoreContext } from './store-context.ts';

/** What is shown of a user. Extensions only when they are asked for by name. */
function userShape(user: IdentityUser, extensions: readonly string[] | undefined): User {
  const { Extensions: known, ...attributes } = user.attributes;
  const asked = Object.entries((known ?? {}) as Record<string, unknown>).filter(([name]) => extensions?.includes(name));
  return {
    IdentityStoreId: user.identityStoreId,
    UserId: user.userId,
    ...attributes,
    ...(user.externalIds.length > 0 ? { ExternalIds: user.externalIds.map((id) => ({ ...id })) } : {}),
    UserStatus: user.enabled ? 'ENABLED' : 'DISABLED',
    CreatedAt: new Date(user.createdAt),
    CreatedBy: user.createdBy,
    UpdatedAt: new Date(user.updatedAt),
    UpdatedBy: user.updatedBy,
    ...(asked.length > 0 ? { Extensions: Object.fromEntries(asked) as NonNullable<User['Extensions']> } : {}),
  } as unknown as User;
}

/** @see https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html */
const USERS_PER_STORE = 100_000;

/** @throws Conflict  400  a name or address that somebody else has, whatever its case */
async function refuseTaken(
  reader: Reader,
  { identityStoreId, userId }: Pick<IdentityUser, 'identityStoreId' | 'userId'>,
  attributes: UserAttributes,
) {
  const named = await reader.find(identityUsers, 'name', [foldCase(attributes.UserName), identityStoreId]);
  if (named && named.userId !== userId) throw conflict('Duplicate UserName');
  const email = foldCase(attributes.Emails?.[0]?.Value ?? '');
  const addressed = email === '' ? undefined : await reader.find(identityUsers, 'email', [email, identityStoreId]);
  // (unverified) sentence
  if (addressed && addressed.userId !== userId) throw conflict('Duplicate Email');
}

/**
 * Creates a user who can sign in once a password is set, through a code sent to the address.
 * @throws ResourceNotFound      400  no such identity store
 * @throws Validation            400  a name is missing or reserved
 * @throws Conflict              400  user name or address are somebody's
 * @throws ServiceQuotaExceeded  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html
 */
export async function createUser(input: Valid<CreateUserRequest>, context: StoreContext): Promise<CreateUserResponse> {
  const { identityStoreId, ownerAccountId } = ownInstanceOf(context, input.IdentityStoreId);
  const { IdentityStoreId: _, ...given } = input;
  const attributes = given as unknown as UserAttributes;
  refuseUnfitUser(attributes);
  if (attributes.Extensions !== undefined) refuseUnfitExtensions(attributes.Extensions as Record<string, unknown>);
  const { now, caller, installation } = context;
  const user: IdentityUser = {
    identityStoreId,
    userId: uuid(installation.random),
    attributes,
    externalIds: [],
    enabled: true,
    createdAt: now,
    createdBy: caller.principal.arn,
    updatedAt: now,
    updatedBy: caller.principal.arn,
  };
  await installation.store.write(async (writer) => {
    await refuseTaken(writer, user, attributes);
    const count = await writer.count(identityUsers, { prefix: [identityStoreId] });
    if (count >= installation.quota(ownerAccountId, 'UsersPerIdentityStore', USERS_PER_STORE))
      throw quotaExceeded('The number of users in the identity store exceeds its quota.');
    await writer.insert(identityUsers, user);
  });
  return { IdentityStoreId: identityStoreId, UserId: user.userId };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeUser.html */
export async function describeUser(input: Valid<DescribeUserRequest>, context: StoreContext): Promise<DescribeUserResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  return userShape(await needUser(context.reader, identityStoreId, input.UserId), input.Extensions) as DescribeUserResponse;
}

/**
 * The users of a store, or the one of a user name.
 * @throws Validation  400  a filter by something else than the user name
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html
 */
export async function listUsers(input: Valid<ListUsersRequest>, context: StoreContext): Promise<ListUsersResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  const [filter] = input.Filters ?? [];
  if (filter) {
    if (!isPath(filter.AttributePath, 'userName')) throw invalid(`The filter attribute path ${filter.AttributePath} is not supported.`);
    const found = await context.reader.find(identityUsers, 'name', [foldCase(filter.AttributeValue), identityStoreId]);
    return { Users: found ? [userShape(found, input.Extensions)] : [] };
  }
  const { items: rows, end } = await takePageOfRows(context, ['ListUsers', identityStoreId], input, identityUsers, {
    prefix: [identityStoreId],
  });
  return { Users: rows.map((user) => userShape(user, input.Extensions)), ...end };
}

/**
 * Changes attributes one by one, all of them or none.
 * @throws ResourceNotFound  400
 * @throws Validation        400  paths and values; a name that is missing afterwards
 * @throws Conflict          400
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateUser.html
 */
export async function updateUser(input: Valid<UpdateUserRequest>, context: StoreContext): Promise<object> {
  const { identityStoreId } = ownInstanceOf(context, input.IdentityStoreId);
  await context.installation.store.write(async (writer) => {
    const user = await needUser(writer, identityStoreId, input.UserId);
    let { attributes } = user;
    for (const { AttributePath, AttributeValue } of input.Operations) attributes = withAttribute(attributes, AttributePath, AttributeValue);
    refuseUnfitUser(attributes);
    await refuseTaken(writer, user, attributes);
    await writer.update(identityUsers, { ...user, attributes, updatedAt: context.now, updatedBy: context.caller.principal.arn });
  });
  return {};
}

/**
 * Deletes a user with their memberships and password. What they are signed in to ends with the next request; assignments stay, for nobody.
 * @throws ResourceNotFound  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteUser.html
 */
export async function deleteUser(input: Valid<DeleteUserRequest>, context: StoreContext): Promise<object> {
  const { identityStoreId } = ownInstanceOf(context, input.IdentityStoreId);
  await context.installation.store.write(async (writer) => removeUser(writer, await needUser(writer, identityStoreId, input.UserId)));
  return {};
}

async function removeUser(writer: Writer, { identityStoreId, userId }: IdentityUser): Promise<void> {
  for (const { membershipId } of await writer.list(identityMemberships, { index: 'user', prefix: [identityStoreId, userId] }))
    await writer.delete(identityMemberships, [identityStoreId, membershipId]);
  await writer.delete(identityPasswords, [identityStoreId, userId]);
  await writer.delete(identityUsers, [identityStoreId, userId]);
}

/**
 * The id of the user with a name, address or external id.
 * @throws ResourceNotFound  400
 * @throws Validation        400  another attribute
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetUserId.html
 */
export async function getUserId(input: Valid<GetUserIdRequest>, context: StoreContext): Promise<GetUserIdResponse> {
  const { identityStoreId } = instanceOf(context, input.IdentityStoreId);
  const { ExternalId, UniqueAttribute } = input.AlternateIdentifier;
  const user = ExternalId
    ? await context.reader.find(identityUsers, 'external', externalKey(identityStoreId, ExternalId))
    : await findByAttribute(context.reader, identityStoreId, UniqueAttribute);
  if (!user) throw notFound('USER');
  return { IdentityStoreId: identityStoreId, UserId: user.userId };
}

function findByAttribute(
  reader: Reader,
  identityStoreId: string,
  unique: { readonly AttributePath: string; readonly AttributeValue?: unknown } | undefined,
): Promise<IdentityUser | undefined> {
  const path = unique?.AttributePath ?? '';
  const rule = isPath(path, 'userName') ? 'name' : isPath(path, 'emails.value') ? 'email' : undefined;
  if (rule === undefined || typeof unique?.AttributeValue !== 'string' || unique.AttributeValue === '')
    throw invalid('The unique attribute must be userName or emails.value, with a text.');
  return reader.find(identityUsers, rule, [foldCase(unique.AttributeValue), identityStoreId]);
}
