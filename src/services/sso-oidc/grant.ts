import { ACCOUNT_ACCESS, hashSecret, newSecret, sweepPortal } from '../../authentication/portal-access.ts';
import { type Random, uuid } from '../../core/id.ts';
import type { Writer } from '../../store/store.ts';
import { type PortalGrant, type PortalSession, portalGrants, portalTokens } from '../../store/tables/portal.ts';

/** What a program gets. `expiresIn` in seconds. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresIn: number;
}

/** An access token that can be renewed is short-lived; one of a program without scopes lasts as long as the session. */
const RENEWABLE_LIFE = 3_600_000;

/** Lets a program in for as long as a session lasts. */
export async function insertGrant(
  writer: Writer,
  session: PortalSession,
  { clientId, scopes }: { readonly clientId: string; readonly scopes: readonly string[] },
  random: Random,
): Promise<PortalGrant> {
  const grant = { grantId: uuid(random), sessionId: session.sessionId, clientId, scopes, expiresAt: session.expiresAt };
  await writer.insert(portalGrants, grant);
  return grant;
}

/** New tokens of a grant. Those given before stay as they are. */
export async function issueTokens(writer: Writer, grant: PortalGrant, now: number, random: Random): Promise<Tokens> {
  const { grantId } = grant;
  const isRenewable = grant.scopes.includes(ACCOUNT_ACCESS);
  const expiresAt = isRenewable ? Math.min(grant.expiresAt, now + RENEWABLE_LIFE) : grant.expiresAt;
  const accessToken = `aoa${newSecret(random)}`;
  await writer.insert(portalTokens, { tokenId: hashSecret('access-token', accessToken), grantId, kind: 'access', expiresAt });
  await sweepPortal(writer, now);
  const tokens = { accessToken, expiresIn: Math.max(1, Math.floor((expiresAt - now) / 1000)) };
  if (!isRenewable) return tokens;
  const refreshToken = `aor${newSecret(random)}`;
  await writer.insert(portalTokens, {
    tokenId: hashSecret('refresh-token', refreshToken),
    grantId,
    kind: 'refresh',
    expiresAt: grant.expiresAt,
  });
  return { ...tokens, refreshToken };
}
