import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';

export interface Filter {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** What each filter of an operation compares with, by the filter's name. */
export type Filters<Row> = Readonly<Record<string, (row: Row) => readonly (string | undefined)[]>>;

/** Values that one call may give, all its filters together. @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const MAX_VALUES = 200;

/**
 * A test that rows pass when *every* filter has *one* value that matches. Values are case-sensitive; `*` is any run of characters, `?` one
 * character, a backslash takes the next character as it is. Every resource with tags can be filtered by `tag:{key}` and `tag-key`.
 * @throws InvalidParameterValue  400  a filter that the operation does not know, or one without values
 * @throws FilterLimitExceeded    400  more than 200 values
 */
export function filterBy<Row>(
  filters: readonly Filter[] | undefined,
  known: Filters<Row>,
  tagsOf?: (row: Row) => readonly Tag[],
): (row: Row) => boolean {
  let values = 0;
  const tests = (filters ?? []).map((filter) => {
    const name = filter.Name ?? '';
    const read = readerOf(name, known, tagsOf);
    if (!read) throw new ServiceError('InvalidParameterValue', `The filter '${name}' is invalid`);
    // (unverified) sentence
    if (!filter.Values?.length) throw new ServiceError('InvalidParameterValue', `The filter '${name}' has no values`);
    values += filter.Values.length;
    const patterns = filter.Values.map(parsePattern);
    return (row: Row) => read(row).some((value) => value !== undefined && patterns.some((pattern) => matches(pattern, value)));
  });
  if (values > MAX_VALUES) {
    throw new ServiceError('FilterLimitExceeded', `The maximum number of filter values specified on a single call is ${MAX_VALUES}`);
  }
  return (row) => tests.every((test) => test(row));
}

function readerOf<Row>(name: string, known: Filters<Row>, tagsOf: ((row: Row) => readonly Tag[]) | undefined) {
  if (Object.hasOwn(known, name)) return known[name];
  if (!tagsOf) return undefined;
  if (name === 'tag-key') return (row: Row) => tagsOf(row).map((tag) => tag.Key);
  if (!name.startsWith('tag:')) return undefined;
  const key = name.slice(4);
  return (row: Row) => tagsOf(row).flatMap((tag) => (tag.Key === key ? [tag.Value] : []));
}

type Piece = { readonly kind: 'run' } | { readonly kind: 'one' } | { readonly kind: 'literal'; readonly character: string };

function parsePattern(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (character === '*') pieces.push({ kind: 'run' });
    else if (character === '?') pieces.push({ kind: 'one' });
    else pieces.push({ kind: 'literal', character: character === '\\' ? (text[++i] ?? '\\') : character });
  }
  return pieces;
}

/** Two pointers and one place to return to: time O(pattern × text), no recursion. */
function matches(pattern: readonly Piece[], text: string): boolean {
  let [p, t, afterRun, matchedByRun] = [0, 0, -1, 0];
  while (t < text.length) {
    const piece = pattern[p];
    if (piece?.kind === 'run') [afterRun, matchedByRun] = [++p, t];
    else if (piece && (piece.kind === 'one' || piece.character === text[t])) [p, t] = [p + 1, t + 1];
    else if (afterRun !== -1) [p, t] = [afterRun, ++matchedByRun];
    else return false;
  }
  while (pattern[p]?.kind === 'run') p++;
  return p === pattern.length;
}
