import { endPortalSession, hashSecret, newSecret, type SignedIn, signedInBy, sweepPortal } from '../../authentication/portal-access.ts';
import type { Clock } from '../../core/clock.ts';
import type { HttpRequest } from '../../core/http.ts';
import type { Random } from '../../core/id.ts';
import type { Store } from '../../store/store.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import type { IdentityUser } from '../../store/tables/identity-store.ts';
import { portalSessions } from '../../store/tables/portal.ts';
import { secretCookie } from './host-cookie.ts';

/** How long somebody is signed in at the portal: AWS's standard. */
const LIFE = 8 * 3600_000;
const MAX_USER_AGENT = 256;

const cookie = secretCookie('__Host-sagegate-portal');

export interface PortalSessionParts {
  readonly store: Store;
  readonly random: Random;
  readonly clock: Clock;
}

/** Who is signed in at the portal. Each sign-in makes a new secret and ends the session of the old one (threat C12). */
export class PortalSessions {
  readonly #parts: PortalSessionParts;

  constructor(parts: PortalSessionParts) {
    this.#parts = parts;
  }

  /** Signs a user in, whom the caller has proved. The cookie to be set, and the session's id. */
  async begin(
    request: HttpRequest,
    { instanceId, identityStoreId }: IdentityCenterInstance,
    { userId }: IdentityUser,
  ): Promise<{ readonly setCookie: string; readonly sessionId: string }> {
    const { store, random, clock } = this.#parts;
    const now = clock.now();
    const secret = newSecret(random);
    const sessionId = hashSecret('session', secret);
    const before = cookie.read(request);
    await store.write(async (writer) => {
      if (before !== undefined) await endPortalSession(writer, hashSecret('session', before));
      await writer.insert(portalSessions, {
        sessionId,
        instanceId,
        identityStoreId,
        userId,
        createdAt: now,
        expiresAt: now + LIFE,
        sourceIp: request.remoteAddress,
        userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT),
      });
      await sweepPortal(writer, now);
    });
    return { setCookie: cookie.write(secret, LIFE / 1000), sessionId };
  }

  /** Who is signed in; at this instance, where one is named. */
  async find(request: HttpRequest, instance?: IdentityCenterInstance): Promise<SignedIn | undefined> {
    const secret = cookie.read(request);
    if (secret === undefined) return undefined;
    const found = await signedInBy(this.#parts.store, hashSecret('session', secret), this.#parts.clock.now());
    return instance === undefined || found?.instance.instanceId === instance.instanceId ? found : undefined;
  }

  /** Signs out, in this browser and for every program that it let in. The cookie to be set. */
  async end(request: HttpRequest): Promise<string> {
    const secret = cookie.read(request);
    if (secret !== undefined) await this.#parts.store.write((writer) => endPortalSession(writer, hashSecret('session', secret)));
    return cookie.clear();
  }
}
