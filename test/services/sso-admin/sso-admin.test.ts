import { describe, expect, it } from 'vitest';
import { atOnce, policy } from '../../harness.ts';
import { refused, stage } from './stage.ts';

const s = stage({ pace: 1 });

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

async function rolesOf(account: { root: Parameters<typeof s.iam>[0] }) {
  const { Roles } = await s.iam(account.root).listRoles({ PathPrefix: '/aws-reserved/sso.amazonaws.com/' });
  return Roles ?? [];
}

describe('the instance', () => {
  it('is one to an organization, in one region', async () => {
    const { InstanceArn } = s;
    expect(InstanceArn).toMatch(/^arn:aws:sso:::instance\/ssoins-[0-9a-f]{16}$/);
    expect(await s.sso.describeInstance({ InstanceArn })).toMatchObject({
      InstanceArn,
      IdentityStoreId: expect.stringMatching(/^d-[0-9a-f]{10}$/),
      OwnerAccountId: s.management.id,
      Name: 'example',
      Status: 'ACTIVE',
    });
    await refused(s.sso.createInstance({}), 'ConflictException');
    const access = await s.org.listAWSServiceAccessForOrganization({});
    expect(access.EnabledServicePrincipals?.map((each) => each.ServicePrincipal)).toContain('sso.amazonaws.com');
    const role = await s.iam(s.management.root).getRole({ RoleName: 'AWSServiceRoleForSSO' });
    expect(role.Role?.Path).toBe('/aws-service-role/sso.amazonaws.com/');
    await s.sso.updateInstance({ InstanceArn, Name: 'renamed' });
    expect((await s.sso.listInstances({})).Instances?.[0]?.Name).toBe('renamed');
    const key = {
      KeyType: 'CUSTOMER_MANAGED_KEY' as const,
      KmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555',
    };
    await refused(s.sso.updateInstance({ InstanceArn, EncryptionConfiguration: key }), 'ValidationException', 'keys');
    const elsewhere = await s.management.asRoot('sso-admin', 'ListInstances', {}, 'eu-west-1');
    expect(elsewhere.Instances).toEqual([]);
  });

  it('of an account has people, and assigns no accounts', async () => {
    const own = await s.server.account();
    const sso = s.ssoAs(own.root);
    const { InstanceArn } = await sso.createInstance({ Tags: [{ Key: 'team', Value: 'a' }] });
    expect(await sso.listTagsForResource({ InstanceArn, ResourceArn: InstanceArn })).toMatchObject({ Tags: [{ Key: 'team', Value: 'a' }] });
    await refused(sso.createPermissionSet({ InstanceArn, Name: 'x' }), 'ValidationException', 'not supported');
    await refused(s.sso.describeInstance({ InstanceArn }), 'ResourceNotFoundException');
    await sso.deleteInstance({ InstanceArn });
    expect((await sso.listInstances({})).Instances).toEqual([]);
  });
});

