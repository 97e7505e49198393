import type { Authenticator } from '../../authentication/authenticate.ts';
import type { Authorizer } from '../../authorization/authorize.ts';
import type { Installation } from '../../authorization/installation.ts';
import type { MailChannel } from '../../core/mail.ts';
import type { SignUps } from '../../services/accounts/sign-up.ts';
import { identityCenterInstances } from '../../store/tables/identity-center.ts';
import type { ConsoleFiles } from '../console-files.ts';
import type { Directories } from '../directory/directories.ts';
import { directoryDoors, directoryPages } from '../directory/directory-pages.ts';
import type { Pipeline } from '../pipeline.ts';
import { authorizePages } from './authorize-page.ts';
import { consolePages, type Door } from './console-home.ts';
import { ConsoleSessions } from './console-session.ts';
import { devicePages } from './device-page.ts';
import type { DirectorySource } from './directory-source.ts';
import { federationPages } from './federation-endpoint.ts';
import { mfaPages } from './mfa-page.ts';
import { oidcDoors, oidcLinks, oidcPages } from './oidc-pages.ts';
import type { OidcSignIn } from './oidc-sign-in.ts';
import type { OutboxPlace } from './outbox-place.ts';
import { Passkeys } from './passkeys.ts';
import { passwordPages } from './password-pages.ts';
import { PasswordSignIn } from './password-sign-in.ts';
import { portalPages } from './portal-page.ts';
import { portalPath } from './portal-parts.ts';
import { PortalSessions } from './portal-session.ts';
import { portalSignInPages } from './portal-sign-in.ts';
import { PortalUsers } from './portal-user.ts';
import { RootRecovery } from './root-recovery.ts';
import { rootRecoveryPages } from './root-recovery-pages.ts';
import { samlPages } from './saml-page.ts';
import { SamlSource } from './saml-source.ts';
import { sessionEndpoint } from './session-endpoint.ts';
import { sessionsPages } from './sessions-page.ts';
import type { SignInPage } from './sign-in-page.ts';
import { signUpPages } from './sign-up-pages.ts';
import { switchRolePages } from './switch-role.ts';

export interface SignInPagesParts {
  readonly installation: Installation;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly directories: Directories;
  readonly directorySource: DirectorySource;
  readonly oidcSignIn: OidcSignIn;
  readonly mail: MailChannel;
  readonly logError: (error: unknown) => void;
  /** Calls an operation in process, as a browser's own call. */
  readonly callForBrowser: Pipeline['callForBrowser'];
  readonly signUps: SignUps;
  readonly outbox: OutboxPlace;
  /** Where a telephone service tells what happens in calls. */
  readonly phonePages?: readonly SignInPage[];
  /** Absent when the console was not built. */
  readonly consoleFiles?: ConsoleFiles | undefined;
}

const PASSWORD_DOORS: readonly Door[] = [
  { href: '/signin', title: 'IAM user', text: 'With an account, a user name and a password.' },
  { href: '/signin/root', title: 'Root user', text: 'The owner of an account, by e-mail address. For what nobody else may do.' },
];

/** Every page of the sign-in. Exact paths stand before open ones: the first that fits is taken. */
export function signInPages({
  installation,
  authenticator,
  authorizer,
  directories,
  directorySource,
  oidcSignIn,
  callForBrowser,
  signUps,
  outbox,
  mail,
  logError,
  phonePages = [],
  consoleFiles,
}: SignInPagesParts): readonly SignInPage[] {
  const sessions = new ConsoleSessions(installation);
  const passkeys = new Passkeys(installation);
  const portal = {
    installation,
    sessions: new PortalSessions(installation),
    users: new PortalUsers({ ...installation, directory: directorySource, mail, logError }),
    saml: new SamlSource(installation),
    consoleSessions: sessions,
  };
  const byPassword = {
    signIn: new PasswordSignIn({ installation, callForBrowser }),
    sessions,
    passkeys,
    providersOf: (account: string, destination: string | undefined) => oidcLinks(installation, account, destination),
  };
  return [
    ...signUpPages(signUps, outbox),
    ...phonePages,
    ...passwordPages(byPassword),
    ...rootRecoveryPages({ ...byPassword, outbox, recovery: new RootRecovery({ installation, mail, logError }) }),
    ...mfaPages({ installation, authenticator, authorizer, callForBrowser, sessions, passkeys }),
    ...federationPages({ ...installation, authenticator, sessions }),
    ...samlPages({ installation, sessions, callForBrowser }),
    ...oidcPages({ installation, sessions, callForBrowser, signIn: oidcSignIn }),
    ...directoryPages({ installation, sessions, directories }),
    ...portalPages(portal),
    ...portalSignInPages(portal),
    ...devicePages(portal),
    ...authorizePages(portal),
    ...switchRolePages({ store: installation.store, authenticator, callForBrowser, sessions }),
    ...sessionsPages(sessions),
    sessionEndpoint({ ...installation, sessions }),
    ...consolePages({
      sessions,
      files: consoleFiles,
      doors: async () => [
        ...PASSWORD_DOORS,
        ...(await oidcDoors(installation)),
        ...(await portalDoors(installation)),
        ...(await directoryDoors(directories)),
      ],
    }),
  ];
}

/** As many doors as a page should have. */
const MOST_DOORS = 20;

/** The portals of this installation's instances. */
async function portalDoors({ store }: Installation): Promise<readonly Door[]> {
  const instances = await store.list(identityCenterInstances, { prefix: [], limit: MOST_DOORS });
  return instances.map((instance) => ({
    href: portalPath(instance),
    title: `AWS access portal${instance.name === undefined ? '' : ` of ${instance.name}`}`,
    text: 'Sign in with IAM Identity Center.',
  }));
}
