import { createHash } from 'node:crypto';
import { countAttempts, sourceOf } from '../../authentication/attempt-limit.ts';
import { checkPassword } from '../../authentication/password-policy.ts';
import { codeMatches, createCode, hashCode, isCode } from '../../authentication/verification-code.ts';
import type { Installation } from '../../authorization/installation.ts';
import type { MailChannel, MailMessage } from '../../core/mail.ts';
import { foldCase } from '../../core/name.ts';
import { hasRootProfile } from '../../services/iam/root-login-profile.ts';
import type { Writer } from '../../store/store.ts';
import { accounts, type RootPasswordReset, rootPasswordResets } from '../../store/tables/account.ts';
import { CODE_LIFE, CODE_TRIES, MAIL_LIMITS } from './mailed-code.ts';
import type { Person } from './password-sign-in.ts';
import { refuse } from './sign-in-page.ts';

export interface RootRecoveryParts {
  readonly installation: Installation;
  readonly mail: MailChannel;
  readonly logError: (error: unknown) => void;
}

const MINUTE = 60_000;
const MAX_EMAIL = 254;
const SWEPT = 20;

const wrongCode = () => refuse(403, 'AccessDeniedException', 'The code is not right, or its time is over. Ask for a new one.');

/**
 * How root users come to a new password: by a code mailed to their address. Those whose password a session of AssumeRoot has taken away are mailed
 * nothing until another has allowed them one again. Second factors are asked for afterwards, as at every sign-in (threat C10).
 */
export class RootRecovery {
  readonly #parts: RootRecoveryParts;

  constructor(parts: RootRecoveryParts) {
    this.#parts = parts;
  }

  /**
   * Mails a code. The secret by which the page goes on; there is one whether or not there is such a root user.
   * @throws ServiceError  429
   */
  async sendCode(email: string, address: string): Promise<string> {
    const { installation, mail, logError } = this.#parts;
    const { store, random, keys, clock } = installation;
    const now = clock.now();
    const counted = [
      { subject: `root-password-code:${foldCase(email.slice(0, MAX_EMAIL))}`, limit: MAIL_LIMITS.mails },
      { subject: `root-password-code-source:${sourceOf(address)}`, limit: MAIL_LIMITS.mailsOfSource },
      { subject: 'root-password-code', limit: MAIL_LIMITS.mailsAltogether },
    ];
    if ((await store.write((writer) => countAttempts(writer, counted, now))) !== undefined)
      throw refuse(429, 'ThrottlingException', 'There were too many attempts. Wait a while, and try again.');
    const found = email.length <= MAX_EMAIL ? await store.find(accounts, 'email', [foldCase(email)]) : undefined;
    const account = found?.status === 'ACTIVE' && found.createdAt <= now && hasRootProfile(found) ? found : undefined;
    const secret = Buffer.from(random.bytes(32)).toString('base64url');
    const code = createCode(random);
    const reset = { resetId: hashOf(secret), sentTo: account?.email ?? '', sentAt: now };
    await store.write(async (writer) => {
      await sweep(writer, now);
      await writer.insert(rootPasswordResets, {
        ...reset,
        ...(account && { accountId: account.accountId }),
        codeHash: hashCode(keys, placeOf(reset), code),
        tries: 0,
        expiresAt: now + CODE_LIFE,
      });
    });
    // Not waited for: how long a mail server takes would tell that there is such a root user. Nothing in it but the code, and no link (threat C05).
    if (account) mail.sendMail(codeMail(account.email, code)).catch(logError);
    return secret;
  }

  /**
   * Sets the password of the root user whom the code was mailed to. Who it is, to be signed in.
   * @throws ServiceError  403 wrong code, whatever it is; 400 the password will not do
   */
  async setPassword(secret: string, code: string, password: string): Promise<Person> {
    const { store, keys, clock, passwords } = this.#parts.installation;
    checkPassword(password, undefined);
    const now = clock.now();
    const resetId = hashOf(secret);
    // Counted before it is looked at, and in a transaction of its own (threat C01).
    const reset = await store.write(async (writer) => {
      const found = await writer.get(rootPasswordResets, [resetId]);
      if (!found || now >= found.expiresAt || found.tries >= CODE_TRIES) return undefined;
      await writer.update(rootPasswordResets, { ...found, tries: found.tries + 1 });
      return found;
    });
    if (!reset || !isCode(code) || !codeMatches(keys, placeOf(reset), code, reset.codeHash) || reset.accountId === undefined)
      throw wrongCode();
    const { accountId } = reset;
    // Only whoever has the code learns of the account's name and address.
    checkPassword(password, undefined, await store.get(accounts, [accountId]));
    const passwordHash = await passwords.hash(password);
    await store.write(async (writer) => {
      const account = await writer.get(accounts, [accountId]);
      const isTheirs = account?.status === 'ACTIVE' && hasRootProfile(account) && account.email === reset.sentTo;
      if (!isTheirs || !(await writer.delete(rootPasswordResets, [resetId]))) throw wrongCode();
      await writer.update(accounts, { ...account, rootPasswordHash: passwordHash, rootPasswordChangedAt: now });
    });
    return { accountId, ownerId: accountId, passwordHash };
  }
}

/** By which a page's secret is known here; the secret itself is kept nowhere. */
const hashOf = (secret: string): string => createHash('sha256').update(`root-password:${secret}`).digest('base64url');

const placeOf = ({ resetId, sentTo, sentAt }: Pick<RootPasswordReset, 'resetId' | 'sentTo' | 'sentAt'>) => ({
  signUpId: `root-password:${resetId}`,
  purpose: 'email' as const,
  destination: sentTo,
  sentAt,
});

/** Removes a few rows whose time is over, with each new one. */
async function sweep(writer: Writer, now: number): Promise<void> {
  for (const { resetId, expiresAt } of await writer.list(rootPasswordResets, { index: 'expiry', prefix: [], limit: SWEPT })) {
    if (expiresAt > now) return;
    await writer.delete(rootPasswordResets, [resetId]);
  }
}

const codeMail = (to: string, code: string): MailMessage => ({
  to,
  subject: 'Your Sagegate password code',
  text: `Your code is ${code}.

Type it on the page that asked for it, within ${CODE_LIFE / MINUTE} minutes, to set the password of the root user.
If you did not ask for it, somebody has typed your address; without the code nothing comes of it.
`,
});
