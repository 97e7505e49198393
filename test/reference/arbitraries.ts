import * as fc from 'fast-check';
import {
  type AuthorizationRequest,
  createPolicyCompiler,
  createRequestContext,
  type PolicyKind,
  type PolicySources,
} from '../../src/policy/index.ts';
import type { ReferencePolicy, ReferencePrincipal, ReferenceRequest, ReferenceSources, ReferenceStatement } from './evaluator.ts';

/*
 * Random policies and requests out of small, awkward pools: few names, so that they often meet; missing keys, negation, wildcards, variables, empty lists,
 * odd case, values that look like syntax.
 */

const A = '111122223333';
const B = '444455556666';

export const principals: readonly ReferencePrincipal[] = [
  { kind: 'root', account: A, arn: `arn:aws:iam::${A}:root`, uniqueId: A },
  { kind: 'user', account: A, arn: `arn:aws:iam::${A}:user/p/jane`, uniqueId: 'AIDAJANEJANEJANEJANE1' },
  { kind: 'user', account: B, arn: `arn:aws:iam::${B}:user/jane`, uniqueId: 'AIDAJANEJANEJANEJANE2' },
  {
    kind: 'role',
    account: A,
    arn: `arn:aws:sts::${A}:assumed-role/r/s`,
    uniqueId: 'AROAROLEROLEROLEROLE1:s',
    roleArn: `arn:aws:iam::${A}:role/p/r`,
    roleId: 'AROAROLEROLEROLEROLE1',
  },
  {
    kind: 'role',
    account: A,
    arn: `arn:aws:sts::${A}:assumed-role/AWSServiceRoleForX/s`,
    uniqueId: 'AROALINKEDLINKEDLINK1:s',
    roleArn: `arn:aws:iam::${A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`,
    roleId: 'AROALINKEDLINKEDLINK1',
    serviceLinked: true,
  },
  {
    kind: 'federated-user',
    account: A,
    arn: `arn:aws:sts::${A}:federated-user/f`,
    uniqueId: `${A}:f`,
    userArn: `arn:aws:iam::${A}:user/p/jane`,
    userId: 'AIDAJANEJANEJANEJANE1',
  },
  {
    kind: 'service',
    account: '',
    arn: 'sagemaker.amazonaws.com',
    uniqueId: 'sagemaker.amazonaws.com',
    serviceNames: ['sagemaker.amazonaws.com'],
  },
  { kind: 'anonymous', account: '', arn: 'anonymous', uniqueId: 'anonymous' },
  { kind: 'anonymous', account: '', arn: 'anonymous', uniqueId: 'anonymous', federatedProvider: `arn:aws:iam::${A}:oidc-provider/x` },
];

/** Those who have policies of their own. */
const people = principals.filter(({ kind }) => kind === 'user' || kind === 'role' || kind === 'federated-user');

const awsPrincipals = [
  '*',
  A,
  B,
  `arn:aws:iam::${A}:root`,
  ...principals.flatMap(({ arn, uniqueId, roleArn, roleId }) => [arn, uniqueId, roleArn, roleId]),
].filter((value) => value !== undefined);

const actions = [
  's3:GetObject',
  'S3:getobject',
  's3:GetBucketAcl',
  'iam:PassRole',
  'sagemaker:CreateModel',
  'sagemaker:ListModels',
  'kms:RetireGrant',
  'sts:AssumeRole',
];
const actionPatterns = [
  '*',
  '*:*',
  's3:*',
  'S3:GET*',
  's3:Get?bject',
  's3:GetObject',
  '*:GetObject',
  'iam:*Role',
  's3*:GetObject',
  'sage*:*',
  'sagemaker:*Model?',
  'sts:Assume*',
  's3:',
];

