import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  GetUserRequest,
  GetUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  UpdateUserRequest,
  User as UserShape,
} from '@aws-sdk/client-iam';
import { countMfaDevices } from '../../authentication/mfa.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { uniqueId } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { DuplicateKeyError, type Reader, type Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import {
  accessKeys,
  attachments,
  inlinePolicies,
  loginProfiles,
  memberships,
  serviceSpecificCredentials,
  signingCertificates,
  sshPublicKeys,
  type User,
  users,
} from '../../store/tables/iam.ts';
import { forgetUses } from './action-use.ts';
import { boundaryAndTags, requireBoundary } from './attached-boundary.ts';
import { concurrentModification, deleteConflict, entityAlreadyExists, noSuchEntity, validationError } from './errors.ts';
import { takePage } from './page.ts';
import { hasPathPrefix, ROOT_PATH } from './path.ts';
import { refuseOverQuota } from './quota.ts';
import { newTags } from './tag-rules.ts';
import { keep, walkRows } from './walk.ts';

export const userArn = (user: Pick<User, 'accountId' | 'path' | 'userName'>): string =>
  iamArn(user.accountId, `user${user.path}${user.userName}`);

export const noSuchUser = (userName: string): ServiceError => noSuchEntity(`The user with name ${userName} cannot be found.`);

export const findUser = (reader: Reader, account: string, userName: string): Promise<User | undefined> =>
  reader.get(users, [account, foldCase(userName)]);

/**
 * The user whose credentials sign the call: what an omitted `UserName` stands for.
 * @throws ValidationError  400  a role, a federated user or root signs
 */
export async function callingUser(scope: Pick<Scope, 'caller'>, reader: Reader): Promise<User> {
  const { principal } = scope.caller;
  const user = principal.kind === 'user' ? await reader.find(users, 'id', [principal.uniqueId]) : undefined;
  if (!user) throw validationError('Must specify userName when calling with non-User credentials');
  return user;
}

/**
 * The user that was authorised, as it stands in a transaction.
 * @throws NoSuchEntity            404
 * @throws ConcurrentModification  409  the name has come to mean another user since the call was authorised
 */
export async function authorisedUser(writer: Reader, context: OperationContext<User>, userName: string | undefined): Promise<User> {
  const user = userName === undefined ? await callingUser(context, writer) : await findUser(writer, context.account, userName);
  if (!user) throw noSuchUser(userName ?? '');
  if (user.userId !== context.target.stored?.userId || userArn(user) !== context.target.arn) throw concurrentModification();
  return user;
}

/**
 * The user that was authorised, for reading.
 * @throws NoSuchEntity  404
 */
export function storedUser(context: OperationContext<User>, userName: string | undefined): User {
  if (!context.target.stored) throw noSuchUser(userName ?? '');
  return context.target.stored;
}

/** As listings show a user: without tags and permissions boundary. */
export const userShape = (user: User): UserShape => ({
  Path: user.path,
  UserName: user.userName,
  UserId: user.userId,
  Arn: userArn(user),
  CreateDate: new Date(user.createdAt),
  ...(user.passwordLastUsed === undefined ? {} : { PasswordLastUsed: new Date(user.passwordLastUsed) }),
});

/** As CreateUser and GetUser show a user: boundary and tags only when there are any. */
export const userDetail = (user: User): UserShape => ({ ...userShape(user), ...boundaryAndTags(user) });

/**
 * Creates a user. Names are unique per account regardless of case and path.
 * @throws EntityAlreadyExists  409
 * @throws NoSuchEntity         404  the permissions boundary
 * @throws InvalidInput         400  tags
 * @throws LimitExceeded        409  UsersPerAccount
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
 */
export async function createUser(input: Valid<CreateUserRequest>, context: OperationContext): Promise<CreateUserResponse> {
  const user: User = {
    accountId: context.account,
    userName: input.UserName,
    userId: uniqueId('AIDA', context.account, context.installation.random),
    path: input.Path ?? ROOT_PATH,
    createdAt: context.now,
    tags: newTags(context, input.Tags, 'folds-keys'),
    ...(input.PermissionsBoundary === undefined ? {} : { permissionsBoundary: input.PermissionsBoundary }),
  };
  await context.installation.store.write(async (writer) => {
    // The store finds a name that is taken without being asked before; what is refused after this is taken back.
    await insertUser(writer, user);
    if (user.permissionsBoundary !== undefined) await requireBoundary(writer, context, user.permissionsBoundary);
    const others = (await writer.count(users, { prefix: [context.account] })) - 1;
    refuseOverQuota(context, 'UsersPerAccount', others);
  });
  return { User: userDetail(user) };
}

