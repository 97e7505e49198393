import { malformed } from '../scalar.ts';

/** Nesting beyond any modelled input. */
const MAX_DEPTH = 64;

/**
 * Parses a JSON request body. Refuses what two readers could read differently or what would exhaust one: bytes that are not UTF-8, nesting
 * beyond 64, a member that comes twice (threats P07, P09).
 * @throws ServiceError MalformedInput
 */
export function readJson(body: Uint8Array): unknown {
  // Nothing, or `{}`: calls without parameters are many.
  if (body.length === 0 || (body.length === 2 && body[0] === 0x7b && body[1] === 0x7d)) return {};
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(body);
  } catch {
    throw malformed('The request body is not valid UTF-8.');
  }
  checkStructure(text);
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('Could not parse request body into json.');
  }
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One pass over the tokens: depth, and names within each object. What is not JSON is left for the parser to refuse. */
function checkStructure(text: string): void {
  const names: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === 0x22) {
      const end = endOfString(text, i);
      // A string followed by a colon is a member's name.
      if (nextSign(text, end) === 0x3a) {
        const open = names.at(-1);
        const raw = text.slice(i + 1, end - 1);
        const name = raw.includes('\\') ? unescapeName(raw) : raw;
        if (open?.has(name)) throw malformed('A member of an object is sent more than once.');
        open?.add(name);
      }
      i = end - 1;
    } else if (character === 0x7b || character === 0x5b) {
      if (names.length >= MAX_DEPTH) throw malformed('The request body is nested too deeply.');
      names.push(character === 0x7b ? new Set() : undefined);
    } else if (character === 0x7d || character === 0x5d) names.pop();
  }
}

/** One past the closing quote; the text's end when there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === 0x22) return i + 1;
    if (character === 0x5c) i++;
  }
  return text.length;
}

function nextSign(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character !== 0x20 && character !== 0x0a && character !== 0x0d && character !== 0x09) return character;
  }
  return 0;
}

function unescapeName(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    throw malformed('Could not parse request body into json.');
  }
}
