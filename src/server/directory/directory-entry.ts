import type { Directory } from '../../store/tables/directory.ts';
import { normaliseDn } from './distinguished-name.ts';
import type { LdapConnection, LdapEntry } from './ldap-connection.ts';
import { escapeFilterValue, filterFor } from './ldap-filter.ts';

/**
 * How an account stands in its directory. `locked` by an administrator, `locked-out` by guesses: strangers can do that, so it ends nothing that is
 * open. `must-change`: the password is right and has had its time.
 */
export type Standing = 'active' | 'disabled' | 'expired' | 'locked' | 'locked-out' | 'must-change';

/** Standings in which what is open stays open. */
export const STAYS: ReadonlySet<Standing> = new Set(['active', 'locked-out', 'must-change']);

/** Somebody in a directory, as it tells now. */
export interface DirectoryPerson {
  readonly dn: string;
  /** objectGUID or entryUUID, lower-case hexadecimal. */
  readonly entryId: string;
  readonly name: string;
  readonly standing: Standing;
  /** First values of the attributes that the connection asks for, by lower-case name; an attribute with several is told as `undefined`. */
  readonly attributes: ReadonlyMap<string, string | undefined>;
  /** Normalised names of its groups and of itself. */
  readonly memberships: ReadonlySet<string>;
  /** Those of the connection's roles that it may have. */
  readonly roles: readonly string[];
}

/** An entry that cannot be signed in whatever the password is; the sentence is for the operator. */
export class UnfitEntry extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnfitEntry';
  }
}

/** Group searches that one sign-in may cost, levels of nesting, and groups in all (threat L05). */
const MAX_DEPTH = 12;
const MAX_GROUPS = 2000;
/** Names in one filter. */
const NAMES_IN_FILTER = 50;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const STANDING_ATTRIBUTES = {
  'active-directory': ['objectGUID', 'userAccountControl', 'msDS-User-Account-Control-Computed', 'accountExpires', 'pwdLastSet'],
  ldap: ['entryUUID', 'pwdAccountLockedTime', 'shadowExpire', 'nsAccountLock'],
} as const;

/** `CORP\alice` is alice: which forest a name is of, the connection decides. */
const withoutDomain = (directory: Directory, login: string): string =>
  directory.kind === 'active-directory' ? login.slice(login.lastIndexOf('\\') + 1) : login;

/** Entries for what somebody typed: exactly one is somebody. @throws DirectoryUnreachable */
export async function findPerson(
  connection: LdapConnection,
  directory: Directory,
  login: string,
  now: number,
): Promise<DirectoryPerson | undefined> {
  const filter = filterFor(directory.userFilter, withoutDomain(directory, login));
  return personOf(await connection.search(directory.userBase, filter, attributesOf(directory), { limit: 1 }), connection, directory, now);
}

/** The entry of somebody who came in before, whatever it is called now. @throws DirectoryUnreachable */
export async function findEntry(
  connection: LdapConnection,
  directory: Directory,
  entryId: string,
  now: number,
): Promise<DirectoryPerson | undefined> {
  const filter =
    directory.kind === 'active-directory'
      ? { attribute: 'objectGUID', value: Buffer.from(entryId, 'hex') }
      : `(entryUUID=${escapeFilterValue(dashed(entryId))})`;
  return personOf(await connection.search(directory.userBase, filter, attributesOf(directory), { limit: 1 }), connection, directory, now);
}

const dashed = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const attributesOf = ({ kind, nameAttribute, sessionTags, sourceIdentity }: Directory): string[] => [
  ...new Set([
    ...STANDING_ATTRIBUTES[kind],
    nameAttribute,
    ...sessionTags.map(({ attribute }) => attribute),
    ...(sourceIdentity === undefined ? [] : [sourceIdentity]),
  ]),
];

async function personOf(
  entries: readonly LdapEntry[] | undefined,
  connection: LdapConnection,
  directory: Directory,
  now: number,
): Promise<DirectoryPerson | undefined> {
  const [entry, ...others] = entries ?? [];
  if (!entry || others.length > 0) return undefined;
  const dn = normaliseDn(entry.dn);
  if (dn === undefined) throw new UnfitEntry('the directory gave a distinguished name that cannot be read');
  const memberships = await membershipsOf(connection, directory, entry.dn, dn);
  return {
    dn: entry.dn,
    entryId: entryIdOf(entry, directory),
    name: nameOf(entry, directory),
    standing: standingOf(entry, directory, now),
    attributes: new Map(attributesOf(directory).map((name) => [name.toLowerCase(), textOf(entry, name)])),
    memberships,
    roles: [...new Set(directory.roles.filter(({ member }) => memberships.has(normaliseDn(member) ?? '')).map(({ roleArn }) => roleArn))],
  };
}

const valuesOf = (entry: LdapEntry, name: string): readonly Buffer[] => entry.attributes.get(name.toLowerCase()) ?? [];

