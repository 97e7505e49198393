import { invalid } from './errors.ts';

/** What a search asks for: by what, and which values will do. */
export type Filters = Readonly<Record<string, readonly string[] | undefined>>;

/** Values of one search, and characters of each (unverified): every value is looked for in everything. */
const MOST_VALUES = 50;
const LONGEST_VALUE = 1000;

/** @throws InvalidParametersException  (unverified sentence) more than one search looks for */
export function requireFilters(filters: Filters = {}): Filters {
  const values = Object.values(filters).flatMap((each = []) => each);
  if (values.length > MOST_VALUES || values.some((value) => value.length > LONGEST_VALUE))
    throw invalid(`Filters can have at most ${MOST_VALUES} values of ${LONGEST_VALUE} characters.`);
  return filters;
}
