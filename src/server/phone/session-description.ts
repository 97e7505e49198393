import { isIP } from 'node:net';

/*
 * What the two sides of a call say of the sound they send (SDP): G.711, and keys as telephone-events.
 * @see https://www.rfc-editor.org/rfc/rfc3264
 * @see https://www.rfc-editor.org/rfc/rfc4733
 */

/** Payload types of RTP: two are everybody's, the third is said by each side. */
export const PCMU = 0;
export const PCMA = 8;
const TELEPHONE_EVENT = 101;

/** @param address  where we want to be sent to */
export function offerSound(address: string, port: number, session: number): string {
  const net = `IN IP${isIP(address)} ${address}`;
  return [
    'v=0',
    `o=sagegate ${session} 1 ${net}`,
    's=-',
    `c=${net}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${PCMU} ${PCMA} ${TELEPHONE_EVENT}`,
    `a=rtpmap:${PCMU} PCMU/8000`,
    `a=rtpmap:${PCMA} PCMA/8000`,
    `a=rtpmap:${TELEPHONE_EVENT} telephone-event/8000`,
    `a=fmtp:${TELEPHONE_EVENT} 0-15`,
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n');
}

export interface FarSound {
  readonly address: string;
  readonly port: number;
  /** How to send: the first of ours that the other side takes. */
  readonly codec: typeof PCMU | typeof PCMA;
  /** The payload type of its keys. */
  readonly events: number;
}

/** The other side's answer; undefined when no keys can come from it. */
export function readAnswer(body: string): FarSound | undefined {
  const lines = body.split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith('m=audio '));
  if (start === -1) return undefined;
  const next = lines.findIndex((line, i) => i > start && line.startsWith('m='));
  const section = lines.slice(start, next === -1 ? undefined : next);
  const [, port, list = ''] = /^m=audio ([0-9]{1,5}) RTP\/AVP((?: [0-9]{1,3}){1,32})$/.exec(section[0]?.trimEnd() ?? '') ?? [];
  const session = lines.slice(
    0,
    lines.findIndex((line) => line.startsWith('m=')),
  );
  const address = [...section, ...session].flatMap((line) => /^c=IN IP[46] ([0-9A-Fa-f.:]+)\s*$/.exec(line)?.[1] ?? [])[0];
  const types = list.trim().split(' ').map(Number);
  const codec = types.find((type): type is typeof PCMU | typeof PCMA => type === PCMU || type === PCMA);
  const events = types.find((type) => type >= 96 && type < 128 && section.some((line) => isEvents(line, type)));
  const number = Number(port);
  if (address === undefined || isIP(address) === 0 || codec === undefined || events === undefined) return undefined;
  return number >= 1 && number <= 65_535 ? { address, port: number, codec, events } : undefined;
}

const isEvents = (line: string, type: number): boolean => line.toLowerCase().trimEnd().startsWith(`a=rtpmap:${type} telephone-event/8000`);