const resources = [
  '*',
  'arn:aws:s3:::b',
  'arn:aws:s3:::b/jane/x',
  'arn:aws:s3:::b//x:y',
  'arn:aws:s3:::b/${aws:username}/*',
  `arn:aws:sagemaker:eu-west-1:${A}:model/m`,
  `arn:aws:sagemaker:us-east-1:${B}:endpoint/red-1`,
  `arn:aws:iam::${A}:role/p/r`,
  'arn:aws:s3::b',
];
const resourcePatterns = [
  '*',
  'arn:aws:s3:::*',
  'arn:aws:s3:::b/*/x',
  'arn:aws:s3:::b/*:?',
  'arn:aws:s3:::b/${aws:username}/*',
  'arn:aws:s3:::b/${aws:PrincipalTag/team}*',
  "arn:aws:s3:::b/${aws:PrincipalTag/none, 'jane'}/?",
  'arn:aws:s3:::b/${$}{aws:username}/${*}',
  'arn:aws:s3:*:*:b*',
  'arn:aws:s3',
  'arn:aws:sagemaker:*:*:*',
  `arn:aws:sagemaker:*:${A}:model/?`,
  `arn:*:sagemaker:??-*-1:${B}:*/red-*`,
  `arn:aws:iam::${A}:role/*`,
  'arn:aws:*:*:*:*',
  'arn:aws:s3:::${aws:username',
  'b*',
  ...resources,
];

/** Key → whether it is multivalued, and values. */
const texts = ['jane', 'JANE', 'red', 'blue', '', '*', 'j*', 'b/x', 'a:b', '${aws:username}', 'é', 'É', '1', 'true', 'arn:aws:s3:::b'];
const numbers = ['0', '1', '1.0', '-1', '10', '9007199254740993', '9007199254740992', '1e3', '1000', '.5', '0.50', 'x', ''];
const dates = [
  '2026',
  '2026-11',
  '2026-11-21',
  '2026-11-21T10:00Z',
  '2026-11-21T11:00:00+01:00',
  '2026-11-21T10:00:00.500Z',
  '1795255200',
  '0',
  '2026-02-30',
  'x',
];
const booleans = ['true', 'false', 'True', 'FALSE', '1', ''];
const addresses = [
  '203.0.113.7',
  '10.0.0.1',
  '::ffff:203.0.113.7',
  '2001:db8::1',
  '2001:DB8:0:0::1',
  '010.0.0.1',
  '203.0.113',
  'fe80::1%eth0',
  'x',
];
const blocks = [
  '203.0.113.0/24',
  '203.0.113.7',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '::/0',
  '2001:db8::/32',
  '::ffff:203.0.113.0/120',
  '::ffff:0:0/95',
  '203.0.113.7/33',
  '10.0.0.0/08',
  ...addresses,
];
const arns = [
  `arn:aws:iam::${A}:role/p/r`,
  `arn:aws:s3:::b/x:y`,
  `arn:aws:svc:us-east-2:${B}:store/abc:${A}:finance/d`,
  'jane',
  'a:b:c:d:e:f',
  '',
];
const arnPatterns = [
  ...arns,
  '*',
  'arn:*',
  `arn:aws:svc:*:${A}:finance/*`,
  'arn:aws:iam::${aws:PrincipalTag/team}:role/*',
  `arn:aws:iam::${A}:*`,
  'arn:*:*:*:*:*',
  'arn:aws:s3:::${aws:username}/*',
  "arn:aws:${x:y, 's3'}:::b/*",
];
const binaries = ['YQ==', 'YQ', 'YWI=', 'not base64!', ''];

const keys = {
  'aws:username': { multi: false, values: texts },
  'aws:PrincipalTag/Team': { multi: false, values: texts },
  'aws:TagKeys': { multi: true, values: texts },
  'aws:SourceIp': { multi: false, values: addresses },
  'aws:CurrentTime': { multi: false, values: dates },
  'x:Number': { multi: false, values: numbers },
  'x:Numbers': { multi: true, values: numbers },
  'aws:MultiFactorAuthPresent': { multi: false, values: booleans },
  'aws:SourceArn': { multi: false, values: arns },
  'x:Arns': { multi: true, values: arns },
  'x:Binary': { multi: false, values: binaries },
  'x:Never': { multi: false, values: [] },
} as const;

