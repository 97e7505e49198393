import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { firstCall } from './aws-cli.ts';
import { saveProfile } from './configure.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { LocalClient, type LocalClientOptions, Refused } from './local-client.ts';
import { columns, plain, type Terminal } from './terminal.ts';

export interface CreateOptions extends LocalClientOptions {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly fullName?: string | undefined;
  readonly address?: string | undefined;
  readonly city?: string | undefined;
  readonly postalCode?: string | undefined;
  readonly country?: string | undefined;
  readonly state?: string | undefined;
  readonly company?: string | undefined;
  readonly phone?: string | undefined;
  readonly channel?: 'text' | 'voice' | undefined;
  readonly codeFromOutbox?: boolean | undefined;
  /** Undefined: ask. */
  readonly administrator?: boolean | undefined;
  readonly rootKeys?: boolean | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Milliseconds between two looks at how a call goes. */
const LOOK = 1000;

/** What each flag gives, and how it is asked for. */
const QUESTIONS = {
  email: ['--email', 'E-mail address of the root user'],
  name: ['--name', 'Account name'],
  fullName: ['--full-name', 'Full name'],
  address: ['--address', 'Address'],
  city: ['--city', 'City'],
  postalCode: ['--postal-code', 'Postal code'],
  country: ['--country', 'Country (two letters, such as US)'],
  phone: ['--phone', 'Phone number (such as +1 206 555 0100)'],
} as const;

/** `sagegate account create`: signs up with a running server, step by step, as a person would on AWS's web pages. */
export async function createAccount(options: CreateOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const signUp = new SignUp(options, terminal, environment);
  signUp.checkFlags();
  await signUp.run();
}

class SignUp {
  readonly #options: CreateOptions;
  readonly #terminal: Terminal;
  readonly #environment: Environment;
  readonly #client: LocalClient;
  #passwordRead: string | undefined;
  #id = '';

  constructor(options: CreateOptions, terminal: Terminal, environment: Environment) {
    this.#options = options;
    this.#terminal = terminal;
    this.#environment = environment;
    this.#client = new LocalClient(options, environment);
  }

