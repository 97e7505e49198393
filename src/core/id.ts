import { randomFillSync, randomBytes as systemRandomBytes } from 'node:crypto';

/** Randomness, given from above so that tests own it. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** Bytes drawn from the system at once, and the most that are given out of them. */
const DRAWN = 4096;
const MOST_OF_DRAWN = 64;

/**
 * The system's randomness, drawn in advance: to ask for six bytes costs forty times as much as to take them from here. No byte is given twice, and
 * what was given out is kept here no longer.
 */
class SystemRandom implements Random {
  readonly #drawn = new Uint8Array(DRAWN);
  #next = DRAWN;

  /** Also when handed on by itself. */
  readonly bytes = (count: number): Uint8Array => {
    if (count > MOST_OF_DRAWN) return systemRandomBytes(count);
    if (this.#next + count > DRAWN) {
      randomFillSync(this.#drawn);
      this.#next = 0;
    }
    const end = this.#next + count;
    const bytes = this.#drawn.slice(this.#next, end);
    this.#drawn.fill(0, this.#next, end);
    this.#next = end;
    return bytes;
  };
}

export const systemRandom: Random = new SystemRandom();

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const UPPER_ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** What an id names, by AWS's prefixes. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export type IdPrefix = 'AKIA' | 'ASIA' | 'AIDA' | 'AROA' | 'AGPA' | 'AIPA' | 'ANPA' | 'ANVA' | 'APKA' | 'ASCA' | 'ACCA';

/** The lowest `5 × characters` bits of a number, in the alphabet of AWS's ids. */
export function base32(value: bigint, characters: number): string {
  let text = '';
  for (let i = characters - 1; i >= 0; i--) text += BASE32[Number((value >> BigInt(5 * i)) & 31n)];
  return text;
}

/** The lowest `5 × characters` bits of a whole number below 2^53. Ids are made with every creation: a bigint costs ten times as much. */
function digits(value: number, characters: number): string {
  let text = '';
  for (let rest = value, i = 0; i < characters; i++, rest = Math.floor(rest / 32)) text = `${BASE32[rest % 32]}${text}`;
  return text;
}

/** The first 45 of an id's bits, nine characters: one that is set, the account (40 bits) and four that are random. */
const accountDigits = (account: string, four: number): string => digits((2 ** 40 + Number(account)) * 16 + four, 9);

/** Five bytes as a number. */
const wholeOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

/**
 * A new access key id, or one of the same form (SSH public keys): the prefix and 16 base32 characters that hold one set bit, the account (40 bits) and 39 random bits, as on AWS, so
 * that the account can be read from the id alone.
 */
export function accessKeyId(prefix: 'AKIA' | 'ASIA' | 'APKA', account: string, random: Random): string {
  const [first = 0, ...rest] = random.bytes(5);
  return prefix + accountDigits(account, (first & 0x7f) >> 3) + digits(wholeOf([first & 0x07, ...rest]), 7);
}

/** The account that an access key id carries; undefined when the id is not of that form. Never a proof of anything. */
export function accountOfAccessKeyId(id: string): string | undefined {
  if (id.length !== 20) return undefined;
  let value = 0n;
  for (const character of id.slice(4)) {
    const digit = BASE32.indexOf(character);
    if (digit === -1) return undefined;
    value = (value << 5n) | BigInt(digit);
  }
  if (value >> 79n !== 1n) return undefined;
  const account = (value >> 39n) & ((1n << 40n) - 1n);
  return account < 1_000_000_000_000n ? account.toString().padStart(12, '0') : undefined;
}

/** A new unique id of 21 characters (`AIDA…`, `AROA…`), the account encoded as in access key ids. */
export function uniqueId(prefix: IdPrefix, account: string, random: Random): string {
  const [first = 0, ...rest] = random.bytes(6);
  return prefix + accountDigits(account, first & 0x0f) + digits(wholeOf(rest), 8);
}

/** A secret access key: 40 characters of the base64 alphabet, 240 random bits. */
export function secretAccessKey(random: Random): string {
  return characters(BASE64, 40, random);
}

/** `count` characters of lower-case letters and digits, evenly distributed: domain, project and cluster ids. */
export function lowerAlphanumeric(count: number, random: Random): string {
  return characters(LOWER_ALPHANUMERIC, count, random);
}

/** `count` characters of upper-case letters and digits: ids of SAML providers and their keys. */
export function upperAlphanumeric(count: number, random: Random): string {
  return characters(UPPER_ALPHANUMERIC, count, random);
}

/** `count` characters of the base64 alphabet. */
export function base64Characters(count: number, random: Random): string {
  return characters(BASE64, count, random);
}

/** `count` hexadecimal characters: `vpc-…`, `subnet-…`, `fs-…`. */
export function hexadecimal(count: number, random: Random): string {
  return Buffer.from(random.bytes(Math.ceil(count / 2)))
    .toString('hex')
    .slice(0, count);
}

/** A random (version 4) UUID, for request ids. */
export function uuid(random: Random): string {
  const bytes = Uint8Array.from(random.bytes(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Draws characters evenly by rejection: no modulo bias. */
function characters(alphabet: string, count: number, random: Random): string {
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < count) {
    for (const byte of random.bytes(count)) if (byte < limit && text.length < count) text += alphabet[byte % alphabet.length];
  }
  return text;
}
