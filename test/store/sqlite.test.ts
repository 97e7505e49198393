import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { type Table, table } from '../../src/store/table.ts';
import { acceptanceTables, describeStore } from './acceptance.ts';

const open = (
  path: string,
  tables: readonly Table<never>[] = acceptanceTables,
  migrations: ConstructorParameters<typeof SqliteStore>[0]['migrations'] = [],
) => new SqliteStore({ path, durability: 'full', tables, migrations });

async function inDirectory(work: (file: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sagegate-store-'));
  try {
    await work(join(directory, 'store.db'));
  } finally {
    await rm(directory, { recursive: true });
  }
}

describeStore('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sagegate-store-'));
  return { store: open(join(directory, 'store.db')), destroy: () => rm(directory, { recursive: true }) };
});

interface Pet {
  readonly name: string;
  readonly kind: string;
}
const petsBefore = table<Pet>()({ name: 'pet', columns: { name: (p) => p.name }, key: ['name'] });
const petsAfter = table<Pet>()({
  name: 'pet',
  columns: { name: (p) => p.name, kind: (p) => p.kind },
  key: ['name'],
  indexes: { kind: ['kind'] },
});

it('keeps its rows when it is opened again', () =>
  inDirectory(async (file) => {
    const first = open(file, [petsBefore]);
    await first.write((w) => w.insert(petsBefore, { name: 'Rex', kind: 'dog' }));
    await first.close();
    const second = open(file, [petsBefore]);
    expect(await second.get(petsBefore, ['Rex'])).toEqual({ name: 'Rex', kind: 'dog' });
    await second.close();
  }));

it('rebuilds a table whose columns have changed, and applies each document migration once', () =>
  inDirectory(async (file) => {
    const first = open(file, [petsBefore]);
    await first.write((w) => w.insert(petsBefore, { name: 'Rex', kind: 'dog' }));
    await first.close();
    const shout = {
      number: 1,
      name: 'kinds are upper-case',
      table: 'pet',
      migrate: (d: unknown) => ({ ...(d as Pet), kind: `${(d as Pet).kind.toUpperCase()}!` }),
    };
    for (let i = 0; i < 2; i++) {
      const later = open(file, [petsAfter], [shout]);
      expect(await later.list(petsAfter, { index: 'kind', prefix: ['DOG!'] })).toEqual([{ name: 'Rex', kind: 'DOG!' }]);
      await later.close();
    }
    expect(() => open(file, [petsAfter], [])).toThrow('later version');
  }));

it('keeps rows outside a sparse index whose first column is empty text, also when the index was whole before', () =>
  inDirectory(async (file) => {
    const sparse = { ...petsAfter, sparse: ['kind'] };
    const first = open(file, [petsAfter]);
    await first.write((w) => w.insert(petsAfter, { name: 'Rex', kind: 'dog' }));
    await first.write((w) => w.insert(petsAfter, { name: 'It', kind: '' }));
    await first.close();
    const store = open(file, [sparse]);
    const dogs = { index: 'kind', prefix: ['dog'] };
    await store.write(async (w) => {
      expect(await w.count(sparse, dogs)).toBe(1);
      await w.insert(sparse, { name: 'Tom', kind: 'dog' });
      await w.update(sparse, { name: 'It', kind: 'dog' });
      await w.update(sparse, { name: 'Rex', kind: '' });
      expect(await w.count(sparse, dogs)).toBe(2);
    });
    expect((await store.list(sparse, dogs)).map(({ name }) => name)).toEqual(['It', 'Tom']);
    expect(await store.list(sparse, { ...dogs, after: ['It'], contains: { column: 'name', text: 'o' } })).toHaveLength(1);
    expect(await store.count(sparse, { prefix: [] })).toBe(3);
    for (const prefix of [[], ['']]) {
      await expect(store.list(sparse, { index: 'kind', prefix })).rejects.toThrow('does not hold all rows');
      await expect(store.count(sparse, { index: 'kind', prefix })).rejects.toThrow('does not hold all rows');
    }
    await store.close();
    const database = new DatabaseSync(file);
    const [{ sql } = {}] = database.prepare("SELECT sql FROM sqlite_master WHERE name = 'pet__kind'").all();
    expect(sql).toMatch(/ WHERE "kind" <> ''$/);
    database.close();
  }));

