import type { SignedIn } from '../../authentication/portal-access.ts';
import { isAccountActive } from '../../authentication/principals.ts';
import type { Installation } from '../../authorization/installation.ts';
import { instanceOfStartPath, instanceOfStartUrl } from '../../services/sso-oidc/start-url.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import type { ConsoleSessions } from './console-session.ts';
import type { PortalSessions } from './portal-session.ts';
import type { PortalUsers } from './portal-user.ts';
import type { SamlSource } from './saml-source.ts';
import { type PageCall, refuse } from './sign-in-page.ts';

/** What the pages of IAM Identity Center are made with. */
export interface PortalParts {
  readonly installation: Installation;
  readonly sessions: PortalSessions;
  readonly users: PortalUsers;
  readonly saml: SamlSource;
  readonly consoleSessions: ConsoleSessions;
}

/**
 * The instance whose pages are asked for: by AWS's host name (`d-….awsapps.com`), by the path (`/start/d-…`), or the only one.
 * @throws ServiceError  404
 */
export async function requireInstance({ request, part }: PageCall, { installation }: PortalParts): Promise<IdentityCenterInstance> {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const found = host.endsWith('.awsapps.com')
    ? await instanceOfStartUrl(installation.store, `https://${host}/start`)
    : await instanceOfStartPath(installation.store, part);
  if (!found || !(await isAccountActive(installation.store, found.ownerAccountId)))
    throw refuse(
      404,
      'ResourceNotFoundException',
      'There is no portal here. The address of yours ends in /start/ and an id that begins with d-.',
    );
  return found;
}

/** The start URL for a client: newer ones insist on https, and AWS's own form of it needs not be reachable, only known. */
export const startUrlOf = (instance: IdentityCenterInstance, origin: string): string =>
  origin.startsWith('https:') ? origin + portalPath(instance) : `https://${instance.identityStoreId}.awsapps.com/start`;

/** Where an instance's portal is, on this server. */
export const portalPath = ({ identityStoreId }: IdentityCenterInstance): string => `/start/${identityStoreId}`;

export const callerOf = ({ instance, user }: SignedIn) => ({
  arn: `arn:aws:identitystore:::user/${user.userId}`,
  account: instance.ownerAccountId,
});
