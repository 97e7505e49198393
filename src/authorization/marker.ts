import { createHash } from 'node:crypto';
import { open, seal } from '../authentication/sealed.ts';
import type { Installation } from './installation.ts';

/** What a marker belongs to: with any of this changed it does not open. */
export interface MarkerPlace {
  readonly account: string;
  /** Service and operation: `iam:ListUsers`. */
  readonly operation: string;
  /** Everything else that decides which rows are listed and in which order: region, filters, sort. Not the size of a page. */
  readonly filters: readonly string[];
}

const bindingOf = (place: MarkerPlace): string[] => [place.account, place.operation, ...place.filters];

/** Longer than any marker that is issued; what exceeds it is not looked at. */
const MAX_LENGTH = 4096;

/**
 * The text (`Marker`, `NextToken`) by which a listing goes on after a position. Sealed: it can neither be read nor made up, and it opens only
 * in the account, for the operation and with the filters that it was issued for. About 62 characters and 4/3 of the position's JSON.
 */
export function issueMarker(
  { keys, random }: Pick<Installation, 'keys' | 'random'>,
  place: MarkerPlace,
  position: readonly string[],
): string {
  const text = Buffer.from(JSON.stringify(position), 'utf8');
  return seal(text, 'pagination-marker', bindingOf(place), keys, random).toString('base64url');
}

/** The position that a marker stands for; undefined when it was not issued for this place. Each service has its own words for that. */
export function openMarker({ keys }: Pick<Installation, 'keys'>, place: MarkerPlace, marker: string): readonly string[] | undefined {
  if (marker.length > MAX_LENGTH) return undefined;
  const bytes = Buffer.from(marker, 'base64url');
  if (bytes.toString('base64url') !== marker) return undefined;
  const text = open(bytes, 'pagination-marker', bindingOf(place), keys);
  // Only `issueMarker` can have made it, so it is a list of texts.
  return text && (JSON.parse(text.toString('utf8')) as string[]);
}

/** A short stand-in for a position that would not fit into a marker. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
