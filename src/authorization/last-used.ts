import type { Caller } from '../authentication/caller.ts';
import type { Store } from '../store/store.ts';
import { accessKeysLastUsed, rolesLastUsed } from '../store/tables/iam.ts';

/** What AWS keeps of uses: the first one in a window of this length. */
const WINDOW = 15 * 60_000;
/** Keys and roles whose last writing is remembered; forgetting one costs a write, no more. */
const REMEMBERED = 50_000;

/**
 * When access keys and roles were last used, and for what. Written after the call, at most once per window and key, so that a call which only
 * reads does not wait for the disk.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
 */
export class LastUsed {
  readonly #store: Store;
  readonly #logError: (error: unknown) => void;
  readonly #noted = new Map<string, number>();

  constructor(store: Store, logError: (error: unknown) => void) {
    this.#store = store;
    this.#logError = logError;
  }

  note(caller: Caller, service: string, region: string, now: number): void {
    const { principal, accessKeyId } = caller;
    const subject = principal.kind === 'role' ? principal.roleId : caller.session ? undefined : accessKeyId;
    if (subject === undefined) return;
    const last = this.#noted.get(subject);
    // A clock set back (tests move it) does not silence a key.
    if (last !== undefined && now >= last && now - last < WINDOW) return;
    if (this.#noted.size >= REMEMBERED) this.#noted.clear();
    this.#noted.set(subject, now);
    const written = principal.kind === 'role' ? this.#writeRole(subject, region, now) : this.#writeKey(subject, service, region, now);
    written.catch(this.#logError);
  }

  /** Forgets what was noted, so that the next use is written again. */
  clear(): void {
    this.#noted.clear();
  }

  #writeRole(roleId: string, region: string, lastUsedAt: number): Promise<void> {
    return this.#store.write(async (writer) => {
      const row = { roleId, lastUsedAt, region };
      await ((await writer.get(rolesLastUsed, [roleId])) ? writer.update(rolesLastUsed, row) : writer.insert(rolesLastUsed, row));
    });
  }

  #writeKey(accessKeyId: string, serviceName: string, region: string, lastUsedAt: number): Promise<void> {
    return this.#store.write(async (writer) => {
      const row = { accessKeyId, lastUsedAt, serviceName, region };
      await ((await writer.get(accessKeysLastUsed, [accessKeyId]))
        ? writer.update(accessKeysLastUsed, row)
        : writer.insert(accessKeysLastUsed, row));
    });
  }
}
