import { openManagedPolicies } from '../src/model/managed-policies.ts';
import type {
  ReferencePolicy,
  ReferencePrincipal,
  ReferenceRequest,
  ReferenceSources,
  ReferenceStatement,
} from '../test/reference/evaluator.ts';

/** Requests, each with what applies to it. */
export interface Workload {
  readonly name: string;
  readonly cases: readonly { readonly request: ReferenceRequest; readonly sources: ReferenceSources }[];
}

const ACCOUNT = '111122223333';
const user = (name: string): ReferencePrincipal => ({
  kind: 'user',
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
  uniqueId: `AIDA${name.toUpperCase()}`,
});
const policy = (...statements: ReferenceStatement[]): ReferencePolicy => ({ Version: '2012-10-17', Statement: statements });

/** The same numbers every time: a linear congruential generator (Numerical Recipes). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const sagemaker = (resource: string): string => `arn:aws:sagemaker:eu-west-1:${ACCOUNT}:${resource}`;

/** A call as the SageMaker administrator makes it, with ten condition keys. */
const notebookRequest = (i: number): ReferenceRequest => ({
  principal: user('administrator'),
  action: 'sagemaker:CreateNotebookInstance',
  resource: sagemaker(`notebook-instance/n${i}`),
  resourceAccount: ACCOUNT,
  context: {
    'aws:SourceIp': `203.0.113.${i % 256}`,
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': 'eu-west-1',
    'aws:CurrentTime': '2026-11-21T10:00:00Z',
    'aws:username': 'administrator',
    'aws:PrincipalAccount': ACCOUNT,
    'sagemaker:RootAccess': i % 8 === 0 ? 'Enabled' : 'Disabled',
    'sagemaker:DirectInternetAccess': 'Disabled',
    'sagemaker:InstanceTypes': ['ml.t3.medium'],
    'aws:RequestTag/team': 'red',
  },
});

const domainPolicy = policy(
  {
    Effect: 'Allow',
    Action: 'sagemaker:*',
    Resource: ['domain', 'user-profile', 'app', 'flow-definition'].map((type) => `arn:aws:sagemaker:*:*:${type}/*`),
  },
  { Effect: 'Allow', Action: ['iam:GetRole', 'servicecatalog:*'], Resource: '*' },
);

