import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMasterKey, KeyRing } from '../../src/authentication/master-key.ts';
import { MovableClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/id.ts';
import type { MailMessage } from '../../src/core/mail.ts';
import type { PhoneCall, PhoneWay, TextMessage } from '../../src/services/accounts/channel.ts';
import { SignUps } from '../../src/services/accounts/sign-up.ts';
import { type SignUpLimits, STANDARD_LIMITS } from '../../src/services/accounts/sign-up-limits.ts';
import type { SignUpView } from '../../src/services/accounts/sign-up-view.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { allTables, documentMigrations } from '../../src/store/tables/index.ts';

export const CONTACT = {
  FullName: 'Ada Example',
  AddressLine1: '1 Example Street',
  City: 'Seattle',
  PostalCode: '98101',
  CountryCode: 'US',
  PhoneNumber: '+1 206 555 0100',
};
export const PASSWORD = 'Correct-Horse-9-Battery';
export const SOURCE = '192.0.2.1';

/** The sign-ups of a fresh store, with a clock to move and channels to look into. Passwords are not really hashed. */
export async function openStage(limits: Partial<SignUpLimits> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'sagegate-sign-up-'));
  const store = new SqliteStore({
    path: join(directory, 'store.db'),
    durability: 'off',
    tables: allTables,
    migrations: documentMigrations,
  });
  const clock = new MovableClock();
  clock.freeze(Date.UTC(2026, 10, 21));
  const mails: MailMessage[] = [];
  const messages: TextMessage[] = [];
  const calls: PhoneCall[] = [];
  const ways: PhoneWay[] = ['voice', 'text'];
  const errors: unknown[] = [];
  const broken = { mail: false, phone: false };
  const signUps = new SignUps({
    store,
    clock,
    random: systemRandom,
    keys: new KeyRing(createMasterKey(systemRandom)),
    passwords: { hash: async (password) => `hash of ${password}`, verify: async (password, stored) => stored === `hash of ${password}` },
    regions: ['us-east-1', 'us-east-2'],
    mail: {
      sendMail: async (message) => {
        if (broken.mail) throw new Error('connection refused by mail.internal:25');
        mails.push(message);
      },
    },
    phone: {
      ways,
      sendTextMessage: async (message) => void messages.push(message),
      placeCall: async (call) => {
        if (broken.phone) throw new Error('no route to pbx.internal');
        calls.push(call);
      },
    },
    limits: { ...STANDARD_LIMITS, ...limits },
    logError: (error) => errors.push(error),
  });

  const mailedCode = (): string => /[0-9]{6}/.exec(mails.at(-1)?.text ?? '')?.[0] ?? '';
  const phonedCode = (): string => (messages.at(-1)?.text ?? '').replace(/[^0-9]/g, '').slice(0, 6);

  /** Walks up to a step, all codes right. */
  async function walkTo(step: SignUpView['step'], email = 'owner@example.com', source = SOURCE): Promise<string> {
    const { token } = await signUps.start(email, 'example-corp', source);
    if (step === 'email') return token;
    await signUps.confirmEmail(token, mailedCode());
    if (step === 'password') return token;
    await signUps.choosePassword(token, PASSWORD);
    if (step === 'contact') return token;
    await signUps.giveContact(token, CONTACT);
    if (step === 'phone') return token;
    await signUps.verifyPhone(token, 'text', undefined, source);
    await signUps.confirmPhone(token, phonedCode());
    return token;
  }

  return {
    store,
    clock,
    signUps,
    mails,
    messages,
    calls,
    ways,
    errors,
    broken,
    mailedCode,
    phonedCode,
    walkTo,
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Six digits that are not these. */
export const otherCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
