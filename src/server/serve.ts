import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditSink, toAll } from '../audit/event.ts';
import { createMasterKey, KeyRing } from '../authentication/master-key.ts';
import type { DecisionObserver } from '../authorization/authorize.ts';
import { MovableClock, systemClock } from '../core/clock.ts';
import { systemRandom } from '../core/id.ts';
import { SignUps } from '../services/accounts/sign-up.ts';
import { type SignUpLimits, STANDARD_LIMITS } from '../services/accounts/sign-up-limits.ts';
import { accounts } from '../store/tables/account.ts';
import { allTables } from '../store/tables/index.ts';
import { ConsoleFiles } from './console-files.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { Decisions } from './decisions.ts';
import { Directories } from './directory/directories.ts';
import { directoryRoutes } from './directory/directory-routes.ts';
import { FirstKeys } from './first-key.ts';
import { hostRules, refuseForeignPortalCall } from './foreign-request.ts';
import { GuardedFetch, type GuardedFetchSettings } from './guarded-fetch.ts';
import { humanLoopRoutes } from './human-review/human-loop-routes.ts';
import { HumanLoops } from './human-review/human-loops.ts';
import { importAccount } from './import-aws.ts';
import { importOrganization } from './import-organization.ts';
import { openInstallation, tables } from './installation.ts';
import { CredentialEndpoints } from './instance-metadata/endpoints.ts';
import { IssuerDocuments } from './issuer-documents.ts';
import { listen, standardLimits } from './listener.ts';
import { LocalApi } from './local-api.ts';
import { checkMasterKey, loadMasterKey } from './master-key-file.ts';
import { createOperatorToken, isOperatorToken } from './operator-token.ts';
import { Outbox, type OutboxMessage } from './outbox.ts';
import { packageConsole, packageData } from './package-data.ts';
import { packageVersion } from './package-version.ts';
import { openPhone, type PhoneSettings } from './phone/open-phone.ts';
import { referenceRoutes } from './reference.ts';
import { Baseline } from './reset.ts';
import { applySeed } from './seed.ts';
import type { Seed } from './seed-schema.ts';
import { ServiceCalls } from './service-calls.ts';
import { DirectorySource } from './sign-in/directory-source.ts';
import { identitySourceRoutes } from './sign-in/identity-source-routes.ts';
import { OidcSignIn } from './sign-in/oidc-sign-in.ts';
import { oidcSignInRoutes } from './sign-in/oidc-sign-in-setting.ts';
import { signInPages } from './sign-in/pages.ts';
import { SamlSource } from './sign-in/saml-source.ts';
import { SignIn } from './sign-in/sign-in.ts';
import type { SmtpSettings } from './smtp.ts';

export interface ServeSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** See ListenerOptions.tls. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Whether other machines may be answered: the host is more than the loopback interface. */
  readonly remote: boolean;
  /** Names besides localhost by which browsers may call this server. */
  readonly allowedHosts: readonly string[];
  /** Absent: ephemeral. Nothing is kept, and tests may reset the data and move the clock. */
  readonly dataDirectory?: string | undefined;
  readonly seed?: Seed | undefined;
  /** Issuers and authorities beyond the public ones. */
  readonly federation?: GuardedFetchSettings | undefined;
  /** Containers that models may name. None, when absent. */
  readonly containers?: GuardedFetchSettings | undefined;
  readonly pace: number;
  /** Milliseconds until authorization sees what IAM was told; at once when absent. */
  readonly iamPropagation?: number | undefined;
  readonly smtp?: SmtpSettings | undefined;
  /** How to reach telephones; they ring in the outbox when absent. */
  readonly phone?: Pick<PhoneSettings, 'url' | 'from' | 'callback'> | undefined;
  /** Instead of the key file. */
  readonly masterKey?: string | undefined;
  /** Where the messages of the outbox are shown besides its page. */
  readonly showMessage: (message: OutboxMessage) => void;
  readonly audit?: AuditSink | undefined;
  readonly logError: (error: unknown, where: string) => void;
  /** Hears of every decision: the tour prints why. */
  readonly observe?: DecisionObserver | undefined;
}

/** A server for whoever starts it alone: on this machine, on a free port, with nothing that takes its time and no word of what it sends. */
export const PRIVATE_SERVER = {
  host: '127.0.0.1',
  port: 0,
  remote: false,
  allowedHosts: [],
  pace: 0,
  showMessage: () => undefined,
} as const satisfies Partial<ServeSettings>;

