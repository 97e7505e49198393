import { describe, expect, it } from 'vitest';
import { accessKeyId, accountOfAccessKeyId, secretAccessKey, systemRandom, uniqueId, uuid } from './id.ts';

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

it('unique ids have 21 characters and differ', () => {
  const ids = new Set(Array.from({ length: 100 }, () => uniqueId('AIDA', '123456789012', systemRandom)));
  expect(ids.size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^AIDA[A-Z2-7]{17}$/);
});

it('secrets have 40 characters of the base64 alphabet', () => expect(secretAccessKey(systemRandom)).toMatch(/^[A-Za-z0-9+/]{40}$/));

it('request ids are version 4 UUIDs', () =>
  expect(uuid(systemRandom)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
