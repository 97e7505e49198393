import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';

/** A profile as the AWS CLI and SDKs keep it. */
export interface AwsProfile {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** A profile whose credentials a program prints. */
export interface ProcessProfile extends Pick<AwsProfile, 'name' | 'region' | 'endpoint'> {
  /** As a shell would run it. */
  readonly command: string;
}

export interface AwsFiles {
  readonly config: string;
  readonly credentials: string;
}

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html */
export const awsFiles = (environment: Environment): AwsFiles => ({
  config: expandHome(environment.AWS_CONFIG_FILE) ?? join(homedir(), '.aws', 'config'),
  credentials: expandHome(environment.AWS_SHARED_CREDENTIALS_FILE) ?? join(homedir(), '.aws', 'credentials'),
});

const expandHome = (path: string | undefined): string | undefined =>
  path === undefined || path === '' ? undefined : path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;

const configSection = (name: string): string => (name === 'default' ? 'default' : `profile ${name}`);

/** Names that need no quoting in either file. */
export function checkProfileName(name: string): string {
  if (/^[A-Za-z0-9_.@+-]{1,64}$/.test(name)) return name;
  throw new Failure('A profile name has 1 to 64 letters, digits and _.@+-', 2);
}

/** What is set for a profile already. */
export function readProfile(files: AwsFiles, name: string): Readonly<Record<string, string>> {
  return { ...readSection(readText(files.config), configSection(name)), ...readSection(readText(files.credentials), name) };
}

/** Writes a profile into both files. Everything else in them stays as it is, comments included; both end up private to their owner. */
export function writeProfile(files: AwsFiles, profile: AwsProfile): void {
  refuseOddText(profile);
  const { accessKeyId, secretAccessKey, sessionToken } = profile;
  const keys = { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey };
  replace(files.config, withSection(readText(files.config), configSection(profile.name), configOf(profile), ['credential_process']));
  const session: Record<string, string> = sessionToken === undefined ? {} : { aws_session_token: sessionToken };
  replace(files.credentials, withSection(readText(files.credentials), profile.name, { ...keys, ...session }, ['aws_session_token']));
}

/** Writes a profile whose credentials a program prints, and takes out those that the profile had. */
export function writeProcessProfile(files: AwsFiles, profile: ProcessProfile): void {
  refuseOddText(profile);
  const config = { ...configOf(profile), credential_process: profile.command };
  replace(files.config, withSection(readText(files.config), configSection(profile.name), config, []));
  // Keys in the other file would be taken before any program.
  const credentials = readText(files.credentials);
  if (Object.keys(readSection(credentials, profile.name)).length > 0)
    replace(
      files.credentials,
      withSection(credentials, profile.name, {}, ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token']),
    );
}

const configOf = ({ region, endpoint }: Pick<AwsProfile, 'region' | 'endpoint'>) => ({ region, output: 'json', endpoint_url: endpoint });

function refuseOddText(profile: object): void {
  for (const value of Object.values(profile)) {
    if (value === undefined) continue;
    if (typeof value !== 'string' || /[\p{Cc}]/u.test(value) || value.trim() !== value || value === '')
      throw new Failure('A profile takes plain text only.', 2);
  }
}

const readText = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

const headerOf = (line: string): string | undefined => /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
/** A setting of the section itself: indented lines belong to the setting above them. */
const settingOf = (line: string): { name: string; value: string } | undefined => {
  const match = /^([A-Za-z0-9_]+)\s*=\s*(.*?)\s*$/.exec(line);
  return match ? { name: match[1] ?? '', value: match[2] ?? '' } : undefined;
};

function readSection(text: string, section: string): Record<string, string> {
  const settings: Record<string, string> = {};
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const header = headerOf(line);
    if (header !== undefined) inside = header === section;
    const setting = inside ? settingOf(line) : undefined;
    if (setting) settings[setting.name] = setting.value;
  }
  return settings;
}

/** The text with a section's settings replaced or added, and some taken out. */
function withSection(text: string, section: string, settings: Readonly<Record<string, string>>, removed: readonly string[]): string {
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const start = lines.findIndex((line) => headerOf(line) === section);
  const added = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  if (start === -1) return `${[...lines, ...(lines.length > 0 ? [''] : []), `[${section}]`, ...added].join('\n')}\n`;
  const next = lines.findIndex((line, i) => i > start && headerOf(line) !== undefined);
  const end = next === -1 ? lines.length : next;
  const kept = lines.slice(start + 1, end).filter((line) => {
    const name = settingOf(line)?.name;
    return name === undefined || !(Object.hasOwn(settings, name) || removed.includes(name));
  });
  return `${[...lines.slice(0, start + 1), ...added, ...kept, ...lines.slice(end)].join('\n')}\n`;
}

/** In one step, so that nobody reads half a file; through a link to the file it leads to. */
function replace(path: string, text: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  if (!existsSync(dirname(target))) mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const mode = existsSync(target) ? statSync(target).mode & 0o600 : 0o600;
  const draft = `${target}.sagegate-${process.pid}`;
  writeFileSync(draft, text, { mode, flag: 'wx' });
  chmodSync(draft, mode);
  renameSync(draft, target);
}
