import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecentEvents, toAll } from '../src/audit/event.ts';
import { type Authenticator, secretPlace } from '../src/authentication/authenticate.ts';
import type { Caller } from '../src/authentication/caller.ts';
import { createMasterKey, KeyRing } from '../src/authentication/master-key.ts';
import { rootCaller } from '../src/authentication/principals.ts';
import type { Authorizer } from '../src/authorization/authorize.ts';
import type { DecisionLog } from '../src/authorization/decision-log.ts';
import type { Installation } from '../src/authorization/installation.ts';
import { MovableClock } from '../src/core/clock.ts';
import type { HttpRequest, HttpResponse } from '../src/core/http.ts';
import { accessKeyId, secretAccessKey, systemRandom } from '../src/core/id.ts';
import type { MailChannel } from '../src/core/mail.ts';
import type { Outbound, OutboundPosts } from '../src/core/outbound.ts';
import { outputProblems } from '../src/model/check-output.ts';
import { openInstallation } from '../src/server/installation.ts';
import { listen, standardLimits } from '../src/server/listener.ts';
import { packageData } from '../src/server/package-data.ts';
import type { Pipeline } from '../src/server/pipeline.ts';
import { createAccount } from '../src/store/new-account.ts';
import { accounts } from '../src/store/tables/account.ts';
import { accessKeys } from '../src/store/tables/iam.ts';
import { recordAnswers } from './answers.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A server in this process, on a port of the loopback interface, with a clock that the test moves and a store that dies with it. */
export interface TestServer {
  readonly url: string;
  readonly installation: Installation;
  readonly pipeline: Pipeline;
  readonly authorizer: Authorizer;
  readonly authenticator: Authenticator;
  readonly decisions: DecisionLog;
  readonly clock: MovableClock;
  readonly audit: RecentEvents;
  /** Errors that were not the caller's: a test that leaves any here has found a bug. */
  readonly errors: unknown[];
  /** A new account with root keys. */
  account(): Promise<TestAccount>;
  close(): Promise<void>;
}

export interface TestAccount {
  readonly id: string;
  readonly root: Credentials;
  /** An IAM user with these policies, and a key of its own. */
  user(
    name: string,
    policies?: {
      managed?: readonly string[];
      inline?: Readonly<Record<string, object>>;
      boundary?: string;
      path?: string;
      tags?: Readonly<Record<string, string>>;
    },
  ): Promise<Credentials>;
  /** Calls as the root user, in process: arranges things. */
  asRoot(service: string, operation: string, input: object, region?: string): Promise<Record<string, unknown>>;
}

export interface TestServerOptions {
  readonly pace?: number;
  readonly quotas?: Readonly<Record<string, number>>;
  /** Milliseconds until authorization sees what IAM was told. */
  readonly iamPropagation?: number;
  /** The way out, to identity providers. Nobody is called without. */
  readonly outbound?: Outbound & OutboundPosts;
  /** The way to containers of models. Nobody is called without. */
  readonly containers?: OutboundPosts;
  /** The way to mailboxes. There is none without. */
  readonly mail?: MailChannel;
  /** Answers what is not AWS's first: the local API. */
  readonly before?: (request: HttpRequest) => HttpResponse | Promise<HttpResponse> | undefined;
}

/** Does something while an account is suspended. */
export async function whileSuspended<Result>(
  { installation: { store } }: Pick<TestServer, 'installation'>,
  accountId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const put = (status: 'ACTIVE' | 'SUSPENDED') =>
    store.write(async (writer) => {
      const account = await writer.get(accounts, [accountId]);
      if (!account) throw new Error(`there is no account ${accountId}`);
      await writer.update(accounts, { ...account, status });
    });
  await put('SUSPENDED');
  try {
    return await work();
  } finally {
    await put('ACTIVE');
  }
}

