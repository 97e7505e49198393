import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deviceOf } from '../../src/server/sign-in/sessions-page.ts';
import { accounts } from '../../src/store/tables/account.ts';
import { isChromiumHere, startBrowser } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { expectGoodPage } from '../good-page.ts';
import { policy, type TestAccount } from '../harness.ts';
import { cookieOf, openSignIn, type SignInStage } from './stage.ts';

const PASSWORD = 'Correct-Horse-9';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

let stage: SignInStage;
let account: TestAccount;
beforeAll(async () => {
  stage = await openSignIn();
  account = await stage.server.account();
});
afterEach(() => stage.server.clock.reset());
afterAll(async () => {
  expect(stage.server.errors).toEqual([]);
  await stage.close();
});

let count = 0;
async function newUser(): Promise<string> {
  const name = `user-${++count}`;
  await account.user(name, { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
  await account.asRoot('iam', 'CreateLoginProfile', { UserName: name, Password: PASSWORD, PasswordResetRequired: false });
  return name;
}

/** Signs in from another browser each time. */
async function signIn(username: string, agent = FIREFOX): Promise<string> {
  const answer = await stage.post('/signin', { account: account.id, username, password: PASSWORD }, { 'user-agent': agent });
  expect(answer.status).toBe(303);
  return cookieOf(answer);
}

const show = async (cookie: string) => {
  const answer = await stage.get('/console/sessions', { cookie });
  const text = await answer.text();
  return { status: answer.status, text, others: [...text.matchAll(/name="session" value="([\w-]+)"/g)].map(([, id]) => id ?? '') };
};
const isIn = async (cookie: string) => (await (await stage.get('/console/', { cookie })).text()).includes('You are signed in');
const post = (path: string, form: Record<string, string>, cookie: string, headers = {}) => stage.post(path, form, { cookie, ...headers });

describe('C12: the sessions of a person', () => {
  it('are listed with device, address and times, and ended one by one', async () => {
    const name = await newUser();
    const first = await signIn(name);
    stage.server.clock.advance(60_000);
    const second = await signIn(name, 'Mozilla/5.0 (iPhone) Safari/605 <b>');
    const { text, others } = await show(second);
    for (const said of ['Firefox on Linux', 'Safari on iPhone', '127.0.0.1', 'Last seen', `user/${name}`]) expect(text).toContain(said);
    expect(text.indexOf('Safari on iPhone')).toBeLessThan(text.indexOf('Firefox on Linux'));
    expect(others).toHaveLength(1);
    // No page shows what would open a session.
    for (const cookie of [first, second]) expect(text).not.toContain(cookie.split('=')[1]);
    expect((await post('/console/sessions/end', { session: others[0] ?? '' }, second)).status).toBe(303);
    expect([await isIn(first), await isIn(second)]).toEqual([false, true]);
    expect((await post('/console/sessions/end', { session: others[0] ?? '' }, second)).status).toBe(404);
  });

  it('are their own alone', async () => {
    const [alice, bob] = [await newUser(), await newUser()];
    const [hers, hersToo, his] = [await signIn(alice), await signIn(alice), await signIn(bob)];
    const [id = ''] = (await show(hersToo)).others;
    expect((await show(his)).others).toEqual([]);
    expect((await post('/console/sessions/end', { session: id }, his)).status).toBe(404);
    expect((await post('/console/sessions/end-all', {}, his)).status).toBe(303);
    expect([await isIn(hers), await isIn(hersToo), await isIn(his)]).toEqual([true, true, false]);
    expect((await show('')).status).toBe(403);
  });

  it('are not for whoever has the name now: they go with the person, and end with them, and with the account', async () => {
    const [name, renamed] = [await newUser(), await newUser()];
    const trust = policy({ Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole' });
    await account.asRoot('iam', 'CreateRole', { RoleName: 'Doomed', AssumeRolePolicyDocument: JSON.stringify(trust) });
    const [before, second, other] = [await signIn(name), await signIn(name), await signIn(renamed)];
    const switched = cookieOf(await post('/console/switch-role', { account: account.id, roleName: 'Doomed' }, second));
    await account.asRoot('iam', 'DeleteLoginProfile', { UserName: name });
    await account.asRoot('iam', 'UpdateUser', { UserName: name, NewUserName: `${name}-old` });
    await account.asRoot('iam', 'UpdateUser', { UserName: renamed, NewUserName: name });
    const now = await signIn(name);
    // Each of the two sees their own sessions, under the name that they have now.
    const [mine, theirs] = [await show(now), await show(before)];
    expect([mine.others.length, theirs.others.length]).toEqual([1, 1]);
    expect(mine.text).toContain(`Where <code>arn:aws:iam::${account.id}:user/${name}</code>`);
    expect(theirs.text).toContain(`Where <code>arn:aws:iam::${account.id}:user/${name}-old</code>`);
    expect((await show(other)).text).toContain(`Where <code>arn:aws:iam::${account.id}:user/${name}</code>`);
    for (const [cookie, ids] of [
      [before, mine.others],
      [now, theirs.others],
    ] as const)
      expect((await post('/console/sessions/end', { session: ids[0] ?? '' }, cookie)).status).toBe(404);
    expect((await (await stage.get('/console/switch-role', { cookie: now })).text()).includes('Doomed @')).toBe(false);
    expect((await (await stage.get('/console/switch-role', { cookie: before })).text()).includes('Doomed @')).toBe(true);
    // Who is gone is nobody, whoever has the name then.
    await account.asRoot('iam', 'DetachUserPolicy', {
      UserName: `${name}-old`,
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    const { AccessKeyMetadata } = (await account.asRoot('iam', 'ListAccessKeys', { UserName: `${name}-old` })) as {
      AccessKeyMetadata: { AccessKeyId: string }[];
    };
    for (const { AccessKeyId } of AccessKeyMetadata)
      await account.asRoot('iam', 'DeleteAccessKey', { UserName: `${name}-old`, AccessKeyId });
    await account.asRoot('iam', 'DeleteUser', { UserName: `${name}-old` });
    for (const cookie of [before, switched]) {
      expect((await show(cookie)).status).toBe(403);
      expect((await post('/console/sessions/end', { session: mine.others[0] ?? '' }, cookie)).status).toBe(403);
      expect((await post('/console/sessions/end-all', {}, cookie)).status).toBe(403);
      expect((await post('/console/switch-role', { account: account.id, roleName: 'Doomed' }, cookie)).status).toBe(403);
    }
    expect([await isIn(now), await isIn(other)]).toEqual([true, true]);
    // A role that goes leads back to who one was.
    const inRole = cookieOf(await post('/console/switch-role', { account: account.id, roleName: 'Doomed' }, now));
    await account.asRoot('iam', 'DeleteRole', { RoleName: 'Doomed' });
    const back = cookieOf(await post('/console/switch-back', {}, inRole));
    expect(await isIn(back)).toBe(true);
    const { store } = stage.server.installation;
    await store.write(async (writer) => {
      const row = await writer.get(accounts, [account.id]);
      if (row) await writer.update(accounts, { ...row, status: 'SUSPENDED' });
    });
    expect((await show(back)).status).toBe(403);
    await store.write(async (writer) => {
      const row = await writer.get(accounts, [account.id]);
      if (row) await writer.update(accounts, { ...row, status: 'ACTIVE' });
    });
    expect(await isIn(back)).toBe(true);
  });

  it('end everywhere at once, those that have switched to a role too', async () => {
    const name = await newUser();
    const trust = policy({ Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole' });
    await account.asRoot('iam', 'CreateRole', { RoleName: 'Reader', AssumeRolePolicyDocument: JSON.stringify(trust) });
    const [first, second] = [await signIn(name), await signIn(name)];
    const switched = cookieOf(await post('/console/switch-role', { account: account.id, roleName: 'Reader' }, second));
    expect((await show(first)).text).toContain(`assumed-role/Reader/${name}`);
    const answer = await post('/console/sessions/end-all', {}, first);
    expect([answer.status, answer.headers.get('location'), cookieOf(answer)]).toEqual([303, '/console/', '__Host-sagegate-session=']);
    expect([await isIn(first), await isIn(switched)]).toEqual([false, false]);
  });

  it('that have ended by themselves are not shown', async () => {
    const name = await newUser();
    await signIn(name);
    stage.server.clock.advance(4 * 3600_000);
    expect((await show(await signIn(name))).others).toEqual([]);
  });

  it('C13: end by our own pages only', async () => {
    const cookie = await signIn(await newUser());
    expect((await post('/console/sessions/end-all', {}, cookie, { origin: 'https://evil.example' })).status).toBe(403);
    await stage.get('/console/sessions/end-all', { cookie });
    expect(await isIn(cookie)).toBe(true);
  });

  it.each([
    [FIREFOX, 'Firefox on Linux'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605', 'Safari on macOS'],
    ['curl/8.5', 'Unknown device'],
    ['', 'Unknown device'],
  ])('%s is %s', (agent, device) => {
    expect(deviceOf(agent)).toBe(device);
  });
});

describeWith('chromium', isChromiumHere, 'the page of sessions', () => {
  it.each([
    { width: 1280, dark: false },
    { width: 360, dark: true },
  ])('ends another session, and all: %o', async (look) => {
    const browser = await startBrowser();
    const name = await newUser();
    const other = await signIn(name);
    const page = await (await browser.open(look)).newPage();
    await page.goto(`${stage.origin}/signin?account=${account.id}`);
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.goto(`${stage.origin}/console/sessions`);
    await expectGoodPage(page, `sessions-${look.width}`);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await page.getByRole('button', { name: 'End the session of Firefox on Linux at 127.0.0.1' }).click();
    await page.getByText('Firefox on Linux').waitFor({ state: 'detached' });
    expect(await isIn(other)).toBe(false);
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
    await browser.close();
  });
});
