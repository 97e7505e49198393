import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsClient } from '../../src/cli/aws-client.ts';
import { excerpt } from '../../src/cli/excerpt.ts';
import { explain } from '../../src/cli/explain.ts';
import { Failure } from '../../src/cli/failure.ts';
import { explainPolicies, readContext, type SimulateOptions, simulate } from '../../src/cli/policy-simulate.ts';
import { testPolicies } from '../../src/cli/policy-test.ts';
import { type ValidateOptions, validatePolicies } from '../../src/cli/policy-validate.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { readSeedFile } from '../../src/server/seed-file.ts';
import { type RunningServer, startServer } from '../../src/server/serve.ts';

const root = resolve(import.meta.dirname, '../..');
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sagegate-policy-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const file = (name: string, content: string | object): string => {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  return path;
};
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

/** What a command says, and how it ends. */
interface Said {
  out: string;
  err: string;
  code: number;
}

async function run(command: (terminal: Terminal) => void | Promise<void>): Promise<Said> {
  const said: Said = { out: '', err: '', code: 0 };
  const nobody = () => Promise.reject(new Error('nobody to ask'));
  const terminal: Terminal = {
    print: (text) => {
      said.out += `${text}\n`;
    },
    note: (text) => {
      said.err += `${text}\n`;
    },
    isInteractive: false,
    ask: nobody,
    askSecret: nobody,
    confirm: nobody,
  };
  try {
    await command(terminal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    said.err += `${error.message}\n`;
    said.code = error.exitCode;
  }
  return said;
}

describe('policy validate', () => {
  const validate = (files: string[], options: ValidateOptions = {}) => run((terminal) => validatePolicies(files, options, terminal));

  it('says what is wrong, where, and what AWS would say', async () => {
    const bad = file(
      'bad.json',
      '{\n  "Version": "2012-10-17",\n\t"Statement": [{ "Effect": "Alow", "Action": "s3:*", "Resource": "*" }]\n}',
    );
    const good = file('good.json', policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }));
    expect(await validate([bad, good])).toEqual({
      code: 1,
      err: '1 of 2 policies would be refused.\n',
      out: [
        `✗ ${bad}:3:28: Effect must be "Allow" or "Deny"`,
        '    3 │   "Statement": [{ "Effect": "Alow", "Action": "s3:*", "Resource": "*" }]',
        '      │                             ^',
        '    AWS says: Syntax errors in policy.',
        `✓ ${good}: a valid identity-based policy of 1 statement`,
        '',
      ].join('\n'),
    });
  });

  it.each([
    ['trust', policy({ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }), 'trust policy'],
    [
      'resource',
      policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }),
      'resource-based policy',
    ],
  ])('knows a %s policy by its looks', async (name, document, called) => {
    expect((await validate([file(`${name}.json`, document)])).out).toContain(`a valid ${called} of 1 statement`);
  });

  it('takes the kind that is named, and prints JSON', async () => {
    const path = file('not-managed.json', { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] });
    expect((await validate([path])).code).toBe(0);
    const { out, code } = await validate([path], { kind: 'managed', json: true });
    expect([code, JSON.parse(out)]).toEqual([
      1,
      [
        {
          file: path,
          kind: 'managed',
          valid: false,
          message: 'Policy document must be version 2012-10-17 or greater.',
          detail: expect.any(String),
        },
      ],
    ]);
  });

  it('shows the end of long lines and no terminal escapes (V09)', () => {
    expect(excerpt(`${'x'.repeat(500)}\u001b[31m`, { line: 1, column: 501 })).toMatch(/^1 │ …x{91}\\u\{1b\}\[31m\n {2}│ {93}\^$/);
  });
});

