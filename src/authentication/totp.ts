import { hash } from 'node:crypto';
import type { Random } from '../core/id.ts';

/**
 * Time-based one-time passwords (SHA-1, six digits, 30 seconds) and the rules AWS checks them by, as pure steps: the state of a device goes
 * in, the verdict and the next state come out. INVARIANT: a caller stores the next state in the transaction that acts on the verdict, whatever
 * the verdict is; that is what makes a code single-use and guesses counted over all doors and nodes (threats C08, C09).
 * @see https://www.rfc-editor.org/rfc/rfc6238
 */
export interface TotpState {
  /** Steps to add to our clock to get the device's; found when the device was enabled or resynchronised. */
  readonly adjustment: number;
  /** Counter of the second code of the last accepted pair; -1 before the first. Survives deactivation. */
  readonly lastPair: number;
  /** Counters whose code has been accepted on its own, ascending; only those that could still come again. */
  readonly used: readonly number[];
  /** No code of this counter or an older one is accepted any more. */
  readonly floor: number;
  /** The three-minute window, aligned to UTC, of the last verification, and how many it has seen. */
  readonly window: number;
  readonly attempts: number;
}

/** The state of a new seed. */
export const NEW_TOTP_STATE: TotpState = { adjustment: 0, lastPair: -1, used: [], floor: -1, window: -1, attempts: 0 };

const STEP = 30_000;
const WINDOW = 180_000;
const ATTEMPTS_PER_WINDOW = 9;
/** How far the second code of a pair may lie from the device's adjusted time, in steps. */
const PAIR_BEHIND = 998;
const PAIR_AHEAD = 1000;
/** How far a single code may lie from the device's adjusted time, in steps; STS's figure. */
const TOLERANCE = 2;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SEED_BYTES = 40;
const BLOCK = 64;

/** A new seed: 64 base32 characters, 320 random bits. */
export function createTotpSeed(random: Random): string {
  let value = 0n;
  for (const byte of random.bytes(SEED_BYTES)) value = (value << 8n) | BigInt(byte);
  let seed = '';
  for (let shift = BigInt(SEED_BYTES * 8 - 5); shift >= 0n; shift -= 5n) seed += BASE32[Number((value >> shift) & 31n)];
  return seed;
}

