import { describe, expect, it } from 'vitest';
import { allSteps, parseDefinition, resolved, UNKNOWN } from './definition.ts';

const define = (Steps: unknown, more: object = {}) => JSON.stringify({ Version: '2020-12-01', Steps, ...more });
const step = (Name: string, more: object = {}) => ({ Name, Type: 'Training', Arguments: {}, ...more });
const parse = (text: string) => parseDefinition(text, 5);

const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) });

describe('a definition', () => {
  it('tells which steps wait for which: by name, by reference, and by condition', () => {
    const { steps } = parse(
      define([
        step('A'),
        step('B', { Arguments: { Model: [{ Get: 'Steps.A.ModelArtifacts.S3ModelArtifacts' }] } }),
        step('C', { DependsOn: ['A', 'B'] }),
        {
          Name: 'D',
          Type: 'Condition',
          Arguments: { Conditions: [{ Type: 'Equals', LeftValue: { Get: 'Steps.C.x' } }], IfSteps: [step('E', { DependsOn: ['B'] })] },
        },
      ]),
    );
    expect(allSteps(steps).map(({ Name, after }) => [Name, after])).toEqual([
      ['A', []],
      ['B', ['A']],
      ['C', ['A', 'B']],
      ['D', ['C']],
      ['E', ['B', 'D']],
    ]);
  });

  it.each([
    ['no JSON', '{', 'the definition is not valid JSON.'],
    ['a list', '[]', 'the definition is not an object.'],
    ['null', 'null', 'the definition is not an object.'],
    ['another version', '{"Version":"2019","Steps":[]}', "Version must be '2020-12-01'."],
    ['no steps', define([]), 'the pipeline has no steps.'],
    ['steps that are no list', define({}), 'Steps is not a list.'],
    ['a step that is none', define([1]), 'a step is not an object.'],
    ['a step without a name', define([{ Type: 'Training' }]), 'the Name of a step is not a text.'],
    ['a step without a type', define([{ Name: 'A' }]), 'the Type of step A is not a text.'],
    ['a name twice', define([step('A'), step('A')]), 'there is more than one step A.'],
    [
      'a name twice, once inside',
      define([step('A'), { Name: 'B', Type: 'Condition', Arguments: { IfSteps: [step('A')] } }]),
      'there is more than one step A.',
    ],
    ['a step that is missing', define([step('A', { DependsOn: ['Z'] })]), 'step A depends on step Z, which the pipeline does not have.'],
    ['a circle', define([step('A', { DependsOn: ['B'] }), step('B', { Arguments: { x: { Get: 'Steps.A.y' } } })]), 'depends on itself.'],
    [
      'a condition that waits for what it leads to',
      define([{ Name: 'C', Type: 'Condition', DependsOn: ['A'], Arguments: { IfSteps: [step('A')] } }]),
      'depends on itself.',
    ],
    ['too many steps', define(['A', 'B', 'C', 'D', 'E', 'F'].map((name) => step(name))), 'the pipeline has more than 5 steps.'],
    ['what nests too deep', define([step('A', { Arguments: nested(100) })]), 'the definition nests deeper than 64 levels.'],
    ['a parameter of no type', define([step('A')], { Parameters: [{ Name: 'p' }] }), 'parameter p has an unknown Type.'],
    [
      'a default that is no scalar',
      define([step('A')], { Parameters: [{ Name: 'p', Type: 'String', DefaultValue: { toString: 1 } }] }),
      'DefaultValue of parameter p is no text, number or truth value.',
    ],
    [
      'a choice that is no scalar',
      define([step('A')], { Parameters: [{ Name: 'p', Type: 'String', EnumValues: [{ toString: 1 }] }] }),
      'a value in EnumValues of parameter p is no text, number or truth value.',
    ],
    [
      'a parameter twice',
      define([step('A')], {
        Parameters: [
          { Name: 'p', Type: 'String' },
          { Name: 'p', Type: 'String' },
        ],
      }),
      'there is more than one parameter p.',
    ],
  ])('refuses %s', (_, text, why) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'ValidationException',
        message: expect.stringMatching(/^Unable to parse pipeline definition\. Model Validation failed: /),
      }),
    );
    expect(() => parse(text)).toThrow(why);
  });

  it('takes a long chain apart', () => {
    const many = Array.from({ length: 2000 }, (_, i) => step(`s${i}`, { DependsOn: i === 0 ? [] : [`s${i - 1}`] }));
    expect(parseDefinition(define(many), 5000).steps).toHaveLength(2000);
  });
});

describe('references', () => {
  const lookup = (reference: string) => ({ 'Parameters.p': 'v', 'Parameters.n': 3 })[reference];
  it.each([
    [{ Get: 'Parameters.p' }, 'v'],
    [{ Get: 'Steps.A.b' }, UNKNOWN],
    [{ 'Std:Join': { On: '/', Values: ['s3:/', { Get: 'Parameters.p' }, { Get: 'Parameters.n' }] } }, 's3://v/3'],
    [{ 'Std:Join': { On: '/', Values: [{ Get: 'Steps.A.b' }] } }, UNKNOWN],
    [{ 'Std:Join': { On: { toString: 1 }, Values: ['a', 'b'] } }, UNKNOWN],
    [{ 'Std:Join': { On: '', Values: [{ toString: 1 }] } }, UNKNOWN],
    [{ 'Std:Join': { Values: ['a', 'b'] } }, 'ab'],
    [{ 'Std:JsonGet': {} }, UNKNOWN],
    [
      { a: [{ Get: 'Parameters.n' }], b: true },
      { a: [3], b: true },
    ],
    [{ Get: 1 }, { Get: 1 }],
    [null, null],
  ])('%j', (value, expected) => {
    expect(resolved(value, lookup)).toEqual(expected);
  });

  it('are not joined to a text that is much longer than what says it', () => {
    const join = (On: string, Values: unknown[]) => resolved({ 'Std:Join': { On, Values } }, lookup);
    expect(join('', Array(16_384).fill('a'))).toHaveLength(16_384);
    expect(join('', Array(16_385).fill('a'))).toBe(UNKNOWN);
    // Longer than any text can be: by values, and by what is between them.
    const long = 'a'.repeat(1_000_000);
    expect(join('', Array(1000).fill(long))).toBe(UNKNOWN);
    expect(join(long, Array(1000).fill(''))).toBe(UNKNOWN);
  });
});
