import { describe, expect, it } from 'vitest';
import { rootCaller } from '../../../src/authentication/principals.ts';
import { handshakes, responsibilityTransfers } from '../../../src/store/tables/organization.ts';
import { policy } from '../../harness.ts';
import { DAY, invalid, NO_PERMISSION, pages, refused, stage } from './stage.ts';

const s = stage();

const violation = (call: Promise<unknown>, reason: string, message?: string): Promise<void> =>
  refused(call, 'HandshakeConstraintViolationException', message, reason);

const WRONG_STATE =
  'You cannot perform this operation on a handshake in its current state, such as attempting to cancel a handshake that was previously accepted or attempting to accept a handshake that was declined.';
const IN_STATE = 'The handshake is already in the requested state.';

describe('an invitation', () => {
  it('shows who asks whom, and for how long', async () => {
    const account = await s.server.account();
    const { Handshake } = await s.org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: account.id }, Notes: 'Join us' });
    expect(Handshake).toEqual({
      Id: expect.stringMatching(/^h-[0-9a-z]{8,32}$/),
      Arn: `arn:aws:organizations::${s.management.id}:handshake/${s.organizationId}/invite/${Handshake?.Id}`,
      Action: 'INVITE',
      State: 'OPEN',
      Parties: [
        { Id: s.organizationId.slice(2), Type: 'ORGANIZATION' },
        { Id: account.id, Type: 'ACCOUNT' },
      ],
      RequestedTimestamp: expect.any(Date),
      ExpirationTimestamp: new Date(Number(Handshake?.RequestedTimestamp) + 15 * DAY),
      Resources: [
        {
          Type: 'ORGANIZATION',
          Value: s.organizationId,
          Resources: [
            { Type: 'MASTER_EMAIL', Value: `root@${s.management.id}.example.com` },
            { Type: 'MASTER_NAME', Value: `account ${s.management.id}` },
            { Type: 'ORGANIZATION_FEATURE_SET', Value: 'ALL' },
          ],
        },
        { Type: 'ACCOUNT', Value: account.id },
        { Type: 'NOTES', Value: 'Join us' },
      ],
    });
    const theirs = s.as(account.root);
    expect((await theirs.listHandshakesForAccount({})).Handshakes).toEqual([Handshake]);
    expect((await theirs.describeHandshake({ HandshakeId: Handshake?.Id })).Handshake).toEqual(Handshake);
    expect((await s.org.listHandshakesForOrganization({})).Handshakes).toContainEqual(Handshake);
  });

  it('is accepted by its recipient: the account joins under the root, with a service-linked role and no access role', async () => {
    const account = await s.server.account();
    const { Handshake } = await s.org.inviteAccountToOrganization({
      Target: { Type: 'EMAIL', Id: `ROOT@${account.id}.example.com` },
      Tags: [{ Key: 'from', Value: 'invitation' }],
    });
    const HandshakeId = Handshake?.Id;
    const theirs = s.as(account.root);
    const accepted = await theirs.acceptHandshake({ HandshakeId });
    expect(accepted.Handshake?.State).toBe('ACCEPTED');
    expect((await s.org.describeAccount({ AccountId: account.id })).Account).toMatchObject({ JoinedMethod: 'INVITED', Status: 'ACTIVE' });
    expect((await s.org.listTagsForResource({ ResourceId: account.id })).Tags).toEqual([{ Key: 'from', Value: 'invitation' }]);
    await account.asRoot('iam', 'GetRole', { RoleName: 'AWSServiceRoleForOrganizations' });
    await expect(account.asRoot('iam', 'GetRole', { RoleName: 'OrganizationAccountAccessRole' })).rejects.toThrow('cannot be found');
    await refused(theirs.acceptHandshake({ HandshakeId }), 'HandshakeAlreadyInStateException', IN_STATE);
    await refused(theirs.declineHandshake({ HandshakeId }), 'InvalidHandshakeTransitionException', WRONG_STATE);
    await refused(s.org.cancelHandshake({ HandshakeId }), 'InvalidHandshakeTransitionException', WRONG_STATE);
  });

  it('is declined by its recipient and cancelled by its sender, each once', async () => {
    const account = await s.server.account();
    const theirs = s.as(account.root);
    const invite = async () => (await s.org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: account.id } })).Handshake?.Id;
    const first = await invite();
    expect((await theirs.declineHandshake({ HandshakeId: first })).Handshake?.State).toBe('DECLINED');
    await refused(theirs.declineHandshake({ HandshakeId: first }), 'HandshakeAlreadyInStateException', IN_STATE);
    await refused(theirs.acceptHandshake({ HandshakeId: first }), 'InvalidHandshakeTransitionException', WRONG_STATE);
    const second = await invite();
    await refused(theirs.cancelHandshake({ HandshakeId: second }), 'AccessDeniedException', NO_PERMISSION);
    await refused(s.org.acceptHandshake({ HandshakeId: second }), 'AccessDeniedException', NO_PERMISSION);
    await refused(s.org.declineHandshake({ HandshakeId: second }), 'AccessDeniedException', NO_PERMISSION);
    expect((await s.org.cancelHandshake({ HandshakeId: second })).Handshake?.State).toBe('CANCELED');
    await refused(s.org.cancelHandshake({ HandshakeId: second }), 'HandshakeAlreadyInStateException', IN_STATE);
  });

  it('is nobody else’s business', async () => {
    const account = await s.server.account();
    const { Handshake } = await s.org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: account.id } });
    const HandshakeId = Handshake?.Id;
    const others = [s.as((await s.server.account()).root), (await s.elsewhere()).org, s.as((await s.member()).root)];
    for (const other of others) {
      await refused(other.describeHandshake({ HandshakeId }), 'AccessDeniedException', NO_PERMISSION);
      await refused(other.acceptHandshake({ HandshakeId }), 'AccessDeniedException', NO_PERMISSION);
      await refused(other.cancelHandshake({ HandshakeId }), 'AccessDeniedException', NO_PERMISSION);
    }
    const none = "You specified a handshake that doesn't exist.";
    const missing = { HandshakeId: 'h-zzzzzzzzzz' };
    await refused(s.org.describeHandshake(missing), 'HandshakeNotFoundException', none);
    await refused(s.org.cancelHandshake(missing), 'HandshakeNotFoundException', none);
    await refused(s.org.acceptHandshake(missing), 'HandshakeNotFoundException', none);
    await refused(s.org.declineHandshake(missing), 'HandshakeNotFoundException', none);
    await invalid(s.org.describeHandshake({ HandshakeId: 'x' }), 'INVALID_PATTERN:HANDSHAKE_ID');
  });

  it('needs iam:CreateServiceLinkedRole to be accepted', async () => {
    const account = await s.server.account();
    const { Handshake } = await s.org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: account.id } });
    const half = await account.user('half', { inline: { p: policy({ Effect: 'Allow', Action: 'organizations:*', Resource: '*' }) } });
    await refused(
      s.as(half).acceptHandshake({ HandshakeId: Handshake?.Id }),
      'AccessDeniedForDependencyException',
      /./,
      'ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE',
    );
  });

  it('is refused at once to a member by id; by address it fails when accepted, and is accepted all the same', async () => {
    const member = await s.member();
    const message = 'The AWS account is already a member of an organization.';
    await violation(
      s.org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: member.id } }),
      'ALREADY_IN_AN_ORGANIZATION',
      message,
    );
    const { org } = await s.elsewhere();
    const { Handshake } = await org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: `root@${member.id}.example.com` } });
    await violation(s.as(member.root).acceptHandshake({ HandshakeId: Handshake?.Id }), 'ALREADY_IN_AN_ORGANIZATION', message);
    expect((await org.describeHandshake({ HandshakeId: Handshake?.Id })).Handshake?.State).toBe('ACCEPTED');
    expect((await s.as(member.root).describeOrganization({})).Organization?.Id).toBe(s.organizationId);
  });

  it('goes to accounts and addresses, once', async () => {
    const invite = (Id: string, Type: 'ACCOUNT' | 'EMAIL' | 'ORGANIZATION') => s.org.inviteAccountToOrganization({ Target: { Id, Type } });
    await invalid(
      invite(s.organizationId, 'ORGANIZATION'),
      'INVALID_PARTY_TYPE_TARGET',
      'You specified an invalid party type as the target parameter.',
    );
    await invalid(invite('12345', 'ACCOUNT'), 'INVALID_PATTERN', 'You provided a value that does not match the required pattern.');
    await invalid(
      invite('nowhere', 'EMAIL'),
      'INVALID_EMAIL_ADDRESS_TARGET',
      'You specified an invalid email address for the invited account owner.',
    );
    await invalid(s.org.inviteAccountToOrganization({ Target: { Id: '111122223333' } } as never), 'INPUT_REQUIRED');
    await invite('once@example.com', 'EMAIL');
    await refused(
      invite('Once@example.com', 'EMAIL'),
      'DuplicateHandshakeException',
      'A handshake with the specified type and parameters already exists for the given parties.',
    );
    // Whether there is such an account is not told.
    expect((await invite('999999999999', 'ACCOUNT')).Handshake?.State).toBe('OPEN');
  });

  it('is filtered by kind or by parent, not by both, and listed page by page', async () => {
    const list = s.org.listHandshakesForOrganization.bind(s.org);
    for (let i = 0; i < 3; i++) await s.org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: `page-${i}@example.com` } });
    expect((await list({ Filter: { ActionType: 'ENABLE_ALL_FEATURES' } })).Handshakes).toEqual([]);
    expect((await list({ Filter: { ParentHandshakeId: 'h-zzzzzzzzzz' } })).Handshakes).toEqual([]);
    await invalid(
      list({ Filter: { ActionType: 'INVITE', ParentHandshakeId: 'h-zzzzzzzzzz' } }),
      'MAX_LIMIT_EXCEEDED_FILTER',
      'You specified too many filter parameters.',
    );
    await invalid(list({ Filter: { ActionType: 'x' as never } }), 'INVALID_ENUM:FILTER_ACTION_TYPE');
    const found = await pages((page) => list({ Filter: { ActionType: 'INVITE' }, ...page }), 2);
    const ids = found.flatMap((each) => each.Handshakes?.map(({ Id }) => Id) ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(found.length).toBe(Math.ceil(ids.length / 2));
  });

  it('runs out after 15 days, and is forgotten 30 days later', async () => {
    const account = await s.server.account();
    const theirs = s.as(account.root);
    const { Handshake } = await s.org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: account.id } });
    s.advance(15 * DAY);
    expect((await theirs.listHandshakesForAccount({})).Handshakes).toMatchObject([{ State: 'EXPIRED' }]);
    await refused(theirs.acceptHandshake({ HandshakeId: Handshake?.Id }), 'InvalidHandshakeTransitionException', WRONG_STATE);
    s.advance(30 * DAY);
    expect((await theirs.listHandshakesForAccount({})).Handshakes).toEqual([]);
    await refused(theirs.describeHandshake({ HandshakeId: Handshake?.Id }), 'HandshakeNotFoundException');
    expect((await s.org.listHandshakesForOrganization({ Filter: { ActionType: 'INVITE' } })).Handshakes).toEqual([]);
  });
});

