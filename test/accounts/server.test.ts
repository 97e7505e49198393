import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMasterKey, formatMasterKey } from '../../src/authentication/master-key.ts';
import { totpCode } from '../../src/authentication/totp.ts';
import { systemRandom } from '../../src/core/id.ts';
import { parseSeed } from '../../src/server/seed-file.ts';
import { PRIVATE_SERVER, type RunningServer, type ServeSettings, startServer } from '../../src/server/serve.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { settings } from '../../src/store/tables/account.ts';
import { accessKeys, instanceProfiles, roles, virtualMfaDevices } from '../../src/store/tables/iam.ts';
import { allTables, documentMigrations } from '../../src/store/tables/index.ts';

const example = parseSeed(readFileSync(resolve(import.meta.dirname, '../../examples/seed.yaml'), 'utf8'), 'seed');
const administrator = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const alice = { accessKeyId: 'AKIAALICEEXAMPLE0001', secretAccessKey: 'aliceSecretAliceSecretAliceSecretAliceSe' };

let directory: string;
let running: RunningServer[];
let errors: unknown[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sagegate-server-'));
  running = [];
  errors = [];
});
afterEach(async () => {
  for (const server of running) await server.close();
  await rm(directory, { recursive: true });
  expect(errors).toEqual([]);
});

async function start(settings: Partial<ServeSettings> = {}): Promise<RunningServer> {
  const server = await startServer({
    ...PRIVATE_SERVER,
    logError: (error) => errors.push(error),
    ...settings,
  });
  running.push(server);
  return server;
}

async function stop(server: RunningServer): Promise<void> {
  running = running.filter((each) => each !== server);
  await server.close();
}

const iam = (server: RunningServer, credentials = administrator) =>
  new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
const sts = (server: RunningServer, credentials = administrator) =>
  new STSClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });

async function userNames(server: RunningServer): Promise<string[]> {
  const { Users } = await iam(server).send(new ListUsersCommand({}));
  return (Users ?? []).map((user) => user.UserName ?? '').sort();
}

const post = async (server: RunningServer, path: string, body?: object) => {
  const init = { method: 'POST', ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }) };
  const response = await fetch(`${server.url}/_sagegate/${path}`, init);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

