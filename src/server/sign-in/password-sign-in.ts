import { countAttempts } from '../../authentication/attempt-limit.ts';
import { countMfaDevices, proveMfaCode } from '../../authentication/mfa.ts';
import { isHashable } from '../../authentication/password.ts';
import { rootCaller, userCaller } from '../../authentication/principals.ts';
import { openValue, sealValue } from '../../authentication/sealed-value.ts';
import type { Installation } from '../../authorization/installation.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import { issueCredentials } from '../../services/sts/session.ts';
import { accounts } from '../../store/tables/account.ts';
import { loginProfiles, passwordPolicies, type User, users, virtualMfaDevices } from '../../store/tables/iam.ts';
import type { Pipeline } from '../pipeline.ts';
import type { NewConsoleSession } from './console-session.ts';
import { findNamedAccount } from './named-account.ts';
import type { browserFacts } from './role-entry.ts';
import { refuse } from './sign-in-page.ts';

export interface PasswordSignInParts {
  readonly installation: Installation;
  readonly callForBrowser: Pipeline['callForBrowser'];
}

/** Whose password was right. */
export interface Person {
  readonly accountId: string;
  /** Unique id of the user; the account id for root. */
  readonly ownerId: string;
  /** Hash of the password that was right: another one since then, and what was begun with it is over (threat C12). */
  readonly passwordHash: string;
}

/** Somebody between two pages, sealed: what is proved so far, and what is still to come. */
export interface PendingSignIn extends Person {
  readonly mfaAt?: number;
  readonly destination: string;
  readonly expiresAt: number;
}

/** What must come before somebody is in. `contact`: the password has expired for good; an administrator must set another. */
export type NextStep = 'mfa' | 'change' | 'contact' | 'in';

/** AWS's sentence, whatever was wrong (threat C03). */
const WRONG = 'Your authentication information is incorrect. Please try again.';

const MINUTE = 60_000;
/** Shared with ChangePassword, by the same subject (threat C07). */
const NAME_TRIES = { max: 10, window: 15 * MINUTE };
const SOURCE_TRIES = { max: 100, window: 15 * MINUTE };
/** How long somebody may take between two pages. */
const STEP_LIFE = 10 * MINUTE;
const SESSION_SECONDS = 43_200;
const DAY = 86_400_000;
const MAX_DEVICES = 8;

/** 403 */
const wrong = (): ServiceError => refuse(403, 'AccessDeniedException', WRONG);

/**
 * Signing in by password: the root user by e-mail address, IAM users by account and name. Every answer to a stranger is the same, takes as long, and
 * is counted by name and by source; nobody has any power before all factors are proved (threat C10).
 */
export class PasswordSignIn {
  readonly #parts: PasswordSignInParts;

  constructor(parts: PasswordSignInParts) {
    this.#parts = parts;
  }

  /** @param account  id or alias. @throws ServiceError  403, 429 */
  async user(account: string, userName: string, password: string, source: string): Promise<Person> {
    const { store, passwords } = this.#parts.installation;
    const found = await findNamedAccount(store, account);
    await this.#countTry(`sign-in:${found?.accountId ?? foldCase(account.slice(0, 64))}:${foldCase(userName.slice(0, 64))}`, source);
    const user = found && (await store.get(users, [found.accountId, foldCase(userName)]));
    const profile = user && (await store.get(loginProfiles, [user.userId]));
    const isRight =
      isHashable(password) && (await passwords.verify(password, found?.status === 'ACTIVE' ? profile?.passwordHash : undefined));
    if (!isRight || !user || !profile) throw wrong();
    return { accountId: user.accountId, ownerId: user.userId, passwordHash: profile.passwordHash };
  }

