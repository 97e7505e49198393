import type { GetAccountAuthorizationDetailsResponse } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { accessDenied, allow, alreadyExists, invalidInput, noSuchEntity, pages, stage, trust, validationError } from './stage.ts';

const s = stage();
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

describe('the account alias', () => {
  it('is one, replaced by the next, unique among accounts', async () => {
    expect((await s.iam.listAccountAliases({})).AccountAliases).toEqual([]);
    await s.iam.createAccountAlias({ AccountAlias: 'example-corp' });
    await alreadyExists(s.iam.createAccountAlias({ AccountAlias: 'example-corp' }), 'The account alias example-corp already exists.');
    const other = s.as((await s.server.account()).root);
    await alreadyExists(other.createAccountAlias({ AccountAlias: 'example-corp' }), 'The account alias example-corp already exists.');
    await s.iam.createAccountAlias({ AccountAlias: 'example-inc' });
    expect(await s.iam.listAccountAliases({})).toMatchObject({ AccountAliases: ['example-inc'], IsTruncated: false });
    await other.createAccountAlias({ AccountAlias: 'example-corp' });
    await noSuchEntity(
      s.iam.deleteAccountAlias({ AccountAlias: 'example-corp' }),
      'The account alias with name example-corp cannot be found.',
    );
    await s.iam.deleteAccountAlias({ AccountAlias: 'example-inc' });
    expect((await s.iam.listAccountAliases({})).AccountAliases).toEqual([]);
    await noSuchEntity(
      s.iam.deleteAccountAlias({ AccountAlias: 'example-inc' }),
      'The account alias with name example-inc cannot be found.',
    );
  });

  it('is no account id, and keeps to its pattern', async () => {
    await invalidInput(
      s.iam.createAccountAlias({ AccountAlias: '123456789012' }),
      'The account alias 123456789012 must not be a 12-digit number.',
    );
    for (const AccountAlias of ['-x-', 'Example', 'a--b'])
      await validationError(s.iam.createAccountAlias({ AccountAlias }), /accountAlias/);
  });

  it('R13: is taken over with permission only', async () => {
    const key = await s.account.user('namer');
    await accessDenied(s.as(key).createAccountAlias({ AccountAlias: 'taken-over' }), /iam:CreateAccountAlias on resource: \* because/);
    await accessDenied(s.as(key).updateAccountPasswordPolicy({}), /iam:UpdateAccountPasswordPolicy on resource: \* because/);
    await s.iam.putUserPolicy({
      UserName: 'namer',
      PolicyName: 'p',
      PolicyDocument: allow(['iam:CreateAccountAlias', 'iam:UpdateAccountPasswordPolicy']),
    });
    await s.as(key).createAccountAlias({ AccountAlias: 'taken-over' });
    await s.as(key).updateAccountPasswordPolicy({});
  });
});