const pick = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const oneOrMany = <T>(value: fc.Arbitrary<T>, most = 3): fc.Arbitrary<T | T[]> =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 2, arbitrary: fc.array(value, { maxLength: most, size: 'max' }) });
const oddCase = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.nat(9)).map(([value, dice]) => (dice === 0 ? value.toUpperCase() : dice === 1 ? value.toLowerCase() : value));

/** Short texts over an alphabet that collides with itself, beside the pools. */
const randomText = fc.string({ unit: pick(['a', 'b', '*', '?', '${', '}', 'aws:username', ':', '/', 'A', "'", ', ']), maxLength: 6 });

const context: fc.Arbitrary<ReferenceRequest['context']> = fc
  .tuple(
    ...Object.entries(keys).map(([key, { multi, values }]) => {
      const value =
        values.length === 0
          ? fc.constant(undefined)
          : multi
            ? fc.array(pick<string>(values), { maxLength: 3 })
            : fc.oneof({ weight: 4, arbitrary: pick<string>(values) }, randomText);
      return fc.option(fc.tuple(oddCase(fc.constant(key)), value), { nil: undefined, freq: 2 });
    }),
  )
  .map((entries) => Object.fromEntries(entries.flatMap((entry) => (entry?.[1] === undefined ? [] : [[entry[0], entry[1]]]))));

const families: readonly [operators: readonly string[], values: readonly string[], keys: readonly string[]][] = [
  [
    ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'],
    [
      ...texts,
      '${aws:username}',
      '${aws:PrincipalTag/team}*',
      "${x:never, 'jane'}",
      '${aws:TagKeys}',
      '${*}',
      'j?ne',
      'a*b*',
      '${$}{a}',
      '${aws:username',
    ],
    ['aws:username', 'aws:PrincipalTag/Team', 'aws:TagKeys', 'x:Never', 'aws:CurrentTime'],
  ],
  [
    ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'],
    numbers,
    ['x:Number', 'x:Numbers', 'x:Never'],
  ],
  [
    ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
    dates,
    ['aws:CurrentTime', 'aws:username', 'x:Never'],
  ],
  [['Bool'], booleans, ['aws:MultiFactorAuthPresent', 'aws:username', 'x:Never']],
  [['BinaryEquals'], binaries, ['x:Binary']],
  [['IpAddress', 'NotIpAddress'], blocks, ['aws:SourceIp', 'aws:username']],
  [['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'], arnPatterns, ['aws:SourceArn', 'x:Arns', 'aws:username']],
  [['Null'], booleans, Object.keys(keys)],
  [['StringEqual', 'Foo', 'NullIfExists'], ['x'], ['aws:username']],
];

interface OneCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: string | string[];
}

const oneCondition: fc.Arbitrary<OneCondition> = fc
  .oneof(
    ...families.map(([operators, values, names], i) => ({
      weight: i === 0 ? 5 : i === families.length - 1 ? 1 : 3,
      arbitrary: fc.record({
        operator: pick(operators),
        set: pick(['', '', '', 'ForAllValues:', 'ForAnyValue:']),
        ifExists: fc.nat(3).map((dice) => (dice === 0 && !operators.includes('Null') ? 'IfExists' : '')),
        key: oddCase(pick(names)),
        values: oneOrMany(fc.oneof({ weight: 5, arbitrary: pick(values) }, randomText)),
      }),
    })),
  )
  .map(({ operator, set, ifExists, key, values }) => ({
    operator: `${set}${operator}${operator === 'NullIfExists' ? '' : ifExists}`,
    key,
    values,
  }));

const condition = fc.array(oneCondition, { maxLength: 3, size: 'max' }).map((entries) => {
  const block: Record<string, Record<string, string | string[]>> = {};
  for (const { operator, key, values } of entries) {
    // Two spellings of one key under one operator cannot be stored.
    const taken = Object.keys(block[operator] ?? {}).some((other) => other.toLowerCase() === key.toLowerCase());
    if (!taken) block[operator] = { ...block[operator], [key]: values };
  }
  return block;
});

