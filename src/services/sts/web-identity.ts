import type { Scope } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import { oidcProviders } from '../../store/tables/iam.ts';
import { parseRoleArn } from './resources.ts';

const invalid = (message: string): ServiceError => new ServiceError('InvalidIdentityTokenException', message);

const NOT_A_JWT = 'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';
const NOT_VALIDATED =
  'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.';
/** Two blanks, as AWS prints it. SDKs try again. */
const NO_KEY =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";

/** Providers that every account has, by the issuer their tokens name. */
const BUILT_IN: ReadonlySet<string> = new Set([
  'accounts.google.com',
  'https://accounts.google.com',
  'https://cognito-identity.amazonaws.com',
]);

/** What every token must claim, in the order in which it is missed. */
interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly iat: number;
  readonly exp: number;
  readonly azp: string | undefined;
}

/**
 * The caller whom a web identity token proves: nobody yet. What can be told of a token without its provider's keys is told in AWS's words and
 * order; then it ends where the keys would be needed, so that nothing is ever accepted unverified. The verified caller is to be returned from
 * here.
 * @throws ValidationError       400  no role ARN
 * @throws InvalidIdentityToken  400  always
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function identifyByWebIdentity(
  input: { readonly RoleArn: string; readonly WebIdentityToken: string; readonly ProviderId?: string | undefined },
  { reader }: Scope,
): Promise<never> {
  const { account } = parseRoleArn(input.RoleArn);
  // Access tokens of www.amazon.com and graph.facebook.com: only they themselves can say whether one is good.
  if (input.ProviderId !== undefined) throw invalid(NOT_VALIDATED);
  const claims = readClaims(input.WebIdentityToken);
  if (!BUILT_IN.has(claims.iss)) {
    const provider = await reader.get(oidcProviders, [account, urlOf(claims.iss)]);
    if (!provider) throw invalid(`No OpenIDConnect provider found in your account for ${claims.iss}`);
    refuseAudience(claims, provider.clientIds);
  }
  throw invalid(NO_KEY);
}

/** As providers are stored: without scheme and standard port. */
const urlOf = (issuer: string): string => issuer.replace(/^https:\/\//, '').replace(/^([^/]*):443(?=\/|$)/, '$1');

function refuseAudience({ aud, azp }: Claims, clientIds: readonly string[]): void {
  if (azp !== undefined) {
    if (!clientIds.includes(azp)) throw invalid(NOT_VALIDATED);
    return;
  }
  const [audience = '', ...others] = aud;
  if (others.length > 0) throw invalid('Token audience contains more than one audience while authorized party is not present');
  if (!clientIds.includes(audience)) throw invalid('Incorrect token audience');
}

/** @throws InvalidIdentityToken  400  no JSON Web Token, or a claim is missing */
function readClaims(token: string): Claims {
  const parts = token.split('.');
  const [header, payload] = parts.slice(0, 2).map(readPart);
  if (parts.length !== 3 || !header || !payload || parts[2] === '') throw invalid(NOT_A_JWT);
  for (const claim of ['iss', 'sub', 'aud', 'iat', 'exp'])
    if (payload[claim] === undefined) throw invalid(`Missing a required claim: ${claim}`);
  const { iss, sub, iat, exp, azp } = payload;
  const aud = Array.isArray(payload.aud) ? payload.aud : [payload.aud];
  const isWell =
    typeof iss === 'string' &&
    typeof sub === 'string' &&
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    (azp === undefined || typeof azp === 'string') &&
    aud.every((each) => typeof each === 'string');
  if (!isWell) throw invalid(NOT_A_JWT);
  return { iss, sub, aud, iat, exp, azp };
}

/** One part of a token: base64url of a JSON object. */
function readPart(part: string): Record<string, unknown> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.assign(Object.create(null), value);
  } catch {
    // Not JSON: then it is no token, which is all there is to say.
    return undefined;
  }
}