  /** @throws ServiceError  403, 429 */
  async root(email: string, password: string, source: string): Promise<Person> {
    const { store, passwords } = this.#parts.installation;
    await this.#countTry(`sign-in-root:${foldCase(email.slice(0, 254))}`, source);
    const account = email.length <= 254 ? await store.find(accounts, 'email', [foldCase(email)]) : undefined;
    const stored = account?.status === 'ACTIVE' ? account.rootPasswordHash : undefined;
    if (!isHashable(password) || !(await passwords.verify(password, stored)) || !account || stored === undefined) throw wrong();
    return { accountId: account.accountId, ownerId: account.accountId, passwordHash: stored };
  }

  /** What somebody has still to do. @throws ServiceError  403  nobody any more */
  async next(pending: PendingSignIn): Promise<NextStep> {
    const { store, clock } = this.#parts.installation;
    const { ownerId, accountId, mfaAt } = pending;
    const { passwordResetRequired, passwordChangedAt } = await this.#current(pending);
    if (mfaAt === undefined && (await countMfaDevices(store, ownerId)) > 0) return 'mfa';
    if (ownerId === accountId) return 'in';
    const policy = await store.get(passwordPolicies, [accountId]);
    const age = policy?.maxPasswordAge;
    const expired = age !== undefined && clock.now() >= passwordChangedAt + age * DAY;
    if (expired && policy?.hardExpiry === true) return 'contact';
    return expired || passwordResetRequired ? 'change' : 'in';
  }

