import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersResponse,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from '@aws-sdk/client-iam';
import type { Federation } from '../../authentication/federation.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import { OutboundError } from '../../core/outbound.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { type OidcProvider, oidcProviders } from '../../store/tables/iam.ts';
import { concurrentModification, entityAlreadyExists, invalidInput, noSuchEntity, validationError } from './errors.ts';
import { refuseOverQuota } from './quota.ts';
import { newTags } from './tag-rules.ts';
import { walkRows } from './walk.ts';

/*
 * OpenID Connect identity providers: whose tokens AssumeRoleWithWebIdentity takes. A provider is its URL, as written: no two of its characters
 * are the same to us.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */

export const oidcProviderArn = ({ accountId, url }: Pick<OidcProvider, 'accountId' | 'url'>): string =>
  iamArn(accountId, `oidc-provider/${url}`);

/** 404 */
export const noSuchOidcProvider = (arn: string): ServiceError => noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);

const SCHEME = 'https://';
/** Only for issuers that whoever runs the installation allows it for, on this very machine; AWS knows no such thing. */
const PLAIN = 'http://';
/** What an issuer's URL is written with: nothing that ends an ARN, is a wildcard in one, or makes another host of it (userinfo). */
const ISSUER = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~:/%!$&'()+,;=@-]*)?$/;

/**
 * What is left of an issuer's URL in ARNs: without scheme and standard port.
 * @throws ValidationError  400  not an https URL (unverified), nor one of plain HTTP that is allowed here
 * @throws InvalidInput     400  it has a query or a fragment
 */
