import { describe, expect, it } from 'vitest';
import { ANY, type Glob, globOf, globOfText, matchesGlob, ONE, tokensOf } from './glob.ts';

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
    ['a*b*c', 'xbxc', false],
    ['a*b*c', 'axbx', false],
    ['ab*x*ba', 'abxa', false],
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
    ['a*b?c', 'axbx', false],
    ['a*b?c', 'axbxc', true],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
    ['\\*', '\\x', true],
    ['?\u0001', 'ab', false],
    ['?\u0002', 'ab', false],
  ])('%s and %s: %s', (pattern, text, expected) => expect(matchesGlob(globOfText(pattern), text)).toBe(expected));

  it('literal tokens are literal', () => {
    expect(matchesGlob(globOf(['a*', ANY]), 'ab')).toBe(false);
    expect(matchesGlob(globOf(['a*', ANY]), 'a*b')).toBe(true);
    expect(matchesGlob(globOf(['?', ONE]), '?x')).toBe(true);
    expect(matchesGlob(globOf(['?', ONE]), 'xx')).toBe(false);
  });

  it('tells with what a match begins', () => {
    expect(['abc', 'ab*c', 'ab*c*', 'a?b', '\u0000a?b', '*a', '?'].map((pattern) => globOfText(pattern).prefix)).toEqual([
      'abc',
      'ab',
      'ab',
      'a',
      '\u0000a',
      '',
      '',
    ]);
  });

  it.each<[string, Omit<Glob, 'codes'>]>([
    ['*', { form: 'any', prefix: '', middle: [], suffix: '', length: 0 }],
    ['abc', { form: 'exact', prefix: 'abc', middle: [], suffix: '', length: 3 }],
    ['', { form: 'exact', prefix: '', middle: [], suffix: '', length: 0 }],
    ['ab*c', { form: 'ends', prefix: 'ab', middle: [], suffix: 'c', length: 3 }],
    ['a*bc*', { form: 'pieces', prefix: 'a', middle: ['bc'], suffix: '', length: 3 }],
    ['*b*c*', { form: 'pieces', prefix: '', middle: ['b', 'c'], suffix: '', length: 2 }],
    ['a?*b', { form: 'codes', prefix: 'a', middle: [], suffix: '', length: 3 }],
  ])('%s takes the simplest form', (pattern, form) => expect(globOfText(pattern)).toMatchObject(form));

  it('several * in a row are one', () => {
    expect(globOfText('***')).toEqual(globOfText('*'));
    expect(globOfText('a**b***c')).toEqual(globOfText('a*b*c'));
  });

  it.each([
    ['', []],
    ['ab', ['ab']],
    ['*', [ANY]],
    ['a*?bc', ['a', ANY, ONE, 'bc']],
    ['?a', [ONE, 'a']],
  ])('the tokens of %j', (text, tokens) => expect(tokensOf(text)).toEqual(tokens));

  it('of a pattern with ?, however long, it tells so much as serves for sorting', () =>
    expect(globOfText(`${'a'.repeat(100_000)}?`).prefix).toHaveLength(256));
});
