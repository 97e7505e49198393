import { sortableTime, table } from '../table.ts';

/** Who in a directory may have a role. */
export interface DirectoryRole {
  /** Distinguished name of a group, or of one entry. */
  readonly member: string;
  readonly roleArn: string;
}

/** An attribute of people's entries that becomes a session tag. */
export interface DirectoryTag {
  readonly attribute: string;
  readonly key: string;
}

/** A connection to an enterprise's directory, whose people come in without IAM users. */
export interface Directory {
  /** `d-` and ten hexadecimal digits, as AWS Directory Service names them. */
  readonly directoryId: string;
  /** The account it belongs to: trust policies see it as `aws:SourceAccount`. */
  readonly accountId: string;
  /** In the address of its sign-in page. Lower case, unique. */
  readonly name: string;
  readonly kind: 'active-directory' | 'ldap';
  /** `ldaps://dc1.corp.example.com` or `ldap://…`; tried in this order. */
  readonly servers: readonly string[];
  /** Whether `ldap://` is made safe by StartTLS. Without it only a server on this machine is spoken to. */
  readonly startTls: boolean;
  /** PEM: the authorities that vouch for its servers, instead of the usual ones. */
  readonly caCertificates?: string;
  readonly bindDn: string;
  readonly sealedBindPassword: string;
  readonly userBase: string;
  /** `{login}` stands for what was typed, escaped. */
  readonly userFilter: string;
  /** What sessions are named after. */
  readonly nameAttribute: string;
  readonly groupBase?: string;
  readonly nestedGroups: boolean;
  readonly roles: readonly DirectoryRole[];
  readonly sessionTags: readonly DirectoryTag[];
  /** The attribute that becomes the source identity; none when absent. */
  readonly sourceIdentity?: string;
  /** Seconds that credentials last before they are renewed. */
  readonly sessionDuration: number;
  /** Seconds until the directory is asked again whether somebody may still be here. */
  readonly recheckInterval: number;
  readonly createdAt: number;
}

export const directories = table<Directory>()({
  name: 'directory',
  columns: { directory_id: (d) => d.directoryId, account_id: (d) => d.accountId, name: (d) => d.name },
  key: ['directory_id'],
  unique: { name: ['name'] },
});

/** Somebody who came in from a directory. Credentials that hang on it are good as long as it is there and has not ended. */
export interface DirectorySignIn {
  /** Random, in the sessions that hang on it; no secret. */
  readonly signInId: string;
  readonly directoryId: string;
  /** objectGUID or entryUUID: what stays when an entry is renamed, and does not come back when its name does (threat L06). */
  readonly entryId: string;
  /** As its entry is named, for people to read. */
  readonly login: string;
  readonly roleArn: string;
  /** Hash of the secret that renews its credentials; absent where a browser signed in. */
  readonly renewalHash?: string;
  readonly createdAt: number;
  /** When the directory last said yes. */
  readonly checkedAt: number;
  /** When it ends whatever happens. */
  readonly expiresAt: number;
}

export const directorySignIns = table<DirectorySignIn>()({
  name: 'directory_sign_in',
  columns: {
    sign_in_id: (s) => s.signInId,
    directory_id: (s) => s.directoryId,
    renewal: (s) => s.renewalHash ?? '',
    checked_at: (s) => sortableTime(s.checkedAt),
    expires_at: (s) => sortableTime(s.expiresAt),
  },
  key: ['sign_in_id'],
  unique: { renewal: ['renewal'] },
  indexes: { directory: ['directory_id', 'checked_at'], expiry: ['expires_at'] },
});
