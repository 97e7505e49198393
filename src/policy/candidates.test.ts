import { describe, expect, it } from 'vitest';
import { Candidates } from './candidates.ts';
import { parsePolicy } from './document.ts';
import { WAYS } from './match/principal.ts';
import { type ContextValue, createRequestContext } from './request.ts';
import { CompiledStatement, Evaluation, grammarOf } from './statement.ts';

const user = { kind: 'user', account: '1', arn: 'arn:aws:iam::1:user/u', uniqueId: 'AIDAJANEEXAMPLE000001' } as const;

/** Statements of a resource-based policy, Allow for everyone unless they say otherwise, and the places of those that are asked, in order. */
function candidatesOf(statements: readonly object[]) {
  const asked: number[] = [];
  class Watched extends CompiledStatement {
    override applies(evaluation: Evaluation): number {
      asked.push(this.source.index);
      return super.applies(evaluation);
    }
  }
  const whole = statements.map((statement) => ({ Effect: 'Allow', Principal: '*', Action: 's3:*', ...statement }));
  const { statements: parsed } = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: whole }));
  const grammar = grammarOf('resource');
  const candidates = new Candidates(parsed.map((source, policy) => ({ policy, statement: new Watched(source, true, grammar) })));
  const ask = (resource: string, context: Record<string, ContextValue> = {}) =>
    new Evaluation({ principal: user, action: 's3:GetObject', resource, context: createRequestContext(context) }, false);
  return {
    candidates,
    first: (resource: string, context?: Record<string, ContextValue>, ways?: number) => {
      asked.length = 0;
      return { found: candidates.first(ask(resource, context), ways)?.policy, asked: [...asked] };
    },
    ways: (resource: string, context?: Record<string, ContextValue>) => {
      asked.length = 0;
      return { ways: candidates.ways(ask(resource, context)), asked: [...asked].sort((a, b) => a - b) };
    },
  };
}

const many = <T>(make: (i: number) => T): T[] => Array.from({ length: 40 }, (_, i) => make(i));
const bucket = (i: number) => ({ Resource: `arn:aws:s3:::b${i}/*` });

describe('few statements', () => {
  const { first, ways, candidates } = candidatesOf([bucket(0), bucket(1), bucket(2), bucket(1)]);
  it('are asked in order until one applies', () => {
    expect(candidates.size).toBe(4);
    expect(first('arn:aws:s3:::b1/x')).toEqual({ found: 1, asked: [0, 1] });
    expect(first('arn:aws:s3:::b9/x')).toEqual({ found: undefined, asked: [0, 1, 2, 3] });
  });
  it('are all asked for their ways', () => expect(ways('arn:aws:s3:::b1/x')).toEqual({ ways: WAYS.everyone, asked: [0, 1, 2, 3] }));
});

