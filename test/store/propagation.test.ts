import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DerivedCache } from '../../src/store/derived-cache.ts';
import { Propagation } from '../../src/store/propagation.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Change, Reader } from '../../src/store/store.ts';
import { table } from '../../src/store/table.ts';

interface Thing {
  readonly name: string;
  readonly id: string;
  readonly color: string;
}

const late = thingsNamed('late');
const prompt = thingsNamed('prompt');

function thingsNamed(name: string) {
  return table<Thing>()({
    name,
    columns: { name: (t) => t.name, id: (t) => t.id, color: (t) => t.color },
    key: ['name'],
    unique: { id: ['id'] },
    indexes: { color: ['color'] },
  });
}

const DELAY = 2000;
let now = 0;
let count = 0;
let directory: string;
let inner: SqliteStore;
let propagation: Propagation;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sagegate-propagation-'));
});
beforeEach(async () => {
  const path = join(directory, `${++count}.db`);
  inner = new SqliteStore({ path, durability: 'off', tables: [late, prompt], migrations: [] });
  now = 0;
  propagation = new Propagation(inner, [late], DELAY, { now: () => now });
});
afterAll(() => rm(directory, { recursive: true }));

const thing = (name: string, color = 'red', id = `id-${name}`): Thing => ({ name, color, id });
const put = (row: Thing, into = late) => propagation.store.write((writer) => writer.insert(into, row));
const change = (row: Thing) => propagation.store.write((writer) => writer.update(late, row));
const remove = (name: string) => propagation.store.write((writer) => writer.delete(late, [name]));
const pass = (milliseconds: number): void => {
  now += milliseconds;
  propagation.settle();
};
const colorsOf = async (reader: Reader) => (await reader.list(late, { prefix: [] })).map(({ name, color }) => `${name} ${color}`);

describe('what is written', () => {
  it('is there at once, and seen late once its time has come', async () => {
    await put(thing('a'));
    expect(await propagation.store.get(late, ['a'])).toEqual(thing('a'));
    expect(await propagation.delayed.get(late, ['a'])).toBeUndefined();
    expect(await propagation.delayed.find(late, 'id', ['id-a'])).toBeUndefined();
    expect(await propagation.delayed.count(late, { prefix: [] })).toBe(0);
    pass(DELAY - 1);
    expect(await propagation.delayed.get(late, ['a'])).toBeUndefined();
    pass(1);
    expect(await propagation.delayed.get(late, ['a'])).toEqual(thing('a'));
    expect(await propagation.delayed.count(late, { prefix: [] })).toBe(1);
  });

  it('is seen step by step, each in its turn', async () => {
    await put(thing('a'));
    now += 500;
    await change(thing('a', 'blue', 'other'));
    now += 500;
    await remove('a');
    expect(await propagation.store.get(late, ['a'])).toBeUndefined();
    const seen = async () => [await propagation.delayed.get(late, ['a']), await propagation.delayed.find(late, 'id', ['other'])];
    pass(0);
    expect(await seen()).toEqual([undefined, undefined]);
    pass(1000);
    expect(await seen()).toEqual([thing('a'), undefined]);
    pass(500);
    expect(await seen()).toEqual([thing('a', 'blue', 'other'), thing('a', 'blue', 'other')]);
    pass(500);
    expect(await seen()).toEqual([undefined, undefined]);
  });

  it('in other tables is seen at once', async () => {
    await put(thing('a'), prompt);
    expect(await propagation.delayed.get(prompt, ['a'])).toEqual(thing('a'));
  });

  it('and undone leaves nothing', async () => {
    await put(thing('a'));
    pass(DELAY);
    const failing = propagation.store.write(async (writer) => {
      await writer.delete(late, ['a']);
      await writer.insert(late, thing('b'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await colorsOf(propagation.delayed)).toEqual(['a red']);
    pass(DELAY);
    expect(await colorsOf(propagation.delayed)).toEqual(['a red']);
  });

  it('can all be shown at once', async () => {
    await put(thing('a'));
    propagation.settle(Number.POSITIVE_INFINITY);
    expect(await colorsOf(propagation.delayed)).toEqual(['a red']);
  });
});

it('listings keep their order, their positions and their limits', async () => {
  for (const name of ['b', 'd', 'f']) await put(thing(name));
  pass(DELAY);
  await remove('d');
  await put(thing('a'));
  await put(thing('c', 'blue'));
  await change(thing('f', 'blue'));
  expect(await colorsOf(propagation.delayed)).toEqual(['b red', 'd red', 'f red']);
  const names = async (listing: object) => (await propagation.delayed.list(late, { prefix: [], ...listing })).map(({ name }) => name);
  expect(await names({ after: ['b'] })).toEqual(['d', 'f']);
  expect(await names({ limit: 2 })).toEqual(['b', 'd']);
  expect(await names({ descending: true, after: ['f'] })).toEqual(['d', 'b']);
  expect(await names({ index: 'color', prefix: ['red'] })).toEqual(['b', 'd', 'f']);
  expect(await names({ index: 'color', prefix: ['blue'] })).toEqual([]);
  expect(await propagation.delayed.count(late, { index: 'color', prefix: ['red'] })).toBe(3);
});

it('listeners hear of a change when it can be seen, and at once of other tables', async () => {
  const heard: string[] = [];
  propagation.delayed.onChanges((changes: readonly Change[]) =>
    heard.push(...changes.map(({ table, before, after }) => `${table} ${before?.color} ${after?.color}`)),
  );
  await put(thing('a'));
  await change(thing('a', 'blue'));
  await put(thing('a'), prompt);
  expect(heard).toEqual(['prompt undefined red']);
  pass(DELAY);
  expect(heard).toEqual(['prompt undefined red', 'late undefined red', 'late red blue']);
});

it('a cache over it equals what it shows, and it shows what there was: any writes, any times', async () => {
  const step = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    color: fc.constantFrom('red', 'blue', undefined),
    pass: fc.constantFrom(0, 0, 700, 2500),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      await propagation.store.write(async (writer) => {
        for (const { name } of await writer.list(late, { prefix: [] })) await writer.delete(late, [name]);
      });
      pass(DELAY);
      const cache = new DerivedCache<string[]>(propagation.delayed, 10);
      const history: { at: number; colors: string[] }[] = [{ at: now - DELAY, colors: [] }];
      for (const { name, color, pass: time } of steps) {
        await propagation.store.write(async (writer) => {
          await writer.delete(late, [name]);
          if (color !== undefined) await writer.insert(late, thing(name, color));
        });
        history.push({ at: now, colors: await colorsOf(propagation.store) });
        pass(time);
        const shown = history.findLast(({ at }) => at <= now - DELAY)?.colors;
        expect(await colorsOf(propagation.delayed)).toEqual(shown);
        expect(await cache.load('all', colorsOf)).toEqual(shown);
      }
      cache.close();
    }),
    { numRuns: 40 },
  );
});