const guardrail = policy(
  {
    Effect: 'Deny',
    Action: ['sagemaker:CreateNotebookInstance', 'sagemaker:UpdateNotebookInstance'],
    Resource: '*',
    Condition: { StringEquals: { 'sagemaker:RootAccess': 'Enabled' } },
  },
  { Effect: 'Deny', Action: 'sagemaker:*', Resource: '*', Condition: { StringNotLike: { 'aws:RequestedRegion': ['eu-*', 'us-east-1'] } } },
  { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
);

const VARIATIONS = 64;
const variations = <T>(make: (i: number) => T): T[] => Array.from({ length: VARIATIONS }, (_, i) => make(i));

export function w1(): Workload {
  const identity = [policy({ Effect: 'Allow', Action: 'sagemaker:*', Resource: 'arn:aws:sagemaker:*:*:notebook-instance/*' })];
  return { name: 'W1 one statement', cases: variations((i) => ({ request: notebookRequest(i), sources: { identity } })) };
}

export function w2(): Workload {
  const directory = new URL('../data/managed-policies/', import.meta.url).pathname;
  const text = openManagedPolicies(directory).document('arn:aws:iam::aws:policy/AmazonSageMakerFullAccess');
  if (text === undefined) throw new Error('AmazonSageMakerFullAccess is missing from data/managed-policies');
  const identity = [JSON.parse(text) as ReferencePolicy, domainPolicy, guardrail];
  return { name: 'W2 SageMaker administrator', cases: variations((i) => ({ request: notebookRequest(i), sources: { identity } })) };
}

const SERVICES = ['s3', 'ec2', 'iam', 'kms', 'sqs', 'sns', 'dynamodb', 'lambda', 'glue', 'sagemaker', 'logs', 'ecr'];
const VERBS = ['Get', 'List', 'Describe', 'Create', 'Delete', 'Update', 'Put', 'Tag'];
const NOUNS = ['Thing', 'Model', 'Endpoint', 'Job', 'Role', 'Table', 'Queue', 'Topic'];

/** A policy as teams write them: a few actions, some with wildcards, a resource pattern, sometimes a condition. */
function teamPolicy(random: (below: number) => number, statements: number): ReferencePolicy {
  return policy(
    ...Array.from({ length: statements }, (): ReferenceStatement => {
      const service = SERVICES[random(SERVICES.length)] ?? '';
      const actions = Array.from({ length: 1 + random(4) }, () => {
        const verb = VERBS[random(VERBS.length)];
        return random(3) === 0 ? `${service}:${verb}*` : `${service}:${verb}${NOUNS[random(NOUNS.length)]}`;
      });
      const resource = `arn:aws:${service}:*:${ACCOUNT}:${(NOUNS[random(NOUNS.length)] ?? '').toLowerCase()}/team${random(50)}-*`;
      const conditions = [
        {},
        {},
        {},
        { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
        { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } },
      ];
      return {
        Effect: random(12) === 0 ? 'Deny' : 'Allow',
        Action: actions,
        Resource: random(6) === 0 ? '*' : resource,
        Condition: conditions[random(conditions.length)] ?? {},
      };
    }),
  );
}

const teamRequest = (random: (below: number) => number, principal: ReferencePrincipal): ReferenceRequest => {
  const service = SERVICES[random(SERVICES.length)] ?? '';
  return {
    principal,
    action: `${service}:${VERBS[random(VERBS.length)]}${NOUNS[random(NOUNS.length)]}`,
    resource:
      random(5) === 0
        ? '*'
        : `arn:aws:${service}:eu-west-1:${ACCOUNT}:${(NOUNS[random(NOUNS.length)] ?? '').toLowerCase()}/team${random(50)}-${random(1000)}`,
    resourceAccount: ACCOUNT,
    context: {
      'aws:SourceIp': random(2) === 0 ? `10.1.2.${random(256)}` : `198.51.100.${random(256)}`,
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': random(4) === 0 ? 'us-east-1' : 'eu-west-1',
      'aws:username': 'u',
    },
  };
};

export function w3(): Workload {
  const random = randomNumbers(3);
  const identity = [
    ...Array.from({ length: 9 }, () => teamPolicy(random, 30)),
    policy({ Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' }),
  ];
  const boundary = policy(
    { Effect: 'Allow', Action: ['sagemaker:*', 's3:*', 'logs:*', 'iam:PassRole'], Resource: '*' },
    { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
  );
  const scp = [[policy({ Effect: 'Allow', Action: '*', Resource: '*' }), guardrail]];
  return {
    name: 'W3 ten policies, boundary, SCP',
    cases: variations((i) => ({ request: notebookRequest(i), sources: { identity, boundary, scp } })),
  };
}

export function w4(): Workload {
  const random = randomNumbers(4);
  const identity = [
    teamPolicy(random, 999),
    policy({ Effect: 'Allow', Action: 'sagemaker:CreateNotebookInstance', Resource: sagemaker('notebook-instance/*') }),
  ];
  return { name: 'W4 1,000 statements', cases: variations((i) => ({ request: notebookRequest(i), sources: { identity } })) };
}

/** `count` statements about one and the same action, each on the endpoints of one team; requests for all of them. */
export function sameAction(count: number): Workload {
  const statements = Array.from(
    { length: count },
    (_, i): ReferenceStatement => ({ Effect: 'Allow', Action: 'sagemaker:InvokeEndpoint', Resource: sagemaker(`endpoint/team${i}-*`) }),
  );
  const identity = [policy(...statements)];
  const cases = variations((i) => ({
    request: {
      principal: user('u'),
      action: 'sagemaker:InvokeEndpoint',
      resource: sagemaker(`endpoint/team${(i * 7919) % count}-e${i}`),
      resourceAccount: ACCOUNT,
      context: {},
    },
    sources: { identity },
  }));
  return { name: `${count.toLocaleString('en')} statements for one action`, cases };
}

/** `count` statements of which only a few name the action. */
export function manyActions(count: number): Workload {
  const filler = Array.from(
    { length: count - 1 },
    (_, i): ReferenceStatement => ({ Effect: 'Allow', Action: [`s3:Get${i}`, `ec2:Run${i}*`], Resource: '*' }),
  );
  const identity = [
    policy(...filler, { Effect: 'Allow', Action: 'sagemaker:CreateNotebookInstance', Resource: sagemaker('notebook-instance/*') }),
  ];
  return {
    name: `${count.toLocaleString('en')} statements`,
    cases: variations((i) => ({ request: notebookRequest(i), sources: { identity } })),
  };
}

/** 2,000 principals holding 1 to 6 of 200 policies; 4,096 random requests. */
export function mixed(): Workload {
  const random = randomNumbers(5);
  const pool = Array.from({ length: 200 }, () => teamPolicy(random, 5 + random(25)));
  const boundary = policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' });
  const sets = Array.from({ length: 400 }, () => Array.from({ length: 1 + random(6) }, () => pool[random(pool.length)] ?? domainPolicy));
  const principals = Array.from({ length: 2000 }, (_, i) => ({
    principal: user(`u${i}`),
    sources: { identity: sets[random(sets.length)] ?? [], ...(random(3) === 0 ? { boundary } : {}) },
  }));
  const cases = Array.from({ length: 4096 }, () => {
    const holder = principals[random(principals.length)];
    if (!holder) throw new Error('no principals');
    return { request: teamRequest(random, holder.principal), sources: holder.sources };
  });
  return { name: 'mixed: 2,000 principals', cases };
}