const principalElement: fc.Arbitrary<ReferenceStatement['Principal']> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*' as const) },
  {
    weight: 4,
    arbitrary: fc
      .record({
        AWS: fc.option(oneOrMany(pick(awsPrincipals), 4), { nil: undefined }),
        Service: fc.option(pick(['sagemaker.amazonaws.com', 'ec2.amazonaws.com']), { nil: undefined }),
        Federated: fc.option(pick([`arn:aws:iam::${A}:oidc-provider/x`, 'accounts.google.com']), { nil: undefined }),
      })
      .map(({ AWS, Service, Federated }) => ({
        ...(AWS === undefined ? {} : { AWS }),
        ...(Service ? { Service } : {}),
        ...(Federated ? { Federated } : {}),
      })),
  },
);

const namesPrincipals = (kind: PolicyKind): boolean => ['resource', 'trust', 'rcp', 'endpoint'].includes(kind);

function statement(kind: PolicyKind): fc.Arbitrary<ReferenceStatement> {
  return fc
    .record({
      effect: pick(['Allow', 'Allow', 'Allow', 'Deny'] as const),
      not: fc.record({ action: fc.nat(5), resource: fc.nat(5), principal: fc.nat(3) }),
      principal: principalElement,
      actions: oneOrMany(fc.oneof({ weight: 6, arbitrary: pick(actionPatterns) }, pick(actions))),
      resources: oneOrMany(pick(resourcePatterns)),
      condition: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: condition }),
    })
    .map(({ effect, not, principal, actions: listed, resources: patterns, condition: conditions }) => {
      const who = !namesPrincipals(kind)
        ? {}
        : effect === 'Deny' && not.principal === 0
          ? { NotPrincipal: principal }
          : { Principal: principal };
      return {
        Effect: effect,
        ...(who as Pick<ReferenceStatement, 'Principal'>),
        ...(not.action === 0 ? { NotAction: listed } : { Action: listed }),
        ...(kind === 'trust' ? {} : not.resource === 0 ? { NotResource: patterns } : { Resource: patterns }),
        Condition: conditions,
      };
    });
}

const everything = (kind: PolicyKind): ReferencePolicy => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Action: '*',
    ...(kind === 'trust' ? {} : { Resource: '*' }),
    ...(namesPrincipals(kind) ? { Principal: '*' } : {}),
  },
});

/** Often one that allows everything, so that the other layers have a say. */
export function policy(kind: PolicyKind, generous = 2): fc.Arbitrary<ReferencePolicy> {
  const random: fc.Arbitrary<ReferencePolicy> = fc
    .record({
      version: pick(['2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17', undefined] as const),
      statements: fc.array(statement(kind), { minLength: 1, maxLength: 4 }),
    })
    .map(({ version, statements }) => ({ ...(version ? { Version: version } : {}), Statement: statements }));
  return fc.oneof({ weight: generous, arbitrary: fc.constant(everything(kind)) }, { weight: 3, arbitrary: random });
}

/** Absent once in `freq` times. */
const maybe = <T>(value: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq });

export const sources: fc.Arbitrary<ReferenceSources> = fc
  .record({
    identity: maybe(fc.array(policy('identity', 1), { maxLength: 3 }), 5),
    boundary: maybe(policy('boundary')),
    session: maybe(fc.array(policy('session'), { maxLength: 2 })),
    scp: maybe(fc.array(fc.array(policy('scp', 4), { minLength: 1, maxLength: 2 }), { maxLength: 2 })),
    rcp: maybe(fc.array(fc.array(policy('rcp', 4), { minLength: 1, maxLength: 2 }), { maxLength: 2 })),
    endpoint: maybe(policy('endpoint', 4)),
    resource: maybe(
      fc.oneof(
        fc.record({ kind: fc.constant('resource' as const), mandatory: fc.boolean(), policy: policy('resource', 1) }),
        fc.record({ kind: fc.constant('trust' as const), mandatory: fc.boolean(), policy: policy('trust', 1) }),
      ),
      2,
    ),
  })
  .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));

