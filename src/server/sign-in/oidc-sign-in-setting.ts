import type { Authenticator } from '../../authentication/authenticate.ts';
import { refuseLimitedCredential } from '../../authentication/credential-limits.ts';
import { AccessDenied, type Authorizer } from '../../authorization/authorize.ts';
import type { DecisionLog } from '../../authorization/decision-log.ts';
import type { Installation } from '../../authorization/installation.ts';
import { uuid } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import { noSuchOidcProvider, oidcProviderArn } from '../../services/iam/oidc-provider.ts';
import { iamOperations } from '../../services/iam/operations.ts';
import { type OidcProvider, oidcProviders } from '../../store/tables/iam.ts';
import { readBody } from '../json-body.ts';
import type { Call, Route } from '../local-api.ts';
import { boolean, object, type ShapeOf, text } from '../shape.ts';
import { factsOfSigned, findSignedCaller } from '../signed-caller.ts';
import { addressesOf } from './oidc-pages.ts';
import { clientSecretPlace, issuerOf, type OidcSignIn } from './oidc-sign-in.ts';

const arn = text({ max: 2048, matches: (value) => value.startsWith('arn:'), what: 'the ARN of an OpenID Connect provider' });
const shownShape = object({ provider: arn });
const changedShape = object(
  { provider: arn, enabled: boolean },
  {
    clientId: text({ max: 255 }),
    clientSecret: text({
      min: 0,
      max: 1024,
      what: 'a client secret of up to 1024 printable characters',
      matches: (secret) => /^[ -~]*$/.test(secret),
    }),
  },
);

export interface OidcSignInSettingParts {
  readonly installation: Installation;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly decisions: DecisionLog;
  readonly signIn: OidcSignIn;
}

/**
 * By what action of AWS's each of ours is authorised, on the provider's ARN. To change the setting is to change the provider, for which AWS has one
 * action: whoever may set its thumbprints decides already who may speak for it.
 */
const AUTHORIZED_AS = { show: 'GetOpenIDConnectProvider', change: 'UpdateOpenIDConnectProviderThumbprint' } as const;

/**
 * Whether people of an account's OpenID Connect provider sign in to the console, and as whose client: AWS has neither. Signed like a call of AWS's,
 * and decided by the rows of IAM.
 */
export function oidcSignInRoutes(parts: OidcSignInSettingParts): readonly Route[] {
  const common = { method: 'POST', audience: 'everybody' } as const;
  return [
    { ...common, path: 'oidc-sign-in/show', handle: (call) => show(call, parts) },
    { ...common, path: 'oidc-sign-in', handle: (call) => change(call, parts) },
  ];
}

async function show(call: Call, parts: OidcSignInSettingParts): Promise<object> {
  const { provider } = readBody(call.request, shownShape);
  return told(await authorized(call, 'show', provider, parts), parts);
}

/**
 * Turns it on or off. Off removes the client and its secret. A secret that is not given stays, as long as the client does; an empty one is none.
 * @throws ServiceError  400 not one of the provider's clients; 403; 404; 502 the provider signs nobody in, or cannot be asked
 */
async function change(call: Call, parts: OidcSignInSettingParts): Promise<object> {
  const wanted = readBody(call.request, changedShape);
  const provider = await authorized(call, 'change', wanted.provider, parts);
  const { enabled, clientId } = wanted;
  if (enabled && (clientId === undefined || !provider.clientIds.includes(clientId))) throw notAClient();
  // Told here rather than to the first person who follows the link.
  if (enabled) await parts.signIn.endpoints(provider);
  const changed = await parts.installation.store.write(async (writer) => {
    const current = await writer.get(oidcProviders, [provider.accountId, provider.url]);
    if (current?.createdAt !== provider.createdAt) throw notThere(wanted.provider);
    const next = withSetting(current, wanted, parts.installation);
    await writer.update(oidcProviders, next);
    return next;
  });
  return told(changed, parts);
}

