import { describe, expect, it } from 'vitest';
import { positionAt, positionsIn } from './position.ts';

describe('the line and column of each character', () => {
  it.each<[string, readonly string[]]>([
    ['', ['1:1']],
    ['ab', ['1:1', '1:2', '1:3']],
    ['a\nb', ['1:1', '1:2', '2:1', '2:2']],
    ['a\r\nb', ['1:1', '1:2', '1:3', '2:1', '2:2']],
    ['a\rb', ['1:1', '1:2', '2:1', '2:2']],
    ['\n\n\r\rb', ['1:1', '2:1', '3:1', '4:1', '5:1', '5:2']],
    ['a\n', ['1:1', '1:2', '2:1']],
    ['\u00e9\n\ud83d\ude00b', ['1:1', '1:2', '2:1', '2:2', '2:3', '2:4']],
  ])('%j', (text, places) => {
    const place = positionsIn(text);
    const found = Array.from({ length: text.length + 1 }, (_, offset) => place(offset));
    expect(found.map(({ line, column }) => `${line}:${column}`)).toEqual(places);
    expect(found).toEqual(found.map((_, offset) => positionAt(text, offset)));
  });

  it('of many lines', () => {
    const place = positionsIn('ab\n'.repeat(100));
    for (let line = 0; line < 100; line++) expect(place(line * 3 + 1)).toEqual({ line: line + 1, column: 2 });
  });
});
