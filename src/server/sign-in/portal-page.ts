import type { SignedIn } from '../../authentication/portal-access.ts';
import { type AssignedRole, assignedRoles } from '../../authorization/assigned-role.ts';
import type { HttpResponse } from '../../core/http.ts';
import { openRoleSession, type RoleSession } from '../../services/sso/role-session.ts';
import { accounts } from '../../store/tables/account.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import { escapeHtml, PRIVATE_HEADERS, page } from '../page.ts';
import { consoleDestination } from './console-destination.ts';
import { callerOf, type PortalParts, portalPath, requireInstance, startUrlOf } from './portal-parts.ts';
import { signInForm } from './portal-sign-in-form.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

/** The portal: what somebody is assigned, and the two ways into it. */
export function portalPages(parts: PortalParts): readonly SignInPage[] {
  const start = async (call: PageCall): Promise<PageAnswer> => {
    const instance = await requireInstance(call, parts);
    const signedIn = await parts.sessions.find(call.request, instance);
    if (!signedIn) return { response: signInForm(instance, { next: portalPath(instance) }) };
    return { response: await portal(signedIn, parts, call.origin), caller: callerOf(signedIn) };
  };
  return [
    { method: 'GET', path: '/start', operation: 'Portal', handle: start },
    { method: 'GET', path: '/start/*', operation: 'Portal', handle: start },
    { method: 'POST', path: '/start/*/console', operation: 'PortalConsole', handle: (call) => openConsole(call, parts) },
    { method: 'POST', path: '/start/*/credentials', operation: 'PortalCredentials', handle: (call) => showCredentials(call, parts) },
    {
      method: 'POST',
      path: '/start/*/sign-out',
      operation: 'PortalLogout',
      handle: async (call) => {
        const instance = await requireInstance(call, parts);
        const signedIn = await parts.sessions.find(call.request, instance);
        const headers = { ...PRIVATE_HEADERS, Location: portalPath(instance), 'Set-Cookie': await parts.sessions.end(call.request) };
        return { response: { status: 303, headers, body: '' }, ...(signedIn && { caller: callerOf(signedIn) }) };
      },
    },
  ];
}

const nameOf = ({ user: { attributes } }: SignedIn): string => attributes.DisplayName ?? attributes.UserName;

async function portal(signedIn: SignedIn, { installation }: PortalParts, origin: string): Promise<HttpResponse> {
  const { instance, user } = signedIn;
  const assigned = await assignedRoles(installation.store, instance, user);
  const byAccount = Map.groupBy(assigned, ({ accountId }) => accountId);
  const articles: string[] = [];
  for (const [accountId, roles] of byAccount) {
    const account = await installation.store.get(accounts, [accountId]);
    const rows = roles.map((role) => roleForms(instance, role)).join('');
    articles.push(
      `<article><h2>${escapeHtml(account?.name ?? '')}</h2><p>${accountId} · ${escapeHtml(account?.email ?? '')}</p>${rows}</article>`,
    );
  }
  const none = '<p>Nothing is assigned to you yet. Ask whoever administers IAM Identity Center.</p>';
  return page(
    'AWS access portal · Sagegate',
    `<main class="wide"><h1>AWS access portal</h1><p>Signed in as ${escapeHtml(nameOf(signedIn))} (${escapeHtml(user.attributes.UserName)})</p>
${articles.join('') || none}
<form method="post" action="${portalPath(instance)}/sign-out"><button>Sign out</button></form>
<footer><p>For <code>aws configure sso</code>: the start URL is <code>${escapeHtml(startUrlOf(instance, origin))}</code>, the region <code>${instance.region}</code>.</p></footer></main>`,
    { forms: true },
  );
}

