import type { UserAttributes } from '../../store/tables/identity-store.ts';
import { invalid } from './errors.ts';

/*
 * The attributes of users, and the paths by which UpdateUser, filters and look-ups name them: `displayName`, `name.givenName`, `emails`,
 * `aws:identitystore:enterprise.department`.
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_AttributeOperation.html
 */

/** Members of a structured attribute, as on the wire. */
const NAME = ['Formatted', 'FamilyName', 'GivenName', 'MiddleName', 'HonorificPrefix', 'HonorificSuffix'];
const VALUE = ['Value', 'Type', 'Primary'];
const ADDRESS = ['StreetAddress', 'Locality', 'Region', 'PostalCode', 'Country', 'Formatted', 'Type', 'Primary'];
const PHOTO = ['Value', 'Type', 'Display', 'Primary'];

type Kind = { readonly kind: 'text' } | { readonly kind: 'members'; readonly members: readonly string[] } | List;
interface List {
  readonly kind: 'list';
  readonly members: readonly string[];
  readonly most: number;
}

const text: Kind = { kind: 'text' };
const list = (members: readonly string[], most = 1): List => ({ kind: 'list', members, most });

const ATTRIBUTES: Readonly<Record<string, Kind>> = Object.assign(Object.create(null) as Record<string, Kind>, {
  UserName: text,
  DisplayName: text,
  NickName: text,
  ProfileUrl: text,
  UserType: text,
  Title: text,
  PreferredLanguage: text,
  Locale: text,
  Timezone: text,
  Website: text,
  Birthdate: text,
  Name: { kind: 'members', members: NAME },
  Emails: list(VALUE),
  PhoneNumbers: list(VALUE),
  Roles: list(VALUE),
  Addresses: list(ADDRESS),
  Photos: list(PHOTO, 3),
} satisfies Record<string, Kind>);

const MAX_TEXT = 1024;
/** As the model has it for texts of users. */
const TEXT = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u{a0}\u{3000}]{1,1024}$/u;
const USER_NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

const upperFirst = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

const RESERVED = new Set(['administrator', 'awsadministrators']);

/**
 * That attributes make a user: a name to sign in with, and names to be shown by.
 * @throws Validation  400  (unverified) sentences
 */
export function refuseUnfitUser({ UserName, DisplayName, Name }: UserAttributes): void {
  const missing = [
    ...(UserName ? [] : ['userName']),
    ...(DisplayName ? [] : ['displayName']),
    ...(Name?.FamilyName ? [] : ['name.familyName']),
    ...(Name?.GivenName ? [] : ['name.givenName']),
  ];
  if (missing.length > 0) throw invalid(`${missing.join(', ')}: The attribute is required.`);
  refuseReservedName(UserName);
}

/** @throws Validation  400 */
export function refuseReservedName(name: string): void {
  if (RESERVED.has(name.toLowerCase())) throw invalid(`${name} is a reserved name and cannot be used for users or groups.`);
}

/**
 * A user's attributes after one operation: the value at the path replaced, or removed when none is given.
 * @throws Validation  400  no such attribute, or a value that is none of its kind
 */
export function withAttribute(attributes: UserAttributes, path: string, value: unknown): UserAttributes {
  if (path.startsWith('aws:')) return withExtension(attributes, path, value);
  const [first = '', second, ...more] = path.split('.');
  const name = upperFirst(first);
  const kind = ATTRIBUTES[name];
  if (!kind || more.length > 0) throw unknownPath(path);
  if (second !== undefined) {
    const member = upperFirst(second);
    if (kind.kind !== 'members' || !kind.members.includes(member)) throw unknownPath(path);
    const before = (attributes[name] ?? {}) as Readonly<Record<string, unknown>>;
    const { [member]: _, ...rest } = before;
    const after = value === undefined || value === null ? rest : { ...rest, [member]: readText(value, path) };
    return withValue(attributes, name, Object.keys(after).length > 0 ? after : undefined);
  }
  if (value === undefined || value === null) return withValue(attributes, name, undefined);
  switch (kind.kind) {
    case 'text':
      return withValue(attributes, name, name === 'UserName' ? readUserName(value, path) : readText(value, path));
    case 'members':
      return withValue(attributes, name, readMembers(value, kind.members, path));
    case 'list': {
      if (!Array.isArray(value) || value.length === 0 || value.length > kind.most) throw unfit(path);
      return withValue(
        attributes,
        name,
        value.map((item) => readMembers(item, kind.members, path)),
      );
    }
  }
}