it('takes over a log that had a row for each change, and goes on counting', () =>
  inDirectory(async (file) => {
    await open(file, [petsBefore]).close();
    const entry = { table: 'pet', after: { name: 'Rex' } };
    const database = new DatabaseSync(file);
    database.exec('DROP TABLE sagegate_changes; CREATE TABLE sagegate_change (sequence INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT');
    for (const sequence of [7, 8]) database.prepare('INSERT INTO sagegate_change VALUES (?, ?)').run(sequence, JSON.stringify(entry));
    database.close();
    const store = open(file, [petsBefore]);
    await store.write((w) => w.insert(petsBefore, { name: 'Tom', kind: 'cat' }));
    expect(await store.changesAfter(7, 10)).toEqual([
      { sequence: 8, ...entry },
      { sequence: 9, table: 'pet', after: { name: 'Tom' } },
    ]);
    expect(await store.changesAfter(5, 10)).toBeUndefined();
    await store.close();
  }));

it('finds every commit in a log with room at its end, wherever it was cut off', () =>
  inDirectory(async (file) => {
    const store = open(file, [petsBefore]);
    const names: string[] = [];
    for (let i = 0; i < 200; i++) {
      await store.write((w) => w.insert(petsBefore, { name: `pet ${i}`, kind: 'x'.repeat(9000) }));
      names.push(`pet ${i}`);
      if (i % 40 !== 1) continue;
      // As a crash would leave it: both files as they are, without the index that the processes share.
      const copy = `${file}-${i}`;
      expect((await stat(`${file}-wal`)).size).toBeGreaterThan(2 ** 20);
      await copyFile(file, copy);
      await copyFile(`${file}-wal`, `${copy}-wal`);
      const left = open(copy, [petsBefore]);
      expect((await left.list(petsBefore, { prefix: [] })).map(({ name }) => name)).toEqual([...names].sort());
      await left.write((w) => w.insert(petsBefore, { name: 'one more', kind: '' }));
      await left.close();
    }
    await store.close();
  }));

it('commits together what comes turn after turn, and lets nobody wait who writes alone', () =>
  inDirectory(async (file) => {
    const store = open(file, [petsBefore]);
    const commits: string[] = [];
    store.onChanges((changes) => void commits.push(changes.map(({ after }) => after?.name).join('')));
    const write = (name: string) => store.write((w) => w.insert(petsBefore, { name, kind: '' }));
    /** One after the other, each in a turn of the event loop. */
    const inTurns = async (names: string): Promise<void> => {
      const writes: Promise<void>[] = [];
      for (const name of names) {
        writes.push(write(name));
        await turn();
      }
      await Promise.all(writes);
    };
    await Promise.all([write('a'), write('b')]);
    await inTurns('cde');
    await write('f');
    await inTurns('gh');
    expect(commits).toEqual(['ab', 'cde', 'f', 'g', 'h']);
    await store.close();
  }));

it('lets nothing of a turn take place when SQLite has ended its transaction', () =>
  inDirectory(async (file) => {
    await open(file, [petsBefore]).close();
    const database = new DatabaseSync(file);
    // What SQLite does by itself when the disk is full.
    database.exec("CREATE TRIGGER full BEFORE INSERT ON pet WHEN NEW.name = 'large' BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END");
    database.close();
    const store = open(file, [petsBefore]);
    await store.write((w) => w.insert(petsBefore, { name: 'Rex', kind: 'dog' }));
    const outcomes = await Promise.allSettled([
      store.write((w) => w.update(petsBefore, { name: 'Rex', kind: 'wolf' })),
      store.write(async (w) => {
        await w.update(petsBefore, { name: 'Rex', kind: 'fox' });
        await w.insert(petsBefore, { name: 'large', kind: 'whale' });
      }),
      store.write((w) => w.insert(petsBefore, { name: 'Tom', kind: 'cat' })),
    ]);
    const failed = { status: 'rejected', reason: expect.objectContaining({ message: expect.stringContaining('disk full') }) };
    expect(outcomes).toEqual([failed, failed, failed]);
    expect(await store.list(petsBefore, { prefix: [] })).toEqual([{ name: 'Rex', kind: 'dog' }]);
    await store.write((w) => w.insert(petsBefore, { name: 'Tom', kind: 'cat' }));
    expect((await store.changesAfter(0, 10))?.map(({ after }) => after)).toEqual([{ name: 'Rex' }, { name: 'Tom' }]);
    await store.close();
  }));