/** A user's request in its own account. */
const userRequest: fc.Arbitrary<ReferenceRequest> = fc.record({
  principal: fc.constant(principals[1] as ReferencePrincipal),
  action: pick(actions),
  resource: pick(resources),
  resourceAccount: fc.constant(A),
  context,
});

/** One statement of which a single element is random, so that this element decides and nothing hides what it comes to. */
const onePart = fc.oneof(
  { weight: 2, arbitrary: oneOrMany(pick(resourcePatterns)).map((Resource) => ({ Action: '*', Resource })) },
  { weight: 1, arbitrary: oneOrMany(pick(resourcePatterns)).map((NotResource) => ({ Action: '*', NotResource })) },
  { weight: 1, arbitrary: oneOrMany(pick(actionPatterns)).map((Action) => ({ Action, Resource: '*' })) },
  { weight: 1, arbitrary: oneOrMany(pick(actionPatterns)).map((NotAction) => ({ NotAction, Resource: '*' })) },
);

const oneStatement = (
  part: Omit<ReferenceStatement, 'Effect'>,
  version: '2012-10-17' | '2008-10-17',
  effect: 'Allow' | 'Deny',
): ReferenceSources => ({
  identity: [{ Version: version, Statement: { Effect: effect, ...part } }, ...(effect === 'Deny' ? [everything('identity')] : [])],
});

const versions = pick(['2012-10-17', '2012-10-17', '2008-10-17'] as const);
const effects = pick(['Allow', 'Deny'] as const);

/**
 * One condition, and a request that often has what it asks for: the key's value is one of the policy's, one that collides with them, several, or
 * none.
 */
const conditionCase: fc.Arbitrary<[ReferenceRequest, ReferenceSources]> = oneCondition.chain((one) => {
  const own = [one.values].flat();
  const value = fc.oneof(
    { weight: own.length > 0 ? 4 : 0, arbitrary: fc.constantFrom(...(own.length > 0 ? own : [''])) },
    { weight: 4, arbitrary: pick(valuesFor(one.key)) },
    { weight: 1, arbitrary: pick(['', 'x']) },
  );
  return fc
    .tuple(
      userRequest,
      versions,
      effects,
      fc.oneof(
        { weight: 1, arbitrary: fc.constant(undefined) },
        { weight: 5, arbitrary: value },
        { weight: 3, arbitrary: fc.array(value, { maxLength: 3, size: 'max' }) },
      ),
    )
    .map(([asked, version, effect, actual]): [ReferenceRequest, ReferenceSources] => {
      const others = Object.entries(asked.context).filter(([name]) => name.toLowerCase() !== one.key.toLowerCase());
      const entries = actual === undefined ? others : [...others, [one.key, actual] as const];
      const part = { Action: '*', Resource: '*', Condition: { [one.operator]: { [one.key]: one.values } } };
      return [{ ...asked, context: Object.fromEntries(entries) }, oneStatement(part, version, effect)];
    });
});

function valuesFor(key: string): readonly string[] {
  const found = Object.entries(keys).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1].values ?? [];
  return found.length > 0 ? found : texts;
}

/** A user, one statement, one random element in it. */
export const elementCase: fc.Arbitrary<[ReferenceRequest, ReferenceSources]> = fc.oneof(
  { weight: 3, arbitrary: conditionCase },
  {
    weight: 2,
    arbitrary: fc
      .tuple(userRequest, onePart, versions, effects)
      .map(([asked, part, version, effect]): [ReferenceRequest, ReferenceSources] => [asked, oneStatement(part, version, effect)]),
  },
);

/** Texts that begin one another. */
const narrowName = fc
  .tuple(pick(['b', 'b/', 'b/j', 'b/jane', 'b/jane/', 'c', 'ca', 'cab']), pick(['', '1', '2', 'x', 'ane/', 'e/', 'b', 'bc']))
  .map((parts) => parts.join(''));

