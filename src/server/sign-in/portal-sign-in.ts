import type { HttpResponse } from '../../core/http.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import { PRIVATE_HEADERS } from '../page.ts';
import { confirmationPath } from './device-confirmation.ts';
import { type PortalParts, portalPath, requireInstance } from './portal-parts.ts';
import { type Onward, passwordForm, portalDestination, signInForm } from './portal-sign-in-form.ts';
import { samlServiceMetadata } from './saml-source.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

const onwardOf = ({ form }: PageCall, instance: IdentityCenterInstance): Onward => {
  const userCode = form.get('user_code');
  return { next: portalDestination(form.get('next'), instance), ...(userCode === undefined ? {} : { userCode }) };
};

/** Signing in, and coming to a password. */
export function portalSignInPages(parts: PortalParts): readonly SignInPage[] {
  return [
    { method: 'POST', path: '/start/*/sign-in', operation: 'UserAuthentication', handle: (call) => signIn(call, parts) },
    { method: 'POST', path: '/start/*/password-code', operation: 'PasswordCode', handle: (call) => sendCode(call, parts) },
    { method: 'GET', path: '/start/*/saml', operation: 'SamlRequest', handle: (call) => sendAway(call, parts) },
    { method: 'GET', path: '/start/*/saml/metadata', operation: 'SamlMetadata', handle: (call) => tellProvider(call, parts) },
    {
      method: 'POST',
      path: '/start/*/saml',
      operation: 'UserAuthentication',
      fromElsewhere: true,
      maxBytes: MAX_RESPONSE_BYTES,
      handle: (call) => arrive(call, parts),
    },
    { method: 'POST', path: '/start/*/password', operation: 'SetPassword', handle: (call) => setPassword(call, parts) },
  ];
}

/** A response of a hundred thousand characters, every one of them percent-encoded, and what stands beside it. */
const MAX_RESPONSE_BYTES = 320 * 1024;

/** To the identity provider. */
async function sendAway(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const instance = await requireInstance(call, parts);
  if (instance.identitySource.kind !== 'saml') throw refuse(404, 'ResourceNotFoundException', 'This portal has no identity provider.');
  const userCode = call.query.get('user_code')?.slice(0, 64);
  const onward = { next: portalDestination(call.query.get('next'), instance), ...(userCode === undefined ? {} : { userCode }) };
  const Location = parts.saml.requestUrl(instance, call.origin, onward);
  return { response: { status: 302, headers: { ...PRIVATE_HEADERS, Location }, body: '' } };
}

/** And back from it: with an answer to our request, or of its own accord. */
async function arrive(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const instance = await requireInstance(call, parts);
  const onward = parts.saml.onwardOf(instance, call.form.get('RelayState') ?? '') ?? { next: portalPath(instance) };
  return sayAgain(
    async () => enter(call, instance, await parts.saml.signIn(instance, call.origin, call.form.get('SAMLResponse') ?? ''), onward, parts),
    (alert, status) => signInForm(instance, onward, { alert, status }),
  );
}

async function tellProvider(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const instance = await requireInstance(call, parts);
  const headers = { ...PRIVATE_HEADERS, 'Content-Type': 'application/samlmetadata+xml', 'Content-Security-Policy': "default-src 'none'" };
  return { response: { status: 200, headers, body: samlServiceMetadata(instance, call.origin) } };
}

type User = Awaited<ReturnType<PortalParts['users']['signIn']>>;

/** What a refusal says, on the page where it can be done again; anything else goes on as it is. */
const sayAgain = async (work: () => Promise<PageAnswer>, again: (alert: string, status: number) => HttpResponse): Promise<PageAnswer> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.status === undefined) throw error;
    return { response: again(error.message, error.status) };
  }
};

async function enter(
  call: PageCall,
  instance: IdentityCenterInstance,
  user: User,
  onward: Onward,
  parts: PortalParts,
): Promise<PageAnswer> {
  const { setCookie, sessionId } = await parts.sessions.begin(call.request, instance, user);
  const { userCode } = onward;
  const Location = userCode === undefined ? onward.next : confirmationPath(userCode, sessionId, parts.installation);
  return {
    response: { status: 303, headers: { ...PRIVATE_HEADERS, Location, 'Set-Cookie': setCookie }, body: '' },
    caller: { arn: `arn:aws:identitystore:::user/${user.userId}`, account: instance.ownerAccountId },
  };
}

async function signIn(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const instance = await requireInstance(call, parts);
  const onward = onwardOf(call, instance);
  const name = (call.form.get('user_name') ?? '').trim();
  return sayAgain(
    async () => {
      const user = await parts.users.signIn(instance, name, call.form.get('password') ?? '', call.request.remoteAddress);
      return enter(call, instance, user, onward, parts);
    },
    (alert, status) => signInForm(instance, onward, { alert, status, name: name.slice(0, 128) }),
  );
}

async function sendCode(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const instance = await requireInstance(call, parts);
  const onward = onwardOf(call, instance);
  const name = (call.form.get('user_name') ?? '').trim();
  return sayAgain(
    async () => ({ response: passwordForm(instance, onward, await parts.users.sendCode(instance, name, call.request.remoteAddress)) }),
    (alert, status) => signInForm(instance, onward, { alert, status, name: name.slice(0, 128) }),
  );
}

async function setPassword(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const instance = await requireInstance(call, parts);
  const onward = onwardOf(call, instance);
  const reset = call.form.get('reset') ?? '';
  return sayAgain(
    async () => {
      const user = await parts.users.setPassword(instance, reset, (call.form.get('code') ?? '').trim(), call.form.get('password') ?? '');
      return enter(call, instance, user, onward, parts);
    },
    (alert, status) => passwordForm(instance, onward, reset.slice(0, 64), alert, status),
  );
}
