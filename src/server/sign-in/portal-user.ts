import { type AttemptLimit, countAttempts, sourceOf } from '../../authentication/attempt-limit.ts';
import type { KeyRing } from '../../authentication/master-key.ts';
import type { Passwords } from '../../authentication/password.ts';
import { passwordViolations } from '../../authentication/password-policy.ts';
import { endPortalSession, hashSecret, newSecret, sweepPortal } from '../../authentication/portal-access.ts';
import { codeMatches, createCode, hashCode, isCode } from '../../authentication/verification-code.ts';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/id.ts';
import type { MailChannel } from '../../core/mail.ts';
import { parseMailbox } from '../../core/mailbox.ts';
import { foldCase } from '../../core/name.ts';
import type { Store } from '../../store/store.ts';
import { attempts } from '../../store/tables/account.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import { type IdentityUser, identityPasswords, identityUsers } from '../../store/tables/identity-store.ts';
import { type PasswordReset, passwordResets, portalSessions } from '../../store/tables/portal.ts';
import type { DirectorySource } from './directory-source.ts';
import { CODE_LIFE, CODE_TRIES, MAIL_LIMITS } from './mailed-code.ts';
import { refuse } from './sign-in-page.ts';

export interface PortalUserParts {
  readonly store: Store;
  readonly keys: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly directory: DirectorySource;
  readonly mail: MailChannel;
  readonly logError: (error: unknown) => void;
}

const MINUTE = 60_000;
/** Counted together over all doors; no limit that strangers can use to lock somebody out for good (threat C07). */
const LIMITS = {
  ofUserFromSource: { max: 10, window: 15 * MINUTE },
  ofUser: { max: 50, window: 15 * MINUTE },
  ofSource: { max: 100, window: 15 * MINUTE },
  ...MAIL_LIMITS,
} satisfies Record<string, AttemptLimit>;

const MAX_NAME = 128;

/** One sentence whatever is wrong (threat C03). */
const wrong = () => refuse(403, 'AccessDeniedException', 'The user name or the password is not right.');
const tooMany = () => refuse(429, 'ThrottlingException', 'There were too many attempts. Wait a while, and try again.');
const wrongCode = () => refuse(403, 'AccessDeniedException', 'The code is not right, or its time is over. Ask for a new one.');

/** How people prove who they are, and how those of the built-in identity store come to a password. */
export class PortalUsers {
  readonly #parts: PortalUserParts;

  constructor(parts: PortalUserParts) {
    this.#parts = parts;
  }

