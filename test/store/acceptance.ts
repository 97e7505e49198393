import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DerivedCache } from '../../src/store/derived-cache.ts';
import { type Change, DuplicateKeyError, MissingRowError, type Store } from '../../src/store/store.ts';
import { positionOf, table } from '../../src/store/table.ts';

interface Thing {
  readonly account: string;
  readonly name: string;
  readonly id: string;
  readonly color: string;
  readonly size?: number;
}

export const things = table<Thing>()({
  name: 'thing',
  columns: { account: (t) => t.account, name: (t) => t.name.toLowerCase(), id: (t) => t.id, color: (t) => t.color },
  key: ['account', 'name'],
  unique: { id: ['id'] },
  indexes: { color: ['account', 'color'] },
});

export const counters = table<{ name: string; value: number }>()({ name: 'counter', columns: { name: (c) => c.name }, key: ['name'] });

export const acceptanceTables = [things, counters] as const;

const thing = (name: string, more: Partial<Thing> = {}): Thing => ({ account: '1', name, id: `id-${name}`, color: 'red', ...more });

/** What every store promises (src/store/store.ts), told once for all of them. `open` gives an empty store with `acceptanceTables`. */
export function describeStore(name: string, open: () => Promise<{ store: Store; destroy: () => Promise<void> }>): void {
  describe(`a store on ${name}`, () => {
    let store: Store;
    let destroy: () => Promise<void>;
    beforeAll(async () => {
      ({ store, destroy } = await open());
    });
    afterAll(async () => {
      await store.close();
      await destroy();
    });
    beforeEach(async () => {
      await store.write(async (w) => {
        for (const row of await w.list(things, { prefix: [] })) await w.delete(things, [row.account, row.name.toLowerCase()]);
        for (const row of await w.list(counters, { prefix: [] })) await w.delete(counters, [row.name]);
      });
    });
    const put = (...rows: Thing[]) =>
      store.write(async (w) => {
        for (const row of rows) await w.insert(things, row);
      });

    it('gives back what was written, by key and by uniqueness rule', async () => {
      await put(thing('Apple', { size: 3 }));
      expect(await store.get(things, ['1', 'apple'])).toEqual(thing('Apple', { size: 3 }));
      expect(await store.find(things, 'id', ['id-Apple'])).toEqual(thing('Apple', { size: 3 }));
      expect(await store.get(things, ['2', 'apple'])).toBeUndefined();
      expect(await store.find(things, 'id', ['id-apple'])).toBeUndefined();
    });

    it('refuses a second row of the same key, and of the same unique value, and the transaction goes on', async () => {
      await put(thing('a'));
      await store.write(async (w) => {
        await expect(w.insert(things, thing('A', { id: 'other' }))).rejects.toThrow(DuplicateKeyError);
        await expect(w.insert(things, thing('b', { id: 'id-a' }))).rejects.toThrow(DuplicateKeyError);
        await w.insert(things, thing('c'));
      });
      expect((await store.list(things, { prefix: ['1'] })).map((t) => t.name)).toEqual(['a', 'c']);
    });

    it('lets rows stand outside a uniqueness rule with empty text', async () => {
      await put(thing('a', { id: '' }), thing('b', { id: '' }));
      expect(await store.count(things, { prefix: ['1'] })).toBe(2);
      expect(await store.find(things, 'id', [''])).toBeUndefined();
    });

    it('updates and deletes by key; an update of nothing is an error, a deletion of nothing is told', async () => {
      await put(thing('a'), thing('b'));
      await store.write(async (w) => {
        await w.update(things, thing('a', { color: 'blue' }));
        await expect(w.update(things, thing('z'))).rejects.toThrow(MissingRowError);
        await expect(w.update(things, thing('a', { id: 'id-b' }))).rejects.toThrow(DuplicateKeyError);
        expect(await w.delete(things, ['1', 'b'])).toBe(true);
        expect(await w.delete(things, ['1', 'b'])).toBe(false);
      });
      expect(await store.list(things, { prefix: [] })).toEqual([thing('a', { color: 'blue' })]);
    });

    it('undoes everything when the work throws', async () => {
      await put(thing('a'));
      const failing = store.write(async (w) => {
        await w.insert(things, thing('b'));
        await w.delete(things, ['1', 'a']);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect((await store.list(things, { prefix: [] })).map((t) => t.name)).toEqual(['a']);
    });

    it('lets a transaction read its own writes, and nobody else read them before it ends', async () => {
      const seen: (number | undefined)[] = [];
      await store.write(async (w) => {
        await w.insert(things, thing('a'));
        seen.push(await w.count(things, { prefix: ['1'] }), await store.count(things, { prefix: ['1'] }));
        seen.push(await store.read((r) => r.count(things, { prefix: ['1'] })));
      });
      seen.push(await store.count(things, { prefix: ['1'] }));
      expect(seen).toEqual([1, 0, 0, 1]);
    });

    it('reads one state in one read, whatever is written meanwhile', async () => {
      await put(thing('a'));
      const counts = await store.read(async (r) => {
        const first = await r.count(things, { prefix: [] });
        await put(thing('b'));
        return [first, await r.count(things, { prefix: [] }), await store.count(things, { prefix: [] })];
      });
      expect(counts).toEqual([1, 1, 2]);
    });

    it('refuses a writer whose transaction is over', async () => {
      const escaped = await store.write(async (w) => w);
      await expect(escaped.insert(things, thing('late'))).rejects.toThrow('over');
    });

    it('lists in byte order, by prefix, forwards and backwards, in pages that fit together', async () => {
      const names = ['b', 'B2', 'a', 'ä', 'aa', '_', '10', '9', '~'];
      await put(...names.map((n) => thing(n)), thing('other', { account: '2' }));
      const folded = names.map((n) => n.toLowerCase());
      const ordered = [...folded].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
      const all = await store.list(things, { prefix: ['1'] });
      expect(all.map((t) => t.name.toLowerCase())).toEqual(ordered);
      const backwards = await store.list(things, { prefix: ['1'], descending: true });
      expect(backwards).toEqual([...all].reverse());
      for (const descending of [false, true]) {
        const paged: Thing[] = [];
        for (;;) {
          const last = paged.at(-1);
          const after = last && { after: positionOf(things, undefined, 1, last) };
          const page = await store.list(things, { prefix: ['1'], limit: 2, descending, ...after });
          if (page.length === 0) break;
          paged.push(...page);
        }
        expect(paged).toEqual(descending ? backwards : all);
      }
    });

    it('lists what holds a text in a column, in pages, and no other row', async () => {
      await put(...['banana', 'Bandana', 'cab', 'ban%', 'b_n'].map((n) => thing(n)), thing('ban', { account: '2' }));
      const named = async (text: string, more: object = {}) =>
        (await store.list(things, { prefix: ['1'], contains: { column: 'name', text }, ...more })).map((t) => t.name);
      expect(await named('ban')).toEqual(['ban%', 'banana', 'Bandana']);
      expect(await named('ban', { limit: 2, descending: true })).toEqual(['Bandana', 'banana']);
      expect(await named('%')).toEqual(['ban%']);
      expect(await named('_')).toEqual(['b_n']);
      expect(await named("'")).toEqual([]);
      await expect(named('x', { contains: { column: 'no such', text: 'x' } })).rejects.toThrow('no such');
    });

    it('counts in a transaction what a listing would give, after any writes, updates and roll-backs', async () => {
      const listings = [
        { prefix: [] },
        { prefix: ['1'] },
        { index: 'color', prefix: ['1', 'red'] },
        { index: 'color', prefix: ['2', 'blue'] },
      ] as const;
      const write = fc.record({
        account: fc.constantFrom('1', '2'),
        name: fc.constantFrom('a', 'b', 'c'),
        color: fc.constantFrom('red', 'blue', undefined),
      });
      const transaction = fc.record({ writes: fc.array(write, { maxLength: 4 }), fails: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(transaction, { maxLength: 8 }), async (transactions) => {
          const outcomes = transactions.map(({ writes, fails }) =>
            store.write(async (w) => {
              const compared: [number, number][] = [];
              const compare = async () => {
                for (const listing of listings) compared.push([await w.count(things, listing), (await w.list(things, listing)).length]);
              };
              await compare();
              for (const { account, name, color } of writes) {
                const there = await w.get(things, [account, name]);
                if (color === undefined) await w.delete(things, [account, name]);
                else if (there) await w.update(things, { ...there, color });
                else await w.insert(things, thing(name, { account, color, id: `${account}${name}` }));
                await compare();
              }
              for (const [counted, listed] of compared) expect(counted).toBe(listed);
              if (fails) throw new RangeError('undone');
            }),
          );
          for (const outcome of await Promise.allSettled(outcomes))
            if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RangeError);
        }),
        { numRuns: 30 },
      );
    });

    it('undoes all that a failed write did, also amid others of its turn', async () => {
      const write = fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        id: fc.constantFrom('', 'x', 'y'),
        does: fc.constantFrom('insert', 'update', 'delete'),
      });
      const transaction = fc.record({ writes: fc.array(write, { maxLength: 6 }), fails: fc.boolean() });
      const all = (reader: Pick<Store, 'list'>) => reader.list(things, { prefix: ['u'] });
      await fc.assert(
        fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 6 }), async (transactions) => {
          /** What there was at the beginning and at the end of each transaction. */
          const seen: { readonly begin: unknown; readonly end: unknown; readonly fails: boolean }[] = [];
          const outcomes = transactions.map(({ writes, fails }) =>
            store.write(async (w) => {
              const begin = await all(w);
              for (const [i, { name, id, does }] of writes.entries()) {
                const row = thing(name, { account: 'u', id, size: i });
                const done =
                  does === 'delete' ? w.delete(things, ['u', name]) : does === 'update' ? w.update(things, row) : w.insert(things, row);
                await done.catch((error: unknown) => {
                  if (!(error instanceof DuplicateKeyError) && !(error instanceof MissingRowError)) throw error;
                });
              }
              seen.push({ begin, end: await all(w), fails });
              if (fails) throw new RangeError('undone');
            }),
          );
          await Promise.allSettled(outcomes);
          let expected = seen[0]?.begin;
          for (const { begin, end, fails } of seen) {
            expect(begin).toEqual(expected);
            if (!fails) expected = end;
          }
          expect(seen).toHaveLength(transactions.length);
          expect(await all(store)).toEqual(expected);
        }),
        { numRuns: 60 },
      );
    });

    it('lists over an index and counts', async () => {
      await put(thing('x', { color: 'red' }), thing('y', { color: 'blue' }), thing('z', { color: 'red' }));
      expect((await store.list(things, { index: 'color', prefix: ['1', 'red'] })).map((t) => t.name)).toEqual(['x', 'z']);
      expect((await store.list(things, { index: 'color', prefix: ['1'] })).map((t) => t.name)).toEqual(['y', 'x', 'z']);
      expect(await store.count(things, { index: 'color', prefix: ['1', 'red'] })).toBe(2);
    });

    it('keeps any text: quotes, NUL, lone surrogates excepted, SQL and JSON syntax', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), async (text) => {
          const name = `k${text}`;
          await store.write(async (w) => {
            await w.delete(things, ['t', name.toLowerCase()]);
            await w.insert(things, { account: 't', name, id: '', color: text });
          });
          expect((await store.get(things, ['t', name.toLowerCase()]))?.color).toBe(text);
          expect(await store.count(things, { index: 'color', prefix: ['t', text] })).toBeGreaterThan(0);
          await store.write((w) => w.delete(things, ['t', name.toLowerCase()]));
        }),
        { numRuns: 60 },
      );
    });

    it('loses no update among concurrent writers', async () => {
      await store.write((w) => w.insert(counters, { name: 'n', value: 0 }));
      const increment = () =>
        store.write(async (w) => {
          const row = await w.get(counters, ['n']);
          await Promise.resolve();
          await w.update(counters, { name: 'n', value: (row?.value ?? 0) + 1 });
        });
      await Promise.all(Array.from({ length: 100 }, increment));
      expect((await store.get(counters, ['n']))?.value).toBe(100);
    });

    it('holds a quota that is checked in the writing transaction', async () => {
      const attempt = (i: number) =>
        store.write(async (w) => {
          if ((await w.count(things, { prefix: ['q'] })) >= 5) throw new Error('quota');
          await w.insert(things, { account: 'q', name: `n${i}`, id: '', color: 'red' });
        });
      const results = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => attempt(i)));
      expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(5);
      expect(await store.count(things, { prefix: ['q'] })).toBe(5);
    });

    it('tells listeners of each change before the write resolves, in order, and keeps them for later', async () => {
      const heard: Change[] = [];
      const stop = store.onChanges((changes) => heard.push(...changes));
      await put(thing('a'));
      expect(heard.map((c) => [c.table, c.before?.name, c.after?.name])).toEqual([['thing', undefined, 'a']]);
      await Promise.all([put(thing('b')), store.write((w) => w.delete(things, ['1', 'a']))]);
      stop();
      await put(thing('c'));
      expect(heard).toHaveLength(3);
      expect(heard.map((c) => c.sequence)).toEqual([...heard.map((c) => c.sequence)].sort((x, y) => x - y));
      const later = await store.changesAfter(heard[0]?.sequence ?? 0, 10);
      expect(later?.slice(0, 2)).toEqual(heard.slice(1));
      expect(later).toHaveLength(3);
      await put(thing('d'), thing('e'), thing('f'));
      const next = await store.changesAfter((later?.[2]?.sequence ?? 0) + 1, 1);
      expect(next?.map((c) => c.after?.name)).toEqual(['e']);
    });

    it('keeps nothing of a failed write among the changes', async () => {
      const heard: Change[] = [];
      const stop = store.onChanges((changes) => heard.push(...changes));
      await expect(
        store.write(async (w) => {
          await w.insert(things, thing('a'));
          throw new Error('no');
        }),
      ).rejects.toThrow();
      stop();
      expect(heard).toEqual([]);
    });

    describe('a derived cache over it', () => {
      it('forgets a value when a row it was derived from changes, appears or disappears, and only then', async () => {
        await put(thing('a'), thing('other', { color: 'blue' }));
        const cache = new DerivedCache<string>(store, 100);
        let derived = 0;
        const load = () =>
          cache.load('k', async (r) => {
            derived++;
            const one = await r.get(things, ['1', 'a']);
            const reds = await r.list(things, { index: 'color', prefix: ['1', 'red'] });
            return `${one?.size ?? '-'} ${reds.map((t) => t.name)}`;
          });
        expect([await load(), await load(), derived]).toEqual(['- a', '- a', 1]);
        await store.write((w) => w.update(things, thing('other', { color: 'blue', size: 9 })));
        expect([await load(), derived]).toEqual(['- a', 1]);
        await store.write((w) => w.update(things, thing('a', { size: 1 })));
        expect([await load(), derived]).toEqual(['1 a', 2]);
        await put(thing('b'));
        expect([await load(), derived]).toEqual(['1 a,b', 3]);
        await store.write((w) => w.update(things, thing('b', { color: 'blue' })));
        expect([await load(), derived]).toEqual(['1 a', 4]);
        await store.write((w) => w.delete(things, ['1', 'a']));
        expect([await load(), derived]).toEqual(['- ', 5]);
        cache.close();
      });

      it('does not keep a value that was overtaken while it was being derived', async () => {
        await put(thing('a', { size: 1 }));
        const cache = new DerivedCache<number | undefined>(store, 100);
        const stale = await cache.load('k', async (r) => {
          const row = await r.get(things, ['1', 'a']);
          await store.write((w) => w.update(things, thing('a', { size: 2 })));
          return row?.size;
        });
        expect(stale).toBe(1);
        expect(cache.peek('k')).toBeUndefined();
        expect(await cache.load('k', async (r) => (await r.get(things, ['1', 'a']))?.size)).toBe(2);
        cache.close();
      });

      it('derives a value once for all who ask meanwhile, and anew for them where it was overtaken', async () => {
        await put(thing('a', { size: 1 }));
        const cache = new DerivedCache<number | undefined>(store, 100);
        let [derived, change] = [0, false];
        const load = () =>
          cache.load('k', async (r) => {
            derived++;
            const row = await r.get(things, ['1', 'a']);
            if (change) {
              change = false;
              await store.write((w) => w.update(things, thing('a', { size: 2 })));
            }
            return row?.size;
          });
        expect([await Promise.all([load(), load(), load()]), derived]).toEqual([[1, 1, 1], 1]);
        cache.clear();
        change = true;
        const [first, ...others] = await Promise.all([load(), load(), load()]);
        expect([first, others]).toEqual([1, [2, 2]]);
        expect(cache.peek('k')).toBe(2);
        const failing = () => cache.load('f', () => Promise.reject(new Error('no')));
        expect((await Promise.allSettled([failing(), failing()])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
        expect(await cache.load('f', async () => 3)).toBe(3);
        cache.close();
      });

      it('keeps no more than it may', async () => {
        const cache = new DerivedCache<number>(store, 10);
        for (let i = 0; i < 50; i++) await cache.load(`k${i}`, async (r) => r.count(things, { prefix: [String(i)] }));
        expect(cache.size).toBe(10);
        expect(cache.peek('k49')).toBe(0);
        cache.close();
      });
    });
  });
}
