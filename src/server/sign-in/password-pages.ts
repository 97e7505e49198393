import { sourceOf } from '../../authentication/attempt-limit.ts';
import type { HttpResponse } from '../../core/http.ts';
import { ServiceError } from '../../core/service-error.ts';
import { escapeHtml, page } from '../page.ts';
import { consoleDestination } from './console-destination.ts';
import type { Door } from './console-home.ts';
import type { ConsoleSessions } from './console-session.ts';
import { type Field, formPage, type Shown } from './form-page.ts';
import { linkList } from './oidc-pages.ts';
import { PASSKEY_SCRIPT, passkeyForm } from './passkey-form.ts';
import { type Passkeys, rpIdOf } from './passkeys.ts';
import type { PasswordSignIn, PendingSignIn } from './password-sign-in.ts';
import { STRENGTH, STRENGTH_SCRIPT } from './password-strength.ts';
import { remember, rememberedAccount } from './remembered-account.ts';
import { browserFacts } from './role-entry.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

export interface PasswordPagesParts {
  readonly signIn: PasswordSignIn;
  readonly sessions: ConsoleSessions;
  readonly passkeys: Passkeys;
  /** The identity providers by which people sign in to an account. */
  readonly providersOf: (account: string, destination: string | undefined) => Promise<readonly Door[]>;
}

/** Signing in by password: as an IAM user, as root, with a second factor, with a password that must be changed. */
export function passwordPages(parts: PasswordPagesParts): readonly SignInPage[] {
  const common = { operation: 'ConsoleLogin' } as const;
  return [
    {
      ...common,
      method: 'GET',
      path: '/signin',
      operation: 'SignInPage',
      handle: async (call) => ({ response: await userPage(withMemory(call, shownOf(call)), parts) }),
    },
    {
      ...common,
      method: 'GET',
      path: '/signin/root',
      operation: 'SignInPage',
      handle: async (call) => ({ response: rootForm(shownOf(call)) }),
    },
    { ...common, method: 'POST', path: '/signin', handle: (call) => again(call, userForm, () => asUser(call, parts)) },
    { ...common, method: 'POST', path: '/signin/root', handle: (call) => again(call, rootForm, () => asRoot(call, parts)) },
    {
      ...common,
      method: 'POST',
      path: '/signin/mfa',
      operation: 'CheckMfa',
      handle: (call) =>
        again(
          call,
          (shown) => mfaForm(call, shown, parts),
          () => withCode(call, parts),
        ),
    },
    {
      ...common,
      method: 'POST',
      path: '/signin/passkey',
      operation: 'CheckMfa',
      handle: (call) =>
        again(
          call,
          (shown) => mfaForm(call, shown, parts),
          () => withPasskey(call, parts),
        ),
    },
    {
      ...common,
      method: 'POST',
      path: '/signin/password',
      operation: 'PasswordUpdated',
      handle: (call) => again(call, changeForm, () => withNewPassword(call, parts)),
    },
  ];
}

/** On AWS the account is part of the sign-in page's host: `ALIAS.signin.aws.amazon.com`. */
function shownOf({ query, request }: PageCall): Shown {
  const [, account] = /^([a-z0-9-]{1,63})\.signin\.aws\.amazon\.com(?::\d+)?$/.exec(request.headers.host ?? '') ?? [];
  return { fields: account === undefined || query.has('account') ? query : new Map([...query, ['account', account]]) };
}

/** The account that the browser remembers, where the page was not asked for another. */
function withMemory({ request }: PageCall, shown: Shown): Shown {
  const account = rememberedAccount(request);
  if (account === undefined) return shown;
  return { ...shown, fields: new Map([['account', account], ['remember', 'yes'], ...shown.fields]) };
}

/** The same form, with what was wrong. */
export async function again(
  call: PageCall,
  form: (shown: Shown) => HttpResponse | Promise<HttpResponse>,
  work: () => Promise<PageAnswer>,
): Promise<PageAnswer> {
  try {
    return await work();
  } catch (error) {
    // A step that has lost its thread has no form to show again.
    if (!(error instanceof ServiceError) || error.code === LOST) throw error;
    const status = error.status ?? (error.code === 'AccessDenied' ? 403 : 400);
    return { response: await form({ fields: call.form, alert: error.message, status }), errorCode: error.code };
  }
}

