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
  if (text === '') return parameters;
  const parts = text.split('&', MAX_PARAMETERS + 1);
  if (parts.length > MAX_PARAMETERS) throw malformed('The request has too many parameters.');
  for (const part of parts) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    if (parameters.has(name)) throw malformed('A parameter is sent more than once.');
    parameters.set(name, equals === -1 ? '' : decode(part.slice(equals + 1)));
  }
  return parameters;
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
