import type { Installation } from '../../authorization/installation.ts';
import { isoSeconds } from '../../core/clock.ts';
import { assumeForService, mayHave, type WantedSession } from '../../services/sts/service-session.ts';
import type { Role } from '../../store/tables/iam.ts';

/** Seconds that a set of credentials lives. */
export const LIFE = 6 * 3600;
/** What is left of a set, in seconds, when the next one takes its place: long before clients ask for one, at five to fifteen minutes. */
const RENEWAL = 3600;

/** Credentials as the metadata service and the container endpoint give them. Times as text, whole seconds. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
  readonly issuedAt: string;
  readonly expiration: string;
}

interface Held {
  readonly roleId: string;
  readonly credentials: RoleCredentials;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * The credentials of a role as something that runs for a long time sees them: the same ones for hours, the next ones well before they end. The role's
 * trust policy is asked each time, so they stop being given out as soon as the service is no longer trusted.
 */
export class RotatingCredentials {
  readonly #installation: Installation;
  readonly #held = new Map<string, Held>();

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /**
   * Credentials of the role now; undefined when it does not trust the service.
   * @param kind  tells apart sets that carry different keys; few, as each is kept
   */
  async get(kind: string, role: Role, wanted: Omit<WantedSession, 'durationSeconds'>): Promise<RoleCredentials | undefined> {
    const now = this.#installation.clock.now();
    const complete = { ...wanted, durationSeconds: LIFE };
    const held = this.#held.get(kind);
    const serves = held?.roleId === role.roleId && held.issuedAt <= now && held.expiresAt - now > RENEWAL * 1000;
    if (held && serves) return (await mayHave(role, complete, this.#installation, now)) ? held.credentials : undefined;
    const issued = await assumeForService(role, complete, this.#installation, now);
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: token, Expiration: expiration } = issued ?? {};
    if (accessKeyId === undefined || secretAccessKey === undefined || token === undefined || expiration === undefined) return undefined;
    const credentials = { accessKeyId, secretAccessKey, token, issuedAt: isoSeconds(now), expiration: isoSeconds(expiration.getTime()) };
    this.#held.set(kind, { roleId: role.roleId, credentials, issuedAt: now - (now % 1000), expiresAt: expiration.getTime() });
    return credentials;
  }
}
