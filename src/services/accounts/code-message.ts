import type { MailMessage } from '../../core/mail.ts';
import type { TextMessage } from './channel.ts';

/** The mail that brings a code. Nothing in it comes from whoever typed the address. */
export const codeMail = (to: string, code: string, minutes: number): MailMessage => ({
  to,
  subject: 'Your Sagegate verification code',
  text: `Your verification code is ${code}.

It is valid for ${minutes} minutes, once, for the sign-up that asked for it.
If you did not ask for it, somebody has typed your address; without the code nothing comes of it.
`,
});

/** The text message that brings a code. */
export const codeMessage = (to: string, code: string, minutes: number): TextMessage => ({
  to,
  text: `Your Sagegate verification code is ${code}. It is valid for ${minutes} minutes.`,
});

/** What is said in a call, for who speaks or shows it. The code is never said: whoever answers reads it where the call was asked for. */
export const SPOKEN = {
  ask: 'This is Sagegate. Somebody is signing up with your telephone number. If it is you, type the six digits that the page shows. If it is not you, hang up.',
  wrong: 'That is not the code. Type the six digits that the page shows.',
  right: 'Thank you. Your telephone number is confirmed. Goodbye.',
  over: 'This call is no longer waited for. Goodbye.',
} as const;
