import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardedFetch } from '../../src/server/guarded-fetch.ts';
import { describeWith, findAwsClis, findBoto3 } from '../clients.ts';
import { clientConfig, policy, startTestServer, type TestAccount, type TestServer } from '../harness.ts';
import { credentialsOf } from '../services/sts/stage.ts';
import { startAwsNames } from './aws-names.ts';
import { authority } from './issuer.ts';
import { type RealIssuer, startRealIssuer } from './real-issuer.ts';
import { invalidToken, notAuthorized } from './stage.ts';

/*
 * Tokens of a provider that nobody here wrote, and the web identity providers of clients that nobody here wrote, by AWS's own host names.
 */

let server: TestServer;
let account: TestAccount;
let issuer: RealIssuer;
let names: Awaited<ReturnType<typeof startAwsNames>>;
let home: string;
let roleArn: string;
let anonymous: STS;
const TAGS = 'https://aws.amazon.com/tags';

beforeAll(async () => {
  issuer = await startRealIssuer((login) => (login === 'bob' ? { [TAGS]: { principal_tags: { Team: ['blue'] } } } : {}));
  server = await startTestServer({ outbound: new GuardedFetch({ allowed: [issuer.url], authorities: [authority.pem] }) });
  names = await startAwsNames(server.url);
  account = await server.account();
  const iam = new IAM(clientConfig(server, account.root));
  const { OpenIDConnectProviderArn: Federated } = await iam.createOpenIDConnectProvider({ Url: issuer.url, ClientIDList: ['sagemaker'] });
  const key = `${issuer.url.slice('https://'.length)}:sub`;
  const trusts = policy({
    Effect: 'Allow',
    Principal: { Federated },
    Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
    Condition: { StringEquals: { [key]: ['alice', 'bob'] } },
  });
  const { Role } = await iam.createRole({ RoleName: 'of-the-idp', AssumeRolePolicyDocument: JSON.stringify(trusts) });
  const may = policy({
    Effect: 'Allow',
    Action: 'iam:ListRoles',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'blue' } },
  });
  await iam.putRolePolicy({ RoleName: 'of-the-idp', PolicyName: 'may', PolicyDocument: JSON.stringify(may) });
  roleArn = Role?.Arn ?? '';
  anonymous = new STS({ ...clientConfig(server, account.root), credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  home = await mkdtemp(join(tmpdir(), 'sagegate-federation-'));
  await writeFile(join(home, 'token'), await issuer.signIn('alice'));
  await writeFile(join(home, 'ca.pem'), authority.pem);
});
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await names.close();
  await server.close();
  await issuer.close();
  await rm(home, { recursive: true });
});

const assume = (WebIdentityToken: string) =>
  anonymous.assumeRoleWithWebIdentity({ RoleArn: roleArn, RoleSessionName: 'me', WebIdentityToken });

describe('oidc-provider', () => {
  it('vouches for whom the trust policy names', async () => {
    const answer = await assume(await issuer.signIn('alice'));
    expect(answer).toMatchObject({ SubjectFromWebIdentityToken: 'alice', Audience: 'sagemaker' });
    await notAuthorized(assume(await issuer.signIn('mallory')));
    await invalidToken(assume(await issuer.signIn('alice', 'another-app')), 'Incorrect token audience');
  });

  it('gives session tags', async () => {
    const listRoles = async (login: string) => {
      const credentials = credentialsOf(await assume(await issuer.signIn(login)));
      return new IAM(clientConfig(server, credentials)).listRoles({});
    };
    await listRoles('bob');
    await expect(listRoles('alice')).rejects.toThrow(/not authorized to perform: iam:ListRoles/);
  });
});

/** Runs a client in an environment that has a token file and a role, and no credentials. */
function run(command: string, args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token'),
    AWS_ROLE_ARN: roleArn,
    AWS_ROLE_SESSION_NAME: 'by-file',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    AWS_EC2_METADATA_DISABLED: 'true',
    HTTPS_PROXY: names.proxy,
    AWS_CA_BUNDLE: join(home, 'ca.pem'),
    ...(command === process.execPath && { AWS_ENDPOINT_URL: server.url }),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd: process.cwd(), timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out.trim()) : reject(new Error(err))));
  });
}

const sessionArn = () => `arn:aws:sts::${account.id}:assumed-role/of-the-idp/by-file`;

describe('AWS_WEB_IDENTITY_TOKEN_FILE', () => {
  it('JavaScript SDK', async () => {
    const script = "import { STS } from '@aws-sdk/client-sts'; console.log((await new STS({}).getCallerIdentity({})).Arn);";
    expect(await run(process.execPath, ['--input-type=module', '-e', script])).toBe(sessionArn());
  });

  const boto3 = findBoto3();
  describeWith('boto3', boto3 !== undefined, `boto3 ${boto3?.version}`, () => {
    it('takes credentials from the token file', async () => {
      expect(await run(boto3?.command ?? '', ['-c', 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])'])).toBe(
        sessionArn(),
      );
    });
  });

  const clis = findAwsClis();
  describeWith('the AWS CLI', clis.length > 0, 'the AWS CLI', () => {
    it.each(clis)('$version', async ({ command }) => {
      expect(await run(command, ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'])).toBe(sessionArn());
    });

    it.each(clis)('$version says why not', async ({ command }) => {
      const file = join(home, 'bad-token');
      await writeFile(file, 'x.y.z');
      const args = [
        'sts',
        'assume-role-with-web-identity',
        '--role-arn',
        roleArn,
        '--role-session-name',
        'me',
        '--web-identity-token',
        `file://${file}`,
      ];
      await expect(run(command, args)).rejects.toThrow(
        /\(InvalidIdentityToken\) when calling the AssumeRoleWithWebIdentity operation: The ID Token provided is not a valid JWT/,
      );
    });
  });
});
