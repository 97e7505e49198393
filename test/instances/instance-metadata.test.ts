import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeWith } from '../clients.ts';
import { clientConfig, policy } from '../harness.ts';
import {
  ask,
  CREDENTIALS,
  credentialsOf,
  type GivenCredentials,
  REGION,
  read,
  type Stage,
  setStage,
  TOKEN,
  TTL,
  tokenOf,
  trust,
} from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  expect(stage.server.errors).toEqual([]);
  await stage.close();
});

const served = async (more?: object): Promise<{ id: string; base: URL }> => {
  const id = await stage.launch(more);
  return { id, base: await stage.serve(id) };
};
const v1 = { MetadataOptions: { HttpTokens: 'optional' } };

const asCaller = (given: GivenCredentials) => ({
  accessKeyId: given.AccessKeyId,
  secretAccessKey: given.SecretAccessKey,
  sessionToken: given.Token,
});
const sts = (given: GivenCredentials) => new STS(clientConfig(stage.server, asCaller(given), REGION));
const iam = (given: GivenCredentials) => new IAM(clientConfig(stage.server, asCaller(given)));
const refusal = async (call: Promise<unknown>) =>
  call.then(
    () => 'allowed',
    (error: { name: string }) => error.name,
  );

describe('tokens', () => {
  it('I01 are asked of every GET where the instance requires them', async () => {
    const { base } = await served();
    for (const path of [
      '/',
      '/latest/meta-data/',
      CREDENTIALS,
      '/latest/user-data',
      '/latest/dynamic/instance-identity/document',
      '/no/such',
    ])
      expect((await ask(base, path)).status, path).toBe(401);
    expect((await read(base, CREDENTIALS)).status).toBe(200);
    const open = await served(v1);
    expect((await ask(open.base, CREDENTIALS)).status).toBe(200);
    for (const token of ['', 'x', await tokenOf(base)])
      expect((await ask(open.base, CREDENTIALS, { headers: { [TOKEN]: token } })).status).toBe(401);
  });

  it('I01 are asked from the next request on, when the instance is changed', async () => {
    const { id, base } = await served(v1);
    expect((await ask(base, CREDENTIALS)).status).toBe(200);
    await stage.ec2('ModifyInstanceMetadataOptions', { InstanceId: id, HttpTokens: 'required' });
    expect((await ask(base, CREDENTIALS)).status).toBe(401);
    await stage.ec2('ModifyInstanceMetadataOptions', { InstanceId: id, HttpEndpoint: 'disabled' });
    const headers = { [TOKEN]: await tokenOf(await stage.serve(await stage.launch())) };
    for (const path of ['/', CREDENTIALS]) expect((await ask(base, path, { headers })).status).toBe(403);
    expect((await ask(base, '/latest/api/token', { method: 'PUT', headers: { [TTL]: '60' } })).status).toBe(403);
  });

  it.each([
    ['1', 200],
    ['21600', 200],
    [undefined, 400],
    ['0', 400],
    ['21601', 400],
    ['-1', 400],
    ['+60', 400],
    ['60.0', 400],
    ['6e1', 400],
    ['0x3c', 400],
    ['060', 400],
    ['60 60', 400],
    ['60,60', 400],
    ['', 400],
    ['٦٠', 400],
  ])('I02 live for a TTL of whole seconds: %s is answered %i', async (ttl, status) => {
    const { base } = await served();
    // Header values are bytes: what is not Latin is sent as UTF-8.
    const headers = ttl === undefined ? {} : { [TTL]: Buffer.from(ttl, 'utf8').toString('latin1') };
    const got = await ask(base, '/latest/api/token', { method: 'PUT', headers });
    expect(got.status).toBe(status);
    if (status === 200) expect(got.headers[TTL.toLowerCase()]).toBe(ttl);
  });

  it('I02 are not given to who was forwarded, whatever the header says', async () => {
    const { base } = await served();
    for (const forwarded of ['203.0.113.9', '127.0.0.1', ''])
      expect((await ask(base, '/latest/api/token', { method: 'PUT', headers: { [TTL]: '60', 'X-Forwarded-For': forwarded } })).status).toBe(
        403,
      );
  });

  it('I02 end', async () => {
    const { base } = await served();
    const headers = { [TOKEN]: await tokenOf(base, '10') };
    const first = await ask(base, '/latest/meta-data/instance-id', { headers });
    expect([first.status, first.headers['x-aws-ec2-metadata-token-ttl-seconds']]).toEqual([200, '10']);
    stage.server.clock.advance(9_000);
    expect((await ask(base, '/latest/meta-data/instance-id', { headers })).status).toBe(200);
    stage.server.clock.advance(1_001);
    expect((await ask(base, '/latest/meta-data/instance-id', { headers })).status).toBe(401);
    stage.server.clock.reset();
  });

  it('I04 belong to one instance and have one spelling', async () => {
    const [one, other] = [await served(), await served()];
    const token = await tokenOf(one.base);
    const status = async (base: URL, value: string | string[]) =>
      (await ask(base, '/latest/meta-data/instance-id', { headers: { [TOKEN]: value } })).status;
    expect(await status(one.base, token)).toBe(200);
    expect(await status(other.base, token)).toBe(401);
    for (const altered of [
      `${token}=`,
      `${token}A`,
      token.slice(1),
      token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      `${token},${token}`,
      'A'.repeat(4000),
    ])
      expect(await status(one.base, altered)).toBe(401);
    expect(await status(one.base, [token, token])).toBe(401);
  });

  it('I04 come from one path only', async () => {
    const { base } = await served();
    const put = async (path: string) => (await ask(base, path, { method: 'PUT', headers: { [TTL]: '60' } })).status;
    expect(await put('/2021-07-15/api/token')).toBe(403);
    for (const path of [
      '/latest/api/token/',
      '//latest/api/token',
      '/latest/api/../api/token',
      '/latest/api/token?x',
      '/latest/meta-data/ami-id',
      '/',
    ])
      expect(await put(path), path).toBe(404);
    for (const method of ['POST', 'DELETE', 'PATCH', 'OPTIONS'])
      expect((await ask(base, '/latest/api/token', { method, headers: { [TTL]: '60' } })).status).toBe(405);
  });
});

