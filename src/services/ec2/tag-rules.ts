import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';

/** Characters of keys and values, and tags of one resource. @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const [MAX_KEY, MAX_VALUE, MAX_TAGS] = [128, 256, 50];

/** What a call may say of a tag. */
export interface AskedTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/**
 * A resource's tags with others laid over them. Keys are told apart by case; a tag without a value has the empty one.
 * @throws InvalidParameterValue  400  a key that AWS keeps for itself, is empty or comes twice; a text that is too long
 * @throws TagLimitExceeded       400  more than 50 in the end
 */
export function withTags(current: readonly Tag[], added: readonly AskedTag[]): readonly Tag[] {
  const tags = added.map(({ Key = '', Value = '' }) => ({ Key, Value }));
  const keys = new Set<string>();
  for (const { Key, Value } of tags) {
    // (unverified) all sentences
    if (Key === '') throw invalid('Tag key cannot be empty.');
    if (foldCase(Key).startsWith('aws:')) throw invalid("Tag keys starting with 'aws:' are reserved for internal use");
    if (Key.length > MAX_KEY) throw invalid(`Tag key exceeds the maximum length of ${MAX_KEY} characters`);
    if (Value.length > MAX_VALUE) throw invalid(`Tag value exceeds the maximum length of ${MAX_VALUE} characters`);
    if (keys.has(Key)) throw invalid(`Duplicate tag key '${Key}' specified.`);
    keys.add(Key);
  }
  const byKey = new Map([...current, ...tags].map((tag) => [tag.Key, tag]));
  if (byKey.size > MAX_TAGS) throw new ServiceError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  return [...byKey.values()];
}

/** What is left of a resource's tags: a value that is given must be the tag's; no tags at all stand for every one. */
export function withoutTags(current: readonly Tag[], removed: readonly AskedTag[] | undefined): readonly Tag[] {
  if (!removed?.length) return [];
  return current.filter((tag) => !removed.some(({ Key, Value }) => Key === tag.Key && (Value === undefined || Value === tag.Value)));
}

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterValue', message);
