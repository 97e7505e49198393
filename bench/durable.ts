/**
 * Durable writes against appends to a file that are each waited for (`fdatasync`), and with them what no server and no store on this machine can
 * do better: a bare node:http server that answers a constant, a bare transaction of node:sqlite. Everything is a ratio within the run; variants
 * alternate round by round.
 *     node bench/durable.ts [rounds]
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type User, users } from '../src/store/tables/iam.ts';
import { openAdministered } from './administrator.ts';
import { answer, inGroups, newName, newUser, request } from './calls.ts';
import { median, once, sendEach, spread } from './load.ts';
import { bareArguments, signed, start } from './servers.ts';

const [rounds = 7] = process.argv.slice(2).map(Number);
const CLIENTS = 64;
/** Calls of a round, and writes that are timed one by one. */
const CALLS = 8192;
const ALONE = 100;
const directory = mkdtempSync(join(tmpdir(), 'sagegate-bench-'));

/** A file to append to: what durability costs without a database. */
const file = openSync(join(directory, 'bare'), 'a');
const record = Buffer.from(`${JSON.stringify(newUser())}\n`);
function append(): number {
  const start = performance.now();
  writeSync(file, record);
  fdatasyncSync(file);
  return performance.now() - start;
}

/** One row in one table, as durable as the store's, with nothing beside it: no index, no log of changes. */
class BareDatabase {
  readonly #database = new DatabaseSync(join(directory, 'bare.db'));
  readonly #insert;

  constructor() {
    this.#database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = full; CREATE TABLE user (name TEXT PRIMARY KEY, document TEXT) STRICT',
    );
    this.#insert = this.#database.prepare('INSERT INTO user VALUES (?, ?)');
  }

  write(user: User): void {
    this.#insert.run(user.userName, JSON.stringify(user));
  }

  close(): void {
    this.#database.close();
  }
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Microseconds of this thread for each of `count`. */
async function cpuOfEach(count: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / count;
}

const bareDatabase = new BareDatabase();
const sagegate = await start<{ port: number; accessKeyId: string; secretAccessKey: string }>('sagegate-server.ts', []);
const createUser = (): Buffer =>
  signed(
    {
      service: 'iam',
      headers: ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
      body: `Action=CreateUser&Version=2010-05-08&UserName=${newName()}`,
    },
    sagegate,
  );
const bare = await start<{ port: number }>('bare-server.ts', bareArguments(await once(sagegate.port, createUser())));

/** A list of figures for each name. */
const series = <Name extends string>(...names: readonly Name[]): Record<Name, number[]> =>
  Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;

const RATES = ['bare', 'sockets', 'inProcess', 'rows'] as const;
const TIMES = ['bareWrite', 'write', 'call'] as const;
const perSecond = series(...RATES, 'append');
const ratios = series(...RATES, ...TIMES);
const cpu = series('sockets', 'inProcess');

for (let round = 0; round <= rounds; round++) {
  const on = await openAdministered(mkdtempSync(join(directory, 'durable-')), false);
  const { store } = on.installation;

  const appends = Array.from({ length: ALONE }, append);
  const appended = (1000 * appends.length) / appends.reduce((sum, time) => sum + time, 0);
  const overWire = Array.from({ length: CALLS }, createUser);
  const bareRound = await sendEach(bare.port, bare.pid, overWire, CLIENTS);
  const sockets = await sendEach(sagegate.port, sagegate.pid, overWire, CLIENTS);

  const calls = Array.from({ length: CALLS }, () => request('iam', 'CreateUser', { UserName: newName() }, on.key));
  let milliseconds = 0;
  const cpuInProcess = await cpuOfEach(calls.length, async () => {
    milliseconds = await timed(() => inGroups(CLIENTS, calls, (call) => answer(on, call)));
  });
  const inProcess = (1000 * calls.length) / milliseconds;
  const rows = Array.from({ length: 2 * CALLS }, newUser);
  const stored = (1000 * rows.length) / (await timed(() => inGroups(CLIENTS, rows, (row) => store.write((w) => w.insert(users, row)))));

  const alone = series(...TIMES, 'append');
  for (let i = 0; i < ALONE; i++) {
    const [row, another] = [newUser(), newUser()];
    const call = request('iam', 'CreateUser', { UserName: newName() }, on.key);
    alone.append.push(append());
    alone.bareWrite.push(await timed(() => bareDatabase.write(another)));
    alone.write.push(await timed(() => store.write((writer) => writer.insert(users, row))));
    alone.call.push(await timed(() => answer(on, call)));
  }
  await on.close();
  // The first round warms up.
  if (round === 0) continue;
  const rates = { bare: bareRound.requestsPerSecond, sockets: sockets.requestsPerSecond, inProcess, rows: stored };
  perSecond.append.push(appended);
  for (const name of RATES) {
    perSecond[name].push(rates[name]);
    ratios[name].push(rates[name] / appended);
  }
  for (const name of TIMES) ratios[name].push(median(alone[name]) / median(alone.append));
  cpu.sockets.push(sockets.cpuPerRequest);
  cpu.inProcess.push(cpuInProcess);
}
bare.child.kill();
sagegate.child.kill();
bareDatabase.close();
closeSync(file);
rmSync(directory, { recursive: true });

const rate = (name: keyof typeof perSecond): string => `${median(perSecond[name]).toFixed(0)}/s`;
const micro = (name: keyof typeof cpu): string => `${median(cpu[name]).toFixed(0)} µs of CPU`;
const print = (measure: string, name: keyof typeof ratios, target: string, figures: string): void =>
  console.log(`| ${measure} | ${spread(ratios[name])} | ${target} | ${figures} |`);
console.log('| measure | ratio | target | figures |\n| --- | --- | --- | --- |');
print('bare node:http, a constant answer to 64 clients ÷ single fdatasync appends', 'bare', '', `${rate('bare')}, ${rate('append')}`);
print('durable CreateUser, 64 clients over sockets ÷ the same', 'sockets', '', `${rate('sockets')}, ${micro('sockets')}`);
print('durable CreateUser, 64 clients in process ÷ the same', 'inProcess', '≥ 8, aim 20', `${rate('inProcess')}, ${micro('inProcess')}`);
print('durable writes of a user, 64 writers ÷ the same', 'rows', '≥ 8, aim 20', rate('rows'));
print('one transaction of one row in bare node:sqlite, p50 ÷ append + fdatasync', 'bareWrite', '', '');
print('one durable write of a user, p50 ÷ the same', 'write', '≤ 1.5, aim 1.1', '');
print('one durable CreateUser alone, p50 ÷ the same', 'call', '', '');
