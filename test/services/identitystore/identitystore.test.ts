import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { refused, stage } from '../sso-admin/stage.ts';

const s = stage();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const idBy = async (AttributePath: string, AttributeValue: string) =>
  (
    await s.people.getUserId({
      IdentityStoreId: s.IdentityStoreId,
      AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } },
    })
  ).UserId;

describe('users', () => {
  it('are created, shown, found and changed', async () => {
    const { IdentityStoreId } = s;
    const UserId = await s.person('Alice', {
      Title: 'Engineer',
      Extensions: { 'aws:identitystore:enterprise': { department: 'research' } },
    });
    expect(UserId).toMatch(UUID);
    const by = s.management.id;
    const shown = await s.people.describeUser({ IdentityStoreId, UserId });
    expect(shown).toMatchObject({
      UserId,
      UserName: 'Alice',
      Title: 'Engineer',
      UserStatus: 'ENABLED',
      Emails: [{ Value: 'Alice@people.example.com', Primary: true }],
      CreatedAt: expect.any(Date),
      CreatedBy: `arn:aws:iam::${by}:root`,
    });
    expect(shown.Extensions).toBeUndefined();
    const extended = await s.people.describeUser({ IdentityStoreId, UserId, Extensions: ['aws:identitystore:enterprise'] });
    expect(extended.Extensions).toEqual({ 'aws:identitystore:enterprise': { department: 'research' } });
    expect(await idBy('userName', 'aLICE')).toBe(UserId);
    expect(await idBy('emails.value', 'alice@PEOPLE.example.com')).toBe(UserId);
    await s.people.updateUser({
      IdentityStoreId,
      UserId,
      Operations: [
        { AttributePath: 'name.givenName', AttributeValue: 'Alicia' },
        { AttributePath: 'title' },
        { AttributePath: 'emails', AttributeValue: [{ value: 'alicia@people.example.com', primary: true }] },
        { AttributePath: 'aws:identitystore:enterprise.costCenter', AttributeValue: '42' },
      ],
    });
    const changed = await s.people.describeUser({ IdentityStoreId, UserId, Extensions: ['aws:identitystore:enterprise'] });
    expect(changed).toMatchObject({
      Name: { GivenName: 'Alicia', FamilyName: 'Example' },
      Emails: [{ Value: 'alicia@people.example.com', Primary: true }],
      Extensions: { 'aws:identitystore:enterprise': { department: 'research', costCenter: '42' } },
    });
    expect(changed.Title).toBeUndefined();
    const listed = await s.people.listUsers({ IdentityStoreId, Filters: [{ AttributePath: 'UserName', AttributeValue: 'alice' }] });
    expect(listed.Users?.map((user) => user.UserId)).toEqual([UserId]);
  });

  it('have names and addresses of their own, whatever the case', async () => {
    await s.person('bob');
    await refused(s.person('BOB', { Emails: undefined }), 'ConflictException', 'Duplicate UserName');
    await refused(s.person('robert', { Emails: [{ Value: 'BOB@people.example.com' }] }), 'ConflictException', 'Duplicate Email');
    const carol = await s.person('carol');
    const rename = [{ AttributePath: 'userName', AttributeValue: 'Bob' }];
    await refused(
      s.people.updateUser({ IdentityStoreId: s.IdentityStoreId, UserId: carol, Operations: rename }),
      'ConflictException',
      'Duplicate UserName',
    );
  });

  it('need names, and not those that are reserved', async () => {
    const { IdentityStoreId } = s;
    await refused(s.people.createUser({ IdentityStoreId, UserName: 'x' }), 'ValidationException', 'displayName');
    await refused(s.person('Administrator'), 'ValidationException', 'reserved');
    const UserId = await s.person('dora');
    const update = (AttributePath: string, AttributeValue?: string) =>
      s.people.updateUser({ IdentityStoreId, UserId, Operations: [{ AttributePath, ...(AttributeValue && { AttributeValue }) }] });
    await refused(update('displayName'), 'ValidationException');
    await refused(update('userId', 'x'), 'ValidationException', 'path');
    await refused(update('name.constructor', 'x'), 'ValidationException', 'path');
    await refused(update('constructor', 'x'), 'ValidationException', 'path');
    await refused(update('nickName', 'a\u0000b'), 'ValidationException', 'not valid');
  });

  it('leave nothing behind when they are deleted, and are listed in pages', async () => {
    const { IdentityStoreId } = s;
    const UserId = await s.person('leaver');
    const GroupId = await s.group('leavers', UserId);
    await s.people.deleteUser({ IdentityStoreId, UserId });
    await refused(s.people.describeUser({ IdentityStoreId, UserId }), 'ResourceNotFoundException', 'USER not found.');
    expect((await s.people.listGroupMemberships({ IdentityStoreId, GroupId })).GroupMemberships).toEqual([]);
    const all = new Set<string>();
    let NextToken: string | undefined;
    do {
      const page = await s.people.listUsers({ IdentityStoreId, MaxResults: 1, ...(NextToken && { NextToken }) });
      expect(page.Users).toHaveLength(1);
      all.add(page.Users?.[0]?.UserId ?? '');
      NextToken = page.NextToken;
    } while (NextToken);
    expect(all.size).toBe((await s.people.listUsers({ IdentityStoreId })).Users?.length);
    await refused(s.people.listGroups({ IdentityStoreId, NextToken: 'abc' }), 'ValidationException', 'NextToken');
  });
});

