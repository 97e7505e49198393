import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain } from '../../src/cli/terminal.ts';

const root = resolve(import.meta.dirname, '../..');
const password = 'Correct-Horse-9-Battery';
let home: string;
let endpoint: string;
let server: ReturnType<typeof start>;

const children = new Set<ChildProcess>();

/** The command line in a process of its own, with a home of its own. */
function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}, typed = '') {
  const child = spawn(process.execPath, ['src/cli/main.ts', ...args], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: home, SAGEGATE_ENDPOINT: endpoint, ...environment },
  });
  children.add(child);
  child.stdin.end(typed);
  child.once('close', () => children.delete(child));
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  return { child, said };
}

async function run(args: readonly string[], environment?: Readonly<Record<string, string>>, typed?: string) {
  const { child, said } = start(args, environment, typed);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'sagegate-cli-'));
  endpoint = '';
  server = start(['serve', '--quiet', '--port', '0', '--data', join(home, 'data')]);
  while (!server.said.out.includes('\n')) await once(server.child.stdout, 'data');
  endpoint = server.said.out.trim();
});
afterAll(async () => {
  server.child.kill('SIGTERM');
  const [code] = server.child.exitCode === null ? ((await once(server.child, 'close')) as [number | null]) : [server.child.exitCode];
  // A test that ran out of time leaves its process to us.
  for (const child of children) child.kill('SIGKILL');
  await rm(home, { recursive: true });
  expect({ code, err: server.said.err }).toEqual({ code: 0, err: '' });
});

const data = (): string => join(home, 'data');
const signUp = [
  ...['account', 'create', '--email', 'owner@example.com', '--name', 'example-corp', '--full-name', 'Ada Example'],
  ...['--address', '1 Example Street', '--city', 'Seattle', '--postal-code', '98101', '--country', 'US', '--phone', '+1 206 555 0100'],
];

