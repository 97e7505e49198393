import { EC2 } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isChromiumHere } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { ACCOUNT, ADMINISTRATOR, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, openConsole } from './stage.ts';

let stage: ConsoleStage;

describeWith('chromium', isChromiumHere, 'the audit in the console', () => {
  const password = 'Reader-Of-Everything-1';
  const policyOf = (...Action: string[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

  beforeAll(async () => {
    stage = await openConsole();
    await stage.iam.createUser({ UserName: 'reader' });
    await stage.iam.createLoginProfile({ UserName: 'reader', Password: password });
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('shows calls as they come, finds the denied, and leads to why', async () => {
    const page = await stage.open('/console/audit');
    const row = (action: string) => page.getByRole('row').filter({ hasText: action });
    await row('iam:CreateLoginProfile').first().waitFor();
    await row('signin:').first().waitFor();
    await expect(stage.iam.getUser({ UserName: 'nobody-of-that-name' })).rejects.toThrow();
    await row('iam:GetUser').filter({ hasText: 'NoSuchEntity' }).waitFor();
    await expectGoodLook(page, 'audit');

    const asReader = await stage.openAs('reader', password, '/console/iam/groups');
    await asReader.getByText('because no identity-based policy allows the iam:ListGroups action').waitFor();
    await page.getByRole('button', { name: /^Which calls/ }).click();
    await page.getByRole('option', { name: 'Denied' }).click();
    await row('iam:ListGroups').filter({ hasText: 'reader' }).filter({ hasText: 'Denied' }).first().waitFor();
    expect(await row('iam:CreateLoginProfile').count()).toBe(0);
    await page.getByRole('searchbox', { name: 'Find calls' }).fill('listgroups');
    await page.getByRole('button', { name: 'The record of iam:ListGroups' }).first().click();
    await page.getByRole('dialog').getByText('"eventSource": "iam.amazonaws.com"').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'Why?' }).first().click();
    await page.getByRole('heading', { name: 'What would allow this' }).waitFor();
    await page.getByText(`arn:aws:iam::${ACCOUNT}:user/reader`).first().waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('is of the region that is chosen, from the beginning', async () => {
    const callEc2 = async (region: string) =>
      new EC2({ endpoint: stage.server.url, region, credentials: ADMINISTRATOR.keys, maxAttempts: 1 }).describeVpcs({});
    await callEc2('af-south-1');
    await callEc2('ap-east-1');
    const page = await stage.open('/console/audit');
    const calls = page.getByRole('row').filter({ hasText: 'ec2:DescribeVpcs' });
    await page.getByRole('row').filter({ hasText: 'iam:CreateLoginProfile' }).first().waitFor();
    // Regions at the top of the menu, which need not be scrolled to.
    const choose = async (from: string, to: string) => {
      await page.getByRole('button', { name: `Region ${from}` }).click();
      await page.getByRole('menuitemcheckbox', { name: to, exact: true }).click();
      await page.getByText(`What was called of late in ${to}`).waitFor();
      await calls.filter({ hasText: 'Allowed' }).first().waitFor();
      expect(await calls.count()).toBe(1);
    };
    await choose('us-east-1', 'af-south-1');
    await choose('af-south-1', 'ap-east-1');
    expect(stage.faults()).toEqual([]);
  });

  it('is closed to whom no policy opens it, and says so in AWS’s words', async () => {
    const page = await stage.openAs('reader', password, '/console/audit');
    await page.getByText('because no identity-based policy allows the cloudtrail:LookupEvents action').waitFor();
    await stage.iam.putUserPolicy({ UserName: 'reader', PolicyName: 'Look', PolicyDocument: policyOf('cloudtrail:LookupEvents') });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row').filter({ hasText: 'iam:PutUserPolicy' }).first().waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('decodes the message that a denial of EC2 carries', async () => {
    await stage.iam.putUserPolicy({
      UserName: 'reader',
      PolicyName: 'Decode',
      PolicyDocument: policyOf('sts:DecodeAuthorizationMessage'),
    });
    const { AccessKey } = await stage.iam.createAccessKey({ UserName: 'reader' });
    const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    const ec2 = new EC2({ endpoint: stage.server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    const message = await ec2.describeVpcs({}).then(
      () => expect.unreachable('the call went through'),
      (error: Error) => error.message,
    );
    const page = await stage.openAs('reader', password, '/console/denials');
    await page.getByLabel('Decision id or encoded message').fill(message);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('No statement allows it.').waitFor();
    expect(JSON.parse((await page.locator('pre.document').textContent()) ?? '')).toEqual({
      Effect: 'Allow',
      Action: 'ec2:DescribeVpcs',
      Resource: '*',
    });
    await expectGoodLook(page, 'denial-decoded');
    await page.getByLabel('Decision id or encoded message').fill(`${message}x`);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('InvalidAuthorizationMessageException').waitFor();
    expect(stage.faults()).toEqual([]);
  });
});
