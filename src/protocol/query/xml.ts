/** Anything but plain ASCII text: cheap to look for, and almost never there. */
const PLAIN = /^[\t\n\x20\x21\x23-\x25\x27-\x3b\x3d\x3f-\x7e]*$/;
/** What XML 1.0 cannot carry, even escaped, and what must be escaped. With `u` only lone surrogates match the surrogate range. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are looked for.
const SPECIALS = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

/** Text for an element or attribute. Characters that XML 1.0 does not have are dropped: a document with one is not XML (threat P11). */
export const escapeXml = (text: string): string =>
  PLAIN.test(text) ? text : text.replace(SPECIALS, (character) => ESCAPED[character] ?? '');
