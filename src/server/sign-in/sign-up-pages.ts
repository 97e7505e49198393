import { sourceOf } from '../../authentication/attempt-limit.ts';
import type { HttpResponse } from '../../core/http.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { PhoneWay } from '../../services/accounts/channel.ts';
import type { SignUps } from '../../services/accounts/sign-up.ts';
import type { CallState, SignUpView } from '../../services/accounts/sign-up-view.ts';
import { escapeHtml, page } from '../page.ts';
import { type Field, formPage, type Shown } from './form-page.ts';
import { secretCookie } from './host-cookie.ts';
import { OUTBOX_LINK, type OutboxPlace, whereCodeIs } from './outbox-place.ts';
import { STRENGTH, STRENGTH_SCRIPT } from './password-strength.ts';
import { type PageAnswer, type PageCall, type SignInPage, seeOther } from './sign-in-page.ts';

/**
 * Signing up for an account, five steps: mailbox, password, contact, telephone, done. The state machine of services/accounts decides which step it
 * is; these pages show it. Whoever goes on is known by a secret that travels in the form, never in an address.
 */
export function signUpPages(signUps: SignUps, outbox: OutboxPlace): readonly SignInPage[] {
  const common = { operation: 'SignUp' } as const;
  return [
    { ...common, method: 'GET', path: '/signup', handle: async () => ({ response: startForm({ fields: new Map() }) }) },
    { ...common, method: 'POST', path: '/signup', handle: (call) => start(call, signUps, outbox) },
    { ...common, method: 'POST', path: '/signup/step', handle: (call) => step(call, signUps, outbox) },
    { ...common, method: 'GET', path: CALL_PAGE, isQuiet: true, handle: (call) => watchCall(call, signUps, outbox) },
  ];
}

const CALL_PAGE = '/signup/call';

/** While a telephone rings, its page is asked for again and again: the secret goes along in a cookie then, as it must not stand in an address. */
const cookie = secretCookie('__Host-sagegate-sign-up');
/** Seconds; as long as a sign-up lasts. */
const COOKIE_LIFE = 3600;

const FLOW = /^[A-Za-z0-9_-]{43}$/;