describe('a seed', () => {
  it('makes accounts, entities and keys that work as if they had been made over the wire', async () => {
    const server = await start({ seed: example });
    expect(server).toMatchObject({ seeded: 'applied', accountCount: 1 });
    expect((await sts(server).send(new GetCallerIdentityCommand({}))).Arn).toBe('arn:aws:iam::123456789012:user/Administrator');
    const { Role } = await iam(server).send(new GetRoleCommand({ RoleName: 'Auditor' }));
    expect(Role).toMatchObject({ MaxSessionDuration: 7200, Arn: 'arn:aws:iam::123456789012:role/Auditor' });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('arn:aws:iam::123456789012:user/alice');
    const { Tags } = await iam(server).send(new ListUserTagsCommand({ UserName: 'alice' }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'research' }]);
    await expect(iam(server, alice).send(new CreateUserCommand({ UserName: 'mallory' }))).rejects.toMatchObject({
      message: expect.stringContaining('is not authorized to perform: iam:CreateUser'),
    });
  });

  it('enables an MFA device whose seed is known', async () => {
    const server = await start({ seed: example });
    const code = totpCode('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', Date.now());
    const command = new GetSessionTokenCommand({ SerialNumber: 'arn:aws:iam::123456789012:mfa/alice-phone', TokenCode: code });
    expect((await sts(server, alice).send(command)).Credentials?.AccessKeyId).toMatch(/^ASIA/);
  });

  it('is applied once, and another one is refused', async () => {
    const first = await start({ seed: example, dataDirectory: directory });
    await iam(first).send(new CreateUserCommand({ UserName: 'made-later' }));
    await stop(first);
    const second = await start({ seed: example, dataDirectory: directory });
    expect(second.seeded).toBe('as before');
    expect(await userNames(second)).toEqual(['Administrator', 'alice', 'made-later']);
    await stop(second);
    const other = { ...example, accounts: example.accounts.map((account) => ({ ...account, name: 'renamed' })) };
    await expect(start({ seed: other, dataDirectory: directory })).rejects.toThrow('This data was made from another seed.');
    expect(await userNames(await start({ dataDirectory: directory }))).toContain('made-later');
  });

  it.each([
    [
      { users: [{ name: 'a', managedPolicies: ['arn:aws:iam::aws:policy/None'] }] },
      /^accounts\[0\]\.users\[0\]: NoSuchEntity: Policy arn:aws:iam::aws:policy\/None/,
    ],
    [
      { policies: [{ name: 'P', document: { Version: '2012-10-17', Statement: [{ Effect: 'Maybe' }] } }] },
      /^accounts\[0\]\.policies\[0\]: MalformedPolicyDocument: /,
    ],
    [{ users: [{ name: 'a b' }] }, /^accounts\[0\]\.users\[0\]: ValidationError: /],
    [{ users: [{ name: 'a', password: 'short' }] }, /^accounts\[0\]\.users\[0\]: PasswordPolicyViolation: /],
    [{ users: [{ name: 'a', groups: ['none'] }] }, /^accounts\[0\]\.users\[0\]: NoSuchEntity: /],
    [
      {
        roles: [
          {
            name: 'R',
            trustPolicy: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::123456789012:user/none' } }],
            },
          },
        ],
      },
      /^accounts\[0\]\.roles\[0\]: MalformedPolicyDocument: Invalid principal in policy/,
    ],
  ])('V05 is validated like API calls, and leaves nothing behind when it is refused: %#', async (more, message) => {
    const account = { id: '123456789012', name: 'x', root: { email: 'a@example.com' } };
    await expect(start({ seed: { version: 1, accounts: [{ ...account, ...more }] }, dataDirectory: directory })).rejects.toThrow(message);
    const mended = await start({ seed: { version: 1, accounts: [account] }, dataDirectory: directory });
    expect(mended.seeded).toBe('applied');
  });

  it('that was interrupted is finished at the next start with the same seed, and only with that', async () => {
    await stop(await start({ seed: example, dataDirectory: directory }));
    // As it would be had the machine died before the last word was written, with some of it missing.
    const store = new SqliteStore({
      path: join(directory, 'sagegate.db'),
      durability: 'off',
      tables: allTables,
      migrations: documentMigrations,
    });
    await store.write(async (writer) => {
      const row = await writer.get(settings, ['seed']);
      if (!row) throw new Error('the seed left no mark');
      await writer.update(settings, { ...row, value: row.value.replace('applied', 'applying') });
      await writer.delete(accessKeys, [alice.accessKeyId]);
      await writer.delete(virtualMfaDevices, ['123456789012', 'arn:aws:iam::123456789012:mfa/alice-phone']);
      await writer.delete(instanceProfiles, ['123456789012', 'notebooks']);
      await writer.delete(roles, ['123456789012', 'auditor']);
    });
    await store.close();
    const other = { ...example, accounts: [] };
    await expect(start({ seed: other, dataDirectory: directory })).rejects.toThrow('This data was made from another seed.');
    const finished = await start({ seed: example, dataDirectory: directory });
    expect(finished.seeded).toBe('applied');
    expect((await sts(finished, alice).send(new GetCallerIdentityCommand({}))).Arn).toBe('arn:aws:iam::123456789012:user/alice');
    expect((await iam(finished).send(new GetRoleCommand({ RoleName: 'Auditor' }))).Role?.MaxSessionDuration).toBe(7200);
    await stop(finished);
    expect((await start({ seed: example, dataDirectory: directory })).seeded).toBe('as before');
  });

  it('does not take over an account that is there already', async () => {
    await stop(await start({ seed: example, dataDirectory: directory }));
    const store = new SqliteStore({
      path: join(directory, 'sagegate.db'),
      durability: 'off',
      tables: allTables,
      migrations: documentMigrations,
    });
    await store.write((writer) => writer.delete(settings, ['seed']));
    await store.close();
    await expect(start({ seed: example, dataDirectory: directory })).rejects.toThrow(
      'accounts[0]: account 123456789012 is there already, and not by this seed.',
    );
  });

  it('may name a later role as a principal', async () => {
    const trust = (arn: string) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: arn } }],
    });
    const roles = [
      { name: 'First', trustPolicy: trust('arn:aws:iam::123456789012:role/Second') },
      { name: 'Second', trustPolicy: trust('123456789012') },
    ];
    const [account] = example.accounts;
    if (!account) throw new Error('no account');
    const server = await start({ seed: { version: 1, accounts: [{ ...account, roles, instanceProfiles: [] }] } });
    expect((await iam(server).send(new GetRoleCommand({ RoleName: 'First' }))).Role?.RoleName).toBe('First');
  });
});

describe('an ephemeral server', () => {
  it('goes back to its seed, keys and sessions and rate limits included', async () => {
    const server = await start({ seed: example });
    for (let i = 0; i < 2; i++) {
      await iam(server).send(new CreateUserCommand({ UserName: 'temporary' }));
      for (let j = 0; j < 5; j++) await post(server, 'signup', { email: 'a@example.com', accountName: 'x' });
      expect((await post(server, 'signup', { email: 'a@example.com', accountName: 'x' })).status).toBe(429);
      await post(server, 'clock', { advanceSeconds: 60 });
      expect(await post(server, 'reset')).toEqual({ status: 200, json: { status: 'reset' } });
      expect(await userNames(server)).toEqual(['Administrator', 'alice']);
      const outbox = (await (await fetch(server.outboxUrl)).json()) as { messages: unknown[] };
      expect(outbox.messages).toEqual([]);
    }
    const { AttachedPolicies } = await iam(server).send(new ListAttachedUserPoliciesCommand({ UserName: 'alice' }));
    expect(AttachedPolicies).toEqual([]);
  });

  it('has a clock that signatures are judged by', async () => {
    const server = await start({ seed: example });
    await post(server, 'clock', { advanceSeconds: 16 * 60 });
    await expect(sts(server).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await post(server, 'clock', { reset: true });
    await sts(server).send(new GetCallerIdentityCommand({}));
  });

  it('leaves no file behind', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'sagegate-test-'));
    vi.stubEnv('TMPDIR', temporary);
    try {
      const server = await start({ seed: example });
      expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^sagegate-[A-Za-z0-9]{6}$/)]);
      await stop(server);
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      await rm(temporary, { recursive: true });
    }
  });
});