function roleForms(instance: IdentityCenterInstance, { accountId, permissionSet: { name, description } }: AssignedRole): string {
  const fields = `<input type="hidden" name="account_id" value="${accountId}"><input type="hidden" name="role_name" value="${escapeHtml(name)}">`;
  const form = (action: string, text: string) =>
    `<form method="post" action="${portalPath(instance)}/${action}">${fields}<button aria-label="${escapeHtml(`${text} as ${name} in ${accountId}`)}">${text}</button></form>`;
  const about = description === undefined ? '' : `<p>${escapeHtml(description)}</p>`;
  return `<section><h3>${escapeHtml(name)}</h3>${about}${form('console', 'Open the console')}${form('credentials', 'Show access keys')}</section>`;
}

/**
 * A session of the role that a form names.
 * @throws ServiceError  401 not signed in; 403 not assigned (threat D05)
 */
async function openRole(
  call: PageCall,
  parts: PortalParts,
): Promise<{ readonly signedIn: SignedIn; readonly role: AssignedRole; readonly session: RoleSession }> {
  const { installation, sessions } = parts;
  const instance = await requireInstance(call, parts);
  const signedIn = await sessions.find(call.request, instance);
  if (!signedIn) throw refuse(401, 'UnauthorizedException', 'Your session has ended. Go back to the portal, and sign in again.');
  const [accountId, roleName] = [call.form.get('account_id') ?? '', call.form.get('role_name') ?? ''];
  const assigned = await assignedRoles(installation.store, instance, signedIn.user, accountId);
  const role = assigned.find(({ permissionSet }) => permissionSet.name === roleName);
  const now = installation.clock.now();
  const session = role && (await openRoleSession(installation.store, installation, instance, signedIn.user, role, now));
  if (!role || !session) throw refuse(403, 'ForbiddenException', 'No access: this role is not assigned to you.');
  return { signedIn, role, session };
}

async function openConsole(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const { signedIn, role, session } = await openRole(call, parts);
  const { arn, ...credentials } = session;
  const wanted = {
    credentials,
    accountId: role.accountId,
    arn,
    method: 'identity-center' as const,
    signInUrl: portalPath(signedIn.instance),
  };
  const destination = consoleDestination(role.permissionSet.relayState, call.origin);
  return { response: await parts.consoleSessions.begin(call.request, wanted, destination), caller: callerOf(signedIn) };
}

async function showCredentials(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const { signedIn, role, session } = await openRole(call, parts);
  const { accountId, permissionSet } = role;
  const profile = `${accountId}_${permissionSet.name}`;
  const values = [
    ['aws_access_key_id', session.accessKeyId],
    ['aws_secret_access_key', session.secretAccessKey],
    ['aws_session_token', session.sessionToken],
  ] as const;
  const exports = values.map(([name, value]) => `export ${name.toUpperCase()}="${value}"`).join('\n');
  const file = [`[${profile}]`, ...values.map(([name, value]) => `${name}=${value}`)].join('\n');
  const until = new Date(session.expiresAt);
  const response = page(
    'Access keys · Sagegate',
    `<main class="wide"><h1>Access keys for ${escapeHtml(permissionSet.name)}</h1>
<p>Account ${accountId}. They end at <time datetime="${until.toISOString()}">${until.toUTCString()}</time>, and cannot be shown again.</p>
<h2>Option 1: environment variables</h2><pre tabindex="0" aria-label="Environment variables">${escapeHtml(exports)}</pre>
<h2>Option 2: a profile in your AWS credentials file</h2><pre tabindex="0" aria-label="Profile">${escapeHtml(file)}</pre>
<h2>Better: let the AWS CLI get them itself</h2><p>Start <code>aws configure sso</code> with the start URL <code>${escapeHtml(startUrlOf(signedIn.instance, call.origin))}</code> and the region <code>${signedIn.instance.region}</code>: then nothing has to be copied.</p>
<p><a href="${portalPath(signedIn.instance)}">Back to the portal</a></p></main>`,
  );
  return { response, caller: callerOf(signedIn) };
}
