import { timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '../core/http.ts';
import { type Authorization, parseAuthorization, type SigningRules } from './authorization.ts';
import { canonicalRequest, HEADER_RULES, payloadHash, QUERY_RULES, stringToSign } from './canonical-request.ts';
import * as refusal from './refusal.ts';
import { checkSignedHeaders } from './signed-headers.ts';
import { computeSignature, type SigningKeyCache } from './signing-key.ts';

/** What the store knows of an access key that may sign at this moment. Inactive, deleted and unknown keys have none. */
export interface SigningCredential {
  readonly secretAccessKey: string;
  /** Whether the session has ended; asked only after the signature is proved. */
  readonly expired: boolean;
}

const given = Buffer.alloc(64);
const computed = Buffer.alloc(64);

/** Whether `signature` is exactly the 64 lower-case hexadecimal digits of `expected`, in time that does not depend on where they differ. */
function sameSignature(signature: string, expected: string): boolean {
  // One character must be one byte below: the pattern sees to it, and to length, case and alphabet (threat S12).
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  given.write(signature, 'latin1');
  computed.write(expected, 'latin1');
  return timingSafeEqual(given, computed);
}

/**
 * Checks 11 to 14: the key exists, its session token fits, the signature is right, the session lives. Returns when all hold.
 * `credential` is what was found for `authorization.accessKeyId` together with `authorization.sessionToken`; undefined refuses.
 * Synchronous: whoever has the credential at hand waits for nothing.
 * @throws InvalidClientTokenId   unknown key; temporary key without its token, or a token that is not this key's
 * @throws SignatureDoesNotMatch  the signature is another or does not cover every x-amz-* header, or x-amz-content-sha256 is not the body's
 * @throws ExpiredToken           the session has ended
 */
export function checkSignature(
  authorization: Authorization,
  credential: SigningCredential | undefined,
  keys: SigningKeyCache,
  options: { readonly hints?: boolean | undefined } = {},
): void {
  if (credential === undefined) {
    throw authorization.sessionToken === undefined && !authorization.accessKeyId.startsWith('ASIA')
      ? refusal.unknownKey()
      : refusal.badSessionToken();
  }
  checkSignedHeaders(authorization.names, authorization.signedNames);
  const canonical = canonicalRequest(authorization, authorization.form === 'query' ? QUERY_RULES : HEADER_RULES);
  if (canonical === undefined) throw refusal.wrongSignature();
  const text = stringToSign(authorization.date, authorization.scope, canonical);
  const { accessKeyId, day, region, service } = authorization;
  const expected = computeSignature(keys.get(credential.secretAccessKey, accessKeyId, day, region, service), text);
  if (!sameSignature(authorization.signature, expected)) {
    throw refusal.wrongSignature(options.hints === true ? { canonicalRequest: canonical, stringToSign: text } : undefined);
  }
  // Signed, and still not the hash of what was sent: UNSIGNED-PAYLOAD, STREAMING-*, or another body (threat S17).
  const declared = authorization.names.indexOf('x-amz-content-sha256');
  if (declared !== -1 && authorization.request.rawHeaders[2 * declared + 1] !== payloadHash(authorization.request.body)) {
    throw refusal.wrongSignature();
  }
  if (credential.expired) throw refusal.expiredToken();
}

export interface VerifyOptions<Credential extends SigningCredential> extends SigningRules {
  readonly keys: SigningKeyCache;
  /** Finds the credential of a key id and, for a temporary key, its session token. Undefined when they do not belong together. */
  findCredential(accessKeyId: string, sessionToken: string | undefined): Credential | undefined | Promise<Credential | undefined>;
}

/** Who signed, proved. */
export interface Verified<Credential extends SigningCredential> {
  readonly authorization: Authorization;
  readonly credential: Credential;
}

/**
 * All fourteen checks of Signature Version 4. Where the credential is found without waiting, call `parseAuthorization` and
 * `checkSignature` instead: they are synchronous.
 * @throws MissingAuthenticationToken, IncompleteSignature, SignatureDoesNotMatch, InvalidClientTokenId, ExpiredToken
 */
export async function verify<Credential extends SigningCredential>(
  request: HttpRequest,
  options: VerifyOptions<Credential>,
): Promise<Verified<Credential>> {
  const authorization = parseAuthorization(request, options);
  const credential = await options.findCredential(authorization.accessKeyId, authorization.sessionToken);
  checkSignature(authorization, credential, options.keys, options);
  // checkSignature refuses an absent credential; said once more for the reader and the compiler.
  if (credential === undefined) throw refusal.unknownKey();
  return { authorization, credential };
}
