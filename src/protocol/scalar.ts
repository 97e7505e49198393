import { ServiceError } from '../core/service-error.ts';
import type { NumberEntry } from '../model/model-file.ts';

/** The input does not have the model's types. Each protocol has its own code for that (common-errors.ts). */
export const malformed = (message: string): ServiceError => new ServiceError('MalformedInput', message);

const ISO_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;

/** A timestamp as text: ISO 8601, epoch seconds, or an HTTP date. Undefined when it is none. */
export function parseTimestamp(text: string): Date | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return parseTimestamp(`${text}T00:00:00Z`);
  if (ISO_TIME.test(text)) return isDay(text.slice(0, 10)) ? dateOf(Date.parse(text)) : undefined;
  if (/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return dateOf(Date.parse(text));
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? dateOf(Math.round(Number(text) * 1000)) : undefined;
}

/** JavaScript takes 30 February for 2 March. */
const isDay = (text: string): boolean =>
  dateOf(Date.parse(`${text}T00:00:00Z`))
    ?.toISOString()
    .startsWith(text) ?? false;

export function dateOf(milliseconds: number): Date | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** `2026-11-21T01:00:00Z`, with milliseconds only when there are any. */
export function formatIso(date: Date): string {
  const text = date.toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

let secondWritten = Number.NaN;
let secondText = '';

/** `2026-11-21T01:00:00Z`, whatever the milliseconds. Nearly all that is written in a row is of the same second. */
export function formatIsoSeconds(date: Date): string {
  const second = Math.floor(date.getTime() / 1000);
  if (second !== secondWritten) {
    secondText = `${date.toISOString().slice(0, -5)}Z`;
    secondWritten = second;
  }
  return secondText;
}

/** Bytes of a base64 text; undefined when it is not base64. Blanks and line ends, which encoders put in, are skipped. */
export function parseBase64(text: string): Uint8Array | undefined {
  const plain = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
  if (plain.length % 4 === 1 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return undefined;
  return new Uint8Array(Buffer.from(plain, 'base64'));
}

const INT32 = 2 ** 31;

/** A whole number as text: digits with an optional sign, within 32 bits for `integer`. Longs beyond 2^53 are refused, not rounded. */
export function parseWhole(text: string, type: NumberEntry['type']): number | undefined {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const value = Number(text);
  return isWhole(value, type) ? value : undefined;
}

export const isWhole = (value: number, type: NumberEntry['type']): boolean =>
  type === 'integer' ? Number.isInteger(value) && value >= -INT32 && value < INT32 : Number.isSafeInteger(value);

export function parseDecimal(text: string): number | undefined {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return Number(text);
  if (!/^[+-]?(\d{1,32}(\.\d{0,32})?|\.\d{1,32})([eE][+-]?\d{1,3})?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
