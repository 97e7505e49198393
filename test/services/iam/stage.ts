import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  type Credentials,
  clientConfig,
  policy,
  startTestServer,
  type TestAccount,
  type TestServer,
  type TestServerOptions,
} from '../../harness.ts';

/** One server for a test file, an account in it, and its root user's client. Filled before the first test. */
export interface Stage {
  server: TestServer;
  account: TestAccount;
  /** Root's. */
  iam: IAM;
  /** A client for somebody else. */
  as(credentials: Credentials): IAM;
  sts(credentials: Credentials): STS;
  /** Moves the server's clock, and with it that of every client: a signature may be fifteen minutes off, no more. */
  advance(milliseconds: number): void;
}

export function stage(options: TestServerOptions = {}): Stage {
  const filled = {} as Stage;
  beforeAll(async () => {
    const server = await startTestServer(options);
    const account = await server.account();
    const clients: { readonly config: { systemClockOffset: number } }[] = [];
    let ahead = 0;
    const configOf = (credentials: Credentials) => ({ ...clientConfig(server, credentials), systemClockOffset: ahead });
    const as = (credentials: Credentials): IAM => {
      const client = new IAM(configOf(credentials));
      clients.push(client);
      return client;
    };
    const sts = (credentials: Credentials): STS => {
      const client = new STS(configOf(credentials));
      clients.push(client);
      return client;
    };
    Object.assign(filled, {
      server,
      account,
      iam: as(account.root),
      as,
      sts,
      advance: (milliseconds: number) => {
        server.clock.advance(milliseconds);
        ahead += milliseconds;
        for (const client of clients) client.config.systemClockOffset = ahead;
      },
    });
  });
  afterAll(async () => {
    expect(filled.server.errors).toEqual([]);
    await filled.server.close();
  });
  return filled;
}

/** That a call is refused with exactly this: the error as the SDK names it, the status, the whole message. */
export async function refused(call: Promise<unknown>, name: string, status: number, message: string | RegExp): Promise<void> {
  const outcome = await call.then(
    () => ({ name: 'success', status: 200, message: '' }),
    (error: Error & { $metadata?: { httpStatusCode?: number } }) => ({
      name: error.name,
      status: error.$metadata?.httpStatusCode,
      message: error.message,
    }),
  );
  expect(outcome).toEqual({ name, status, message: typeof message === 'string' ? message : expect.stringMatching(message) });
}

export const noSuchEntity = (call: Promise<unknown>, message: string): Promise<void> =>
  refused(call, 'NoSuchEntityException', 404, message);
export const alreadyExists = (call: Promise<unknown>, message: string): Promise<void> =>
  refused(call, 'EntityAlreadyExistsException', 409, message);
export const deleteConflict = (call: Promise<unknown>, message: string): Promise<void> =>
  refused(call, 'DeleteConflictException', 409, message);
export const limitExceeded = (call: Promise<unknown>, message: string): Promise<void> =>
  refused(call, 'LimitExceededException', 409, message);
export const invalidInput = (call: Promise<unknown>, message: string): Promise<void> =>
  refused(call, 'InvalidInputException', 400, message);
export const validationError = (call: Promise<unknown>, message: string | RegExp): Promise<void> =>
  refused(call, 'ValidationError', 400, message);
export const malformedPolicy = (call: Promise<unknown>, message: string): Promise<void> =>
  refused(call, 'MalformedPolicyDocumentException', 400, message);
export const unmodifiable = (call: Promise<unknown>, message: string): Promise<void> =>
  refused(call, 'UnmodifiableEntityException', 400, message);
export const accessDenied = (call: Promise<unknown>, message: string | RegExp): Promise<void> =>
  refused(call, 'AccessDenied', 403, message);

/** The denial of a caller who has no policy that allows it. */
export const noPolicyAllows = (call: Promise<unknown>, caller: string, action: string, resource: string): Promise<void> =>
  accessDenied(
    call,
    `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );

/** All items of a listing, page by page, and how many pages there were. */
export async function pages<Page extends { IsTruncated?: boolean | undefined; Marker?: string | undefined }, Item>(
  get: (marker: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<{ items: Item[]; pages: number }> {
  const items: Item[] = [];
  for (let marker: string | undefined, count = 1; ; count++) {
    const page = await get(marker);
    items.push(...(itemsOf(page) ?? []));
    expect(page.IsTruncated).toBe(page.Marker !== undefined);
    marker = page.Marker;
    if (marker === undefined) return { items, pages: count };
  }
}

export const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) =>
  JSON.stringify(policy({ Effect: 'Allow', Action, Resource, ...more }));

/** A trust policy for a service, an account, or anybody else. */
export const trust = (principal: object | string = { Service: 'sagemaker.amazonaws.com' }, action: string | string[] = 'sts:AssumeRole') =>
  JSON.stringify(policy({ Effect: 'Allow', Principal: principal, Action: action }));
