import { describe, expect, it } from 'vitest';
import type { CompiledPolicy } from './compiled-policy.ts';
import { foldLatin } from './fold-case.ts';
import { GenerationMap } from './generation-map.ts';
import {
  contextKeys,
  createPolicyCompiler,
  createRequestContext,
  decide,
  decideAll,
  foldCase,
  listPrincipals,
  parsePolicy,
  policySize,
} from './index.ts';
import { PlanCache, PolicyIndex } from './plan.ts';

const text = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: statement });
const allowAll = text({ Effect: 'Allow', Action: '*', Resource: '*' });

describe('what a compiler shares', () => {
  const compiler = createPolicyCompiler();
  const a = compiler.compile(allowAll, { kind: 'identity', source: 'a' });
  const b = compiler.compile(allowAll, { kind: 'managed', source: { name: 'b', arn: 'arn:aws:iam::111122223333:policy/b' } });

  it('documents of equal text, whatever their name', () => expect(a.content).toBe(b.content));
  it('policies of equal text and name', () => expect(compiler.compile(allowAll, { kind: 'identity', source: { name: 'a' } })).toBe(a));
  it('not policies of other names, kinds, ARNs or ways of attachment', () => {
    const others = [
      compiler.compile(allowAll, { kind: 'identity', source: 'b' }),
      compiler.compile(allowAll, { kind: 'session', source: 'a' }),
      compiler.compile(allowAll, { kind: 'identity', source: { name: 'a', arn: '' } }),
      compiler.compile(allowAll, { kind: 'identity', source: { name: 'a', via: 'group g' } }),
      compiler.compile(allowAll, { kind: 'identity', source: { name: 'a', via: '' } }),
      compiler.compile(allowAll, { kind: 'identity', source: { name: 'a', via: 'undefined' } }),
      compiler.compile(allowAll, { kind: 'identity', source: { name: 'a', arn: 'arn:1' } }),
      compiler.compile(allowAll, { kind: 'identity', source: { name: 'a', arn: 'arn:2' } }),
      compiler.compile(allowAll, { kind: 'identity', source: 'a ' }),
    ];
    expect(new Set([a, b, ...others]).size).toBe(others.length + 2);
  });
  it('not documents of kinds with another grammar', () => {
    const contents = (['identity', 'trust', 'resource'] as const).map((kind) => compiler.compile(allowAll, { kind, source: 'a' }).content);
    expect(new Set(contents).size).toBe(3);
  });
  it('equal sets; and indexes of sets that differ in names only', () => {
    expect(compiler.set([a, b])).toBe(compiler.set([a, b]));
    expect(compiler.set([a])).not.toBe(compiler.set([b]));
    expect(compiler.set([a]).index).toBe(compiler.set([b]).index);
    expect(compiler.set([a, b]).index).not.toBe(compiler.set([a]).index);
  });
  it('not sets whose ids only look alike when written one after the other', () => {
    const numbered = (id: number): CompiledPolicy => ({ ...a, id, content: Object.assign(Object.create(a.content), { id }) });
    const [one, other] = [compiler.set([numbered(1e6), numbered(23)]), compiler.set([numbered(1e7 + 2), numbered(3)])];
    expect(one).not.toBe(other);
    expect(one.index).not.toBe(other.index);
  });
  it('a set does not change with the list it was made of', () => {
    const list = [a];
    const set = compiler.set(list);
    list.push(b);
    expect(set.policies).toEqual([a]);
  });
});

