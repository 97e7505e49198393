import { readFileSync, statSync } from 'node:fs';
import type { Imported } from '../server/import-aws.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { LocalClient, type LocalClientOptions } from './local-client.ts';
import { plain, type Terminal } from './terminal.ts';

export interface ImportAwsOptions extends LocalClientOptions {
  readonly email?: string | undefined;
  readonly accessKeyFor?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What can be read at all: AWS's own policies, which an account prints in full, are left out of what is sent. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Sends what `aws iam get-account-authorization-details` printed to a running server.
 * @throws Failure  2  the file cannot be read, or holds something else
 */
export async function importAws(file: string, options: ImportAwsOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const details = withoutAwsPolicies(readJson(file), file);
  const { email, accessKeyFor } = options;
  const body = { details, ...(email !== undefined && { email }), ...(accessKeyFor !== undefined && { accessKeyFor }) };
  // The server's own answer: its shape is the type's.
  const imported = (await new LocalClient(options, environment).post('import/aws', body)) as unknown as Imported;
  terminal.print(options.json === true ? JSON.stringify(imported, null, 2) : told(imported));
}

function told(imported: Imported): string {
  const counted = [
    `${imported.users} users`,
    `${imported.groups} groups`,
    `${imported.roles} roles`,
    `${imported.policies} policies`,
    `${imported.instanceProfiles} instance profiles`,
  ];
  const lines = [`Account ${imported.accountId}${imported.created ? ' (new)' : ''}: ${counted.join(', ')}.`];
  if (imported.unknownAwsPolicies.length > 0)
    lines.push(
      '',
      'These policies of AWS are not known to this version, and grant nothing:',
      ...imported.unknownAwsPolicies.map((arn) => `  ${plain(arn)}`),
    );
  const { accessKey } = imported;
  if (accessKey)
    lines.push(
      '',
      `An access key for ${plain(accessKey.userName)}, shown this once:`,
      `  AWS_ACCESS_KEY_ID=${accessKey.accessKeyId}`,
      `  AWS_SECRET_ACCESS_KEY=${accessKey.secretAccessKey}`,
    );
  return lines.join('\n');
}

function readJson(file: string): unknown {
  try {
    if (file !== '-' && statSync(file).size > MAX_BYTES) throw new Failure(`${plain(file)} is larger than 64 MB.`, 2);
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof SyntaxError)
      throw new Failure(`${plain(file)} is not JSON. Print it with: aws iam get-account-authorization-details --output json`, 2);
    throw new Failure(`${plain(file)} cannot be read.`, 2);
  }
}

/** AWS's policies are the server's own, and the larger part of most accounts. */
function withoutAwsPolicies(value: unknown, file: string): object {
  if (typeof value !== 'object' || value === null || !('Policies' in value) || !Array.isArray(value.Policies))
    throw new Failure(`${plain(file)} is not what aws iam get-account-authorization-details prints.`, 2);
  const own = value.Policies.filter((policy: unknown) => !isAwsPolicy(policy));
  return { ...value, Policies: own };
}

const isAwsPolicy = (policy: unknown): boolean =>
  typeof policy === 'object' && policy !== null && 'Arn' in policy && String(policy.Arn).startsWith('arn:aws:iam::aws:');