  /** Whether somebody has a device that shows codes. */
  async hasCodes({ ownerId }: Person): Promise<boolean> {
    return (await this.#devices(ownerId)).length > 0;
  }

  /** The second factor of somebody: a passkey, proved by whoever calls this, with the password that is still theirs. @throws ServiceError  403 */
  async proved(pending: PendingSignIn, prove: (ownerId: string) => Promise<void>): Promise<PendingSignIn> {
    await this.#current(pending);
    await prove(pending.ownerId);
    return { ...pending, mfaAt: this.#parts.installation.clock.now() };
  }

  /** The second factor of somebody: a code that one of the devices shows. @throws ServiceError  403 */
  async prove(pending: PendingSignIn, code: string): Promise<PendingSignIn> {
    const { installation } = this.#parts;
    await this.#current(pending);
    for (const { accountId, serialNumber } of await this.#devices(pending.ownerId)) {
      try {
        await proveMfaCode(installation, accountId, pending.ownerId, serialNumber, code);
        return { ...pending, mfaAt: installation.clock.now() };
      } catch (error) {
        // Another device's code, perhaps.
        if (!(error instanceof ServiceError)) throw error;
      }
    }
    throw refuse(403, 'AccessDeniedException', 'The code is not right, or was used before. Wait for the next one.');
  }

  /** The new password of somebody who must have one, by ChangePassword: who may not call it is told so. @throws ServiceError  as ChangePassword */
  async change(
    pending: PendingSignIn,
    oldPassword: string,
    newPassword: string,
    from: ReturnType<typeof browserFacts>,
  ): Promise<PendingSignIn> {
    const { store } = this.#parts.installation;
    await this.#current(pending);
    const caller = await userCaller(store, pending.ownerId);
    if (!caller) throw wrong();
    const input = { OldPassword: oldPassword, NewPassword: newPassword };
    await this.#parts.callForBrowser({ ...caller, mfaAt: pending.mfaAt }, 'iam', 'ChangePassword', input, from);
    const profile = await store.get(loginProfiles, [pending.ownerId]);
    if (!profile) throw wrong();
    return { ...pending, passwordHash: profile.passwordHash };
  }

  /** Lets somebody in who has done everything. @throws Error  there is something left to do: never call it before `next` says `in` */
  async enter(pending: PendingSignIn): Promise<NewConsoleSession> {
    const { installation } = this.#parts;
    if ((await this.next(pending)) !== 'in') throw new Error('somebody was let in too early');
    const { store, clock } = installation;
    const { accountId, ownerId, mfaAt } = pending;
    const now = clock.now();
    const isRoot = ownerId === accountId;
    const caller = isRoot ? await rootCaller(store, accountId) : await userCaller(store, ownerId);
    if (!caller) throw wrong();
    const user = await this.#used(pending, now);
    const session = {
      kind: 'ConsoleLogin' as const,
      principal: {
        kind: isRoot ? ('root' as const) : ('user' as const),
        account: accountId,
        uniqueId: ownerId,
        path: user?.path ?? '/',
        name: user?.userName ?? '',
      },
      mfaAt,
      chained: false,
      policies: { managedArns: [] },
      tags: [],
      transitiveTagKeys: [],
      context: {},
    };
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = issueCredentials(session, SESSION_SECONDS, {
      installation,
      now,
      account: accountId,
    });
    return {
      credentials: {
        accessKeyId: AccessKeyId ?? '',
        secretAccessKey: SecretAccessKey ?? '',
        sessionToken: SessionToken ?? '',
        expiresAt: Expiration?.getTime() ?? now,
      },
      accountId,
      arn: caller.principal.arn,
      method: 'password',
      signInUrl: isRoot ? '/signin/root' : `/signin?account=${accountId}`,
    };
  }

  begin(person: Person, destination: string): PendingSignIn {
    return { ...person, destination, expiresAt: this.#parts.installation.clock.now() + STEP_LIFE };
  }

  seal(pending: PendingSignIn): string {
    return sealValue(pending, 'sign-in-step', [], this.#parts.installation);
  }

  /** @throws ServiceError  403  it is none of ours, or too late */
  open(text: string): PendingSignIn {
    const { installation } = this.#parts;
    const pending = openValue<PendingSignIn>(text, 'sign-in-step', [], installation);
    if (!pending || installation.clock.now() >= pending.expiresAt)
      throw refuse(403, 'AccessDeniedException', 'You took too long. Sign in again.');
    return pending;
  }

  /** By id or alias. */
  #devices(ownerId: string) {
    return this.#parts.installation.store.list(virtualMfaDevices, { index: 'user', prefix: [ownerId], limit: MAX_DEVICES });
  }

  /** The password as it stands; whoever changed it meanwhile has ended this sign-in. */
  async #current({ accountId, ownerId, passwordHash }: Person): Promise<{ passwordResetRequired: boolean; passwordChangedAt: number }> {
    const { store } = this.#parts.installation;
    if (ownerId === accountId) {
      const account = await store.get(accounts, [accountId]);
      if (account?.status !== 'ACTIVE' || account.rootPasswordHash !== passwordHash) throw wrong();
      return { passwordResetRequired: false, passwordChangedAt: account.rootPasswordChangedAt ?? account.createdAt };
    }
    const profile = await store.get(loginProfiles, [ownerId]);
    if (profile?.passwordHash !== passwordHash) throw wrong();
    return profile;
  }

  /** Writes down that the password was used. The user, when it is one. */
  async #used({ accountId, ownerId }: Person, now: number): Promise<User | undefined> {
    return this.#parts.installation.store.write(async (writer) => {
      if (ownerId === accountId) {
        const account = await writer.get(accounts, [accountId]);
        if (account) await writer.update(accounts, { ...account, rootPasswordLastUsed: now });
        return undefined;
      }
      const user = await writer.find(users, 'id', [ownerId]);
      if (user) await writer.update(users, { ...user, passwordLastUsed: now });
      return user;
    });
  }

  async #countTry(subject: string, source: string): Promise<void> {
    const { store, clock } = this.#parts.installation;
    const now = clock.now();
    const counted = [
      { subject, limit: NAME_TRIES },
      { subject: `sign-in-source:${source}`, limit: SOURCE_TRIES },
    ];
    const until = await store.write((writer) => countAttempts(writer, counted, now));
    if (until === undefined) return;
    const minutes = Math.ceil((until - now) / MINUTE);
    throw refuse(429, 'ThrottlingException', `Too many attempts. Try again in ${minutes} minutes.`);
  }
}
