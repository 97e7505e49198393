import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('JSON of others', () => {
  it.each([
    ['null', null],
    ['{"a":[1,{"b":"]]"}]}', { a: [1, { b: ']]' }] }],
    [JSON.stringify(`"\\${'['.repeat(1000)}`), `"\\${'['.repeat(1000)}`],
    [`[${'[],'.repeat(1000)}[]]`, Array.from({ length: 1001 }, () => [])],
    ['{"a\\\\":{"b\\"":[]}}', { 'a\\': { 'b"': [] } }],
  ])('is read', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it('may be nested, but not for ever', () => {
    expect(JSON.stringify(parseJson(nested(512)))).toBe(nested(512));
    expect(() => parseJson(nested(513))).toThrow('The JSON is nested deeper than 512 levels.');
    expect(() => parseJson(`{"a":${nested(1_000_000)}}`)).toThrow(SyntaxError);
  });

  it.each(['', '{', '[1,]', '"a', nested(3).slice(1)])('%j is none', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
