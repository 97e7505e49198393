import { createPrivateKey } from 'node:crypto';
import type {
  CreateSAMLProviderRequest,
  CreateSAMLProviderResponse,
  DeleteSAMLProviderRequest,
  GetSAMLProviderRequest,
  GetSAMLProviderResponse,
  ListSAMLProvidersResponse,
  UpdateSAMLProviderRequest,
  UpdateSAMLProviderResponse,
} from '@aws-sdk/client-iam';
import { readSamlMetadata } from '../../authentication/saml/saml-metadata.ts';
import { samlKeyPlace } from '../../authentication/saml/saml-providers.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { upperAlphanumeric } from '../../core/id.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import { type SamlPrivateKey, type SamlProvider, samlMetadata, samlProviders } from '../../store/tables/iam.ts';
import { concurrentModification, entityAlreadyExists, invalidInput, noSuchEntity, unmodifiableEntity } from './errors.ts';
import { quotaExceeded, refuseOverQuota } from './quota.ts';
import { newTags } from './tag-rules.ts';
import { walkRows } from './walk.ts';

/*
 * SAML 2.0 identity providers: whose assertions AssumeRoleWithSAML takes.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
 */

export const samlProviderArn = ({ accountId, name }: Pick<SamlProvider, 'accountId' | 'name'>): string =>
  iamArn(accountId, `saml-provider/${name}`);

/** Of providers that IAM Identity Center makes in accounts. */
const RESERVED_NAME = /^AWSSSO_[0-9a-f]{16}_DO_NOT_DELETE$/;

/**
 * That a provider belongs to the account and not to a service: whose assertions a reserved role takes is not the account's to say.
 * @throws UnmodifiableEntity  400  (unverified) sentence, after that of roles
 */
function refuseReserved({ name, reservedFor }: SamlProvider): void {
  if (reservedFor !== undefined)
    throw unmodifiableEntity(
      `Cannot perform the operation on the protected SAML provider '${name}' - this provider is only modifiable by AWS`,
    );
}

/** 404 */
export const noSuchSamlProvider = (arn: string): ServiceError => noSuchEntity(`Manifest not found for arn ${arn}`);

const MOST_PRIVATE_KEYS = 2;

/** @throws InvalidInput  400; (unverified) wording */
function refuseUnfitMetadata(document: string): void {
  if (!readSamlMetadata(document)) throw invalidInput('Could not parse metadata');
}

/** A key for decrypting assertions: PEM, RSA or EC, not encrypted. @throws InvalidInput  400; (unverified) wording */
function sealedKey(context: OperationContext<unknown>, pem: string): SamlPrivateKey {
  try {
    createPrivateKey({ key: pem.trim(), format: 'pem' });
  } catch {
    // What OpenSSL says might tell about the key.
    throw invalidInput('Could not parse private key');
  }
  const keyId = `SAMLPK${upperAlphanumeric(16, context.installation.random)}`;
  const sealed = context.installation.secrets.seal(pem, samlKeyPlace(context.account, keyId));
  return { keyId, sealedKey: sealed, addedAt: context.now };
}

/** Whatever the metadata says: a hundred years. */
function hundredYearsAfter(now: number): number {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + 100);
  return end.getTime();
}

/** Assertions can only be encrypted where there is a key to read them with. @throws InvalidInput  400; (unverified) */
function refuseModeWithoutKey(provider: Pick<SamlProvider, 'encryptionMode' | 'privateKeys'>): void {
  if (provider.encryptionMode === 'Required' && provider.privateKeys.length === 0)
    throw invalidInput('A private key is required when the assertion encryption mode is Required.');
}

/**
 * Makes a provider from its metadata.
 * @throws InvalidInput         400  the metadata or the private key does not parse; tags; encryption required without a key
 * @throws EntityAlreadyExists  409
 * @throws LimitExceeded        409  SAMLProvidersPerAccount
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
 */
export async function createSamlProvider(
  input: Valid<CreateSAMLProviderRequest>,
  context: OperationContext,
): Promise<CreateSAMLProviderResponse> {
  const { account: accountId } = context;
  const { Name: name, SAMLMetadataDocument: document, AssertionEncryptionMode: mode } = input;
  const tags = newTags(context, input.Tags, 'keeps-case');
  // (unverified) sentence
  if (RESERVED_NAME.test(name)) throw invalidInput(`The name ${name} is reserved for system use.`);
  refuseUnfitMetadata(document);
  const privateKeys = input.AddPrivateKey === undefined ? [] : [sealedKey(context, input.AddPrivateKey)];
  const provider: SamlProvider = {
    accountId,
    name,
    uuid: `SAMLSP${upperAlphanumeric(16, context.installation.random)}`,
    createdAt: context.now,
    validUntil: hundredYearsAfter(context.now),
    tags,
    ...(mode === undefined ? {} : { encryptionMode: mode }),
    privateKeys,
  };
  refuseModeWithoutKey(provider);
  await context.installation.store.write(async (writer) => {
    // (unverified) wording
    if (await writer.get(samlProviders, [accountId, name])) throw entityAlreadyExists(`SAMLProvider ${name} already exists.`);
    refuseOverQuota(context, 'SAMLProvidersPerAccount', await writer.count(samlProviders, { prefix: [accountId] }));
    await writer.insert(samlProviders, provider);
    await writer.insert(samlMetadata, { accountId, name, document });
  });
  return { SAMLProviderArn: samlProviderArn(provider), ...(tags.length === 0 ? {} : { Tags: [...tags] }) };
}

