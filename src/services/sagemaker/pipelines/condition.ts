import { isScalar } from '../member-path.ts';
import { type Lookup, resolved, UNKNOWN } from './definition.ts';

/*
 * Whether a condition step's conditions hold. All of them must.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-condition
 */

type Outcome = boolean | undefined;
type Json = Readonly<Record<string, unknown>>;

/** Numbers are compared as such, also where parameters are texts. */
function compared(a: unknown, b: unknown): number | undefined {
  if (!isScalar(a) || !isScalar(b)) return undefined;
  const [left, right] = [Number(a), Number(b)];
  if (!Number.isNaN(left) && !Number.isNaN(right) && a !== '' && b !== '') return left - right;
  const [one, other] = [String(a), String(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

const test = (order: number | undefined, holds: (order: number) => boolean): Outcome => (order === undefined ? undefined : holds(order));

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  GreaterThan: (order) => order > 0,
  GreaterThanOrEqualTo: (order) => order >= 0,
  LessThan: (order) => order < 0,
  LessThanOrEqualTo: (order) => order <= 0,
};

/** One that is false decides, whatever the others are. */
function all(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes(false)) return false;
  return outcomes.includes(undefined) ? undefined : true;
}

const not = (outcome: Outcome): Outcome => (outcome === undefined ? undefined : !outcome);

function evaluate(condition: unknown, lookup: Lookup): Outcome {
  const { Type, ...given } = (typeof condition === 'object' && condition !== null ? condition : {}) as Json;
  const value = (name: string): unknown => resolved(given[name], lookup);
  if (typeof Type !== 'string') return undefined;
  const comparison = Object.hasOwn(COMPARISONS, Type) ? COMPARISONS[Type] : undefined;
  if (comparison) return test(compared(value('LeftValue'), value('RightValue')), comparison);
  switch (Type) {
    case 'In': {
      const query = value('QueryValue');
      const values = value('Values');
      if (query === UNKNOWN || !Array.isArray(values)) return undefined;
      return not(all(values.map((each) => not(test(compared(query, each), (order) => order === 0)))));
    }
    case 'Not':
      return not(evaluate(given.Expression, lookup));
    case 'Or':
      return Array.isArray(given.Conditions) ? not(all(given.Conditions.map((each) => not(evaluate(each, lookup))))) : undefined;
    default:
      return undefined;
  }
}

/** Undefined where what decides is not known: what steps would have put out, or a kind of condition that is not. */
export const evaluateConditions = (conditions: unknown, lookup: Lookup): Outcome =>
  Array.isArray(conditions) ? all(conditions.map((each) => evaluate(each, lookup))) : undefined;
