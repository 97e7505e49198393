import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemRandom } from '../../src/core/id.ts';
import { openPhone } from '../../src/server/phone/open-phone.ts';
import { twilioSignature } from '../../src/server/phone/twilio-phone.ts';
import { SPOKEN } from '../../src/services/accounts/code-message.ts';
import { freePort } from '../component.ts';
import { openPhoneStage, type PhoneStage } from './stage.ts';

const SID = `AC${'0'.repeat(32)}`;
const TOKEN = 'a-token-of-the-account';
const FROM = '+12065550199';

/** What the service was asked for over its REST API. */
interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly form: Record<string, string>;
}

let service: Server;
let stage: PhoneStage;
let callback: string;
const asked: Asked[] = [];
let status = 201;

/** Posts as the service does: to an address it was given, signed with the account's token. */
async function post(url: string, more: Record<string, string> = {}, signature?: string) {
  const form = { AccountSid: SID, CallSid: 'CA1', From: FROM, To: '+12065550100', CallStatus: 'in-progress', ...more };
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'X-Twilio-Signature': signature ?? twilioSignature(TOKEN, url, new Map(Object.entries(form))) },
    body: new URLSearchParams(form),
  });
  const text = await answer.text();
  return { status: answer.status, text, action: callback + (/ action="([^"]+)"/.exec(text)?.[1] ?? '') };
}

beforeAll(async () => {
  service = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(body));
      asked.push({ path: request.url ?? '', authorization: request.headers.authorization, form });
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(status === 201 ? { sid: `CA${asked.length}` } : { code: 21211, message: `${form.To} is not valid` }));
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const port = await freePort();
  callback = `http://127.0.0.1:${port}`;
  const url = `http://${SID}:${TOKEN}@127.0.0.1:${(service.address() as AddressInfo).port}`;
  stage = await openPhoneStage({ url, from: '+1 206 555 0199', callback }, port);
}, 60_000);
afterAll(async () => {
  await stage.close();
  await new Promise((resolve) => service.close(resolve));
});
beforeEach(() => {
  asked.length = 0;
  status = 201;
});

let numbers = 0;
/** A call to a number of its own. */
async function ring() {
  const at = await stage.begin(`owner${++numbers}@example.com`, `+1206555${1000 + numbers}`);
  const { code } = (await stage.post(`${at}/phone`, { channel: 'voice' })) as { code: { call: { digits: string } } };
  return { at, digits: code.call.digits, url: asked.at(-1)?.form.Url ?? '' };
}

describe('calls by a service that speaks as Twilio does', () => {
  it('are asked for with the account, answered with questions for digits, and end with the account', async () => {
    const { at, digits, url } = await ring();
    expect(asked).toEqual([
      {
        path: `/2010-04-01/Accounts/${SID}/Calls.json`,
        authorization: `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`,
        form: {
          To: '+12065551001',
          From: FROM,
          Url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/phone\/calls\/[\w-]{43}\.[0-9]+$/),
          Method: 'POST',
          StatusCallback: `${url}/status`,
          StatusCallbackMethod: 'POST',
          Timeout: '30',
          TimeLimit: '180',
        },
      },
    ]);
    expect(JSON.stringify(asked)).not.toContain(digits);
    const picked = await post(url);
    expect(picked.text).toContain(`<Gather input="dtmf" numDigits="6"`);
    expect(picked.text).toContain(`<Say>${SPOKEN.ask}</Say></Gather></Response>`);
    expect(picked.text).not.toContain(digits);
    expect((await stage.show(at)).code?.call?.state).toBe('answered');
    const wrong = await post(picked.action, { Digits: '12' });
    expect(wrong.text).toContain(SPOKEN.wrong);
    const right = await post(wrong.action, { Digits: digits });
    expect(right.text).toContain(`<Response><Say>${SPOKEN.right}</Say><Hangup/></Response>`);
    expect((await stage.show(at)).step).toBe('complete');
    expect((await post(`${url}/status`, { CallStatus: 'completed' })).status).toBe(200);
    expect((await stage.show(at)).step).toBe('complete');
  });

  it.each([
    ['busy', 'busy'],
    ['no-answer', 'unanswered'],
    ['canceled', 'unanswered'],
    ['failed', 'failed'],
    ['completed', 'hung up'],
    ['queued', 'ringing'],
    ['__proto__', 'ringing'],
  ])('that end as %s are %s', async (CallStatus, state) => {
    const { at, url } = await ring();
    expect(await post(`${url}/status`, { CallStatus })).toMatchObject({
      status: 200,
      text: expect.stringContaining('<Response></Response>'),
    });
    expect((await stage.show(at)).code?.call?.state).toBe(state);
  });

  it('are hung up when the same number is called anew, and worth nothing then', async () => {
    const { at, digits, url } = await ring();
    await stage.post(`${at}/resend`, {});
    expect(asked[1]).toMatchObject({ path: `/2010-04-01/Accounts/${SID}/Calls/CA1.json`, form: { Status: 'completed' } });
    expect(asked[2]?.path).toMatch(/Calls\.json$/);
    expect((await post(url)).text).toContain(SPOKEN.over);
    expect((await post(`${url}/digits?turn=0`, { Digits: digits })).text).toContain(SPOKEN.over);
    expect((await stage.show(at)).code).toMatchObject({ triesLeft: 5 });
  });

  it('and text messages: what is refused is told to the operator by its number, without the telephone', async () => {
    const at = await stage.begin('text@example.com', '+12065550123');
    await stage.post(`${at}/phone`, { channel: 'text' });
    expect(asked[0]?.form).toMatchObject({ To: '+12065550123', From: FROM, Body: expect.stringMatching(/code is [0-9]{6}\./) });
    const [code] = /[0-9]{6}/.exec(asked[0]?.form.Body ?? '') ?? [];
    status = 400;
    expect(await stage.post(`${at}/phone`, { channel: 'voice' })).toMatchObject({ __type: 'ServiceUnavailableException' });
    expect(String(stage.errors[0])).toMatch(/answers 400, error 21211 to Calls$/);
    expect((await stage.show(at)).code?.call?.state).toBe('failed');
    expect(await stage.post(`${at}/phone-code`, { code })).toMatchObject({ __type: 'ConflictException' });
    status = 201;
    await stage.post(`${at}/phone`, { channel: 'text' });
    const [again] = /[0-9]{6}/.exec(asked.at(-1)?.form.Body ?? '') ?? [];
    expect(await stage.post(`${at}/phone-code`, { code: again })).toMatchObject({ step: 'complete' });
  });
});

