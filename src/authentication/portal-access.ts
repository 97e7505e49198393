import { createHash } from 'node:crypto';
import type { Random } from '../core/id.ts';
import type { Reader, Writer } from '../store/store.ts';
import { keyOf, type Table } from '../store/table.ts';
import { type IdentityCenterInstance, identityCenterInstances } from '../store/tables/identity-center.ts';
import { type IdentityUser, identityUsers } from '../store/tables/identity-store.ts';
import {
  authorizationCodes,
  deviceAuthorizations,
  oidcClients,
  type PortalGrant,
  type PortalSession,
  passwordResets,
  portalGrants,
  portalSessions,
  portalTokens,
} from '../store/tables/portal.ts';
import { isAccountActive } from './principals.ts';

/*
 * Who is behind a sign-in at the portal of IAM Identity Center, and what it has given out. A session is looked at anew each time: whoever is
 * disabled, deleted or signed out is nobody from then on (threat D05).
 */

/** What a secret of the portal is for: a secret of one kind is none of another (threat T04). */
export type PortalSecret = 'client-secret' | 'device-code' | 'code' | 'access-token' | 'refresh-token' | 'session' | 'password-reset';

/** A new secret: 256 random bits. */
export const newSecret = (random: Random): string => Buffer.from(random.bytes(32)).toString('base64url');

/** By which a secret is known here; the secret itself is kept nowhere (threat G05). */
export const hashSecret = (kind: PortalSecret, secret: string): string =>
  createHash('sha256').update(`portal:${kind}:${secret}`).digest('base64url');

/** Longest secret that is looked at. */
const MAX_SECRET = 512;

/** Somebody who is signed in. */
export interface SignedIn {
  readonly session: PortalSession;
  readonly instance: IdentityCenterInstance;
  readonly user: IdentityUser;
}

/** Whose session this is; undefined when it has ended, its user is gone or disabled, or the account that Identity Center is in is not at work. */
export async function signedInBy(reader: Reader, sessionId: string, now: number): Promise<SignedIn | undefined> {
  const session = await reader.get(portalSessions, [sessionId]);
  if (!session || now >= session.expiresAt) return undefined;
  const instance = await reader.get(identityCenterInstances, [session.instanceId]);
  const user = instance && (await reader.get(identityUsers, [instance.identityStoreId, session.userId]));
  if (!instance || !user?.enabled || !(await isAccountActive(reader, instance.ownerAccountId))) return undefined;
  return { session, instance, user };
}

/** The scope under which a program may see accounts and get credentials. Programs that registered without scopes have it too. */
export const ACCOUNT_ACCESS = 'sso:account:access';

/** Whose access token this is, and of which grant; undefined for every other text. */
export async function bearerOf(
  reader: Reader,
  accessToken: string,
  now: number,
): Promise<(SignedIn & { readonly grant: PortalGrant }) | undefined> {
  if (accessToken.length > MAX_SECRET) return undefined;
  const token = await reader.get(portalTokens, [hashSecret('access-token', accessToken)]);
  if (token?.kind !== 'access' || now >= token.expiresAt) return undefined;
  const grant = await reader.get(portalGrants, [token.grantId]);
  if (!grant || (grant.scopes.length > 0 && !grant.scopes.includes(ACCOUNT_ACCESS))) return undefined;
  const signedIn = await signedInBy(reader, grant.sessionId, now);
  return signedIn && { ...signedIn, grant };
}

/** Takes a grant back, with all its tokens. */
export async function revokeGrant(writer: Writer, grantId: string): Promise<void> {
  for (const { tokenId } of await writer.list(portalTokens, { index: 'grant', prefix: [grantId] }))
    await writer.delete(portalTokens, [tokenId]);
  await writer.delete(portalGrants, [grantId]);
}

/** Ends a session, with everything that it has given out. */
export async function endPortalSession(writer: Writer, sessionId: string): Promise<void> {
  for (const { grantId } of await writer.list(portalGrants, { index: 'session', prefix: [sessionId] })) await revokeGrant(writer, grantId);
  await writer.delete(portalSessions, [sessionId]);
}

const SWEPT = 20;
const EXPIRING: readonly Table<never>[] = [
  oidcClients,
  deviceAuthorizations,
  authorizationCodes,
  portalGrants,
  portalTokens,
  portalSessions,
  passwordResets,
];

/** Removes a few rows whose time is over, with each new one: the tables stay as large as what is going on. */
export async function sweepPortal(writer: Writer, now: number): Promise<void> {
  for (const table of EXPIRING) {
    const rows = (await writer.list(table, { index: 'expiry', prefix: [], limit: SWEPT })) as readonly { readonly expiresAt: number }[];
    for (const row of rows) {
      if (row.expiresAt > now) break;
      await writer.delete(table, keyOf(table, row as never));
    }
  }
}
