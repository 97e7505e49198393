import { iamArn, stsArn } from '../core/arn.ts';
import { foldCase } from '../core/name.ts';
import type { Tag } from '../core/tag.ts';
import type { Reader } from '../store/store.ts';
import { accounts } from '../store/tables/account.ts';
import { directorySignIns } from '../store/tables/directory.ts';
import { roles, type User, users } from '../store/tables/iam.ts';
import type { Caller } from './caller.ts';
import type { Session } from './session-token.ts';

/** The root user of an account; undefined when the account is closed or unknown. */
export async function rootCaller(reader: Reader, account: string): Promise<Caller | undefined> {
  const row = await reader.get(accounts, [account]);
  if (row?.status !== 'ACTIVE') return undefined;
  const arn = iamArn(account, 'root');
  return { principal: { kind: 'root', account, arn, principalArn: arn, uniqueId: account }, account, userId: account, tags: [] };
}

/** The IAM user with a unique id; undefined when it is gone, whoever has its name now. */
export async function userCaller(reader: Reader, userId: string): Promise<Caller | undefined> {
  const user = await reader.find(users, 'id', [userId]);
  if (!user || !(await isAccountActive(reader, user.accountId))) return undefined;
  const arn = userArn(user);
  return {
    principal: { kind: 'user', account: user.accountId, arn, principalArn: arn, uniqueId: user.userId },
    account: user.accountId,
    userId: user.userId,
    userName: user.userName,
    tags: user.tags,
  };
}

/** Whose session it is, as of now: undefined when the user or role it is bound to is gone, or the sign-in it hangs on has ended. */
export async function sessionCaller(reader: Reader, session: Session): Promise<Caller | undefined> {
  const { principal, signInId } = session;
  if (signInId !== undefined && !(await reader.get(directorySignIns, [signInId]))) return undefined;
  const frozen = { session, accessKeyId: session.accessKeyId, mfaAt: session.mfaAt };
  if (principal.kind === 'root') {
    const root = await rootCaller(reader, principal.account);
    return root && { ...root, ...frozen };
  }
  if (principal.kind === 'user') {
    const user = await userCaller(reader, principal.uniqueId);
    return user && { ...user, ...frozen };
  }
  return principal.kind === 'role' ? roleCaller(reader, session, frozen) : federatedCaller(reader, session, frozen);
}

type Frozen = Pick<Caller, 'session' | 'accessKeyId' | 'mfaAt'>;

async function roleCaller(reader: Reader, session: Session, frozen: Frozen): Promise<Caller | undefined> {
  const role = await reader.find(roles, 'id', [session.principal.uniqueId]);
  if (!role || !(await isAccountActive(reader, role.accountId))) return undefined;
  const roleArn = iamArn(role.accountId, `role${role.path}${role.roleName}`);
  const sessionName = session.principal.sessionName ?? '';
  return {
    principal: {
      kind: 'role',
      account: role.accountId,
      arn: stsArn(role.accountId, `assumed-role/${role.roleName}/${sessionName}`),
      principalArn: roleArn,
      uniqueId: `${role.roleId}:${sessionName}`,
      roleArn,
      roleId: role.roleId,
      ...(role.serviceLinkedFor === undefined ? {} : { serviceLinked: true }),
    },
    account: role.accountId,
    userId: `${role.roleId}:${sessionName}`,
    tags: overlay(role.tags, session.tags),
    ...frozen,
  };
}

async function federatedCaller(reader: Reader, session: Session, frozen: Frozen): Promise<Caller | undefined> {
  const { account, uniqueId } = session.principal;
  const issuer = uniqueId === account ? await rootCaller(reader, account) : await userCaller(reader, uniqueId);
  if (!issuer) return undefined;
  const name = session.principal.sessionName ?? '';
  const arn = stsArn(account, `federated-user/${name}`);
  return {
    principal: {
      kind: 'federated-user',
      account,
      arn,
      principalArn: arn,
      uniqueId: `${account}:${name}`,
      ...(uniqueId === account ? {} : { userArn: issuer.principal.arn, userId: uniqueId }),
    },
    account,
    userId: `${account}:${name}`,
    // (unverified) that the user's tags reach into its federated sessions.
    tags: overlay(issuer.tags, session.tags),
    ...frozen,
  };
}

export const userArn = (user: User): string => iamArn(user.accountId, `user${user.path}${user.userName}`);

/**
 * Whether an account is there and at work, neither suspended nor closed. Whoever is in one that is not is nobody, its roles trust nobody, and nobody signs in
 * to it, by whichever door.
 */
export const isAccountActive = async (reader: Reader, account: string): Promise<boolean> =>
  (await reader.get(accounts, [account]))?.status === 'ACTIVE';

/** Session tags replace the principal's of the same key, whatever its case. */
function overlay(below: readonly Tag[], above: readonly Tag[]): readonly Tag[] {
  if (above.length === 0) return below;
  const covered = new Set(above.map((tag) => foldCase(tag.Key)));
  return [...below.filter((tag) => !covered.has(foldCase(tag.Key))), ...above];
}
