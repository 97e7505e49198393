import { TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../core/id.ts';
import { createTotpSeed, NEW_TOTP_STATE, type TotpState, totpCode, totpQrPng, totpUri, verifyCode, verifyCodePair } from './totp.ts';

/** `12345678901234567890` of RFC 6238, appendix B. */
const RFC_SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const STEP = 30_000;
const NOW = Date.UTC(2026, 10, 21, 1, 0, 0);

it.each([
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
])('RFC 6238: at %i s the code is %s', (seconds, code) => {
  expect(totpCode(RFC_SEED, seconds * 1000, 8)).toBe(code);
  expect(totpCode(RFC_SEED, seconds * 1000)).toBe(code.slice(2));
});

it('seeds have 64 base32 characters, differ, and mean the same to another implementation', () => {
  const seed = createTotpSeed(systemRandom);
  expect(seed).toMatch(/^[A-Z2-7]{64}$/);
  expect(createTotpSeed(systemRandom)).not.toBe(seed);
  for (const at of [0, NOW, NOW + 12_345_678]) expect(totpCode(seed, at)).toBe(new TOTP({ secret: seed }).generate({ timestamp: at }));
});

const seed = createTotpSeed({ bytes: (count) => Uint8Array.from({ length: count }, (_, i) => i * 7) });
const code = (steps: number): string => totpCode(seed, NOW + steps * STEP);

describe('a pair of codes', () => {
  const pair = (first: string, second: string, state: TotpState = NEW_TOTP_STATE): ReturnType<typeof verifyCodePair> =>
    verifyCodePair(seed, state, first, second, NOW);

  it.each([
    ['now and next', -1, 0, true],
    ['at the far past', -999, -998, true],
    ['past the far past', -1000, -999, false],
    ['at the far future', 999, 1000, true],
    ['past the far future', 1000, 1001, false],
    ['equal', 0, 0, false],
    ['reversed', 1, 0, false],
    ['not consecutive', 0, 2, false],
  ])('%s', (_name, first, second, accepted) => {
    const result = pair(code(first), code(second));
    expect(result.accepted).toBe(accepted);
    if (accepted) expect(result.state.adjustment).toBe(second);
    else expect(result.state).toBe(NEW_TOTP_STATE);
  });

  it.each([
    ['12345', '123456'],
    ['123456 ', '123456'],
    ['', ''],
    ['١٢٣٤٥٦', '١٢٣٤٥٦'],
  ])('refused: %s %s', (first, second) => expect(pair(first, second).accepted).toBe(false));

  it('C09 is taken once, and neither it nor an older or overlapping one again', () => {
    const { state } = pair(code(0), code(1));
    for (const [first, second] of [
      [0, 1],
      [-1, 0],
      [1, 2],
    ] as const)
      expect(pair(code(first), code(second), state).accepted).toBe(false);
    expect(pair(code(2), code(3), state).accepted).toBe(true);
  });

  it('of a clock that is hours off is searched around the known adjustment', () => {
    const state = pair(code(900), code(901)).state;
    expect(pair(code(1900), code(1901), state).accepted).toBe(true);
    expect(pair(code(1901), code(1902), state).accepted).toBe(false);
  });

  it('does not consume its codes for signing in', () => {
    const { state } = pair(code(-1), code(0));
    expect(verifyCode(seed, state, code(0), NOW).outcome).toBe('accepted');
  });
});

describe('a single code', () => {
  const single = (steps: number, state: TotpState = NEW_TOTP_STATE, at = NOW): ReturnType<typeof verifyCode> =>
    verifyCode(seed, state, code(steps), at);

  it.each([
    [-3, 'invalid'],
    [-2, 'accepted'],
    [0, 'accepted'],
    [2, 'accepted'],
    [3, 'invalid'],
  ])('%i steps away is %s', (steps, outcome) => expect(single(steps).outcome).toBe(outcome));

  it('is looked for around the adjusted time', () => {
    const state = { ...NEW_TOTP_STATE, adjustment: 100 };
    expect([single(100, state).outcome, single(0, state).outcome]).toEqual(['accepted', 'invalid']);
  });

  it('C09 works once, in any order', () => {
    let state = NEW_TOTP_STATE;
    for (const [steps, outcome] of [
      [1, 'accepted'],
      [1, 'invalid'],
      [-1, 'accepted'],
      [0, 'accepted'],
      [-1, 'invalid'],
      [0, 'invalid'],
    ] as const) {
      const result = single(steps, state);
      expect(result.outcome).toBe(outcome);
      state = result.state;
    }
    expect(state.used).toHaveLength(3);
  });

  it('C09 a clock set back does not revive a code', () => {
    const used = single(0).state;
    const later = verifyCode(seed, used, code(20), NOW + 20 * STEP).state;
    expect(later.used).toHaveLength(1);
    expect(single(0, later).outcome).toBe('invalid');
  });

  it('C08 nine tries in three minutes, good or bad, then none until the window ends', () => {
    let state = NEW_TOTP_STATE;
    for (let i = 0; i < 9; i++) {
      const result = i === 4 ? single(0, state) : verifyCode(seed, state, 'wrong', NOW);
      expect(result.outcome).toBe(i === 4 ? 'accepted' : 'invalid');
      state = result.state;
    }
    expect(single(1, state).outcome).toBe('throttled');
    expect(single(1, state).state).toBe(state);
    expect(verifyCode(seed, state, code(5), NOW + 179_999).outcome).toBe('throttled');
    expect(verifyCode(seed, state, code(6), NOW + 180_000).outcome).toBe('accepted');
  });
});

it('the QR code says what an authenticator reads', async () => {
  const uri = totpUri('alice+phone', '111122223333', seed);
  expect(uri).toBe(`otpauth://totp/alice+phone@111122223333?secret=${seed}`);
  expect(totpUri('a?b#c', 'd', seed)).toBe(`otpauth://totp/a%3Fb%23c@d?secret=${seed}`);
  const png = Buffer.from(await totpQrPng(uri));
  expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
});
