import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AuditEvent, AuditSink } from '../audit/event.ts';
import { standardDataDirectory } from '../server/data-directory.ts';
import { isLoopback } from '../server/foreign-request.ts';
import type { OutboxMessage } from '../server/outbox.ts';
import { type RunningServer, startServer } from '../server/serve.ts';
import { readTlsFiles } from '../server/tls-files.ts';
import { Failure } from './failure.ts';
import { plain, type Terminal } from './terminal.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly data?: string | undefined;
  readonly ephemeral?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly pace: number;
  /** Milliseconds. */
  readonly iamPropagation?: number | undefined;
  readonly allowRemote?: boolean | undefined;
  readonly allowedHost?: readonly string[] | undefined;
  readonly allowIssuer?: readonly string[] | undefined;
  readonly container?: readonly string[] | undefined;
  readonly trustCa?: readonly string[] | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly smtpUrl?: string | undefined;
  readonly mailFrom?: string | undefined;
  readonly phone?: string | undefined;
  readonly phoneFrom?: string | undefined;
  readonly phoneCallback?: string | undefined;
  readonly quiet?: boolean | undefined;
  readonly logRequests?: boolean | undefined;
}

/** `sagegate serve`: runs until it is told to stop. */
export async function serve(options: ServeOptions, terminal: Terminal, environment: Record<string, string | undefined>): Promise<void> {
  const remote = options.host !== 'localhost' && !isLoopback(options.host);
  if (remote && !options.allowRemote) {
    throw new Failure(`${plain(options.host)} can be reached from other machines. Say --allow-remote if that is what you want.`, 2);
  }
  if (options.ephemeral && options.data !== undefined) throw new Failure('Say --data or --ephemeral, not both.', 2);
  const say = options.quiet ? () => undefined : terminal.note;
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined)) throw new Failure('Say --tls-cert and --tls-key, or neither.', 2);
  const tls = options.tlsCert && options.tlsKey ? readTlsFiles(options.tlsCert, options.tlsKey) : undefined;
  for (const warning of tls?.warnings ?? []) terminal.note(`Warning: ${plain(warning)}`);
  if (remote && !tls)
    terminal.note(
      'Warning: plain HTTP can be read and changed on the way. Say --tls-cert and --tls-key, or put TLS in front of this port.',
    );
  // What children of this process could read, they could leak (threat G07).
  const masterKey = environment.SAGEGATE_MASTER_KEY;
  delete environment.SAGEGATE_MASTER_KEY;
  const smtpUrl = options.smtpUrl ?? environment.SAGEGATE_SMTP_URL;
  delete environment.SAGEGATE_SMTP_URL;
  const phoneUrl = options.phone ?? environment.SAGEGATE_PHONE;
  delete environment.SAGEGATE_PHONE;
  const seed = options.seed === undefined ? undefined : (await import('../server/seed-file.ts')).readSeedFile(options.seed);
  // What is ephemeral guards nothing that lasts, and example files come from git readable.
  if (!options.ephemeral) for (const warning of seed?.warnings ?? []) terminal.note(`Warning: ${plain(warning)}`);

  const authorities = (options.trustCa ?? []).flatMap(readAuthorities);

  const dataDirectory = options.ephemeral ? undefined : (options.data ?? standardDataDirectory(environment));
  const server = await startServer({
    host: options.host,
    port: options.port,
    tls,
    remote,
    allowedHosts: options.allowedHost ?? [],
    dataDirectory,
    seed: seed?.seed,
    pace: options.pace,
    iamPropagation: options.iamPropagation,
    federation: { allowed: options.allowIssuer ?? [], authorities },
    containers: { allowed: options.container ?? [], authorities },
    ...(smtpUrl && { smtp: { url: smtpUrl, from: options.mailFrom ?? environment.SAGEGATE_MAIL_FROM ?? 'sagegate@localhost' } }),
    ...(phoneUrl && { phone: { url: phoneUrl, from: options.phoneFrom, callback: options.phoneCallback } }),
    masterKey,
    showMessage: (message) => say(formatMessage(message)),
    ...(options.logRequests && { audit: requestLog(terminal) }),
    logError: (error, where) => terminal.note(formatError(error, where)),
  }).catch((error: unknown) => {
    throw explain(error, options);
  });
  // Whatever breaks outside a request concerns that connection, not the others (threat Z04).
  process.on('uncaughtException', (error) => terminal.note(formatError(error, 'the process')));
  process.on('unhandledRejection', (error) => terminal.note(formatError(error, 'the process')));
  const stopped = untilStopped(server, terminal, options.quiet === true);
  if (options.quiet) terminal.print(server.url);
  else terminal.print(greeting(server, dataDirectory, remote));
  await stopped;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM file. @throws Failure */
