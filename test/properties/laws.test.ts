import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPolicyCompiler, createRequestContext, type Decision, decide, explain, type PolicyKind } from '../../src/policy/index.ts';
import { policy, request, sources, toEngine } from '../reference/arbitraries.ts';
import type { ReferencePolicy, ReferenceRequest, ReferenceSources, ReferenceStatement } from '../reference/evaluator.ts';

/* Laws that hold whatever the policies are. Each is a sentence; fast-check looks for the case that breaks it. */

const RUNS = { numRuns: 1500 };

const decideOn = (asked: ReferenceRequest, from: ReferenceSources): Decision => decide(...toEngine(asked, from));
const allowed = (decision: Decision): boolean => decision.outcome === 'allowed';

const law = (sentence: string, holds: (asked: ReferenceRequest, from: ReferenceSources) => void): void => {
  it(sentence, () =>
    fc.assert(
      fc.property(request, sources, (asked, from) => {
        holds(asked, from);
      }),
      RUNS,
    ),
  );
};

const statementsOf = ({ Statement }: ReferencePolicy): readonly ReferenceStatement[] =>
  (Array.isArray(Statement) ? Statement : [Statement]) as readonly ReferenceStatement[];
const denyAll: ReferencePolicy = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } };
const denyAllOfEveryone: ReferencePolicy = {
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' },
};
const allowAll: ReferencePolicy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

describe('an explicit deny wins', () => {
  law('in a VPC endpoint policy', (asked, from) =>
    expect(decideOn(asked, { ...from, endpoint: denyAllOfEveryone }).outcome).toBe('explicitDeny'),
  );
  law('in the resource-based policy', (asked, from) =>
    expect(decideOn(asked, { ...from, resource: { kind: 'resource', mandatory: false, policy: denyAllOfEveryone } }).outcome).toBe(
      'explicitDeny',
    ),
  );
  law('in an identity-based policy, for whoever has one', (asked, from) => {
    const { outcome } = decideOn(asked, { ...from, identity: [...(from.identity ?? []), denyAll] });
    if (['user', 'role', 'federated-user'].includes(asked.principal.kind)) expect(outcome).toBe('explicitDeny');
  });
  law('at any level of SCPs, for every member but service-linked roles', (asked, from) => {
    const { outcome } = decideOn(asked, { ...from, scp: [...(from.scp ?? []), [allowAll, denyAll]] });
    const { kind, serviceLinked } = asked.principal;
    if (!serviceLinked && kind !== 'service' && kind !== 'anonymous') expect(outcome).toBe('explicitDeny');
  });
});

describe('what is added', () => {
  it('an Allow never takes access away', () =>
    fc.assert(
      fc.property(request, sources, policy('identity', 1), (asked, from, more) => {
        const onlyAllows = { ...more, Statement: statementsOf(more).filter(({ Effect }) => Effect === 'Allow') };
        if (allowed(decideOn(asked, from)))
          expect(allowed(decideOn(asked, { ...from, identity: [...(from.identity ?? []), onlyAllows] }))).toBe(true);
      }),
      RUNS,
    ));

  for (const [kind, layer] of [
    ['boundary', 'a boundary'],
    ['session', 'a session policy'],
    ['scp', 'a level of SCPs'],
    ['rcp', 'a level of RCPs'],
    ['endpoint', 'a VPC endpoint policy'],
  ] as const) {
    it(`${layer} never adds access`, () =>
      fc.assert(
        fc.property(request, sources, policy(kind as PolicyKind), (asked, from, more) => {
          const { [kind]: _, ...without } = from;
          // A federated user without any session policy may nothing, so that there the first one does add.
          if (kind === 'session' && asked.principal.kind === 'federated-user') return;
          const layers = kind === 'session' ? [more] : kind === 'scp' || kind === 'rcp' ? [[more]] : more;
          if (!allowed(decideOn(asked, without))) expect(allowed(decideOn(asked, { ...without, [kind]: layers }))).toBe(false);
        }),
        RUNS,
      ));
  }
});

