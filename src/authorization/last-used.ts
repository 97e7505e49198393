import type { Caller } from '../authentication/caller.ts';
import type { Store, Writer } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { accessKeysLastUsed, actionUses, roles, rolesLastUsed, users } from '../store/tables/iam.ts';
import { actionPrefixOf } from './rows-from-data.ts';

/** What AWS keeps of uses: the first one in a window of this length. */
const WINDOW = 15 * 60_000;
/** Keys, roles and actions whose last writing is remembered; forgetting one costs a write, no more. */
const REMEMBERED = 50_000;
/** Uses that wait to be written; what comes on top is lost, which costs a report a line. */
const WAITING = 10_000;
/** Uses written in one transaction. */
const BATCH = 200;

/** One call, as far as it counts as a use. */
export interface Use {
  /** Service id and operation, as the models name them. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * When access keys and roles were last used, and for what, and which operations a user or role called, allowed or not. Written after the call,
 * many at a time and at most once per window, so that a call which only reads does not wait for the disk.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */
export class LastUsed {
  readonly #store: Store;
  readonly #logError: (error: unknown) => void;
  readonly #noted = new Map<string, number>();
  #waiting: ((writer: Writer) => Promise<void>)[] = [];
  #writing = false;
  #written: Promise<void> = Promise.resolve();

  constructor(store: Store, logError: (error: unknown) => void) {
    this.#store = store;
    this.#logError = logError;
  }

  note(caller: Caller, use: Use): void {
    const { principal, accessKeyId, session } = caller;
    const { roleId } = principal;
    if (roleId !== undefined) this.#noteOnce(roleId, use, (writer) => writeRole(writer, roleId, use));
    else if (!session && accessKeyId !== undefined) this.#noteOnce(accessKeyId, use, (writer) => writeKey(writer, accessKeyId, use));
    // (unverified) that what a user's federated session does counts as the user's.
    const entityId = principal.kind === 'user' ? principal.uniqueId : (roleId ?? principal.userId);
    if (entityId === undefined) return;
    this.#noteOnce(`${entityId} ${use.service} ${use.operation}`, use, (writer) => writeAction(writer, entityId, use));
  }

  /** Forgets what was noted, so that the next use is written again. */
  clear(): void {
    this.#noted.clear();
  }

  /** Resolves when all that was noted is written, or given up. */
  written(): Promise<void> {
    return this.#written;
  }

  #noteOnce(subject: string, { now }: Use, write: (writer: Writer) => Promise<void>): void {
    const last = this.#noted.get(subject);
    // A clock set back (tests move it) does not silence a key.
    if (last !== undefined && now >= last && now - last < WINDOW) return;
    if (this.#waiting.length >= WAITING) return;
    if (this.#noted.size >= REMEMBERED) this.#noted.clear();
    this.#noted.set(subject, now);
    this.#waiting.push(write);
    if (!this.#writing) this.#written = this.#write().catch(this.#logError);
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.slice(0, BATCH);
        this.#waiting = this.#waiting.slice(BATCH);
        await this.#store.write(async (writer) => {
          for (const write of batch) await write(writer);
        });
      }
    } finally {
      this.#writing = false;
    }
  }
}

const writeRole = (writer: Writer, roleId: string, { region, now }: Use): Promise<void> =>
  put(writer, rolesLastUsed, [roleId], { roleId, lastUsedAt: now, region });

const writeKey = (writer: Writer, accessKeyId: string, { service, region, now }: Use): Promise<void> =>
  put(writer, accessKeysLastUsed, [accessKeyId], { accessKeyId, lastUsedAt: now, serviceName: service, region });

/** Nothing is kept of who has gone meanwhile: it would never be deleted. */
async function writeAction(writer: Writer, entityId: string, { service: id, operation, region, now }: Use): Promise<void> {
  const entity = (await writer.find(users, 'id', [entityId])) ?? (await writer.find(roles, 'id', [entityId]));
  if (!entity) return;
  const service = actionPrefixOf(id);
  const use = { accountId: entity.accountId, entityId, service, operation, lastUsedAt: now, region };
  await put(writer, actionUses, [entityId, service, operation], use);
}

async function put<Row>(writer: Writer, table: Table<Row>, key: readonly string[], row: Row): Promise<void> {
  await ((await writer.get(table, key)) ? writer.update(table, row) : writer.insert(table, row));
}
