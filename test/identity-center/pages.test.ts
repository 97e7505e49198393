import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/core/service-error.ts';
import { hostRules, refuseForeignPortalCall } from '../../src/server/foreign-request.ts';
import { openPortal, PASSWORD, type PortalStage } from './stage.ts';

let s: PortalStage;
let alice: string;
beforeAll(async () => {
  s = await openPortal();
  alice = await s.person('alice');
  const more = { Description: 'Reads <everything>', RelayState: 'https://console.aws.amazon.com/sagemaker' };
  await s.assign(await s.permissionSet('Reader', { managed: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess', more }), alice);
});
afterAll(async () => {
  expect(s.server.errors).toEqual([]);
  await s.close();
});

const MINUTE = 60_000;
const start = () => s.browser().open(`/start/${s.IdentityStoreId}`);

describe('the portal', () => {
  it('shows accounts and roles, and opens the console as one', async () => {
    const browser = await s.signedIn('alice');
    for (const told of ['AWS access portal', s.member.id, 'Reader', 'Reads <everything>']) expect(browser.text).toContain(told);
    const among = { account_id: s.member.id, role_name: 'Reader' };
    await browser.submit('/console', {}, among);
    // RelayState leads to the console's page of that service, and nowhere else.
    expect(browser.text).toContain('You are signed in');
    expect(browser.text).toMatch(/assumed-role\/AWSReservedSSO_Reader_[0-9a-f]{16}\/alice/);
    expect(browser.text).toContain('IAM Identity Center');
    expect(browser.cookie('__Host-sagegate-session')).toBeTruthy();
  });

  it('shows access keys that work, to be kept by nobody on the way', async () => {
    const browser = await s.signedIn('alice');
    await browser.submit('/credentials', {}, { account_id: s.member.id, role_name: 'Reader' });
    expect(browser.headers.get('cache-control')).toBe('no-store');
    const value = (name: string) => new RegExp(`export ${name}="([^"]+)"`).exec(browser.text)?.[1] ?? '';
    const credentials = {
      accessKeyId: value('AWS_ACCESS_KEY_ID'),
      secretAccessKey: value('AWS_SECRET_ACCESS_KEY'),
      sessionToken: value('AWS_SESSION_TOKEN'),
    };
    expect((await new STS(s.config(credentials)).getCallerIdentity({})).Arn).toContain('AWSReservedSSO_Reader');
    expect((await new IAM(s.config(credentials)).listUsers({})).Users).toEqual([]);
    // D05: what is not assigned, on the page as well.
    await browser.post(`/start/${s.IdentityStoreId}/credentials`, { account_id: s.management.id, role_name: 'Reader' });
    expect([browser.status, browser.alert]).toEqual([403, 'No access: this role is not assigned to you.']);
    await s.browser().post(`/start/${s.IdentityStoreId}/credentials`, { account_id: s.member.id, role_name: 'Reader' });
  });

  it('C13 takes no form from another site, and frames nowhere', async () => {
    const browser = await s.signedIn('alice');
    const form = { account_id: s.member.id, role_name: 'Reader' };
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
      for (const path of ['credentials', 'console', 'sign-out', 'sign-in', 'password'])
        expect((await browser.post(`/start/${s.IdentityStoreId}/${path}`, form, headers)).status).toBe(403);
      expect((await browser.post('/device/decision', { decision: 'allow' }, headers)).status).toBe(403);
      expect((await browser.post('/authorize/decision', { decision: 'allow' }, headers)).status).toBe(403);
    }
    await browser.open(`/start/${s.IdentityStoreId}`);
    expect(browser.text).toContain('AWS access portal');
    expect(browser.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    // GET changes nothing.
    expect((await browser.open(`/start/${s.IdentityStoreId}/sign-out`)).status).toBe(405);
  });

  it('C15 C12 has a cookie of its own, new with each sign-in', async () => {
    const browser = await s.signedIn('alice');
    const first = browser.cookie('__Host-sagegate-portal');
    const page = await browser.open(`/start/${s.IdentityStoreId}`);
    expect(page.text).toContain('Signed in as alice');
    await browser.submit('/sign-out', {});
    await browser.submit('/sign-in', { user_name: 'alice', password: PASSWORD });
    expect(browser.cookie('__Host-sagegate-portal')).not.toBe(first);
    const old = s.browser();
    await old.open(`/start/${s.IdentityStoreId}`, { cookie: `__Host-sagegate-portal=${first}` });
    expect(old.text).not.toContain('Signed in as');
    // Planted twice, it is nobody's.
    const twice = `__Host-sagegate-portal=${browser.cookie('__Host-sagegate-portal')}; __Host-sagegate-portal=${first}`;
    expect((await s.browser().open(`/start/${s.IdentityStoreId}`, { cookie: twice })).text).not.toContain('Signed in as');
  });

  it('C16 leads on to its own pages alone', async () => {
    for (const next of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/console/',
      '/authorize',
      'javascript:alert(1)',
      '/device?request=x',
    ]) {
      const browser = await start();
      await browser.submit('/sign-in', { user_name: 'alice', password: PASSWORD, next });
      expect(browser.text).toContain('AWS access portal');
    }
  });

  it('C20 answers to its own names and AWS’s, and its services too', async () => {
    const ask = (host: string, path = '/start') =>
      new Promise<number>((resolve, reject) => {
        import('node:http').then(({ get }) =>
          get(`${s.server.url}${path}`, { headers: { host } }, (response) => resolve(response.resume().statusCode ?? 0)).on(
            'error',
            reject,
          ),
        );
      });
    expect(await ask('evil.example')).toBe(403);
    expect(await ask(`${s.IdentityStoreId}.awsapps.com`)).toBe(200);
    expect(await ask('d-0123456789.awsapps.com')).toBe(404);
    expect(await ask('device.sso.us-east-1.amazonaws.com', '/device')).toBe(200);
    expect(await ask('oidc.us-east-1.amazonaws.com.evil.example', '/device')).toBe(403);
    const refuse = refuseForeignPortalCall(hostRules('127.0.0.1', [], false));
    const call = (service: string, headers: Record<string, string>) => () => refuse({ model: { service } } as never, { headers } as never);
    for (const headers of [{ host: 'evil.example' }, { host: 'localhost:4566', origin: 'https://evil.example' }])
      for (const service of ['sso', 'sso-oidc']) expect(call(service, headers)).toThrow(ServiceError);
    for (const host of ['127.0.0.1:4566', 'oidc.eu-west-1.amazonaws.com', 'portal.sso.us-east-1.amazonaws.com'])
      expect(call('sso-oidc', { host })).not.toThrow();
  });
});

describe('a password', () => {
  // Limits of the tests before are over.
  beforeEach(() => s.advance(61 * MINUTE));

  const setWith = async (code: string, password = PASSWORD) => {
    const browser = await start();
    await browser.submit('/password-code', { user_name: 'alice' });
    return browser.submit('/password', { code: code === '' ? s.mailedCode('alice@people.example.com') : code, password });
  };

  it('C03 is asked for in one way, whoever it is', async () => {
    const answers = new Set<string>();
    for (const user_name of ['alice', 'nobody', 'alice ', 'x'.repeat(128)]) {
      const browser = await start();
      await browser.submit('/sign-in', { user_name, password: 'wrong' });
      answers.add(`${browser.status} ${browser.alert}`);
    }
    expect([...answers]).toEqual(['403 The user name or the password is not right.']);
    const pages = new Set<string>();
    for (const user_name of ['alice', 'nobody']) {
      const browser = await start();
      await browser.submit('/password-code', { user_name });
      pages.add(`${browser.status} ${browser.text.replace(/\s+/g, ' ')}`);
    }
    expect(pages.size).toBe(1);
    expect(s.outbox.list().some((mail) => mail.to.startsWith('nobody'))).toBe(false);
    s.advance(61 * MINUTE);
  });

  it('C01 C02 is set by the code of this very page, within its time and five tries', async () => {
    expect((await setWith('000000')).alert).toBe('The code is not right, or its time is over. Ask for a new one.');
    const code = s.mailedCode('alice@people.example.com');
    // The code of another page.
    const other = await start();
    await other.submit('/password-code', { user_name: 'alice' });
    await other.submit('/password', { code, password: PASSWORD });
    expect(other.status).toBe(403);
    // Five tries, then not even the right one.
    const right = s.mailedCode('alice@people.example.com');
    for (let i = 0; i < 4; i++) await other.submit('/password', { code: '111111', password: PASSWORD });
    expect((await other.submit('/password', { code: right, password: PASSWORD })).status).toBe(403);
    // All at once: none of fifty gets more than five tries.
    const many = await start();
    await many.submit('/password-code', { user_name: 'alice' });
    const reset = /name="reset" value="([^"]+)"/.exec(many.html)?.[1] ?? '';
    const guesses = Array.from({ length: 50 }, (_, i) => String(i).padStart(6, '0'));
    await Promise.all(
      guesses.map((guess) => s.browser().post(`/start/${s.IdentityStoreId}/password`, { reset, code: guess, password: PASSWORD })),
    );
    const last = s.mailedCode('alice@people.example.com');
    expect((await many.submit('/password', { code: last, password: PASSWORD })).status).toBe(403);
    const late = await start();
    await late.submit('/password-code', { user_name: 'alice' });
    s.advance(11 * MINUTE);
    await late.submit('/password', { code: s.mailedCode('alice@people.example.com'), password: PASSWORD });
    expect(late.status).toBe(403);
  });

  it('C12 C19 ends what was signed in before, and must be good for something', async () => {
    const before = await s.signedIn('alice');
    for (const password of ['short', 'alllowercase', `A1!${'x'.repeat(130)}`, 'Nul-Byte-1\0'])
      expect((await setWith('', password)).status).toBe(400);
    expect((await setWith('', 'Another-Horse-8')).text).toContain('AWS access portal');
    await before.open(`/start/${s.IdentityStoreId}`);
    expect(before.text).toContain('Sign in');
    s.advance(61 * MINUTE);
    expect((await setWith('', PASSWORD)).text).toContain('AWS access portal');
  });

  it('C05 C04 comes with a mail that holds no link, and not too many of them', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const browser = await start();
      statuses.push((await browser.submit('/password-code', { user_name: 'ALICE' })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect(s.outbox.list()[0]?.text).not.toMatch(/https?:|localhost|127\.0/);
  });

  it('C07 is not to be guessed: the source is held back, and then let in again', async () => {
    const attempt = async (password: string) => {
      const browser = await start();
      await browser.submit('/sign-in', { user_name: 'aLiCe', password });
      return browser.status;
    };
    const statuses = [];
    for (let i = 0; i < 11; i++) statuses.push(await attempt('wrong'));
    expect(statuses).toEqual([...Array(10).fill(403), 429]);
    expect(await attempt(PASSWORD)).toBe(429);
    s.advance(16 * MINUTE);
    expect(await attempt(PASSWORD)).toBe(200);
  });

  it('of somebody disabled or deleted is no longer one', async () => {
    const erin = await s.person('erin');
    await s.people.deleteUser({ IdentityStoreId: s.IdentityStoreId, UserId: erin });
    const browser = await start();
    await browser.submit('/sign-in', { user_name: 'erin', password: PASSWORD });
    expect(browser.status).toBe(403);
  });
});
