import { lookup } from 'node:dns/promises';
import type { CallListener, PhoneCall, PhoneChannel, PhoneWay } from '../../services/accounts/channel.ts';
import { SipCall, type SipLine, type SipTiming, STANDARD_TIMING } from './sip-call.ts';

export interface SipPhoneParts {
  readonly line: SipLine;
  readonly bytes: (length: number) => Uint8Array;
  readonly logError: (error: unknown) => void;
  readonly timing?: SipTiming;
}

/** Calls that go on at once. */
const MOST_CALLS = 20;

/** Calls by SIP over UDP. There are no text messages, and nobody can call. Whoever answers hears tones, no words. */
export class SipPhone implements PhoneChannel {
  readonly ways: readonly PhoneWay[] = ['voice'];
  readonly #parts: SipPhoneParts;
  readonly #calls = new Set<SipCall>();
  /** That have ended, but answer what the other side repeats. */
  readonly #lingering = new Set<SipCall>();
  #beginning = 0;

  constructor(parts: SipPhoneParts) {
    this.#parts = parts;
  }

  sendTextMessage(): Promise<void> {
    return Promise.reject(new Error('there are no text messages by SIP'));
  }

  async placeCall(call: PhoneCall, listener: CallListener): Promise<void> {
    const { line, bytes, logError, timing = STANDARD_TIMING } = this.#parts;
    for (const before of this.#calls) if (before.number === call.to) before.hangUp('unanswered');
    if (this.#calls.size + this.#beginning >= MOST_CALLS)
      throw new Error(`${MOST_CALLS} calls go on at once, which is as many as there may be`);
    this.#beginning++;
    try {
      const { address } = await lookup(line.host.replace(/^\[|\]$/g, ''));
      const placed: SipCall = await SipCall.begin({
        line,
        server: address,
        call,
        listener,
        bytes,
        timing,
        logError,
        closed: () => {
          this.#calls.delete(placed);
          this.#lingering.add(placed);
          if (placed.isOver) this.#lingering.delete(placed);
        },
      });
      this.#calls.add(placed);
    } finally {
      this.#beginning--;
    }
  }

  /** Ends all calls. */
  close(): void {
    for (const call of [...this.#calls, ...this.#lingering]) call.close();
  }
}