  /** Without somebody to ask, everything must be said at the start. */
  checkFlags(): void {
    const { administrator, rootKeys } = this.#options;
    if (administrator && rootKeys) throw new Failure('Say --administrator or --root-keys, not both.', 2);
    if (this.#terminal.isInteractive) return;
    const missing: string[] = Object.entries(QUESTIONS)
      .filter(([option]) => this.#options[option as keyof typeof QUESTIONS] === undefined)
      .map(([, [flag]]) => flag);
    if (this.#passwordGiven() === undefined) missing.push('--password-file (or SAGEGATE_ROOT_PASSWORD)');
    if (!this.#options.codeFromOutbox) missing.push('--code-from-outbox');
    if (missing.length > 0) throw new Failure(`Nobody can be asked here, so these are needed: ${missing.join(', ')}`, 2);
  }

  async run(): Promise<void> {
    const { value: email } = await this.#until('email', async (address) => {
      const started = await this.#client.post('signup', { email: address, accountName: await this.#given('name') });
      this.#id = String(started.signUpId);
    });
    await this.#takeCode('email-code', email);
    const password = await this.#choosePassword();
    await this.#giveContact();
    const done = await this.#provePhone();
    const accountId = String(done.accountId);
    this.#terminal.note(`\nThe account ${accountId} is active.`);
    const key = await this.#firstKey(password);
    await this.#report(accountId, email, key);
  }

  async #choosePassword(): Promise<string> {
    for (;;) {
      const given = this.#passwordGiven();
      const password = given ?? (await this.#terminal.askSecret('Root password (8 or more characters, three kinds of them)'));
      if (given === undefined && (await this.#terminal.askSecret('Root password again')) !== password) {
        this.#terminal.note('The two are not the same.');
        continue;
      }
      try {
        await this.#step('password', { password });
        return password;
      } catch (error) {
        this.#orAskAgain(error, given !== undefined);
      }
    }
  }

  async #giveContact(): Promise<void> {
    const { state, company } = this.#options;
    for (let first = true; ; first = false) {
      const contact = {
        FullName: await this.#given('fullName', first),
        AddressLine1: await this.#given('address', first),
        City: await this.#given('city', first),
        PostalCode: await this.#given('postalCode', first),
        CountryCode: await this.#given('country', first),
        PhoneNumber: await this.#given('phone', first),
        ...(state !== undefined && { StateOrRegion: state }),
        ...(company !== undefined && { CompanyName: company }),
      };
      try {
        await this.#step('contact', contact);
        return;
      } catch (error) {
        this.#orAskAgain(error, !this.#terminal.isInteractive);
      }
    }
  }

  async #provePhone(): Promise<Record<string, unknown>> {
    const channel = this.#options.channel ?? 'text';
    const sent = await this.#step('phone', { channel });
    const code = (sent.code ?? {}) as Record<string, unknown>;
    return channel === 'voice' ? this.#takeCall(sent) : this.#takeCode('phone-code', String(code.sentTo ?? ''));
  }

  /** The telephone rings, and a person types the code on its keys; with --code-from-outbox on those of the outbox's telephone. */
  async #takeCall(sent: Record<string, unknown>): Promise<Record<string, unknown>> {
    for (let now = sent; ; ) {
      const { sentTo, call } = now.code as { sentTo: string; call: { digits: string } };
      this.#terminal.note(`${plain(sentTo)} rings. Answer it, and type this code on its keys: ${plain(call.digits)}`);
      if (this.#options.codeFromOutbox) await this.#typeInOutbox(call.digits);
      now = await this.#callEnd();
      if (now.step === 'complete') return now;
      const { state } = (now.code as { call: { state: string } }).call;
      this.#terminal.note(`The number is not confirmed (${plain(state)}).`);
      if (!this.#terminal.isInteractive) throw new Failure('The call ended before the code was typed.');
      if (!(await this.#terminal.confirm('Call again?', true))) throw new Failure('The telephone number is not confirmed.');
      now = await this.#step('resend', {});
    }
  }

  /** Asks how the call goes until it goes no further. */
  async #callEnd(): Promise<Record<string, unknown>> {
    for (;;) {
      const now = await this.#client.get(`signup/${this.#id}`);
      const { triesLeft, call } = (now.code ?? {}) as { triesLeft?: number; call?: { state: string } };
      if (now.step !== 'phone' || !call || triesLeft === 0 || (call.state !== 'ringing' && call.state !== 'answered')) return now;
      await setTimeout(LOOK);
    }
  }

  async #typeInOutbox(digits: string): Promise<void> {
    const ringing = (await this.#outbox()).find(({ by, call }) => by === 'voice' && call?.state === 'ringing');
    if (!ringing) throw new Failure('No telephone rings in the outbox: this server makes its calls elsewhere.');
    await this.#client.post(`outbox/${ringing.id}/call`, { do: 'answer' });
    await this.#client.post(`outbox/${ringing.id}/call`, { keys: digits });
  }

  async #outbox(): Promise<readonly { id: number; by: string; to: string; text: string; call?: { state: string } }[]> {
    const { messages } = await this.#client.get('outbox').catch((error: unknown) => {
      if (error instanceof Refused && error.status === 404) {
        throw new Failure('The outbox is for the operator: give its token with --token, or say where the data directory is with --data.');
      }
      throw error;
    });
    return messages as { id: number; by: string; to: string; text: string }[];
  }

  /** A person types the code, or Enter to have another one sent; with --code-from-outbox it is fetched. */
  async #takeCode(step: 'email-code' | 'phone-code', sentTo: string): Promise<Record<string, unknown>> {
    this.#terminal.note(`A code was sent to ${plain(sentTo)}.`);
    for (;;) {
      const code = this.#options.codeFromOutbox
        ? await this.#codeFromOutbox(step)
        : (await this.#terminal.ask('Verification code (Enter: send another)')).replaceAll(' ', '');
      try {
        if (code === '') await this.#step('resend', {});
        else return await this.#step(step, { code });
      } catch (error) {
        this.#orAskAgain(error, this.#options.codeFromOutbox === true);
      }
    }
  }

  async #codeFromOutbox(step: 'email-code' | 'phone-code'): Promise<string> {
    const wanted = (await this.#outbox()).find(({ by }) => by === (step === 'email-code' ? 'email' : 'text'));
    const code = wanted && /[0-9]{6}/.exec(wanted.text)?.[0];
    if (!code) throw new Failure('The outbox holds no code: this server sends its messages elsewhere.');
    return code;
  }

