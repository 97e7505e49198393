/**
 * The one JSON reader of policy documents: what is validated, stored and evaluated has been read by it (RFC 8259, nothing more). Unlike
 * `JSON.parse` it keeps the place of every value and the source text of numbers, and it refuses an object that names a member twice,
 * also when one spelling hides behind `\u` escapes.
 */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonLiteral;

interface Placed {
  /** Offsets into the text, UTF-16 units: first character, and one past the last. */
  readonly start: number;
  readonly end: number;
}

export interface JsonObject extends Placed {
  readonly type: 'object';
  /** In document order; names are unique. */
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly name: string;
  /** Offset of the name's opening quote. */
  readonly at: number;
  readonly value: JsonNode;
}

export interface JsonArray extends Placed {
  readonly type: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonString extends Placed {
  readonly type: 'string';
  readonly value: string;
}

export interface JsonNumber extends Placed {
  readonly type: 'number';
  /** As written. */
  readonly value: string;
}

export interface JsonLiteral extends Placed {
  readonly type: 'boolean' | 'null';
  readonly value: 'true' | 'false' | 'null';
}

/** Why a text is not JSON, or not JSON that we accept. Thrown by `readJson`, never past this folder. */
export class JsonError extends Error {
  /** Offset into the text, UTF-16 units. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'JsonError';
    this.at = at;
  }
}

/** Deeper than any policy: policy, statement list, statement, condition, operator, values. Keeps the recursion small. */
const MAX_DEPTH = 12;

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/** @throws JsonError */
export function readJson(text: string): JsonNode {
  let at = 0;

  const fail = (message: string, place = at): never => {
    throw new JsonError(message, place);
  };

  const skipSpace = (): void => {
    let code = text.charCodeAt(at);
    while (code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB) code = text.charCodeAt(++at);
  };

  const readString = (): string => {
    const start = at + 1;
    let end = start;
    let code = text.charCodeAt(end);
    while (code >= SPACE && code !== QUOTE && code !== BACKSLASH) code = text.charCodeAt(++end);
    at = end;
    if (code === BACKSLASH) return readEscaped(start);
    if (code !== QUOTE) fail(end < text.length ? 'a control character inside a string' : 'a string without end');
    at++;
    return text.slice(start, end);
  };

  const readEscaped = (start: number): string => {
    let value = text.slice(start, at);
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        at++;
        return value;
      }
      if (code === BACKSLASH) {
        value += readEscape();
        continue;
      }
      if (!(code >= SPACE)) fail(at < text.length ? 'a control character inside a string' : 'a string without end');
      const from = at++;
      for (let next = text.charCodeAt(at); next >= SPACE && next !== QUOTE && next !== BACKSLASH; ) next = text.charCodeAt(++at);
      value += text.slice(from, at);
    }
  };

  const readEscape = (): string => {
    const letter = text[at + 1] ?? '';
    const plain = ESCAPES.get(letter);
    if (plain !== undefined) {
      at += 2;
      return plain;
    }
    if (letter !== 'u') fail('an unknown escape');
    let code = 0;
    for (let i = 2; i < 6; i++) {
      const digit = hexDigit(text.charCodeAt(at + i));
      if (digit < 0) fail('a \\u escape without four hexadecimal digits');
      code = code * 16 + digit;
    }
    at += 6;
    return String.fromCharCode(code);
  };

  const readNumber = (): JsonNumber => {
    const start = at;
    if (text[at] === '-') at++;
    if (text[at] === '0') at++;
    else digits();
    if (text[at] === '.') {
      at++;
      digits();
    }
    if (text[at] === 'e' || text[at] === 'E') {
      at++;
      if (text[at] === '+' || text[at] === '-') at++;
      digits();
    }
    return { type: 'number', value: text.slice(start, at), start, end: at };
  };

  const digits = (): void => {
    if (!isDigit(text.charCodeAt(at))) fail('a digit was expected');
    while (isDigit(text.charCodeAt(at))) at++;
  };

  const readLiteral = (value: 'true' | 'false' | 'null'): JsonLiteral => {
    if (!text.startsWith(value, at)) fail('a value was expected');
    const start = at;
    at += value.length;
    return { type: value === 'null' ? 'null' : 'boolean', value, start, end: at };
  };

  const readObject = (depth: number): JsonObject => {
    const start = at++;
    const members: JsonMember[] = [];
    // A set only for objects too wide to search: a hostile document may hold tens of thousands of members.
    let names: Set<string> | undefined;
    skipSpace();
    if (text[at] === '}') return { type: 'object', members, start, end: ++at };
    for (;;) {
      skipSpace();
      const place = at;
      if (text.charCodeAt(at) !== QUOTE) fail('a member name in double quotes was expected');
      const name = readString();
      if (names ? names.has(name) : isNamed(members, name)) fail(`a second member named ${JSON.stringify(name)}`, place);
      skipSpace();
      if (text[at] !== ':') fail('a colon was expected');
      at++;
      const value = readValue(depth + 1);
      members.push({ name, at: place, value });
      if (names) names.add(name);
      else if (members.length === 16) names = new Set(members.map((member) => member.name));
      skipSpace();
      const next = text[at];
      if (next !== ',' && next !== '}') fail('a comma or a closing brace was expected');
      at++;
      if (next === '}') return { type: 'object', members, start, end: at };
    }
  };

  const readArray = (depth: number): JsonArray => {
    const start = at++;
    const items: JsonNode[] = [];
    skipSpace();
    if (text[at] === ']') return { type: 'array', items, start, end: ++at };
    for (;;) {
      items.push(readValue(depth + 1));
      skipSpace();
      const next = text[at];
      if (next !== ',' && next !== ']') fail('a comma or a closing bracket was expected');
      at++;
      if (next === ']') return { type: 'array', items, start, end: at };
    }
  };

  const readValue = (depth: number): JsonNode => {
    if (depth > MAX_DEPTH) fail('nested too deeply');
    skipSpace();
    const start = at;
    switch (text[at]) {
      case '"':
        return { type: 'string', value: readString(), start, end: at };
      case '{':
        return readObject(depth);
      case '[':
        return readArray(depth);
      case 't':
        return readLiteral('true');
      case 'f':
        return readLiteral('false');
      case 'n':
        return readLiteral('null');
      case undefined:
        return fail('the text ends where a value was expected');
      default:
        if (text[at] !== '-' && !isDigit(text.charCodeAt(at))) fail('a value was expected');
        return readNumber();
    }
  };

  const node = readValue(0);
  skipSpace();
  if (at < text.length) fail('text after the end of the document');
  return node;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function isNamed(members: readonly JsonMember[], name: string): boolean {
  for (const member of members) if (member.name === name) return true;
  return false;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Negative when it is none. */
function hexDigit(code: number): number {
  if (code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
