/**
 * Lower-cases `A`–`Z` only: actions and condition keys are equal "regardless of case", and look-alikes (Kelvin sign, dotted İ, full-width
 * letters) must not make two different names equal.
 */
export function foldCase(text: string): string {
  let upper = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return foldLetters(text);
    if (code >= 65 && code <= 90) upper = true;
  }
  // Of nothing but ASCII, so that the language's own lower-casing does just this.
  return upper ? text.toLowerCase() : text;
}

function foldLetters(text: string): string {
  let folded = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    folded += code >= 65 && code <= 90 ? String.fromCharCode(code + 32) : text[i];
  }
  return folded;
}

/**
 * The same for values compared by `StringEqualsIgnoreCase`: `A`–`Z` and the accented letters of Latin-1, which are all the letters that a
 * policy document may hold. (unverified: AWS does not say which letters it folds.)
 */
export function foldLatin(text: string): string {
  let folded = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const upper = (code >= 65 && code <= 90) || (code >= 0xc0 && code <= 0xde && code !== 0xd7);
    folded += upper ? String.fromCharCode(code + 32) : text[i];
  }
  return folded;
}
