import { issueMarker, type MarkerPlace, openMarker } from '../../authorization/marker.ts';
import type { Scope } from '../../authorization/operation.ts';
import { positionOf, type Table } from '../../store/table.ts';
import { walkRows } from '../../store/walk.ts';
import { invalid } from './errors.ts';

/** What every listing of the identity store takes. */
export interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** Also the most. */
const DEFAULT_MAX_RESULTS = 100;

/**
 * A page of the rows of a table.
 * @throws ValidationException  400  a token of another listing
 */
export async function takePage<Row>(
  scope: Scope,
  [operation, ...filters]: readonly [operation: string, ...filters: string[]],
  input: PageRequest,
  table: Table<Row>,
  listing: { readonly index?: string; readonly prefix: readonly string[] },
): Promise<{ readonly rows: readonly Row[]; readonly end: { readonly NextToken?: string } }> {
  const place: MarkerPlace = { account: scope.account, operation: `identitystore:${operation}`, filters };
  const after = input.NextToken === undefined ? undefined : openMarker(scope.installation, place, input.NextToken);
  // (unverified) sentence
  if (input.NextToken !== undefined && !after) throw invalid('The provided NextToken is invalid.');
  const rows: Row[] = [];
  for await (const row of walkRows(scope.reader, table, listing, after)) {
    const last = rows.at(-1);
    if (rows.length === (input.MaxResults ?? DEFAULT_MAX_RESULTS) && last !== undefined) {
      const position = positionOf(table, listing.index, listing.prefix.length, last);
      return { rows, end: { NextToken: issueMarker(scope.installation, place, position) } };
    }
    rows.push(row);
  }
  return { rows, end: {} };
}
