import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/* docs/threats.md names a file for each attack: it must be tried there, under that id. */

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/threats.md', root), 'utf8');
const rows = [...page.matchAll(/^\| ([A-Z]\d\d) \| (.+?) \| (.+?) \|$/gm)].map(([, id = '', attack = '', where = '']) => ({
  id,
  attack,
  files: [...where.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
  where,
}));

/** How many lines each family has. */
const FAMILIES = { S: 22, P: 14, T: 10, E: 26, R: 13, M: 10, I: 6, C: 20, L: 7, D: 5, G: 9, A: 6, Z: 10, V: 10, X: 12, O: 11, W: 11 };

describe('docs/threats.md', () => {
  it('has every id once, in order', () => {
    const ids = Object.entries(FAMILIES).flatMap(([family, last]) =>
      Array.from({ length: last }, (_, i) => `${family}${String(i + 1).padStart(2, '0')}`),
    );
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  it.each(rows.filter(({ files }) => files.length > 0))('$id · $attack', ({ id, files }) => {
    const without = files.filter((file) => !new RegExp(`\\b${id}\\b`).test(readFileSync(new URL(file, root), 'utf8')));
    expect(without).toEqual([]);
  });

  it('says why of the rest', () => {
    for (const { id, where } of rows.filter(({ files }) => files.length === 0)) expect(where.length, id).toBeGreaterThan(10);
  });
});
