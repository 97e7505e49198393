/*
 * Keys of a telephone as they come in RTP: an event is told in several packets that share a timestamp, the last ones with a mark that it has ended.
 * @see https://www.rfc-editor.org/rfc/rfc4733#section-2.5
 */

const KEYS = '0123456789*#';

/** Reads the keys out of the packets of one sender. */
export class KeypadEvents {
  readonly #payloadType: number;
  #last: { readonly source: number; readonly timestamp: number; readonly event: number; readonly hasEnded: boolean } | undefined;

  constructor(payloadType: number) {
    this.#payloadType = payloadType;
  }

  /** The key that a packet begins; undefined for packets of one that is told already, for sound, and for what is no RTP. Never throws. */
  read(packet: Uint8Array): string | undefined {
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
    if (bytes.length < 16) return undefined;
    const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
    if (first >> 6 !== 2 || (second & 0x7f) !== this.#payloadType) return undefined;
    let at = 12 + (first & 0x0f) * 4;
    if (first & 0x10) at += bytes.length < at + 4 ? bytes.length : 4 + bytes.readUInt16BE(at + 2) * 4;
    if (bytes.length < at + 4) return undefined;
    const [event, hasEnded] = [bytes.readUInt8(at), (bytes.readUInt8(at + 1) & 0x80) !== 0];
    const [timestamp, source] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
    const last = this.#last;
    // The marker stands on the first packet of a key: after an end it begins another press of the same one.
    const isAnother =
      last?.source !== source || last.timestamp !== timestamp || last.event !== event || (last.hasEnded && second >= 0x80 && !hasEnded);
    // Late packets of the key before.
    if (last?.source === source && ((timestamp - last.timestamp) | 0) < 0 && !(second >= 0x80)) return undefined;
    this.#last = { source, timestamp, event, hasEnded: hasEnded || (!isAnother && last.hasEnded) };
    return isAnother ? KEYS[event] : undefined;
  }
}
