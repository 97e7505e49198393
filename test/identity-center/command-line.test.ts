import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../clients.ts';
import { Browser } from './browser.ts';
import { openPortal, PASSWORD, type PortalStage } from './stage.ts';

/*
 * The newest AWS CLI, which signs in by PKCE: `aws sso login` as it is, with AWS's variables for endpoints and nothing else. It comes in a package
 * (`npm ci --prefix tools/clients`), as a layer for Lambda.
 */

const layer = resolve('tools/clients/node_modules/@aws-cdk/asset-awscli-v2/lib/layer.zip');
const canUnpack = spawnSync('python3', ['--version']).status === 0;

describeWith('the AWS CLI of tools/clients, and python3', existsSync(layer) && canUnpack, 'aws sso login by PKCE', () => {
  let s: PortalStage;
  let directory = '';
  let command = '';
  beforeAll(async () => {
    s = await openPortal();
    directory = await mkdtemp(join(tmpdir(), 'sagegate-cli-'));
    expect(spawnSync('python3', ['-m', 'zipfile', '-e', layer, directory]).status).toBe(0);
    expect(spawnSync('chmod', ['-R', 'u+rwx', join(directory, 'awscli')]).status).toBe(0);
    const [found = ''] = spawnSync('find', [directory, '-path', '*/dist/aws', '-type', 'f'], { encoding: 'utf8' }).stdout.split('\n');
    command = found;
    mkdirSync(join(directory, 'home'));
    writeFileSync(
      join(directory, 'config'),
      `[profile research]
region = us-east-1
sso_session = example
sso_account_id = ${s.member.id}
sso_role_name = Reader
[sso-session example]
sso_start_url = https://${s.IdentityStoreId}.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
`,
    );
  }, 60_000);
  afterAll(async () => {
    expect(s.server.errors).toEqual([]);
    await s.close();
    await rm(directory, { recursive: true });
  });

  const environment = () => ({
    PATH: process.env.PATH ?? '',
    HOME: join(directory, 'home'),
    AWS_CONFIG_FILE: join(directory, 'config'),
    AWS_PROFILE: 'research',
    AWS_ENDPOINT_URL: s.server.url,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const aws = async (...args: string[]): Promise<{ status: number; printed: string }> => {
    const child = spawn(command, args, { env: environment() });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (printed += piece));
    const [status] = (await once(child, 'close')) as [number];
    return { status, printed };
  };

  it('lets the CLI in by the browser’s answer to its loopback address', { timeout: 90_000 }, async () => {
    await s.assign(await s.permissionSet('Reader', { managed: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }), await s.person('alice'));
    const child = spawn(command, ['sso', 'login', '--no-browser'], { env: environment() });
    let printed = '';
    const ended = once(child, 'close');
    const page = await new Promise<string>((found, lost) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (piece: Buffer) => {
          printed += piece;
          const url = /http:\S+\/authorize\?\S+(?=\s)/.exec(printed)?.[0];
          if (url) found(url);
        });
      ended.then(() => lost(new Error(printed)));
    });
    const { origin, pathname, search } = new URL(page);
    const browser = await new Browser(origin).open(pathname + search);
    await browser.submit('/sign-in', { user_name: 'alice', password: PASSWORD });
    expect(browser.text).toContain('Let this program in?');
    await browser.submit('/authorize/decision', { decision: 'allow' });
    expect((await fetch(browser.location ?? '')).status).toBe(200);
    expect([(await ended)[0], printed]).toEqual([0, expect.stringContaining('Successfully logged into Start URL')]);
    const who = await aws('sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text');
    expect(who.printed).toMatch(new RegExp(`^arn:aws:sts::${s.member.id}:assumed-role/AWSReservedSSO_Reader_[0-9a-f]{16}/alice\n$`));
    expect((await aws('sso', 'logout')).status).toBe(0);
    expect((await aws('sts', 'get-caller-identity')).status).not.toBe(0);
  });
});
