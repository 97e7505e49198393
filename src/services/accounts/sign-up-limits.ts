import type { AttemptLimit } from '../../authentication/attempt-limit.ts';

/** What is limited, beyond five tries a code. Windows begin with the first of their kind. */
export interface SignUpLimits {
  /** Sign-ups begun, by source. */
  readonly startsBySource: AttemptLimit;
  /** Codes mailed, by mailbox and altogether. */
  readonly mailsByMailbox: AttemptLimit;
  readonly mails: AttemptLimit;
  /** Text messages and calls, by number, by block of numbers, by source and altogether. */
  readonly messagesByNumber: AttemptLimit;
  readonly messagesByBlock: AttemptLimit;
  readonly messagesBySource: AttemptLimit;
  readonly messages: AttemptLimit;
  /** Passwords hashed, by sign-up. */
  readonly passwords: AttemptLimit;
  /** Sign-ups under way at a time. */
  readonly underWay: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const STANDARD_LIMITS: SignUpLimits = {
  startsBySource: { max: 20, window: HOUR },
  mailsByMailbox: { max: 5, window: HOUR },
  mails: { max: 500, window: HOUR },
  messagesByNumber: { max: 5, window: DAY },
  messagesByBlock: { max: 20, window: DAY },
  messagesBySource: { max: 20, window: DAY },
  messages: { max: 500, window: DAY },
  passwords: { max: 10, window: HOUR },
  underWay: 10_000,
};
