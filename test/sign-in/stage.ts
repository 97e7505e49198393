import { systemRandom } from '../../src/core/id.ts';
import type { Directories } from '../../src/server/directory/directories.ts';
import { hostRules } from '../../src/server/foreign-request.ts';
import { Outbox } from '../../src/server/outbox.ts';
import { DirectorySource } from '../../src/server/sign-in/directory-source.ts';
import { OidcSignIn } from '../../src/server/sign-in/oidc-sign-in.ts';
import { signInPages } from '../../src/server/sign-in/pages.ts';
import { SignIn } from '../../src/server/sign-in/sign-in.ts';
import { SignUps } from '../../src/services/accounts/sign-up.ts';
import { directoriesOf } from '../directory/stage.ts';
import { startTestServer, type TestServer } from '../harness.ts';

export interface SignInStage {
  readonly server: TestServer;
  readonly outbox: Outbox;
  readonly directories: Directories;
  readonly directorySource: DirectorySource;
  /** `http://localhost:4566`: the name by which browsers take secure cookies. */
  readonly origin: string;
  /** Asks as a browser's address bar does; redirects are not followed. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Posts a form as a page of ours does. */
  post(path: string, form: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Response>;
  close(): Promise<void>;
}

/** A server with its sign-in pages. */
export async function openSignIn(): Promise<SignInStage> {
  let signIn: SignIn | undefined;
  const server = await startTestServer({ before: (request) => signIn?.answer(request) });
  const { installation, authenticator, authorizer, clock, audit, errors } = server;
  const outbox = new Outbox(clock, 100, () => undefined);
  const directories = directoriesOf(server);
  const directorySource = new DirectorySource({ installation, directories, logError: () => undefined });
  const oidcSignIn = new OidcSignIn({ installation, authorizer, logError: () => undefined });
  signIn = new SignIn({
    pages: signInPages({
      installation,
      authenticator,
      authorizer,
      directories,
      directorySource,
      oidcSignIn,
      callForBrowser: server.pipeline.callForBrowser.bind(server.pipeline),
      mail: outbox,
      outbox: { holdsMail: true, holdsPhone: true, isOpen: true },
      signUps: new SignUps({ ...installation, mail: outbox, phone: outbox, logError: (error) => errors.push(error) }),
      logError: (error) => errors.push(error),
    }),
    hosts: hostRules('127.0.0.1', [], false),
    audit,
    random: systemRandom,
    now: () => clock.now(),
    logError: (error) => errors.push(error),
  });
  const origin = server.url.replace('127.0.0.1', 'localhost');
  return {
    server,
    outbox,
    directories,
    directorySource,
    origin,
    get: (path, headers = {}) => fetch(server.url + path, { redirect: 'manual', headers }),
    post: (path, form, headers = {}) =>
      fetch(server.url + path, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(form) }),
    close: () => server.close(),
  };
}

/** What a browser would send back of an answer's cookie. */
export const cookieOf = (response: Response): string => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
