import type { ConsoleSession } from '../../store/tables/console.ts';
import { escapeHtml, page } from '../page.ts';
import { CONSOLE_HOME } from './console-destination.ts';
import type { ConsoleSessions, OpenConsoleSession } from './console-session.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage, seeOther } from './sign-in-page.ts';

const HERE = '/console/sessions';

/** Where somebody is signed in, and how to end that: one session, or all of them (threat C12). Everybody sees and ends their own alone. */
export function sessionsPages(sessions: ConsoleSessions): readonly SignInPage[] {
  const at = (
    method: 'GET' | 'POST',
    path: string,
    operation: string,
    work: (session: OpenConsoleSession, call: PageCall) => Promise<PageAnswer['response']>,
  ): SignInPage => ({
    method,
    path,
    operation,
    handle: async (call) => {
      const session = await sessions.find(call.request);
      if (!session) throw refuse(403, 'AccessDeniedException', 'Sign in first.');
      return { response: await work(session, call), caller: { arn: session.arn, account: session.accountId } };
    },
  });
  return [
    at('GET', HERE, 'SessionsPage', async (session) => sessionsPage(await sessions.ofPerson(session), session)),
    at('POST', `${HERE}/end`, 'EndSession', async (session, { form }) => {
      if (!(await sessions.endOne(session, form.get('session') ?? '')))
        throw refuse(404, 'ResourceNotFoundException', 'That session has ended already.');
      return seeOther(HERE);
    }),
    at('POST', `${HERE}/end-all`, 'EndAllSessions', async (session, { request }) => {
      await sessions.endAll(session);
      return sessions.end(request, CONSOLE_HOME);
    }),
  ];
}

function sessionsPage(all: readonly ConsoleSession[], own: OpenConsoleSession): PageAnswer['response'] {
  const time = (at: number): string => `<time datetime="${new Date(at).toISOString()}">${new Date(at).toUTCString()}</time>`;
  const list = all.map((session) => {
    const isOwn = session.sessionId === own.sessionId;
    const device = deviceOf(session.userAgent);
    const end = isOwn
      ? '<p class="state">This one</p>'
      : `<form class="secondary" method="post" action="${HERE}/end"><input type="hidden" name="session" value="${escapeHtml(session.sessionId)}"><button aria-label="End the session of ${escapeHtml(device)} at ${escapeHtml(session.sourceIp)}">End</button></form>`;
    return `<article><h2>${escapeHtml(device)}</h2><dl><dt>As</dt><dd><code>${escapeHtml(session.arn)}</code></dd><dt>Address</dt><dd>${escapeHtml(session.sourceIp)}</dd>
<dt>Since</dt><dd>${time(session.createdAt)}</dd><dt>Last seen</dt><dd>${time(session.lastSeenAt)}</dd><dt>Until</dt><dd>${time(session.expiresAt)}</dd></dl>${end}</article>`;
  });
  return page(
    'Sessions · Sagegate',
    `<main class="wide"><h1>Sessions</h1><p>Where <code>${escapeHtml((own.switchedFrom ?? own).arn)}</code> is signed in to the console. One that you do not know is a reason to change your password.</p>${list.join('')}
<form method="post" action="${HERE}/end-all"><button>Sign out everywhere</button></form><p><a href="${CONSOLE_HOME}">Back to the console</a></p></main>`,
    { forms: true },
  );
}

// biome-ignore format: a table, to be read in columns. Those that pretend to be others stand before them.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\w*\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bFirefox\//, 'Firefox'], [/\b(?:Headless)?Chrom\w*\//, 'Chrome'], [/\bSafari\//, 'Safari'],
];
// biome-ignore format: as above.
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bWindows\b/, 'Windows'], [/\bMac OS X\b/, 'macOS'], [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux'],
];

/** What a browser says it is, in short: `Firefox on Linux`. It is a hint for people, and proves nothing. */
export function deviceOf(userAgent: string): string {
  const name = (table: typeof BROWSERS): string | undefined => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  const [browser, system] = [name(BROWSERS), name(SYSTEMS)];
  if (browser === undefined) return system ?? 'Unknown device';
  return system === undefined ? browser : `${browser} on ${system}`;
}