const LOST = 'ExpiredSignIn';

async function asUser(call: PageCall, parts: PasswordPagesParts): Promise<PageAnswer> {
  const { form, request, origin } = call;
  const field = (name: string): string => form.get(name) ?? '';
  const person = await parts.signIn.user(
    field('account').trim(),
    field('username').trim(),
    field('password'),
    sourceOf(request.remoteAddress),
  );
  const answer = await proceed(call, parts.signIn.begin(person, consoleDestination(form.get('destination'), origin)), parts);
  const cookies = remember(form.get('remember') === 'yes' ? field('account').trim() : undefined, request);
  return { ...answer, response: { ...answer.response, cookies } };
}

async function asRoot(call: PageCall, parts: PasswordPagesParts): Promise<PageAnswer> {
  const { form, request, origin } = call;
  const person = await parts.signIn.root((form.get('email') ?? '').trim(), form.get('password') ?? '', sourceOf(request.remoteAddress));
  return proceed(call, parts.signIn.begin(person, consoleDestination(form.get('destination'), origin)), parts);
}

function pendingOf({ form }: PageCall, { signIn }: PasswordPagesParts): PendingSignIn {
  try {
    return signIn.open(form.get('step') ?? '');
  } catch (error) {
    throw error instanceof ServiceError ? refuse(error.status ?? 403, LOST, error.message) : error;
  }
}

async function withCode(call: PageCall, parts: PasswordPagesParts): Promise<PageAnswer> {
  const code = (call.form.get('code') ?? '').replaceAll(' ', '');
  return proceed(call, await parts.signIn.prove(pendingOf(call, parts), code), parts);
}

async function withPasskey(call: PageCall, parts: PasswordPagesParts): Promise<PageAnswer> {
  const pending = pendingOf(call, parts);
  return proceed(call, await parts.signIn.proved(pending, (ownerId) => parts.passkeys.prove(call, ownerId)), parts);
}

async function withNewPassword(call: PageCall, parts: PasswordPagesParts): Promise<PageAnswer> {
  const pending = pendingOf(call, parts);
  if ((await parts.signIn.next(pending)) !== 'change') return proceed(call, pending, parts);
  const { form } = call;
  if (form.get('new') !== form.get('again')) throw refuse(400, 'ValidationException', 'The two new passwords differ.');
  const from = browserFacts(call, call.request.headers.referer);
  return proceed(call, await parts.signIn.change(pending, form.get('old') ?? '', form.get('new') ?? '', from), parts);
}

/** The next step of a sign-in, or the console. */
export async function proceed(call: PageCall, pending: PendingSignIn, parts: PasswordPagesParts): Promise<PageAnswer> {
  const { signIn, sessions } = parts;
  const step = await signIn.next(pending);
  if (step === 'contact') throw refuse(403, 'PasswordExpired', 'Your password has expired. Your administrator must set another.');
  if (step === 'mfa') return { response: await mfaForm(call, { fields: new Map([['step', signIn.seal(pending)]]) }, parts) };
  if (step === 'change') return { response: changeForm({ fields: new Map([['step', signIn.seal(pending)]]) }) };
  const session = await signIn.enter(pending);
  return {
    response: await sessions.begin(call.request, session, pending.destination),
    caller: { arn: session.arn, account: session.accountId },
  };
}

/** Attributes of a field that takes a name. */
export const NAME = 'autocapitalize="none" spellcheck="false"';
const PASSWORD: Field = {
  name: 'password',
  label: 'Password',
  type: 'password',
  attributes: 'autocomplete="current-password" maxlength="256"',
};

/** With the identity providers of the account, where it is known and has some. */
async function userPage(shown: Shown, { providersOf }: PasswordPagesParts): Promise<HttpResponse> {
  const { fields } = shown;
  const links = await providersOf(fields.get('account') ?? '', fields.get('destination'));
  return userForm(shown, links.length === 0 ? '' : `<p>Or sign in to this account by an identity provider:</p>${linkList(links)}`);
}

