import { createHash } from 'node:crypto';
import { type Counted, countAttempts } from '../../authentication/attempt-limit.ts';
import type { KeyRing } from '../../authentication/master-key.ts';
import { checkPassword } from '../../authentication/password-policy.ts';
import { codeMatches, createCode, hashCode, isCode, keypadCode } from '../../authentication/verification-code.ts';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/id.ts';
import type { MailChannel } from '../../core/mail.ts';
import { type Mailbox, parseMailbox } from '../../core/mailbox.ts';
import { ServiceError } from '../../core/service-error.ts';
import { createAccount } from '../../store/new-account.ts';
import type { Store, Writer } from '../../store/store.ts';
import { type Account, accounts, type ContactInformation, type SignUp, signUps } from '../../store/tables/account.ts';
import type { CallEnd, CallListener, PhoneChannel, PhoneWay } from './channel.ts';
import { codeMail, codeMessage } from './code-message.ts';
import { checkContact } from './contact.ts';
import { parsePhoneNumber } from './phone-number.ts';
import { type SignUpLimits, STANDARD_LIMITS } from './sign-up-limits.ts';
import { placeOf, type SignUpView, TRIES, viewOf } from './sign-up-view.ts';

/*
 * email ──code──▶ password ──▶ contact ──▶ phone ──code──▶ complete
 *
 * A telephone is proved in one of two ways: a text message brings a code that is typed on the page, or the page shows a code, the telephone rings, and
 * the code is typed on its keys. Each code is good for its own way only: one that a page shows is worth nothing on that page.
 *
 * A state machine whose state is one row: a step is taken in the transaction that checks that it is the one whose turn it is, so neither two
 * tabs nor fifty parallel requests get further than one would. Whether an address has an account already is told only to who has read its
 * mail (threat C03). No link is ever mailed, and nothing that the visitor typed (threats C05, C06).
 */

const CODE_DIGITS = 6;
const CODE_LIFE = 10 * 60_000;
/** Codes of both kinds that one sign-up may ask for. */
const CODES = 8;
const LIFE = 60 * 60_000;
/** How long a finished sign-up can still be looked at, and its first key asked for. */
const AFTERLIFE = 15 * 60_000;

/** AWS's for account names. @see https://docs.aws.amazon.com/accounts/latest/reference/API_PutAccountName.html */
const ACCOUNT_NAME = /^[ -;=?-~]{1,50}$/;

export interface SignUpParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: KeyRing;
  readonly passwords: { hash(password: string): Promise<string>; verify(password: string, stored: string | undefined): Promise<boolean> };
  readonly regions: readonly string[];
  readonly mail: MailChannel;
  readonly phone: PhoneChannel;
  readonly limits?: SignUpLimits;
  /** What a channel failed with; for the operator, never for the visitor. */
  readonly logError: (error: unknown) => void;
}

/** A refusal as a value: what was counted on the way stays counted. */
type Refusal = { readonly refused: ServiceError };
type Outcome<T> = { readonly value: T } | Refusal;

const refuse = (code: string, message: string, status: number): Refusal => ({ refused: new ServiceError(code, message, { status }) });
const invalid = (message: string): Refusal => refuse('ValidationException', message, 400);

const notFound = (): Refusal => refuse('ResourceNotFoundException', 'There is no such sign-up, or its time has passed. Begin again.', 404);
const tooMany = (until: number, now: number): Refusal => {
  const retryAfterSeconds = Math.max(1, Math.ceil((until - now) / 1000));
  return {
    refused: new ServiceError('ThrottlingException', 'Too many attempts. Try again later.', { status: 429, fields: { retryAfterSeconds } }),
  };
};

function settle<T>(outcome: Outcome<T>): T {
  if ('refused' in outcome) throw outcome.refused;
  return outcome.value;
}

/** The sign-ups of an installation. Every method throws ServiceErrors with a status: 400, 404, 409, 429, or 503 when no channel took a message. */
export class SignUps implements CallListener {
  readonly #parts: SignUpParts;
  readonly #limits: SignUpLimits;

  constructor(parts: SignUpParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? STANDARD_LIMITS;
  }

