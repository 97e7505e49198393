import { describe, expect, it } from 'vitest';
import type { Installation } from '../../authorization/installation.ts';
import { newTags, withoutTags, withTags } from './tag-rules.ts';

const scope = { account: '111122223333', installation: { quota: (_: string, __: string, standard: number) => standard } as Installation };
const tags = (...pairs: [string, string][]) => pairs.map(([Key, Value]) => ({ Key, Value }));

describe('tags', () => {
  it('of users and roles replace a key in another case, where it stands', () =>
    expect(withTags(scope, tags(['Team', 'a'], ['x', '1']), tags(['team', 'b']), 'folds-keys')).toEqual(tags(['team', 'b'], ['x', '1'])));

  it('of policies keep keys in different cases apart', () =>
    expect(withTags(scope, tags(['Team', 'a']), tags(['team', 'b']), 'keeps-case')).toEqual(tags(['Team', 'a'], ['team', 'b'])));

  it('are removed by key, and what is not there is no mistake', () => {
    expect(withoutTags(tags(['Team', 'a'], ['x', '1']), ['TEAM', 'y', 'aws:z'], 'folds-keys')).toEqual(tags(['x', '1']));
    expect(withoutTags(tags(['Team', 'a']), ['TEAM'], 'keeps-case')).toEqual(tags(['Team', 'a']));
  });

  it('may have values that begin with aws:, and empty ones', () =>
    expect(newTags(scope, tags(['a', 'aws:b'], ['c', '']), 'folds-keys')).toHaveLength(2));

  it.each([
    ['a blank key', tags([' ', '1']), 'Tag keys must not be blank.'],
    ['a key of other blanks', tags(['\u00a0\u2003', '1']), 'Tag keys must not be blank.'],
    ['a reserved key', tags(['aws:x', '1']), 'Tag keys beginning with aws: are reserved for system use.'],
    ['a reserved key in capitals', tags(['AWS:x', '1']), 'Tag keys beginning with aws: are reserved for system use.'],
    ['a key twice', tags(['a', '1'], ['A', '2']), 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'],
    ['the very same tag twice', tags(['a', '1'], ['a', '1']), 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'],
  ])('are refused for %s', (_, given, message) => {
    const refusal = expect.objectContaining({ code: 'InvalidInputException', message });
    expect(() => newTags(scope, given, 'folds-keys')).toThrow(refusal);
    expect(() => withTags(scope, [], given, 'folds-keys')).toThrow(refusal);
  });

  it('are not added when none are given', () =>
    expect(() => withTags(scope, [], [], 'folds-keys')).toThrow(
      expect.objectContaining({ code: 'InvalidInputException', message: 'The provided tag map must not be null/empty.' }),
    ));

  it('are at most 50', () => {
    const fifty = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    expect(withTags(scope, fifty, tags(['K1', 'new']), 'folds-keys')).toHaveLength(50);
    expect(() => withTags(scope, fifty, tags(['more', '']), 'folds-keys')).toThrow(
      expect.objectContaining({ code: 'LimitExceededException' }),
    );
  });
});
