import { createHmac, createSecretKey, hash } from 'node:crypto';

/**
 * The key of one scope, ready for use: HMAC-SHA256's inner and outer block, already mixed with the key. Two one-shot hashes over them cost
 * a fraction of a `createHmac`, whose set-up is most of its time (bench/sigv4.ts).
 * @see https://www.rfc-editor.org/rfc/rfc2104#section-2
 */
export interface SigningKey {
  /** 64 bytes. */
  readonly inner: Buffer;
  /** 96 bytes: the 64 of the outer block, then room for the inner digest. Written during a computation, never read across two. */
  readonly outer: Buffer;
}

const BLOCK = 64;

/** Large enough for every string to sign within a valid scope; a longer one gets a buffer of its own. */
const scratch = Buffer.alloc(1024);

/** Mixes a key of at most 64 bytes into HMAC's two blocks. */
export function prepareSigningKey(key: Uint8Array): SigningKey {
  const inner = Buffer.alloc(BLOCK, 0x36);
  const outer = Buffer.alloc(BLOCK + 32, 0x5c);
  for (let i = 0; i < key.length; i++) {
    inner[i] = 0x36 ^ (key[i] ?? 0);
    outer[i] = 0x5c ^ (key[i] ?? 0);
  }
  return { inner, outer };
}

/** `AWS4` + secret → date → region → service → `aws4_request`. The date is the eight digits of the scope. */
export function deriveSigningKey(secretAccessKey: string, date: string, region: string, service: string): SigningKey {
  let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`, 'utf8');
  // As KeyObjects: with bare bytes Node takes four times as long.
  for (const part of [date, region, service, 'aws4_request'])
    key = createHmac('sha256', createSecretKey(key)).update(part, 'utf8').digest();
  return prepareSigningKey(key);
}

/** The signature of a string to sign: HMAC-SHA256 in lower-case hexadecimal. `text` holds characters of one byte only. */
export function computeSignature(key: SigningKey, text: string): string {
  const length = BLOCK + text.length;
  const buffer = length <= scratch.length ? scratch : Buffer.alloc(length);
  buffer.set(key.inner, 0);
  buffer.write(text, BLOCK, 'latin1');
  key.outer.write(hash('sha256', buffer.subarray(0, length), 'binary'), BLOCK, 'latin1');
  return hash('sha256', key.outer, 'hex');
}

interface Entry {
  readonly secretAccessKey: string;
  readonly key: SigningKey;
}

/**
 * Derived keys by access key and scope, least recently used first out. It answers only to the secret it was derived from: a changed secret
 * derives anew, and whether the access key still exists is not asked here but of the store, on every request (threat S20).
 */
export class SigningKeyCache {
  readonly #capacity: number;
  // Two generations instead of a linked list: a hit in the older one moves up, a full younger one becomes the older.
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();

  /** Keeps at least `capacity` of the latest keys and at most twice as many, about 500 bytes each. */
  constructor(capacity = 4096) {
    this.#capacity = capacity;
  }

  get(secretAccessKey: string, accessKeyId: string, date: string, region: string, service: string): SigningKey {
    // Lengths first, so that no two different tuples write the same text.
    const name = `${accessKeyId.length}:${accessKeyId}${region.length}:${region}${service.length}:${service}${date}`;
    const young = this.#young.get(name);
    if (young !== undefined && young.secretAccessKey === secretAccessKey) return young.key;
    const old = this.#old.get(name);
    const entry =
      old !== undefined && old.secretAccessKey === secretAccessKey
        ? old
        : { secretAccessKey, key: deriveSigningKey(secretAccessKey, date, region, service) };
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(name, entry);
    return entry.key;
  }

  /** How many keys are held; for tests and gauges. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
