import { describe, expect, it } from 'vitest';
import { compileCondition } from './condition.ts';
import { type ContextValue, createRequestContext } from './request.ts';

const located = (text: string) => ({ text, at: 0 });

function compile(operator: string, values: readonly string[], options: { variables?: boolean; ifUnknown?: boolean } = {}) {
  const element = { operator: located(operator), key: located('x:Key'), values: values.map(located) };
  return compileCondition(element, options.variables ?? true, options.ifUnknown ?? false);
}

const VARIABLES = { 'aws:username': 'Jane', 'x:star': '*', 'x:arn': 'aws:s3', 'x:empty': '', 'x:list': ['a'] };

const holds = (operator: string, values: readonly string[], value: ContextValue): boolean =>
  compile(operator, values).holds(createRequestContext({ ...VARIABLES, 'x:key': value }));

describe('one value against one', () => {
  it.each<[string, string, string, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', '*', '*', true],
    ['StringEquals', '', '', true],
    ['StringEquals', '${aws:username}', 'Jane', true],
    ['StringEquals', '${aws:username}', 'jane', false],
    ['StringEquals', '${aws:username}s', 'Janes', true],
    ['StringEquals', '${x:none}', '', false],
    ['StringEquals', "${x:none, 'd'}", 'd', true],
    ['StringEquals', '${x:empty}', '', false],
    ['StringEquals', '${x:list}', 'a', false],
    ['StringEquals', '${*}', '*', true],
    ['StringEquals', '${$}', '$', true],
    ['StringNotEquals', 'a', 'a', false],
    ['StringNotEquals', 'a', 'A', true],
    ['StringNotEquals', '${x:none}', 'a', true],
    ['StringEqualsIgnoreCase', 'aZ', 'Az', true],
    ['StringEqualsIgnoreCase', 'Az', 'aZ', true],
    ['StringEqualsIgnoreCase', 'a', 'b', false],
    ['StringEqualsIgnoreCase', '@', '`', false],
    ['StringEqualsIgnoreCase', '[', '{', false],
    ['StringEqualsIgnoreCase', '\u00c0\u00de', '\u00e0\u00fe', true],
    ['StringEqualsIgnoreCase', '\u00bf', '\u00df', false],
    ['StringEqualsIgnoreCase', '\u00d7', '\u00f7', false],
    ['StringEqualsIgnoreCase', '\u00df', '\u00ff', false],
    ['StringEqualsIgnoreCase', '\u212a', 'k', false],
    ['StringEqualsIgnoreCase', 'K', '\u212a', false],
    ['StringEqualsIgnoreCase', '${aws:username}X', 'jaNEx', true],
    ['StringEqualsIgnoreCase', '${x:none}', '', false],
    ['StringNotEqualsIgnoreCase', 'A', 'a', false],
    ['StringNotEqualsIgnoreCase', 'A', 'b', true],
    ['StringLike', 'a*c', 'abc', true],
    ['StringLike', 'a*c', 'ABC', false],
    ['StringLike', 'a?', 'ab', true],
    ['StringLike', '${aws:username}*', 'Jane-1', true],
    ['StringLike', '${x:star}', 'a', false],
    ['StringLike', '${x:star}', '*', true],
    ['StringLike', '${*}', 'a', false],
    ['StringNotLike', 'a*', 'abc', false],
    ['StringNotLike', 'a*', 'b', true],
    ['NumericEquals', '10', '10.0', true],
    ['NumericEquals', '10', '11', false],
    ['NumericEquals', 'x', 'x', false],
    ['NumericEquals', '10', 'x', false],
    ['NumericNotEquals', '10', '10.0', false],
    ['NumericNotEquals', '10', '9', true],
    ['NumericNotEquals', '10', 'x', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThan', '10', '11', false],
    ['NumericLessThanEquals', '10', '9', true],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericLessThanEquals', '10', '11', false],
    ['NumericGreaterThan', '10', '9', false],
    ['NumericGreaterThan', '10', '10', false],
    ['NumericGreaterThan', '10', '11', true],
    ['NumericGreaterThanEquals', '10', '9', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericGreaterThanEquals', '10', '11', true],
    ['DateEquals', '2026-11-26T00:00:00Z', '2026-11-26', true],
    ['DateEquals', '2026-11-26', '2026-11-27', false],
    ['DateNotEquals', '2026-11-26', '2026-11-26', false],
    ['DateNotEquals', '2026-11-26', '2026-11-27', true],
    ['DateLessThan', '2026-11-26', '2026-11-25', true],
    ['DateLessThan', '2026-11-26', '2026-11-26', false],
    ['DateLessThanEquals', '2026-11-26', '2026-11-26', true],
    ['DateLessThanEquals', '2026-11-26', '2026-11-27', false],
    ['DateGreaterThan', '2026-11-26', '2026-11-27', true],
    ['DateGreaterThan', '2026-11-26', '2026-11-26', false],
    ['DateGreaterThanEquals', '2026-11-26', '2026-11-26', true],
    ['DateGreaterThanEquals', '2026-11-26', '2026-11-25', false],
    ['Bool', 'true', 'true', true],
    ['Bool', 'True', 'TRUE', true],
    ['Bool', 'false', 'FALSE', true],
    ['Bool', 'true', 'false', false],
    ['Bool', 'false', 'true', false],
    ['Bool', 'yes', 'yes', false],
    ['Bool', '', '', false],
    ['BinaryEquals', 'YQ==', 'YQ', true],
    ['BinaryEquals', 'YQ==', 'Yg==', false],
    ['BinaryEquals', '?', '?', false],
    ['BinaryEquals', '?', 'YQ==', false],
    ['IpAddress', '10.0.0.0/8', '10.1.2.3', true],
    ['IpAddress', '10.0.0.0/8', '11.1.2.3', false],
    ['IpAddress', '10.0.0.0/8', 'x', false],
    ['IpAddress', 'x', '10.1.2.3', false],
    ['NotIpAddress', '10.0.0.0/8', '10.1.2.3', false],
    ['NotIpAddress', '10.0.0.0/8', '11.1.2.3', true],
  ])('%s %j and %j: %s', (operator, wanted, value, expected) => expect(holds(operator, [wanted], value)).toBe(expected));
});

describe('ARNs, part by part', () => {
  const arn = 'arn:aws:s3:eu:1:b/c:d';
  it.each<[string, string, boolean]>([
    [arn, arn, true],
    ['*', arn, true],
    ['*', 'x', false],
    ['*:*:*:*:*:*', arn, true],
    ['arn:*', arn, false],
    ['**', arn, false],
    ['*:*', arn, false],
    ['arn:aws:s3:eu:*', arn, false],
    ['arn:aws:s3:*:*:b/*', arn, true],
    ['arn:aws:s?:eu:1:b/c:d', arn, true],
    ['arn:aws:s3:eu:1:*:d', arn, true],
    ['a*:aws:s3:eu:1:b/c:d', arn, true],
    ['xrn:aws:s3:eu:1:b/c:d', arn, false],
    ['arn:aws-cn:s3:eu:1:b/c:d', arn, false],
    ['arn:aws:sns:eu:1:b/c:d', arn, false],
    ['arn:aws:s3:us:1:b/c:d', arn, false],
    ['arn:aws:s3:eu:2:b/c:d', arn, false],
    ['arn:aws:s3:eu:1:b/c', arn, false],
    ['*:*:*:*:*:*', 'xrn:aws:s3:eu:1:b', false],
    ['*:*:*:*:*:*', 'arn:aws:s3:eu:1', false],
    ['*:*:*:*:*:*', 'arn:aws:s3:eu', false],
    ['*:*:*:*:*:*', 'arn:aws:s3', false],
    ['*:*:*:*:*:*', 'arn:aws', false],
    ['*:*:*:*:*:*', 'arn', false],
    ['arn:aws:s3:::${aws:username}', 'arn:aws:s3:::Jane', true],
    ['arn:aws:s3:::${aws:username}:x', 'arn:aws:s3:::Jane:x', true],
    ['arn:aws:s3:${aws:username}::b', 'arn:aws:s3:Jane::b', true],
    ['arn:aws:s3:${x:none}::b', 'arn:aws:s3:::b', false],
    ['arn:${x:arn}:::b', 'arn:aws:s3:::b', false],
    ['arn:aws:s3:::${x:arn}', 'arn:aws:s3:::aws:s3', true],
    ['arn:aws:s3:::${x:star}', 'arn:aws:s3:::b', false],
  ])('%s and %s: %s', (pattern, value, expected) => {
    for (const operator of ['ArnEquals', 'ArnLike']) expect(holds(operator, [pattern], value)).toBe(expected);
    for (const operator of ['ArnNotEquals', 'ArnNotLike']) expect(holds(operator, [pattern], value)).toBe(!expected);
  });

  it('a document of the older version knows no variables in them', () => {
    const { holds: old } = compile('ArnLike', ['arn:aws:s3:::${aws:username}'], { variables: false });
    expect(old(createRequestContext({ ...VARIABLES, 'x:key': 'arn:aws:s3:::Jane' }))).toBe(false);
    expect(old(createRequestContext({ ...VARIABLES, 'x:key': 'arn:aws:s3:::${aws:username}' }))).toBe(true);
  });
});

describe('absent keys, lists, negation and IfExists', () => {
  const keys: readonly ContextValue[] = [undefined, [], 'a', 'b', '', ['a', 'b'], ['b', 'c'], ['a', 'a'], ['', ''], ['', 'a']];
  //                                     absent  []      a      b      ''     a,b    b,c    a,a    '',''  '',a
  it.each<[string, readonly boolean[]]>([
    ['StringEquals', [false, false, true, false, false, true, false, true, false, true]],
    ['StringEqualsIfExists', [true, true, true, false, false, true, false, true, false, true]],
    ['StringNotEquals', [true, true, false, true, true, false, true, false, true, false]],
    ['StringNotEqualsIfExists', [true, true, false, true, true, false, true, false, true, false]],
    ['ForAllValues:StringEquals', [true, true, true, false, true, false, false, true, true, false]],
    ['ForAllValues:StringEqualsIfExists', [true, true, true, false, true, false, false, true, true, false]],
    ['ForAllValues:StringNotEquals', [true, true, false, true, true, false, true, false, true, false]],
    ['ForAnyValue:StringEquals', [false, false, true, false, false, true, false, true, false, true]],
    ['ForAnyValue:StringEqualsIfExists', [true, true, true, false, false, true, false, true, false, true]],
    ['ForAnyValue:StringNotEquals', [false, false, false, true, false, true, true, false, false, true]],
    ['ForAnyValue:StringNotEqualsIfExists', [true, true, false, true, false, true, true, false, false, true]],
  ])('%s "a"', (operator, expected) => expect(keys.map((value) => holds(operator, ['a'], value))).toEqual(expected));

  it.each<[readonly string[], boolean, boolean]>([
    [['true'], true, false],
    [['false'], false, true],
    [['TRUE'], true, false],
    [['False'], false, true],
    [['true', 'false'], true, true],
    [['x'], false, false],
    [[], false, false],
  ])('Null %j', (values, ifAbsent, ifPresent) => {
    for (const prefix of ['', 'ForAllValues:', 'ForAnyValue:']) {
      expect([undefined, []].map((value) => holds(`${prefix}Null`, values, value))).toEqual([ifAbsent, ifAbsent]);
      expect(['a', '', ['a']].map((value) => holds(`${prefix}Null`, values, value))).toEqual([ifPresent, ifPresent, ifPresent]);
    }
  });
});

describe('several values in the policy: one is enough', () => {
  it.each<[string, readonly string[], string, boolean]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', ['a', 'b'], 'c', false],
    ['StringEquals', ['x', '${aws:username}', '${x:star}'], 'Jane', true],
    ['StringEquals', ['x', '${aws:username}'], 'x', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringEqualsIgnoreCase', ['A', 'B'], 'b', true],
    ['StringLike', ['a*', 'b*'], 'bc', true],
    ['StringLike', ['a*', 'b*'], 'c', false],
    ['NumericLessThan', ['x', '1', '10'], '5', true],
    ['DateLessThan', ['x', '2020', '2026-11-26'], '2026-01-01', true],
    ['Bool', ['x', 'true'], 'true', true],
    ['BinaryEquals', ['?', 'YQ=='], 'YQ==', true],
    ['IpAddress', ['x', '10.0.0.0/8', '11.0.0.0/8'], '11.1.1.1', true],
    ['ArnLike', ['x', 'arn:aws:sns:*:*:*', 'arn:aws:s3:::*'], 'arn:aws:s3:::b', true],
    ['ArnLike', ['x', 'arn:aws:sns:*:*:*'], 'arn:aws:s3:::b', false],
  ])('%s %j and %j: %s', (operator, values, value, expected) => expect(holds(operator, values, value)).toBe(expected));

  it.each(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'NumericEquals', 'DateEquals', 'Bool', 'IpAddress', 'ArnLike'])(
    'none at all: nothing matches %s',
    (operator) => {
      expect(holds(operator, [], 'true')).toBe(false);
      expect(holds(operator, [], '')).toBe(false);
    },
  );
});

