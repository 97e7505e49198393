import type { Authenticator } from '../../authentication/authenticate.ts';
import { iamArn, stsArn } from '../../core/arn.ts';
import type { HttpResponse } from '../../core/http.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Store } from '../../store/store.ts';
import { type RoleColour, type SwitchedRole, switchedRoles } from '../../store/tables/console.ts';
import { escapeHtml, page } from '../page.ts';
import type { Pipeline } from '../pipeline.ts';
import { CONSOLE_HOME, consoleDestination } from './console-destination.ts';
import type { ConsoleSessions, OpenConsoleSession } from './console-session.ts';
import { findNamedAccount } from './named-account.ts';
import { browserFacts } from './role-entry.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

export interface SwitchRoleParts {
  readonly store: Store;
  readonly authenticator: Authenticator;
  readonly callForBrowser: Pipeline['callForBrowser'];
  readonly sessions: ConsoleSessions;
}

const SECONDS = 3600;

/**
 * Switching to a role, and back. A link may fill in the form, as AWS's links do; what it would be called is never shown instead of what it is, and
 * nothing happens before somebody presses the button (threat C18). AssumeRole decides, as the person who is signed in.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
 */
export function switchRolePages(parts: SwitchRoleParts): readonly SignInPage[] {
  const show = async (call: PageCall): Promise<PageAnswer> => {
    const session = await signedIn(call, parts);
    return { response: await showForm(session, call.query, parts), caller: { arn: session.arn, account: session.accountId } };
  };
  return [
    { method: 'GET', path: '/console/switch-role', operation: 'SwitchRolePage', handle: show },
    { method: 'GET', path: '/switchrole', operation: 'SwitchRolePage', handle: show },
    { method: 'POST', path: '/console/switch-role', operation: 'SwitchRole', handle: (call) => switchRole(call, parts) },
    { method: 'POST', path: '/console/switch-back', operation: 'ExitRole', handle: (call) => switchBack(call, parts) },
  ];
}

async function signedIn({ request }: PageCall, { sessions }: SwitchRoleParts): Promise<OpenConsoleSession> {
  const session = await sessions.find(request);
  if (!session) throw refuse(403, 'AccessDeniedException', 'Sign in first, then switch to a role.');
  return session;
}

/** AWS's own colours, as its links have them. */
const COLOURS: ReadonlyMap<string, RoleColour> = new Map([
  ['F2B0A9', 'red'],
  ['FBBF93', 'orange'],
  ['FAD791', 'yellow'],
  ['B7CA9D', 'green'],
  ['99BCE3', 'blue'],
]);
const CHOICES: readonly RoleColour[] = ['none', ...COLOURS.values()];
const colourOf = (text: string | undefined): RoleColour =>
  COLOURS.get((text ?? '').toUpperCase()) ?? CHOICES.find((each) => each === text) ?? 'none';
/** Roles that are remembered of a person, as on AWS. */
const REMEMBERED = 5;
/** Milliseconds for which they are at the longest, and of how many it is looked at with each switch: sessions of roles are persons by any name. */
const MEMORY = 90 * 86_400_000;
const SWEPT = 20;

/** Remembers a role that somebody has switched to, and forgets what is older than their newest five, or very old. */
async function remember(role: SwitchedRole, store: Store): Promise<void> {
  await store.write(async (writer) => {
    const key = [role.personId, role.accountId, role.roleName];
    await ((await writer.get(switchedRoles, key)) ? writer.update(switchedRoles, role) : writer.insert(switchedRoles, role));
    const all = await writer.list(switchedRoles, { index: 'used', prefix: [role.personId] });
    const oldest = await writer.list(switchedRoles, { index: 'age', prefix: [], limit: SWEPT });
    const forgotten = [...all.slice(0, -REMEMBERED), ...oldest.filter(({ usedAt }) => usedAt < role.usedAt - MEMORY)];
    for (const { personId, accountId, roleName } of forgotten) await writer.delete(switchedRoles, [personId, accountId, roleName]);
  });
}

