import { type RunningServer, type ServeSettings, startServer } from '../../src/server/serve.ts';

export interface PhoneStage {
  readonly server: RunningServer;
  readonly errors: unknown[];
  /** Posts JSON to the local API. */
  post(path: string, body: object): Promise<Record<string, unknown>>;
  /** A sign-up up to the telephone. Gives where it is. */
  begin(email: string, number: string): Promise<string>;
  /** How it stands. */
  show(at: string): Promise<SignUpState>;
  /** Waits until it is so. */
  until(at: string, isSo: (state: SignUpState) => boolean): Promise<SignUpState>;
  close(): Promise<void>;
}

export interface SignUpState {
  readonly step: string;
  readonly code?: { readonly triesLeft: number; readonly call?: { readonly digits: string; readonly state: string } };
}

/** A server with a line to telephones; mail stays in its outbox. */
export async function openPhoneStage(phone: ServeSettings['phone'], port = 0): Promise<PhoneStage> {
  const errors: unknown[] = [];
  const server = await startServer({
    host: '127.0.0.1',
    port,
    remote: false,
    allowedHosts: [],
    pace: 0,
    phone,
    showMessage: () => undefined,
    logError: (error) => errors.push(error),
  });
  const ask = async (path: string, init: RequestInit = {}) =>
    (await (await fetch(`${server.url}/_sagegate/${path}`, init)).json()) as Record<string, unknown>;
  const post = (path: string, body: object) =>
    ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const show = async (at: string) => (await ask(at)) as unknown as SignUpState;
  return {
    server,
    errors,
    post,
    show,
    async begin(email, PhoneNumber) {
      const { signUpId } = await post('signup', { email, accountName: 'example' });
      const { messages } = (await ask('outbox')) as { messages: { text: string }[] };
      await post(`signup/${signUpId}/email-code`, { code: /[0-9]{6}/.exec(messages[0]?.text ?? '')?.[0] });
      await post(`signup/${signUpId}/password`, { password: 'Correct-Horse-9-Battery' });
      const address = {
        FullName: 'Ada Example',
        AddressLine1: '1 Example Street',
        City: 'Seattle',
        PostalCode: '98101',
        CountryCode: 'US',
      };
      await post(`signup/${signUpId}/contact`, { ...address, PhoneNumber });
      return `signup/${signUpId}`;
    },
    async until(at, isSo) {
      for (const end = Date.now() + 50_000; ; ) {
        const state = await show(at);
        if (isSo(state)) return state;
        if (Date.now() > end) throw new Error(`waited in vain: ${JSON.stringify(state)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    close: () => server.close(),
  };
}
