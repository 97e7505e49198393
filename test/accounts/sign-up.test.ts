import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accounts, attempts, signUps as signUpRows } from '../../src/store/tables/account.ts';
import { subnets, vpcs } from '../../src/store/tables/ec2.ts';
import { CONTACT, openStage, otherCode, PASSWORD, SOURCE, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const MINUTE = 60_000;
const refusal = (code: string, message: string, status: number) => ({ code, message, status });
const WRONG = refusal('CodeMismatchException', 'The code is not right.', 400);

describe('the way from an address to an account', () => {
  it('takes code, password, contact, phone and code, and ends with an active account, its networks and nothing else', async () => {
    const { signUps, store, mails, messages } = stage;
    const { token, signUp } = await signUps.start('Owner@Example.com', 'example-corp', SOURCE);
    expect(signUp).toEqual({
      step: 'email',
      email: 'Owner@Example.com',
      accountName: 'example-corp',
      expiresAt: '2026-11-21T01:00:00.000Z',
      code: { by: 'email', sentTo: 'O•••@Example.com', expiresAt: '2026-11-21T00:10:00.000Z', triesLeft: 5 },
    });
    expect(mails).toMatchObject([{ to: 'Owner@Example.com', subject: 'Your Sagegate verification code' }]);

    expect(await signUps.confirmEmail(token, stage.mailedCode())).toMatchObject({ step: 'password' });
    expect(await signUps.choosePassword(token, PASSWORD)).toMatchObject({ step: 'contact' });
    expect(await signUps.giveContact(token, CONTACT)).toMatchObject({ step: 'phone' });
    expect(await signUps.verifyPhone(token, 'text', '+49 (30) 555-0123', SOURCE)).toMatchObject({
      step: 'phone',
      code: { by: 'text', sentTo: '+4•••••0123', triesLeft: 5 },
    });
    expect(messages).toMatchObject([{ to: '+49305550123', text: expect.stringMatching(/ is [0-9]{6}\./) }]);
    const done = await signUps.confirmPhone(token, stage.phonedCode());
    expect(done).toMatchObject({ step: 'complete', accountId: expect.stringMatching(/^[1-9][0-9]{11}$/) });
    expect(done.code).toBeUndefined();

    const account = await store.get(accounts, [done.accountId ?? '']);
    expect(account).toMatchObject({ name: 'example-corp', email: 'Owner@Example.com', status: 'ACTIVE', contact: CONTACT });
    expect(account?.alias).toBeUndefined();
    expect(await store.count(vpcs, { prefix: [] })).toBe(2);
    expect(await store.count(subnets, { prefix: [] })).toBe(9);
    expect(await store.get(signUpRows, [(await store.list(signUpRows, { prefix: [] }))[0]?.signUpId ?? ''])).not.toHaveProperty(
      'passwordHash',
    );
  });

  it.each([
    ['owner', 'The e-mail address must be one plain address, such as owner@example.com.'],
    ['owner@127.0.0.1', 'The e-mail address must be one plain address, such as owner@example.com.'],
    [`${'x'.repeat(65)}@example.com`, 'The e-mail address must be one plain address, such as owner@example.com.'],
  ])('refuses %s as an address', async (email, message) => {
    await expect(stage.signUps.start(email, 'x', SOURCE)).rejects.toMatchObject(refusal('ValidationException', message, 400));
  });

  it.each(['', 'x'.repeat(51), 'a<b>', 'über', 'a\nb', '\u001b[31mred'])('refuses %j as an account name', async (name) => {
    await expect(stage.signUps.start('owner@example.com', name, SOURCE)).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it.each([
    [{ ...CONTACT, FullName: undefined }, 'FullName is required.'],
    [{ ...CONTACT, City: '  ' }, 'City must be 1 to 50 characters of printable text.'],
    [{ ...CONTACT, CompanyName: 'x\u202egro' }, 'CompanyName must be 1 to 50 characters of printable text.'],
    [{ ...CONTACT, CountryCode: 'us' }, 'CountryCode must be a two-letter country code in capitals, such as US.'],
    [{ ...CONTACT, PhoneNumber: '2065550100' }, 'PhoneNumber must be in international form, such as +1 206 555 0100.'],
  ])('refuses contact details: %#', async (contact, message) => {
    const token = await stage.walkTo('contact');
    await expect(stage.signUps.giveContact(token, contact as typeof CONTACT)).rejects.toMatchObject(
      refusal('ValidationException', message, 400),
    );
    expect(await stage.signUps.show(token)).toMatchObject({ step: 'contact' });
  });

  it('holds the root password to the default password policy', async () => {
    const token = await stage.walkTo('password');
    await expect(stage.signUps.choosePassword(token, 'short')).rejects.toMatchObject({ code: 'PasswordPolicyViolationException' });
    await expect(stage.signUps.choosePassword(token, 'owner@example.com')).rejects.toMatchObject({
      code: 'PasswordPolicyViolationException',
    });
    expect(await stage.signUps.show(token)).toMatchObject({ step: 'password' });
  });

  it('hashes ten passwords at most for one sign-up', async () => {
    const token = await stage.walkTo('password');
    for (let i = 0; i < 10; i++) await expect(stage.signUps.choosePassword(token, 'short')).rejects.toMatchObject({ status: undefined });
    await expect(stage.signUps.choosePassword(token, PASSWORD)).rejects.toMatchObject({ status: 429 });
  });

  it('tells the operator, and not the visitor, why a message was not sent; asking again sends it', async () => {
    stage.broken.mail = true;
    const sent = stage.signUps.start('owner@example.com', 'x', SOURCE);
    await expect(sent).rejects.toMatchObject(
      refusal('ServiceUnavailableException', 'The code could not be sent. Ask for it again in a while.', 503),
    );
    expect(String(stage.errors[0])).toContain('mail.internal');
  });
});

describe('C01 guessing codes', () => {
  it.each(['email', 'phone'] as const)('gives five tries at a code sent by %s; then the right one is refused too', async (step) => {
    const token = await stage.walkTo(step);
    if (step === 'phone') await stage.signUps.verifyPhone(token, 'text', undefined, SOURCE);
    const right = step === 'email' ? stage.mailedCode() : stage.phonedCode();
    const confirm = (code: string) =>
      step === 'email' ? stage.signUps.confirmEmail(token, code) : stage.signUps.confirmPhone(token, code);
    for (let i = 0; i < 5; i++) await expect(confirm(otherCode(right))).rejects.toMatchObject(WRONG);
    await expect(confirm(right)).rejects.toMatchObject(refusal('LimitExceededException', 'Too many wrong codes. Ask for a new one.', 429));
    expect(await stage.signUps.show(token)).toMatchObject({ step, code: { triesLeft: 0 } });
  });

  it('lets fifty parallel guesses try no more than five', async () => {
    const token = await stage.walkTo('email');
    const right = Number(stage.mailedCode());
    const guesses = Array.from({ length: 50 }, (_, i) => String((right + 1 + i) % 1_000_000).padStart(6, '0'));
    const outcomes = await Promise.allSettled(guesses.map((guess) => stage.signUps.confirmEmail(token, guess)));
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'accepted'));
    expect(codes.filter((code) => code === 'CodeMismatchException')).toHaveLength(5);
    expect(codes.filter((code) => code === 'LimitExceededException')).toHaveLength(45);
  });

  it('ends a code after ten minutes', async () => {
    const token = await stage.walkTo('email');
    const code = stage.mailedCode();
    stage.clock.advance(10 * MINUTE);
    await expect(stage.signUps.confirmEmail(token, code)).rejects.toMatchObject(
      refusal('ExpiredCodeException', 'The code is no longer valid. Ask for a new one.', 400),
    );
  });

  it('counts new codes, so that asking for them gives no endless tries', async () => {
    await stage.close();
    stage = await openStage({ mailsByMailbox: { max: 1000, window: MINUTE } });
    const token = await stage.walkTo('email');
    for (let i = 0; i < 7; i++) await stage.signUps.resend(token, SOURCE);
    await expect(stage.signUps.resend(token, SOURCE)).rejects.toMatchObject({ code: 'LimitExceededException', status: 429 });
  });

  it('stores no code and no secret of a sign-up', async () => {
    const token = await stage.walkTo('email');
    const stored = JSON.stringify(await stage.store.list(signUpRows, { prefix: [] }));
    expect(stored).not.toContain(stage.mailedCode());
    expect(stored).not.toContain(token);
  });

  it.each(['12345', '1234567', '12345a', '', ' 12345', '１２３４５６'])('does not take %j for a code', async (code) => {
    const token = await stage.walkTo('email');
    await expect(stage.signUps.confirmEmail(token, code)).rejects.toMatchObject(
      refusal('ValidationException', 'The code has six digits.', 400),
    );
  });
});

describe('C02 codes and steps belong together', () => {
  it('refuses a code a second time', async () => {
    const token = await stage.walkTo('email');
    const code = stage.mailedCode();
    await stage.signUps.confirmEmail(token, code);
    await expect(stage.signUps.confirmEmail(token, code)).rejects.toMatchObject(
      refusal('ConflictException', 'This sign-up now waits for the root password.', 409),
    );
  });

  it('lets one of two tabs through with the same code', async () => {
    const token = await stage.walkTo('email');
    const outcomes = await Promise.allSettled([1, 2].map(() => stage.signUps.confirmEmail(token, stage.mailedCode())));
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses a code older than the resend, sent in the same millisecond', async () => {
    const token = await stage.walkTo('email');
    const older = stage.mailedCode();
    await stage.signUps.resend(token, SOURCE);
    if (older !== stage.mailedCode()) await expect(stage.signUps.confirmEmail(token, older)).rejects.toMatchObject(WRONG);
    await stage.signUps.confirmEmail(token, stage.mailedCode());
  });

  it("refuses another sign-up's code for the same address", async () => {
    const first = await stage.walkTo('email');
    const code = stage.mailedCode();
    const second = await stage.walkTo('email');
    if (code !== stage.mailedCode()) await expect(stage.signUps.confirmEmail(second, code)).rejects.toMatchObject(WRONG);
    await stage.signUps.confirmEmail(first, code);
  });

  it('refuses the code of one number for another', async () => {
    const token = await stage.walkTo('phone');
    await stage.signUps.verifyPhone(token, 'text', '+12065550100', SOURCE);
    const code = stage.phonedCode();
    await stage.signUps.verifyPhone(token, 'text', '+12065550199', SOURCE);
    if (code !== stage.phonedCode()) await expect(stage.signUps.confirmPhone(token, code)).rejects.toMatchObject(WRONG);
  });

  it('refuses a phone code before one was sent', async () => {
    const token = await stage.walkTo('phone');
    await expect(stage.signUps.confirmPhone(token, '123456')).rejects.toMatchObject({ code: 'ConflictException', status: 409 });
  });

  it.each([
    ['password', (token: string) => stage.signUps.choosePassword(token, PASSWORD)],
    ['contact', (token: string) => stage.signUps.giveContact(token, CONTACT)],
    ['phone', (token: string) => stage.signUps.verifyPhone(token, 'text', '+12065550100', SOURCE)],
    ['phone code', (token: string) => stage.signUps.confirmPhone(token, '123456')],
    ['first key', (token: string) => stage.signUps.claimFirstKey(token, PASSWORD)],
  ])('does not let the %s come before its turn', async (_, step) => {
    const token = await stage.walkTo('email');
    await expect(step(token)).rejects.toMatchObject({ code: 'ConflictException', status: 409 });
    expect(await stage.signUps.show(token)).toMatchObject({ step: 'email' });
  });

  it('knows no sign-up by an invented secret, by its stored id, or after its hour', async () => {
    const token = await stage.walkTo('email');
    const [row] = await stage.store.list(signUpRows, { prefix: [] });
    const missing = { code: 'ResourceNotFoundException', status: 404 };
    await expect(stage.signUps.show('x'.repeat(43))).rejects.toMatchObject(missing);
    await expect(stage.signUps.show(row?.signUpId ?? '')).rejects.toMatchObject(missing);
    stage.clock.advance(60 * MINUTE);
    await expect(stage.signUps.show(token)).rejects.toMatchObject(missing);
    await expect(stage.signUps.confirmEmail(token, '123456')).rejects.toMatchObject(missing);
  });
});

describe('C03 no enumeration', () => {
  beforeEach(() => stage.walkTo('complete', 'taken@example.com'));

  it('answers and mails alike whether or not the address has an account', async () => {
    const taken = await stage.signUps.start('Taken@example.com', 'x', SOURCE);
    const free = await stage.signUps.start('Other@example.com', 'x', SOURCE);
    const [a, b] = stage.mails.slice(-2).map(({ to, ...mail }) => JSON.stringify(mail).replace(/[0-9]{6}/, 'CODE'));
    expect(a).toBe(b);
    expect({ ...taken.signUp, email: '', code: { ...taken.signUp.code, sentTo: '' } }).toEqual({
      ...free.signUp,
      email: '',
      code: { ...free.signUp.code, sentTo: '' },
    });
    await expect(stage.signUps.confirmEmail(taken.token, otherCode('123456'))).rejects.toMatchObject({ code: 'CodeMismatchException' });
  });

  it('says that the address is used to who has read its mail, whatever its case', async () => {
    const { token } = await stage.signUps.start('TAKEN@Example.com', 'x', SOURCE);
    await expect(stage.signUps.confirmEmail(token, stage.mailedCode())).rejects.toMatchObject(
      refusal('ConflictException', 'This e-mail address has an account already. Sign in with it, or sign up with another address.', 409),
    );
  });

  it('lets the first of two sign-ups with one mailbox have the account', async () => {
    const [one, two] = [await stage.walkTo('phone', 'both@example.com'), await stage.walkTo('phone', 'both@example.com')];
    await stage.signUps.verifyPhone(one, 'text', undefined, SOURCE);
    const first = stage.phonedCode();
    await stage.signUps.verifyPhone(two, 'text', undefined, SOURCE);
    await stage.signUps.confirmPhone(two, stage.phonedCode());
    await expect(stage.signUps.confirmPhone(one, first)).rejects.toMatchObject({ code: 'ConflictException', status: 409 });
    expect(await stage.store.count(accounts, { prefix: [] })).toBe(2);
  });
});

describe('C04 toll fraud and mail bombs', () => {
  const tooMany = { code: 'ThrottlingException', status: 429, message: 'Too many attempts. Try again later.' };

  it('mails five codes an hour to one mailbox, whatever its case or +tag', async () => {
    for (let i = 0; i < 5; i++) await stage.signUps.start(`Victim+${i}@example.com`, 'x', `192.0.2.${i}`);
    await expect(stage.signUps.start('victim@EXAMPLE.com', 'x', '198.51.100.1')).rejects.toMatchObject(tooMany);
    expect(stage.mails).toHaveLength(5);
    stage.clock.advance(60 * MINUTE);
    await stage.signUps.start('victim@example.com', 'x', SOURCE);
  });

  it('takes twenty sign-ups an hour from one source', async () => {
    for (let i = 0; i < 20; i++) await stage.signUps.start(`user${i}@example.com`, 'x', SOURCE);
    await expect(stage.signUps.start('user@example.com', 'x', SOURCE)).rejects.toMatchObject(tooMany);
    await stage.signUps.start('user@example.com', 'x', '198.51.100.1');
  });

  it('calls one number five times a day, over all sign-ups', async () => {
    for (let i = 0; i < 5; i++) {
      const token = await stage.walkTo('phone', `user${i}@example.com`, `192.0.2.${i}`);
      await stage.signUps.verifyPhone(token, 'voice', '+12065550100', `192.0.2.${i}`);
    }
    const token = await stage.walkTo('phone', 'last@example.com', '198.51.100.1');
    await expect(stage.signUps.verifyPhone(token, 'voice', '+1 (206) 555-0100', '198.51.100.1')).rejects.toMatchObject(tooMany);
    await stage.signUps.verifyPhone(token, 'voice', '+442079460000', '198.51.100.1');
  });

  it('calls twenty numbers of one block a day', async () => {
    const sources = Array.from({ length: 21 }, (_, i) => `192.0.2.${i}`);
    for (const [i, source] of sources.slice(0, 20).entries()) {
      const token = await stage.walkTo('phone', `user${i}@example.com`, source);
      await stage.signUps.verifyPhone(token, 'text', `+88212345${String(i).padStart(4, '0')}`, source);
    }
    const token = await stage.walkTo('phone', 'last@example.com', '198.51.100.1');
    await expect(stage.signUps.verifyPhone(token, 'text', '+882123459999', '198.51.100.1')).rejects.toMatchObject(tooMany);
  });

  it.each(['12065550100', '+0123456789', '+1206', `+${'1'.repeat(16)}`, '+1206555;ext=1', '+1 206 555 0100\r\nBcc: x'])(
    'does not call %j',
    async (number) => {
      const token = await stage.walkTo('phone');
      await expect(stage.signUps.verifyPhone(token, 'text', number, SOURCE)).rejects.toMatchObject({
        code: 'ValidationException',
        status: 400,
      });
      expect(stage.messages).toEqual([]);
    },
  );

  it('keeps no counter longer than its window', async () => {
    for (let i = 0; i < 10; i++) await stage.signUps.start(`user${i}@example.com`, 'x', `192.0.2.${i}`);
    stage.clock.advance(60 * MINUTE);
    for (let i = 0; i < 3; i++) await stage.signUps.start('user@example.com', 'x', SOURCE);
    expect((await stage.store.list(attempts, { prefix: [] })).map((row) => row.subject).sort()).toEqual([
      'mail',
      'mail:user@example.com',
      `sign-up:${SOURCE}`,
    ]);
    expect(await stage.store.count(signUpRows, { prefix: [] })).toBe(3);
  });
});

describe('C06 one parsed mailbox', () => {
  it.each([
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com,b@example.com',
    'a@example.com;b@example.com',
    'Owner <a@example.com>',
    'a(comment)@example.com',
    '"a b"@example.com',
    '"a@evil.example"@example.com',
    'a@[192.0.2.1]',
    'a@example.com ',
    ' a@example.com',
    'a..b@example.com',
    '.a@example.com',
    'a@@example.com',
    'a@b@example.com',
    'a@example..com',
    'a@-example.com',
    'a@example.com\u0000',
    'ä@example.com',
    'a@exämple.com',
    '=?utf-8?q?a?=@example.com\t',
    'group:a@example.com',
  ])('refuses %j', async (email) => {
    await expect(stage.signUps.start(email, 'x', SOURCE)).rejects.toMatchObject({ code: 'ValidationException', status: 400 });
    expect(stage.mails).toEqual([]);
  });

  it('mails nothing that the visitor typed', async () => {
    await stage.signUps.start('a@example.com', 'Visit http://evil.example now', SOURCE);
    expect(stage.mails[0]?.text).not.toMatch(/evil|http/);
  });
});

describe('the first access key', () => {
  it('is for who knows the password, once, while the sign-up is remembered', async () => {
    const token = await stage.walkTo('complete');
    await expect(stage.signUps.claimFirstKey(token, 'Wrong-Horse-9-Battery')).rejects.toMatchObject({
      code: 'AccessDeniedException',
      status: 403,
    });
    expect(await stage.signUps.claimFirstKey(token, PASSWORD)).toMatchObject({ email: 'owner@example.com' });
    await expect(stage.signUps.claimFirstKey(token, PASSWORD)).rejects.toMatchObject({ code: 'ConflictException', status: 409 });
  });

  it('is given to one of two who ask at once', async () => {
    const token = await stage.walkTo('complete');
    const outcomes = await Promise.allSettled([1, 2].map(() => stage.signUps.claimFirstKey(token, PASSWORD)));
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('cannot be asked for later', async () => {
    const token = await stage.walkTo('complete');
    stage.clock.advance(15 * MINUTE);
    await expect(stage.signUps.claimFirstKey(token, PASSWORD)).rejects.toMatchObject({ status: 404 });
  });
});
