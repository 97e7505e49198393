/** The times of a signature: `YYYYMMDDTHHMMSSZ`, ISO 8601 basic format, whole seconds, UTC. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Milliseconds since the epoch as basic format; the fraction of a second is dropped. */
export function formatSigningDate(milliseconds: number): string {
  const iso = new Date(milliseconds).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}

/** Two decimal digits at `at`, or NaN. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Milliseconds of a calendar time, or undefined when there is no such day or time (leap seconds included): nothing rolls over. */
function instant(year: number, month: number, day: number, hour: number, minute: number, second: number): number | undefined {
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  return day <= 28 || new Date(time).getUTCDate() === day ? time : undefined;
}

/** Reads basic format; undefined for anything else: milliseconds, offsets, impossible dates. Never NaN. */
export function parseSigningDate(text: string): number | undefined {
  if (text.length !== 16 || text.charCodeAt(8) !== 84 || text.charCodeAt(15) !== 90) return undefined;
  return instant(
    twoDigits(text, 0) * 100 + twoDigits(text, 2),
    twoDigits(text, 4),
    twoDigits(text, 6),
    twoDigits(text, 9),
    twoDigits(text, 11),
    twoDigits(text, 13),
  );
}

/**
 * Reads a `Date` header in the one form HTTP allows to be sent, `Sun, 30 Aug 2015 12:36:00 GMT`. The day of the week is not compared.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export function parseHttpDate(text: string): number | undefined {
  const match = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text);
  if (match === null) return undefined;
  const [, day, month = '', year, hour, minute, second] = match;
  return instant(Number(year), MONTHS.indexOf(month) + 1, Number(day), Number(hour), Number(minute), Number(second));
}
