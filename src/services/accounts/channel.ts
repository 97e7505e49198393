/** A mail as the channels take it: one mailbox, plain text, nothing in it that a stranger has written. */
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** A text message, or words to be spoken to whoever answers the call. */
export interface PhoneMessage {
  /** E.164. */
  readonly to: string;
  readonly by: 'text' | 'voice';
  readonly text: string;
}

/** Hands mail on. Resolves once somebody has taken charge of it; rejects when nobody has. */
export interface MailChannel {
  sendMail(message: MailMessage): Promise<void>;
}

/** Sends text messages and makes calls. */
export interface PhoneChannel {
  sendPhoneMessage(message: PhoneMessage): Promise<void>;
}
