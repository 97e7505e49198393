export interface TextMessage {
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

/** A telephone that is to ring. Whoever answers is asked to type so many digits on its keys: those that a page shows to who asked for the call. */
export interface PhoneCall {
  /** Names the call to its listener, and means nothing once another code was asked for: at most 64 letters, digits, `_`, `-` and dots. */
  readonly callId: string;
  /** E.164. */
  readonly to: string;
  readonly digits: number;
}

/** How a call ended before the right digits were typed. */
export type CallEnd = 'busy' | 'unanswered' | 'failed' | 'hung up';

/** Whom a call tells how it goes. No method rejects for what somebody typed, or for a call that nobody waits for any more. */
export interface CallListener {
  /** Somebody has picked up. Gives the turn: how often digits were typed already. Undefined: nobody waits for this call any more; hang up. */
  answered(callId: string): Promise<number | undefined>;
  /**
   * Takes digits up. A turn counts once: digits that come a second time under the same one change nothing (threat C04).
   * `right`: the number is proved. `wrong`: ask again, it is the next turn. `over`: say goodbye.
   */
  typed(callId: string, digits: string, turn: number): Promise<'right' | 'wrong' | 'over'>;
  ended(callId: string, how: CallEnd): Promise<void>;
}

export type PhoneWay = 'text' | 'voice';

/** Sends text messages, rings telephones, or both. */
export interface PhoneChannel {
  /** What it can do; the first is offered first. */
  readonly ways: readonly PhoneWay[];
  /** Resolves once somebody has taken charge of it; rejects when nobody has. */
  sendTextMessage(message: TextMessage): Promise<void>;
  /** Resolves once it rings somewhere, or will; what comes later is for the listener. A call to the same number that goes on still is hung up. */
  placeCall(call: PhoneCall, listener: CallListener): Promise<void>;
}
