import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImportedOrganization } from '../server/import-organization.ts';
import { packageData } from '../server/package-data.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { LocalClient, type LocalClientOptions } from './local-client.ts';
import { plain, type Terminal } from './terminal.ts';

export interface ImportOrganizationOptions extends LocalClientOptions {
  readonly printScript?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Of all files together: more than a server takes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** An organization with some thousands of accounts has about as many files of tags. */
const MAX_FILES = 50_000;

/** `list-accounts-for-parent.r-ab12.json`: the command, and what it was asked about. */
const FILE = /^([a-z][a-z-]*)(?:\.([A-Za-z0-9_-]+))?\.json$/;

/**
 * Sends what the commands of `aws organizations` printed to a running server: a folder with a file for each, as the script makes it. With
 * `printScript`, prints the script instead.
 * @throws Failure  2  the folder cannot be read, or holds something else
 */
export async function importOrganization(
  folder: string | undefined,
  options: ImportOrganizationOptions,
  terminal: Terminal,
  environment: Environment,
): Promise<void> {
  if (options.printScript === true) {
    terminal.print(readFileSync(join(dirname(packageData()), 'examples', 'print-organization.sh'), 'utf8').trimEnd());
    return;
  }
  if (folder === undefined)
    throw new Failure('Name the folder, or write the script that fills it: sagegate import aws-organization --print-script', 2);
  // The server's own answer: its shape is the type's.
  const imported = (await new LocalClient(options, environment).post(
    'import/aws-organization',
    readFolder(folder),
  )) as unknown as ImportedOrganization;
  terminal.print(options.json === true ? JSON.stringify(imported, null, 2) : told(imported));
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

function told(imported: ImportedOrganization): string {
  const { organizationId, managementAccountId, newAccounts, unknownPolicyTypes } = imported;
  const parts = [
    counted(imported.units, 'OU', 'OUs'),
    counted(imported.accounts, 'account', 'accounts'),
    counted(imported.policies, 'policy', 'policies'),
    counted(imported.attachments, 'attachment', 'attachments'),
  ];
  const lines = [`Organization ${organizationId} of ${managementAccountId}: ${parts.join(', ')}.`];
  if (newAccounts.length > 0) {
    const some = newAccounts.slice(0, 5).join(', ');
    const rest = newAccounts.length - 5;
    lines.push(
      '',
      `${counted(newAccounts.length, 'account is', 'accounts are')} new and empty: ${some}${rest > 0 ? ` and ${rest} more` : ''}.`,
      'Load what is in one with: sagegate import aws account.json --access-key-for USER',
    );
  }
  if (unknownPolicyTypes.length > 0)
    lines.push('', `Left out, as this version does not know such policies: ${unknownPolicyTypes.map((type) => plain(type)).join(', ')}.`);
  return lines.join('\n');
}

/** One object of what all files hold: the server's body. */
function readFolder(folder: string): Record<string, unknown> {
  const names = listFolder(folder);
  if (!names.includes('describe-organization.json'))
    throw new Failure(
      `${plain(folder)} holds no describe-organization.json. Fill it with the script of: sagegate import aws-organization --print-script`,
      2,
    );
  const single: Record<string, unknown> = Object.create(null);
  const several = new Map<string, Record<string, unknown>>();
  let bytes = 0;
  for (const name of names) {
    const [, command = '', about] = FILE.exec(name) ?? [];
    // Unfinished files, and what people keep beside.
    if (command === '') continue;
    const file = join(folder, name);
    bytes += statSync(file).size;
    if (bytes > MAX_BYTES) throw new Failure(`${plain(folder)} holds more than 64 MB.`, 2);
    const value = readJson(file);
    if (about === undefined) {
      single[command] = value;
      continue;
    }
    const answers = several.get(command) ?? Object.create(null);
    answers[about] = value;
    several.set(command, answers);
  }
  return { ...Object.fromEntries(several), ...single };
}

function listFolder(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    throw new Failure(`${plain(folder)} is no folder that can be read.`, 2);
  }
  if (names.length > MAX_FILES) throw new Failure(`${plain(folder)} holds more than ${MAX_FILES} files.`, 2);
  return names;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure(`${plain(file)} is not JSON. Print it with --output json.`, 2);
    throw new Failure(`${plain(file)} cannot be read.`, 2);
  }
}
