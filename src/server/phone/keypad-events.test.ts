import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeypadEvents } from './keypad-events.ts';
import { offerSound, readAnswer } from './session-description.ts';
import { encodeMelody, silence, toALaw, toMuLaw } from './tones.ts';

/** A packet of an event. */
function packet(
  event: number,
  timestamp: number,
  more: { end?: boolean; marker?: boolean; source?: number; type?: number; head?: number } = {},
): Buffer {
  const { end = false, marker = false, source = 7, type = 101, head = 0x80 } = more;
  const bytes = Buffer.alloc(16);
  bytes.writeUInt8(head, 0);
  bytes.writeUInt8(type | (marker ? 0x80 : 0), 1);
  bytes.writeUInt32BE(timestamp, 4);
  bytes.writeUInt32BE(source, 8);
  bytes.writeUInt8(event, 12);
  bytes.writeUInt8(end ? 0x8a : 0x0a, 13);
  return bytes;
}
const hear = (packets: readonly Buffer[]) => {
  const keys = new KeypadEvents(101);
  return packets.map((each) => keys.read(each) ?? '').join('');
};

describe('keys in RTP', () => {
  it.each([
    [
      'one key in many packets',
      [packet(4, 100, { marker: true }), packet(4, 100), packet(4, 100, { end: true }), packet(4, 100, { end: true })],
      '4',
    ],
    ['the same key twice', [packet(4, 100), packet(4, 100, { end: true }), packet(4, 900), packet(4, 900, { end: true })], '44'],
    [
      'the same key twice, recorded once',
      [packet(4, 100, { marker: true }), packet(4, 100, { end: true }), packet(4, 100, { marker: true })],
      '44',
    ],
    [
      'a first packet that comes twice',
      [packet(4, 100, { marker: true }), packet(4, 100, { marker: true }), packet(4, 100, { end: true })],
      '4',
    ],
    ['only the end of a key', [packet(4, 100, { end: true }), packet(5, 900, { end: true })], '45'],
    [
      'the end of the key before, late',
      [packet(4, 100), packet(5, 900), packet(4, 100, { end: true }), packet(5, 900, { end: true })],
      '45',
    ],
    ['star and hash', [packet(10, 100), packet(11, 900)], '*#'],
    ['events that are no keys', [packet(12, 100), packet(16, 900), packet(255, 1700)], ''],
    ['around the end of time', [packet(1, 0xffffff00), packet(2, 0x100)], '12'],
    ['sound', [packet(4, 100, { type: 0 })], ''],
    ['another version', [packet(4, 100, { head: 0x40 })], ''],
    ['contributing sources that are not there', [packet(4, 100, { head: 0x8f })], ''],
    ['an extension that is not there', [packet(4, 100, { head: 0x90 })], ''],
    [
      'an extension',
      [Buffer.concat([packet(4, 100, { head: 0x90 }).subarray(0, 12), Buffer.from([0, 0, 0, 1, 9, 9, 9, 9]), packet(4, 100).subarray(12)])],
      '4',
    ],
  ])('%s', (_, packets, keys) => {
    expect(hear(packets)).toBe(keys);
  });

  it('are read from any bytes without an error', () => {
    const keys = new KeypadEvents(101);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void keys.read(bytes)));
  });
});

describe('what is said of sound', () => {
  const answer = (...lines: string[]) => readAnswer(['v=0', 'c=IN IP4 192.0.2.1', 't=0 0', ...lines].join('\r\n'));
  const events = 'a=rtpmap:101 telephone-event/8000';

  it('offers G.711 and keys', () => {
    expect(readAnswer(offerSound('192.0.2.9', 4000, 1))).toEqual({ address: '192.0.2.9', port: 4000, codec: 0, events: 101 });
    expect(readAnswer(offerSound('2001:db8::1', 4000, 1))).toMatchObject({ address: '2001:db8::1' });
  });

  it.each([
    [
      'its own place before the session’s',
      ['m=audio 4000 RTP/AVP 8 0 96', 'c=IN IP4 192.0.2.2', 'a=rtpmap:96 telephone-event/8000'],
      { address: '192.0.2.2', port: 4000, codec: 8, events: 96 },
    ],
    [
      'the first medium that is sound',
      ['m=video 1 RTP/AVP 31', 'm=audio 4000 RTP/AVP 0 101', events, 'm=audio 1 RTP/AVP 8'],
      { address: '192.0.2.1', port: 4000, codec: 0, events: 101 },
    ],
  ])('takes %s', (_, lines, far) => {
    expect(answer(...lines)).toEqual(far);
  });

  it.each([
    ['no sound', []],
    ['refused sound', ['m=audio 0 RTP/AVP 0 101', events]],
    ['no keys', ['m=audio 4000 RTP/AVP 0']],
    ['keys of another medium', ['m=audio 4000 RTP/AVP 0 101', 'm=video 1 RTP/AVP 31', events]],
    ['no codec of ours', ['m=audio 4000 RTP/AVP 18 101', events]],
    ['another profile', ['m=audio 4000 RTP/SAVP 0 101', events]],
    ['a port beyond', ['m=audio 70000 RTP/AVP 0 101', events]],
    ['a name for an address', ['m=audio 4000 RTP/AVP 0 101', 'c=IN IP4 localhost', events].map((line) => line.replace('192.0.2.1', 'x'))],
  ])('does not take %s', (name, lines) => {
    if (name === 'a name for an address') expect(readAnswer(['v=0', ...lines].join('\r\n'))).toBeUndefined();
    else expect(answer(...lines)).toBeUndefined();
  });
});

describe('G.711', () => {
  // ITU-T G.711: silence and both ends.
  it.each([
    [0, 0xff, 0xd5],
    [32_767, 0x80, 0xaa],
    [-32_768, 0x00, 0x2a],
    [1000, 0xce, 0xfa],
    [-1000, 0x4e, 0x7a],
  ])('%i is %i and %i', (sample, mu, a) => {
    expect([toMuLaw(sample), toALaw(sample)]).toEqual([mu, a]);
  });

  it('comes in packets of 20 ms', () => {
    expect(encodeMelody([[440, 50]], 0).map((each) => each.length)).toEqual([160, 160, 160]);
    expect(silence(8)).toEqual(Buffer.alloc(160, 0xd5));
  });
});
