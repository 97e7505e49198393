import { expect } from 'vitest';
import type { Change } from '../../src/store/store.ts';
import type { Credentials, TestAccount, TestServer } from '../harness.ts';
import type { Outcome, Output, Teller } from './teller.ts';

/** How a call is refused: HTTP status, the error's code on the wire, the whole message. `…` in it is a run of letters and digits that the server makes up. */
export type Refusal = readonly [status: number, code: string, message: string];

const wholeMessage = (message: string) =>
  message.includes('…')
    ? expect.stringMatching(`^${message.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace('…', '[A-Za-z0-9_-]+')}$`)
    : message;

export interface Chapter {
  readonly title: string;
  readonly tell: (story: Story) => Promise<void>;
}

/** Tables that every authenticated call may write to, refused or not: when credentials and permissions were last used. */
export const NOTES: ReadonlySet<string> = new Set(['iam_access_key_last_used', 'iam_role_last_used', 'iam_action_use']);

/** One telling: a server, an account that has just been made, a client, and the people who have come up so far. */
export class Story {
  readonly server: TestServer;
  readonly account: TestAccount;
  /** An account of strangers. */
  readonly stranger: TestAccount;
  readonly teller: Teller;
  /** Where it takes place, unless a step says otherwise. */
  region = 'us-east-2';
  readonly people = new Map<string, Credentials>();
  /** What later steps need of earlier answers: ids, seeds. */
  readonly known = new Map<string, string>();
  readonly #changes: Change[] = [];

  constructor(server: TestServer, account: TestAccount, stranger: TestAccount, teller: Teller) {
    this.server = server;
    this.account = account;
    this.stranger = stranger;
    this.teller = teller;
    this.people.set('root', account.root);
    server.installation.store.onChanges((changes) => this.#changes.push(...changes));
  }

  /** A fact of an earlier step. */
  recall(name: string): string {
    const fact = this.known.get(name);
    if (fact === undefined) throw new Error(`the story has not told ${name} yet`);
    return fact;
  }

  person(name: string): Credentials {
    const credentials = this.people.get(name);
    if (!credentials) throw new Error(`the story knows no ${name}`);
    return credentials;
  }

  /** `who` calls `iam:CreateUser` and gets an answer that holds at least `expected`. */
  async allow(who: string, action: string, input: object, expected: object = {}, region = this.region): Promise<Output> {
    const outcome = await this.#call(who, action, input, region);
    const told = `${who} calls ${action} ${JSON.stringify(input)}`;
    expect(outcome, told).toMatchObject({ succeeded: true });
    if (!outcome.succeeded) throw new Error(told);
    expect(outcome.output, told).toMatchObject(expected);
    return outcome.output;
  }

  /** `who` calls `iam:CreateUser`, is refused in exactly these words, and has changed nothing. */
  async refuse(who: string, action: string, input: object, [status, code, message]: Refusal, region = this.region): Promise<void> {
    const before = this.#changes.length;
    const outcome = await this.#call(who, action, input, region);
    const told = `${who} calls ${action} ${JSON.stringify(input)}`;
    expect(outcome, told).toEqual({ succeeded: false, status, code, message: wholeMessage(message) });
    const changed = this.#changes.slice(before).filter(({ table }) => !NOTES.has(table) && !isTry(action, table));
    expect(changed, `${told} and changes something`).toEqual([]);
  }

  /** Stops the clock, so that what is in passing can be looked at for as long as a client takes. */
  hold(): void {
    this.server.clock.freeze(this.server.clock.now());
  }

  /** Lets the clock run again, and time pass. */
  wait(seconds: number): void {
    const { clock } = this.server;
    const then = clock.now() + seconds * 1000;
    clock.reset();
    clock.advance(then - Date.now());
  }

  async #call(who: string, action: string, input: object, region: string): Promise<Outcome> {
    const [service = '', operation = ''] = action.split(':');
    return this.teller.call(service, operation, input, this.person(who), region);
  }
}

/** A code or password counts as tried whatever comes of it. */
const isTry = (action: string, table: string): boolean =>
  (table === 'iam_virtual_mfa_device' && action.startsWith('sts:')) || (table === 'attempts' && action === 'iam:ChangePassword');

/** The denial of an action that no policy of the caller's allows. */
export const notAllowed = (service: 'iam' | 'sagemaker' | 'ec2', caller: string, action: string, resource: string | null): Refusal => {
  const sentence = `User: ${caller} is not authorized to perform: ${action}${resource === null ? '' : ` on resource: ${resource}`} because no identity-based policy allows the ${action} action`;
  if (service === 'sagemaker') return [400, 'AccessDeniedException', sentence];
  return [403, service === 'ec2' ? 'UnauthorizedOperation' : 'AccessDenied', sentence];
};

export const SIGNATURE_DIFFERS =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
export const UNKNOWN_KEY = 'The security token included in the request is invalid.';
/** The same of a session token, without the full stop. */
export const UNKNOWN_TOKEN = 'The security token included in the request is invalid';

/** One allowing statement as a policy document. */
export const allowing = (Action: string | readonly string[], Resource: string | readonly string[] = '*', Condition?: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) }] });

/** A trust policy with one statement. */
export const trusting = (Principal: object, Condition?: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition && { Condition }) }],
  });

/** An IAM user with an access key: one more person for the story, who comes up without being told of. */
export async function hire(story: Story, name: string, policies: { managed?: readonly string[]; inline?: string } = {}): Promise<void> {
  const { managed = [], inline } = policies;
  const own = inline === undefined ? {} : { own: JSON.parse(inline) as object };
  story.people.set(name, await story.account.user(name, { managed, inline: own }));
}

/** A new access key, whose secret is shown this once. */
export async function keyFor(story: Story, maker: string, UserName: string): Promise<Credentials> {
  const { AccessKey } = (await story.allow(maker, 'iam:CreateAccessKey', { UserName })) as {
    AccessKey: { AccessKeyId: string; SecretAccessKey: string; Status: string; UserName: string };
  };
  expect(AccessKey).toMatchObject({ UserName, Status: 'Active', AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/) });
  expect(AccessKey.SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

/** Credentials as STS hands them out. */
export function sessionOf(output: Output): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken } = (output as { Credentials: Record<string, string> }).Credentials;
  if (!AccessKeyId?.startsWith('ASIA') || SecretAccessKey === undefined || SessionToken === undefined) {
    throw new Error('these are not temporary credentials');
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
