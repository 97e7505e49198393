import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, findAwsClis, findBoto3 } from '../clients.ts';

/*
 * Clients as they are, without one setting of an endpoint: in a network namespace AWS's host names lead to this server, and an authority of our own
 * vouches for it (docs/host-names.md). The server is the command line's, with TLS.
 */

const succeeds = (command: string, ...args: string[]): boolean => spawnSync(command, args, { timeout: 10_000 }).status === 0;

const isRoot = process.getuid?.() === 0;
const mayMakeNamespaces = isRoot && succeeds('ip', 'netns', 'list') && succeeds('openssl', 'version');
const cli = findAwsClis().find(({ version }) => version.startsWith('aws-cli/2.'));
const python = findBoto3();

const NAMES = [
  'sts.amazonaws.com',
  'sts.us-east-1.amazonaws.com',
  'iam.amazonaws.com',
  'api.sagemaker.us-east-1.amazonaws.com',
  'oidc.us-east-1.amazonaws.com',
  'portal.sso.us-east-1.amazonaws.com',
  'device.sso.us-east-1.amazonaws.com',
  'd-0123456789.awsapps.com',
];

const PASSWORD = 'Correct-Horse-7';
const ROOT_KEY = { id: 'AKIAEXAMPLEROOT00000', secret: 'example-root-secret-0000000000000000000' };
const MEMBER = '444455556666';

