import type { GenerateCredentialReportResponse, GetCredentialReportResponse } from '@aws-sdk/client-iam';
import { countMfaDevices } from '../../authentication/mfa.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { isoSeconds } from '../../core/clock.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Reader } from '../../store/store.ts';
import { type Account, accounts } from '../../store/tables/account.ts';
import {
  accessKeys,
  accessKeysLastUsed,
  credentialReports,
  loginProfiles,
  type PasswordPolicy,
  passwordPolicies,
  signingCertificates,
  type User,
  users,
} from '../../store/tables/iam.ts';
import { userArn } from './user.ts';
import { walkRows } from './walk.ts';

/*
 * Who has which credentials, as a table in CSV: made when asked for, good for four hours.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */

const GOOD_FOR = 4 * 3600 * 1000;
/** How long making it takes on AWS, about (unverified); it holds what stood when it was asked for. */
const MAKING = 5000;

/**
 * Asks for a report. One that is not four hours old is used again.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html
 */
export async function generateCredentialReport(_: object, context: OperationContext): Promise<GenerateCredentialReportResponse> {
  const { account: accountId, now, installation } = context;
  const known = await context.reader.get(credentialReports, [accountId]);
  if (known && now < known.completedAt) return { State: 'INPROGRESS' };
  if (known && now < known.completedAt + GOOD_FOR) return { State: 'COMPLETE' };
  const content = await contentOf(context);
  const report = { accountId, startedAt: now, completedAt: now + MAKING * installation.pace, content };
  const started = await installation.store.write(async (writer) => {
    const current = await writer.get(credentialReports, [accountId]);
    // Somebody else was faster.
    if (current && current.startedAt !== known?.startedAt) return false;
    await (current ? writer.update(credentialReports, report) : writer.insert(credentialReports, report));
    return true;
  });
  // (unverified) the description
  return started ? { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' } : { State: 'INPROGRESS' };
}

/**
 * @throws CredentialReportNotPresent  410
 * @throws CredentialReportNotReady    404  it is being made
 * @throws CredentialReportExpired     410  it is older than four hours
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html
 */
export async function getCredentialReport(_: object, context: OperationContext): Promise<GetCredentialReportResponse> {
  const report = await context.reader.get(credentialReports, [context.account]);
  if (!report) throw new ServiceError('CredentialReportNotPresentException', 'Unknown');
  if (context.now < report.completedAt) throw new ServiceError('CredentialReportNotReadyException', 'Unknown');
  if (context.now >= report.completedAt + GOOD_FOR)
    // (unverified) wording
    throw new ServiceError('CredentialReportExpiredException', 'Unknown');
  return { Content: Buffer.from(report.content, 'utf8'), ReportFormat: 'text/csv', GeneratedTime: new Date(report.completedAt) };
}

const KEY_COLUMNS = ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'];

const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...[1, 2].flatMap((key) => KEY_COLUMNS.map((column) => `access_key_${key}_${column}`)),
  ...[1, 2].flatMap((certificate) => [`cert_${certificate}_active`, `cert_${certificate}_last_rotated`]),
];

const NOT_APPLICABLE = 'N/A';
const NOT_SUPPORTED = 'not_supported';

/** Lines end in a line feed, the last one without. Users in the order of their names, whatever the case. */
async function contentOf(scope: Scope): Promise<string> {
  const { reader, account } = scope;
  const lines = [COLUMNS, await rootLine(scope)];
  const policy = await reader.get(passwordPolicies, [account]);
  for await (const user of walkRows(reader, users, { prefix: [account] })) lines.push(await userLine(user, policy, reader));
  return lines.map((line) => line.map(field).join(',')).join('\n');
}

/** Names and paths may hold commas and quotes; AWS's own quoting is (unverified). */
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

async function rootLine({ reader, account }: Scope): Promise<string[]> {
  const root: Account | undefined = await reader.get(accounts, [account]);
  return [
    '<root_account>',
    iamArn(account, 'root'),
    isoSeconds(root?.createdAt ?? 0),
    NOT_SUPPORTED,
    root?.rootPasswordLastUsed === undefined ? 'no_information' : isoSeconds(root.rootPasswordLastUsed),
    NOT_SUPPORTED,
    NOT_SUPPORTED,
    ...(await deviceKeysAndCertificates(account, reader)),
  ];
}

async function userLine(user: User, policy: PasswordPolicy | undefined, reader: Reader): Promise<string[]> {
  return [
    user.userName,
    userArn(user),
    isoSeconds(user.createdAt),
    ...(await passwordOf(user, policy, reader)),
    ...(await deviceKeysAndCertificates(user.userId, reader)),
  ];
}

const DAY = 24 * 3600 * 1000;

async function passwordOf(user: User, policy: PasswordPolicy | undefined, reader: Reader): Promise<string[]> {
  const profile = await reader.get(loginProfiles, [user.userId]);
  if (!profile) return ['false', NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE];
  const { passwordChangedAt } = profile;
  const days = policy?.maxPasswordAge;
  return [
    'true',
    user.passwordLastUsed === undefined ? 'no_information' : isoSeconds(user.passwordLastUsed),
    isoSeconds(passwordChangedAt),
    days === undefined ? NOT_APPLICABLE : isoSeconds(passwordChangedAt + days * DAY),
  ];
}

/** Of a user, or of root by the account's id. What was switched off keeps its date. */
async function deviceKeysAndCertificates(ownerId: string, reader: Reader): Promise<string[]> {
  const keys = await reader.list(accessKeys, { index: 'owner', prefix: [ownerId], limit: 2 });
  const certificates = await reader.list(signingCertificates, { index: 'owner', prefix: [ownerId], limit: 2 });
  const fields = [String((await countMfaDevices(reader, ownerId)) > 0)];
  for (const index of [0, 1]) {
    const key = keys[index];
    const used = key && (await reader.get(accessKeysLastUsed, [key.accessKeyId]));
    fields.push(...(key ? [String(key.status === 'Active'), isoSeconds(key.createdAt)] : ['false', NOT_APPLICABLE]));
    fields.push(used ? isoSeconds(used.lastUsedAt) : NOT_APPLICABLE, used?.region ?? NOT_APPLICABLE, used?.serviceName ?? NOT_APPLICABLE);
  }
  for (const index of [0, 1]) {
    const certificate = certificates[index];
    fields.push(
      ...(certificate ? [String(certificate.status === 'Active'), isoSeconds(certificate.uploadedAt)] : ['false', NOT_APPLICABLE]),
    );
  }
  return fields;
}