  async #firstKey(password: string): Promise<Record<string, unknown> | undefined> {
    const { rootKeys, administrator } = this.#options;
    if (rootKeys) return this.#step('first-key', { password, for: 'root' });
    const wanted =
      administrator ??
      (this.#terminal.isInteractive &&
        (await this.#terminal.confirm('Create the user Administrator, with AdministratorAccess and an access key?', true)));
    return wanted ? this.#step('first-key', { password, for: 'administrator' }) : undefined;
  }

  async #report(accountId: string, email: string, key: Record<string, unknown> | undefined): Promise<void> {
    const { json, region, yes } = this.#options;
    const keys = key && { accessKeyId: String(key.accessKeyId), secretAccessKey: String(key.secretAccessKey) };
    if (json) {
      this.#terminal.print(JSON.stringify({ accountId, email, endpoint: this.#client.endpoint, ...(key && { arn: key.arn, ...keys }) }));
    } else if (keys) {
      this.#terminal.print(`\nAccess key of ${key.arn}, shown this once:\n\n  ${keys.accessKeyId}\n  ${keys.secretAccessKey}\n`);
    }
    const profile = this.#options.profile ?? (keys && !json ? await this.#askForProfile() : undefined);
    if (!keys || profile === undefined) return;
    const endpoint = this.#client.endpoint;
    await saveProfile({ name: profile, region: region ?? 'us-east-1', endpoint, ...keys }, yes === true, this.#terminal, this.#environment);
    this.#terminal.note(`Wrote the AWS CLI profile ${profile}. Next:\n\n${firstCall(profile, endpoint)}`);
  }

  async #askForProfile(): Promise<string | undefined> {
    if (!this.#terminal.isInteractive || !(await this.#terminal.confirm('Write it to a profile of the AWS CLI?', true))) return undefined;
    return this.#terminal.ask('Profile', 'sagegate');
  }

  /** Asks for one thing until the server takes it; what came by flag is not asked for again. */
  async #until(option: keyof typeof QUESTIONS, send: (value: string) => Promise<void>): Promise<{ value: string }> {
    for (let first = true; ; first = false) {
      const value = await this.#given(option, first);
      try {
        await send(value);
        return { value };
      } catch (error) {
        this.#orAskAgain(error, !this.#terminal.isInteractive);
      }
    }
  }

  async #given(option: keyof typeof QUESTIONS, useFlag = true): Promise<string> {
    const given = this.#options[option];
    return given !== undefined && (useFlag || !this.#terminal.isInteractive) ? given : this.#terminal.ask(QUESTIONS[option][1]);
  }

  #passwordGiven(): string | undefined {
    const { passwordFile } = this.#options;
    if (passwordFile === undefined) return this.#environment.SAGEGATE_ROOT_PASSWORD;
    try {
      // Once: from standard input it comes but once.
      this.#passwordRead ??= readFileSync(passwordFile === '-' ? 0 : passwordFile, 'utf8').replace(/\r?\n$/, '');
      return this.#passwordRead;
    } catch {
      throw new Failure(`The password cannot be read from ${plain(passwordFile)}.`);
    }
  }

  /** Says what was wrong when it can be done better; ends the command when it cannot. */
  #orAskAgain(error: unknown, isFinal: boolean): void {
    const canBetter = error instanceof Refused && (error.status === 400 || error.code === 'LimitExceededException');
    if (isFinal || !canBetter) throw error;
    this.#terminal.note(error.message);
  }

  #step(path: string, body: object): Promise<Record<string, unknown>> {
    return this.#client.post(`signup/${this.#id}/${path}`, body);
  }
}

interface AccountView {
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly alias?: string;
  readonly status: string;
  readonly createdAt: string;
}

export interface ListOptions extends LocalClientOptions {
  readonly json?: boolean | undefined;
}

const forOperators = (error: unknown): never => {
  if (error instanceof Refused && error.status === 404 && error.code === 'UnknownOperationException') {
    throw new Failure('Accounts are shown to the operator: give the token with --token, or say where the data directory is with --data.');
  }
  throw error;
};

/** `sagegate account list` */
export async function listAccounts(options: ListOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const client = new LocalClient(options, environment);
  const all: AccountView[] = [];
  let next: unknown;
  do {
    const page = await client.get(`accounts${next === undefined ? '' : `?after=${encodeURIComponent(String(next))}`}`).catch(forOperators);
    all.push(...(page.accounts as AccountView[]));
    next = page.next;
  } while (next !== undefined);
  if (options.json) return terminal.print(JSON.stringify(all));
  if (all.length === 0) return terminal.note('There is no account yet. Create one with: npx sagegate account create');
  const rows = all.map(({ accountId, status, alias, name, email }) => [accountId, status, plain(alias ?? '-'), plain(name), plain(email)]);
  terminal.print(columns([['ACCOUNT', 'STATUS', 'ALIAS', 'NAME', 'ROOT USER'], ...rows]));
}

/** `sagegate account show ID` */
export async function showAccount(id: string, options: ListOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const client = new LocalClient(options, environment);
  const account = await client.get(`accounts/${encodeURIComponent(id)}`).catch(forOperators);
  if (options.json) return terminal.print(JSON.stringify(account));
  const { contact, ...rest } = account;
  const rows = Object.entries({ ...rest, ...(contact as object | undefined) });
  terminal.print(columns(rows.map(([name, value]) => [name, plain(String(value))])));
}