it('a document of the older version takes variables for text', () => {
  for (const operator of ['StringEquals', 'StringLike', 'StringEqualsIgnoreCase']) {
    const { holds: old } = compile(operator, ['${aws:username}'], { variables: false });
    expect(old(createRequestContext({ ...VARIABLES, 'x:key': 'Jane' }))).toBe(false);
    expect(old(createRequestContext({ ...VARIABLES, 'x:key': '${aws:username}' }))).toBe(true);
  }
});

it('an unknown operator comes to what its statement says', () => {
  for (const operator of ['StringEqual', 'stringequals', 'NullIfExists', 'ForSomeValues:Bool', 'ForAnyValue::Bool', '']) {
    expect(compile(operator, ['a'], { ifUnknown: true }).holds(createRequestContext({}))).toBe(true);
    expect(compile(operator, ['a'], { ifUnknown: false }).holds(createRequestContext({ 'x:key': 'a' }))).toBe(false);
    expect(compile(operator, ['a']).operator).toBeUndefined();
  }
});

describe('the values without which a condition cannot hold', () => {
  it.each<[string, readonly string[], readonly string[] | undefined]>([
    ['StringEquals', ['a', 'b'], ['a', 'b']],
    ['StringEquals', ['*'], ['*']],
    ['StringEquals', [], undefined],
    ['StringEquals', ['a', '${aws:username}'], undefined],
    ['StringNotEquals', ['a'], undefined],
    ['StringEqualsIfExists', ['a'], undefined],
    ['ForAnyValue:StringEquals', ['a'], undefined],
    ['ForAllValues:StringEquals', ['a'], undefined],
    ['StringEqualsIgnoreCase', ['a'], undefined],
    ['StringLike', ['a'], undefined],
    ['NumericEquals', ['1'], undefined],
  ])('%s %j', (operator, values, literals) =>
    expect([...(compile(operator, values).literals ?? [undefined])]).toEqual(literals ?? [undefined]),
  );

  it('in a document of the older version: what looks like a variable is one of them', () =>
    expect([...(compile('StringEquals', ['${a}'], { variables: false }).literals ?? [])]).toEqual(['${a}']));
});
