import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, RecentEvents } from '../../src/audit/event.ts';
import type { HttpRequest, HttpResponse } from '../../src/core/http.ts';
import { systemRandom } from '../../src/core/id.ts';
import { ServiceError } from '../../src/core/service-error.ts';
import type { Decisions } from '../../src/server/decisions.ts';
import { FirstKeys } from '../../src/server/first-key.ts';
import { hostRules } from '../../src/server/foreign-request.ts';
import type { CredentialEndpoints } from '../../src/server/instance-metadata/endpoints.ts';
import { joinHeaders } from '../../src/server/listener.ts';
import { LocalApi } from '../../src/server/local-api.ts';
import { createOperatorToken } from '../../src/server/operator-token.ts';
import { Outbox } from '../../src/server/outbox.ts';
import type { ServiceCalls } from '../../src/server/service-calls.ts';
import { CONTACT, openStage, PASSWORD, type Stage } from './stage.ts';

let stage: Stage;
let outbox: Outbox;
let audit: RecentEvents;
let calls: string[];
let failNextCall: boolean;
let errors: unknown[];
let resets: number;
const operatorToken = createOperatorToken(systemRandom);

beforeEach(async () => {
  stage = await openStage();
  outbox = new Outbox(stage.clock, 3, () => undefined);
  audit = new RecentEvents(1000);
  calls = [];
  errors = [];
  failNextCall = false;
  resets = 0;
});
afterEach(() => stage.close());

function open(ephemeral: boolean): LocalApi {
  const { signUps, store, clock } = stage;
  const call = async (caller: { userId: string }, _: string, operation: string) => {
    calls.push(operation);
    if (failNextCall) {
      failNextCall = false;
      throw new Error('the disk of node-7 is full');
    }
    if (operation === 'CreateGroup') throw new ServiceError('EntityAlreadyExistsException', 'there already');
    return operation === 'CreateAccessKey' ? { AccessKey: { AccessKeyId: 'AKIANEW', SecretAccessKey: `secret of ${caller.userId}` } } : {};
  };
  return new LocalApi({
    store,
    random: systemRandom,
    signUps,
    firstKeys: new FirstKeys(store, signUps, call),
    outbox,
    decisions: { show: async (id: string) => ({ id }) } as unknown as Decisions, // Has tests of its own: test/threats/explanations.test.ts.
    // Has tests of its own: test/server/import-aws.test.ts.
    importAccount: async () => Promise.reject(new Error('nothing is imported here')),
    importOrganization: async () => Promise.reject(new Error('nothing is imported here')),
    endpoints: {} as unknown as CredentialEndpoints, // Has tests of its own: test/instances.
    serviceCalls: {} as unknown as ServiceCalls, // Has tests of its own: test/server/service-calls.test.ts.
    operatorToken,
    hosts: hostRules('127.0.0.1', [], false),
    audit,
    version: '0.0.0',
    now: () => clock.now(),
    isReady: async () => true,
    ...(ephemeral && { ephemeral: { clock, reset: async () => void resets++ } }),
    logError: (error) => errors.push(error),
  });
}

interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

function request(target: string, { method, body, headers = {}, from = '127.0.0.1' }: Sent = {}): HttpRequest {
  const all = { Host: 'localhost:4566', ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers };
  const rawHeaders = Object.entries(all).flat();
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    target,
    rawHeaders,
    headers: joinHeaders(rawHeaders),
    body: body === undefined ? new Uint8Array() : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    remoteAddress: from,
    secure: false,
  };
}

async function send(api: LocalApi, target: string, sent?: Sent): Promise<HttpResponse & { readonly json: Record<string, unknown> }> {
  const response = await api.answer(request(target, sent));
  if (!response) throw new Error('not answered here');
  return { ...response, json: response.headers['Content-Type'] === 'application/json' ? JSON.parse(String(response.body)) : {} };
}

const lastEvent = (): AuditEvent | undefined => audit.list(1)[0];