async function start({ form, request }: PageCall, signUps: SignUps, outbox: OutboxPlace): Promise<PageAnswer> {
  try {
    const { token, signUp } = await signUps.start(
      (form.get('email') ?? '').trim(),
      (form.get('name') ?? '').trim(),
      sourceOf(request.remoteAddress),
    );
    return { response: formOf(signUp, { fields: new Map([['flow', token]]) }, outbox, signUps.phoneWays) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { response: startForm({ fields: form, alert: error.message, status: error.status ?? 400 }), errorCode: error.code };
  }
}

async function step(call: PageCall, signUps: SignUps, outbox: OutboxPlace): Promise<PageAnswer> {
  const flow = FLOW.exec(call.form.get('flow') ?? '')?.[0] ?? '';
  const { step: at, code } = await signUps.show(flow);
  const onlyFlow = new Map([['flow', flow]]);
  try {
    const view = await take(call, flow, at, code !== undefined, signUps);
    if (view.code?.call) return { response: seeOther(CALL_PAGE, cookie.write(flow, COOKIE_LIFE)) };
    return { response: formOf(view, { fields: onlyFlow }, outbox, signUps.phoneWays) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // Where it stands now: the last try may have been one too many, or another window went ahead.
    const view = await signUps.show(flow).catch((lost: unknown) => {
      // No longer there: what was wrong is then all there is to say.
      throw lost instanceof ServiceError ? error : lost;
    });
    const fields = view.step === at ? call.form : onlyFlow;
    const shown = { fields, alert: error.message, status: error.status ?? 400 };
    return { response: formOf(view, shown, outbox, signUps.phoneWays), errorCode: error.code };
  }
}

async function watchCall({ request }: PageCall, signUps: SignUps, outbox: OutboxPlace): Promise<PageAnswer> {
  const flow = cookie.read(request) ?? '';
  const view = await signUps.show(flow);
  return { response: formOf(view, { fields: new Map([['flow', flow]]) }, outbox, signUps.phoneWays) };
}

/** What the form of a step asks for. */
async function take(
  { form, request }: PageCall,
  flow: string,
  at: SignUpView['step'],
  codeSent: boolean,
  signUps: SignUps,
): Promise<SignUpView> {
  const field = (name: string): string => (form.get(name) ?? '').trim();
  const source = sourceOf(request.remoteAddress);
  if (form.get('do') === 'resend') return signUps.resend(flow, source);
  const code = field('code').replaceAll(' ', '');
  switch (at) {
    case 'email':
      return signUps.confirmEmail(flow, code);
    case 'password': {
      const password = form.get('password') ?? '';
      if (password !== form.get('again')) throw new ServiceError('ValidationException', 'The two passwords differ.', { status: 400 });
      return signUps.choosePassword(flow, password);
    }
    case 'contact':
      return signUps.giveContact(
        flow,
        Object.fromEntries(CONTACT.map(({ name }) => [name, field(name)]).filter(([, value]) => value !== '')),
      );
    case 'phone':
      if (codeSent && form.get('do') !== 'phone') return signUps.confirmPhone(flow, code);
      return signUps.verifyPhone(flow, form.get('channel') === 'voice' ? 'voice' : 'text', undefined, source);
    case 'complete':
      return signUps.show(flow);
  }
}

const NAME = 'spellcheck="false"';

// biome-ignore format: a table, to be read in columns.
const CONTACT: readonly Field[] = [
  { name: 'FullName',      label: 'Full name',                       attributes: `autocomplete="name" maxlength="50" ${NAME}` },
  { name: 'CompanyName',   label: 'Company (optional)',              attributes: `autocomplete="organization" maxlength="50" ${NAME}`, optional: true },
  { name: 'PhoneNumber',   label: 'Telephone, such as +12065550100', attributes: 'autocomplete="tel" maxlength="20"', type: 'tel' },
  { name: 'AddressLine1',  label: 'Address',                         attributes: `autocomplete="address-line1" maxlength="60" ${NAME}` },
  { name: 'City',          label: 'City',                            attributes: `autocomplete="address-level2" maxlength="50" ${NAME}` },
  { name: 'StateOrRegion', label: 'State or region (optional)',      attributes: `autocomplete="address-level1" maxlength="50" ${NAME}`, optional: true },
  { name: 'PostalCode',    label: 'Postal code',                     attributes: `autocomplete="postal-code" maxlength="20" ${NAME}` },
  { name: 'CountryCode',   label: 'Country, two letters',            attributes: `autocomplete="country" maxlength="2" pattern="[A-Za-z]{2}" ${NAME}` },
];

const CODE: Field = { name: 'code', label: 'Code', attributes: 'inputmode="numeric" autocomplete="one-time-code" maxlength="9"' };

const STEPS: Readonly<Record<SignUpView['step'], string>> = {
  email: 'E-mail',
  password: 'Password',
  contact: 'Contact',
  phone: 'Telephone',
  complete: 'Done',
};

/** How far somebody has come. */
function stepsTo(at: SignUpView['step']): string {
  const names = Object.keys(STEPS);
  const reached = names.indexOf(at);
  const items = Object.values(STEPS).map(
    (text, i) => `<li${i < reached ? ' class="done"' : i === reached ? ' aria-current="step"' : ''}>${text}</li>`,
  );
  return `<ol class="steps" aria-label="Step ${reached + 1} of ${names.length}">${items.join('')}</ol>`;
}

const startForm = (shown: Shown): HttpResponse =>
  formPage(
    'Sign up for an account',
    '/signup',
    [
      { name: 'email', label: 'E-mail address of the root user', type: 'email', attributes: 'autocomplete="username" maxlength="254"' },
      { name: 'name', label: 'Account name', attributes: `autocomplete="organization" maxlength="50" ${NAME}` },
    ],
    shown,
    {
      button: 'Verify e-mail address',
      steps: stepsTo('email'),
      below: '<p><a href="/console/">Sign in to an account that you have</a></p>',
    },
  );

function formOf(view: SignUpView, shown: Shown, outbox: OutboxPlace, ways: readonly PhoneWay[]): HttpResponse {
  const flow = shown.fields.get('flow') ?? '';
  const action = '/signup/step';
  const around = { hidden: ['flow'], steps: stepsTo(view.step) } as const;
  switch (view.step) {
    case 'email':
      return formPage('Confirm your e-mail address', action, [CODE], withoutCode(shown), {
        ...around,
        button: 'Verify',
        above: sentTo(view, outbox),
        below: button(flow, 'resend', 'Send another code'),
      });
    case 'password':
      return formPage(
        'Choose the root password',
        action,
        [
          { name: 'password', label: 'Root password', type: 'password', attributes: 'autocomplete="new-password" maxlength="256"' },
          { name: 'again', label: 'Root password, again', type: 'password', attributes: 'autocomplete="new-password" maxlength="256"' },
        ],
        shown,
        {
          ...around,
          button: 'Continue',
          above: `<p>The root user may do everything with the account. At least eight characters, three of: capital letters, small letters, digits, symbols. Long is better than odd.</p>${STRENGTH}`,
          script: STRENGTH_SCRIPT,
        },
      );
    case 'contact':
      return formPage('Contact', action, CONTACT, shown, { ...around, button: 'Continue' });
    case 'phone':
      if (view.code === undefined) return channelForm(flow, shown, ways);
      return view.code.call ? callPage(view, flow, shown, outbox, ways) : phoneForm(view, flow, shown, outbox, ways);
    case 'complete':
      return done(view);
  }
}

const withoutCode = (shown: Shown): Shown => ({ ...shown, fields: new Map([...shown.fields].filter(([name]) => name !== 'code')) });

function sentTo({ code }: SignUpView, outbox: OutboxPlace): string {
  if (!code) return '';
  const how = {
    email: 'We have sent a code to',
    text: 'We have sent a text message with a code to',
    voice: 'We are calling',
  }[code.by];
  const tries = code.triesLeft === 1 ? 'One try' : `${code.triesLeft} tries`;
  return `<p>${how} <strong>${escapeHtml(code.sentTo)}</strong>. It is good for ten minutes. ${tries} left.</p>${whereCodeIs(outbox, code.by)}`;
}

/** A form that is one button. */
const button = (flow: string, what: string, text: string, more: Readonly<Record<string, string>> = {}): string => {
  const hidden = Object.entries({ flow, do: what, ...more }).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  );
  return `<form class="secondary" method="post" action="/signup/step">${hidden.join('')}<button>${text}</button></form>`;
};

const WAYS: Readonly<Record<PhoneWay, string>> = {
  voice: 'Voice call: your telephone rings, and you type on its keys what this page shows',
  text: 'Text message (SMS): it brings a code, which you type here',
};

const anAlert = (alert: string | undefined): string =>
  alert === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(alert)}</p>`;

function channelForm(flow: string, { alert, status = 200 }: Shown, ways: readonly PhoneWay[]): HttpResponse {
  const choices = ways.map(
    (way, i) => `<label><input type="radio" name="channel" value="${way}"${i === 0 ? ' checked' : ''}> ${WAYS[way]}</label>`,
  );
  return page(
    'Confirm your identity · Sagegate',
    `<main>${stepsTo('phone')}<h1>Confirm your identity</h1>${anAlert(alert)}<p>We make sure that the telephone number of your contact is yours.</p>
