import { describe, expect, it } from 'vitest';
import { ANY, globOf, globOfText, matchesGlob, ONE } from './glob.ts';

describe('wildcards', () => {
  it.each<[string, string, boolean]>([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything/at:all', true],
    ['**', 'a', true],
    ['a', 'a', true],
    ['a', 'A', false],
    ['a', 'ab', false],
    ['a*', 'a', true],
    ['a*', 'abc', true],
    ['a*', 'ba', false],
    ['*a', 'a', true],
    ['*a', 'ba', true],
    ['*a', 'ab', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['*a*', 'xay', true],
    ['*a*', 'xy', false],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'acb', false],
    ['a*bc*c', 'abc', false],
    ['*ab*ab*', 'abab', true],
    ['*ab*ab*', 'aba', false],
    ['a*ab*b', 'aab', false],
    ['a*bc*c', 'axbc', false],
    ['a*bc*c', 'axbcc', true],
    ['*ab*ab*', 'xxab', false],
    ['*ab*ab*', 'xxabab', true],
    ['a*b', 'ab', true],
    ['a**b', 'axb', true],
    ['?', 'a', true],
    ['?', '', false],
    ['?', 'ab', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['??*', 'a', false],
    ['??*', 'ab', true],
    ['*?', '', false],
    ['*?', 'a', true],
    ['a*?c', 'abc', true],
    ['a*?c', 'ac', false],
    ['*a?b', 'aaab', true],
    ['*a?b*', 'xaabb', true],
    ['?*?', 'ab', true],
    ['a?*', 'a', false],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
    ['\\*', '\\x', true],
  ])('%s and %s: %s', (pattern, text, expected) => expect(matchesGlob(globOfText(pattern), text)).toBe(expected));

  it('literal tokens are literal', () => {
    expect(matchesGlob(globOf(['a*', ANY]), 'ab')).toBe(false);
    expect(matchesGlob(globOf(['a*', ANY]), 'a*b')).toBe(true);
    expect(matchesGlob(globOf(['?', ONE]), '?x')).toBe(true);
    expect(matchesGlob(globOf(['?', ONE]), 'xx')).toBe(false);
  });

  it('tells with what a match begins', () => {
    expect(['abc', 'ab*c', 'ab*c*', 'a?b', '*a', '?'].map((pattern) => globOfText(pattern).prefix)).toEqual([
      'abc',
      'ab',
      'ab',
      'a',
      '',
      '',
    ]);
    expect(globOfText(`${'a'.repeat(100_000)}?`).prefix).toHaveLength(256);
  });
});
