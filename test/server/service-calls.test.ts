import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceCall, ServiceCalls } from '../../src/server/service-calls.ts';
import { policy, startTestServer, type TestAccount, type TestServer } from '../harness.ts';

/* What services of AWS may do: by themselves, as a role, and on behalf of somebody. */

let server: TestServer;
let account: TestAccount;
let other: TestAccount;
let calls: ServiceCalls;

beforeAll(async () => {
  server = await startTestServer();
  account = await server.account();
  other = await server.account();
  calls = new ServiceCalls(server);
});
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

const REDSHIFT = 'redshift.amazonaws.com';
const TRAIL = 'cloudtrail.amazonaws.com';
const cluster = (id: string) => `arn:aws:redshift:us-east-1:${id}:cluster:warehouse`;
const objects = 'arn:aws:s3:::data/*';
const object = 'arn:aws:s3:::data/2026.csv';

type Answer = {
  outcome: string;
  caller: string;
  steps: { outcome: string; sentence: string; context: Record<string, string | string[]> }[];
  output?: Record<string, unknown>;
  error?: { code: string; message: string };
};
const call = async (asked: ServiceCall): Promise<Answer> => (await calls.call(asked, '203.0.113.7')) as Answer;

let number = 0;
async function role(statements: object[], policies: object[] = [], more: object = {}): Promise<string> {
  const RoleName = `Service${number++}`;
  const { Role } = (await account.asRoot('iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify(policy(...statements)),
    ...more,
  })) as { Role: { Arn: string } };
  if (policies.length > 0)
    await account.asRoot('iam', 'PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: JSON.stringify(policy(...policies)) });
  return Role.Arn;
}

const trust = (Condition?: object, Service: string | string[] = REDSHIFT) => ({
  Effect: 'Allow',
  Principal: { Service },
  Action: 'sts:AssumeRole',
  ...(Condition && { Condition }),
});
const mayRead = { Effect: 'Allow', Action: 's3:GetObject', Resource: objects };
const reading = { action: 's3:GetObject', resource: object };

