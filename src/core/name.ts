/**
 * Lower-cases `A`–`Z` only. Names that are unique "regardless of case" are folded with this and nothing else: locale rules and Unicode
 * look-alikes (Kelvin sign, long s, dotted İ) must not make two different names equal.
 */
export function foldCase(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) return text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));
  }
  return text;
}

/** Byte order of two ASCII-folded names, then of the names themselves: the order in which lists are answered. */
export function compareNames(a: string, b: string): number {
  const [x, y] = [foldCase(a), foldCase(b)];
  if (x !== y) return x < y ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
