import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, parseSip, type SipRequest } from '../../src/server/phone/sip-message.ts';
import type { SipPhone } from '../../src/server/phone/sip-phone.ts';
import { Listener, phoneTo } from './sip-stage.ts';
import { openPhoneStage } from './stage.ts';

const CALL = { callId: 'call', to: '+12065550100', digits: 6 };
const CODE = '407162';

/** A telephone exchange that does as a test wants, with all that was sent to it. */
class Exchange {
  readonly #socket: Socket;
  readonly #sound: Socket;
  readonly heard: SipRequest[] = [];
  readonly raw: string[] = [];
  #peer = { port: 0, address: '' };
  #waiting: (() => void)[] = [];
  #timestamp = 0;

  private constructor(socket: Socket, sound: Socket) {
    this.#socket = socket;
    this.#sound = sound;
    socket.on('message', (datagram, from) => {
      this.#peer = from;
      this.raw.push(datagram.toString());
      const message = parseSip(datagram);
      if (message && 'method' in message) this.heard.push(message);
      this.#wake();
    });
    sound.on('message', () => this.#wake());
  }

  static async open(): Promise<Exchange> {
    const sockets = await Promise.all([openSocket(), openSocket()]);
    return new Exchange(...sockets);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async until<T>(find: () => T | undefined): Promise<T> {
    for (const end = Date.now() + 30_000; ; ) {
      const found = find();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`waited in vain; heard ${this.raw.join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        setTimeout(resolve, 200);
      });
    }
  }

  /** The nth request of a method, from 1. */
  request = (method: string, nth = 1): Promise<SipRequest> =>
    this.until(() => this.heard.filter((each) => each.method === method)[nth - 1]);

  /** Where our side wants sound. */
  soundPort = (invite: SipRequest): number => Number(/m=audio (\d+)/.exec(invite.body)?.[1]);

  respond(request: SipRequest, status: string, body = '', from = this.#socket, change: (text: string) => string = (text) => text): void {
    const lines = ['via', 'from', 'call-id', 'cseq'].flatMap((name) =>
      (request.headers.get(name) ?? []).map((value) => `${name}: ${value}`),
    );
    const to = headerOf(request, 'to') ?? '';
    const text = [
      `SIP/2.0 ${status}`,
      ...lines,
      `To: ${to.includes('tag=') ? to : `${to};tag=exchange`}`,
      `Contact: <sip:exchange@127.0.0.1:${this.port}>`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
    from.send(change(text), this.#peer.port, this.#peer.address);
  }

  pickUp(invite: SipRequest, from = this.#socket): void {
    const { port } = this.#sound.address();
    const body = `v=0\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n`;
    this.respond(invite, '200 OK', body, from);
  }

  send(text: string): void {
    this.#socket.send(text.replaceAll('\n', '\r\n'), this.#peer.port, this.#peer.address);
  }

  /** Presses keys, from where the exchange said it would, or from another place. */
  press(keys: string, port: number, from = this.#sound): void {
    for (const key of keys) {
      this.#timestamp += 800;
      for (const end of [0x0a, 0x8a, 0x8a, 0x8a]) {
        const packet = Buffer.from([0x80, 101, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, Number(key), end, 0, 0]);
        packet.writeUInt32BE(this.#timestamp, 4);
        from.send(packet, port, '127.0.0.1');
      }
    }
  }

  close(): void {
    this.#socket.close();
    this.#sound.close();
  }
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

let exchange: Exchange;
let stranger: Socket;
let phone: SipPhone;
let listener: Listener;
const errors: unknown[] = [];

beforeEach(async () => {
  errors.length = 0;
  [exchange, stranger] = await Promise.all([Exchange.open(), openSocket()]);
  listener = new Listener(CODE);
  phone = phoneTo(exchange.port, errors, {}, { t1: 50 });
});
afterEach(() => {
  phone.close();
  exchange.close();
  stranger.close();
});

describe('C04 calls by SIP', () => {
  async function talk(): Promise<{ invite: SipRequest; sound: number }> {
    await phone.placeCall(CALL, listener);
    const invite = await exchange.request('INVITE');
    exchange.pickUp(invite);
    await exchange.request('ACK');
    await listener.until('answered');
    return { invite, sound: exchange.soundPort(invite) };
  }

  it('take no keys from another place than the one that was agreed upon', async () => {
    const { sound } = await talk();
    exchange.press('999999', sound, stranger);
    exchange.press('12', sound);
    exchange.press('99', sound, stranger);
    exchange.press('3456', sound);
    await listener.until('typed 123456');
    exchange.press(CODE, sound);
    await listener.until(`typed ${CODE}`);
    expect(listener.told).toEqual(['answered', 'typed 123456', `typed ${CODE}`]);
    exchange.respond(await exchange.request('BYE'), '200 OK');
  });

  it('take no keys before they were picked up', async () => {
    await phone.placeCall(CALL, listener);
    const invite = await exchange.request('INVITE');
    exchange.press(CODE, exchange.soundPort(invite));
    exchange.press(CODE, exchange.soundPort(invite), stranger);
    exchange.pickUp(invite);
    await listener.until('answered');
    exchange.press('123456', exchange.soundPort(invite));
    await listener.until('typed 123456');
    expect(listener.told).toEqual(['answered', 'typed 123456']);
  });

  it('are not picked up, refused or ended by anybody else', async () => {
    await phone.placeCall(CALL, listener);
    const invite = await exchange.request('INVITE');
    exchange.pickUp(invite, stranger);
    exchange.respond(invite, '486 Busy Here', '', stranger);
    exchange.respond(invite, '180 Ringing');
    // Our answers of other transactions, and of other calls.
    exchange.respond(invite, '486 Busy Here', '', undefined, (text) => text.replace(/branch=z9hG4bK\w{4}/, 'branch=z9hG4bKxxxx'));
    exchange.respond(invite, '486 Busy Here', '', undefined, (text) => text.replace(/cseq: \d+/, 'cseq: 99'));
    exchange.respond(invite, '486 Busy Here', '', undefined, (text) => text.replace(/call-id: \w{4}/, 'call-id: 0000'));
    exchange.pickUp(invite);
    await listener.until('answered');
    expect(listener.told).toEqual(['answered']);
    const from = headerOf(invite, 'from');
    const bye = (call: string, to: string, tag: string) =>
      `BYE sip:x SIP/2.0\nVia: SIP/2.0/UDP x;branch=z9hG4bK${tag}\nFrom: <sip:x>;tag=${tag}\nTo: ${to}\nCall-ID: ${call}\nCSeq: 9 BYE\n\n`;
    const ours = headerOf(invite, 'call-id') ?? '';
    exchange.send(bye(ours, from ?? '', 'stranger'));
    exchange.send(bye(ours, '<sip:x>;tag=other', 'exchange'));
    exchange.send(bye('another', from ?? '', 'exchange'));
    await exchange.until(() => (exchange.raw.filter((each) => each.startsWith('SIP/2.0 481')).length === 3 ? true : undefined));
    expect(listener.told).toEqual(['answered']);
    exchange.send(bye(ours, from ?? '', 'exchange'));
    await listener.until('hung up');
  });

  it('cannot be made to us: a call that comes in is refused, and without a call of ours nothing listens', async () => {
    const { invite } = await talk();
    exchange.send(
      `INVITE sip:x SIP/2.0\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\nFrom: <sip:x>;tag=1\nTo: <sip:y>\nCall-ID: unasked\nCSeq: 1 INVITE\n\n`,
    );
    await exchange.until(() => exchange.raw.find((each) => each.startsWith('SIP/2.0 403 Forbidden')));
    exchange.send(
      `INVITE sip:x SIP/2.0\nVia: SIP/2.0/UDP x;branch=z9hG4bK2\nFrom: <sip:x>;tag=exchange\nTo: ${headerOf(invite, 'from')}\nCall-ID: ${headerOf(invite, 'call-id')}\nCSeq: 8 INVITE\n\n`,
    );
    await exchange.until(() => exchange.raw.find((each) => each.startsWith('SIP/2.0 488')));
    expect(listener.told).toEqual(['answered']);
  });

  it('go on whatever bytes come in between', async () => {
    const { sound } = await talk();
    for (const text of [
      '',
      '\n\n',
      'SIP/2.0 200 OK\n\n',
      'BYE sip:x SIP/2.0\n\n',
      `SIP/2.0 200 OK\nVia: ${'x'.repeat(9000)}\n\n`,
      '\0'.repeat(100),
    ])
      exchange.send(text);
    exchange.press(CODE, sound);
    await listener.until(`typed ${CODE}`);
    expect(errors).toEqual([]);
  });
});

describe('datagrams that are lost', () => {
  it('are sent again: an INVITE as it was, an ACK whenever the answer comes again', async () => {
    await phone.placeCall(CALL, listener);
    await exchange.request('INVITE', 3);
    const [first, second, third] = exchange.raw;
    expect([second, third]).toEqual([first, first]);
    const invite = await exchange.request('INVITE');
    exchange.pickUp(invite);
    await exchange.request('ACK');
    exchange.pickUp(invite);
    await exchange.request('ACK', 2);
    await listener.until('answered');
    exchange.press(CODE, exchange.soundPort(invite));
    await exchange.request('BYE', 3);
    expect(listener.told).toEqual(['answered', `typed ${CODE}`]);
  });

  it('are asked for again while our side leaves, and it still hears what is said to that', async () => {
    await phone.placeCall(CALL, listener);
    const invite = await exchange.request('INVITE');
    exchange.pickUp(invite);
    await listener.until('answered');
    exchange.press(CODE, exchange.soundPort(invite));
    const bye = await exchange.request('BYE');
    const before = exchange.heard.filter(({ method }) => method === 'ACK').length;
    exchange.pickUp(invite);
    await exchange.request('ACK', before + 1);
    exchange.respond(bye, '401 Unauthorized\r\nWWW-Authenticate: Digest realm="exchange", nonce="once"');
    const again = await exchange.until(() => exchange.heard.find((each) => headerOf(each, 'authorization') !== undefined));
    expect(again.method).toBe('BYE');
  });

  it('end a call that nobody answers at all after 64 times the first pause', async () => {
    phone.close();
    phone = phoneTo(exchange.port, errors, {}, { t1: 5 });
    await phone.placeCall(CALL, listener);
    await listener.until('failed');
    expect(exchange.heard.length).toBeGreaterThanOrEqual(6);
    expect(String(errors[0])).toContain('the server does not answer');
  });

  it('a second telephone that picks up is sent away', async () => {
    await phone.placeCall(CALL, listener);
    const invite = await exchange.request('INVITE');
    exchange.pickUp(invite);
    await listener.until('answered');
    exchange.respond(invite, '200 OK', '', undefined, (text) => text.replace('tag=exchange', 'tag=second'));
    const bye = await exchange.request('BYE');
    expect(headerOf(bye, 'to')).toContain('tag=second');
    exchange.press(CODE, exchange.soundPort(invite));
    await listener.until(`typed ${CODE}`);
  });

  it('is cancelled only after the exchange was heard', async () => {
    phone.close();
    phone = phoneTo(exchange.port, errors, {}, { t1: 50, rings: 100 });
    await phone.placeCall(CALL, listener);
    await listener.until('unanswered');
    const invite = await exchange.request('INVITE');
    expect(exchange.heard.some(({ method }) => method === 'CANCEL')).toBe(false);
    exchange.respond(invite, '180 Ringing');
    const cancel = await exchange.request('CANCEL');
    expect(headerOf(cancel, 'via')).toBe(headerOf(invite, 'via'));
    // It was picked up at that very moment: then it is hung up.
    exchange.pickUp(invite);
    await exchange.request('BYE');
    expect(listener.told).toEqual(['unanswered']);
  });

  it('is cancelled when the same number is called anew', async () => {
    await phone.placeCall(CALL, listener);
    const invite = await exchange.request('INVITE');
    exchange.respond(invite, '180 Ringing');
    // Our side says nothing to a provisional answer: ask for it by a request that it refuses.
    exchange.send('OPTIONS sip:x SIP/2.0\nCall-ID: other\n\n');
    await exchange.until(() => exchange.raw.find((each) => each.startsWith('SIP/2.0 481')));
    await phone.placeCall({ ...CALL, callId: 'next' }, new Listener(CODE));
    await listener.until('unanswered');
    expect(headerOf(await exchange.request('CANCEL'), 'call-id')).toBe(headerOf(invite, 'call-id'));
  });

  it('makes twenty calls at once, and no more', async () => {
    const place = (i: number) => phone.placeCall({ ...CALL, to: `+120655501${10 + i}` }, listener);
    await Promise.all(Array.from({ length: 20 }, (_, i) => place(i)));
    await expect(place(20)).rejects.toThrow('20 calls');
  });
});

describe('a server with a line by SIP', () => {
  it('proves a number by the keys of its telephone, and sends no text messages', async () => {
    const stage = await openPhoneStage({ url: `sip://sagegate:secret@127.0.0.1:${exchange.port}`, from: '+12065550199' });
    const at = await stage.begin('owner@example.com', '+12065550100');
    expect(await stage.post(`${at}/phone`, { channel: 'text' })).toMatchObject({ __type: 'ValidationException' });
    const { code } = (await stage.post(`${at}/phone`, { channel: 'voice' })) as { code: { call: { digits: string } } };
    const invite = await exchange.request('INVITE');
    expect(exchange.raw[0]).toMatch(/^INVITE sip:\+12065550100@127\.0\.0\.1:\d+;user=phone SIP\/2\.0\r\n/);
    expect(headerOf(invite, 'from')).toMatch(/^<sip:\+12065550199@127\.0\.0\.1>;tag=/);
    expect(exchange.raw.join()).not.toContain(code.call.digits);
    exchange.pickUp(invite);
    await stage.until(at, (state) => state.code?.call?.state === 'answered');
    exchange.press(code.call.digits, exchange.soundPort(invite));
    await stage.until(at, ({ step }) => step === 'complete');
    exchange.respond(await exchange.request('BYE'), '200 OK');
    await stage.close();
    expect(stage.errors).toEqual([]);
  });
});
