import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith, findBoto3 } from '../clients.ts';
import { ACCOUNT, applications, type Machine, root, run, startMachine } from './applications.ts';
import { ask } from './stage.ts';

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
}, 60_000);
afterAll(async () => {
  expect(await machine.stop()).toBe('');
});

const launch = ['instance', 'run', '--instance-profile', 'AppProfile'];
/** The endpoint is known when the tests run, not when they are listed. */
const commandOf = (name: string): readonly string[] => applications(machine.endpoint).find((each) => each.name === name)?.command ?? [];

const assumed = (role: string, session: string) => new RegExp(`^arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}\n$`);

describe.each(applications(''))('$name', ({ name, present }) => {
  describeWith(name, present, 'finds its credentials', () => {
    it('on an instance', async () => {
      const { code, out, err } = await machine.sagegate(...launch, '--', ...commandOf(name));
      expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^Instance i-\w+ is up\.\nInstance i-\w+ is terminated\.\n$/) });
      expect(out).toMatch(assumed('App', 'i-[0-9a-f]{17}'));
    }, 180_000);

    it('in a container', async () => {
      const { code, out, err } = await machine.sagegate(
        'container',
        'run',
        '--role',
        `arn:aws:iam::${ACCOUNT}:role/Task`,
        '--',
        ...commandOf(name),
      );
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(assumed('Task', '[0-9a-f]{32}'));
    }, 180_000);

    it('by a credential_process', async () => {
      const config = join(machine.home, 'config');
      const script = join(machine.home, 'credentials.sh');
      const keys = 'AWS_ACCESS_KEY_ID=AKIAINSTANCETEST0001 AWS_SECRET_ACCESS_KEY=instanceTestInstanceTestInstanceTestInst';
      writeFileSync(
        script,
        `#!/bin/sh\ncd ${root}\n${keys} exec ${process.execPath} src/cli/main.ts credentials --endpoint ${machine.endpoint}\n`,
      );
      chmodSync(script, 0o700);
      writeFileSync(config, `[profile process]\ncredential_process = ${script}\nregion = us-east-2\n`);
      const [command = '', ...args] = commandOf(name);
      const { ended } = run(command, args, {
        HOME: machine.home,
        AWS_CONFIG_FILE: config,
        AWS_PROFILE: 'process',
        AWS_ENDPOINT_URL: machine.endpoint,
      });
      const { code, out, err } = await ended;
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toBe(`arn:aws:iam::${ACCOUNT}:user/admin\n`);
    }, 180_000);
  });
});

describe('sagegate instance run', () => {
  const shell = (script: string, ...options: string[]) => machine.sagegate(...launch, ...options, '--', 'sh', '-c', script);

  it('ends with the code of the command, and ends the instance', async () => {
    const { code, err } = await shell('exit 7');
    expect(code).toBe(7);
    const id = /Instance (i-\w+) is terminated/.exec(err)?.[1];
    expect(id).toMatch(/^i-/);
    expect((await machine.sagegate('instance', 'imds', id ?? '')).err).toBe('There is no such instance, or it is not up.\n');
    expect((await shell('kill -9 $$')).code).toBe(137);
  }, 180_000);

  it('gives the command nothing of the caller’s own', async () => {
    const { child, ended } = machine.start([...launch, '--', 'env'], {
      AWS_SESSION_TOKEN: '',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/x',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1/',
      SAGEGATE_OPERATOR_TOKEN: 'secret-of-the-operator',
      KEPT: 'kept',
    });
    child.stdin.end();
    const { out } = await ended;
    const names = out.split('\n').map((line) => line.replace(/=.*$/, ''));
    expect(names).toContain('KEPT');
    expect(names.filter((name) => /^(AWS|SAGEGATE)_/.test(name)).sort()).toEqual([
      'AWS_CONFIG_FILE',
      'AWS_DEFAULT_REGION',
      'AWS_EC2_METADATA_SERVICE_ENDPOINT',
      'AWS_ENDPOINT_URL',
      'AWS_REGION',
      'AWS_SHARED_CREDENTIALS_FILE',
    ]);
    expect(out).not.toMatch(/instanceTest|secret-of-the-operator/);
  }, 180_000);

  it('stops the command when it is stopped', async () => {
    const { child, said, ended } = machine.start([...launch, '--', 'sh', '-c', 'echo up; exec sleep 60']);
    await expect.poll(() => said.out, { timeout: 60_000 }).toContain('up');
    child.kill('SIGTERM');
    const { code, err } = await ended;
    expect([code, err]).toEqual([143, expect.stringMatching(/is terminated\.\n$/)]);
  }, 180_000);

  it.each([
    [
      ['--instance-profile', 'None', '--', 'true'],
      1,
      /^InvalidParameterValue: Value \(None\) for parameter iamInstanceProfile.name is invalid/,
    ],
    [['--instance-profile', 'AppProfile', '--', 'no-such-command'], 127, /no-such-command cannot be run: there is no such command\.\n$/],
    [['--instance-profile', 'AppProfile'], 2, /missing required argument 'command'/],
    [['--tag', 'x', '--', 'true'], 2, /^x must look like Name=web\.\n$/],
    [['--imds', 'v3', '--', 'true'], 2, /Allowed choices are v1, v2/],
    [['--endpoint', 'http://203.0.113.9:4566', '--', 'true'], 2, /loopback interface of the server/],
  ])(
    '%j ends with %i',
    async (args, code, sentence) => {
      const said = await machine.sagegate('instance', 'run', ...args);
      expect(said).toEqual({ code, out: '', err: expect.stringMatching(sentence) });
    },
    60_000,
  );

  it('is refused to callers who may not launch, or not pass the role', async () => {
    await machine.iam.createUser({ UserName: 'launcher' });
    await machine.iam.putUserPolicy({
      UserName: 'launcher',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }] }),
    });
    const { AccessKey } = await machine.iam.createAccessKey({ UserName: 'launcher' });
    const keys = { AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '', AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '' };
    const { code, err } = await machine.start([...launch, '--', 'true'], keys).ended;
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(`not authorized to perform: iam:PassRole on resource: arn:aws:iam::${ACCOUNT}:role/App`),
    ]);
  }, 180_000);
});