describe('a permission set', () => {
  it('is created, described, changed, tagged and deleted', async () => {
    const { InstanceArn } = s;
    const PermissionSetArn = await s.permissionSet('First', { Description: 'a first one', Tags: [{ Key: 'a', Value: '1' }] });
    expect(PermissionSetArn).toMatch(/^arn:aws:sso:::permissionSet\/ssoins-[0-9a-f]{16}\/ps-[0-9a-f]{16}$/);
    await refused(s.permissionSet('fIRST'), 'ConflictException', 'already exists');
    await refused(s.permissionSet('Short', { SessionDuration: 'PT30M' }), 'ValidationException', 'SessionDuration');
    await refused(s.permissionSet('Long', { SessionDuration: 'PT13H' }), 'ValidationException', 'SessionDuration');
    await s.sso.updatePermissionSet({
      InstanceArn,
      PermissionSetArn,
      SessionDuration: 'PT2H30M',
      RelayState: 'https://console.aws.amazon.com/sagemaker',
    });
    expect((await s.sso.describePermissionSet({ InstanceArn, PermissionSetArn })).PermissionSet).toMatchObject({
      Name: 'First',
      Description: 'a first one',
      SessionDuration: 'PT2H30M',
    });
    await s.sso.tagResource({ InstanceArn, ResourceArn: PermissionSetArn, Tags: [{ Key: 'b', Value: '2' }] });
    await s.sso.untagResource({ InstanceArn, ResourceArn: PermissionSetArn, TagKeys: ['a'] });
    expect((await s.sso.listTagsForResource({ InstanceArn, ResourceArn: PermissionSetArn })).Tags).toEqual([{ Key: 'b', Value: '2' }]);
    expect((await s.sso.listPermissionSets({ InstanceArn })).PermissionSets).toContain(PermissionSetArn);
    await s.sso.deletePermissionSet({ InstanceArn, PermissionSetArn });
    await refused(s.sso.describePermissionSet({ InstanceArn, PermissionSetArn }), 'ResourceNotFoundException');
  });

  it('holds policies, which must exist and parse', async () => {
    const { InstanceArn } = s;
    const PermissionSetArn = await s.permissionSet('Policies');
    const set = { InstanceArn, PermissionSetArn };
    await s.sso.attachManagedPolicyToPermissionSet({ ...set, ManagedPolicyArn: READ_ONLY });
    await refused(s.sso.attachManagedPolicyToPermissionSet({ ...set, ManagedPolicyArn: READ_ONLY }), 'ConflictException');
    await refused(
      s.sso.attachManagedPolicyToPermissionSet({ ...set, ManagedPolicyArn: 'arn:aws:iam::aws:policy/NoSuchPolicy' }),
      'ResourceNotFoundException',
    );
    expect((await s.sso.listManagedPoliciesInPermissionSet(set)).AttachedManagedPolicies).toEqual([
      { Name: 'ReadOnlyAccess', Arn: READ_ONLY },
    ]);
    expect((await s.sso.getInlinePolicyForPermissionSet(set)).InlinePolicy).toBe('');
    await refused(s.sso.putInlinePolicyToPermissionSet({ ...set, InlinePolicy: '{"Statement":1}' }), 'ValidationException');
    const document = JSON.stringify(policy({ Effect: 'Allow', Action: 'sagemaker:List*', Resource: '*' }));
    await s.sso.putInlinePolicyToPermissionSet({ ...set, InlinePolicy: document });
    expect((await s.sso.getInlinePolicyForPermissionSet(set)).InlinePolicy).toBe(document);
    await s.sso.attachCustomerManagedPolicyReferenceToPermissionSet({ ...set, CustomerManagedPolicyReference: { Name: 'Ours' } });
    expect((await s.sso.listCustomerManagedPolicyReferencesInPermissionSet(set)).CustomerManagedPolicyReferences).toEqual([
      { Name: 'Ours', Path: '/' },
    ]);
    await s.sso.detachCustomerManagedPolicyReferenceFromPermissionSet({
      ...set,
      CustomerManagedPolicyReference: { Name: 'Ours', Path: '/' },
    });
    await refused(s.sso.getPermissionsBoundaryForPermissionSet(set), 'ResourceNotFoundException');
    await s.sso.putPermissionsBoundaryToPermissionSet({ ...set, PermissionsBoundary: { ManagedPolicyArn: READ_ONLY } });
    expect((await s.sso.getPermissionsBoundaryForPermissionSet(set)).PermissionsBoundary).toEqual({ ManagedPolicyArn: READ_ONLY });
    await s.sso.deletePermissionsBoundaryFromPermissionSet(set);
    await s.sso.detachManagedPolicyFromPermissionSet({ ...set, ManagedPolicyArn: READ_ONLY });
    await s.sso.deleteInlinePolicyFromPermissionSet(set);
    await refused(s.sso.detachManagedPolicyFromPermissionSet({ ...set, ManagedPolicyArn: READ_ONLY }), 'ResourceNotFoundException');
  });
});