describe('G07 the master key', () => {
  it('of another installation opens nothing: the server does not start', async () => {
    await stop(await start({ dataDirectory: directory }));
    const masterKey = formatMasterKey(createMasterKey(systemRandom));
    await expect(start({ dataDirectory: directory, masterKey })).rejects.toThrow(
      'The master key is not the one that this data was protected with.',
    );
    await start({ dataDirectory: directory });
  });

  it('that is missing is not made anew beside data that it cannot open', async () => {
    await stop(await start({ dataDirectory: directory }));
    await rm(join(directory, 'master-key'));
    await expect(start({ dataDirectory: directory })).rejects.toThrow('is missing');
    expect(existsSync(join(directory, 'master-key'))).toBe(false);
  });

  it('that is no key is refused without being repeated', async () => {
    await expect(start({ dataDirectory: directory, masterKey: 'hunter2' })).rejects.toThrow(
      /^The master key must be 32 bytes((?!hunter2).)*$/,
    );
  });

  it('may come from the environment alone', async () => {
    const masterKey = formatMasterKey(createMasterKey(systemRandom));
    await stop(await start({ dataDirectory: directory, masterKey, seed: example }));
    expect(existsSync(join(directory, 'master-key'))).toBe(false);
    await sts(await start({ dataDirectory: directory, masterKey })).send(new GetCallerIdentityCommand({}));
  });
});

describe('G09 files', () => {
  it('are private, whatever the umask and whatever the directory was', async () => {
    const before = process.umask(0);
    try {
      chmodSync(directory, 0o777);
      const server = await start({ dataDirectory: directory, seed: example });
      await iam(server).send(new CreateUserCommand({ UserName: 'x' }));
      const modes = readdirSync(directory).map((name) => [name, (statSync(join(directory, name)).mode & 0o777).toString(8)]);
      expect(modes.length).toBeGreaterThanOrEqual(4);
      expect(modes.filter(([, mode]) => mode !== '600')).toEqual([]);
      expect((statSync(directory).mode & 0o777).toString(8)).toBe('700');
    } finally {
      process.umask(before);
    }
  });

  it.each(['sagegate.db', 'lock.db', 'master-key', 'operator-token'])('that are symbolic links are not followed: %s', async (name) => {
    const elsewhere = join(directory, 'elsewhere');
    writeFileSync(elsewhere, '');
    mkdirSync(join(directory, 'data'), { mode: 0o700 });
    symlinkSync(elsewhere, join(directory, 'data', name));
    await expect(start({ dataDirectory: join(directory, 'data') })).rejects.toThrow('is a symbolic link');
    expect(readFileSync(elsewhere, 'utf8')).toBe('');
  });

  it('nor is a directory that is a link', async () => {
    mkdirSync(join(directory, 'data'));
    symlinkSync(join(directory, 'data'), join(directory, 'link'));
    await expect(start({ dataDirectory: join(directory, 'link') })).rejects.toThrow('is a symbolic link');
  });

  it('with secrets that others may read stop the start', async () => {
    await stop(await start({ dataDirectory: directory }));
    chmodSync(join(directory, 'master-key'), 0o644);
    await expect(start({ dataDirectory: directory })).rejects.toThrow('may be read by other users');
    chmodSync(join(directory, 'master-key'), 0o600);
  });

  it('are served by one process at a time', async () => {
    const first = await start({ dataDirectory: directory });
    await expect(start({ dataDirectory: directory })).rejects.toThrow('Another Sagegate is running on');
    await stop(first);
    await start({ dataDirectory: directory });
  });
});

describe('the operator token', () => {
  it('is kept, and is needed for the outbox of a server that is not ephemeral', async () => {
    const server = await start({ dataDirectory: directory });
    expect((await fetch(`${server.url}/_sagegate/outbox`)).status).toBe(404);
    expect((await fetch(server.outboxUrl)).status).toBe(200);
    const { operatorToken } = server;
    await stop(server);
    expect((await start({ dataDirectory: directory })).operatorToken).toBe(operatorToken);
  });
});

it('V01 nothing signs without having been made: neither documented nor folklore keys', async () => {
  const server = await start({ dataDirectory: directory });
  for (const accessKeyId of ['AKIAIOSFODNN7EXAMPLE', 'test', 'AKIAROOTEXAMPLE00001', 'mock_access_key']) {
    await expect(sts(server, { ...administrator, accessKeyId }).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  }
});
