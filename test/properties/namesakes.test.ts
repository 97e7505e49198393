import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../src/authentication/caller.ts';
import type { ApplicablePolicies } from '../../src/authorization/applicable-policies.ts';
import { Authorizer } from '../../src/authorization/authorize.ts';
import { viewDecision } from '../../src/authorization/decision-record.ts';
import type { Operation, Scope } from '../../src/authorization/operation.ts';
import type { RequestFacts } from '../../src/authorization/request-context.ts';
import type { Tag } from '../../src/core/tag.ts';
import { compilePolicy, createRequestContext, decide, policySet } from '../../src/policy/index.ts';
import type { Reader } from '../../src/store/store.ts';

/*
 * Keys whose names differ by case alone (docs/decisions/0016): a call goes through if it would with every combination of one value for each key,
 * whatever of it the policies look at. The reference tries them all, one plain request after the other.
 */

const account = '111122223333';
const principal = { kind: 'user', account, arn: `arn:aws:iam::${account}:user/jane`, uniqueId: 'AIDAJANE' } as const;
const resource = `arn:aws:sagemaker:us-east-1:${account}:model/m`;
const action = 'sagemaker:DeleteModel';

interface Asked {
  readonly statements: readonly object[];
  readonly principalTags?: readonly Tag[];
  readonly resourceTags?: readonly Tag[];
  readonly requestTags?: readonly Tag[];
}

const setOf = (statements: readonly object[]) =>
  policySet([compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), { kind: 'identity', source: 'p' })]);

function serverWith({ statements, principalTags = [], requestTags = [] }: Asked) {
  const policies: Pick<ApplicablePolicies, 'grantsOf' | 'sessionPoliciesOf'> & { guardrails: object } = {
    grantsOf: () => ({ identity: setOf(statements), boundary: undefined }),
    sessionPoliciesOf: () => undefined,
    guardrails: { of: () => ({}), ofNamed: () => ({}) },
  };
  const caller: Caller = { principal, account, userId: 'AIDAJANE', userName: 'jane', tags: principalTags };
  const request: RequestFacts = {
    caller,
    now: 0,
    region: 'us-east-1',
    sourceIp: '203.0.113.7',
    secure: true,
    userAgent: '',
    referer: undefined,
    calledVia: [],
  };
  const rowValues = () => Object.fromEntries(requestTags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value]));
  const authorizer = new Authorizer(policies as unknown as ApplicablePolicies); // No store behind it.
  return { authorizer, request, rowValues };
}

function decideAsServer(asked: Asked) {
  const { authorizer, request, rowValues } = serverWith(asked);
  const target = { arn: resource, account, tags: asked.resourceTags ?? [] };
  return authorizer.decideAndRecord({ action, target, request, rowValues }, {} as Reader);
}

/** A call of so many parts, each of which must be allowed. */
async function callAsServer(asked: Asked, parts: number): Promise<void> {
  const { authorizer, request, rowValues } = serverWith(asked);
  const operation: Operation = {
    action,
    access: 'Write',
    resources: [],
    conditionKeys: [{ keys: [], values: rowValues }],
    dependentActions: [],
    parts: () => Array.from({ length: parts }, () => ({})) as never,
  };
  const scope = { caller: request.caller, account, region: request.region, now: 0, reader: {} as Reader } as Scope;
  await authorizer.authorize(operation, {} as never, scope, request);
}

/** Every way to give each key one of its values. */
function combinations(keys: readonly (readonly [names: readonly string[], values: readonly string[]])[]): Record<string, string>[] {
  return keys.reduce<Record<string, string>[]>(
    (before, [names, values]) =>
      before.flatMap((one) => values.map((value) => ({ ...one, ...Object.fromEntries(names.map((name) => [name, value])) }))),
    [{}],
  );
}

const valuesByKey = (tags: readonly Tag[], ...prefixes: readonly string[]) =>
  [...new Set(tags.map(({ Key }) => Key.toLowerCase()))].map(
    (key) =>
      [
        prefixes.map((prefix) => `${prefix}/${key}`),
        tags.filter(({ Key }) => Key.toLowerCase() === key).map(({ Value }) => Value),
      ] as const,
  );

function isAllowedByReference({ statements, principalTags = [], resourceTags = [], requestTags = [] }: Asked): boolean {
  const identity = setOf(statements);
  return combinations([
    ...valuesByKey(principalTags, 'aws:PrincipalTag'),
    ...valuesByKey(resourceTags, 'aws:ResourceTag', 'sagemaker:ResourceTag'),
    ...valuesByKey(requestTags, 'aws:RequestTag'),
  ]).every(
    (values) =>
      decide({ principal, action, resource, resourceAccount: account, context: createRequestContext(values) }, { identity }).outcome ===
      'allowed',
  );
}

