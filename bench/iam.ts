/**
 * Sessions, lists and many principals: signed requests answered in process, so that nothing but Sagegate is timed. Everything is a ratio within
 * the run; variants alternate round by round.
 *     node bench/iam.ts [rounds]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretPlace } from '../src/authentication/authenticate.ts';
import type { HttpRequest } from '../src/core/http.ts';
import { accessKeyId } from '../src/core/id.ts';
import { accessKeys, attachments, users } from '../src/store/tables/iam.ts';
import { ACCOUNT, type Administered, type Key, openAdministered } from './administrator.ts';
import { answer, inGroups, newUser, request } from './calls.ts';
import { median, spread } from './load.ts';

const [rounds = 7] = process.argv.slice(2).map(Number);
const CLIENTS = 64;
const directory = mkdtempSync(join(tmpdir(), 'sagegate-bench-'));
const print = (measure: string, ratios: readonly number[], target: string, figures: string): void =>
  console.log(`| ${measure} | ${spread(ratios)} | ${target} | ${figures} |`);

/** Milliseconds for all calls, `CLIENTS` at a time. */
async function together(to: Administered, calls: readonly HttpRequest[]): Promise<number> {
  const start = performance.now();
  await inGroups(CLIENTS, calls, (call) => answer(to, call));
  return performance.now() - start;
}

/** Milliseconds for each call, one after the other. */
async function oneByOne(to: Administered, calls: readonly HttpRequest[]): Promise<number[]> {
  const times: number[] = [];
  for (const call of calls) {
    const start = performance.now();
    await answer(to, call);
    times.push(performance.now() - start);
  }
  return times;
}

const repeated = (count: number, make: (i: number) => HttpRequest): HttpRequest[] => Array.from({ length: count }, (_, i) => make(i));

console.log('| measure | ratio | target | figures |\n| --- | --- | --- | --- |');

await sessions();
await lists();
await principals();
rmSync(directory, { recursive: true });

async function sessions(): Promise<void> {
  const on = await openAdministered(mkdtempSync(join(directory, 'sessions-')), true);
  await on.pipeline.call(on.root, 'iam', 'CreateRole', {
    RoleName: 'role',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
    }),
  });
  const role = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/role`, RoleSessionName: 'session' };
  const assumed = await answer(on, request('sts', 'AssumeRole', role, on.key));
  const [, sessionToken = ''] = /<SessionToken>(.*)<\/SessionToken>/.exec(assumed) ?? [];
  const [, accessKeyId = ''] = /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(assumed) ?? [];
  const [, secretAccessKey = ''] = /<SecretAccessKey>(.*)<\/SecretAccessKey>/.exec(assumed) ?? [];
  const session = { accessKeyId, secretAccessKey, sessionToken };
  const [assume, withSession]: [number[], number[]] = [[], []];
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const identity = await together(
      on,
      repeated(2000, () => request('sts', 'GetCallerIdentity', {}, on.key)),
    );
    const assuming = await together(
      on,
      repeated(2000, () => request('sts', 'AssumeRole', role, on.key)),
    );
    const asSession = await together(
      on,
      repeated(2000, () => request('sts', 'GetCallerIdentity', {}, session)),
    );
    if (round === 0) continue;
    times.push(assuming / 2);
    assume.push(assuming / identity);
    withSession.push(asSession / identity);
  }
  print('AssumeRole ÷ GetCallerIdentity, time', assume, '', `${median(times).toFixed(0)} µs`);
  print('GetCallerIdentity by a session ÷ by a long-term key, time', withSession, '', '');
  await on.close();
}

async function lists(): Promise<void> {
  const [few, many] = [
    await openAdministered(mkdtempSync(join(directory, 'few-')), true),
    await openAdministered(mkdtempSync(join(directory, 'many-')), true),
  ];
  for (const [on, count] of [[few, 200] as const, [many, 5000] as const])
    await on.installation.store.write(async (writer) => {
      for (let i = 0; i < count; i++) await writer.insert(users, newUser());
    });
  const page = (on: Administered, MaxItems: string) => repeated(50, () => request('iam', 'ListUsers', { MaxItems }, on.key));
  const [first, each]: [number[], number[]] = [[], []];
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const small = median(await oneByOne(few, page(few, '100')));
    const large = median(await oneByOne(many, page(many, '100')));
    const whole = median(await oneByOne(many, page(many, '1000')));
    if (round === 0) continue;
    times.push(whole);
    first.push(large / small);
    each.push(whole / 10 / large);
  }
  print('ListUsers, a page of 100 of 5,000 ÷ of 200', first, '', '');
  print('ListUsers of 5,000, per user in a page of 1,000 ÷ of 100', each, '', `${median(times).toFixed(1)} ms for 1,000`);
  await few.close();
  await many.close();
}

async function principals(): Promise<void> {
  const SAMPLE = 2000;
  const open = async (count: number): Promise<{ on: Administered; keys: Key[] }> => {
    const on = await openAdministered(mkdtempSync(join(directory, 'principals-')), true);
    const { store, secrets, random } = on.installation;
    const keys: Key[] = [];
    for (let done = 0; done < count; done += 1000)
      await store.write(async (writer) => {
        for (let i = done; i < Math.min(done + 1000, count); i++) {
          const user = newUser();
          const key = { accessKeyId: accessKeyId('AKIA', ACCOUNT, random), secretAccessKey: 'k'.repeat(40) };
          const { accountId, userId: ownerId, createdAt } = user;
          const sealedSecret = secrets.seal(key.secretAccessKey, secretPlace(accountId, key.accessKeyId));
          await writer.insert(users, user);
          await writer.insert(accessKeys, { accountId, accessKeyId: key.accessKeyId, ownerId, status: 'Active', sealedSecret, createdAt });
          const policyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
          await writer.insert(attachments, { accountId, entityType: 'user', entityId: ownerId, policyArn });
          keys.push(key);
        }
      });
    return { on, keys };
  };
  const [few, many] = [await open(10), await open(100_000)];
  // GetUser of the administrator: one look-up behind the authorization that is measured.
  const call = (key: Key): HttpRequest => request('iam', 'GetUser', { UserName: 'Administrator' }, key);
  const pick = (keys: readonly Key[]): Key => keys[Math.floor(Math.random() * keys.length)] ?? { accessKeyId: '', secretAccessKey: '' };
  const [warm, random]: [number[], number[]] = [[], []];
  const times: { few: number[]; warm: number[]; random: number[] } = { few: [], warm: [], random: [] };
  for (let round = 0; round <= rounds; round++) {
    const sample = few.keys.slice(0, 10);
    const hot = many.keys.slice(0, 10);
    const base = median(
      await oneByOne(
        few.on,
        repeated(SAMPLE, () => call(pick(sample))),
      ),
    );
    const same = median(
      await oneByOne(
        many.on,
        repeated(SAMPLE, () => call(pick(hot))),
      ),
    );
    const any = median(
      await oneByOne(
        many.on,
        repeated(SAMPLE, () => call(pick(many.keys))),
      ),
    );
    if (round === 0) continue;
    times.few.push(base);
    times.warm.push(same);
    times.random.push(any);
    warm.push(same / base);
    random.push(any / base);
  }
  const micro = (list: readonly number[]) => `${(1000 * median(list)).toFixed(0)} µs`;
  print('authorised call, p50, 100,000 principals ÷ 10, ten of them calling', warm, '', `${micro(times.warm)}, ${micro(times.few)}`);
  print('the same, any of the 100,000 calling (credentials and policies read anew)', random, '', micro(times.random));
  await few.on.close();
  await many.on.close();
}
