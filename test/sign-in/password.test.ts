import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { joinHeaders } from '../../src/server/listener.ts';
import { ConsoleSessions } from '../../src/server/sign-in/console-session.ts';
import { accounts } from '../../src/store/tables/account.ts';
import { type Credentials, clientConfig, policy, type TestAccount } from '../harness.ts';
import { cookieOf, openSignIn, type SignInStage } from './stage.ts';

const PASSWORD = 'Correct-Horse-9';
const ROOT_PASSWORD = 'Battery-Staple-7';
const WRONG = 'Your authentication information is incorrect. Please try again.';

let stage: SignInStage;
let account: TestAccount;

beforeAll(async () => {
  stage = await openSignIn();
  account = await stage.server.account();
  const { store, passwords } = stage.server.installation;
  const rootPasswordHash = await passwords.hash(ROOT_PASSWORD);
  await store.write(async (writer) => {
    const row = await writer.get(accounts, [account.id]);
    if (row) await writer.update(accounts, { ...row, rootPasswordHash });
  });
  await account.asRoot('iam', 'CreateAccountAlias', { AccountAlias: 'example-corp' });
});
afterEach(() => stage.server.clock.reset());
afterAll(async () => {
  expect(stage.server.errors).toEqual([]);
  await stage.close();
});

let count = 0;
/** A user with a password; its name. */
async function userWithPassword(more: { reset?: boolean; managed?: string[] } = {}): Promise<string> {
  const name = `user-${++count}`;
  await account.user(name, { managed: more.managed ?? [] });
  await account.asRoot('iam', 'CreateLoginProfile', { UserName: name, Password: PASSWORD, PasswordResetRequired: more.reset ?? false });
  return name;
}

const signIn = (username: string, password = PASSWORD, more: Record<string, string> = {}) =>
  stage.post('/signin', { account: account.id, username, password, ...more });

function sessionOf(response: Response) {
  const rawHeaders = ['Host', 'localhost', 'Cookie', cookieOf(response)];
  const request = {
    method: 'GET',
    target: '/',
    rawHeaders,
    headers: joinHeaders(rawHeaders),
    body: new Uint8Array(),
    remoteAddress: '127.0.0.1',
    secure: false,
  };
  return new ConsoleSessions(stage.server.installation).find(request);
}

/** Who the session behind an answer's cookie is, asked of STS. */
async function whoIs(response: Response): Promise<string | undefined> {
  const session = await sessionOf(response);
  if (!session) return undefined;
  const config = {
    ...clientConfig(stage.server, session.credentials as Credentials),
    systemClockOffset: stage.server.clock.now() - Date.now(),
  };
  return (await new STSClient(config).send(new GetCallerIdentityCommand({}))).Arn;
}

/** Status, what is wrong, and the step a page holds. */
async function read(response: Response) {
  const text = await response.text();
  return {
    status: response.status,
    alert: /role="alert">([^<]*)</.exec(text)?.[1],
    step: /name="step" value="([\w-]+)"/.exec(text)?.[1] ?? '',
    title: /<h1>([^<]*)</.exec(text)?.[1],
    cookie: response.headers.get('set-cookie'),
  };
}