describe('an assignment', () => {
  it('makes a role that IAM shows and does not let change, and takes it away with the last', async () => {
    const { InstanceArn } = s;
    const account = await s.member();
    const PermissionSetArn = await s.permissionSet('DataScience', { Description: 'for scientists' });
    const set = { InstanceArn, PermissionSetArn };
    await s.sso.attachManagedPolicyToPermissionSet({ ...set, ManagedPolicyArn: READ_ONLY });
    await s.sso.putPermissionsBoundaryToPermissionSet({ ...set, PermissionsBoundary: { ManagedPolicyArn: READ_ONLY } });
    const ann = await s.person('ann');
    const group = await s.group('scientists', ann);
    const requestId = await s.assign(account, PermissionSetArn, group, 'GROUP');
    const status = async () =>
      (await s.sso.describeAccountAssignmentCreationStatus({ InstanceArn, AccountAssignmentCreationRequestId: requestId }))
        .AccountAssignmentCreationStatus;
    expect((await status())?.Status).toBe('IN_PROGRESS');
    s.server.clock.advance(4000);
    expect(await status()).toMatchObject({ Status: 'SUCCEEDED', TargetId: account.id, PrincipalId: group, PrincipalType: 'GROUP' });
    const listed = await s.sso.listAccountAssignmentCreationStatus({ InstanceArn, Filter: { Status: 'SUCCEEDED' } });
    expect(listed.AccountAssignmentsCreationStatus?.map((each) => each.RequestId)).toContain(requestId);
    const [role] = await rolesOf(account);
    expect(role).toMatchObject({
      RoleName: expect.stringMatching(/^AWSReservedSSO_DataScience_[0-9a-f]{16}$/),
      Path: '/aws-reserved/sso.amazonaws.com/',
      Description: 'for scientists',
      MaxSessionDuration: 43_200,
    });
    const iam = s.iam(account.root);
    const RoleName = role?.RoleName ?? '';
    const provider = `arn:aws:iam::${account.id}:saml-provider/AWSSSO_${InstanceArn.slice(-16)}_DO_NOT_DELETE`;
    expect(JSON.parse(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).Statement[0]).toEqual({
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
      Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
    });
    expect((await iam.listAttachedRolePolicies({ RoleName })).AttachedPolicies).toEqual([
      { PolicyName: 'ReadOnlyAccess', PolicyArn: READ_ONLY },
    ]);
    expect((await iam.getRole({ RoleName })).Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(READ_ONLY);
    // R04: the account's own administrators change nothing of it.
    const protectedRole = [
      iam.attachRolePolicy({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
      iam.putRolePolicy({
        RoleName,
        PolicyName: 'x',
        PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Action: '*', Resource: '*' })),
      }),
      iam.updateAssumeRolePolicy({
        RoleName,
        PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' })),
      }),
      iam.deleteRolePermissionsBoundary({ RoleName }),
      iam.deleteRole({ RoleName }),
      iam.deleteSAMLProvider({ SAMLProviderArn: provider }),
      iam.updateSAMLProvider({ SAMLProviderArn: provider, AssertionEncryptionMode: 'Allowed' }),
    ];
    for (const attempt of atOnce(protectedRole)) await refused(attempt, 'UnmodifiableEntityException');

    // No assertion is ever accepted for the provider: it names no key.
    const assertion = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" IssueInstant="${new Date().toISOString()}"/>`;
    for (const text of [assertion, '<x/>', 'x']) {
      const input = { RoleArn: role?.Arn, PrincipalArn: provider, SAMLAssertion: Buffer.from(text).toString('base64') };
      await refused(s.sts(account.root).assumeRoleWithSAML(input), 'InvalidIdentityTokenException');
    }

    await s.assign(account, PermissionSetArn, ann);
    await refused(s.assign(account, PermissionSetArn, ann), 'ConflictException', 'already exists');
    expect((await s.sso.listAccountAssignments({ ...set, AccountId: account.id })).AccountAssignments).toHaveLength(2);
    const ofAnn = await s.sso.listAccountAssignmentsForPrincipal({ InstanceArn, PrincipalId: ann, PrincipalType: 'USER' });
    expect(ofAnn.AccountAssignments?.map((each) => each.PrincipalType).sort()).toEqual(['GROUP', 'USER']);
    await refused(s.sso.deletePermissionSet(set), 'ConflictException');

    const remove = (PrincipalId: string, PrincipalType: 'USER' | 'GROUP') =>
      s.sso.deleteAccountAssignment({ ...set, TargetId: account.id, TargetType: 'AWS_ACCOUNT', PrincipalId, PrincipalType });
    await remove(ann, 'USER');
    expect(await rolesOf(account)).toHaveLength(1);
    const { AccountAssignmentDeletionStatus: deletion } = await remove(group, 'GROUP');
    expect(deletion?.Status).toBe('IN_PROGRESS');
    s.server.clock.advance(4000);
    const deleted = await s.sso.describeAccountAssignmentDeletionStatus({
      InstanceArn,
      AccountAssignmentDeletionRequestId: deletion?.RequestId,
    });
    expect(deleted.AccountAssignmentDeletionStatus?.Status).toBe('SUCCEEDED');
    expect((await s.sso.listAccountAssignmentDeletionStatus({ InstanceArn })).AccountAssignmentsDeletionStatus).toHaveLength(2);
    expect(await rolesOf(account)).toEqual([]);
    expect((await iam.listSAMLProviders({})).SAMLProviderList).toEqual([]);
    await refused(remove(group, 'GROUP'), 'ResourceNotFoundException');
    await s.sso.deletePermissionSet(set);
  });

  it('fails where the account lacks a policy, and names it', async () => {
    const { InstanceArn } = s;
    const account = await s.member();
    const PermissionSetArn = await s.permissionSet('Lacking');
    await s.sso.attachCustomerManagedPolicyReferenceToPermissionSet({
      InstanceArn,
      PermissionSetArn,
      CustomerManagedPolicyReference: { Name: 'Ours', Path: '/team/' },
    });
    const ben = await s.person('ben');
    const requestId = await s.assign(account, PermissionSetArn, ben);
    s.server.clock.advance(4000);
    const { AccountAssignmentCreationStatus: status } = await s.sso.describeAccountAssignmentCreationStatus({
      InstanceArn,
      AccountAssignmentCreationRequestId: requestId,
    });
    expect(status).toMatchObject({ Status: 'FAILED', FailureReason: expect.stringContaining('/team/Ours') });
    expect(await rolesOf(account)).toEqual([]);
    const document = JSON.stringify(policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }));
    await s.iam(account.root).createPolicy({ PolicyName: 'Ours', Path: '/team/', PolicyDocument: document });
    await s.assign(account, PermissionSetArn, ben);
    expect(await rolesOf(account)).toHaveLength(1);
  });

  it('is for accounts and people that are there', async () => {
    const PermissionSetArn = await s.permissionSet('Nobody');
    const cleo = await s.person('cleo');
    const outside = await s.server.account();
    await refused(s.assign(outside, PermissionSetArn, cleo), 'ResourceNotFoundException', 'Account');
    await refused(s.assign('999999999999', PermissionSetArn, cleo), 'ResourceNotFoundException', 'Account');
    await refused(s.assign(s.management, PermissionSetArn, '11111111-2222-4333-8444-555555555555'), 'ResourceNotFoundException', 'USER');
    await refused(s.assign(s.management, PermissionSetArn, cleo, 'GROUP'), 'ResourceNotFoundException', 'GROUP');
  });

  it('gets a changed permission set only when that is provisioned', async () => {
    const { InstanceArn } = s;
    const account = await s.member();
    const PermissionSetArn = await s.permissionSet('Changing');
    const set = { InstanceArn, PermissionSetArn };
    await s.assign(account, PermissionSetArn, await s.person('dan'));
    await s.sso.attachManagedPolicyToPermissionSet({ ...set, ManagedPolicyArn: READ_ONLY });
    const iam = s.iam(account.root);
    const RoleName = (await rolesOf(account))[0]?.RoleName ?? '';
    expect((await iam.listAttachedRolePolicies({ RoleName })).AttachedPolicies).toEqual([]);
    const outdated = { ProvisioningStatus: 'LATEST_PERMISSION_SET_NOT_PROVISIONED' as const };
    expect((await s.sso.listAccountsForProvisionedPermissionSet({ ...set, ...outdated })).AccountIds).toEqual([account.id]);
    expect(
      (await s.sso.listPermissionSetsProvisionedToAccount({ InstanceArn, AccountId: account.id, ...outdated })).PermissionSets,
    ).toEqual([PermissionSetArn]);
    const { PermissionSetProvisioningStatus: begun } = await s.sso.provisionPermissionSet({
      ...set,
      TargetType: 'ALL_PROVISIONED_ACCOUNTS',
    });
    expect(begun?.Status).toBe('IN_PROGRESS');
    s.server.clock.advance(4000);
    const done = await s.sso.describePermissionSetProvisioningStatus({ InstanceArn, ProvisionPermissionSetRequestId: begun?.RequestId });
    expect(done.PermissionSetProvisioningStatus?.Status).toBe('SUCCEEDED');
    expect((await s.sso.listPermissionSetProvisioningStatus({ InstanceArn })).PermissionSetsProvisioningStatus).toHaveLength(1);
    expect((await iam.listAttachedRolePolicies({ RoleName })).AttachedPolicies).toHaveLength(1);
    expect((await rolesOf(account))[0]?.RoleName).toBe(RoleName);
    expect((await s.sso.listAccountsForProvisionedPermissionSet({ ...set, ...outdated })).AccountIds).toEqual([]);
  });
});

