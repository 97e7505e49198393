import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PRIVATE_SERVER, type RunningServer, startServer } from '../../src/server/serve.ts';
import { describeWith, findAwsClis, findBoto3 } from '../clients.ts';
import { ADMIN, ADMIN_PASSWORD, BASE, groupDn, isSlapdHere, PASSWORD, type Slapd, startSlapd } from './slapd.ts';

const root = resolve(import.meta.dirname, '../..');
const ACCOUNT = '111122223333';
/* Each step starts a program or two. */
vi.setConfig({ testTimeout: 120_000 });

let slapd: Slapd;
let server: RunningServer;
let home: string;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A program with a home of its own; nothing of ours in its environment. */
const run = (command: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((done) => {
    const env = { PATH: process.env.PATH ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '', ...more };
    execFile(command, [...args], { cwd: home, env, timeout: 60_000 }, (error, out, err) =>
      done({ code: error ? (typeof error.code === 'number' ? error.code : null) : 0, out, err }),
    );
  });

const sagegate = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  run(process.execPath, [join(root, 'src/cli/main.ts'), ...args], { SAGEGATE_ENDPOINT: server.url, ...more });

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ds.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

describeWith('slapd', isSlapdHere, 'sagegate directory and sagegate login', () => {
  beforeAll(async () => {
    slapd = await startSlapd();
    home = await mkdtemp(join(tmpdir(), 'sagegate-login-'));
    server = await startServer({
      ...PRIVATE_SERVER,
      logError: (error) => {
        throw error;
      },
      seed: {
        version: 1,
        accounts: [
          {
            id: ACCOUNT,
            name: 'corp',
            root: { email: 'root@corp.example' },
            roles: ['Scientist', 'Reader'].map((name) => ({ name, trustPolicy: trust })),
          },
        ],
      },
    });
    const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
    writeFileSync(
      join(home, 'corp.yaml'),
      `name: corp
accountId: "${ACCOUNT}"
kind: ldap
servers: [${slapd.ldap}]
bindDn: ${ADMIN}
userBase: ou=people,${BASE}
groupBase: ou=groups,${BASE}
roles:
  - { member: "${groupDn('scientists')}", roleArn: "${role('Scientist')}" }
  - { member: "${groupDn('everyone')}", roleArn: "${role('Reader')}" }
  - { member: "${groupDn('admins')}", roleArn: "${role('Scientist')}" }
`,
    );
  }, 60_000);
  afterAll(async () => {
    await server.close();
    await slapd.stop();
    await rm(home, { recursive: true });
  });

  it('connects a directory, and shows what it tells of somebody', async () => {
    expect(await sagegate(['directory', 'add', 'corp.yaml'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('SAGEGATE_BIND_PASSWORD'),
    });
    expect((await sagegate(['directory', 'add', 'corp.yaml'], { SAGEGATE_BIND_PASSWORD: 'wrong' })).err).toContain(
      'does not know the service account',
    );
    const added = await sagegate(['directory', 'add', 'corp.yaml'], { SAGEGATE_BIND_PASSWORD: ADMIN_PASSWORD });
    expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/Connected the directory corp \(d-[0-9a-f]{10}\)/) });
    expect((await sagegate(['directory', 'add', 'corp.yaml'], { SAGEGATE_BIND_PASSWORD: ADMIN_PASSWORD })).err).toContain('already');
    expect((await sagegate(['directory', 'list'])).out).toContain('corp  d-');
    const listed = await sagegate(['directory', 'list', '--json']);
    expect(listed.out).not.toContain(ADMIN_PASSWORD);
    expect(listed.out).not.toContain('ealedBind');
    const looked = await sagegate(['directory', 'look', 'corp', 'alice']);
    expect(looked.out).toContain('Standing  active');
    expect(looked.out).toContain(`arn:aws:iam::${ACCOUNT}:role/Scientist\n          arn:aws:iam::${ACCOUNT}:role/Reader`);
    expect((await sagegate(['directory', 'look', 'corp', 'stranger'])).code).toBe(1);
  });

  it('asks for what it needs', async () => {
    expect((await sagegate(['login'])).err).toContain('--directory');
    expect((await sagegate(['login', '--directory', 'corp'])).err).toContain('--user');
    expect((await sagegate(['login', '--directory', 'corp', '--user', 'alice'])).err).toContain('SAGEGATE_PASSWORD');
    const several = await sagegate(['login', '--directory', 'corp', '--user', 'alice'], { SAGEGATE_PASSWORD: PASSWORD });
    expect(several).toMatchObject({ code: 2, err: expect.stringContaining(`arn:aws:iam::${ACCOUNT}:role/Reader`) });
    const wrong = await sagegate(['login', '--directory', 'corp', '--user', 'alice'], { SAGEGATE_PASSWORD: 'guess' });
    expect(wrong).toMatchObject({ code: 1, err: 'Your authentication information is incorrect. Please try again.\n' });
  });

  it('writes a profile whose credentials every client finds', async () => {
    const signedIn = await sagegate(['login', '--directory', 'corp', '--user', 'carol', '--profile', 'work'], {
      SAGEGATE_PASSWORD: PASSWORD,
    });
    expect(signedIn).toMatchObject({
      code: 0,
      out: expect.stringContaining(`Signed in as arn:aws:sts::${ACCOUNT}:assumed-role/Scientist/carol`),
    });
    const config = readFileSync(join(home, '.aws/config'), 'utf8');
    expect(config).toContain(`[profile work]\nregion = us-east-1\noutput = json\nendpoint_url = ${server.url}\ncredential_process = `);
    const kept = join(home, '.local/state/sagegate/sign-ins/work.json');
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    for (const { command, version } of findAwsClis()) {
      const answer = await run(command, [
        '--profile',
        'work',
        '--endpoint-url',
        server.url,
        'sts',
        'get-caller-identity',
        '--query',
        'Arn',
        '--output',
        'text',
      ]);
      expect([version, answer.out.trim(), answer.err]).toEqual([version, `arn:aws:sts::${ACCOUNT}:assumed-role/Scientist/carol`, '']);
    }
    const boto3 = findBoto3();
    if (boto3) {
      const script = `import boto3; print(boto3.Session(profile_name='work').client('sts', endpoint_url='${server.url}').get_caller_identity()['Arn'])`;
      expect((await run(boto3.command, ['-c', script])).out.trim()).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/Scientist/carol`);
    }
  });

  it('renews them when their time is nearly over, and stops when one signs out', async () => {
    const print = () => sagegate(['login', '--print-credentials', '--profile', 'work']);
    const first = JSON.parse((await print()).out);
    expect(first).toMatchObject({ Version: 1, AccessKeyId: expect.stringMatching(/^ASIA/) });
    expect(JSON.parse((await print()).out)).toEqual(first);
    // As if it were late.
    const kept = join(home, '.local/state/sagegate/sign-ins/work.json');
    const signIn = JSON.parse(readFileSync(kept, 'utf8'));
    writeFileSync(kept, JSON.stringify({ ...signIn, credentials: { ...signIn.credentials, expiresAt: new Date().toISOString() } }));
    const [second, together] = await Promise.all([print(), print()]);
    expect(JSON.parse(second.out)).toEqual(JSON.parse(together.out));
    expect(JSON.parse(second.out).AccessKeyId).not.toBe(first.AccessKeyId);
    expect(await sagegate(['logout', '--profile', 'work'])).toMatchObject({ code: 0 });
    expect(await print()).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Sign in with: sagegate login --profile work') });
    const [cli] = findAwsClis();
    if (cli) {
      const env = {
        AWS_ACCESS_KEY_ID: first.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: first.SecretAccessKey,
        AWS_SESSION_TOKEN: first.SessionToken,
      };
      const answer = await run(cli.command, ['--region', 'us-east-1', '--endpoint-url', server.url, 'sts', 'get-caller-identity'], env);
      expect(answer.err).toContain('InvalidClientTokenId');
    }
  });

  it('writes the credentials themselves when told to, and asks before it replaces others', async () => {
    mkdirSync(join(home, '.aws'), { recursive: true });
    writeFileSync(join(home, '.aws/credentials'), '[mine]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n');
    const args = ['login', '--directory', 'corp', '--user', 'carol', '--profile', 'mine'];
    expect((await sagegate(args, { SAGEGATE_PASSWORD: PASSWORD })).err).toContain('Replace them? Say --yes');
    expect(await sagegate([...args, '--static', '--yes'], { SAGEGATE_PASSWORD: PASSWORD })).toMatchObject({ code: 0 });
    expect(readFileSync(join(home, '.aws/credentials'), 'utf8')).toMatch(
      /\[mine\]\naws_access_key_id = ASIA\w+\naws_secret_access_key = \S+\naws_session_token = \S+\n/,
    );
  });

  it('disconnects it', async () => {
    expect((await sagegate(['directory', 'remove', 'corp'])).out).toContain('its people are signed out');
    expect((await sagegate(['login', '--directory', 'corp', '--user', 'carol'], { SAGEGATE_PASSWORD: PASSWORD })).err).toContain(
      'There is no directory corp.',
    );
  });
});
