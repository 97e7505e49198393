import { describe, expect, it } from 'vitest';
import { AccountEvents } from './account-events.ts';
import type { AuditEvent } from './event.ts';

const ROLE = { arn: 'arn:aws:iam::222222222222:role/R', account: '222222222222' };
const user = (account: string) => ({ arn: `arn:aws:iam::${account}:user/u`, account });
const PROVIDER = { arn: 'arn:aws:iam::222222222222:saml-provider/P', account: '' };

let count = 0;
const event = (more: Partial<AuditEvent>): AuditEvent => ({
  requestId: String(++count),
  time: count,
  service: 'sts',
  operation: 'AssumeRole',
  sourceIp: '127.0.0.1',
  userAgent: '',
  status: 200,
  ...more,
});

describe('A04 whose an event is', () => {
  it.each<[string, Partial<AuditEvent>, readonly [ofCaller: number, ofRole: number]]>([
    ['a call in the own account', { operation: 'GetCallerIdentity', caller: user('111111111111') }, [1, 0]],
    ['a role of another account, taken on', { caller: user('111111111111'), resource: ROLE }, [1, 1]],
    ['a role of another account, refused', { caller: user('111111111111'), resource: ROLE, status: 403 }, [1, 0]],
    ['the own role, taken on', { caller: user('222222222222'), resource: ROLE }, [0, 1]],
    ['a role that an identity provider vouched for, refused', { caller: PROVIDER, resource: ROLE, status: 403 }, [0, 1]],
    ['a stranger, refused', { caller: { arn: 'anonymous', account: '' }, resource: ROLE, status: 403 }, [0, 0]],
    ['nobody known', { resource: ROLE, status: 403 }, [0, 0]],
    ['another call about a thing of another account', { operation: 'X', caller: user('111111111111'), resource: ROLE }, [1, 0]],
  ])('%s', (_, more, [ofCaller, ofRole]) => {
    const events = new AccountEvents();
    events.record(event(more));
    expect([events.list('111111111111').length, events.list('222222222222').length]).toEqual([ofCaller, ofRole]);
  });
});

describe('A04 what is kept', () => {
  it('is the newest of each account, newest first, and in all', () => {
    const events = new AccountEvents({ events: 5, eventsPerAccount: 3 });
    const ids = (account: string) => events.list(account).map((each) => each.event.requestId);
    const record = (account: string, requestId: string) => events.record(event({ requestId, caller: user(account) }));
    record('1', 'quiet');
    for (const id of ['a', 'b', 'c', 'd']) record('2', id);
    expect([ids('1'), ids('2')]).toEqual([['quiet'], ['d', 'c', 'b']]);
    record('3', 'x');
    record('3', 'y');
    expect([ids('1'), ids('2'), ids('3')]).toEqual([[], ['d', 'c', 'b'], ['y', 'x']]);
    const [newest] = events.list('3');
    expect(events.list('3', newest?.number).map((each) => each.event.requestId)).toEqual(['x']);
    events.clear();
    expect(ids('2')).toEqual([]);
  });
});