describe('requests from web pages', () => {
  it.each([
    ['another host', { Host: 'attacker.example' }],
    ['another host that begins like ours', { Host: '127.0.0.1.attacker.example' }],
    ['another host with our port', { Host: 'attacker.example:80' }],
    ['an origin', { Origin: 'http://attacker.example' }],
    ['an origin of nothing', { Origin: 'null' }],
    ['what browsers say', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('I04 are refused: %s', async (_, headers) => {
    const { base } = await served(v1);
    const put = await ask(base, '/latest/api/token', { method: 'PUT', headers: { [TTL]: '60', ...headers } });
    const get = await ask(base, CREDENTIALS, { headers: { [TOKEN]: await tokenOf(base), ...headers } });
    expect([put.status, get.status]).toEqual([403, 403]);
    for (const name of Object.keys({ ...put.headers, ...get.headers })) expect(name).not.toMatch(/^access-control/);
    const preflight = await ask(base, '/latest/api/token', {
      method: 'OPTIONS',
      headers: { ...headers, 'Access-Control-Request-Method': 'PUT' },
    });
    expect(preflight.status).toBe(403);
  });

  it('are those of clients when they call it by its own names', async () => {
    const { base } = await served();
    for (const host of ['169.254.169.254', '169.254.169.254:80', 'localhost:1234', '127.0.0.1'])
      expect((await ask(base, '/latest/api/token', { method: 'PUT', headers: { [TTL]: '60', Host: host } })).status).toBe(200);
  });
});

describe('the tree', () => {
  it('tells what is known, under AWS’s names', async () => {
    const { id, base } = await served({
      UserData: Buffer.from('#!/bin/sh\necho hello\n').toString('base64'),
      MetadataOptions: { InstanceMetadataTags: 'enabled' },
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'Name', Value: 'web' },
            { Key: 'a/b', Value: 'hidden' },
            { Key: '__proto__', Value: 'x' },
          ],
        },
      ],
    });
    const { Reservations } = (await stage.ec2('DescribeInstances', { InstanceIds: [id] })) as {
      Reservations: {
        ReservationId: string;
        Instances: { PrivateIpAddress: string; SubnetId: string; VpcId: string; NetworkInterfaces: { MacAddress: string }[] }[];
      }[];
    };
    const [reservation] = Reservations;
    const [instance] = reservation?.Instances ?? [];
    const mac = instance?.NetworkInterfaces[0]?.MacAddress ?? '';
    const text = async (path: string) => (await read(base, path)).text;
    expect((await text('/')).split('\n')).toEqual(expect.arrayContaining(['1.0', '2021-07-15', 'latest']));
    expect(await text('/latest/')).toBe('dynamic\nmeta-data\nuser-data');
    expect((await text('/latest/meta-data/')).split('\n')).toEqual(
      expect.arrayContaining(['ami-id', 'iam/', 'instance-id', 'network/', 'placement/', 'services/', 'tags/']),
    );
    const facts = {
      'ami-id': 'ami-0123456789abcdef0',
      'instance-id': id,
      'instance-type': 't3.micro',
      'local-ipv4': instance?.PrivateIpAddress,
      hostname: `ip-${instance?.PrivateIpAddress.replaceAll('.', '-')}.us-east-2.compute.internal`,
      mac,
      'placement/availability-zone': 'us-east-2a',
      'placement/region': 'us-east-2',
      'reservation-id': reservation?.ReservationId,
      'security-groups': 'default',
      'services/domain': 'amazonaws.com',
      'services/partition': 'aws',
      'tags/instance': 'Name\n__proto__',
      'tags/instance/Name': 'web',
      'iam/security-credentials/': 'App',
      'iam/security-credentials': 'App',
      [`network/interfaces/macs/${mac}/vpc-id`]: instance?.VpcId,
      [`network/interfaces/macs/${mac}/subnet-id`]: instance?.SubnetId,
      [`network/interfaces/macs/${mac}/owner-id`]: stage.account.id,
      [`network/interfaces/macs/${mac}/vpc-ipv4-cidr-block`]: '172.31.0.0/16',
    };
    for (const [path, fact] of Object.entries(facts)) {
      expect(await text(`/latest/meta-data/${path}`), path).toBe(fact);
      expect(await text(`/2021-07-15/meta-data/${path}`), path).toBe(fact);
    }
    expect(await text('/latest/user-data')).toBe('#!/bin/sh\necho hello\n');
    expect(JSON.parse(await text('/latest/meta-data/iam/info'))).toEqual({
      Code: 'Success',
      LastUpdated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      InstanceProfileArn: `arn:aws:iam::${stage.account.id}:instance-profile/AppProfile`,
      InstanceProfileId: expect.stringMatching(/^AIPA/),
    });
  });

  it.each([
    '/latest/meta-data/none',
    '/latest/meta-data/tags/',
    '/latest/meta-data/ami-id/',
    '/latest/meta-data//ami-id',
    '//latest/meta-data/ami-id',
    '/latest/dynamic/../meta-data/ami-id',
    '/latest/./meta-data/ami-id',
    '/latest/meta-data/%61mi-id',
    '/latest/meta-data/iam/security-credentials/Other',
    '/latest/meta-data/constructor',
    '/latest/meta-data/iam/__proto__',
    '/latest/user-data',
    '/1999-01-01/meta-data/ami-id',
    '/latest/meta-data/ami-id?x=1',
  ])('I04 has nothing at %s', async (path) => {
    const { base } = await served();
    const got = await read(base, path);
    expect([got.status, got.headers['content-type'], got.headers.server]).toEqual([404, 'text/html', 'EC2ws']);
    expect(got.text).toContain('<h1>404 - Not Found</h1>');
  });

  it('shows tags only where that was switched on', async () => {
    const { id, base } = await served({ TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'web' }] }] });
    expect((await read(base, '/latest/meta-data/tags/instance/Name')).status).toBe(404);
    await stage.ec2('ModifyInstanceMetadataOptions', { InstanceId: id, InstanceMetadataTags: 'enabled' });
    expect((await read(base, '/latest/meta-data/tags/instance/Name')).text).toBe('web');
  });

  it('is there while the instance is up', async () => {
    const { id, base } = await served();
    await stage.ec2('StopInstances', { InstanceIds: [id] });
    expect((await ask(base, CREDENTIALS)).status).toBe(404);
    await stage.ec2('StartInstances', { InstanceIds: [id] });
    expect((await read(base, CREDENTIALS)).status).toBe(200);
    await stage.ec2('TerminateInstances', { InstanceIds: [id] });
    expect((await ask(base, CREDENTIALS)).status).toBe(404);
    await expect(stage.endpoints.openInstance(id, {})).rejects.toMatchObject({ status: 404 });
    await expect(stage.endpoints.openInstance('i-00000000000000000', {})).rejects.toMatchObject({ status: 404 });
  });

  it('A02 leaves an event for each request', async () => {
    const { id, base } = await served();
    await read(base, CREDENTIALS);
    await ask(base, '/latest/meta-data/secret-of-somebody');
    const [denied, given, token] = stage.server.audit.list(3);
    expect([token?.operation, given?.operation, denied?.operation]).toEqual([
      'InstanceMetadata:Token',
      'InstanceMetadata:Credentials',
      'InstanceMetadata:Read',
    ]);
    expect(given).toMatchObject({ status: 200, caller: { arn: `arn:aws:ec2:us-east-2:${stage.account.id}:instance/${id}` } });
    expect(denied?.status).toBe(401);
    expect(JSON.stringify([denied, given, token])).not.toMatch(/secret-of-somebody|ASIA/);
  });
});

