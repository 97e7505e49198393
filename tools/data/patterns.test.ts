import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelFile } from '../../src/model/model-file.ts';
import { HAND_PATTERNS } from './hand-patterns.ts';
import { translateJavaPattern } from './java-pattern.ts';
import { refuseUnsafePatterns } from './pattern-safety.ts';

const whole = (source: string): RegExp => new RegExp(`^(?:${source})$`, 'u');

describe('Java patterns in JavaScript', () => {
  it.each<[java: string, matches: readonly string[], refuses: readonly string[]]>([
    ['[\\w+=,.@-]+', ['a_b', 'A+=,.@-'], ['', 'a b', 'é', '\u212a', '\u017f']],
    ['[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*', ['', 'é 1-@', '\u212a'], ['a\nb', '#']],
    ['\\S+', ['a', '\u00a0', '\u2003'], ['a b', 'a\tb', '\u000b']],
    ['[\\s\\S]*', ['', 'a\n\u{1f600}'], []],
    ['.*', ['', 'a\u000bb'], ['a\nb', 'a\u0085b', 'a\u2028b']],
    ['(?s).*', ['a\nb', '\u2028'], []],
    ['\\A\\S[\\p{Print}]*\\z', ['a b'], [' a', 'a\n', 'aé', '']],
    ['[a-zA-Z0-9\\ \\_\\.]+', ['a _.'], ['a-b']],
    ['[\\p{Alnum}\\-]+', ['aZ0-'], ['_', 'é']],
    ['[^\\s@]+', ['a.b'], ['a b', 'a@b']],
    ['[a-z-9]+', ['a-9'], ['5']],
    ['[]a]+', [']a'], ['b']],
    ['[\\u0020-\\u00FF]+', ['é ~'], ['\n', '\u0100']],
    ['^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$', ['a-b'], ['a--b', '-ab']],
  ])('%s', (java, matches, refuses) => {
    const pattern = whole(translateJavaPattern(java));
    for (const text of matches) expect(pattern.test(text), JSON.stringify(text)).toBe(true);
    for (const text of refuses) expect(pattern.test(text), JSON.stringify(text)).toBe(false);
  });

  it.each(['a++', 'a{1,x}', '[a-z&&[^b]]', '[a[b]]', '(?i)a', '\\Qa\\E', 'a${1,2}', '[a'])('%s is not guessed at', (java) =>
    expect(() => translateJavaPattern(java)).toThrow('Pattern'),
  );
});

describe('patterns written by hand accept and refuse the same', () => {
  // The one pattern with more than one alternative spelling that JavaScript does not take.
  const untranslatable = '$' + '{1,';
  const pieces = [
    'a',
    'Z',
    '9',
    '-',
    '/',
    ':',
    '.',
    '_',
    'aws',
    's3',
    'https',
    '://',
    'https://',
    's3://',
    '/execution/',
    '\n',
    '\u2028',
    ' ',
    '@',
    '=',
  ];
  const prefixes = [
    '',
    'https://',
    's3://',
    'arn:aws:organizations::',
    'arn:aws:sagemaker:us-east-1:123456789012:pipeline/',
    'arn:aws:sagemaker:us-east-1:123456789012:model-card/',
    'arn:aws:iam:x:123456789012:',
  ];
  const texts = fc
    .tuple(fc.constantFrom(...prefixes), fc.array(fc.constantFrom(...pieces), { maxLength: 7 }))
    .map(([prefix, rest]) => prefix + rest.join(''));

  it.each(Object.keys(HAND_PATTERNS).filter((java) => !java.includes(untranslatable)))('%s', (java) => {
    const [plain, byHand] = [whole(translateJavaPattern(java)), whole(HAND_PATTERNS[java] ?? '')];
    fc.assert(
      fc.property(texts, (text) => {
        expect(byHand.test(text)).toBe(plain.test(text));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});

it('Z05: no pattern of a model can be made to backtrack for long', () => {
  const folder = join(import.meta.dirname, '../../data/models');
  const models = readdirSync(folder)
    .filter((file) => file !== 'index.json')
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ModelFile);
  expect(models.length).toBeGreaterThan(10);
  expect(() => refuseUnsafePatterns(models)).not.toThrow();
});