describe('of many statements, those that cannot apply are not asked', () => {
  it('told apart by what the resource begins with', () => {
    const { first, ways, candidates } = candidatesOf(many(bucket));
    expect(candidates.size).toBe(40);
    expect(first('arn:aws:s3:::b7/x')).toEqual({ found: 7, asked: [7] });
    expect(first('arn:aws:s3:::b77/x')).toEqual({ found: undefined, asked: [] });
    expect(first('arn:aws:s3:::b')).toEqual({ found: undefined, asked: [] });
    expect(ways('arn:aws:s3:::b39/x')).toEqual({ ways: WAYS.everyone, asked: [39] });
    expect(ways('arn:aws:s3:::x')).toEqual({ ways: 0, asked: [] });
  });

  it('by any of several resources, each statement once', () => {
    const { ways } = candidatesOf(many((i) => ({ Resource: [`arn:aws:s3:::a${i}/*`, `arn:aws:s3:::b${i}/*`, `arn:aws:s3:::b${i}/*/x`] })));
    expect(ways('arn:aws:s3:::a7/x')).toEqual({ ways: WAYS.everyone, asked: [7] });
    expect(ways('arn:aws:s3:::b7/x')).toEqual({ ways: WAYS.everyone, asked: [7] });
  });

  it('by the value a key must have, where the resource is the same', () => {
    const { first, ways } = candidatesOf(
      many((i) => ({ Resource: 'arn:aws:s3:::b/*', Condition: { StringEquals: { 'x:Key': [`v${i}`, `w${i}`] } } })),
    );
    const resource = 'arn:aws:s3:::b/x';
    expect(first(resource, { 'x:key': 'v7' })).toEqual({ found: 7, asked: [7] });
    expect(first(resource, { 'x:key': 'w8' })).toEqual({ found: 8, asked: [8] });
    expect(first(resource, { 'x:key': 'x' })).toEqual({ found: undefined, asked: [] });
    expect(first(resource, { 'x:key': ['x', 'v9'] })).toEqual({ found: 9, asked: [9] });
    expect(first(resource, { 'x:key': [] })).toEqual({ found: undefined, asked: [] });
    expect(first(resource)).toEqual({ found: undefined, asked: [] });
    expect(first('arn:aws:s3:::c/x', { 'x:key': 'v7' })).toEqual({ found: undefined, asked: [7] });
    expect(ways(resource, { 'x:key': ['v3', 'v4'] })).toEqual({ ways: WAYS.everyone, asked: [3, 4] });
  });

  it('by the resource first', () => {
    const { first } = candidatesOf(many((i) => ({ ...bucket(i), Condition: { StringEquals: { 'x:key': 'v' } } })));
    expect(first('arn:aws:s3:::b7/x', { 'x:key': 'v' })).toEqual({ found: 7, asked: [7] });
  });

  it('by the value, where they share one of their resources', () => {
    const { first } = candidatesOf(
      many((i) => ({ Resource: ['arn:aws:s3:::a/*', `arn:aws:s3:::b${i}/*`], Condition: { StringEquals: { 'x:key': `v${i}` } } })),
    );
    expect(first('arn:aws:s3:::a/x', { 'x:key': 'v7' })).toEqual({ found: 7, asked: [7] });
    expect(first('arn:aws:s3:::b7/x', { 'x:key': 'v7' })).toEqual({ found: 7, asked: [7] });
  });

  it('by the value, whatever other conditions there are', () => {
    const condition = (i: number) => ({ Bool: { 'x:on': 'true' }, StringEquals: { 'x:key': `v${i}` } });
    const { first } = candidatesOf(many((i) => ({ Resource: '*', Condition: condition(i) })));
    expect(first('*', { 'x:on': 'true', 'x:key': 'v7' })).toEqual({ found: 7, asked: [7] });
  });

  it('and all of those that are alike are asked', () => {
    const byValue = candidatesOf(many((i) => ({ Resource: '*', Condition: { StringEquals: { 'x:key': `v${i % 20}` } } })));
    expect(byValue.ways('*', { 'x:key': 'v7' })).toEqual({ ways: WAYS.everyone, asked: [7, 27] });
    const byResource = candidatesOf(many((i) => bucket(i % 20)));
    expect(byResource.ways('arn:aws:s3:::b7/x')).toEqual({ ways: WAYS.everyone, asked: [7, 27] });
  });

  it('by the values of several keys', () => {
    const { ways } = candidatesOf(many((i) => ({ Resource: '*', Condition: { StringEquals: { [i % 2 ? 'x:a' : 'x:b']: `v${i}` } } })));
    expect(ways('*', { 'x:a': 'v7', 'x:b': 'v8' })).toEqual({ ways: WAYS.everyone, asked: [7, 8] });
  });
});

describe('of many statements, those that nothing tells apart are always asked', () => {
  const odd = [
    { Resource: '*' },
    { Resource: ['arn:aws:s3:::z', 'arn:aws:s3:::*'] },
    { NotResource: 'arn:aws:s3:::z' },
    { Resource: 'arn:aws:s3:::${x:key}' },
    { Resource: 'arn:aws:s3:::*', Condition: { StringNotEquals: { 'x:key': 'v' } } },
  ];
  it.each(odd.map((statement, i) => [i, statement] as const))('%s', (i, statement) => {
    const { first, ways } = candidatesOf([...many(bucket), statement]);
    expect(first('arn:aws:s3:::a', { 'x:key': 'a' })).toEqual({ found: 40, asked: [40] });
    expect(ways('arn:aws:s3:::b7/x', { 'x:key': 'b7/x' })).toEqual({ ways: WAYS.everyone, asked: [7, 40] });
    expect(first('arn:aws:s3:::b7/x', { 'x:key': 'v' }).found).toBe(i < 3 ? 40 : 7);
  });

  it('and an empty list of resources never applies', () => {
    const { first } = candidatesOf([...many(bucket), { Resource: [] }]);
    expect(first('arn:aws:s3:::a').found).toBeUndefined();
  });
});

describe('the ways that are asked for', () => {
  const own = { Principal: { AWS: user.arn } };
  it.each([
    ['few', 0],
    ['many', 40],
  ])('of %s statements', (_, count) => {
    const others = many(bucket).slice(0, count);
    const { first, ways } = candidatesOf([...others, { Resource: '*' }, { Resource: 'arn:aws:s3:::c/*', ...own }, bucket(7)]);
    expect(ways('arn:aws:s3:::c/x').ways).toBe(WAYS.everyone | WAYS.user);
    expect(first('arn:aws:s3:::c/x', {}, WAYS.everyone).found).toBe(count);
    expect(first('arn:aws:s3:::c/x', {}, WAYS.user).found).toBe(count + 1);
    expect(first('arn:aws:s3:::c/x', {}, WAYS.role).found).toBeUndefined();
  });
});
