/**
 * A distinguished name in the one spelling in which equal ones are equal: types and values in lower case, no blanks around separators, escapes
 * resolved and written anew. Undefined when it is none. Values are compared as directories compare most of theirs: case does not matter, runs of
 * blanks count as one.
 * @see https://www.rfc-editor.org/rfc/rfc4514
 */
export function normaliseDn(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const parts: string[] = [];
  let rest = text;
  for (;;) {
    const read = readAttribute(rest);
    if (!read) return undefined;
    parts.push(`${read.type}=${read.value}${read.separator === ';' ? ',' : read.separator}`);
    rest = read.rest;
    if (read.separator === '') return parts.join('');
  }
}

const MAX_LENGTH = 4096;

interface Read {
  readonly type: string;
  readonly value: string;
  readonly separator: string;
  readonly rest: string;
}

/** One `type=value` with what separates it from the next. */
function readAttribute(text: string): Read | undefined {
  const equals = text.indexOf('=');
  const type = text.slice(0, equals).trim().toLowerCase();
  if (equals === -1 || !/^(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)*)$/.test(type)) return undefined;
  const bytes: number[] = [];
  /** Where a blank at the end would still be trimmed: an escaped one is not. */
  let kept = 0;
  let at = equals + 1;
  while (text[at] === ' ') at++;
  // A value in hexadecimal of its encoding: no directory writes groups so.
  if (text[at] === '#') return undefined;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === ',' || character === '+' || character === ';') break;
    if (character === '"' || character === '<' || character === '>' || character === '\0') return undefined;
    if (character !== '\\') {
      const point = text.codePointAt(at) ?? 0;
      bytes.push(...Buffer.from(String.fromCodePoint(point), 'utf8'));
      if (point > 0xffff) at++;
      if (character !== ' ') kept = bytes.length;
      continue;
    }
    const hex = /^[0-9A-Fa-f]{2}/.exec(text.slice(at + 1, at + 3))?.[0];
    const next = text[at + 1];
    if (hex !== undefined) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else if (next !== undefined && '"+,;<>= #\\'.includes(next)) {
      bytes.push(next.charCodeAt(0));
      at++;
    } else return undefined;
    kept = bytes.length;
  }
  const value = fold(Buffer.from(bytes.slice(0, kept)));
  if (value === undefined || value === '') return undefined;
  return { type, value, separator: text[at] ?? '', rest: text.slice(at + 1) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function fold(bytes: Buffer): string | undefined {
  try {
    const text = utf8.decode(bytes).normalize('NFC').toLowerCase().replace(/ +/g, ' ').trim();
    return text.replace(/[\\",+;<>=#]/g, (character) => `\\${character}`);
  } catch {
    // Not UTF-8: no value of a name.
    return undefined;
  }
}
