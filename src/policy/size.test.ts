import { describe, expect, it } from 'vitest';
import { policySize } from './size.ts';

describe('the size that counts is that of the document without the white space between tokens', () => {
  it.each<[string, number]>([
    ['', 0],
    [' \t\r\n', 0],
    ['{ "a" : "b c" }', 11],
    ['\t{\r\n"a\\" b":1}', 11],
    ['"\\\\" 1', 5],
    ['"\\\\\\" "  x', 8],
    ['" \t\n" ', 5],
    ['"a', 2],
    ['"\\', 2],
    ['\u00a0\u000b', 2],
  ])('%j', (text, size) => expect(policySize(text)).toBe(size));
});
