/**
 * XML, as far as SAML needs it: elements, attributes, text. No DTD, no entities but the five of XML itself, no processing instructions after the
 * declaration; what a document could do with those ends the reading (threat X07). Comments and CDATA sections stand in metadata alone: in what is
 * signed they have only ever been of use to attackers (threat X06). Time and memory are linear in the text; depth, and with it the stack, is bounded.
 *
 * It is the one reader of assertions: what is verified has been written from its elements (canonical-xml.ts), and what is believed is read by it again
 * from the bytes that were verified (threats X03, X05).
 */
export interface XmlElement {
  /** The namespace's URI; empty for none. */
  readonly namespace: string;
  /** Without prefix. */
  readonly name: string;
  /** As written; empty for none. */
  readonly prefix: string;
  /** Those without a prefix, by name. Null prototype. */
  readonly attributes: Readonly<Record<string, string>>;
  /** All of them but declarations of namespaces, in document order. */
  readonly allAttributes: readonly XmlAttribute[];
  /** Prefix → URI in force here. Null prototype. */
  readonly namespaces: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Elements and the text between them, in order. */
  readonly content: readonly (XmlElement | string)[];
  /** All text directly in it, in one piece. */
  readonly text: string;
}

export interface XmlAttribute {
  readonly prefix: string;
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

export interface XmlRules {
  /** Whether this is read to be verified: then there are no comments and no CDATA sections. */
  readonly signed?: boolean;
  /** Prefix → URI in force around the text, where it was cut out of another. */
  readonly namespaces?: Readonly<Record<string, string>>;
}

const MOST_DEPTH = 64;
const MOST_ATTRIBUTES = 64;
const MOST_ELEMENTS = 100_000;
/** Declared at once; they are copied with every further declaration. */
const MOST_NAMESPACES = 64;

/** Sticky patterns, each of which reads a bounded alphabet forward and never backtracks over more than one character. */
const NAME = /[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?/y;
/** What is no character of XML. */
const NO_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const SPACE = /[ \t\r\n]*/y;
const DECLARATION = /^<\?xml[ \t\r\n][^<>]{0,200}\?>/;

interface OpenElement extends Omit<XmlElement, 'text'> {
  readonly children: XmlElement[];
  readonly content: (XmlElement | string)[];
}

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/** The root element of a well-formed document; undefined for every other text. */
export function readXml(text: string, rules: XmlRules = {}): XmlElement | undefined {
  try {
    return new XmlReader(text, rules).document();
  } catch (error) {
    if (error instanceof NotWellFormed) return undefined;
    throw error;
  }
}

class NotWellFormed extends Error {}

class XmlReader {
  readonly #text: string;
  readonly #rules: XmlRules;
  #at = 0;
  #elements = 0;

  constructor(text: string, rules: XmlRules) {
    this.#rules = rules;
    if (NO_CHARACTER.test(text)) throw new NotWellFormed();
    const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
    // As XML has it: every line end is one character before anything is read.
    this.#text = bare.includes('\r') ? bare.replace(/\r\n?/g, '\n') : bare;
  }

  document(): XmlElement {
    this.#at = DECLARATION.exec(this.#text.slice(0, 256))?.[0].length ?? 0;
    const outside = Object.assign(Object.create(null), this.#rules.namespaces, { xml: XML_NAMESPACE });
    const open: OpenElement[] = [];
    let root: XmlElement | undefined;
    while (this.#at < this.#text.length) {
      const next = this.#text.indexOf('<', this.#at);
      const between = this.#text.slice(this.#at, next === -1 ? undefined : next);
      const current = open.at(-1);
      if (between.includes(']]>')) throw new NotWellFormed();
      if (current) addText(current, resolve(between));
      else if (between.trim() !== '') throw new NotWellFormed();
      if (next === -1) break;
      this.#at = next;
      if (this.#rules.signed && this.#text.startsWith('<!', this.#at)) throw new NotWellFormed();
      if (this.#skips('<!--')) {
        const end = this.#text.indexOf('--', this.#at);
        if (end === -1 || this.#text[end + 2] !== '>') throw new NotWellFormed();
        this.#at = end + 3;
      } else if (this.#skips('<![CDATA[')) {
        if (!current) throw new NotWellFormed();
        addText(current, this.#until(']]>'));
      } else if (this.#skips('</')) {
        const closed = open.pop();
        if (!closed || this.#name() !== qualified(closed)) throw new NotWellFormed();
        this.#space();
        if (!this.#skips('>')) throw new NotWellFormed();
        root = place(closed, open) ?? root;
      } else {
        // `<!DOCTYPE` and `<?…` end here: neither is followed by a name.
        this.#at++;
        if (!current && root) throw new NotWellFormed();
        if (open.length >= MOST_DEPTH || ++this.#elements > MOST_ELEMENTS) throw new NotWellFormed();
        const element = this.#startTag(current?.namespaces ?? outside);
        if (this.#skips('/>')) root = place(element, open) ?? root;
        else if (this.#skips('>')) open.push(element);
        else throw new NotWellFormed();
      }
    }
    if (!root || open.length > 0) throw new NotWellFormed();
    return root;
  }

  #startTag(inherited: Readonly<Record<string, string>>): OpenElement {
    const [prefix, name] = split(this.#name());
    const given: [prefix: string, name: string, value: string][] = [];
    let declared: Record<string, string> | undefined;
    for (let count = 0; ; count++) {
      const before = this.#at;
      this.#space();
      if (this.#text[this.#at] === '/' || this.#text[this.#at] === '>') break;
      if (before === this.#at || count >= MOST_ATTRIBUTES) throw new NotWellFormed();
      const attribute = this.#name();
      this.#space();
      if (!this.#skips('=')) throw new NotWellFormed();
      this.#space();
      const quote = this.#text[this.#at++];
      if (quote !== '"' && quote !== "'") throw new NotWellFormed();
      const raw = this.#until(quote);
      if (raw.includes('<')) throw new NotWellFormed();
      // As XML has it: white space as written is a blank, as a reference itself.
      const value = resolve(raw.includes('\n') || raw.includes('\t') ? raw.replace(/[\t\n]/g, ' ') : raw);
      if (attribute === 'xmlns' || attribute.startsWith('xmlns:')) {
        declared ??= Object.create(null) as Record<string, string>;
        declare(declared, attribute.slice('xmlns:'.length), value);
      } else {
        const [itsPrefix, itsName] = split(attribute);
        given.push([itsPrefix, itsName, value]);
      }
    }
    const namespaces = declared === undefined ? inherited : Object.assign(Object.create(null), inherited, declared);
    if (namespaces !== inherited && Object.keys(namespaces).length > MOST_NAMESPACES) throw new NotWellFormed();
    if (given.length === 0)
      return { ...NO_ATTRIBUTES, prefix, name, namespace: namespaceOf(namespaces, prefix), namespaces, children: [], content: [] };
    const allAttributes = given.map(([itsPrefix, itsName, value]) => ({
      prefix: itsPrefix,
      // Without a prefix they are in no namespace, whatever the element is in.
      namespace: itsPrefix === '' ? '' : uriOf(namespaces, itsPrefix),
      name: itsName,
      value,
    }));
    if (given.length > 1 && new Set(allAttributes.map((each) => `${each.name} ${each.namespace}`)).size < given.length)
      throw new NotWellFormed();
    const attributes: Record<string, string> = Object.create(null);
    for (const each of allAttributes) if (each.prefix === '') attributes[each.name] = each.value;
    const namespace = namespaceOf(namespaces, prefix);
    return { prefix, namespace, name, attributes, allAttributes, namespaces, children: [], content: [] };
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

const qualified = ({ prefix, name }: Pick<XmlElement, 'prefix' | 'name'>): string => (prefix === '' ? name : `${prefix}:${name}`);

function split(name: string): [prefix: string, name: string] {
  const colon = name.indexOf(':');
  return colon === -1 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function declare(declared: Record<string, string>, prefix: string, uri: string): void {
  // A prefix cannot be undeclared, and those of XML itself mean what they mean.
  const isFit = prefix === 'xml' ? uri === XML_NAMESPACE : uri !== XML_NAMESPACE && (uri !== '' || prefix === '');
  if (!isFit || prefix === 'xmlns' || uri === XMLNS_NAMESPACE || prefix in declared) throw new NotWellFormed();
  declared[prefix] = uri;
}

function uriOf(namespaces: Readonly<Record<string, string>>, prefix: string): string {
  const uri = namespaces[prefix];
  if (uri === undefined || prefix === 'xmlns') throw new NotWellFormed();
  return uri;
}

const namespaceOf = (namespaces: Readonly<Record<string, string>>, prefix: string): string =>
  prefix === '' ? (namespaces[''] ?? '') : uriOf(namespaces, prefix);

/** Of most elements. */
const NO_ATTRIBUTES: Pick<XmlElement, 'attributes' | 'allAttributes'> = {
  attributes: Object.freeze(Object.create(null)),
  allAttributes: [],
};

function addText({ content }: OpenElement, text: string): void {
  if (text === '') return;
  const last = content.length - 1;
  if (typeof content[last] === 'string') content[last] += text;
  else content.push(text);
}

/** Puts a finished element into the one around it; the outermost is the root. */
function place(element: OpenElement, open: readonly OpenElement[]): XmlElement | undefined {
  const texts = element.content.filter((each) => typeof each === 'string');
  const finished: XmlElement = Object.assign(element, { text: texts.join('') });
  const around = open.at(-1);
  if (!around) return finished;
  around.children.push(finished);
  around.content.push(finished);
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
  const text = String.fromCodePoint(code);
  if (NO_CHARACTER.test(text)) throw new NotWellFormed();
  return text;
}