describe('a day', () => {
  const few = stage({ quotas: { InvitationsPerDay: 2, AccountsPerOrganization: 2 } });

  it('has room for so many invitations, of each kind', async () => {
    const invite = (i: number) => few.org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: `day-${i}@example.com` } });
    for (let i = 0; i < 2; i++) await few.org.cancelHandshake({ HandshakeId: (await invite(i)).Handshake?.Id });
    await violation(invite(2), 'HANDSHAKE_RATE_LIMIT_EXCEEDED');
    const now = new Date(few.server.clock.now());
    const ask = (i: number) =>
      few.org.inviteOrganizationToTransferResponsibility({
        Type: 'BILLING',
        Target: { Type: 'EMAIL', Id: `day-${i}@example.com` },
        StartTimestamp: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1)),
        SourceName: 'x',
      });
    for (let i = 0; i < 2; i++) await few.org.cancelHandshake({ HandshakeId: (await ask(i)).Handshake?.Id });
    await violation(ask(2), 'HANDSHAKE_RATE_LIMIT_EXCEEDED');
    few.advance(DAY);
    await invite(2);
  });

  it('forgets what ended thirty days ago', async () => {
    const count = () => few.server.installation.store.count(handshakes, { prefix: [] });
    expect(await count()).toBe(5);
    few.advance(46 * DAY);
    await few.org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: 'later@example.com' } });
    expect(await count()).toBe(1);
    expect(await few.server.installation.store.count(responsibilityTransfers, { prefix: [] })).toBe(0);
  });
});

