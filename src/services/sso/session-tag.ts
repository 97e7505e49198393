import type { Tag } from '../../core/tag.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import type { IdentityUser, UserAttributes } from '../../store/tables/identity-store.ts';

/*
 * Attributes for access control: the tags of a session, out of the user that it is of.
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-abac.html
 */

const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/**
 * The session tags of a user; what a user has no value for is left out. Undefined when a value cannot be a tag's: then there must be no
 * session, as policies would be decided without it.
 */
export function sessionTagsOf(
  { accessControlAttributes }: IdentityCenterInstance,
  { attributes }: IdentityUser,
): readonly Tag[] | undefined {
  const tags: Tag[] = [];
  for (const { key: Key, source } of accessControlAttributes ?? []) {
    const Value = attributeAt(source, attributes);
    if (Value === undefined || Value === '') continue;
    if (!TAG_VALUE.test(Value)) return undefined;
    tags.push({ Key, Value });
  }
  return tags;
}

/** `${path:userName}`, `${path:name.givenName}`, `${path:enterprise.department}`, `${path:emails[primary eq true].value}`; else the text itself. */
const SOURCE = /^\$\{(?:path|dir|user):([A-Za-z]+)(?:\[primary eq true\])?(?:\.([A-Za-z]+))?\}$/;

const upperFirst = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

function attributeAt(source: string, attributes: UserAttributes): string | undefined {
  const [found, first = '', second] = SOURCE.exec(source) ?? [];
  // A constant (unverified); what looks like a path and is none stands for nothing.
  if (found === undefined) return source.includes('${') ? undefined : source;
  if (first === 'enterprise')
    return textOf((attributes.Extensions as Record<string, unknown> | undefined)?.['aws:identitystore:enterprise'], second, false);
  const value = own(attributes, upperFirst(first));
  if (second === undefined) return typeof value === 'string' ? value : undefined;
  return textOf(Array.isArray(value) ? primaryOf(value) : value, second, true);
}

const own = (of: object, name: string): unknown => (Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined);

const primaryOf = (items: readonly unknown[]): unknown =>
  items.find((item) => typeof item === 'object' && item !== null && (item as { Primary?: unknown }).Primary === true) ?? items[0];

function textOf(of: unknown, member: string | undefined, upper: boolean): string | undefined {
  if (typeof of !== 'object' || of === null || member === undefined) return undefined;
  const value = own(of, upper ? upperFirst(member) : member);
  return typeof value === 'string' ? value : undefined;
}