describe('who may', () => {
  it('R12: the management account, and who it delegates to, but not over its own access', async () => {
    const { InstanceArn } = s;
    const delegate = await s.member();
    const sso = s.ssoAs(delegate.root);
    await refused(sso.listPermissionSets({ InstanceArn }), 'ResourceNotFoundException');
    await s.org.registerDelegatedAdministrator({ AccountId: delegate.id, ServicePrincipal: 'sso.amazonaws.com' });
    expect((await sso.listInstances({})).Instances?.map((each) => each.InstanceArn)).toEqual([InstanceArn]);
    const { PermissionSet } = await sso.createPermissionSet({ InstanceArn, Name: 'ByDelegate' });
    const PermissionSetArn = PermissionSet?.PermissionSetArn;
    const eve = await s.person('eve');
    const assign = (TargetId: string) =>
      sso.createAccountAssignment({
        InstanceArn,
        PermissionSetArn,
        PrincipalId: eve,
        PrincipalType: 'USER',
        TargetId,
        TargetType: 'AWS_ACCOUNT',
      });
    await assign(delegate.id);
    await refused(assign(s.management.id), 'AccessDeniedException', 'management account');
    await s.assign(s.management, PermissionSetArn ?? '', eve);
    await refused(
      sso.attachManagedPolicyToPermissionSet({ InstanceArn, PermissionSetArn, ManagedPolicyArn: READ_ONLY }),
      'AccessDeniedException',
      'management account',
    );
    await refused(sso.deleteInstance({ InstanceArn }), 'AccessDeniedException');
    // Within their own policies: the grant to the delegate is no permission of a user there.
    const nobody = s.ssoAs(await delegate.user('nobody'));
    await refused(nobody.listPermissionSets({ InstanceArn }), 'AccessDeniedException', 'no identity-based policy');
  });

  it('by the ARNs of instance, permission set and account, and by tags', async () => {
    const { InstanceArn } = s;
    const [mine, other] = [await s.permissionSet('Mine', { Tags: [{ Key: 'team', Value: 'blue' }] }), await s.permissionSet('Others')];
    const keys = await s.management.user('blue', {
      inline: {
        p: policy(
          { Effect: 'Allow', Action: 'sso:DescribePermissionSet', Resource: InstanceArn },
          {
            Effect: 'Allow',
            Action: 'sso:DescribePermissionSet',
            Resource: 'arn:aws:sso:::permissionSet/*',
            Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue', 'sso:PrimaryRegion': 'us-east-1' } },
          },
        ),
      },
    });
    const sso = s.ssoAs(keys);
    expect((await sso.describePermissionSet({ InstanceArn, PermissionSetArn: mine })).PermissionSet?.Name).toBe('Mine');
    await refused(sso.describePermissionSet({ InstanceArn, PermissionSetArn: other }), 'AccessDeniedException', other);
  });
});

