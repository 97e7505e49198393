import { malformed } from './scalar.ts';

/** More parameters than any modelled request needs. */
const MAX_PARAMETERS = 20_000;

/**
 * Reads `application/x-www-form-urlencoded` text. Every name once: a relay that reads the first and a server that reads the last would see two
 * requests (threat P01).
 * @throws ServiceError MalformedInput  a name twice, or text that is not validly percent-encoded UTF-8
 */
export function parseForm(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of formPairs(text)) {
    if (parameters.has(name)) throw repeated();
    parameters.set(name, value);
  }
  return parameters;
}

/**
 * Reads the same form where a name may come more than once: lists in the query string of REST services.
 * Decodes as sigv4/canonical-query.ts does, so that what was signed is what is read (threat S19).
 */
export function parseFormLists(text: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const [name, value] of formPairs(text)) {
    const known = parameters.get(name);
    if (known) known.push(value);
    else parameters.set(name, [value]);
  }
  return parameters;
}

export const repeated = () => malformed('A parameter is sent more than once.');

function formPairs(text: string): [string, string][] {
  if (text === '') return [];
  const parts = text.split('&', MAX_PARAMETERS + 1);
  if (parts.length > MAX_PARAMETERS) throw malformed('The request has too many parameters.');
  const pairs: [string, string][] = [];
  for (const part of parts) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.push(equals === -1 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))]);
  }
  return pairs;
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw malformed('The request is not validly percent-encoded.');
  }
}
