import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import {
  accessDenied,
  allow,
  alreadyExists,
  deleteConflict,
  invalidInput,
  malformedPolicy,
  noSuchEntity,
  pages,
  stage,
  trust,
  unmodifiable,
  validationError,
} from './stage.ts';

const s = stage();

const noRole = (call: Promise<unknown>, name: string) => noSuchEntity(call, `The role with name ${name} cannot be found.`);
const trustOf = async (RoleName: string) => decodeURIComponent((await s.iam.getRole({ RoleName })).Role?.AssumeRolePolicyDocument ?? '');

describe('CreateRole', () => {
  it('answers without MaxSessionDuration and RoleLastUsed; GetRole has them', async () => {
    const { Role } = await s.iam.createRole({ RoleName: 'Plain', AssumeRolePolicyDocument: trust() });
    expect(Role).toEqual({
      Path: '/',
      RoleName: 'Plain',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${s.account.id}:role/Plain`,
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: encodeURIComponent(trust()),
    });
    expect((await s.iam.getRole({ RoleName: 'PLAIN' })).Role).toEqual({ ...Role, MaxSessionDuration: 3600, RoleLastUsed: {} });
  });

  it('keeps description, boundary, tags and path', async () => {
    const { Role } = await s.iam.createRole({
      RoleName: 'Full',
      Path: '/service-role/',
      AssumeRolePolicyDocument: trust(),
      Description: 'Trains models',
      MaxSessionDuration: 7200,
      PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(Role).toMatchObject({
      Arn: `arn:aws:iam::${s.account.id}:role/service-role/Full`,
      Description: 'Trains models',
      PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(Role).not.toHaveProperty('MaxSessionDuration');
    expect((await s.iam.getRole({ RoleName: 'Full' })).Role).toMatchObject({ MaxSessionDuration: 7200, Description: 'Trains models' });
    const listed = (await s.iam.listRoles({ PathPrefix: '/service-role/' })).Roles?.[0];
    expect(listed).toMatchObject({ RoleName: 'Full', MaxSessionDuration: 7200, Description: 'Trains models' });
    for (const absent of ['Tags', 'PermissionsBoundary', 'RoleLastUsed']) expect(listed).not.toHaveProperty(absent);
  });

  it('refuses names that are taken and durations out of range', async () => {
    await alreadyExists(s.iam.createRole({ RoleName: 'plain', AssumeRolePolicyDocument: trust() }), 'Role with name plain already exists.');
    await validationError(
      s.iam.createRole({ RoleName: 'x', AssumeRolePolicyDocument: trust(), MaxSessionDuration: 43_201 }),
      /Member must have value less than or equal to 43200/,
    );
  });

  it.each([
    ['no JSON', '{', 'This policy contains invalid Json'],
    [
      'a resource',
      JSON.stringify(policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' })),
      'Has prohibited field Resource',
    ],
    ['another service', trust({ AWS: '*' }, 's3:GetObject'), 'AssumeRole policy may only specify STS AssumeRole actions.'],
    ['no principal', allow('sts:AssumeRole').replace(',"Resource":"*"', ''), 'Missing required field Principal'],
    [
      'an unknown user',
      trust({ AWS: 'arn:aws:iam::123456789012:user/Nobody' }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/Nobody"',
    ],
    ['an unknown service', trust({ Service: 'nonsense' }), 'Invalid principal in policy: "SERVICE":"nonsense"'],
    ['a bad provider', trust({ Federated: 'nonsense' }), 'Federated principals must be valid domain names or SAML metadata ARNs'],
  ])('refuses a trust policy with %s', async (_, document, message) => {
    await malformedPolicy(s.iam.createRole({ RoleName: 'Refused', AssumeRolePolicyDocument: document }), message);
    await noRole(s.iam.getRole({ RoleName: 'Refused' }), 'Refused');
  });

  it('keeps AWS’s own paths free', () =>
    invalidInput(
      s.iam.createRole({ RoleName: 'x', Path: '/aws-service-role/sagemaker.amazonaws.com/', AssumeRolePolicyDocument: trust() }),
      'The path /aws-service-role/sagemaker.amazonaws.com/ is reserved for system use.',
    ));
});

describe('trust policies', () => {
  it('come back as submitted, names of principals aside', async () => {
    const text =
      ' { "Version":"2012-10-17",\n"Statement":{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com"]},"Action":["sts:AssumeRole"]} }';
    const { Role } = await s.iam.createRole({ RoleName: 'Spaced', AssumeRolePolicyDocument: text });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(text);
    expect(await trustOf('Spaced')).toBe(text);
  });

  it('E14: a recreated user does not inherit; the document shows the old one’s id', async () => {
    const assumable = async () => {
      const key = await s.account.user('Mortal');
      return () => s.sts(key).assumeRole({ RoleArn: `arn:aws:iam::${s.account.id}:role/Trusting`, RoleSessionName: 'session' });
    };
    const first = await assumable();
    const mortal = `arn:aws:iam::${s.account.id}:user/Mortal`;
    const id = (await s.iam.getUser({ UserName: 'Mortal' })).User?.UserId ?? '';
    await s.iam.createRole({ RoleName: 'Trusting', AssumeRolePolicyDocument: trust({ AWS: mortal }) });
    await first();
    expect(await trustOf('Trusting')).toBe(trust({ AWS: mortal }));

    await s.iam.updateUser({ UserName: 'Mortal', NewUserName: 'Renamed' });
    expect(await trustOf('Trusting')).toBe(trust({ AWS: `arn:aws:iam::${s.account.id}:user/Renamed` }));
    await first();
    await s.iam.updateUser({ UserName: 'Renamed', NewUserName: 'Mortal' });

    const [key] = (await s.iam.listAccessKeys({ UserName: 'Mortal' })).AccessKeyMetadata ?? [];
    await s.iam.deleteAccessKey({ UserName: 'Mortal', AccessKeyId: key?.AccessKeyId });
    await s.iam.deleteUser({ UserName: 'Mortal' });
    const second = await assumable();
    await accessDenied(second(), /is not authorized to perform: sts:AssumeRole on resource/);
    expect(await trustOf('Trusting')).toBe(trust({ AWS: id }));
    // Saved again as shown, it names nobody; saved with the ARN, it names the new user.
    await malformedPolicy(
      s.iam.updateAssumeRolePolicy({ RoleName: 'Trusting', PolicyDocument: trust({ AWS: id }) }),
      `Invalid principal in policy: "AWS":"${id}"`,
    );
    await s.iam.updateAssumeRolePolicy({ RoleName: 'Trusting', PolicyDocument: trust({ AWS: mortal }) });
    await second();
  });

  it('E14: a recreated user matches a condition on its ARN', async () => {
    const document = JSON.stringify(
      policy({
        Effect: 'Allow',
        Principal: { AWS: s.account.id },
        Action: 'sts:AssumeRole',
        Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${s.account.id}:user/ByArn` } },
      }),
    );
    await s.iam.createRole({ RoleName: 'Conditional', AssumeRolePolicyDocument: document });
    const RoleArn = `arn:aws:iam::${s.account.id}:role/Conditional`;
    const inline = { assume: JSON.parse(allow('sts:AssumeRole')) as object };
    for (let life = 0; life < 2; life++) {
      const key = await s.account.user('ByArn', { inline });
      await s.sts(key).assumeRole({ RoleArn, RoleSessionName: 'session' });
      await s.iam.deleteUserPolicy({ UserName: 'ByArn', PolicyName: 'assume' });
      await s.iam.deleteAccessKey({ UserName: 'ByArn', AccessKeyId: key.accessKeyId });
      await s.iam.deleteUser({ UserName: 'ByArn' });
    }
  });

  it('name users and roles of other accounts', async () => {
    const other = await s.server.account();
    const iam = s.as(other.root);
    await iam.createRole({ RoleName: 'Away', AssumeRolePolicyDocument: trust() });
    const document = trust({ AWS: `arn:aws:iam::${other.id}:role/Away` });
    await s.iam.createRole({ RoleName: 'Abroad', AssumeRolePolicyDocument: document });
    expect(await trustOf('Abroad')).toBe(document);
  });
});

