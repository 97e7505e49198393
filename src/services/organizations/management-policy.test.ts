import { describe, expect, it } from 'vitest';
import { formatManagementPolicy, mergePolicies, readManagementPolicy } from './management-policy.ts';

/** One policy a level, or several as a list. */
const merged = (levels: (object | object[])[], foldNames = false): unknown => {
  const read = (policy: object) => {
    const document = readManagementPolicy(JSON.stringify(policy));
    if (!document) throw new Error('unreadable');
    return document;
  };
  const documents = levels.map((level) => (Array.isArray(level) ? level : [level]).map(read));
  return JSON.parse(formatManagementPolicy(mergePolicies(documents, { foldNames })));
};

const value = (operators: unknown) => ({ a: { b: operators } });

// As in the examples of https://docs.aws.amazon.com/organizations/latest/userguide/inheritance-examples.html
describe('merging management policies', () => {
  it.each<[what: string, levels: (object | object[])[], effective: unknown]>([
    ['nothing', [], {}],
    ['one', [value({ '@@assign': ['x'] })], value(['x'])],
    ['a lower level overwrites', [value({ '@@assign': 'x' }), value({ '@@assign': 'y' })], value('y')],
    ['and appends, once', [value({ '@@assign': ['x'] }), value({ '@@append': ['y', 'x'] })], value(['x', 'y'])],
    ['to nothing too', [value({ '@@append': ['y'] })], value(['y'])],
    ['and removes', [value({ '@@assign': ['x', 'y'] }), value({ '@@remove': ['x', 'z'] })], value(['y'])],
    [
      'within a level: assign, append, remove',
      [[value({ '@@remove': ['x'] }), value({ '@@append': ['y'] }), value({ '@@assign': ['x'] })]],
      value(['y']),
    ],
    ['a plain value is assigned', [value({ c: 1 }), value({ c: 2, d: [true] })], value({ c: 2, d: [true] })],
    ['an empty object stays', [{ a: {} }], { a: {} }],
    ['siblings stay', [{ a: { b: 1 } }, { a: { c: 2 } }], { a: { b: 1, c: 2 } }],
    [
      'a parent may forbid all',
      [value({ '@@assign': 'x', '@@operators_allowed_for_child_policies': ['@@none'] }), value({ '@@assign': 'y' })],
      value('x'),
    ],
    [
      'or all but some',
      [
        value({ '@@assign': ['x'], '@@operators_allowed_for_child_policies': ['@@append'] }),
        value({ '@@assign': ['y'], '@@append': ['z'], '@@remove': ['x'] }),
      ],
      value(['x', 'z']),
    ],
    [
      'for everything below the place where it says so',
      [{ a: { '@@operators_allowed_for_child_policies': ['@@none'], b: 'x' } }, { a: { b: 'y', c: 'z' } }],
      { a: { b: 'x' } },
    ],
    [
      'which a child cannot take back',
      [
        value({ '@@assign': 'x', '@@operators_allowed_for_child_policies': ['@@none'] }),
        value({ '@@operators_allowed_for_child_policies': ['@@all'] }),
        value({ '@@assign': 'y' }),
      ],
      value('x'),
    ],
    [
      'and which does not bind its own level',
      [[value({ '@@assign': ['x'], '@@operators_allowed_for_child_policies': ['@@none'] }), value({ '@@append': ['y'] })]],
      value(['x', 'y']),
    ],
  ])('%s', (_, levels, effective) => expect(merged(levels)).toEqual(effective));

  it('names may differ by case or not', () => {
    const levels = [{ tags: { Team: { x: 1 } } }, { tags: { TEAM: { y: 2 } } }];
    expect(merged(levels)).toEqual({ tags: { Team: { x: 1 }, TEAM: { y: 2 } } });
    expect(merged(levels, true)).toEqual({ tags: { team: { x: 1, y: 2 } } });
  });
});

describe('reading management policies', () => {
  it.each(['', 'x', '[]', '1', 'null', '"a"', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`])(
    'refuses %.20s',
    (text) => expect(readManagementPolicy(text)).toBeUndefined(),
  );

  it('takes no name for more than a name', () => {
    const text = '{"__proto__":{"polluted":1},"constructor":{"toString":2}}';
    const document = readManagementPolicy(text);
    expect(document && formatManagementPolicy(mergePolicies([[document]], { foldNames: false }))).toBe(text);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
