import { describe, expect, it } from 'vitest';
import {
  compilePolicy,
  createRequestContext,
  explain,
  type PolicyKind,
  type PolicySource,
  type PolicySources,
  type Principal,
  policySet,
} from './index.ts';

const user: Principal = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/jane',
  uniqueId: 'AIDAJANEEXAMPLE00000',
};

const layer = (kind: PolicyKind, source: string | PolicySource, ...statements: object[]) =>
  policySet([compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2), { kind, source })]);

const allow = { Effect: 'Allow', Action: '*', Resource: '*' };

function ask(sources: PolicySources, more: { resource?: string; context?: Record<string, string | string[]> } = {}) {
  return explain(
    {
      principal: user,
      action: 'sagemaker:CreateEndpoint',
      resource: more.resource ?? '*',
      context: createRequestContext(more.context ?? {}),
    },
    sources,
  );
}

describe('an explanation', () => {
  it('holds what every statement came to, where it stands, and what was compared', () => {
    const identity = layer(
      'identity',
      'Team',
      { Sid: 'Other', Effect: 'Allow', Action: 's3:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'sagemaker:*',
        Resource: 'arn:aws:sagemaker:*:*:endpoint/${aws:PrincipalTag/team}-*',
        Condition: { StringEquals: { 'aws:RequestTag/Team': '${aws:PrincipalTag/team}' }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      },
    );
    const explanation = ask(
      { identity },
      {
        resource: 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/red-1',
        context: { 'aws:PrincipalTag/team': 'red', 'aws:SourceIp': '1.2.3.4' },
      },
    );
    expect(explanation.decision).toEqual({ outcome: 'implicitDeny', decidedBy: 'identity' });
    expect(explanation.missingKeys).toEqual(['aws:RequestTag/Team']);
    expect(explanation.matchedStatements).toEqual([]);
    expect(explanation.layers).toEqual([
      {
        kind: 'identity',
        verdict: 'silent',
        policies: [
          {
            source: { name: 'Team' },
            statements: [
              {
                index: 0,
                sid: 'Other',
                effect: 'Allow',
                start: { line: 4, column: 5 },
                end: { line: 9, column: 6 },
                applies: false,
                failed: ['action'],
                actions: ['s3:*'],
                resources: ['*'],
                conditions: [],
              },
              {
                index: 1,
                sid: undefined,
                effect: 'Allow',
                start: { line: 10, column: 5 },
                end: { line: 22, column: 6 },
                applies: false,
                failed: ['condition'],
                actions: ['sagemaker:*'],
                resources: ['arn:aws:sagemaker:*:*:endpoint/red-*'],
                conditions: [
                  { operator: 'StringEquals', key: 'aws:RequestTag/Team', expected: ['red'], actual: undefined, holds: false },
                  { operator: 'IpAddress', key: 'aws:SourceIp', expected: ['10.0.0.0/8'], actual: ['1.2.3.4'], holds: false },
                ],
              },
            ],
          },
        ],
      },
    ]);
    expect(JSON.parse(JSON.stringify(explanation))).toMatchObject({ request: { caller: user.arn, action: 'sagemaker:CreateEndpoint' } });
  });

  it('lists the layers in the order in which they can refuse', () => {
    const everyone = { ...allow, Principal: '*' };
    const { layers } = ask({
      session: layer('session', 's', allow),
      boundary: layer('boundary', 'b', { ...allow, Effect: 'Deny' }),
      identity: layer('identity', 'i', allow),
      resource: { kind: 'resource', policies: layer('resource', 'r', { ...everyone, Action: 's3:*' }) },
      endpoint: layer('endpoint', 'e', everyone),
      scp: [layer('scp', 'root', allow), layer('scp', 'account', allow, { ...allow, Effect: 'Deny' })],
      rcp: [layer('rcp', 'root', everyone), layer('rcp', 'account', everyone)],
    });
    expect(layers.map(({ kind, level, verdict }) => [kind, level, verdict])).toEqual([
      ['rcp', 0, 'allows'],
      ['rcp', 1, 'allows'],
      ['scp', 0, 'allows'],
      ['scp', 1, 'denies'],
      ['endpoint', undefined, 'allows'],
      ['resource', undefined, 'silent'],
      ['identity', undefined, 'allows'],
      ['boundary', undefined, 'denies'],
      ['session', undefined, 'allows'],
    ]);
    const trust = { kind: 'trust', policies: layer('trust', 't', { Effect: 'Allow', Principal: '*', Action: 'sts:*' }) } as const;
    expect(ask({ resource: trust }).layers.map(({ kind }) => kind)).toEqual(['trust']);
  });

  it('says of each statement every element that does not match', () => {
    const statements = [
      { ...allow, Principal: '*', Condition: { StringEquals: { 'x:a': ['1', '2'], 'x:b': '3' } } },
      { ...allow, Principal: '*', Condition: { StringEquals: { 'x:a': '9', 'x:b': '3' } } },
      {
        Effect: 'Deny',
        Principal: { AWS: '444455556666' },
        NotAction: 'sagemaker:*',
        NotResource: '*',
        Condition: { Null: { 'x:b': 'true' } },
      },
      { Effect: 'Deny', Principal: '*' },
    ];
    const resource = { kind: 'resource', policies: layer('resource', 'r', ...statements) } as const;
    const found = ask({ resource }, { context: { 'x:a': ['0', '1'], 'x:b': '3' } }).layers[0]?.policies[0]?.statements;
    expect(found?.map(({ applies, failed }) => [applies, failed])).toEqual([
      [true, []],
      [false, ['condition']],
      [false, ['principal', 'action', 'resource', 'condition']],
      [true, []],
    ]);
    expect(found?.map(({ actions, resources }) => [actions, resources])).toEqual([
      [['*'], ['*']],
      [['*'], ['*']],
      [['sagemaker:*'], ['*']],
      [[], []],
    ]);
    expect(found?.[0]?.conditions).toEqual([
      { operator: 'StringEquals', key: 'x:a', expected: ['1', '2'], actual: ['0', '1'], holds: true },
      { operator: 'StringEquals', key: 'x:b', expected: ['3'], actual: ['3'], holds: true },
    ]);
  });

  it('names a missing key once, as first spelled, and only where nothing else is amiss', () => {
    const needs = (key: string) => ({ Condition: { StringEquals: { [key]: 'v' } } });
    const other = { AWS: '444455556666' };
    const resource = {
      kind: 'resource',
      policies: layer(
        'resource',
        'r',
        { ...allow, Principal: '*', ...needs('x:Key') },
        { ...allow, Principal: '*', ...needs('X:KEY') },
        { ...allow, Principal: '*', ...needs('x:given') },
        { ...allow, Principal: other, ...needs('x:principal') },
        { ...allow, Principal: '*', Action: 's3:*', ...needs('x:action') },
        { ...allow, Principal: '*', Resource: 'arn:aws:s3:::b', ...needs('x:resource') },
        { ...allow, Principal: other, Action: 's3:*', ...needs('x:both') },
      ),
    } as const;
    expect(ask({ resource }, { context: { 'x:given': 'w' } }).missingKeys).toEqual(['x:Key']);
  });

  it('a boundary makes Deny with NotPrincipal apply to those it spares', () => {
    const spared = { AWS: [user.account, user.arn] };
    const resource = {
      kind: 'resource',
      policies: layer('resource', 'r', { ...allow, Principal: undefined, Effect: 'Deny', NotPrincipal: spared }),
    } as const;
    const verdict = (sources: PolicySources) => ask({ ...sources, resource }).layers[0]?.verdict;
    expect(verdict({})).toBe('silent');
    expect(verdict({ boundary: layer('boundary', 'b', allow) })).toBe('denies');
  });

  it('replaces variables only where they are some', () => {
    const statement = {
      ...allow,
      Resource: 'arn:aws:s3:::${x:a}',
      Condition: {
        StringLike: { 'x:b': '${x:a}*' },
        StringEqualsIgnoreCase: { 'x:b': '${x:a}' },
        Bool: { 'x:c': '${x:a}' },
        StringLikes: { 'x:d': '${x:a}' },
      },
    };
    const shown = (version: string) => {
      const document = JSON.stringify({ Version: version, Statement: statement });
      const identity = policySet([compilePolicy(document, { kind: 'identity', source: 'i' })]);
      const found = ask({ identity }, { context: { 'x:a': 'v' } }).layers[0]?.policies[0]?.statements[0];
      return [found?.resources, ...(found?.conditions ?? []).map(({ expected }) => expected)];
    };
    expect(shown('2012-10-17')).toEqual([['arn:aws:s3:::v'], ['v*'], ['v'], ['${x:a}'], ['${x:a}']]);
    expect(shown('2008-10-17')).toEqual([['arn:aws:s3:::${x:a}'], ['${x:a}*'], ['${x:a}'], ['${x:a}'], ['${x:a}']]);
  });

  it('lists the statements that apply with their positions', () => {
    const { matchedStatements } = ask({
      identity: layer('identity', 'A', allow),
      boundary: layer('boundary', { name: 'B', arn: 'arn:aws:iam::111122223333:policy/B' }, allow),
    });
    expect(matchedStatements.map(({ kind, policy, start, end }) => [kind, policy.name, start, end])).toEqual([
      ['identity', 'A', { line: 4, column: 5 }, { line: 8, column: 6 }],
      ['boundary', 'B', { line: 4, column: 5 }, { line: 8, column: 6 }],
    ]);
  });

  it('tells of a document that cannot be read', () => {
    const identity = policySet([compilePolicy('{', { kind: 'identity', source: 'broken' })]);
    const [found] = ask({ identity }).layers;
    expect(found?.verdict).toBe('denies');
    expect(found?.policies[0]?.error).toContain('Syntax errors in policy.');
  });
});

describe('its sentence for people', () => {
  const asked = '`sagemaker:CreateEndpoint` on `*`';
  const ip = { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } };
  it.each<[string, PolicySources, string]>([
    [
      'an allowed call',
      { identity: layer('identity', 'Admin', allow) },
      `allowed: statement 1 of the identity-based policy \`Admin\` allows ${asked}`,
    ],
    [
      'an explicit deny, by Sid',
      {
        identity: layer('identity', 'Admin', allow),
        boundary: layer('boundary', 'Team', allow, { ...allow, Sid: 'NoEndpoints', Effect: 'Deny' }),
      },
      `denied: statement \`NoEndpoints\` of the permissions boundary \`Team\` denies ${asked}`,
    ],
    [
      'a silent boundary',
      { identity: layer('identity', 'Admin', allow), boundary: layer('boundary', 'Team', { ...allow, Action: 's3:*' }) },
      `denied: the permissions boundary \`Team\` does not allow ${asked}; it would be allowed by a permissions boundary that names this action and this resource`,
    ],
    [
      'a condition that nearly holds',
      { identity: layer('identity', { name: 'Team', via: 'group Developers' }, { ...allow, ...ip }) },
      `denied: the identity-based policy \`Team\` (by group Developers) does not allow ${asked}; statement 1 of \`Team\` (by group Developers) would allow it if \`aws:SourceIp\` satisfied IpAddress \`10.0.0.0/8\` (the request has no such key)`,
    ],
    [
      'another resource',
      { identity: layer('identity', 'Team', { ...allow, Resource: ['arn:aws:s3:::a', 'arn:aws:s3:::b'] }) },
      `denied: the identity-based policy \`Team\` does not allow ${asked}; statement 1 of \`Team\` would allow it if the resource matched \`arn:aws:s3:::a\`, \`arn:aws:s3:::b\``,
    ],
    [
      'no policy at all',
      {},
      `denied: no identity-based policy allows ${asked}; it would be allowed by an identity-based policy that names this action and this resource`,
    ],
    [
      'one silent level',
      { identity: layer('identity', 'Admin', allow), scp: [layer('scp', 'FullAWSAccess', allow), policySet([])] },
      `denied: no service control policy at level 1 below the root of the organization allows ${asked}; it would be allowed by a service control policy that names this action and this resource`,
    ],
    [
      'the root of an organization',
      { identity: layer('identity', 'Admin', allow), scp: [policySet([]), layer('scp', 'FullAWSAccess', allow)] },
      `denied: no service control policy at the root of the organization allows ${asked}; it would be allowed by a service control policy that names this action and this resource`,
    ],
    [
      'several silent policies',
      { identity: policySet(['a', 'b'].flatMap((name) => layer('identity', name, { ...allow, Action: 's3:*' }).policies)) },
      `denied: no identity-based policy allows ${asked}; it would be allowed by an identity-based policy that names this action and this resource`,
    ],
    [
      'the layer that decides, of several silent ones',
      {
        identity: layer('identity', 'Team', { ...allow, Action: 's3:*' }),
        resource: { kind: 'resource', policies: layer('resource', 'Bucket', { ...allow, Principal: '*', ...ip }) },
      },
      `denied: the identity-based policy \`Team\` does not allow ${asked}; it would be allowed by an identity-based policy that names this action and this resource`,
    ],
    [
      'of several statements the one that lacks least',
      {
        identity: layer(
          'identity',
          'Team',
          { ...allow, Resource: 'arn:aws:s3:::a' },
          { ...allow, Sid: 'Both', Condition: { ...ip.Condition, Bool: { 'aws:SecureTransport': 'true' } } },
          { ...allow, Sid: 'Near', ...ip },
          { ...allow, Sid: 'AsNear', ...ip },
          { ...allow, Sid: 'Else', Action: 's3:*', ...ip },
          { ...allow, Sid: 'No', Effect: 'Deny', ...ip },
        ),
      },
      `denied: the identity-based policy \`Team\` does not allow ${asked}; statement \`Near\` of \`Team\` would allow it if \`aws:SourceIp\` satisfied IpAddress \`10.0.0.0/8\` (the request has no such key)`,
    ],
    [
      'conditions that hold are not lacking',
      {
        identity: layer(
          'identity',
          'Team',
          { ...allow, Sid: 'Two', Condition: { ...ip.Condition, Bool: { 'aws:SecureTransport': 'true' } } },
          { ...allow, Sid: 'One', Condition: { ...ip.Condition, StringEquals: { 'x:given': 'v', 'x:b': '6' } } },
        ),
      },
      `denied: the identity-based policy \`Team\` does not allow ${asked}; statement \`One\` of \`Team\` would allow it if \`aws:SourceIp\` satisfied IpAddress \`10.0.0.0/8\` (the request has no such key)`,
    ],
    [
      'a Deny that does not apply is no way to be allowed',
      { identity: layer('identity', 'Team', { ...allow, Effect: 'Deny', ...ip }) },
      `denied: the identity-based policy \`Team\` does not allow ${asked}; it would be allowed by an identity-based policy that names this action and this resource`,
    ],
    [
      "nor is somebody else's Allow",
      {
        resource: {
          kind: 'trust',
          policies: layer('trust', 'Trust', { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: '*', ...ip }),
        },
      },
      `denied: the role trust policy \`Trust\` does not allow ${asked}; it would be allowed by a role trust policy that names this action and this resource`,
    ],
    [
      'everything that is lacking',
      {
        identity: layer('identity', 'Team', {
          ...allow,
          Resource: ['arn:aws:s3:::1', 'arn:aws:s3:::2', 'arn:aws:s3:::3', 'arn:aws:s3:::4', 'arn:aws:s3:::5', 'arn:aws:s3:::6'],
          Condition: { StringEquals: { 'x:a': [], 'x:b': ['1', '2', '3', '4', '5'], 'x:given': 'v' } },
        }),
      },
      `denied: the identity-based policy \`Team\` does not allow ${asked}; statement 1 of \`Team\` would allow it if the resource matched \`arn:aws:s3:::1\`, \`arn:aws:s3:::2\`, \`arn:aws:s3:::3\`, \`arn:aws:s3:::4\`, \`arn:aws:s3:::5\` and 1 more and \`x:a\` satisfied StringEquals an empty list (the request has no such key) and \`x:b\` satisfied StringEquals \`1\`, \`2\`, \`3\`, \`4\`, \`5\` (it is \`6\`, \`7\`)`,
    ],
  ])('%s', (_, sources, sentence) => expect(ask(sources, { context: { 'x:b': ['6', '7'], 'x:given': 'v' } }).toSentence()).toBe(sentence));

  it('the root user', () => {
    const root: Principal = { kind: 'root', account: user.account, arn: `arn:aws:iam::${user.account}:root`, uniqueId: user.account };
    const request = { principal: root, action: 'sagemaker:CreateEndpoint', resource: '*', context: createRequestContext({}) };
    const explanation = explain(request, {});
    expect(explanation.toSentence()).toBe(`allowed: the root user needs no permission for ${asked}`);
    expect(explanation.toDenialMessage()).toBe(`User: ${root.arn} is not authorized to perform: sagemaker:CreateEndpoint on resource: *`);
  });
});

