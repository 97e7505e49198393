import { describe, expect, it } from 'vitest';
import { parseOperator, takesVariables } from './operator.ts';

/** As the User Guide lists them. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  string: ['StringEquals', 'StringNotEquals'],
  ignoreCase: ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
  like: ['StringLike', 'StringNotLike'],
  numeric: ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map((order) => `Numeric${order}`),
  date: ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map((order) => `Date${order}`),
  bool: ['Bool'],
  binary: ['BinaryEquals'],
  ip: ['IpAddress', 'NotIpAddress'],
  arn: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
  null: ['Null'],
};

describe('condition operators', () => {
  it.each(Object.entries(FAMILIES).flatMap(([family, names]) => names.map((name) => [name, family] as const)))(
    '%s is of the family %s, negated by its name alone',
    (name, family) => {
      const plain = { family, negated: name.includes('Not'), set: undefined, ifExists: false };
      expect(parseOperator(name)).toMatchObject(plain);
      expect(parseOperator(`ForAnyValue:${name}`)).toMatchObject({ ...plain, set: 'ForAnyValue' });
      expect(parseOperator(`ForAllValues:${name}`)).toMatchObject({ ...plain, set: 'ForAllValues' });
      if (name === 'Null') expect(parseOperator('NullIfExists')).toBeUndefined();
      else expect(parseOperator(`${name}IfExists`)).toMatchObject({ ...plain, ifExists: true });
    },
  );

  it('take variables where texts and ARNs are compared', () => {
    const found = Object.values(FAMILIES)
      .flat()
      .filter((name) => takesVariables(parseOperator(name)?.family ?? 'null'));
    expect(found.every((name) => name.startsWith('String') || name.startsWith('Arn'))).toBe(true);
    expect(found).toHaveLength(10);
  });
});