function withValue(attributes: UserAttributes, name: string, value: unknown): UserAttributes {
  const { [name]: _, ...rest } = attributes;
  return (value === undefined ? rest : { ...rest, [name]: value }) as UserAttributes;
}

const EXTENSION = /^(aws:identitystore:[a-z]{1,20})(?:\.([A-Za-z]{1,50}))?$/;
const MOST_EXTENSIONS = 10;
const MAX_EXTENSION_BYTES = 16_384;

/** `aws:identitystore:enterprise` whole, or one of its members: `aws:identitystore:enterprise.department`. */
function withExtension(attributes: UserAttributes, path: string, value: unknown): UserAttributes {
  const [, name, member] = EXTENSION.exec(path) ?? [];
  if (name === undefined) throw unknownPath(path);
  const extensions = (attributes.Extensions ?? {}) as Readonly<Record<string, unknown>>;
  const { [name]: before, ...others } = extensions;
  const after = member === undefined ? value : withMember(before, member, value);
  const changed = after === undefined || after === null ? others : { ...others, [name]: after };
  refuseUnfitExtensions(changed);
  return withValue(attributes, 'Extensions', Object.keys(changed).length > 0 ? changed : undefined);
}

function withMember(before: unknown, member: string, value: unknown): object {
  const { [member]: _, ...rest } = (typeof before === 'object' && before !== null ? before : {}) as Record<string, unknown>;
  return value === undefined || value === null ? rest : { ...rest, [member]: value };
}

/** Extensions are objects of any content, within reason. @throws Validation  400 */
export function refuseUnfitExtensions(extensions: Readonly<Record<string, unknown>>): void {
  const values = Object.values(extensions);
  if (values.some((value) => typeof value !== 'object' || value === null || Array.isArray(value))) throw unfit('extensions');
  if (values.length > MOST_EXTENSIONS || Buffer.byteLength(JSON.stringify(extensions)) > MAX_EXTENSION_BYTES) throw unfit('extensions');
}

function readText(value: unknown, path: string): string {
  if (typeof value !== 'string' || value.length > 2 * MAX_TEXT || !TEXT.test(value)) throw unfit(path);
  return value;
}

function readUserName(value: unknown, path: string): string {
  if (typeof value !== 'string' || value.length > MAX_TEXT || !USER_NAME.test(value)) throw unfit(path);
  return value;
}

/** In documents, members are spelled with a small letter first; both are taken. */
function readMembers(value: unknown, members: readonly string[], path: string): Readonly<Record<string, string | boolean>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unfit(path);
  const read: Record<string, string | boolean> = {};
  for (const [key, given] of Object.entries(value)) {
    const member = upperFirst(key);
    if (!members.includes(member) || member in read) throw unfit(path);
    if (member === 'Primary') {
      if (typeof given !== 'boolean') throw unfit(path);
      read[member] = given;
    } else read[member] = readText(given, path);
  }
  return read;
}

/** `userName` as `UserName`: how filters and look-ups may write it. */
export const isPath = (path: string, wanted: string): boolean => path.slice(0, 1).toLowerCase() + path.slice(1) === wanted;

const unknownPath = (path: string) => invalid(`The attribute path ${path.slice(0, 255)} is not valid.`);
const unfit = (path: string) => invalid(`The value for the attribute ${path.slice(0, 255)} is not valid.`);
