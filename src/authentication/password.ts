import { type Argon2Parameters, argon2, timingSafeEqual } from 'node:crypto';
import type { Random } from '../core/id.ts';
import { ServiceError } from '../core/service-error.ts';

/** What one hash costs. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** OWASP's first recommendation for argon2id. @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
export const PASSWORD_COST: PasswordCost = { memoryKiB: 19_456, passes: 2, lanes: 1 };

/** Longest password, in characters. */
export const MAX_PASSWORD_LENGTH = 128;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

interface ParsedHash {
  readonly cost: PasswordCost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Base64 without padding, as PHC strings have it. */
const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md */
const formatHash = ({ cost, salt, hash }: ParsedHash): string =>
  `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=${cost.lanes}$${unpadded(salt)}$${unpadded(hash)}`;

/** Reads a PHC string; undefined unless it is argon2id, version 19, at a cost that a damaged or planted record cannot make ruinous. */
function parseHash(text: string): ParsedHash | undefined {
  const match =
    /^\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=([1-9][0-9]?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(text);
  if (match === null) return undefined;
  const [, memory, passes, lanes, salt = '', hash = ''] = match;
  const cost = { memoryKiB: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  if (cost.memoryKiB > 1_048_576 || cost.memoryKiB < 8 * cost.lanes) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** Whether a password may be hashed at all. Asked before any work is done, and the same for every account (threats C03, C19). */
export const isHashable = (password: string): boolean =>
  password.length > 0 &&
  password.length <= 2 * MAX_PASSWORD_LENGTH &&
  [...password].length <= MAX_PASSWORD_LENGTH &&
  !password.includes('\0');

function compute(parameters: Argon2Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

export interface PasswordsOptions {
  readonly random: Random;
  readonly cost?: PasswordCost;
  /** Hashes computed at a time; each takes a thread and `memoryKiB`. */
  readonly concurrency?: number;
  /** Callers that may wait for their turn; the next one is refused. */
  readonly queue?: number;
}

/** Makes and checks password hashes: argon2id, as PHC strings, a bounded number at a time (threat Z03). */
export class Passwords {
  readonly #random: Random;
  readonly #cost: PasswordCost;
  readonly #concurrency: number;
  readonly #queue: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: PasswordsOptions) {
    this.#random = options.random;
    this.#cost = options.cost ?? PASSWORD_COST;
    this.#concurrency = options.concurrency ?? 2;
    this.#queue = options.queue ?? 64;
  }

  /**
   * The hash to store.
   * @throws Throttling  400  too many callers wait already
   * @throws RangeError  the password was not checked for `isHashable`
   */
  async hash(password: string): Promise<string> {
    if (!isHashable(password)) throw new RangeError('A password has 1 to 128 characters and no NUL.');
    const salt = Buffer.from(this.#random.bytes(SALT_BYTES));
    const hash = await this.#compute(password, { cost: this.#cost, salt, hash: Buffer.alloc(HASH_BYTES) });
    return formatHash({ cost: this.#cost, salt, hash });
  }

  /**
   * Whether `password` is the one that was hashed. Give undefined where there is no account, user or password: the same work is done and the
   * answer is no, so that the time taken tells nothing (threat C03). A stored text that is no hash answers no as well.
   * @throws Throttling  400  too many callers wait already
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    if (!isHashable(password)) return false;
    const parsed = stored === undefined ? undefined : parseHash(stored);
    const against = parsed ?? { cost: this.#cost, salt: Buffer.alloc(SALT_BYTES, 1), hash: Buffer.alloc(HASH_BYTES) };
    const computed = await this.#compute(password, against);
    return timingSafeEqual(computed, against.hash) && parsed !== undefined;
  }

  /** Whether one of the stored hashes is of this password: PasswordReusePrevention, at most 24 of them. One after another. */
  async matchesAny(password: string, stored: readonly string[]): Promise<boolean> {
    for (const hash of stored.slice(0, 24)) if (await this.verify(password, hash)) return true;
    return false;
  }

  /** Whether a hash has today's cost; if not, hash anew at the next sign-in that succeeds. */
  isCurrent(stored: string): boolean {
    const cost = parseHash(stored)?.cost;
    return (
      cost !== undefined && cost.memoryKiB === this.#cost.memoryKiB && cost.passes === this.#cost.passes && cost.lanes === this.#cost.lanes
    );
  }

  async #compute(password: string, { cost, salt, hash }: ParsedHash): Promise<Buffer> {
    await this.#turn();
    try {
      return await compute({
        message: password,
        nonce: salt,
        parallelism: cost.lanes,
        tagLength: hash.length,
        memory: cost.memoryKiB,
        passes: cost.passes,
      });
    } finally {
      const next = this.#waiting.shift();
      // The turn is handed on as it is; only when nobody waits does it end.
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#concurrency) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= this.#queue) throw new ServiceError('Throttling', 'Rate exceeded');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
