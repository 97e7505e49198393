import type {
  AccessKeyMetadata,
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  GetAccessKeyLastUsedRequest,
  GetAccessKeyLastUsedResponse,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  UpdateAccessKeyRequest,
} from '@aws-sdk/client-iam';
import { secretPlace } from '../../authentication/authenticate.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { accessKeyId, secretAccessKey } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import { type AccessKey, accessKeys, accessKeysLastUsed, type User, users } from '../../store/tables/iam.ts';
import { type CredentialOwner, ownerToChange, ownerToRead } from './credential-owner.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { takePage } from './page.ts';
import { refuseOverQuota } from './quota.ts';
import { walkRows } from './walk.ts';

/** The key, if it is this owner's; an id that exists elsewhere is as unknown as one that does not. @throws NoSuchEntity  404 */
async function keyOf(writer: Writer, owner: CredentialOwner, id: string): Promise<AccessKey> {
  const key = await writer.get(accessKeys, [id]);
  if (key?.ownerId !== owner.ownerId) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

const metadata = (key: AccessKey, owner: CredentialOwner): AccessKeyMetadata => ({
  UserName: owner.userName,
  AccessKeyId: key.accessKeyId,
  Status: key.status,
  CreateDate: new Date(key.createdAt),
});

/**
 * Creates a key. The answer is the only place where its secret is ever shown.
 * @throws NoSuchEntity   404
 * @throws LimitExceeded  409  AccessKeysPerUser; inactive keys count
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 */
export async function createAccessKey(
  input: Valid<CreateAccessKeyRequest>,
  context: OperationContext<User>,
): Promise<CreateAccessKeyResponse> {
  const { random, secrets, store } = context.installation;
  const id = accessKeyId('AKIA', context.account, random);
  const secret = secretAccessKey(random);
  const sealedSecret = secrets.seal(secret, secretPlace(context.account, id));
  const owner = await store.write(async (writer) => {
    const found = await ownerToChange(writer, context, input.UserName);
    refuseOverQuota(context, 'AccessKeysPerUser', await writer.count(accessKeys, { index: 'owner', prefix: [found.ownerId] }));
    await writer.insert(accessKeys, {
      accountId: context.account,
      accessKeyId: id,
      ownerId: found.ownerId,
      status: 'Active',
      sealedSecret,
      createdAt: context.now,
    });
    return found;
  });
  return {
    AccessKey: {
      UserName: owner.userName,
      AccessKeyId: id,
      Status: 'Active',
      SecretAccessKey: secret,
      CreateDate: new Date(context.now),
    },
  };
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 */
export async function listAccessKeys(
  input: Valid<ListAccessKeysRequest>,
  context: OperationContext<User>,
): Promise<ListAccessKeysResponse> {
  const owner = ownerToRead(context, input.UserName);
  const { items, end } = await takePage(
    context,
    { operation: 'ListAccessKeys', filters: [owner.ownerId] },
    input,
    (after) => walkRows(context.reader, accessKeys, { index: 'owner', prefix: [owner.ownerId] }, after),
    (key) => [new Date(key.createdAt).toISOString(), key.accessKeyId],
  );
  return { AccessKeyMetadata: items.map((key) => metadata(key, owner)), ...end };
}

/**
 * Switches a key on or off. To the status it has already: success.
 * @throws NoSuchEntity  404  the user; the key, or it is somebody else's
 * @throws InvalidInput  400  Expired, which only AWS sets
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
 */
export async function updateAccessKey(input: Valid<UpdateAccessKeyRequest>, context: OperationContext<User>): Promise<object> {
  const { Status: status } = input;
  await context.installation.store.write(async (writer) => {
    const key = await keyOf(writer, await ownerToChange(writer, context, input.UserName), input.AccessKeyId);
    if (status === 'Expired') throw invalidInput('Operation does not support status Expired');
    await writer.update(accessKeys, { ...key, status });
  });
  return {};
}

/**
 * Deletes a key, active or not. Sessions made with it live on until they end.
 * @throws NoSuchEntity  404  the user; the key, or it is somebody else's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
 */
export async function deleteAccessKey(input: Valid<DeleteAccessKeyRequest>, context: OperationContext<User>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const key = await keyOf(writer, await ownerToChange(writer, context, input.UserName), input.AccessKeyId);
    await writer.delete(accessKeysLastUsed, [key.accessKeyId]);
    await writer.delete(accessKeys, [key.accessKeyId]);
  });
  return {};
}

/**
 * When, where and for what a key was last used; `N/A` and no date as long as it was not.
 * @throws AccessDenied  403  no key of this account, in the words of a missing permission (unverified)
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 */
export async function getAccessKeyLastUsed(
  input: Valid<GetAccessKeyLastUsedRequest>,
  context: OperationContext,
): Promise<GetAccessKeyLastUsedResponse> {
  const key = await context.reader.get(accessKeys, [input.AccessKeyId]);
  if (key?.accountId !== context.account)
    throw new ServiceError(
      'AccessDenied',
      `User: ${context.caller.principal.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${input.AccessKeyId}`,
    );
  const owner = key.ownerId === key.accountId ? undefined : await context.reader.find(users, 'id', [key.ownerId]);
  const used = await context.reader.get(accessKeysLastUsed, [key.accessKeyId]);
  return {
    UserName: owner?.userName,
    AccessKeyLastUsed: used
      ? { LastUsedDate: new Date(used.lastUsedAt), ServiceName: used.serviceName, Region: used.region }
      : { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' },
  };
}
