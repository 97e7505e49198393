import { TOTP } from 'otpauth';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinHeaders } from '../../src/server/listener.ts';
import { ConsoleSessions } from '../../src/server/sign-in/console-session.ts';
import { accounts } from '../../src/store/tables/account.ts';
import { fidoDevices } from '../../src/store/tables/iam.ts';
import { isChromiumHere, startBrowser, type TestBrowser } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { expectGoodPage } from '../good-page.ts';
import type { TestAccount } from '../harness.ts';
import { openSignIn, type SignInStage } from './stage.ts';

const PASSWORD = 'Correct-Horse-9';
const ROOT_EMAIL = /@/;

let stage: SignInStage;
let account: TestAccount;
let browser: TestBrowser;
let rootEmail = '';

/** Chromium's own authenticator, as a laptop has one: it holds keys, and its owner is there and says who it is. */
async function addAuthenticator(page: Page): Promise<{ cdp: CDPSession; id: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId: id } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, id };
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
const alert = (page: Page) => page.getByRole('alert').textContent();

async function typePassword(page: Page, who: string): Promise<void> {
  await page.goto(`${stage.origin}/signin${who === 'root' ? '/root' : `?account=${account.id}`}`);
  if (who === 'root') await page.getByLabel('E-mail address').fill(rootEmail);
  else await page.getByLabel('User name').fill(who);
  await page.getByLabel('Password').fill(PASSWORD);
  await press(page, 'Sign in');
}

/** As a page of ours does, by the name that passkeys belong to. */
const postTo = (path: string, form: Record<string, string>) =>
  fetch(stage.origin + path, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });

let count = 0;
async function newUser(managed: string[] = ['arn:aws:iam::aws:policy/IAMFullAccess']): Promise<string> {
  const name = `user-${++count}`;
  await account.user(name, { managed });
  await account.asRoot('iam', 'CreateLoginProfile', { UserName: name, Password: PASSWORD, PasswordResetRequired: false });
  return name;
}

/** A user with a passkey, in a window of their own that is signed in with a password alone. */
async function withPasskey(managed?: string[]) {
  const name = await newUser(managed);
  const context = await browser.open();
  const page = await context.newPage();
  const { cdp, id } = await addAuthenticator(page);
  await typePassword(page, name);
  await page.goto(`${stage.origin}/console/mfa`);
  await page.getByLabel('Name of the passkey').fill('laptop');
  await press(page, 'Add a passkey');
  await page.getByText(`:u2f/user/${name}/laptop-`).waitFor();
  return { name, page, cdp, id, context };
}

async function callerOf(page: Page) {
  const cookies = await page.context().cookies();
  const rawHeaders = ['Host', 'localhost', 'Cookie', cookies.map(({ name, value }) => `${name}=${value}`).join('; ')];
  const session = await new ConsoleSessions(stage.server.installation).find({
    method: 'GET',
    target: '/',
    rawHeaders,
    headers: joinHeaders(rawHeaders),
    body: new Uint8Array(),
    remoteAddress: '127.0.0.1',
    secure: false,
  });
  return session && stage.server.authenticator.callerOf(session.credentials);
}

const list = async (UserName: string) =>
  (
    (await account.asRoot('iam', 'ListMFADevices', { UserName })) as {
      MFADevices: { SerialNumber: string; UserName?: string; EnableDate: Date }[];
    }
  ).MFADevices;

