import type { HttpResponse } from '../core/http.ts';
import type { OutboxMessage } from './outbox.ts';
import { escapeHtml, page } from './page.ts';

const BY = { email: 'Mail', text: 'Text message', voice: 'Call' } as const;

/** The messages, newest first; looks again every five seconds. */
export function outboxPage(messages: readonly OutboxMessage[]): HttpResponse {
  const articles = messages.map(
    (message) => `<article><dl>
<dt>${BY[message.by]} to</dt><dd>${escapeHtml(message.to)}</dd>
<dt>Sent</dt><dd>${new Date(message.sentAt).toISOString()}</dd>
${message.subject === undefined ? '' : `<dt>Subject</dt><dd>${escapeHtml(message.subject)}</dd>`}
</dl><pre>${escapeHtml(message.text)}</pre></article>`,
  );
  const none = '<p>Nothing has been sent yet. This page looks again every five seconds.</p>';
  return page('Outbox · Sagegate', `<h1>Outbox</h1><p>What Sagegate would have mailed or phoned.</p>${articles.join('') || none}`, {
    refresh: 5,
  });
}
