import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../../src/server/outbox.ts';
import { SPOKEN } from '../../src/services/accounts/code-message.ts';
import { accounts, signUps as signUpRows } from '../../src/store/tables/account.ts';
import { openStage, otherCode, SOURCE, type Stage } from './stage.ts';

/* The telephone rings, the page shows a code, and the code is typed on the telephone's keys. */

let stage: Stage;
let token: string;
beforeEach(async () => {
  stage = await openStage();
  token = await stage.walkTo('phone');
});
afterEach(() => stage.close());

const MINUTE = 60_000;

async function ring(): Promise<{ callId: string; digits: string }> {
  const { code } = await stage.signUps.verifyPhone(token, 'voice', undefined, SOURCE);
  return { callId: stage.calls.at(-1)?.callId ?? '', digits: code?.call?.digits ?? '' };
}
const state = async () => (await stage.signUps.show(token)).code?.call?.state;

describe('a call', () => {
  it('rings the number, shows the same code at every look, and ends with the account', async () => {
    const { callId, digits } = await ring();
    expect(stage.calls).toEqual([{ callId: expect.stringMatching(/^[\w-]{43}\.[0-9]+$/), to: '+12065550100', digits: 6 }]);
    expect(digits).toMatch(/^[0-9]{6}$/);
    expect(await stage.signUps.show(token)).toMatchObject({
      step: 'phone',
      code: { by: 'voice', sentTo: '+1•••••0100', triesLeft: 5, call: { digits, state: 'ringing' } },
    });
    expect(await stage.signUps.answered(callId)).toBe(0);
    expect(await state()).toBe('answered');
    expect(await stage.signUps.typed(callId, digits, 0)).toBe('right');
    const done = await stage.signUps.show(token);
    expect(done).toMatchObject({ step: 'complete', accountId: expect.stringMatching(/^[0-9]{12}$/) });
    expect(await stage.store.get(accounts, [done.accountId ?? ''])).toMatchObject({ status: 'ACTIVE' });
  });

  it('tells who waits how it ended, and rings again with another code when asked to', async () => {
    const { callId, digits } = await ring();
    for (const how of ['busy', 'unanswered', 'failed', 'hung up'] as const) {
      await stage.signUps.ended(callId, how);
      expect(await state()).toBe(how);
    }
    stage.clock.advance(1);
    const again = await stage.signUps.resend(token, SOURCE);
    expect(again.code?.call?.state).toBe('ringing');
    expect(again.code?.call?.digits).not.toBe(digits);
    expect(stage.calls.map(({ to }) => to)).toEqual(['+12065550100', '+12065550100']);
    stage.clock.advance(10 * MINUTE);
    expect(await state()).toBe('expired');
  });

  it('that could not be made is told to the operator, and to who waits', async () => {
    stage.broken.phone = true;
    await expect(ring()).rejects.toMatchObject({ status: 503, code: 'ServiceUnavailableException' });
    expect(String(stage.errors[0])).toContain('pbx.internal');
    expect(await state()).toBe('failed');
  });

  it.each([
    ['text', 'voice', 'This server makes calls and sends no text messages.'],
    ['voice', 'text', 'This server sends text messages and makes no calls.'],
  ] as const)('is asked for where it can be made: no %s with a channel for %s', async (asked, able, message) => {
    stage.ways.splice(0, 2, able);
    await expect(stage.signUps.verifyPhone(token, asked, undefined, SOURCE)).rejects.toMatchObject({ status: 400, message });
  });
});

describe('C01 guessing codes', () => {
  it('takes five tries on the keys, over all calls for one code; then the right one is refused too', async () => {
    const { callId, digits } = await ring();
    for (let turn = 0; turn < 4; turn++) expect(await stage.signUps.typed(callId, otherCode(digits), turn)).toBe('wrong');
    expect(await stage.signUps.answered(callId)).toBe(4);
    expect(await stage.signUps.typed(callId, '', 4)).toBe('over');
    expect(await stage.signUps.typed(callId, digits, 5)).toBe('over');
    expect(await stage.signUps.answered(callId)).toBeUndefined();
    expect(await stage.signUps.show(token)).toMatchObject({ step: 'phone', code: { triesLeft: 0 } });
  });

  it('lets fifty at once type one turn', async () => {
    const { callId, digits } = await ring();
    const wrong = Array.from({ length: 50 }, (_, i) => String((Number(digits) + 1 + i) % 1_000_000).padStart(6, '0'));
    const came = await Promise.all(wrong.map((each) => stage.signUps.typed(callId, each, 0)));
    expect(came.filter((each) => each === 'wrong')).toHaveLength(1);
    expect(await stage.signUps.show(token)).toMatchObject({ code: { triesLeft: 4 } });
  });

  it('stores no code', async () => {
    const { digits } = await ring();
    expect(JSON.stringify(await stage.store.list(signUpRows, { prefix: [] }))).not.toContain(digits);
  });
});

