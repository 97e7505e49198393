import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.ts';
import { compareInstants, parseInstant } from './instant.ts';
import { isInBlock, parseIpAddress, parseIpBlock } from './ip-address.ts';
import { compareDecimals, parseDecimal } from './number.ts';

describe('numbers', () => {
  it.each<[string, string, number]>([
    ['0', '-0', 0],
    ['0', '0.000', 0],
    ['10', '10.0', 0],
    ['1e3', '1000', 0],
    ['1E+3', '1000', 0],
    ['25e-1', '2.5', 0],
    ['.5', '0.50', 0],
    ['5.', '5', 0],
    ['+7', '7', 0],
    ['007', '7', 0],
    ['9', '10', -1],
    ['99', '100', -1],
    ['12', '123', -1],
    ['0.12', '0.123', -1],
    ['0.05', '0.1', -1],
    ['-1', '0', -1],
    ['-2', '-1', -1],
    ['-10', '-9', -1],
    ['-1', '1', -1],
    ['9007199254740992', '9007199254740993', -1],
    ['123456789012345678901234567890', '123456789012345678901234567891', -1],
    ['1e-400', '1e-399', -1],
    ['1e999', '1e1000', -1],
    ['1e123456788', '1e123456789', -1],
  ])('%s and %s', (a, b, order) => {
    const [x, y] = [parseDecimal(a), parseDecimal(b)];
    if (!x || !y) throw new Error('not read');
    expect(Math.sign(compareDecimals(x, y))).toBe(order);
    expect(Math.sign(compareDecimals(y, x))).toBe(order === 0 ? 0 : -order);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '0x10',
    '1e',
    '1e+',
    'e3',
    '.',
    '-',
    '1.2.3',
    '1,000',
    'Infinity',
    'NaN',
    '１',
    '1e1234567890',
    '1'.repeat(401),
  ])('%j is none', (text) => expect(parseDecimal(text)).toBeUndefined());
  it('zero has no digits', () => expect(parseDecimal('-00.00e5')).toEqual({ sign: 0, digits: '', exponent: 0 }));
  it('may have four hundred digits', () => expect(parseDecimal('1'.repeat(400))).toBeDefined());
});

describe('instants', () => {
  it.each<[string, string]>([
    ['2026', '2026-01-01T00:00:00Z'],
    ['2026-11', '2026-11-01T00:00:00Z'],
    ['2026-11-21', '2026-11-21T00:00:00Z'],
    ['2026-11-21T10', '2026-11-21T10:00:00Z'],
    ['2026-11-21T', '2026-11-21T00:00:00Z'],
    ['2026-11-21T10:30', '2026-11-21T10:30:00Z'],
    ['2026-11-21t10:30:15z', '2026-11-21T10:30:15Z'],
    ['2026-11-21T10:30+01', '2026-11-21T09:30:00Z'],
    ['2026-11-21T10:30+01:30', '2026-11-21T09:00:00Z'],
    ['2026-11-21T10:30-0130', '2026-11-21T12:00:00Z'],
    ['1970-01-01', '1970-01-01T00:00:00Z'],
    ['1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z'],
    ['2000-02-29', '2000-02-29T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2024-12-31', '2024-12-31T00:00:00Z'],
    ['2026-07-31', '2026-07-31T00:00:00Z'],
    ['2026-08-31', '2026-08-31T00:00:00Z'],
    ['0001-01-01', '0001-01-01T00:00:00Z'],
    ['1', '1970-01-01T00:00:01Z'],
    ['0', '1970-01-01T00:00:00Z'],
    ['1767225600', '2026-01-01T00:00:00Z'],
  ])('%s is %s', (text, iso) => expect(parseInstant(text)).toEqual({ seconds: Date.parse(iso) / 1000, nanoseconds: 0 }));

  it('have nanoseconds', () => {
    expect(parseInstant('2026-01-01T00:00:00.5Z')?.nanoseconds).toBe(500_000_000);
    expect(parseInstant('2026-01-01T00:00:00,000000001Z')?.nanoseconds).toBe(1);
    expect(parseInstant('2026-01-01T00:01:15.25+00:01')).toEqual({ seconds: 1767225615, nanoseconds: 250_000_000 });
  });

  it.each<[string, string]>([
    ['2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.2Z'],
    ['2026-01-01', '1767225601'],
    ['-0001-01-01', '0001-01-01'],
    ['9007199254740993', '9007199254740994'],
    ['9223372036854775806', '9223372036854775807'],
  ])('%s is before %s', (a, b) => {
    const [x, y] = [parseInstant(a), parseInstant(b)];
    if (!x || !y) throw new Error('not read');
    expect(compareInstants(x, y)).toBeLessThan(0);
    expect(compareInstants(y, x)).toBeGreaterThan(0);
    expect(compareInstants(x, x)).toBe(0);
  });

  it.each([
    '',
    'now',
    '2026-13',
    '2026-00',
    '2026-02-30',
    '2025-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-1-1T24:00',
    '2026-01-01T10:60',
    '2026-01-01T10:00:60',
    '2026-01-01T10:00+1',
    '2026-01-01T10:00+24',
    '2026-01-01T10:00:00.',
    '2026-01-01T10:00:00.1234567890',
    '2026-01-01 10:00',
    '-+2026',
    '2026-06-31',
    '2026-09-31',
    '2026-11-31',
    '1000000000-01',
    '10000000000000000000',
    '2026-01-01Z',
    '2026-01-01T10:00ZZ',
    '9223372036854775808',
    '-9999999999999',
    '1e3',
    '1.5',
    ' 2026',
    '2026-',
    '2026-01-',
    `2026${'0'.repeat(80)}`,
  ])('%j is none', (text) => expect(parseInstant(text)).toBeUndefined());

  it('AWS: the first and the last year', () => {
    expect(parseInstant('-292275054')).toBeDefined();
    expect(parseInstant('-292275055')).toBeUndefined();
    expect(parseInstant('292278993-01')).toBeDefined();
    expect(parseInstant('292278994-01')).toBeUndefined();
  });
});

