import { GetFederationTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionUses } from '../../src/store/tables/iam.ts';
import { isChromiumHere, startBrowser } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { expectGoodPage } from '../good-page.ts';
import { clientConfig, policy, type TestAccount } from '../harness.ts';
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

  it('count as used by whoever switches, allowed or not', async () => {
    const cookie = await signIn('bob');
    await switchTo(cookie, 'Nobody');
    const { store } = stage.server.installation;
    const { User } = (await account.asRoot('iam', 'GetUser', { UserName: 'bob' })) as { User: { UserId: string } };
    await expect.poll(async () => (await store.get(actionUses, [User.UserId, 'sts', 'AssumeRole']))?.lastUsedAt).toBeGreaterThan(0);
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

describe('C18: what a page does as somebody', () => {
  /** A user who may do everything, but not without TLS, and so not by the pages of this server. */
  const careful = async (name: string, denied: string, more: object = {}) => {
    const deny = policy({ Effect: 'Deny', Action: denied, Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    await account.user(name, { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'], inline: { deny } });
    await account.asRoot('iam', 'CreateLoginProfile', { UserName: name, Password: PASSWORD, PasswordResetRequired: false, ...more });
  };

  it('is decided on as the call of their browser: switching', async () => {
    await careful('carol', 'sts:AssumeRole');
    const cookie = await signIn('carol');
    const answer = await switchTo(cookie, 'Role1');
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('is not authorized to perform: sts:AssumeRole');
    expect(await history(cookie)).toEqual([]);
    expect((await switchTo(await signIn('alice'), 'Role1')).status).toBe(303);
  });

  it('is decided on as the call of their browser: by where it is', async () => {
    const here = { Bool: { 'aws:SecureTransport': 'false' }, StringEquals: { 'aws:UserAgent': 'Known/1' } };
    const trust = policy({ Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole', Condition: here });
    await account.asRoot('iam', 'CreateRole', { RoleName: 'Known', AssumeRolePolicyDocument: JSON.stringify(trust) });
    await account.user('erin', {
      inline: { in: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*', Condition: here }) },
    });
    await account.asRoot('iam', 'CreateLoginProfile', { UserName: 'erin', Password: PASSWORD, PasswordResetRequired: false });
    const form = { account: account.id, roleName: 'Known' };
    const by = async (agent: string) =>
      (await stage.post('/console/switch-role', form, { cookie: await signIn('erin'), 'user-agent': agent })).status;
    expect([await by('Known/1'), await by('Other/1')]).toEqual([303, 403]);
  });

  it('is decided on as the call of their browser: second factors', async () => {
    await careful('dave', 'iam:*MFADevice');
    const answer = await stage.post('/console/mfa/app', {}, { cookie: await signIn('dave') });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('is not authorized to perform: iam:CreateVirtualMFADevice');
  });

  it('is decided on as the call of their browser: a password that must be changed', async () => {
    await careful('frank', 'iam:ChangePassword', { PasswordResetRequired: true });
    const asked = await (await stage.post('/signin', { account: account.id, username: 'frank', password: PASSWORD })).text();
    const step = /name="step" value="([\w-]+)"/.exec(asked)?.[1] ?? '';
    const next = { old: PASSWORD, new: `${PASSWORD}-new`, again: `${PASSWORD}-new` };
    const answer = await stage.post('/signin/password', { step, ...next });
    expect(await answer.text()).toContain('is not authorized to perform: iam:ChangePassword');
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('asks nothing of STS that the credentials are not for: those of GetFederationToken take on no role', async () => {
    const broker = await account.user('broker', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
    const all = JSON.stringify(policy({ Effect: 'Allow', Action: '*', Resource: '*' }));
    const config = { ...clientConfig(stage.server, broker), systemClockOffset: stage.server.clock.now() - Date.now() };
    const asked = new GetFederationTokenCommand({ Name: 'guest', Policy: all });
    const { Credentials: given } = await new STSClient(config).send(asked);
    const session = { sessionId: given?.AccessKeyId, sessionKey: given?.SecretAccessKey, sessionToken: given?.SessionToken };
    const query = new URLSearchParams({ Action: 'getSigninToken', Session: JSON.stringify(session) });
    const { SigninToken } = (await (await stage.get(`/federation?${query}`)).json()) as { SigninToken: string };
    const cookie = cookieOf(await stage.get(`/federation?${new URLSearchParams({ Action: 'login', SigninToken })}`));
    const answer = await switchTo(cookie, 'Role1');
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('Cannot call AssumeRole with session credentials');
  });

  it('is in the audit as over the wire', async () => {
    await switchTo(await signIn('alice'), 'Role4');
    const event = stage.server.audit.list(5).find(({ operation }) => operation === 'AssumeRole');
    expect(event).toMatchObject({ service: 'sts', status: 200, caller: { arn: `arn:aws:iam::${account.id}:user/alice` } });
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
    await expectGoodPage(page, `switch-role-${look.width}`);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await page.getByRole('button', { name: `Role1 @ ${account.id}` }).click();
    await page.getByText(`assumed-role/Role1/alice`).waitFor();
    await browser.close();
  });
});
