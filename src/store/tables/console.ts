import { sortableTime, table } from '../table.ts';

/** By which door somebody came into the console. */
export type SignInMethod = 'password' | 'saml' | 'oidc' | 'directory' | 'federation' | 'identity-center';

/** Somebody signed in to the console: a browser's cookie on one side, temporary credentials on the other. */
export interface ConsoleSession {
  /** Hash of the cookie's secret; the secret itself is kept nowhere (threat G05). */
  readonly sessionId: string;
  readonly accountId: string;
  /** Who it is: `arn:aws:sts::111122223333:assumed-role/Scientist/alice`. A user may have another name since then. */
  readonly arn: string;
  /** Whose it is, whatever role it has switched to and whatever their name is: unique id of the user, role session or federated user. */
  readonly personId: string;
  readonly method: SignInMethod;
  /** JSON of access key id, secret and session token, sealed for this session. */
  readonly sealedCredentials: string;
  /** Whom it was before it switched to a role, to switch back to. */
  readonly switchedFrom?: {
    readonly accountId: string;
    readonly arn: string;
    readonly method: SignInMethod;
    readonly signInUrl?: string;
    readonly sealedCredentials: string;
  };
  /** Where whoever is signed out goes to sign in again: an identity provider, a broker. An http(s) URL or a path of ours. */
  readonly signInUrl?: string;
  readonly createdAt: number;
  /** Moved on now and then while it is used, see ConsoleSessions. */
  readonly lastSeenAt: number;
  /** When it ends whatever happens. */
  readonly expiresAt: number;
  readonly sourceIp: string;
  readonly userAgent: string;
}

export const consoleSessions = table<ConsoleSession>()({
  name: 'console_session',
  columns: {
    session_id: (s) => s.sessionId,
    account_id: (s) => s.accountId,
    arn: (s) => s.arn,
    person_id: (s) => s.personId,
    created_at: (s) => sortableTime(s.createdAt),
    expires_at: (s) => sortableTime(s.expiresAt),
  },
  key: ['session_id'],
  indexes: { person: ['person_id', 'created_at'], expiry: ['expires_at'] },
});

/** Colours by which people tell roles apart, as AWS's console has them. */
export type RoleColour = 'none' | 'red' | 'orange' | 'yellow' | 'green' | 'blue';

/** A role that somebody has switched to. */
export interface SwitchedRole {
  /** Who switched, as in ConsoleSession. */
  readonly personId: string;
  readonly accountId: string;
  /** With its path. */
  readonly roleName: string;
  readonly colour: RoleColour;
  readonly usedAt: number;
}

export const switchedRoles = table<SwitchedRole>()({
  name: 'console_switched_role',
  columns: {
    person_id: (r) => r.personId,
    account_id: (r) => r.accountId,
    role_name: (r) => r.roleName,
    used_at: (r) => sortableTime(r.usedAt),
  },
  key: ['person_id', 'account_id', 'role_name'],
  indexes: { used: ['person_id', 'used_at'], age: ['used_at'] },
});

/** Something that works once: a broker's sign-in token, a SAML assertion at the browser's door. Kept until it has expired anyway. */
export interface SpentToken {
  /** What it is and which: `signin-token:…`. Of bounded length. */
  readonly token: string;
  readonly expiresAt: number;
}

export const spentTokens = table<SpentToken>()({
  name: 'spent_token',
  columns: { token: (t) => t.token, expires_at: (t) => sortableTime(t.expiresAt) },
  key: ['token'],
  indexes: { expiry: ['expires_at'] },
});
