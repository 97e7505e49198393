import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { giveContact } from './contact.ts';
import { constraint, DAY, invalid, pages, refused, stage } from './stage.ts';

const s = stage({ pace: 1 });

const email = (name: string): string => `${name}@members.example.com`;

/** An account that has been made. */
async function created(name: string, more: object = {}): Promise<string> {
  const { CreateAccountStatus } = await s.org.createAccount({ AccountName: name, Email: email(name), ...more });
  s.advance(6000);
  const done = await s.org.describeCreateAccountStatus({ CreateAccountRequestId: CreateAccountStatus?.Id });
  return done.CreateAccountStatus?.AccountId ?? '';
}

describe('an account that is created', () => {
  it('takes a while: in progress, then there, with a role for the management account', async () => {
    const before = (await s.org.listAccounts({})).Accounts?.length;
    const { CreateAccountStatus: begun } = await s.org.createAccount({ AccountName: 'first', Email: email('first') });
    expect(begun).toEqual({
      Id: expect.stringMatching(/^car-[a-z0-9]{32}$/),
      AccountName: 'first',
      State: 'IN_PROGRESS',
      RequestedTimestamp: expect.any(Date),
    });
    const status = async () => (await s.org.describeCreateAccountStatus({ CreateAccountRequestId: begun?.Id })).CreateAccountStatus;
    expect(await status()).toEqual(begun);
    expect((await s.org.listAccounts({})).Accounts).toHaveLength(before ?? -1);
    expect((await s.org.listCreateAccountStatus({ States: ['IN_PROGRESS'] })).CreateAccountStatuses).toEqual([begun]);
    s.advance(5000);
    const done = await status();
    expect(done).toMatchObject({ State: 'SUCCEEDED', AccountId: expect.stringMatching(/^\d{12}$/), CompletedTimestamp: expect.any(Date) });
    expect((await s.org.listCreateAccountStatus({ States: ['IN_PROGRESS'] })).CreateAccountStatuses).toEqual([]);
    const AccountId = done?.AccountId;
    expect((await s.org.describeAccount({ AccountId })).Account).toEqual({
      Id: AccountId,
      Arn: `arn:aws:organizations::${s.management.id}:account/${s.organizationId}/${AccountId}`,
      Email: email('first'),
      Name: 'first',
      Status: 'ACTIVE',
      State: 'ACTIVE',
      Paths: [`${s.organizationId}/${s.rootId}/${AccountId}/`],
      JoinedMethod: 'CREATED',
      JoinedTimestamp: done?.CompletedTimestamp,
    });
    const admin = await s.management.user('admin', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
    const RoleArn = `arn:aws:iam::${AccountId}:role/OrganizationAccountAccessRole`;
    const { Credentials: keys } = await s.sts(admin).assumeRole({ RoleArn, RoleSessionName: 'first-visit' });
    const inside = {
      accessKeyId: keys?.AccessKeyId ?? '',
      secretAccessKey: keys?.SecretAccessKey ?? '',
      sessionToken: keys?.SessionToken ?? '',
    };
    expect((await s.sts(inside).getCallerIdentity({})).Account).toBe(AccountId);
    expect((await s.as(inside).describeOrganization({})).Organization?.Id).toBe(s.organizationId);
    // R12: nobody else's account is let in.
    const stranger = await (await s.server.account()).user('x', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
    await expect(s.sts(stranger).assumeRole({ RoleArn, RoleSessionName: 'stranger' })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('can have another role, but not one that only services have', async () => {
    const id = await created('second', { RoleName: 'Entrance', IamUserAccessToBilling: 'DENY', Tags: [{ Key: 'team', Value: 'a' }] });
    expect((await s.org.listTagsForResource({ ResourceId: id })).Tags).toEqual([{ Key: 'team', Value: 'a' }]);
    await invalid(s.org.createAccount({ AccountName: 'x', Email: email('x'), RoleName: 'AWSServiceRoleForX' }), 'INVALID_ROLE_NAME');
    await invalid(s.org.createAccount({ AccountName: 'x', Email: 'nowhere.example' }), 'INVALID_PATTERN:EMAIL');
  });

  it('fails on an address that is taken, a little later, and conflicts with one under way', async () => {
    const taken = `root@${s.management.id}.example.com`;
    const { CreateAccountStatus } = await s.org.createAccount({ AccountName: 'taken', Email: taken.toUpperCase() });
    await refused(
      s.org.createAccount({ AccountName: 'taken too', Email: taken }),
      'ConcurrentModificationException',
      "AWS Organizations can't complete your request because it conflicts with another attempt to modify the same entity. Try again later.",
    );
    s.advance(2000);
    const done = await s.org.describeCreateAccountStatus({ CreateAccountRequestId: CreateAccountStatus?.Id });
    expect(done.CreateAccountStatus).toMatchObject({ State: 'FAILED', FailureReason: 'EMAIL_ALREADY_EXISTS' });
    expect(done.CreateAccountStatus).not.toHaveProperty('AccountId');
    expect((await s.org.listCreateAccountStatus({ States: ['FAILED'] })).CreateAccountStatuses).toHaveLength(1);
    await refused(s.org.describeCreateAccountStatus({ CreateAccountRequestId: 'car-12345678' }), 'CreateAccountStatusNotFoundException');
  });

  it('is one of five under way at most', async () => {
    for (let i = 0; i < 5; i++) await s.org.createAccount({ AccountName: `five ${i}`, Email: email(`five-${i}`) });
    await constraint(s.org.createAccount({ AccountName: 'six', Email: email('six') }), 'ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED');
    s.advance(6000);
    const found = await pages((page) => s.org.listCreateAccountStatus(page), 3);
    expect(found.slice(0, -1).every((each) => each.CreateAccountStatuses?.length === 3)).toBe(true);
    const times = found.flatMap((each) => each.CreateAccountStatuses?.map((status) => Number(status.RequestedTimestamp)) ?? []);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('cannot be paired with one in GovCloud', async () =>
    constraint(s.org.createGovCloudAccount({ AccountName: 'g', Email: email('g') }), 'MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED'));

  it('asks for organizations:TagResource when it is to have tags', async () => {
    const inline = { p: policy({ Effect: 'Allow', Action: 'organizations:CreateAccount', Resource: '*' }) };
    const creator = s.as(await s.management.user('creator', { inline }));
    await refused(
      creator.createAccount({ AccountName: 't', Email: email('t'), Tags: [{ Key: 'a', Value: 'b' }] }),
      'AccessDeniedException',
      /organizations:TagResource on resource: arn:aws:organizations::\d+:account\/o-[a-z0-9]+\/\* because no identity-based policy/,
    );
    await creator.createAccount({ AccountName: 't', Email: email('t') });
  });

  it('stays until it could stand alone, and four days', async () => {
    const id = await created('leaver');
    const leave = () => s.org.removeAccountFromOrganization({ AccountId: id });
    await constraint(
      leave(),
      'MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED',
      'The member account is missing one or more of the prerequisites required to operate as a standalone account. To add what is missing, sign in to the member account using the AWS Organizations console, then select to leave the organization.',
    );
    await giveContact(s.server, id);
    await constraint(leave(), 'WAIT_PERIOD_ACTIVE');
    s.advance(4 * DAY);
    await leave();
    await refused(s.org.describeAccount({ AccountId: id }), 'AccountNotFoundException', "You specified an account that doesn't exist.");
  });
});

describe('members', () => {
  it('move, and are listed by what they are in', async () => {
    const member = await s.member();
    const unit = await s.unit(s.rootId, 'moving');
    const move = (AccountId: string, SourceParentId: string, DestinationParentId: string) =>
      s.org.moveAccount({ AccountId, SourceParentId, DestinationParentId });
    const noAccount = "You specified an account that doesn't exist.";
    await refused(move('999999999999', s.rootId, unit), 'AccountNotFoundException', noAccount);
    await refused(move(member.id, 'r-zzzz', unit), 'SourceParentNotFoundException');
    await refused(move(member.id, s.rootId, 'r-zzzz'), 'DestinationParentNotFoundException');
    await refused(move(member.id, s.rootId, s.rootId), 'DuplicateAccountException');
    await move(member.id, s.rootId, unit);
    await refused(move(member.id, s.rootId, unit), 'AccountNotFoundException', noAccount);
    expect((await s.org.listAccountsForParent({ ParentId: unit })).Accounts).toMatchObject([
      { Id: member.id, JoinedMethod: 'INVITED', Paths: [`${s.organizationId}/${s.rootId}/${unit}/${member.id}/`] },
    ]);
    expect((await s.org.listParents({ ChildId: member.id })).Parents).toEqual([{ Id: unit, Type: 'ORGANIZATIONAL_UNIT' }]);
    await refused(s.org.deleteOrganizationalUnit({ OrganizationalUnitId: unit }), 'OrganizationalUnitNotEmptyException');
    await refused(s.org.listAccountsForParent({ ParentId: 'ou-zzzz-12345678' }), 'ParentNotFoundException');
    const found = await pages((page) => s.org.listAccounts(page), 2);
    const ids = found.flatMap((each) => each.Accounts?.map(({ Id }) => Id) ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain(member.id);
  });

  it('leave by themselves, or are removed; the management account does neither', async () => {
    const member = await s.member();
    await s.org.tagResource({ ResourceId: member.id, Tags: [{ Key: 'a', Value: 'b' }] });
    await s.as(member.root).leaveOrganization({});
    await refused(s.org.removeAccountFromOrganization({ AccountId: member.id }), 'AccountNotFoundException');
    await refused(s.org.leaveOrganization({}), 'MasterCannotLeaveOrganizationException');
    await refused(s.org.removeAccountFromOrganization({ AccountId: s.management.id }), 'MasterCannotLeaveOrganizationException');
    const { Handshake } = await s.org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: member.id } });
    await s.as(member.root).acceptHandshake({ HandshakeId: Handshake?.Id });
    expect((await s.org.listTagsForResource({ ResourceId: member.id })).Tags).toEqual([]);
  });

  it('are closed: their credentials end at once, they are shown for 90 days', async () => {
    const unit = await s.unit(s.rootId, 'closing');
    const member = await s.member(unit);
    const stateOf = async () => (await s.org.describeAccount({ AccountId: member.id })).Account;
    await constraint(s.org.closeAccount({ AccountId: s.management.id }), 'CANNOT_CLOSE_MANAGEMENT_ACCOUNT');
    await refused(s.org.closeAccount({ AccountId: '999999999999' }), 'AccountNotFoundException');
    await s.org.closeAccount({ AccountId: member.id });
    expect(await stateOf()).toMatchObject({ Status: 'PENDING_CLOSURE', State: 'PENDING_CLOSURE' });
    await expect(s.sts(member.root).getCallerIdentity({})).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await refused(s.org.closeAccount({ AccountId: member.id }), 'AccountAlreadyClosedException');
    for (let i = 0; i < 2; i++) await s.org.closeAccount({ AccountId: (await s.member()).id });
    const next = await s.member();
    await constraint(s.org.closeAccount({ AccountId: next.id }), 'CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED');
    s.advance(60_000);
    expect(await stateOf()).toMatchObject({ Status: 'SUSPENDED', State: 'CLOSED' });
    await s.org.enableAWSServiceAccess({ ServicePrincipal: 'sso.amazonaws.com' });
    await constraint(
      s.org.registerDelegatedAdministrator({ AccountId: member.id, ServicePrincipal: 'sso.amazonaws.com' }),
      'CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR',
    );
    await refused(s.org.deleteOrganizationalUnit({ OrganizationalUnitId: unit }), 'OrganizationalUnitNotEmptyException');
    s.advance(90 * DAY);
    await refused(s.org.describeAccount({ AccountId: member.id }), 'AccountNotFoundException');
    await s.org.deleteOrganizationalUnit({ OrganizationalUnitId: unit });
    expect((await pages((page) => s.org.listAccounts(page), 20)).flatMap((each) => each.Accounts ?? [])).not.toContainEqual(
      expect.objectContaining({ Id: member.id }),
    );
  });

  it('cannot be closed without all features', async () => {
    const { org, account } = await s.elsewhere('CONSOLIDATED_BILLING');
    const member = await s.server.account();
    const { Handshake } = await org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: member.id } });
    await s.as(member.root).acceptHandshake({ HandshakeId: Handshake?.Id });
    await constraint(org.closeAccount({ AccountId: member.id }), 'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
    expect(account.id).not.toBe(member.id);
  });
});

describe('the quota of closures', () => {
  const few = stage({ quotas: { AccountClosuresIn30Days: 1 } });

  it('is of the last 30 days', async () => {
    const [one, two] = [await few.member(), await few.member()];
    await few.org.closeAccount({ AccountId: one.id });
    const message = 'You have exceeded close account quota for the past 30 days.';
    await constraint(few.org.closeAccount({ AccountId: two.id }), 'CLOSE_ACCOUNT_QUOTA_EXCEEDED', message);
    few.advance(30 * DAY);
    await few.org.closeAccount({ AccountId: two.id });
  });
});

describe('the quota of accounts', () => {
  const few = stage({ quotas: { AccountsPerOrganization: 3 } });

  it('counts members, those under way and open invitations', async () => {
    await few.org.createAccount({ AccountName: '2', Email: email('q2') });
    const { Handshake } = await few.org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: email('q3') } });
    const message = 'You have exceeded the allowed number of AWS accounts.';
    await constraint(few.org.createAccount({ AccountName: '4', Email: email('q4') }), 'ACCOUNT_NUMBER_LIMIT_EXCEEDED', message);
    await refused(
      few.org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: email('q4') } }),
      'HandshakeConstraintViolationException',
      message,
      'ACCOUNT_NUMBER_LIMIT_EXCEEDED',
    );
    await few.org.cancelHandshake({ HandshakeId: Handshake?.Id });
    await few.org.createAccount({ AccountName: '4', Email: email('q4') });
  });
});
