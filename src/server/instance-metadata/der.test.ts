import { describe, expect, it } from 'vitest';
import { integer, objectIdentifier, octetString, sequence, time } from './der.ts';

const hex = (bytes: Buffer) => bytes.toString('hex');

describe('DER', () => {
  it.each([
    ['an empty sequence', sequence(), '3000'],
    ['zero', integer(Buffer.from([0])), '020100'],
    ['a number whose highest bit is set', integer(Buffer.from([0x80])), '02020080'],
    ['a number with zeros before it', integer(Buffer.from([0, 0, 1])), '020101'],
    ['an identifier with large parts', objectIdentifier('1.2.840.113549.1.7.2'), '06092a864886f70d010702'],
    ['a time of this century', time(Date.UTC(2026, 10, 21, 1, 2, 3)), `170d${Buffer.from('261121010203Z').toString('hex')}`],
    ['a time after 2049', time(Date.UTC(2196, 0, 1)), `180f${Buffer.from('21960101000000Z').toString('hex')}`],
  ])('writes %s', (_, written, expected) => {
    expect(hex(written)).toBe(expected);
  });

  it.each([
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ])('writes the length %i', (length, expected) => {
    expect(hex(octetString(Buffer.alloc(length))).slice(0, expected.length)).toBe(expected);
  });
});