describe('credentials', () => {
  it('are a session of the role, named after the instance', async () => {
    const { id, base } = await served();
    const given = await credentialsOf(base);
    expect(given).toEqual({
      Code: 'Success',
      LastUpdated: expect.stringMatching(/Z$/),
      Type: 'AWS-HMAC',
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.stringMatching(/^.{40}$/),
      Token: expect.any(String),
      Expiration: expect.stringMatching(/Z$/),
    });
    expect((Date.parse(given.Expiration) - Date.parse(given.LastUpdated)) / 3600_000).toBe(6);
    expect((await sts(given).getCallerIdentity({})).Arn).toBe(`arn:aws:sts::${stage.account.id}:assumed-role/App/${id}`);
  });

  it('I05 say how and where they were given out', async () => {
    const { id, base } = await served(v1);
    const { Reservations } = (await stage.ec2('DescribeInstances', { InstanceIds: [id] })) as {
      Reservations: { Instances: { PrivateIpAddress: string; VpcId: string }[] }[];
    };
    const instance = Reservations[0]?.Instances[0];
    const [byToken, without] = [await credentialsOf(base), JSON.parse((await ask(base, CREDENTIALS)).text) as GivenCredentials];
    const allow = (Condition: object) =>
      stage.iam('PutRolePolicy', {
        RoleName: 'App',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition })),
      });
    const may = async (given: GivenCredentials) => (await refusal(iam(given).listUsers({}))) === 'allowed';
    await allow({ NumericGreaterThanEquals: { 'ec2:RoleDelivery': '2.0' } });
    expect([await may(byToken), await may(without)]).toEqual([true, false]);
    await allow({
      ArnEquals: { 'ec2:SourceInstanceARN': `arn:aws:ec2:us-east-2:${stage.account.id}:instance/${id}` },
      StringEquals: { 'aws:Ec2InstanceSourceVpc': instance?.VpcId },
      IpAddress: { 'aws:Ec2InstanceSourcePrivateIPv4': `${instance?.PrivateIpAddress}/32` },
    });
    expect([await may(byToken), await may(without)]).toEqual([true, true]);
    const elsewhere = await credentialsOf((await served()).base);
    expect(await may(elsewhere)).toBe(false);
    await stage.iam('DeleteRolePolicy', { RoleName: 'App', PolicyName: 'p' });
    // The role's policies are read at each call: what is taken away is gone for sessions that are there.
    expect(await may(byToken)).toBe(false);
  });

  it('are the same for hours, and new ones come an hour before they end', async () => {
    const { base } = await served();
    const first = await credentialsOf(base);
    stage.server.clock.advance(4.9 * 3600_000);
    expect((await credentialsOf(base)).AccessKeyId).toBe(first.AccessKeyId);
    stage.server.clock.advance(0.2 * 3600_000);
    const next = await credentialsOf(base);
    expect(next.AccessKeyId).not.toBe(first.AccessKeyId);
    expect(Date.parse(next.Expiration)).toBeGreaterThan(stage.server.clock.now() + 5.9 * 3600_000);
    stage.server.clock.reset();
  });

  it('I05 end at once when the profile is taken away, and come with another', async () => {
    const { id, base } = await served();
    expect((await credentialsOf(base)).Code).toBe('Success');
    const { IamInstanceProfileAssociations: [association] = [] } = (await stage.ec2('DescribeIamInstanceProfileAssociations', {
      Filters: [{ Name: 'instance-id', Values: [id] }],
    })) as { IamInstanceProfileAssociations: { AssociationId: string }[] };
    await stage.ec2('DisassociateIamInstanceProfile', { AssociationId: association?.AssociationId });
    for (const path of [CREDENTIALS, '/latest/meta-data/iam/info', '/latest/meta-data/iam/'])
      expect((await read(base, path)).status, path).toBe(404);
    expect((await read(base, '/latest/meta-data/')).text.split('\n')).not.toContain('iam/');
    await stage.ec2('AssociateIamInstanceProfile', { InstanceId: id, IamInstanceProfile: { Name: 'AppProfile' } });
    expect((await credentialsOf(base)).Code).toBe('Success');
  });

  it('I05 are not given out of a role that does not trust EC2, or no longer does', async () => {
    const { id, base } = await served();
    expect((await credentialsOf(base)).Code).toBe('Success');
    const setTrust = (document: string) => stage.iam('UpdateAssumeRolePolicy', { RoleName: 'App', PolicyDocument: document });
    const here = `arn:aws:ec2:us-east-2:${stage.account.id}:instance/${id}`;
    for (const [document, code] of [
      [trust('ecs-tasks.amazonaws.com'), 'AssumeRoleUnauthorizedAccess'],
      [trust('ec2.amazonaws.com', { StringEquals: { 'aws:SourceAccount': '123456789012' } }), 'AssumeRoleUnauthorizedAccess'],
      [trust('ec2.amazonaws.com', { ArnEquals: { 'aws:SourceArn': `${here}x` } }), 'AssumeRoleUnauthorizedAccess'],
      [
        trust('ec2.amazonaws.com', { ArnEquals: { 'aws:SourceArn': here }, StringEquals: { 'aws:SourceAccount': stage.account.id } }),
        'Success',
      ],
      [trust('ec2.amazonaws.com'), 'Success'],
    ] as const) {
      await setTrust(document);
      const given = await credentialsOf(base);
      expect(given.Code).toBe(code);
      expect(JSON.parse((await read(base, '/latest/meta-data/iam/info')).text)).toMatchObject({ Code: code });
      if (code !== 'Success') expect(JSON.stringify(given)).not.toMatch(/ASIA|SecretAccessKey/);
    }
  });

  it('I05 are not those of a role or profile that was made anew under the name', async () => {
    for (const [operation, input] of [
      ['CreateRole', { RoleName: 'Again', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') }],
      ['CreateInstanceProfile', { InstanceProfileName: 'Again' }],
      ['AddRoleToInstanceProfile', { InstanceProfileName: 'Again', RoleName: 'Again' }],
    ] as const)
      await stage.iam(operation, input);
    const { base } = await served({ IamInstanceProfile: { Name: 'Again' } });
    const path = '/latest/meta-data/iam/security-credentials/Again';
    const before = JSON.parse((await read(base, path)).text) as GivenCredentials;
    await stage.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'Again', RoleName: 'Again' });
    expect((await read(base, path)).status).toBe(404);
    expect(JSON.parse((await read(base, '/latest/meta-data/iam/info')).text)).toMatchObject({ Code: 'AssumeRoleUnauthorizedAccess' });
    await stage.iam('DeleteInstanceProfile', { InstanceProfileName: 'Again' });
    await stage.iam('CreateInstanceProfile', { InstanceProfileName: 'Again' });
    await stage.iam('AddRoleToInstanceProfile', { InstanceProfileName: 'Again', RoleName: 'Again' });
    expect((await read(base, path)).status).toBe(404);
    expect(JSON.parse((await read(base, '/latest/meta-data/iam/info')).text)).toMatchObject({ Code: 'InstanceProfileNotFound' });
    await stage.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'Again', RoleName: 'Again' });
    await stage.iam('DeleteRole', { RoleName: 'Again' });
    expect(await refusal(sts(before).getCallerIdentity({}))).toBe('InvalidClientTokenId');
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;

