import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { accessDenied, alreadyExists, deleteConflict, limitExceeded, noSuchEntity, pages, stage, trust } from './stage.ts';

const s = stage();

const notFound = (call: Promise<unknown>, name: string) => noSuchEntity(call, `Instance Profile ${name} cannot be found.`);
const FULL = 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1';

describe('instance profiles', () => {
  it('are created with tags, and show them in Get but not in lists', async () => {
    const { InstanceProfile } = await s.iam.createInstanceProfile({
      InstanceProfileName: 'Tagged',
      Path: '/app/',
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(InstanceProfile).toEqual({
      Path: '/app/',
      InstanceProfileName: 'Tagged',
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${s.account.id}:instance-profile/app/Tagged`,
      CreateDate: expect.any(Date),
      Roles: [],
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect((await s.iam.getInstanceProfile({ InstanceProfileName: 'TAGGED' })).InstanceProfile).toEqual(InstanceProfile);
    expect((await s.iam.listInstanceProfiles({ PathPrefix: '/app/' })).InstanceProfiles?.[0]).not.toHaveProperty('Tags');
    await alreadyExists(s.iam.createInstanceProfile({ InstanceProfileName: 'tagged' }), 'Instance Profile tagged already exists.');
  });

  it('hold one role, shown bare', async () => {
    await s.iam.createRole({
      RoleName: 'App',
      AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }),
      Tags: [{ Key: 'k', Value: 'v' }],
      Description: 'd',
    });
    await s.iam.createRole({ RoleName: 'Second', AssumeRolePolicyDocument: trust() });
    await s.iam.createInstanceProfile({ InstanceProfileName: 'Holder' });
    await s.iam.addRoleToInstanceProfile({ InstanceProfileName: 'Holder', RoleName: 'App' });
    await limitExceeded(s.iam.addRoleToInstanceProfile({ InstanceProfileName: 'Holder', RoleName: 'Second' }), FULL);
    await limitExceeded(s.iam.addRoleToInstanceProfile({ InstanceProfileName: 'Holder', RoleName: 'App' }), FULL);
    const held = (await s.iam.getInstanceProfile({ InstanceProfileName: 'Holder' })).InstanceProfile?.Roles;
    expect(held).toEqual([
      {
        Path: '/',
        RoleName: 'App',
        RoleId: expect.any(String),
        Arn: `arn:aws:iam::${s.account.id}:role/App`,
        CreateDate: expect.any(Date),
        AssumeRolePolicyDocument: encodeURIComponent(trust({ Service: 'ec2.amazonaws.com' })),
      },
    ]);
    await deleteConflict(
      s.iam.deleteInstanceProfile({ InstanceProfileName: 'Holder' }),
      'Cannot delete entity, must remove roles from instance profile first.',
    );
    const message = 'Role with name Second cannot be found in the instance profile Holder.';
    await noSuchEntity(s.iam.removeRoleFromInstanceProfile({ InstanceProfileName: 'Holder', RoleName: 'Second' }), message);
    await s.iam.removeRoleFromInstanceProfile({ InstanceProfileName: 'Holder', RoleName: 'App' });
    await noSuchEntity(
      s.iam.removeRoleFromInstanceProfile({ InstanceProfileName: 'Holder', RoleName: 'App' }),
      message.replace('Second', 'App'),
    );
    await s.iam.deleteInstanceProfile({ InstanceProfileName: 'Holder' });
    await notFound(s.iam.getInstanceProfile({ InstanceProfileName: 'Holder' }), 'Holder');
  });

  it('are listed by page, all and for a role', async () => {
    for (const name of ['b', 'A', 'c']) {
      await s.iam.createInstanceProfile({ InstanceProfileName: `l-${name}`, Path: '/l/' });
      await s.iam.addRoleToInstanceProfile({ InstanceProfileName: `l-${name}`, RoleName: 'Second' });
    }
    const all = await pages(
      (Marker) => s.iam.listInstanceProfiles({ PathPrefix: '/l/', MaxItems: 2, Marker }),
      (page) => page.InstanceProfiles,
    );
    const ofRole = await pages(
      (Marker) => s.iam.listInstanceProfilesForRole({ RoleName: 'Second', MaxItems: 1, Marker }),
      (page) => page.InstanceProfiles,
    );
    for (const { items } of [all, ofRole]) expect(items.map((p) => p.InstanceProfileName)).toEqual(['l-A', 'l-b', 'l-c']);
    expect([all.pages, ofRole.pages]).toEqual([2, 3]);
  });

  it('that do not exist are not found', async () => {
    const InstanceProfileName = 'Absent';
    await notFound(s.iam.getInstanceProfile({ InstanceProfileName }), InstanceProfileName);
    await notFound(s.iam.deleteInstanceProfile({ InstanceProfileName }), InstanceProfileName);
    await notFound(s.iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: 'App' }), InstanceProfileName);
    await notFound(s.iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName: 'App' }), InstanceProfileName);
    await noSuchEntity(
      s.iam.addRoleToInstanceProfile({ InstanceProfileName: 'Tagged', RoleName: 'Absent' }),
      'The role with name Absent cannot be found.',
    );
  });
});

describe('R10: AddRoleToInstanceProfile', () => {
  it('needs iam:PassRole on the role, for EC2', async () => {
    await s.iam.createInstanceProfile({ InstanceProfileName: 'Passing' });
    const key = await s.account.user('passer');
    const add = () => s.as(key).addRoleToInstanceProfile({ InstanceProfileName: 'Passing', RoleName: 'App' });
    const may = (...statements: object[]) =>
      s.iam.putUserPolicy({ UserName: 'passer', PolicyName: 'p', PolicyDocument: JSON.stringify(policy(...statements)) });
    const adds = { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' };
    const passes = (service: string) => ({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: `arn:aws:iam::${s.account.id}:role/App`,
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    await may(passes('ec2.amazonaws.com'));
    await accessDenied(add(), /iam:AddRoleToInstanceProfile on resource: arn:aws:iam::\d+:instance-profile\/Passing/);
    await may(adds);
    await accessDenied(
      add(),
      /iam:PassRole on resource: arn:aws:iam::\d+:role\/App because no identity-based policy allows the iam:PassRole action/,
    );
    await may(adds, passes('sagemaker.amazonaws.com'));
    await accessDenied(add(), /iam:PassRole on resource/);
    expect((await s.iam.getInstanceProfile({ InstanceProfileName: 'Passing' })).InstanceProfile?.Roles).toEqual([]);
    await may(adds, passes('ec2.amazonaws.com'));
    await add();
  });
});
