import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { accessDenied, allow, noPolicyAllows, stage, trust } from './stage.ts';

/*
 * Known ways to more permissions (threats R): each works with the permission it needs on that very target, and not without. They are what
 * IAM is, not mistakes in it; that they are refused otherwise is what is tested.
 */

const s = stage();
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

describe('R02: giving policies to oneself', () => {
  const ways = [
    {
      action: 'iam:AttachUserPolicy',
      target: 'user/attach-user',
      climb: (iam: typeof s.iam) => iam.attachUserPolicy({ UserName: 'attach-user', PolicyArn: ADMINISTRATOR }),
    },
    {
      action: 'iam:AttachGroupPolicy',
      target: 'group/attach-group',
      climb: (iam: typeof s.iam) => iam.attachGroupPolicy({ GroupName: 'attach-group', PolicyArn: ADMINISTRATOR }),
    },
    {
      action: 'iam:PutUserPolicy',
      target: 'user/put-user',
      climb: (iam: typeof s.iam) => iam.putUserPolicy({ UserName: 'put-user', PolicyName: 'all', PolicyDocument: allow('*') }),
    },
    {
      action: 'iam:PutGroupPolicy',
      target: 'group/put-group',
      climb: (iam: typeof s.iam) => iam.putGroupPolicy({ GroupName: 'put-group', PolicyName: 'all', PolicyDocument: allow('*') }),
    },
  ];

  it.each(ways)('$action', async ({ action, target, climb }) => {
    const [, name = ''] = target.split('/');
    const key = await s.account.user(name);
    await s.iam.createGroup({ GroupName: name });
    await s.iam.addUserToGroup({ GroupName: name, UserName: name });
    const iam = s.as(key);
    const arn = `arn:aws:iam::${s.account.id}:${target}`;
    const may = (document: string) => s.iam.putUserPolicy({ UserName: name, PolicyName: 'p', PolicyDocument: document });
    await may(allow(action, `${arn}-other`));
    await noPolicyAllows(climb(iam), `arn:aws:iam::${s.account.id}:user/${name}`, action, arn);
    await accessDenied(iam.listUsers({}), /iam:ListUsers/);
    await may(allow(action, arn));
    await climb(iam);
    await iam.listUsers({});
  });

  it.each([
    ['iam:AttachRolePolicy', (iam: typeof s.iam) => iam.attachRolePolicy({ RoleName: 'weak', PolicyArn: ADMINISTRATOR })],
    ['iam:PutRolePolicy', (iam: typeof s.iam) => iam.putRolePolicy({ RoleName: 'weak', PolicyName: 'all', PolicyDocument: allow('*') })],
  ] as const)('%s, and every session of the role has it', async (action, climb) => {
    const fresh = await s.server.account();
    const root = s.as(fresh.root);
    await root.createRole({ RoleName: 'weak', AssumeRolePolicyDocument: trust({ AWS: fresh.id }) });
    const role = `arn:aws:iam::${fresh.id}:role/weak`;
    const key = await fresh.user('u', { inline: { assume: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role }) } });
    const { Credentials: c } = await s.sts(key).assumeRole({ RoleArn: role, RoleSessionName: 'session' });
    const session = s.as({
      accessKeyId: c?.AccessKeyId ?? '',
      secretAccessKey: c?.SecretAccessKey ?? '',
      sessionToken: c?.SessionToken ?? '',
    });
    await accessDenied(climb(s.as(key)), new RegExp(`${action} on resource: ${role} because`));
    await accessDenied(session.listUsers({}), /iam:ListUsers/);
    await root.putUserPolicy({ UserName: 'u', PolicyName: 'climb', PolicyDocument: allow(action, role) });
    await climb(s.as(key));
    await session.listUsers({});
  });

  it('may be limited to certain policies by iam:PolicyARN', async () => {
    const inline = {
      attach: policy({
        Effect: 'Allow',
        Action: ['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
        Resource: '*',
        Condition: { ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AmazonSageMaker*' } },
      }),
    };
    const iam = s.as(await s.account.user('limited', { inline }));
    const attach = (name: string) => iam.attachUserPolicy({ UserName: 'limited', PolicyArn: `arn:aws:iam::aws:policy/${name}` });
    await accessDenied(attach('AdministratorAccess'), /iam:AttachUserPolicy/);
    await attach('AmazonSageMakerReadOnly');
    await iam.detachUserPolicy({ UserName: 'limited', PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly' });
  });
});

describe('R05: AssumeRole into a stronger role', () => {
  it('needs trust, and for trust in the account the identity side as well', async () => {
    const strong = (name: string) => `arn:aws:iam::${s.account.id}:role/${name}`;
    await s.iam.createRole({ RoleName: 'untrusting', AssumeRolePolicyDocument: trust() });
    await s.iam.createRole({ RoleName: 'delegating', AssumeRolePolicyDocument: trust({ AWS: s.account.id }) });
    const administrator = await s.account.user('administrator', { managed: [ADMINISTRATOR] });
    const plain = await s.account.user('plain');
    const assume = (key: typeof plain, name: string) => s.sts(key).assumeRole({ RoleArn: strong(name), RoleSessionName: 'session' });
    await accessDenied(assume(administrator, 'untrusting'), /sts:AssumeRole on resource/);
    await accessDenied(assume(plain, 'delegating'), /sts:AssumeRole on resource/);
    await assume(administrator, 'delegating');
    await accessDenied(assume(s.account.root, 'delegating'), 'Roles may not be assumed by root accounts.');
  });
});

describe('R13: PassRole by way of a wide grant', () => {
  it.each([
    ['Action *', { Effect: 'Allow', Action: 'iam:*', Resource: '*' }, true],
    ['NotAction', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }, true],
    ['NotAction that names it', { Effect: 'Allow', NotAction: 'iam:PassRole', Resource: '*' }, false],
  ])('%s', async (name, statement, passes) => {
    const suffix = name.replaceAll(/[^A-Za-z]/g, '');
    await s.iam.createRole({ RoleName: `passed-${suffix}`, AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }) });
    await s.iam.createInstanceProfile({ InstanceProfileName: `profile-${suffix}` });
    const iam = s.as(await s.account.user(`passer-${suffix}`, { inline: { p: policy(statement) } }));
    const pass = iam.addRoleToInstanceProfile({ InstanceProfileName: `profile-${suffix}`, RoleName: `passed-${suffix}` });
    if (passes) await pass;
    else await accessDenied(pass, /iam:PassRole on resource/);
  });
});

describe('E18: a session policy binds calls to IAM', () => {
  it('also creating a key for oneself', async () => {
    const role = `arn:aws:iam::${s.account.id}:role/session-bound`;
    await s.iam.createRole({ RoleName: 'session-bound', AssumeRolePolicyDocument: trust({ AWS: s.account.id }) });
    await s.iam.attachRolePolicy({ RoleName: 'session-bound', PolicyArn: ADMINISTRATOR });
    const key = await s.account.user('session-maker', { managed: [ADMINISTRATOR] });
    const { Credentials: c } = await s.sts(key).assumeRole({ RoleArn: role, RoleSessionName: 'session', Policy: allow('iam:ListUsers') });
    const session = s.as({
      accessKeyId: c?.AccessKeyId ?? '',
      secretAccessKey: c?.SecretAccessKey ?? '',
      sessionToken: c?.SessionToken ?? '',
    });
    expect((await session.listUsers({})).Users?.length).toBeGreaterThan(0);
    await accessDenied(
      session.createAccessKey({ UserName: 'session-maker' }),
      /iam:CreateAccessKey on resource: .* because no session policy allows the iam:CreateAccessKey action/,
    );
  });
});
