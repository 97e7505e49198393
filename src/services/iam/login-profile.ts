import type {
  ChangePasswordRequest,
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  DeleteLoginProfileRequest,
  GetLoginProfileRequest,
  GetLoginProfileResponse,
  LoginProfile as LoginProfileShape,
  UpdateLoginProfileRequest,
} from '@aws-sdk/client-iam';
import { type AttemptLimit, countAttempts } from '../../authentication/attempt-limit.ts';
import { checkPassword, passwordReused } from '../../authentication/password-policy.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import { type LoginProfile, loginProfiles, passwordPolicies, type User } from '../../store/tables/iam.ts';
import { isRoot } from './credential-owner.ts';
import { concurrentModification, entityAlreadyExists, noSuchEntity, validationError } from './errors.ts';
import { rulesOf } from './password-policy.ts';
import { createRootLoginProfile, deleteRootLoginProfile, getRootLoginProfile } from './root-login-profile.ts';
import { authorisedUser, storedUser } from './user.ts';

/*
 * Users' passwords for the console. Hashing takes its time, so it comes before the transaction, which then makes sure that what it was
 * based on still holds.
 */

/** As far back as any policy may ask. */
const HISTORY = 24;

/** Tries of a password, right or wrong. Whoever has stolen an access key must not find out the password with it (threat C07). Ours (unverified). */
const PASSWORD_TRIES: AttemptLimit = { max: 10, window: 15 * 60_000 };

/** Counts a try for the user, under the name by which signing in counts it as well. @throws Throttling  400 */
async function countTry(context: Scope, user: User): Promise<void> {
  const subject = `sign-in:${context.account}:${foldCase(user.userName)}`;
  const counted = [{ subject, limit: PASSWORD_TRIES }];
  const until = await context.installation.store.write((writer) => countAttempts(writer, counted, context.now));
  if (until !== undefined) throw new ServiceError('Throttling', 'Rate exceeded');
}

/** 404 */
const noSuchProfile = (userName: string): ServiceError => noSuchEntity(`Login Profile for User ${userName} cannot be found.`);

/** 409, with a small "user" */
const profileExists = (userName: string): ServiceError => entityAlreadyExists(`Login Profile for user ${userName} already exists.`);

const shape = (profile: Pick<LoginProfile, 'createdAt' | 'passwordResetRequired'>, user: User): LoginProfileShape => ({
  UserName: user.userName,
  CreateDate: new Date(profile.createdAt),
  PasswordResetRequired: profile.passwordResetRequired,
});

/** The profile of the user that was authorised, to be changed. @throws NoSuchEntity, ConcurrentModification */
async function profileToChange(writer: Writer, context: OperationContext<User>, userName: string | undefined): Promise<LoginProfile> {
  const user = await authorisedUser(writer, context, userName);
  const profile = await writer.get(loginProfiles, [user.userId]);
  if (!profile) throw noSuchProfile(user.userName);
  return profile;
}

/**
 * The hash of a new password that the account's policy accepts.
 * @throws PasswordPolicyViolation  400
 */
async function hashNewPassword(context: Scope, password: string, profile: LoginProfile | undefined): Promise<string> {
  const { passwords } = context.installation;
  const policy = await context.reader.get(passwordPolicies, [context.account]);
  const account = await context.reader.get(accounts, [context.account]);
  checkPassword(password, rulesOf(policy), account);
  const remembered = profile ? [profile.passwordHash, ...profile.passwordHistory].slice(0, policy?.passwordReusePrevention ?? 0) : [];
  if (remembered.length > 0 && (await passwords.matchesAny(password, remembered))) throw passwordReused();
  return passwords.hash(password);
}

const withPassword = (profile: LoginProfile, passwordHash: string, now: number): LoginProfile => ({
  ...profile,
  passwordHash,
  passwordHistory: [profile.passwordHash, ...profile.passwordHistory].slice(0, HISTORY),
  passwordChangedAt: now,
});

/**
 * Gives a user a password. Without a name, in a session of AssumeRoot: lets the root user have one.
 * @throws NoSuchEntity             404
 * @throws EntityAlreadyExists      409
 * @throws PasswordPolicyViolation  400
 * @throws ValidationError          400  no password; or one, for root
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
 */
