import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse } from '@aws-sdk/client-sts';
import type { Assertion } from '../../authentication/assertion.ts';
import { type Caller, federatedCaller } from '../../authentication/caller.ts';
import { isTextList, type JsonRecord } from '../../authentication/strict-json.ts';
import { isSignedBy, type JsonWebToken, readToken } from '../../authentication/web-identity/json-web-token.ts';
import { issuerOfHost } from '../../authentication/web-identity-issuer.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import { OutboundError } from '../../core/outbound.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { oidcProviders, type Role } from '../../store/tables/iam.ts';
import { sessionOfClaims } from './assertion-tags.ts';
import { verifyAccessToken } from './oauth-provider.ts';
import { providerClaims } from './provider-claims.ts';
import { parseRoleArn } from './resources.ts';
import { refuseOverlong, startRoleSession } from './role-session.ts';

const invalid = (message: string): ServiceError => new ServiceError('InvalidIdentityTokenException', message);

const NOT_A_JWT = 'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';
const NOT_VALIDATED =
  'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.';
/** Two blanks, as AWS prints it. SDKs try again. */
const NO_KEY =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";

/** Providers that every account has, by the issuer that their tokens name. Which of their applications may come, trust policies say. */
const BUILT_IN: ReadonlyMap<string, { readonly name: string; readonly issuer: string }> = new Map(
  [
    ['accounts.google.com', 'accounts.google.com'],
    ['https://accounts.google.com', 'accounts.google.com'],
    ['https://cognito-identity.amazonaws.com', 'cognito-identity.amazonaws.com'],
  ].map(([issuer = '', name = '']) => [issuer, { name, issuer: `https://${name}` }]),
);

/** Milliseconds that an issuer's clock may be ahead of ours (unverified). */
const SKEW = 300_000;

/** What every token must claim, in the order in which it is missed. */
interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly exp: number;
  readonly nbf: number | undefined;
  readonly azp: string | undefined;
  /** All of them. */
  readonly all: JsonRecord;
}

/** Whose tokens a role's account takes: a provider in IAM, or a built-in one. */
interface Provider {
  /** As trust policies name it. */
  readonly name: string;
  /** Without scheme: what its condition keys begin with. */
  readonly url: string;
  /** As its discovery document names it. */
  readonly issuer: string;
  /** Undefined for built-in ones. */
  readonly clientIds: readonly string[] | undefined;
  readonly thumbprints: readonly string[];
}

interface WebIdentityInput {
  readonly RoleArn: string;
  readonly WebIdentityToken: string;
  readonly ProviderId?: string | undefined;
}

/**
 * The caller whom a web identity token proves. What can be told without the issuer's keys is told first, in AWS's words and order; nothing of the
 * token counts before its signature has been checked with a key that the issuer shows under its own name.
 * @throws ValidationError       400  no role ARN
 * @throws InvalidIdentityToken  400  no ID token, or not one that may be used here
 * @throws ExpiredToken          400
 * @throws IDPCommunicationError 400, IDPRejectedClaim 403  access tokens of OAuth providers, which only the provider can judge
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function identifyByWebIdentity(input: WebIdentityInput, scope: Scope): Promise<Caller> {
  const { account } = parseRoleArn(input.RoleArn);
  if (input.ProviderId !== undefined)
    return federatedCaller(await verifyAccessToken(input.ProviderId, input.WebIdentityToken, scope.installation.federation.outbound));
  return callerByToken(await verifyToken(input.WebIdentityToken, account, scope), input.RoleArn);
}

/** A token that has been verified for an account: what it claims, and whose it is. Made by `verifyToken` alone. */
export interface VerifiedToken {
  readonly claims: Claims;
  readonly provider: Provider;
  /** `RS256` */
  readonly algorithm: string;
}

/**
 * A token of a provider of this account, verified.
 * @throws InvalidIdentityToken  400  no ID token, or not one that may be used here
 * @throws ExpiredToken          400
 */
