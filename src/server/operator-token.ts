import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../core/id.ts';

/** The secret by which who runs the server reads the outbox and lists accounts: 256 random bits, kept in the data directory. */
export const createOperatorToken = (random: Random): string => Buffer.from(random.bytes(32)).toString('base64url');

export const isOperatorToken = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text);

/** Compares in constant time, whatever the lengths. */
export function sameToken(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
