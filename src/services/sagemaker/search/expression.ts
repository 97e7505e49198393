import type { Filter, NestedFilters, SearchExpression } from '@aws-sdk/client-sagemaker';
import type { ServiceModel } from '../../../model/service-model.ts';
import type { Valid } from '../../../model/valid.ts';
import { invalid } from '../errors.ts';
import { type Leaf, listProperty, type Property, propertyOf } from './property.ts';

/*
 * Whether something that is searched matches. An expression is made into one function, once for a search; everything that is wrong with it is
 * told then.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SearchExpression.html
 */

type Expression = Valid<SearchExpression>;
export type Matches = (record: object) => boolean;

/** Levels of expressions in expressions, and filters in all of them (both unverified). */
const MAX_DEPTH = 10;
const MAX_FILTERS = 100;

/** What an expression is held against. */
export interface Subject {
  readonly model: ServiceModel;
  readonly shape: string;
}

/** As AWS's sentence names it. */
export function requireProperty({ model, shape }: Subject, name: string, shown = name): Property {
  const property = propertyOf(model, shape, name);
  if (!property) throw invalid(`Unknown property name: ${shown}`);
  return property;
}

type Order = (order: number) => boolean;
const ORDERS: Readonly<Record<string, Order>> = {
  GreaterThan: (order) => order > 0,
  GreaterThanOrEqualTo: (order) => order >= 0,
  LessThan: (order) => order < 0,
  LessThanOrEqualTo: (order) => order <= 0,
};

/** The difference to a value that was written as text; undefined where the two cannot be compared, as texts cannot. */
function compared(leaf: Leaf, value: string): number | undefined {
  if (typeof leaf === 'string' || typeof leaf === 'boolean') return undefined;
  const difference = leaf instanceof Date ? leaf.getTime() - Date.parse(value) : leaf - Number(value);
  return Number.isNaN(difference) ? undefined : difference;
}

function equals(leaf: Leaf, value: string): boolean {
  if (typeof leaf === 'string') return leaf === value;
  if (typeof leaf === 'boolean') return String(leaf) === value.toLowerCase();
  return compared(leaf, value) === 0;
}

/** `Contains` is for one filter of an expression, and for texts. */
interface Count {
  filters: number;
  contains: number;
}

function count(counted: Count, operator: string | undefined): void {
  counted.filters++;
  if (operator === 'Contains') counted.contains++;
  // (unverified) both sentences
  if (counted.filters > MAX_FILTERS) throw invalid(`A search expression cannot have more than ${MAX_FILTERS} filters.`);
  if (counted.contains > 1) throw invalid('A search expression can include only one Contains operator.');
}

function filterOf({ Name, Operator = 'Equals', Value }: Valid<Filter>, property: Property): Matches {
  if (Operator === 'Exists' || Operator === 'NotExists') {
    // (unverified) sentence
    if (Value !== undefined) throw invalid(`The operator ${Operator} takes no value.`);
    return (record) => property(record).length > 0 === (Operator === 'Exists');
  }
  // (unverified) sentence
  if (Value === undefined) throw invalid(`The filter on ${Name} has no value.`);
  const order = Object.hasOwn(ORDERS, Operator) ? ORDERS[Operator] : undefined;
  if (order) {
    return (record) =>
      property(record).some((leaf) => {
        const difference = compared(leaf, Value);
        return difference !== undefined && order(difference);
      });
  }
  switch (Operator) {
    case 'Equals':
      return (record) => property(record).some((leaf) => equals(leaf, Value));
    case 'NotEquals':
      return (record) => !property(record).some((leaf) => equals(leaf, Value));
    case 'Contains':
      return (record) => property(record).some((leaf) => typeof leaf === 'string' && leaf.includes(Value));
    default: {
      const values = Value.split(',').map((each) => each.trim());
      return (record) => property(record).some((leaf) => values.some((value) => equals(leaf, value)));
    }
  }
}

/** All filters must hold of one and the same element of a list. Their names begin with the list's. */
function nestedOf({ NestedPropertyName, Filters }: Valid<NestedFilters>, subject: Subject, counted: Count): Matches {
  const list = listProperty(subject.model, subject.shape, NestedPropertyName);
  if (!list) throw invalid(`Unknown property name: ${NestedPropertyName}`);
  const of = { ...subject, shape: list.elementShape };
  const filters = Filters.map((filter) => {
    count(counted, filter.Operator);
    const prefix = `${NestedPropertyName}.`;
    const name = filter.Name.startsWith(prefix) ? filter.Name.slice(prefix.length) : filter.Name;
    return filterOf(filter, requireProperty(of, name, filter.Name));
  });
  return (record) =>
    list
      .elementsOf(record)
      .some((element) => typeof element === 'object' && element !== null && filters.every((matches) => matches(element)));
}

/**
 * @throws ValidationException  a property that the kind does not have; a filter without a value; more or deeper than may be
 */
export function matcherOf(
  expression: Expression | undefined,
  subject: Subject,
  counted: Count = { filters: 0, contains: 0 },
  depth = 0,
): Matches {
  if (!expression) return () => true;
  // (unverified) sentence
  if (depth >= MAX_DEPTH) throw invalid(`A search expression cannot nest deeper than ${MAX_DEPTH} levels.`);
  const parts: Matches[] = [
    ...(expression.Filters ?? []).map((filter) => {
      count(counted, filter.Operator);
      return filterOf(filter, requireProperty(subject, filter.Name));
    }),
    ...(expression.NestedFilters ?? []).map((nested) => nestedOf(nested, subject, counted)),
    ...(expression.SubExpressions ?? []).map((each) => matcherOf(each, subject, counted, depth + 1)),
  ];
  if (parts.length === 0) return () => true;
  return expression.Operator === 'Or'
    ? (record) => parts.some((matches) => matches(record))
    : (record) => parts.every((matches) => matches(record));
}