export interface RunningServer {
  /** `http://127.0.0.1:4566` */
  readonly url: string;
  readonly port: number;
  readonly version: string;
  /** Opens as it is; holds the operator token when it must. */
  readonly outboxUrl: string;
  readonly operatorToken: string;
  /** What came of the seed, when there was one. */
  readonly seeded?: 'applied' | 'as before';
  /** How many accounts there are, up to a hundred. */
  readonly accountCount: number;
  /** Lets running requests end, then closes the store. */
  close(): Promise<void>;
}

const MESSAGES = 200;
/** Milliseconds between two looks at whom a directory should be asked about. */
const RECHECK_EVERY = 5_000;

/** On a server that forgets everything anyway, test suites sign up more often than people do. */
const EPHEMERAL_LIMITS: SignUpLimits = {
  ...STANDARD_LIMITS,
  startsBySource: { max: 10_000, window: 3_600_000 },
  mails: { max: 10_000, window: 3_600_000 },
  messages: { max: 10_000, window: 3_600_000 },
  messagesBySource: { max: 10_000, window: 3_600_000 },
  messagesByBlock: { max: 1000, window: 3_600_000 },
};

/**
 * Starts a server.
 * @throws Error  with a sentence for the operator: the directory, the master key, the seed or the port will not do
 */
