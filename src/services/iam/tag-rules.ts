import type { Scope } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import { invalidInput } from './errors.ts';
import { quotaExceeded, quotaOf } from './quota.ts';

/**
 * How tag keys are told apart. Users and roles: `Team` and `team` are one key. Policies, instance profiles and MFA devices: they are two.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating
 */
export type TagKeyRule = 'folds-keys' | 'keeps-case';

const keyOf = (key: string, rule: TagKeyRule): string => (rule === 'folds-keys' ? foldCase(key) : key);

/**
 * The tags of a new entity.
 * @throws InvalidInput  400  blank, reserved or repeated keys
 */
export function newTags(
  scope: Pick<Scope, 'account' | 'installation'>,
  tags: readonly Tag[] | undefined,
  rule: TagKeyRule,
): readonly Tag[] {
  if (tags === undefined || tags.length === 0) return [];
  refuseBadTags(tags, rule);
  refuseTooMany(scope, tags.length);
  return tags.map(({ Key, Value }) => ({ Key, Value }));
}

/**
 * What an entity's tags become when these are added: a key that is there already takes the new spelling and value, where it stands.
 * @throws InvalidInput   400  none given; blank, reserved or repeated keys
 * @throws LimitExceeded  409  more than 50 in the end
 */
export function withTags(
  scope: Pick<Scope, 'account' | 'installation'>,
  current: readonly Tag[],
  added: readonly Tag[],
  rule: TagKeyRule,
): readonly Tag[] {
  if (added.length === 0) throw invalidInput('The provided tag map must not be null/empty.');
  refuseBadTags(added, rule);
  const merged = new Map(current.map((tag) => [keyOf(tag.Key, rule), tag]));
  for (const { Key, Value } of added) merged.set(keyOf(Key, rule), { Key, Value });
  refuseTooMany(scope, merged.size);
  return [...merged.values()];
}

/** What is left when these keys are taken away. Keys that are not there, and reserved ones, are no mistake. */
export function withoutTags(current: readonly Tag[], keys: readonly string[], rule: TagKeyRule): readonly Tag[] {
  const removed = new Set(keys.map((key) => keyOf(key, rule)));
  return current.filter((tag) => !removed.has(keyOf(tag.Key, rule)));
}

function refuseBadTags(tags: readonly Tag[], rule: TagKeyRule): void {
  // The model's pattern lets blanks through; (unverified) code and wording.
  if (tags.some(({ Key }) => /^\p{Z}*$/u.test(Key))) throw invalidInput('Tag keys must not be blank.');
  if (tags.some(({ Key }) => foldCase(Key).startsWith('aws:')))
    throw invalidInput('Tag keys beginning with aws: are reserved for system use.');
  if (new Set(tags.map(({ Key }) => keyOf(Key, rule))).size === tags.length) return;
  throw invalidInput(
    // (unverified) for the kinds whose keys keep their case.
    rule === 'folds-keys' ? 'Duplicate tag keys found. Please note that Tag keys are case insensitive.' : 'Duplicate tag keys found.',
  );
}

function refuseTooMany(scope: Pick<Scope, 'account' | 'installation'>, count: number): void {
  const quota = quotaOf(scope, 'TagsPerResource');
  // (unverified) the name that the sentence gives this quota.
  if (count > quota) throw quotaExceeded('TagsPerResource', quota);
}
