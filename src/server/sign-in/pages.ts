import type { Authenticator } from '../../authentication/authenticate.ts';
import type { Installation } from '../../authorization/installation.ts';
import type { Directories } from '../directory/directories.ts';
import { directoryDoors, directoryPages } from '../directory/directory-pages.ts';
import { consolePages } from './console-home.ts';
import { ConsoleSessions } from './console-session.ts';
import { federationPages } from './federation-endpoint.ts';
import type { SignInPage } from './sign-in-page.ts';

export interface SignInPagesParts {
  readonly installation: Installation;
  readonly authenticator: Authenticator;
  readonly directories: Directories;
}

/** Every page of the sign-in. Exact paths stand before open ones: the first that fits is taken. */
export function signInPages({ installation, authenticator, directories }: SignInPagesParts): readonly SignInPage[] {
  const sessions = new ConsoleSessions(installation);
  return [
    ...federationPages({ ...installation, authenticator, sessions }),
    ...directoryPages({ installation, sessions, directories }),
    ...consolePages({ sessions, doors: () => directoryDoors(directories) }),
  ];
}
