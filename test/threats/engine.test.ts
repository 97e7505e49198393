import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadServiceModel } from '../../src/model/load-model.ts';
import type { Reference } from '../../src/model/model-file.ts';
import { tables } from '../../src/server/installation.ts';
import { allowing, trusting } from '../conformance/story.ts';
import type { Credentials } from '../harness.ts';
import { form, type Request, STS, target, WHO_AM_I } from './wire.ts';

/* The engine as a caller meets it. Its laws and its scenarios are in test/properties and test/decisions; here, the ways around it. */

const t = target();
let count = 0;

const user = (...statements: object[]): Promise<Credentials> => {
  const document = { Version: '2012-10-17', Statement: statements };
  return t.account.user(`engine-${++count}`, statements.length > 0 ? { inline: { own: document } } : {});
};
const lastUser = () => `engine-${count}`;
const iam = (action: string, members: object = {}, as?: Credentials): Request =>
  t.query(form({ Action: action, Version: '2010-05-08', ...members }), as ? { as } : {});
const denied = { status: 403, code: 'AccessDenied' };
const jsonDenied = { status: 400, code: 'AccessDeniedException' };
const policy = (document: string) => iam('CreatePolicy', { PolicyName: `p${++count}`, PolicyDocument: document });
const malformed = { status: 400, code: 'MalformedPolicyDocument' };

describe('E01 calls on oneself', () => {
  it('need permission like any other, and a session’s policy binds them', async () => {
    const nobody = await user();
    for (const action of ['CreateAccessKey', 'ListAccessKeys', 'GetUser', 'CreateLoginProfile', 'ListMFADevices']) {
      await t.attack(iam(action, { Password: 'Str0ng!Passw0rd' }, nobody), denied);
    }
    await t.attack(
      iam('AttachUserPolicy', { UserName: lastUser(), PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }, nobody),
      denied,
    );
  });
});

describe('E02 E07 E09 documents that would be read two ways', () => {
  const statement = '"Effect":"Deny","Action":"s3:GetObject","Resource":"*"';
  it.each([
    [
      'an operator that is none',
      `{"Version":"2012-10-17","Statement":[{${statement},"Condition":{"StringEqualsIgnore":{"aws:username":"a"}}}]}`,
    ],
    ['a member twice', `{"Version":"2012-10-17","Statement":[{${statement},"Effect":"Allow"}]}`],
    ['a member twice, once with an escape', `{"Version":"2012-10-17","Statement":[{${statement},"\\u0045ffect":"Allow"}]}`],
    [
      'a key of a condition in two cases',
      `{"Version":"2012-10-17","Statement":[{${statement},"Condition":{"StringEquals":{"aws:username":"a","AWS:UserName":"b"}}}]}`,
    ],
    ['an effect in other letters', '{"Version":"2012-10-17","Statement":[{"Effect":"D\\u0435ny","Action":"s3:*","Resource":"*"}]}'],
    ['an action in other letters', '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"\\u04553:GetObject","Resource":"*"}]}'],
    ['a version that is none', `{"Version":"2013-01-01","Statement":[{${statement}}]}`],
    ['two documents', `{"Version":"2012-10-17","Statement":[{${statement}}]}{}`],
    ['action and its opposite', `{"Version":"2012-10-17","Statement":[{${statement},"NotAction":"s3:*"}]}`],
    ['a principal', `{"Version":"2012-10-17","Statement":[{${statement},"Principal":"*"}]}`],
  ])('%s', async (_name, document) => {
    await t.attack(policy(document), malformed);
  });
});

describe('E13 principals of a trust policy', () => {
  it.each([
    ['part of a name', { AWS: 'arn:aws:iam::ACCOUNT:user/*' }],
    ['a group', { AWS: 'arn:aws:iam::ACCOUNT:group/Administrators' }],
    ['a user that is not there', { AWS: 'arn:aws:iam::ACCOUNT:user/absent' }],
    ['part of an account', { AWS: '12345' }],
    ['a unique id that was made up', { AWS: 'AIDAAAAAAAAAAAAAAAAAA' }],
    ['a kind that is none', { Nobody: '*' }],
  ])('%s', async (_name, principal) => {
    const document = trusting(JSON.parse(JSON.stringify(principal).replace('ACCOUNT', t.account.id)) as object);
    await t.attack(iam('CreateRole', { RoleName: `e13-${++count}`, AssumeRolePolicyDocument: document }), malformed);
  });
});

