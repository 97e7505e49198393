import { describe, expect, it } from 'vitest';
import { PrefixTree } from './prefix-tree.ts';

const treeOf = (texts: readonly string[]): PrefixTree<string> => {
  const tree = new PrefixTree<string>();
  for (const text of texts) tree.add(text, text);
  return tree;
};

function found(tree: PrefixTree<string>, text: string): string[] {
  const seen: string[] = [];
  tree.find(text, (value) => {
    seen.push(value);
    return false;
  });
  return seen;
}

describe('a prefix tree', () => {
  const texts = ['abc', '', 'abd', 'a', 'abcdef', 'b', 'ab', 'ab', 'abcxyz', 'c:d/*', 'abce'];

  it.each(['', 'a', 'ab', 'abc', 'abcd', 'abcdef', 'abcdefg', 'abd', 'abx', 'abcx', 'b', 'bc', 'c', 'c:d/*', 'x'])(
    'finds all that %j begins with, in whichever order they were put in',
    (text) => {
      const expected = texts.filter((prefix) => text.startsWith(prefix)).sort();
      expect(found(treeOf(texts), text)).toEqual(expected);
      expect(found(treeOf([...texts].reverse()), text)).toEqual(expected);
      expect(found(treeOf([...texts].sort()), text)).toEqual(expected);
    },
  );

  it('ends at the first that is taken', () => {
    const tree = treeOf(texts);
    expect(tree.find('abcdef', (value) => value.length > 1)).toBe('ab');
    expect(tree.find('abcdef', (value) => value.length > 6)).toBeUndefined();
    expect(new PrefixTree<string>().find('a', () => true)).toBeUndefined();
  });
});
