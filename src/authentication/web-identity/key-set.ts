import { createPublicKey, type KeyObject } from 'node:crypto';
import { isRecord, isTextList, type JsonRecord, type JsonValue } from '../strict-json.ts';

export interface VerificationKey {
  readonly keyId: string;
  /** The one algorithm that the issuer signs with it; undefined when it does not say. */
  readonly algorithm: string | undefined;
  readonly key: KeyObject;
}

/** Of each kind. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
const MOST_KEYS = 100;

/** Bits of an RSA modulus: fewer can be broken, more cost us time (threats O11, Z03). */
const FEWEST_BITS = 2048;
const MOST_BITS = 8192;
/** Characters of a modulus of MOST_BITS. */
const LONGEST_MEMBER = 1400;
const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/**
 * The keys of a JSON Web Key Set that ID tokens may be signed with, in its order. Those of other kinds and uses, weak ones and ones without a name
 * are passed over, as everybody's sets have some. Undefined when it is no key set, or one with more keys than AWS takes.
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export function readKeySet(set: JsonRecord): readonly VerificationKey[] | undefined {
  const { keys } = set;
  if (!Array.isArray(keys)) return undefined;
  for (const kind of ['RSA', 'EC']) if (keys.filter((key) => isRecord(key) && key.kty === kind).length > MOST_KEYS) return undefined;
  return keys.flatMap((key) => readKey(key) ?? []);
}

function readKey(jwk: JsonValue): VerificationKey | undefined {
  if (!isRecord(jwk)) return undefined;
  const { kty, use, key_ops: operations, kid, alg } = jwk;
  if (typeof kid !== 'string' || (kty !== 'RSA' && kty !== 'EC')) return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !(isTextList(operations) && operations.includes('verify'))) return undefined;
  if (alg !== undefined && typeof alg !== 'string') return undefined;
  // A private key that everybody can read proves nothing.
  if ('d' in jwk) return undefined;
  const members = kty === 'RSA' ? ['kty', 'n', 'e'] : ['kty', 'crv', 'x', 'y'];
  const bare: Record<string, string> = {};
  for (const name of members) {
    const value = jwk[name];
    if (typeof value !== 'string' || value.length > LONGEST_MEMBER) return undefined;
    bare[name] = value;
  }
  const key = publicKey(bare);
  return key && isStrong(key) ? { keyId: kid, algorithm: alg, key } : undefined;
}

function publicKey(jwk: Record<string, string>): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    // OpenSSL throws at what is not a key, and at points that are not on their curve.
    return undefined;
  }
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n, namedCurve = '' } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'ec') return CURVES.has(namedCurve);
  const isOddExponent = publicExponent >= 3n && publicExponent % 2n === 1n && publicExponent < 1n << 33n;
  return asymmetricKeyType === 'rsa' && modulusLength >= FEWEST_BITS && modulusLength <= MOST_BITS && isOddExponent;
}