async function deviceOf(name: string): Promise<() => string> {
  const { VirtualMFADevice } = (await account.asRoot('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: name })) as {
    VirtualMFADevice: { SerialNumber: string; Base32StringSeed: Uint8Array };
  };
  const totp = new TOTP({ secret: Buffer.from(VirtualMFADevice.Base32StringSeed).toString('utf8') });
  const at = (offset: number): string => totp.generate({ timestamp: stage.server.clock.now() + offset });
  await account.asRoot('iam', 'EnableMFADevice', {
    UserName: name,
    SerialNumber: VirtualMFADevice.SerialNumber,
    AuthenticationCode1: at(-60_000),
    AuthenticationCode2: at(-30_000),
  });
  return () => at(0);
}

describe('an IAM user signs in', () => {
  it('by account id or alias, name in any case, to where it wanted', async () => {
    const name = await userWithPassword();
    const response = await signIn(name, PASSWORD, { destination: '/console/iam' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/console/iam']);
    expect(await whoIs(response)).toBe(`arn:aws:iam::${account.id}:user/${name}`);
    expect(
      await whoIs(await stage.post('/signin', { account: 'Example-Corp', username: name.toUpperCase(), password: PASSWORD })),
    ).toContain(name);
  });

  it('with what its policies allow and nothing more, IAM too; and the use of its password is written down', async () => {
    const name = await userWithPassword({ managed: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'] });
    const session = await sessionOf(await signIn(name));
    const { IAM } = await import('@aws-sdk/client-iam');
    const iam = new IAM(clientConfig(stage.server, session?.credentials as Credentials));
    expect((await iam.getUser({ UserName: name })).User?.PasswordLastUsed).toBeInstanceOf(Date);
    await expect(iam.createUser({ UserName: 'x' })).rejects.toThrow('because no identity-based policy allows the iam:CreateUser action');
  });

  it('C10: with a code of its device when it has one, and not before', async () => {
    const name = await userWithPassword();
    const code = await deviceOf(name);
    const asked = await read(await signIn(name));
    expect(asked).toMatchObject({ status: 200, title: 'Multi-factor authentication', cookie: null });
    expect(await read(await stage.post('/signin/mfa', { step: asked.step, code: '000000' }))).toMatchObject({
      status: 403,
      alert: 'The code is not right, or was used before. Wait for the next one.',
      cookie: null,
      step: asked.step,
    });
    // The form of another step does not get round it.
    expect(
      await read(await stage.post('/signin/password', { step: asked.step, old: PASSWORD, new: 'New-Password-1', again: 'New-Password-1' })),
    ).toMatchObject({
      title: 'Multi-factor authentication',
      cookie: null,
    });
    const now = code();
    const response = await stage.post('/signin/mfa', { step: asked.step, code: now });
    expect(await whoIs(response)).toContain(name);
    const credentials = (await sessionOf(response))?.credentials;
    expect((await stage.server.authenticator.callerOf(credentials as Credentials))?.mfaAt).toBeTypeOf('number');
    // C09: the same code a second time, by another sign-in.
    const again = await read(await signIn(name));
    expect(await read(await stage.post('/signin/mfa', { step: again.step, code: now }))).toMatchObject({ status: 403, cookie: null });
  });

  it('C19: after changing a password that must be changed, by ChangePassword and its rules', async () => {
    const name = await userWithPassword({ reset: true, managed: ['arn:aws:iam::aws:policy/IAMUserChangePassword'] });
    const asked = await read(await signIn(name));
    expect(asked).toMatchObject({ status: 200, title: 'Your password must be changed', cookie: null });
    const change = (fields: Record<string, string>) =>
      stage.post('/signin/password', { step: asked.step, old: PASSWORD, new: 'Other-Horse-8', again: 'Other-Horse-8', ...fields });
    expect((await read(await change({ again: 'x' }))).alert).toBe('The two new passwords differ.');
    expect((await read(await change({ old: 'x' }))).alert).toBe('The old password was incorrect.');
    expect((await read(await change({ new: 'short', again: 'short' }))).alert).toContain('Password should have a minimum length of 8');
    const response = await change({});
    expect(await whoIs(response)).toContain(name);
    expect((await read(await signIn(name))).status).toBe(403);
    expect(await whoIs(await signIn(name, 'Other-Horse-8'))).toContain(name);
  });

  it('C19: not when it may not change it, nor when it has expired for good', async () => {
    const name = await userWithPassword({ reset: true });
    const asked = await read(await signIn(name));
    const denied = await read(
      await stage.post('/signin/password', { step: asked.step, old: PASSWORD, new: 'Other-Horse-8', again: 'Other-Horse-8' }),
    );
    expect(denied).toMatchObject({ status: 403, alert: expect.stringContaining('iam:ChangePassword') });
    const other = await userWithPassword();
    await account.asRoot('iam', 'UpdateAccountPasswordPolicy', { MinimumPasswordLength: 8, MaxPasswordAge: 30, HardExpiry: true });
    stage.server.clock.advance(30 * 86_400_000);
    expect(await read(await signIn(other))).toMatchObject({
      status: 403,
      alert: 'Your password has expired. Your administrator must set another.',
    });
    await account.asRoot('iam', 'UpdateAccountPasswordPolicy', { MinimumPasswordLength: 8, MaxPasswordAge: 30 });
    expect((await read(await signIn(other))).title).toBe('Your password must be changed');
    await account.asRoot('iam', 'DeleteAccountPasswordPolicy', {});
  });

  it('at the address that AWS gives: ALIAS.signin.aws.amazon.com fills in the account', async () => {
    const { request } = await import('node:http');
    const text = await new Promise<string>((resolve, reject) => {
      request(`${stage.server.url}/signin`, { headers: { host: 'example-corp.signin.aws.amazon.com' } }, (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });
    expect(text).toContain('name="account" type="text" value="example-corp"');
  });
});

describe('the root user signs in', () => {
  it('by e-mail address, and is told what root is for', async () => {
    const response = await stage.post('/signin/root', { email: `ROOT@${account.id}.example.com`, password: ROOT_PASSWORD });
    expect(await whoIs(response)).toBe(`arn:aws:iam::${account.id}:root`);
    expect(await (await stage.get('/console/', { cookie: cookieOf(response) })).text()).toContain('Do not use it for daily work');
    expect((await stage.server.installation.store.get(accounts, [account.id]))?.rootPasswordLastUsed).toBeTypeOf('number');
  });

  it('not by another password, nor when the account is closed', async () => {
    const email = `root@${account.id}.example.com`;
    expect(await read(await stage.post('/signin/root', { email, password: PASSWORD }))).toMatchObject({
      status: 403,
      alert: WRONG,
      cookie: null,
    });
    const { store, passwords } = stage.server.installation;
    const closed = await stage.server.account();
    const hash = await passwords.hash(ROOT_PASSWORD);
    await store.write(async (writer) => {
      const row = await writer.get(accounts, [closed.id]);
      if (row) await writer.update(accounts, { ...row, rootPasswordHash: hash, status: 'CLOSED' });
    });
    expect((await read(await stage.post('/signin/root', { email: `root@${closed.id}.example.com`, password: ROOT_PASSWORD }))).alert).toBe(
      WRONG,
    );
  });
});

describe('strangers', () => {
  it('C03: are told one thing, whatever is wrong', async () => {
    const name = await userWithPassword();
    await account.user('without-password');
    for (const fields of [
      { account: account.id, username: name, password: 'guess' },
      { account: account.id, username: 'nobody', password: PASSWORD },
      { account: account.id, username: 'without-password', password: PASSWORD },
      { account: '999999999999', username: name, password: PASSWORD },
      { account: 'no-such-alias', username: name, password: PASSWORD },
      { account: '', username: '', password: '' },
      { account: account.id, username: name, password: 'x'.repeat(300) },
      { account: account.id, username: name, password: `${PASSWORD}\0` },
    ])
      expect([fields.username, await read(await stage.post('/signin', fields))]).toEqual([
        fields.username,
        { status: 403, alert: WRONG, cookie: null, step: '', title: 'Sign in as IAM user' },
      ]);
  });

  it('C07: are counted by name, whatever it is called: alias, id, case', async () => {
    const name = await userWithPassword();
    for (let i = 0; i < 10; i++)
      await stage.post('/signin', {
        account: i % 2 ? account.id : 'example-corp',
        username: i % 3 ? name : name.toUpperCase(),
        password: 'guess',
      });
    expect(await read(await signIn(name))).toMatchObject({ status: 429, alert: 'Too many attempts. Try again in 15 minutes.' });
    stage.server.clock.advance(15 * 60_000);
    expect(await whoIs(await signIn(name))).toContain(name);
  });

  it('C08: cannot guess codes for long', async () => {
    const name = await userWithPassword();
    const code = await deviceOf(name);
    const { step } = await read(await signIn(name));
    for (let i = 0; i < 12; i++) await stage.post('/signin/mfa', { step, code: String(100_000 + i) });
    expect(await read(await stage.post('/signin/mfa', { step, code: code() }))).toMatchObject({ status: 403, cookie: null });
  });

  it('C12: cannot go on with a step that is late, altered, or begun before the password changed', async () => {
    const name = await userWithPassword();
    await deviceOf(name);
    const { step } = await read(await signIn(name));
    const lost = async (text: string) => (await read(await stage.post('/signin/mfa', { step: text, code: '123456' }))).title;
    for (const text of ['', 'x', `${step.slice(0, -2)}AA`]) expect(await lost(text)).toBe('You are not signed in');
    await account.asRoot('iam', 'UpdateLoginProfile', { UserName: name, Password: 'Other-Horse-8' });
    expect(await read(await stage.post('/signin/mfa', { step, code: '123456' }))).toMatchObject({ status: 403, alert: WRONG });
    stage.server.clock.advance(600_000);
    expect(await lost(step)).toBe('You are not signed in');
  });

  it('C14: find what they typed as text', async () => {
    const text = await (await signIn('"><script>alert(1)</script>')).text();
    expect(text).not.toContain('<script');
    expect(text).not.toContain(PASSWORD);
  });
});

describe('C18: switching roles', () => {
  async function traveller() {
    const name = await userWithPassword();
    await account.asRoot('iam', 'PutUserPolicy', {
      UserName: name,
      PolicyName: 'assume',
      PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' })),
    });
    return { name, cookie: cookieOf(await signIn(name)) };
  }
  const makeRole = (name: string, path = '/') =>
    account.asRoot('iam', 'CreateRole', {
      RoleName: name,
      Path: path,
      AssumeRolePolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole' })),
    });

  it('goes there by a button, says whom one came from, and goes back', async () => {
    await makeRole('Auditor', '/team/');
    const { name, cookie } = await traveller();
    const link = await stage.get('/switchrole?account=example-corp&roleName=team/Auditor&displayName=Harmless&color=99BCE3', { cookie });
    const text = await link.text();
    expect(text).toContain('value="team/Auditor"');
    expect(text).not.toContain('Harmless');
    const there = await stage.post('/console/switch-role', { account: 'example-corp', roleName: 'team/Auditor' }, { cookie });
    expect(there.status).toBe(303);
    expect(await whoIs(there)).toBe(`arn:aws:sts::${account.id}:assumed-role/Auditor/${name}`);
    const home = await (await stage.get('/console/', { cookie: cookieOf(there) })).text();
    expect(home).toContain(`Switched from</dt><dd><code>arn:aws:iam::${account.id}:user/${name}`);
    const back = await stage.post('/console/switch-back', {}, { cookie: cookieOf(there) });
    expect(await whoIs(back)).toBe(`arn:aws:iam::${account.id}:user/${name}`);
    expect(await sessionOf(there)).toBeUndefined();
  });

  it('is decided by AssumeRole, and not for root, strangers or other sites', async () => {
    await makeRole('Closed');
    await account.asRoot('iam', 'UpdateAssumeRolePolicy', {
      RoleName: 'Closed',
      PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' })),
    });
    const { cookie } = await traveller();
    const to = (fields: Record<string, string>, headers: Record<string, string> = { cookie }) =>
      stage.post('/console/switch-role', fields, headers);
    expect((await read(await to({ account: account.id, roleName: 'Closed' }))).alert).toContain(
      'is not authorized to perform: sts:AssumeRole',
    );
    expect((await read(await to({ account: '999999999999', roleName: 'Nobody' }))).alert).toContain(
      'is not authorized to perform: sts:AssumeRole',
    );
    for (const roleName of ['', 'a*', '../x?', 'x'.repeat(700)])
      expect((await read(await to({ account: account.id, roleName }))).status).toBe(400);
    expect((await to({ account: account.id, roleName: 'Closed' }, {})).status).toBe(403);
    expect((await to({ account: account.id, roleName: 'Closed' }, { cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect((await stage.post('/console/switch-back', {}, { cookie })).status).toBe(400);
    const root = cookieOf(await stage.post('/signin/root', { email: `root@${account.id}.example.com`, password: ROOT_PASSWORD }));
    await makeRole('Open');
    expect((await read(await to({ account: account.id, roleName: 'Open' }, { cookie: root }))).alert).toBe(
      'Roles may not be assumed by root accounts.',
    );
  });
});

describe('the account that a browser remembers', () => {
  const setCookies = (response: Response): string[] => response.headers.getSetCookie();
  const memory = '__Host-sagegate-account';

  it('is set beside the session where somebody asks for it, shown by the next sign-in page, and forgotten again', async () => {
    const name = await userWithPassword();
    const post = (more: Record<string, string>, headers = {}) =>
      stage.post('/signin', { account: 'example-corp', username: name, password: PASSWORD, ...more }, headers);
    expect(setCookies(await post({})).some((cookie) => cookie.startsWith(memory))).toBe(false);
    const cookies = setCookies(await post({ remember: 'yes' }));
    expect(cookies).toHaveLength(2);
    expect(cookies[0]).toMatch(/^__Host-sagegate-session=/);
    expect(cookies[1]).toBe(`${memory}=example-corp; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000`);
    const page = async (path: string, cookie: string) => (await stage.get(path, { cookie })).text();
    const shown = await page('/signin', `${memory}=example-corp`);
    expect(shown).toContain('name="account" type="text" value="example-corp"');
    expect(shown).toContain('name="remember" type="checkbox" value="yes" checked');
    expect(await page('/signin?account=other-corp', `${memory}=example-corp`)).toContain('value="other-corp"');
    const forgotten = setCookies(await post({}, { cookie: `${memory}=example-corp` }));
    expect(forgotten[1]).toBe(`${memory}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`);
  });

  it('C15: is no account but one, and nothing that is not one', async () => {
    for (const cookie of [`${memory}="><script>`, `${memory}=a; ${memory}=b`, `${memory}=${'a'.repeat(64)}`, `${memory}=`]) {
      const text = await (await stage.get('/signin', { cookie })).text();
      expect(text).toContain('name="account" type="text" value=""');
      expect(text).not.toContain('checked');
    }
  });

  it('is not set by a password that is wrong', async () => {
    const name = await userWithPassword();
    const answer = await signIn(name, 'Wrong-Horse-9', { remember: 'yes' });
    expect(setCookies(answer)).toEqual([]);
    expect(await answer.text()).toContain('type="checkbox" value="yes" checked');
  });
});