describe('a service that takes up a role', () => {
  it('reads a bucket on your behalf: as the role, whose policies decide', async () => {
    const arn = await role([trust()], [mayRead]);
    const allowed = await call({ as: REDSHIFT, role: arn, ...reading });
    expect(allowed).toMatchObject({
      outcome: 'allowed',
      caller: `arn:aws:sts::${account.id}:assumed-role/${arn.split('/')[1]}/redshift`,
      steps: [{ outcome: 'allowed' }, { outcome: 'allowed' }],
    });
    const [taking, reads] = allowed.steps;
    expect(taking?.context).toMatchObject({
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': REDSHIFT,
      'aws:PrincipalServiceNamesList': [REDSHIFT],
      'sts:RoleSessionName': 'redshift',
    });
    // From here on it is the role that calls, and no service: AWS's own words for the two keys.
    expect(reads?.context).toMatchObject({ 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false', 'aws:PrincipalArn': arn });
    for (const key of ['aws:CalledVia', 'aws:SourceArn', 'aws:SourceAccount', 'aws:PrincipalServiceName'])
      expect(reads?.context).not.toHaveProperty(key);
    expect(await call({ as: REDSHIFT, role: arn, action: 's3:PutObject', resource: object })).toMatchObject({
      outcome: 'denied',
      steps: [{ outcome: 'allowed' }, { outcome: 'implicitDeny' }],
    });
  });

  const own = { sourceArn: () => cluster(account.id), sourceAccount: () => account.id };
  const foreign = { sourceArn: () => cluster(other.id), sourceAccount: () => other.id };
  type Source = { sourceArn?: () => string; sourceAccount?: () => string };
  /** Without a guard, whoever knows the role's ARN can have the service use it for them: E16. */
  const guards: [string, () => object | undefined, Source, string][] = [
    ['no guard, its own resource', () => undefined, own, 'allowed'],
    ['no guard, a foreign resource', () => undefined, foreign, 'allowed'],
    ['no guard, nothing said', () => undefined, {}, 'allowed'],
    ['the account, its own resource', () => ({ StringEquals: { 'aws:SourceAccount': account.id } }), own, 'allowed'],
    ['the account, a foreign resource', () => ({ StringEquals: { 'aws:SourceAccount': account.id } }), foreign, 'denied'],
    ['the account, nothing said', () => ({ StringEquals: { 'aws:SourceAccount': account.id } }), {}, 'denied'],
    [
      'the account, only the resource said',
      () => ({ StringEquals: { 'aws:SourceAccount': account.id } }),
      { sourceArn: own.sourceArn },
      'denied',
    ],
    ['the resource, its own', () => ({ ArnEquals: { 'aws:SourceArn': cluster(account.id) } }), own, 'allowed'],
    ['the resource, a foreign one', () => ({ ArnEquals: { 'aws:SourceArn': cluster(account.id) } }), foreign, 'denied'],
    [
      'a pattern of resources, its own',
      () => ({ ArnLike: { 'aws:SourceArn': `arn:aws:redshift:*:${account.id}:cluster:*` } }),
      own,
      'allowed',
    ],
    [
      'a pattern of resources, a foreign one',
      () => ({ ArnLike: { 'aws:SourceArn': `arn:aws:redshift:*:${account.id}:cluster:*` } }),
      foreign,
      'denied',
    ],
    [
      'a guard that lets absent keys pass, nothing said',
      () => ({ StringEqualsIfExists: { 'aws:SourceAccount': account.id } }),
      {},
      'allowed',
    ],
    [
      'a guard that lets absent keys pass, a foreign resource',
      () => ({ StringEqualsIfExists: { 'aws:SourceAccount': account.id } }),
      foreign,
      'denied',
    ],
    ['services only', () => ({ Bool: { 'aws:PrincipalIsAWSService': 'true' } }), own, 'allowed'],
    ['another service', () => ({ StringEquals: { 'aws:PrincipalServiceName': 'glue.amazonaws.com' } }), own, 'denied'],
    ['not by forward access', () => ({ Bool: { 'aws:ViaAWSService': 'true' } }), own, 'denied'],
    ['an external id, which services do not give', () => ({ StringEquals: { 'sts:ExternalId': '42' } }), own, 'denied'],
  ];
  it.each(guards)('E16 a trust policy with %s', async (_, condition, source, outcome) => {
    const asked = { as: REDSHIFT, role: await role([trust(condition())], [mayRead]), ...reading };
    const { sourceArn, sourceAccount } = source;
    expect((await call({ ...asked, sourceArn: sourceArn?.(), sourceAccount: sourceAccount?.() })).outcome).toBe(outcome);
  });

  it.each([
    ['of another service', () => [trust(undefined, 'glue.amazonaws.com')], 'denied'],
    ['of several services', () => [trust(undefined, ['glue.amazonaws.com', REDSHIFT])], 'allowed'],
    ['of an account, which is no service', () => [{ Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole' }], 'denied'],
    ['of everybody', () => [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }], 'allowed'],
    [
      'that denies foreign resources',
      () => [trust(), { ...trust({ StringNotEquals: { 'aws:SourceAccount': account.id } }), Effect: 'Deny' }],
      'denied',
    ],
  ])('a trust policy %s', async (_, statements, outcome) => {
    const answer = await call({ as: REDSHIFT, role: await role(statements(), [mayRead]), sourceAccount: other.id, ...reading });
    expect(answer.outcome).toBe(outcome);
    if (outcome === 'denied') expect(answer.steps).toHaveLength(1);
  });

  it('is held to a boundary, and may be a service’s own role', async () => {
    await account.asRoot('iam', 'CreatePolicy', {
      PolicyName: 'Bound',
      PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' })),
    });
    const bounded = await role([trust()], [mayRead], { PermissionsBoundary: `arn:aws:iam::${account.id}:policy/Bound` });
    expect(await call({ as: REDSHIFT, role: bounded, ...reading })).toMatchObject({
      outcome: 'denied',
      steps: [{}, { sentence: expect.stringContaining('boundary') }],
    });
    const { Role } = (await account.asRoot('iam', 'CreateServiceLinkedRole', { AWSServiceName: REDSHIFT })) as { Role: { Arn: string } };
    const linked = { role: Role.Arn, action: 'ec2:DescribeVpcs', resource: '*' };
    expect((await call({ as: REDSHIFT, ...linked })).outcome).toBe('allowed');
    expect((await call({ as: 'glue.amazonaws.com', ...linked })).outcome).toBe('denied');
  });

  it('performs operations, with their own checks', async () => {
    const arn = await role([trust()], [{ Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' }]);
    const RoleName = arn.split('/')[1];
    const got = await call({ as: REDSHIFT, role: arn, service: 'iam', operation: 'GetRole', input: { RoleName } });
    expect(got).toMatchObject({ outcome: 'allowed', output: { Role: { Arn: arn, CreateDate: expect.any(Number) } } });
    expect(await call({ as: REDSHIFT, role: arn, service: 'iam', operation: 'GetRole', input: { RoleName: 'none' } })).toMatchObject({
      outcome: 'failed',
      error: { code: 'NoSuchEntity', message: 'The role with name none cannot be found.' },
    });
    expect(await call({ as: REDSHIFT, role: arn, service: 'iam', operation: 'DeleteRole', input: { RoleName } })).toMatchObject({
      outcome: 'denied',
      error: { code: 'AccessDenied' },
      steps: [{ outcome: 'allowed' }, { outcome: 'implicitDeny' }],
    });
    for (const input of [{}, { RoleName: 5 }, { RoleName: ['x'] }, { RoleName: '' }])
      expect((await call({ as: REDSHIFT, role: arn, service: 'iam', operation: 'GetRole', input })).outcome).toBe('failed');
  });
});

describe('a service by itself', () => {
  const bucket = (Condition?: object, Effect = 'Allow') =>
    JSON.stringify(
      policy({
        Effect,
        Principal: { Service: TRAIL },
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::trail/*',
        ...(Condition && { Condition }),
      }),
    );
  const writing = { as: TRAIL, action: 's3:PutObject', resource: 'arn:aws:s3:::trail/x' };

  it('is let in by the policy of a resource, and by nothing else', async () => {
    const source = { sourceAccount: account.id, sourceArn: `arn:aws:cloudtrail:us-east-1:${account.id}:trail/t` };
    expect((await call({ ...writing, ...source })).outcome).toBe('denied');
    expect((await call({ ...writing, ...source, resourcePolicy: bucket() })).outcome).toBe('allowed');
    expect((await call({ ...writing, as: REDSHIFT, ...source, resourcePolicy: bucket() })).outcome).toBe('denied');
    const guarded = bucket({ StringEquals: { 'aws:SourceAccount': account.id, 's3:x-amz-acl': 'bucket-owner-full-control' } });
    expect((await call({ ...writing, ...source, resourcePolicy: guarded })).outcome).toBe('denied');
    const context = { 's3:x-amz-acl': ['bucket-owner-full-control'] };
    expect((await call({ ...writing, ...source, resourcePolicy: guarded, context })).outcome).toBe('allowed');
    expect((await call({ ...writing, sourceAccount: other.id, resourcePolicy: guarded, context })).outcome).toBe('denied');
  });

  it('E16 is told apart by organization where it says for which account it acts', async () => {
    await account.asRoot('organizations', 'CreateOrganization', {});
    const { Organization } = (await account.asRoot('organizations', 'DescribeOrganization', {})) as { Organization: { Id: string } };
    const resourcePolicy = bucket({ StringEquals: { 'aws:SourceOrgID': Organization.Id } });
    expect((await call({ ...writing, sourceAccount: account.id, resourcePolicy })).outcome).toBe('allowed');
    expect((await call({ ...writing, sourceAccount: other.id, resourcePolicy })).outcome).toBe('denied');
    expect((await call({ ...writing, resourcePolicy })).outcome).toBe('denied');
  });

  it('has no address, and cannot be given keys that say otherwise', async () => {
    const ipBound = bucket({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } });
    expect((await call({ ...writing, resourcePolicy: ipBound, context: { 'aws:SourceIp': ['203.0.113.9'] } })).outcome).toBe('allowed');
    const viaService = bucket({ Bool: { 'aws:PrincipalIsAWSService': 'false' } });
    expect((await call({ ...writing, resourcePolicy: viaService, context: { 'aws:PrincipalIsAWSService': ['false'] } })).outcome).toBe(
      'denied',
    );
  });

  it('is asked about the operation that a trust policy can open, and no other', async () => {
    const RoleArn = await role([trust()]);
    const input = { RoleArn, RoleSessionName: 'direct' };
    expect(await call({ as: REDSHIFT, service: 'sts', operation: 'AssumeRole', input })).toMatchObject({
      outcome: 'allowed',
      output: { AssumedRoleUser: { Arn: expect.stringContaining('/direct') } },
    });
    expect((await call({ as: TRAIL, service: 'sts', operation: 'AssumeRole', input })).outcome).toBe('denied');
    for (const operation of ['GetCallerIdentity', 'GetSessionToken'])
      await expect(call({ as: REDSHIFT, service: 'sts', operation })).rejects.toMatchObject({ status: 400 });
  });
});

describe('a service that passes on the call of somebody', () => {
  const FORMATION = 'cloudformation.amazonaws.com';

  it('may what they may, and is named in aws:CalledVia', async () => {
    const onlyBy = {
      Effect: 'Allow',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': FORMATION } },
    };
    await account.user('carol', { inline: { p: policy(onlyBy) } });
    const onBehalfOf = `arn:aws:iam::${account.id}:user/carol`;
    const listing = { service: 'iam', operation: 'ListUsers' };
    expect(await call({ as: FORMATION, onBehalfOf, ...listing })).toMatchObject({
      outcome: 'allowed',
      caller: onBehalfOf,
      via: FORMATION,
      output: { Users: expect.any(Array) },
    });
    expect((await call({ as: REDSHIFT, onBehalfOf, ...listing })).outcome).toBe('denied');
    const { steps } = await call({ as: FORMATION, onBehalfOf, action: 's3:GetObject', resource: object, sourceIp: '198.51.100.4' });
    expect(steps[0]?.context).toMatchObject({
      'aws:CalledVia': [FORMATION],
      'aws:CalledViaFirst': FORMATION,
      'aws:CalledViaLast': FORMATION,
      'aws:ViaAWSService': 'true',
      'aws:PrincipalIsAWSService': 'false',
      'aws:PrincipalArn': onBehalfOf,
      'aws:SourceIp': '198.51.100.4',
      'aws:MultiFactorAuthPresent': 'false',
    });
    for (const key of ['aws:SourceArn', 'aws:SourceAccount', 'aws:PrincipalServiceName']) expect(steps[0]?.context).not.toHaveProperty(key);
  });

  it('passes on for sessions, roles and root users as well', async () => {
    const arn = await role([trust()], [mayRead]);
    const name = arn.split('/')[1];
    for (const [onBehalfOf, caller] of [
      [arn, `arn:aws:sts::${account.id}:assumed-role/${name}/sagegate`],
      [`arn:aws:sts::${account.id}:assumed-role/${name}/mine`, `arn:aws:sts::${account.id}:assumed-role/${name}/mine`],
      [`arn:aws:iam::${account.id}:root`, `arn:aws:iam::${account.id}:root`],
    ] as const)
      expect(await call({ as: FORMATION, onBehalfOf, ...reading })).toMatchObject({ outcome: 'allowed', caller });
  });

  it('lets a resource’s policy tell it from a call by the service itself', async () => {
    await account.user('dave', { inline: { p: policy(mayRead) } });
    const onBehalfOf = `arn:aws:iam::${account.id}:user/dave`;
    const Principal = { AWS: onBehalfOf };
    const deny = (Condition: object) => JSON.stringify(policy({ Effect: 'Deny', Principal, Action: 's3:*', Resource: objects, Condition }));
    expect(
      (await call({ as: REDSHIFT, onBehalfOf, ...reading, resourcePolicy: deny({ Bool: { 'aws:ViaAWSService': 'false' } }) })).outcome,
    ).toBe('allowed');
    expect(
      (await call({ as: REDSHIFT, onBehalfOf, ...reading, resourcePolicy: deny({ Bool: { 'aws:ViaAWSService': 'true' } }) })).outcome,
    ).toBe('denied');
    // Another account's bucket needs to let them in, too.
    expect((await call({ as: REDSHIFT, onBehalfOf, ...reading, resourceAccount: other.id })).outcome).toBe('denied');
    const open = JSON.stringify(policy({ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: objects }));
    expect((await call({ as: REDSHIFT, onBehalfOf, ...reading, resourceAccount: other.id, resourcePolicy: open })).outcome).toBe('allowed');
  });
});

describe('what is asked wrongly', () => {
  const arn = () => `arn:aws:iam::${account.id}:root`;
  it.each<[string, () => Partial<ServiceCall>, number]>([
    ['no call', () => ({}), 400],
    ['two calls', () => ({ ...reading, service: 'iam', operation: 'ListUsers' }), 400],
    ['half a call', () => ({ service: 'iam' }), 400],
    ['no service', () => ({ as: 'redshift', ...reading }), 400],
    ['a service with a wildcard', () => ({ as: '*.amazonaws.com', ...reading }), 400],
    ['a role and a caller', () => ({ role: arn(), onBehalfOf: arn(), ...reading }), 400],
    ['a caller and a source', () => ({ onBehalfOf: arn(), sourceAccount: account.id, ...reading }), 400],
    ['no action', () => ({ action: 'GetObject' }), 400],
    ['no region', () => ({ ...reading, region: 'mars-1' }), 400],
    ['no policy', () => ({ ...reading, resourcePolicy: '{' }), 400],
    ['an input of an action', () => ({ ...reading, input: {} }), 400],
    ['a resource of an operation', () => ({ onBehalfOf: arn(), service: 'iam', operation: 'ListUsers', resource: '*' }), 400],
    ['no such operation', () => ({ onBehalfOf: arn(), service: 'iam', operation: 'ListEverything' }), 404],
    ['an operation of the language', () => ({ onBehalfOf: arn(), service: 'iam', operation: 'constructor' }), 404],
    ['no such role', () => ({ role: `arn:aws:iam::${account.id}:role/none`, ...reading }), 404],
    ['a role under another path', () => ({ role: `arn:aws:iam::${account.id}:role/path/Service0`, ...reading }), 404],
    ['no such caller', () => ({ onBehalfOf: `arn:aws:iam::${account.id}:user/none`, ...reading }), 404],
    ['no such account', () => ({ onBehalfOf: 'arn:aws:iam::999999999999:root', ...reading }), 404],
  ])('is refused: %s', async (_, asked, status) => {
    await expect(call({ as: REDSHIFT, ...asked() })).rejects.toMatchObject({ status });
  });
});
