import { describe, expect, it } from 'vitest';
import { constraint, DAY, invalid, NO_PERMISSION, pages, refused, stage } from './stage.ts';

const s = stage();

/** Midnight of the first day of a month ahead. */
function monthAhead(months: number): Date {
  const now = new Date(s.server.clock.now());
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
}

const invite = (Id: string, more: object = {}) =>
  s.org.inviteOrganizationToTransferResponsibility({
    Type: 'BILLING',
    Target: { Type: 'ACCOUNT', Id },
    StartTimestamp: monthAhead(1),
    SourceName: 'theirs',
    ...more,
  });

const violation = (call: Promise<unknown>, reason: string): Promise<void> =>
  refused(call, 'HandshakeConstraintViolationException', /./, reason);

describe('a responsibility', () => {
  it('is transferred by invitation, renamed by whoever manages it, and ended by either', async () => {
    const { account, org } = await s.elsewhere();
    const { Handshake } = await invite(account.id, { Notes: 'n', Tags: [{ Key: 'a', Value: 'b' }] });
    expect(Handshake).toMatchObject({ Action: 'TRANSFER_RESPONSIBILITY', State: 'OPEN' });
    const id = Handshake?.Resources?.find(({ Type }) => Type === 'RESPONSIBILITY_TRANSFER')?.Value ?? '';
    const inbound = async () => (await s.org.describeResponsibilityTransfer({ Id: id })).ResponsibilityTransfer;
    expect(await inbound()).toEqual({
      Arn: `arn:aws:organizations::${s.management.id}:transfer/${s.organizationId}/billing/inbound/${id}`,
      Name: 'theirs',
      Id: id,
      Type: 'BILLING',
      Status: 'REQUESTED',
      Source: { ManagementAccountId: account.id },
      Target: { ManagementAccountId: s.management.id, ManagementAccountEmail: `root@${s.management.id}.example.com` },
      StartTimestamp: monthAhead(1),
      ActiveHandshakeId: Handshake?.Id,
    });
    expect((await org.listOutboundResponsibilityTransfers({ Type: 'BILLING' })).ResponsibilityTransfers).toMatchObject([
      { Id: id, Status: 'REQUESTED', Arn: expect.stringContaining('/billing/outbound/') },
    ]);
    await refused(s.org.terminateResponsibilityTransfer({ Id: id }), 'InvalidResponsibilityTransferTransitionException');
    await constraint(s.org.deleteOrganization({}), 'ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS');
    await refused(invite(account.id), 'DuplicateHandshakeException');

    await org.acceptHandshake({ HandshakeId: Handshake?.Id });
    expect(await inbound()).toMatchObject({
      Status: 'ACCEPTED',
      Source: { ManagementAccountId: account.id, ManagementAccountEmail: `root@${account.id}.example.com` },
    });
    expect((await s.org.listTagsForResource({ ResourceId: id })).Tags).toEqual([{ Key: 'a', Value: 'b' }]);
    expect((await s.org.updateResponsibilityTransfer({ Id: id, Name: 'renamed' })).ResponsibilityTransfer?.Name).toBe('renamed');
    await invalid(org.updateResponsibilityTransfer({ Id: id, Name: 'x' }), 'UNSUPPORTED_ACTION_IN_RESPONSIBILITY_TRANSFER');
    await constraint(org.deleteOrganization({}), 'ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS');
    // Another may not have it as well.
    const rival = await s.elsewhere();
    const theirs = await rival.org.inviteOrganizationToTransferResponsibility({
      Type: 'BILLING',
      Target: { Type: 'EMAIL', Id: `root@${account.id}.example.com` },
      StartTimestamp: monthAhead(1),
      SourceName: 'x',
    });
    await violation(org.acceptHandshake({ HandshakeId: theirs.Handshake?.Id }), 'RESPONSIBILITY_TRANSFER_ALREADY_EXISTS');
    expect((await org.describeHandshake({ HandshakeId: theirs.Handshake?.Id })).Handshake?.State).toBe('OPEN');

    const end = new Date(Number(monthAhead(2)) - 1);
    await invalid(org.terminateResponsibilityTransfer({ Id: id, EndTimestamp: new Date(Number(end) - 1000) }), 'END_DATE_NOT_END_OF_MONTH');
    await invalid(org.terminateResponsibilityTransfer({ Id: id, EndTimestamp: new Date(Number(monthAhead(0)) - 1) }), 'END_DATE_TOO_EARLY');
    expect((await org.terminateResponsibilityTransfer({ Id: id, EndTimestamp: end })).ResponsibilityTransfer).toMatchObject({
      Status: 'WITHDRAWN',
      EndTimestamp: end,
    });
    await refused(s.org.terminateResponsibilityTransfer({ Id: id }), 'ResponsibilityTransferAlreadyInStatusException');
  });

  it('is not of those who are no party', async () => {
    const { account } = await s.elsewhere();
    const { Handshake } = await invite(account.id);
    const Id = Handshake?.Resources?.find(({ Type }) => Type === 'RESPONSIBILITY_TRANSFER')?.Value;
    const other = await s.elsewhere();
    for (const call of [
      () => other.org.describeResponsibilityTransfer({ Id }),
      () => other.org.updateResponsibilityTransfer({ Id, Name: 'x' }),
      () => other.org.terminateResponsibilityTransfer({ Id }),
      () => other.org.listInboundResponsibilityTransfers({ Type: 'BILLING', Id }),
      () => s.org.describeResponsibilityTransfer({ Id: 'rt-zzzzzzzz' }),
    ])
      await refused(call(), 'ResponsibilityTransferNotFoundException');
    await refused(s.as((await s.member()).root).describeResponsibilityTransfer({ Id }), 'AccessDeniedException', NO_PERMISSION);
    const standalone = await s.server.account();
    const invited = await invite(standalone.id);
    await refused(s.as(standalone.root).acceptHandshake({ HandshakeId: invited.Handshake?.Id }), 'AWSOrganizationsNotInUseException');
  });

  it('begins with a month that is to come', async () => {
    const { account } = await s.elsewhere();
    const begin = (StartTimestamp: Date) => invite(account.id, { StartTimestamp });
    await invalid(begin(new Date(Number(monthAhead(1)) + 1000)), 'START_DATE_NOT_BEGINNING_OF_DAY');
    await invalid(begin(new Date(Number(monthAhead(1)) + DAY)), 'START_DATE_NOT_BEGINNING_OF_MONTH');
    await invalid(begin(monthAhead(0)), 'START_DATE_TOO_EARLY');
    await invalid(begin(monthAhead(20)), 'START_DATE_TOO_LATE');
    await violation(invite(s.management.id), 'SOURCE_AND_TARGET_CANNOT_MATCH');
    await invalid(invite('x'), 'INVALID_PATTERN');
    await invalid(invite(account.id, { Type: 'x' }), 'INVALID_ENUM:TYPE');
  });

  it('is listed page by page, and expires unanswered', async () => {
    const found = await pages((page) => s.org.listInboundResponsibilityTransfers({ Type: 'BILLING', ...page }), 1);
    const all = found.flatMap((each) => each.ResponsibilityTransfers ?? []);
    expect(all.length).toBeGreaterThan(1);
    expect((await s.org.listInboundResponsibilityTransfers({ Type: 'BILLING', Id: all[0]?.Id })).ResponsibilityTransfers).toEqual([all[0]]);
    s.advance(15 * DAY);
    const after = (await s.org.listInboundResponsibilityTransfers({ Type: 'BILLING' })).ResponsibilityTransfers;
    expect(new Set(after?.map(({ Status }) => Status))).toEqual(new Set(['WITHDRAWN', 'EXPIRED']));
  });
});