describe('C02 a code is good for its own call, on the keys, once', () => {
  it('is worth nothing on the page that shows it', async () => {
    const { digits } = await ring();
    await expect(stage.signUps.confirmPhone(token, digits)).rejects.toMatchObject({
      code: 'ConflictException',
      status: 409,
      message: 'Type this code on the keys of the telephone that rings.',
    });
    expect(await stage.store.count(accounts, { prefix: [] })).toBe(0);
  });

  it('does not work again, later, in an older call, or after the way was changed', async () => {
    const first = await ring();
    const second = await ring();
    expect(await stage.signUps.typed(first.callId, first.digits, 0)).toBe('over');
    expect(await stage.signUps.typed(first.callId, second.digits, 0)).toBe('over');
    await stage.signUps.verifyPhone(token, 'text', undefined, SOURCE);
    expect(await stage.signUps.typed(second.callId, second.digits, 0)).toBe('over');
    const third = await ring();
    stage.clock.advance(10 * MINUTE);
    expect(await stage.signUps.typed(third.callId, third.digits, 0)).toBe('over');
    const fourth = await ring();
    expect(await stage.signUps.typed(fourth.callId, fourth.digits, 0)).toBe('right');
    expect(await stage.signUps.typed(fourth.callId, fourth.digits, 0)).toBe('over');
    expect(await stage.store.count(accounts, { prefix: [] })).toBe(1);
  });

  it("does not work in another sign-up's call", async () => {
    const mine = await ring();
    const other = await stage.walkTo('phone', 'other@example.com', '192.0.2.9');
    await stage.signUps.verifyPhone(other, 'voice', '+12065550177', '192.0.2.9');
    expect(await stage.signUps.typed(stage.calls.at(-1)?.callId ?? '', mine.digits, 0)).toBe('wrong');
  });
});

describe('C04 calls nobody asked for', () => {
  it.each(['', 'x', `${'x'.repeat(43)}.1`, `${'x'.repeat(43)}.${'9'.repeat(17)}`, '../..', '\u0000'])(
    'knows no call %j',
    async (callId) => {
      expect(await stage.signUps.answered(callId)).toBeUndefined();
      expect(await stage.signUps.typed(callId, '123456', 0)).toBe('over');
      await stage.signUps.ended(callId, 'busy');
    },
  );

  it('takes digits of one turn once: who repeats them does not use up tries', async () => {
    const { callId, digits } = await ring();
    expect(await stage.signUps.typed(callId, otherCode(digits), 0)).toBe('wrong');
    for (let i = 0; i < 10; i++) expect(await stage.signUps.typed(callId, otherCode(digits), 0)).toBe('over');
    expect(await stage.signUps.show(token)).toMatchObject({ code: { triesLeft: 4 } });
  });
});

describe('the telephone of the outbox', () => {
  let outbox: Outbox;
  const heard: string[] = [];
  const listener = {
    answered: async () => 0 as number | undefined,
    typed: async (_: string, digits: string) => {
      heard.push(digits);
      return digits === '123456' ? ('right' as const) : digits === '000000' ? ('over' as const) : ('wrong' as const);
    },
    ended: async (_: string, how: string) => void heard.push(how),
  };
  beforeEach(async () => {
    heard.length = 0;
    outbox = new Outbox(stage.clock, 3, () => undefined);
    await outbox.placeCall({ callId: 'x', to: '+12065550100', digits: 6 }, listener);
  });
  const call = () => outbox.list().at(-1)?.call;

  it('is answered, has keys, and says how it went', async () => {
    const phone = outbox.phone(1);
    await phone?.press('123456');
    expect(heard).toEqual([]);
    await phone?.answer();
    expect(call()).toEqual({ state: 'answered', says: SPOKEN.ask, typed: '' });
    await phone?.press('99*12');
    expect(call()).toMatchObject({ typed: '12' });
    await phone?.press('345#7');
    expect(call()).toEqual({ state: 'answered', says: SPOKEN.wrong, typed: '' });
    await phone?.press('123456789');
    expect(call()).toEqual({ state: 'over', says: SPOKEN.right, typed: '' });
    expect(heard).toEqual(['123457', '123456']);
  });

  it.each([
    ['declined', () => outbox.phone(1)?.hangUp('busy'), ['busy']],
    [
      'hung up',
      () =>
        outbox
          .phone(1)
          ?.answer()
          .then(() => outbox.phone(1)?.hangUp()),
      ['hung up'],
    ],
    ['hung up twice', () => Promise.all([1, 1].map((id) => outbox.phone(id)?.hangUp())), ['hung up']],
    ['called anew', () => outbox.placeCall({ callId: 'y', to: '+12065550100', digits: 6 }, listener), ['unanswered']],
  ])('is over when it is %s', async (_, end, told) => {
    await end();
    expect(call()?.state).toBe('over');
    expect(heard).toEqual(told);
  });

  it('goes with its message', async () => {
    for (let i = 0; i < 3; i++) await outbox.placeCall({ callId: `${i}`, to: `+1206555010${i + 1}`, digits: 6 }, listener);
    expect(outbox.phone(1)).toBeUndefined();
    outbox.clear();
    expect(outbox.phone(4)).toBeUndefined();
  });
});