const tagKey = fc.constantFrom('team', 'Team', 'TEAM', 'env', 'Env', 'cost');
const tags = fc.uniqueArray(fc.record({ Key: tagKey, Value: fc.constantFrom('red', 'blue', '') }), {
  selector: ({ Key }) => Key,
  maxLength: 4,
});
const kind = fc.constantFrom('aws:ResourceTag', 'sagemaker:ResourceTag', 'aws:RequestTag', 'aws:PrincipalTag');
const key = fc.tuple(kind, tagKey).map(([prefix, name]) => `${prefix}/${name}`);
const operator = fc.constantFrom(
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLikeIfExists',
  'StringEqualsIfExists',
  'ForAnyValue:StringEquals',
  'ForAllValues:StringNotEquals',
);
const value = fc.constantFrom('red', 'blue', '', '*', '${aws:ResourceTag/team}', '${aws:PrincipalTag/Env}');
const condition = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(operator, key, fc.array(value, { minLength: 1, maxLength: 2 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('Null'), key, fc.constantFrom(['true'], ['false'])) },
);
const statement = fc
  .record({ Effect: fc.constantFrom('Allow', 'Deny'), conditions: fc.array(condition, { maxLength: 3 }), named: fc.boolean() })
  .map(({ Effect, conditions, named }) => {
    const Condition: Record<string, Record<string, readonly string[]>> = {};
    for (const [name, asked, values] of conditions) Condition[name] = { ...Condition[name], [asked.toLowerCase()]: values };
    return { Effect, Action: action, Resource: named ? '*' : `${resource.slice(0, -1)}\${aws:RequestTag/env}*`, Condition };
  });

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };

describe('E20 a call whose keys have values under several names', () => {
  it('goes through if it would with every combination of them', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          statements: fc.array(statement, { minLength: 1, maxLength: 3 }).map((some) => [allowAll, ...some]),
          principalTags: tags,
          resourceTags: tags,
          requestTags: tags,
        }),
        fc.boolean(),
        async (given, grantsAll) => {
          const asked = grantsAll ? given : { ...given, statements: given.statements.slice(1) };
          const record = await decideAsServer(asked);
          expect(record.undecided).toBeUndefined();
          expect(record.decision.outcome === 'allowed').toBe(isAllowedByReference(asked));
          // What is told of it afterwards is what was decided.
          expect(viewDecision(record).explanation.decision).toEqual(record.decision);
        },
      ),
      { numRuns: 1500 },
    ));

  const pair = [
    { Key: 'team', Value: 'a' },
    { Key: 'Team', Value: 'b' },
    { Key: 'env', Value: 'x' },
    { Key: 'Env', Value: 'y' },
  ];
  it.each([
    ['a', 'x'],
    ['a', 'y'],
    ['b', 'x'],
    ['b', 'y'],
  ])('is refused by a Deny of %s that spares all but %s', async (team, env) => {
    const Condition = { StringEquals: { 'aws:ResourceTag/team': team }, StringNotEquals: { 'aws:ResourceTag/env': env } };
    const { decision, context } = await decideAsServer({
      statements: [allowAll, { ...allowAll, Effect: 'Deny', Condition }],
      resourceTags: pair,
    });
    expect(decision.outcome).toBe('explicitDeny');
    // The values that were decided on come first, by their own names.
    const names = [...context].filter(([name]) => name.startsWith('aws:ResourceTag/'));
    expect(names.map(([, shown]) => shown)).toEqual([team, team === 'a' ? 'b' : 'a', env === 'x' ? 'y' : 'x', env]);
    expect(names.map(([name]) => name.slice('aws:ResourceTag/'.length)).toSorted()).toEqual(['Env', 'Team', 'env', 'team']);
  });

  const cased = (names: number) =>
    Array.from({ length: names }, (_, i) => [
      { Key: `k${i}`, Value: 'a' },
      { Key: `K${i}`, Value: 'b' },
    ]).flat();
  /** Looks at each of so many keys, one after the other, and spares all of them. */
  const asks = (names: number) =>
    Array.from({ length: names }, (_, i) => ({
      ...allowAll,
      Effect: 'Deny',
      Condition: { StringEquals: { [`aws:ResourceTag/k${i}`]: 'c' } },
    }));

  it('is decided on keys that policies ask for alone', async () => {
    const { decision } = await decideAsServer({ statements: [allowAll, ...asks(8)], resourceTags: cased(25) });
    expect(decision.outcome).toBe('allowed');
  });

  it('is refused, and says why, where they ask for more than can be decided on', async () => {
    const record = await decideAsServer({ statements: [allowAll, ...asks(9)], resourceTags: cased(25) });
    expect(record.decision).toEqual({ outcome: 'implicitDeny', decidedBy: undefined });
    const { explanation } = viewDecision(record);
    expect(explanation.toSentence()).toMatch(/^denied: .* differ by case alone.* more than 256 combinations/);
    expect(JSON.parse(JSON.stringify(explanation)).decision).toEqual({ outcome: 'implicitDeny' });
    expect(explanation.toDenialMessage()).toBe(`User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`);
  });

  it('costs no more than that for all of its parts together', async () => {
    const asked = {
      statements: [allowAll, ...asks(6)].map((each) => JSON.parse(JSON.stringify(each).replace('ResourceTag', 'RequestTag')) as object),
      requestTags: cased(6),
    };
    // 64 combinations each, the first of which is the part's own.
    await callAsServer(asked, 4);
    await expect(callAsServer(asked, 5)).rejects.toMatchObject({
      record: { undecided: expect.stringContaining('256 combinations for one call') },
    });
  });

  it('is refused by a Deny among those that were tried, whatever is left', async () => {
    const denied = { ...allowAll, Effect: 'Deny', Condition: { StringEquals: { 'aws:ResourceTag/k0': 'a' } } };
    const record = await decideAsServer({ statements: [allowAll, ...asks(12), denied], resourceTags: cased(25) });
    expect(record.decision.outcome).toBe('explicitDeny');
  });
});
