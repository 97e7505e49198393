import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { allow, refused, stage, trust } from './stage.ts';

const s = stage();

/** Lets something happen between a call's authorization and its transaction: just before the next write, whoever makes it, or a later one. */
function beforeNextWrite(happening: () => Promise<unknown>, skipped = 0): void {
  const store: Store = s.server.installation.store;
  const write = store.write.bind(store);
  let left = skipped;
  store.write = async (work) => {
    if (left-- > 0) return write(work);
    store.write = write;
    await happening();
    return write(work);
  };
}

const refusedAsConcurrent = (call: Promise<unknown>) =>
  refused(
    call,
    'ConcurrentModificationException',
    409,
    'The request was rejected because multiple requests to change this object were submitted simultaneously. Submit your request again.',
  );

describe('E22, E24: what is written is what was authorised', () => {
  it('not another user of the same name', async () => {
    await s.iam.createUser({ UserName: 'u' });
    beforeNextWrite(async () => {
      await s.iam.deleteUser({ UserName: 'u' });
      await s.iam.createUser({ UserName: 'u' });
    });
    await refusedAsConcurrent(s.iam.putUserPolicy({ UserName: 'u', PolicyName: 'p', PolicyDocument: allow('*') }));
    expect((await s.iam.listUserPolicies({ UserName: 'u' })).PolicyNames).toEqual([]);
  });

  it('not a user that has moved to another path', async () => {
    beforeNextWrite(() => s.iam.updateUser({ UserName: 'u', NewPath: '/admins/' }));
    await refusedAsConcurrent(s.iam.createAccessKey({ UserName: 'u' }));
    expect((await s.iam.listAccessKeys({ UserName: 'u' })).AccessKeyMetadata).toEqual([]);
  });

  it('not a user that was not there yet', async () => {
    // The caller was authorised on a user of the path `/`, which says nothing about this one.
    beforeNextWrite(() => s.iam.createUser({ UserName: 'late', Path: '/admins/' }));
    await refusedAsConcurrent(s.iam.attachUserPolicy({ UserName: 'late', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }));
  });

  it('not another group of the same name, nor one that has moved', async () => {
    await s.iam.createGroup({ GroupName: 'g' });
    await s.iam.createUser({ UserName: 'member' });
    beforeNextWrite(async () => {
      await s.iam.deleteGroup({ GroupName: 'g' });
      await s.iam.createGroup({ GroupName: 'g' });
    });
    await refusedAsConcurrent(s.iam.addUserToGroup({ GroupName: 'g', UserName: 'member' }));
    beforeNextWrite(() => s.iam.updateGroup({ GroupName: 'g', NewPath: '/admins/' }));
    await refusedAsConcurrent(s.iam.addUserToGroup({ GroupName: 'g', UserName: 'member' }));
    expect((await s.iam.getGroup({ GroupName: 'g' })).Users).toEqual([]);
  });

  it('not another role of the same name, nor one on another path', async () => {
    const create = (Path?: string) => s.iam.createRole({ RoleName: 'r', Path, AssumeRolePolicyDocument: trust() });
    const update = () => s.iam.updateAssumeRolePolicy({ RoleName: 'r', PolicyDocument: trust({ AWS: '*' }) });
    await create();
    for (const path of [undefined, '/admins/']) {
      beforeNextWrite(async () => {
        await s.iam.deleteRole({ RoleName: 'r' });
        await create(path);
      });
      await refusedAsConcurrent(update());
      expect(decodeURIComponent((await s.iam.getRole({ RoleName: 'r' })).Role?.AssumeRolePolicyDocument ?? '')).toBe(trust());
    }
    await update();
  });

  it('not another policy of the same ARN', async () => {
    const { Policy } = await s.iam.createPolicy({ PolicyName: 'p', PolicyDocument: allow('s3:*') });
    beforeNextWrite(async () => {
      await s.iam.deletePolicy({ PolicyArn: Policy?.Arn });
      await s.iam.createPolicy({ PolicyName: 'p', PolicyDocument: allow('s3:*') });
    });
    await refusedAsConcurrent(s.iam.createPolicyVersion({ PolicyArn: Policy?.Arn, PolicyDocument: allow('*'), SetAsDefault: true }));
    expect((await s.iam.getPolicy({ PolicyArn: Policy?.Arn })).Policy?.DefaultVersionId).toBe('v1');
  });

  it('not another instance profile of the same name', async () => {
    const InstanceProfileName = 'i';
    await s.iam.createInstanceProfile({ InstanceProfileName });
    beforeNextWrite(async () => {
      await s.iam.deleteInstanceProfile({ InstanceProfileName });
      await s.iam.createInstanceProfile({ InstanceProfileName });
    });
    await refusedAsConcurrent(s.iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: 'r' }));
  });

  it('not another device of the same serial number', async () => {
    const create = () => s.iam.createVirtualMFADevice({ VirtualMFADeviceName: 'd' });
    const SerialNumber = (await create()).VirtualMFADevice?.SerialNumber;
    beforeNextWrite(async () => {
      await s.iam.deleteVirtualMFADevice({ SerialNumber });
      await create();
    });
    await refusedAsConcurrent(s.iam.tagMFADevice({ SerialNumber, Tags: [{ Key: 'k', Value: 'v' }] }));
  });
});

it('a password that was changed meanwhile is not overwritten with the old one as proof', async () => {
  const [first, second, third] = ['Str0ng!Passw0rd1', 'Str0ng!Passw0rd2', 'Str0ng!Passw0rd3'] as const;
  const key = await s.account.user('changer', {
    inline: { p: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' }] } },
  });
  await s.iam.createLoginProfile({ UserName: 'changer', Password: first });
  // The first use of a key is written down, and would be the next write.
  await s.sts(key).getCallerIdentity({});
  // The try is counted first.
  beforeNextWrite(() => s.iam.updateLoginProfile({ UserName: 'changer', Password: second }), 1);
  await refusedAsConcurrent(s.as(key).changePassword({ OldPassword: first, NewPassword: third }));
  await s.as(key).changePassword({ OldPassword: second, NewPassword: third });
});

it('a refused call changes nothing, though its transaction had begun', async () => {
  await s.iam.createUser({ UserName: 'whole' });
  const PermissionsBoundary = `arn:aws:iam::${s.account.id}:policy/Absent`;
  const before = (await s.iam.getAccountSummary({})).SummaryMap;
  await expect(s.iam.createUser({ UserName: 'part', PermissionsBoundary })).rejects.toThrow();
  await expect(s.iam.updateUser({ UserName: 'whole', NewUserName: 'u' })).rejects.toThrow();
  expect((await s.iam.getAccountSummary({})).SummaryMap).toEqual(before);
  await s.iam.getUser({ UserName: 'whole' });
});
