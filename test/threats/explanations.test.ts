import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2 } from '@aws-sdk/client-ec2';
import { IAM } from '@aws-sdk/client-iam';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Seed } from '../../src/server/seed-schema.ts';
import { type RunningServer, startServer } from '../../src/server/serve.ts';
import { sign } from '../../src/sigv4/index.ts';

/* E26: explanations are for those who may see what they hold, and no oracle for anybody else. */

const [OURS, THEIRS] = ['111122223333', '444455556666'];
const OURS_ROLE = `arn:aws:iam::${OURS}:role/Trusted`;
let server: RunningServer;
let directory: string;
const errors: unknown[] = [];

const key = (name: string): { id: string; secret: string } => ({
  id: `AKIA${name.toUpperCase().padEnd(16, 'A')}`,
  secret: name.padEnd(40, 'x'),
});
const credentials = (name: string) => ({ accessKeyId: key(name).id, secretAccessKey: key(name).secret });
const statement = (Effect: string, Action: string | string[], more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource: '*', ...more }],
});
const user = (name: string, ...documents: object[]) => ({
  name,
  accessKeys: [key(name)],
  inlinePolicies: documents.map((document, i) => ({ name: `Policy${i}`, document })),
});
const trusting = (principal: object, Condition?: object) => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Secret', Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...(Condition && { Condition }) }],
});

const seed: Seed = {
  version: 1,
  accounts: [
    {
      id: OURS,
      name: 'ours',
      root: { email: 'ours@example.com' },
      users: [
        user('denied', statement('Allow', 'sts:AssumeRole', { Condition: { StringEquals: { 'aws:ResourceTag/stage': 'secret-stage' } } })),
        user('decoder', statement('Allow', ['sts:DecodeAuthorizationMessage', 'iam:DeleteUserPolicy', 'iam:PutUserPolicy'])),
        user('curious', statement('Allow', 'iam:*')),
      ],
      roles: [{ name: 'Trusted', trustPolicy: trusting({ AWS: OURS }) }],
    },
    {
      id: THEIRS,
      name: 'theirs',
      root: { email: 'theirs@example.com' },
      users: [user('stranger', statement('Allow', '*'))],
      roles: [
        {
          name: 'Vault',
          tags: { stage: 'secret-stage' },
          trustPolicy: trusting({ AWS: THEIRS }, { StringEquals: { 'sts:ExternalId': 'hunter2' } }),
        },
      ],
    },
  ],
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sagegate-explanations-'));
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    remote: false,
    allowedHosts: [],
    dataDirectory: join(directory, 'data'),
    seed,
    pace: 0,
    showMessage: () => undefined,
    logError: (error) => errors.push(error),
  });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
  expect(errors).toEqual([]);
});

const config = (name: string) => ({ endpoint: server.url, region: 'us-east-1', credentials: credentials(name), maxAttempts: 1 });

/** A call that must be denied: its decision id and message. */
async function denied(call: Promise<unknown>): Promise<{ id: string; message: string }> {
  const error = await call.then(
    () => new Error('it was allowed'),
    (reason: Error & { $response?: { headers: Record<string, string> } }) => reason,
  );
  const id = '$response' in error ? error.$response?.headers['x-sagegate-decision-id'] : undefined;
  expect(id, error.message).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  return { id: id ?? '', message: error.message };
}

interface Asked {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

async function ask(id: string, by?: { signedBy?: string; token?: string; service?: string; spoil?: boolean }): Promise<Asked> {
  const target = `/_sagegate/decisions/${id}`;
  const host = new URL(server.url).host;
  const request = { method: 'GET', target, rawHeaders: ['Host', host], body: new Uint8Array() };
  const headers: Record<string, string> = {};
  if (by?.signedBy !== undefined) {
    const options = { region: 'us-east-1', service: by.service ?? 'sagegate', now: Date.now() };
    const list = sign(request, credentials(by.signedBy), options);
    for (let i = 0; i < list.length; i += 2) if (list[i] !== 'Host') headers[list[i] ?? ''] = list[i + 1] ?? '';
    if (by.spoil) headers.Authorization = (headers.Authorization ?? '').replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  }
  if (by?.token !== undefined) headers.Authorization = `Bearer ${by.token}`;
  const response = await fetch(server.url + target, { headers });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Record<string, unknown> };
}

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('every denial names its decision, and says what it said before', () => {
  it.each([
    [
      'IAM',
      () => new IAM(config('denied')).listUsers({}),
      /^User: .* is not authorized to perform: iam:ListUsers on resource: .* because no/,
    ],
    [
      'STS',
      () => new STS(config('curious')).assumeRole({ RoleArn: OURS_ROLE, RoleSessionName: 'me' }),
      /perform: sts:AssumeRole on resource: \S+$/,
    ],
    ['SageMaker', () => new SageMaker(config('denied')).listModels({}), /perform: sagemaker:ListModels because no identity-based policy/],
    [
      'EC2',
      () => new EC2(config('denied')).describeVpcs({}),
      /^You are not authorized .* action\. Encoded authorization failure message: \S+$/,
    ],
  ])('%s', async (_, call, message) => expect((await denied(call())).message).toMatch(message));

  it('also where a rule denies and no policy does', async () => {
    const { Credentials: c } = await new STS(config('decoder')).getSessionToken({});
    const session = { accessKeyId: c?.AccessKeyId ?? '', secretAccessKey: c?.SecretAccessKey ?? '', sessionToken: c?.SessionToken ?? '' };
    const { id } = await denied(new STS({ ...config('decoder'), credentials: session }).getSessionToken({}));
    expect((await ask(id, { token: server.operatorToken })).body).toMatchObject({
      account: OURS,
      operation: 'sts:GetSessionToken',
      sentence: 'denied: Cannot call GetSessionToken with session credentials',
    });
  });
});

