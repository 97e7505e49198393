/**
 * AWS's models write patterns in Java's regular expressions, matched against the whole value. This turns one into the source of a JavaScript
 * expression for the `u` flag with the same meaning: ASCII classes, Java's line terminators, literal hyphens escaped.
 * The result is not anchored; model/load-model.ts anchors it.
 * @throws Error where Java and JavaScript have no common spelling: then tools/data/hand-patterns.ts must give one
 * @see https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html
 */
export function translateJavaPattern(java: string): string {
  let out = '';
  let dotAll = false;
  let i = 0;
  const fail = (why: string): never => {
    throw new Error(`Pattern ${JSON.stringify(java)}: ${why} at ${i}`);
  };
  while (i < java.length) {
    const c = java.charAt(i);
    if (java.startsWith('(?s)', i)) {
      if (i !== 0) fail('a flag in the middle');
      dotAll = true;
      i += 4;
    } else if (c === '\\') {
      const [text, length] = escapeSequence(java, i, false, fail);
      out += text;
      i += length;
    } else if (c === '.') {
      out += dotAll ? '[^]' : '[^\\n\\r\\u0085\\u2028\\u2029]';
      i++;
    } else if (c === '[') {
      const [text, length] = characterClass(java, i, fail);
      out += text;
      i += length;
    } else if (c === '(' && java.charAt(i + 1) === '?' && !/^\(\?(?::|=|!|<=|<!)/.test(java.slice(i))) {
      fail('an unknown group');
    } else if (/[*+?}]/.test(c) && java.charAt(i + 1) === '+') {
      fail('a possessive quantifier');
    } else if (c === '{' && !/^\{\d+(,\d*)?\}/.test(java.slice(i))) {
      fail('a brace that is no quantifier');
    } else if (/^[$^][*+?{]/.test(java.slice(i))) {
      fail('a quantified anchor');
    } else {
      // A brace or bracket that closes nothing is a literal in Java.
      out += c === ']' ? '\\]' : c;
      i++;
    }
  }
  return out;
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  ASCII: '\\x00-\\x7f',
  Alnum: 'a-zA-Z0-9',
  Alpha: 'a-zA-Z',
  Print: '\\x20-\\x7e',
};

type Fail = (why: string) => never;

/** One escape; answers its JavaScript and how long it was. */
function escapeSequence(java: string, at: number, inClass: boolean, fail: Fail): [string, number] {
  const c = java.charAt(at + 1);
  const property = /^\\[pP]\{([A-Za-z]+)\}/.exec(java.slice(at));
  if (property) {
    const [whole, name = ''] = property;
    const ascii = POSIX_CLASSES[name];
    if (ascii === undefined) return [whole, whole.length];
    if (c === 'P') fail('a negated POSIX class');
    return [inClass ? ascii : `[${ascii}]`, whole.length];
  }
  if (c === 'u') return [java.slice(at, at + 6), 6];
  if (c === 'x') return [java.slice(at, at + 4), 4];
  if (c === 's') return [inClass ? '\\t-\\r ' : '[\\t-\\r ]', 2];
  if (c === 'S') return [inClass ? '\\0-\\x08\\x0e-\\x1f!-\\u{10ffff}' : '[^\\t-\\r ]', 2];
  if (/[wWdDbtnrf]/.test(c)) return [`\\${c}`, 2];
  if (!inClass && c === 'A') return ['^', 2];
  if (!inClass && c === 'z') return ['$', 2];
  if (/[a-zA-Z0-9]/.test(c)) fail(`the escape \\${c}`);
  return [literal(c, inClass), 2];
}

const literal = (c: string, inClass: boolean): string =>
  (inClass ? /[\\\]^[-]/ : /[\\^$.*+?()[\]{}|/]/).test(c) || (inClass && c === '-') ? `\\${c}` : c;

function characterClass(java: string, at: number, fail: Fail): [string, number] {
  let i = at + 1;
  let out = '[';
  if (java.charAt(i) === '^') {
    out += '^';
    i++;
  }
  // Java has no empty class: a bracket in the first place is a literal.
  let first = true;
  for (; i < java.length; first = false) {
    const c = java.charAt(i);
    if (c === ']' && !first) return [`${out}]`, i + 1 - at];
    if (c === '[') fail('a nested class');
    if (c === '&' && java.charAt(i + 1) === '&') fail('an intersection');
    const [start, length, isSet] = classAtom(java, i, fail);
    i += length;
    // A range only between two characters; a hyphen after a set, or before the closing bracket, is itself.
    if (java.charAt(i) === '-' && java.charAt(i + 1) !== ']' && !isSet && i + 1 < java.length) {
      const [end, endLength, endIsSet] = classAtom(java, i + 1, fail);
      if (!endIsSet) {
        out += `${start}-${end}`;
        i += 1 + endLength;
        continue;
      }
    }
    out += start;
  }
  return fail('an open class');
}

function classAtom(java: string, at: number, fail: Fail): [text: string, length: number, isSet: boolean] {
  if (java.charAt(at) !== '\\') {
    const c = String.fromCodePoint(java.codePointAt(at) ?? 0);
    return [/[\x21-\x7e]/.test(c) ? literal(c, true) : c === ' ' ? c : printable(c), c.length, false];
  }
  const [text, length] = escapeSequence(java, at, true, fail);
  return [text, length, /^\\[pPsSwWdD]/.test(java.slice(at))];
}

/** Keeps the models readable: no invisible characters in them. */
const printable = (c: string): string => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`;
