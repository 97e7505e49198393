import { spawnSync } from 'node:child_process';
import { quoted } from './aws-command.ts';

/** The AWS CLI of this machine. */
export interface AwsCli {
  /** As it calls itself: `aws-cli/2.9.19`. */
  readonly version: string;
  /**
   * Whether it goes where a profile's `endpoint_url` says. One that does not calls AWS itself.
   * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
   */
  readonly readsEndpoint: boolean;
}

/** The first minor version of each major one that reads `endpoint_url`. */
const READS_ENDPOINT: Readonly<Record<string, number>> = { 1: 29, 2: 13 };

export function awsCliOf(printed: string): AwsCli | undefined {
  const [version, major, minor] = /aws-cli\/([0-9]+)\.([0-9]+)\.[0-9]+/.exec(printed) ?? [];
  if (version === undefined || major === undefined) return undefined;
  return { version, readsEndpoint: Number(minor) >= (READS_ENDPOINT[major] ?? 0) };
}

export function findAwsCli(): AwsCli | undefined {
  const { status, stdout, stderr } = spawnSync('aws', ['--version'], { encoding: 'utf8', timeout: 30_000 });
  return status === 0 ? awsCliOf(`${stdout}${stderr}`) : undefined;
}

/** What to type to see that a profile leads to a server, with the endpoint for an AWS CLI that would take the keys to AWS. */
export function firstCall(profile: string, endpoint: string, cli = findAwsCli()): string {
  if (!cli || cli.readsEndpoint) return `  aws --profile ${profile} sts get-caller-identity`;
  return `  aws() { command aws --endpoint-url ${quoted(endpoint)} "$@"; }
  aws --profile ${profile} sts get-caller-identity

The first line is for this shell: ${cli.version} does not read endpoint_url (1.29 and 2.13 do), and would call AWS itself.`;
}
