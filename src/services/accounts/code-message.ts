import type { MailMessage, PhoneMessage } from './channel.ts';

/** The mail that brings a code. Nothing in it comes from whoever typed the address. */
export const codeMail = (to: string, code: string, minutes: number): MailMessage => ({
  to,
  subject: 'Your Sagegate verification code',
  text: `Your verification code is ${code}.

It is valid for ${minutes} minutes, once, for the sign-up that asked for it.
If you did not ask for it, somebody has typed your address; without the code nothing comes of it.
`,
});

/** The text message or call that brings a code; a call says it twice, digit by digit. */
export function codeMessage({ number, by }: { number: string; by: 'text' | 'voice' }, code: string, minutes: number): PhoneMessage {
  const digits = [...code].join(', ');
  const said = by === 'voice' ? `${digits}. Again: ${digits}` : code;
  return { to: number, by, text: `Your Sagegate verification code is ${said}. It is valid for ${minutes} minutes.` };
}
