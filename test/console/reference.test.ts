import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRIVATE_SERVER, type RunningServer, startServer } from '../../src/server/serve.ts';
import { isChromiumHere } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { ACCOUNT, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, openConsole } from './stage.ts';

describe('the permissions reference, as data', () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer({
      ...PRIVATE_SERVER,
      logError: (error) => expect.unreachable(String(error)),
    });
  });
  afterAll(() => server.close());

  const read = async (path: string) => (await fetch(`${server.url}/_sagegate/reference/${path}`)).json();

  it('has every operation as calls of it are authorised', async () => {
    const { services, operations } = (await read('operations')) as {
      services: Record<string, string>;
      operations: { service: string; name: string }[];
    };
    expect(services).toMatchObject({ iam: 'IAM', sagemaker: 'SageMaker' });
    const find = (service: string, name: string) => operations.find((each) => each.service === service && each.name === name);
    expect(find('iam', 'CreateRole')).toEqual({
      service: 'iam',
      name: 'CreateRole',
      action: 'iam:CreateRole',
      access: 'Write',
      resources: [{ name: 'role', arn: 'arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}' }],
      conditionKeys: expect.arrayContaining(['iam:PermissionsBoundary', 'aws:RequestTag/${TagKey}']),
      dependentActions: expect.any(Array),
      isPerformed: true,
    });
    expect(find('sagemaker', 'CreateNotebookInstance')).toMatchObject({ dependentActions: expect.arrayContaining(['iam:PassRole']) });
    expect(find('sts', 'GetCallerIdentity')).toMatchObject({ action: null, isPerformed: true });
    // Of what has no row of ours, as AWS publishes it.
    expect(find('cloudtrail', 'StartLogging')).toMatchObject({
      action: 'cloudtrail:StartLogging',
      resources: [{ name: 'trail', arn: 'arn:${Partition}:cloudtrail:${Region}:${Account}:trail/${TrailName}' }],
      isPerformed: false,
    });
  });

  it('has the actions of all services, and of some their resources and condition keys', async () => {
    const actions = await read('actions');
    expect(actions).toMatchObject({
      services: { s3: { name: expect.stringContaining('S3'), actions: { Read: expect.arrayContaining(['GetObject']) } } },
      whole: expect.arrayContaining(['iam', 'sagemaker']),
      globalConditionKeys: expect.arrayContaining(['aws:SourceIp', 'aws:PrincipalTag/${TagKey}']),
    });
    expect(await read('services/iam')).toMatchObject({ prefix: 'iam', resourceTypes: { role: { arn: expect.any(String) } } });
  });

  it.each(['services/s3', 'services/..%2findex', 'services/__proto__', 'nothing'])('%s is not there', async (path) => {
    expect((await fetch(`${server.url}/_sagegate/reference/${path}`)).status).toBe(404);
  });

  it('goes compressed, and once', async () => {
    const ask = (headers: Record<string, string>) =>
      new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>((answered, failed) => {
        request(`${server.url}/_sagegate/reference/actions`, { headers }, (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => answered({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }));
        })
          .on('error', failed)
          .end();
      });
    const packed = await ask({ 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body.length).toBeLessThan(200_000);
    const plain = await ask({});
    expect(plain.body.equals(gunzipSync(packed.body))).toBe(true);
    const again = await ask({ 'accept-encoding': 'gzip', 'if-none-match': String(packed.headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(plain.headers.etag).not.toBe(packed.headers.etag);
  });
});

describeWith('chromium', isChromiumHere, 'the permissions reference in the console', () => {
  let stage: ConsoleStage;

  beforeAll(async () => {
    stage = await openConsole();
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('finds what a call needs, and who in the account has it', async () => {
    const Statement = [{ Effect: 'Allow', Action: 'iam:DeleteRole', Resource: `arn:aws:iam::${ACCOUNT}:role/Mine-*` }];
    await stage.iam.createUser({ UserName: 'cleaner' });
    await stage.iam.putUserPolicy({
      UserName: 'cleaner',
      PolicyName: 'OwnRoles',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
    const page = await stage.open('/console/reference');
    await page.getByRole('link', { name: 'GetAccountInformation' }).waitFor();
    await expectGoodLook(page, 'reference');
    await page.getByRole('button', { name: /^Service/ }).click();
    await page.getByRole('option', { name: 'IAM', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Find operations' }).fill('deleterole');
    await page.getByRole('link', { name: 'DeleteRole', exact: true }).click();
    await page.getByText('arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}').waitFor();
    expect(await page.getByLabel('On which resource').inputValue()).toBe(`arn:aws:iam::${ACCOUNT}:role/*`);
    await page.getByRole('button', { name: 'Look' }).click();
    const answerOf = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
    await answerOf('Administrator').filter({ hasText: 'Can' }).waitFor();
    await answerOf('cleaner').filter({ hasText: 'Not so: on other resources' }).waitFor();
    await answerOf('ExampleExecutionRole').filter({ hasText: 'Cannot' }).waitFor();
    await expectGoodLook(page, 'reference-operation');
    await page.getByLabel('On which resource').fill(`arn:aws:iam::${ACCOUNT}:role/Mine-1`);
    await page.getByRole('button', { name: 'Look' }).click();
    await answerOf('cleaner')
      .filter({ hasText: /Can(?!not)/ })
      .waitFor();
    await page.getByRole('link', { name: `Simulate arn:aws:iam::${ACCOUNT}:user/cleaner` }).click();
    await page.getByRole('button', { name: 'Simulate' }).click();
    await page.getByRole('region', { name: 'Results' }).getByRole('button', { name: 'Allowed' }).click();
    await page.getByText('Allows: this decides').waitFor();
    expect(stage.faults()).toEqual([]);
  });
});