function readAuthorities(file: string): string[] {
  let certificates: string[];
  try {
    certificates = readFileSync(file, 'utf8').match(CERTIFICATE) ?? [];
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch (error) {
    throw new Failure(`${plain(file)} cannot be read as certificates: ${plain(error instanceof Error ? error.message : String(error))}`, 2);
  }
  if (certificates.length === 0) throw new Failure(`${plain(file)} has no certificate in PEM form.`, 2);
  return certificates;
}

function greeting(
  { url, version, outboxUrl, seeded, accountCount }: RunningServer,
  dataDirectory: string | undefined,
  remote: boolean,
): string {
  const data = dataDirectory === undefined ? 'ephemeral: gone when this stops' : dataDirectory;
  const seedLine = seeded === undefined ? [] : [`  Seed      ${seeded === 'applied' ? 'applied' : 'applied at an earlier start'}`];
  const next =
    accountCount === 0
      ? 'npx sagegate account create'
      : seeded === undefined
        ? 'npx sagegate account list'
        : `aws --endpoint-url ${url} sts get-caller-identity`;
  return [
    '',
    `Sagegate ${version} is running. Enforcement is on.`,
    '',
    `  Console   ${inBrowsers(url)}/`,
    `  Endpoint  ${url}`,
    `  Outbox    ${outboxUrl}`,
    `  Data      ${data}`,
    ...seedLine,
    ...(remote ? [`  Remote    other machines may connect${url.startsWith('https:') ? '' : ', over plain HTTP'}`] : []),
    '',
    `Next, in another terminal:  ${next}`,
    '',
  ].join('\n');
}

/** The name that browsers keep cookies and passkeys for: they make no passkey at a bare address. */
const inBrowsers = (url: string): string => url.replace(/\/\/(127\.0\.0\.1|\[::1\])(?=:|$)/, '//localhost');

const BY = { email: 'Mail', text: 'Text message', voice: 'Call' } as const;

/** A message of the outbox, framed so that it is seen among other lines. */
export function formatMessage({ by, to, subject, text }: OutboxMessage): string {
  const lines = [...(subject === undefined ? [] : [plain(subject), '']), ...plain(text.trimEnd(), true).split('\n')];
  return [`┌ ${BY[by]} to ${plain(to)}`, ...lines.map((line) => `│ ${line}`), '└'].join('\n');
}

/** One line a request; names in it come from verified credentials. */
function requestLog(terminal: Terminal): AuditSink {
  return {
    record: (event: AuditEvent) => {
      const what = `${event.service ?? '-'}:${event.operation ?? '-'}`;
      const who = event.caller?.arn ?? '-';
      const parts = [new Date(event.time).toISOString(), event.status, event.errorCode ?? 'ok', what, who, event.sourceIp, event.requestId];
      terminal.note(plain(parts.join(' ')));
    },
  };
}

/** For the log of who runs the server: the only place where causes are told. */
function formatError(error: unknown, where: string): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${new Date().toISOString()} error in ${plain(where)}: ${plain(text, true)}`;
}

function explain(error: unknown, options: ServeOptions): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new Failure(`Port ${options.port} is in use. Stop what runs there, or choose another with --port.`);
  if (code === 'EACCES' && options.port < 1024)
    return new Failure(`Port ${options.port} needs privileges. Choose one above 1023 with --port.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new Failure(`This machine has no address ${plain(options.host)}.`);
  return error;
}

/** Ctrl-C reaches this process by the terminal and again by npm and its scripts: what comes within this time is one wish. Milliseconds. */
const ONE_WISH = 1000;

/** Resolves when the process has been asked to end and the server has closed; asked again, it ends at once. */
function untilStopped(server: RunningServer, terminal: Terminal, quiet: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked: number | undefined;
    const stop = (): void => {
      if (asked !== undefined) {
        if (performance.now() - asked > ONE_WISH) process.exit(1);
        return;
      }
      asked = performance.now();
      if (!quiet) terminal.note('Stopping: running requests are answered first.');
      server.close().then(resolve, reject);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