export async function createLoginProfile(
  input: Valid<CreateLoginProfileRequest>,
  context: OperationContext<User>,
): Promise<CreateLoginProfileResponse> {
  if (isRoot(context, input.UserName)) return createRootLoginProfile(input.Password, context);
  const user = storedUser(context, input.UserName);
  if (await context.reader.get(loginProfiles, [user.userId])) throw profileExists(user.userName);
  if (input.Password === undefined)
    throw validationError("1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null");
  const profile: LoginProfile = {
    accountId: context.account,
    userId: user.userId,
    passwordHash: await hashNewPassword(context, input.Password, undefined),
    passwordHistory: [],
    passwordResetRequired: input.PasswordResetRequired ?? false,
    createdAt: context.now,
    passwordChangedAt: context.now,
  };
  await context.installation.store.write(async (writer) => {
    await authorisedUser(writer, context, input.UserName);
    if (await writer.get(loginProfiles, [user.userId])) throw profileExists(user.userName);
    await writer.insert(loginProfiles, profile);
  });
  return { LoginProfile: shape(profile, user) };
}

/**
 * Whether a user has a password; root has, in a session of AssumeRoot without a name.
 * @throws NoSuchEntity  404  the user, or its password
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
 */
export async function getLoginProfile(
  input: Valid<GetLoginProfileRequest>,
  context: OperationContext<User>,
): Promise<GetLoginProfileResponse> {
  if (isRoot(context, input.UserName)) return getRootLoginProfile(context);
  const user = storedUser(context, input.UserName);
  const profile = await context.reader.get(loginProfiles, [user.userId]);
  if (!profile) throw noSuchProfile(user.userName);
  return { LoginProfile: shape(profile, user) };
}

/**
 * Replaces a user's password without asking for the old one, or sets whether it must be changed at the next sign-in; what is not given stays.
 * That an administrator is bound by PasswordReusePrevention as well is (unverified).
 * @throws NoSuchEntity             404  the user, or its password
 * @throws PasswordPolicyViolation  400
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
 */
export async function updateLoginProfile(input: Valid<UpdateLoginProfileRequest>, context: OperationContext<User>): Promise<object> {
  const user = storedUser(context, input.UserName);
  const known = await context.reader.get(loginProfiles, [user.userId]);
  if (!known) throw noSuchProfile(user.userName);
  const hash = input.Password === undefined ? undefined : await hashNewPassword(context, input.Password, known);
  await context.installation.store.write(async (writer) => {
    const profile = await profileToChange(writer, context, input.UserName);
    const changed = hash === undefined ? profile : withPassword(profile, hash, context.now);
    await writer.update(loginProfiles, {
      ...changed,
      passwordResetRequired: input.PasswordResetRequired ?? profile.passwordResetRequired,
    });
  });
  return {};
}

/**
 * Takes a user's password away; root's, in a session of AssumeRoot without a name. Its access keys go on working.
 * @throws NoSuchEntity  404  the user, or its password
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
 */
export async function deleteLoginProfile(input: Valid<DeleteLoginProfileRequest>, context: OperationContext<User>): Promise<object> {
  if (isRoot(context, input.UserName)) return deleteRootLoginProfile(context);
  await context.installation.store.write(async (writer) => {
    const profile = await profileToChange(writer, context, input.UserName);
    await writer.delete(loginProfiles, [profile.userId]);
  });
  return {};
}

/**
 * Changes the caller's own password, and with that lifts the duty to change it.
 * @throws InvalidUserType          400  root, a role or a federated user calls (from resources.ts)
 * @throws NoSuchEntity             404  the caller has no password
 * @throws Throttling               400  ten tries within fifteen minutes
 * @throws AccessDenied             403  the old password is wrong
 * @throws PasswordPolicyViolation  400
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
 */
export async function changePassword(input: Valid<ChangePasswordRequest>, context: OperationContext<User>): Promise<object> {
  const user = storedUser(context, undefined);
  const known = await context.reader.get(loginProfiles, [user.userId]);
  if (!known) throw noSuchProfile(user.userName);
  await countTry(context, user);
  if (!(await context.installation.passwords.verify(input.OldPassword, known.passwordHash)))
    // (unverified) wording
    throw new ServiceError('AccessDenied', 'The old password was incorrect.');
  const hash = await hashNewPassword(context, input.NewPassword, known);
  await context.installation.store.write(async (writer) => {
    const profile = await profileToChange(writer, context, undefined);
    if (profile.passwordHash !== known.passwordHash) throw concurrentModification();
    await writer.update(loginProfiles, { ...withPassword(profile, hash, context.now), passwordResetRequired: false });
  });
  return {};
}
