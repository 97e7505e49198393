import { endPortalSession } from '../../authentication/portal-access.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Store } from '../../store/store.ts';
import { type IdentityCenterInstance, type IdentitySource, identityCenterInstances } from '../../store/tables/identity-center.ts';
import { portalSessions } from '../../store/tables/portal.ts';

/**
 * Makes something the identity source of an instance. Sessions of before end: whom they prove, the new source has not said.
 * @throws ServiceError  404  no such identity store
 */
export const chooseIdentitySource = (
  store: Store,
  identityStoreId: string,
  identitySource: IdentitySource,
): Promise<IdentityCenterInstance> =>
  store.write(async (writer) => {
    const instance = await writer.find(identityCenterInstances, 'store', [identityStoreId]);
    if (!instance)
      throw new ServiceError('ResourceNotFoundException', `There is no identity store ${identityStoreId.slice(0, 36)}.`, { status: 404 });
    const changed: IdentityCenterInstance = { ...instance, identitySource };
    await writer.update(identityCenterInstances, changed);
    for (const { sessionId } of await writer.list(portalSessions, { index: 'user', prefix: [identityStoreId] }))
      await endPortalSession(writer, sessionId);
    return changed;
  });
