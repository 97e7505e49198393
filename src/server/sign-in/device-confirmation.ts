import { open, seal } from '../../authentication/sealed.ts';
import type { Installation } from '../../authorization/installation.ts';

/** The page on which a code is confirmed, in one session alone: nobody can make this address for somebody else. */
export function confirmationPath(userCode: string, sessionId: string, { keys, random }: Pick<Installation, 'keys' | 'random'>): string {
  return `/device?request=${sealCode(userCode, sessionId, { keys, random })}`;
}

/** A code that somebody has typed, as the session of theirs carries it on. */
export const sealCode = (userCode: string, sessionId: string, { keys, random }: Pick<Installation, 'keys' | 'random'>): string =>
  seal(Buffer.from(userCode), 'device-code', ['confirmation', sessionId], keys, random).toString('base64url');

/** The code that was sealed in this session; undefined for all else. */
export function openCode(sealed: string, sessionId: string, { keys }: Pick<Installation, 'keys'>): string | undefined {
  return open(Buffer.from(sealed.slice(0, 1024), 'base64url'), 'device-code', ['confirmation', sessionId], keys)?.toString('utf8');
}
