import type { HttpResponse } from '../../core/http.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import { PRIVATE_HEADERS } from '../page.ts';
import { confirmationPath } from './device-confirmation.ts';
import { type PortalParts, requireInstance } from './portal-parts.ts';
import { type Onward, passwordForm, portalDestination, signInForm } from './portal-sign-in-form.ts';
import type { PageAnswer, PageCall, SignInPage } from './sign-in-page.ts';

const onwardOf = ({ form }: PageCall, instance: IdentityCenterInstance): Onward => {
  const userCode = form.get('user_code');
  return { next: portalDestination(form.get('next'), instance), ...(userCode === undefined ? {} : { userCode }) };
};

/** Signing in, and coming to a password. */
export function portalSignInPages(parts: PortalParts): readonly SignInPage[] {
  return [
    { method: 'POST', path: '/start/*/sign-in', operation: 'UserAuthentication', handle: (call) => signIn(call, parts) },
    { method: 'POST', path: '/start/*/password-code', operation: 'PasswordCode', handle: (call) => sendCode(call, parts) },
    { method: 'POST', path: '/start/*/password', operation: 'SetPassword', handle: (call) => setPassword(call, parts) },
  ];
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
