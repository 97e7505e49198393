import type { Authenticator } from '../../authentication/authenticate.ts';
import type { Caller } from '../../authentication/caller.ts';
import type { Authorizer } from '../../authorization/authorize.ts';
import type { Installation } from '../../authorization/installation.ts';
import { ServiceError } from '../../core/service-error.ts';
import { enableFidoDevice, enableRootMfaDevice } from '../../services/iam/mfa-device.ts';
import { escapeHtml, page } from '../page.ts';
import type { Pipeline } from '../pipeline.ts';
import type { ConsoleSessions } from './console-session.ts';
import { PASSKEY_SCRIPT, passkeyForm } from './passkey-form.ts';
import { type Passkeys, rpIdOf } from './passkeys.ts';
import { browserFacts } from './role-entry.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage, seeOther } from './sign-in-page.ts';

export interface MfaPageParts {
  readonly installation: Installation;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly callForBrowser: Pipeline['callForBrowser'];
  readonly sessions: ConsoleSessions;
  readonly passkeys: Passkeys;
}

const HERE = '/console/mfa';
const ROOT_DEVICE = 'root-account-mfa-device';
/** As IAM takes the names of devices, without what has a meaning in an ARN's path. */
const NAME = /^[\w+=,.@-]{1,64}$/;

interface Device {
  readonly SerialNumber: string;
  readonly EnableDate: Date;
}

/**
 * The second factors of whoever is signed in. It is the only place where passkeys are made, and where the root user gets a second factor at all: AWS has
 * operations for neither. Everything else is IAM's operations, called as that person.
 */
export function mfaPages(parts: MfaPageParts): readonly SignInPage[] {
  const at = (path: string, operation: string, work: (call: PageCall, caller: Caller) => Promise<PageAnswer['response']>): SignInPage => ({
    method: 'POST',
    path,
    operation,
    handle: (call) => asPerson(call, parts, (caller) => work(call, caller)),
  });
  return [
    {
      method: 'GET',
      path: HERE,
      operation: 'MfaPage',
      handle: (call) => asPerson(call, parts, (caller) => devicesPage(call, caller, parts)),
    },
    at(`${HERE}/passkey`, 'EnableMFADevice', async (call, caller) => {
      await mayEnable(call, caller, parts);
      const name = (call.form.get('name') ?? '').trim();
      if (!NAME.test(name)) throw refuse(400, 'ValidationException', 'A name has 1 to 64 letters, digits and +=,.@_-');
      const key = await parts.passkeys.register(call, caller.principal.uniqueId);
      await enableFidoDevice(ownerOf(caller, parts), name, { ...key, publicKey: { ...key.publicKey } });
      return seeOther(HERE);
    }),
    at(`${HERE}/app`, 'CreateVirtualMFADevice', (call, caller) => newApp(call, caller, parts)),
    at(`${HERE}/cancel`, 'DeleteVirtualMFADevice', async (call, caller) => {
      await iam(call, caller, 'DeleteVirtualMFADevice', { SerialNumber: call.form.get('serial') ?? '' }, parts);
      return seeOther(HERE);
    }),
    at(`${HERE}/enable`, 'EnableMFADevice', async (call, caller) => {
      const serialNumber = call.form.get('serial') ?? '';
      const codes = [call.form.get('first') ?? '', call.form.get('second') ?? ''].map((code) => code.replaceAll(' ', ''));
      try {
        await enableApp(call, caller, serialNumber, codes, parts);
      } catch (error) {
        if (!(error instanceof ServiceError) || !error.code.startsWith('InvalidAuthenticationCode')) throw error;
        return codesPage(serialNumber, `<p class="alert" role="alert">${escapeHtml(error.message)} Wait for the next two.</p>`, 403);
      }
      return seeOther(HERE);
    }),
    at(`${HERE}/remove`, 'DeactivateMFADevice', async (call, caller) => {
      const SerialNumber = call.form.get('serial') ?? '';
      await iam(call, caller, 'DeactivateMFADevice', { ...ownName(caller), SerialNumber }, parts);
      // A passkey is gone by now; an app's device would be left for nobody.
      if (SerialNumber.includes(':mfa/')) await iam(call, caller, 'DeleteVirtualMFADevice', { SerialNumber }, parts);
      return seeOther(HERE);
    }),
  ];
}

