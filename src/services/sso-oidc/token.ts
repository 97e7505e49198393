import { createHash, timingSafeEqual } from 'node:crypto';
import type { CreateTokenRequest, CreateTokenResponse } from '@aws-sdk/client-sso-oidc';
import { hashSecret, revokeGrant, signedInBy } from '../../authentication/portal-access.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import { authorizationCodes, deviceAuthorizations, type OidcClient, portalGrants, portalTokens } from '../../store/tables/portal.ts';
import { DEVICE_CODE_GRANT, requireClient } from './client-registration.ts';
import { INTERVAL } from './device-authorization.ts';
import {
  accessDenied,
  authorizationPending,
  expiredToken,
  invalidGrant,
  invalidRequest,
  slowDown,
  unsupportedGrantType,
} from './errors.ts';
import { insertGrant, issueTokens, type Tokens } from './grant.ts';

/** A refusal is returned and not thrown: what it has written down must stay written. */
type Outcome = Tokens | ServiceError;

interface Exchange {
  readonly writer: Writer;
  readonly client: OidcClient;
  readonly context: OperationContext;
}

/** Milliseconds within which two processes that share a token cache may both have tried to renew: the second is refused, and no theft. */
const RACE = 30_000;

/**
 * Changes a device code, an authorization code or a refresh token for tokens.
 * @throws InvalidClient         401
 * @throws InvalidRequest        400  what the grant type needs is missing
 * @throws UnsupportedGrantType  400  also one that the client did not register for
 * @throws AuthorizationPending, SlowDown, AccessDenied, ExpiredToken  400  a device that waits
 * @throws InvalidGrant          400  anything else
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 */
export async function createToken(input: Valid<CreateTokenRequest>, context: OperationContext): Promise<CreateTokenResponse> {
  const { reader, now, installation } = context;
  const client = await requireClient(reader, input, now);
  const { grantType } = input;
  const exchange = EXCHANGES[grantType];
  if (!exchange) throw unsupportedGrantType();
  if (client.grantTypes.length > 0 && !client.grantTypes.includes(grantType)) throw unsupportedGrantType();
  const work = exchange(input);
  const outcome = await installation.store.write((writer) => work({ writer, client, context }));
  if (outcome instanceof Error) throw outcome;
  const { accessToken, refreshToken, expiresIn } = outcome;
  return { accessToken, tokenType: 'Bearer', expiresIn, ...(refreshToken === undefined ? {} : { refreshToken }) };
}

type Input = Valid<CreateTokenRequest>;

/** By grant type: first that the input is whole, then what is to be done in one transaction. */
const EXCHANGES: Readonly<Record<string, (input: Input) => (exchange: Exchange) => Promise<Outcome>>> = Object.assign(Object.create(null), {
  [DEVICE_CODE_GRANT]: ({ deviceCode }: Input) => {
    const id = hashSecret('device-code', required('deviceCode', deviceCode));
    return (exchange: Exchange) => byDeviceCode(exchange, id);
  },
  authorization_code: ({ code, redirectUri, codeVerifier }: Input) => {
    const id = hashSecret('code', required('code', code));
    const shown = { redirectUri: required('redirectUri', redirectUri), codeVerifier: required('codeVerifier', codeVerifier) };
    return (exchange: Exchange) => byAuthorizationCode(exchange, id, shown);
  },
  refresh_token: ({ refreshToken }: Input) => {
    const id = hashSecret('refresh-token', required('refreshToken', refreshToken));
    return (exchange: Exchange) => byRefreshToken(exchange, id);
  },
});

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '' || value.length > 1024) throw invalidRequest(`${name} is missing or not valid.`);
  return value;
}

async function byDeviceCode({ writer, client, context }: Exchange, deviceId: string): Promise<Outcome> {
  const { now, installation } = context;
  const device = await writer.get(deviceAuthorizations, [deviceId]);
  if (device?.clientId !== client.clientId || device.state === 'used') return invalidGrant();
  if (now >= device.expiresAt) return expiredToken();
  if (device.state === 'denied') return accessDenied();
  if (device.state === 'pending') {
    const isHasty = device.lastPolledAt !== undefined && now < device.lastPolledAt + INTERVAL * 1000;
    await writer.update(deviceAuthorizations, { ...device, lastPolledAt: now });
    return isHasty ? slowDown() : authorizationPending();
  }
  await writer.update(deviceAuthorizations, { ...device, state: 'used' });
  const signedIn = device.sessionId === undefined ? undefined : await signedInBy(writer, device.sessionId, now);
  if (!signedIn) return invalidGrant();
  const grant = await insertGrant(writer, signedIn.session, client, installation.random);
  return issueTokens(writer, grant, now, installation.random);
}

async function byAuthorizationCode(
  { writer, client, context }: Exchange,
  codeId: string,
  shown: { readonly redirectUri: string; readonly codeVerifier: string },
): Promise<Outcome> {
  const { now, installation } = context;
  const code = await writer.get(authorizationCodes, [codeId]);
  if (!code) return invalidGrant();
  // Shown a second time: one of the two is a thief, so nobody keeps what came of it (threat D04).
  if (code.grantId !== undefined) {
    await revokeGrant(writer, code.grantId);
    return invalidGrant();
  }
  const challenge = createHash('sha256').update(shown.codeVerifier).digest('base64url');
  const isProved = code.challenge.length === challenge.length && timingSafeEqual(Buffer.from(code.challenge), Buffer.from(challenge));
  if (code.clientId !== client.clientId || code.redirectUri !== shown.redirectUri || !isProved || now >= code.expiresAt) {
    await writer.delete(authorizationCodes, [codeId]);
    return invalidGrant();
  }
  const signedIn = await signedInBy(writer, code.sessionId, now);
  if (!signedIn) return invalidGrant();
  const grant = await insertGrant(writer, signedIn.session, { clientId: client.clientId, scopes: code.scopes }, installation.random);
  // Remembered as long as its tokens may live.
  await writer.update(authorizationCodes, { ...code, grantId: grant.grantId, expiresAt: grant.expiresAt });
  return issueTokens(writer, grant, now, installation.random);
}

async function byRefreshToken({ writer, client, context }: Exchange, tokenId: string): Promise<Outcome> {
  const { now, installation } = context;
  const token = await writer.get(portalTokens, [tokenId]);
  const grant = token?.kind === 'refresh' ? await writer.get(portalGrants, [token.grantId]) : undefined;
  if (!token || grant?.clientId !== client.clientId || now >= token.expiresAt) return invalidGrant();
  if (token.replacedAt !== undefined) {
    if (now - token.replacedAt > RACE) await revokeGrant(writer, grant.grantId);
    return invalidGrant();
  }
  if (!(await signedInBy(writer, grant.sessionId, now))) return invalidGrant();
  await writer.update(portalTokens, { ...token, replacedAt: now });
  return issueTokens(writer, grant, now, installation.random);
}
