import type { HttpResponse } from '../../core/http.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import { escapeHtml, page } from '../page.ts';
import { portalPath } from './portal-parts.ts';

/** Where somebody goes once signed in. */
export interface Onward {
  /** A path of ours. */
  readonly next: string;
  /** The code of a device, typed before signing in. */
  readonly userCode?: string;
}

/** Longest path that is gone on to: that of a program's request. */
const MAX_NEXT = 2048;

/**
 * A path of the portal for where somebody wants to go once signed in; its first page when it is anything else (threat C16). The path is compared
 * as it stands: nothing that a browser reads differently gets that far.
 */
export function portalDestination(wanted: string | undefined, instance: IdentityCenterInstance): string {
  const home = portalPath(instance);
  if (wanted === undefined || wanted.length > MAX_NEXT || !/^[\x21-\x7e]+$/.test(wanted) || wanted.includes('\\')) return home;
  return wanted === '/device' || wanted.startsWith('/authorize?') ? wanted : home;
}

/** It, in a form. */
const hidden = ({ next, userCode }: Onward): string =>
  `<input type="hidden" name="next" value="${escapeHtml(next)}">${userCode === undefined ? '' : `<input type="hidden" name="user_code" value="${escapeHtml(userCode)}">`}`;

/** The page that asks who somebody is. */
export function signInForm(
  instance: IdentityCenterInstance,
  onward: Onward,
  { alert, name = '', status = 200 }: { readonly alert?: string; readonly name?: string; readonly status?: number } = {},
): HttpResponse {
  const told = alert === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(alert)}</p>`;
  const action = portalPath(instance);
  if (instance.identitySource.kind === 'saml') return providerPage(instance, onward, told, status);
  return page(
    'Sign in · Sagegate',
    `<main><h1>Sign in</h1><p>IAM Identity Center${instance.name === undefined ? '' : ` of ${escapeHtml(instance.name)}`}</p>${told}
<form method="post" action="${action}/sign-in">${hidden(onward)}
<label>User name<input name="user_name" value="${escapeHtml(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="128" required></label>
<label>Password<input name="password" type="password" autocomplete="current-password" maxlength="128" required></label>
<button>Sign in</button></form>
${instance.identitySource.kind === 'directory' ? '<p>The password is that of your directory.</p>' : passwordHelp(action, onward, name)}</main>`,
    { status, forms: true },
  );
}

/** The page that leads to the identity provider. */
function providerPage(instance: IdentityCenterInstance, { next, userCode }: Onward, told: string, status: number): HttpResponse {
  const query = new URLSearchParams({ next, ...(userCode === undefined ? {} : { user_code: userCode }) });
  return page(
    'Sign in · Sagegate',
    `<main><h1>Sign in</h1><p>IAM Identity Center${instance.name === undefined ? '' : ` of ${escapeHtml(instance.name)}`}</p>${told}
<p><a href="${escapeHtml(`${portalPath(instance)}/saml?${query}`)}">Continue at your identity provider</a></p></main>`,
    { status },
  );
}

const passwordHelp = (action: string, onward: Onward, name: string): string => `<h2>No password yet, or forgotten?</h2>
<form method="post" action="${action}/password-code">${hidden(onward)}
<label>User name<input name="user_name" value="${escapeHtml(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="128" required></label>
<button>Mail me a code</button></form>`;

/** The page that takes a mailed code and a new password. */
export function passwordForm(instance: IdentityCenterInstance, onward: Onward, reset: string, alert?: string, status = 200): HttpResponse {
  const told = alert === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(alert)}</p>`;
  return page(
    'Set your password · Sagegate',
    `<main><h1>Set your password</h1><p>If there is such a user, a code of six digits is on its way to their address. It is good for ten minutes.</p>${told}
<form method="post" action="${portalPath(instance)}/password">${hidden(onward)}<input type="hidden" name="reset" value="${escapeHtml(reset)}">
<label>Code<input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required></label>
<label>New password<input name="password" type="password" autocomplete="new-password" maxlength="128" required></label>
<button>Set the password and sign in</button></form>
<p><a href="${portalPath(instance)}">Begin again</a></p></main>`,
    { status, forms: true },
  );
}
