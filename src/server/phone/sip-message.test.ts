import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, formatSip, headerOf, parameterOf, parseSip } from './sip-message.ts';

const read = (text: string) => parseSip(Buffer.from(text.replaceAll('\n', '\r\n')));

describe('a SIP message', () => {
  it('is read with compact, folded, repeated and listed headers', () => {
    const message = read(`SIP/2.0 200 OK
v: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2
Via: SIP/2.0/UDP c
t : "Doe, Jane" <sip:+1@x>
 ;tag=abc
i: call-1
Record-Route: <sip:p1;lr>,<sip:p2,3;lr>
l: 4

body and more`);
    expect(message).toMatchObject({ status: 200, body: 'body' });
    expect(message?.headers.get('via')).toEqual(['SIP/2.0/UDP a;branch=z9hG4bK1', 'SIP/2.0/UDP b;branch=z9hG4bK2', 'SIP/2.0/UDP c']);
    expect(message?.headers.get('record-route')).toEqual(['<sip:p1;lr>', '<sip:p2,3;lr>']);
    expect(message && parameterOf(headerOf(message, 'via'), 'branch')).toBe('z9hG4bK1');
    expect(message && parameterOf(headerOf(message, 'to'), 'tag')).toBe('abc');
    expect(message && headerOf(message, 'call-id')).toBe('call-1');
  });

  it('is read in no more time than it has characters, whatever stands in its headers', () => {
    // Long blanks inside a value, which would cost seconds each if they were tried from every place.
    const message = read(`BYE sip:x SIP/2.0\nSubject: \t a${' '.repeat(16_000)}b \t\n\n`);
    for (let i = 0; i < 100; i++) expect(read(`BYE sip:x SIP/2.0\nSubject: a${' '.repeat(16_000)}b\n\n`)).toEqual(message);
    expect(message && headerOf(message, 'subject')).toHaveLength(16_002);
  }, 10_000);

  it('reads its own', () => {
    const sent = formatSip('BYE sip:x SIP/2.0', [['Call-ID', 'c']], 'ä');
    expect(parseSip(sent)).toMatchObject({ method: 'BYE', body: 'ä' });
    expect(sent.toString()).toBe('BYE sip:x SIP/2.0\r\nCall-ID: c\r\nContent-Length: 2\r\n\r\nä');
  });

  it.each([
    ['nothing', ''],
    ['no end', 'SIP/2.0 200 OK\nVia: x\n'],
    ['another version', 'SIP/3.0 200 OK\n\n'],
    ['no such status', 'SIP/2.0 700 No\n\n'],
    ['HTTP', 'GET / HTTP/1.1\n\n'],
    ['a header without a name', 'BYE sip:x SIP/2.0\n: x\n\n'],
    ['a length that is none', 'BYE sip:x SIP/2.0\nContent-Length: 1e3\n\n'],
    ['a NUL', 'BYE sip:x SIP/2.0\nFrom: a\0b\n\n'],
    ['too many lines', `BYE sip:x SIP/2.0\n${'Via: x\n'.repeat(129)}\n`],
    ['too much', `BYE sip:x SIP/2.0\n\n${'x'.repeat(20_000)}`],
  ])('is not %s', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it.each([
    ['<sip:a@b:5070;transport=udp>;expires=60', 'sip:a@b:5070;transport=udp'],
    ['"A" <sips:a@b>', 'sips:a@b'],
    ['sip:a@b;expires=60', 'sip:a@b'],
    ['<http://a>', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('names the address in %j', (value, address) => {
    expect(addressOf(value)).toBe(address);
  });

  it('is an answer or nothing, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void parseSip(bytes)));
    const lines = fc.array(fc.constantFrom('SIP/2.0 200 OK', 'v: a,"<,', 'To: <x;tag=', ' folded', ':', 'l: 9', '', 'ACK sip:x SIP/2.0'));
    fc.assert(fc.property(lines, (parts) => void parseSip(Buffer.from(parts.join('\r\n')))));
  });
});
