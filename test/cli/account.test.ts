import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CreateOptions, createAccount } from '../../src/cli/account.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { type RunningServer, startServer } from '../../src/server/serve.ts';

let server: RunningServer;
let home: string;
let newest: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sagegate-account-'));
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    remote: false,
    allowedHosts: [],
    pace: 0,
    showMessage: ({ text }) => {
      newest = text.replace(/[^0-9]/g, '').slice(0, 6);
    },
    logError: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await server.close();
  await rm(home, { recursive: true });
});

type Reply = string | boolean | (() => string);

/** Somebody who answers the questions, each as often as it is asked and in this order; a question nobody expected fails. */
async function signUp(
  replies: readonly (readonly [RegExp, Reply])[],
  options: Partial<CreateOptions> = {},
  hear: (text: string) => Promise<void> = async () => undefined,
) {
  const waiting = [...replies];
  const said: string[] = [];
  const heard: Promise<void>[] = [];
  const reply = async (question: string): Promise<Reply> => {
    const next = waiting.shift();
    if (!next?.[0].test(question)) throw new Error(`nobody expected the question ${question}`);
    return typeof next[1] === 'function' ? next[1]() : next[1];
  };
  const terminal: Terminal = {
    print: (text) => said.push(text),
    note: (text) => {
      said.push(text);
      heard.push(hear(text));
    },
    isInteractive: true,
    ask: async (question, preset) => String(await reply(question)) || (preset ?? ''),
    askSecret: async (question) => String(await reply(question)),
    confirm: async (question) => (await reply(question)) === true,
  };
  const environment = { AWS_CONFIG_FILE: join(home, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'), HOME: home };
  await createAccount({ endpoint: server.url, token: '-', ...options }, terminal, environment);
  await Promise.all(heard);
  expect(waiting).toEqual([]);
  return said.join('\n');
}

const PASSWORD = 'Correct-Horse-9-Battery';
const right = () => newest;
const wrong = () => String((Number(newest) + 1) % 1_000_000).padStart(6, '0');
const contact = [
  [/Full name/, 'Ada Example'],
  [/Address/, '1 Example Street'],
  [/City/, 'Seattle'],
  [/Postal code/, '98101'],
] as const;

it('asks until it is right, and ends with a profile of the AWS CLI', async () => {
  const said = await signUp([
    [/E-mail address/, 'not an address'],
    [/Account name/, 'example-corp'],
    [/E-mail address/, 'owner@example.com'],
    [/Account name/, 'example-corp'],
    [/Verification code/, wrong],
    [/Verification code/, ''],
    [/Verification code/, () => newest.replace(/(...)/, '$1 ')],
    [/Root password \(/, 'short'],
    [/Root password again/, 'short'],
    [/Root password \(/, PASSWORD],
    [/Root password again/, `${PASSWORD}x`],
    [/Root password \(/, PASSWORD],
    [/Root password again/, PASSWORD],
    ...contact,
    [/Country/, 'usa'],
    [/Phone number/, '+1 206 555 0100'],
    ...contact,
    [/Country/, 'US'],
    [/Phone number/, '+1 206 555 0100'],
    [/Verification code/, right],
    [/Create the user Administrator/, true],
    [/Write it to a profile/, true],
    [/Profile/, ''],
  ]);
  for (const sentence of [
    'The e-mail address must be one plain address',
    'The code is not right.',
    'Password should have a minimum length of 8',
    'The two are not the same.',
    'CountryCode must be 1 to 2 characters',
    'is active.',
    'shown this once',
    'aws --profile sagegate sts get-caller-identity',
  ]) {
    expect(said).toContain(sentence);
  }
  expect(readFileSync(join(home, 'config'), 'utf8')).toContain(`endpoint_url = ${server.url}`);
  expect(said).not.toContain(PASSWORD);
});

/** Answers the telephone that rings in the outbox, or does not. */
async function useTelephone(what: object): Promise<void> {
  const ask = (path: string, init: RequestInit) =>
    fetch(`${server.url}/_sagegate/${path}`, init).then(
      (answer) => answer.json() as Promise<{ messages: { id: number; call?: { state: string } }[] }>,
    );
  const { messages } = await ask('outbox', {});
  const ringing = messages.find(({ call }) => call !== undefined && call.state !== 'over');
  await ask(`outbox/${ringing?.id}/call`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(what) });
}

it('rings, shows what to type on the keys, and rings again when nobody took the call; creates no key that nobody wanted', async () => {
  let calls = 0;
  const said = await signUp(
    [
      [/Verification code/, right],
      [/Root password \(/, PASSWORD],
      [/Root password again/, PASSWORD],
      [/Call again/, true],
      [/Create the user Administrator/, false],
    ],
    {
      email: 'owner@example.com',
      name: 'x',
      fullName: 'A',
      address: 'B',
      city: 'C',
      postalCode: 'D',
      country: 'US',
      phone: '+12065550100',
      channel: 'voice',
    },
    async (text) => {
      const digits = / rings\. .*: ([0-9]{6})$/.exec(text)?.[1];
      if (digits === undefined) return;
      if (calls++ === 0) return useTelephone({ do: 'decline' });
      await useTelephone({ do: 'answer' });
      await useTelephone({ keys: digits });
    },
  );
  expect(said).toContain('The number is not confirmed (busy).');
  expect(said).toContain('is active.');
  expect(said).not.toContain('AKIA');
});

it('lets one ask for another code after five wrong ones', async () => {
  const replies: (readonly [RegExp, Reply])[] = [
    [/Account name/, 'x'],
    ...Array.from({ length: 6 }, () => [/Verification code/, wrong] as const),
    [/Verification code/, ''],
    [/Verification code/, right],
    [
      /Root password \(/,
      () => {
        throw new Error('far enough');
      },
    ],
  ];
  await expect(signUp(replies, { email: 'owner@example.com' })).rejects.toThrow('far enough');
});
