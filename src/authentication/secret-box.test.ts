import { describe, expect, it } from 'vitest';
import { type Random, systemRandom } from '../core/id.ts';
import { createMasterKey, formatMasterKey, KeyRing, parseKeyRing, parseMasterKey } from './master-key.ts';
import { open, seal } from './sealed.ts';
import { SecretBox } from './secret-box.ts';

const key = createMasterKey(systemRandom);
const keys = new KeyRing(key);
const box = new SecretBox(keys, systemRandom);
const place = { account: '111122223333', entity: 'AKIAIOSFODNN7EXAMPLE', column: 'access_key.secret' };

describe('master keys', () => {
  it('are read back from their text', () => expect(parseMasterKey(`${formatMasterKey(key)}\n`)).toEqual(key));
  it.each(['base64', 'base64url', 'hex'] as const)('are read from bare %s', (encoding) =>
    expect(parseMasterKey(Buffer.from(key.bytes).toString(encoding))).toEqual(key),
  );

  it.each([
    ['empty', ''],
    ['short', Buffer.alloc(16, 7).toString('base64')],
    ['too long', 'a'.repeat(66)],
    ['a passphrase', 'correct horse battery staple correct horse battery'],
  ])('G07 refused: %s', (_name, text) => expect(() => parseMasterKey(text)).toThrow('The master key must be 32 bytes'));

  it('G07 refused: not random', () => expect(() => parseMasterKey('ab'.repeat(32))).toThrow('The master key is not random'));
  it('G07 a refusal does not repeat the text', () => expect(() => parseMasterKey('hunter2')).toThrow(/^(?!.*hunter2)/));

  it('their ids tell nothing of them, and differ', () => {
    expect(key.id).toMatch(/^[\w-]{8}$/);
    expect(Buffer.from(key.bytes).toString('base64url')).not.toContain(key.id);
    expect(createMasterKey(systemRandom).id).not.toBe(key.id);
  });

  it('make a list, the current one first', () => {
    const older = createMasterKey(systemRandom);
    const ring = parseKeyRing(`# since May\n${formatMasterKey(key)}\n\n${formatMasterKey(older)}\n`);
    expect(ring.ids).toEqual([key.id, older.id]);
    expect(ring.current).toEqual(key);
  });

  it.each([
    ['none', '# nothing\n', 'There is no master key'],
    ['one twice', `${formatMasterKey(key)}\n${formatMasterKey(key)}`, 'names one key twice'],
    ['17', Array.from({ length: 17 }, () => formatMasterKey(createMasterKey(systemRandom))).join('\n'), 'more than 16'],
  ])('a list of %s is refused', (_name, text, sentence) => expect(() => parseKeyRing(text)).toThrow(sentence));

  it('T04 every purpose has another key', () => {
    const purposes = ['secret-box', 'session-token', 'signin-token', 'console-cookie', 'pagination-marker'] as const;
    const derived = purposes.map((purpose) => keys.key(purpose)?.toString('hex'));
    expect(new Set(derived).size).toBe(purposes.length);
    expect(derived).not.toContain(Buffer.from(key.bytes).toString('hex'));
  });
});

describe('the secret box', () => {
  const sealed = box.seal('wJalrXUtnFEMI/K7MDENG', place);

  it('opens what it sealed', () => expect(box.open(sealed, place)).toBe('wJalrXUtnFEMI/K7MDENG'));
  it('seals an empty text', () => expect(box.open(box.seal('', place), place)).toBe(''));
  it('G05 the text holds nothing of the secret', () => expect(Buffer.from(sealed, 'latin1').includes('wJalr')).toBe(false));

  it.each([
    ['account', { ...place, account: '444455556666' }],
    ['entity', { ...place, entity: 'AKIAI44QH8DHBEXAMPLE' }],
    ['column', { ...place, column: 'mfa_device.seed' }],
    ['the same letters, cut elsewhere', { ...place, account: '11112222333', entity: `3${place.entity}` }],
  ])('G06 does not open in another place: %s', (_name, other) => expect(box.open(sealed, other)).toBeUndefined());

  it('every single altered character is noticed', () => {
    for (let i = 0; i < sealed.length; i++) {
      const other = sealed[i] === 'A' ? 'B' : 'A';
      expect(box.open(sealed.slice(0, i) + other + sealed.slice(i + 1), place)).toBeUndefined();
    }
  });

  it.each([
    ['empty', ''],
    ['no version', sealed.slice(3)],
    ['another version', sealed.replace('v1.', 'v2.')],
    ['cut', sealed.slice(0, -1)],
    ['only a tag', 'v1.AAAA'],
    ['padded', `${sealed}=`],
    ['longer', `${sealed}AAAA`],
    ['blanks', sealed.replace('v1.', 'v1. ')],
  ])('refused: %s', (_name, text) => expect(box.open(text, place)).toBeUndefined());

  it('G07 a text under an older key opens while the key is in the ring, and is to be sealed anew', () => {
    const next = createMasterKey(systemRandom);
    const rotated = new SecretBox(new KeyRing(next, [key]), systemRandom);
    expect(rotated.open(sealed, place)).toBe('wJalrXUtnFEMI/K7MDENG');
    expect([box.isCurrent(sealed), rotated.isCurrent(sealed), rotated.isCurrent(rotated.seal('x', place))]).toEqual([true, false, true]);
    expect(new SecretBox(new KeyRing(next), systemRandom).open(sealed, place)).toBeUndefined();
  });
});

describe('T03 randomness that repeats', () => {
  const stuck: Random = { bytes: (count) => new Uint8Array(count) };
  const of = (text: string): Buffer => seal(Buffer.from(text), 'secret-box', ['a'], keys, stuck);

  it('does not repeat a key: other text, other salt, unrelated ciphertext', () => {
    const [one, two] = [of('attack at dawn'), of('attack at dusk')];
    expect(one.subarray(6, 30)).not.toEqual(two.subarray(6, 30));
    expect(one.subarray(30, 39)).not.toEqual(two.subarray(30, 39));
  });

  it('with working randomness, equal texts differ', () => {
    const [one, two] = [box.seal('same', place), box.seal('same', place)];
    expect(one).not.toBe(two);
  });
});

it('T04 what was sealed for one purpose does not open for another', () => {
  const sealed = seal(Buffer.from('x'), 'session-token', ['a'], keys, systemRandom);
  expect(open(sealed, 'session-token', ['a'], keys)?.toString()).toBe('x');
  for (const purpose of ['secret-box', 'signin-token', 'console-cookie', 'pagination-marker', 'device-code'] as const) {
    expect(open(sealed, purpose, ['a'], keys)).toBeUndefined();
  }
});
