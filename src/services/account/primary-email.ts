import type {
  AcceptPrimaryEmailUpdateRequest,
  AcceptPrimaryEmailUpdateResponse,
  GetPrimaryEmailRequest,
  GetPrimaryEmailResponse,
  StartPrimaryEmailUpdateRequest,
  StartPrimaryEmailUpdateResponse,
} from '@aws-sdk/client-account';
import { type AttemptLimit, countAttempts } from '../../authentication/attempt-limit.ts';
import { codeMatches, createCode, hashCode } from '../../authentication/verification-code.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import type { MailMessage } from '../../core/mail.ts';
import { parseMailbox } from '../../core/mailbox.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { accounts, type PrimaryEmailUpdate, primaryEmailUpdates } from '../../store/tables/account.ts';
import { conflict, invalidField, notFound, tooManyRequests } from './errors.ts';
import { accountToManage, type Known } from './resources.ts';

/*
 * The addresses of members' root users. Whoever manages them changes one in two steps: a code is mailed to the new address, and counts when it
 * comes back. Sentences, how long a code is good and how often it may be tried are (unverified).
 * @see https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-root-user-email.html
 */

const MINUTE = 60_000;
const CODE_LIFE = 30 * MINUTE;
const CODE_TRIES = 5;
/** Of mails to one address, and for one account (threat C04). */
const MAILS: AttemptLimit = { max: 5, window: 60 * MINUTE };
const SWEPT = 20;

/** @see https://docs.aws.amazon.com/accounts/latest/reference/API_GetPrimaryEmail.html */
export async function getPrimaryEmail(
  _: Valid<GetPrimaryEmailRequest>,
  context: OperationContext<Known>,
): Promise<GetPrimaryEmailResponse> {
  return { PrimaryEmail: (await accountToManage(context.reader, context, 'GetPrimaryEmail')).email };
}

async function refuseTaken(reader: Reader, email: string): Promise<void> {
  if (await reader.find(accounts, 'email', [foldCase(email)])) throw conflict('The email address is already in use.');
}

const placeOf = ({ accountId, email, sentAt }: Pick<PrimaryEmailUpdate, 'accountId' | 'email' | 'sentAt'>) => ({
  signUpId: `primary-email:${accountId}`,
  purpose: 'email' as const,
  destination: email,
  sentAt,
});

/**
 * Mails a code to the address that a member's root user is to have. Another one before takes its leave.
 * @throws Validation       400  no address
 * @throws Conflict         409  some account's root user has it
 * @throws TooManyRequests  429
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_StartPrimaryEmailUpdate.html
 */
export async function startPrimaryEmailUpdate(
  { PrimaryEmail: email }: Valid<StartPrimaryEmailUpdateRequest>,
  context: OperationContext<Known>,
): Promise<StartPrimaryEmailUpdateResponse> {
  const { now, installation } = context;
  const { store, keys, random, mail } = installation;
  const { accountId } = await accountToManage(context.reader, context, 'StartPrimaryEmailUpdate');
  const mailbox = parseMailbox(email);
  if (!mailbox) throw invalidField('primaryEmail', 'PrimaryEmail must be a valid email address.');
  await refuseTaken(context.reader, email);
  const counted = [
    { subject: `primary-email:${accountId}`, limit: MAILS },
    { subject: `primary-email-to:${mailbox.countedAs}`, limit: MAILS },
  ];
  if ((await store.write((writer) => countAttempts(writer, counted, now))) !== undefined) throw tooManyRequests();
  const code = createCode(random);
  const place = { accountId, email, sentAt: now };
  const update = { ...place, codeHash: hashCode(keys, placeOf(place), code), tries: 0, expiresAt: now + CODE_LIFE };
  await store.write(async (writer) => {
    await sweep(writer, now);
    await accountToManage(writer, context, 'StartPrimaryEmailUpdate');
    const before = await writer.get(primaryEmailUpdates, [accountId]);
    await (before ? writer.update(primaryEmailUpdates, update) : writer.insert(primaryEmailUpdates, update));
  });
  await mail.sendMail(codeMail(email, accountId, code));
  return { Status: 'PENDING' };
}

/** Removes a few rows whose time is over, with each new one. */
async function sweep(writer: Writer, now: number): Promise<void> {
  for (const { accountId, expiresAt } of await writer.list(primaryEmailUpdates, { index: 'expiry', prefix: [], limit: SWEPT })) {
    if (expiresAt > now) return;
    await writer.delete(primaryEmailUpdates, [accountId]);
  }
}

/**
 * Gives a member's root user the address that the code has proved.
 * @throws ResourceNotFound  404  no such change is under way, or its time is over
 * @throws Validation        400  the code is not right
 * @throws Conflict          409  some account's root user has the address by now
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_AcceptPrimaryEmailUpdate.html
 */
export async function acceptPrimaryEmailUpdate(
  { PrimaryEmail: email, Otp }: Valid<AcceptPrimaryEmailUpdateRequest>,
  context: OperationContext<Known>,
): Promise<AcceptPrimaryEmailUpdateResponse> {
  const { now, installation } = context;
  const { store, keys } = installation;
  const { accountId } = await accountToManage(context.reader, context, 'AcceptPrimaryEmailUpdate');
  // Counted before it is looked at, and in a transaction of its own (threat C01).
  const update = await store.write(async (writer) => {
    const found = await writer.get(primaryEmailUpdates, [accountId]);
    if (found?.email !== email || now >= found.expiresAt || found.tries >= CODE_TRIES) return undefined;
    await writer.update(primaryEmailUpdates, { ...found, tries: found.tries + 1 });
    return found;
  });
  if (!update) throw notFound('No update of the primary email address is pending.');
  if (!codeMatches(keys, placeOf(update), Otp, update.codeHash)) throw invalidField('otp', 'The one-time password is not valid.');
  await store.write(async (writer) => {
    const account = await accountToManage(writer, context, 'AcceptPrimaryEmailUpdate');
    const current = await writer.get(primaryEmailUpdates, [accountId]);
    if (current?.codeHash !== update.codeHash) throw notFound('No update of the primary email address is pending.');
    await refuseTaken(writer, email);
    await writer.delete(primaryEmailUpdates, [accountId]);
    await writer.update(accounts, { ...account, email });
  });
  return { Status: 'ACCEPTED' };
}

const codeMail = (to: string, accountId: string, code: string): MailMessage => ({
  to,
  subject: 'Your Sagegate verification code',
  text: `Your code is ${code}.

Whoever manages account ${accountId} wants its root user to have this address. Give them the code within ${CODE_LIFE / MINUTE} minutes if you agree.
If you do not know of it, without the code nothing comes of it.
`,
});
