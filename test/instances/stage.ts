import { request } from 'node:http';
import { CredentialEndpoints } from '../../src/server/instance-metadata/endpoints.ts';
import { policy, startTestServer, type TestAccount, type TestServer } from '../harness.ts';

/** A server with an account that has the role and instance profile `App`, and endpoints of credentials. */
export interface Stage {
  readonly server: TestServer;
  readonly account: TestAccount;
  readonly endpoints: CredentialEndpoints;
  /** Launches an instance; with the profile `App` unless told otherwise. */
  launch(more?: object): Promise<string>;
  /** The metadata service of an instance: its address. */
  serve(instanceId: string): Promise<URL>;
  ec2(operation: string, input: object): Promise<Record<string, unknown>>;
  iam(operation: string, input: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export const REGION = 'us-east-2';

export const trust = (service: string, condition?: object, actions: string | string[] = 'sts:AssumeRole'): string =>
  JSON.stringify(policy({ Effect: 'Allow', Principal: { Service: service }, Action: actions, ...(condition && { Condition: condition }) }));

export async function setStage(): Promise<Stage> {
  const server = await startTestServer();
  const account = await server.account();
  const iam: Stage['iam'] = (operation, input) => account.asRoot('iam', operation, input);
  const ec2: Stage['ec2'] = (operation, input) => account.asRoot('ec2', operation, input, REGION);
  await iam('CreateRole', { RoleName: 'App', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') });
  await iam('CreateInstanceProfile', { InstanceProfileName: 'AppProfile' });
  await iam('AddRoleToInstanceProfile', { InstanceProfileName: 'AppProfile', RoleName: 'App' });
  const endpoints = new CredentialEndpoints({
    installation: server.installation,
    audit: server.audit,
    logError: (error) => server.errors.push(error),
  });
  return {
    server,
    account,
    endpoints,
    iam,
    ec2,
    async launch(more = {}) {
      const { Instances } = (await ec2('RunInstances', {
        ImageId: 'ami-0123456789abcdef0',
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: { Name: 'AppProfile' },
        ...more,
      })) as { Instances: { InstanceId: string }[] };
      return Instances[0]?.InstanceId ?? '';
    },
    async serve(instanceId) {
      return new URL(((await endpoints.openInstance(instanceId, {})) as { endpoint: string }).endpoint);
    },
    async close() {
      await endpoints.closeAll();
      await server.close();
    },
  };
}

export interface Got {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One request, with headers and target exactly as given: `fetch` would tidy them up. */
export function ask(
  base: URL,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Readonly<Record<string, string | string[]>> } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: base.hostname, port: base.port, path, method, headers, agent: false });
    sent.once('error', reject);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8'), headers: response.headers }),
      );
    });
    sent.end();
  });
}

export const TOKEN = 'X-aws-ec2-metadata-token';
export const TTL = 'X-aws-ec2-metadata-token-ttl-seconds';

export async function tokenOf(base: URL, ttl = '60'): Promise<string> {
  return (await ask(base, '/latest/api/token', { method: 'PUT', headers: { [TTL]: ttl } })).text;
}

/** Reads with a token of its own. */
export async function read(base: URL, path: string): Promise<Got> {
  return ask(base, path, { headers: { [TOKEN]: await tokenOf(base) } });
}

export interface GivenCredentials {
  readonly Code: string;
  readonly LastUpdated: string;
  readonly Type: string;
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
}

export const CREDENTIALS = '/latest/meta-data/iam/security-credentials/App';

export const credentialsOf = async (base: URL): Promise<GivenCredentials> => JSON.parse((await read(base, CREDENTIALS)).text);
