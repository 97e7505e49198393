import { describe, expect, it } from 'vitest';
import { evaluateConditions } from './condition.ts';

const lookup = (reference: string): unknown => ({ 'Parameters.n': 5, 'Parameters.s': 'abc', 'Parameters.b': true })[reference];
const n = { Get: 'Parameters.n' };
const s = { Get: 'Parameters.s' };
const unknown = { Get: 'Steps.Train.Metric' };

const compare = (Type: string, LeftValue: unknown, RightValue: unknown) => ({ Type, LeftValue, RightValue });

describe('conditions', () => {
  it.each([
    ['an equal number', [compare('Equals', n, 5)], true],
    ['a number written as text', [compare('Equals', n, '5')], true],
    ['another number', [compare('Equals', n, 6)], false],
    ['a text', [compare('Equals', s, 'abc')], true],
    ['a truth value', [compare('Equals', { Get: 'Parameters.b' }, true)], true],
    ['greater', [compare('GreaterThan', n, 4.5)], true],
    ['not greater', [compare('GreaterThan', n, 5)], false],
    ['at least', [compare('GreaterThanOrEqualTo', n, 5)], true],
    ['less', [compare('LessThan', n, 10)], true],
    ['at most', [compare('LessThanOrEqualTo', n, 4)], false],
    ['one of several', [{ Type: 'In', QueryValue: s, Values: ['x', 'abc'] }], true],
    ['none of several', [{ Type: 'In', QueryValue: s, Values: ['x'] }], false],
    ['the contrary', [{ Type: 'Not', Expression: compare('Equals', n, 5) }], false],
    ['one of two', [{ Type: 'Or', Conditions: [compare('Equals', n, 1), compare('Equals', n, 5)] }], true],
    ['neither of two', [{ Type: 'Or', Conditions: [compare('Equals', n, 1), compare('Equals', n, 2)] }], false],
    ['all of none', [], true],
    ['all of two', [compare('Equals', n, 5), compare('Equals', s, 'abd')], false],
    ['what is not known', [compare('Equals', unknown, 5)], undefined],
    ['what is not known, with one that is false', [compare('Equals', unknown, 5), compare('Equals', n, 6)], false],
    [
      'what is not known, or one that is true',
      [{ Type: 'Or', Conditions: [compare('Equals', unknown, 5), compare('Equals', n, 5)] }],
      true,
    ],
    ['the contrary of what is not known', [{ Type: 'Not', Expression: compare('Equals', unknown, 5) }], undefined],
    ['among what is not known', [{ Type: 'In', QueryValue: unknown, Values: ['x'] }], undefined],
    ['a file', [compare('LessThan', { 'Std:JsonGet': { PropertyFile: { Get: 'Steps.E.PropertyFiles.F' }, Path: 'a' } }, 6)], undefined],
    ['a kind that is none', [{ Type: 'Sometimes' }], undefined],
    ['no condition at all', ['x'], undefined],
    ['no list', 'x', undefined],
    ['a name of Object', [{ Type: 'constructor', LeftValue: 1, RightValue: 1 }], undefined],
  ])('%s', (_, conditions, expected) => {
    expect(evaluateConditions(conditions, lookup)).toBe(expected);
  });
});