function withSetting(
  { consoleSignIn: before, ...provider }: OidcProvider,
  { enabled, clientId = '', clientSecret }: ShapeOf<typeof changedShape>,
  { secrets }: Installation,
): OidcProvider {
  if (!enabled) return provider;
  if (!provider.clientIds.includes(clientId)) throw notAClient();
  const kept = before?.clientId === clientId ? before.sealedClientSecret : undefined;
  const given = clientSecret === undefined || clientSecret === '' ? undefined : secrets.seal(clientSecret, clientSecretPlace(provider));
  const sealedClientSecret = clientSecret === undefined ? kept : given;
  return { ...provider, consoleSignIn: { clientId, ...(sealedClientSecret !== undefined && { sealedClientSecret }) } };
}

/** The setting as it may be seen: never the secret. */
function told(provider: OidcProvider, { installation }: OidcSignInSettingParts): object {
  const { consoleSignIn } = provider;
  return {
    provider: oidcProviderArn(provider),
    issuer: issuerOf(provider, installation.federation.outbound),
    enabled: consoleSignIn !== undefined,
    clientId: consoleSignIn?.clientId,
    hasClientSecret: consoleSignIn?.sealedClientSecret !== undefined,
    ...addressesOf(provider),
  };
}

/** Codes that say who may not, rather than what is wrong. */
const NOT_ALLOWED: ReadonlySet<string> = new Set(['AccessDenied', 'InvalidClientTokenId']);

/**
 * The provider, for whoever has signed the request and may.
 * @throws ServiceError  403  nobody has signed, or they may not, as IAM would say it; 404 there is none
 */
async function authorized(
  call: Call,
  what: keyof typeof AUTHORIZED_AS,
  providerArn: string,
  parts: OidcSignInSettingParts,
): Promise<OidcProvider> {
  const { installation, authenticator, authorizer } = parts;
  const signed = await findSignedCaller(call.request, authenticator);
  if (!signed)
    throw new ServiceError('MissingAuthenticationToken', 'Sign the request, as one of AWS is signed, for the service sagegate.', {
      status: 403,
    });
  const { caller, region } = signed;
  const { arn: callerArn } = caller.principal;
  call.tell({ caller: { arn: callerArn, account: caller.account, accessKeyId: caller.accessKeyId, userId: caller.userId } });
  const name = AUTHORIZED_AS[what];
  const operation = iamOperations[name];
  if (!operation) throw new Error(`IAM has no ${name}`);
  try {
    refuseLimitedCredential(caller, 'iam', name);
    const now = installation.clock.now();
    const scope = { caller, account: caller.account, region, now, reader: installation.store, installation };
    const input = { OpenIDConnectProviderArn: providerArn };
    const target = await authorizer.authorize(operation, input as never, scope, factsOfSigned(call.request, signed, now));
    call.tell({ resource: { arn: target.arn, account: target.account } });
    if (!target.stored) throw notThere(providerArn);
    return target.stored as OidcProvider;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error instanceof AccessDenied) call.tell(denialOf(error, name, caller.account, parts));
    const { code, message } = error;
    throw new ServiceError(code, message, { status: error.status ?? (NOT_ALLOWED.has(code) ? 403 : 400) });
  }
}

/** What the audit is told of a denial, whose reasons may be asked for by its id. */
function denialOf(error: AccessDenied, name: string, account: string, parts: OidcSignInSettingParts) {
  const { clock, random } = parts.installation;
  const decisionId = parts.decisions.record({
    time: clock.now(),
    requestId: uuid(random),
    operation: `iam:${name}`,
    account,
    message: error.message,
    record: error.record,
  });
  const { resource, resourceAccount } = error.demand;
  return { decisionId, denied: { ...error.demand, reason: error.message }, resource: { arn: resource, account: resourceAccount } };
}

const notAClient = (): ServiceError =>
  new ServiceError('ValidationException', "The clientId must be one of the provider's client IDs (audiences).", { status: 400 });

const notThere = (providerArn: string): ServiceError =>
  new ServiceError('NoSuchEntity', noSuchOidcProvider(providerArn).message, { status: 404 });
