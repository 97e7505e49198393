/*
 * SIP messages as they stand in a datagram: a start line, headers, a body.
 * @see https://www.rfc-editor.org/rfc/rfc3261#section-7
 */

export interface SipRequest {
  readonly method: string;
  readonly headers: SipHeaders;
  readonly body: string;
}

export interface SipResponse {
  /** 100 to 699. */
  readonly status: number;
  readonly headers: SipHeaders;
  readonly body: string;
}

/** Lower-case name → values in the order they came; compact names are written out. */
export type SipHeaders = ReadonlyMap<string, readonly string[]>;

const MAX_BYTES = 16_384;
const MAX_LINES = 128;

const COMPACT: ReadonlyMap<string, string> = new Map([
  ['v', 'via'],
  ['f', 'from'],
  ['t', 'to'],
  ['i', 'call-id'],
  ['m', 'contact'],
  ['l', 'content-length'],
  ['c', 'content-type'],
]);

/** Headers of which one line may hold several values; commas between quotes or angle brackets do not divide. */
const LISTS: ReadonlySet<string> = new Set(['via', 'route', 'record-route', 'contact']);

/** Reads a datagram; undefined for what is no SIP message. Never throws. */
export function parseSip(datagram: Uint8Array): SipRequest | SipResponse | undefined {
  if (datagram.byteLength > MAX_BYTES) return undefined;
  const text = Buffer.from(datagram).toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [start = '', ...lines] = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  if (lines.length > MAX_LINES) return undefined;
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, spelled = '', rest = ''] = /^([A-Za-z0-9.!%*_+`'~-]+)[ \t]*:(.*)$/s.exec(line) ?? [];
    if (spelled === '' || /[\r\n\0]/.test(rest)) return undefined;
    const value = rest.trim();
    const lower = spelled.toLowerCase();
    const name = COMPACT.get(lower) ?? lower;
    headers.set(name, [...(headers.get(name) ?? []), ...(LISTS.has(name) ? splitList(value) : [value])]);
  }
  const given = text.slice(end + 4);
  const length = headers.get('content-length')?.[0];
  if (length !== undefined && !/^[0-9]{1,6}$/.test(length)) return undefined;
  const body = length === undefined ? given : Buffer.from(given).subarray(0, Number(length)).toString('utf8');
  const [, status] = /^SIP\/2\.0 ([1-6][0-9]{2}) [^\r\n]*$/.exec(start) ?? [];
  if (status !== undefined) return { status: Number(status), headers, body };
  const [, method] = /^([A-Z]{1,20}) [^ \r\n]{1,1024} SIP\/2\.0$/.exec(start) ?? [];
  return method === undefined ? undefined : { method, headers, body };
}

function splitList(value: string): string[] {
  const parts: string[] = [];
  let [part, quoted, depth] = ['', false, 0];
  for (const character of value) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === '<') depth++;
    else if (!quoted && character === '>') depth--;
    if (character === ',' && !quoted && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += character;
  }
  return [...parts, part.trim()];
}

/** The first value of a header. */
export const headerOf = ({ headers }: SipRequest | SipResponse, name: string): string | undefined => headers.get(name)?.[0];

/** The `tag` of a From or To header, the `branch` of a Via header. */
export const parameterOf = (value: string | undefined, name: 'tag' | 'branch'): string | undefined =>
  (name === 'tag' ? /;[ \t]*tag=([^;, \t]{1,256})/i : /;[ \t]*branch=([^;, \t]{1,256})/i).exec((value ?? '').replace(/^.*>/, ''))?.[1];

/** The address in a Contact or Record-Route header: `sip:pbx.example.com`. */
export const addressOf = (value: string | undefined): string | undefined =>
  /<(sips?:[^<>\s]{1,500})>/i.exec(value ?? '')?.[1] ?? /^(sips?:[^<>\s;,]{1,500})/i.exec(value ?? '')?.[1];

/** A message to be sent. Nothing in it has line ends of its own: what comes from others was read line by line. */
export function formatSip(start: string, headers: readonly (readonly [string, string | number])[], body = ''): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${start}\r\n${lines.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
