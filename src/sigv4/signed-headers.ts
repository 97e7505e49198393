import * as refusal from './refusal.ts';

/** More names than any client signs; bounds the search for each of them. */
export const MAX_SIGNED_HEADERS = 100;

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