describe('E15 across accounts', () => {
  it('one side is not enough, and a denial does not tell which was missing', async () => {
    const as = await user({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    const arn = `arn:aws:iam::${t.stranger.id}:role/Theirs`;
    const ask = (RoleArn: string) =>
      t.query(form({ Action: 'AssumeRole', RoleArn, RoleSessionName: 'session', Version: '2011-06-15' }), { as });
    const message = `User: arn:aws:iam::${t.account.id}:user/${lastUser()} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
    await t.attack(ask(arn), { ...denied, message });
    await t.stranger.asRoot('iam', 'CreateRole', { RoleName: 'Theirs', AssumeRolePolicyDocument: trusting({ AWS: t.stranger.id }) });
    await t.attack(ask(arn), { ...denied, message });
    await t.stranger.asRoot('iam', 'UpdateAssumeRolePolicy', { RoleName: 'Theirs', PolicyDocument: trusting({ AWS: t.account.id }) });
    await t.allowed(ask(arn));
  });
});

describe('E16 the confused deputy', () => {
  it('a caller cannot say for whom it acts', async () => {
    const claimed = {
      'aws:SourceAccount': t.account.id,
      'aws:SourceArn': `arn:aws:sagemaker:us-east-1:${t.account.id}:domain/d-1`,
      'aws:PrincipalServiceName': 'sagemaker.amazonaws.com',
      'aws:CalledViaFirst': 'sagemaker.amazonaws.com',
      'aws:ViaAWSService': 'true',
    };
    for (const [key, value] of Object.entries(claimed)) {
      const as = await user({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition: { StringEquals: { [key]: value } } });
      const headers = [
        'X-Amz-Source-Account',
        t.account.id,
        'X-Amz-Source-Arn',
        claimed['aws:SourceArn'],
        'X-Amz-Called-Via',
        'sagemaker.amazonaws.com',
        key.replace(':', '-'),
        value,
      ];
      await t.attack(t.query(form({ Action: 'ListUsers', Version: '2010-05-08', [key]: value }), { as, headers }), denied);
    }
  });

  it('an external id is wanted to the letter', async () => {
    const as = await user({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    const trust = trusting({ AWS: t.account.id }, { StringEquals: { 'sts:ExternalId': 'Secret' } });
    await t.account.asRoot('iam', 'CreateRole', { RoleName: 'e16', AssumeRolePolicyDocument: trust });
    const ask = (members: object) =>
      t.query(
        form({
          Action: 'AssumeRole',
          RoleArn: `arn:aws:iam::${t.account.id}:role/e16`,
          RoleSessionName: 'session',
          Version: '2011-06-15',
          ...members,
        }),
        { as },
      );
    await t.attack(ask({}), denied);
    await t.attack(ask({ ExternalId: 'secret' }), denied);
    await t.attack(ask({ ExternalId: '' }), { status: 400, code: 'ValidationError' });
    await t.allowed(ask({ ExternalId: 'Secret' }));
  });
});

describe('E21 role fields', () => {
  const { operations, shapes } = loadServiceModel(fileURLToPath(new URL('../../data/models', import.meta.url)), 'sagemaker');

  /** Where in an input a role's ARN may stand. */
  function roleFields(name: string, path: string, seen: readonly string[]): string[] {
    const shape = shapes[name];
    if (!shape || seen.includes(name)) return [];
    const within = (reference: Reference, step: string) =>
      roleFields(typeof reference === 'string' ? reference : reference.shape, `${path}.${step}`, [...seen, name]);
    if (name === 'RoleArn') return [path];
    if (shape.type === 'structure') return Object.entries(shape.members).flatMap(([member, reference]) => within(reference, member));
    if (shape.type === 'list') return within(shape.member, '*');
    return shape.type === 'map' ? within(shape.value, '*') : [];
  }

  it('of every operation that is built ask for iam:PassRole', () => {
    const takers: string[] = [];
    for (const [name, { dependentActions }] of Object.entries(tables.sagemaker)) {
      const input = operations[name]?.input;
      const fields = input === undefined ? [] : roleFields(input, name, []);
      if (fields.length === 0) continue;
      takers.push(name);
      expect(
        dependentActions.flatMap(({ actions }) => actions),
        fields.join(' '),
      ).toContain('iam:PassRole');
    }
    expect(takers).toEqual(
      expect.arrayContaining([
        'CreateDomain',
        'UpdateDomain',
        'CreateUserProfile',
        'UpdateUserProfile',
        'CreateModel',
        'CreateNotebookInstance',
      ]),
    );
  });
});

describe('E22 E26 what a denial tells', () => {
  it('SageMaker’s is the same for what is there and what is not, IAM’s for what is in another account and what is not', async () => {
    const as = await user();
    const theirs = await t.stranger.user('e22-theirs');
    await t.allowed(t.json('CreateNotebookInstanceLifecycleConfig', '{"NotebookInstanceLifecycleConfigName":"e22-there"}'));
    const pairs: ((there: boolean) => Request)[] = [
      (there) =>
        t.json('DescribeNotebookInstanceLifecycleConfig', `{"NotebookInstanceLifecycleConfigName":"e22-${there ? 'there' : 'gone'}"}`, {
          as,
        }),
      (there) =>
        t.json('CreateNotebookInstanceLifecycleConfig', `{"NotebookInstanceLifecycleConfigName":"e22-${there ? 'there' : 'gone'}"}`, {
          as,
        }),
      (there) => iam('GetAccessKeyLastUsed', { AccessKeyId: there ? theirs.accessKeyId : 'AKIAIOSFODNN7EXAMPLE' }, as),
      (there) => iam('CreateUser', { UserName: there ? lastUser() : 'engine-gone' }, as),
    ];
    for (const request of pairs) {
      const [there, gone] = [await t.send(request(true)), await t.send(request(false))];
      const told = ({ status, code, message = '' }: typeof there) => ({
        status,
        code,
        message: message.replaceAll(/e22-(there|gone)|user\/engine-[a-z0-9]+|A[A-Z2-7]{19}/g, 'X'),
      });
      expect([400, 403]).toContain(there.status);
      expect(told(there)).toEqual(told(gone));
    }
  });

  it('IAM names a thing that is missing from the caller’s own account as AWS does, without a path', async () => {
    const as = await user();
    await t.attack(iam('GetUser', { UserName: 'e22-gone' }, as), {
      ...denied,
      message: `User: arn:aws:iam::${t.account.id}:user/${lastUser()} is not authorized to perform: iam:GetUser on resource: user e22-gone because no identity-based policy allows the iam:GetUser action`,
    });
  });

  it('a name in other case, or with another path, is the thing that policies name', async () => {
    const as = await user(
      { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      { Effect: 'Deny', Action: 'iam:DeleteUser', Resource: `arn:aws:iam::${t.account.id}:user/guarded/E22` },
    );
    await t.account.asRoot('iam', 'CreateUser', { UserName: 'E22', Path: '/guarded/' });
    for (const UserName of ['E22', 'e22']) await t.attack(iam('DeleteUser', { UserName }, as), denied);
  });

  it('an ARN of another account is not this account’s thing', async () => {
    const as = await user({ Effect: 'Allow', Action: 'iam:*', Resource: '*' });
    const { Policy } = await t.stranger.asRoot('iam', 'CreatePolicy', { PolicyName: 'theirs', PolicyDocument: allowing('*') });
    const { Arn: PolicyArn } = Policy as { Arn: string };
    for (const [action, members] of [
      ['GetPolicy', { PolicyArn }],
      ['CreatePolicyVersion', { PolicyArn, PolicyDocument: allowing('*'), SetAsDefault: 'true' }],
      ['DeletePolicy', { PolicyArn }],
      ['AttachUserPolicy', { UserName: lastUser(), PolicyArn }],
    ] as const) {
      const answer = await t.send(iam(action, members, as));
      expect([403, 404, 400], `${action}: ${answer.body}`).toContain(answer.status);
    }
  });
});

describe('E23 what no table knows', () => {
  // Operations of SageMaker that need no input and have no row in its table.
  const { operations, shapes } = loadServiceModel(fileURLToPath(new URL('../../data/models', import.meta.url)), 'sagemaker');
  const unbuilt = Object.values(operations)
    .filter(({ name, input }) => {
      const shape = input === undefined ? undefined : shapes[input];
      return !Object.hasOwn(tables.sagemaker, name) && shape?.type === 'structure' && (shape.required ?? []).length === 0;
    })
    .map(({ name }) => name)
    .slice(0, 10);

  it('an operation that is not built is authorised, and then not done', async () => {
    const nobody = await user();
    for (const operation of unbuilt) {
      await t.attack(t.json(operation, '{}', { as: nobody }), jsonDenied);
      await t.attack(t.json(operation, '{}'), { status: 400, code: 'NotImplemented' });
    }
  });

  it('several resources are each asked for', async () => {
    const endpoint = `arn:aws:sagemaker:us-east-1:${t.account.id}:endpoint/e23`;
    const as = await user({ Effect: 'Allow', Action: 'sagemaker:CreateEndpoint', Resource: endpoint });
    await t.attack(t.json('CreateEndpoint', '{"EndpointName":"e23","EndpointConfigName":"c23"}', { as }), {
      ...jsonDenied,
      message: new RegExp(`on resource: ${endpoint.replace('endpoint/e23', 'endpoint-config/c23')} because`),
    });
  });
});

describe('R07 R08 R11 R12 ways up that lead through other services and providers', () => {
  it.each([
    ['R08', 'CreateOpenIDConnectProvider', { Url: 'https://idp.example.com', 'ThumbprintList.member.1': '0'.repeat(40) }],
    ['R08', 'CreateSAMLProvider', { Name: 'idp', SAMLMetadataDocument: 'x'.repeat(1000) }],
    ['R07', 'CreateServiceSpecificCredential', { UserName: 'someone', ServiceName: 'codecommit.amazonaws.com' }],
    ['R12', 'EnableOrganizationsRootSessions', {}],
  ])('%s %s: denied without the permission', async (_id, action, members) => {
    await t.attack(iam(action, members, await user()), denied);
  });

  it('R12 AssumeRoot', async () => {
    const members = {
      TargetPrincipal: t.stranger.id,
      'TaskPolicyArn.arn': 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials',
    };
    await t.attack(t.query(form({ Action: 'AssumeRoot', Version: '2011-06-15', ...members }), { as: await user() }), denied);
  });

  it('R11 a service that is not here does nothing', async () => {
    const request = {
      method: 'POST',
      target: '/2015-03-31/functions',
      headers: ['Host', new URL(t.server.url).host, 'Content-Type', 'application/json'],
      body: '{}',
    };
    const answer = await t.send(t.signed(request, { service: 'lambda' }));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});

it('M10 a role passes itself on only as far as its policies say, and nobody’s limits follow it', async () => {
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com', AWS: t.account.id }, Action: 'sts:AssumeRole' }],
  });
  const arn = `arn:aws:iam::${t.account.id}:role/m10`;
  await t.account.asRoot('iam', 'CreateRole', { RoleName: 'm10', AssumeRolePolicyDocument: trust });
  await t.account.asRoot('iam', 'AttachRolePolicy', { RoleName: 'm10', PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess' });
  const human = await user(
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: arn },
    { Effect: 'Deny', Action: 'sagemaker:*', Resource: '*' },
  );
  const assumed = await t.allowed(
    t.query(form({ Action: 'AssumeRole', RoleArn: arn, RoleSessionName: 'SageMaker', Version: '2011-06-15' }), { as: human }),
  );
  const part = (name: string) => new RegExp(`<${name}>([^<]*)`).exec(assumed.body)?.[1] ?? '';
  const inside = { accessKeyId: part('AccessKeyId'), secretAccessKey: part('SecretAccessKey'), sessionToken: part('SessionToken') };
  const notebook = (name: string, RoleArn: string) => JSON.stringify({ NotebookInstanceName: name, InstanceType: 'ml.t3.medium', RoleArn });
  await t.attack(t.json('CreateNotebookInstance', notebook('m10-human', arn), { as: human }), jsonDenied);
  await t.allowed(t.json('CreateNotebookInstance', notebook('m10-inside', arn), { as: inside }));
  await t.allowed(t.json('ListNotebookInstances', '{}', { as: inside }));
  // FullAccess passes roles to SageMaker alone, and makes no permissions.
  await t.attack(iam('PutRolePolicy', { RoleName: 'm10', PolicyName: 'more', PolicyDocument: allowing('*') }, inside), denied);
});

it('S16 names are case-sensitive, so that no second one is read', async () => {
  await t.attack(t.query(`action=GetCallerIdentity&${STS}`), { status: 400, code: 'InvalidAction' });
  await t.allowed(t.query(`${WHO_AM_I}&action=CreateUser&version=x`));
});