describe('addresses', () => {
  it.each<[string, readonly number[] | undefined]>([
    ['203.0.113.7', [0xcb00, 0x7107]],
    ['0.0.0.0', [0, 0]],
    ['255.255.255.255', [0xffff, 0xffff]],
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['1::', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['2001:DB8::a:B', [0x2001, 0xdb8, 0, 0, 0, 0, 0xa, 0xb]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['1:2:3:4:5:6:7::', [1, 2, 3, 4, 5, 6, 7, 0]],
    ['::ffff:203.0.113.7', [0xcb00, 0x7107]],
    ['::ffff:cb00:7107', [0xcb00, 0x7107]],
    ['1::ffff:cb00:7107', [1, 0, 0, 0, 0, 0xffff, 0xcb00, 0x7107]],
    ['::1:ffff:cb00:7107', [0, 0, 0, 0, 1, 0xffff, 0xcb00, 0x7107]],
    ['0000:0000:0000:0000:0000:ffff:255.255.255.255', [0xffff, 0xffff]],
    ['1:2:3:4:5:6:203.0.113.7', [1, 2, 3, 4, 5, 6, 0xcb00, 0x7107]],
    ['::203.0.113.7', [0, 0, 0, 0, 0, 0, 0xcb00, 0x7107]],
    ['64:ff9b::203.0.113.7', [0x64, 0xff9b, 0, 0, 0, 0, 0xcb00, 0x7107]],
    ['203.0.113', undefined],
    ['203.0.113.256', undefined],
    ['203.0.113.07', undefined],
    ['203.0.113.7.1', undefined],
    ['203.0.113.', undefined],
    ['203.0.113.a', undefined],
    ['203.0.113./', undefined],
    ['203.0.113.0000', undefined],
    ['203.0.113.1000', undefined],
    ['0xcb.0.113.7', undefined],
    ['3405803783', undefined],
    ['', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1:2:3:4:5:6:7:8::', undefined],
    ['1::2::3', undefined],
    [':::', undefined],
    [':1', undefined],
    ['12345::', undefined],
    ['g::', undefined],
    ['@::', undefined],
    ['`::', undefined],
    ['/::', undefined],
    ['G::', undefined],
    ['fe80::1%eth0', undefined],
    ['[::1]', undefined],
    ['203.0.113.7::', undefined],
    ['::203.0.113.7:1', undefined],
    [`::${'0'.repeat(50)}`, undefined],
  ])('%s', (text, groups) => expect(parseIpAddress(text)).toEqual(groups));

  it.each<[string, string, boolean]>([
    ['203.0.113.255', '203.0.113.0/24', true],
    ['203.0.114.0', '203.0.113.0/24', false],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.8', '203.0.113.7', false],
    ['203.0.113.8', '203.0.113.7/31', false],
    ['203.0.113.6', '203.0.113.7/31', true],
    ['203.0.113.7', '203.0.113.7/32', true],
    ['204.0.113.7', '203.0.113.0/24', false],
    ['::1', '::1/128', true],
    ['::2', '::1/128', false],
    ['203.0.113.7', '2001:db8::cb00:7107/128', false],
    ['2001:db8::cb00:7107', '2001:db8::cb00:7107/128', true],
    ['203.1.0.0', '203.0.0.0/15', true],
    ['203.2.0.0', '203.0.0.0/15', false],
    ['255.1.2.3', '0.0.0.0/0', true],
    ['::1', '0.0.0.0/0', false],
    ['1.2.3.4', '::/0', false],
    ['2001:db8:ffff::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['2001:db8:8000::', '2001:db8::/33', false],
    ['203.0.113.9', '::ffff:203.0.113.0/120', true],
    ['203.0.114.9', '::ffff:203.0.113.0/120', false],
    ['1.2.3.4', '::ffff:0:0/96', true],
    ['1.2.3.4', '::ffff:0:0/95', false],
  ])('%s in %s: %s', (address, block, inside) => {
    const [parsedAddress, parsedBlock] = [parseIpAddress(address), parseIpBlock(block)];
    if (!parsedAddress || !parsedBlock) throw new Error('not read');
    expect(isInBlock(parsedAddress, parsedBlock)).toBe(inside);
  });

  it.each([
    '203.0.113.0/33',
    '::/129',
    '203.0.113.0/',
    '203.0.113.0/08',
    '203.0.113.0/-1',
    '203.0.113.0/1e1',
    '203.0.113.0/24/1',
    '/24',
    'x/8',
  ])('%s is no block', (text) => expect(parseIpBlock(text)).toBeUndefined());
});

describe('base64', () => {
  it.each<[string, string | undefined]>([
    ['', ''],
    ['YQ==', 'a'],
    ['YQ', 'a'],
    ['YWI=', 'ab'],
    ['YWJj', 'abc'],
    ['/+8=', '\u00ff\u00ef'],
    ['YQ=', undefined],
    ['Y', undefined],
    ['YQ===', undefined],
    ['Y Q=', undefined],
    ['YQ-_', undefined],
  ])('%j', (text, bytes) => expect(decodeBase64(text)).toBe(bytes));
});