export function issuerOf(url: string, { outbound }: Federation): string {
  const plain = url.startsWith(PLAIN) && outbound.allowsPlain(url);
  if (!plain && !foldCase(url).startsWith(SCHEME)) throw validationError('Invalid Open ID Connect Provider URL');
  const rest = url.slice((plain ? PLAIN : SCHEME).length);
  if (/[?#]/.test(rest)) throw invalidInput('Unknown');
  if (!ISSUER.test(rest)) throw validationError('Invalid Open ID Connect Provider URL');
  const [host = ''] = rest.split('/', 1);
  return (host.endsWith(':443') ? host.slice(0, -':443'.length) : host) + rest.slice(host.length);
}

const MOST_THUMBPRINTS = 5;

/** @throws InvalidInput  400  more than five */
function thumbprintsOf(list: readonly string[]): string[] {
  // The sentence says fewer than 5, and means more than 5.
  if (list.length > MOST_THUMBPRINTS) throw invalidInput('Thumbprint list must contain fewer than 5 entries.');
  return list.map(foldCase);
}

/** Those of the provider's own server, when none are given. @throws OpenIdIdpCommunicationError  400  it cannot be reached */
async function fetchedThumbprints({ installation }: Scope, url: string): Promise<string[]> {
  try {
    return [foldCase(await installation.federation.outbound.thumbprint(`${SCHEME}${url}`))];
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    // (unverified) wording
    throw new ServiceError('OpenIdIdpCommunicationErrorException', `The identity provider ${SCHEME}${url} could not be reached.`);
  }
}

/**
 * Makes a provider. Without thumbprints they are fetched from its server, where this installation may reach it.
 * @throws ValidationError              400  not an https URL
 * @throws InvalidInput                 400  a query or fragment in the URL; more than five thumbprints; tags
 * @throws OpenIdIdpCommunicationError  400  no thumbprint given, and none to be had
 * @throws EntityAlreadyExists          409
 * @throws LimitExceeded                409  OpenIdConnectProvidersPerAccount, client ids
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export async function createOpenIdConnectProvider(
  input: Valid<CreateOpenIDConnectProviderRequest>,
  context: OperationContext,
): Promise<CreateOpenIDConnectProviderResponse> {
  const tags = newTags(context, input.Tags, 'keeps-case');
  const url = issuerOf(input.Url, context.installation.federation);
  const clientIds = [...new Set(input.ClientIDList ?? [])];
  if (clientIds.length > 0) refuseOverQuota(context, 'ClientIdsPerOpenIdConnectProvider', clientIds.length - 1);
  const given = thumbprintsOf(input.ThumbprintList ?? []);
  await refuseTakenUrl(context.reader, context, url);
  const thumbprints = given.length > 0 || input.Url.startsWith(PLAIN) ? given : await fetchedThumbprints(context, url);
  const provider: OidcProvider = { accountId: context.account, url, createdAt: context.now, clientIds, thumbprints, tags };
  await context.installation.store.write(async (writer) => {
    await refuseTakenUrl(writer, context, url);
    refuseOverQuota(context, 'OpenIdConnectProvidersPerAccount', await writer.count(oidcProviders, { prefix: [context.account] }));
    await writer.insert(oidcProviders, provider);
  });
  return { OpenIDConnectProviderArn: oidcProviderArn(provider), ...(tags.length === 0 ? {} : { Tags: [...tags] }) };
}

async function refuseTakenUrl(reader: Reader, { account }: Scope, url: string): Promise<void> {
  if (await reader.get(oidcProviders, [account, url])) throw entityAlreadyExists(`Provider with url ${SCHEME}${url} already exists.`);
}

/**
 * The provider that was authorised, as it stands in a transaction.
 * @throws NoSuchEntity            404
 * @throws ConcurrentModification  409  another has been made in its place
 */
export async function authorisedOidcProvider(
  writer: Writer,
  context: OperationContext<OidcProvider>,
  notFound: ServiceError,
): Promise<OidcProvider> {
  const authorised = context.target.stored;
  const provider = authorised && (await writer.get(oidcProviders, [authorised.accountId, authorised.url]));
  if (!provider) throw notFound;
  if (provider.createdAt !== authorised.createdAt) throw concurrentModification();
  return provider;
}

async function change(
  context: OperationContext<OidcProvider>,
  arn: string,
  changed: (provider: OidcProvider) => OidcProvider,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    await writer.update(oidcProviders, changed(await authorisedOidcProvider(writer, context, noSuchOidcProvider(arn))));
  });
  return {};
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
 */
export async function getOpenIdConnectProvider(
  input: Valid<GetOpenIDConnectProviderRequest>,
  context: OperationContext<OidcProvider>,
): Promise<GetOpenIDConnectProviderResponse> {
  const provider = context.target.stored;
  if (!provider) throw noSuchOidcProvider(input.OpenIDConnectProviderArn);
  return {
    Url: provider.url,
    ClientIDList: [...provider.clientIds],
    ThumbprintList: [...provider.thumbprints],
    CreateDate: new Date(provider.createdAt),
    Tags: [...provider.tags],
  };
}

/** All of them: this listing has no pages. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html */
export async function listOpenIdConnectProviders(_: object, context: OperationContext): Promise<ListOpenIDConnectProvidersResponse> {
  const list = [];
  for await (const provider of walkRows(context.reader, oidcProviders, { prefix: [context.account] }))
    list.push({ Arn: oidcProviderArn(provider) });
  return { OpenIDConnectProviderList: list };
}

/**
 * One that is there already: success.
 * @throws NoSuchEntity   404
 * @throws LimitExceeded  409  a hundred
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
 */
export const addClientId = (
  input: Valid<AddClientIDToOpenIDConnectProviderRequest>,
  context: OperationContext<OidcProvider>,
): Promise<object> =>
  change(context, input.OpenIDConnectProviderArn, (provider) => {
    if (provider.clientIds.includes(input.ClientID)) return provider;
    refuseOverQuota(context, 'ClientIdsPerOpenIdConnectProvider', provider.clientIds.length);
    return { ...provider, clientIds: [...provider.clientIds, input.ClientID] };
  });

/**
 * One that is not there: success. Nobody signs in to the console by it any more.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html
 */
export const removeClientId = (
  input: Valid<RemoveClientIDFromOpenIDConnectProviderRequest>,
  context: OperationContext<OidcProvider>,
): Promise<object> =>
  change(context, input.OpenIDConnectProviderArn, ({ consoleSignIn, ...provider }) => ({
    ...provider,
    clientIds: provider.clientIds.filter((clientId) => clientId !== input.ClientID),
    ...(consoleSignIn && consoleSignIn.clientId !== input.ClientID && { consoleSignIn }),
  }));

/**
 * Replaces all thumbprints.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  none, or more than five
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html
 */
export async function updateThumbprints(
  input: Valid<UpdateOpenIDConnectProviderThumbprintRequest>,
  context: OperationContext<OidcProvider>,
): Promise<object> {
  if (!context.target.stored) throw noSuchOidcProvider(input.OpenIDConnectProviderArn);
  const thumbprints = thumbprintsOf(input.ThumbprintList);
  if (thumbprints.length === 0) throw invalidInput('Thumbprint list must contain at least one entry.');
  return change(context, input.OpenIDConnectProviderArn, (provider) => ({ ...provider, thumbprints }));
}

/**
 * Roles that trust it stay as they are: whoever makes a provider of this URL again has their trust.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
 */
export async function deleteOpenIdConnectProvider(
  input: Valid<DeleteOpenIDConnectProviderRequest>,
  context: OperationContext<OidcProvider>,
): Promise<object> {
  const notFound = noSuchEntity(`OpenId connect Provider ${input.OpenIDConnectProviderArn} cannot be found.`);
  await context.installation.store.write(async (writer) => {
    const { accountId, url } = await authorisedOidcProvider(writer, context, notFound);
    await writer.delete(oidcProviders, [accountId, url]);
  });
  return {};
}
