import * as refusal from './refusal.ts';

/** More names than any client signs; bounds the search for each of them. */
export const MAX_SIGNED_HEADERS = 100;

/** Lists of signed headers kept as read; one more, and it begins anew. */
const KEPT_LISTS = 256;
/** Characters of a list that is kept. */
const KEPT_LENGTH = 1024;
const lists = new Map<string, readonly string[]>();

/** SignedHeaders, split at `;`. A client signs the same ones again and again, so what was made of a text is kept, and that alone. */
export function splitSignedHeaders(signedHeaders: string): readonly string[] {
  const known = lists.get(signedHeaders);
  if (known) return known;
  // A copy: the engine would keep the whole header alive for a piece of it.
  const copy = signedHeaders.length <= KEPT_LENGTH ? Buffer.from(signedHeaders, 'utf8').toString('utf8') : undefined;
  if (copy !== signedHeaders) return signedHeaders.split(';', MAX_SIGNED_HEADERS + 1);
  const names = copy.split(';', MAX_SIGNED_HEADERS + 1);
  if (lists.size >= KEPT_LISTS) lists.clear();
  lists.set(copy, names);
  return names;
}

/**
 * SignedHeaders as clients must write them: lower-case tokens, strictly ascending, so sorted and without repetition; all of them sent.
 * Every `x-amz-*` and `x-amzn-sagemaker-*` header that was sent must be among them, save the session token, which is bound to the key it
 * travels with (threats S05, S06, T02).
 */
export function checkSignedHeaders(names: readonly string[], signedNames: readonly string[]): void {
  if (signedNames.length > MAX_SIGNED_HEADERS) throw refusal.badSignedHeaders();
  let previous = '';
  for (const name of signedNames) {
    if (name <= previous || !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) || !names.includes(name)) throw refusal.badSignedHeaders();
    previous = name;
  }
  for (const name of names) {
    if (
      name.startsWith('x-amz') &&
      (name.startsWith('x-amz-') || name.startsWith('x-amzn-sagemaker-')) &&
      name !== 'x-amz-security-token' &&
      !signedNames.includes(name)
    ) {
      throw refusal.unsignedSteeringHeader();
    }
  }
}
