import { issueMarker, type MarkerPlace, openMarker } from '../../authorization/marker.ts';
import type { Scope } from '../../authorization/operation.ts';
import { validationError } from './errors.ts';

/** What every listing of IAM takes. */
export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** What every listing of IAM answers beside its items. */
export interface PageEnd {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly end: PageEnd;
}

const DEFAULT_MAX_ITEMS = 100;

/** Which listing is paged. */
export interface ListingName {
  /** `ListUsers` */
  readonly operation: string;
  /** Parameters that a marker is bound to. */
  readonly filters: readonly (string | undefined)[];
}

const placeOf = (scope: Scope, { operation, filters }: ListingName): MarkerPlace => ({
  account: scope.account,
  operation: `iam:${operation}`,
  // An absent filter and an empty one are two.
  filters: filters.map((filter) => (filter === undefined ? '-' : `=${filter}`)),
});

/**
 * Where the listing is to go on; undefined at its start.
 * @throws ValidationError  `Invalid Marker.`
 */
export function positionAsked(scope: Scope, name: ListingName, input: PageRequest): readonly string[] | undefined {
  if (input.Marker === undefined) return undefined;
  const position = openMarker(scope.installation, placeOf(scope, name), input.Marker);
  if (!position) throw validationError('Invalid Marker.');
  return position;
}

/**
 * Takes a page out of a listing. `walk` yields items in order, beginning after the position it is given; it is asked for no more than one item
 * beyond the page. `positionOf` tells where an item stands: at most about 150 bytes, so that the marker keeps to the model's 320 characters.
 */
export async function takePage<Item>(
  scope: Scope,
  name: ListingName,
  input: PageRequest,
  walk: (after: readonly string[] | undefined) => AsyncIterable<Item> | Iterable<Item>,
  positionOf: (item: Item) => readonly string[],
): Promise<Page<Item>> {
  const maxItems = input.MaxItems ?? DEFAULT_MAX_ITEMS;
  const items: Item[] = [];
  for await (const item of walk(positionAsked(scope, name, input))) {
    const last = items.at(-1);
    if (items.length === maxItems && last !== undefined)
      return { items, end: { IsTruncated: true, Marker: issueMarker(scope.installation, placeOf(scope, name), positionOf(last)) } };
    items.push(item);
  }
  return { items, end: { IsTruncated: false } };
}

/** A page of a list that is at hand as a whole, short by nature: put in the order of `positionOf`, which must differ between items. */
export function takePageOf<Item>(
  scope: Scope,
  name: ListingName,
  input: PageRequest,
  items: readonly Item[],
  positionOf: (item: Item) => readonly string[],
): Promise<Page<Item>> {
  const placed = items.map((item) => ({ item, position: positionOf(item) })).sort((a, b) => comparePositions(a.position, b.position));
  const walk = (after: readonly string[] | undefined) =>
    placed.filter(({ position }) => after === undefined || comparePositions(position, after) > 0).map(({ item }) => item);
  return takePage(scope, name, input, walk, positionOf);
}

/** Part by part, in the order of code units: for the ASCII of names and ids that is the order of bytes, as in the store. */
export function comparePositions(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}
