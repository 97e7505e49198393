/** A mail as the channels take it: one mailbox, plain text, nothing in it that a stranger has written. */
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands mail on. Resolves once somebody has taken charge of it; rejects when nobody has. */
export interface MailChannel {
  sendMail(message: MailMessage): Promise<void>;
}

/** Where there is no way to send mail. */
export const noMail: MailChannel = {
  sendMail: () => Promise.reject(new Error('there is no way to send mail')),
};
