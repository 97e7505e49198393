import { createHmac, timingSafeEqual } from 'node:crypto';
import type { OutboundPosts } from '../../core/outbound.ts';
import type { CallEnd, CallListener, PhoneCall, PhoneChannel, PhoneWay, TextMessage } from '../../services/accounts/channel.ts';
import { SPOKEN } from '../../services/accounts/code-message.ts';
import { PRIVATE_HEADERS } from '../page.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from '../sign-in/sign-in-page.ts';

export interface TwilioSettings {
  /** `https://api.twilio.com`, or another service of the same form. */
  readonly origin: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** E.164: who calls. */
  readonly from: string;
  /** By what the service reaches this server: `https://sagegate.example.com`. Absent: it makes no calls, as it could not say what was typed. */
  readonly callback?: string | undefined;
}

/** Seconds for which it rings, for which somebody may think, and for which a call may last. */
const RINGS = 30;
const THINKS = 20;
const LASTS = 180;
/** Milliseconds for the service to answer. */
const PATIENCE = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Calls remembered to be hung up when the same number is called anew. */
const MOST_CALLS = 1000;

/**
 * Calls and text messages by Twilio, or whoever speaks as it does: we post to its REST API, and it posts to us what happens in a call, signed with the
 * account's token, and does what our answers say (TwiML).
 * @see https://www.twilio.com/docs/voice/api/call-resource
 * @see https://www.twilio.com/docs/voice/twiml/gather
 */
export class TwilioPhone implements PhoneChannel {
  readonly ways: readonly PhoneWay[];
  readonly #settings: TwilioSettings;
  readonly #outbound: OutboundPosts;
  /** The service's names of calls, by number. */
  readonly #underWay = new Map<string, string>();

  constructor(settings: TwilioSettings, outbound: OutboundPosts) {
    this.#settings = settings;
    this.#outbound = outbound;
    this.ways = settings.callback === undefined ? ['text'] : ['voice', 'text'];
  }

  async sendTextMessage({ to, text }: TextMessage): Promise<void> {
    await this.#post('Messages', { To: to, From: this.#settings.from, Body: text });
  }

  async placeCall({ callId, to }: PhoneCall): Promise<void> {
    const before = this.#underWay.get(to);
    this.#underWay.delete(to);
    // It may be over, which the service calls a mistake; nothing hangs on it, since its code is worth nothing any more.
    if (before !== undefined) await this.#post(`Calls/${before}`, { Status: 'completed' }).catch(() => undefined);
    const at = `${this.#settings.callback}/phone/calls/${callId}`;
    const { sid } = await this.#post('Calls', {
      To: to,
      From: this.#settings.from,
      Url: at,
      Method: 'POST',
      StatusCallback: `${at}/status`,
      StatusCallbackMethod: 'POST',
      Timeout: String(RINGS),
      TimeLimit: String(LASTS),
    });
    if (typeof sid !== 'string' || !/^CA[0-9a-zA-Z]{1,64}$/.test(sid)) return;
    this.#underWay.set(to, sid);
    const [oldest] = this.#underWay.keys();
    if (this.#underWay.size > MOST_CALLS && oldest !== undefined) this.#underWay.delete(oldest);
  }

  /** @throws Error  for the operator: the service takes no charge of it */
  async #post(what: string, form: Readonly<Record<string, string>>): Promise<{ readonly sid?: unknown }> {
    const { origin, accountSid, authToken } = this.#settings;
    const { status, body } = await this.#outbound.post(`${origin}/2010-04-01/Accounts/${accountSid}/${what}.json`, {
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Accept: 'application/json',
        Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
      },
      body: Buffer.from(new URLSearchParams(form).toString()),
      maxBytes: MAX_ANSWER_BYTES,
      patience: PATIENCE,
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    const answer = readJson(Buffer.concat(pieces));
    if (status >= 200 && status < 300) return answer;
    // Its sentence may repeat the number; its code is looked up in its documentation.
    const code = typeof answer.code === 'number' ? `, error ${answer.code}` : '';
    throw new Error(`${origin} answers ${status}${code} to ${what.replace(/\/.*/, '')}`);
  }

  /** Where the service posts what happens. Whoever cannot sign as it does gets nowhere (threat C04). */
  pages(listener: CallListener): readonly SignInPage[] {
    const { callback } = this.#settings;
    if (callback === undefined) return [];
    const page = (path: string, operation: string, handle: (call: PageCall) => Promise<string>): SignInPage => ({
      method: 'POST',
      path,
      operation,
      fromElsewhere: true,
      handle: async (call): Promise<PageAnswer> => {
        this.#check(call, callback);
        return { response: twiml(await handle(call)) };
      },
    });
    return [
      page('/phone/calls/*', 'PhoneCallAnswered', async ({ part }) => {
        const turn = await listener.answered(part);
        return turn === undefined ? say(SPOKEN.over) : gather(part, turn, SPOKEN.ask);
      }),
      page('/phone/calls/*/digits', 'PhoneDigits', async ({ part, query, form }) => {
        const turn = Number(/^[0-9]{1,2}$/.exec(query.get('turn') ?? '')?.[0] ?? -1);
        const came = await listener.typed(part, (form.get('Digits') ?? '').slice(0, 32), turn);
        return came === 'wrong' ? gather(part, turn + 1, SPOKEN.wrong) : say(SPOKEN[came]);
      }),
      page('/phone/calls/*/status', 'PhoneCallEnded', async ({ part, form }) => {
        const how = ENDS[form.get('CallStatus') ?? ''];
        if (how !== undefined) await listener.ended(part, how);
        return '';
      }),
    ];
  }

  /** @throws AccessDeniedException  403  not signed with the account's token, for this very address and form */
  #check({ request, form }: PageCall, callback: string): void {
    const { authToken, accountSid } = this.#settings;
    // The address as we gave it to the service: what a proxy or a client calls us does not come into it.
    const expected = Buffer.from(twilioSignature(authToken, callback + request.target, form));
    const given = Buffer.from(request.headers['x-twilio-signature'] ?? '');
    const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isSigned || form.get('AccountSid') !== accountSid)
      throw refuse(403, 'AccessDeniedException', 'This is not signed by the telephone service.');
  }
}

/**
 * What the service signs a request with.
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export function twilioSignature(authToken: string, url: string, form: ReadonlyMap<string, string>): string {
  const sorted = [...form].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha1', authToken)
    .update(url + sorted.map(([name, value]) => name + value).join(''))
    .digest('base64');
}

const ENDS: Readonly<Record<string, CallEnd | undefined>> = Object.assign(Object.create(null), {
  busy: 'busy',
  'no-answer': 'unanswered',
  canceled: 'unanswered',
  failed: 'failed',
  completed: 'hung up',
});

const escapeXml = (text: string): string => text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);

const say = (text: string): string => `<Say>${escapeXml(text)}</Say><Hangup/>`;

/** Asks for digits. Nobody typing is one wrong code too: the form then has none. */
const gather = (callId: string, turn: number, text: string): string =>
  `<Gather input="dtmf" numDigits="6" finishOnKey="" timeout="${THINKS}" actionOnEmptyResult="true" method="POST" action="/phone/calls/${escapeXml(callId)}/digits?turn=${turn}"><Say>${escapeXml(text)}</Say></Gather>`;

const twiml = (content: string) => ({
  status: 200,
  headers: { ...PRIVATE_HEADERS, 'Content-Type': 'text/xml; charset=utf-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Response>${content}</Response>`,
});

function readJson(body: Uint8Array): { readonly sid?: unknown; readonly code?: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // A page of a proxy in between, perhaps: the status says what there is to say.
    return {};
  }
}
