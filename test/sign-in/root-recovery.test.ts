import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countMfaDevices } from '../../src/authentication/mfa.ts';
import { ConsoleSessions } from '../../src/server/sign-in/console-session.ts';
import { type Account, accounts, rootPasswordResets } from '../../src/store/tables/account.ts';
import { fidoDevices } from '../../src/store/tables/iam.ts';
import type { TestAccount } from '../harness.ts';
import { cookieOf, openSignIn, type SignInStage } from './stage.ts';

const OLD = 'Battery-Staple-7';
const NEW = 'Correct-Horse-9';
const WRONG_CODE = 'The code is not right, or its time is over. Ask for a new one.';

let stage: SignInStage;
beforeAll(async () => {
  stage = await openSignIn();
});
afterEach(() => stage.server.clock.reset());
afterAll(async () => {
  expect(stage.server.errors).toEqual([]);
  await stage.close();
});

const emailOf = ({ id }: TestAccount): string => `root@${id}.example.com`;

/** An account whose root user is as `more` says; with a password, if it says nothing. */
async function accountWith(more?: Partial<Account>): Promise<TestAccount> {
  const account = await stage.server.account();
  const { store, passwords } = stage.server.installation;
  const changes = more ?? { rootPasswordHash: await passwords.hash(OLD) };
  await store.write(async (writer) => {
    const row = await writer.get(accounts, [account.id]);
    if (row) await writer.update(accounts, { ...row, ...changes });
  });
  return account;
}

/** What a page says, and the secret by which it goes on. */
async function read(response: Response) {
  const text = await response.text();
  return {
    status: response.status,
    alert: /role="alert">([^<]*)</.exec(text)?.[1],
    reset: /name="reset" value="([\w-]+)"/.exec(text)?.[1] ?? '',
    title: /<h1>([^<]*)</.exec(text)?.[1],
    leadsToOutbox: text.includes('href="/_sagegate/outbox"'),
  };
}

const mailsTo = (email: string) => stage.outbox.list().filter(({ to }) => to === email);

/** Asks for a code. What the page says, and the code that was mailed. */
async function ask(email: string) {
  const before = mailsTo(email).length;
  const page = await read(await stage.post('/signin/root/password', { email }));
  const mails = mailsTo(email);
  const [mail] = mails;
  return { ...page, code: mails.length > before ? (/ (\d{6})\./.exec(mail?.text ?? '')?.[1] ?? '') : undefined };
}

const set = (reset: string, code: string, password = NEW, more: Record<string, string> = {}) =>
  stage.post('/signin/root/new-password', { reset, code, new: password, again: password, ...more });
const signIn = (account: TestAccount, password: string) => stage.post('/signin/root', { email: emailOf(account), password });