<form method="post" action="/signup/step"><input type="hidden" name="flow" value="${escapeHtml(flow)}"><input type="hidden" name="do" value="phone">
<fieldset><legend>How?</legend>${choices.join('')}</fieldset>
<button>Continue</button></form></main>`,
    { forms: true, status },
  );
}

const phoneForm = (view: SignUpView, flow: string, shown: Shown, outbox: OutboxPlace, ways: readonly PhoneWay[]): HttpResponse =>
  formPage('Confirm your identity', '/signup/step', [CODE], withoutCode(shown), {
    hidden: ['flow'],
    steps: stepsTo('phone'),
    button: 'Continue',
    above: sentTo(view, outbox),
    below:
      button(flow, 'resend', 'Send another code') +
      (ways.includes('voice') ? button(flow, 'phone', 'Call me instead', { channel: 'voice' }) : ''),
  });

const ENDED: Readonly<Record<Exclude<CallState, 'ringing' | 'answered'>, string>> = {
  expired: 'The code is no longer good.',
  busy: 'The call was declined, or the line is busy.',
  unanswered: 'Nobody answered.',
  failed: 'The call did not get through.',
  'hung up': 'The call has ended before the code was typed.',
};

/** Seconds between two looks at how the call goes. */
const LOOK = 2;

/** The telephone rings: the code to type on its keys, and how the call goes. It is all the same at each look until something happens. */
function callPage(
  view: SignUpView,
  flow: string,
  { alert, status = 200 }: Shown,
  { holdsPhone, isOpen }: OutboxPlace,
  ways: readonly PhoneWay[],
): HttpResponse {
  const { call, sentTo: number = '', triesLeft = 0 } = view.code ?? {};
  const state = call?.state ?? 'failed';
  const outcome =
    triesLeft === 0 ? 'Too many wrong codes were typed.' : state === 'ringing' || state === 'answered' ? undefined : ENDED[state];
  const goesOn = outcome === undefined;
  const tries = triesLeft === 1 ? 'One try' : `${triesLeft} tries`;
  const place = holdsPhone ? `<p>This server calls nobody: the telephone rings in its ${isOpen ? OUTBOX_LINK : 'outbox'}.</p>` : '';
  const content = goesOn
    ? `<p>${state === 'ringing' ? 'We are calling' : 'You have answered'} <strong>${escapeHtml(number)}</strong>. Type this code on the keys of the telephone:</p>
