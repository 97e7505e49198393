import { hash } from 'node:crypto';
import { ServiceError } from '../core/service-error.ts';

/**
 * Every sentence a verifier refuses with, each in one place. The codes are neutral: protocol/common-errors.ts turns `SignatureDoesNotMatch`
 * into `InvalidSignatureException` for JSON services, `InvalidClientTokenId` into `UnrecognizedClientException`, and so on.
 *
 * None of them prints the Authorization header or the canonical request: where AWS has a hashed wording, that one is used.
 */

/** How the operation's service speaks; the words of a missing signature depend on it. */
export type ProtocolFamily = 'query' | 'json' | 'rest-json' | 'ec2';

/** Longest piece of caller text repeated in a message. AWS prints it whole; a refusal should not be an amplifier. */
const LONGEST_ECHO = 256;
const echo = (text: string): string => (text.length <= LONGEST_ECHO ? text : `${text.slice(0, LONGEST_ECHO)}...`);

const sha256Base64 = (text: string): string => hash('sha256', text, 'base64');

const signatureDoesNotMatch = (message: string): ServiceError => new ServiceError('SignatureDoesNotMatch', message);
const incompleteSignature = (message: string): ServiceError => new ServiceError('IncompleteSignature', message);

/** Check 1. */
export const bothForms = (): ServiceError =>
  signatureDoesNotMatch("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");

/** Check 2. Gateways in front of REST services capitalise differently. */
export const missingToken = (protocol: ProtocolFamily): ServiceError =>
  new ServiceError(
    'MissingAuthenticationToken',
    protocol === 'rest-json' ? 'Missing Authentication Token' : 'Request is missing Authentication Token',
  );

/** Check 3, in the newer wording that hashes what the caller sent. */
export const notKeyValue = (part: string): ServiceError =>
  incompleteSignature(
    `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${sha256Base64(part)}'.`,
  );

/** Check 4 for the header form; the sentences of all missing parts in AWS's order. */
export function missingHeaderParts(
  header: string,
  missing: { credential: boolean; signature: boolean; signedHeaders: boolean; date: boolean },
) {
  const sentences: string[] = [];
  if (missing.credential) sentences.push("Authorization header requires 'Credential' parameter.");
  if (missing.signature) sentences.push("Authorization header requires 'Signature' parameter.");
  if (missing.signedHeaders) sentences.push("Authorization header requires 'SignedHeaders' parameter.");
  if (missing.date) sentences.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  return incompleteSignature(`${sentences.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${sha256Base64(header)}`);
}

/** Check 4 for the query form; `missing` in the order algorithm, credential, signature, signed headers, date. */
export const missingQueryParts = (missing: readonly string[]): ServiceError =>
  incompleteSignature(
    `${missing.map((name) => `AWS query-string parameters must include '${name}'. `).join('')}Re-examine the query-string parameters.`,
  );

/** Check 5. */
export const badDate = (text: string): ServiceError =>
  incompleteSignature(`Date must be in ISO-8601 'basic format'. Got '${echo(text)}'. See http://en.wikipedia.org/wiki/ISO_8601`);

/** Check 6, too old. All times in basic format. */
export const expired = (date: string, limit: string, now: string, minutes: number): ServiceError =>
  signatureDoesNotMatch(`Signature expired: ${date} is now earlier than ${limit} (${now} - ${minutes} min.)`);

/** Check 6, too new. */
export const notYetCurrent = (date: string, limit: string, now: string, minutes: number): ServiceError =>
  signatureDoesNotMatch(`Signature not yet current: ${date} is still later than ${limit} (${now} + ${minutes} min.)`);

/** Check 7. */
export const hostNotSigned = (): ServiceError =>
  signatureDoesNotMatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");

/** Check 8. */
export const unsupportedAlgorithm = (algorithm: string): ServiceError =>
  incompleteSignature(`Unsupported AWS 'algorithm': '${echo(algorithm)}'`);

/** Check 9. */
export const badCredential = (credential: string): ServiceError =>
  incompleteSignature(
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${echo(credential)}'`,
  );

/** Check 10: the sentences of everything that is wrong with the scope. */
export const badScope = (sentences: readonly string[]): ServiceError => signatureDoesNotMatch(sentences.join(' '));
export const badScopeRegion = (region: string): string => `Credential should be scoped to a valid region, not '${echo(region)}'.`;
export const badScopeService = (service: string): string => `Credential should be scoped to correct service: '${service}'.`;
export const badScopeTerminator = (terminator: string): string =>
  `Credential should be scoped with a valid terminator: 'aws4_request', not '${echo(terminator)}'.`;
export const badScopeDate = (scopeDate: string, day: string, date: string): string =>
  `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${echo(scopeDate)}' != '${day}', from '${date}'.`;

/** Check 11: unknown, inactive and deleted keys alike. */
export const unknownKey = (): ServiceError =>
  new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid.');

/** Check 12: a session token that is missing, foreign or altered. Without the full stop, as AWS. */
export const badSessionToken = (): ServiceError =>
  new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid');

/** Check 13. With hints only when the operator asked for them: they repeat what the caller sent. */
export function wrongSignature(hints?: { canonicalRequest: string; stringToSign: string }): ServiceError {
  const sentence =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
  if (hints === undefined) return signatureDoesNotMatch(sentence);
  return signatureDoesNotMatch(
    `${sentence}\n\nThe Canonical String for this request should have been\n'${hints.canonicalRequest}'\n\nThe String-to-Sign should have been\n'${hints.stringToSign}'\n`,
  );
}

/** Check 14. */
export const expiredToken = (): ServiceError => new ServiceError('ExpiredToken', 'The security token included in the request is expired');

// The refusals below are ours: AWS is silent or laxer there, and a second reading of the same request must not exist.

/** A header or parameter that steers the call was sent more than once. `name` is one of our own constants, never caller text. */
export const repeated = (name: string): ServiceError => incompleteSignature(`'${name}' must not be sent more than once.`);

/** A query string or path that two readers could understand differently. */
export const ambiguousTarget = (what: string): ServiceError => incompleteSignature(`The request target is not well-formed: ${what}.`);

/** X-Amz-Expires outside 1 to 604800 seconds, in the sentences of S3's presigned requests. */
export const badExpires = (why: 'number' | 'negative' | 'week'): ServiceError =>
  incompleteSignature(
    why === 'number'
      ? 'X-Amz-Expires should be a number'
      : why === 'negative'
        ? 'X-Amz-Expires must be non-negative'
        : 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
  );

/** An `x-amz-*` header that is sent but not covered by the signature. */
export const unsignedSteeringHeader = (): ServiceError =>
  signatureDoesNotMatch('There were headers present in the request which were not signed');

/** SignedHeaders that are empty, unsorted, repeated, not lower-case, too many, or name a header that was not sent. */
export const badSignedHeaders = (): ServiceError => wrongSignature();