it('E22: an instance and a permission set have one ARN each, which a policy names', async () => {
  const { InstanceArn } = s;
  const PermissionSetArn = await s.permissionSet('Guarded');
  const guarded = policy(
    { Effect: 'Allow', Action: 'sso:*', Resource: '*' },
    { Effect: 'Deny', Action: 'sso:*', Resource: [PermissionSetArn, InstanceArn] },
  );
  const sso = s.ssoAs(await s.management.user('speller', { inline: { guarded } }));
  const other = (arn: string) => arn.replace('arn:aws:', 'arn:aws-cn:');
  const change = (instance: string, set: string) =>
    sso.attachManagedPolicyToPermissionSet({ InstanceArn: instance, PermissionSetArn: set, ManagedPolicyArn: READ_ONLY });
  await refused(change(InstanceArn, PermissionSetArn), 'AccessDeniedException', 'explicit deny');
  await refused(change(other(InstanceArn), other(PermissionSetArn)), 'ResourceNotFoundException');
  await refused(sso.describeInstance({ InstanceArn: other(InstanceArn) }), 'ResourceNotFoundException');
  const Tags = [{ Key: 'team', Value: 'blue' }];
  for (const arn of [InstanceArn, PermissionSetArn])
    await refused(sso.tagResource({ InstanceArn: other(InstanceArn), ResourceArn: other(arn), Tags }), 'ResourceNotFoundException');
  expect((await s.sso.listTagsForResource({ InstanceArn, ResourceArn: PermissionSetArn })).Tags).toEqual([]);
});

