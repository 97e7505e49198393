import { hkdfSync } from 'node:crypto';
import type { Random } from '../core/id.ts';

/**
 * The key everything secret at rest hangs from: 32 random bytes, kept apart from the database. Nothing is encrypted with it directly; each
 * purpose has a key of its own, so that a text made for one purpose means nothing to any other (threat T04).
 */
export interface MasterKey {
  /** Eight characters that name the key in what it protects. Derived from the key, tells nothing about it. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** What a derived key is for. A purpose is never used for two kinds of text; adding a kind means adding a purpose. */
export type KeyPurpose =
  | 'secret-box'
  | 'session-token'
  | 'signin-token'
  | 'role-choice'
  | 'sign-in-step'
  | 'webauthn-challenge'
  | 'relay-state'
  | 'oidc-state'
  | 'console-cookie'
  | 'notebook-token'
  | 'instance-metadata-token'
  | 'pagination-marker'
  | 'authorization-message'
  | 'device-code'
  | 'training-plan-offering'
  | 'verification-code';

const KEY_BYTES = 32;
const PREFIX = 'sagegate-master-key-1:';

/** HKDF-SHA256; `info` separates the purposes. @see https://www.rfc-editor.org/rfc/rfc5869 */
const derive = (key: Uint8Array, info: string, length: number): Buffer => Buffer.from(hkdfSync('sha256', key, 'sagegate', info, length));

function masterKey(bytes: Uint8Array): MasterKey {
  return { id: derive(bytes, 'key-id', 6).toString('base64url'), bytes: Uint8Array.from(bytes) };
}

export const createMasterKey = (random: Random): MasterKey => masterKey(random.bytes(KEY_BYTES));

/** The text form that `parseMasterKey` reads, one line without its end. A secret. */
export const formatMasterKey = (key: MasterKey): string => PREFIX + Buffer.from(key.bytes).toString('base64');

/**
 * Reads a master key: its own text form, or 32 bytes as bare base64 or hexadecimal, so that a secret store's generated value will do.
 * @throws Error  with a sentence for the operator that never repeats the text
 */
export function parseMasterKey(text: string): MasterKey {
  const trimmed = text.trim();
  const encoded = trimmed.startsWith(PREFIX) ? trimmed.slice(PREFIX.length) : trimmed;
  const bytes = /^[0-9A-Fa-f]{64}$/.test(encoded)
    ? Buffer.from(encoded, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(encoded)
      ? Buffer.from(encoded, 'base64')
      : undefined;
  if (bytes?.length !== KEY_BYTES) throw new Error('The master key must be 32 bytes, written as base64 or as 64 hexadecimal digits.');
  if (new Set(bytes).size < 8) throw new Error('The master key is not random: it repeats a few bytes. Let Sagegate create one.');
  return masterKey(bytes);
}

/** Most keys a ring holds. Keys that nothing is sealed under any more should be taken out. */
const MAX_KEYS = 16;

/**
 * The current master key and, while a rotation lasts, older ones. New texts are made under the current key; old ones are opened with the key
 * whose id they carry, and no other is tried (threat T05).
 */
export class KeyRing {
  readonly current: MasterKey;
  readonly #keys = new Map<string, MasterKey>();
  readonly #derived = new Map<string, Buffer>();

  /** @throws Error  more than 16 keys, or one of them twice */
  constructor(current: MasterKey, older: readonly MasterKey[] = []) {
    this.current = current;
    for (const key of [current, ...older]) {
      if (this.#keys.has(key.id)) throw new Error('The list of master keys names one key twice.');
      this.#keys.set(key.id, key);
    }
    if (this.#keys.size > MAX_KEYS) throw new Error(`The list of master keys has more than ${MAX_KEYS} keys.`);
  }

  /** Ids of all keys, the current one first. */
  get ids(): string[] {
    return [...this.#keys.keys()];
  }

  /** The 32-byte key of a purpose under the master key `id`; undefined when the ring has no such key. */
  key(purpose: KeyPurpose, id: string = this.current.id): Buffer | undefined {
    const name = `${purpose}/${id}`;
    const known = this.#derived.get(name);
    if (known !== undefined) return known;
    const master = this.#keys.get(id);
    if (master === undefined) return undefined;
    const key = derive(master.bytes, `purpose/${purpose}`, KEY_BYTES);
    this.#derived.set(name, key);
    return key;
  }
}

/**
 * Reads a list of master keys, one a line, the current one first; blank lines and lines that begin with `#` do not count.
 * @throws Error  with a sentence for the operator, see parseMasterKey and KeyRing
 */
export function parseKeyRing(text: string): KeyRing {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  const [current, ...older] = lines.map(parseMasterKey);
  if (current === undefined) throw new Error('There is no master key in the list.');
  return new KeyRing(current, older);
}
