import { IAM } from '@aws-sdk/client-iam';
import { Organizations } from '@aws-sdk/client-organizations';
import { STS } from '@aws-sdk/client-sts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { isChromiumHere } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { ADMINISTRATOR, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, openConsole } from './stage.ts';

let stage: ConsoleStage;
let organizations: Organizations;
/** A member of the organization, with a user who administers it. */
let member: string;

const PASSWORD = 'Str0ng!Passw0rd-2';
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** Asks about the member's administrator and chooses the only result. */
async function ask(page: Page, action: string, resource: string, resourcePolicy?: string, key?: [string, string]): Promise<void> {
  const query = new URLSearchParams({ principal: `arn:aws:iam::${member}:user/Bob`, action, resource });
  await page.goto(`${stage.origin}/console/simulator?${query}`);
  if (resourcePolicy !== undefined) {
    await page.getByRole('button', { name: 'Policy of the resource' }).click();
    await page.getByLabel('Resource policy').fill(resourcePolicy);
  }
  if (key !== undefined) {
    await page.getByRole('button', { name: 'Add condition key' }).click();
    await page.getByPlaceholder('aws:SourceIp').fill(key[0]);
    await page.getByPlaceholder('203.0.113.7').fill(key[1]);
  }
  await page.getByRole('button', { name: 'Simulate' }).click();
  await page.getByRole('region', { name: 'Results' }).getByRole('button').click();
  await page.getByRole('heading', { name: 'Policies that were looked at' }).waitFor();
}

describeWith('chromium', isChromiumHere, 'the reasons of a simulation', () => {
  beforeAll(async () => {
    stage = await openConsole();
    const config = { endpoint: stage.server.url, region: 'us-east-1', credentials: ADMINISTRATOR.keys, maxAttempts: 1 };
    organizations = new Organizations(config);
    await organizations.createOrganization({});
    const { CreateAccountStatus } = await organizations.createAccount({ AccountName: 'member', Email: 'member@example.com' });
    member = await vi.waitFor(async () => {
      const asked = { CreateAccountRequestId: CreateAccountStatus?.Id };
      const { AccountId } = (await organizations.describeCreateAccountStatus(asked)).CreateAccountStatus ?? {};
      if (AccountId === undefined) throw new Error('the account is not made yet');
      return AccountId;
    }, 60_000);
    const RoleArn = `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`;
    const { Credentials } = await new STS(config).assumeRole({ RoleArn, RoleSessionName: 'setup' });
    const iam = new IAM({
      ...config,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    const UserName = 'Bob';
    await iam.createUser({ UserName });
    await iam.createLoginProfile({ UserName, Password: PASSWORD });
    await iam.attachUserPolicy({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    await iam.createRole({
      RoleName: 'Taken',
      AssumeRolePolicyDocument: document({ Sid: 'Own', Effect: 'Allow', Principal: { AWS: member }, Action: 'sts:AssumeRole' }),
    });
    const RootId = (await organizations.listRoots({})).Roots?.[0]?.Id ?? '';
    const control = async (Type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY', Name: string, Statement: object) => {
      await organizations.enablePolicyType({ RootId, PolicyType: Type });
      const { Policy } = await organizations.createPolicy({ Type, Name, Description: 'For a test', Content: document(Statement) });
      await organizations.attachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId: member });
    };
    await control('SERVICE_CONTROL_POLICY', 'NoNewUsers', { Sid: 'NoUsers', Effect: 'Deny', Action: 'iam:CreateUser', Resource: '*' });
    const everybody = { Effect: 'Deny', Principal: '*', Resource: '*' };
    await control('RESOURCE_CONTROL_POLICY', 'NoRoles', { Sid: 'NoRoles', ...everybody, Action: 'sts:AssumeRole' });
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('are withheld where the organization’s policies may not be read, but for what they come to', async () => {
    const page = await stage.openAs('Bob', PASSWORD, '/console/simulator', member);
    await ask(page, 'iam:CreateUser', '*');
    await page.getByText('whose policies you may not read').waitFor();
    await page.getByText('Does not allow: this decides').waitFor();
    await page.getByText('in the service control policies of the organization').waitFor();
    expect(await page.getByText('NoNewUsers').count()).toBe(0);
    await expectGoodLook(page, 'simulator-withheld');
    expect(stage.faults()).toEqual([]);
  });

  it('are those of service control policies, level by level, of resource control policies and of trust policies, for whom may read them', async () => {
    const reads = ['DescribeOrganization', 'ListParents', 'ListPoliciesForTarget', 'DescribePolicy'].map((name) => `organizations:${name}`);
    const Principal = { AWS: `arn:aws:iam::${member}:root` };
    await organizations.putResourcePolicy({ Content: document({ Effect: 'Allow', Principal, Action: reads, Resource: '*' }) });
    const page = await stage.openAs('Bob', PASSWORD, '/console/simulator', member);
    await ask(page, 'iam:CreateUser', '*');
    await page.getByText('NoUsers: Deny, matches').waitFor();
    await page.getByText('Service control policies, at the root').waitFor();
    await page.getByText('Denies: this decides').waitFor();
    expect(await page.getByText('this decides').count()).toBe(1);
    expect(await page.locator('.statement.matched pre', { hasText: 'iam:CreateUser' }).count()).toBe(1);
    await expectGoodLook(page, 'simulator-scp');

    await ask(page, 'sts:AssumeRole', `arn:aws:iam::${member}:role/Taken`);
    await page.getByText('A call would be decided otherwise').waitFor();
    await page.getByText('NoRoles: Deny, matches').waitFor();
    await page.getByRole('heading', { name: 'Trust policy' }).waitFor();
    await page.getByText('Own: Allow, matches').waitFor();
    await expectGoodLook(page, 'simulator-rcp');
    expect(stage.faults()).toEqual([]);
  });

  it('are those of a policy of the resource that is given', async () => {
    const page = await stage.openAs('Bob', PASSWORD, '/console/simulator', member);
    const statement = { Sid: 'NoDeletes', Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::data/*' };
    await ask(page, 's3:DeleteObject', 'arn:aws:s3:::data/x.csv', document(statement));
    await page.getByRole('region', { name: 'Results' }).getByRole('button', { name: 'Denied explicitly' }).waitFor();
    await page.getByRole('heading', { name: 'Policy of the resource', level: 3 }).waitFor();
    await page.getByText('NoDeletes: Deny, matches').waitFor();
    expect(await page.getByText('A call would be decided otherwise').count()).toBe(0);
    await expectGoodLook(page, 'simulator-resource');
    expect(stage.faults()).toEqual([]);
  });

  it('are those of the caller that the request context names', async () => {
    const page = await stage.openAs('Bob', PASSWORD, '/console/simulator', member);
    const Condition = { StringEquals: { 'aws:userid': 'AIDAEXAMPLE' } };
    const statement = {
      Sid: 'NotThem',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::data/*',
      Condition,
    };
    await ask(page, 's3:GetObject', 'arn:aws:s3:::data/x.csv', document(statement), ['aws:userid', 'AIDAEXAMPLE']);
    await page.getByRole('region', { name: 'Results' }).getByRole('button', { name: 'Denied explicitly' }).waitFor();
    await page.getByText('NotThem: Deny, matches').waitFor();
    expect(await page.getByText('A call would be decided otherwise').count()).toBe(0);
    expect(stage.faults()).toEqual([]);
  });
});