export async function verifyToken(
  text: string,
  account: string,
  scope: Pick<Scope, 'reader' | 'installation' | 'now'>,
): Promise<VerifiedToken> {
  const token = readToken(text);
  if (!token) throw invalid(NOT_A_JWT);
  const claims = readClaims(token);
  const provider = await findProvider(claims.iss, account, scope);
  refuseAudience(claims, provider.clientIds);
  await refuseUnsigned(token, provider, scope);
  refuseTimes(claims, scope.now);
  return { claims, provider, algorithm: token.algorithm };
}

/**
 * Whoever has shown a token, as the trust policy of a role of the token's account sees them.
 * @throws InvalidIdentityToken, InvalidParameterValue  400  claims that are AWS's own and do not fit, or do not name the role
 */
export const callerByToken = ({ claims, provider }: VerifiedToken, roleArn: string): Caller =>
  federatedCaller(assertionOf(claims, provider, roleArn));

/** The party that a token was made for: the authorised one, where it names one. */
export const audienceOf = ({ aud, azp }: Claims): string => azp ?? aud[0] ?? '';

/** @throws InvalidIdentityToken  400  a claim is missing, or of another type */
function readClaims({ claims }: JsonWebToken): Claims {
  for (const claim of ['iss', 'sub', 'aud', 'iat', 'exp'])
    if (claims[claim] === undefined) throw invalid(`Missing a required claim: ${claim}`);
  const { iss, sub, iat, exp, nbf, azp } = claims;
  const aud = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
  const isWell =
    typeof iss === 'string' &&
    typeof sub === 'string' &&
    isInstant(iat) &&
    isInstant(exp) &&
    (nbf === undefined || isInstant(nbf)) &&
    (azp === undefined || typeof azp === 'string') &&
    isTextList(aud) &&
    aud.length > 0;
  // A logout token is signed by the same keys and says so by its events (OpenID Connect Back-Channel Logout §2.4).
  if (!isWell || claims.events !== undefined) throw invalid(NOT_A_JWT);
  return { iss, sub, aud, iat, exp, nbf, azp, all: claims };
}

/** Seconds since the epoch, up to the year 9999. */
const isInstant = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 253_402_300_799;

