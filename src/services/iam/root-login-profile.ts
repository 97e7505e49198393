import type { CreateLoginProfileResponse, GetLoginProfileResponse } from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Reader } from '../../store/store.ts';
import { type Account, accounts } from '../../store/tables/account.ts';
import { entityAlreadyExists, noSuchEntity, validationError } from './errors.ts';

/*
 * The root user's password as a session of AssumeRoot sees it: whether there is one, taking it away, and letting the root user have one again.
 * Nobody sets it here: the root user does, by a code mailed to its address. Root has no name, so answers have none and sentences say `root`
 * (unverified).
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
 */

/** Whether the root user may sign in by password, or may come to one. */
export const hasRootProfile = ({ rootPasswordHash, rootPasswordAllowedAt }: Account): boolean =>
  rootPasswordHash !== undefined || rootPasswordAllowedAt !== undefined;

const shape = ({ rootPasswordAllowedAt, createdAt }: Account) => ({
  UserName: undefined,
  CreateDate: new Date(rootPasswordAllowedAt ?? createdAt),
  PasswordResetRequired: false,
});

/** @throws ValidationError  400  root's own credentials call: they must name a user */
function refuseOwnCredentials({ caller }: Pick<OperationContext, 'caller'>): void {
  if (caller.session?.kind !== 'AssumeRoot') throw validationError('Must specify userName when calling with non-User credentials');
}

async function accountOf(reader: Reader, accountId: string): Promise<Account> {
  const account = await reader.get(accounts, [accountId]);
  if (!account) throw new Error(`there is no account ${accountId} whose root user calls`);
  return account;
}

const noProfile = () => noSuchEntity('Login Profile for User root cannot be found.');

/** @throws ValidationError, NoSuchEntity */
export async function getRootLoginProfile(context: OperationContext): Promise<GetLoginProfileResponse> {
  refuseOwnCredentials(context);
  const account = await accountOf(context.reader, context.account);
  if (!hasRootProfile(account)) throw noProfile();
  return { LoginProfile: shape(account) };
}

/** Lets the root user come to a password. @throws ValidationError, EntityAlreadyExists */
export async function createRootLoginProfile(password: string | undefined, context: OperationContext): Promise<CreateLoginProfileResponse> {
  refuseOwnCredentials(context);
  // (unverified) wording
  if (password !== undefined) throw validationError('Password must not be specified when calling with root user credentials');
  const allowed = await context.installation.store.write(async (writer) => {
    const account = await accountOf(writer, context.account);
    if (hasRootProfile(account)) throw entityAlreadyExists('Login Profile for user root already exists.');
    const changed = { ...account, rootPasswordAllowedAt: context.now };
    await writer.update(accounts, changed);
    return changed;
  });
  return { LoginProfile: shape(allowed) };
}

/** Takes the root user's password away, and the way to another one. @throws ValidationError, NoSuchEntity */
export async function deleteRootLoginProfile(context: OperationContext): Promise<object> {
  refuseOwnCredentials(context);
  await context.installation.store.write(async (writer) => {
    const account = await accountOf(writer, context.account);
    if (!hasRootProfile(account)) throw noProfile();
    const { rootPasswordHash, rootPasswordChangedAt, rootPasswordAllowedAt, ...rest } = account;
    await writer.update(accounts, rest);
  });
  return {};
}
