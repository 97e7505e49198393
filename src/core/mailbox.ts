import { foldCase } from './name.ts';

/** One mailbox, and nothing that a mail header could read as more than one (threat C06). */
export interface Mailbox {
  /** As typed. */
  readonly address: string;
  /** What counts as the same mailbox when messages are counted: folded, without a `+tag`. Not for telling accounts apart. */
  readonly countedAs: string;
}

const ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * Reads `local@domain`: a dot-atom and a domain name. No display names, comments, quoted local parts, address literals, lists, spaces or
 * control characters. Undefined when `text` is anything else.
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
 */
export function parseMailbox(text: string): Mailbox | undefined {
  if (text.length > 254) return undefined;
  const at = text.indexOf('@');
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || local.length > 64 || !local.split('.').every((atom) => ATOM.test(atom))) return undefined;
  const labels = domain.split('.');
  // A last label of digits alone would be an address.
  if (!labels.every((label) => LABEL.test(label)) || /^[0-9]+$/.test(labels.at(-1) ?? '')) return undefined;
  const plus = local.indexOf('+');
  return { address: text, countedAs: foldCase(`${plus > 0 ? local.slice(0, plus) : local}@${domain}`) };
}

/** `a•••@example.com`: enough to recognise one's own address by. */
export const maskMailbox = (address: string): string => `${address.slice(0, 1)}•••${address.slice(address.indexOf('@'))}`;