describe('sagegate instance imds', () => {
  it('serves until it is stopped', async () => {
    const { child, said } = machine.start([...launch, '--', 'sh', '-c', 'echo up; exec sleep 60']);
    await expect.poll(() => said.out, { timeout: 60_000 }).toContain('up');
    const id = /Instance (i-\w+) is up/.exec(said.err)?.[1] ?? '';
    const imds = machine.start(['instance', 'imds', id]);
    await expect
      .poll(() => imds.said.out, { timeout: 60_000 })
      .toMatch(/^AWS_EC2_METADATA_SERVICE_ENDPOINT=http:\/\/127\.0\.0\.1:\d+\/\n$/);
    const base = new URL(imds.said.out.trim().replace(/^.*=/, ''));
    expect((await ask(base, '/latest/meta-data/')).status).toBe(401);
    imds.child.kill('SIGTERM');
    expect((await imds.ended).code).toBe(0);
    await expect(ask(base, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    child.kill('SIGTERM');
  }, 180_000);
});

describe('sagegate credentials', () => {
  it('keeps what it was given, for its owner alone', async () => {
    const [first, second] = [await machine.sagegate('credentials'), await machine.sagegate('credentials')];
    expect(JSON.parse(first.out)).toEqual({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(second).toEqual(first);
    expect((await machine.sagegate('credentials', '--no-cache')).out).not.toBe(first.out);
    const directory = join(machine.home, '.cache/sagegate/credentials');
    const files = readdirSync(directory).map((name) => join(directory, name));
    for (const [path, mode] of [[directory, '700'], ...files.map((file) => [file, '600'] as const)] as const)
      expect((statSync(path).mode & 0o777).toString(8)).toBe(mode);
    // What ends soon is not given out again, and what cannot be read is no hindrance.
    for (const file of files) {
      const kept = JSON.parse(readFileSync(file, 'utf8')) as { Expiration: string };
      writeFileSync(file, JSON.stringify({ ...kept, Expiration: new Date(Date.now() + 15 * 60_000).toISOString() }));
    }
    const third = await machine.sagegate('credentials');
    expect(third.out).not.toBe(first.out);
    for (const file of files) writeFileSync(file, '{');
    expect((await machine.sagegate('credentials')).code).toBe(0);
  }, 180_000);

  it('assumes a role, and says what is in the way', async () => {
    const role = `arn:aws:iam::${ACCOUNT}:role/Reader`;
    const Condition = { StringEquals: { 'sts:ExternalId': '42' } };
    const document = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole', Condition }],
    };
    await machine.iam.createRole({ RoleName: 'Reader', AssumeRolePolicyDocument: JSON.stringify(document) });
    const given = await machine.sagegate('credentials', '--role', role, '--external-id', '42', '--session-name', 'me', '--duration', '900');
    expect(given.code).toBe(0);
    const refused = await machine.sagegate('credentials', '--role', role);
    expect(refused).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^AccessDenied: .* is not authorized to perform: sts:AssumeRole/),
    });
  }, 180_000);
});

/** Tells the key it uses at each line it is given, in the end who it is. */
const TELLING_PYTHON = `import boto3, sys
session = boto3.Session()
credentials = None
for line in sys.stdin:
    credentials = credentials or session.get_credentials()
    print(credentials.get_frozen_credentials().access_key, flush=True)
print(session.client("sts").get_caller_identity()["Arn"], flush=True)
`;

const TELLING_JAVASCRIPT = `import { createInterface } from 'node:readline';
import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
const client = new STSClient({});
for await (const _ of createInterface({ input: process.stdin })) console.log((await client.config.credentials()).accessKeyId);
console.log((await client.send(new GetCallerIdentityCommand({}))).Arn);
`;

