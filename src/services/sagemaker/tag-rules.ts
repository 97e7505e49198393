import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import { invalid } from './errors.ts';

/** Tags that one resource may have. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
const MAX_TAGS = 50;

/**
 * The tags of a new resource. Keys are told apart by case.
 * @throws ValidationException  a key that AWS keeps for itself, or the same key twice
 */
export function newTags(tags: readonly Tag[] | undefined): readonly Tag[] {
  return withTags([], tags ?? []);
}

/**
 * A resource's tags with others laid over them.
 * @throws ValidationException  as `newTags`, or more than 50 in the end
 */
export function withTags(current: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  // (unverified) all three sentences
  if (added.some((tag) => foldCase(tag.Key).startsWith('aws:'))) throw invalid('Tag keys starting with aws: are reserved for system use.');
  if (new Set(added.map((tag) => tag.Key)).size < added.length) throw invalid('Duplicate tag keys found.');
  const byKey = new Map([...current, ...added].map(({ Key, Value }) => [Key, { Key, Value }]));
  if (byKey.size > MAX_TAGS) throw invalid(`The number of tags on a resource cannot exceed ${MAX_TAGS}.`);
  return [...byKey.values()];
}
