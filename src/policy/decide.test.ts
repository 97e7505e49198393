import { describe, expect, it } from 'vitest';
import { compilePolicy, createRequestContext, decide, type Principal, policySet } from './index.ts';

const user: Principal = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/a/jane',
  uniqueId: 'AIDAJANEEXAMPLE00000',
};
const allow = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } });
const set = (text: string) => policySet([compilePolicy(text, { kind: 'identity', source: 'test' })]);

describe('decide', () => {
  it('allows what an identity-based policy allows, whatever the case of the action', () => {
    const identity = set(allow({ Action: 'iam:*AccessKey*', Resource: 'arn:aws:iam::111122223333:user/*' }));
    const request = { principal: user, action: 'IAM:createaccesskey', resource: user.arn, context: createRequestContext({}) };
    expect(decide(request, { identity })).toEqual({
      outcome: 'allowed',
      decidedBy: 'identity',
      statement: { policy: { name: 'test' }, index: 0, sid: undefined },
    });
    expect(decide({ ...request, resource: 'arn:aws:iam::111122223333:role/x' }, { identity }).outcome).toBe('implicitDeny');
  });

  it('denies everything for a document that cannot be read', () => {
    const identity = policySet([
      compilePolicy(allow({ Action: '*', Resource: '*' }), { kind: 'identity', source: 'a' }),
      compilePolicy('{', { kind: 'identity', source: 'b' }),
    ]);
    expect(
      decide({ principal: user, action: 's3:GetObject', resource: '*', context: createRequestContext({}) }, { identity }).outcome,
    ).toBe('explicitDeny');
  });

  it('whom a resource control policy does not hold', () => {
    const everyone = { Principal: '*', Action: '*', Resource: '*' };
    const document = (effect: string) => JSON.stringify({ Version: '2012-10-17', Statement: { Effect: effect, ...everyone } });
    const layer = (kind: 'rcp' | 'resource', effect: string) => policySet([compilePolicy(document(effect), { kind, source: kind })]);
    const sources = { rcp: [layer('rcp', 'Deny')], resource: { kind: 'resource', policies: layer('resource', 'Allow') } } as const;
    const service = { kind: 'service', account: '', arn: 'a.amazonaws.com', uniqueId: 'a', serviceNames: ['a.amazonaws.com'] } as const;
    const root = { kind: 'root', account: user.account, arn: `arn:aws:iam::${user.account}:root`, uniqueId: user.account } as const;
    const ask = (principal: Principal, action: string) => {
      const { outcome, decidedBy } = decide({ principal, action, resource: '*', context: createRequestContext({}) }, sources);
      return `${outcome} ${decidedBy}`;
    };
    for (const principal of [user, service, root]) {
      expect(ask(principal, 'kms:RetireGrants')).toBe('explicitDeny rcp');
      expect(ask(principal, 'kms:Decrypt')).toBe('explicitDeny rcp');
      expect(ask(principal, 'kms:CreateGrantX')).toBe('explicitDeny rcp');
      expect(ask(principal, 'KMS:retireGrant').startsWith('allowed')).toBe(true);
    }
    for (const principal of [user, service]) expect(ask({ ...principal, serviceLinked: true }, 'kms:Decrypt')).toBe('allowed resource');
  });

  it('a federated identity is let in by who names its provider, not by who names everyone', () => {
    const provider = 'arn:aws:iam::111122223333:oidc-provider/login.example.com';
    const anonymous: Principal = { kind: 'anonymous', account: '', arn: 'anonymous', uniqueId: 'anonymous' };
    const trust = (principal: unknown) => {
      const text = allow({ Principal: principal, Action: 'sts:*' });
      return { resource: { kind: 'trust', policies: policySet([compilePolicy(text, { kind: 'trust', source: 'trust' })]) } } as const;
    };
    const ask = (principal: Principal, trusted: unknown) =>
      decide({ principal, action: 'sts:AssumeRole', resource: '*', context: createRequestContext({}) }, trust(trusted)).outcome;
    const federated = { ...anonymous, federatedProvider: provider };
    expect(ask(federated, { Federated: provider })).toBe('allowed');
    expect(ask(federated, { Federated: provider, AWS: '*' })).toBe('allowed');
    expect(ask(federated, '*')).toBe('implicitDeny');
    expect(ask(federated, { Federated: `${provider}.org` })).toBe('implicitDeny');
    expect(ask(anonymous, '*')).toBe('allowed');
    expect(ask(anonymous, { Federated: provider })).toBe('implicitDeny');
  });
});
