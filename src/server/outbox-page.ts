import type { HttpResponse } from '../core/http.ts';
import type { OutboxMessage } from './outbox.ts';
import { escapeHtml, page } from './page.ts';
import { KEYS, type SimulatedCall } from './phone/simulated-phone.ts';

const BY = { email: 'Mail', text: 'Text message', voice: 'Call' } as const;

/**
 * The messages, newest first, and the telephones that ring; looks again every few seconds, but not while somebody is typing.
 * @param token  the operator's, when the page was opened with it: its forms need it too
 */
export function outboxPage(messages: readonly OutboxMessage[], token?: string): HttpResponse {
  const articles = messages.map(
    (message) => `<article><dl>
<dt>${BY[message.by]} to</dt><dd>${escapeHtml(message.to)}</dd>
<dt>Sent</dt><dd>${new Date(message.sentAt).toISOString()}</dd>
${message.subject === undefined ? '' : `<dt>Subject</dt><dd>${escapeHtml(message.subject)}</dd>`}
</dl>${message.call ? telephone(message.id, message.call, token) : `<pre>${escapeHtml(message.text)}</pre>`}</article>`,
  );
  const states = messages.flatMap(({ call }) => call?.state ?? []);
  const none = '<p>Nothing has been sent yet. This page looks again by itself.</p>';
  return page(
    'Outbox · Sagegate',
    `<main class="wide"><h1>Outbox</h1><p>What Sagegate would have mailed or phoned.</p>${articles.join('') || none}</main>`,
    { forms: states.some((state) => state !== 'over'), ...(states.includes('answered') ? {} : { refresh: 3 }) },
  );
}

const button = (name: string, value: string, text: string): string =>
  `<button name="${name}" value="${escapeHtml(value)}">${escapeHtml(text)}</button>`;

function telephone(id: number, { state, says, typed }: SimulatedCall, token: string | undefined): string {
  if (state === 'over') return `<p class="state">Call ended</p>${says === '' ? '' : `<p>“${escapeHtml(says)}”</p>`}`;
  const action = `/_sagegate/outbox/${id}/call${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`;
  const form = (content: string, kind: string): string =>
    `<form class="${kind}" method="post" action="${escapeHtml(action)}">${content}</form>`;
  if (state === 'ringing')
    return `<p class="state">Ringing</p>${form(button('do', 'answer', 'Answer') + button('do', 'decline', 'Decline'), 'row')}`;
  return `<p class="state">In a call</p><p>“${escapeHtml(says)}”</p><p>Typed: <output>${escapeHtml(typed) || 'nothing yet'}</output></p>
${form(KEYS.map((key) => button('keys', key, key)).join(''), 'keypad')}
${form(`<label>Or several at once<input name="keys" inputmode="numeric" autocomplete="off" maxlength="12" autofocus></label>${button('do', 'press', 'Press')}`, '')}
${form(button('do', 'hang up', 'Hang up'), 'secondary')}`;
}