describe('what is asked wrongly ends with 2, and a sentence', () => {
  it.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['serve', '--port', '70000'], /It must be a whole number from 0 to 65535\./],
    [['serve', '--port', '0x10'], /It must be a whole number/],
    [['serve', '--pace', '-1'], /It must be a number/],
    [['serve', '--host', '0.0.0.0'], /can be reached from other machines\. Say --allow-remote/],
    [['serve', '--ephemeral', '--data', '/x'], /Say --data or --ephemeral, not both/],
    [['account', 'show'], /missing required argument 'account'/],
    [['account', 'create'], /Nobody can be asked here, so these are needed: --email, --name, .*--code-from-outbox/],
    [['account', 'create', '--channel', 'pigeon'], /Allowed choices are text, voice/],
    [['account', 'create', '--administrator', '--root-keys'], /not both/],
    [['account', 'list', '--endpoint', 'ftp://x'], /The endpoint must look like/],
    [['configure', '--profile', 'a]b', '--access-key-id', 'AKIAIOSFODNN7EXAMPLE'], /A profile name has/],
    [['configure'], /Access key id is missing/],
  ])('%j', async (args, sentence) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('what fails ends with 1, and a sentence', () => {
  it.each([
    [['account', 'list', '--endpoint', 'http://127.0.0.1:1'], /^No Sagegate answers at http:\/\/127\.0\.0\.1:1\. Start one with/],
    [['account', 'show', '000000000000', '--token', 'x'], /^Accounts are shown to the operator/],
    [['serve', '--port', '0', '--ephemeral', '--seed', 'none.yaml'], /^The seed none\.yaml cannot be read/],
    [['serve', '--port', '0', '--ephemeral', '--smtp-url', 'http://x'], /^The mail server must be given as/],
  ])('%j', async (args, sentence) => {
    const { code, err } = await run(args);
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('a port that is taken', async () => {
    const { code, err } = await run(['serve', '--ephemeral', '--port', new URL(endpoint).port]);
    expect({ code, err }).toEqual({
      code: 1,
      err: `Port ${new URL(endpoint).port} is in use. Stop what runs there, or choose another with --port.\n`,
    });
  });

  it('G07 a master key that is none, which is not repeated', async () => {
    const { code, err } = await run(['serve', '--port', '0', '--data', join(home, 'other')], { SAGEGATE_MASTER_KEY: 'hunter2' });
    expect({ code, err }).toEqual({ code: 1, err: 'The master key must be 32 bytes, written as base64 or as 64 hexadecimal digits.\n' });
  });
});

it.each([
  [],
  ['serve'],
  ['account'],
  ['account', 'create'],
  ['configure'],
  ['doctor'],
  ['instance', 'run'],
  ['container', 'run'],
  ['credentials'],
  ['service', 'call'],
])('--help of %j shows examples or options and ends with 0', async (...args) => {
  const { code, out } = await run([...args.flat(), '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: sagegate/);
});

describe('from signing up to a profile', () => {
  it('signs up without anybody to ask, once per address', async () => {
    const unasked = ['--data', data(), '--code-from-outbox', '--password-file', '-', '--json'];
    const profile = ['--administrator', '--profile', 'sagegate', '--region', 'us-east-2'];
    const first = await run([...signUp, ...unasked, ...profile], {}, `${password}\n`);
    expect({ code: first.code, err: first.err }).toMatchObject({ code: 0, err: expect.stringContaining('is active') });
    const made = JSON.parse(first.out) as Record<string, string>;
    expect(made).toMatchObject({ email: 'owner@example.com', endpoint, arn: `arn:aws:iam::${made.accountId}:user/Administrator` });
    const credentials = join(home, '.aws/credentials');
    expect(readFileSync(credentials, 'utf8')).toBe(
      `[sagegate]\naws_access_key_id = ${made.accessKeyId}\naws_secret_access_key = ${made.secretAccessKey}\n`,
    );
    expect((statSync(credentials).mode & 0o777).toString(8)).toBe('600');

    const again = await run([...signUp, '--data', data(), '--code-from-outbox', '--no-administrator'], {
      SAGEGATE_ROOT_PASSWORD: password,
    });
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('has an account already') });
  });

  it('lists and shows accounts to the operator', async () => {
    const listed = await run(['account', 'list', '--data', data()]);
    expect(listed.out).toMatch(/^ACCOUNT +STATUS +ALIAS +NAME +ROOT USER\n[0-9]{12} +ACTIVE +- +example-corp +owner@example\.com\n$/);
    const [account] = JSON.parse((await run(['account', 'list', '--json', '--data', data()])).out) as { accountId: string }[];
    const shown = await run(['account', 'show', account?.accountId ?? '', '--data', data()]);
    expect(shown.out).toMatch(/^FullName +Ada Example$/m);
    expect(JSON.parse((await run(['account', 'show', account?.accountId ?? '', '--json', '--data', data()])).out)).toMatchObject({
      status: 'ACTIVE',
    });
    expect(await run(['account', 'show', '000000000000', '--data', data()])).toMatchObject({ code: 1, err: 'There is no such account.\n' });
  });

  it('V09 does not replace a profile unasked', async () => {
    const before = readFileSync(join(home, '.aws/credentials'), 'utf8');
    const configure = (...more: string[]) =>
      run(['configure', '--access-key-id', 'AKIAIOSFODNN7EXAMPLE', ...more], {
        AWS_SECRET_ACCESS_KEY: 'another/secret+another/secret+another/se',
      });
    const refused = await configure();
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('The profile sagegate is there already') });
    expect(readFileSync(join(home, '.aws/credentials'), 'utf8')).toBe(before);
    expect(JSON.parse((await configure('--profile', 'second', '--json')).out)).toMatchObject({ profile: 'second' });
    expect(readFileSync(join(home, '.aws/credentials'), 'utf8')).toBe(
      `${before}\n[second]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = another/secret+another/secret+another/se\n`,
    );
    expect((await configure('--yes')).code).toBe(0);
    expect(readFileSync(join(home, '.aws/credentials'), 'utf8')).not.toContain(before);
  });

  it('says what is in the way', async () => {
    const healthy = await run(['doctor', '--data', data(), '--json']);
    expect(healthy.code).toBe(0);
    const { findings } = JSON.parse(healthy.out) as { findings: { check: string; state: string; detail: string }[] };
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['Node', 'Data directory', 'Server', 'AWS CLI', 'Profile']));
    expect(findings.find(({ check }) => check === 'Server')).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('enforcement on'),
    });
    expect(findings.find(({ check }) => check === 'Profile')).toMatchObject({ state: 'ok' });

    const open = join(home, 'open');
    mkdirSync(open);
    chmodSync(open, 0o755);
    const stranger = createServer((_, response) => response.end('hello'));
    await new Promise<void>((done) => stranger.listen(0, '127.0.0.1', done));
    const address = stranger.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const ill = await run(['doctor', '--data', open, '--endpoint', `http://127.0.0.1:${port}`]);
    stranger.closeAllConnections();
    await new Promise((done) => stranger.close(done));
    expect(ill).toMatchObject({ code: 1, err: '2 checks failed.\n' });
    expect(ill.out).toMatch(/^✗ Data directory: .* may be read by other users: chmod go= /m);
    expect(ill.out).toMatch(/^✗ Server: something answers at .*, but it is not Sagegate$/m);
  });
});