/** @throws EntityAlreadyExists  409  the name is taken */
async function insertUser(writer: Writer, user: User): Promise<void> {
  try {
    await writer.insert(users, user);
  } catch (error) {
    if (error instanceof DuplicateKeyError) throw entityAlreadyExists(`User with name ${user.userName} already exists.`);
    throw error;
  }
}

/**
 * A user, or without a name the caller. Root, asking for itself, is shown with its account's id.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
 */
export async function getUser(input: Valid<GetUserRequest>, context: OperationContext<User>): Promise<GetUserResponse> {
  if (input.UserName === undefined && context.caller.principal.kind === 'root') return { User: await rootShape(context) };
  return { User: userDetail(storedUser(context, input.UserName)) };
}

/** Root has neither name nor path, which the model's required members do not foresee: AWS leaves them out all the same. */
async function rootShape(context: Scope): Promise<UserShape> {
  const account = await context.reader.get(accounts, [context.account]);
  const shape: Partial<UserShape> = {
    UserId: context.account,
    Arn: iamArn(context.account, 'root'),
    CreateDate: new Date(account?.createdAt ?? 0),
    ...(account?.rootPasswordLastUsed === undefined ? {} : { PasswordLastUsed: new Date(account.rootPasswordLastUsed) }),
  };
  return shape as UserShape;
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html */
export async function listUsers(input: Valid<ListUsersRequest>, context: OperationContext): Promise<ListUsersResponse> {
  const { items, end } = await takePage(
    context,
    { operation: 'ListUsers', filters: [input.PathPrefix] },
    input,
    (after) =>
      keep(walkRows(context.reader, users, { prefix: [context.account] }, after), (user) => hasPathPrefix(user.path, input.PathPrefix)),
    (user) => [foldCase(user.userName)],
  );
  return { Users: items.map(userShape), ...end };
}

/**
 * Renames a user or moves it to another path. All that hangs on its unique id stays: keys, memberships, policies.
 * @throws NoSuchEntity         404
 * @throws EntityAlreadyExists  409
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
 */
export async function updateUser(input: Valid<UpdateUserRequest>, context: OperationContext<User>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const user = await authorisedUser(writer, context, input.UserName);
    const renamed: User = { ...user, userName: input.NewUserName ?? user.userName, path: input.NewPath ?? user.path };
    if (foldCase(renamed.userName) === foldCase(user.userName)) return writer.update(users, renamed);
    await writer.delete(users, [user.accountId, foldCase(user.userName)]);
    return insertUser(writer, renamed);
  });
  return {};
}

/**
 * Deletes a user that holds nothing any more. Its permissions boundary does not stand in the way.
 * @throws NoSuchEntity    404
 * @throws DeleteConflict  409
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 */
export async function deleteUser(input: Valid<DeleteUserRequest>, context: OperationContext<User>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const user = await authorisedUser(writer, context, input.UserName);
    const obstacle = await obstacleToDeletion(writer, user);
    if (obstacle !== undefined) throw deleteConflict(`Cannot delete entity, must ${obstacle} first.`);
    await forgetUses(writer, user.userId);
    await writer.delete(users, [user.accountId, foldCase(user.userName)]);
  });
  return {};
}

/** What has to go first. Which is named when there are several is (unverified); logs show the first three in this order. */
async function obstacleToDeletion(writer: Writer, user: User): Promise<string | undefined> {
  const { userId } = user;
  if (await writer.get(loginProfiles, [userId])) return 'delete login profile';
  if ((await writer.list(accessKeys, { index: 'owner', prefix: [userId], limit: 1 })).length > 0) return 'delete access keys';
  if ((await countMfaDevices(writer, userId)) > 0) return 'remove tokens from principal';
  if ((await writer.list(signingCertificates, { index: 'owner', prefix: [userId], limit: 1 })).length > 0) return 'delete certificates';
  const held = { index: 'user', prefix: [userId], limit: 1 };
  // SSH keys by analogy (unverified).
  if ((await writer.list(sshPublicKeys, held)).length + (await writer.list(serviceSpecificCredentials, held)).length > 0)
    return 'remove referenced objects';
  if ((await writer.list(attachments, { prefix: [userId], limit: 1 })).length > 0) return 'detach all policies';
  if ((await writer.list(inlinePolicies, { prefix: [userId], limit: 1 })).length > 0) return 'delete policies';
  if ((await writer.list(memberships, { index: 'user', prefix: [userId], limit: 1 })).length > 0) return 'remove users from group';
  return undefined;
}
