import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto';
import type { XmlElement } from './xml-element.ts';
import { base64, isElement } from './xml-signature.ts';

const XMLENC = 'http://www.w3.org/2001/04/xmlenc#';
const XMLENC11 = 'http://www.w3.org/2009/xmlenc11#';
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

/** @see https://www.w3.org/TR/xmlenc-core1/ */
const CIPHERS: Readonly<
  Record<string, { readonly name: 'aes-128-cbc' | 'aes-256-cbc' | 'aes-128-gcm' | 'aes-256-gcm'; readonly keyBytes: number }>
> = Object.assign(Object.create(null), {
  [`${XMLENC}aes128-cbc`]: { name: 'aes-128-cbc', keyBytes: 16 },
  [`${XMLENC}aes256-cbc`]: { name: 'aes-256-cbc', keyBytes: 32 },
  [`${XMLENC11}aes128-gcm`]: { name: 'aes-128-gcm', keyBytes: 16 },
  [`${XMLENC11}aes256-gcm`]: { name: 'aes-256-gcm', keyBytes: 32 },
});

const BLOCK = 16;
const GCM_IV = 12;
const GCM_TAG = 16;

/** Hashes of RSA-OAEP; that of the mask must be the same, as OpenSSL's interface has one for both. */
const OAEP_HASHES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  [`${DSIG}sha1`]: 'sha1',
  [`${XMLENC}sha256`]: 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  [`${XMLENC}sha512`]: 'sha512',
});
const MASKS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  [`${XMLENC11}mgf1sha1`]: 'sha1',
  [`${XMLENC11}mgf1sha256`]: 'sha256',
  [`${XMLENC11}mgf1sha384`]: 'sha384',
  [`${XMLENC11}mgf1sha512`]: 'sha512',
});

/**
 * The text in an EncryptedAssertion, decrypted with one of the provider's keys: AES in CBC or GCM mode, its key by RSA-OAEP and nothing else. Undefined
 * for whatever does not decrypt, without telling why; whoever answers must not tell either, nor by the time it takes (threat X11). That it decrypts
 * proves nothing: anybody can encrypt.
 */
export function decryptAssertion(element: XmlElement, keys: readonly KeyObject[]): string | undefined {
  const [data, ...beside] = element.children;
  if (!isElement(data, XMLENC, 'EncryptedData')) return undefined;
  const cipher = CIPHERS[child(data, XMLENC, 'EncryptionMethod')?.attributes.Algorithm ?? ''];
  const bytes = cipherValue(data);
  const keyInfo = child(data, DSIG, 'KeyInfo');
  const wrapped = [...(keyInfo?.children ?? []), ...beside].filter((each) => isElement(each, XMLENC, 'EncryptedKey'));
  const [first, ...others] = wrapped;
  if (!cipher || !bytes || !first || others.length > 0) return undefined;
  for (const key of keys) {
    const secret = unwrap(first, key);
    const plain = secret?.length === cipher.keyBytes ? decipher(cipher.name, secret, bytes) : undefined;
    if (plain) return text(plain);
  }
  return undefined;
}

function unwrap(encryptedKey: XmlElement, key: KeyObject): Buffer | undefined {
  const method = child(encryptedKey, XMLENC, 'EncryptionMethod');
  const bytes = cipherValue(encryptedKey);
  const hash = method && oaepHash(method);
  if (!bytes || !hash || key.asymmetricKeyType !== 'rsa') return undefined;
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, bytes);
  } catch {
    // Not for this key, or tampered with: the same to us.
    return undefined;
  }
}

function oaepHash(method: XmlElement): string | undefined {
  const { Algorithm: algorithm } = method.attributes;
  const digest = child(method, DSIG, 'DigestMethod')?.attributes.Algorithm ?? `${DSIG}sha1`;
  const hash = OAEP_HASHES[digest];
  if (child(method, XMLENC, 'OAEPparams')) return undefined;
  if (algorithm === `${XMLENC}rsa-oaep-mgf1p`) return hash === 'sha1' ? hash : undefined;
  const mask = MASKS[child(method, XMLENC11, 'MGF')?.attributes.Algorithm ?? `${XMLENC11}mgf1sha1`];
  return algorithm === `${XMLENC11}rsa-oaep` && mask === hash ? hash : undefined;
}

type CipherName = 'aes-128-cbc' | 'aes-256-cbc' | 'aes-128-gcm' | 'aes-256-gcm';

function decipher(name: CipherName, secret: Uint8Array, bytes: Buffer): Buffer | undefined {
  try {
    if (name === 'aes-128-gcm' || name === 'aes-256-gcm') {
      if (bytes.length < GCM_IV + GCM_TAG) return undefined;
      // A tag of full length or none.
      const gcm = createDecipheriv(name, secret, bytes.subarray(0, GCM_IV), { authTagLength: GCM_TAG });
      gcm.setAuthTag(bytes.subarray(-GCM_TAG));
      return Buffer.concat([gcm.update(bytes.subarray(GCM_IV, -GCM_TAG)), gcm.final()]);
    }
    if (bytes.length < 2 * BLOCK || bytes.length % BLOCK !== 0) return undefined;
    const cbc = createDecipheriv(name, secret, bytes.subarray(0, BLOCK)).setAutoPadding(false);
    const plain = Buffer.concat([cbc.update(bytes.subarray(BLOCK)), cbc.final()]);
    // Of the padding only the last byte is told: how long it is.
    const padding = plain.at(-1) ?? 0;
    return padding >= 1 && padding <= BLOCK ? plain.subarray(0, -padding) : undefined;
  } catch {
    // The tag is wrong.
    return undefined;
  }
}

const child = (element: XmlElement, namespace: string, name: string): XmlElement | undefined =>
  element.children.find((each) => isElement(each, namespace, name));

function cipherValue(element: XmlElement): Buffer | undefined {
  const data = child(element, XMLENC, 'CipherData');
  const value = data && child(data, XMLENC, 'CipherValue');
  return value && base64(value);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function text(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    // No UTF-8: then it is none of ours.
    return undefined;
  }
}
