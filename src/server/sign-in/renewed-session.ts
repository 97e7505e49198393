import type { Session, SessionTokens } from '../../authentication/session-token.ts';
import { accessKeyId, type Random, secretAccessKey } from '../../core/id.ts';
import type { TemporaryCredentials } from './console-session.ts';

/** The credentials of a session like another, with a key of their own: another end, or hung on a sign-in. What it may do stays as it was. */
export function renewedSession(
  session: Session,
  changes: Partial<Pick<Session, 'expiresAt' | 'signInId'>>,
  { random, sessionTokens }: { readonly random: Random; readonly sessionTokens: SessionTokens },
): TemporaryCredentials {
  const renewed: Session = {
    ...session,
    ...changes,
    accessKeyId: accessKeyId('ASIA', session.principal.account, random),
    secretAccessKey: secretAccessKey(random),
  };
  return {
    accessKeyId: renewed.accessKeyId,
    secretAccessKey: renewed.secretAccessKey,
    sessionToken: sessionTokens.issueSessionToken(renewed),
    expiresAt: renewed.expiresAt,
  };
}