describeWith('openssl', openssl, 'the identity document', () => {
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sagegate-identity-'));
    writeFileSync(join(directory, 'certificate.pem'), await stage.endpoints.certificate());
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: directory, encoding: 'utf8', timeout: 30_000 });
    return { status, stdout, stderr };
  };

  it('says which instance it is, and openssl finds every signature right', async () => {
    const { id, base } = await served();
    const get = async (name: string) => (await read(base, `/latest/dynamic/instance-identity/${name}`)).text;
    const document = await get('document');
    expect(JSON.parse(document)).toMatchObject({
      accountId: stage.account.id,
      instanceId: id,
      region: 'us-east-2',
      instanceType: 't3.micro',
      version: '2017-09-30',
    });
    expect(run('x509', '-in', 'certificate.pem', '-noout', '-checkend', String(100 * 365 * 86_400)).status).toBe(0);
    expect(run('verify', '-CAfile', 'certificate.pem', 'certificate.pem').stdout).toBe('certificate.pem: OK\n');
    for (const name of ['pkcs7', 'rsa2048']) {
      writeFileSync(join(directory, name), `-----BEGIN PKCS7-----\n${await get(name)}\n-----END PKCS7-----\n`);
      const verified = run(
        'smime',
        '-verify',
        '-in',
        name,
        '-inform',
        'PEM',
        '-certfile',
        'certificate.pem',
        '-CAfile',
        'certificate.pem',
        '-nointern',
        '-purpose',
        'any',
      );
      expect(verified).toMatchObject({ status: 0, stdout: document, stderr: expect.stringMatching(/successful/i) });
    }
    writeFileSync(join(directory, 'key.pem'), run('x509', '-in', 'certificate.pem', '-noout', '-pubkey').stdout);
    writeFileSync(join(directory, 'signature'), Buffer.from(await get('signature'), 'base64'));
    const check = (text: string) => {
      writeFileSync(join(directory, 'document'), text);
      return run('dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', 'document').stdout;
    };
    expect(check(document)).toBe('Verified OK\n');
    expect(check(document.replace(id, 'i-00000000000000000'))).toBe('Verification failure\n');
  });
});

describe('endpoints', () => {
  it('close when their lease is not renewed', async () => {
    const id = await stage.launch();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const opened = (await stage.endpoints.openInstance(id, { leaseSeconds: 60 })) as { endpoint: string; listenerId: string };
    const base = new URL(opened.endpoint);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(await stage.endpoints.renew(opened.listenerId)).toMatchObject({ instanceId: id, httpPutResponseHopLimit: 2 });
    await vi.advanceTimersByTimeAsync(59_000);
    expect((await ask(base, '/')).status).toBe(401);
    await vi.advanceTimersByTimeAsync(1_000);
    const isOpen = () =>
      ask(base, '/').then(
        () => true,
        () => false,
      );
    await expect.poll(isOpen).toBe(false);
    await expect(stage.endpoints.renew(opened.listenerId)).rejects.toMatchObject({ status: 404 });
  });

  it('are refused a port that is taken', async () => {
    const id = await stage.launch();
    const { port } = (await stage.endpoints.openInstance(id, {})) as { port: number };
    await expect(stage.endpoints.openInstance(id, { port })).rejects.toMatchObject({ code: 'ResourceInUseException', status: 409 });
  });
});
