/** What a pattern is made of: literal text, `*` (any run of characters, also none), `?` (exactly one UTF-16 unit). */
export type GlobToken = string | typeof ANY | typeof ONE;
export const ANY = 0;
export const ONE = 1;

/**
 * A wildcard pattern made ready. Not a file glob and not a regular expression: `*` crosses every delimiter, and the whole text must match.
 * Literal tokens are literal, whatever characters they hold. Case-sensitive: callers fold first.
 *
 * - `any`: `*`
 * - `exact`: no wildcard; `prefix` is the text
 * - `ends`: one `*` between `prefix` and `suffix`
 * - `pieces`: several `*`, with the `middle` texts between them in order
 * - `codes`: `?` somewhere; one number per element
 *
 * Every glob has all members, so that they are one shape to the compiler of the language.
 */
export interface Glob {
  readonly form: 'any' | 'exact' | 'ends' | 'pieces' | 'codes';
  readonly prefix: string;
  readonly middle: readonly string[];
  readonly suffix: string;
  /** Of the literal texts together: what a text must have at least. */
  readonly length: number;
  readonly codes: Int32Array;
}

const ANY_CODE = -1;
const ONE_CODE = -2;
const NO_CODES = new Int32Array(0);

export function globOf(tokens: readonly GlobToken[]): Glob {
  if (tokens.includes(ONE)) return globOfCodes(codesOf(tokens));
  const pieces: string[] = [''];
  for (const token of tokens) {
    if (typeof token === 'string') pieces[pieces.length - 1] += token;
    else if (pieces.length === 1 || pieces.at(-1) !== '') pieces.push('');
  }
  const prefix = pieces[0] ?? '';
  const suffix = pieces.length === 1 ? '' : (pieces.at(-1) ?? '');
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const form = pieces.length === 1 ? 'exact' : length === 0 ? 'any' : pieces.length === 2 ? 'ends' : 'pieces';
  return { form, prefix, middle: pieces.slice(1, -1), suffix, length, codes: NO_CODES };
}

function globOfCodes(codes: Int32Array): Glob {
  const firstWildcard = codes.findIndex((code) => code < 0);
  const prefix = String.fromCharCode(...codes.subarray(0, Math.min(firstWildcard, LONGEST_PREFIX)));
  return {
    form: 'codes',
    prefix,
    middle: [],
    suffix: '',
    length: codes.reduce((sum, code) => sum + (code === ANY_CODE ? 0 : 1), 0),
    codes,
  };
}

/** Prefixes of patterns with `?` serve for sorting only. */
const LONGEST_PREFIX = 256;

/** `*`: every text. */
export const MATCHES_ANYTHING: Glob = globOf([ANY]);

/** `*` and `?` in `text` are wildcards, everything else is literal. */
export function globOfText(text: string): Glob {
  return globOf(tokensOf(text));
}

export function tokensOf(text: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== 42 && code !== 63) continue;
    if (i > start) tokens.push(text.slice(start, i));
    tokens.push(code === 42 ? ANY : ONE);
    start = i + 1;
  }
  if (start < text.length) tokens.push(text.slice(start));
  return tokens;
}

/** Time O(pattern × text) at worst and nearly always O(text); allocates nothing. */
export function matchesGlob(glob: Glob, text: string): boolean {
  switch (glob.form) {
    case 'any':
      return true;
    case 'exact':
      return glob.prefix === text;
    case 'ends':
      return text.length >= glob.length && text.startsWith(glob.prefix) && text.endsWith(glob.suffix);
    case 'pieces':
      return matchesPieces(glob, text);
    case 'codes':
      return text.length >= glob.length && matchesCodes(glob.codes, text);
  }
}

/** Taking each piece at its first place is enough: a later place never leaves more text for the pieces that follow. */
function matchesPieces(glob: Glob, text: string): boolean {
  if (text.length < glob.length || !text.startsWith(glob.prefix) || !text.endsWith(glob.suffix)) return false;
  const limit = text.length - glob.suffix.length;
  let at = glob.prefix.length;
  for (const piece of glob.middle) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= limit;
}

/** Two pointers; after a mismatch, back to the last `*` and one character further. Only the last `*` ever needs a retry. */
function matchesCodes(codes: Int32Array, text: string): boolean {
  let at = 0;
  let pattern = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const code = codes[pattern];
    if (code === ANY_CODE) {
      star = pattern++;
      starAt = at;
    } else if (code === ONE_CODE || code === text.charCodeAt(at)) {
      pattern++;
      at++;
    } else if (star !== -1) {
      pattern = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (codes[pattern] === ANY_CODE) pattern++;
  return pattern === codes.length;
}

function codesOf(tokens: readonly GlobToken[]): Int32Array {
  const codes: number[] = [];
  for (const token of tokens) {
    if (token === ANY) codes.push(ANY_CODE);
    else if (token === ONE) codes.push(ONE_CODE);
    else for (let i = 0; i < token.length; i++) codes.push(token.charCodeAt(i));
  }
  return Int32Array.from(codes);
}