const SEED = {
  version: 1,
  accounts: [
    { id: '111122223333', name: 'management', root: { email: 'owner@example.com', accessKeys: [ROOT_KEY] } },
    { id: MEMBER, name: 'research', root: { email: 'research@example.com' } },
  ],
  organization: { management: '111122223333', members: [MEMBER] },
  identityCenter: {
    owner: '111122223333',
    identityStoreId: 'd-0123456789',
    groups: [{ name: 'Scientists' }],
    users: [{ name: 'alice', email: 'alice@example.com', password: PASSWORD, groups: ['Scientists'] }],
    permissionSets: [{ name: 'DataScience', managedPolicies: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess'] }],
    assignments: [{ account: MEMBER, permissionSet: 'DataScience', group: 'Scientists' }],
  },
};

const CONFIG = `[profile research]
region = us-east-1
sso_session = example
sso_account_id = ${MEMBER}
sso_role_name = DataScience

[sso-session example]
sso_start_url = https://d-0123456789.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile older]
region = us-east-1
sso_start_url = https://d-0123456789.awsapps.com/start
sso_region = us-east-1
sso_account_id = ${MEMBER}
sso_role_name = DataScience

[profile root]
region = us-east-1
aws_access_key_id = ${ROOT_KEY.id}
aws_secret_access_key = ${ROOT_KEY.secret}
`;

describeWith(
  'root, ip netns, openssl, the AWS CLI v2 and boto3',
  mayMakeNamespaces && cli !== undefined && python !== undefined,
  "unmodified clients at AWS's own host names",
  () => {
    const namespace = `sagegate-${process.pid}`;
    const hosts = join('/etc/netns', namespace);
    const inside = ['netns', 'exec', namespace];
    const authority = (): string => join(directory, 'ca.crt');
    let directory = '';
    let server: ChildProcess | undefined;
    let told = '';

    function must(command: string, ...args: string[]): string {
      const { status, stdout, stderr } = spawnSync(command, args, { cwd: directory, encoding: 'utf8', timeout: 60_000 });
      if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
      return stdout;
    }

    const environment = () => ({
      PATH: process.env.PATH ?? '',
      HOME: directory,
      AWS_CONFIG_FILE: join(directory, 'config'),
      AWS_CA_BUNDLE: authority(),
      NODE_EXTRA_CA_CERTS: authority(),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    });

    /** Runs a command where the names are AWS's, with nothing set but where its profiles are and whom it trusts. */
    function run(profile: string, command: string, ...args: string[]) {
      const env = { ...environment(), AWS_PROFILE: profile };
      return spawnSync('ip', [...inside, command, ...args], { cwd: resolve('.'), env, encoding: 'utf8', timeout: 60_000 });
    }
    const aws = (profile: string, ...args: string[]) => run(profile, cli?.command ?? '', ...args);
    const answer = (result: ReturnType<typeof aws>): Record<string, unknown> => {
      if (result.status !== 0) throw new Error(result.stderr + result.stdout);
      return JSON.parse(result.stdout) as Record<string, unknown>;
    };

    /** `aws sso login`, with somebody who types its code. What it printed. */
    async function login(profile: string): Promise<string> {
      const child = spawn('ip', [...inside, cli?.command ?? '', 'sso', 'login', '--no-browser'], {
        env: { ...environment(), AWS_PROFILE: profile },
      });
      let printed = '';
      const ended = once(child, 'exit');
      const url = await new Promise<string>((found, lost) => {
        const look = (piece: Buffer): void => {
          printed += piece;
          const [, page, code] = /(https:\/\/\S+\/device)\s[\s\S]*?\b([B-Z]{4}-[B-Z]{4})\b/.exec(printed) ?? [];
          if (page && code) found(`${page} ${code}`);
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        ended.then(() => lost(new Error(printed)));
      });
      const [page = '', code = ''] = url.split(' ');
      const visited = run(profile, process.execPath, 'test/identity-center/visit.ts', page, code, 'alice', PASSWORD);
      expect(visited.stdout + visited.stderr).toContain('The device is let in');
      const [status] = (await ended) as [number];
      if (status !== 0) throw new Error(printed);
      return printed;
    }

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'sagegate-hosts-'));
      must(
        'openssl',
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'ca.key',
        '-out',
        'ca.crt',
        '-days',
        '2',
        '-subj',
        '/CN=Test authority',
        '-addext',
        'basicConstraints=critical,CA:true',
        '-addext',
        'keyUsage=critical,keyCertSign',
      );
      must('openssl', 'req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=aws.test');
      writeFileSync(join(directory, 'names'), `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(',')}\n`);
      must(
        'openssl',
        'x509',
        '-req',
        '-in',
        'server.csr',
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-days',
        '2',
        '-extfile',
        'names',
        '-out',
        'server.crt',
      );
      must('chmod', '600', 'server.key');
      writeFileSync(join(directory, 'config'), CONFIG, { mode: 0o600 });
      writeFileSync(join(directory, 'seed.json'), JSON.stringify(SEED), { mode: 0o600 });
      mkdirSync(hosts, { recursive: true });
      writeFileSync(join(hosts, 'hosts'), `127.0.0.1 localhost ${NAMES.join(' ')}\n`);
      must('ip', 'netns', 'add', namespace);
      must('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
      const tls = ['--tls-cert', join(directory, 'server.crt'), '--tls-key', join(directory, 'server.key')];
      const args = ['src/cli/main.ts', 'serve', '--ephemeral', '--seed', join(directory, 'seed.json'), '--port', '443', '--quiet', ...tls];
      server = spawn('ip', [...inside, process.execPath, ...args], { env: { PATH: process.env.PATH ?? '', HOME: directory } });
      await new Promise<void>((listening, lost) => {
        server?.stdout?.on('data', (piece: Buffer) => {
          told += piece;
          if (told.includes('https://127.0.0.1:443')) listening();
        });
        server?.stderr?.on('data', (piece: Buffer) => {
          told += piece;
        });
        server?.on('exit', () => lost(new Error(told)));
      });
    }, 60_000);

    afterAll(async () => {
      if (server && server.exitCode === null) {
        server.removeAllListeners('exit');
        const ended = once(server, 'exit');
        server.kill('SIGTERM');
        await ended;
      }
      spawnSync('ip', ['netns', 'del', namespace]);
      rmSync(hosts, { recursive: true, force: true });
      await rm(directory, { recursive: true, force: true });
      expect(told).not.toContain('error in');
    });

    it('sign in with aws sso login, and act in the account as the role', { timeout: 120_000 }, async () => {
      expect(answer(aws('root', 'sts', 'get-caller-identity')).Arn).toBe('arn:aws:iam::111122223333:root');
      expect(await login('research')).toContain('Successfully logged into Start URL: https://d-0123456789.awsapps.com/start');
      const arn = new RegExp(`^arn:aws:sts::${MEMBER}:assumed-role/AWSReservedSSO_DataScience_[0-9a-f]{16}/alice$`);
      expect(answer(aws('research', 'sts', 'get-caller-identity')).Arn).toMatch(arn);
      expect(answer(aws('research', 'sagemaker', 'list-models')).Models).toEqual([]);
      expect(aws('research', 'iam', 'list-users').stderr).toContain('AccessDenied');

      // boto3 and the JavaScript SDK find the same profile, and what the CLI has been given.
      const script = `
import boto3
print(boto3.client('sts').get_caller_identity()['Arn'])
print(boto3.client('sagemaker').list_models()['Models'])
print(boto3.Session(profile_name='root').client('iam').list_users()['Users'])`;
      const told = run('research', python?.command ?? '', '-c', script);
      expect(told.stderr).toBe('');
      const [boto3Arn, ...rest] = told.stdout.trim().split('\n');
      expect(boto3Arn).toMatch(arn);
      expect(rest).toEqual(['[]', '[]']);
      const javascript = `
import { STS } from '@aws-sdk/client-sts';
console.log((await new STS({}).getCallerIdentity({})).Arn);`;
      const told2 = run('research', process.execPath, '--input-type=module', '-e', javascript);
      expect(told2.stdout.trim() || told2.stderr).toMatch(arn);

      // D05: signed out, the CLI has nothing left, and neither has who kept the token.
      const cache = join(directory, '.aws/sso/cache');
      const texts = readdirSync(cache).map((name) => readFileSync(join(cache, name), 'utf8'));
      const token = /"accessToken": "([^"]+)"/.exec(texts.join('\n'))?.[1] ?? '';
      const listed = () => aws('research', 'sso', 'list-accounts', '--access-token', token);
      expect(answer(listed()).accountList).toHaveLength(1);
      expect(aws('research', 'sso', 'logout').status).toBe(0);
      expect(listed().stderr).toContain('(UnauthorizedException)');
      expect(aws('research', 'sts', 'get-caller-identity').status).not.toBe(0);
    });

    it('sign in with a profile of the older kind, without a session to renew', { timeout: 120_000 }, async () => {
      await login('older');
      expect(answer(aws('older', 'sts', 'get-caller-identity')).Account).toBe(MEMBER);
    });

    it('speak TLS with who has a certificate for the name, and nothing else', () => {
      const ask = (code: string) => run('root', process.execPath, '--input-type=module', '-e', code).stdout.trim();
      const failing = (url: string) => `fetch('${url}').then((r) => console.log(r.status), (e) => console.log(e.cause?.code ?? 'failed'))`;
      expect(ask(failing('https://d-0123456789.awsapps.com/start'))).toBe('200');
      expect(ask(failing('https://localhost/start'))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
      expect(ask(failing('http://sts.amazonaws.com:443/'))).not.toMatch(/^\d+$/);
      expect(ask(failing('https://d-0123456789.awsapps.com/start'))).toBe('200');
    });
  },
);