describe('enabling all features', () => {
  it('takes the consent of every invited member, and then the management account’s', async () => {
    const { account, org, rootId } = await s.elsewhere('CONSOLIDATED_BILLING');
    const join = async () => {
      const member = await s.server.account();
      const { Handshake } = await org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: member.id } });
      await s.as(member.root).acceptHandshake({ HandshakeId: Handshake?.Id });
      return member;
    };
    const [one, two] = [await join(), await join()];
    const { CreateAccountStatus } = await org.createAccount({ AccountName: 'made', Email: `made@${account.id}.example.com` });
    expect(CreateAccountStatus?.State).toBe('IN_PROGRESS');
    const open = await org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: 'late@example.com' } });
    await refused(org.enablePolicyType({ RootId: rootId, PolicyType: 'TAG_POLICY' }), 'PolicyTypeNotAvailableForOrganizationException');
    const content = { Content: '{"tags":{}}', Description: '', Name: 'n', Type: 'TAG_POLICY' as const };
    await refused(org.createPolicy(content), 'PolicyTypeNotAvailableForOrganizationException');

    const { Handshake: request } = await org.enableAllFeatures({});
    const HandshakeId = request?.Id;
    expect(request).toMatchObject({ Action: 'ENABLE_ALL_FEATURES', State: 'REQUESTED' });
    expect(Number(request?.ExpirationTimestamp) - Number(request?.RequestedTimestamp)).toBe(90 * DAY);
    expect((await org.describeHandshake({ HandshakeId: open.Handshake?.Id })).Handshake?.State).toBe('CANCELED');
    await violation(org.enableAllFeatures({}), 'ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION');
    await violation(
      org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: 'late@example.com' } }),
      'INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES',
    );
    await refused(org.acceptHandshake({ HandshakeId }), 'InvalidHandshakeTransitionException', WRONG_STATE);
    const approvals = (await org.listHandshakesForOrganization({ Filter: { ParentHandshakeId: HandshakeId } })).Handshakes ?? [];
    expect(approvals.map((each) => each.Action)).toEqual(['APPROVE_ALL_FEATURES', 'APPROVE_ALL_FEATURES']);

    const asked = (await s.as(one.root).listHandshakesForAccount({ Filter: { ActionType: 'APPROVE_ALL_FEATURES' } })).Handshakes;
    await s.as(one.root).acceptHandshake({ HandshakeId: asked?.[0]?.Id });
    const stateNow = async () => (await org.describeHandshake({ HandshakeId })).Handshake?.State;
    expect(await stateNow()).toBe('REQUESTED');
    // Who leaves need not agree.
    await org.removeAccountFromOrganization({ AccountId: two.id });
    expect(await stateNow()).toBe('OPEN');
    expect((await org.listHandshakesForAccount({})).Handshakes).toMatchObject([{ Id: HandshakeId }]);
    expect((await org.acceptHandshake({ HandshakeId })).Handshake?.State).toBe('ACCEPTED');
    expect((await org.describeOrganization({})).Organization?.FeatureSet).toBe('ALL');
    await violation(
      org.enableAllFeatures({}),
      'ORGANIZATION_ALREADY_HAS_ALL_FEATURES',
      'All features are already enabled on this organization.',
    );
  });

  it('is taken back with all that was asked', async () => {
    const { org } = await s.elsewhere('CONSOLIDATED_BILLING');
    const member = await s.server.account();
    const { Handshake } = await org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: member.id } });
    await s.as(member.root).acceptHandshake({ HandshakeId: Handshake?.Id });
    const request = await org.enableAllFeatures({});
    await org.cancelHandshake({ HandshakeId: request.Handshake?.Id });
    expect((await s.as(member.root).listHandshakesForAccount({ Filter: { ActionType: 'APPROVE_ALL_FEATURES' } })).Handshakes).toMatchObject(
      [{ State: 'CANCELED' }],
    );
  });

  it('asks created accounts without the service-linked role to have it made', async () => {
    const { account, org } = await s.elsewhere('CONSOLIDATED_BILLING');
    const { CreateAccountStatus: begun } = await org.createAccount({ AccountName: 'm', Email: `m@${account.id}.example.com` });
    const done = await org.describeCreateAccountStatus({ CreateAccountRequestId: begun?.Id });
    const id = done.CreateAccountStatus?.AccountId ?? '';
    const root = await rootCaller(s.server.installation.store, id);
    if (!root) throw new Error('no root');
    const inside = (service: string, operation: string, input: object) => s.server.pipeline.call(root, service, operation, input);
    await inside('iam', 'DeleteServiceLinkedRole', { RoleName: 'AWSServiceRoleForOrganizations' });
    const HandshakeId = (await org.enableAllFeatures({})).Handshake?.Id;
    const [asked] = (await org.listHandshakesForOrganization({ Filter: { ParentHandshakeId: HandshakeId } })).Handshakes ?? [];
    expect(asked?.Action).toBe('ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE');
    await inside('organizations', 'AcceptHandshake', { HandshakeId: asked?.Id });
    await inside('iam', 'GetRole', { RoleName: 'AWSServiceRoleForOrganizations' });
    expect((await org.describeHandshake({ HandshakeId })).Handshake?.State).toBe('OPEN');
  });
});