const boto3 = findBoto3();
const container = ['container', 'run', '--role', `arn:aws:iam::${ACCOUNT}:role/Task`];

/** Minutes before the end at which a client asks again. boto3 makes do with an instance's credentials that end so soon, and with no container's. */
const LONG_RUNNING = [
  {
    name: 'the JavaScript SDK',
    present: true,
    where: launch,
    command: [process.execPath, '--input-type=module', '-e', TELLING_JAVASCRIPT],
    minutes: 4,
  },
  { name: 'boto3', present: boto3 !== undefined, where: container, command: [boto3?.command ?? '', '-c', TELLING_PYTHON], minutes: 13 },
] as const;

describe.each(LONG_RUNNING)('an application that runs for long, with $name', ({ name, present, where, command, minutes }) => {
  describeWith(name, present, 'gets new credentials', () => {
    it('before the old ones end', async () => {
      const { child, said, ended } = machine.start([...where, '--', ...command]);
      if (where === launch) await expect.poll(() => said.err, { timeout: 60_000 }).toContain('is up');
      // What is given out now ends, by the application's own clock, so soon that it asks again.
      await machine.local('clock', { freezeAt: new Date(Date.now() - (6 * 60 - minutes) * 60_000).toISOString() });
      child.stdin.write('\n');
      const keys = () => new Set(said.out.match(/^ASIA\w+$/gm) ?? []);
      await expect.poll(() => keys().size, { timeout: 60_000 }).toBe(1);
      await machine.local('clock', { reset: true });
      // The JavaScript SDK asks in the background, and uses what it has until it is answered.
      const asksAgain = (): number => {
        child.stdin.write('\n');
        return keys().size;
      };
      await expect.poll(asksAgain, { timeout: 60_000, interval: 200 }).toBe(2);
      child.stdin.end();
      const { code, out } = await ended;
      expect([code, out.trim().split('\n').at(-1)]).toEqual([0, expect.stringMatching(/:assumed-role\/(App\/i-|Task\/)/)]);
    }, 180_000);
  });
});

const succeeds = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const mayMakeNamespaces = process.getuid?.() === 0 && succeeds('ip', 'netns', 'list') && succeeds('curl', '--version');

describeWith('root, iproute2 and curl', mayMakeNamespaces, 'in a network namespace', () => {
  const inNamespace = [...launch, '--network-namespace'];
  const names = () => spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout;

  describe.each(applications(''))('$name', ({ name, present }) => {
    describeWith(name, present, 'finds the metadata service', () => {
      it('where EC2 has it', async () => {
        const { code, out } = await machine.sagegate(...inNamespace, '--', ...commandOf(name));
        expect([code, out]).toEqual([0, expect.stringMatching(assumed('App', 'i-[0-9a-f]{17}'))]);
        expect(names()).not.toContain('sagegate-');
      }, 180_000);
    });
  });

  it('reaches the server and its own metadata, and nothing else', async () => {
    const probe = `
for (const url of ['http://169.254.169.254/', process.env.AWS_ENDPOINT_URL + '/_sagegate/health', 'http://192.0.2.1/'])
  console.log(await fetch(url, { signal: AbortSignal.timeout(2000) }).then((answer) => answer.status, () => 'unreachable'));
console.log(process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'no endpoint');`;
    const { code, out } = await machine.sagegate(...inNamespace, '--', process.execPath, '--input-type=module', '-e', probe);
    expect([code, out]).toEqual([0, '401\n200\nunreachable\nno endpoint\n']);
  }, 180_000);

  it.each([
    [1, 'no answer'],
    [2, '200'],
  ])(
    'I03 answers %i hop away, and a container beyond the instance gets %s',
    async (hops, beyond) => {
      const put = `curl -s -o /dev/null -m 3 -w '%{http_code}' -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token || echo ' no answer'`;
      // A container as its host sees it: behind a bridge, one hop further.
      const script = `
set -e
ip netns add sagegate-box
trap 'ip netns del sagegate-box' EXIT
echo 1 > /proc/sys/net/ipv4/ip_forward
ip link add box0 type veth peer name box1 netns sagegate-box
ip addr add 10.9.0.1/24 dev box0
ip link set box0 up
ip -n sagegate-box addr add 10.9.0.2/24 dev box1
ip -n sagegate-box link set box1 up
ip -n sagegate-box route add default via 10.9.0.1
printf 'instance:'; ${put}; echo
printf 'container:'; ip netns exec sagegate-box sh -c "${put.replaceAll('"', '\\"')}"; echo
`;
      const { code, out, err } = await machine.sagegate(...inNamespace, '--hop-limit', String(hops), '--', 'sh', '-c', script);
      expect({ code, err }).toMatchObject({ code: 0 });
      const [instance, container] = out.trim().split('\n');
      expect(instance).toBe('instance:200');
      expect(container).toContain(beyond);
    },
    60_000,
  );
});