<p class="digits">${escapeHtml(call?.digits ?? '')}</p>${place}
<p>It is good for ten minutes. ${tries} left. This page goes on by itself. We never ask for more than these digits.</p>`
    : `<p class="alert" role="status">${outcome}</p>`;
  const others =
    button(flow, 'resend', 'Call again') +
    (ways.includes('text') ? button(flow, 'phone', 'Send a text message instead', { channel: 'text' }) : '');
  const back = alert !== undefined && goesOn ? `<p><a href="${CALL_PAGE}">Back to the call</a></p>` : '';
  return page(
    'Confirm your identity · Sagegate',
    `<main>${stepsTo('phone')}<h1>Confirm your identity</h1>${anAlert(alert)}${content}${back}${others}</main>`,
    { forms: true, status, ...(goesOn && alert === undefined ? { refresh: LOOK } : {}) },
  );
}

const done = ({ accountId = '', email, accountName }: SignUpView): HttpResponse =>
  page(
    'Welcome · Sagegate',
    `<main>${stepsTo('complete')}<h1>Your account is ready</h1>
<dl><dt>Account</dt><dd>${escapeHtml(accountName)}</dd><dt>Account ID</dt><dd><code>${escapeHtml(accountId)}</code></dd><dt>Root user</dt><dd>${escapeHtml(email)}</dd></dl>
<h2>Next</h2><ol><li><a href="/signin/root">Sign in as the root user</a>: the console shows what to do next.</li><li>Make an administrator, and do not use root for daily work.</li><li>Give root a second factor.</li></ol></main>`,
  );
