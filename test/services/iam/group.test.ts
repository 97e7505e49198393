import { describe, expect, it } from 'vitest';
import { allow, alreadyExists, deleteConflict, noPolicyAllows, noSuchEntity, pages, stage, validationError } from './stage.ts';

const s = stage();

const noGroup = (call: Promise<unknown>, name: string) => noSuchEntity(call, `The group with name ${name} cannot be found.`);
const noUser = (call: Promise<unknown>, name: string) => noSuchEntity(call, `The user with name ${name} cannot be found.`);

describe('groups', () => {
  it('are created, read, renamed and deleted', async () => {
    const { Group } = await s.iam.createGroup({ GroupName: 'Analysts', Path: '/x/' });
    expect(Group).toEqual({
      Path: '/x/',
      GroupName: 'Analysts',
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${s.account.id}:group/x/Analysts`,
      CreateDate: expect.any(Date),
    });
    expect(await s.iam.getGroup({ GroupName: 'analysts' })).toMatchObject({ Group, Users: [], IsTruncated: false });
    await alreadyExists(s.iam.createGroup({ GroupName: 'ANALYSTS' }), 'Group with name ANALYSTS already exists.');
    await s.iam.createGroup({ GroupName: 'Other' });
    await alreadyExists(s.iam.updateGroup({ GroupName: 'Analysts', NewGroupName: 'other' }), 'Group with name other already exists.');
    await s.iam.updateGroup({ GroupName: 'Analysts', NewGroupName: 'Scientists', NewPath: '/' });
    expect((await s.iam.getGroup({ GroupName: 'Scientists' })).Group).toMatchObject({
      GroupId: Group?.GroupId,
      Arn: `arn:aws:iam::${s.account.id}:group/Scientists`,
    });
    await s.iam.deleteGroup({ GroupName: 'Scientists' });
    await noGroup(s.iam.getGroup({ GroupName: 'Scientists' }), 'Scientists');
  });

  it('that do not exist are not found', async () => {
    await noGroup(s.iam.deleteGroup({ GroupName: 'Absent' }), 'Absent');
    await noGroup(s.iam.updateGroup({ GroupName: 'Absent' }), 'Absent');
    await noGroup(s.iam.addUserToGroup({ GroupName: 'Absent', UserName: 'Nobody' }), 'Absent');
    await noGroup(s.iam.removeUserFromGroup({ GroupName: 'Absent', UserName: 'Nobody' }), 'Absent');
    await noGroup(s.iam.listGroupPolicies({ GroupName: 'Absent' }), 'Absent');
    await noGroup(s.iam.listAttachedGroupPolicies({ GroupName: 'Absent' }), 'Absent');
  });

  it('are listed by page below a path', async () => {
    for (const name of ['b', 'A', 'c']) await s.iam.createGroup({ GroupName: `list-${name}`, Path: '/list/' });
    const { items, pages: count } = await pages(
      (Marker) => s.iam.listGroups({ PathPrefix: '/list/', MaxItems: 1, Marker }),
      (page) => page.Groups,
    );
    expect(items.map((group) => group.GroupName)).toEqual(['list-A', 'list-b', 'list-c']);
    expect(count).toBe(3);
    await validationError(s.iam.listGroups({ Marker: 'AAAA' }), 'Invalid Marker.');
  });

  it('cannot be deleted with users or policies in them', async () => {
    const GroupName = 'Doomed';
    const must = (what: string) => deleteConflict(s.iam.deleteGroup({ GroupName }), `Cannot delete entity, must ${what} first.`);
    await s.iam.createGroup({ GroupName });
    await s.iam.putGroupPolicy({ GroupName, PolicyName: 'p', PolicyDocument: allow('s3:*') });
    await must('delete policies');
    await s.iam.attachGroupPolicy({ GroupName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
    await must('detach all policies');
    await s.iam.createUser({ UserName: 'Member' });
    await s.iam.addUserToGroup({ GroupName, UserName: 'Member' });
    await must('remove users from group');
  });
});

describe('membership', () => {
  it('is added twice without complaint, and removed once', async () => {
    await s.iam.createGroup({ GroupName: 'Team' });
    await s.iam.createUser({ UserName: 'Ann' });
    await s.iam.addUserToGroup({ GroupName: 'Team', UserName: 'Ann' });
    await s.iam.addUserToGroup({ GroupName: 'TEAM', UserName: 'ANN' });
    expect((await s.iam.getGroup({ GroupName: 'Team' })).Users).toHaveLength(1);
    await s.iam.removeUserFromGroup({ GroupName: 'Team', UserName: 'Ann' });
    await noSuchEntity(s.iam.removeUserFromGroup({ GroupName: 'Team', UserName: 'Ann' }), 'User Ann is not in group Team.');
    await noUser(s.iam.addUserToGroup({ GroupName: 'Team', UserName: 'Absent' }), 'Absent');
    await noUser(s.iam.removeUserFromGroup({ GroupName: 'Team', UserName: 'Absent' }), 'Absent');
  });

  it('is listed from both sides, by page', async () => {
    await s.iam.createGroup({ GroupName: 'Big' });
    for (let i = 0; i < 5; i++) {
      await s.iam.createUser({ UserName: `m${i}` });
      await s.iam.addUserToGroup({ GroupName: 'Big', UserName: `m${i}` });
    }
    const members = await pages(
      (Marker) => s.iam.getGroup({ GroupName: 'Big', MaxItems: 2, Marker }),
      (page) => page.Users,
    );
    expect(members.items.map((user) => user.UserName).sort()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
    expect(members.pages).toBe(3);
    for (const GroupName of ['Team', 'Other']) await s.iam.addUserToGroup({ GroupName, UserName: 'm0' });
    const groups = await pages(
      (Marker) => s.iam.listGroupsForUser({ UserName: 'm0', MaxItems: 1, Marker }),
      (page) => page.Groups,
    );
    expect(groups.items.map((group) => group.GroupName)).toEqual(['Big', 'Other', 'Team']);
    expect(groups.items[0]).toMatchObject({ Arn: `arn:aws:iam::${s.account.id}:group/Big`, Path: '/' });
    await noUser(s.iam.listGroupsForUser({ UserName: 'Absent' }), 'Absent');
  });

  it('R02: AddUserToGroup needs permission on the group, and gives what the group has', async () => {
    await s.iam.createGroup({ GroupName: 'Admins' });
    await s.iam.attachGroupPolicy({ GroupName: 'Admins', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    const key = await s.account.user('climber');
    const climb = () => s.as(key).addUserToGroup({ GroupName: 'Admins', UserName: 'climber' });
    const group = `arn:aws:iam::${s.account.id}:group`;
    const caller = `arn:aws:iam::${s.account.id}:user/climber`;
    await s.iam.putUserPolicy({ UserName: 'climber', PolicyName: 'p', PolicyDocument: allow('iam:AddUserToGroup', `${group}/Team`) });
    await noPolicyAllows(climb(), caller, 'iam:AddUserToGroup', `${group}/Admins`);
    await s.iam.putUserPolicy({ UserName: 'climber', PolicyName: 'p', PolicyDocument: allow('iam:AddUserToGroup', `${group}/Admins`) });
    await climb();
    await s.as(key).listUsers({});
  });
});
