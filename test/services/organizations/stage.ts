import { Organizations } from '@aws-sdk/client-organizations';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  type Credentials,
  clientConfig,
  startTestServer,
  type TestAccount,
  type TestServer,
  type TestServerOptions,
} from '../../harness.ts';

/** One server for a test file, and an organization in it with all features. Filled before the first test. */
export interface Stage {
  server: TestServer;
  /** The management account, and its root user's client. */
  management: TestAccount;
  org: Organizations;
  organizationId: string;
  rootId: string;
  /** A client for somebody else. */
  as(credentials: Credentials): Organizations;
  sts(credentials: Credentials): STS;
  /** A standalone account that has joined by invitation. */
  member(parentId?: string): Promise<TestAccount>;
  /** An account of its own organization. */
  elsewhere(featureSet?: 'ALL' | 'CONSOLIDATED_BILLING'): Promise<{ account: TestAccount; org: Organizations; rootId: string }>;
  unit(parentId: string, name: string): Promise<string>;
  /** Moves the server's clock, and with it that of every client. */
  advance(milliseconds: number): void;
}

/** Quotas out of the way: each is met in a test of its own. */
const QUOTAS = { AccountsPerOrganization: 1000, InvitationsPerDay: 1000 };

export const DAY = 24 * 3600_000;

export function stage(options: TestServerOptions = {}): Stage {
  const filled = {} as Stage;
  beforeAll(async () => {
    const server = await startTestServer({ ...options, quotas: { ...QUOTAS, ...options.quotas } });
    const clients: { readonly config: { systemClockOffset: number } }[] = [];
    let ahead = 0;
    const keep = <Client extends { readonly config: { systemClockOffset: number } }>(client: Client): Client => {
      clients.push(client);
      return client;
    };
    const configOf = (credentials: Credentials) => ({ ...clientConfig(server, credentials), systemClockOffset: ahead });
    const as = (credentials: Credentials): Organizations => keep(new Organizations(configOf(credentials)));
    const management = await server.account();
    const org = as(management.root);
    const { Organization } = await org.createOrganization({});
    const rootOf = async (client: Organizations) => (await client.listRoots({})).Roots?.[0]?.Id ?? '';
    const rootId = await rootOf(org);
    Object.assign(filled, {
      server,
      management,
      org,
      organizationId: Organization?.Id ?? '',
      rootId,
      as,
      sts: (credentials: Credentials) => keep(new STS(configOf(credentials))),
      async member(parentId?: string) {
        const account = await server.account();
        const { Handshake } = await org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: account.id } });
        await as(account.root).acceptHandshake({ HandshakeId: Handshake?.Id });
        if (parentId !== undefined) await org.moveAccount({ AccountId: account.id, SourceParentId: rootId, DestinationParentId: parentId });
        return account;
      },
      async elsewhere(FeatureSet: 'ALL' | 'CONSOLIDATED_BILLING' = 'ALL') {
        const account = await server.account();
        const client = as(account.root);
        await client.createOrganization({ FeatureSet });
        return { account, org: client, rootId: await rootOf(client) };
      },
      unit: async (ParentId: string, Name: string) => (await org.createOrganizationalUnit({ ParentId, Name })).OrganizationalUnit?.Id ?? '',
      advance(milliseconds: number) {
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

/** That a call is refused with this error, this reason and this message; Organizations refuses everything with 400. */
export async function refused(
  call: Promise<unknown>,
  name: string,
  message: string | RegExp = /./,
  reason: string | undefined = undefined,
): Promise<void> {
  const outcome = await call.then(
    () => ({ name: 'success', status: 200, message: '', reason: undefined }),
    (error: Error & { Reason?: string; $metadata?: { httpStatusCode?: number } }) => ({
      name: error.name,
      status: error.$metadata?.httpStatusCode,
      message: error.message,
      reason: error.Reason,
    }),
  );
  expect(outcome).toEqual({
    name,
    status: 400,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
    reason,
  });
}

export const invalid = (call: Promise<unknown>, reason: string, message?: string): Promise<void> =>
  refused(call, 'InvalidInputException', message, reason);
export const constraint = (call: Promise<unknown>, reason: string, message?: string): Promise<void> =>
  refused(call, 'ConstraintViolationException', message, reason);

export const NO_PERMISSION = "You don't have permissions to access this resource.";

/** All pages of a listing, with the size of each. */
export async function pages<Answer extends { NextToken?: string | undefined }>(
  list: (page: { MaxResults: number; NextToken?: string }) => Promise<Answer>,
  size: number,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let token: string | undefined;
  do {
    const answer = await list({ MaxResults: size, ...(token === undefined ? {} : { NextToken: token }) });
    answers.push(answer);
    token = answer.NextToken;
  } while (token !== undefined);
  return answers;
}