async function showForm(
  session: OpenConsoleSession,
  fields: ReadonlyMap<string, string>,
  { store }: SwitchRoleParts,
  alert?: string,
  status = 200,
): Promise<HttpResponse> {
  const known = (await store.list(switchedRoles, { index: 'used', prefix: [session.personId] })).toReversed();
  const hidden = (name: string, value: string): string => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
  const history = known.map(
    ({ accountId, roleName, colour }) =>
      `<form class="secondary" method="post" action="/console/switch-role">${hidden('account', accountId)}${hidden('roleName', roleName)}${hidden('color', colour)}<button class="role ${colour}">${escapeHtml(roleName)} @ ${escapeHtml(accountId)}</button></form>`,
  );
  const wrong = alert === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(alert)}</p>`;
  const input = (name: string, label: string, max: number): string =>
    `<label>${label}<input name="${name}" value="${escapeHtml(fields.get(name) ?? '')}" maxlength="${max}" autocapitalize="none" spellcheck="false" required></label>`;
  return page(
    'Switch role · Sagegate',
    `<main><h1>Switch role</h1><p>You are <code>${escapeHtml((session.switchedFrom ?? session).arn)}</code>.</p>${wrong}
<form method="post" action="/console/switch-role">${input('account', 'Account ID (12 digits) or account alias', 63)}${input('roleName', 'Role name, with its path if it has one', 600)}
<label>Colour<select name="color">${CHOICES.map((each) => `<option${each === colourOf(fields.get('color')) ? ' selected' : ''}>${each}</option>`).join('')}</select></label>
<button>Switch role</button></form>${history.length === 0 ? '' : `<h2>Switched to of late</h2>${history.join('')}`}<p><a href="/console/">Cancel</a></p></main>`,
    { forms: true, status },
  );
}

async function switchRole(call: PageCall, parts: SwitchRoleParts): Promise<PageAnswer> {
  const { authenticator, sessions } = parts;
  const session = await signedIn(call, parts);
  // From a role one switches as who one was before, as on AWS.
  const from = session.switchedFrom ?? session;
  try {
    const caller = await authenticator.callerOf(from.credentials);
    if (!caller) throw refuse(403, 'AccessDeniedException', 'Your session has ended. Sign in again.');
    const accountId = await accountOf(call.form.get('account')?.trim() ?? '', parts.store);
    const role = (call.form.get('roleName') ?? '').trim().replace(/^\/+/, '');
    if (!/^[\w+=,.@/-]{1,600}$/.test(role)) throw refuse(400, 'ValidationException', 'Give the name of a role.');
    const sessionName = (caller.userName ?? caller.userId.slice(caller.userId.indexOf(':') + 1)).slice(0, 64);
    const facts = browserFacts(call, call.request.headers.referer);
    const input = { RoleArn: iamArn(accountId, `role/${role}`), RoleSessionName: sessionName, DurationSeconds: SECONDS };
    const { Credentials: given } = (await parts.callForBrowser(caller, 'sts', 'AssumeRole', input, facts)) as {
      Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string; Expiration: Date };
    };
    const arn = stsArn(accountId, `assumed-role/${role.slice(role.lastIndexOf('/') + 1)}/${sessionName}`);
    const { credentials, arn: before, accountId: home, method, signInUrl } = from;
    const response = await sessions.begin(
      call.request,
      {
        credentials: {
          accessKeyId: given.AccessKeyId,
          secretAccessKey: given.SecretAccessKey,
          sessionToken: given.SessionToken,
          expiresAt: given.Expiration.getTime(),
        },
        accountId,
        arn,
        method: session.method,
        switchedFrom: { credentials, arn: before, accountId: home, method, signInUrl },
      },
      consoleDestination(call.form.get('destination'), call.origin),
    );
    const colour = colourOf(call.form.get('color'));
    await remember({ personId: session.personId, accountId, roleName: role, colour, usedAt: parts.sessions.now() }, parts.store);
    return { response, caller: { arn, account: accountId } };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { response: await showForm(session, call.form, parts, error.message, error.status ?? 403), errorCode: error.code };
  }
}

/** By id or alias. Whether there is such an account is not told: AssumeRole refuses in one sentence. */
async function accountOf(text: string, store: Store): Promise<string> {
  if (/^[0-9]{12}$/.test(text)) return text;
  const found = await findNamedAccount(store, text);
  if (!found) throw refuse(400, 'ValidationException', 'Give the id of an account, 12 digits, or its alias.');
  return found.accountId;
}

async function switchBack(call: PageCall, parts: SwitchRoleParts): Promise<PageAnswer> {
  const { switchedFrom } = await signedIn(call, parts);
  if (!switchedFrom) throw refuse(400, 'ValidationException', 'You have not switched to a role.');
  return {
    response: await parts.sessions.begin(call.request, switchedFrom, CONSOLE_HOME),
    caller: { arn: switchedFrom.arn, account: switchedFrom.accountId },
  };
}