describe('what does not matter', () => {
  law('the order of policies and statements', (asked, from) => {
    const turned = Object.fromEntries(Object.entries(from).map(([layer, value]) => [layer, turn(value)])) as ReferenceSources;
    const { outcome, decidedBy } = decideOn(asked, from);
    expect(decideOn(asked, turned)).toMatchObject({ outcome, decidedBy });
  });
  law('policies held twice', (asked, from) => {
    const { outcome, decidedBy } = decideOn(asked, from);
    const twice = {
      ...from,
      ...(from.identity ? { identity: [...from.identity, ...from.identity] } : {}),
      ...(from.scp ? { scp: [...from.scp, ...from.scp] } : {}),
    };
    expect(decideOn(asked, twice)).toMatchObject({ outcome, decidedBy });
  });
  law('the case of actions and condition keys', (asked, from) => {
    const { outcome, decidedBy } = decideOn(asked, from);
    const shouted = {
      ...asked,
      action: asked.action.toUpperCase(),
      context: Object.fromEntries(Object.entries(asked.context).map(([key, value]) => [key.toUpperCase(), value])),
    };
    expect(decideOn(shouted, from)).toMatchObject({ outcome, decidedBy });
  });
  law('white space in the document', (asked, from) => {
    const [engineRequest] = toEngine(asked, {});
    const compiler = createPolicyCompiler();
    const decided = [undefined, 2].map((indent) => {
      const policies = (from.identity ?? []).map((document) =>
        compiler.compile(JSON.stringify(document, null, indent), { kind: 'identity', source: 'x' }),
      );
      return decide(engineRequest, { identity: compiler.set(policies) });
    });
    expect(decided[0]).toEqual(decided[1]);
  });
});

describe('what is remembered', () => {
  // E25: plans are remembered per policy set and action, and nothing else is.
  it('E25: a compiler that can remember next to nothing decides the same as one that remembers all', () => {
    const forgetful = createPolicyCompiler({ maxDocuments: 1, maxSets: 1, maxPlans: 1 });
    const remembering = createPolicyCompiler();
    fc.assert(
      fc.property(request, sources, (asked, from) => {
        const [engineRequest] = toEngine(asked, {});
        const [a, b] = [forgetful, remembering].map((compiler) =>
          decide(engineRequest, {
            identity: compiler.set(
              (from.identity ?? []).map((document) => compiler.compile(JSON.stringify(document), { kind: 'identity', source: 'x' })),
            ),
          }),
        );
        expect(a).toEqual(b);
      }),
      RUNS,
    );
  });
});

describe('an explanation', () => {
  law('tells the decision that was made, and its sentences can be printed', (asked, from) => {
    const [engineRequest, engineSources] = toEngine(asked, from);
    const explanation = explain(engineRequest, engineSources);
    expect(explanation.decision).toEqual(decide(engineRequest, engineSources));
    expect(explanation.toSentence()).toMatch(allowed(explanation.decision) ? /^allowed: / : /^denied: /);
    expect(explanation.toDenialMessage()).toContain(asked.action);
    expect(JSON.parse(JSON.stringify(explanation)).decision.outcome).toBe(explanation.decision.outcome);
  });

  law('has a layer that denies exactly when the decision is an explicit deny', (asked, from) => {
    const { decision, layers } = explain(...toEngine(asked, from));
    expect(layers.some(({ verdict }) => verdict === 'denies')).toBe(decision.outcome === 'explicitDeny');
  });

  law('names missing keys that would be asked for', (asked, from) => {
    const [engineRequest, engineSources] = toEngine(asked, from);
    const { missingKeys } = explain(engineRequest, engineSources);
    for (const key of missingKeys) expect([undefined, []]).toContainEqual(engineRequest.context.get(key.toLowerCase()));
  });
});

it('decide asks the context for folded keys only', () =>
  fc.assert(
    fc.property(request, sources, (asked, from) => {
      const [engineRequest, engineSources] = toEngine(asked, from);
      const inner = createRequestContext(asked.context);
      const context = {
        get(key: string) {
          expect(key).toBe(key.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
          return inner.get(key);
        },
      };
      decide({ ...engineRequest, context }, engineSources);
    }),
    RUNS,
  ));

/** Lists of policies and statements, last first. The levels of SCPs and RCPs too: which of them refuses is not told by the decision. */
function turn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turn).reverse();
  if (typeof value !== 'object' || value === null) return value;
  if ('policy' in value) return { ...value, policy: turn(value.policy) };
  if ('Statement' in value)
    return { ...value, Statement: Array.isArray(value.Statement) ? [...value.Statement].reverse() : value.Statement };
  return value;
}