  /**
   * Begins one and mails the first code. The answer is the same whether or not the address has an account.
   * @returns the secret by which the sign-up is continued, 256 random bits
   */
  async start(email: string, accountName: string, source: string): Promise<{ token: string; signUp: SignUpView }> {
    const mailbox = parseMailbox(email);
    if (!mailbox) throw invalid('The e-mail address must be one plain address, such as owner@example.com.').refused;
    if (!ACCOUNT_NAME.test(accountName)) {
      throw invalid('The account name must be 1 to 50 characters of plain ASCII text without < and >.').refused;
    }
    const { store, random, clock } = this.#parts;
    const token = Buffer.from(random.bytes(32)).toString('base64url');
    const code = createCode(random);
    const row = settle(
      await store.write(async (writer): Promise<Outcome<SignUp>> => {
        const now = clock.now();
        await sweep(writer, now);
        if ((await writer.count(signUps, { prefix: [] })) >= this.#limits.underWay) return tooMany(now + LIFE, now);
        const until = await countAttempts(
          writer,
          [{ subject: `sign-up:${source}`, limit: this.#limits.startsBySource }, ...this.#mailCounts(mailbox)],
          now,
        );
        if (until !== undefined) return tooMany(until, now);
        const blank: SignUp = {
          signUpId: hashToken(token),
          step: 'email',
          email,
          accountName,
          codesSent: 0,
          createdAt: now,
          expiresAt: now + LIFE,
        };
        const begun = this.#withCode(blank, 'email', code, now);
        await writer.insert(signUps, begun);
        return { value: begun };
      }),
    );
    await this.#send(row, code);
    return { token, signUp: this.#view(row) };
  }

  /** How a telephone can be proved here; the first is offered first. */
  get phoneWays(): readonly PhoneWay[] {
    return this.#parts.phone.ways;
  }

  async show(token: string): Promise<SignUpView> {
    const row = await this.#parts.store.get(signUps, [hashToken(token)]);
    if (!row || row.expiresAt <= this.#parts.clock.now()) throw notFound().refused;
    return this.#view(row);
  }

  /** Sends the code that is waited for anew; the one before it is worth nothing from now on. */
  resend(token: string, source: string): Promise<SignUpView> {
    return this.#sendCode(token, source, (row) => {
      if (row.step === 'email') return row;
      return row.step === 'phone' && row.phone ? { ...row, phone: { number: row.phone.number, by: row.phone.by } } : undefined;
    });
  }

  /** @throws ConflictException  409  the mailbox is proved, and has an account already */
  async confirmEmail(token: string, code: string): Promise<SignUpView> {
    if (!isCode(code)) throw notACode().refused;
    return this.#withRow(token, 'email', async (row, writer, now) => {
      const refused = await this.#tryCode(row, 'email', code, writer, now);
      if (refused) return refused;
      if (await writer.find(accounts, 'email', [emailKey(row.email)])) return this.#alreadyUsed(row, writer);
      return this.#advance(writer, row, { step: 'password' });
    });
  }

  /** The root user's password. @throws PasswordPolicyViolationException  400  with what is missing */
  async choosePassword(token: string, password: string): Promise<SignUpView> {
    const { store, clock, passwords } = this.#parts;
    // Cheap checks first: hashing costs, so it is counted, and done for who is at this step (threat Z03).
    const row = settle(
      await store.write(async (writer): Promise<Outcome<SignUp>> => {
        const now = clock.now();
        const known = await writer.get(signUps, [hashToken(token)]);
        if (!known || known.expiresAt <= now) return notFound();
        if (known.step !== 'password') return wrongStep(known);
        const until = await countAttempts(writer, [{ subject: `sign-up-password:${known.signUpId}`, limit: this.#limits.passwords }], now);
        return until === undefined ? { value: known } : tooMany(until, now);
      }),
    );
    checkPassword(password, undefined, { name: row.accountName, email: row.email });
    const passwordHash = await passwords.hash(password);
    return this.#withRow(token, 'password', (now, writer) => this.#advance(writer, now, { step: 'contact', passwordHash }));
  }

  async giveContact(token: string, given: Partial<ContactInformation>): Promise<SignUpView> {
    const contact = checkContact(given);
    return this.#withRow(token, 'contact', (row, writer) => this.#advance(writer, row, { step: 'phone', contact }));
  }

  /** Sends a code by text message, or rings and shows a code to be typed on the telephone's keys; the given number, or else the contact's. */
  async verifyPhone(token: string, by: PhoneWay, phoneNumber: string | undefined, source: string): Promise<SignUpView> {
    const given = phoneNumber === undefined ? undefined : parsePhoneNumber(phoneNumber);
    if (phoneNumber !== undefined && !given) throw invalid(PHONE_NUMBER_SENTENCE).refused;
    if (!this.phoneWays.includes(by))
      throw invalid(
        by === 'text' ? 'This server makes calls and sends no text messages.' : 'This server sends text messages and makes no calls.',
      ).refused;
    return this.#sendCode(token, source, (row) => {
      if (row.step !== 'phone') return undefined;
      const number = given?.number ?? parsePhoneNumber(row.contact?.PhoneNumber ?? '')?.number;
      return number === undefined ? invalid(PHONE_NUMBER_SENTENCE) : { ...row, phone: { number, by } };
    });
  }

  /** The last step, with the code of a text message: the account exists, and is active, when this resolves. */
  async confirmPhone(token: string, code: string): Promise<SignUpView> {
    if (!isCode(code)) throw notACode().refused;
    return this.#withRow(token, 'phone', async (row, writer, now) => {
      // INVARIANT: what a page shows proves nothing when it is typed on a page.
      if (row.phone?.by === 'voice') return refuse('ConflictException', 'Type this code on the keys of the telephone that rings.', 409);
      return (await this.#tryCode(row, 'phone', code, writer, now)) ?? this.#complete(row, writer, now);
    });
  }

  async answered(callId: string): Promise<number | undefined> {
    return this.#parts.store.write(async (writer) => {
      const row = await this.#called(writer, callId);
      if (!row?.phone || !row.code) return undefined;
      await writer.update(signUps, { ...row, phone: { ...row.phone, call: 'answered' } });
      return row.code.attempts;
    });
  }

  /** The last step, with digits typed on the keys of a telephone: at `right` the account exists. */
  async typed(callId: string, digits: string, turn: number): Promise<'right' | 'wrong' | 'over'> {
    return this.#parts.store.write(async (writer) => {
      const row = await this.#called(writer, callId);
      if (!row?.code || row.code.attempts !== turn) return 'over';
      const now = this.#parts.clock.now();
      const refused = (await this.#tryCode(row, 'phone', digits, writer, now)) ?? (await this.#complete(row, writer, now));
      if (!('refused' in refused)) return 'right';
      return refused.refused.code === 'CodeMismatchException' && turn + 1 < TRIES ? 'wrong' : 'over';
    });
  }

  async ended(callId: string, how: CallEnd): Promise<void> {
    await this.#parts.store.write(async (writer) => {
      const row = await this.#called(writer, callId);
      if (row?.phone) await writer.update(signUps, { ...row, phone: { ...row.phone, call: how } });
    });
  }

  /** The sign-up that waits for a call, with a code that is still good. */
  async #called(writer: Writer, callId: string): Promise<SignUp | undefined> {
    const [, signUpId, sentAt] = /^([A-Za-z0-9_-]{43})\.([0-9]{1,16})$/.exec(callId) ?? [];
    const row = signUpId === undefined ? undefined : await writer.get(signUps, [signUpId]);
    const now = this.#parts.clock.now();
    if (row?.step !== 'phone' || row.expiresAt <= now || row.phone?.by !== 'voice' || row.code?.purpose !== 'phone') return undefined;
    const { sentAt: asked, expiresAt, attempts } = row.code;
    return String(asked) === sentAt && expiresAt > now && attempts < TRIES ? row : undefined;
  }

  async #complete(row: SignUp, writer: Writer, now: number): Promise<Outcome<SignUp>> {
    // Somebody else may have proved the same mailbox meanwhile, in a sign-up of their own.
    if (await writer.find(accounts, 'email', [emailKey(row.email)])) return this.#alreadyUsed(row, writer);
    const { accountName: name, email, passwordHash, contact } = row;
    const account = await createAccount(writer, { name, email, passwordHash, contact, createdAt: now }, this.#parts);
    const { passwordHash: _, ...rest } = row;
    return this.#advance(writer, rest, { step: 'complete', accountId: account.accountId, expiresAt: now + AFTERLIFE });
  }

  /**
   * Lets whoever has just signed up make the account's first access key: once, and with the root password. Gives the account.
   * @throws AccessDeniedException  403  the password is not the one chosen
   * @throws ConflictException      409  a first key was handed out before
   */
  async claimFirstKey(token: string, password: string): Promise<Account> {
    const { store, clock, passwords } = this.#parts;
    const account = settle(
      await store.write(async (writer): Promise<Outcome<Account>> => {
        const now = clock.now();
        const known = await writer.get(signUps, [hashToken(token)]);
        if (!known || known.expiresAt <= now) return notFound();
        if (known.step !== 'complete') return wrongStep(known);
        if (known.firstKeyIssued) return keyIssued();
        const until = await countAttempts(writer, [{ subject: `first-key:${known.signUpId}`, limit: this.#limits.passwords }], now);
        if (until !== undefined) return tooMany(until, now);
        const owned = await writer.get(accounts, [known.accountId ?? '']);
        return owned?.status === 'ACTIVE' ? { value: owned } : notFound();
      }),
    );
    if (!(await passwords.verify(password, account.rootPasswordHash)))
      throw refuse('AccessDeniedException', 'The password is not right.', 403).refused;
    await this.#withRow(token, 'complete', async (now, writer) =>
      now.firstKeyIssued ? keyIssued() : this.#advance(writer, now, { firstKeyIssued: true }),
    );
    return account;
  }

  /** Takes a claim back, when nothing came of it. */
  async returnFirstKey(token: string): Promise<void> {
    await this.#withRow(token, 'complete', (row, writer) => this.#advance(writer, row, { firstKeyIssued: false }));
  }

  /** Checks the step and does the work, in one transaction. */
  async #withRow(
    token: string,
    step: SignUp['step'],
    work: (row: SignUp, writer: Writer, now: number) => Promise<Outcome<SignUp>>,
  ): Promise<SignUpView> {
    const { store, clock } = this.#parts;
    const outcome = await store.write(async (writer): Promise<Outcome<SignUp>> => {
      const now = clock.now();
      const row = await writer.get(signUps, [hashToken(token)]);
      if (!row || row.expiresAt <= now) return notFound();
      return row.step === step ? work(row, writer, now) : wrongStep(row);
    });
    return this.#view(settle(outcome));
  }

  /** Takes up a code: counts the try before it compares. Undefined when the code is right; it is then used up. */
  async #tryCode(row: SignUp, purpose: 'email' | 'phone', code: string, writer: Writer, now: number): Promise<Refusal | undefined> {
    if (row.code?.purpose !== purpose) return refuse('ConflictException', 'No code has been sent yet. Ask for one.', 409);
    if (row.code.expiresAt <= now) return refuse('ExpiredCodeException', 'The code is no longer valid. Ask for a new one.', 400);
    if (row.code.attempts >= TRIES) return refuse('LimitExceededException', 'Too many wrong codes. Ask for a new one.', 429);
    const counted: SignUp = { ...row, code: { ...row.code, attempts: row.code.attempts + 1 } };
    await writer.update(signUps, counted);
    const place = placeOf(row, purpose, row.code.sentAt);
    return codeMatches(this.#parts.keys, place, code, row.code.hash)
      ? undefined
      : refuse('CodeMismatchException', 'The code is not right.', 400);
  }

  async #sendCode(token: string, source: string, prepare: (row: SignUp) => SignUp | Refusal | undefined): Promise<SignUpView> {
    const { store, clock, random } = this.#parts;
    const code = createCode(random);
    const row = settle(
      await store.write(async (writer): Promise<Outcome<SignUp>> => {
        const now = clock.now();
        const known = await writer.get(signUps, [hashToken(token)]);
        if (!known || known.expiresAt <= now) return notFound();
        const prepared = prepare(known);
        if (!prepared) return wrongStep(known);
        if ('refused' in prepared) return prepared;
        if (prepared.codesSent >= CODES)
          return refuse('LimitExceededException', 'This sign-up has asked for too many codes. Begin again later.', 429);
        const until = await countAttempts(writer, this.#sendCounts(prepared, source), now);
        if (until !== undefined) return tooMany(until, now);
        const next = this.#withCode(prepared, prepared.step === 'email' ? 'email' : 'phone', code, now);
        await writer.update(signUps, next);
        return { value: next };
      }),
    );
    await this.#send(row, code);
    return this.#view(row);
  }

  #mailCounts(mailbox: Mailbox): Counted[] {
    return [
      { subject: `mail:${mailbox.countedAs}`, limit: this.#limits.mailsByMailbox },
      { subject: 'mail', limit: this.#limits.mails },
    ];
  }

  #sendCounts(row: SignUp, source: string): Counted[] {
    if (row.step === 'email') {
      const mailbox = parseMailbox(row.email);
      return mailbox ? this.#mailCounts(mailbox) : [];
    }
    const phone = parsePhoneNumber(row.phone?.number ?? '');
    return [
      { subject: `phone:${phone?.number}`, limit: this.#limits.messagesByNumber },
      { subject: `phone-block:${phone?.block}`, limit: this.#limits.messagesByBlock },
      { subject: `phone-source:${source}`, limit: this.#limits.messagesBySource },
      { subject: 'phone', limit: this.#limits.messages },
    ];
  }

  #withCode(row: SignUp, purpose: 'email' | 'phone', code: string, now: number): SignUp {
    // Later than the code before it even when both are sent in one millisecond: the time is part of what is hashed.
    const sentAt = row.code && row.code.sentAt >= now ? row.code.sentAt + 1 : now;
    const place = placeOf(row, purpose, sentAt);
    const { keys } = this.#parts;
    const hash = hashCode(keys, place, purpose === 'phone' && row.phone?.by === 'voice' ? keypadCode(keys, place) : code);
    return { ...row, code: { hash, purpose, sentAt, expiresAt: now + CODE_LIFE, attempts: 0 }, codesSent: row.codesSent + 1 };
  }

  async #send(row: SignUp, code: string): Promise<void> {
    const minutes = CODE_LIFE / 60_000;
    try {
      if (row.step === 'email') await this.#parts.mail.sendMail(codeMail(row.email, code, minutes));
      else if (row.phone?.by === 'text') await this.#parts.phone.sendTextMessage(codeMessage(row.phone.number, code, minutes));
      else if (row.phone && row.code)
        await this.#parts.phone.placeCall({ callId: callIdOf(row, row.code.sentAt), to: row.phone.number, digits: CODE_DIGITS }, this);
    } catch (error) {
      this.#parts.logError(error);
      if (row.step === 'phone' && row.code) await this.ended(callIdOf(row, row.code.sentAt), 'failed');
      throw refuse('ServiceUnavailableException', 'The code could not be sent. Ask for it again in a while.', 503).refused;
    }
  }

  #view(row: SignUp): SignUpView {
    const { keys, clock } = this.#parts;
    return viewOf(row, keys, clock.now());
  }

  async #advance(writer: Writer, row: SignUp, changes: Partial<SignUp>): Promise<Outcome<SignUp>> {
    const { code: _, ...rest } = row;
    const next: SignUp = { ...rest, ...changes };
    await writer.update(signUps, next);
    return { value: next };
  }

  async #alreadyUsed(row: SignUp, writer: Writer): Promise<Refusal> {
    await writer.delete(signUps, [row.signUpId]);
    return refuse(
      'ConflictException',
      'This e-mail address has an account already. Sign in with it, or sign up with another address.',
      409,
    );
  }
}