/**
 * The provider that was authorised, as it stands in a transaction.
 * @throws NoSuchEntity            404
 * @throws ConcurrentModification  409  another has been made in its place
 */
export async function authorisedSamlProvider(writer: Writer, context: OperationContext<SamlProvider>, arn: string): Promise<SamlProvider> {
  const authorised = context.target.stored;
  const provider = authorised && (await writer.get(samlProviders, [authorised.accountId, authorised.name]));
  if (!provider) throw noSuchSamlProvider(arn);
  if (provider.uuid !== authorised.uuid) throw concurrentModification();
  return provider;
}

/**
 * A provider with its metadata, as submitted. Of private keys, ids and dates alone.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html
 */
export async function getSamlProvider(
  input: Valid<GetSAMLProviderRequest>,
  context: OperationContext<SamlProvider>,
): Promise<GetSAMLProviderResponse> {
  const provider = context.target.stored;
  const metadata = provider && (await context.reader.get(samlMetadata, [provider.accountId, provider.name]));
  if (!metadata) throw noSuchSamlProvider(input.SAMLProviderArn);
  const { privateKeys } = provider;
  const mode = provider.encryptionMode ?? (privateKeys.length > 0 ? 'Allowed' : undefined);
  return {
    SAMLProviderUUID: provider.uuid,
    SAMLMetadataDocument: metadata.document,
    CreateDate: new Date(provider.createdAt),
    ValidUntil: new Date(provider.validUntil),
    Tags: [...provider.tags],
    ...(mode === undefined ? {} : { AssertionEncryptionMode: mode }),
    ...(privateKeys.length === 0
      ? {}
      : { PrivateKeyList: privateKeys.map(({ keyId, addedAt }) => ({ KeyId: keyId, Timestamp: new Date(addedAt) })) }),
  };
}

/** All of them: this listing has no pages. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html */
export async function listSamlProviders(_: object, context: OperationContext): Promise<ListSAMLProvidersResponse> {
  const list = [];
  for await (const provider of walkRows(context.reader, samlProviders, { prefix: [context.account] }))
    list.push({ Arn: samlProviderArn(provider), ValidUntil: new Date(provider.validUntil), CreateDate: new Date(provider.createdAt) });
  return { SAMLProviderList: list };
}

/**
 * Replaces a provider's metadata or encryption mode, or adds or removes one private key; what is not given stays.
 * @throws NoSuchEntity   404  the provider; a private key that is to be removed
 * @throws UnmodifiableEntity  400  the provider is a service's
 * @throws InvalidInput   400  the metadata or the private key does not parse; a key added and one removed at once
 * @throws LimitExceeded  409  a third private key
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
 */
export async function updateSamlProvider(
  input: Valid<UpdateSAMLProviderRequest>,
  context: OperationContext<SamlProvider>,
): Promise<UpdateSAMLProviderResponse> {
  const { SAMLProviderArn: arn, SAMLMetadataDocument: document, RemovePrivateKey: removed } = input;
  if (!context.target.stored) throw noSuchSamlProvider(arn);
  // (unverified) wording
  if (input.AddPrivateKey !== undefined && removed !== undefined)
    throw invalidInput('A private key cannot be added and removed in the same request.');
  if (document !== undefined) refuseUnfitMetadata(document);
  const added = input.AddPrivateKey === undefined ? undefined : sealedKey(context, input.AddPrivateKey);
  await context.installation.store.write(async (writer) => {
    const provider = await authorisedSamlProvider(writer, context, arn);
    refuseReserved(provider);
    const mode = input.AssertionEncryptionMode ?? provider.encryptionMode;
    const changed: SamlProvider = {
      ...provider,
      ...(mode === undefined ? {} : { encryptionMode: mode }),
      privateKeys: withKey(withoutKey(provider.privateKeys, removed), added),
    };
    refuseModeWithoutKey(changed);
    await writer.update(samlProviders, changed);
    if (document !== undefined) await writer.update(samlMetadata, { accountId: provider.accountId, name: provider.name, document });
  });
  return { SAMLProviderArn: arn };
}

function withKey(keys: readonly SamlPrivateKey[], added: SamlPrivateKey | undefined): readonly SamlPrivateKey[] {
  if (!added) return keys;
  // (unverified) the name that the sentence gives this quota
  if (keys.length >= MOST_PRIVATE_KEYS) throw quotaExceeded('PrivateKeysPerSAMLProvider', MOST_PRIVATE_KEYS);
  return [...keys, added];
}

function withoutKey(keys: readonly SamlPrivateKey[], removed: string | undefined): readonly SamlPrivateKey[] {
  if (removed === undefined) return keys;
  const kept = keys.filter(({ keyId }) => keyId !== removed);
  // (unverified) wording
  if (kept.length === keys.length) throw noSuchEntity(`The private key with id ${removed} cannot be found.`);
  return kept;
}

/**
 * Roles that trust it stay as they are: whoever makes a provider of this name again has their trust.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html
 */
export async function deleteSamlProvider(
  input: Valid<DeleteSAMLProviderRequest>,
  context: OperationContext<SamlProvider>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const provider = await authorisedSamlProvider(writer, context, input.SAMLProviderArn);
    refuseReserved(provider);
    const { accountId, name } = provider;
    await writer.delete(samlProviders, [accountId, name]);
    await writer.delete(samlMetadata, [accountId, name]);
  });
  return {};
}
