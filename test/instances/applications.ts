import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { type Client, findAwsClis, findBoto3 } from '../clients.ts';
import { trust } from './stage.ts';

/* A server in a process of its own, and the command line beside it, as people run them. */

export const root = resolve(import.meta.dirname, '../..');
export const ACCOUNT = '123456789012';

const KEYS = { id: 'AKIAINSTANCETEST0001', secret: 'instanceTestInstanceTestInstanceTestInst' };

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Ran {
  readonly child: ChildProcessWithoutNullStreams;
  readonly said: { out: string; err: string };
  readonly ended: Promise<Said>;
}

export interface Machine {
  readonly endpoint: string;
  readonly home: string;
  /** `sagegate …` with an administrator's keys. */
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): Ran;
  sagegate(...args: readonly string[]): Promise<Said>;
  /** The local API. */
  local(path: string, body: object): Promise<Record<string, unknown>>;
  readonly iam: IAM;
  /** What the server has printed to its log. */
  stop(): Promise<string>;
}

const PATH = process.env.PATH ?? '';

export function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>>): Ran {
  const child = spawn(command, args, { cwd: root, env: { PATH, ...environment } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, said, ended };
}

export async function startMachine(): Promise<Machine> {
  const home = mkdtempSync(join(tmpdir(), 'sagegate-machine-'));
  const seed = join(home, 'seed.json');
  const administrator = { name: 'admin', managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'], accessKeys: [KEYS] };
  const account = {
    id: ACCOUNT,
    name: 'machine',
    root: { email: 'owner@example.com', password: 'Correct-Horse-9-Battery' },
    users: [administrator],
  };
  writeFileSync(seed, JSON.stringify({ version: 1, accounts: [account] }));
  const cli = ['src/cli/main.ts'];
  const server = run(process.execPath, [...cli, 'serve', '--ephemeral', '--quiet', '--port', '0', '--seed', seed], { HOME: home });
  while (!server.said.out.includes('\n')) {
    if (server.child.exitCode !== null) throw new Error(server.said.err);
    await Promise.race([once(server.child.stdout, 'data'), server.ended]);
  }
  const endpoint = server.said.out.trim();
  const running = new Set<ChildProcessWithoutNullStreams>();
  const start: Machine['start'] = (args, environment = {}) => {
    const ran = run(process.execPath, [...cli, ...args], {
      HOME: home,
      SAGEGATE_ENDPOINT: endpoint,
      AWS_ACCESS_KEY_ID: KEYS.id,
      AWS_SECRET_ACCESS_KEY: KEYS.secret,
      AWS_REGION: 'us-east-2',
      ...environment,
    });
    running.add(ran.child);
    ran.child.once('close', () => running.delete(ran.child));
    return ran;
  };
  const iam = new IAM({ endpoint, region: 'us-east-1', credentials: { accessKeyId: KEYS.id, secretAccessKey: KEYS.secret } });
  await iam.createRole({ RoleName: 'App', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') });
  await iam.createInstanceProfile({ InstanceProfileName: 'AppProfile' });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: 'AppProfile', RoleName: 'App' });
  await iam.createRole({ RoleName: 'Task', AssumeRolePolicyDocument: trust('ecs-tasks.amazonaws.com') });
  return {
    endpoint,
    home,
    start,
    sagegate: (...args) => start(args).ended,
    iam,
    async local(path, body) {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(`${endpoint}/_sagegate/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as Record<string, unknown>;
    },
    async stop() {
      // A test that ran out of time leaves its processes to us.
      for (const child of running) child.kill('SIGTERM');
      server.child.kill('SIGTERM');
      const { err } = await server.ended;
      rmSync(home, { recursive: true });
      return err;
    },
  };
}

/** Programs nobody here wrote that say who they are, with what their own search for credentials finds. */
export interface Application {
  readonly name: string;
  readonly present: boolean;
  readonly command: readonly string[];
}

const SCRIPT = `
import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn);
`;

const python = (client: Client | undefined): Application => ({
  name: `boto3 ${client?.version ?? ''}`,
  present: client !== undefined,
  command: [client?.command ?? 'python3', '-c', 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])'],
});

/** CLI 2 of before 2023 does not read AWS_ENDPOINT_URL. */
const commandLine = (generation: '1' | '2', endpoint: string): Application => {
  const client = findAwsClis().find(({ version }) => version.startsWith(`aws-cli/${generation}`));
  const asked = ['--endpoint-url', endpoint, 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'];
  return { name: client?.version ?? `AWS CLI ${generation}`, present: client !== undefined, command: [client?.command ?? 'aws', ...asked] };
};

/** By the environment's endpoint; the command lines by that of their own option. */
export const applications = (endpoint: string): Application[] => [
  python(findBoto3()),
  commandLine('1', endpoint),
  commandLine('2', endpoint),
  { name: 'the JavaScript SDK', present: true, command: [process.execPath, '--input-type=module', '-e', SCRIPT] },
];
