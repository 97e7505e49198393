import type { Clock } from '../core/clock.ts';
import type { MailChannel, MailMessage, PhoneChannel, PhoneMessage } from '../services/accounts/channel.ts';

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
}

/**
 * The channels of an installation that has no mail server or telephone: keeps the newest messages in memory, for the outbox page, and tells
 * the terminal. Nothing leaves the process.
 */
export class Outbox implements MailChannel, PhoneChannel {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #show: (message: OutboxMessage) => void;
  #messages: OutboxMessage[] = [];
  #sent = 0;

  constructor(clock: Clock, capacity: number, show: (message: OutboxMessage) => void) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#show = show;
  }

  async sendMail({ to, subject, text }: MailMessage): Promise<void> {
    this.#keep({ by: 'email', to, subject, text });
  }

  async sendPhoneMessage({ to, by, text }: PhoneMessage): Promise<void> {
    this.#keep({ by, to, text });
  }

  /** Newest first. */
  list(): OutboxMessage[] {
    return this.#messages.toReversed();
  }

  clear(): void {
    this.#messages = [];
  }

  #keep(message: Omit<OutboxMessage, 'id' | 'sentAt'>): void {
    const kept = { id: ++this.#sent, sentAt: this.#clock.now(), ...message };
    this.#messages = [...this.#messages.slice(-(this.#capacity - 1)), kept];
    this.#show(kept);
  }
}