/** An operation of IAM's, as the browser's own call. */
const iam = (call: PageCall, caller: Caller, operation: string, input: object, { callForBrowser }: MfaPageParts): Promise<object> =>
  callForBrowser(caller, 'iam', operation, input, browserFacts(call, call.request.headers.referer));

const isRoot = (caller: Caller): boolean => caller.principal.kind === 'root';

const ownName = ({ userName }: Caller): { UserName?: string } => (userName === undefined ? {} : { UserName: userName });

const ownerOf = (caller: Caller, { installation }: MfaPageParts) => ({
  caller,
  account: caller.account,
  now: installation.clock.now(),
  installation,
});

/** For users and root alone: sessions of roles have no devices. What is refused is told on the page. */
async function asPerson(
  call: PageCall,
  parts: MfaPageParts,
  work: (caller: Caller) => Promise<PageAnswer['response']>,
): Promise<PageAnswer> {
  const session = await parts.sessions.find(call.request);
  const caller = session && (await parts.authenticator.callerOf(session.credentials));
  if (!caller) throw refuse(403, 'AccessDeniedException', 'Sign in first.');
  if (caller.principal.kind !== 'user' && !isRoot(caller))
    throw refuse(403, 'AccessDeniedException', 'Only IAM users and the root user have second factors of their own here.');
  const who = { caller: { arn: caller.principal.arn, account: caller.account } };
  try {
    return { response: await work(caller), ...who };
  } catch (error) {
    if (!(error instanceof ServiceError) || call.request.method !== 'POST') throw error;
    const status = error.status ?? (error.code === 'AccessDenied' ? 403 : 400);
    return { response: await devicesPage(call, caller, parts, { alert: error.message, status }), errorCode: error.code, ...who };
  }
}

/** What EnableMFADevice asks for. @throws AccessDenied  403 */
async function mayEnable(call: PageCall, caller: Caller, { authorizer, installation }: MfaPageParts): Promise<void> {
  const { arn } = caller.principal;
  const facts = {
    caller,
    now: installation.clock.now(),
    region: 'us-east-1',
    calledVia: [],
    ...browserFacts(call, call.request.headers.referer),
  };
  const demand = {
    action: 'iam:EnableMFADevice' as const,
    target: { arn, account: caller.account },
    request: facts,
    rowValues: () => ({}),
  };
  const { outcome } = await authorizer.decide(demand, installation.authorizationView);
  if (outcome !== 'allowed')
    throw new ServiceError('AccessDenied', `User: ${arn} is not authorized to perform: iam:EnableMFADevice on resource: ${arn}`, {
      status: 403,
    });
}

async function enableApp(
  call: PageCall,
  caller: Caller,
  SerialNumber: string,
  codes: readonly string[],
  parts: MfaPageParts,
): Promise<void> {
  const [first = '', second = ''] = codes;
  if (isRoot(caller)) return enableRootMfaDevice(ownerOf(caller, parts), SerialNumber, [first, second]);
  const input = { ...ownName(caller), SerialNumber, AuthenticationCode1: first, AuthenticationCode2: second };
  await iam(call, caller, 'EnableMFADevice', input, parts);
}

interface Wrong {
  readonly alert: string;
  readonly status: number;
}

