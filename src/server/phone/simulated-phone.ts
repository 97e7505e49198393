import type { CallEnd, CallListener, PhoneCall } from '../../services/accounts/channel.ts';
import { SPOKEN } from '../../services/accounts/code-message.ts';

/** A call as the telephone of the outbox shows it. */
export interface SimulatedCall {
  readonly state: 'ringing' | 'answered' | 'over';
  /** What the voice said last. */
  readonly says: string;
  /** Digits typed since. */
  readonly typed: string;
}

/** What may be pressed; `*` takes back what was typed. */
export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

/**
 * A telephone that exists on a page only: it rings, is answered or not, and has keys. Rings until it is answered or another call to the same number
 * comes in; nothing runs in the background.
 */
export class SimulatedPhone {
  readonly #call: PhoneCall;
  readonly #listener: CallListener;
  #shown: SimulatedCall = { state: 'ringing', says: '', typed: '' };
  #turn = 0;

  constructor(call: PhoneCall, listener: CallListener) {
    this.#call = call;
    this.#listener = listener;
  }

  get number(): string {
    return this.#call.to;
  }

  show(): SimulatedCall {
    return this.#shown;
  }

  async answer(): Promise<void> {
    if (this.#shown.state !== 'ringing') return;
    this.#shown = { state: 'answered', says: SPOKEN.ask, typed: '' };
    const turn = await this.#listener.answered(this.#call.callId);
    if (turn === undefined) this.#shown = { state: 'over', says: SPOKEN.over, typed: '' };
    else this.#turn = turn;
  }

  /** Presses keys, one after the other; what is no key of a telephone is not there to be pressed. */
  async press(keys: string): Promise<void> {
    for (const key of keys) {
      if (this.#shown.state !== 'answered') return;
      if (key === '*') this.#shown = { ...this.#shown, typed: '' };
      else if (/^[0-9]$/.test(key)) {
        const typed = this.#shown.typed + key;
        this.#shown = { ...this.#shown, typed };
        if (typed.length === this.#call.digits) await this.#take(typed);
      }
    }
  }

  async #take(digits: string): Promise<void> {
    // What is pressed meanwhile belongs to the next turn.
    this.#shown = { ...this.#shown, typed: '' };
    const came = await this.#listener.typed(this.#call.callId, digits, this.#turn++);
    this.#shown = { ...this.#shown, state: came === 'wrong' ? this.#shown.state : 'over', says: SPOKEN[came] };
  }

  async hangUp(how: CallEnd = 'hung up'): Promise<void> {
    if (this.#shown.state === 'over') return;
    this.#shown = { state: 'over', says: '', typed: '' };
    await this.#listener.ended(this.#call.callId, how);
  }
}
