import type { Scope } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import type { Organization } from '../../store/tables/organization.ts';
import { constraintViolation, invalidInput } from './errors.ts';
import { quotaOf } from './quota.ts';

/*
 * Tag keys are told apart by case, and there are at most 50 on one thing.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
 */

/**
 * The tags of something new.
 * @throws InvalidInput         400  DUPLICATE_TAG_KEY, INVALID_SYSTEM_TAGS_PARAMETER
 * @throws ConstraintViolation  400  MAX_TAG_LIMIT_EXCEEDED
 */
export const newTags = (
  scope: Pick<Scope, 'installation'>,
  organization: Pick<Organization, 'managementAccountId'>,
  tags: readonly Tag[] | undefined,
): readonly Tag[] => withTags(scope, organization, [], tags ?? []);

/** What tags become when these are added. @throws as newTags */
export function withTags(
  scope: Pick<Scope, 'installation'>,
  organization: Pick<Organization, 'managementAccountId'>,
  current: readonly Tag[],
  added: readonly Tag[],
): readonly Tag[] {
  refuseSystemTags(added.map(({ Key }) => Key));
  if (new Set(added.map(({ Key }) => Key)).size < added.length) throw invalidInput('DUPLICATE_TAG_KEY');
  const merged = new Map(current.map((tag) => [tag.Key, tag]));
  for (const { Key, Value } of added) merged.set(Key, { Key, Value });
  if (merged.size > quotaOf(scope, organization, 'TagsPerResource')) throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED');
  return [...merged.values()];
}

/** What is left when these keys are taken away; keys that are not there are no mistake. @throws InvalidInput 400 INVALID_SYSTEM_TAGS_PARAMETER */
export function withoutTags(current: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  refuseSystemTags(keys);
  const removed = new Set(keys);
  return current.filter(({ Key }) => !removed.has(Key));
}

function refuseSystemTags(keys: readonly string[]): void {
  if (keys.some((key) => foldCase(key).startsWith('aws:'))) throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER');
}
