import type { Random } from '../core/id.ts';
import type { KeyPurpose, KeyRing } from './master-key.ts';
import { open, seal } from './sealed.ts';

/*
 * JSON values that a browser carries for us from one page to the next: sealed, so that it can neither read nor make them, and as text for forms and
 * addresses. The purpose and the binding say what a text is; it opens as nothing else.
 */

export interface Sealing {
  readonly keys: KeyRing;
  readonly random: Random;
}

/** The text, base64url. */
export const sealValue = (value: object, purpose: KeyPurpose, binding: readonly string[], { keys, random }: Sealing): string =>
  seal(Buffer.from(JSON.stringify(value)), purpose, binding, keys, random).toString('base64url');

/** What was sealed; undefined for every other text. Only `sealValue` can have made it, so it is of the type that was given. */
export function openValue<Value extends object>(
  text: string,
  purpose: KeyPurpose,
  binding: readonly string[],
  { keys }: Pick<Sealing, 'keys'>,
): Value | undefined {
  const sealed = Buffer.from(text, 'base64url');
  // Node reads base64 loosely; a text has one spelling.
  if (text === '' || sealed.toString('base64url') !== text) return undefined;
  const opened = open(sealed, purpose, binding, keys);
  return opened && (JSON.parse(opened.toString('utf8')) as Value);
}
