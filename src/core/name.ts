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
