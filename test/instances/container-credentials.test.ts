import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfig, policy } from '../harness.ts';
import { ask, REGION, type Stage, setStage, trust } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  expect(stage.server.errors).toEqual([]);
  await stage.close();
});

const ECS = 'ecs-tasks.amazonaws.com';
const EKS = 'pods.eks.amazonaws.com';

interface Opened {
  readonly uri: URL;
  readonly token: string;
  readonly path: string;
}

let number = 0;
async function open(service: typeof ECS | typeof EKS, document: string): Promise<Opened & { name: string }> {
  const name = `Container${number++}`;
  const { Role } = (await stage.iam('CreateRole', { RoleName: name, AssumeRolePolicyDocument: document })) as { Role: { Arn: string } };
  const opened = (await stage.endpoints.openContainer({ roleArn: Role.Arn, service, region: REGION })) as {
    credentialsUri: string;
    authorizationToken: string;
  };
  const uri = new URL(opened.credentialsUri);
  return { uri, token: opened.authorizationToken, path: uri.pathname, name };
}

const get = ({ uri, path, token }: Opened) => ask(uri, path, { headers: { Authorization: token } });

const callerOf = (text: string) => {
  const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(text) as { AccessKeyId: string; SecretAccessKey: string; Token: string };
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
};

describe('the credentials endpoint of a container', () => {
  it('gives a session of the role', async () => {
    const container = await open(
      ECS,
      trust(ECS, {
        StringEquals: { 'aws:SourceAccount': stage.account.id },
        ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${REGION}:${stage.account.id}:*` },
      }),
    );
    const got = await get(container);
    expect(got.status).toBe(200);
    expect(JSON.parse(got.text)).toEqual({
      RoleArn: `arn:aws:iam::${stage.account.id}:role/${container.name}`,
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      Token: expect.any(String),
      Expiration: expect.stringMatching(/Z$/),
      AccountId: stage.account.id,
    });
    const { Arn } = await new STS(clientConfig(stage.server, callerOf(got.text), REGION)).getCallerIdentity({});
    expect(Arn).toMatch(new RegExp(`:assumed-role/${container.name}/[0-9a-f]{32}$`));
  });

  it('tags the sessions of pods, for which the role must be trusted with sts:TagSession', async () => {
    expect((await get(await open(EKS, trust(EKS)))).status).toBe(400);
    const pod = await open(EKS, trust(EKS, undefined, ['sts:AssumeRole', 'sts:TagSession']));
    const Condition = {
      StringEquals: { 'aws:PrincipalTag/kubernetes-namespace': 'default', 'aws:PrincipalTag/eks-cluster-name': 'sagegate' },
    };
    const PolicyDocument = JSON.stringify(policy({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition }));
    await stage.iam('PutRolePolicy', { RoleName: pod.name, PolicyName: 'p', PolicyDocument });
    await expect(new IAM(clientConfig(stage.server, callerOf((await get(pod)).text))).listUsers({})).resolves.toMatchObject({ Users: [] });
  });

  it('I06 gives nothing without its token, at another path, or to web pages', async () => {
    const container = await open(ECS, trust(ECS));
    const status = async (headers: Record<string, string | string[]>, path = container.path, method = 'GET') =>
      (await ask(container.uri, path, { headers, method })).status;
    const Authorization = container.token;
    for (const wrong of [
      {},
      { Authorization: '' },
      { Authorization: `Bearer ${Authorization}` },
      { Authorization: `${Authorization}x` },
      { Authorization: Authorization.toUpperCase() },
    ])
      expect(await status(wrong)).toBe(401);
    expect(await status({ Authorization: [Authorization, Authorization] })).toBe(401);
    for (const path of ['/', `${container.path}/`, container.path.slice(0, -1), `/${container.path}`, `${container.path}?`])
      expect(await status({ Authorization }, path)).toBe(404);
    for (const method of ['POST', 'PUT', 'DELETE']) expect(await status({ Authorization }, container.path, method)).toBe(405);
    for (const page of [{ Host: 'attacker.example' }, { Origin: 'http://attacker.example' }, { 'Sec-Fetch-Site': 'same-site' }])
      expect(await status({ Authorization, ...page })).toBe(403);
    const other = await open(ECS, trust(ECS));
    expect((await ask(other.uri, other.path, { headers: { Authorization } })).status).toBe(401);
  });

  it('gives nothing of a role that does not trust the service, or no longer does', async () => {
    for (const document of [trust('ec2.amazonaws.com'), trust(EKS), trust(ECS, { StringEquals: { 'aws:SourceAccount': '123456789012' } })])
      expect(JSON.parse((await get(await open(ECS, document))).text)).toMatchObject({ code: 'AccessDenied' });
    const container = await open(ECS, trust(ECS));
    expect((await get(container)).status).toBe(200);
    await stage.iam('UpdateAssumeRolePolicy', { RoleName: container.name, PolicyDocument: trust(EKS) });
    expect((await get(container)).status).toBe(400);
    await stage.iam('DeleteRole', { RoleName: container.name });
    expect((await get(container)).status).toBe(400);
    await expect(
      stage.endpoints.openContainer({ roleArn: `arn:aws:iam::${stage.account.id}:role/none`, service: ECS, region: REGION }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it('gives new credentials an hour before the old ones end', async () => {
    const container = await open(ECS, trust(ECS));
    const key = async () => (JSON.parse((await get(container)).text) as { AccessKeyId: string }).AccessKeyId;
    const first = await key();
    expect(await key()).toBe(first);
    stage.server.clock.advance(5.1 * 3600_000);
    expect(await key()).not.toBe(first);
    stage.server.clock.reset();
  });
});