/** The bytes of a base32 text without padding; trailing bits that fill no byte are dropped. */
function decodeBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of text) {
    const digit = BASE32.indexOf(character);
    if (digit === -1) throw new RangeError('A seed is written in base32.');
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

/** HMAC-SHA1's blocks, mixed with the seed; a pair of codes is searched among two thousand, and one-shot hashes make that cheap. */
function prepareSeed(seed: string): { inner: Buffer; outer: Buffer } {
  const decoded = decodeBase32(seed);
  const key = decoded.length > BLOCK ? hash('sha1', decoded, 'buffer') : decoded;
  const inner = Buffer.alloc(BLOCK + 8, 0x36);
  const outer = Buffer.alloc(BLOCK + 20, 0x5c);
  for (let i = 0; i < key.length; i++) {
    inner[i] = 0x36 ^ (key[i] ?? 0);
    outer[i] = 0x5c ^ (key[i] ?? 0);
  }
  return { inner, outer };
}

/** RFC 4226 §5.3. `counter` is not negative. */
function codeAt({ inner, outer }: { inner: Buffer; outer: Buffer }, counter: number, digits: number): string {
  inner.writeBigUInt64BE(BigInt(counter), BLOCK);
  outer.set(hash('sha1', inner, 'buffer'), BLOCK);
  const digest = hash('sha1', outer, 'buffer');
  const offset = (digest[19] ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}

/** The code of a seed at a time in milliseconds: what the device shows. */
export function totpCode(seed: string, at: number, digits = 6): string {
  return codeAt(prepareSeed(seed), Math.floor(at / STEP), digits);
}

const isCode = (text: string): boolean => /^[0-9]{6}$/.test(text);

/**
 * EnableMFADevice and ResyncMFADevice: two consecutive codes, the older one first, found anywhere within about eight hours of the device's
 * time; the offset found becomes its adjustment. Both must be newer than the last pair. The codes are not consumed for single use.
 * Refusals are answered `Authentication code for device is not valid.` They are not counted as attempts: a pair has 10^12 values.
 */
export function verifyCodePair(
  seed: string,
  state: TotpState,
  first: string,
  second: string,
  now: number,
): { readonly accepted: boolean; readonly state: TotpState } {
  if (!isCode(first) || !isCode(second)) return { accepted: false, state };
  const prepared = prepareSeed(seed);
  const ours = Math.floor(now / STEP);
  const center = ours + state.adjustment;
  const lowest = Math.max(center - PAIR_BEHIND, state.lastPair + 2, 1);
  let before = codeAt(prepared, lowest - 1, 6);
  let found: number | undefined;
  // The nearest match counts, and the search always takes the whole window.
  for (let counter = lowest; counter <= center + PAIR_AHEAD; counter++) {
    const code = codeAt(prepared, counter, 6);
    if (before === first && code === second && (found === undefined || Math.abs(counter - center) < Math.abs(found - center)))
      found = counter;
    before = code;
  }
  if (found === undefined) return { accepted: false, state };
  return { accepted: true, state: { ...state, adjustment: found - ours, lastPair: found } };
}

/**
 * One code, for STS and sign-in: within two steps of the device's time, each counter once per seed, in any order.
 * `throttled` after nine verifications, good or bad, within three minutes; the code is then not looked at, and AWS answers as for a device that
 * is not the caller's.
 */
export function verifyCode(
  seed: string,
  state: TotpState,
  code: string,
  now: number,
): { readonly outcome: 'accepted' | 'invalid' | 'throttled'; readonly state: TotpState } {
  const window = Math.floor(now / WINDOW);
  const attempts = window === state.window ? state.attempts : 0;
  if (attempts >= ATTEMPTS_PER_WINDOW) return { outcome: 'throttled', state };
  const counted = { ...state, window, attempts: attempts + 1 };
  if (!isCode(code)) return { outcome: 'invalid', state: counted };
  const prepared = prepareSeed(seed);
  const center = Math.floor(now / STEP) + state.adjustment;
  let found: number | undefined;
  for (let counter = Math.max(center - TOLERANCE, 0); counter <= center + TOLERANCE; counter++) {
    const fresh = counter > state.floor && !state.used.includes(counter);
    if (codeAt(prepared, counter, 6) === code && fresh) found ??= counter;
  }
  if (found === undefined) return { outcome: 'invalid', state: counted };
  // Counters that have left the tolerance are forgotten, and everything up to them with them: a clock set back does not revive one.
  const accepted = [...state.used, found].sort((a, b) => a - b);
  const gone = accepted.filter((counter) => counter < center - TOLERANCE);
  return {
    outcome: 'accepted',
    state: { ...counted, used: accepted.filter((counter) => counter >= center - TOLERANCE), floor: Math.max(state.floor, ...gone) },
  };
}

/**
 * What the QR code of a virtual device says: `otpauth://totp/{device}@{alias or account id}?secret={seed}`.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
 */
export function totpUri(deviceName: string, account: string, seed: string): string {
  const encode = (text: string): string => text.replace(/[^A-Za-z0-9_+=,.@-]/gu, (character) => encodeURIComponent(character));
  return `otpauth://totp/${encode(deviceName)}@${encode(account)}?secret=${seed}`;
}

/** `QRCodePNG`: a PNG of that text. The drawing code is loaded when first needed. */
export async function totpQrPng(uri: string): Promise<Uint8Array> {
  const { toBuffer } = (await import('qrcode')).default;
  return toBuffer(uri, { type: 'png', errorCorrectionLevel: 'M', margin: 4, scale: 4 });
}