describe('C04 forged and replayed calls of the service', () => {
  it.each([
    ['nothing', ''],
    ['an invented signature', Buffer.alloc(20).toString('base64')],
    ['a signature with another token', 'other'],
    ['the signature of another address', 'elsewhere'],
    ['the signature of another form', 'form'],
  ])('signed with %s are refused, and change nothing', async (_, how) => {
    const { at, digits, url } = await ring();
    const form = new Map(
      Object.entries({ AccountSid: SID, CallSid: 'CA1', From: FROM, To: '+12065550100', CallStatus: 'in-progress', Digits: digits }),
    );
    const target = `${url}/digits?turn=0`;
    const signature =
      {
        other: twilioSignature('another-token', target, form),
        elsewhere: twilioSignature(TOKEN, url, form),
        form: twilioSignature(TOKEN, target, new Map()),
      }[how] ?? how;
    expect((await post(target, { Digits: digits }, signature)).status).toBe(403);
    expect(await stage.show(at)).toMatchObject({ step: 'phone', code: { triesLeft: 5, call: { state: 'ringing' } } });
  });

  it('of another account of the service are refused, though it has the token', async () => {
    const { at, digits, url } = await ring();
    expect((await post(`${url}/digits?turn=0`, { AccountSid: 'AC1', Digits: digits })).status).toBe(403);
    expect((await stage.show(at)).step).toBe('phone');
  });

  it('repeated take no further try', async () => {
    const { at, digits, url } = await ring();
    const wrong = digits === '000000' ? '000001' : '000000';
    expect((await post(`${url}/digits?turn=0`, { Digits: wrong })).text).toContain(SPOKEN.wrong);
    for (let i = 0; i < 5; i++) expect((await post(`${url}/digits?turn=0`, { Digits: wrong })).text).toContain(SPOKEN.over);
    expect((await stage.show(at)).code).toMatchObject({ triesLeft: 4 });
    for (const turn of ['', '-1', '1e0', 'x', '999']) {
      expect((await post(`${url}/digits?turn=${turn}`, { Digits: digits })).text).toContain(SPOKEN.over);
    }
    expect((await post(`${url}/digits?turn=1`, { Digits: digits })).text).toContain(SPOKEN.right);
    expect((await post(`${url}/digits?turn=1`, { Digits: digits })).text).toContain(SPOKEN.over);
  });

  it("moved to another sign-up's call fit no code there", async () => {
    const mine = await ring();
    const other = await ring();
    expect((await post(`${other.url}/digits?turn=0`, { Digits: mine.digits })).text).toContain(SPOKEN.wrong);
    expect((await stage.show(other.at)).step).toBe('phone');
  });

  // Both are printed in the documentation of Twilio, in editions of different years.
  it.each([
    ['+14158675309', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
    ['+14158675310', 'GvWf1cFY/Q7PnoempGyD5oXAezc='],
  ])('are signed as Twilio signs: from %s', (number, signature) => {
    const form = { CallSid: 'CA1234567890ABCDE', Caller: number, Digits: '1234', From: number, To: '+18005551212' };
    expect(twilioSignature('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', new Map(Object.entries(form)))).toBe(signature);
  });
});

describe('settings', () => {
  const open = (url: string, more: object = {}) =>
    openPhone({ url, from: FROM, authorities: [], bytes: systemRandom.bytes, logError: () => undefined, ...more });

  it.each([
    ['ftp://x', {}, /--phone must look like/],
    ['nothing', {}, /--phone must look like/],
    ['https://api.twilio.com', {}, /must name account and token/],
    [`https://${SID}:secret@api.twilio.com/path`, {}, /must name account and token/],
    [`https://${SID}:secret@api.twilio.com`, { from: undefined }, /--phone-from/],
    [`https://${SID}:secret@api.twilio.com`, { from: '206' }, /--phone-from/],
    [`https://${SID}:secret@api.twilio.com`, { callback: 'sagegate' }, /--phone-callback/],
    [`https://${SID}:secret@api.twilio.com`, { callback: 'https://sagegate.example.com/path' }, /--phone-callback/],
    [`http://${SID}:secret@192.0.2.1`, {}, /must be https/],
  ])('%s %j will not do', async (url, more, sentence) => {
    const failed = open(url, more);
    await expect(failed).rejects.toThrow(sentence);
    await expect(failed).rejects.not.toThrow('secret');
  });

  it('without a way back make no calls', async () => {
    const { channel, pages } = await open(`https://${SID}:secret@api.twilio.com`);
    expect(channel.ways).toEqual(['text']);
    expect(pages({} as never)).toEqual([]);
  });
});
