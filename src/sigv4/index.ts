/**
 * Signature Version 4, both sides of it, pure: no clock, no store, no socket.
 *
 *     request ─ parseAuthorization ─▶ who claims to sign ─ (you find the credential) ─ checkSignature ─▶ proved
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export { type Authorization, parseAuthorization, type SigningRules } from './authorization.ts';
export { canonicalPath, encodeUnreserved, type PathRules } from './canonical-path.ts';
export { canonicalQuery, decodeQueryText, parseQuery, type QueryParameter } from './canonical-query.ts';
export {
  type CanonicalRules,
  canonicalRequest,
  HEADER_RULES,
  headerNames,
  payloadHash,
  QUERY_RULES,
  type ReadRequest,
  type SignableRequest,
  stringToSign,
} from './canonical-request.ts';
export type { ProtocolFamily } from './refusal.ts';
export { AWS_REGIONS, GLOBAL_REGION, regionOfHost } from './region.ts';
export { type ClientCredentials, presign, type SignOptions, sign } from './sign.ts';
export { formatSigningDate, parseHttpDate, parseSigningDate } from './signing-date.ts';
export { computeSignature, deriveSigningKey, prepareSigningKey, type SigningKey, SigningKeyCache } from './signing-key.ts';
export { checkSignature, type SigningCredential, type Verified, type VerifyOptions, verify } from './verify.ts';
