import type { AttemptLimit } from '../../authentication/attempt-limit.ts';

/*
 * How codes are mailed by which people come to a new password. There is one rule for root users and for those of IAM Identity Center.
 */

const MINUTE = 60_000;

/** Counted whether or not there is somebody with that address (threats C03, C04). */
export const MAIL_LIMITS = {
  mails: { max: 5, window: 60 * MINUTE },
  mailsOfSource: { max: 20, window: 60 * MINUTE },
  mailsAltogether: { max: 500, window: 60 * MINUTE },
} satisfies Record<string, AttemptLimit>;

/** Milliseconds. */
export const CODE_LIFE = 10 * MINUTE;
export const CODE_TRIES = 5;
