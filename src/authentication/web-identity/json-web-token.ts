import { type KeyObject, verify } from 'node:crypto';
import { type JsonRecord, readJsonObject } from '../strict-json.ts';

/**
 * The algorithms that AWS takes, each bound to one kind of key. No `none`, no HMAC, no other spelling: what is not a row does not exist
 * (threat O01). Null prototype.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
const ALGORITHMS: Readonly<Record<string, { readonly hash: string; readonly curve?: string; readonly signatureBytes?: number }>> =
  Object.assign(Object.create(null), {
    RS256: { hash: 'sha256' },
    RS384: { hash: 'sha384' },
    RS512: { hash: 'sha512' },
    ES256: { hash: 'sha256', curve: 'prime256v1', signatureBytes: 64 },
    ES384: { hash: 'sha384', curve: 'secp384r1', signatureBytes: 96 },
    ES512: { hash: 'sha512', curve: 'secp521r1', signatureBytes: 132 },
  });

export interface JsonWebToken {
  /** A row of ALGORITHMS. */
  readonly algorithm: string;
  readonly keyId: string | undefined;
  /** Members by name, null prototype. Not proved before `isSignedBy` has said so. */
  readonly claims: JsonRecord;
  readonly signed: string;
  readonly signature: Uint8Array;
}

/** Characters; longer ones AWS does not take. */
const LONGEST_TOKEN = 20_000;
const LONGEST_KEY_ID = 1024;

/** Header parameters that change what is signed or how it is to be read: who does not know them must refuse (RFC 7515 §4.1.11, RFC 7797). */
const UNKNOWN_PARAMETERS = ['crit', 'b64', 'zip', 'enc', 'epk', 'p2c', 'p2s', 'apu', 'apv'];

/**
 * Reads a token in the one form in which ID tokens come: three parts, each in the one spelling that base64url has, header and claims objects that
 * name nothing twice. Undefined for everything else: encrypted and nested tokens, other serialisations, access and logout tokens (threat O02, O10).
 * Keys and places of keys in the header (`jwk`, `jku`, `x5c`, `x5u`) are not looked at: keys come from the issuer (threat O04).
 * @see https://www.rfc-editor.org/rfc/rfc7519
 */
export function readToken(text: string): JsonWebToken | undefined {
  if (text.length > LONGEST_TOKEN) return undefined;
  const parts = text.split('.');
  const [headerPart = '', claimsPart = '', signaturePart = ''] = parts;
  if (parts.length !== 3) return undefined;
  const [headerBytes, claimsBytes, signature] = [decode(headerPart), decode(claimsPart), decode(signaturePart)];
  const header = headerBytes && readUtf8Object(headerBytes);
  const claims = claimsBytes && readUtf8Object(claimsBytes);
  if (!header || !claims || !signature) return undefined;
  const { alg, kid, typ, cty } = header;
  if (typeof alg !== 'string' || !ALGORITHMS[alg]) return undefined;
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > LONGEST_KEY_ID)) return undefined;
  if (typ !== undefined && (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT')) return undefined;
  if (cty !== undefined || UNKNOWN_PARAMETERS.some((name) => name in header)) return undefined;
  return { algorithm: alg, keyId: kid, claims, signed: text.slice(0, text.lastIndexOf('.')), signature };
}

/** Whether the token was signed with the private half of this key. A key of another kind than the algorithm's has signed nothing. */
export function isSignedBy(token: JsonWebToken, key: KeyObject): boolean {
  const { hash, signatureBytes } = ALGORITHMS[token.algorithm] ?? {};
  if (!fits(token.algorithm, key) || (signatureBytes !== undefined && token.signature.length !== signatureBytes)) return false;
  const given = signatureBytes === undefined ? key : { key, dsaEncoding: 'ieee-p1363' as const };
  return verify(hash, Buffer.from(token.signed, 'ascii'), given, token.signature);
}

/** Whether a key is of the kind that an algorithm signs with. */
export function fits(algorithm: string, key: KeyObject): boolean {
  const row = ALGORITHMS[algorithm];
  if (!row || key.type !== 'public') return false;
  return row.curve === undefined
    ? key.asymmetricKeyType === 'rsa'
    : key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === row.curve;
}

/** Base64url has one spelling for each sequence of bytes: no padding, no other alphabet, no bits left over. */
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === part ? bytes : undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readUtf8Object(bytes: Uint8Array): JsonRecord | undefined {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    // Not UTF-8: then it is no token, which is all there is to say.
    return undefined;
  }
  return readJsonObject(text);
}