describe('groups and memberships', () => {
  it('are created, found, changed and asked about', async () => {
    const { IdentityStoreId } = s;
    const erin = await s.person('erin');
    const frank = await s.person('frank');
    const team = await s.group('Team', erin);
    const other = await s.group('Other');
    await refused(s.people.createGroup({ IdentityStoreId, DisplayName: 'TEAM' }), 'ConflictException', 'Duplicate GroupDisplayName');
    const found = await s.people.getGroupId({
      IdentityStoreId,
      AlternateIdentifier: { UniqueAttribute: { AttributePath: 'displayName', AttributeValue: 'team' } },
    });
    expect(found.GroupId).toBe(team);
    await s.people.updateGroup({
      IdentityStoreId,
      GroupId: team,
      Operations: [{ AttributePath: 'description', AttributeValue: 'All of us' }],
    });
    expect(await s.people.describeGroup({ IdentityStoreId, GroupId: team })).toMatchObject({
      DisplayName: 'Team',
      Description: 'All of us',
    });
    const { Results } = await s.people.isMemberInGroups({ IdentityStoreId, MemberId: { UserId: erin }, GroupIds: [team, other] });
    expect(Results?.map(({ MembershipExists }) => MembershipExists)).toEqual([true, false]);
    const again = s.people.createGroupMembership({ IdentityStoreId, GroupId: team, MemberId: { UserId: erin } });
    await refused(again, 'ConflictException', 'already exists');
    const { MembershipId } = await s.people.getGroupMembershipId({ IdentityStoreId, GroupId: team, MemberId: { UserId: erin } });
    const { GroupMemberships } = await s.people.listGroupMembershipsForMember({ IdentityStoreId, MemberId: { UserId: erin } });
    expect(GroupMemberships?.map((each) => each.MembershipId)).toEqual([MembershipId]);
    await s.people.deleteGroupMembership({ IdentityStoreId, MembershipId });
    await refused(
      s.people.describeGroupMembership({ IdentityStoreId, MembershipId }),
      'ResourceNotFoundException',
      'GROUP_MEMBERSHIP not found.',
    );
    const stranger = s.people.createGroupMembership({ IdentityStoreId, GroupId: frank, MemberId: { UserId: frank } });
    await refused(stranger, 'ResourceNotFoundException', 'GROUP not found.');
    await s.people.deleteGroup({ IdentityStoreId, GroupId: other });
    await refused(s.people.describeGroup({ IdentityStoreId, GroupId: other }), 'ResourceNotFoundException', 'GROUP not found.');
  });
});

describe('who may', () => {
  it('nobody from another account, who does not learn that the store is there', async () => {
    const { IdentityStoreId } = s;
    const stranger = s.peopleAs((await s.server.account()).root);
    await refused(stranger.listUsers({ IdentityStoreId }), 'ResourceNotFoundException', 'IDENTITY_STORE not found.');
    await refused(stranger.listUsers({ IdentityStoreId: 'd-0123456789' }), 'ResourceNotFoundException', 'IDENTITY_STORE not found.');
    const member = s.peopleAs((await s.member()).root);
    await refused(member.listUsers({ IdentityStoreId }), 'ResourceNotFoundException', 'IDENTITY_STORE not found.');
  });

  it('as policies say, by the ARNs of users, groups and the store', async () => {
    const { IdentityStoreId } = s;
    const [grace, heidi] = [await s.person('grace'), await s.person('heidi')];
    const store = `arn:aws:identitystore::${s.management.id}:identitystore/${IdentityStoreId}`;
    const reader = s.peopleAs(
      await s.management.user('reader', {
        inline: {
          p: policy({ Effect: 'Allow', Action: 'identitystore:DescribeUser', Resource: [store, `arn:aws:identitystore:::user/${grace}`] }),
        },
      }),
    );
    expect((await reader.describeUser({ IdentityStoreId, UserId: grace })).UserName).toBe('grace');
    await refused(reader.describeUser({ IdentityStoreId, UserId: heidi }), 'AccessDeniedException', `user/${heidi}`);
    await refused(reader.listUsers({ IdentityStoreId }), 'AccessDeniedException');
  });

  it('E22: over a membership, as over its group and its user', async () => {
    const { IdentityStoreId } = s;
    const ivan = await s.person('ivan');
    const [guarded, open] = [await s.group('Guarded', ivan), await s.group('Open', ivan)];
    const idIn = async (GroupId: string) =>
      (await s.people.getGroupMembershipId({ IdentityStoreId, GroupId, MemberId: { UserId: ivan } })).MembershipId ?? '';
    const Action = ['identitystore:DeleteGroupMembership', 'identitystore:DescribeGroupMembership'];
    const as = async (name: string, Resource: string) =>
      s.peopleAs(
        await s.management.user(name, {
          inline: { p: policy({ Effect: 'Allow', Action, Resource: '*' }, { Effect: 'Deny', Action, Resource }) },
        }),
      );
    const byGroup = await as('but-a-group', `arn:aws:identitystore:::group/${guarded}`);
    const byUser = await as('but-a-user', `arn:aws:identitystore:::user/${ivan}`);
    const MembershipId = await idIn(guarded);
    for (const people of [byGroup, byUser]) {
      // Whose it is is not told.
      await refused(people.describeGroupMembership({ IdentityStoreId, MembershipId }), 'AccessDeniedException', '/* with an explicit deny');
      await refused(people.deleteGroupMembership({ IdentityStoreId, MembershipId }), 'AccessDeniedException', '/* with an explicit deny');
    }
    await byGroup.deleteGroupMembership({ IdentityStoreId, MembershipId: await idIn(open) });
    const nothing = { IdentityStoreId, MembershipId: '00000000-0000-0000-0000-000000000000' };
    await refused(byGroup.deleteGroupMembership(nothing), 'ResourceNotFoundException', 'GROUP_MEMBERSHIP not found.');
  });
});
