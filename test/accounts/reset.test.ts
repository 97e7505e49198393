import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemRandom } from '../../src/core/id.ts';
import { Baseline } from '../../src/server/reset.ts';
import { createAccount } from '../../src/store/new-account.ts';
import { accounts, settings } from '../../src/store/tables/account.ts';
import { allTables } from '../../src/store/tables/index.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let baseline: Baseline;
const everything = async () =>
  Promise.all(allTables.map(async (table) => [table.name, await stage.store.list(table, { prefix: [] })] as const));

beforeEach(async () => {
  stage = await openStage();
  await stage.walkTo('complete', 'seeded@example.com');
  await stage.store.write(async (w) => {
    await w.insert(settings, { name: 'a', value: '1' });
    await w.insert(settings, { name: 'b', value: '2' });
  });
  baseline = await Baseline.take(stage.store, allTables);
});
afterEach(async () => {
  baseline.close();
  await stage.close();
});

it('undoes insertions, changes and deletions, over and over', async () => {
  const before = await everything();
  for (let i = 0; i < 3; i++) {
    await stage.walkTo('complete', `new${i}@example.com`);
    await stage.store.write(async (w) => {
      await w.delete(settings, ['a']);
      await w.update(settings, { name: 'b', value: 'changed' });
      await w.insert(settings, { name: 'c', value: '3' });
    });
    expect(await baseline.restore()).toBeGreaterThan(0);
    expect(await everything()).toEqual(before);
  }
});

it('gives a swapped unique name back', async () => {
  const [first] = await stage.store.list(accounts, { prefix: [] });
  if (!first) throw new Error('no account');
  await stage.store.write(async (w) => {
    await w.update(accounts, { ...first, email: 'moved@example.com' });
    await createAccount(w, { name: 'x', email: first.email, createdAt: 0 }, { random: systemRandom, regions: [] });
  });
  await baseline.restore();
  expect(await stage.store.list(accounts, { prefix: [] })).toEqual([first]);
});

it('looks only at what has changed, and tells listeners of what it puts back', async () => {
  await stage.store.write((w) => w.update(settings, { name: 'b', value: 'changed' }));
  const changed: string[] = [];
  const stop = stage.store.onChanges((changes) => changed.push(...changes.map((change) => change.table)));
  expect(await baseline.restore()).toBe(1);
  expect(changed).toEqual(['setting', 'setting']);
  expect(await baseline.restore()).toBe(0);
  expect(changed).toHaveLength(2);
  stop();
});