export async function startServer(settings: ServeSettings): Promise<RunningServer> {
  const undo: (() => void | Promise<void>)[] = [];
  try {
    return await start(settings, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function start(settings: ServeSettings, undo: (() => void | Promise<void>)[]): Promise<RunningServer> {
  const ephemeral = settings.dataDirectory === undefined;
  const directory = openDirectory(settings.dataDirectory, undo);
  const random = systemRandom;
  const movable = new MovableClock();
  const clock = ephemeral ? movable : systemClock;
  const keys = ephemeral ? new KeyRing(createMasterKey(random)) : loadMasterKey(settings.masterKey, directory, random);
  const phone =
    settings.phone &&
    (await openPhone({
      ...settings.phone,
      authorities: settings.federation?.authorities ?? [],
      bytes: (length) => random.bytes(length),
      logError: (error) => settings.logError(error, 'telephone'),
    }));
  if (phone) undo.push(() => phone.close());
  const containers = new GuardedFetch({ allowed: [], authorities: [], ...settings.containers, to: 'containers' });
  undo.push(() => containers.close());
  const hosts = hostRules(settings.host, [...settings.allowedHosts, ...(phone?.host ? [phone.host] : [])], settings.remote);
  const outbox = new Outbox(clock, MESSAGES, settings.showMessage);
  const mail = settings.smtp ? (await import('./smtp.ts')).smtpChannel(settings.smtp) : outbox;
  const written = settings.audit ?? toAll();
  const { installation, models, pipeline, lastUsed, decisions, authenticator, authorizer, propagate, close } = await openInstallation({
    directory: directory.path,
    ephemeral,
    packageData: packageData(),
    keys,
    clock,
    random,
    pace: settings.pace,
    iamPropagation: settings.iamPropagation,
    audit: written,
    refuseForeign: refuseForeignPortalCall(hosts),
    logError: (error, requestId) => settings.logError(error, requestId ?? ''),
    observe: settings.observe,
    outbound: new GuardedFetch(settings.federation ?? { allowed: [], authorities: [] }),
    containers,
    mail,
  });
  undo.push(close);
  const { store, accountEvents } = installation;
  const audit = toAll(accountEvents, written);
  await checkMasterKey(store, installation.secrets);
  const call = pipeline.call.bind(pipeline);
  // What the server begins with has always been there.
  const callAtOnce: typeof call = (...input) => {
    propagate();
    return call(...input);
  };
  const seeded = settings.seed && (await applySeed(settings.seed, installation, callAtOnce));
  propagate();
  const baseline = ephemeral ? await Baseline.take(store, allTables) : undefined;

  const logError = (error: unknown): void => settings.logError(error, 'sign-up');
  const limits = ephemeral ? EPHEMERAL_LIMITS : STANDARD_LIMITS;
  const signUps = new SignUps({ ...installation, mail, phone: phone?.channel ?? outbox, limits, logError });
  const operatorToken = loadOperatorToken(directory);
  const version = packageVersion();
  const endpoints = new CredentialEndpoints({ installation, audit, logError: settings.logError });
  const reset = async (): Promise<void> => {
    movable.reset();
    outbox.clear();
    lastUsed.clear();
    decisions.clear();
    accountEvents.clear();
    installation.federation.issuerKeys.clear();
    await baseline?.restore();
    await endpoints.closeAll();
    endpoints.forgetKey();
    propagate();
  };
  const directories = new Directories({ installation, call, logError: settings.logError });
  const directorySource = new DirectorySource({ installation, directories, logError: (error) => settings.logError(error, 'directories') });
  // Each by itself: one that fails or waits does not keep the other from ending what must end.
  for (const each of [directories, directorySource])
    undo.push(
      repeatedly(
        RECHECK_EVERY,
        () => each.recheck(),
        (error) => settings.logError(error, 'directories'),
      ),
    );
  const oidcSignIn = new OidcSignIn({ installation, authorizer, logError: (error) => settings.logError(error, 'sign-in') });
  const reference = referenceRoutes({ models, tables, published: installation.serviceAuthorizations });
  const localApi = new LocalApi({
    store,
    random,
    signUps,
    firstKeys: new FirstKeys(store, signUps, call),
    outbox,
    decisions: new Decisions({ log: decisions, authenticator, authorizer, store, clock }),
    importAccount: (details, options) => importAccount(details, installation, options),
    importOrganization: (print) => importOrganization(print, installation),
    endpoints,
    serviceCalls: new ServiceCalls({ installation, authorizer, pipeline }),
    operatorToken,
    hosts,
    audit,
    version,
    now: () => clock.now(),
    isReady: async () => (await store.count(accounts, { prefix: [] })) >= 0,
    ...(ephemeral && { ephemeral: { clock: movable, reset } }),
    more: [
      ...reference,
      ...directoryRoutes(directories),
      ...humanLoopRoutes(new HumanLoops(store, () => clock.now())),
      ...identitySourceRoutes(directorySource, new SamlSource(installation)),
      ...oidcSignInRoutes({ installation, authenticator, authorizer, decisions, signIn: oidcSignIn }),
    ],
    logError: settings.logError,
  });
  const consoleFiles = ConsoleFiles.open(packageConsole());
  const signIn = new SignIn({
    pages: signInPages({
      installation,
      authenticator,
      authorizer,
      directories,
      directorySource,
      oidcSignIn,
      callForBrowser: pipeline.callForBrowser.bind(pipeline),
      signUps,
      outbox: { holdsMail: settings.smtp === undefined, holdsPhone: phone === undefined, isOpen: ephemeral },
      mail,
      phonePages: phone?.pages(signUps) ?? [],
      consoleFiles,
      logError: (error) => settings.logError(error, 'portal'),
    }),
    hosts,
    audit,
    random,
    now: () => clock.now(),
    logError: settings.logError,
  });
  const issuerDocuments = new IssuerDocuments(store);
  const listener = await listen({
    host: settings.host,
    port: settings.port,
    limits: standardLimits,
    tls: settings.tls,
    now: () => clock.now(),
    answer: (request) =>
      issuerDocuments.answer(request) ??
      consoleFiles?.answer(request) ??
      signIn.answer(request) ??
      localApi.answer(request) ??
      pipeline.answer(request),
    // A target may hold a presigned URL's signature or a sign-up's secret.
    logError: (error, target) => settings.logError(error, target.replace(/[?].*$/s, '').replace(/[A-Za-z0-9_-]{43,}/g, '…')),
  });
  const outboxPath = `/_sagegate/outbox${ephemeral ? '' : `?token=${operatorToken}`}`;
  const accountCount = (await store.list(accounts, { prefix: [], limit: 100 })).length;
  return {
    url: listener.url,
    port: listener.port,
    version,
    outboxUrl: listener.url + outboxPath,
    operatorToken,
    ...(seeded && { seeded }),
    accountCount,
    async close() {
      await listener.close();
      await endpoints.closeAll();
      baseline?.close();
      for (const step of undo.reverse()) await step();
    },
  };
}

/** Does something again and again, never twice at once: one that takes longer than the pause is waited for. Returns how to stop. */
function repeatedly(pause: number, work: () => Promise<void>, failed: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= work()
      .catch(failed)
      .finally(() => {
        running = undefined;
      });
  }, pause);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

function openDirectory(path: string | undefined, undo: (() => void)[]): DataDirectory {
  const chosen = path ?? mkdtempSync(join(tmpdir(), 'sagegate-'));
  if (path === undefined) undo.push(() => rmSync(chosen, { recursive: true, force: true }));
  const directory = openDataDirectory(chosen);
  undo.push(() => directory.close());
  return directory;
}

function loadOperatorToken(directory: DataDirectory): string {
  const known = directory.read('operator-token')?.trim();
  if (known !== undefined && isOperatorToken(known)) return known;
  if (known !== undefined)
    throw new Error(`${join(directory.path, 'operator-token')} is damaged. Remove it, and start again to get a new one.`);
  const token = createOperatorToken(systemRandom);
  directory.create('operator-token', `${token}\n`);
  return token;
}
