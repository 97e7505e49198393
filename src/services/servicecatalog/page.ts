import { issueMarker, type MarkerPlace, openMarker } from '../../authorization/marker.ts';
import type { Scope } from '../../authorization/operation.ts';
import { invalid } from './errors.ts';

export interface PageInput {
  readonly PageToken?: string | undefined;
  readonly PageSize?: number | undefined;
}

const STANDARD_SIZE = 20;

/**
 * A page of a list that is at hand as a whole. A token goes with everything of a request but where its page begins and how long it is.
 * @throws InvalidParametersException  the token is not of this listing
 */
export function pageOf<Item>(
  items: readonly Item[],
  operation: string,
  { PageToken, PageSize, ...filters }: PageInput,
  { account, region, installation }: Scope,
): { readonly page: readonly Item[]; readonly next: { readonly NextPageToken?: string } } {
  const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  const place: MarkerPlace = { account, operation: `servicecatalog:${operation}`, filters: [region, JSON.stringify(sorted)] };
  const position = PageToken === undefined ? ['0'] : openMarker(installation, place, PageToken);
  if (!position) throw invalid('Invalid PageToken.');
  const from = Number(position[0]);
  // A size of nought is the standard one (unverified).
  const to = from + (PageSize || STANDARD_SIZE);
  return { page: items.slice(from, to), next: to < items.length ? { NextPageToken: issueMarker(installation, place, [String(to)]) } : {} };
}