/** Cheap, as tests make many. */
const passwordCost = { memoryKiB: 64, passes: 1, lanes: 1 };

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'sagegate-test-'));
  const clock = new MovableClock();
  const audit = new RecentEvents(1000);
  const errors: unknown[] = [];
  const answers = recordAnswers();
  const open = await openInstallation({
    directory,
    ephemeral: true,
    packageData: packageData(),
    keys: new KeyRing(createMasterKey(systemRandom)),
    clock,
    random: systemRandom,
    pace: options.pace ?? 0,
    iamPropagation: options.iamPropagation,
    audit: toAll(audit, answers.sink),
    logError: (error) => errors.push(error),
    ...(options.quotas ? { quotas: options.quotas } : {}),
    ...(options.outbound ? { outbound: options.outbound } : {}),
    ...(options.containers ? { containers: options.containers } : {}),
    ...(options.mail ? { mail: options.mail } : {}),
    passwordCost,
    checkOutput: (model, operation, output) => {
      const problems = outputProblems(model, operation, output);
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  });
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    limits: standardLimits,
    now: () => clock.now(),
    answer: (request) => options.before?.(request) ?? open.pipeline.answer(request),
    logError: (error) => errors.push(error),
  });
  return {
    url: listener.url,
    installation: open.installation,
    pipeline: open.pipeline,
    authorizer: open.authorizer,
    authenticator: open.authenticator,
    decisions: open.decisions,
    clock,
    audit,
    errors,
    account: () => newAccount(open.installation, open.pipeline),
    async close() {
      answers.save();
      await listener.close();
      await open.close();
      await rm(directory, { recursive: true });
    },
  };
}

let accountNumber = 0;

async function newAccount(installation: Installation, pipeline: Pipeline): Promise<TestAccount> {
  const { store, random, regions, clock, secrets } = installation;
  const id = String(100_000_000_001 + accountNumber++ * 7_777_777);
  const root = { accessKeyId: accessKeyId('AKIA', id, random), secretAccessKey: secretAccessKey(random) };
  await store.write(async (writer) => {
    await createAccount(
      writer,
      { accountId: id, name: `account ${id}`, email: `root@${id}.example.com`, createdAt: clock.now() },
      { random, regions },
    );
    await writer.insert(accessKeys, {
      accountId: id,
      accessKeyId: root.accessKeyId,
      ownerId: id,
      status: 'Active',
      sealedSecret: secrets.seal(root.secretAccessKey, secretPlace(id, root.accessKeyId)),
      createdAt: clock.now(),
    });
  });
  const rootAsCaller: Caller | undefined = await rootCaller(store, id);
  if (!rootAsCaller) throw new Error('the new account has no root user');
  const asRoot: TestAccount['asRoot'] = async (service, operation, input, region) =>
    (await pipeline.call(rootAsCaller, service, operation, input, region)) as Record<string, unknown>;
  return {
    id,
    root,
    asRoot,
    async user(name, policies = {}) {
      await asRoot('iam', 'CreateUser', {
        UserName: name,
        ...(policies.path ? { Path: policies.path } : {}),
        ...(policies.boundary ? { PermissionsBoundary: policies.boundary } : {}),
        ...(policies.tags ? { Tags: Object.entries(policies.tags).map(([Key, Value]) => ({ Key, Value })) } : {}),
      });
      for (const PolicyArn of policies.managed ?? []) await asRoot('iam', 'AttachUserPolicy', { UserName: name, PolicyArn });
      for (const [PolicyName, document] of Object.entries(policies.inline ?? {})) {
        await asRoot('iam', 'PutUserPolicy', { UserName: name, PolicyName, PolicyDocument: JSON.stringify(document) });
      }
      const { AccessKey } = (await asRoot('iam', 'CreateAccessKey', { UserName: name })) as {
        AccessKey: { AccessKeyId: string; SecretAccessKey: string };
      };
      return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
    },
  };
}

/** What an SDK client needs to talk to the server; no retries, so that a refusal is seen once. */
export const clientConfig = (server: TestServer, credentials: Credentials, region = 'us-east-1') => ({
  endpoint: server.url,
  region,
  credentials,
  maxAttempts: 1,
});

/** Calls that are made at once and looked at one after the other: one that fails before its turn does not count as looked at by nobody. */
export function atOnce<T>(calls: readonly Promise<T>[]): readonly Promise<T>[] {
  for (const call of calls) call.catch(() => 'looked at in its turn');
  return calls;
}

/** One statement as a policy document. */
export const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
