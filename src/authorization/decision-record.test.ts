import { describe, expect, it } from 'vitest';
import { createMasterKey, KeyRing } from '../authentication/master-key.ts';
import { systemRandom } from '../core/id.ts';
import { compilePolicy, createRequestContext, decide, type PolicyKind, type PolicySources, policySet } from '../policy/index.ts';
import { decodeAuthorizationMessage, encodeAuthorizationMessage } from './authorization-message.ts';
import { recordDecision, viewDecision, viewDecisionOfCaller } from './decision-record.ts';

/* E26: what the denied caller's account is shown depends on nothing that is not its own. */

const principal = { kind: 'user', account: '111122223333', arn: 'arn:aws:iam::111122223333:user/jane', uniqueId: 'AIDAJANE' } as const;
const caller = { principal, account: principal.account, userId: 'AIDAJANE', userName: 'jane', tags: [] };
const layer = (kind: PolicyKind, name: string, ...Statement: object[]) =>
  policySet([compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), { kind, source: { name, arn: `arn:${name}` } })]);
const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };

function record(sources: PolicySources, context: Record<string, string>, resourceAccount: string = principal.account) {
  const asked = {
    principal,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/x',
    resourceAccount,
    context: createRequestContext(context),
  };
  return recordDecision(caller, asked, sources, decide(asked, sources), new Map(Object.entries(context)));
}
const shown = (view: ReturnType<typeof viewDecision>): string => JSON.stringify([view, view.explanation.toSentence()]);

describe('E26 policies of the organization', () => {
  const secret = { 'aws:PrincipalTag/secretkey': 'hunter2' };
  it.each([
    ['that deny', layer('scp', 'SecretScp', allowAll, { Sid: 'SecretSid', Effect: 'Deny', Action: 's3:*', Resource: '*' }), 'explicitDeny'],
    ['that do not allow', layer('scp', 'SecretScp', { Effect: 'Allow', Action: 'ec2:SecretAction', Resource: '*' }), 'implicitDeny'],
    ['with conditions', layer('scp', 'SecretScp', { ...allowAll, Condition: { StringEquals: secret } }), 'implicitDeny'],
  ])('%s say so, and nothing else', (_, scp, outcome) => {
    const denied = record({ identity: layer('identity', 'Own', allowAll), scp: [layer('scp', 'FullAWSAccess', allowAll), scp] }, {});
    const view = viewDecisionOfCaller(denied);
    expect(view.explanation.decision).toMatchObject({ outcome, decidedBy: 'scp' });
    expect(view.explanation.layers.map(({ kind, verdict }) => [kind, verdict])).toEqual([
      ['scp', 'allows'],
      ['scp', outcome === 'explicitDeny' ? 'denies' : 'silent'],
      ['identity', 'allows'],
    ]);
    expect(shown(view)).not.toMatch(/secret|hunter2/i);
    expect(view.withheld).toMatch(/organization/);
    expect(shown(viewDecision(denied))).toMatch(/SecretScp/);
  });

  it('stay out of encoded messages', () => {
    const scp = [
      layer(
        'scp',
        'SecretScp',
        { Sid: 'SecretSid', Effect: 'Deny', Action: 's3:SecretAction*', Resource: '*' },
        { Effect: 'Deny', Action: '*', Resource: '*' },
      ),
    ];
    const installation = { keys: new KeyRing(createMasterKey(systemRandom)), random: systemRandom };
    const encoded = encodeAuthorizationMessage(record({ identity: layer('identity', 'Own', allowAll), scp }, {}), installation);
    const text = decodeAuthorizationMessage(encoded, principal.account, installation);
    expect(JSON.parse(text ?? '')).toMatchObject({
      explicitDeny: true,
      matchedStatements: { items: [{ actions: { items: [{ value: '*' }] } }] },
    });
    expect(text).not.toMatch(/secret/i);
    expect(decodeAuthorizationMessage(encoded, '444455556666', installation)).toBeUndefined();
  });
});

describe('E26 resources of another account', () => {
  const own = layer('identity', 'Own', { ...allowAll, Condition: { StringEquals: { 'aws:ResourceTag/stage': 'open' } } });
  const views = [
    record(
      {
        identity: own,
        resource: { kind: 'resource', policies: layer('resource', 'SecretPolicy', { ...allowAll, Effect: 'Deny', Principal: '*' }) },
      },
      { 'aws:ResourceTag/stage': 'open', 'aws:ResourceOrgID': 'o-secret' },
      '444455556666',
    ),
    record(
      { identity: own, resource: { kind: 'resource', policies: layer('resource', 'SecretPolicy', allowAll) } },
      { 'aws:ResourceTag/stage': 'closed' },
      '444455556666',
    ),
    record({ identity: own, resource: { kind: 'resource', policies: policySet([]) } }, {}, '444455556666'),
    record({ identity: own }, {}, '444455556666'),
  ].map(viewDecisionOfCaller);

  it('look the same, whatever their policies and tags', () => {
    const [first, ...others] = views.map(shown);
    for (const other of others) expect(other).toBe(first);
    expect(first).not.toMatch(/secret|closed/i);
  });

  it('are told apart from own ones', () => {
    const mine = viewDecisionOfCaller(record({ identity: own }, { 'aws:ResourceTag/stage': 'closed' }));
    expect(mine).not.toHaveProperty('withheld');
    expect(mine.context).toEqual({ 'aws:ResourceTag/stage': 'closed' });
  });
});