describe('serve', () => {
  it('answers what runs, then ends with 0, when it is asked to stop', async () => {
    const { child, said } = start(['serve', '--ephemeral', '--port', '0', '--log-requests']);
    while (!said.out.includes('Next, in another terminal')) await once(child.stdout, 'data');
    const url = /Endpoint +(http:\S+)/.exec(said.out)?.[1] ?? '';
    expect(said.out).toContain('Enforcement is on.');
    expect(said.out).toContain(`Console   ${url.replace('127.0.0.1', 'localhost')}/`);
    expect((await fetch(`${url}/`, { headers: { Accept: 'text/html' } })).status).toBe(200);
    expect((await fetch(`${url}/?x=${encodeURIComponent('\n2026 200 forged')}`)).status).toBe(403);
    // As a terminal and npm do together.
    for (let i = 0; i < 3; i++) child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(0);
    expect(said.err).toMatch(/Z 403 MissingAuthenticationToken/);
    expect(said.err).not.toContain('forged');
    await expect(fetch(`${url}/`)).rejects.toThrow();
  });

  it('outlives a terminal that goes away', async () => {
    const { child, said } = start(['serve', '--ephemeral', '--port', '0', '--log-requests']);
    while (!said.out.includes('Next, in another terminal')) await once(child.stdout, 'data');
    const url = /Endpoint +(http:\S+)/.exec(said.out)?.[1] ?? '';
    child.stdout.destroy();
    child.stderr.destroy();
    for (let i = 0; i < 3; i++) expect((await fetch(`${url}/_sagegate/clock`, { method: 'POST', body: '' })).status).toBe(400);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });

  it('shows the messages of the outbox in the terminal', async () => {
    const { child, said } = start(['serve', '--ephemeral', '--port', '0']);
    while (!said.out.includes('Next, in another terminal')) await once(child.stdout, 'data');
    const url = /Endpoint +(http:\S+)/.exec(said.out)?.[1] ?? '';
    const body = JSON.stringify({ email: 'a@example.com', accountName: 'x' });
    await fetch(`${url}/_sagegate/signup`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(said.err).toMatch(/┌ Mail to a@example\.com\n│ Your Sagegate verification code\n│ \n│ Your verification code is [0-9]{6}\./);
  });

  it('V02 warns when other machines may connect', async () => {
    const { child, said } = start(['serve', '--ephemeral', '--port', '0', '--host', '0.0.0.0', '--allow-remote']);
    while (!said.out.includes('Next, in another terminal')) await once(child.stdout, 'data');
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(said.err).toMatch(/^Warning: plain HTTP can be read and changed on the way\./);
  });
});

describe('V09 text that is not ours', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['a\rb\nc', 'a\\u{d}b\\u{a}c'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['\u009b31m', '\\u{9b}31m'],
    ['Ada Example – äöü 日本', 'Ada Example – äöü 日本'],
  ])('%j is shown as %j', (text, shown) => expect(plain(text)).toBe(shown));

  it('reaches the terminal harmless from a file name', async () => {
    const file = join(home, 'evil\u001b]0;owned\u0007.yaml');
    writeFileSync(file, 'version: 2');
    const { err } = await run(['serve', '--ephemeral', '--port', '0', '--seed', file]);
    expect(err).toContain('\\u{1b}]0;owned\\u{7}.yaml');
    expect(err).not.toContain('\u001b');
  });
});
