import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SipPhone } from '../../src/server/phone/sip-phone.ts';
import { describeWith } from '../clients.ts';
import { findProgram, freePort } from '../component.ts';
import { Listener, phoneTo, type Sipp, SOUND_PORTS, startSipp, steps } from './sip-stage.ts';

const sipp = findProgram('sipp');
/** It plays keys through a raw socket. */
const isHere = sipp !== undefined && process.getuid?.() === 0;

const CODE = '440711';
const CALL = { callId: 'call', to: '+12065550100', digits: 6 };
const { invited, ringing, pickUp, press, pause, leftByUs } = steps;

let port: number;
let phone: SipPhone;
let running: Sipp | undefined;
const errors: unknown[] = [];

describeWith('sipp', isHere, 'a call by SIP, answered by sipp', () => {
  beforeEach(async () => {
    port = await freePort();
    errors.length = 0;
  });
  afterEach(() => {
    phone.close();
    running?.stop();
  });

  async function call(scenario: readonly string[], listener: Listener, options: { timing?: object; line?: object } = {}) {
    running = startSipp(sipp ?? '', port, await freePort(SOUND_PORTS), scenario.join('\n'));
    phone = phoneTo(port, errors, options.line, options.timing);
    await phone.placeCall(CALL, listener);
    return running;
  }

  it('rings, is picked up, hears the keys of the telephone, and says goodbye', async () => {
    const listener = new Listener(CODE);
    const { ended } = await call([invited, ringing, pause(200), pickUp, pause(500), press(CODE), leftByUs], listener);
    await listener.until(`typed ${CODE}`);
    expect(await ended).toMatchObject({ code: 0 });
    expect(listener.told).toEqual(['answered', `typed ${CODE}`]);
    expect(errors).toEqual([]);
  });

  it('asks again after a wrong code, and takes back what was typed before a star', async () => {
    const listener = new Listener(CODE);
    const { ended } = await call([invited, pickUp, pause(300), press('111111'), pause(300), press(`99*#${CODE}`), leftByUs], listener);
    await listener.until(`typed ${CODE}`);
    expect(await ended).toMatchObject({ code: 0 });
    expect(listener.told).toEqual(['answered', 'typed 111111', `typed ${CODE}`]);
  });

  it('says who it is when it is asked to, by digest', async () => {
    const listener = new Listener(CODE, 0);
    const { ended } = await call([invited, steps.challenge, ringing, pickUp, leftByUs], listener);
    expect(await ended).toMatchObject({ code: 0 });
    expect(listener.told).toEqual(['answered']);
  });

  it('is nobody with another password', async () => {
    const listener = new Listener(CODE, 0);
    await call([invited, steps.challenge, ringing, pickUp, leftByUs], listener, { line: { password: 'another' } });
    await listener.until('failed');
    expect(String(errors[0])).toContain('with 403');
  });

  it('that finds the line busy says so', async () => {
    const listener = new Listener(CODE);
    const { ended } = await call([invited, ringing, steps.busy, steps.acknowledged], listener);
    await listener.until('busy');
    expect(await ended).toMatchObject({ code: 0 });
    expect(errors).toEqual([]);
  });

  it('that nobody answers is cancelled', async () => {
    const listener = new Listener(CODE);
    const { ended } = await call([invited, ringing, steps.cancelled], listener, { timing: { rings: 1000 } });
    await listener.until('unanswered');
    expect(await ended).toMatchObject({ code: 0 });
    expect(listener.told).toEqual(['unanswered']);
  });

  it('asks as often as there are tries when nobody presses a key, and hangs up', async () => {
    const listener = new Listener(CODE, 3);
    const { ended } = await call([invited, pickUp, leftByUs], listener, { timing: { thinks: 300 } });
    expect(await ended).toMatchObject({ code: 0 });
    expect(listener.told).toEqual(['answered', 'typed ', 'typed ', 'typed ']);
  });

  it('ends after three minutes, whatever is pressed', async () => {
    const listener = new Listener(CODE);
    const { ended } = await call([invited, pickUp, leftByUs], listener, { timing: { lasts: 700 } });
    await listener.until('hung up');
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('that can bring no keys is ended, and the operator is told why', async () => {
    const listener = new Listener(CODE);
    const { ended } = await call([invited, steps.pickUpWithoutKeys, leftByUs], listener);
    await listener.until('failed');
    expect(await ended).toMatchObject({ code: 0 });
    expect(String(errors[0])).toContain('telephone-events');
  });
});