describeWith('chromium', isChromiumHere, 'passkeys', () => {
  beforeAll(async () => {
    stage = await openSignIn();
    account = await stage.server.account();
    const { store, passwords } = stage.server.installation;
    const rootPasswordHash = await passwords.hash(PASSWORD);
    await store.write(async (writer) => {
      const row = await writer.get(accounts, [account.id]);
      if (row) await writer.update(accounts, { ...row, rootPasswordHash });
      rootEmail = row?.email ?? '';
    });
    expect(rootEmail).toMatch(ROOT_EMAIL);
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    expect(stage.server.errors).toEqual([]);
    await stage.close();
  });

  it('are made on the page, shown by IAM as AWS shows FIDO devices, asked for at the next sign-in, and removed', async () => {
    const { name, page, context } = await withPasskey();
    await expectGoodPage(page, 'mfa-devices-1280');
    const [device] = await list(name);
    expect(device).toMatchObject({
      UserName: name,
      SerialNumber: expect.stringMatching(new RegExp(`^arn:aws:iam::${account.id}:u2f/user/${name}/laptop-[A-Z2-7]{26}$`)),
      EnableDate: expect.any(Date),
    });
    const { SerialNumber = '' } = device ?? {};
    expect(await account.asRoot('iam', 'GetMFADevice', { UserName: name, SerialNumber })).toMatchObject({ UserName: name, SerialNumber });
    await expect(account.asRoot('iam', 'DeleteUser', { UserName: name })).rejects.toThrow('Cannot delete entity');
    expect((await callerOf(page))?.mfaAt).toBeUndefined();
    await typePassword(page, name);
    await heading(page, 'Multi-factor authentication');
    expect(await page.getByLabel('The code that your device shows').count()).toBe(0);
    await expectGoodPage(page, 'mfa-passkey-1280');
    await press(page, 'Use a passkey');
    await heading(page, 'You are signed in');
    expect((await callerOf(page))?.mfaAt).toBeTypeOf('number');
    await page.goto(`${stage.origin}/console/mfa`);
    await press(page, /^Remove arn:aws:iam/);
    await page.getByText('a password alone lets you in').waitFor();
    expect(await list(name)).toEqual([]);
    await context.close();
  });

  it('of one device are made once, and others only in a session that has proved one', async () => {
    const { name, page, context } = await withPasskey();
    await press(page, 'Add a passkey');
    await page.getByText('This device has a passkey of yours already.').waitFor();
    const other = await browser.open({ width: 360, dark: true });
    const second = await other.newPage();
    // Stands for a stolen session: signed in before there was a device, and with another authenticator.
    await other.addCookies(await context.cookies());
    await addAuthenticator(second);
    await second.goto(`${stage.origin}/console/mfa`);
    await press(second, 'Add a passkey');
    expect(await alert(second)).toContain('multi-factor authentication is required to change your own MFA devices');
    await expectGoodPage(second, 'mfa-refused-360');
    await press(second, /^Remove arn:aws:iam/);
    expect(await alert(second)).toContain('multi-factor authentication is required to change your own MFA devices');
    expect(await list(name)).toHaveLength(1);
    await other.close();
    await context.close();
  });

  it('are made by who may call EnableMFADevice for themselves', async () => {
    const name = await newUser(['arn:aws:iam::aws:policy/IAMReadOnlyAccess']);
    const context = await browser.open();
    const page = await context.newPage();
    await addAuthenticator(page);
    await typePassword(page, name);
    await page.goto(`${stage.origin}/console/mfa`);
    await press(page, 'Add a passkey');
    expect(await alert(page)).toBe(
      `User: arn:aws:iam::${account.id}:user/${name} is not authorized to perform: iam:EnableMFADevice on resource: arn:aws:iam::${account.id}:user/${name}`,
    );
    expect(await list(name)).toEqual([]);
    await context.close();
  });

  it('C11: are refused when the count goes back, and when their owner is not verified', async () => {
    const { name, page, cdp, id, context } = await withPasskey();
    const { store } = stage.server.installation;
    const bump = (signCount: number) =>
      store.write(async (writer) => {
        const [row] = (await writer.list(fidoDevices, { prefix: [account.id] })).filter(({ serialNumber }) =>
          serialNumber.includes(`/${name}/`),
        );
        if (row) await writer.update(fidoDevices, { ...row, signCount });
      });
    await typePassword(page, name);
    await bump(1000);
    await press(page, 'Use a passkey');
    expect(await alert(page)).toBe('The passkey was not accepted. Try again.');
    expect(await callerOf(page)).toMatchObject({ mfaAt: undefined });
    await bump(1);
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
    await press(page, 'Use a passkey');
    await page.getByText('It was broken off. Try again.').waitFor();
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: true });
    await press(page, 'Use a passkey');
    await heading(page, 'You are signed in');
    expect((await callerOf(page))?.userName).toBe(name);
    await context.close();
  });

  it('C11: an answer works once, for its own step, person and ceremony', async () => {
    const { name, page, context } = await withPasskey();
    const { name: other, context: otherContext } = await withPasskey();
    await typePassword(page, name);
    // The form as the page would send it.
    const sent = page.waitForRequest((request) => request.url().endsWith('/signin/passkey'));
    await press(page, 'Use a passkey');
    const form = Object.fromEntries(new URLSearchParams((await sent).postData() ?? ''));
    await heading(page, 'You are signed in');
    const post = async (fields: Record<string, string>) => {
      const answer = await postTo('/signin/passkey', { ...form, ...fields });
      return [answer.status, answer.headers.get('set-cookie')];
    };
    expect(await post({})).toEqual([403, null]);
    const begin = async (who: string) => {
      const text = await (await postTo('/signin', { account: account.id, username: who, password: PASSWORD })).text();
      const pick = (field: string) => new RegExp(`name="${field}" value="([^"]+)"`).exec(text)?.[1] ?? '';
      return { step: pick('step'), challenge: pick('challenge') };
    };
    const mine = await begin(name);
    expect(mine.challenge).not.toBe('');
    // An answer to another challenge; another person's step; a step without its challenge.
    expect(await post(mine)).toEqual([403, null]);
    const theirs = await begin(other);
    expect(await post(theirs)).toEqual([403, null]);
    expect(await post({ ...(await begin(name)), step: theirs.step })).toEqual([403, null]);
    expect(await post({ ...(await begin(name)), credential: '' })).toEqual([403, null]);
    expect(await post({ ...(await begin(name)), credential: '{"id":[],"response":1}' })).toEqual([403, null]);
    // Late.
    const late = await begin(name);
    stage.server.clock.advance(5 * 60_000);
    expect(await post(late)).toEqual([403, null]);
    stage.server.clock.reset();
    await context.close();
    await otherContext.close();
  });

  it('C10: leave no way round, and say where they work', async () => {
    const { name, context } = await withPasskey();
    // By another name of this server.
    const answer = await stage.post('/signin', { account: account.id, username: name, password: PASSWORD });
    const text = await answer.text();
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(text).toContain('Your passkey works at <strong>localhost</strong> only');
    const step = /name="step" value="([^"]+)"/.exec(text)?.[1];
    expect(step).toBeUndefined();
    await context.close();
  });

  it('C08: can be tried twenty times in a quarter of an hour', async () => {
    const { name, context } = await withPasskey();
    const text = await (await postTo('/signin', { account: account.id, username: name, password: PASSWORD })).text();
    const step = /name="step" value="([^"]+)"/.exec(text)?.[1] ?? '';
    for (let i = 0; i < 20; i++) expect((await postTo('/signin/passkey', { step })).status).toBe(403);
    expect((await postTo('/signin/passkey', { step })).status).toBe(429);
    await context.close();
  });

  it.each([
    { width: 1280, dark: false },
    { width: 360, dark: true },
  ])('and authenticator apps are second factors of root, enabled on the page alone: %o', async (look) => {
    const context = await browser.open(look);
    const page = await context.newPage();
    await addAuthenticator(page);
    const summary = async () =>
      ((await account.asRoot('iam', 'GetAccountSummary', {})) as { SummaryMap: Record<string, number> }).SummaryMap.AccountMFAEnabled;
    expect(await summary()).toBe(0);
    await typePassword(page, 'root');
    await page.goto(`${stage.origin}/console/mfa`);
    await press(page, 'Add an authenticator app');
    await heading(page, 'Authenticator app');
    await page.waitForFunction('document.images[0].naturalWidth > 0');
    await expectGoodPage(page, `mfa-app-${look.width}`);
    const totp = new TOTP({ secret: (await page.locator('pre').textContent()) ?? '' });
    const code = (offset: number) => totp.generate({ timestamp: stage.server.clock.now() + offset });
    await page.getByLabel('A code of the app').fill('000000');
    await page.getByLabel('The next code').fill('000000');
    await press(page, 'Enable');
    expect(await alert(page)).toContain('Authentication code for device is not valid.');
    await page.getByLabel('A code of the app').fill(code(-60_000));
    await page.getByLabel('The next code').fill(code(-30_000));
    await press(page, 'Enable');
    await page.getByText(`arn:aws:iam::${account.id}:mfa/root-account-mfa-device`).waitFor();
    expect(await summary()).toBe(1);
    await typePassword(page, 'root');
    await page.getByLabel('The code that your device shows').fill(code(0));
    await press(page, 'Submit');
    await heading(page, 'You are signed in');
    expect(await callerOf(page)).toMatchObject({ principal: { kind: 'root' }, mfaAt: expect.any(Number) });
    await page.goto(`${stage.origin}/console/mfa`);
    await press(page, 'Add a passkey');
    await page.getByText(':u2f/root/passkey-').waitFor();
    await expectGoodPage(page, `mfa-root-${look.width}`);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await typePassword(page, 'root');
    await expectGoodPage(page, `mfa-both-${look.width}`);
    await press(page, 'Use a passkey');
    await heading(page, 'You are signed in');
    await page.goto(`${stage.origin}/console/mfa`);
    for (let left = 2; left > 0; left--) {
      await page
        .getByRole('button', { name: /^Remove arn/ })
        .first()
        .click();
      await expect.poll(() => page.getByRole('button', { name: /^Remove arn/ }).count()).toBe(left - 1);
    }
    expect(await summary()).toBe(0);
    await context.close();
  });
});
