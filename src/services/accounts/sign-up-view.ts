import type { SignUp } from '../../store/tables/account.ts';
import { maskMailbox } from './mailbox.ts';
import { maskPhoneNumber } from './phone-number.ts';

/** How often one code may be tried. */
export const TRIES = 5;

/** What whoever began a sign-up may see of it. Holds no code. */
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
  };
  readonly accountId?: string;
}

export function viewOf(row: SignUp): SignUpView {
  const { step, email, accountName, code, phone, accountId } = row;
  const by = step === 'email' ? 'email' : phone?.by;
  const sentTo = step === 'email' ? maskMailbox(email) : maskPhoneNumber(phone?.number ?? '');
  return {
    step,
    email,
    accountName,
    expiresAt: new Date(row.expiresAt).toISOString(),
    ...(code &&
      by && { code: { by, sentTo, expiresAt: new Date(code.expiresAt).toISOString(), triesLeft: Math.max(0, TRIES - code.attempts) } }),
    ...(accountId !== undefined && { accountId }),
  };
}
