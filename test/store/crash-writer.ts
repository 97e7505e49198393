// Writes pairs of rows for as long as it lives, eight transactions at a time, and says which are acknowledged: `node crash-writer.ts FILE RUN`.
import { writeSync } from 'node:fs';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { settings } from '../../src/store/tables/account.ts';

const [path = '', run = ''] = process.argv.slice(2);
const store = new SqliteStore({ path, durability: 'full', tables: [settings], migrations: [] });

async function write(writer: number): Promise<never> {
  for (let i = 0; ; i++) {
    const name = `${run}-${writer}-${i}`;
    await store.write(async (w) => {
      await w.insert(settings, { name: `${name}-a`, value: name });
      await w.insert(settings, { name: `${name}-b`, value: name });
    });
    // At once: what is still in a buffer when the process is killed was never acknowledged.
    writeSync(1, `${name}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
