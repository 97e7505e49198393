import { describe, expect, it } from 'vitest';
import {
  accessDenied,
  allow,
  alreadyExists,
  deleteConflict,
  invalidInput,
  limitExceeded,
  noPolicyAllows,
  noSuchEntity,
  pages,
  stage,
  validationError,
} from './stage.ts';

const s = stage();

const cannotBeFound = (name: string) => `The user with name ${name} cannot be found.`;

describe('CreateUser', () => {
  it('answers with the user, and with boundary and tags only when given', async () => {
    const { User: plain } = await s.iam.createUser({ UserName: 'Plain' });
    expect(plain).toEqual({
      Path: '/',
      UserName: 'Plain',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${s.account.id}:user/Plain`,
      CreateDate: expect.any(Date),
    });
    const boundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const { User: full } = await s.iam.createUser({
      UserName: 'Full',
      Path: '/team/a/',
      PermissionsBoundary: boundary,
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    expect(full).toMatchObject({
      Arn: `arn:aws:iam::${s.account.id}:user/team/a/Full`,
      PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: boundary },
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    expect((await s.iam.getUser({ UserName: 'Full' })).User).toEqual(full);
  });

  it('refuses a name that is taken in any case and under any path', async () => {
    await s.iam.createUser({ UserName: 'Taken', Path: '/a/' });
    await alreadyExists(s.iam.createUser({ UserName: 'TAKEN', Path: '/b/' }), 'User with name TAKEN already exists.');
    expect((await s.iam.getUser({ UserName: 'taken' })).User?.UserName).toBe('Taken');
  });

  it('creates nothing when tags or boundary are refused', async () => {
    await invalidInput(
      s.iam.createUser({ UserName: 'Nobody', Tags: [{ Key: 'aws:x', Value: '' }] }),
      'Tag keys beginning with aws: are reserved for system use.',
    );
    const absent = `arn:aws:iam::${s.account.id}:policy/Absent`;
    await noSuchEntity(
      s.iam.createUser({ UserName: 'Nobody', PermissionsBoundary: absent }),
      `Scope ARN: ${absent} does not exist or is not attachable.`,
    );
    await noSuchEntity(s.iam.getUser({ UserName: 'Nobody' }), cannotBeFound('Nobody'));
  });

  it('refuses names and paths that are not such', async () => {
    await validationError(
      s.iam.createUser({ UserName: 'a b' }),
      'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    );
    await validationError(
      s.iam.createUser({ UserName: 'ab', Path: 'team' }),
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  });
});

describe('GetUser', () => {
  it('without a name answers for the caller', async () => {
    const key = await s.account.user('Myself', {
      inline: { get: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }] } },
    });
    expect((await s.as(key).getUser({})).User?.UserName).toBe('Myself');
  });

  it('answers root with the account id, no name and no path', async () => {
    const { User: root } = await s.iam.getUser({});
    expect(root).toMatchObject({ UserId: s.account.id, Arn: `arn:aws:iam::${s.account.id}:root` });
    expect(root).not.toHaveProperty('UserName');
    expect(root).not.toHaveProperty('Path');
  });

  it('without a name and without a user is refused', async () => {
    const role = await s.iam.createRole({
      RoleName: 'SomeRole',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: s.account.id }, Action: 'sts:AssumeRole' }],
      }),
    });
    await s.iam.attachRolePolicy({ RoleName: 'SomeRole', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    const key = await s.account.user('Assumer', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
    const { Credentials: c } = await s.sts(key).assumeRole({ RoleArn: role.Role?.Arn, RoleSessionName: 'session' });
    const session = s.as({
      accessKeyId: c?.AccessKeyId ?? '',
      secretAccessKey: c?.SecretAccessKey ?? '',
      sessionToken: c?.SessionToken ?? '',
    });
    const message = 'Must specify userName when calling with non-User credentials';
    await validationError(session.getUser({}), message);
    await validationError(session.listAccessKeys({}), message);
    await validationError(session.listMFADevices({}), message);
  });
});

describe('ListUsers', () => {
  it('pages by name, case aside, below a path, without tags and boundaries', async () => {
    for (const name of ['b', 'C', 'a', 'E', 'd'])
      await s.iam.createUser({ UserName: `list-${name}`, Path: '/list/x/', Tags: [{ Key: 'k', Value: 'v' }] });
    const { items, pages: count } = await pages(
      (Marker) => s.iam.listUsers({ PathPrefix: '/list/', MaxItems: 2, Marker }),
      (page) => page.Users,
    );
    expect(items.map((user) => user.UserName)).toEqual(['list-a', 'list-b', 'list-C', 'list-d', 'list-E']);
    expect(count).toBe(3);
    for (const user of items) expect(user).not.toHaveProperty('Tags');
    expect((await s.iam.listUsers({ PathPrefix: '/list/y' })).Users).toEqual([]);
    expect((await s.iam.listUsers({ PathPrefix: '/li' })).Users).toHaveLength(5);
  });

  it('takes only its own markers', async () => {
    const { Marker } = await s.iam.listUsers({ MaxItems: 1 });
    expect(Marker).toBeTypeOf('string');
    expect((await s.iam.listUsers({ MaxItems: 3, Marker })).Users).toHaveLength(3);
    await validationError(s.iam.listUsers({ Marker: 'nonsense' }), 'Invalid Marker.');
    await validationError(s.iam.listUsers({ Marker, PathPrefix: '/list/' }), 'Invalid Marker.');
    await validationError(s.iam.listRoles({ Marker }), 'Invalid Marker.');
    const other = await s.server.account();
    await validationError(s.as(other.root).listUsers({ Marker }), 'Invalid Marker.');
  });
});

describe('UpdateUser', () => {
  it('renames and moves; what hangs on the user stays', async () => {
    await s.iam.createUser({ UserName: 'Old', Tags: [{ Key: 'k', Value: 'v' }] });
    const { UserId } = (await s.iam.getUser({ UserName: 'Old' })).User ?? {};
    await s.iam.createAccessKey({ UserName: 'Old' });
    await s.iam.putUserPolicy({ UserName: 'Old', PolicyName: 'p', PolicyDocument: allow('s3:*') });
    await s.iam.createGroup({ GroupName: 'OldGroup' });
    await s.iam.addUserToGroup({ UserName: 'Old', GroupName: 'OldGroup' });
    await s.iam.updateUser({ UserName: 'old', NewUserName: 'New', NewPath: '/new/' });
    expect((await s.iam.getUser({ UserName: 'New' })).User).toMatchObject({
      UserId,
      Arn: `arn:aws:iam::${s.account.id}:user/new/New`,
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    await noSuchEntity(s.iam.getUser({ UserName: 'Old' }), cannotBeFound('Old'));
    expect((await s.iam.listAccessKeys({ UserName: 'New' })).AccessKeyMetadata?.[0]?.UserName).toBe('New');
    expect((await s.iam.listUserPolicies({ UserName: 'New' })).PolicyNames).toEqual(['p']);
    expect((await s.iam.getGroup({ GroupName: 'OldGroup' })).Users?.map((user) => user.UserName)).toEqual(['New']);
  });

  it('may change the case of a name, or nothing', async () => {
    await s.iam.createUser({ UserName: 'case' });
    await s.iam.updateUser({ UserName: 'case', NewUserName: 'CASE' });
    await s.iam.updateUser({ UserName: 'CASE' });
    expect((await s.iam.getUser({ UserName: 'case' })).User?.UserName).toBe('CASE');
  });

  it('refuses a name that is taken', async () => {
    await s.iam.createUser({ UserName: 'mover' });
    await alreadyExists(s.iam.updateUser({ UserName: 'mover', NewUserName: 'PLAIN' }), 'User with name PLAIN already exists.');
    await noSuchEntity(s.iam.updateUser({ UserName: 'absent', NewUserName: 'x' }), cannotBeFound('absent'));
  });

  it('R09: needs permission on the old ARN and on the new one', async () => {
    await s.iam.createUser({ UserName: 'renamed', Path: '/from/' });
    const own = `arn:aws:iam::${s.account.id}:user`;
    const caller = `${own}/renamer`;
    const key = await s.account.user('renamer');
    const may = (...resources: string[]) =>
      s.iam.putUserPolicy({ UserName: 'renamer', PolicyName: 'rename', PolicyDocument: allow('iam:UpdateUser', resources) });
    const rename = () => s.as(key).updateUser({ UserName: 'renamed', NewPath: '/to/' });
    await may(`${own}/from/*`);
    await noPolicyAllows(rename(), caller, 'iam:UpdateUser', `${own}/to/renamed`);
    await may(`${own}/to/*`);
    await noPolicyAllows(rename(), caller, 'iam:UpdateUser', `${own}/from/renamed`);
    await may(`${own}/from/*`, `${own}/to/*`);
    await rename();
    expect((await s.iam.getUser({ UserName: 'renamed' })).User?.Path).toBe('/to/');
  });
});

describe('DeleteUser', () => {
  it('names what has to go first', async () => {
    const UserName = 'Doomed';
    const must = (what: string) => deleteConflict(s.iam.deleteUser({ UserName }), `Cannot delete entity, must ${what} first.`);
    await s.iam.createUser({ UserName, PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
    await s.iam.createGroup({ GroupName: 'Doom' });
    await s.iam.addUserToGroup({ UserName, GroupName: 'Doom' });
    await must('remove users from group');
    await s.iam.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument: allow('s3:*') });
    await must('delete policies');
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await s.iam.attachUserPolicy({ UserName, PolicyArn });
    await must('detach all policies');
    const { AccessKey } = await s.iam.createAccessKey({ UserName });
    await must('delete access keys');
    await s.iam.createLoginProfile({ UserName, Password: 'Str0ng!Passw0rd' });
    await must('delete login profile');
    await s.iam.deleteLoginProfile({ UserName });
    await s.iam.deleteAccessKey({ UserName, AccessKeyId: AccessKey?.AccessKeyId });
    await s.iam.detachUserPolicy({ UserName, PolicyArn });
    await s.iam.deleteUserPolicy({ UserName, PolicyName: 'p' });
    await s.iam.removeUserFromGroup({ UserName, GroupName: 'Doom' });
    await s.iam.deleteUser({ UserName });
    await noSuchEntity(s.iam.deleteUser({ UserName }), cannotBeFound(UserName));
  });
});

describe('denials', () => {
  it('name an existing user by ARN and another by kind and name', async () => {
    const key = await s.account.user('Outsider');
    const caller = `arn:aws:iam::${s.account.id}:user/Outsider`;
    await s.iam.createUser({ UserName: 'There', Path: '/p/' });
    await noPolicyAllows(s.as(key).getUser({ UserName: 'There' }), caller, 'iam:GetUser', `arn:aws:iam::${s.account.id}:user/p/There`);
    await noPolicyAllows(s.as(key).getUser({ UserName: 'Absent' }), caller, 'iam:GetUser', 'user Absent');
    await noPolicyAllows(s.as(key).listUsers({}), caller, 'iam:ListUsers', `arn:aws:iam::${s.account.id}:user/`);
    await noPolicyAllows(s.as(key).listUsers({ PathPrefix: '/p/' }), caller, 'iam:ListUsers', `arn:aws:iam::${s.account.id}:user/p/`);
    await noPolicyAllows(s.as(key).listRoles({}), caller, 'iam:ListRoles', `arn:aws:iam::${s.account.id}:role/`);
    await noPolicyAllows(
      s.as(key).createUser({ UserName: 'x', Path: '/p/' }),
      caller,
      'iam:CreateUser',
      `arn:aws:iam::${s.account.id}:user/p/x`,
    );
    await accessDenied(s.as(key).getRole({ RoleName: 'Absent' }), /on resource: role Absent because/);
    await accessDenied(s.as(key).getGroup({ GroupName: 'Absent' }), /on resource: group Absent because/);
    await accessDenied(s.as(key).getInstanceProfile({ InstanceProfileName: 'Absent' }), /on resource: instance profile Absent because/);
    await accessDenied(s.as(key).listPolicies({}), /on resource: policy path \/ because/);
    await accessDenied(s.as(key).getAccountSummary({}), /on resource: \* because/);
  });

  it('come before not found and before reserved tag keys', async () => {
    const key = await s.account.user('Early');
    await accessDenied(s.as(key).deleteUser({ UserName: 'Absent' }), /iam:DeleteUser on resource: user Absent/);
    await accessDenied(s.as(key).tagUser({ UserName: 'Early', Tags: [{ Key: 'aws:x', Value: '' }] }), /iam:TagUser/);
  });
});

it('a user is in ten groups at most', async () => {
  const limited = await s.server.account();
  const iam = s.as(limited.root);
  for (let i = 0; i < 10; i++) await iam.createGroup({ GroupName: `g${i}` });
  await iam.createGroup({ GroupName: 'eleventh' });
  await iam.createUser({ UserName: 'joiner' });
  for (let i = 0; i < 10; i++) await iam.addUserToGroup({ UserName: 'joiner', GroupName: `g${i}` });
  await limitExceeded(iam.addUserToGroup({ UserName: 'joiner', GroupName: 'eleventh' }), 'Cannot exceed quota for GroupsPerUser: 10');
  await iam.addUserToGroup({ UserName: 'joiner', GroupName: 'G0' });
});