describe('the root user comes to a new password', () => {
  it('by a code in its mailbox, and is in', async () => {
    const account = await accountWith();
    const sessions = () => new ConsoleSessions(stage.server.installation).ofPerson({ personId: account.id });
    await signIn(account, OLD);
    const before = await sessions();
    expect(before).toHaveLength(1);
    const { reset, code = '', title, leadsToOutbox } = await ask(emailOf(account));
    expect(title).toBe('A new password for the root user');
    expect(leadsToOutbox).toBe(true);
    const answer = await set(reset, `${code.slice(0, 3)} ${code.slice(3)}`, NEW, { destination: '/console/iam' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/console/iam']);
    expect(cookieOf(answer)).toMatch(/^__Host-sagegate-session=/);
    // C12: whoever was in by the old one is out.
    const after = await sessions();
    expect(after).toHaveLength(1);
    expect(after[0]?.sessionId).not.toBe(before[0]?.sessionId);
    expect((await signIn(account, OLD)).status).toBe(403);
    expect((await signIn(account, NEW)).status).toBe(303);
    expect(stage.server.audit.list(5).map(({ operation }) => operation)).toContain('PasswordRecoveryCompleted');
  });

  it('C05: mails a code and no link', async () => {
    const account = await accountWith();
    await ask(emailOf(account));
    expect(mailsTo(emailOf(account))[0]?.text).not.toMatch(/https?:|localhost|127\.0/);
  });

  it('C10: and proves its second factor afterwards', async () => {
    const account = await accountWith();
    const { store, clock } = stage.server.installation;
    const device = { accountId: account.id, serialNumber: `arn:aws:iam::${account.id}:u2f/root-account/key`, userId: account.id };
    const key = { credentialId: account.id, rpId: 'localhost', algorithm: -7, publicKey: {}, signCount: 0, enabledAt: clock.now() };
    await store.write((writer) => writer.insert(fidoDevices, { ...device, ...key }));
    expect(await countMfaDevices(store, account.id)).toBe(1);
    const { reset, code = '' } = await ask(emailOf(account));
    const answer = await set(reset, code);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
    expect((await read(answer)).title).toBe('Multi-factor authentication');
  });

  it('C03: says the same where there is no root user, or none that may have a password', async () => {
    const known = await accountWith();
    const without = await accountWith({});
    const suspended = await accountWith({ rootPasswordHash: 'x', status: 'SUSPENDED' });
    const answers = [];
    for (const email of [emailOf(known), emailOf(without), emailOf(suspended), 'nobody@example.com', 'x'.repeat(400)]) {
      const { code, reset, ...page } = await ask(email);
      expect(reset).toMatch(/^[\w-]{43}$/);
      answers.push(page);
      if (email === emailOf(known)) expect(code).toMatch(/^\d{6}$/);
      else {
        expect(code).toBeUndefined();
        expect(await read(await set(reset, '123456'))).toMatchObject({ status: 403, alert: WRONG_CODE });
      }
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('where it has none yet, once it may', async () => {
    const account = await accountWith({ rootPasswordAllowedAt: 1 });
    const { reset, code = '' } = await ask(emailOf(account));
    expect((await set(reset, code)).status).toBe(303);
    expect((await signIn(account, NEW)).status).toBe(303);
  });

  it('but not when a session of AssumeRoot has taken it away meanwhile', async () => {
    const account = await accountWith();
    const { reset, code = '' } = await ask(emailOf(account));
    const { store } = stage.server.installation;
    await store.write(async (writer) => {
      const row = await writer.get(accounts, [account.id]);
      if (!row) return;
      const { rootPasswordHash, ...rest } = row;
      await writer.update(accounts, rest);
    });
    expect(await read(await set(reset, code))).toMatchObject({ status: 403, alert: WRONG_CODE });
  });

  it('C01: with five tries of a code, for ten minutes, once', async () => {
    const account = await accountWith();
    const guessed = await ask(emailOf(account));
    const wrong = guessed.code === '000000' ? '000001' : '000000';
    for (let i = 0; i < 5; i++) expect(await read(await set(guessed.reset, wrong))).toMatchObject({ status: 403, alert: WRONG_CODE });
    expect(await read(await set(guessed.reset, guessed.code ?? ''))).toMatchObject({ status: 403, alert: WRONG_CODE });

    const late = await ask(emailOf(account));
    stage.server.clock.advance(10 * 60_000);
    expect(await read(await set(late.reset, late.code ?? ''))).toMatchObject({ status: 403, alert: WRONG_CODE });

    const once = await ask(emailOf(account));
    // C02: nor with the secret of another page.
    expect(await read(await set(late.reset, once.code ?? ''))).toMatchObject({ status: 403, alert: WRONG_CODE });
    expect((await set(once.reset, once.code ?? '')).status).toBe(303);
    expect(await read(await set(once.reset, once.code ?? '', 'Another-One-3'))).toMatchObject({ status: 403, alert: WRONG_CODE });
  });

  it('that keeps the rules, typed twice the same', async () => {
    const account = await accountWith();
    const { reset, code = '' } = await ask(emailOf(account));
    expect(await read(await set(reset, code, 'short'))).toMatchObject({
      status: 400,
      alert: expect.stringMatching(/^Password should have a minimum length of 8, /),
      reset,
    });
    expect(await read(await set(reset, code, NEW, { again: OLD }))).toMatchObject({ alert: 'The two new passwords differ.', reset });
    expect((await set(reset, code)).status).toBe(303);
  });

  it('C04: is mailed five times an hour at most', async () => {
    const account = await accountWith();
    for (let i = 0; i < 5; i++) expect((await ask(emailOf(account))).code).toMatch(/^\d{6}$/);
    expect(await ask(emailOf(account))).toMatchObject({
      status: 429,
      alert: 'There were too many attempts. Wait a while, and try again.',
      code: undefined,
    });
    stage.server.clock.advance(3600_000);
    expect((await ask(emailOf(account))).code).toMatch(/^\d{6}$/);
    // What is over is swept away.
    const { store } = stage.server.installation;
    const rows = await store.list(rootPasswordResets, { prefix: [] });
    expect(rows.every(({ expiresAt }) => expiresAt > stage.server.clock.now())).toBe(true);
  });

  it('C13: not from another site', async () => {
    const response = await stage.post('/signin/root/password', { email: 'a@example.com' }, { 'sec-fetch-site': 'cross-site' });
    expect(response.status).toBe(403);
  });
});
