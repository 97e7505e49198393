import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { LocalClient, type LocalClientOptions } from './local-client.ts';
import { plain, type Terminal } from './terminal.ts';

export interface DirectoryOptions extends LocalClientOptions {
  readonly json?: boolean | undefined;
}

const show = (terminal: Terminal, options: DirectoryOptions, value: object, text: string): void =>
  terminal.print(options.json === true ? JSON.stringify(value, null, 2) : text);

/** `sagegate directory add FILE`: the bind password comes from the file, the environment or the keyboard. */
export async function addDirectory(file: string, options: DirectoryOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const settings = readSettings(file);
  const known = 'bindPassword' in settings ? {} : { bindPassword: await bindPassword(terminal, environment) };
  const made = await new LocalClient(options, environment).post('directories', { ...settings, ...known });
  const client = new LocalClient(options, environment);
  show(
    terminal,
    options,
    made,
    [
      `Connected the directory ${plain(String(made.name))} (${plain(String(made.directoryId))}). Its service account was let in.`,
      '',
      `Sign-in page:  ${client.endpoint}${plain(String(made.signInPath))}`,
      `In a terminal: sagegate login --directory ${plain(String(made.name))}`,
      '',
      'Each role needs a trust policy that allows sts:AssumeRole to ds.amazonaws.com, and sts:TagSession where attributes become session tags.',
    ].join('\n'),
  );
}

export async function listDirectories(options: DirectoryOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const answer = await new LocalClient(options, environment).get('directories');
  const list = answer.directories as { name: string; directoryId: string; kind: string; servers: string[] }[];
  const lines = list.map(({ name, directoryId, kind, servers }) => `${name}  ${directoryId}  ${kind}  ${servers.join(' ')}`);
  show(
    terminal,
    options,
    answer,
    lines.length === 0 ? 'There is no directory. Connect one with: sagegate directory add FILE' : plain(lines.join('\n'), true),
  );
}

export async function removeDirectory(
  name: string,
  options: DirectoryOptions,
  terminal: Terminal,
  environment: Environment,
): Promise<void> {
  const answer = await new LocalClient(options, environment).post(`directories/${encodeURIComponent(name)}/delete`, {});
  show(terminal, options, answer, `The directory ${plain(name)} is gone, and its people are signed out.`);
}

/** `sagegate directory look NAME LOGIN`: what the connection makes of somebody, without a password. */
export async function lookInDirectory(
  name: string,
  login: string,
  options: DirectoryOptions,
  terminal: Terminal,
  environment: Environment,
): Promise<void> {
  const person = await new LocalClient(options, environment).post(`directories/${encodeURIComponent(name)}/look`, { login });
  const list = (title: string, values: unknown): string[] => {
    const texts = values as string[];
    return texts.length === 0 ? [`${title}  none`] : texts.map((text, i) => `${i === 0 ? title : ' '.repeat(title.length)}  ${text}`);
  };
  const text = [
    `Entry     ${person.dn}`,
    `Named     ${person.name}`,
    `Standing  ${person.standing}`,
    ...list('Roles   ', person.roles),
    ...list('Member  ', person.memberships),
  ];
  show(terminal, options, person, plain(text.join('\n'), true));
}

function readSettings(file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parse(readFileSync(file === '-' ? 0 : file, 'utf8'), { schema: 'core', maxAliasCount: 0 });
  } catch (error) {
    throw new Failure(`${plain(file)} cannot be read: ${plain(error instanceof Error ? error.message : '')}`, 2);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Failure(`${plain(file)} must hold the settings of a directory.`, 2);
  return value as Readonly<Record<string, unknown>>;
}

async function bindPassword(terminal: Terminal, environment: Environment): Promise<string> {
  const known = environment.SAGEGATE_BIND_PASSWORD;
  if (known !== undefined) return known;
  if (!terminal.isInteractive) throw new Failure('The bind password is missing: give it as SAGEGATE_BIND_PASSWORD.', 2);
  return terminal.askSecret('Password of the service account');
}
