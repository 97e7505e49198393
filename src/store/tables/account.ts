import { foldCase } from '../../core/name.ts';
import { sortableTime, table } from '../table.ts';

/** Postal and telephone contact, as given at sign-up. @see https://docs.aws.amazon.com/accounts/latest/reference/API_ContactInformation.html */
export interface ContactInformation {
  readonly FullName: string;
  readonly AddressLine1: string;
  readonly City: string;
  readonly PostalCode: string;
  readonly CountryCode: string;
  readonly PhoneNumber: string;
  readonly CompanyName?: string | undefined;
  readonly StateOrRegion?: string | undefined;
  readonly AddressLine2?: string | undefined;
  readonly AddressLine3?: string | undefined;
  readonly DistrictOrCounty?: string | undefined;
  readonly WebsiteUrl?: string | undefined;
}

export type AlternateContactType = 'BILLING' | 'OPERATIONS' | 'SECURITY';

/** Whom AWS writes to besides the root user. @see https://docs.aws.amazon.com/accounts/latest/reference/API_AlternateContact.html */
export interface AlternateContact {
  readonly Name: string;
  readonly Title: string;
  readonly EmailAddress: string;
  readonly PhoneNumber: string;
}

/** An account with its root user. */
export interface Account {
  /** Twelve digits. */
  readonly accountId: string;
  readonly name: string;
  /** The root user's address, as typed; unique regardless of case. */
  readonly email: string;
  readonly rootPasswordHash?: string;
  readonly rootPasswordChangedAt?: number;
  readonly rootPasswordLastUsed?: number;
  /** Since when root may have a password that it has not set yet: by a code mailed to its address. */
  readonly rootPasswordAllowedAt?: number;
  readonly contact?: ContactInformation;
  readonly alternateContacts?: Readonly<Partial<Record<AlternateContactType, AlternateContact>>>;
  readonly status: 'ACTIVE' | 'SUSPENDED' | 'CLOSED';
  /** Sign-in alias, unique among all accounts; absent when none is set. */
  readonly alias?: string;
  readonly createdAt: number;
}

export const accounts = table<Account>()({
  name: 'account',
  columns: {
    account_id: (a) => a.accountId,
    email: (a) => foldCase(a.email),
    alias: (a) => a.alias ?? '',
    created_at: (a) => sortableTime(a.createdAt),
  },
  key: ['account_id'],
  unique: { email: ['email'], alias: ['alias'] },
  indexes: { created: ['created_at'] },
});

/** A sign-up under way: the state machine of services/accounts/sign-up.ts. Codes are stored hashed. */
export interface SignUp {
  /** Hash of the secret by which whoever began it is known; the secret itself is kept nowhere. */
  readonly signUpId: string;
  readonly step: 'email' | 'password' | 'contact' | 'phone' | 'complete';
  readonly email: string;
  readonly accountName: string;
  readonly passwordHash?: string;
  readonly contact?: ContactInformation;
  /** Where the phone code went, or which telephone rings, and how that call goes once it does not only ring. */
  readonly phone?: {
    readonly number: string;
    readonly by: 'text' | 'voice';
    readonly call?: 'answered' | 'busy' | 'unanswered' | 'failed' | 'hung up';
  };
  /** The code asked for at present: hash, when it was sent, when it ends, and how often one was tried. */
  readonly code?: {
    readonly hash: string;
    readonly purpose: 'email' | 'phone';
    readonly sentAt: number;
    readonly expiresAt: number;
    readonly attempts: number;
  };
  readonly codesSent: number;
  readonly accountId?: string;
  /** Whether the account's first access key was handed out; it is once. */
  readonly firstKeyIssued?: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export const signUps = table<SignUp>()({
  name: 'sign_up',
  columns: { sign_up_id: (s) => s.signUpId, expires_at: (s) => sortableTime(s.expiresAt) },
  key: ['sign_up_id'],
  indexes: { expiry: ['expires_at'] },
});

/** Another address for a member's root user, to be confirmed by a code that was mailed there. */
export interface PrimaryEmailUpdate {
  readonly accountId: string;
  /** As asked for. */
  readonly email: string;
  readonly codeHash: string;
  readonly sentAt: number;
  /** How often a code was tried. */
  readonly tries: number;
  readonly expiresAt: number;
}

/** One for each account: another one takes its place. */
export const primaryEmailUpdates = table<PrimaryEmailUpdate>()({
  name: 'primary_email_update',
  columns: { account_id: (u) => u.accountId, expires_at: (u) => sortableTime(u.expiresAt) },
  key: ['account_id'],
  indexes: { expiry: ['expires_at'] },
});

/** A root user's way to a new password, opened by a code in its mailbox. */
export interface RootPasswordReset {
  /** Hash of the page's secret. */
  readonly resetId: string;
  /** Absent where there is no root user at that address who may have one: then no code is right. */
  readonly accountId?: string;
  readonly codeHash: string;
  readonly sentTo: string;
  readonly sentAt: number;
  /** How often a code was tried. */
  readonly tries: number;
  readonly expiresAt: number;
}

export const rootPasswordResets = table<RootPasswordReset>()({
  name: 'root_password_reset',
  columns: { reset_id: (r) => r.resetId, expires_at: (r) => sortableTime(r.expiresAt) },
  key: ['reset_id'],
  indexes: { expiry: ['expires_at'] },
});

/** How often something was tried in a window of time: guessing, sending, calling. Shared by all doors and all nodes. */
export interface Attempts {
  /** What is counted, for example `sign-in:123456789012:alice` or `mail:alice@example.com`. */
  readonly subject: string;
  readonly count: number;
  readonly windowEndsAt: number;
}

export const attempts = table<Attempts>()({
  name: 'attempts',
  columns: { subject: (a) => a.subject, window_ends_at: (a) => sortableTime(a.windowEndsAt) },
  key: ['subject'],
  indexes: { window: ['window_ends_at'] },
});

/** One value of this installation that must outlive the process and is no secret, for example which seed was applied. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

export const settings = table<Setting>()({ name: 'setting', columns: { name: (s) => s.name }, key: ['name'] });
