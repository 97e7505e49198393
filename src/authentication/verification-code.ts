import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Random } from '../core/id.ts';
import type { KeyRing } from './master-key.ts';

/** What a code proves, and for whom. A code is worth nothing with any of this changed (threat C02). */
export interface CodePlace {
  /** Of the sign-up, or of whatever else the code is part of. */
  readonly signUpId: string;
  readonly purpose: 'email' | 'phone';
  /** The mailbox or number it was sent to. */
  readonly destination: string;
  /** Milliseconds since the epoch; tells a code from the one sent before it. */
  readonly sentAt: number;
}

/** Six digits, evenly distributed. */
export function createCode(random: Random): string {
  for (;;) {
    const [a = 0, b = 0, c = 0] = random.bytes(3);
    const value = (a << 16) | (b << 8) | c;
    if (value < 16_000_000) return String(value % 1_000_000).padStart(6, '0');
  }
}

/**
 * Six digits that a page shows, to be typed on the keys of a telephone that rings. They follow from the place and the key, so a page can show them as
 * often as it is asked for, and they are stored nowhere.
 */
export function keypadCode(keys: KeyRing, place: CodePlace): string {
  const text = JSON.stringify(['keypad', place.signUpId, place.purpose, place.destination, place.sentAt]);
  return String(createHmac('sha256', keyOf(keys)).update(text).digest().readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
}

export const isCode = (text: string): boolean => /^[0-9]{6}$/.test(text);

/** What is stored of a code. Keyed: a million codes are tried in a blink, so a bare hash would hide nothing from who has the database. */
export function hashCode(keys: KeyRing, place: CodePlace, code: string): string {
  const text = JSON.stringify([place.signUpId, place.purpose, place.destination, place.sentAt, code]);
  return createHmac('sha256', keyOf(keys)).update(text).digest('base64url');
}

function keyOf(keys: KeyRing): Buffer {
  const key = keys.key('verification-code');
  if (key === undefined) throw new Error('the key ring has no current key');
  return key;
}

export function codeMatches(keys: KeyRing, place: CodePlace, code: string, stored: string): boolean {
  const [computed, expected] = [Buffer.from(hashCode(keys, place, code)), Buffer.from(stored)];
  return computed.length === expected.length && timingSafeEqual(computed, expected);
}
