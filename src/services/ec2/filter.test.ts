import { describe, expect, it } from 'vitest';
import { filterBy } from './filter.ts';

interface Thing {
  readonly name: string;
  readonly tags: readonly { Key: string; Value: string }[];
}
const things: Thing[] = [
  { name: 'alpha', tags: [{ Key: 'team', Value: 'blue' }] },
  { name: 'beta', tags: [{ Key: 'Team', Value: 'blue' }] },
  { name: 'a*b', tags: [] },
];
const names = (...filters: { Name: string; Values?: string[] }[]) =>
  things
    .filter(filterBy(filters, { name: (t) => [t.name], 'is-long': (t) => [String(t.name.length > 3)] }, (t) => t.tags))
    .map((t) => t.name);

describe('filterBy', () => {
  it.each([
    [{ Name: 'name', Values: ['alpha', 'gamma'] }, ['alpha']],
    [{ Name: 'name', Values: ['ALPHA'] }, []],
    [{ Name: 'name', Values: ['*'] }, ['alpha', 'beta', 'a*b']],
    [{ Name: 'name', Values: ['a*'] }, ['alpha', 'a*b']],
    [{ Name: 'name', Values: ['*a'] }, ['alpha', 'beta']],
    [{ Name: 'name', Values: ['?eta'] }, ['beta']],
    [{ Name: 'name', Values: ['a\\*b'] }, ['a*b']],
    [{ Name: 'name', Values: ['a*h*'] }, ['alpha']],
    [{ Name: 'name', Values: ['alph'] }, []],
    [{ Name: 'is-long', Values: ['true'] }, ['alpha', 'beta']],
    [{ Name: 'tag:team', Values: ['blue'] }, ['alpha']],
    [{ Name: 'tag-key', Values: ['?eam'] }, ['alpha', 'beta']],
  ])('%j passes %j', (filter, expected) => {
    expect(names(filter)).toEqual(expected);
  });

  it('asks for every filter', () => {
    expect(names({ Name: 'name', Values: ['*a'] }, { Name: 'tag:team', Values: ['*'] })).toEqual(['alpha']);
  });

  it.each([
    [{ Name: 'colour', Values: ['x'] }, 'InvalidParameterValue', "The filter 'colour' is invalid"],
    [{ Name: '__proto__', Values: ['x'] }, 'InvalidParameterValue', "The filter '__proto__' is invalid"],
    [{ Name: 'name' }, 'InvalidParameterValue', "The filter 'name' has no values"],
    [
      { Name: 'name', Values: Array(201).fill('x') },
      'FilterLimitExceeded',
      'The maximum number of filter values specified on a single call is 200',
    ],
  ])('refuses %o', (filter, code, message) => {
    expect(() => names(filter)).toThrow(expect.objectContaining({ code, message }));
  });
});