describe('what is remembered is bounded', () => {
  it.each([
    ['small', 1, true],
    ['large', 1100, false],
  ])('%s documents: after eight others it is still there: %s', (_, size, kept) => {
    const compiler = createPolicyCompiler({ maxDocuments: 6 });
    const compile = (i: number) =>
      compiler.compile(text({ Effect: 'Deny', Action: `s3:${i}`, Resource: '*', Sid: 'a'.repeat(size) }), {
        kind: 'identity',
        source: 'a',
      });
    const { content } = compile(0);
    for (let i = 1; i <= 8; i++) compile(i);
    expect(compile(0).content === content).toBe(kept);
  });

  it('a generation map keeps what is used', () => {
    const map = new GenerationMap<string, number>(2);
    for (let i = 0; i < 10; i++) {
      map.set(`k${i}`, i);
      expect(map.get('k0')).toBe(0);
    }
    expect(map.get('k9')).toBe(9);
    expect(map.get('k2')).toBeUndefined();
  });

  it('a generation map counts what entries weigh, and each once', () => {
    const map = new GenerationMap<string, number>(10, (key) => key.length);
    map.set('four', 1);
    map.set('sixsix', 2);
    map.set('sixsix', 3);
    map.set('four', 4);
    map.set('more', 5);
    expect(map.get('sixsix')).toBe(3);
    map.set('a'.repeat(20), 6);
    expect(map.get('a'.repeat(20))).toBe(6);
    expect(map.get('four')).toBeUndefined();
  });

  it('of a generation map as much as its capacity stays, unused as well', () => {
    const map = new GenerationMap<string, number>(3);
    for (const key of ['a', 'a', 'b', 'c', 'd', 'e', 'f']) map.set(key, 1);
    expect(map.get('a')).toBe(1);
    const single = new GenerationMap<string, number>(0);
    single.set('a', 1);
    single.set('b', 2);
    expect([single.get('b'), single.get('a')]).toEqual([2, 1]);
  });

  it('a generation map forgets nothing for being asked what it does not have', () => {
    const map = new GenerationMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    for (let i = 0; i < 10; i++) expect(map.get(`k${i}`)).toBeUndefined();
    expect([map.get('a'), map.get('b')]).toEqual([1, 2]);
  });

  it('plans: at most two generations over all indexes, and those in use survive', () => {
    const compiler = createPolicyCompiler();
    const { content } = compiler.compile(allowAll, { kind: 'identity', source: 'a' });
    const cache = new PlanCache(10);
    const indexes = Array.from({ length: 7 }, () => new PolicyIndex([content], cache));
    const kept = indexes[0]?.plan('s3:Used');
    for (let i = 0; i < 500; i++) {
      indexes[i % 7]?.plan(`s3:Get${i}`);
      expect(indexes[0]?.plan('s3:Used')).toBe(kept);
      expect(cache.size).toBeLessThanOrEqual(20);
    }
    expect(cache.size).toBeGreaterThan(5);
  });

  it('plans count by their statements', () => {
    const statements = Array.from({ length: 80 }, (_, i) => ({
      Effect: i % 2 ? 'Allow' : 'Deny',
      Action: '*',
      Resource: `arn:aws:s3:::${i}`,
    }));
    const { content } = createPolicyCompiler().compile(text(statements), { kind: 'identity', source: 'a' });
    const cache = new PlanCache(22);
    const index = new PolicyIndex([content], cache);
    for (let i = 0; i < 30; i++) index.plan(`s3:Get${i}`);
    expect(cache.size).toBeLessThanOrEqual(4);
    expect(cache.size).toBeGreaterThan(1);
  });

  it('the plan that begins a generation is part of it', () => {
    const cache = new PlanCache(1);
    const index = new PolicyIndex([createPolicyCompiler().compile(allowAll, { kind: 'identity', source: 'a' }).content], cache);
    index.plan('a:a');
    const before = index.plan('a:b');
    index.plan('a:a');
    expect(index.plan('a:b')).toBe(before);
  });

  it('of the statements of a plan, one that allows everything is enough', () => {
    const statements = [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::a' }, JSON.parse(allowAll).Statement];
    const { content } = createPolicyCompiler().compile(text(statements), { kind: 'identity', source: 'a' });
    const { allows, denies } = new PolicyIndex([content], new PlanCache(10)).plan('s3:Get');
    expect([allows.size, denies.size]).toEqual([1, 0]);
  });

  it('an index that was idle for long makes its plan anew', () => {
    const cache = new PlanCache(1);
    const content = createPolicyCompiler().compile(allowAll, { kind: 'identity', source: 'a' }).content;
    const [idle, busy] = [new PolicyIndex([content], cache), new PolicyIndex([content], cache)];
    const plan = idle.plan('a:b');
    for (let i = 0; i < 5; i++) busy.plan(`a:b${i}`);
    expect(idle.young.size + idle.old.size).toBe(0);
    expect(idle.plan('a:b')).toEqual(plan);
  });
});

it('contextKeys names conditions and variables once, as first spelled', () => {
  const document = text([
    {
      Effect: 'Allow',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::b/${aws:username}/*', "arn:aws:s3:::b/${s3:x, 'd'}"],
      Condition: { StringLike: { 'aws:PrincipalTag/Team': ['${AWS:UserName}', '${aws:userid}'] } },
    },
    {
      Effect: 'Deny',
      Action: 's3:*',
      NotResource: '*',
      Condition: { Bool: { 'aws:principaltag/team': '${no:variable}' }, Null: { 'aws:TagKeys': 'true' } },
    },
  ]);
  const compiler = createPolicyCompiler();
  expect(contextKeys(compiler.compile(document, { kind: 'identity', source: 'a' }))).toEqual([
    'aws:username',
    's3:x',
    'aws:PrincipalTag/Team',
    'aws:userid',
    'aws:TagKeys',
  ]);
  const others = text([
    {
      Effect: 'Deny',
      Action: 's3:*',
      Resource: ['arn:aws:s3:${region}:${account}:b', '${x:all}', 'arn:aws:s3', 'a:b:c:${x}', 'a::::${x:tail}:${x:tail2}'],
    },
    { Effect: 'Deny', Principal: '*', Action: 'sts:*', Condition: { StringEqual: { 'x:a': '${x:b}' }, ArnLike: { 'x:c': '${x:d}*' } } },
    { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::${x:e}${*}', Condition: { NumericEquals: { 'x:f': '${x:g}' } } },
  ]);
  expect(contextKeys(compiler.compile(others, { kind: 'identity', source: 'a' }))).toEqual(['x:tail2', 'x:a', 'x:c', 'x:d', 'x:e', 'x:f']);
  const old = document.replace('2012', '2008');
  expect(contextKeys(compiler.compile(old, { kind: 'identity', source: 'a' }))).toEqual(['aws:PrincipalTag/Team', 'aws:TagKeys']);
  expect(contextKeys(compiler.compile('{', { kind: 'identity', source: 'a' }))).toEqual([]);
});

it('listPrincipals names each with its type and place', () => {
  const document = parsePolicy(
    '{"Statement":[{"Effect":"Allow","Principal":{"AWS":["1","2"],"Service":"s"}},{"Effect":"Deny","NotPrincipal":{"Federated":"f"}},{"Effect":"Deny","Principal":"*"},{"Effect":"Deny"}]}',
  );
  expect(listPrincipals(document).map(({ type, text: value, at }) => [type, value, document.text.slice(at, at + 3)])).toEqual([
    ['AWS', '1', '"1"'],
    ['AWS', '2', '"2"'],
    ['Service', 's', '"s"'],
    ['Federated', 'f', '"f"'],
  ]);
});

it('policySize counts all but the white space between tokens', () => {
  expect(policySize('{ "a" : "b c" }')).toBe('{"a":"b c"}'.length);
  expect(policySize('\t{\r\n"a\\" b":1}')).toBe('{"a\\" b":1}'.length);
});

describe('decideAll', () => {
  const compiler = createPolicyCompiler();
  const identity = compiler.set([
    compiler.compile(text({ Effect: 'Allow', Action: 's3:*', Resource: '*' }), { kind: 'identity', source: 'a' }),
  ]);
  const principal = { kind: 'user', account: '1', arn: 'arn:aws:iam::1:user/u', uniqueId: 'AIDA' } as const;
  const tuple = (action: string) => ({
    request: { principal, action, resource: '*', context: createRequestContext({}) },
    sources: { identity },
  });

  it('reports the first that fails', () =>
    expect(decideAll([tuple('s3:A'), tuple('iam:B'), tuple('ec2:C')])).toEqual({
      decision: decide(tuple('iam:B').request, { identity }),
      failed: 1,
    }));
  it('allows when all are', () =>
    expect(decideAll([tuple('s3:A'), tuple('s3:B')])).toMatchObject({ decision: { outcome: 'allowed' }, failed: undefined }));
  it('does not allow nothing', () => expect(decideAll([])).toEqual({ decision: undefined, failed: undefined }));
});

describe('foldCase', () => {
  it.each([
    ['aws:UserName', 'aws:username'],
    ['already', 'already'],
    ['\u212Aelvin', '\u212Aelvin'],
    ['\u0130AÉ', '\u0130aÉ'],
    ['@[`{', '@[`{'],
    ['AZ', 'az'],
    ['A', 'a'],
    ['Z', 'z'],
    ['é09:@Z[', 'é09:@z['],
    ['', ''],
  ])('%s', (given, folded) => expect(foldCase(given)).toBe(folded));
});

describe('foldLatin', () => {
  it.each([
    ['aZ09@[', 'az09@['],
    ['\u00c0\u00d6\u00d7\u00d8\u00de\u00df\u00ff', '\u00e0\u00f6\u00d7\u00f8\u00fe\u00df\u00ff'],
    ['\u0100\u212a', '\u0100\u212a'],
    ['', ''],
  ])('%s', (given, folded) => expect(foldLatin(given)).toBe(folded));
});

it('of context keys that differ by case only, the first counts', () => {
  const context = createRequestContext({ 'aws:Key': 'a', 'AWS:KEY': 'b' });
  expect(context.get('aws:key')).toBe('a');
});
