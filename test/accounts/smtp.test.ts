import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smtpChannel } from '../../src/server/smtp.ts';

/** What a real mail server was given. */
let received: { from: string; to: string[]; raw: string; user: string | undefined }[];
let server: SMTPServer;
let url: string;

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _, done) =>
      password === 'p@ss word' ? done(null, { user: username ?? '' }) : done(new Error('Invalid username or password')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((each) => each.address),
          raw: Buffer.concat(chunks).toString('utf8'),
          user: session.user,
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `127.0.0.1:${(server.server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
beforeEach(() => {
  received = [];
});

const message = { to: 'owner+x@example.com', subject: 'Your code', text: 'The code is 123456.\n' };

it('hands a mail to a mail server', async () => {
  await smtpChannel({ url: `smtp://${url}`, from: 'no-reply@example.com' }).sendMail(message);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({ from: 'no-reply@example.com', to: ['owner+x@example.com'], user: undefined });
  const raw = received[0]?.raw ?? '';
  expect(raw).toMatch(/^From: Sagegate <no-reply@example\.com>\r$/m);
  expect(raw).toMatch(/^To: owner\+x@example\.com\r$/m);
  expect(raw).toMatch(/^Subject: Your code\r$/m);
  expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(raw).toContain('\r\n\r\nThe code is 123456.');
});

it('signs in where the server asks for it', async () => {
  await smtpChannel({ url: `smtp://mailer:p%40ss%20word@${url}`, from: 'no-reply@example.com' }).sendMail(message);
  expect(received[0]).toMatchObject({ user: 'mailer' });
  await expect(smtpChannel({ url: `smtp://mailer:wrong@${url}`, from: 'no-reply@example.com' }).sendMail(message)).rejects.toThrow();
});

describe('C06 address and header injection', () => {
  it.each([
    'a@example.com, b@example.com',
    'a@example.com\r\nRCPT TO:<b@example.com>',
    'a@example.com>\r\nDATA',
    '"b@evil.example a"@example.com',
    'Owner <a@example.com>',
    'a@example.com (b@evil.example)',
  ])('sends nothing to %j', async (to) => {
    await expect(smtpChannel({ url: `smtp://${url}`, from: 'no-reply@example.com' }).sendMail({ ...message, to })).rejects.toThrow(
      'not one plain address',
    );
    expect(received).toEqual([]);
  });

  it('lets a subject with line ends add no header', async () => {
    const subject = 'x\r\nBcc: b@evil.example\r\n\r\nbody';
    await smtpChannel({ url: `smtp://${url}`, from: 'no-reply@example.com' }).sendMail({ ...message, subject });
    expect(received[0]?.to).toEqual(['owner+x@example.com']);
    expect(received[0]?.raw).not.toMatch(/^Bcc:/im);
  });
});

describe('settings that will not do', () => {
  it.each([
    ['http://example.com', 'no-reply@example.com', 'smtp://host:port'],
    ['smtp:', 'no-reply@example.com', 'smtp://host:port'],
    ['mail.example.com', 'no-reply@example.com', 'smtp://host:port'],
    ['smtp://example.com', 'Sagegate <no-reply@example.com>', 'one plain address'],
  ])('%s from %s', (bad, from, sentence) => expect(() => smtpChannel({ url: bad, from })).toThrow(sentence));

  it('do not repeat a password', () => {
    expect(() => smtpChannel({ url: 'ftp://user:hunter2@host', from: 'a@example.com' })).toThrow(/^((?!hunter2).)*$/);
  });
});

it('sends nothing in the clear to another machine', async () => {
  // An address that leads here but does not look it: TLS is insisted on, and this server has none.
  const channel = smtpChannel({ url: `smtp://${url.replace('127.0.0.1', '0.0.0.0')}`, from: 'no-reply@example.com' });
  await expect(channel.sendMail(message)).rejects.toThrow(/STARTTLS/);
  expect(received).toEqual([]);
});
