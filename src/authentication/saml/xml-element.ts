/**
 * XML, as far as metadata documents need it: elements, attributes, text, comments, CDATA. No DTD, no entities but the five of XML itself, no
 * processing instructions after the declaration; what a document could do with those ends the reading (threat X07). Time and memory are
 * linear in the text; depth, and with it the stack, is bounded. Not for what is signed: it keeps no bytes to verify.
 */
export interface XmlElement {
  /** The namespace's URI; empty for none. */
  readonly namespace: string;
  /** Without prefix. */
  readonly name: string;
  /** Those without a prefix, by name. Null prototype. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text directly in it, in one piece. */
  readonly text: string;
}

const MOST_DEPTH = 64;
const MOST_ATTRIBUTES = 64;
const MOST_ELEMENTS = 100_000;
/** Declared at once; they are copied with every further declaration. */
const MOST_NAMESPACES = 64;

/** Sticky patterns, each of which reads a bounded alphabet forward and never backtracks over more than one character. */
const NAME = /[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?/y;
const SPACE = /[ \t\r\n]*/y;
const DECLARATION = /^<\?xml[ \t\r\n][^<>]{0,200}\?>/;

interface OpenElement {
  readonly qualified: string;
  readonly namespace: string;
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  readonly texts: string[];
  /** Prefix → URI, for this element and those in it. */
  readonly namespaces: Readonly<Record<string, string>>;
}

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** The root element of a well-formed document; undefined for every other text. */
export function readXml(text: string): XmlElement | undefined {
  try {
    return new XmlReader(text).document();
  } catch (error) {
    if (error instanceof NotWellFormed) return undefined;
    throw error;
  }
}

class NotWellFormed extends Error {}

class XmlReader {
  readonly #text: string;
  #at = 0;
  #elements = 0;

  constructor(text: string) {
    this.#text = text.startsWith('\uFEFF') ? text.slice(1) : text;
  }

  document(): XmlElement {
    this.#at = DECLARATION.exec(this.#text.slice(0, 256))?.[0].length ?? 0;
    const open: OpenElement[] = [];
    let root: XmlElement | undefined;
    while (this.#at < this.#text.length) {
      const next = this.#text.indexOf('<', this.#at);
      const between = this.#text.slice(this.#at, next === -1 ? undefined : next);
      const current = open.at(-1);
      if (current) current.texts.push(resolve(between));
      else if (between.trim() !== '') throw new NotWellFormed();
      if (next === -1) break;
      this.#at = next;
      if (this.#skips('<!--')) {
        const end = this.#text.indexOf('--', this.#at);
        if (end === -1 || this.#text[end + 2] !== '>') throw new NotWellFormed();
        this.#at = end + 3;
      } else if (this.#skips('<![CDATA[')) {
        if (!current) throw new NotWellFormed();
        current.texts.push(this.#until(']]>'));
      } else if (this.#skips('</')) {
        const closed = open.pop();
        if (!closed || this.#name() !== closed.qualified) throw new NotWellFormed();
        this.#space();
        if (!this.#skips('>')) throw new NotWellFormed();
        root = place(closed, open) ?? root;
      } else {
        // `<!DOCTYPE` and `<?…` end here: neither is followed by a name.
        this.#at++;
        if (!current && root) throw new NotWellFormed();
        if (open.length >= MOST_DEPTH || ++this.#elements > MOST_ELEMENTS) throw new NotWellFormed();
        const element = this.#startTag(current?.namespaces ?? { xml: XML_NAMESPACE });
        if (this.#skips('/>')) root = place(element, open) ?? root;
        else if (this.#skips('>')) open.push(element);
        else throw new NotWellFormed();
      }
    }
    if (!root || open.length > 0) throw new NotWellFormed();
    return root;
  }

  #startTag(inherited: Readonly<Record<string, string>>): OpenElement {
    const qualified = this.#name();
    const attributes: Record<string, string> = Object.create(null);
    const declared: Record<string, string> = Object.create(null);
    for (let count = 0; ; count++) {
      const before = this.#at;
      this.#space();
      if (this.#text[this.#at] === '/' || this.#text[this.#at] === '>') break;
      if (before === this.#at || count >= MOST_ATTRIBUTES) throw new NotWellFormed();
      const name = this.#name();
      this.#space();
      if (!this.#skips('=')) throw new NotWellFormed();
      this.#space();
      const quote = this.#text[this.#at++];
      if (quote !== '"' && quote !== "'") throw new NotWellFormed();
      const raw = this.#until(quote);
      if (raw.includes('<')) throw new NotWellFormed();
      const value = resolve(raw);
      const into = name === 'xmlns' || name.startsWith('xmlns:') ? declared : attributes;
      const key = into === declared ? name.slice('xmlns:'.length) : name;
      if (Object.hasOwn(into, key)) throw new NotWellFormed();
      into[key] = value;
    }
    const namespaces = Object.keys(declared).length === 0 ? inherited : Object.assign(Object.create(null), inherited, declared);
    if (namespaces !== inherited && Object.keys(namespaces).length > MOST_NAMESPACES) throw new NotWellFormed();
    const colon = qualified.indexOf(':');
    const namespace = namespaces[colon === -1 ? '' : qualified.slice(0, colon)] ?? '';
    if (colon !== -1 && namespace === '') throw new NotWellFormed();
    return { qualified, namespace, name: qualified.slice(colon + 1), attributes, children: [], texts: [], namespaces };
  }

  #skips(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  /** What stands before `end`, which is passed as well. */
  #until(end: string): string {
    const found = this.#text.indexOf(end, this.#at);
    if (found === -1) throw new NotWellFormed();
    const text = this.#text.slice(this.#at, found);
    this.#at = found + end.length;
    return text;
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const [name] = NAME.exec(this.#text) ?? [];
    if (name === undefined) throw new NotWellFormed();
    this.#at += name.length;
    return name;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
  }
}

/** Puts a finished element into the one around it; the outermost is the root. */
function place(element: OpenElement, open: readonly OpenElement[]): XmlElement | undefined {
  const { namespace, name, attributes, children, texts } = element;
  const finished: XmlElement = { namespace, name, attributes, children, text: texts.join('') };
  const around = open.at(-1);
  if (!around) return finished;
  around.children.push(finished);
  return undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text with its references put in place. */
function resolve(text: string): string {
  let result = '';
  let copied = 0;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', copied)) {
    const length = text.slice(at, at + LONGEST_REFERENCE).indexOf(';');
    if (length === -1) throw new NotWellFormed();
    result += text.slice(copied, at) + character(text.slice(at + 1, at + length));
    copied = at + length + 1;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

/** `&#x10FFFF;`, with some zeros before it. */
const LONGEST_REFERENCE = 16;

function character(name: string): string {
  const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  if (known !== undefined) return known;
  const [, decimal, hexadecimal] = /^#(?:([0-9]{1,10})|x([0-9A-Fa-f]{1,10}))$/.exec(name) ?? [];
  const code = decimal !== undefined ? Number(decimal) : hexadecimal !== undefined ? Number.parseInt(hexadecimal, 16) : 0;
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new NotWellFormed();
  return String.fromCodePoint(code);
}
