import { issueMarker, type MarkerPlace, openMarker } from '../../authorization/marker.ts';
import type { Scope } from '../../authorization/operation.ts';
import { invalid } from './errors.ts';

/** What every listing takes. */
export interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** Entries of a page when the caller does not say. */
export const DEFAULT_PAGE = 10;

type Caller = Pick<Scope, 'account' | 'region' | 'installation'>;

/** A token goes with everything of a request but where its page begins and how long it is. */
function placeOf(
  operation: string,
  { NextToken: _token, MaxResults: _size, ...filters }: PageInput,
  { account, region }: Caller,
): MarkerPlace {
  const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  return { account, operation: `sagemaker:${operation}`, filters: [region, JSON.stringify(sorted)] };
}

/**
 * Where a page begins; empty for the first.
 * @throws ValidationException  (unverified sentence) the token is not of this listing
 */
export function tokenPosition(operation: string, input: PageInput, caller: Caller): readonly string[] {
  // Only a page that comes from a token, or leads to one, needs to know what tokens are bound to.
  if (input.NextToken === undefined) return [];
  const position = openMarker(caller.installation, placeOf(operation, input, caller), input.NextToken);
  if (!position) throw invalid('Invalid token.');
  return position;
}

/** The token by which the next page begins there. */
export const tokenTo = (position: readonly string[], operation: string, input: PageInput, caller: Caller): string =>
  issueMarker(caller.installation, placeOf(operation, input, caller), position);

/** A page of a list that is made on the spot and not read from an index: the token tells how many entries have been shown. */
export function pageOf<Item>(
  items: readonly Item[],
  operation: string,
  input: PageInput,
  caller: Caller,
  standardSize = DEFAULT_PAGE,
): { readonly page: readonly Item[]; readonly next: { readonly NextToken?: string } } {
  const from = Number(tokenPosition(operation, input, caller)[0] ?? 0);
  const to = from + (input.MaxResults ?? standardSize);
  return { page: items.slice(from, to), next: to < items.length ? { NextToken: tokenTo([String(to)], operation, input, caller) } : {} };
}
