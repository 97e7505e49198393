import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Directories } from '../../src/server/directory/directories.ts';
import { isChromiumHere, startBrowser, type TestBrowser } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { expectGoodPage } from '../good-page.ts';
import type { TestAccount } from '../harness.ts';
import { cookieOf, openSignIn, type SignInStage } from '../sign-in/stage.ts';
import { ADMIN, ADMIN_PASSWORD, BASE, groupDn, isSlapdHere, PASSWORD, type Slapd, startSlapd } from './slapd.ts';
import { directoriesOf, directoryRole } from './stage.ts';

let slapd: Slapd;
let stage: SignInStage;
let account: TestAccount;
let other: TestAccount;
let browser: TestBrowser;

describeWith('slapd and chromium', isSlapdHere && isChromiumHere, 'the sign-in page of a directory', () => {
  beforeAll(async () => {
    slapd = await startSlapd();
    stage = await openSignIn();
    account = await stage.server.account();
    other = await stage.server.account();
    await account.asRoot('iam', 'CreateAccountAlias', { AccountAlias: 'example-research' });
    const directories: Directories = directoriesOf(stage.server);
    const scientist = await directoryRole(account, 'Scientist');
    const reader = await directoryRole(other, 'Reader');
    await directories.create({
      name: 'corp',
      accountId: account.id,
      kind: 'ldap',
      servers: [slapd.ldap],
      bindDn: ADMIN,
      bindPassword: ADMIN_PASSWORD,
      userBase: `ou=people,${BASE}`,
      groupBase: `ou=groups,${BASE}`,
      roles: [
        { member: groupDn('scientists'), roleArn: scientist },
        { member: groupDn('everyone'), roleArn: reader },
        { member: groupDn('admins'), roleArn: scientist },
      ],
    });
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    expect(stage.server.errors).toEqual([]);
    await stage.close();
    await slapd.stop();
  });

  it('lets a person in, by a role of her choice, and out again', async () => {
    const context = await browser.open();
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(`${stage.origin}/console/`);
    await expectGoodPage(page, 'sign-in-doors');
    await page.getByRole('link', { name: 'Directory corp' }).click();
    await page.getByLabel('User name').fill('alice');
    await page.getByLabel('Password').fill('guess');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('Your authentication information is incorrect. Please try again.');
    expect(await page.getByLabel('User name').inputValue()).toBe('alice');
    await expectGoodPage(page, 'directory-wrong');
    // The answer 403 is what the console complains of.
    problems.splice(0, 1);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('group').allTextContents()).toEqual([
      expect.stringContaining(`Account example-research (${account.id})`),
      expect.stringContaining(`Account ${other.id}`),
    ]);
    await expectGoodPage(page, 'directory-roles');
    await page.getByLabel('Reader').check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    expect(await page.locator('main').textContent()).toContain(`arn:aws:sts::${other.id}:assumed-role/Reader/alice`);
    await expectGoodPage(page, 'console-signed-in');
    const [cookie] = await context.cookies(stage.origin);
    expect(cookie).toMatchObject({ name: '__Host-sagegate-session', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await context.cookies(stage.origin)).toEqual([]);
    expect(problems).toEqual([]);
    await context.close();
  });

  it('looks right on a phone, in the dark', async () => {
    const context = await browser.open({ width: 360, dark: true });
    const page = await context.newPage();
    await page.goto(`${stage.origin}/signin/directory/corp`);
    await expectGoodPage(page, 'directory-phone-dark');
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await context.close();
  });

  it('C16: goes straight in where there is one role, to where the person wanted and nowhere else', async () => {
    const response = await stage.post('/signin/directory/corp', {
      login: 'carol',
      password: PASSWORD,
      destination: '/console/sagemaker#/domains',
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/console/sagemaker#/domains']);
    expect(await (await stage.get('/console/', { cookie: cookieOf(response) })).text()).toContain('assumed-role/Scientist/carol');
    const elsewhere = await stage.post('/signin/directory/corp', {
      login: 'carol',
      password: PASSWORD,
      destination: 'https://evil.example/console/',
    });
    expect(elsewhere.headers.get('location')).toBe('/console/');
  });

  it('C03, C14: says one thing to strangers, and shows what they typed as text', async () => {
    const login = '"><script>alert(1)</script>';
    const response = await stage.post('/signin/directory/corp', { login, password: 'x' });
    const text = await response.text();
    expect(response.status).toBe(403);
    expect(text).toContain('Your authentication information is incorrect. Please try again.');
    expect(text).not.toContain('<script');
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*form-action 'self'; frame-ancestors 'none'/);
    expect((await stage.get('/signin/directory/nowhere')).status).toBe(404);
  });

  it('C13: takes no form from another site, and a choice only once, in time, from this directory', async () => {
    const foreign = await stage.post('/signin/directory/corp', { login: 'carol', password: PASSWORD }, { origin: 'https://evil.example' });
    expect([foreign.status, foreign.headers.get('set-cookie')]).toEqual([403, null]);
    const choiceOf = async () =>
      /name="choice" value="([\w-]+)"/.exec(
        await (await stage.post('/signin/directory/corp', { login: 'alice', password: PASSWORD })).text(),
      )?.[1] ?? '';
    const roleArn = `arn:aws:iam::${account.id}:role/Scientist`;
    const choose = async (choice: string, role = roleArn) =>
      (await stage.post('/signin/directory/corp/role', { choice, roleArn: role })).status;
    const choice = await choiceOf();
    expect(await choose(choice)).toBe(303);
    expect(await choose(choice)).toBe(403);
    expect(await choose(await choiceOf(), `arn:aws:iam::${account.id}:role/Administrator`)).toBe(403);
    expect(await choose('')).toBe(403);
    expect(await choose(`${(await choiceOf()).slice(0, -2)}AA`)).toBe(403);
    const late = await choiceOf();
    stage.server.clock.advance(301_000);
    expect(await choose(late)).toBe(403);
    stage.server.clock.reset();
  });
});