describe("its sentence in AWS's words", () => {
  const deny = { ...allow, Effect: 'Deny' };
  const identity = layer('identity', 'Admin', allow);
  const principal = { Principal: '*' };
  const base = `User: ${user.arn} is not authorized to perform: sagemaker:CreateEndpoint on resource: *`;
  it.each<[string, PolicySources, string]>([
    ['identity', {}, 'because no identity-based policy allows the sagemaker:CreateEndpoint action'],
    [
      'boundary',
      { identity, boundary: layer('boundary', 'b') },
      'because no permissions boundary allows the sagemaker:CreateEndpoint action',
    ],
    ['session', { identity, session: layer('session', 's') }, 'because no session policy allows the sagemaker:CreateEndpoint action'],
    [
      'endpoint',
      { identity, endpoint: layer('endpoint', 'e') },
      'because no VPC endpoint policy allows the sagemaker:CreateEndpoint action',
    ],
    ['scp', { identity, scp: [policySet([])] }, 'because no service control policy allows the sagemaker:CreateEndpoint action'],
    ['rcp', { identity, rcp: [policySet([])] }, 'because no resource control policy allows the sagemaker:CreateEndpoint action'],
    [
      'trust',
      { identity, resource: { kind: 'trust', policies: policySet([]) } },
      'because no role trust policy allows the sagemaker:CreateEndpoint action',
    ],
    [
      'resource',
      { identity, resource: { kind: 'resource', mandatory: true, policies: policySet([]) } },
      'because no resource-based policy allows the sagemaker:CreateEndpoint action',
    ],
    ['identity denies', { identity: layer('identity', 'd', deny) }, 'with an explicit deny in an identity-based policy'],
    ['boundary denies', { identity, boundary: layer('boundary', 'd', deny) }, 'with an explicit deny in a permissions boundary'],
    ['session denies', { identity, session: layer('session', 'd', deny) }, 'with an explicit deny in a session policy'],
    [
      'endpoint denies',
      { identity, endpoint: layer('endpoint', 'd', { ...deny, ...principal }) },
      'with an explicit deny in a VPC endpoint policy',
    ],
    ['scp denies', { identity, scp: [layer('scp', 'd', deny)] }, 'with an explicit deny in a service control policy'],
    ['rcp denies', { identity, rcp: [layer('rcp', 'd', { ...deny, ...principal })] }, 'with an explicit deny in a resource control policy'],
    [
      'trust denies',
      { identity, resource: { kind: 'trust', policies: layer('trust', 'd', { Effect: 'Deny', ...principal, Action: '*' }) } },
      'with an explicit deny in the role trust policy',
    ],
    [
      'resource denies',
      { identity, resource: { kind: 'resource', policies: layer('resource', 'd', { ...deny, ...principal }) } },
      'with an explicit deny in a resource-based policy',
    ],
  ])('%s', (_, sources, reason) => expect(ask(sources).toDenialMessage()).toBe(`${base} ${reason}`));

  it('without a resource clause, without a reason, in friendly form', () => {
    const explanation = ask({});
    const reason = 'because no identity-based policy allows the sagemaker:CreateEndpoint action';
    expect(explanation.toDenialMessage({ resource: null })).toBe(
      `User: ${user.arn} is not authorized to perform: sagemaker:CreateEndpoint ${reason}`,
    );
    expect(explanation.toDenialMessage({ reason: false })).toBe(base);
    expect(explanation.toDenialMessage({ resource: 'user Bob', caller: 'anonymous' })).toBe(
      `User: anonymous is not authorized to perform: sagemaker:CreateEndpoint on resource: user Bob ${reason}`,
    );
  });

  it('with the ARN of the policy that denies, only when asked', () => {
    const arn = 'arn:aws:iam::111122223333:policy/d';
    const explanation = ask({ identity: layer('managed', { name: 'd', arn }, deny) });
    expect(explanation.toDenialMessage()).toBe(`${base} with an explicit deny in an identity-based policy`);
    expect(explanation.toDenialMessage({ policyArn: true })).toBe(`${base} with an explicit deny in an identity-based policy: ${arn}`);
    expect(ask({}).toDenialMessage({ policyArn: true })).not.toContain('arn:aws:iam::111122223333:policy');
  });
});
