import { expect, it } from 'vitest';
import { allow, alreadyExists, limitExceeded, malformedPolicy, stage, trust } from './stage.ts';

const s = stage({
  quotas: {
    UsersPerAccount: 2,
    GroupsPerAccount: 1,
    RolesPerAccount: 1,
    InstanceProfilesPerAccount: 1,
    PoliciesPerAccount: 1,
    PoliciesPerUser: 2,
    PoliciesPerRole: 1,
    PoliciesPerGroup: 1,
    VirtualMFADevicesPerAccount: 1,
  },
});

const exceeds = (call: Promise<unknown>, name: string, quota: number) => limitExceeded(call, `Cannot exceed quota for ${name}: ${quota}`);

it('users, groups, roles, instance profiles, policies and devices per account', async () => {
  await s.iam.createUser({ UserName: 'u1' });
  await s.iam.createUser({ UserName: 'u2' });
  await exceeds(s.iam.createUser({ UserName: 'u3' }), 'UsersPerAccount', 2);
  await exceeds(s.iam.createUser({ UserName: 'u3' }), 'UsersPerAccount', 2);
  await alreadyExists(s.iam.createUser({ UserName: 'U2' }), 'User with name U2 already exists.');
  await s.iam.createGroup({ GroupName: 'g1' });
  await exceeds(s.iam.createGroup({ GroupName: 'g2' }), 'GroupsPerAccount', 1);
  await s.iam.createRole({ RoleName: 'r1', AssumeRolePolicyDocument: trust() });
  await exceeds(s.iam.createRole({ RoleName: 'r2', AssumeRolePolicyDocument: trust() }), 'RolesPerAccount', 1);
  await s.iam.createInstanceProfile({ InstanceProfileName: 'i1' });
  await exceeds(s.iam.createInstanceProfile({ InstanceProfileName: 'i2' }), 'InstanceProfilesPerAccount', 1);
  await s.iam.createPolicy({ PolicyName: 'p1', PolicyDocument: allow('s3:*') });
  await exceeds(s.iam.createPolicy({ PolicyName: 'p2', PolicyDocument: allow('s3:*') }), 'PoliciesPerAccount', 1);
  await s.iam.createVirtualMFADevice({ VirtualMFADeviceName: 'd1' });
  await exceeds(s.iam.createVirtualMFADevice({ VirtualMFADeviceName: 'd2' }), 'VirtualMFADevicesPerAccount', 1);
});

it('service-linked roles count, but may exceed', async () => {
  await s.iam.createServiceLinkedRole({ AWSServiceName: 'sagemaker.amazonaws.com' });
  expect((await s.iam.getAccountSummary({})).SummaryMap).toMatchObject({ Roles: 2, RolesQuota: 1 });
});

it('attached policies; attaching again is none more', async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const other = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await s.iam.attachUserPolicy({ UserName: 'u1', PolicyArn });
  await s.iam.attachUserPolicy({ UserName: 'u1', PolicyArn });
  await s.iam.attachUserPolicy({ UserName: 'u1', PolicyArn: other });
  await exceeds(s.iam.attachUserPolicy({ UserName: 'u1', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }), 'PoliciesPerUser', 2);
  await s.iam.attachGroupPolicy({ GroupName: 'g1', PolicyArn });
  await exceeds(s.iam.attachGroupPolicy({ GroupName: 'g1', PolicyArn: other }), 'PoliciesPerGroup', 1);
  await s.iam.attachRolePolicy({ RoleName: 'r1', PolicyArn });
  await exceeds(s.iam.attachRolePolicy({ RoleName: 'r1', PolicyArn: other }), 'PoliciesPerRole', 1);
});

/** A policy document that counts exactly so many characters. */
function documentOf(size: number, bare: string = allow('s3:*')): string {
  const padded = JSON.parse(bare) as { Id?: string };
  padded.Id = '';
  padded.Id = 'x'.repeat(size - JSON.stringify(padded).length);
  return JSON.stringify(padded);
}

it('E10: the size of managed policies, white space aside', async () => {
  await s.iam.deletePolicy({ PolicyArn: `arn:aws:iam::${s.account.id}:policy/p1` });
  await exceeds(s.iam.createPolicy({ PolicyName: 'large', PolicyDocument: documentOf(6145) }), 'PolicySize', 6144);
  const roomy = JSON.stringify(JSON.parse(documentOf(6144)), null, 4);
  expect(roomy.length).toBeGreaterThan(6144);
  await s.iam.createPolicy({ PolicyName: 'large', PolicyDocument: roomy });
  await exceeds(
    s.iam.createPolicyVersion({ PolicyArn: `arn:aws:iam::${s.account.id}:policy/large`, PolicyDocument: documentOf(6145) }),
    'PolicySize',
    6144,
  );
});

it('E10: the size of trust policies', async () => {
  const update = (size: number) => s.iam.updateAssumeRolePolicy({ RoleName: 'r1', PolicyDocument: documentOf(size, trust()) });
  await update(2048);
  await exceeds(update(2049), 'ACLSizePerRole', 2048);
});

it.each([
  ['user', 2048, (PolicyName: string, PolicyDocument: string) => s.iam.putUserPolicy({ UserName: 'U1', PolicyName, PolicyDocument }), 'u1'],
  [
    'group',
    5120,
    (PolicyName: string, PolicyDocument: string) => s.iam.putGroupPolicy({ GroupName: 'g1', PolicyName, PolicyDocument }),
    'g1',
  ],
  [
    'role',
    10_240,
    (PolicyName: string, PolicyDocument: string) => s.iam.putRolePolicy({ RoleName: 'r1', PolicyName, PolicyDocument }),
    'r1',
  ],
] as const)('E10: the sum of the inline policies of a %s', async (type, limit, put, name) => {
  const tooLarge = (call: Promise<unknown>) => limitExceeded(call, `Maximum policy size of ${limit} bytes exceeded for ${type} ${name}`);
  await put('first', documentOf(limit - 500));
  await tooLarge(put('second', documentOf(501)));
  await put('second', documentOf(500));
  await tooLarge(put('third', allow('s3:*')));
  // Replacing counts the new text instead of the old, whatever the spelling of the name.
  await put('FIRST', documentOf(limit - 500));
  await put('first', documentOf(400));
  await put('third', documentOf(300));
});

it('E10: writers at once do not pass a quota', async () => {
  const fresh = await s.server.account();
  // In process, so that all of them have looked before the first writes.
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => fresh.asRoot('iam', 'CreateUser', { UserName: `u${i}` })));
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(2);
  expect((await s.as(fresh.root).listUsers({})).Users).toHaveLength(2);
});

it('refuses a document before it counts', () =>
  malformedPolicy(s.iam.createPolicy({ PolicyName: 'x', PolicyDocument: 'x'.repeat(7000) }), 'Syntax errors in policy.'));
