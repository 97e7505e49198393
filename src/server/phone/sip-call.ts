import { createSocket, type Socket } from 'node:dgram';
import type { CallEnd, CallListener, PhoneCall } from '../../services/accounts/channel.ts';
import { CallSound } from './call-sound.ts';
import { connectSocket } from './connect-socket.ts';
import { offerSound, readAnswer } from './session-description.ts';
import { answerDigest } from './sip-digest.ts';
import { addressOf, formatSip, headerOf, parameterOf, parseSip, type SipRequest, type SipResponse } from './sip-message.ts';
import { MELODIES } from './tones.ts';

/** Where calls go out, and as whom. */
export interface SipLine {
  /** As it stands in addresses: a name or an address, IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** What stands before the `@` of who calls. */
  readonly from: string;
  /** Where the other side is told to send to, when that is not this machine's own address. */
  readonly publicAddress?: string | undefined;
  /** Ports for sound; any when absent. */
  readonly soundPorts?: readonly [number, number] | undefined;
}

/** Milliseconds. */
export interface SipTiming {
  /** T1 of RFC 3261: how soon a datagram that was not answered is sent again. */
  readonly t1: number;
  readonly rings: number;
  /** Without a key for so long, the question is asked again: one wrong code. */
  readonly thinks: number;
  readonly lasts: number;
}

export const STANDARD_TIMING: SipTiming = { t1: 500, rings: 30_000, thinks: 20_000, lasts: 180_000 };
/** T2: the longest pause between two sendings of anything but an INVITE. */
const T2 = 8;

export interface SipCallParts {
  readonly line: SipLine;
  /** The address of the line's server. */
  readonly server: string;
  readonly call: PhoneCall;
  readonly listener: CallListener;
  readonly bytes: (length: number) => Uint8Array;
  readonly timing: SipTiming;
  /** For the operator: why a call came to nothing that the other side did not wish so. */
  readonly logError: (error: unknown) => void;
  /** It goes on no longer; called again when nothing is left of it. */
  readonly closed: () => void;
}

/** `calling` until it is answered; `leaving` once we have asked for the end. */
type Phase = 'calling' | 'cancelling' | 'talking' | 'leaving' | 'over';

interface Dialog {
  /** The other side's To header, with its tag. */
  readonly to: string;
  /** Where it wants requests to be addressed to. */
  readonly target: string;
  readonly routes: readonly string[];
}

/**
 * One call, from INVITE to BYE, over UDP. It has a socket of its own that is bound to the server's address and port: the system drops what comes from
 * elsewhere, and while nobody is called nothing listens (threat C04).
 *
 *   calling ──2xx──▶ talking ──right, over──▶ leaving ──▶ over
 *      └─30 s─▶ cancelling ──487──▶ over      BYE of the other side ──▶ over
 * @see https://www.rfc-editor.org/rfc/rfc3261#section-17.1
 */
export class SipCall {
  readonly #parts: SipCallParts;
  readonly #socket: Socket;
  readonly #sound: CallSound;
  readonly #local: { readonly address: string; readonly port: number };
  readonly #callId: string;
  readonly #tag: string;
  #phase: Phase = 'calling';
  #sequence = 0;
  /** The transactions by which it begins and ends. */
  #invite = { branch: '', sequence: 0 };
  #byeBranch = '';
  /** When what was sent last is sent again. */
  #again: NodeJS.Timeout | undefined;
  #isHeard = false;
  #wasChallenged = false;
  #dialog: Dialog | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();
  #thinking: NodeJS.Timeout | undefined;
  #typed = '';
  #turn = 0;
  #isTaking = false;

