import type { Random } from '../core/id.ts';
import type { KeyRing } from './master-key.ts';
import { open, seal } from './sealed.ts';

/** Where a secret lives. A sealed text that is moved to another account, entity or column does not open there (threat G06). */
export interface SecretPlace {
  readonly account: string;
  /** What does not change while the secret lives, such as an access key id or a unique id. */
  readonly entity: string;
  /** `access_key.secret`, `mfa_device.seed`. */
  readonly column: string;
}

const VERSION = 'v1.';

const bindingOf = (place: SecretPlace): string[] => [place.account, place.entity, place.column];

/**
 * Encrypts what has to be stored recoverable: secrets of access keys, seeds of MFA devices. What need not be recovered is hashed instead.
 * The text form is `v1.` and base64url, the id of the key inside.
 */
export class SecretBox {
  readonly #keys: KeyRing;
  readonly #random: Random;

  constructor(keys: KeyRing, random: Random) {
    this.#keys = keys;
    this.#random = random;
  }

  seal(plaintext: string, place: SecretPlace): string {
    return VERSION + seal(Buffer.from(plaintext, 'utf8'), 'secret-box', bindingOf(place), this.#keys, this.#random).toString('base64url');
  }

  /** The secret; undefined when the text was altered or moved, or its master key is not in the ring. */
  open(sealed: string, place: SecretPlace): string | undefined {
    if (!sealed.startsWith(VERSION)) return undefined;
    const encoded = sealed.slice(VERSION.length);
    const bytes = Buffer.from(encoded, 'base64url');
    if (bytes.toString('base64url') !== encoded) return undefined;
    return open(bytes, 'secret-box', bindingOf(place), this.#keys)?.toString('utf8');
  }

  /** Whether a rotation has still to seal this text anew under the current key. Says nothing about whether it opens. */
  isCurrent(sealed: string): boolean {
    // Six bytes of key id are the first eight characters, as in the id itself.
    return sealed.startsWith(VERSION + this.#keys.current.id);
  }
}
