import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { accessDenied, alreadyExists, invalidInput, noPolicyAllows, noSuchEntity, pages, stage } from './stage.ts';

const s = stage();
const DAY = 86_400_000;
let workflow = 0;

const ask = (more: object = {}, iam = s.iam) =>
  iam
    .createDelegationRequest({
      Description: 'look after your models',
      Permissions: {
        PolicyTemplateArn: 'arn:aws:iam:::delegation-template/partner/Template',
        Parameters: [{ Name: 'Bucket', Values: ['b'], Type: 'string' }],
      },
      RequestorWorkflowId: `workflow-${workflow++}`,
      NotificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
      SessionDuration: 3600,
      ...more,
    })
    .then(({ DelegationRequestId = '' }) => DelegationRequestId);

const stateOf = async (DelegationRequestId: string) => (await s.iam.getDelegationRequest({ DelegationRequestId })).DelegationRequest?.State;
const wrongState = (call: Promise<unknown>, id: string, state: string) =>
  invalidInput(call, `The delegation request ${id} is in state ${state} and cannot be changed this way.`);
const missing = (call: Promise<unknown>, id: string) => noSuchEntity(call, `The delegation request with id ${id} cannot be found.`);

describe('delegation requests', () => {
  it('are made, taken on, passed on, accepted and sent', async () => {
    const id = await ask({ RedirectUrl: 'https://partner.example.com/back', RequestMessage: 'please', OnlySendByOwner: true });
    const input = { DelegationRequestId: id };
    for (const call of [
      () => s.iam.updateDelegationRequest(input),
      () => s.iam.acceptDelegationRequest(input),
      () => s.iam.sendDelegationToken(input),
    ])
      await wrongState(call(), id, 'UNASSIGNED');
    expect((await s.iam.listDelegationRequests({})).DelegationRequests).toEqual([]);
    await s.iam.associateDelegationRequest(input);
    await wrongState(s.iam.associateDelegationRequest(input), id, 'ASSIGNED');
    await s.iam.updateDelegationRequest({ ...input, Notes: 'for my boss' });
    await s.iam.acceptDelegationRequest(input);
    const root = `arn:aws:iam::${s.account.id}:root`;
    const { DelegationRequest, PermissionCheckStatus, PermissionCheckResult } = await s.iam.getDelegationRequest({
      ...input,
      DelegationPermissionCheck: true,
    });
    expect([PermissionCheckStatus, PermissionCheckResult]).toEqual(['COMPLETE', 'UNSURE']);
    expect(DelegationRequest).toEqual({
      DelegationRequestId: id,
      OwnerAccountId: s.account.id,
      Description: 'look after your models',
      RequestMessage: 'please',
      Permissions: {
        PolicyTemplateArn: 'arn:aws:iam:::delegation-template/partner/Template',
        Parameters: [{ Name: 'Bucket', Values: ['b'], Type: 'string' }],
      },
      OwnerId: root,
      ApproverId: root,
      State: 'ACCEPTED',
      ExpirationTime: expect.any(Date),
      RequestorId: s.account.id,
      RequestorName: expect.stringMatching(/^account \d+$/),
      CreateDate: expect.any(Date),
      SessionDuration: 3600,
      RedirectUrl: 'https://partner.example.com/back',
      Notes: 'for my boss',
      OnlySendByOwner: true,
      UpdatedTime: expect.any(Date),
    });
    const other = s.as(await s.account.user('Approver', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] }));
    await accessDenied(other.sendDelegationToken(input), /because only the owner of the request may send its token$/);
    await s.iam.sendDelegationToken(input);
    await wrongState(s.iam.rejectDelegationRequest(input), id, 'FINALIZED');
    s.advance(30 * DAY);
    expect(await stateOf(id)).toBe('FINALIZED');
  });

  it('are rejected until they are sent, and then vanish', async () => {
    const id = await ask();
    const input = { DelegationRequestId: id };
    await s.iam.associateDelegationRequest(input);
    await s.iam.acceptDelegationRequest(input);
    await s.iam.rejectDelegationRequest({ ...input, Notes: 'no' });
    expect((await s.iam.getDelegationRequest(input)).DelegationRequest).toMatchObject({ State: 'REJECTED', RejectionReason: 'no' });
    await wrongState(s.iam.sendDelegationToken(input), id, 'REJECTED');
    await wrongState(s.iam.rejectDelegationRequest(input), id, 'REJECTED');
    s.advance(7 * DAY);
    await missing(s.iam.getDelegationRequest(input), id);
  });

  it('expire', async () => {
    const id = await ask();
    s.advance(7 * DAY);
    expect(await stateOf(id)).toBe('EXPIRED');
    await wrongState(s.iam.associateDelegationRequest({ DelegationRequestId: id }), id, 'EXPIRED');
  });

  it('are one account’s once it has them, or was meant', async () => {
    const other = await s.server.account();
    const theirs = s.as(other.root);
    const open = await ask();
    await theirs.getDelegationRequest({ DelegationRequestId: open });
    await theirs.associateDelegationRequest({ DelegationRequestId: open });
    const meant = await ask({ OwnerAccountId: other.id });
    for (const id of [open, meant]) {
      await missing(s.iam.getDelegationRequest({ DelegationRequestId: id }), id);
      await missing(s.iam.rejectDelegationRequest({ DelegationRequestId: id }), id);
    }
    expect((await theirs.getDelegationRequest({ DelegationRequestId: meant })).DelegationRequest?.OwnerAccountId).toBe(other.id);
    expect((await theirs.listDelegationRequests({})).DelegationRequests?.map((request) => request.DelegationRequestId)).toEqual([open]);
  });

  it('are their owner’s to read and update, without any permission', async () => {
    const associate = policy({ Effect: 'Allow', Action: 'iam:AssociateDelegationRequest', Resource: '*' });
    const owner = s.as(await s.account.user('Owner', { inline: { associate } }));
    const me = `arn:aws:iam::${s.account.id}:user/Owner`;
    const id = await ask();
    const input = { DelegationRequestId: id };
    const arn = `arn:aws:iam::${s.account.id}:delegation-request/${id}`;
    await noPolicyAllows(owner.getDelegationRequest(input), me, 'iam:GetDelegationRequest', arn);
    await owner.associateDelegationRequest(input);
    await owner.getDelegationRequest(input);
    await owner.updateDelegationRequest(input);
    expect(await owner.getHumanReadableSummary({ EntityArn: arn, Locale: 'de' })).toMatchObject({
      SummaryState: 'NOT_AVAILABLE',
      Locale: 'de',
    });
    await noPolicyAllows(owner.acceptDelegationRequest(input), me, 'iam:AcceptDelegationRequest', arn);
    const stranger = s.as(await s.account.user('Stranger'));
    await noPolicyAllows(
      stranger.getDelegationRequest(input),
      `arn:aws:iam::${s.account.id}:user/Stranger`,
      'iam:GetDelegationRequest',
      arn,
    );
    const named = policy({
      Effect: 'Allow',
      Action: ['iam:AcceptDelegationRequest', 'iam:ListDelegationRequests'],
      Resource: '*',
      Condition: { ArnEquals: { 'iam:DelegationRequestOwner': me } },
    });
    const approver = s.as(await s.account.user('Boss', { inline: { named } }));
    await approver.acceptDelegationRequest(input);
    expect((await approver.listDelegationRequests({ OwnerId: me })).DelegationRequests).toMatchObject([{ OwnerId: me, State: 'ACCEPTED' }]);
    await accessDenied(approver.listDelegationRequests({}), /iam:ListDelegationRequests/);
  });

  it('are listed page by page', async () => {
    for (let i = 0; i < 2; i++) await s.iam.associateDelegationRequest({ DelegationRequestId: await ask() });
    const { items, pages: count } = await pages(
      async (Marker) => {
        const { isTruncated, ...page } = await s.iam.listDelegationRequests({ MaxItems: 1, Marker });
        return { ...page, IsTruncated: isTruncated };
      },
      (page) => page.DelegationRequests,
    );
    expect(items.length).toBe(count);
    expect(count).toBeGreaterThan(2);
  });

  it('are made with what they need', async () => {
    await ask({ RequestorWorkflowId: 'again' });
    await alreadyExists(ask({ RequestorWorkflowId: 'again' }), 'Delegation request with requestor workflow id again already exists.');
    await ask({ RequestorWorkflowId: 'again' }, s.as((await s.server.account()).root));
    await invalidInput(ask({ NotificationChannel: 'nowhere' }), 'The notification channel must be the ARN of an SNS topic.');
    await invalidInput(ask({ Permissions: { PolicyTemplateArn: 'x'.repeat(20) } }), `ARN ${'x'.repeat(20)} is not valid.`);
    const inline = {
      p: policy({
        Effect: 'Allow',
        Action: 'iam:CreateDelegationRequest',
        Resource: '*',
        Condition: { NumericLessThanEquals: { 'iam:DelegationDuration': '900' } },
      }),
    };
    const iam = s.as(await s.account.user('Partner', { inline }));
    await ask({ SessionDuration: 900 }, iam);
    await noPolicyAllows(
      ask({ SessionDuration: 901 }, iam),
      `arn:aws:iam::${s.account.id}:user/Partner`,
      'iam:CreateDelegationRequest',
      `arn:aws:iam::${s.account.id}:delegation-request/*`,
    );
  });

  it('that do not exist are found by nobody', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    const input = { DelegationRequestId: id };
    for (const call of [
      () => s.iam.getDelegationRequest(input),
      () => s.iam.associateDelegationRequest(input),
      () => s.iam.updateDelegationRequest(input),
      () => s.iam.acceptDelegationRequest(input),
      () => s.iam.rejectDelegationRequest(input),
      () => s.iam.sendDelegationToken(input),
    ])
      await missing(call(), id);
    const EntityArn = `arn:aws:iam::${s.account.id}:delegation-request/${id}`;
    await noSuchEntity(s.iam.getHumanReadableSummary({ EntityArn }), `The entity with arn ${EntityArn} cannot be found.`);
    const user = `arn:aws:iam::${s.account.id}:user/x`;
    await invalidInput(s.iam.getHumanReadableSummary({ EntityArn: user }), `ARN ${user} is not valid.`);
  });
});