describe('changes', () => {
  it('UpdateRole leaves what is not given, and an empty description clears', async () => {
    await s.iam.createRole({ RoleName: 'Changing', AssumeRolePolicyDocument: trust(), Description: 'one' });
    await s.iam.updateRole({ RoleName: 'Changing', MaxSessionDuration: 7200 });
    expect((await s.iam.getRole({ RoleName: 'Changing' })).Role).toMatchObject({ Description: 'one', MaxSessionDuration: 7200 });
    await s.iam.updateRole({ RoleName: 'Changing', Description: '' });
    expect((await s.iam.getRole({ RoleName: 'Changing' })).Role).not.toHaveProperty('Description');
    const { Role } = await s.iam.updateRoleDescription({ RoleName: 'Changing', Description: 'two' });
    expect(Role).toMatchObject({ RoleName: 'Changing', Description: 'two' });
    expect(Role).not.toHaveProperty('MaxSessionDuration');
    expect(Role).not.toHaveProperty('RoleLastUsed');
  });

  it('of a role that does not exist', async () => {
    const RoleName = 'Absent';
    await noRole(s.iam.getRole({ RoleName }), RoleName);
    await noRole(s.iam.updateRole({ RoleName }), RoleName);
    await noRole(s.iam.updateRoleDescription({ RoleName, Description: '' }), RoleName);
    await noRole(s.iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: '{' }), RoleName);
    await noRole(s.iam.deleteRole({ RoleName }), RoleName);
    await noRole(s.iam.listRolePolicies({ RoleName }), RoleName);
    await noRole(s.iam.listAttachedRolePolicies({ RoleName }), RoleName);
    await noRole(s.iam.listInstanceProfilesForRole({ RoleName }), RoleName);
    await noRole(s.iam.listRoleTags({ RoleName }), RoleName);
  });

  it('DeleteRole names what has to go first', async () => {
    const RoleName = 'Doomed';
    const must = (what: string) => deleteConflict(s.iam.deleteRole({ RoleName }), `Cannot delete entity, must ${what} first.`);
    await s.iam.createRole({ RoleName, AssumeRolePolicyDocument: trust(), PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
    await s.iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allow('s3:*') });
    await must('delete policies');
    await s.iam.attachRolePolicy({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
    await must('detach all policies');
    await s.iam.createInstanceProfile({ InstanceProfileName: 'Holder' });
    await s.iam.addRoleToInstanceProfile({ InstanceProfileName: 'Holder', RoleName });
    await must('remove roles from instance profile');
    await s.iam.removeRoleFromInstanceProfile({ InstanceProfileName: 'Holder', RoleName });
    await s.iam.detachRolePolicy({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
    await s.iam.deleteRolePolicy({ RoleName, PolicyName: 'p' });
    await s.iam.deleteRole({ RoleName });
    await noRole(s.iam.deleteRole({ RoleName }), RoleName);
  });

  it('are listed by page', async () => {
    for (const name of ['b', 'A', 'c']) await s.iam.createRole({ RoleName: `l-${name}`, Path: '/l/', AssumeRolePolicyDocument: trust() });
    const { items, pages: count } = await pages(
      (Marker) => s.iam.listRoles({ PathPrefix: '/l/', MaxItems: 2, Marker }),
      (page) => page.Roles,
    );
    expect(items.map((role) => role.RoleName)).toEqual(['l-A', 'l-b', 'l-c']);
    expect(count).toBe(2);
  });
});

describe('R04: UpdateAssumeRolePolicy then AssumeRole', () => {
  it('works with permission on the role, not without', async () => {
    const RoleArn = `arn:aws:iam::${s.account.id}:role/Target`;
    await s.iam.createRole({ RoleName: 'Target', AssumeRolePolicyDocument: trust() });
    const key = await s.account.user('truster');
    const caller = `arn:aws:iam::${s.account.id}:user/truster`;
    const update = () => s.as(key).updateAssumeRolePolicy({ RoleName: 'Target', PolicyDocument: trust({ AWS: caller }) });
    await accessDenied(update(), /iam:UpdateAssumeRolePolicy on resource: arn:aws:iam::\d+:role\/Target because no identity-based policy/);
    await accessDenied(s.sts(key).assumeRole({ RoleArn, RoleSessionName: 'session' }), /sts:AssumeRole/);
    await s.iam.putUserPolicy({ UserName: 'truster', PolicyName: 'p', PolicyDocument: allow('iam:UpdateAssumeRolePolicy', RoleArn) });
    await update();
    await s.sts(key).assumeRole({ RoleArn, RoleSessionName: 'session' });
  });

  it('is refused for a service-linked role', async () => {
    await s.iam.createServiceLinkedRole({ AWSServiceName: 'sagemaker.amazonaws.com' });
    const RoleName = 'AWSServiceRoleForAmazonSageMakerNotebooks';
    await unmodifiable(
      s.iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: trust({ AWS: '*' }) }),
      `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
    );
  });
});
