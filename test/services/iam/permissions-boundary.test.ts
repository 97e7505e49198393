import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { accessDenied, allow, invalidInput, noSuchEntity, stage, trust, validationError } from './stage.ts';

const s = stage();
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const POWER_USER = 'arn:aws:iam::aws:policy/PowerUserAccess';

const kinds = [
  {
    type: 'user' as const,
    create: (name: string, PermissionsBoundary?: string) => s.iam.createUser({ UserName: name, PermissionsBoundary }),
    put: (name: string, PermissionsBoundary: string) => s.iam.putUserPermissionsBoundary({ UserName: name, PermissionsBoundary }),
    remove: (name: string) => s.iam.deleteUserPermissionsBoundary({ UserName: name }),
    get: async (name: string) => (await s.iam.getUser({ UserName: name })).User?.PermissionsBoundary,
  },
  {
    type: 'role' as const,
    create: (name: string, PermissionsBoundary?: string) =>
      s.iam.createRole({ RoleName: name, AssumeRolePolicyDocument: trust(), PermissionsBoundary }),
    put: (name: string, PermissionsBoundary: string) => s.iam.putRolePermissionsBoundary({ RoleName: name, PermissionsBoundary }),
    remove: (name: string) => s.iam.deleteRolePermissionsBoundary({ RoleName: name }),
    get: async (name: string) => (await s.iam.getRole({ RoleName: name })).Role?.PermissionsBoundary,
  },
];

describe.each(kinds)('the permissions boundary of a $type', ({ type, create, put, remove, get }) => {
  it('is set, replaced and removed', async () => {
    await create('bounded');
    await put('bounded', READ_ONLY);
    await put('bounded', READ_ONLY);
    await put('bounded', POWER_USER);
    expect(await get('bounded')).toEqual({ PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: POWER_USER });
    await remove('bounded');
    expect(await get('bounded')).toBeUndefined();
    await noSuchEntity(remove('bounded'), `The ${type} with name bounded does not have a permissions boundary.`);
  });

  it('must be a policy that exists, on an entity that exists', async () => {
    const absent = `arn:aws:iam::${s.account.id}:policy/Absent`;
    const message = `Scope ARN: ${absent} does not exist or is not attachable.`;
    await noSuchEntity(put('bounded', absent), message);
    await noSuchEntity(create('other', absent), message);
    await noSuchEntity(put('Absent', READ_ONLY), `The ${type} with name Absent cannot be found.`);
    await noSuchEntity(remove('Absent'), `The ${type} with name Absent cannot be found.`);
    await validationError(put('bounded', 'this-is-not-an-arn-at-all'), 'Invalid ARN:  Could not be parsed!');
    await invalidInput(
      put('bounded', `arn:aws:iam::${s.account.id}:user/bounded`),
      `ARN arn:aws:iam::${s.account.id}:user/bounded is not valid.`,
    );
  });
});

describe('R06: removing limits', () => {
  it('DeleteUserPermissionsBoundary needs permission on the user, and then frees', async () => {
    const key = await s.account.user('limited', {
      boundary: READ_ONLY,
      inline: { all: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) },
    });
    const free = () => s.as(key).deleteUserPermissionsBoundary({ UserName: 'limited' });
    await accessDenied(
      free(),
      `User: arn:aws:iam::${s.account.id}:user/limited is not authorized to perform: iam:DeleteUserPermissionsBoundary on resource: arn:aws:iam::${s.account.id}:user/limited because no permissions boundary allows the iam:DeleteUserPermissionsBoundary action`,
    );
    await s.iam.createPolicy({
      PolicyName: 'Loose',
      PolicyDocument: allow(['iam:DeleteUserPermissionsBoundary', 'iam:Get*']),
    });
    await s.iam.putUserPermissionsBoundary({ UserName: 'limited', PermissionsBoundary: `arn:aws:iam::${s.account.id}:policy/Loose` });
    await free();
    await s.as(key).createUser({ UserName: 'made-by-limited' });
  });

  it('creation needs the boundary that a condition demands', async () => {
    const inline = {
      create: policy({
        Effect: 'Allow',
        Action: ['iam:CreateUser', 'iam:CreateRole'],
        Resource: '*',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': POWER_USER } },
      }),
    };
    const key = await s.account.user('delegate', { inline });
    const iam = s.as(key);
    await accessDenied(iam.createUser({ UserName: 'free' }), /iam:CreateUser/);
    await accessDenied(iam.createUser({ UserName: 'free', PermissionsBoundary: READ_ONLY }), /iam:CreateUser/);
    await accessDenied(iam.createRole({ RoleName: 'free', AssumeRolePolicyDocument: trust() }), /iam:CreateRole/);
    await iam.createUser({ UserName: 'kept', PermissionsBoundary: POWER_USER });
    await iam.createRole({ RoleName: 'kept', AssumeRolePolicyDocument: trust(), PermissionsBoundary: POWER_USER });
  });

  it('attaching may be limited to users who have a boundary', async () => {
    const inline = {
      attach: policy({
        Effect: 'Allow',
        Action: 'iam:AttachUserPolicy',
        Resource: '*',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': POWER_USER } },
      }),
    };
    const key = await s.account.user('attacher', { inline });
    await s.iam.createUser({ UserName: 'unlimited' });
    await accessDenied(s.as(key).attachUserPolicy({ UserName: 'unlimited', PolicyArn: READ_ONLY }), /iam:AttachUserPolicy/);
    await s.as(key).attachUserPolicy({ UserName: 'kept', PolicyArn: READ_ONLY });
  });

  it('detaching and deleting a policy that denies', async () => {
    const deny = policy({ Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' });
    const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
    const key = await s.account.user('denied', { inline: { all, deny } });
    await accessDenied(
      s.as(key).listUsers({}),
      `User: arn:aws:iam::${s.account.id}:user/denied is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::${s.account.id}:user/ with an explicit deny in an identity-based policy`,
    );
    await s.as(key).deleteUserPolicy({ UserName: 'denied', PolicyName: 'deny' });
    await s.as(key).listUsers({});
  });
});
