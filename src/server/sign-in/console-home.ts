import type { HttpResponse } from '../../core/http.ts';
import type { ConsoleFiles } from '../console-files.ts';
import { escapeHtml, page } from '../page.ts';
import { CONSOLE_HOME } from './console-destination.ts';
import type { ConsoleSessions, OpenConsoleSession } from './console-session.ts';
import type { PageCall, SignInPage } from './sign-in-page.ts';

/** A door that is shown to whoever is not signed in. */
export interface Door {
  readonly href: string;
  /** `Example Corp directory` */
  readonly title: string;
  /** A sentence below it. */
  readonly text: string;
}

export interface ConsoleHomeParts {
  readonly sessions: ConsoleSessions;
  /** The doors that are open at present. */
  readonly doors: () => Promise<readonly Door[]>;
  /** Absent when the console was not built: a plain page stands for it. */
  readonly files?: ConsoleFiles | undefined;
}

/** The first page of the console: who is signed in, or how to. */
export function consolePages({ sessions, doors, files }: ConsoleHomeParts): readonly SignInPage[] {
  const home = async ({ request }: PageCall) => {
    const session = await sessions.find(request);
    if (!session) return { response: signedOut(await doors(), request.target) };
    return { response: files?.page() ?? signedIn(session), caller: { arn: session.arn, account: session.accountId } };
  };
  return [
    { method: 'GET', path: CONSOLE_HOME, operation: 'ConsoleHome', handle: home },
    { method: 'GET', path: '/console/**', operation: 'ConsoleHome', handle: home },
    {
      method: 'POST',
      path: '/console/sign-out',
      operation: 'Logout',
      handle: async ({ request }) => {
        const session = await sessions.find(request);
        const response = await sessions.end(request, CONSOLE_HOME);
        return { response, ...(session && { caller: { arn: session.arn, account: session.accountId } }) };
      },
    },
  ];
}

const METHODS: Readonly<Record<OpenConsoleSession['method'], string>> = {
  password: 'password',
  saml: 'SAML identity provider',
  oidc: 'OpenID Connect identity provider',
  directory: 'directory',
  federation: 'identity broker',
  'identity-center': 'IAM Identity Center',
};

function signedIn(session: OpenConsoleSession): HttpResponse {
  const { signInUrl, switchedFrom, arn } = session;
  const again =
    signInUrl === undefined ? '' : `<dt>Signed in at</dt><dd><a href="${escapeHtml(signInUrl)}">${escapeHtml(signInUrl)}</a></dd>`;
  const from = switchedFrom === undefined ? '' : `<dt>Switched from</dt><dd><code>${escapeHtml(switchedFrom.arn)}</code></dd>`;
  const back = switchedFrom === undefined ? '' : '<form method="post" action="/console/switch-back"><button>Switch back</button></form>';
  const isRoot = arn.endsWith(':root');
  const advice = isRoot
    ? '<p class="alert">You are the root user, who may do everything. Do not use it for daily work: make an administrator, give root a second factor, and sign in as the administrator.</p>'
    : '';
  const switching = isRoot ? '' : '<p><a href="/console/switch-role">Switch role</a></p>';
  return page(
    'Console · Sagegate',
    `<main><h1>You are signed in</h1>${advice}
<dl><dt>As</dt><dd><code>${escapeHtml(arn)}</code></dd>${from}
<dt>Account</dt><dd>${escapeHtml(session.accountId)}</dd>
<dt>By</dt><dd>${METHODS[session.method]}</dd>${again}
<dt>Until</dt><dd><time datetime="${new Date(session.expiresAt).toISOString()}">${new Date(session.expiresAt).toUTCString()}</time></dd></dl>
${back}<form method="post" action="/console/sign-out"><button>Sign out</button></form>${switching}
<p>The console's own pages were not built on this server; the AWS CLI and SDKs do all that they do.</p></main>`,
    { forms: true },
  );
}

/** @param wanted  where somebody was going: each door leads on to it */
function signedOut(doors: readonly Door[], wanted: string): HttpResponse {
  const onward = wanted === CONSOLE_HOME ? '' : `?destination=${encodeURIComponent(wanted)}`;
  const list = doors.map(
    ({ href, title, text }) =>
      `<article><h2><a href="${escapeHtml(href + onward)}">${escapeHtml(title)}</a></h2><p>${escapeHtml(text)}</p></article>`,
  );
  return page(
    'Sign in · Sagegate',
    `<main><h1>Sign in</h1>${list.join('')}<p>No account yet? <a href="/signup">Sign up</a>.</p><footer>Identity providers and brokers lead here by their own links.</footer></main>`,
  );
}