async function devicesPage(call: PageCall, caller: Caller, parts: MfaPageParts, wrong?: Wrong): Promise<PageAnswer['response']> {
  const { MFADevices: devices } = (await iam(call, caller, 'ListMFADevices', ownName(caller), parts)) as { MFADevices: readonly Device[] };
  const rpId = rpIdOf(call);
  const who = isRoot(caller) ? 'root user' : (caller.userName ?? '');
  const begun = rpId === undefined ? undefined : await parts.passkeys.beginRegistration(caller.principal.uniqueId, who, rpId);
  const list = devices.map(
    ({ SerialNumber, EnableDate }) =>
      `<article><dl><dt>${SerialNumber.includes(':u2f/') ? 'Passkey' : 'Authenticator app'}</dt><dd><code>${escapeHtml(SerialNumber)}</code></dd><dt>Since</dt><dd>${EnableDate.toUTCString()}</dd></dl>
<form class="secondary" method="post" action="${HERE}/remove"><input type="hidden" name="serial" value="${escapeHtml(SerialNumber)}"><button aria-label="Remove ${escapeHtml(SerialNumber)}">Remove</button></form></article>`,
  );
  const name =
    '<label>Name of the passkey<input name="name" maxlength="64" value="passkey" autocomplete="off" spellcheck="false" required></label>';
  const passkey = begun
    ? passkeyForm(`${HERE}/passkey`, begun, name, 'Add a passkey')
    : '<p>Passkeys belong to a name: call this server by one, such as localhost, to add some.</p>';
  const alert = wrong === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(wrong.alert)}</p>`;
  return page(
    'Second factors · Sagegate',
    `<main class="wide"><h1>Second factors</h1><p>Of <code>${escapeHtml(caller.principal.arn)}</code>.</p>${alert}${list.join('') || '<p>There is none: a password alone lets you in.</p>'}
<h2>Passkey</h2><p>A security key, a telephone or this computer. It works under this name only, and asks for your finger, face or PIN.</p>${passkey}
<h2>Authenticator app</h2><p>Shows a code of six digits every half a minute.</p><form method="post" action="${HERE}/app"><button>Add an authenticator app</button></form>
<p><a href="/console/">Back to the console</a></p></main>`,
    { forms: true, status: wrong?.status ?? 200, ...(begun && { script: PASSKEY_SCRIPT }) },
  );
}

/** A new secret, shown once, and two codes to prove that the app has it. */
async function newApp(call: PageCall, caller: Caller, parts: MfaPageParts): Promise<PageAnswer['response']> {
  const made = await createDevice(call, caller, parts);
  const secret = `<p>Scan this with the app, or type the secret in. It is shown only now.</p>
<p><img src="data:image/png;base64,${Buffer.from(made.QRCodePNG).toString('base64')}" alt="The secret as a QR code" width="200" height="200"></p>
<pre>${escapeHtml(Buffer.from(made.Base32StringSeed).toString('utf8'))}</pre>`;
  return codesPage(made.SerialNumber, secret, 200);
}

function codesPage(serialNumber: string, above: string, status: number): PageAnswer['response'] {
  const serial = `<input type="hidden" name="serial" value="${escapeHtml(serialNumber)}">`;
  const code = (field: string, label: string): string =>
    `<label>${label}<input name="${field}" inputmode="numeric" autocomplete="one-time-code" maxlength="9" required></label>`;
  return page(
    'Authenticator app · Sagegate',
    `<main><h1>Authenticator app</h1>${above}
<form method="post" action="${HERE}/enable">${serial}${code('first', 'A code of the app')}${code('second', 'The next code, half a minute later')}<button>Enable</button></form>
<form class="secondary" method="post" action="${HERE}/cancel">${serial}<button>Cancel</button></form></main>`,
    { forms: true, pictures: true, status },
  );
}

interface NewDevice {
  readonly SerialNumber: string;
  readonly Base32StringSeed: Uint8Array;
  readonly QRCodePNG: Uint8Array;
}

/** By AWS's name for root's, or the user's own; when there is one of that name already, with something behind it. */
async function createDevice(call: PageCall, caller: Caller, parts: MfaPageParts): Promise<NewDevice> {
  const base = isRoot(caller) ? ROOT_DEVICE : (caller.userName ?? '');
  const create = async (VirtualMFADeviceName: string): Promise<NewDevice> => {
    const { VirtualMFADevice } = (await iam(call, caller, 'CreateVirtualMFADevice', { VirtualMFADeviceName }, parts)) as {
      VirtualMFADevice: NewDevice;
    };
    return VirtualMFADevice;
  };
  try {
    return await create(base);
  } catch (error) {
    if (!(error instanceof ServiceError) || !error.code.startsWith('EntityAlreadyExists')) throw error;
    return create(`${base}-${Buffer.from(parts.installation.random.bytes(4)).toString('hex')}`);
  }
}