  private constructor(parts: SipCallParts, socket: Socket, sound: CallSound) {
    this.#parts = parts;
    this.#socket = socket;
    this.#sound = sound;
    this.#local = socket.address();
    this.#callId = this.#random(16);
    this.#tag = this.#random(8);
    socket.on('message', (datagram) => this.#receive(datagram));
  }

  /** Begins to call. @throws Error  this machine has no way to the server, or no port */
  static async begin(parts: SipCallParts): Promise<SipCall> {
    const { server, line } = parts;
    const socket = createSocket(server.includes(':') ? 'udp6' : 'udp4');
    try {
      await connectSocket(socket, line.port, server);
      let call: SipCall | undefined;
      const sound = await CallSound.open({
        address: socket.address().address,
        ports: line.soundPorts,
        bytes: parts.bytes,
        heard: (key) => call?.pressed(key),
      });
      call = new SipCall(parts, socket, sound);
      call.#ring();
      return call;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  #ring(): void {
    this.#sendInvite();
    this.#after(this.#parts.timing.rings, () => this.hangUp('unanswered'));
  }

  get isOver(): boolean {
    return this.#phase === 'over';
  }

  get number(): string {
    return this.#parts.call.to;
  }

  /** Ends it, whatever it is doing. */
  hangUp(how: CallEnd): void {
    if (this.#phase === 'calling') {
      this.#phase = 'cancelling';
      this.#tell(how);
      // RFC 3261 §9.1: not before the other side was heard.
      if (this.#isHeard) this.#sendCancel();
    } else if (this.#phase === 'talking') {
      this.#tell(how);
      this.#leave();
    }
  }

  /** Gives everything back at once, when the server stops: the other side notices by itself. */
  close(): void {
    if (this.#phase === 'calling' && this.#isHeard) this.#sendCancel();
    if (this.#phase === 'talking') this.#leave();
    this.#closeNow();
  }

  // ── sending

  #random(length: number): string {
    return Buffer.from(this.#parts.bytes(length)).toString('hex');
  }

  #send(message: Buffer): void {
    if (this.#phase !== 'over') this.#socket.send(message);
  }

  /** Sends until somebody answers: again after T1, then twice as long each time, up to 64 T1. */
  #sendUntilAnswered(message: Buffer, longest: number, gaveUp: () => void): void {
    const { t1 } = this.#parts.timing;
    const repeat = (pause: number, left: number): void => {
      this.#send(message);
      clearTimeout(this.#again);
      this.#again = setTimeout(
        () => (left <= pause ? gaveUp() : repeat(Math.min(2 * pause, longest), left - pause)),
        Math.min(pause, left),
      );
    };
    repeat(t1, 64 * t1);
  }

  get #place(): string {
    const { address, port } = this.#local;
    const shown = this.#parts.line.publicAddress ?? address;
    return `${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
  }

  get #uri(): string {
    const { line, call } = this.#parts;
    return `sip:${call.to}@${line.host}${line.port === 5060 ? '' : `:${line.port}`};user=phone`;
  }

  #headers(method: string, sequence: number, branch: string, to: string): (readonly [string, string | number])[] {
    const { line } = this.#parts;
    return [
      ['Via', `SIP/2.0/UDP ${this.#place};rport;branch=${branch}`],
      ['Max-Forwards', 70],
      ['From', `<sip:${line.from}@${line.host}>;tag=${this.#tag}`],
      ['To', to],
      ['Call-ID', this.#callId],
      ['CSeq', `${sequence} ${method}`],
    ];
  }

  #newBranch(): string {
    return `z9hG4bK${this.#random(12)}`;
  }

  #sendInvite(authorization: readonly (readonly [string, string])[] = []): void {
    const [branch, sequence] = [this.#newBranch(), ++this.#sequence];
    this.#invite = { branch, sequence };
    const offer = offerSound(this.#parts.line.publicAddress ?? this.#local.address, this.#sound.port, this.#local.port);
    const message = formatSip(
      `INVITE ${this.#uri} SIP/2.0`,
      [
        ...this.#headers('INVITE', sequence, branch, `<${this.#uri}>`),
        ['Contact', `<sip:${this.#parts.line.from}@${this.#place}>`],
        ['Allow', ALLOWED],
        ['User-Agent', 'Sagegate'],
        ...authorization,
        ['Content-Type', 'application/sdp'],
      ],
      offer,
    );
    this.#sendUntilAnswered(message, Number.POSITIVE_INFINITY, () => this.#failed('the server does not answer'));
  }

  /** Of the INVITE under way, by its own branch. */
  #sendCancel(): void {
    const { branch, sequence } = this.#invite;
    const message = formatSip(`CANCEL ${this.#uri} SIP/2.0`, this.#headers('CANCEL', sequence, branch, `<${this.#uri}>`));
    this.#sendUntilAnswered(message, T2 * this.#parts.timing.t1, () => this.#closeNow());
  }

  /** A request inside the dialog. */
  #inDialog(
    { to, target, routes }: Dialog,
    method: 'ACK' | 'BYE',
    sequence: number,
    branch: string,
    more: readonly (readonly [string, string])[] = [],
  ): Buffer {
    const route = routes.map((each) => ['Route', each] as const);
    return formatSip(`${method} ${target} SIP/2.0`, [...this.#headers(method, sequence, branch, to), ...route, ...more]);
  }

  #sendBye(dialog: Dialog, more: readonly (readonly [string, string])[] = []): void {
    this.#byeBranch = this.#newBranch();
    const message = this.#inDialog(dialog, 'BYE', ++this.#sequence, this.#byeBranch, more);
    this.#sendUntilAnswered(message, T2 * this.#parts.timing.t1, () => this.#closeNow());
  }

  /** Says goodbye. */
  #leave(): void {
    if (this.#phase !== 'talking' || !this.#dialog) return;
    this.#phase = 'leaving';
    this.#sound.close();
    clearTimeout(this.#thinking);
    this.#wasChallenged = false;
    this.#sendBye(this.#dialog);
  }

  // ── receiving

  #receive(datagram: Buffer): void {
    if (this.#phase === 'over') return;
    const message = parseSip(datagram);
    if (!message || headerOf(message, 'call-id') !== this.#callId) {
      if (message && 'method' in message && message.method !== 'ACK') this.#answer(message, message.method === 'INVITE' ? 403 : 481);
      return;
    }
    if ('method' in message) this.#asked(message);
    else this.#answered(message);
  }

  #answered(response: SipResponse): void {
    const [, sequence, method] = /^([0-9]{1,10})[ \t]+([A-Z]+)$/.exec(headerOf(response, 'cseq') ?? '') ?? [];
    const branch = parameterOf(headerOf(response, 'via'), 'branch');
    if (method === 'INVITE' && branch === this.#invite.branch && Number(sequence) === this.#invite.sequence) this.#ofInvite(response);
    else if (method === 'BYE' && this.#phase === 'leaving' && branch === this.#byeBranch && response.status >= 200) this.#ofBye(response);
    // The end of the INVITE itself is still to come.
    else if (method === 'CANCEL' && this.#phase === 'cancelling' && response.status >= 200) this.#stopAgain(() => this.#closeNow());
  }

  #ofInvite(response: SipResponse): void {
    const { status } = response;
    const isWaiting = this.#phase === 'calling' || this.#phase === 'cancelling';
    if (status < 200) {
      if (!isWaiting || this.#isHeard) return;
      this.#isHeard = true;
      clearTimeout(this.#again);
      if (this.#phase === 'cancelling') this.#sendCancel();
      return;
    }
    if (status < 300) return this.#accepted(response);
    const to = headerOf(response, 'to') ?? `<${this.#uri}>`;
    this.#send(formatSip(`ACK ${this.#uri} SIP/2.0`, this.#headers('ACK', this.#invite.sequence, this.#invite.branch, to)));
    if (!isWaiting) return;
    clearTimeout(this.#again);
    const authorization =
      this.#phase === 'calling' && !this.#wasChallenged ? this.#authorization(response, 'INVITE', this.#uri) : undefined;
    if (authorization) {
      this.#wasChallenged = true;
      this.#isHeard = false;
      return this.#sendInvite([authorization]);
    }
    if (this.#phase === 'calling') {
      const how = ENDS[status] ?? 'failed';
      if (how === 'failed') this.#parts.logError(new Error(`the SIP server answers a call with ${status}`));
      this.#tell(how);
    }
    this.#linger();
  }

  #accepted(response: SipResponse): void {
    const to = headerOf(response, 'to') ?? '';
    const target = addressOf(headerOf(response, 'contact')) ?? this.#uri;
    const routes = (response.headers.get('record-route') ?? []).toReversed();
    const dialog = { to, target, routes };
    this.#send(this.#inDialog(dialog, 'ACK', this.#invite.sequence, this.#newBranch()));
    if (this.#dialog) {
      // It did not hear our ACK; or a second telephone has picked up as well, which is sent away.
      if (parameterOf(to, 'tag') !== parameterOf(this.#dialog.to, 'tag'))
        this.#send(this.#inDialog(dialog, 'BYE', this.#invite.sequence + 1, this.#newBranch()));
      return;
    }
    if (this.#phase !== 'calling' && this.#phase !== 'cancelling') return;
    clearTimeout(this.#again);
    this.#dialog = dialog;
    const wasWanted = this.#phase === 'calling';
    this.#phase = 'talking';
    this.#clearTimers();
    if (!wasWanted) return this.#leave();
    this.#after(this.#parts.timing.lasts, () => this.hangUp('hung up'));
    this.#talk(response.body).catch((error: unknown) => {
      this.#parts.logError(error);
      this.hangUp('failed');
    });
  }

  #ofBye(response: SipResponse): void {
    clearTimeout(this.#again);
    const dialog = this.#dialog;
    const authorization = dialog && !this.#wasChallenged ? this.#authorization(response, 'BYE', dialog.target) : undefined;
    if (!dialog || !authorization) return this.#closeNow();
    this.#wasChallenged = true;
    this.#sendBye(dialog, [authorization]);
  }

  #authorization({ status, headers }: SipResponse, method: string, uri: string): readonly [string, string] | undefined {
    if (status !== 401 && status !== 407) return undefined;
    const { user, password } = this.#parts.line;
    const challenges = headers.get(status === 401 ? 'www-authenticate' : 'proxy-authenticate') ?? [];
    const answer = answerDigest(challenges, { method, uri, user, password, cnonce: this.#random(16) });
    return answer === undefined ? undefined : [status === 401 ? 'Authorization' : 'Proxy-Authorization', answer];
  }

  /** Requests of the other side, inside the call. */
  #asked(request: SipRequest): void {
    const isOurs =
      this.#dialog !== undefined &&
      parameterOf(headerOf(request, 'to'), 'tag') === this.#tag &&
      parameterOf(headerOf(request, 'from'), 'tag') === parameterOf(this.#dialog.to, 'tag');
    if (request.method === 'ACK') return;
    if (!isOurs || request.method === 'CANCEL') return this.#answer(request, 481);
    if (request.method === 'BYE') {
      this.#answer(request, 200);
      if (this.#phase !== 'talking') return;
      clearTimeout(this.#thinking);
      this.#sound.close();
      this.#tell('hung up');
      return this.#linger();
    }
    // The sound stays as it was agreed upon.
    this.#answer(request, request.method === 'INVITE' ? 488 : request.method === 'OPTIONS' ? 200 : 405);
  }

  #answer(request: SipRequest, status: 200 | 403 | 405 | 481 | 488): void {
    const copied = ['via', 'from', 'to', 'call-id', 'cseq'].flatMap((name) =>
      (request.headers.get(name) ?? []).map((value) => [NAMES[name] ?? name, value] as const),
    );
    this.#send(formatSip(`SIP/2.0 ${status} ${REASONS[status]}`, [...copied, ['Allow', ALLOWED]]));
  }

  // ── the conversation

  async #talk(body: string): Promise<void> {
    const far = readAnswer(body);
    if (!far) throw new Error('the SIP server sends no keys: it takes no telephone-events (RFC 4733) beside G.711 over RTP');
    await this.#sound.connect(far);
    const turn = await this.#parts.listener.answered(this.#parts.call.callId);
    if (this.#phase !== 'talking') return;
    if (turn === undefined) return this.#sayGoodbye('over');
    this.#turn = turn;
    this.#ask('ask');
  }

  #ask(melody: 'ask' | 'wrong'): void {
    this.#sound.play(MELODIES[melody]);
    this.#think();
  }

  #think(): void {
    clearTimeout(this.#thinking);
    this.#thinking = setTimeout(() => void this.#take(), this.#parts.timing.thinks);
  }

  /** A key of the telephone. */
  pressed(key: string): void {
    if (this.#phase !== 'talking' || this.#isTaking) return;
    this.#think();
    if (key === '*') this.#typed = '';
    else if (key !== '#') this.#typed += key;
    if (this.#typed.length === this.#parts.call.digits) void this.#take();
  }

  async #take(): Promise<void> {
    clearTimeout(this.#thinking);
    const digits = this.#typed;
    this.#typed = '';
    this.#isTaking = true;
    try {
      const came = await this.#parts.listener.typed(this.#parts.call.callId, digits, this.#turn++);
      if (this.#phase !== 'talking') return;
      if (came === 'wrong') this.#ask('wrong');
      else this.#sayGoodbye(came);
    } catch (error) {
      this.#parts.logError(error);
      this.hangUp('failed');
    } finally {
      this.#isTaking = false;
    }
  }

  /** Nothing that comes later changes what became of the call. */
  #sayGoodbye(melody: 'right' | 'over'): void {
    this.#isTold = true;
    this.#after(this.#sound.play(MELODIES[melody]), () => this.#leave());
  }

  // ── the end

  #isTold = false;

  #tell(how: CallEnd): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#parts.listener.ended(this.#parts.call.callId, how).catch(this.#parts.logError);
  }

  #failed(why: string): void {
    if (this.#phase === 'calling') {
      this.#parts.logError(new Error(`a call by SIP came to nothing: ${why}`));
      this.#tell('failed');
    }
    this.#closeNow();
  }

  #after(milliseconds: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, milliseconds);
    this.#timers.add(timer);
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Waits for what ends the transaction, as long as it may take. */
  #stopAgain(gaveUp: () => void): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(gaveUp, 64 * this.#parts.timing.t1);
  }

  /** Stays to answer what is sent again because our answer was lost. */
  #linger(): void {
    this.#phase = 'leaving';
    this.#clearTimers();
    this.#stopAgain(() => this.#closeNow());
    // Nothing else waits for it.
    this.#again?.unref();
    this.#parts.closed();
  }

  #closeNow(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#clearTimers();
    clearTimeout(this.#again);
    clearTimeout(this.#thinking);
    this.#sound.close();
    this.#socket.close();
    this.#parts.closed();
  }
}

const ALLOWED = 'INVITE, ACK, BYE, CANCEL, OPTIONS';

const ENDS: Readonly<Record<number, CallEnd | undefined>> = {
  408: 'unanswered',
  480: 'unanswered',
  486: 'busy',
  487: 'unanswered',
  600: 'busy',
  603: 'busy',
};

const REASONS = {
  200: 'OK',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  481: 'Call/Transaction Does Not Exist',
  488: 'Not Acceptable Here',
};

const NAMES: Readonly<Record<string, string>> = { via: 'Via', from: 'From', to: 'To', 'call-id': 'Call-ID', cseq: 'CSeq' };