/** @throws InvalidIdentityToken  400 */
async function findProvider(
  iss: string,
  account: string,
  { reader, installation }: Pick<Scope, 'reader' | 'installation'>,
): Promise<Provider> {
  const builtIn = BUILT_IN.get(iss);
  if (builtIn) return { ...builtIn, url: builtIn.name, clientIds: undefined, thumbprints: [] };
  const isPlain = installation.federation.outbound.allowsPlain(iss);
  // As providers are stored: without scheme and standard port. No two other spellings are one issuer.
  const url = isPlain ? iss.slice('http://'.length) : iss.replace(/^https:\/\//, '').replace(/^([^/]*):443(?=\/|$)/, '$1');
  const found = isPlain || iss.startsWith('https://') ? await reader.get(oidcProviders, [account, url]) : undefined;
  if (!found) throw invalid(`No OpenIDConnect provider found in your account for ${iss}`);
  // What STS gives out itself (GetWebIdentityToken) is for others.
  if (issuerOfHost(url.split(/[:/]/, 1)[0]) !== undefined) throw invalid(NOT_VALIDATED);
  const { clientIds, thumbprints } = found;
  return { name: iamArn(account, `oidc-provider/${url}`), url, issuer: iss, clientIds, thumbprints };
}

/**
 * Of a token with an authorised party that alone counts; else the token must be for one party.
 * @throws InvalidIdentityToken  400
 */
function refuseAudience({ aud, azp }: Claims, clientIds: readonly string[] | undefined): void {
  if (azp !== undefined) {
    if (clientIds && !clientIds.includes(azp)) throw invalid(NOT_VALIDATED);
    return;
  }
  const [audience = '', ...others] = aud;
  if (others.length > 0) throw invalid('Token audience contains more than one audience while authorized party is not present');
  if (clientIds && !clientIds.includes(audience)) throw invalid('Incorrect token audience');
}

/** @throws InvalidIdentityToken  400  the issuer's keys cannot be had, or none of them has signed */
async function refuseUnsigned(
  token: JsonWebToken,
  { issuer, thumbprints }: Provider,
  { installation }: Pick<Scope, 'installation'>,
): Promise<void> {
  const keys = await installation.federation.issuerKeys
    .find({ url: issuer, thumbprints }, token.keyId, token.algorithm)
    .catch((error: unknown) => {
      if (!(error instanceof OutboundError)) throw error;
      throw invalid(
        error.problem === 'certificate' ? "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint" : NO_KEY,
      );
    });
  if (keys.length === 0) throw invalid(NO_KEY);
  if (!keys.some((key) => isSignedBy(token, key))) throw invalid('Token signature invalid');
}

/**
 * @throws ExpiredToken          400
 * @throws InvalidIdentityToken  400  made, or good, only in times to come
 */
function refuseTimes({ iat, exp, nbf }: Claims, now: number): void {
  const seconds = Math.floor(now / 1000);
  if (exp <= seconds)
    throw new ServiceError(
      'ExpiredTokenException',
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${Math.floor(exp)}`,
    );
  if (Math.max(iat, nbf ?? 0) * 1000 > now + SKEW) throw invalid(NOT_VALIDATED);
}

const ROLES = 'https://aws.amazon.com/roles';

/** @throws InvalidIdentityToken, InvalidParameterValue  400  claims that are AWS's own and do not fit */
function assertionOf(claims: Claims, { name, url }: Provider, roleArn: string): Assertion {
  const { sub, aud, azp, all } = claims;
  const audience = audienceOf(claims);
  const living: Record<string, string | readonly string[]> = { [`${url}:aud`]: audience, [`${url}:sub`]: sub };
  if (isTextList(all.amr) && all.amr.length > 0) living[`${url}:amr`] = all.amr;
  const context = {
    ...living,
    ...(azp === undefined ? {} : { [`${url}:azp`]: azp, [`${url}:oaud`]: aud }),
    ...providerClaims(url, all),
    'sts:RoleAuthorizedByIdp': isRoleNamed(all[ROLES], roleArn) ? 'true' : 'false',
  };
  const sessionContext: Record<string, string | readonly string[]> = {};
  for (const [key, value] of Object.entries(living)) sessionContext[foldCase(key)] = value;
  return { provider: name, subject: sub, audience, context, sessionContext, ...sessionOfClaims(all) };
}

/**
 * Whether the issuer has named this role; where it names roles, it means these and no others.
 * @throws InvalidIdentityToken  400  (unverified) wording
 */
function isRoleNamed(claim: JsonRecord[string], roleArn: string): boolean {
  if (claim === undefined) return false;
  const named = typeof claim === 'string' ? claim.split(';') : claim;
  if (!isTextList(named) || !named.includes(roleArn)) throw invalid('The role is not among the roles that the identity token names.');
  return true;
}

/**
 * Temporary credentials of a role, for whoever a web identity provider vouches for and the role's trust policy lets in. Nobody signs the call.
 * @throws ValidationError  400  longer than the role allows
 * @throws MalformedPolicyDocument, PackedPolicyTooLarge  400  session policies
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function assumeRoleWithWebIdentity(
  input: Valid<AssumeRoleWithWebIdentityRequest>,
  context: OperationContext<Role>,
): Promise<AssumeRoleWithWebIdentityResponse> {
  const { assertion } = context.caller;
  const role = context.target.stored;
  // Nobody gets here without a proof, and a role that does not exist trusts nobody.
  if (!assertion || !role) throw new Error('a role was assumed without a proof');
  const durationSeconds = input.DurationSeconds ?? 3600;
  refuseOverlong(durationSeconds, role);
  const started = await startRoleSession(
    role,
    {
      kind: 'AssumeRoleWithWebIdentity',
      sessionName: input.RoleSessionName,
      durationSeconds,
      chained: false,
      Policy: input.Policy,
      PolicyArns: input.PolicyArns,
      tags: assertion.tags,
      transitiveTagKeys: assertion.transitiveTagKeys,
      sourceIdentity: assertion.sourceIdentity,
      federatedProvider: assertion.provider,
      context: assertion.sessionContext,
    },
    context,
  );
  return {
    ...started,
    SubjectFromWebIdentityToken: assertion.subject,
    Audience: assertion.audience,
    Provider: assertion.provider,
  };
}