const narrowStatement: fc.Arbitrary<ReferenceStatement> = fc
  .record({
    effect: fc.nat(5).map((dice): 'Allow' | 'Deny' => (dice === 0 ? 'Deny' : 'Allow')),
    actions: oneOrMany(pick(['s3:GetObject', 's3:Get*', 'S3:GETOBJECT', 'iam:PassRole', '*:GetObject'])),
    resources: fc.oneof(
      {
        weight: 12,
        arbitrary: oneOrMany(
          fc.tuple(narrowName, pick(['', '', '*', '?', '${aws:username}'])).map((parts) => `arn:aws:s3:::${parts.join('')}`),
        ),
      },
      { weight: 8, arbitrary: fc.constantFrom('*', '*', 'arn:aws:s3:::*', 'arn:aws:s3:::${aws:username}/*') },
    ),
    value: fc.tuple(
      pick(['aws:username', 'aws:PrincipalTag/Team', 'aws:TagKeys', 'x:Never']),
      oneOrMany(pick([...texts, '${aws:username}'])),
    ),
    operator: pick([
      'StringEquals',
      'StringEquals',
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIfExists',
      'StringEqualsIgnoreCase',
      'ForAllValues:StringEquals',
      'StringLike',
    ]),
    conditions: fc.nat(9),
  })
  .map(({ effect, actions: Action, resources: Resource, value: [key, values], operator, conditions }) => ({
    Effect: effect,
    Action,
    Resource,
    // Statements for everything apply too often without.
    Condition: conditions < 3 || typeof Resource === 'string' ? { [operator]: { [key]: values } } : {},
  }));

/** So many narrow statements for one action that the engine sorts them instead of walking them; the longest are also indexed by action. */
export const longLists: fc.Arbitrary<ReferenceSources> = fc
  .oneof(
    { weight: 9, arbitrary: fc.array(narrowStatement, { minLength: 25, maxLength: 80, size: 'max' }) },
    fc.array(narrowStatement, { minLength: 201, maxLength: 230, size: 'max' }),
  )
  .map((statements) => ({ identity: [{ Version: '2012-10-17', Statement: statements }] }));

/** What such a policy may be asked. */
export const longListRequest: fc.Arbitrary<ReferenceRequest> = fc.record({
  principal: fc.constant(principals[1] as ReferencePrincipal),
  action: pick(['s3:GetObject', 's3:GetObject', 's3:GetObject', 'iam:PassRole']),
  resource: fc.oneof({ weight: 5, arbitrary: narrowName.map((name) => `arn:aws:s3:::${name}`) }, pick(resources)),
  resourceAccount: fc.constant(A),
  context,
});

export const request: fc.Arbitrary<ReferenceRequest> = fc.record({
  principal: fc.oneof({ weight: 2, arbitrary: pick(principals) }, pick(people)),
  action: pick(actions),
  resource: pick(resources),
  resourceAccount: pick([A, A, A, A, A, B]),
  context,
});

/** The same for the engine: texts compiled, keys folded. Nothing is remembered from one case to the next. */
export function toEngine(asked: ReferenceRequest, from: ReferenceSources): [AuthorizationRequest, PolicySources] {
  const compiler = createPolicyCompiler();
  const set = (kind: PolicyKind, policies: readonly ReferencePolicy[]) =>
    compiler.set(policies.map((one, i) => compiler.compile(JSON.stringify(one), { kind, source: `${kind} ${i}` })));
  const { identity, boundary, session, scp, rcp, endpoint, resource } = from;
  return [
    { ...asked, context: createRequestContext(asked.context) },
    {
      identity: identity && set('identity', identity),
      boundary: boundary && set('boundary', [boundary]),
      session: session && set('session', session),
      scp: scp?.map((level) => set('scp', level)),
      rcp: rcp?.map((level) => set('rcp', level)),
      endpoint: endpoint && set('endpoint', [endpoint]),
      resource: resource && { kind: resource.kind, mandatory: resource.mandatory, policies: set(resource.kind, [resource.policy]) },
    },
  ];
}
