/** What a pattern is made of: literal text, `*` (any run of characters, also none), `?` (exactly one UTF-16 unit). */
export type GlobToken = string | typeof ANY | typeof ONE;
export const ANY = 0;
export const ONE = 1;

/**
 * A wildcard pattern made ready. Not a file glob and not a regular expression: `*` crosses every delimiter, and the whole text must match.
 * Literal tokens are literal, whatever characters they hold. Case-sensitive: callers fold first.
 */
export type Glob =
  | { readonly form: 'any' }
  | { readonly form: 'exact'; readonly text: string }
  | { readonly form: 'ends'; readonly prefix: string; readonly suffix: string }
  | {
      readonly form: 'pieces';
      readonly prefix: string;
      readonly middle: readonly string[];
      readonly suffix: string;
      readonly length: number;
    }
  | { readonly form: 'codes'; readonly codes: Int32Array };

const ANY_CODE = -1;
const ONE_CODE = -2;
const MATCHES_ANYTHING: Glob = { form: 'any' };

export function globOf(tokens: readonly GlobToken[]): Glob {
  if (tokens.includes(ONE)) return { form: 'codes', codes: codesOf(tokens) };
  const pieces: string[] = [''];
  for (const token of tokens) {
    if (typeof token === 'string') pieces[pieces.length - 1] += token;
    else if (pieces.length === 1 || pieces.at(-1) !== '') pieces.push('');
  }
  const prefix = pieces[0] ?? '';
  if (pieces.length === 1) return { form: 'exact', text: prefix };
  const suffix = pieces.at(-1) ?? '';
  if (pieces.length === 2) return prefix === '' && suffix === '' ? MATCHES_ANYTHING : { form: 'ends', prefix, suffix };
  return { form: 'pieces', prefix, middle: pieces.slice(1, -1), suffix, length: pieces.reduce((sum, piece) => sum + piece.length, 0) };
}

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
      return glob.text === text;
    case 'ends':
      return text.length >= glob.prefix.length + glob.suffix.length && text.startsWith(glob.prefix) && text.endsWith(glob.suffix);
    case 'pieces':
      return matchesPieces(glob, text);
    case 'codes':
      return matchesCodes(glob.codes, text);
  }
}

/** Taking each piece at its first place is enough: a later place never leaves more text for the pieces that follow. */
function matchesPieces(glob: Extract<Glob, { form: 'pieces' }>, text: string): boolean {
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
    } else if (code !== undefined && (code === ONE_CODE || code === text.charCodeAt(at))) {
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

const LONGEST_PREFIX = 256;

/** A text that everything matching the glob begins with, as long as it is cheap to tell. */
export function literalPrefix(glob: Glob): string {
  switch (glob.form) {
    case 'any':
      return '';
    case 'exact':
      return glob.text;
    case 'ends':
    case 'pieces':
      return glob.prefix;
    case 'codes': {
      const end = glob.codes.findIndex((code) => code < 0);
      return String.fromCharCode(...glob.codes.subarray(0, Math.min(end, LONGEST_PREFIX)));
    }
  }
}