const userForm = (shown: Shown, providers = ''): HttpResponse =>
  formPage(
    'Sign in as IAM user',
    '/signin',
    [
      {
        name: 'account',
        label: 'Account ID (12 digits) or account alias',
        attributes: `autocomplete="organization" maxlength="63" ${NAME}`,
      },
      { name: 'username', label: 'User name', attributes: `autocomplete="username" maxlength="64" ${NAME}` },
      PASSWORD,
      { name: 'remember', label: 'Remember this account', type: 'checkbox', optional: true, attributes: '' },
    ],
    shown,
    {
      button: 'Sign in',
      hidden: ['destination'],
      below: `${providers}<p><a href="/signin/root">Sign in as the root user</a> · <a href="/console/">Other ways to sign in</a></p>`,
    },
  );

const rootForm = (shown: Shown): HttpResponse =>
  formPage(
    'Sign in as the root user',
    '/signin/root',
    [{ name: 'email', label: 'E-mail address', type: 'email', attributes: `autocomplete="username" maxlength="254" ${NAME}` }, PASSWORD],
    shown,
    {
      button: 'Sign in',
      hidden: ['destination'],
      below:
        '<p><a href="/signin/root/password">No password yet, or forgotten?</a></p><p>For daily work, sign in as an IAM user.</p><p><a href="/signin">Sign in as IAM user</a> · <a href="/console/">Other ways to sign in</a></p>',
    },
  );

/** What the second factor can be: a passkey that works here, a code, or both. There is no way without. */
async function mfaForm(call: PageCall, shown: Shown, { signIn, passkeys }: PasswordPagesParts): Promise<HttpResponse> {
  const step = shown.fields.get('step') ?? '';
  const pending = signIn.open(step);
  const begun = await passkeys.beginAssertion(pending.ownerId, rpIdOf(call));
  const hasCodes = await signIn.hasCodes(pending);
  const elsewhere = begun ? [] : (await passkeys.of(pending.ownerId)).map(({ rpId }) => rpId);
  const byPasskey = begun
    ? passkeyForm('/signin/passkey', begun, `<input type="hidden" name="step" value="${escapeHtml(step)}">`, 'Use a passkey')
    : elsewhere.length > 0
      ? `<p>Your passkey works at <strong>${escapeHtml([...new Set(elsewhere)].join(', '))}</strong> only: sign in there${hasCodes ? ', or with a code' : ''}.</p>`
      : '';
  const script = begun && { script: PASSKEY_SCRIPT };
  const below = '<p><a href="/console/">Cancel</a></p>';
  if (hasCodes)
    return formPage('Multi-factor authentication', '/signin/mfa', [DEVICE_CODE], shown, {
      button: 'Submit',
      hidden: ['step'],
      above: byPasskey,
      below,
      ...script,
    });
  const alert = shown.alert === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(shown.alert)}</p>`;
  return page('Multi-factor authentication · Sagegate', `<main><h1>Multi-factor authentication</h1>${alert}${byPasskey}${below}</main>`, {
    forms: true,
    status: shown.status ?? 200,
    ...script,
  });
}

const DEVICE_CODE: Field = {
  name: 'code',
  label: 'The code that your device shows',
  attributes: 'inputmode="numeric" autocomplete="one-time-code" maxlength="9"',
};

export const newPassword = (name: string, label: string): Field => ({
  name,
  label,
  type: 'password',
  attributes: 'autocomplete="new-password" maxlength="256"',
});

const changeForm = (shown: Shown): HttpResponse =>
  formPage(
    'Your password must be changed',
    '/signin/password',
    [
      { name: 'old', label: 'Old password', type: 'password', attributes: 'autocomplete="current-password" maxlength="256"' },
      newPassword('new', 'New password'),
      newPassword('again', 'New password, again'),
    ],
    shown,
    {
      button: 'Change password',
      hidden: ['step'],
      above: STRENGTH,
      below: '<p><a href="/console/">Cancel</a></p>',
      script: STRENGTH_SCRIPT,
    },
  );
