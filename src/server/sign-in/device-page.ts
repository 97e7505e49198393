import { countAttempts, sourceOf } from '../../authentication/attempt-limit.ts';
import type { SignedIn } from '../../authentication/portal-access.ts';
import type { HttpResponse } from '../../core/http.ts';
import { readUserCode, showUserCode } from '../../services/sso-oidc/device-authorization.ts';
import { identityCenterInstances } from '../../store/tables/identity-center.ts';
import { type DeviceAuthorization, deviceAuthorizations } from '../../store/tables/portal.ts';
import { escapeHtml, page } from '../page.ts';
import { openCode, sealCode } from './device-confirmation.ts';
import { callerOf, type PortalParts } from './portal-parts.ts';
import { signInForm } from './portal-sign-in-form.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

/*
 * Where somebody lets a device in that shows a code (RFC 8628). The code is typed by hand: a link that brings one along would have a stranger's
 * device let in by a careless click (threat D01).
 */

const MINUTE = 60_000;
/** Guesses: twenty in a quarter of an hour from one source, of 20^8 codes that live ten minutes (threat D02). */
const LIMITS = { bySource: { max: 20, window: 15 * MINUTE }, altogether: { max: 5000, window: 15 * MINUTE } };

export function devicePages(parts: PortalParts): readonly SignInPage[] {
  return [
    { method: 'GET', path: '/device', operation: 'DeviceAuthorization', handle: (call) => show(call, parts) },
    { method: 'POST', path: '/device', operation: 'DeviceAuthorization', handle: (call) => lookUp(call, parts) },
    { method: 'POST', path: '/device/decision', operation: 'DeviceDecision', handle: (call) => decide(call, parts) },
  ];
}

const NO_SUCH_CODE = 'There is no such code, or its time is over. Look at the device again.';

function codeForm(alert?: string, status = 200): HttpResponse {
  const told = alert === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(alert)}</p>`;
  return page(
    'Let a device in · Sagegate',
    `<main><h1>Let a device in</h1><p>Type the code that your own terminal or device shows. If somebody sent you a code, do not type it: it would let them in as you.</p>${told}
<form method="post" action="/device"><label>Code<input name="user_code" placeholder="XXXX-XXXX" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required></label>
<button>Go on</button></form></main>`,
    { status, forms: true },
  );
}

async function find(code: string | undefined, { installation }: PortalParts): Promise<DeviceAuthorization | undefined> {
  const found = code === undefined ? undefined : await installation.store.find(deviceAuthorizations, 'user_code', [code]);
  return found?.state === 'pending' && installation.clock.now() < found.expiresAt ? found : undefined;
}

async function show(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const sealed = call.query.get('request');
  const signedIn = sealed === undefined ? undefined : await parts.sessions.find(call.request);
  if (sealed === undefined || !signedIn) return { response: codeForm() };
  const device = await find(openCode(sealed, signedIn.session.sessionId, parts.installation), parts);
  if (device?.instanceId !== signedIn.instance.instanceId) return { response: codeForm(NO_SUCH_CODE, 404) };
  return { response: confirmation(device, signedIn, parts), caller: callerOf(signedIn) };
}

async function lookUp(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const { store, clock } = parts.installation;
  const counted = [
    { subject: `user-code:${sourceOf(call.request.remoteAddress)}`, limit: LIMITS.bySource },
    { subject: 'user-code', limit: LIMITS.altogether },
  ];
  const now = clock.now();
  if ((await store.write((writer) => countAttempts(writer, counted, now))) !== undefined)
    return { response: codeForm('There were too many attempts. Wait a while, and try again.', 429) };
  const device = await find(readUserCode(call.form.get('user_code') ?? ''), parts);
  const instance = device && (await store.get(identityCenterInstances, [device.instanceId]));
  if (!device || !instance) return { response: codeForm(NO_SUCH_CODE, 404) };
  const signedIn = await parts.sessions.find(call.request, instance);
  if (!signedIn) return { response: signInForm(instance, { next: '/device', userCode: device.userCode }) };
  return { response: confirmation(device, signedIn, parts), caller: callerOf(signedIn) };
}

/** What is asked for, by whom, from where and when: all that can be told, and that the name proves nothing (threats D01, D03). */
function confirmation(device: DeviceAuthorization, { session, user }: SignedIn, { installation }: PortalParts): HttpResponse {
  const { clientName, sourceIp, userAgent, createdAt, userCode } = device;
  const asked = new Date(createdAt);
  return page(
    'Let a device in · Sagegate',
    `<main><h1>Let this device in?</h1>
<dl><dt>Code</dt><dd><code>${showUserCode(userCode)}</code></dd>
<dt>It calls itself</dt><dd>${escapeHtml(clientName)} (not verified)</dd>
<dt>Asked from</dt><dd>${escapeHtml(sourceIp)}</dd>
<dt>With</dt><dd>${escapeHtml(userAgent)}</dd>
<dt>At</dt><dd><time datetime="${asked.toISOString()}">${asked.toUTCString()}</time></dd>
<dt>It will act as</dt><dd>${escapeHtml(user.attributes.UserName)}</dd></dl>
<p>It will see your accounts and get credentials of every role that is assigned to you. Allow it only if you have just started it yourself.</p>
<form method="post" action="/device/decision"><input type="hidden" name="request" value="${sealCode(userCode, session.sessionId, installation)}">
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form></main>`,
    { forms: true },
  );
}

async function decide(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const { installation, sessions } = parts;
  const signedIn = await sessions.find(call.request);
  if (!signedIn) throw refuse(401, 'UnauthorizedException', 'Your session has ended. Type the code again.');
  const decision = call.form.get('decision');
  if (decision !== 'allow' && decision !== 'deny') throw refuse(400, 'ValidationException', 'Allow or deny.');
  const { sessionId } = signedIn.session;
  const code = openCode(call.form.get('request') ?? '', sessionId, installation);
  const now = installation.clock.now();
  const isDecided = await installation.store.write(async (writer) => {
    const device = code === undefined ? undefined : await writer.find(deviceAuthorizations, 'user_code', [code]);
    if (device?.state !== 'pending' || now >= device.expiresAt || device.instanceId !== signedIn.instance.instanceId) return false;
    const state = decision === 'allow' ? ('approved' as const) : ('denied' as const);
    await writer.update(deviceAuthorizations, { ...device, state, ...(decision === 'allow' ? { sessionId } : {}) });
    return true;
  });
  if (!isDecided) return { response: codeForm(NO_SUCH_CODE, 404), caller: callerOf(signedIn) };
  const text =
    decision === 'allow' ? 'The device is let in. You may close this page.' : 'The device is not let in. You may close this page.';
  return {
    response: page('Let a device in · Sagegate', `<main><h1>${decision === 'allow' ? 'Allowed' : 'Denied'}</h1><p>${text}</p></main>`),
    caller: callerOf(signedIn),
  };
}
