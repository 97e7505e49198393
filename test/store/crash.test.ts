import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { CreateUserCommand, IAMClient, paginateListUsers } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { settings } from '../../src/store/tables/account.ts';

let directory: string;
let child: ChildProcessByStdio<null, Readable, Readable>;
/** A test that has run out of time goes on behind our back: it must not leave a process behind. */
let isOver: boolean;
beforeEach(async () => {
  isOver = false;
  directory = await mkdtemp(join(tmpdir(), 'sagegate-crash-'));
});
afterEach(async () => {
  isOver = true;
  if (child.exitCode === null && child.signalCode === null) await kill();
  await rm(directory, { recursive: true });
});

const run = (...args: readonly string[]): void => {
  if (isOver) throw new Error('the test is over');
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: resolve(import.meta.dirname, '../..') });
  child.stderr.resume();
};

async function kill(): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Reads the child's lines until `enough`. */
async function readUntil(enough: (lines: readonly string[]) => boolean): Promise<string[]> {
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (enough(text.split('\n').slice(0, -1))) break;
  }
  return text.split('\n').slice(0, -1);
}

describe('G02 kill -9', () => {
  it('loses no acknowledged transaction and leaves none half done, killed five times while writing', async () => {
    const path = join(directory, 'store.db');
    const acknowledged = new Set<string>();
    for (let i = 0; i < 5; i++) {
      run('test/store/crash-writer.ts', path, String(i));
      const lines = await readUntil((seen) => seen.length >= 200 + 70 * i);
      await kill();
      for (const line of lines) acknowledged.add(line);
      const store = new SqliteStore({ path, durability: 'full', tables: [settings], migrations: [] });
      const rows = await store.list(settings, { prefix: [] });
      await store.close();
      const halves = Map.groupBy(rows, (row) => row.value);
      expect([...acknowledged].filter((name) => halves.get(name)?.length !== 2)).toEqual([]);
      expect([...halves].filter(([, pair]) => pair.length !== 2)).toEqual([]);
    }
  }, 120_000);

  it('loses no user whose creation was answered over HTTP', async () => {
    const data = join(directory, 'data');
    const serve = async (): Promise<string> => {
      run('src/cli/main.ts', 'serve', '--quiet', '--port', '0', '--data', data, '--seed', 'examples/seed.yaml');
      const [url = ''] = await readUntil((lines) => lines.length > 0);
      return url;
    };
    const clientOf = (endpoint: string) =>
      new IAMClient({
        endpoint,
        region: 'us-east-1',
        maxAttempts: 1,
        credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      });
    const answered: string[] = [];
    const client = clientOf(await serve());
    const create = async (writer: number): Promise<void> => {
      for (let i = 0; ; i++) {
        try {
          await client.send(new CreateUserCommand({ UserName: `user-${writer}-${i}` }));
        } catch (error) {
          // The server is gone: whether this one was written, nobody was told.
          if (error instanceof Error && 'code' in error) return;
          throw error;
        }
        answered.push(`user-${writer}-${i}`);
        if (answered.length === 120) await kill();
      }
    };
    await Promise.all([0, 1, 2, 3].map(create));
    const names = new Set<string>();
    for await (const page of paginateListUsers({ client: clientOf(await serve()) }, {})) {
      for (const user of page.Users ?? []) names.add(user.UserName ?? '');
    }
    expect(answered.length).toBeGreaterThanOrEqual(120);
    expect(answered.filter((name) => !names.has(name))).toEqual([]);
  }, 120_000);
});
