import { timingSafeEqual } from 'node:crypto';
import type { RegisterClientRequest, RegisterClientResponse } from '@aws-sdk/client-sso-oidc';
import { countAttempts, sourceOf } from '../../authentication/attempt-limit.ts';
import { ACCOUNT_ACCESS, hashSecret, newSecret, sweepPortal } from '../../authentication/portal-access.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type OidcClient, oidcClients } from '../../store/tables/portal.ts';
import {
  invalidClient,
  invalidClientMetadata,
  invalidRedirectUri,
  invalidRequest,
  invalidScope,
  slowDown,
  unsupportedGrantType,
} from './errors.ts';
import { isLoopbackRedirect } from './redirect-uri.ts';

export const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
export const GRANT_TYPES: readonly string[] = ['authorization_code', 'refresh_token', DEVICE_CODE_GRANT];

const SCOPES: readonly string[] = [ACCOUNT_ACCESS, 'openid', 'aws'];
const LIFE = 90 * 24 * 3600_000;
const MAX_NAME = 128;
const MOST_REDIRECTS = 10;

const HOUR = 3_600_000;
/** Anybody who reaches the server may register, so how often is bounded (threat D03). */
const LIMITS = { bySource: { max: 300, window: HOUR }, altogether: { max: 10_000, window: HOUR } };

/**
 * Registers a program. Its name is what it says of itself, and is shown as that.
 * @throws InvalidClientMetadata, InvalidRedirectUri, InvalidScope, UnsupportedGrantType  400
 * @throws SlowDown  400  too many from one source
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
 */
export async function registerClient(input: Valid<RegisterClientRequest>, context: OperationContext): Promise<RegisterClientResponse> {
  const { now, installation, origin } = context;
  const { clientName: name, clientType, scopes = [], redirectUris = [], grantTypes = [], issuerUrl } = input;
  if (clientType !== 'public') throw invalidClientMetadata('The client type must be public.');
  if (name.length === 0 || name.length > MAX_NAME || /\p{C}/u.test(name))
    throw invalidClientMetadata(`The client name must have 1 to ${MAX_NAME} printable characters.`);
  if (scopes.some((scope) => !SCOPES.includes(scope))) throw invalidScope('A scope is not known.');
  if (grantTypes.some((type) => !GRANT_TYPES.includes(type))) throw unsupportedGrantType();
  if (redirectUris.length > MOST_REDIRECTS || redirectUris.some((uri) => !isLoopbackRedirect(uri)))
    throw invalidRedirectUri('Redirect URIs must be http URLs of the loopback interface.');
  if (grantTypes.includes('authorization_code') && redirectUris.length === 0)
    throw invalidRedirectUri('The authorization_code grant needs a redirect URI.');
  if (issuerUrl !== undefined && (issuerUrl.length > 512 || !URL.canParse(issuerUrl))) throw invalidRequest('The issuer URL is not valid.');
  const secret = newSecret(installation.random);
  const client: OidcClient = {
    clientId: Buffer.from(installation.random.bytes(16)).toString('base64url'),
    secretHash: hashSecret('client-secret', secret),
    name,
    redirectUris: [...redirectUris],
    grantTypes: [...grantTypes],
    scopes: [...scopes],
    ...(issuerUrl === undefined ? {} : { issuerUrl }),
    createdAt: now,
    expiresAt: now + LIFE,
  };
  const registered = await installation.store.write(async (writer) => {
    const counted = [
      { subject: `oidc-client:${sourceOf(origin.sourceIp)}`, limit: LIMITS.bySource },
      { subject: 'oidc-client', limit: LIMITS.altogether },
    ];
    if ((await countAttempts(writer, counted, now)) !== undefined) return false;
    await writer.insert(oidcClients, client);
    await sweepPortal(writer, now);
    return true;
  });
  if (!registered) throw slowDown();
  return {
    clientId: client.clientId,
    clientSecret: secret,
    clientIdIssuedAt: Math.floor(now / 1000),
    clientSecretExpiresAt: Math.floor(client.expiresAt / 1000),
  };
}

/**
 * The client that shows this id and secret.
 * @throws InvalidClient  401  unknown, wrong and expired are one
 */
export async function requireClient(
  reader: Reader,
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
  now: number,
): Promise<OidcClient> {
  const client = clientId.length <= 64 ? await reader.get(oidcClients, [clientId]) : undefined;
  const shown = Buffer.from(hashSecret('client-secret', clientSecret));
  if (!client || now >= client.expiresAt || !timingSafeEqual(shown, Buffer.from(client.secretHash))) throw invalidClient();
  return client;
}
