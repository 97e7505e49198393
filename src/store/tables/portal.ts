import { sortableTime, table } from '../table.ts';

/*
 * Sign-ins of people of IAM Identity Center: in a browser, and by devices and programs that a browser has let in. Secrets are stored as hashes
 * (threat G05). Everything a sign-in has given hangs on its session: with the session it ends.
 */

/** Somebody signed in at the portal. */
export interface PortalSession {
  /** Hash of the cookie's secret. */
  readonly sessionId: string;
  readonly instanceId: string;
  readonly identityStoreId: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly sourceIp: string;
  readonly userAgent: string;
}

export const portalSessions = table<PortalSession>()({
  name: 'portal_session',
  columns: {
    session_id: (s) => s.sessionId,
    identity_store_id: (s) => s.identityStoreId,
    user_id: (s) => s.userId,
    expires_at: (s) => sortableTime(s.expiresAt),
  },
  key: ['session_id'],
  indexes: { user: ['identity_store_id', 'user_id'], expiry: ['expires_at'] },
});

/** A program that may ask people to let it in: `aws sso login`, an SDK, a tool. What it says of itself is proved by nothing. */
export interface OidcClient {
  readonly clientId: string;
  readonly secretHash: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  /** The start URL it was registered for. */
  readonly issuerUrl?: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export const oidcClients = table<OidcClient>()({
  name: 'oidc_client',
  columns: { client_id: (c) => c.clientId, expires_at: (c) => sortableTime(c.expiresAt) },
  key: ['client_id'],
  indexes: { expiry: ['expires_at'] },
});

/** A device that waits for somebody to type its code. */
export interface DeviceAuthorization {
  /** Hash of the device code. */
  readonly deviceId: string;
  /** Eight letters, without the hyphen. */
  readonly userCode: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly instanceId: string;
  /** From where it was asked for, to be shown to who is asked to let it in. */
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastPolledAt?: number;
  readonly state: 'pending' | 'approved' | 'denied' | 'used';
  /** Whose session has let it in. */
  readonly sessionId?: string;
}

export const deviceAuthorizations = table<DeviceAuthorization>()({
  name: 'device_authorization',
  columns: { device_id: (d) => d.deviceId, user_code: (d) => d.userCode, expires_at: (d) => sortableTime(d.expiresAt) },
  key: ['device_id'],
  unique: { user_code: ['user_code'] },
  indexes: { expiry: ['expires_at'] },
});

/** What a browser hands to a program on this machine, to be changed for tokens once. */
export interface AuthorizationCode {
  /** Hash of the code. */
  readonly codeId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** SHA-256 of the verifier, base64url. */
  readonly challenge: string;
  readonly scopes: readonly string[];
  readonly sessionId: string;
  readonly expiresAt: number;
  /** The grant that came of it: whoever shows the code again has it revoked. */
  readonly grantId?: string;
}

export const authorizationCodes = table<AuthorizationCode>()({
  name: 'authorization_code',
  columns: { code_id: (c) => c.codeId, expires_at: (c) => sortableTime(c.expiresAt) },
  key: ['code_id'],
  indexes: { expiry: ['expires_at'] },
});

/** That a program may act in the portal for somebody, as long as their session lasts. */
export interface PortalGrant {
  /** A UUID. */
  readonly grantId: string;
  readonly sessionId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

export const portalGrants = table<PortalGrant>()({
  name: 'portal_grant',
  columns: { grant_id: (g) => g.grantId, session_id: (g) => g.sessionId, expires_at: (g) => sortableTime(g.expiresAt) },
  key: ['grant_id'],
  indexes: { session: ['session_id'], expiry: ['expires_at'] },
});

export interface PortalToken {
  /** Hash of the token. */
  readonly tokenId: string;
  readonly grantId: string;
  readonly kind: 'access' | 'refresh';
  readonly expiresAt: number;
  /** Of a refresh token: when another took its place. */
  readonly replacedAt?: number;
}

export const portalTokens = table<PortalToken>()({
  name: 'portal_token',
  columns: { token_id: (t) => t.tokenId, grant_id: (t) => t.grantId, expires_at: (t) => sortableTime(t.expiresAt) },
  key: ['token_id'],
  indexes: { grant: ['grant_id'], expiry: ['expires_at'] },
});

/** A password being set by a code that was mailed. There is one for names that nobody has, too: from outside they are alike (threat C03). */
export interface PasswordReset {
  /** Hash of the secret by which whoever began it is known. */
  readonly resetId: string;
  readonly identityStoreId: string;
  /** Absent: there is no such user, or nowhere to send a code to. */
  readonly userId?: string;
  /** The address it went to, and when. */
  readonly sentTo: string;
  readonly sentAt: number;
  readonly codeHash: string;
  readonly tries: number;
  readonly expiresAt: number;
}

export const passwordResets = table<PasswordReset>()({
  name: 'portal_password_reset',
  columns: { reset_id: (r) => r.resetId, expires_at: (r) => sortableTime(r.expiresAt) },
  key: ['reset_id'],
  indexes: { expiry: ['expires_at'] },
});
