import { describe, expect, it } from 'vitest';
import { ReadCache } from './read-cache.ts';

const SQL = 'SELECT document FROM t WHERE a = ? AND b = ?';

describe('what was read', () => {
  it('is kept by table, statement and values, found or not', () => {
    const cache = new ReadCache();
    cache.keep('t', SQL, ['x', 'y'], [{ id: 1 }]);
    cache.keep('t', SQL, ['x', 'z'], []);
    expect(cache.get('t', SQL, ['x', 'y'])).toEqual([{ id: 1 }]);
    expect(cache.get('t', SQL, ['x', 'z'])).toEqual([]);
    expect(cache.get('t', SQL, ['x'])).toBeUndefined();
    expect(cache.get('t', `${SQL} `, ['x', 'y'])).toBeUndefined();
    expect(cache.get('u', SQL, ['x', 'y'])).toBeUndefined();
  });

  it('is not mistaken for what other values give', () => {
    const cache = new ReadCache();
    cache.keep('t', SQL, ['a', '1:b'], [1]);
    for (const values of [
      ['a1', ':b'],
      ['a1:1', 'b'],
      ['a', '1:b', ''],
      ['', 'a1:b'],
    ])
      expect(cache.get('t', SQL, values)).toBeUndefined();
    cache.keep('t', SQL, ['a', 5], [2]);
    expect(cache.get('t', SQL, ['a', '5'])).toBeUndefined();
  });

  it('is forgotten with its table, and with everything when there is too much', () => {
    const cache = new ReadCache();
    cache.keep('t', SQL, ['x', 'y'], [1]);
    cache.keep('u', SQL, ['x', 'y'], [2]);
    cache.forget('t');
    expect([cache.get('t', SQL, ['x', 'y']), cache.get('u', SQL, ['x', 'y'])]).toEqual([undefined, [2]]);
    for (let i = 0; i < 10_000; i++) cache.keep('t', SQL, ['x', i], []);
    expect(cache.get('u', SQL, ['x', 'y'])).toBeUndefined();
    expect(cache.get('t', SQL, ['x', 9999])).toEqual([]);
  });

  it('cannot be changed by who reads it, and is not kept when it is long', () => {
    const cache = new ReadCache();
    cache.keep('t', SQL, ['x', 'y'], [{ tags: [{ Key: 'a' }] }]);
    const [row] = cache.get('t', SQL, ['x', 'y']) as { tags: { Key: string }[] }[];
    expect(() => row?.tags.push({ Key: 'b' })).toThrow(TypeError);
    cache.keep('t', SQL, ['x', 'z'], new Array(101).fill(1));
    expect(cache.get('t', SQL, ['x', 'z'])).toBeUndefined();
  });
});
