import type { Clock } from '../core/clock.ts';
import type { MailChannel, MailMessage } from '../core/mail.ts';
import type { CallListener, PhoneCall, PhoneChannel, PhoneWay, TextMessage } from '../services/accounts/channel.ts';
import { type SimulatedCall, SimulatedPhone } from './phone/simulated-phone.ts';

/** A message that would have gone out. */
export interface OutboxMessage {
  /** Counts up from 1. */
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly by: 'email' | 'text' | 'voice';
  readonly to: string;
  /** Mail only. */
  readonly subject?: string;
  readonly text: string;
  /** Calls only: how it goes at present. */
  readonly call?: SimulatedCall;
}

const RINGS = 'The telephone rings. Answer it in the outbox, and type the code that the sign-up shows on its keys.';

/**
 * The channels of an installation that has no mail server or telephone: keeps the newest messages in memory, for the outbox page, and tells
 * the terminal. Calls ring on that page, which has keys to press. Nothing leaves the process.
 */
export class Outbox implements MailChannel, PhoneChannel {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #show: (message: OutboxMessage) => void;
  readonly ways: readonly PhoneWay[] = ['voice', 'text'];
  #messages: OutboxMessage[] = [];
  /** By the message of the call; as many as there are messages at most. */
  readonly #phones = new Map<number, SimulatedPhone>();
  #sent = 0;

  constructor(clock: Clock, capacity: number, show: (message: OutboxMessage) => void) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#show = show;
  }

  async sendMail({ to, subject, text }: MailMessage): Promise<void> {
    this.#keep({ by: 'email', to, subject, text });
  }

  async sendTextMessage({ to, text }: TextMessage): Promise<void> {
    this.#keep({ by: 'text', to, text });
  }

  async placeCall(call: PhoneCall, listener: CallListener): Promise<void> {
    for (const phone of this.#phones.values()) if (phone.number === call.to) await phone.hangUp('unanswered');
    const { id } = this.#keep({ by: 'voice', to: call.to, text: RINGS });
    this.#phones.set(id, new SimulatedPhone(call, listener));
    for (const known of this.#phones.keys()) if (!this.#messages.some((message) => message.id === known)) this.#phones.delete(known);
  }

  /** Newest first. */
  list(): OutboxMessage[] {
    return this.#messages.toReversed().map((message) => {
      const phone = this.#phones.get(message.id);
      return phone === undefined ? message : { ...message, call: phone.show() };
    });
  }

  /** The telephone that a message made ring. */
  phone(id: number): SimulatedPhone | undefined {
    return this.#phones.get(id);
  }

  clear(): void {
    this.#messages = [];
    this.#phones.clear();
  }

  #keep(message: Omit<OutboxMessage, 'id' | 'sentAt'>): OutboxMessage {
    const kept = { id: ++this.#sent, sentAt: this.#clock.now(), ...message };
    this.#messages = [...this.#messages.slice(-(this.#capacity - 1)), kept];
    this.#show(kept);
    return kept;
  }
}
