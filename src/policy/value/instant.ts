/** A moment: whole seconds since the epoch, exact, and the nanoseconds after them. */
export interface Instant {
  /** A bigint only where a number would be rounded. */
  readonly seconds: number | bigint;
  readonly nanoseconds: number;
}

/**
 * Reads what Date* operators compare: epoch seconds (an integer from 0 to 2^63-1 of other than four digits), or the W3C profile of ISO 8601
 * with what AWS's reader lets pass besides: `2026`, `2026-11`, `2026-11-21`, `2026-11-21T10`, `…T10:00Z`, seconds, up to nine fractional
 * digits, offsets `+01` and `+01:30`, lower-case `t` and `z`, an empty time (`2026T`), years of other lengths and negative ones.
 * A time without offset is UTC. Undefined for everything else: impossible months, days and hours too.
 * @see https://www.w3.org/TR/NOTE-datetime
 */
export function parseInstant(text: string): Instant | undefined {
  return text.length > 64 ? undefined : (parseEpoch(text) ?? new Reader(text).instant());
}

/** Negative, zero or positive, as a is before, at or after b. */
export function compareInstants(a: Instant, b: Instant): number {
  if (a.seconds < b.seconds) return -1;
  if (a.seconds > b.seconds) return 1;
  return a.nanoseconds - b.nanoseconds;
}

const MAX_EPOCH = 2n ** 63n - 1n;

function parseEpoch(text: string): Instant | undefined {
  // Four digits are a year: `2026`.
  if (text.length === 4 || text.length === 0) return undefined;
  for (let i = 0; i < text.length; i++) if (!isDigit(text.charCodeAt(i))) return undefined;
  const seconds = BigInt(text);
  if (seconds > MAX_EPOCH) return undefined;
  return { seconds: seconds <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seconds) : seconds, nanoseconds: 0 };
}

/** Beyond these years the reader of AWS gives up: 64 bits of milliseconds. */
const FIRST_YEAR = -292_275_054;
const LAST_YEAR = 292_278_993;

class Reader {
  readonly #text: string;
  #at = 0;
  #nanoseconds = 0;

  constructor(text: string) {
    this.#text = text;
  }

  instant(): Instant | undefined {
    const year = this.#year();
    let month = 1;
    let day = 1;
    if (this.#take('-')) {
      month = this.#number(1, 2, 1, 12);
      if (this.#take('-')) day = this.#number(1, 2, 1, daysIn(year, month));
    }
    let seconds = daysSinceEpoch(year, month, day) * 86_400;
    if (this.#take('T') || this.#take('t')) seconds += this.#time() - this.#offset();
    if (this.#at < this.#text.length || Number.isNaN(seconds)) return undefined;
    return { seconds, nanoseconds: this.#nanoseconds };
  }

  #year(): number {
    const negative = this.#take('-');
    if (!negative) this.#take('+');
    const year = this.#number(1, 9, 0, negative ? -FIRST_YEAR : LAST_YEAR);
    return negative ? -year : year;
  }

  /** Seconds since midnight; 0 for an empty time. */
  #time(): number {
    if (!isDigit(this.#text.charCodeAt(this.#at))) return 0;
    let seconds = this.#number(1, 2, 0, 23) * 3600;
    if (!this.#take(':')) return seconds;
    seconds += this.#number(1, 2, 0, 59) * 60;
    if (!this.#take(':')) return seconds;
    seconds += this.#number(1, 2, 0, 59);
    if (this.#take('.') || this.#take(',')) {
      const start = this.#at;
      const fraction = this.#number(1, 9, 0, 999_999_999);
      this.#nanoseconds = fraction * 10 ** (9 - (this.#at - start));
      if (Number.isNaN(fraction)) return fraction;
    }
    return seconds;
  }

  /** Seconds east of UTC. */
  #offset(): number {
    if (this.#take('Z') || this.#take('z')) return 0;
    const west = this.#take('-');
    if (!west && !this.#take('+')) return 0;
    let seconds = this.#number(2, 2, 0, 23) * 3600;
    if (this.#take(':')) seconds += this.#number(2, 2, 0, 59) * 60;
    else if (isDigit(this.#text.charCodeAt(this.#at))) seconds += this.#number(2, 2, 0, 59) * 60;
    return west ? -seconds : seconds;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  /** So many digits, in that range; NaN otherwise. */
  #number(fewest: number, most: number, smallest: number, largest: number): number {
    const start = this.#at;
    let value = 0;
    for (let code = this.#text.charCodeAt(this.#at); isDigit(code) && this.#at - start < most; code = this.#text.charCodeAt(this.#at)) {
      value = value * 10 + code - 48;
      this.#at++;
    }
    return this.#at - start >= fewest && value >= smallest && value <= largest ? value : Number.NaN;
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysIn = (year: number, month: number): number => (month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] ?? 0));

/** Days from 1970-01-01 in the proleptic Gregorian calendar; years begin in March here, so that the leap day comes last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
