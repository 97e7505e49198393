import { expect, it } from 'vitest';
import { systemRandom } from '../core/id.ts';
import { compilePolicy, createRequestContext, policySet } from '../policy/index.ts';
import { DecisionLog, type Denial } from './decision-log.ts';
import { recordDecision } from './decision-record.ts';
import { RequestContext, type RequestFacts } from './request-context.ts';

const denial = (account: string, more: Partial<Denial> = {}): Omit<Denial, 'id'> => ({
  time: 0,
  requestId: 'r',
  operation: 'iam:ListUsers',
  account,
  message: 'no',
  ...more,
});

const caller = { principal: { kind: 'user', account: 'A', arn: 'arn', uniqueId: 'AIDA' }, account: 'A', userId: 'AIDA', tags: [] } as const;
const document = (size: number, id: number) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: `s3:${id}${'x'.repeat(size)}`, Resource: '*' } });
const record = (text: string) => {
  const asked = { principal: caller.principal, action: 's3:GetObject', resource: '*', context: createRequestContext({}) };
  const identity = policySet([compilePolicy(text, { kind: 'identity', source: 'p' })]);
  return recordDecision(caller, asked, { identity }, { outcome: 'implicitDeny', decidedBy: 'identity' }, new Map());
};
const kept = (log: DecisionLog, ids: readonly string[]): number => ids.filter((id) => log.find(id)).length;

it('Z09 keeps so many denials, and forgets the oldest', () => {
  const log = new DecisionLog(systemRandom, { denials: 5, denialsPerAccount: 5, size: 1e9 });
  const ids = Array.from({ length: 8 }, (_, i) => log.record(denial(`account ${i}`)));
  expect(ids.map((id) => log.find(id) !== undefined)).toEqual([false, false, false, true, true, true, true, true]);
  expect(new Set(ids).size).toBe(8);
  log.clear();
  expect(kept(log, ids)).toBe(0);
});

it('Z10 does not let one account push out the denials of another', () => {
  const log = new DecisionLog(systemRandom, { denials: 100, denialsPerAccount: 3, size: 1e9 });
  const quiet = log.record(denial('quiet'));
  const loud = Array.from({ length: 50 }, () => log.record(denial('loud')));
  expect([log.find(quiet)?.account, kept(log, loud)]).toEqual(['quiet', 3]);
});

it('counts policies once, however many denials came of them', () => {
  const log = new DecisionLog(systemRandom, { denials: 1000, denialsPerAccount: 1000, size: 200_000 });
  const one = record(document(50_000, 1));
  const ids = Array.from({ length: 100 }, () => log.record(denial('A', { record: one })));
  expect(kept(log, ids)).toBe(100);
  const others = Array.from({ length: 10 }, (_, i) => log.record(denial('A', { record: record(document(50_000, i + 2)) })));
  // Four documents do not fit beside their entries; those that go make room again.
  expect([kept(log, ids), kept(log, others)]).toEqual([0, 3]);
  expect(kept(log, [log.record(denial('A', { record: record(document(500_000, 99)) }))])).toBe(1);
});

it('a recorded context answers as the live one did', () => {
  const facts: RequestFacts = {
    caller: {
      ...caller,
      userName: 'jane',
      tags: [
        { Key: 'Team', Value: 'red' },
        { Key: 'team', Value: 'blue' },
      ],
    },
    now: Date.UTC(2026, 10, 21),
    region: 'us-east-2',
    sourceIp: '203.0.113.7',
    secure: true,
    userAgent: 'cli',
    referer: undefined,
    calledVia: ['sagemaker.amazonaws.com'],
  };
  const live = new RequestContext(facts, {
    service: 'ec2',
    resourceService: 'iam',
    resourceAccount: 'A',
    resourceTags: [{ Key: 'Stage', Value: 'prod' }],
    rowValues: () => ({
      'ec2:Region': 'us-east-2',
      'aws:TagKeys': ['a', 'b'],
      'aws:username': 'not this',
      'iam:ResourceTag/x': 'nor this',
    }),
  });
  const entries = live.entries();
  const frozen = createRequestContext(Object.fromEntries(entries));
  const keys = ['aws:username', 'aws:principaltag/team', 'aws:resourcetag/stage', 'ec2:resourcetag/stage', 'iam:resourcetag/stage'];
  const more = ['sts:resourcetag/stage', 'iam:resourcetag/x', 'ec2:region', 'aws:tagkeys', 'aws:calledvia', 'aws:referer', 'aws:epochtime'];
  for (const key of [...keys, ...more]) expect([key, frozen.get(key)]).toEqual([key, live.get(key)]);
  expect([...entries.keys()]).toEqual(expect.arrayContaining(['aws:RequestedRegion', 'ec2:Region', 'aws:PrincipalTag/Team']));
});
