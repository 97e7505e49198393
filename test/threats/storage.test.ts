import { describe, expect, it } from 'vitest';
import { allowing } from '../conformance/story.ts';
import { form, target } from './wire.ts';

/* What is kept, and whose it is. The store by itself is held to its promises in test/store. */

const t = target();
const iam = (action: string, members: object = {}) => t.query(form({ Action: action, Version: '2010-05-08', ...members }));

describe('G01 names and filters as a query language', () => {
  const attempts = ["' OR '1'='1", "a'; DROP TABLE iam_user; --", 'a%', 'a_b', '$.account_id', '*', 'a"b', 'a\\b'];

  it.each(attempts)('%s', async (text) => {
    await t.attack(iam('GetUser', { UserName: text }), {
      status: text === 'a_b' ? 404 : 400,
      code: text === 'a_b' ? 'NoSuchEntity' : 'ValidationError',
    });
    await t.attack(iam('ListUsers', { PathPrefix: text }), { status: 400, code: 'ValidationError' });
    const vpcs = await t.allowed(
      t.query(form({ Action: 'DescribeVpcs', Version: '2016-11-15', 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': text })),
    );
    // `*` stands for anything in a filter, as on AWS.
    expect(vpcs.body.includes('<vpcId>')).toBe(text === '*');
    const searched = await t.send(t.json('ListDomains', JSON.stringify({ NextToken: text })));
    expect(searched.status).toBe(400);
    const sorted = await t.send(t.json('ListNotebookInstances', JSON.stringify({ SortBy: text, SortOrder: text, NameContains: text })));
    expect(sorted.status).toBe(400);
  });

  it('wildcards of the store are letters here', async () => {
    for (const UserName of ['g01-ab', 'g01_ab']) await t.account.asRoot('iam', 'CreateUser', { UserName, Path: `/${UserName}/` });
    const users = await t.allowed(iam('ListUsers', { PathPrefix: '/g01_' }));
    expect(users.body).toContain('<UserName>g01_ab</UserName>');
    expect(users.body).not.toContain('<UserName>g01-ab</UserName>');
  });
});

describe('G03 the last place, wanted by many at once', () => {
  it('a name goes to one', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => t.send(iam('CreateUser', { UserName: 'g03' }))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 11 }, () => 409)]);
  });

  it('so does a name in twelve spellings', async () => {
    const spellings = Array.from({ length: 12 }, (_, i) =>
      [...'spelling'].map((c, at) => ((i >> (at % 4)) & 1 ? c.toUpperCase() : c)).join(''),
    );
    const answers = await Promise.all(spellings.map((GroupName) => t.send(iam('CreateGroup', { GroupName }))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('a quota is not passed', async () => {
    await t.account.asRoot('iam', 'CreateUser', { UserName: 'g03-keys' });
    const answers = await Promise.all(Array.from({ length: 12 }, () => t.send(iam('CreateAccessKey', { UserName: 'g03-keys' }))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(answers.filter(({ code }) => code === 'LimitExceeded')).toHaveLength(10);

    const { Policy } = await t.account.asRoot('iam', 'CreatePolicy', { PolicyName: 'g03', PolicyDocument: allowing('s3:*') });
    const { Arn: PolicyArn } = Policy as { Arn: string };
    const versions = await Promise.all(
      Array.from({ length: 12 }, () => t.send(iam('CreatePolicyVersion', { PolicyArn, PolicyDocument: allowing('s3:*') }))),
    );
    expect(versions.filter(({ status }) => status === 200)).toHaveLength(4);
  });

  it('one domain comes of many', async () => {
    await t.account.asRoot('iam', 'CreateRole', {
      RoleName: 'g03',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    });
    const request = JSON.stringify({
      DomainName: 'g03',
      AuthMode: 'IAM',
      VpcId: 'vpc-1',
      SubnetIds: ['subnet-1'],
      DefaultUserSettings: { ExecutionRole: `arn:aws:iam::${t.account.id}:role/g03` },
    });
    const answers = await Promise.all(Array.from({ length: 6 }, () => t.send(t.json('CreateDomain', request))));
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('G04 another account’s things', () => {
  it('are not there under their names, ids or ARNs', async () => {
    const theirs = { as: t.stranger.root };
    await t.stranger.asRoot('iam', 'CreateUser', { UserName: 'g04' });
    await t.stranger.asRoot('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'g04' });
    await t.allowed(t.json('CreateNotebookInstanceLifecycleConfig', '{"NotebookInstanceLifecycleConfigName":"g04"}', theirs));
    const ours = [
      iam('GetUser', { UserName: 'g04' }),
      iam('DeleteUser', { UserName: 'g04' }),
      iam('CreateAccessKey', { UserName: 'g04' }),
      iam('DeleteVirtualMFADevice', { SerialNumber: `arn:aws:iam::${t.stranger.id}:mfa/g04` }),
      iam('UpdateAccessKey', { AccessKeyId: t.stranger.root.accessKeyId, Status: 'Inactive' }),
      iam('DeleteAccessKey', { AccessKeyId: t.stranger.root.accessKeyId }),
    ];
    for (const request of ours) await t.attack(request, { status: 404, code: 'NoSuchEntity' });
    await t.attack(t.json('DescribeNotebookInstanceLifecycleConfig', '{"NotebookInstanceLifecycleConfigName":"g04"}'), {
      status: 400,
      code: 'ValidationException',
    });
    const arn = `arn:aws:sagemaker:us-east-1:${t.stranger.id}:notebook-instance-lifecycle-config/g04`;
    const tagging = await t.send(t.json('AddTags', JSON.stringify({ ResourceArn: arn, Tags: [{ Key: 'a', Value: 'b' }] })));
    expect(tagging.status).toBe(400);
    for (const list of ['ListUsers', 'ListAccessKeys', 'ListVirtualMFADevices', 'GetAccountAuthorizationDetails']) {
      expect((await t.allowed(iam(list))).body, list).not.toContain(t.stranger.id);
    }
  });

  it('have ids that are not counted up', async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { User } = await t.account.asRoot('iam', 'CreateUser', { UserName: `g04-${i}` });
      ids.add((User as { UserId: string }).UserId.slice(8));
    }
    expect(ids.size).toBe(20);
    const prefixes = new Set([...ids].map((id) => id.slice(-8, -4)));
    expect(prefixes.size).toBeGreaterThan(15);
  });
});

it('G05 what is stored holds no secret in the clear', async () => {
  const { store } = t.server.installation;
  const as = await t.account.user('g05');
  await t.account.asRoot('iam', 'CreateLoginProfile', { UserName: 'g05', Password: 'Str0ng!Passw0rd-g05' });
  const device = (await t.account.asRoot('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'g05' })) as {
    VirtualMFADevice: { Base32StringSeed: Uint8Array };
  };
  const seed = Buffer.from(device.VirtualMFADevice.Base32StringSeed).toString();
  const { accessKeys, loginProfiles, virtualMfaDevices, users } = await import('../../src/store/tables/iam.ts');
  const { User } = await t.account.asRoot('iam', 'GetUser', { UserName: 'g05' });
  const { UserId } = User as { UserId: string };
  const rows = [
    await store.get(accessKeys, [as.accessKeyId]),
    await store.get(loginProfiles, [UserId]),
    await store.get(virtualMfaDevices, [t.account.id, `arn:aws:iam::${t.account.id}:mfa/g05`]),
    await store.find(users, 'id', [UserId]),
  ];
  expect(rows.every((row) => row !== undefined)).toBe(true);
  const text = JSON.stringify(rows);
  for (const secret of [as.secretAccessKey, 'Str0ng!Passw0rd-g05', seed]) expect(text).not.toContain(secret);
  expect(text).toContain('$argon2id$');
});