const PHONE_NUMBER_SENTENCE = 'The phone number must be in international form, such as +1 206 555 0100.';

const notACode = (): Refusal => invalid('The code has six digits.');

const keyIssued = (): Refusal => refuse('ConflictException', 'The first access key of this account has been handed out already.', 409);

const NEXT: Readonly<Record<SignUp['step'], string>> = {
  email: 'the code that was mailed',
  password: 'the root password',
  contact: 'the contact details',
  phone: 'the phone verification',
  complete: 'nothing: the account is active',
};

const wrongStep = (row: SignUp): Refusal => refuse('ConflictException', `This sign-up now waits for ${NEXT[row.step]}.`, 409);

/** Tokens are random, so a plain hash tells nothing of them. */
const hashToken = (token: string): string => createHash('sha256').update(token.slice(0, 100)).digest('base64url');

/** Names the code too: a call that was asked for before it is over. */
const callIdOf = ({ signUpId }: SignUp, sentAt: number): string => `${signUpId}.${sentAt}`;

const emailKey = (email: string): string => accounts.columns.email({ email } as Account);

async function sweep(writer: Writer, now: number): Promise<void> {
  for (const row of await writer.list(signUps, { index: 'expiry', prefix: [], limit: 20 })) {
    if (row.expiresAt > now) return;
    await writer.delete(signUps, [row.signUpId]);
  }
}
