import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { firstCall } from './aws-cli.ts';
import { awsFiles, checkProfileName, readProfile, writeProcessProfile } from './aws-profile.ts';
import { saveProfile } from './configure.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { LocalClient, Refused } from './local-client.ts';
import { plain, type Terminal } from './terminal.ts';

export interface LoginOptions {
  readonly endpoint?: string | undefined;
  readonly directory?: string | undefined;
  readonly user?: string | undefined;
  readonly role?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly static?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** What the server gives somebody who has come in. */
interface SignedIn {
  readonly arn: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    readonly expiresAt: string;
  };
  readonly renewal: string;
  readonly signedInUntil: string;
}

/** What is kept of a sign-in, for its owner's eyes only. */
interface KeptSignIn extends SignedIn {
  readonly endpoint: string;
  readonly directory: string;
}

/** Credentials are renewed this long before they end, in milliseconds: SDKs ask again at about that time. */
const RENEW_BEFORE = 5 * 60_000;

/**
 * `sagegate login`: signs in with a directory, and writes an AWS CLI profile whose credentials come from here (`credential_process`) and are renewed
 * as long as the directory lets one in. With `static` the credentials themselves are written, good until they end.
 */
export async function login(options: LoginOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const profile = checkProfileName(options.profile ?? environment.AWS_PROFILE ?? 'sagegate');
  const directory = options.directory ?? environment.SAGEGATE_DIRECTORY ?? (await ask(terminal, '--directory', 'Directory'));
  const user = options.user ?? (await ask(terminal, '--user', 'User name', environment.USER));
  const password = environment.SAGEGATE_PASSWORD ?? (await askPassword(terminal));
  const client = new LocalClient({ endpoint: options.endpoint, token: '' }, environment);
  const path = `directories/${encodeURIComponent(directory)}/login`;
  const enter = (roleArn: string | undefined) =>
    client.post(path, { login: user, password, ...(roleArn === undefined ? {} : { roleArn }) });
  const first = await enter(options.role);
  const answer = 'credentials' in first ? first : await enter(await chooseRole(first.roles as string[], terminal));
  // The server's own answer: its shape is the type's.
  const signedIn = answer as unknown as SignedIn;
  const region = options.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1';
  if (options.static === true) {
    const { accessKeyId, secretAccessKey, sessionToken } = signedIn.credentials;
    await saveProfile(
      { name: profile, region, endpoint: client.endpoint, accessKeyId, secretAccessKey, sessionToken },
      options.yes === true,
      terminal,
      environment,
    );
  } else {
    keep(profile, { ...signedIn, endpoint: client.endpoint, directory }, environment);
    const files = awsFiles(environment);
    await allowReplacing(readProfile(files, profile), profile, options.yes === true, terminal);
    writeProcessProfile(files, { name: profile, region, endpoint: client.endpoint, command: printCommand(profile) });
  }
  const until = new Date(options.static === true ? signedIn.credentials.expiresAt : signedIn.signedInUntil);
  if (options.json === true) terminal.print(JSON.stringify({ profile, arn: signedIn.arn, until: until.toISOString() }));
  else
    terminal.print(
      `Signed in as ${plain(signedIn.arn)}\nuntil ${until.toLocaleString()}. Try it:\n\n${firstCall(profile, client.endpoint)}`,
    );
}

/** `sagegate login --print-credentials`: what a `credential_process` must print. @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
export async function printCredentials(profile: string, terminal: Terminal, environment: Environment): Promise<void> {
  const { credentials } = await current(checkProfileName(profile), environment);
  terminal.print(
    JSON.stringify({
      Version: 1,
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: credentials.expiresAt,
    }),
  );
}

/** `sagegate logout`: the credentials end with it, wherever they are. */
export async function logout(
  options: { readonly profile?: string | undefined },
  terminal: Terminal,
  environment: Environment,
): Promise<void> {
  const profile = checkProfileName(options.profile ?? environment.AWS_PROFILE ?? 'sagegate');
  const kept = readKept(profile, environment);
  if (!kept) throw new Failure(`Nobody is signed in with the profile ${profile}.`);
  await new LocalClient({ endpoint: kept.endpoint, token: '' }, environment).post('directory-sign-ins/end', { renewal: kept.renewal });
  rmSync(fileOf(profile, environment));
  terminal.print(`Signed out ${plain(kept.arn)}.`);
}

