import { createTransport } from 'nodemailer';
import type { MailChannel, MailMessage } from '../core/mail.ts';
import { parseMailbox } from '../core/mailbox.ts';
import { isLoopback } from './foreign-request.ts';

export interface SmtpSettings {
  /** `smtp://user:password@host:587` or `smtps://…`. TLS is asked for, and insisted on unless the host is this machine or `?tls=optional` is said. */
  readonly url: string;
  readonly from: string;
}

/** Milliseconds to wait for the mail server at each step. */
const PATIENCE = 10_000;

/**
 * Mail by SMTP. Addresses go into the envelope as they are, one each, and not through a parser of address lists (threat C06).
 * @throws Error  with a sentence for the operator when the settings will not do; it does not repeat the password
 */
export function smtpChannel({ url, from }: SmtpSettings): MailChannel {
  if (!parseMailbox(from)) throw new Error('The sender of mail must be one plain address. Set it with --mail-from or SAGEGATE_MAIL_FROM.');
  const server = readUrl(url);
  const isLocal = server.hostname === 'localhost' || isLoopback(server.hostname.replace(/^\[|\]$/g, ''));
  const transport = createTransport({
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port === '' ? (server.protocol === 'smtps:' ? 465 : 587) : Number(server.port),
    secure: server.protocol === 'smtps:',
    requireTLS: server.protocol === 'smtp:' && !isLocal && server.searchParams.get('tls') !== 'optional',
    ignoreTLS: isLocal && server.protocol === 'smtp:',
    ...(server.username !== '' && { auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) } }),
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async sendMail({ to, subject, text }: MailMessage): Promise<void> {
      if (!parseMailbox(to)) throw new Error('not one plain address');
      await transport.sendMail({
        from: { name: 'Sagegate', address: from },
        to: { name: '', address: to },
        envelope: { from, to: [to] },
        subject,
        text,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
  };
}

function readUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if ((parsed?.protocol !== 'smtp:' && parsed?.protocol !== 'smtps:') || parsed.hostname === '') {
    throw new Error(
      'The mail server must be given as smtp://host:port or smtps://host:port, with user:password@ before the host if it asks for them.',
    );
  }
  return parsed;
}
