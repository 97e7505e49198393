import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessKeyId, accountOfAccessKeyId, base32, secretAccessKey, systemRandom, uniqueId, uuid } from './id.ts';

describe('access key ids', () => {
  it.each([
    ['ASIAY34FZKBOKMUTVV7A', '609629065308'],
    ['AKIARZPUZDIKPH24YJLX', '123456789012'],
    ['AKIAIOSFODNN7EXAMPLE', undefined],
    ['AKIA', undefined],
    ['AKIA0000000000000000', undefined],
  ])('%s carries the account %s', (id, account) => expect(accountOfAccessKeyId(id)).toBe(account));

  it.each(['000000000001', '123456789012', '999999999999'])('a new key of account %s gives it back', (account) => {
    const id = accessKeyId('AKIA', account, systemRandom);
    expect(id).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(accountOfAccessKeyId(id)).toBe(account);
  });
});

it('ids hold a set bit, the account and what is random, to the bit', () => {
  const whole = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999_999_999_999 }),
      fc.uint8Array({ minLength: 6, maxLength: 6 }),
      fc.uint8Array({ minLength: 5, maxLength: 5 }),
      (number, six, five) => {
        const account = String(number).padStart(12, '0');
        const unique = (1n << 84n) | (BigInt(number) << 44n) | (whole(six) & ((1n << 44n) - 1n));
        expect(uniqueId('AROA', account, { bytes: () => six })).toBe(`AROA${base32(unique, 17)}`);
        const key = (1n << 79n) | (BigInt(number) << 39n) | (whole(five) & ((1n << 39n) - 1n));
        expect(accessKeyId('ASIA', account, { bytes: () => five })).toBe(`ASIA${base32(key, 16)}`);
      },
    ),
  );
});

it('unique ids have 21 characters and differ', () => {
  const ids = new Set(Array.from({ length: 100 }, () => uniqueId('AIDA', '123456789012', systemRandom)));
  expect(ids.size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^AIDA[A-Z2-7]{17}$/);
});

it('no randomness of the system is given twice, whatever is asked for', () => {
  const given = Array.from({ length: 2000 }, (_, i) => systemRandom.bytes(8 + (i % 60)));
  for (const [i, bytes] of given.entries()) expect(bytes).toHaveLength(8 + (i % 60));
  // 64 bits each: two alike, or one that was wiped before it was given, would be one twice.
  expect(new Set(given.map((bytes) => Buffer.from(bytes).toString('hex').slice(0, 16))).size).toBe(2000);
  expect(systemRandom.bytes(100_000)).toHaveLength(100_000);
  expect(systemRandom.bytes(0)).toHaveLength(0);
});

it('secrets have 40 characters of the base64 alphabet', () => expect(secretAccessKey(systemRandom)).toMatch(/^[A-Za-z0-9+/]{40}$/));

it('request ids are version 4 UUIDs', () =>
  expect(uuid(systemRandom)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
