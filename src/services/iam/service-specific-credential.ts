import { createHash } from 'node:crypto';
import type {
  CreateServiceSpecificCredentialRequest,
  CreateServiceSpecificCredentialResponse,
  DeleteServiceSpecificCredentialRequest,
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse,
  ResetServiceSpecificCredentialRequest,
  ResetServiceSpecificCredentialResponse,
  ServiceSpecificCredentialMetadata,
  ServiceSpecificCredential as ServiceSpecificCredentialShape,
  UpdateServiceSpecificCredentialRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import { base64Characters, type Random, uniqueId } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import { type ServiceSpecificCredential, serviceSpecificCredentials, type User, users } from '../../store/tables/iam.ts';
import { invalidInput, noSuchEntity, validationError } from './errors.ts';
import { takePage } from './page.ts';
import { refuseOverQuota } from './quota.ts';
import { authorisedUser, callingUser, storedUser } from './user.ts';
import { keep, walkRows } from './walk.ts';

/*
 * User names with passwords, or API keys, that a user has for one service alone.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_service-specific-creds.html
 */

/** The services that take them; those with API keys rather than passwords, and what their keys begin with. Null prototype. */
const SERVICES: Readonly<Record<string, { readonly keyPrefix?: string }>> = Object.assign(Object.create(null), {
  'codecommit.amazonaws.com': {},
  'cassandra.amazonaws.com': {},
  'bedrock.amazonaws.com': { keyPrefix: 'ABSK' },
  'logs.amazonaws.com': { keyPrefix: 'ACWL' },
  'cloudwatch.amazonaws.com': { keyPrefix: 'APIAACWM' },
  'aws-external-anthropic.amazonaws.com': { keyPrefix: 'AEAA' },
});

/** The service's name as it is stored. @throws NoSuchEntity  404 */
function requireService(name: string): string {
  const folded = foldCase(name);
  if (!SERVICES[folded]) throw noSuchEntity(`No such service ${name} is supported for Service Specific Credentials`);
  return folded;
}

const DAY = 24 * 3600 * 1000;

/** 60 characters of the base64 alphabet: 360 random bits. */
const newPassword = (random: Random): string => base64Characters(60, random);

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** What is handed out once: a password, or for services with API keys the key that holds alias and password. */
function secretOf(credential: Pick<ServiceSpecificCredential, 'serviceName' | 'loginName'>, password: string): string {
  const prefix = SERVICES[credential.serviceName]?.keyPrefix;
  return prefix === undefined ? password : prefix + Buffer.from(`${credential.loginName}:${password}`, 'utf8').toString('base64');
}

const expiry = ({ expiresAt }: ServiceSpecificCredential): { ExpirationDate?: Date } =>
  expiresAt === undefined ? {} : { ExpirationDate: new Date(expiresAt) };

const statusOf = ({ status, expiresAt }: ServiceSpecificCredential, now: number): 'Active' | 'Inactive' | 'Expired' =>
  expiresAt !== undefined && expiresAt <= now ? 'Expired' : status;

/** The login name, under the member that this service's credentials have for it. */
const login = ({ serviceName, loginName }: ServiceSpecificCredential) =>
  SERVICES[serviceName]?.keyPrefix === undefined ? { ServiceUserName: loginName } : { ServiceCredentialAlias: loginName };

const metadata = (credential: ServiceSpecificCredential, userName: string, now: number): ServiceSpecificCredentialMetadata => ({
  UserName: userName,
  Status: statusOf(credential, now),
  ...login(credential),
  CreateDate: new Date(credential.createdAt),
  ...expiry(credential),
  ServiceSpecificCredentialId: credential.credentialId,
  ServiceName: credential.serviceName,
});

const withSecret = (
  credential: ServiceSpecificCredential,
  userName: string,
  secret: string,
  now: number,
): ServiceSpecificCredentialShape => ({
  CreateDate: new Date(credential.createdAt),
  ...expiry(credential),
  ServiceName: credential.serviceName,
  ...login(credential),
  ...(SERVICES[credential.serviceName]?.keyPrefix === undefined ? { ServicePassword: secret } : { ServiceCredentialSecret: secret }),
  ServiceSpecificCredentialId: credential.credentialId,
  UserName: userName,
  Status: statusOf(credential, now),
});

/** `{user}-at-{account}`; a second one for the service has a number. Login names must differ, the form of the second is (unverified). */
function freeLoginName(user: User, held: readonly ServiceSpecificCredential[]): string {
  for (let number = 0; ; number++) {
    const name = `${user.userName}${number === 0 ? '' : `+${number}`}-at-${user.accountId}`;
    if (!held.some(({ loginName }) => loginName === name)) return name;
  }
}

/**
 * Gives a user a credential for a service. The answer is the only place where its secret is ever shown.
 * @throws NoSuchEntity   404  the user; the service takes none
 * @throws LimitExceeded  409  two for the service; inactive and expired ones count
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
 */
export async function createServiceSpecificCredential(
  input: Valid<CreateServiceSpecificCredentialRequest>,
  context: OperationContext<User>,
): Promise<CreateServiceSpecificCredentialResponse> {
  const { random, store } = context.installation;
  storedUser(context, input.UserName);
  const serviceName = requireService(input.ServiceName);
  const credentialId = uniqueId('ACCA', context.account, random);
  const password = newPassword(random);
  return store.write(async (writer) => {
    const user = await authorisedUser(writer, context, input.UserName);
    const held = await writer.list(serviceSpecificCredentials, { index: 'service', prefix: [user.userId, serviceName] });
    refuseOverQuota(context, 'ServiceSpecificCredentialsPerUser', held.length);
    const loginName = freeLoginName(user, held);
    const secret = secretOf({ serviceName, loginName }, password);
    const credential: ServiceSpecificCredential = {
      accountId: context.account,
      credentialId,
      userId: user.userId,
      serviceName,
      loginName,
      secretDigest: digestOf(secret),
      status: 'Active',
      createdAt: context.now,
      ...(input.CredentialAgeDays === undefined ? {} : { expiresAt: context.now + input.CredentialAgeDays * DAY }),
    };
    await writer.insert(serviceSpecificCredentials, credential);
    return { ServiceSpecificCredential: withSecret(credential, user.userName, secret, context.now) };
  });
}

/** That a call does not name somebody and everybody at once. @throws ValidationError  400; (unverified) wording */
export function refuseUserAmongAll(input: { readonly UserName?: string | undefined; readonly AllUsers?: boolean | undefined }): void {
  if (input.AllUsers === true && input.UserName !== undefined)
    throw validationError('UserName cannot be specified when AllUsers is set to true.');
}

/**
 * The credentials of a user, of the caller, or of all users of the account. Never their secrets.
 * @throws NoSuchEntity  404  the user; the service takes none
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
 */
export async function listServiceSpecificCredentials(
  input: Valid<ListServiceSpecificCredentialsRequest>,
  context: OperationContext<User>,
): Promise<ListServiceSpecificCredentialsResponse> {
  const { reader, account, now } = context;
  const all = input.AllUsers === true;
  const user = all ? undefined : input.UserName === undefined ? await callingUser(context, reader) : storedUser(context, input.UserName);
  const serviceName = input.ServiceName === undefined ? undefined : requireService(input.ServiceName);
  const listing = user ? { index: 'user', prefix: [user.userId] } : { index: 'account', prefix: [account] };
  const { items, end } = await takePage(
    context,
    { operation: 'ListServiceSpecificCredentials', filters: [user?.userId ?? '*', serviceName] },
    input,
    (after) =>
      keep(
        walkRows(reader, serviceSpecificCredentials, listing, after),
        (credential) => serviceName === undefined || credential.serviceName === serviceName,
      ),
    (credential) => [new Date(credential.createdAt).toISOString(), credential.credentialId],
  );
  const shapes: ServiceSpecificCredentialMetadata[] = [];
  for (const credential of items) {
    const owner = user ?? (await reader.find(users, 'id', [credential.userId]));
    if (owner) shapes.push(metadata(credential, owner.userName, now));
  }
  return { ServiceSpecificCredentials: shapes, ...end };
}

/** The user that a credential is asked of, with the credential, whoever's it is. */
export type CredentialHolder = User & { readonly credential?: ServiceSpecificCredential | undefined };

/** 404 */
const noSuchCredential = (id: string): ServiceError => noSuchEntity(`No such credential ${id} exists`);

/** The credential, if it is the user's that was authorised. @throws NoSuchEntity  404 @throws ValidationError  400  somebody else's */
async function credentialToChange(
  writer: Writer,
  context: OperationContext<CredentialHolder>,
  input: { readonly UserName?: string | undefined; readonly ServiceSpecificCredentialId: string },
): Promise<{ user: User; credential: ServiceSpecificCredential }> {
  const user = await authorisedUser(writer, context, input.UserName);
  const credential = await writer.get(serviceSpecificCredentials, [input.ServiceSpecificCredentialId]);
  if (credential?.accountId !== context.account) throw noSuchCredential(input.ServiceSpecificCredentialId);
  if (credential.userId !== user.userId)
    // (unverified) wording
    throw validationError(`Credential ${credential.credentialId} does not belong to user ${user.userName}.`);
  return { user, credential };
}

/**
 * Another secret for the same credential; status, dates and login name stay.
 * @throws NoSuchEntity     404  the user, or the credential
 * @throws ValidationError  400  it is another user's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResetServiceSpecificCredential.html
 */
export async function resetServiceSpecificCredential(
  input: Valid<ResetServiceSpecificCredentialRequest>,
  context: OperationContext<CredentialHolder>,
): Promise<ResetServiceSpecificCredentialResponse> {
  const password = newPassword(context.installation.random);
  return context.installation.store.write(async (writer) => {
    const { user, credential } = await credentialToChange(writer, context, input);
    const secret = secretOf(credential, password);
    await writer.update(serviceSpecificCredentials, { ...credential, secretDigest: digestOf(secret) });
    return { ServiceSpecificCredential: withSecret(credential, user.userName, secret, context.now) };
  });
}

/**
 * Switches a credential on or off.
 * @throws NoSuchEntity     404  the user, or the credential
 * @throws ValidationError  400  it is another user's
 * @throws InvalidInput     400  Expired, which only time sets
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServiceSpecificCredential.html
 */
export async function updateServiceSpecificCredential(
  input: Valid<UpdateServiceSpecificCredentialRequest>,
  context: OperationContext<CredentialHolder>,
): Promise<object> {
  const { Status: status } = input;
  await context.installation.store.write(async (writer) => {
    const { credential } = await credentialToChange(writer, context, input);
    if (status === 'Expired') throw invalidInput('Operation does not support status Expired');
    await writer.update(serviceSpecificCredentials, { ...credential, status });
  });
  return {};
}

/**
 * @throws NoSuchEntity     404  the user, or the credential
 * @throws ValidationError  400  it is another user's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceSpecificCredential.html
 */
export async function deleteServiceSpecificCredential(
  input: Valid<DeleteServiceSpecificCredentialRequest>,
  context: OperationContext<CredentialHolder>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { credential } = await credentialToChange(writer, context, input);
    await writer.delete(serviceSpecificCredentials, [credential.credentialId]);
  });
  return {};
}
