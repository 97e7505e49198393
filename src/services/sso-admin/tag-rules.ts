import type { Scope } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import { invalid, quotaExceeded } from './errors.ts';
import { quotaOf } from './quota.ts';

/**
 * What tags become when these are added. Keys are told apart by case.
 * @throws Validation            400  reserved or repeated keys
 * @throws ServiceQuotaExceeded  400
 */
export function withTags(
  scope: Pick<Scope, 'installation'>,
  instance: Pick<IdentityCenterInstance, 'ownerAccountId'>,
  current: readonly Tag[],
  added: readonly Tag[],
): readonly Tag[] {
  if (added.some(({ Key }) => foldCase(Key).startsWith('aws:'))) throw invalid('Tag keys beginning with aws: are reserved for system use.');
  if (new Set(added.map(({ Key }) => Key)).size < added.length) throw invalid('Duplicate tag keys found.');
  const merged = new Map(current.map((tag) => [tag.Key, tag]));
  for (const { Key, Value } of added) merged.set(Key, { Key, Value });
  if (merged.size > quotaOf(scope, instance, 'TagsPerIdentityCenterResource')) throw quotaExceeded('The number of tags exceeds its quota.');
  return [...merged.values()];
}

export function withoutTags(current: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const removed = new Set(keys);
  return current.filter(({ Key }) => !removed.has(Key));
}
