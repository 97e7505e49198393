import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { type CborMap, readCbor } from './cbor.ts';

/*
 * The two ceremonies of WebAuthn, as a relying party verifies them: an authenticator makes a key pair for us, and later proves that it has the key and
 * that its owner was there. Whose make the authenticator is (attestation) is not asked for and not looked at.
 * @see https://www.w3.org/TR/webauthn-3/#sctn-rp-operations
 */

/** What a ceremony was begun with. */
export interface Ceremony {
  /** Random bytes of ours, base64url; for this ceremony alone. */
  readonly challenge: string;
  /** How browsers may write where they are: `https://sagegate.example.com`. */
  readonly origins: readonly string[];
  /** For whom keys are made: a host name. */
  readonly rpId: string;
}

/** A key that an authenticator holds for us. */
export interface PasskeyKey {
  /** Base64url. */
  readonly credentialId: string;
  /** COSE's number of the algorithm: -7 ES256, -8 EdDSA, -257 RS256. */
  readonly algorithm: number;
  readonly publicKey: JsonWebKey;
  /** How often it has signed, by its own count; 0 for those that do not count. */
  readonly signCount: number;
}

/** Algorithms, the best first: what an authenticator is asked for. */
export const ALGORITHMS = [-7, -8, -257] as const;

const MAX_BYTES = 8192;
const MAX_CREDENTIAL_ID = 1023;

/** A new key; undefined when anything about it is not as it was asked for. */
export function verifyRegistration(
  response: { readonly clientDataJSON: string; readonly attestationObject: string },
  ceremony: Ceremony,
): PasskeyKey | undefined {
  const clientData = readBase64(response.clientDataJSON);
  const attestation = readBase64(response.attestationObject);
  if (!clientData || !attestation || !isClientData(clientData, 'webauthn.create', ceremony)) return undefined;
  const object = readCbor(attestation);
  const authData = object?.end === attestation.length && object.value instanceof Map ? object.value.get('authData') : undefined;
  if (!(authData instanceof Uint8Array)) return undefined;
  const data = readAuthenticatorData(authData, ceremony.rpId);
  if (!data?.credential) return undefined;
  const key = readKey(data.credential.key);
  return key && { ...key, credentialId: data.credential.id, signCount: data.signCount };
}

/** The key's new count; undefined when it is not proved that its owner was there and meant this very sign-in. */
export function verifyAssertion(
  response: { readonly clientDataJSON: string; readonly authenticatorData: string; readonly signature: string },
  key: Pick<PasskeyKey, 'algorithm' | 'publicKey' | 'signCount'>,
  ceremony: Ceremony,
): number | undefined {
  const clientData = readBase64(response.clientDataJSON);
  const authData = readBase64(response.authenticatorData);
  const signature = readBase64(response.signature);
  if (!clientData || !authData || !signature || !isClientData(clientData, 'webauthn.get', ceremony)) return undefined;
  const data = readAuthenticatorData(authData, ceremony.rpId);
  if (!data) return undefined;
  const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
  const publicKey = createPublicKey({ format: 'jwk', key: key.publicKey });
  if (!verify(key.algorithm === -8 ? null : 'sha256', signed, publicKey, signature)) return undefined;
  // A count that does not go up: there are two of this key, one of them a copy.
  const counts = data.signCount !== 0 || key.signCount !== 0;
  return counts && data.signCount <= key.signCount ? undefined : data.signCount;
}

/** Base64url of one spelling; undefined for anything else. */
function readBase64(text: string): Buffer | undefined {
  if (text.length > (MAX_BYTES * 4) / 3) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes : undefined;
}

/** What the browser says of itself: it did this very thing, with this very challenge, on a page of ours, and not in a frame of others. */
function isClientData(bytes: Buffer, type: string, { challenge, origins }: Ceremony): boolean {
  let data: unknown;
  try {
    data = JSON.parse(bytes.toString('utf8'));
  } catch {
    return false;
  }
  if (typeof data !== 'object' || data === null) return false;
  const said = data as Record<string, unknown>;
  const isOurs = typeof said.origin === 'string' && origins.includes(said.origin) && said.crossOrigin !== true;
  return said.type === type && said.challenge === challenge && isOurs && said.topOrigin === undefined;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;
const HAS_EXTENSIONS = 0x80;

/** What the authenticator says: for whom, that its owner was there and has proved who it is (threat C11), and perhaps a new key. */
function readAuthenticatorData(bytes: Uint8Array, rpId: string) {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 37 || view.length > MAX_BYTES) return undefined;
  const flags = view.readUInt8(32);
  const isForUs = view.subarray(0, 32).equals(createHash('sha256').update(rpId).digest());
  if (!isForUs || (flags & USER_PRESENT) === 0 || (flags & USER_VERIFIED) === 0) return undefined;
  const signCount = view.readUInt32BE(33);
  let at = 37;
  let credential: { readonly id: string; readonly key: CborMap } | undefined;
  if ((flags & HAS_CREDENTIAL) !== 0) {
    // 16 bytes name the make of the authenticator.
    if (view.length < at + 18) return undefined;
    const length = view.readUInt16BE(at + 16);
    at += 18;
    if (length === 0 || length > MAX_CREDENTIAL_ID || view.length < at + length) return undefined;
    const id = view.subarray(at, at + length).toString('base64url');
    const key = readCbor(view, at + length);
    if (!(key?.value instanceof Map)) return undefined;
    credential = { id, key: key.value };
    at = key.end;
  }
  if ((flags & HAS_EXTENSIONS) !== 0) {
    const extensions = readCbor(view, at);
    if (!(extensions?.value instanceof Map)) return undefined;
    at = extensions.end;
  }
  return at === view.length ? { signCount, credential } : undefined;
}

/** COSE's names of the parts of a key. @see https://www.rfc-editor.org/rfc/rfc9053#section-7 */
function readKey(key: CborMap): Pick<PasskeyKey, 'algorithm' | 'publicKey'> | undefined {
  const [type, algorithm] = [key.get(1), key.get(3)];
  const bytes = (label: number, length?: number): string | undefined => {
    const value = key.get(label);
    return value instanceof Uint8Array && (length === undefined || value.length === length)
      ? Buffer.from(value).toString('base64url')
      : undefined;
  };
  const [x, y] = [bytes(-2, 32), bytes(-3, 32)];
  if (type === 2 && algorithm === -7 && key.get(-1) === 1 && x && y) return checked({ kty: 'EC', crv: 'P-256', x, y }, -7);
  if (type === 1 && algorithm === -8 && key.get(-1) === 6 && x) return checked({ kty: 'OKP', crv: 'Ed25519', x }, -8);
  const [n, e] = [bytes(-1), bytes(-2)];
  if (type === 3 && algorithm === -257 && n && n.length >= 342 && n.length <= 684 && e) return checked({ kty: 'RSA', n, e }, -257);
  return undefined;
}

/** A key that OpenSSL takes: a point that is not on its curve is none. */
function checked(publicKey: JsonWebKey, algorithm: number): Pick<PasskeyKey, 'algorithm' | 'publicKey'> | undefined {
  try {
    createPublicKey({ format: 'jwk', key: publicKey });
    return { algorithm, publicKey };
  } catch {
    return undefined;
  }
}