describe('attributes for access control', () => {
  it('are switched on, changed and switched off', async () => {
    const { InstanceArn } = s;
    await refused(s.sso.describeInstanceAccessControlAttributeConfiguration({ InstanceArn }), 'ResourceNotFoundException');
    const of = (...Keys: string[]) => ({
      InstanceArn,
      InstanceAccessControlAttributeConfiguration: {
        AccessControlAttributes: Keys.map((Key) => ({ Key, Value: { Source: [`\${path:enterprise.${Key}}`] } })),
      },
    });
    await s.sso.createInstanceAccessControlAttributeConfiguration(of('department'));
    await refused(s.sso.createInstanceAccessControlAttributeConfiguration(of('department')), 'ConflictException');
    await refused(s.sso.updateInstanceAccessControlAttributeConfiguration(of('team', 'Team')), 'ValidationException', 'Duplicate');
    await s.sso.updateInstanceAccessControlAttributeConfiguration(of('costCenter'));
    expect(await s.sso.describeInstanceAccessControlAttributeConfiguration({ InstanceArn })).toMatchObject({
      Status: 'ENABLED',
      InstanceAccessControlAttributeConfiguration: {
        AccessControlAttributes: [{ Key: 'costCenter', Value: { Source: ['${path:enterprise.costCenter}'] } }],
      },
    });
    await s.sso.deleteInstanceAccessControlAttributeConfiguration({ InstanceArn });
    await refused(s.sso.deleteInstanceAccessControlAttributeConfiguration({ InstanceArn }), 'ResourceNotFoundException');
  });
});