/** An account with one of everything. */
async function furnished() {
  const account = await s.server.account();
  const iam = s.as(account.root);
  const arn = (name: string) => `arn:aws:iam::${account.id}:policy/${name}`;
  await iam.createPolicy({ PolicyName: 'Bounding', PolicyDocument: allow('*'), Description: 'd' });
  await iam.createPolicy({ PolicyName: 'Attached', PolicyDocument: allow('s3:*') });
  await iam.createPolicyVersion({ PolicyArn: arn('Attached'), PolicyDocument: allow('ec2:*') });
  await iam.createPolicy({ PolicyName: 'Unused', PolicyDocument: allow('s3:*') });
  await iam.createGroup({ GroupName: 'Group' });
  await iam.createUser({ UserName: 'User', Path: '/p/', PermissionsBoundary: arn('Bounding'), Tags: [{ Key: 'k', Value: 'v' }] });
  await iam.createUser({ UserName: 'Bare' });
  await iam.addUserToGroup({ UserName: 'User', GroupName: 'Group' });
  await iam.attachUserPolicy({ UserName: 'User', PolicyArn: arn('Attached') });
  await iam.attachGroupPolicy({ GroupName: 'Group', PolicyArn: arn('Attached') });
  await iam.putUserPolicy({ UserName: 'User', PolicyName: 'inline', PolicyDocument: allow('sqs:*') });
  await iam.createRole({
    RoleName: 'Role',
    AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${account.id}:user/p/User` }),
    Description: 'd',
    Tags: [{ Key: 'k', Value: 'v' }],
  });
  await iam.attachRolePolicy({ RoleName: 'Role', PolicyArn: READ_ONLY });
  await iam.createInstanceProfile({ InstanceProfileName: 'Profile', Tags: [{ Key: 'k', Value: 'v' }] });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: 'Profile', RoleName: 'Role' });
  await iam.createVirtualMFADevice({ VirtualMFADeviceName: 'Device' });
  return { account, iam, arn };
}

describe('GetAccountSummary', () => {
  it('counts what there is', async () => {
    const { iam } = await furnished();
    expect((await iam.getAccountSummary({})).SummaryMap).toEqual({
      Users: 2,
      UsersQuota: 5000,
      Groups: 1,
      GroupsQuota: 300,
      Roles: 1,
      RolesQuota: 1000,
      Policies: 3,
      PoliciesQuota: 1500,
      InstanceProfiles: 1,
      InstanceProfilesQuota: 1000,
      ServerCertificates: 0,
      ServerCertificatesQuota: 20,
      Providers: 0,
      MFADevices: 1,
      MFADevicesInUse: 0,
      UserPolicySizeQuota: 2048,
      GroupPolicySizeQuota: 5120,
      RolePolicySizeQuota: 10_240,
      PolicySizeQuota: 6144,
      AssumeRolePolicySizeQuota: 2048,
      PolicyVersionsInUse: 3,
      PolicyVersionsInUseQuota: 10_000,
      VersionsPerPolicyQuota: 5,
      AttachedPoliciesPerUserQuota: 10,
      AttachedPoliciesPerRoleQuota: 10,
      AttachedPoliciesPerGroupQuota: 10,
      GroupsPerUserQuota: 10,
      AccessKeysPerUserQuota: 2,
      SigningCertificatesPerUserQuota: 2,
      GlobalEndpointTokenVersion: 1,
      AccountMFAEnabled: 0,
      AccountAccessKeysPresent: 1,
      AccountSigningCertificatesPresent: 0,
      AccountPasswordPresent: 0,
    });
  });
});

describe('GetAccountAuthorizationDetails', () => {
  it('shows users, groups, roles and policies as they relate', async () => {
    const { account, iam, arn } = await furnished();
    const details = await iam.getAccountAuthorizationDetails({});
    const [bare, user] = details.UserDetailList ?? [];
    expect(bare).toMatchObject({ UserName: 'Bare', GroupList: [], AttachedManagedPolicies: [] });
    for (const absent of ['UserPolicyList', 'Tags', 'PermissionsBoundary']) expect(bare).not.toHaveProperty(absent);
    expect(user).toMatchObject({
      UserName: 'User',
      Path: '/p/',
      Arn: `arn:aws:iam::${account.id}:user/p/User`,
      UserPolicyList: [{ PolicyName: 'inline', PolicyDocument: encodeURIComponent(allow('sqs:*')).replaceAll('*', '%2A') }],
      GroupList: ['Group'],
      AttachedManagedPolicies: [{ PolicyName: 'Attached', PolicyArn: arn('Attached') }],
      PermissionsBoundary: { PermissionsBoundaryArn: arn('Bounding') },
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(details.GroupDetailList).toMatchObject([{ GroupName: 'Group', GroupPolicyList: [] }]);
    const [role] = details.RoleDetailList ?? [];
    expect(role).toMatchObject({ RoleName: 'Role', RolePolicyList: [], RoleLastUsed: {}, Tags: [{ Key: 'k', Value: 'v' }] });
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toContain(`arn:aws:iam::${account.id}:user/p/User`);
    expect(role?.InstanceProfileList).toMatchObject([{ InstanceProfileName: 'Profile', Roles: [{ RoleName: 'Role' }] }]);
    expect(role?.InstanceProfileList?.[0]).not.toHaveProperty('Tags');
    for (const absent of ['MaxSessionDuration', 'Description']) expect(role).not.toHaveProperty(absent);
    expect(details.Policies?.map((detail) => [detail.PolicyName, detail.AttachmentCount, detail.PermissionsBoundaryUsageCount])).toEqual([
      ['Attached', 2, 0],
      ['Bounding', 0, 1],
      ['Unused', 0, 0],
      ['ReadOnlyAccess', 1, 0],
    ]);
    const [attached, bounding] = details.Policies ?? [];
    expect(attached?.PolicyVersionList?.map((version) => [version.VersionId, version.IsDefaultVersion])).toEqual([
      ['v2', false],
      ['v1', true],
    ]);
    expect(bounding).not.toHaveProperty('Description');
  });

  it('runs page by page, users, roles, groups, policies; the marker fixes the filter', async () => {
    const { iam } = await furnished();
    const itemsOf = (page: GetAccountAuthorizationDetailsResponse) => [
      ...(page.UserDetailList ?? []).map((user) => user.UserName),
      ...(page.RoleDetailList ?? []).map((role) => role.RoleName),
      ...(page.GroupDetailList ?? []).map((group) => group.GroupName),
      ...(page.Policies ?? []).map((detail) => detail.PolicyName),
    ];
    const all = await pages((Marker) => iam.getAccountAuthorizationDetails({ MaxItems: 1, Marker }), itemsOf);
    expect(all).toEqual({ items: ['Bare', 'User', 'Role', 'Group', 'Attached', 'Bounding', 'Unused', 'ReadOnlyAccess'], pages: 8 });
    const some = await pages(
      (Marker) =>
        iam.getAccountAuthorizationDetails(
          Marker === undefined ? { MaxItems: 1, Filter: ['AWSManagedPolicy', 'User', 'User'] } : { MaxItems: 1, Marker },
        ),
      itemsOf,
    );
    expect(some.items).toEqual(['Bare', 'User', 'ReadOnlyAccess']);
    await validationError(iam.getAccountAuthorizationDetails({ Marker: 'nonsense' }), 'Invalid Marker.');
  });
});

describe('context keys', () => {
  const document = JSON.stringify(
    policy({
      Effect: 'Allow',
      Action: 's3:*',
      Resource: `arn:aws:s3:::b/\${aws:username}/*`,
      Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' }, Bool: { 'AWS:sourcevpc': 'true' } },
    }),
  );

  it('of documents given', async () => {
    const { ContextKeyNames } = await s.iam.getContextKeysForCustomPolicy({ PolicyInputList: [document, allow('s3:*')] });
    expect(ContextKeyNames?.sort()).toEqual(['aws:SourceVpc', 'aws:username']);
    await invalidInput(s.iam.getContextKeysForCustomPolicy({ PolicyInputList: ['nonsense'] }), 'Syntax errors in policy.');
  });

  it('of a user with its groups, and of further documents', async () => {
    const { account, iam, arn } = await furnished();
    await iam.putGroupPolicy({ GroupName: 'Group', PolicyName: 'p', PolicyDocument: document });
    const PolicySourceArn = `arn:aws:iam::${account.id}:user/p/User`;
    expect((await iam.getContextKeysForPrincipalPolicy({ PolicySourceArn })).ContextKeyNames?.sort()).toEqual([
      'aws:SourceVpc',
      'aws:username',
    ]);
    const more = await iam.getContextKeysForPrincipalPolicy({
      PolicySourceArn: `arn:aws:iam::${account.id}:role/Role`,
      PolicyInputList: [document],
    });
    expect(more.ContextKeyNames).toContain('aws:SourceVpc');
    const absent = `arn:aws:iam::${account.id}:user/User`;
    await noSuchEntity(iam.getContextKeysForPrincipalPolicy({ PolicySourceArn: absent }), `The entity with arn ${absent} cannot be found.`);
    await invalidInput(
      iam.getContextKeysForPrincipalPolicy({ PolicySourceArn: arn('Attached') }),
      `Invalid Entity Arn: ${arn('Attached')} does not clearly define entity type and name.`,
    );
    await accessDenied(
      s.iam.getContextKeysForPrincipalPolicy({ PolicySourceArn }),
      /iam:GetContextKeysForPrincipalPolicy on resource: arn:aws:iam::\d+:user\/p\/User because/,
    );
  });
});
