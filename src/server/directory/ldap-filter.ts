/**
 * Text as a value in a search filter: what has a meaning there is written in hexadecimal (threat L01). Letters of other alphabets stay as they are:
 * the library that reads the filter takes an escaped byte for a character.
 * @see https://www.rfc-editor.org/rfc/rfc4515#section-3
 */
export const escapeFilterValue = (text: string): string =>
  text.replace(/[\p{Cc}*()\\]/gu, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** A filter in which `{login}` stands for a name. */
export const filterFor = (template: string, login: string): string => template.replaceAll('{login}', () => escapeFilterValue(login));

/** Whether a template is a filter at all: one pair of parentheses around everything, balanced, and a place for the name. */
export function isFilterTemplate(template: string): boolean {
  if (!template.includes('{login}') || !template.startsWith('(') || template.length > 1024) return false;
  let depth = 0;
  for (const [i, character] of [...template].entries()) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (depth < 0 || (depth === 0 && i < [...template].length - 1)) return false;
  }
  return depth === 0;
}
