import { escapeHtml } from '../page.ts';
import type { BegunCeremony } from './passkeys.ts';

/**
 * What the page of a passkey does: asks the browser for it when the form is sent, and sends the answer with it. Bytes go as base64url both ways.
 * When the person or the browser breaks it off, the page says so and nothing is sent.
 */
export const PASSKEY_SCRIPT = `const form = document.querySelector('form[data-options]');
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/[+]/g, '-').replace(/[/]/g, '_').replace(/=+$/, '');
const tell = (sentence) => { form.querySelector('[role=status]').textContent = sentence; };
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!window.PublicKeyCredential) return tell('This browser has no passkeys, or the page is not secure: use https, or localhost.');
  const publicKey = JSON.parse(form.dataset.options);
  publicKey.challenge = bytes(publicKey.challenge);
  for (const list of [publicKey.allowCredentials, publicKey.excludeCredentials]) for (const each of list ?? []) each.id = bytes(each.id);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  tell('Follow what your browser asks.');
  try {
    const made = publicKey.user ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
    const names = publicKey.user ? ['clientDataJSON', 'attestationObject'] : ['clientDataJSON', 'authenticatorData', 'signature'];
    const response = Object.fromEntries(names.map((name) => [name, text(made.response[name])]));
    form.elements.credential.value = JSON.stringify({ id: made.id, response });
    form.submit();
  } catch (error) {
    tell(error.name === 'InvalidStateError' ? 'This device has a passkey of yours already.' : 'It was broken off. Try again.');
  }
});
`;

/** A form that a passkey completes. @param fields  HTML of what else it asks for */
export const passkeyForm = (action: string, { options, sealed }: BegunCeremony, fields: string, button: string): string =>
  `<form method="post" action="${action}" data-options="${escapeHtml(JSON.stringify(options))}">${fields}<input type="hidden" name="challenge" value="${escapeHtml(sealed)}"><input type="hidden" name="credential" value=""><button>${button}</button><p role="status"></p></form>`;
