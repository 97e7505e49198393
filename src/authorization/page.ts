import type { ServiceError } from '../core/service-error.ts';
import { positionOf, type Table } from '../store/table.ts';
import { keep, walkRows } from '../store/walk.ts';
import { issueMarker, type MarkerPlace, openMarker } from './marker.ts';
import type { Scope } from './operation.ts';

/** What listings take in the JSON protocols. */
export interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly end: { readonly NextToken?: string };
}

/** Which listing is paged: its operation and the parameters that a token is bound to. */
export type ListingName = readonly [operation: string, ...filters: (string | undefined)[]];

type Walk<Item> = (after: readonly string[] | undefined) => AsyncIterable<Item> | Iterable<Item>;

/**
 * Takes pages out of listings, for one service.
 * @param service  in what tokens are bound to: `organizations`
 * @param size     items of a page, where the call does not say
 * @param invalid  what a token of another listing is answered with
 */
export function pagesOf(service: string, size: number, invalid: () => ServiceError) {
  /** A page of a listing that `walk` yields in order, beginning after the position it is given. */
  async function takePage<Item>(
    scope: Scope,
    [operation, ...filters]: ListingName,
    input: PageRequest,
    walk: Walk<Item>,
    position: (item: Item) => readonly string[],
  ): Promise<Page<Item>> {
    const place: MarkerPlace = {
      account: scope.account,
      operation: `${service}:${operation}`,
      // An absent filter and an empty one are two.
      filters: filters.map((filter) => (filter === undefined ? '-' : `=${filter}`)),
    };
    const after = input.NextToken === undefined ? undefined : openMarker(scope.installation, place, input.NextToken);
    if (input.NextToken !== undefined && !after) throw invalid();
    const items: Item[] = [];
    for await (const item of walk(after)) {
      const last = items.at(-1);
      if (items.length === (input.MaxResults ?? size) && last !== undefined)
        return { items, end: { NextToken: issueMarker(scope.installation, place, position(last)) } };
      items.push(item);
    }
    return { items, end: {} };
  }

  /** A page of the rows of a table; `condition` keeps those that are to be seen. */
  const takePageOfRows = <Row>(
    scope: Scope,
    name: ListingName,
    input: PageRequest,
    table: Table<Row>,
    listing: { readonly index?: string; readonly prefix: readonly string[] },
    condition: (row: Row) => boolean = () => true,
  ): Promise<Page<Row>> =>
    takePage(
      scope,
      name,
      input,
      (after) => keep(walkRows(scope.reader, table, listing, after), condition),
      (row) => positionOf(table, listing.index, listing.prefix.length, row),
    );

  /** A page of a list that is at hand as a whole, in the order of its ids. */
  function takePageOf<Item>(
    scope: Scope,
    name: ListingName,
    input: PageRequest,
    items: readonly Item[],
    idOf: (item: Item) => string,
  ): Promise<Page<Item>> {
    const sorted = items.map((item) => ({ item, id: idOf(item) })).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    const walk: Walk<Item> = (after) => sorted.filter(({ id }) => after === undefined || id > (after[0] ?? '')).map(({ item }) => item);
    return takePage(scope, name, input, walk, (item) => [idOf(item)]);
  }

  return { takePage, takePageOfRows, takePageOf };
}