/** The one value of an attribute; undefined when it has none or several. @throws UnfitEntry  it is not text */
function textOf(entry: LdapEntry, name: string): string | undefined {
  const [value, ...others] = valuesOf(entry, name);
  if (!value || others.length > 0 || value.length === 0) return undefined;
  try {
    return utf8.decode(value);
  } catch {
    // objectGUID and the like: bytes. Nobody asks for them as text.
    return undefined;
  }
}

function entryIdOf(entry: LdapEntry, { kind }: Directory): string {
  const [value, ...others] = valuesOf(entry, kind === 'active-directory' ? 'objectGUID' : 'entryUUID');
  const id = kind === 'active-directory' ? value?.toString('hex') : value?.toString('latin1').replaceAll('-', '').toLowerCase();
  if (others.length > 0 || id === undefined || !/^[0-9a-f]{32}$/.test(id))
    throw new UnfitEntry(`the entry has no ${kind === 'active-directory' ? 'objectGUID' : 'entryUUID'} that the connection may read`);
  return id;
}

/** A name that sessions can bear as it is: changed, two people's could be the same. */
function nameOf(entry: LdapEntry, { nameAttribute }: Directory): string {
  const name = textOf(entry, nameAttribute) ?? '';
  if (!/^[A-Za-z0-9_+=,.@-]{2,64}$/.test(name))
    throw new UnfitEntry(`the entry's ${nameAttribute} is no name for a session: 2 to 64 letters, digits and _+=,.@-`);
  return name;
}

/** 100-nanosecond steps from 1601 to 1970. */
const FILE_TIME_EPOCH = 116_444_736_000_000_000n;
const NEVER = 9_223_372_036_854_775_807n;
const DAY = 86_400_000;
/** @see https://learn.microsoft.com/en-us/windows/win32/adschema/a-useraccountcontrol */
const DISABLED = 0x2;
const LOCKED_OUT = 0x10;
const PASSWORD_EXPIRED = 0x800000;

function standingOf(entry: LdapEntry, { kind }: Directory, now: number): Standing {
  if (kind === 'active-directory') {
    const flags = Number(textOf(entry, 'userAccountControl') ?? Number.NaN);
    // An account whose flags the connection may not read is no account that anybody may come in with.
    if (!Number.isInteger(flags) || (flags & DISABLED) !== 0) return 'disabled';
    const expires = wholeNumber(textOf(entry, 'accountExpires'));
    if (expires !== 0n && expires !== NEVER && (expires - FILE_TIME_EPOCH) / 10_000n <= BigInt(now)) return 'expired';
    const computed = Number(textOf(entry, 'msDS-User-Account-Control-Computed') ?? 0);
    if ((computed & LOCKED_OUT) !== 0) return 'locked-out';
    return (computed & PASSWORD_EXPIRED) !== 0 || textOf(entry, 'pwdLastSet') === '0' ? 'must-change' : 'active';
  }
  if ((textOf(entry, 'nsAccountLock') ?? '').toLowerCase() === 'true') return 'disabled';
  const expires = wholeNumber(textOf(entry, 'shadowExpire') ?? '-1');
  if (expires >= 0n && Number(expires) * DAY <= now) return 'expired';
  const locked = textOf(entry, 'pwdAccountLockedTime');
  // This time stands for "until an administrator unlocks it". @see https://datatracker.ietf.org/doc/html/draft-behera-ldap-password-policy
  if (locked === '000001010000Z') return 'locked';
  return locked === undefined ? 'active' : 'locked-out';
}

const wholeNumber = (text: string | undefined): bigint => (text !== undefined && /^-?\d{1,19}$/.test(text) ? BigInt(text) : 0n);

async function membershipsOf(
  connection: LdapConnection,
  directory: Directory,
  dn: string,
  normalised: string,
): Promise<ReadonlySet<string>> {
  const known = new Set([normalised]);
  const { groupBase } = directory;
  if (groupBase === undefined || directory.roles.length === 0) return known;
  let level = [dn];
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    const found: string[] = [];
    for (let i = 0; i < level.length; i += NAMES_IN_FILTER) {
      const members = level.slice(i, i + NAMES_IN_FILTER).map(escapeFilterValue);
      const filter = `(|${members.map((member) => `(member=${member})(uniqueMember=${member})`).join('')})`;
      const groups = await connection.search(groupBase, filter, ['1.1'], { limit: MAX_GROUPS });
      if (!groups) throw new UnfitEntry(`the entry is in more than ${MAX_GROUPS} groups`);
      found.push(...groups.map((group) => group.dn));
    }
    level = [];
    for (const group of found) {
      const name = normaliseDn(group);
      // Seen before: a loop, or two ways to it.
      if (name === undefined || known.has(name)) continue;
      known.add(name);
      level.push(group);
    }
    if (known.size > MAX_GROUPS) throw new UnfitEntry(`the entry is in more than ${MAX_GROUPS} groups`);
    if (!directory.nestedGroups) break;
  }
  return known;
}
