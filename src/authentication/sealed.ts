import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Random } from '../core/id.ts';
import type { KeyPurpose, KeyRing } from './master-key.ts';

/**
 * Authenticated encryption that does not depend on unique nonces. Every text gets a key of its own, derived from the purpose's key and a
 * 24-byte salt. The salt is itself a keyed hash over fresh randomness *and* the text, so even a process restored from a snapshot, or forked,
 * that draws the same randomness again never uses one key for two texts (threat T03).
 *
 *     key id 6 bytes │ salt 24 │ AES-256-GCM ciphertext, as long as the text │ tag 16
 *
 * @see https://csrc.nist.gov/pubs/sp/800/38/d/final
 */
const ID_BYTES = 6;
const SALT_BYTES = 24;
const TAG_BYTES = 16;

/** Bytes that sealing adds to a text. */
export const SEALING_OVERHEAD = ID_BYTES + SALT_BYTES + TAG_BYTES;

/** What a sealed text is bound to; it opens only with the same parts in the same order. Lengths are written, so parts cannot shift. */
function encodeBinding(purpose: KeyPurpose, keyId: string, binding: readonly string[]): Buffer {
  return Buffer.from([purpose, keyId, ...binding].map((part) => `${Buffer.byteLength(part)}:${part}`).join(','), 'utf8');
}

/** The key of a purpose. Node takes a quarter of the time when a key comes as a KeyObject and not as bytes. */
function purposeKeyOf(keys: KeyRing, purpose: KeyPurpose, keyId: string): KeyObject | undefined {
  const bytes = keys.key(purpose, keyId);
  return bytes && createSecretKey(bytes);
}

/** Key and nonce of one text: one block of HMAC-SHA512 under the purpose's key. */
function messageKey(purposeKey: KeyObject, salt: Uint8Array): { key: KeyObject; nonce: Buffer } {
  const block = createHmac('sha512', purposeKey).update('message-key').update(salt).digest();
  return { key: createSecretKey(block.subarray(0, 32)), nonce: block.subarray(32, 44) };
}

/** Seals under the ring's current key. `binding` names what the text belongs to and is not part of the result. */
export function seal(plaintext: Uint8Array, purpose: KeyPurpose, binding: readonly string[], keys: KeyRing, random: Random): Buffer {
  const purposeKey = purposeKeyOf(keys, purpose, keys.current.id);
  if (purposeKey === undefined) throw new Error('The key ring lacks its own current key.');
  const aad = encodeBinding(purpose, keys.current.id, binding);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(aad.length);
  const salt = createHmac('sha256', purposeKey)
    .update('salt')
    .update(random.bytes(16))
    .update(length)
    .update(aad)
    .update(plaintext)
    .digest()
    .subarray(0, SALT_BYTES);
  const { key, nonce } = messageKey(purposeKey, salt);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad);
  return Buffer.concat([Buffer.from(keys.current.id, 'base64url'), salt, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `seal` made; undefined when the key is unknown or one bit of text, binding or purpose differs. Never throws for bad input. */
export function open(sealed: Uint8Array, purpose: KeyPurpose, binding: readonly string[], keys: KeyRing): Buffer | undefined {
  if (sealed.length < SEALING_OVERHEAD) return undefined;
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
  const keyId = bytes.subarray(0, ID_BYTES).toString('base64url');
  const purposeKey = purposeKeyOf(keys, purpose, keyId);
  if (purposeKey === undefined) return undefined;
  const { key, nonce } = messageKey(purposeKey, bytes.subarray(ID_BYTES, ID_BYTES + SALT_BYTES));
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(encodeBinding(purpose, keyId, binding))
    .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const plaintext = decipher.update(bytes.subarray(ID_BYTES + SALT_BYTES, bytes.length - TAG_BYTES));
  try {
    decipher.final();
  } catch {
    // GCM's one answer to everything that was altered.
    return undefined;
  }
  return plaintext;
}
