/** How a policy value and a context value are compared. */
export type Family = 'string' | 'ignoreCase' | 'like' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'arn' | 'null';

/** The order that a numeric or date operator asks for, of the context value against the policy's. */
export type Order = 'equal' | 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual';

interface Base {
  readonly family: Family;
  readonly negated: boolean;
  readonly order: Order;
}

/** A condition operator, taken apart: `ForAnyValue:StringNotLikeIfExists`. */
export interface Operator extends Base {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
}

const base = (family: Family, negated = false, order: Order = 'equal'): Base => ({ family, negated, order });

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const BASES: ReadonlyMap<string, Base> = new Map([
  ['StringEquals', base('string')],
  ['StringNotEquals', base('string', true)],
  ['StringEqualsIgnoreCase', base('ignoreCase')],
  ['StringNotEqualsIgnoreCase', base('ignoreCase', true)],
  ['StringLike', base('like')],
  ['StringNotLike', base('like', true)],
  ['NumericEquals', base('numeric')],
  ['NumericNotEquals', base('numeric', true)],
  ['NumericLessThan', base('numeric', false, 'less')],
  ['NumericLessThanEquals', base('numeric', false, 'lessOrEqual')],
  ['NumericGreaterThan', base('numeric', false, 'greater')],
  ['NumericGreaterThanEquals', base('numeric', false, 'greaterOrEqual')],
  ['DateEquals', base('date')],
  ['DateNotEquals', base('date', true)],
  ['DateLessThan', base('date', false, 'less')],
  ['DateLessThanEquals', base('date', false, 'lessOrEqual')],
  ['DateGreaterThan', base('date', false, 'greater')],
  ['DateGreaterThanEquals', base('date', false, 'greaterOrEqual')],
  ['Bool', base('bool')],
  ['BinaryEquals', base('binary')],
  ['IpAddress', base('ip')],
  ['NotIpAddress', base('ip', true)],
  ['ArnEquals', base('arn')],
  ['ArnLike', base('arn')],
  ['ArnNotEquals', base('arn', true)],
  ['ArnNotLike', base('arn', true)],
  ['Null', base('null')],
]);

/** Case-sensitive. Undefined for what is no operator: `stringequals`, `ForAnyValue::Bool`, `NullIfExists`. */
export function parseOperator(text: string): Operator | undefined {
  const set = text.startsWith('ForAllValues:') ? 'ForAllValues' : text.startsWith('ForAnyValue:') ? 'ForAnyValue' : undefined;
  const rest = set ? text.slice(set.length + 1) : text;
  const ifExists = rest.endsWith('IfExists');
  const found = BASES.get(ifExists ? rest.slice(0, -'IfExists'.length) : rest);
  if (!found || (ifExists && found.family === 'null')) return undefined;
  return { ...found, set, ifExists };
}

/** Whether the values of such an operator may hold variables. (The documentation disagrees about Bool: not supported here.) */
export const takesVariables = (family: Family): boolean =>
  family === 'string' || family === 'ignoreCase' || family === 'like' || family === 'arn';