describe('policy simulate and explain, of files', () => {
  const team = () =>
    file(
      'team.json',
      policy(
        { Sid: 'Home', Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::home/${aws:username}/*' },
        {
          Sid: 'FromHere',
          Effect: 'Allow',
          Action: 'ec2:*',
          Resource: '*',
          Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
        },
      ),
    );
  const asked = (more: Partial<SimulateOptions>): SimulateOptions => ({
    policy: [team()],
    principal: 'arn:aws:iam::111122223333:user/jane',
    action: ['s3:GetObject'],
    resource: ['arn:aws:s3:::home/jane/x', 'arn:aws:s3:::home/bob/x'],
    ...more,
  });
  const simulated = (more: Partial<SimulateOptions> = {}) => run((terminal) => simulate(asked(more), terminal, {}));

  it('prints a line for each action and resource', async () => {
    const { out, err, code } = await simulated();
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^ {2}ACTION +RESOURCE +OUTCOME +WHY$/),
      expect.stringMatching(/^✓ s3:GetObject +arn:aws:s3:::home\/jane\/x +allowed +allowed: statement `Home` of/),
      expect.stringMatching(/^✗ s3:GetObject +arn:aws:s3:::home\/bob\/x +implicitDeny +denied: /),
      '',
    ]);
    expect([err, code]).toEqual(['', 0]);
  });

  it('names keys that are missing, and takes them', async () => {
    const ec2 = { action: ['ec2:RunInstances'], resource: ['*'] };
    expect((await simulated(ec2)).err).toBe(
      'Not in the request, and read by a policy: aws:SourceIp. Give them with --context KEY=VALUE.\n',
    );
    expect((await simulated({ ...ec2, context: ['aws:sourceip=203.0.113.9'] })).out).toMatch(/^✓ ec2:RunInstances/m);
    expect(readContext(['a=1', 'b=', 'a=2=3'])).toEqual({ a: ['1', '2=3'], b: '' });
  });

  it('ends with 1 when something is denied, if asked to', async () => {
    expect(await simulated({ exitCode: true })).toMatchObject({ code: 1, err: '1 of 2 would be denied.\n' });
  });

  it('prints JSON', async () => {
    const results = JSON.parse((await simulated({ json: true })).out) as object[];
    expect(results).toMatchObject([
      { action: 's3:GetObject', outcome: 'allowed', decidedBy: 'identity' },
      { outcome: 'implicitDeny', decidedBy: 'identity', missingKeys: [] },
    ]);
    expect(results[0]).not.toHaveProperty('explanation');
  });

  it('takes boundaries, session policies, SCPs, resource policies and those of AWS', async () => {
    const nothing = file('nothing.json', policy({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }));
    const grant = file('grant.json', policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::home/*' }));
    const decided = async (more: Partial<SimulateOptions>) =>
      (
        JSON.parse((await simulated({ json: true, resource: ['arn:aws:s3:::home/jane/x'], ...more })).out) as {
          outcome: string;
          decidedBy: string;
        }[]
      ).map(({ outcome, decidedBy }) => `${outcome} ${decidedBy}`);
    expect(await decided({ boundary: nothing })).toEqual(['implicitDeny boundary']);
    expect(await decided({ session: [nothing] })).toEqual(['implicitDeny session']);
    expect(await decided({ scp: [nothing] })).toEqual(['implicitDeny scp']);
    expect(await decided({ policy: [], resourcePolicy: grant })).toEqual(['allowed resource']);
    expect(await decided({ resourcePolicy: grant, resourceAccount: '444455556666', policy: [nothing] })).toEqual(['implicitDeny identity']);
    expect(await decided({ policy: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'] })).toEqual(['allowed identity']);
  });

  it('explains statement by statement', async () => {
    const { out } = await run((terminal) => explainPolicies(asked({ resource: ['arn:aws:s3:::home/bob/x'] }), terminal));
    expect(out).toContain(
      '– Identity-based policies: does not allow\n    team.json\n      – statement 1 Home (Allow, line 4) does not apply:',
    );
    expect(out).toContain('the resource is not what it takes: arn:aws:s3:::home/jane/*');
    expect(out).toContain('· 1 statement is about other actions');
    const all = await run((terminal) => explainPolicies(asked({ resource: ['*'], all: true }), terminal));
    expect(all.out).toContain('the action is not what it takes: ec2:*');
  });

  it.each([
    [{ policy: [] }, /Give policies with --policy FILE, or a running server/],
    [{ policy: ['none.json'] }, /none\.json cannot be read: there is no such file/],
    [{ policy: ['arn:aws:iam::aws:policy/Nonsense'] }, /AWS has no managed policy/],
    [{ principal: 'jane' }, /jane is no principal\. It must be the ARN/],
    [{ action: ['s3:*'] }, /s3:\* is no action/],
    [{ context: ['aws:SourceIp'] }, /must look like/],
  ])('asked wrongly, %j ends with 2', async (more, sentence) => {
    expect(await simulated(more)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(sentence) });
  });
});

describe('policy test', () => {
  const test = (path: string, options: object = {}) => run((terminal) => testPolicies([path], options, terminal));
  const tests = (name: string, content: object) => file(name, { version: 1, ...content });
  const readers = policy({ Sid: 'Read', Effect: 'Allow', Action: 's3:Get*', Resource: '*' });
  const jane = { arn: 'arn:aws:iam::111122223333:user/jane', policies: ['readers'] };
  const one = (more: object) => ({
    policies: { readers },
    principals: { jane },
    tests: [{ name: 'reads', principal: 'jane', action: 's3:GetObject', expect: 'allowed', ...more }],
  });

  it('the example passes', async () => {
    const { out, code } = await test(join(root, 'examples/policy-test.yaml'));
    expect([code, out]).toEqual([0, expect.stringMatching(/\n7 passed, 0 failed\n$/)]);
  });

  it.each([
    ['the outcome', { expect: 'explicitDeny' }, 'expected  explicitDeny', 'got       allowed'],
    ['denied', { expect: 'denied' }, 'expected  denied', 'got       allowed'],
    ['who decides', { because: { by: 'boundary' } }, 'expected  allowed by boundary', 'got       allowed by identity'],
    ['the policy', { because: { policy: 'writers' } }, 'expected  allowed by the policy writers', 'got       allowed by readers'],
    ['the statement', { because: { statement: 'Write' } }, 'expected  allowed by statement Write', 'got       allowed by statement Read'],
    ['its place', { because: { statement: 2 } }, 'expected  allowed by statement 2', 'got       allowed by statement 1'],
    ['a missing key', { because: { missing: 'aws:SourceIp' } }, 'expected  aws:SourceIp missing', 'got       no key missing'],
  ])('fails over %s, and says so', async (_, more, expected, got) => {
    const path = tests('failing.json', one(more));
    const { out, err, code } = await test(path);
    expect([code, err]).toEqual([1, '1 of 1 tests failed.\n']);
    expect(out).toContain(`  ✗ reads\n      s3:GetObject on *\n        ${expected}\n        ${got}\n        allowed: statement \`Read\``);
    expect(out).toMatch(/\n {6}at .*failing\.json:[0-9]+:[0-9]+\n/);
  });

  it('takes many actions and resources, files beside it, sessions and context', async () => {
    file('readers.json', readers);
    const path = tests('many.json', {
      context: { 'aws:MultiFactorAuthPresent': true },
      tests: [
        {
          name: 'by file',
          principal: {
            arn: 'arn:aws:sts::111122223333:assumed-role/R/s',
            policies: ['./readers.json'],
            session: [
              policy({ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
            ],
          },
          action: ['s3:GetObject', 's3:GetBucketAcl'],
          resource: ['arn:aws:s3:::a', 'arn:aws:s3:::b'],
          expect: 'allowed',
        },
      ],
    });
    expect(await test(path)).toMatchObject({ code: 0, err: '' });
  });

  it('writes JUnit, whatever stands in names', async () => {
    const junit = join(directory, 'report.xml');
    const path = tests('junit.json', one({ name: 'a < "b" & \u0001', expect: 'denied' }));
    await test(path, { junit, quiet: true });
    const report = readFileSync(junit, 'utf8');
    expect(report).toContain('<testsuites name="sagegate policy test" tests="1" failures="1">');
    expect(report).toContain('<testcase name="a &lt; &quot;b&quot; &amp; ?"');
    expect(report).toContain('<failure message="expected denied, got allowed">');
  });

  it('prints JSON', async () => {
    const { out } = await test(tests('json.json', one({})), { json: true });
    expect(JSON.parse(out)).toEqual([{ file: expect.any(String), name: 'reads', line: expect.any(Number), passed: true, surprises: [] }]);
  });

  it.each([
    ['no tests', 'version: 1\ntests: []\n', /There is no test in what was given/],
    [
      'a misspelt member',
      'version: 1\ntests:\n  - {name: a, principal: p, action: s3:GetObject, expekt: allowed}\n',
      /:3:\d+: tests\[0\]\.expekt: is not a member here/,
    ],
    [
      'a principal that is none',
      'version: 1\ntests:\n  - {name: a, principal: jane, action: s3:GetObject, expect: allowed}\n',
      /:3:\d+: tests\[0\]\.principal: no principal is called "jane"/,
    ],
    [
      'an unknown policy',
      'version: 1\nprincipals: {j: {arn: "arn:aws:iam::111122223333:user/j", policies: [readers]}}\ntests:\n  - {name: a, principal: j, action: s3:GetObject, expect: allowed}\n',
      /:2:\d+: principals\.j\.policies\[0\]: no policy is called "readers"/,
    ],
    [
      'a policy that would be refused',
      'version: 1\npolicies:\n  p: {Statement: {Effect: Alow, Action: "s3:*", Resource: "*"}}\ntests: []\n',
      /:3:3: policies\.p: Effect must be "Allow" or "Deny" \(AWS says: Syntax errors in policy\.\)\n3 │ {3}p: .*\n {2}│ {3}\^/,
    ],
    [
      'a wildcard for an action',
      'version: 1\ntests:\n  - {name: a, principal: anonymous, action: "s3:*", expect: allowed}\n',
      /expected an action such as sagemaker:CreateModel/,
    ],
    ['no YAML', 'version: [1\n', /:\d+:\d+: /],
    [
      'V06 a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n`,
      /too many aliases/,
    ],
  ])('ends with 2 over a file with %s', async (_, content, sentence) => {
    expect(await test(file('wrong.yaml', content))).toMatchObject({ code: 2, err: expect.stringMatching(sentence) });
  });
});

describe('asking a running server', () => {
  let server: RunningServer;
  const errors: unknown[] = [];
  const administrator = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const alice = { accessKeyId: 'AKIAALICEEXAMPLE0001', secretAccessKey: 'aliceSecretAliceSecretAliceSecretAliceSe' };
  beforeAll(async () => {
    server = await startServer({
      host: '127.0.0.1',
      port: 0,
      remote: false,
      allowedHosts: [],
      dataDirectory: join(directory, 'data'),
      seed: readSeedFile(join(root, 'examples/seed.yaml')).seed,
      pace: 0,
      showMessage: () => undefined,
      logError: (error) => errors.push(error),
    });
  });
  afterAll(async () => {
    await server.close();
    expect(errors).toEqual([]);
  });

  const environmentOf = (keys: typeof alice) => ({
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_CONFIG_FILE: join(directory, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
    SAGEGATE_ENDPOINT: server.url,
    HOME: directory,
  });
  const nobody = () => ({ AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none', SAGEGATE_ENDPOINT: server.url, HOME: directory });

  async function deniedId(): Promise<string> {
    const client = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: alice, maxAttempts: 1 });
    const error: { $response?: { headers: Record<string, string> } } = await client.createUser({ UserName: 'x' }).then(
      () => ({}),
      (reason) => reason,
    );
    return error.$response?.headers['x-sagegate-decision-id'] ?? '';
  }

  it('simulates a principal', async () => {
    const options = {
      principal: 'arn:aws:iam::123456789012:user/alice',
      action: ['sagemaker:ListModels', 'iam:CreateUser'],
      endpoint: server.url,
    };
    const { out, code } = await run((terminal) => simulate({ ...options, exitCode: true }, terminal, environmentOf(administrator)));
    expect(out).toMatch(/^✓ sagemaker:ListModels +\* +allowed +AmazonSageMakerFullAccess, Boundary$/m);
    expect(out).toMatch(/^✗ iam:CreateUser +\* +implicitDeny +-$/m);
    expect(code).toBe(1);
    expect(await run((terminal) => simulate(options, terminal, environmentOf(alice)))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^AccessDenied: User: .* iam:SimulatePrincipalPolicy/),
    });
    expect(await run((terminal) => simulate({ ...options, principal: undefined }, terminal, environmentOf(alice)))).toMatchObject({
      code: 2,
      err: 'Say whose policies: --principal ARN.\n',
    });
  });

  it('explains a decision to the operator, and to the administrator by their keys', async () => {
    const id = await deniedId();
    for (const [options, environment] of [
      [{ token: server.operatorToken }, nobody()],
      [{ token: 'x' }, environmentOf(administrator)],
    ] as const) {
      const { out, code } = await run((terminal) => explain(id, options, terminal, environment));
      expect(code).toBe(0);
      expect(out).toMatch(/^denied: no identity-based policy allows `iam:CreateUser` on `arn:aws:iam::123456789012:user\/x`/);
      expect(out).toMatch(/^ {2}Caller +arn:aws:iam::123456789012:user\/alice$/m);
      expect(out).toMatch(/^– Permissions boundary: does not allow$/m);
      expect(out).toMatch(/^ {2}aws:username +alice$/m);
    }
    const json = await run((terminal) => explain(id, { token: server.operatorToken, json: true }, terminal, nobody()));
    expect(JSON.parse(json.out)).toMatchObject({ decisionId: id, explanation: { decision: { outcome: 'implicitDeny' } } });
  });

  it('explains it to nobody else', async () => {
    const id = await deniedId();
    for (const environment of [environmentOf(alice), nobody()]) {
      const { out, err, code } = await run((terminal) => explain(id, { token: 'x' }, terminal, environment));
      expect([out, code, err]).toEqual(['', 1, expect.stringMatching(/^There is no such decision for you\./)]);
    }
  });

  it('explains an encoded message, also pasted with the whole denial', async () => {
    const { message = '' } = await new AwsClient(server.url, alice).call(
      'ec2',
      'RunInstances',
      { ImageId: 'ami-1', MinCount: 1, MaxCount: 1 },
      'us-east-1',
    );
    const encoded = message.slice(message.lastIndexOf(' ') + 1);
    for (const text of [encoded, message]) {
      const { out } = await run((terminal) => explain(text, {}, terminal, environmentOf(administrator)));
      expect(out).toMatch(/^denied: nothing allows ec2:RunInstances on .* to arn:aws:iam::123456789012:user\/alice\n/);
      expect(out).toMatch(/^ {2}aws:RequestedRegion +us-east-1$/m);
    }
    expect(await run((terminal) => explain(encoded, {}, terminal, nobody()))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/say --profile NAME/),
    });
    expect(await run((terminal) => explain(encoded, {}, terminal, environmentOf(alice)))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^AccessDenied: .*sts:DecodeAuthorizationMessage/),
    });
    expect(await run((terminal) => explain(`${encoded.slice(0, -4)}AAAA`, {}, terminal, environmentOf(administrator)))).toMatchObject({
      code: 1,
      err: 'InvalidAuthorizationMessageException: Message is not valid\n',
    });
    expect(await run((terminal) => explain('what?', {}, terminal, environmentOf(administrator)))).toMatchObject({ code: 2 });
  });
});

describe('the command line', () => {
  const sagegate = (...args: string[]) =>
    spawnSync(process.execPath, ['src/cli/main.ts', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: directory },
    });

  it.each([
    [['policy', 'test', 'examples/policy-test.yaml'], 0],
    [['policy', 'test', 'examples/seed.yaml'], 2],
    [['policy', 'validate', 'package.json'], 1],
    [['policy', 'simulate', '--policy', 'x.json'], 2],
    [['policy', 'validate', '--kind', 'unkind', 'x.json'], 2],
    [['policy', 'nonsense'], 2],
    [['explain'], 2],
    [['policy', '--help'], 0],
    [['explain', '--help'], 0],
  ])('%j ends with %i, and no stack', (args, code) => {
    const { status, stderr } = sagegate(...args);
    expect(status).toBe(code);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
