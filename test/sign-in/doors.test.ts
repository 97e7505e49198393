import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { totpCode } from '../../src/authentication/totp.ts';
import { parseSeed } from '../../src/server/seed-file.ts';
import { PRIVATE_SERVER, type RunningServer, startServer } from '../../src/server/serve.ts';
import { isChromiumHere, startBrowser, type TestBrowser } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { expectGoodPage } from '../good-page.ts';

const ACCOUNT = '111122223333';
const MEMBER = '444455556666';
const PASSWORD = 'Str0ng!Passw0rd-1';
const MFA_SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

const SEED = {
  version: 1,
  accounts: [
    {
      id: ACCOUNT,
      name: 'management',
      root: { email: 'owner@example.com', password: 'Correct-Horse-9-Battery' },
      users: [
        { name: 'alice', password: PASSWORD, mfa: { name: 'alice-phone', seed: MFA_SEED } },
        {
          name: 'bob',
          password: PASSWORD,
          passwordResetRequired: true,
          managedPolicies: ['arn:aws:iam::aws:policy/IAMUserChangePassword'],
        },
      ],
    },
    { id: MEMBER, name: 'research', root: { email: 'research@example.com' } },
  ],
  organization: { management: ACCOUNT, members: [MEMBER] },
  identityCenter: {
    owner: ACCOUNT,
    region: 'eu-west-1',
    identityStoreId: 'd-0123456789',
    groups: [{ name: 'Scientists' }],
    users: [{ name: 'carol', displayName: 'Carol', email: 'carol@example.com', password: 'Correct-Horse-7', groups: ['Scientists'] }],
    permissionSets: [{ name: 'DataScience', sessionDuration: 'PT8H', managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
    assignments: [{ account: MEMBER, permissionSet: 'DataScience', group: 'Scientists' }],
  },
};

let server: RunningServer;
let browser: TestBrowser;
let origin: string;
const errors: unknown[] = [];

const press = (page: Page, name: string) => page.getByRole('button', { name }).click();

describeWith('chromium', isChromiumHere, 'the doors of the sign-in', () => {
  beforeAll(async () => {
    server = await startServer({
      ...PRIVATE_SERVER,
      logError: (error) => errors.push(error),
      seed: parseSeed(JSON.stringify(SEED), 'seed.json'),
    });
    origin = server.url.replace('127.0.0.1', 'localhost');
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
    expect(errors).toEqual([]);
  });

  it.each([
    { width: 1280, dark: false },
    { width: 390, dark: true },
  ])('open by keyboard and to screen readers, wide and on a phone: %o', { timeout: 180_000 }, async (look) => {
    const context = await browser.open(look);
    const page = await context.newPage();
    const looks = (name: string) => expectGoodPage(page, `door-${name}-${look.width}`);
    await page.goto(`${origin}/console/`);
    await looks('all');
    await page.getByRole('link', { name: 'Root user' }).click();
    await looks('root');

    // The root user that has forgotten its password.
    await page.getByRole('link', { name: 'No password yet, or forgotten?' }).click();
    await looks('root-forgotten');
    await page.getByLabel('E-mail address').fill('owner@example.com');
    await page.keyboard.press('Enter');
    await page.getByLabel('Code').waitFor();
    await page.getByLabel('New password', { exact: true }).fill('aaaaaaaa');
    await page.getByText('Strength: weak.').waitFor();
    await looks('root-new-password');
    const { messages } = (await (await fetch(`${server.url}/_sagegate/outbox`)).json()) as { messages: { text: string }[] };
    await page.getByLabel('Code').fill(/ (\d{6})\./.exec(messages[0]?.text ?? '')?.[1] ?? '');
    await page.getByLabel('New password', { exact: true }).fill('Correct-Horse-9-Again');
    await page.getByLabel('New password, again').fill('Correct-Horse-9-Again');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/console/`);
    await context.clearCookies();

    // A second factor, by keys alone.
    await page.goto(`${origin}/signin?account=${ACCOUNT}`);
    await page.keyboard.type('alice');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await looks('user-refused');
    expect(await page.getByLabel('User name').inputValue()).toBe('alice');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByLabel(/code/i).waitFor();
    await looks('code');
    await page.getByLabel(/code/i).fill(totpCode(MFA_SEED, Date.now() + (look.dark ? 30_000 : 0)));
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/console/`);
    await context.clearCookies();

    // A password that must be changed.
    const [old, fresh] = look.dark ? ['N3w!Passw0rd-of-Bob', 'N3w!Passw0rd-of-Bob-2'] : [PASSWORD, 'N3w!Passw0rd-of-Bob'];
    await page.goto(`${origin}/signin?account=${ACCOUNT}`);
    await page.getByLabel('User name').fill('bob');
    await page.getByLabel('Password').fill(old);
    await press(page, 'Sign in');
    if (!look.dark) {
      await page.getByRole('heading', { name: 'Your password must be changed' }).waitFor();
      await page.getByLabel('New password', { exact: true }).fill('aaaaaaaa');
      await page.getByText('Strength: weak.').waitFor();
      await looks('change');
      await page.getByLabel('Old password').fill(old);
      await page.getByLabel('New password', { exact: true }).fill(fresh);
      await page.getByLabel('New password, again').fill(fresh);
      await press(page, 'Change password');
    }
    await page.waitForURL(`${origin}/console/`);
    await context.clearCookies();

    // The portal of Identity Center, and from it into the console as a role.
    await page.goto(`${origin}/start/d-0123456789`);
    await looks('portal-sign-in');
    await page.getByLabel('User name').first().fill('carol');
    await page.getByLabel('Password').fill('Correct-Horse-7');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'AWS access portal' }).waitFor();
    await looks('portal');
    await press(page, `Open the console as DataScience in ${MEMBER}`);
    await page.waitForURL(`${origin}/console/`);
    expect(await page.evaluate<string>('document.title')).toContain('Sagegate');
    await page.goto(`${origin}/console/sessions`);
    await page
      .getByText(/AWSReservedSSO_DataScience_/)
      .first()
      .waitFor();
    await looks('sessions-of-a-role');
    await context.close();
  });
});