  #find({ identityStoreId }: IdentityCenterInstance, name: string): Promise<IdentityUser | undefined> {
    return this.#parts.store.find(identityUsers, 'name', [foldCase(name), identityStoreId]);
  }

  /** @throws ServiceError  429 */
  async #count(subjects: readonly { readonly subject: string; readonly limit: AttemptLimit }[]): Promise<void> {
    const now = this.#parts.clock.now();
    const until = await this.#parts.store.write((writer) => countAttempts(writer, subjects, now));
    if (until !== undefined) throw tooMany();
  }

  /**
   * The user whose name and password these are.
   * @throws ServiceError  403 wrong, whatever it is; 429 too many attempts
   */
  async signIn(instance: IdentityCenterInstance, name: string, password: string, address: string): Promise<IdentityUser> {
    const { store, passwords, directory } = this.#parts;
    const source = sourceOf(address);
    // There is no password here that could be right.
    if (instance.identitySource.kind === 'saml') throw wrong();
    if (instance.identitySource.kind === 'directory') return directory.signIn(instance, name, password, source);
    const subject = subjectOf(instance, name);
    await this.#count([
      { subject: `${subject}:${source}`, limit: LIMITS.ofUserFromSource },
      { subject, limit: LIMITS.ofUser },
      { subject: `sign-in-source:${source}`, limit: LIMITS.ofSource },
    ]);
    const user = await this.#find(instance, name);
    const known = user && (await store.get(identityPasswords, [user.identityStoreId, user.userId]));
    // The same work is done where there is nobody (threat C03).
    const isRight = await passwords.verify(password, known?.passwordHash);
    if (!isRight || !user?.enabled) throw wrong();
    // Who knows the password is not guessing: others have counts of their own.
    await store.write((writer) => writer.delete(attempts, [`${subject}:${source}`]));
    return user;
  }

  /**
   * Mails a code by which a password can be set. The secret by which the page goes on; there is one whether or not there is such a user.
   * @throws ServiceError  429
   */
  async sendCode(instance: IdentityCenterInstance, name: string, address: string): Promise<string> {
    const { store, random, keys, clock, mail, logError } = this.#parts;
    const now = clock.now();
    const source = sourceOf(address);
    await this.#count([
      { subject: `password-code:${subjectOf(instance, name)}`, limit: LIMITS.mails },
      { subject: `password-code-source:${source}`, limit: LIMITS.mailsOfSource },
      { subject: 'password-code', limit: LIMITS.mailsAltogether },
    ]);
    const user = instance.identitySource.kind === 'identity-store' ? await this.#find(instance, name) : undefined;
    const to = user?.enabled ? parseMailbox(user.attributes.Emails?.[0]?.Value ?? '')?.address : undefined;
    const secret = newSecret(random);
    const code = createCode(random);
    const reset = { resetId: hashSecret('password-reset', secret), sentTo: to ?? '', sentAt: now };
    await store.write(async (writer) => {
      await sweepPortal(writer, now);
      await writer.insert(passwordResets, {
        ...reset,
        identityStoreId: instance.identityStoreId,
        ...(user && to !== undefined ? { userId: user.userId } : {}),
        codeHash: hashCode(keys, placeOf(reset), code),
        tries: 0,
        expiresAt: now + CODE_LIFE,
      });
    });
    // Not waited for: how long a mail server takes would tell that there is such a user. Nothing in it but the code, and no link (threat C05).
    if (to !== undefined) mail.sendMail(passwordMail(to, code)).catch(logError);
    return secret;
  }

  /**
   * Sets a password by a code, and ends what was signed in before (threat C12).
   * @throws ServiceError  403 wrong code, whatever it is; 400 the password will not do
   */
  async setPassword(instance: IdentityCenterInstance, secret: string, code: string, password: string): Promise<IdentityUser> {
    const { store, clock, passwords, keys } = this.#parts;
    const [violation] = passwordViolations(password, undefined);
    if (violation !== undefined) throw refuse(400, 'PasswordPolicyViolationException', `${violation}.`);
    const now = clock.now();
    const resetId = hashSecret('password-reset', secret);
    // Counted before it is looked at, and in a transaction of its own (threat C01).
    const reset = await store.write(async (writer) => {
      const found = await writer.get(passwordResets, [resetId]);
      if (!found || found.identityStoreId !== instance.identityStoreId || now >= found.expiresAt || found.tries >= CODE_TRIES)
        return undefined;
      await writer.update(passwordResets, { ...found, tries: found.tries + 1 });
      return found;
    });
    if (!reset || !isCode(code) || !codeMatches(keys, placeOf(reset), code, reset.codeHash) || reset.userId === undefined)
      throw wrongCode();
    const { identityStoreId, userId } = reset;
    const passwordHash = await passwords.hash(password);
    return store.write(async (writer) => {
      const user = await writer.get(identityUsers, [identityStoreId, userId]);
      if (!user?.enabled || !(await writer.delete(passwordResets, [resetId]))) throw wrongCode();
      const row = { identityStoreId, userId, passwordHash, changedAt: now };
      const known = await writer.get(identityPasswords, [identityStoreId, userId]);
      await (known ? writer.update(identityPasswords, row) : writer.insert(identityPasswords, row));
      for (const { sessionId } of await writer.list(portalSessions, { index: 'user', prefix: [identityStoreId, userId] }))
        await endPortalSession(writer, sessionId);
      return user;
    });
  }
}

const subjectOf = ({ identityStoreId }: IdentityCenterInstance, name: string): string =>
  `sign-in:${identityStoreId}:${foldCase(name.slice(0, MAX_NAME))}`;

const placeOf = ({ resetId, sentTo, sentAt }: Pick<PasswordReset, 'resetId' | 'sentTo' | 'sentAt'>) => ({
  signUpId: `portal-password:${resetId}`,
  purpose: 'email' as const,
  destination: sentTo,
  sentAt,
});

const passwordMail = (to: string, code: string) => ({
  to,
  subject: 'Your Sagegate sign-in code',
  text: `Your code is ${code}.

Type it on the page that asked for it, within ${CODE_LIFE / MINUTE} minutes, to set your password.
If you did not ask for it, somebody has typed your user name; without the code nothing comes of it.
`,
});
