import { readFileSync } from 'node:fs';
import { isLoopback } from '../server/foreign-request.ts';
import { type Answer, AwsClient } from './aws-client.ts';
import { applicationEnvironment, runCommand } from './child.ts';
import { type Connection, type ConnectionOptions, findConnection } from './credentials.ts';
import { keepEndpoint } from './endpoint-lease.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { LocalClient, type LocalClientOptions } from './local-client.ts';
import { plain, type Terminal } from './terminal.ts';

export interface InstanceRunOptions extends LocalClientOptions, ConnectionOptions {
  readonly instanceProfile?: string | undefined;
  readonly region?: string | undefined;
  readonly instanceType: string;
  readonly image: string;
  readonly imds: 'v1' | 'v2';
  readonly hopLimit?: number | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly userData?: string | undefined;
  readonly networkNamespace?: boolean | undefined;
}

/** `sagegate instance run … -- COMMAND`: the command runs as an application on an instance, which lives as long as it does. */
export async function runInstance(
  command: readonly string[],
  options: InstanceRunOptions,
  terminal: Terminal,
  environment: Environment,
): Promise<void> {
  const { connection, client, local } = connect(options, environment);
  // Loaded, and its demands looked at, before anything is made.
  const namespaces = options.networkNamespace ? await import('./network-namespace.ts') : undefined;
  namespaces?.requireNamespaces(local.endpoint);
  const { instanceId, privateIpAddress } = await launch(options, connection, client);
  terminal.note(`Instance ${instanceId} is up.`);
  let code: number;
  try {
    code = namespaces
      ? await namespaces.runInNamespace(command, { instanceId, privateIpAddress, region: connection.region }, local, terminal, environment)
      : await runWithEndpoint(command, instanceId, connection, local, terminal, environment);
  } finally {
    await terminate(instanceId, connection, client, terminal);
  }
  process.exitCode = code;
}

async function runWithEndpoint(
  command: readonly string[],
  instanceId: string,
  { region }: Connection,
  local: LocalClient,
  terminal: Terminal,
  environment: Environment,
): Promise<number> {
  const lease = await keepEndpoint(local, `instances/${instanceId}/metadata`, {}, terminal);
  try {
    return await runCommand(
      command,
      applicationEnvironment(environment, {
        AWS_EC2_METADATA_SERVICE_ENDPOINT: String(lease.opened.endpoint),
        AWS_ENDPOINT_URL: local.endpoint,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
      }),
    );
  } finally {
    await lease.close();
  }
}

interface Launched {
  readonly instanceId: string;
  readonly privateIpAddress: string;
}

async function launch(options: InstanceRunOptions, { region }: Connection, client: AwsClient): Promise<Launched> {
  const { instanceProfile, instanceType, image, imds, hopLimit, userData } = options;
  const tags = (options.tag ?? []).map(readTag);
  const input = {
    ImageId: image,
    InstanceType: instanceType,
    MinCount: 1,
    MaxCount: 1,
    ...(instanceProfile !== undefined && {
      IamInstanceProfile: instanceProfile.startsWith('arn:') ? { Arn: instanceProfile } : { Name: instanceProfile },
    }),
    MetadataOptions: {
      HttpTokens: imds === 'v1' ? 'optional' : 'required',
      ...(hopLimit !== undefined && { HttpPutResponseHopLimit: hopLimit }),
      ...(tags.length > 0 && { InstanceMetadataTags: 'enabled' }),
    },
    ...(userData !== undefined && { UserData: readUserData(userData) }),
    ...(tags.length > 0 && { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] }),
  };
  const { output } = await ask(client, 'RunInstances', input, region);
  const [instance] = output.instancesSet as Launched[];
  if (!instance) throw new Failure('The server did not say which instance it has launched.');
  return instance;
}

function readTag(text: string): { Key: string; Value: string } {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Failure(`${plain(text)} must look like Name=web.`, 2);
  return { Key: text.slice(0, equals), Value: text.slice(equals + 1) };
}

function readUserData(file: string): string {
  try {
    return readFileSync(file).toString('base64');
  } catch {
    throw new Failure(`${plain(file)} cannot be read.`, 2);
  }
}

async function terminate(instanceId: string, { region }: Connection, client: AwsClient, terminal: Terminal): Promise<void> {
  try {
    await ask(client, 'TerminateInstances', { InstanceIds: [instanceId] }, region);
    terminal.note(`Instance ${instanceId} is terminated.`);
  } catch (error) {
    // What the command came to counts; that the instance is left is said.
    terminal.note(
      plain(`Instance ${instanceId} is still there: ${error instanceof Error ? error.message : 'it could not be terminated.'}`),
    );
  }
}

async function ask(client: AwsClient, operation: string, input: object, region: string): Promise<Answer> {
  const answer = await client.call('ec2', operation, input, region).catch(() => {
    throw new Failure('No Sagegate answers. Start one with: npx sagegate serve');
  });
  if (answer.errorCode !== undefined) throw new Failure(`${plain(answer.errorCode)}: ${plain(answer.message ?? '')}`);
  return answer;
}

/** The caller's keys for EC2, and the operator's token for the metadata service: both at one server, on this machine. */
function connect(options: InstanceRunOptions, environment: Environment) {
  const found = findConnection(options, environment);
  if (!found) throw new Failure('No keys to launch an instance with. Say --profile NAME, or set AWS_ACCESS_KEY_ID.', 2);
  const connection = { ...found, region: options.region ?? found.region };
  return {
    connection,
    client: new AwsClient(connection.endpoint, connection.credentials),
    local: localServer({ ...options, endpoint: connection.endpoint }, environment),
  };
}

/**
 * The server's own API.
 * @throws Failure  2  the server is another machine: its endpoints of credentials are on its loopback interface
 */
export function localServer(options: LocalClientOptions, environment: Environment): LocalClient {
  const local = new LocalClient(options, environment);
  const host = new URL(local.endpoint).hostname;
  if (host === 'localhost' || isLoopback(host.replace(/^\[|\]$/g, ''))) return local;
  throw new Failure(
    'Credentials are given out on the loopback interface of the server: run this on its machine, with a loopback endpoint.',
    2,
  );
}

export interface InstanceImdsOptions extends LocalClientOptions {
  readonly port: number;
}

/** `sagegate instance imds ID`: serves the metadata of an instance until it is told to stop. */
export async function serveInstanceMetadata(
  instanceId: string,
  options: InstanceImdsOptions,
  terminal: Terminal,
  environment: Environment,
): Promise<void> {
  if (!/^i-[0-9a-f]{8}([0-9a-f]{9})?$/.test(instanceId)) throw new Failure(`${plain(instanceId)} is no instance id.`, 2);
  const local = localServer(options, environment);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const lease = await keepEndpoint(local, `instances/${instanceId}/metadata`, { port: options.port }, terminal);
  terminal.print(`AWS_EC2_METADATA_SERVICE_ENDPOINT=${String(lease.opened.endpoint)}`);
  // Nothing else keeps this process.
  const keep = setInterval(() => undefined, 2 ** 30);
  await stopped;
  clearInterval(keep);
  await lease.close();
}
