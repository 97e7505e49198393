import type { KeyRing } from '../../authentication/master-key.ts';
import { type CodePlace, keypadCode } from '../../authentication/verification-code.ts';
import { maskMailbox } from '../../core/mailbox.ts';
import type { SignUp } from '../../store/tables/account.ts';
import type { CallEnd } from './channel.ts';
import { maskPhoneNumber } from './phone-number.ts';

/** How often one code may be tried. */
export const TRIES = 5;

/** `expired`: the code is no longer good; another call is to be asked for. */
export type CallState = 'ringing' | 'answered' | 'expired' | CallEnd;

/** What whoever began a sign-up may see of it. Holds no code but the one that is to be typed on the keys of a telephone. */
export interface SignUpView {
  readonly step: SignUp['step'];
  readonly email: string;
  readonly accountName: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** The code that is waited for. */
  readonly code?: {
    readonly by: 'email' | 'text' | 'voice';
    readonly sentTo: string;
    readonly expiresAt: string;
    readonly triesLeft: number;
    /** A call: what to type on the keys of the telephone, and how it goes. */
    readonly call?: { readonly digits: string; readonly state: CallState };
  };
  readonly accountId?: string;
}

/** What the code of a row is bound to. */
export const placeOf = (row: SignUp, purpose: 'email' | 'phone', sentAt: number): CodePlace => ({
  signUpId: row.signUpId,
  purpose,
  destination: purpose === 'email' ? row.email : (row.phone?.number ?? ''),
  sentAt,
});

export function viewOf(row: SignUp, keys: KeyRing, now: number): SignUpView {
  const { step, email, accountName, code, phone, accountId } = row;
  const by = step === 'email' ? 'email' : phone?.by;
  const sentTo = step === 'email' ? maskMailbox(email) : maskPhoneNumber(phone?.number ?? '');
  const call = code &&
    by === 'voice' && {
      call: {
        digits: keypadCode(keys, placeOf(row, 'phone', code.sentAt)),
        state: code.expiresAt <= now ? ('expired' as const) : (phone?.call ?? ('ringing' as const)),
      },
    };
  return {
    step,
    email,
    accountName,
    expiresAt: new Date(row.expiresAt).toISOString(),
    ...(code &&
      by && {
        code: { by, sentTo, expiresAt: new Date(code.expiresAt).toISOString(), triesLeft: Math.max(0, TRIES - code.attempts), ...call },
      }),
    ...(accountId !== undefined && { accountId }),
  };
}