describe('E26 who is shown a decision', () => {
  let id: string;
  let nothing: Asked;
  beforeAll(async () => {
    id = (await denied(new IAM(config('denied')).createUser({ UserName: 'x' }))).id;
    nothing = await ask(UNKNOWN, { token: server.operatorToken });
  });

  it.each([
    ['the operator', () => ({ token: server.operatorToken })],
    ["the denied caller's account, with the permission", () => ({ signedBy: 'decoder' })],
  ])('%s, whole', async (_, by) => {
    const { status, body } = await ask(id, by());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      decisionId: id,
      operation: 'iam:CreateUser',
      account: OURS,
      message: expect.stringContaining('iam:CreateUser'),
      sentence: expect.stringMatching(/^denied: .*`iam:CreateUser` on `arn:aws:iam::111122223333:user\/x`/),
      explanation: {
        decision: { outcome: 'implicitDeny', decidedBy: 'identity' },
        layers: [{ kind: 'identity', policies: [{ source: { name: 'Policy0' } }] }],
      },
      context: { 'aws:username': 'denied', 'aws:SecureTransport': 'false' },
    });
    expect(body).not.toHaveProperty('withheld');
  });

  it.each([
    ['the denied caller, without the permission', { signedBy: 'denied' }],
    ['somebody of the account, with every permission but this', { signedBy: 'curious' }],
    ['the administrator of another account', { signedBy: 'stranger' }],
    ['somebody who does not sign', {}],
    ['a wrong token', { token: 'A'.repeat(43) }],
  ])('to %s it is as if it had never been', async (_, by) => {
    expect(await ask(id, by)).toEqual(nothing);
    expect(await ask(UNKNOWN, by)).toEqual(nothing);
    expect(nothing.status).toBe(404);
  });

  it.each([
    ['is wrong', { signedBy: 'decoder', spoil: true }],
    ['is for another service', { signedBy: 'decoder', service: 'iam' }],
  ])('a signature that %s is refused as such, whatever the id', async (_, by) => {
    const [known, unknown] = [await ask(id, by), await ask(UNKNOWN, by)];
    expect([known.status, known.body.__type]).toEqual([403, 'SignatureDoesNotMatch']);
    expect([unknown.status, unknown.body.__type]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('as it was decided, whatever the policies say since', async () => {
    const before = await ask(id, { signedBy: 'decoder' });
    await new IAM(config('decoder')).deleteUserPolicy({ UserName: 'denied', PolicyName: 'Policy0' });
    expect(await ask(id, { signedBy: 'decoder' })).toEqual(before);
    await new IAM(config('decoder')).putUserPolicy({
      UserName: 'denied',
      PolicyName: 'Policy0',
      PolicyDocument: JSON.stringify(
        statement('Allow', 'sts:AssumeRole', { Condition: { StringEquals: { 'aws:ResourceTag/stage': 'secret-stage' } } }),
      ),
    });
  });
});

it("E26 another account's policy, tags and existence stay out of what the caller's account is shown", async () => {
  const assume = (name: string) =>
    denied(new STS(config('denied')).assumeRole({ RoleArn: `arn:aws:iam::${THEIRS}:role/${name}`, RoleSessionName: 'me' }));
  const shown: string[] = [];
  for (const name of ['Vault', 'Nowhere']) {
    const { id } = await assume(name);
    const { status, text, body } = await ask(id, { signedBy: 'decoder' });
    expect([status, body.withheld]).toEqual([200, expect.stringContaining('another account')]);
    expect(text).not.toMatch(/hunter2|ExternalId|"Secret"/);
    expect(body.context).not.toHaveProperty('aws:ResourceTag/stage');
    shown.push(JSON.stringify([body.sentence, body.explanation, Object.keys(body.context as object)]).replaceAll(name, '…'));
  }
  expect(shown[0]).toBe(shown[1]);
  // The operator sees what it was about.
  expect((await ask((await assume('Vault')).id, { token: server.operatorToken })).text).toContain('hunter2');
});

describe('encoded authorization messages', () => {
  const encodedOf = ({ message }: { message: string }): string => message.slice(message.lastIndexOf(' ') + 1);
  const decode = (name: string, EncodedMessage: string) => new STS(config(name)).decodeAuthorizationMessage({ EncodedMessage });

  it('say who wanted what, in the documented shape', async () => {
    const { DecodedMessage = '' } = await decode('decoder', encodedOf(await denied(new EC2(config('denied')).describeVpcs({}))));
    const decoded = JSON.parse(DecodedMessage) as { context: { conditions: { items: { key: string; values: object }[] } } };
    expect(decoded).toMatchObject({
      allowed: false,
      explicitDeny: false,
      matchedStatements: { items: [] },
      failures: { items: [] },
      context: {
        principal: { id: expect.stringMatching(/^AIDA/), name: 'denied', arn: `arn:aws:iam::${OURS}:user/denied` },
        action: 'ec2:DescribeVpcs',
        resource: '*',
      },
    });
    expect(decoded.context.conditions.items).toContainEqual({ key: 'ec2:Region', values: { items: [{ value: 'us-east-1' }] } });
  });

  it('name the statement that denies', async () => {
    const administrator = new IAM(config('decoder'));
    const PolicyDocument = JSON.stringify(statement('Deny', 'ec2:Run*', { Condition: { StringEquals: { 'aws:username': 'denied' } } }));
    await administrator.putUserPolicy({ UserName: 'denied', PolicyName: 'No', PolicyDocument });
    const { message } = await denied(new EC2(config('denied')).runInstances({ ImageId: 'ami-1', MinCount: 1, MaxCount: 1 }));
    const { DecodedMessage = '' } = await decode('decoder', encodedOf({ message }));
    expect(JSON.parse(DecodedMessage)).toMatchObject({
      explicitDeny: true,
      matchedStatements: {
        items: [
          {
            statementId: '',
            effect: 'DENY',
            principals: { items: [{ value: expect.stringMatching(/^AIDA/) }] },
            principalGroups: { items: [] },
            actions: { items: [{ value: 'ec2:Run*' }] },
            resources: { items: [{ value: '*' }] },
            conditions: { items: [{ key: 'aws:username', values: { items: [{ value: 'denied' }] } }] },
          },
        ],
      },
      context: { action: 'ec2:RunInstances' },
    });
    await administrator.deleteUserPolicy({ UserName: 'denied', PolicyName: 'No' });
  });

  it('are short enough to be decoded, however much the request says', async () => {
    const client = new EC2({ ...config('denied'), customUserAgent: 'x'.repeat(9000) });
    const encoded = encodedOf(await denied(client.describeVpcs({})));
    expect(encoded.length).toBeLessThan(10_240);
    const { DecodedMessage = '' } = await decode('decoder', encoded);
    expect(DecodedMessage).toContain('"aws:SourceIp"');
    expect(DecodedMessage).not.toContain('xxxxxxxxxx');
  });

  it('E26 open in their own account alone, and not when a character is changed', async () => {
    const encoded = encodedOf(await denied(new EC2(config('denied')).describeVpcs({})));
    const altered = encoded.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const attempts = [
      ['stranger', encoded],
      ['decoder', altered],
      ['decoder', 'nonsense'],
      ['decoder', encoded.slice(4)],
    ] as const;
    for (const [name, text] of attempts) {
      await expect(decode(name, text)).rejects.toMatchObject({
        name: 'InvalidAuthorizationMessageException',
        message: 'Message is not valid',
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  it('ask for the permission', async () => {
    const encoded = encodedOf(await denied(new EC2(config('denied')).describeVpcs({})));
    expect((await denied(decode('curious', encoded))).message).toBe(
      `User: arn:aws:iam::${OURS}:user/curious is not authorized to perform: sts:DecodeAuthorizationMessage because no identity-based policy allows the sts:DecodeAuthorizationMessage action`,
    );
  });
});
