import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isChromiumHere, startBrowser, type TestBrowser } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { expectGoodPage } from '../good-page.ts';
import { openSignIn, type SignInStage } from './stage.ts';

const PASSWORD = 'Correct-Horse-9-Battery';
let stage: SignInStage;
let browser: TestBrowser;

const newestCode = (): string =>
  stage.outbox
    .list()[0]
    ?.text.replace(/[^0-9]/g, '')
    .slice(0, 6) ?? '';
const button = (page: Page, name: string) => page.getByRole('button', { name }).click();
const alert = (page: Page) => page.getByRole('alert').textContent();

/** Fits into the window, as phones need it. */
const fits = (page: Page) => page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');

describeWith('chromium', isChromiumHere, 'signing up in a browser', () => {
  beforeAll(async () => {
    stage = await openSignIn();
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    expect(stage.server.errors).toEqual([]);
    await stage.close();
  });

  it.each([
    { width: 1280, dark: false },
    { width: 360, dark: true },
  ])('leads through five steps to an account, and into it: %o', async (look) => {
    const context = await browser.open(look);
    const page = await context.newPage();
    const shot = (name: string) => expectGoodPage(page, `sign-up-${name}-${look.width}`);
    const email = `owner-${look.width}@example.com`;
    await page.goto(`${stage.origin}/console/`);
    await page.getByRole('link', { name: 'Sign up' }).click();
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Account name').fill('example <corp>');
    await button(page, 'Verify e-mail address');
    expect(await alert(page)).toContain('1 to 50 characters of plain ASCII');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(email);
    await page.getByLabel('Account name').fill('example corp');
    await shot('start');
    await button(page, 'Verify e-mail address');
    await page.getByLabel('Code').fill(newestCode() === '000000' ? '000001' : '000000');
    await button(page, 'Verify');
    expect(await alert(page)).toBe('The code is not right.');
    expect(await page.locator('main').textContent()).toContain('4 tries left');
    await shot('code');
    await button(page, 'Send another code');
    await page.getByLabel('Code').fill(newestCode());
    await button(page, 'Verify');
    await page.getByLabel('Root password', { exact: true }).fill('password');
    await page.getByText('Strength: weak.').waitFor();
    await page.getByLabel('Root password, again').fill('password');
    await button(page, 'Continue');
    expect(await alert(page)).toContain('Password should');
    await page.getByLabel('Root password', { exact: true }).fill(PASSWORD);
    await page.getByText(/^Strength: (fair|strong)\.$/).waitFor();
    await page.getByLabel('Root password, again').fill(PASSWORD);
    await shot('password');
    await button(page, 'Continue');
    for (const [label, value] of [
      ['Full name', 'Ada Example'],
      ['Telephone', look.dark ? '+12065550101' : '+12065550100'],
      ['Address', '1 Example Street'],
      ['City', 'Seattle'],
      ['Postal code', '98101'],
      ['Country', 'US'],
    ] as const)
      await page.getByLabel(label).fill(value);
    await shot('contact');
    expect(await fits(page)).toBe(true);
    await button(page, 'Continue');
    await shot('channel');
    await page.getByLabel('Text message').check();
    await button(page, 'Continue');
    expect(await page.locator('main').textContent()).toContain('We have sent a text message');
    await shot('phone');
    await button(page, 'Call me instead');
    await page.getByText('We are calling').waitFor();
    await shot('call');
    const digits = (await page.locator('.digits').textContent()) ?? '';
    const phone = stage.outbox.phone(stage.outbox.list()[0]?.id ?? 0);
    await phone?.answer();
    await page.getByText('You have answered').waitFor();
    await phone?.press(digits === '000000' ? '000001' : '000000');
    await page.getByText('4 tries left').waitFor();
    expect(await page.locator('.digits').textContent()).toBe(digits);
    await phone?.hangUp();
    await page.getByText('The call has ended before the code was typed.').waitFor();
    await shot('call-ended');
    await button(page, 'Call again');
    await page.getByText('We are calling').waitFor();
    const next = stage.outbox.phone(stage.outbox.list()[0]?.id ?? 0);
    await next?.answer();
    await next?.press((await page.locator('.digits').textContent()) ?? '');
    await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
    await shot('done');
    const accountId = (await page.locator('dd code').textContent()) ?? '';
    expect(accountId).toMatch(/^\d{12}$/);
    await page.getByRole('link', { name: 'Sign in as the root user' }).click();
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await button(page, 'Sign in');
    expect(await page.locator('main').textContent()).toContain(`arn:aws:iam::${accountId}:root`);
    await context.close();
  });

  it('C02: goes no further for a step out of turn, a stranger, or another site', async () => {
    const begun = await (await stage.post('/signup', { email: 'c02@example.com', name: 'c02' })).text();
    const flow = /name="flow" value="([\w-]{43})"/.exec(begun)?.[1] ?? '';
    const read = async (fields: Record<string, string>, headers: Record<string, string> = {}) => {
      const response = await stage.post('/signup/step', fields, headers);
      const text = await response.text();
      return [response.status, /<h1>([^<]*?)(?: <small>.*)?<\/h1>/.exec(text)?.[1]];
    };
    expect(await read({ flow, password: PASSWORD, again: PASSWORD })).toEqual([400, 'Confirm your e-mail address']);
    expect(await read({ flow: 'A'.repeat(43), code: newestCode() })).toEqual([404, 'You are not signed in']);
    expect(await read({ code: newestCode() })).toEqual([404, 'You are not signed in']);
    expect(await read({ flow, code: newestCode() }, { origin: 'https://evil.example' })).toEqual([403, 'You are not signed in']);
    expect(await read({ flow, code: newestCode() })).toEqual([200, 'Choose the root password']);
    expect(await read({ flow, code: newestCode() })).toEqual([400, 'Choose the root password']);
  });

  it('C01: five tries for a code, then another one', async () => {
    const begun = await (await stage.post('/signup', { email: 'c01@example.com', name: 'c01' })).text();
    const flow = /name="flow" value="([\w-]{43})"/.exec(begun)?.[1] ?? '';
    const right = newestCode();
    const wrong = right === '111111' ? '222222' : '111111';
    for (let i = 0; i < 5; i++) expect((await stage.post('/signup/step', { flow, code: wrong })).status).toBe(400);
    expect((await stage.post('/signup/step', { flow, code: right })).status).toBe(429);
    await stage.post('/signup/step', { flow, do: 'resend' });
    expect(await (await stage.post('/signup/step', { flow, code: newestCode() })).text()).toContain('Choose the root password');
  });
});
