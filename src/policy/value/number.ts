/**
 * A decimal number, kept exactly: account-sized integers and long fractions must not be rounded into equality. The value is
 * `sign × 0.digits × 10^exponent`; `digits` has no zeros at either end and is empty for zero.
 */
export interface Decimal {
  readonly sign: -1 | 0 | 1;
  readonly digits: string;
  readonly exponent: number;
}

/** Longer texts are not numbers to us. */
const MAX_LENGTH = 400;

/** Reads `10`, `-0.5`, `1e3`; undefined for everything else (no hexadecimal, no blanks, no infinities). */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let at = 0;
  const negative = text[at] === '-';
  if (negative || text[at] === '+') at++;
  const whole = digitsFrom(text, at);
  at += whole.length;
  let fraction = '';
  if (text[at] === '.') {
    fraction = digitsFrom(text, ++at);
    at += fraction.length;
  }
  if (whole === '' && fraction === '') return undefined;
  let power = 0;
  if (text[at] === 'e' || text[at] === 'E') {
    at++;
    const down = text[at] === '-';
    if (down || text[at] === '+') at++;
    const digits = digitsFrom(text, at);
    if (digits === '' || digits.length > 9) return undefined;
    at += digits.length;
    power = down ? -Number(digits) : Number(digits);
  }
  if (at !== text.length) return undefined;
  const all = whole + fraction;
  let first = 0;
  while (all[first] === '0') first++;
  let last = all.length;
  while (last > first && all[last - 1] === '0') last--;
  if (first === last) return { sign: 0, digits: '', exponent: 0 };
  return { sign: negative ? -1 : 1, digits: all.slice(first, last), exponent: whole.length - first + power };
}

/** Negative, zero or positive, as a is less than, equal to or greater than b. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.sign !== b.sign) return a.sign - b.sign;
  if (a.exponent !== b.exponent) return (a.exponent - b.exponent) * a.sign;
  // Digits of equal weight compare as text: `12` is a prefix of `123`, and the longer one is greater.
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -a.sign : a.sign;
}

function digitsFrom(text: string, start: number): string {
  let end = start;
  for (let code = text.charCodeAt(end); code >= 48 && code <= 57; ) code = text.charCodeAt(++end);
  return text.slice(start, end);
}
