import { encodeUnreserved } from './canonical-path.ts';

/** One decoded parameter of a query string. */
export interface QueryParameter {
  readonly name: string;
  readonly value: string;
}

/** Most parameters a query string may have. */
export const MAX_QUERY_PARAMETERS = 1000;

/**
 * Decodes one name or value of a query string: `+` is a space, `%XX` are UTF-8 bytes. Undefined for a bad `%`, for bytes that are not UTF-8
 * (overlong forms included) and for characters that must have been encoded. Dispatch has to read with this very function (threat S19).
 */
export function decodeQueryText(text: string): string | undefined {
  if (/^[A-Za-z0-9._~-]*$/.test(text)) return text;
  if (/[^\x21-\x7e]/.test(text)) return undefined;
  try {
    return decodeURIComponent(text.includes('+') ? text.replaceAll('+', ' ') : text);
  } catch {
    return undefined;
  }
}

/**
 * The parameters of a query string in the order sent; a name without `=` has an empty value, empty pieces between `&` are dropped.
 * Only `&` separates: `;` is an ordinary character. Undefined when a piece does not decode or there are more than MAX_QUERY_PARAMETERS.
 */
export function parseQuery(query: string): QueryParameter[] | undefined {
  const parameters: QueryParameter[] = [];
  for (let start = 0; start <= query.length; ) {
    const ampersand = query.indexOf('&', start);
    const end = ampersand === -1 ? query.length : ampersand;
    if (end > start) {
      if (parameters.length === MAX_QUERY_PARAMETERS) return undefined;
      const equals = query.indexOf('=', start);
      const nameEnd = equals === -1 || equals > end ? end : equals;
      const name = decodeQueryText(query.slice(start, nameEnd));
      const value = decodeQueryText(query.slice(Math.min(nameEnd + 1, end), end));
      if (name === undefined || value === undefined) return undefined;
      parameters.push({ name, value });
    }
    start = end + 1;
  }
  return parameters;
}

const byNameThenValue = (a: readonly [string, string], b: readonly [string, string]): number =>
  a[0] === b[0] ? (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0) : a[0] < b[0] ? -1 : 1;

/** Encodes and sorts parameters by encoded name, then encoded value, in byte order. `without` names parameters that are left out. */
export function canonicalQuery(parameters: readonly QueryParameter[], without: readonly string[] = []): string {
  if (parameters.length === 0) return '';
  return parameters
    .filter((parameter) => !without.includes(parameter.name))
    .map((parameter) => [encodeUnreserved(parameter.name), encodeUnreserved(parameter.value)] as const)
    .sort(byNameThenValue)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
