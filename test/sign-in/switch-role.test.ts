import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isChromiumHere, screenshot, startBrowser } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { policy, type TestAccount } from '../harness.ts';
import { cookieOf, openSignIn, type SignInStage } from './stage.ts';

const PASSWORD = 'Correct-Horse-9';
let stage: SignInStage;
let account: TestAccount;
beforeAll(async () => {
  stage = await openSignIn();
  account = await stage.server.account();
  const trust = policy({ Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole' });
  for (let i = 1; i <= 6; i++)
    await account.asRoot('iam', 'CreateRole', { RoleName: `Role${i}`, AssumeRolePolicyDocument: JSON.stringify(trust) });
  for (const name of ['alice', 'bob']) {
    await account.user(name, { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
    await account.asRoot('iam', 'CreateLoginProfile', { UserName: name, Password: PASSWORD, PasswordResetRequired: false });
  }
});
afterAll(async () => {
  expect(stage.server.errors).toEqual([]);
  await stage.close();
});

const signIn = async (username: string) => cookieOf(await stage.post('/signin', { account: account.id, username, password: PASSWORD }));
const switchTo = (cookie: string, roleName: string, color = 'none') =>
  stage.post('/console/switch-role', { account: account.id, roleName, color }, { cookie });
const history = async (cookie: string) => {
  const text = await (await stage.get('/console/switch-role', { cookie })).text();
  return [...text.matchAll(/<button class="role (\w+)">(\w+) @ \d{12}</g)].map(([, colour, name]) => `${name} ${colour}`);
};

describe('roles that somebody has switched to', () => {
  it('are shown to them alone, the newest first, five at most, with the colour given last', async () => {
    let cookie = await signIn('alice');
    expect(await history(cookie)).toEqual([]);
    for (let i = 1; i <= 6; i++) {
      stage.server.clock.advance(1000);
      cookie = cookieOf(await switchTo(cookie, `Role${i}`, 'red'));
    }
    stage.server.clock.advance(1000);
    cookie = cookieOf(await switchTo(cookie, 'Role3', '99bce3'));
    expect(await history(cookie)).toEqual(['Role3 blue', 'Role6 red', 'Role5 red', 'Role4 red', 'Role2 red']);
    expect(await history(await signIn('bob'))).toEqual([]);
  });

  it('give the console their colour while somebody acts as them', async () => {
    const cookie = cookieOf(await switchTo(await signIn('alice'), 'Role2', 'FAD791'));
    const answer = await stage.post('/console/session', {}, { cookie, 'X-Sagegate-Console': '1', Origin: stage.server.url });
    expect(await answer.json()).toMatchObject({
      arn: expect.stringContaining('assumed-role/Role2/alice'),
      switchedFrom: { arn: expect.stringContaining(':user/alice'), accountId: account.id, colour: 'yellow' },
    });
  });

  it('C18: are remembered once AssumeRole has let somebody in, and in no colour but ours', async () => {
    const cookie = await signIn('bob');
    expect((await switchTo(cookie, 'Nobody', 'red')).status).toBe(403);
    expect(await history(cookie)).toEqual([]);
    expect(await history(cookieOf(await switchTo(cookie, 'Role1', '"><script>')))).toEqual(['Role1 none']);
  });

  it('are forgotten when nobody has switched to them for ninety days', async () => {
    await switchTo(await signIn('alice'), 'Role1');
    stage.server.clock.advance(91 * 86_400_000);
    await switchTo(await signIn('bob'), 'Role2');
    expect(await history(await signIn('alice'))).toEqual([]);
    expect(await history(await signIn('bob'))).toEqual(['Role2 none']);
  });
});

describeWith('chromium', isChromiumHere, 'the page of switching roles', () => {
  it.each([
    { width: 1280, dark: false },
    { width: 360, dark: true },
  ])('switches by form, and by one button the next time: %o', async (look) => {
    const browser = await startBrowser();
    const page = await (await browser.open(look)).newPage();
    await page.goto(`${stage.origin}/signin?account=${account.id}`);
    await page.getByLabel('User name').fill('alice');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.goto(`${stage.origin}/switchrole?account=${account.id}&roleName=Role1&color=B7CA9D&displayName=Innocent`);
    expect(await page.getByLabel('Colour').inputValue()).toBe('green');
    expect(await page.getByText('Innocent').count()).toBe(0);
    await page.getByRole('button', { name: 'Switch role' }).click();
    await page.getByText(`assumed-role/Role1/alice`).waitFor();
    await page.goto(`${stage.origin}/console/switch-role`);
    await screenshot(page, `switch-role-${look.width}`);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await page.getByRole('button', { name: `Role1 @ ${account.id}` }).click();
    await page.getByText(`assumed-role/Role1/alice`).waitFor();
    await browser.close();
  });
});