/** The sign-in of a profile, renewed where its credentials are about to end. */
async function current(profile: string, environment: Environment): Promise<KeptSignIn> {
  const kept = readKept(profile, environment);
  const again = `Sign in with: sagegate login --profile ${profile}`;
  if (!kept) throw new Failure(`Nobody is signed in with the profile ${profile}. ${again}`);
  if (Date.parse(kept.credentials.expiresAt) - Date.now() > RENEW_BEFORE) return kept;
  try {
    const answer = await new LocalClient({ endpoint: kept.endpoint, token: '' }, environment).post('directory-sign-ins/renew', {
      renewal: kept.renewal,
    });
    const renewed = { ...(answer as unknown as SignedIn), endpoint: kept.endpoint, directory: kept.directory };
    keep(profile, renewed, environment);
    return renewed;
  } catch (error) {
    // Another process was first: what it has been given is in the file by now, or in a moment.
    for (let i = 0; i < 10; i++) {
      const newer = readKept(profile, environment);
      if (newer && newer.renewal !== kept.renewal) return newer;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw error instanceof Refused && error.status === 403 ? new Failure(`${error.message} ${again}`) : error;
  }
}

async function allowReplacing(known: Readonly<Record<string, string>>, profile: string, yes: boolean, terminal: Terminal): Promise<void> {
  const isOurs = known.credential_process === undefined || known.credential_process === printCommand(profile);
  if (yes || (known.aws_access_key_id === undefined && isOurs)) return;
  const question = `The profile ${profile} is there already, with other credentials. Replace them?`;
  if (!terminal.isInteractive) throw new Failure(`${question} Say --yes, or choose another name with --profile.`);
  if (!(await terminal.confirm(question, false))) throw new Failure('Nothing was changed.');
}

/** What the AWS CLI and SDKs run: this very program, wherever they are started. */
const printCommand = (profile: string): string =>
  `${[process.execPath, process.argv[1] ?? ''].map(quoted).join(' ')} login --print-credentials --profile ${profile}`;

const quoted = (path: string): string => (/^[A-Za-z0-9_./@:-]+$/.test(path) ? path : `"${path}"`);

async function chooseRole(roles: readonly string[], terminal: Terminal): Promise<string> {
  if (!terminal.isInteractive)
    throw new Failure(`You may have several roles. Choose one with --role:\n${roles.map((role) => `  ${plain(role)}`).join('\n')}`, 2);
  terminal.note(roles.map((role, i) => `  ${i + 1}  ${plain(role)}`).join('\n'));
  const chosen = roles[Number(await terminal.ask('Role', '1')) - 1];
  if (chosen === undefined) throw new Failure('There is no role of that number.', 2);
  return chosen;
}

async function ask(terminal: Terminal, otherwise: string, question: string, preset?: string): Promise<string> {
  if (!terminal.isInteractive) throw new Failure(`${question} is missing: give it with ${otherwise}.`, 2);
  return terminal.ask(question, preset);
}

async function askPassword(terminal: Terminal): Promise<string> {
  if (!terminal.isInteractive) throw new Failure('The password is missing: give it as SAGEGATE_PASSWORD.', 2);
  return terminal.askSecret('Password');
}

const fileOf = (profile: string, { XDG_STATE_HOME }: Environment): string =>
  join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'sagegate', 'sign-ins', `${profile}.json`);

function readKept(profile: string, environment: Environment): KeptSignIn | undefined {
  const file = fileOf(profile, environment);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as KeptSignIn) : undefined;
}

/** Private to its owner, in one step (threat V09). */
function keep(profile: string, signIn: KeptSignIn, environment: Environment): void {
  const file = fileOf(profile, environment);
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, JSON.stringify(signIn), { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}
