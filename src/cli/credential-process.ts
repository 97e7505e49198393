import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from './aws-client.ts';
import { type Connection, type ConnectionOptions, findConnection } from './credentials.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { plain, type Terminal } from './terminal.ts';

export interface CredentialsOptions extends ConnectionOptions {
  readonly role?: string | undefined;
  readonly sessionName?: string | undefined;
  readonly externalId?: string | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
  readonly region?: string | undefined;
  /** False with --no-cache. */
  readonly cache: boolean;
}

/** What the AWS CLI and SDKs read from a `credential_process`. @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
interface ProcessCredentials {
  readonly Version: 1;
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  /** `2026-11-21T01:00:00Z` */
  readonly Expiration: string;
}

/** What is left of kept credentials when others are fetched, in milliseconds: more than any client's own margin, which is 15 minutes at most. */
const MARGIN = 16 * 60_000;

/** `sagegate credentials`: temporary credentials for whatever reads a `credential_process`. */
export async function printCredentials(options: CredentialsOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const connection = findConnection(options, environment);
  if (!connection) throw new Failure('No keys to get credentials with. Say --profile NAME, or set AWS_ACCESS_KEY_ID.', 2);
  const file = options.cache ? cacheFile(options, connection, environment) : undefined;
  const kept = file === undefined ? undefined : readKept(file);
  const given = kept ?? (await fetchCredentials(options, connection));
  if (file !== undefined && !kept) keep(file, given);
  terminal.print(JSON.stringify(given));
}

async function fetchCredentials(options: CredentialsOptions, { endpoint, credentials, region }: Connection): Promise<ProcessCredentials> {
  const client = new AwsClient(endpoint, credentials);
  const { role, duration, externalId } = options;
  const lifetime = duration === undefined ? {} : { DurationSeconds: duration };
  const [operation, input] =
    role === undefined
      ? ['GetSessionToken', lifetime]
      : [
          'AssumeRole',
          {
            RoleArn: role,
            RoleSessionName: options.sessionName ?? 'sagegate',
            ...lifetime,
            ...(externalId !== undefined && { ExternalId: externalId }),
          },
        ];
  const { errorCode, message, output } = await client.call('sts', operation, input, options.region ?? region).catch(() => {
    throw new Failure(`No Sagegate answers at ${endpoint}. Start one with: npx sagegate serve`);
  });
  if (errorCode !== undefined) throw new Failure(`${plain(errorCode)}: ${plain(message ?? '')}`);
  const given = output.Credentials as Omit<ProcessCredentials, 'Version'>;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given;
  return { Version: 1, AccessKeyId, SecretAccessKey, SessionToken, Expiration };
}

/** A file for this very request: other keys, another server or another role have others. */
function cacheFile(options: CredentialsOptions, { endpoint, credentials, region }: Connection, environment: Environment): string {
  const { role, sessionName, externalId, duration } = options;
  const request = [endpoint, credentials.accessKeyId, options.region ?? region, role, sessionName, externalId, duration].map(
    (part) => part ?? null,
  );
  const name = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 40);
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sagegate', 'credentials', `${name}.json`);
}

/** Kept credentials that are still good for a while; a file that cannot be read is none. */
function readKept(file: string): ProcessCredentials | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessCredentials>;
    const complete = kept.Version === 1 && kept.AccessKeyId && kept.SecretAccessKey && kept.SessionToken && kept.Expiration;
    return complete && Date.parse(kept.Expiration) - Date.now() > MARGIN ? (kept as ProcessCredentials) : undefined;
  } catch {
    return undefined;
  }
}

/** For their owner alone, and in one step. */
function keep(file: string, given: ProcessCredentials): void {
  const directory = join(file, '..');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, JSON.stringify(given), { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