describe('health', () => {
  it.each(['health', 'ready'])('%s says that enforcement is on', async (route) => {
    const { status, json } = await send(open(false), `/_sagegate/${route}`);
    expect(status).toBe(200);
    expect(json).toEqual({ status: route === 'health' ? 'ok' : 'ready', enforcement: 'on', ephemeral: false, version: '0.0.0' });
  });
});

describe('sign-up over HTTP', () => {
  it('walks from the address to a first key, and records each step without its secrets', async () => {
    const api = open(false);
    const begun = await send(api, '/_sagegate/signup', { body: { email: 'owner@example.com', accountName: 'example-corp' } });
    expect(begun.status).toBe(201);
    expect(begun.headers).toMatchObject({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    const at = `/_sagegate/signup/${begun.json.signUpId}`;
    const step = async (path: string, body: unknown) => (await send(api, `${at}/${path}`, { body })).json;
    expect(await step('email-code', { code: stage.mailedCode() })).toMatchObject({ step: 'password' });
    expect(await step('password', { password: PASSWORD })).toMatchObject({ step: 'contact' });
    expect(await step('contact', CONTACT)).toMatchObject({ step: 'phone' });
    expect(await step('phone', { channel: 'text' })).toMatchObject({ step: 'phone', code: { by: 'text' } });
    expect((await send(api, at)).json).toMatchObject({ step: 'phone', email: 'owner@example.com' });
    const done = await step('phone-code', { code: stage.phonedCode() });
    expect(done).toMatchObject({ step: 'complete' });
    expect(await step('first-key', { password: PASSWORD, for: 'administrator' })).toEqual({
      signUpId: begun.json.signUpId,
      accountId: done.accountId,
      arn: `arn:aws:iam::${done.accountId}:user/Administrator`,
      accessKeyId: 'AKIANEW',
      secretAccessKey: `secret of ${done.accountId}`,
    });
    expect(calls).toEqual(['CreateGroup', 'AttachGroupPolicy', 'CreateUser', 'AddUserToGroup', 'CreateAccessKey']);
    const events = JSON.stringify(audit.list(100));
    expect(audit.list(100)).toHaveLength(8);
    for (const secret of [begun.json.signUpId, PASSWORD, stage.phonedCode(), 'secret of']) expect(events).not.toContain(secret);
  });

  it('gives the claim on the first key back when making it fails, and tells nothing of why', async () => {
    const api = open(false);
    const token = await stage.walkTo('complete');
    failNextCall = true;
    const ask = () => send(api, `/_sagegate/signup/${token}/first-key`, { body: { password: PASSWORD, for: 'root' } });
    const failed = await ask();
    expect(failed).toMatchObject({ status: 500, json: { __type: 'InternalFailure', message: 'The request could not be answered.' } });
    expect(String(errors)).toContain('node-7');
    expect((await ask()).status).toBe(200);
    expect((await ask()).json).toMatchObject({ __type: 'ConflictException' });
  });

  it.each([
    [{}, 'email: is missing; accountName: is missing.'],
    [
      { email: 1, accountName: 'x', extra: true },
      'email: expected text of 0 to 512 characters, found a number; extra: is not a member here; known are email, accountName.',
    ],
    [{ email: 'x'.repeat(513), accountName: 'x' }, 'email: expected text of 0 to 512 characters, found other text.'],
    [[], 'the document: expected an object, found a list.'],
    [
      '{"email":"a@example.com","accountName":"x","__proto__":{"step":"complete"}}',
      '__proto__: is not a member here; known are email, accountName.',
    ],
  ])('refuses the body %j', async (body, message) => {
    const { status, json } = await send(open(false), '/_sagegate/signup', { body });
    expect({ status, json }).toEqual({ status: 400, json: { __type: 'ValidationException', message } });
  });

  it.each([
    ['{', 400],
    [`\ufeff{}`, 400],
    ['['.repeat(10_000), 400],
    [`{"email":"${'x'.repeat(16_384)}"}`, 413],
  ])('answers a body that is no JSON, or too much: %#', async (body, status) => {
    const answer = await send(open(false), '/_sagegate/signup', { body });
    expect(answer).toMatchObject({ status, json: { __type: 'SerializationException' } });
  });

  it('says when to come again', async () => {
    const api = open(false);
    const start = () => send(api, '/_sagegate/signup', { body: { email: 'a@example.com', accountName: 'x' } });
    for (let i = 0; i < 5; i++) await start();
    expect(await start()).toMatchObject({ status: 429, headers: { 'Retry-After': '3600' }, json: { retryAfterSeconds: 3600 } });
  });

  it('does not find a sign-up under anything but its secret', async () => {
    for (const id of ['x', '%2e%2e', 'A'.repeat(43), '..', 'a%2fb']) {
      expect((await send(open(false), `/_sagegate/signup/${id}`)).status).toBe(404);
    }
  });
});

describe('V03 what is for tests and operators', () => {
  const hidden = [
    ['POST', 'reset'],
    ['POST', 'clock'],
    ['GET', 'clock'],
    ['GET', 'outbox'],
    ['GET', 'accounts'],
    ['GET', 'accounts/123456789012'],
    ['POST', 'import/aws'],
    ['POST', 'import/aws-organization'],
    ['POST', 'instances/i-0123456789abcdef0/metadata'],
    ['POST', 'container-credentials'],
    ['GET', 'endpoints/0123456789abcdef0123456789abcdef'],
    ['DELETE', 'endpoints/0123456789abcdef0123456789abcdef'],
    ['POST', 'service-calls'],
  ] as const;

  it.each(hidden)('%s %s is not there on a server that is not ephemeral', async (method, route) => {
    expect(await send(open(false), `/_sagegate/${route}`, { method })).toMatchObject({
      status: 404,
      json: { message: 'There is nothing here.' },
    });
    expect(lastEvent()).toMatchObject({ status: 404, errorCode: 'UnknownOperationException' });
  });

  it.each(hidden)('%s %s is not there for another machine, ephemeral or not', async (method, route) => {
    for (const ephemeral of [true, false]) {
      expect((await send(open(ephemeral), `/_sagegate/${route}`, { method, from: '192.0.2.1' })).status).toBe(404);
    }
    expect(resets).toBe(0);
  });

  it.each([
    ['/_sagegate/outbox', {}],
    ['/_sagegate/outbox?token=', {}],
    [`/_sagegate/outbox?token=${'A'.repeat(43)}`, {}],
    ['/_sagegate/outbox', { Authorization: `Bearer ${operatorToken}x` }],
    ['/_sagegate/outbox', { Authorization: `Basic ${operatorToken}` }],
    [`/_sagegate/reset?token=${operatorToken}`, {}],
  ])('%s without the right token is not there', async (target, headers) => {
    expect((await send(open(false), target, { headers, from: '192.0.2.1' })).status).toBe(404);
  });

  it('shows outbox and accounts to who has the operator token', async () => {
    const api = open(false);
    await outbox.sendMail({ to: 'a@example.com', subject: 'x', text: '123456' });
    await stage.walkTo('complete');
    const bearer = { headers: { Authorization: `Bearer ${operatorToken}` } };
    expect((await send(api, '/_sagegate/outbox', bearer)).json).toMatchObject({ messages: [{ id: 1, by: 'email', text: '123456' }] });
    const { json } = await send(api, `/_sagegate/accounts?token=${operatorToken}`);
    const [account] = json.accounts as { accountId: string }[];
    expect(account).toMatchObject({ name: 'example-corp', email: 'owner@example.com', status: 'ACTIVE' });
    expect((await send(api, `/_sagegate/accounts/${account?.accountId}`, bearer)).json).toMatchObject({ contact: CONTACT });
    expect(JSON.stringify(json)).not.toMatch(/hash/i);
  });

  it('resets and moves the clock on an ephemeral server', async () => {
    const api = open(true);
    expect((await send(api, '/_sagegate/reset', { method: 'POST' })).json).toEqual({ status: 'reset' });
    expect(resets).toBe(1);
    const move = async (body: unknown) => (await send(api, '/_sagegate/clock', { body })).json;
    expect(await move({ freezeAt: '2026-11-21T01:00:00Z' })).toEqual({ now: '2026-11-21T01:00:00.000Z' });
    expect(await move({ advanceSeconds: 3600 })).toEqual({ now: '2026-11-21T02:00:00.000Z' });
    expect(await move({ advanceSeconds: -0.5 })).toEqual({ now: '2026-11-21T01:59:59.500Z' });
    expect((await send(api, '/_sagegate/clock')).json).toEqual({ now: '2026-11-21T01:59:59.500Z' });
    await move({ reset: true });
    expect(Math.abs(stage.clock.now() - Date.now())).toBeLessThan(10_000);
  });

  it.each([
    {},
    { advanceSeconds: 1e300 },
    { advanceSeconds: '1' },
    { freezeAt: 'tomorrow' },
    { freezeAt: '2026-13-01T00:00:00Z' },
    { freezeAt: '-000001-01-01T00:00:00Z' },
    { advanceSeconds: 1, reset: true },
    { reset: false },
  ])('does not move the clock by %j', async (body) => {
    const before = stage.clock.now();
    expect(await send(open(true), '/_sagegate/clock', { body })).toMatchObject({ status: 400, json: { __type: 'ValidationException' } });
    expect(stage.clock.now()).toBe(before);
  });
});

describe('C20 foreign web pages', () => {
  const origin = 'http://localhost:4566';
  const foreign: [string, Record<string, string>][] = [
    ['another host name (rebinding)', { Host: 'evil.example:4566' }],
    ['a host name that begins like ours', { Host: 'localhost.evil.example' }],
    ['a host name that ends like ours', { Host: 'evil-localhost' }],
    ['another address', { Host: '192.0.2.1:4566' }],
    ['an address in other notation', { Host: '0x7f000001' }],
    ['userinfo', { Host: 'localhost@evil.example' }],
    ['another origin', { Origin: 'http://evil.example' }],
    ['an opaque origin', { Origin: 'null' }],
    ['another port of this host', { Origin: 'http://localhost:8080' }],
    ['an origin that begins like ours', { Origin: `${origin}.evil.example` }],
    ['a cross-site fetch', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }],
    ['a same-site fetch', { 'Sec-Fetch-Site': 'same-site' }],
    ['a cross-site form', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }],
  ];

  it.each(foreign)('refuses %s everywhere, writes it down, and changes nothing', async (_, headers) => {
    const api = open(true);
    for (const [target, sent] of [
      ['/_sagegate/reset', { method: 'POST' }],
      ['/_sagegate/clock', { body: { advanceSeconds: 1 } }],
      ['/_sagegate/signup', { body: { email: 'a@example.com', accountName: 'x' } }],
      ['/_sagegate/health', {}],
      ['/_sagegate/accounts', {}],
    ] as const) {
      const answer = await send(api, target, { ...sent, headers });
      expect(answer).toMatchObject({ status: 403, json: { __type: 'AccessDeniedException' } });
      expect(answer.headers).not.toHaveProperty('Access-Control-Allow-Origin');
      expect(lastEvent()).toMatchObject({ status: 403, errorCode: 'AccessDeniedException' });
    }
    expect([resets, stage.mails.length]).toEqual([0, 0]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json\ta',
    'multipart/form-data',
    'application/json; charset=utf-16',
    '',
  ])('takes no body as %j, which a form could send', async (type) => {
    const body = { email: 'a@example.com', accountName: 'x' };
    expect((await send(open(false), '/_sagegate/signup', { body, headers: { 'Content-Type': type } })).status).toBe(415);
  });

  it.each([
    { Origin: origin, 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'none' },
    { Host: '127.0.0.1:4566' },
    { Host: '[::1]:4566' },
    { Host: 'LOCALHOST' },
  ])('answers our own pages and plain clients: %j', async (headers: Record<string, string>) => {
    expect((await send(open(true), '/_sagegate/reset', { method: 'POST', headers })).status).toBe(200);
  });

  it('lets a link from elsewhere lead to a page, but not into a frame', async () => {
    const link = { Accept: 'text/html', 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
    for (const target of ['/', '/_sagegate/outbox']) {
      const page = await send(open(true), target, { headers: link });
      expect(page.status).toBe(200);
      expect(page.headers['Content-Security-Policy']).toContain("frame-ancestors 'none'");
      expect((await send(open(true), target, { headers: { ...link, 'Sec-Fetch-Dest': 'iframe' } })).status).toBe(403);
    }
  });
});

describe('P14 ways round the routes', () => {
  it.each([
    '//_sagegate/health',
    '/./_sagegate/health',
    '/x/../_sagegate/health',
    '/_SAGEGATE/health',
    '/_sagegate;x/health',
    '/%255fsagegate/health',
    '/_sagegate',
    '/_sagegat%65%2',
    '/%zz',
  ])('%s is not ours', (target) => {
    expect(open(true).answer(request(target))).toBeUndefined();
  });

  it.each([
    '/_sagegate/',
    '/_sagegate//health',
    '/_sagegate/health/',
    '/_sagegate/Health',
    '/_sagegate/health;x',
    '/_sagegate/%68%65alth%00',
    '/_sagegate/%2568ealth',
    '/_sagegate/x/../reset',
    '/_sagegate/__proto__',
    '/_sagegate/constructor',
  ])('%s leads nowhere', async (target) => {
    expect((await send(open(true), target)).status).toBe(404);
  });

  it('reads a path decoded once, and only by that', async () => {
    expect((await send(open(true), '/%5fsagegate/he%61lth')).status).toBe(200);
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'TRACE', 'GET'])('%s is not POST', async (method) => {
    const answer = await send(open(true), '/_sagegate/reset', { method, headers: { 'X-HTTP-Method-Override': 'POST' } });
    expect([answer.status, resets]).toEqual([405, 0]);
  });

  it("leaves AWS's root path to AWS's clients", () => {
    const api = open(true);
    const signed = { Accept: 'text/html', Authorization: 'AWS4-HMAC-SHA256 Credential=x' };
    for (const [target, sent] of [
      ['/', {}],
      ['/', { headers: { Accept: '*/*' } }],
      ['/', { headers: signed }],
      ['/', { method: 'POST', headers: { Accept: 'text/html' } }],
      ['/?Action=GetCallerIdentity', { headers: { Accept: 'text/html' } }],
      ['/console', { headers: { Accept: 'text/html' } }],
    ] as const) {
      expect(api.answer(request(target, sent))).toBeUndefined();
    }
  });
});

describe('C14 pages', () => {
  it('show text as text, with no script but our own, without inline style or form', async () => {
    await outbox.sendMail({ to: '<script>alert(1)</script>@x', subject: '"><img src=x onerror=alert(1)>', text: `'&<\u001b[31m` });
    const { body, headers } = await send(open(true), '/_sagegate/outbox', { headers: { Accept: 'text/html' } });
    expect(String(body).match(/<script/g)).toHaveLength(1);
    for (const raw of ['<script>alert', '<img', '\u001b']) expect(body).not.toContain(raw);
    expect(body).toContain('&#60;script&#62;alert(1)&#60;/script&#62;@x');
    expect(headers['Content-Security-Policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' });
  });

  it('greets a browser with what this is and what to type', async () => {
    const { body } = await send(open(false), '/', { headers: { Accept: 'text/html,*/*;q=0.8', Host: 'localhost:4566' } });
    for (const said of ['Enforcement', 'http://localhost:4566', 'sagegate account create', 'href="/console/"'])
      expect(body).toContain(said);
    expect(body).not.toContain('href="/_sagegate/outbox"');
  });
});

it('the outbox keeps the newest messages only', async () => {
  for (let i = 1; i <= 5; i++) await outbox.sendTextMessage({ to: '+12065550100', text: `message ${i}` });
  expect(outbox.list().map((message) => message.id)).toEqual([5, 4, 3]);
  outbox.clear();
  expect(outbox.list()).toEqual([]);
});
