import { SageMaker } from '@aws-sdk/client-sagemaker';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { executionTrust } from '../../console/src/sagemaker/execution-role.ts';
import { isChromiumHere } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { ACCOUNT, ADMINISTRATOR, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, openConsole } from './stage.ts';

/** Each of these stories looks at several pages four times: on a busy machine for minutes. */
const STORY = { timeout: 900_000 };

const IMAGE = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/sagemaker-trees:1`;

let stage: ConsoleStage;
let sagemaker: SageMaker;
let other: string;

const button = (page: Page, name: string) => page.locator('main').getByRole('button', { name, exact: true });
const edit = (page: Page) => page.locator('main').getByRole('link', { name: 'Edit', exact: true }).click();
const choose = async (page: Page, field: RegExp, option: string | RegExp) => {
  await page.getByRole('button', { name: field }).click();
  await page.getByRole('option', { name: option }).click();
};
const setRole = async (page: Page, field: RegExp, arn: string) => {
  await page.getByRole('combobox', { name: field }).fill(arn);
  await page.keyboard.press('Escape');
};
/** What the form says that policies see. */
const seen = async (page: Page, key: string, value: string) => {
  const section = page.getByRole('button', { name: 'What policies see of this call' });
  if ((await section.getAttribute('aria-expanded')) !== 'true') await section.click();
  await page.getByRole('row').filter({ hasText: key }).filter({ hasText: value }).waitFor();
};

describeWith('chromium', isChromiumHere, 'changes of SageMaker’s resources in the console', () => {
  beforeAll(async () => {
    stage = await openConsole();
    sagemaker = new SageMaker({ endpoint: stage.server.url, region: 'us-east-1', credentials: ADMINISTRATOR.keys, maxAttempts: 1 });
    const { Role } = await stage.iam.createRole({ RoleName: 'Others', AssumeRolePolicyDocument: executionTrust(ACCOUNT) });
    other = Role?.Arn ?? '';
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('changes a domain, a user profile and a space, and sends what was changed alone', STORY, async () => {
    const page = await stage.open('/console/sagemaker/create-domain');
    await page.getByLabel('Domain name').fill('research');
    await page.getByLabel('User profile').fill('alice');
    await button(page, 'Set up').click();
    await page.getByRole('heading', { name: 'research', level: 1 }).waitFor();
    const { Domains: [domain] = [] } = await sagemaker.listDomains({});
    const DomainId = domain?.DomainId ?? '';
    await sagemaker.createSpace({
      DomainId,
      SpaceName: 'desk',
      OwnershipSettings: { OwnerUserProfileName: 'alice' },
      SpaceSharingSettings: { SharingType: 'Private' },
      SpaceSettings: { AppType: 'JupyterLab', JupyterLabAppSettings: { CodeRepositories: [{ RepositoryUrl: 'https://git.example/a' }] } },
    });

    await page.goto(`${stage.origin}/console/sagemaker/domains/${DomainId}`);
    await edit(page);
    await page.getByRole('heading', { name: 'Edit research', level: 1 }).waitFor();
    // Nothing is to be saved yet.
    await page.getByRole('combobox', { name: /^Default execution role/ }).waitFor();
    expect(await button(page, 'Save').isDisabled()).toBe(true);
    await choose(page, /^Network access of apps/, /^VPC only/);
    await choose(page, /^Source identity of sessions/, /^The name of the user profile/);
    await seen(page, 'sagemaker:AppNetworkAccessType', 'VpcOnly');
    await expectGoodLook(page, 'edit-domain');
    const before = await sagemaker.describeDomain({ DomainId });
    await button(page, 'Save').click();
    await page.getByText('Domain research is being updated.').waitFor();
    const after = await sagemaker.describeDomain({ DomainId });
    expect(after).toMatchObject({ AppNetworkAccessType: 'VpcOnly', DomainSettings: { ExecutionRoleIdentityConfig: 'USER_PROFILE_NAME' } });
    expect(after.DefaultUserSettings).toEqual(before.DefaultUserSettings);
    expect(after.SubnetIds).toEqual(before.SubnetIds);

    await page.goto(`${stage.origin}/console/sagemaker/domains/${DomainId}/user-profiles/alice`);
    await edit(page);
    await setRole(page, /^Execution role/, 'arn:aws:iam::123456789012:role/Nobody');
    await button(page, 'Save').click();
    // Refused, and said so in AWS's words; what was typed stays.
    await page
      .getByRole('alert')
      .or(page.locator('main').getByText(/ValidationException/))
      .first()
      .waitFor();
    await setRole(page, /^Execution role/, other);
    await expectGoodLook(page, 'edit-user-profile');
    await button(page, 'Save').click();
    await page.getByText('User profile alice is being updated.').waitFor();
    const profile = await sagemaker.describeUserProfile({ DomainId, UserProfileName: 'alice' });
    expect(profile.UserSettings?.ExecutionRole).toBe(other);

    await page.goto(`${stage.origin}/console/sagemaker/domains/${DomainId}/spaces/desk`);
    await edit(page);
    await page.getByLabel('Shown as').fill('Alice’s desk');
    await choose(page, /^Remote access/, 'Yes');
    await page.getByRole('combobox', { name: /^Instance type/ }).fill('ml.t3.large');
    await page.keyboard.press('Escape');
    await seen(page, 'sagemaker:RemoteAccess', 'ENABLED');
    // Of what is there already, policies see whose it is.
    await seen(page, 'sagemaker:OwnerUserProfileArn', `user-profile/${DomainId}/alice`);
    await expectGoodLook(page, 'edit-space');
    await button(page, 'Save').click();
    await page.getByText('Space desk is being updated.').waitFor();
    const space = await sagemaker.describeSpace({ DomainId, SpaceName: 'desk' });
    expect(space).toMatchObject({
      SpaceDisplayName: 'Alice’s desk',
      SpaceSettings: {
        RemoteAccess: 'ENABLED',
        JupyterLabAppSettings: {
          CodeRepositories: [{ RepositoryUrl: 'https://git.example/a' }],
          DefaultResourceSpec: { InstanceType: 'ml.t3.large' },
        },
      },
    });
    expect(stage.faults()).toEqual([]);
  });

  it('shows a group of the registry with its versions, approves one and rejects another, and says why', STORY, async () => {
    await sagemaker.createModelPackageGroup({ ModelPackageGroupName: 'churn' });
    const page = await stage.open('/console/sagemaker/model-package-groups/churn');
    await page.getByText(/registers versions here/).waitFor();
    const arns: string[] = [];
    for (const ModelPackageDescription of ['first', 'second']) {
      const { ModelPackageArn = '' } = await sagemaker.createModelPackage({
        ModelPackageGroupName: 'churn',
        ModelPackageDescription,
        InferenceSpecification: {
          Containers: [{ Image: IMAGE }],
          SupportedContentTypes: ['text/csv'],
          SupportedResponseMIMETypes: ['text/csv'],
        },
        ModelApprovalStatus: 'PendingManualApproval',
        ModelLifeCycle: { Stage: 'Staging', StageStatus: 'Waiting' },
      });
      arns.push(ModelPackageArn);
    }
    const stateOf = async (ModelPackageName: string | undefined) => {
      const { ModelApprovalStatus, ApprovalDescription } = await sagemaker.describeModelPackage({ ModelPackageName });
      return [ModelApprovalStatus, ApprovalDescription];
    };
    await page.getByRole('button', { name: 'Load the versions anew' }).click();
    await page.getByRole('button', { name: 'Reject churn/1' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('Worse than what runs.');
    await dialog.getByRole('button', { name: 'What policies see of this call' }).click();
    await dialog.getByRole('row').filter({ hasText: 'sagemaker:ModelApprovalStatus' }).filter({ hasText: 'Rejected' }).waitFor();
    await dialog.getByRole('row').filter({ hasText: 'sagemaker:CurrentModelLifeCycleStage' }).filter({ hasText: 'Staging' }).waitFor();
    await expectGoodLook(page, 'reject-model-package');
    await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByText('Model package churn/1 was rejected.').waitFor();
    await page.getByRole('row').filter({ hasText: 'first' }).filter({ hasText: 'Rejected' }).waitFor();
    expect(await stateOf(arns[0])).toEqual(['Rejected', 'Worse than what runs.']);
    await expectGoodLook(page, 'model-package-group');

    await page.getByRole('link', { name: 'churn/2' }).click();
    await page.getByRole('heading', { name: 'churn/2', level: 1 }).waitFor();
    await button(page, 'Approve churn/2').click();
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Model package churn/2 was approved.').waitFor();
    const isFocused = async () => page.evaluate<boolean>("document.activeElement?.getAttribute('aria-label') === 'Approve churn/2'");
    await expect.poll(isFocused, { timeout: 60_000 }).toBe(true);
    await expect.poll(() => button(page, 'Approve churn/2').isDisabled(), { timeout: 60_000 }).toBe(true);
    expect(await stateOf(arns[1])).toEqual(['Approved', undefined]);
    expect(stage.faults()).toEqual([]);
  });
});
