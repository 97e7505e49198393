import type { HttpResponse } from '../../core/http.ts';
import { consoleDestination } from './console-destination.ts';
import { formPage, type Shown } from './form-page.ts';
import { type OutboxPlace, whereCodeIs } from './outbox-place.ts';
import { again, NAME, newPassword, type PasswordPagesParts, proceed } from './password-pages.ts';
import { STRENGTH, STRENGTH_SCRIPT } from './password-strength.ts';
import type { RootRecovery } from './root-recovery.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

export interface RootRecoveryPagesParts extends PasswordPagesParts {
  readonly recovery: RootRecovery;
  readonly outbox: OutboxPlace;
}

/** The root user's way to a new password: an address, then the code that was mailed there. */
export function rootRecoveryPages(parts: RootRecoveryPagesParts): readonly SignInPage[] {
  return [
    {
      method: 'GET',
      path: '/signin/root/password',
      operation: 'SignInPage',
      handle: async ({ query }) => ({ response: addressForm({ fields: query }) }),
    },
    {
      method: 'POST',
      path: '/signin/root/password',
      operation: 'PasswordRecoveryRequested',
      handle: (call) => again(call, addressForm, () => sendCode(call, parts)),
    },
    {
      method: 'POST',
      path: '/signin/root/new-password',
      operation: 'PasswordRecoveryCompleted',
      handle: (call) =>
        again(
          call,
          (shown) => codeForm(shown, parts),
          () => setPassword(call, parts),
        ),
    },
  ];
}

async function sendCode({ form, request }: PageCall, parts: RootRecoveryPagesParts): Promise<PageAnswer> {
  const reset = await parts.recovery.sendCode((form.get('email') ?? '').trim(), request.remoteAddress);
  return { response: codeForm({ fields: new Map([...form, ['reset', reset]]) }, parts) };
}

async function setPassword(call: PageCall, parts: RootRecoveryPagesParts): Promise<PageAnswer> {
  const { form, origin } = call;
  const password = form.get('new') ?? '';
  if (password !== form.get('again')) throw refuse(400, 'ValidationException', 'The two new passwords differ.');
  const person = await parts.recovery.setPassword(form.get('reset') ?? '', (form.get('code') ?? '').replaceAll(' ', ''), password);
  // Whoever was in by the old password is out (threat C12).
  await parts.sessions.endAll({ personId: person.accountId });
  return proceed(call, parts.signIn.begin(person, consoleDestination(form.get('destination'), origin)), parts);
}

const BACK = '<p><a href="/signin/root">Sign in as the root user</a></p>';

const addressForm = (shown: Shown): HttpResponse =>
  formPage(
    'A new password for the root user',
    '/signin/root/password',
    [{ name: 'email', label: 'E-mail address', type: 'email', attributes: `autocomplete="username" maxlength="254" ${NAME}` }],
    shown,
    { button: 'Mail me a code', hidden: ['destination'], below: BACK },
  );

const codeForm = (shown: Shown, { outbox }: RootRecoveryPagesParts): HttpResponse =>
  formPage(
    'A new password for the root user',
    '/signin/root/new-password',
    [
      { name: 'code', label: 'Code', attributes: 'inputmode="numeric" autocomplete="one-time-code" maxlength="9"' },
      newPassword('new', 'New password'),
      newPassword('again', 'New password, again'),
    ],
    shown,
    {
      button: 'Set the password and sign in',
      hidden: ['reset', 'destination'],
      above: `<p>If there is such a root user, a code of six digits is on its way to that address. It is good for ten minutes.</p>${whereCodeIs(outbox, 'email')}${STRENGTH}`,
      below: '<p><a href="/signin/root/password">Ask for another code</a></p>',
      script: STRENGTH_SCRIPT,
    },
  );
