import { afterAll, beforeAll, expect, it } from 'vitest';
import { isChromiumHere, screenshot } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { ACCOUNT, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, openConsole } from './stage.ts';

let stage: ConsoleStage;

describeWith('chromium', isChromiumHere, 'policies in the console', () => {
  beforeAll(async () => {
    stage = await openConsole();
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('completes actions, ARNs and condition keys while a policy is written, and says what it grants', async () => {
    const page = await stage.open('/console/iam/create-policy');
    await page.getByLabel('Policy name').fill('Completed');
    const editor = page.getByRole('textbox', { name: 'Policy document' });
    const choose = async (typed: string, wanted: string) => {
      await page.keyboard.type(typed);
      await page.getByRole('option', { name: wanted }).first().waitFor();
      await page.getByRole('option', { name: wanted }).first().click();
    };
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[],"Resource":[],"Condition":{"StringLike":{}}}]}',
    );
    const behind = async (text: string) => {
      await editor.click();
      await page.keyboard.press('Control+End');
      const document = (await editor.textContent()) ?? '';
      for (let i = document.length; i > document.indexOf(text) + text.length; i--) await page.keyboard.press('ArrowLeft');
    };
    await behind('"Action":[');
    await choose('"sagem', 'sagemaker:Amazon SageMaker');
    await page.getByRole('option', { name: 'sagemaker:AddTags' }).waitFor();
    await screenshot(page, 'console-policy-completion');
    await choose('CreateNotebookInstanceL', 'sagemaker:CreateNotebookInstanceLifecycleConfig');
    await behind('"Resource":[');
    await choose('"notebook-instance-l', `arn:aws:sagemaker:us-east-1:${ACCOUNT}:notebook-instance-lifecycle-config/*`);
    await behind('"StringLike":{');
    await choose('"aws:princ', 'aws:PrincipalArn');
    await expectGoodLook(page, 'create-policy-completed');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type(':"arn:*"');
    await page.getByText(/^The policy is valid/).waitFor();
    const granted = page.getByRole('row').filter({ hasText: 'Amazon SageMaker' });
    await granted
      .filter({ hasText: /Write: 1 of \d+/ })
      .filter({ hasText: 'aws:PrincipalArn (StringLike) arn:*' })
      .waitFor();
    await page.locator('#page').getByRole('button', { name: 'Create policy' }).click();
    await page.getByText('Policy Completed was created.').waitFor();
    const { Policy } = await stage.iam.getPolicy({ PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/Completed` });
    const input = { PolicyArn: Policy?.Arn, VersionId: 'v1' };
    const { PolicyVersion } = await stage.iam.getPolicyVersion(input);
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toMatchObject({
      Statement: [
        {
          Action: ['sagemaker:CreateNotebookInstanceLifecycleConfig'],
          Resource: [`arn:aws:sagemaker:us-east-1:${ACCOUNT}:notebook-instance-lifecycle-config/*`],
          Condition: { StringLike: { 'aws:PrincipalArn': 'arn:*' } },
        },
      ],
    });
    expect(stage.faults()).toEqual([]);
  });

  it('shows what AWS’s own policy grants, and what changed from one version to another', async () => {
    const page = await stage.open(`/console/iam/policies/${encodeURIComponent('arn:aws:iam::aws:policy/AmazonSageMakerFullAccess')}`);
    await page.getByRole('rowheader', { name: 'Amazon SageMaker', exact: true }).first().waitFor();
    await expectGoodLook(page, 'policy-granted');
    const document = (...Action: string[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    const { Policy } = await stage.iam.createPolicy({ PolicyName: 'Changed', PolicyDocument: document('iam:GetUser', 'iam:ListUsers') });
    const PolicyArn = Policy?.Arn ?? '';
    await stage.iam.createPolicyVersion({ PolicyArn, PolicyDocument: document('iam:GetUser', 'iam:GetRole'), SetAsDefault: true });
    await page.goto(`${stage.origin}/console/iam/policies/${encodeURIComponent(PolicyArn)}`);
    await page.getByRole('tab', { name: 'Document' }).click();
    await page.getByRole('button', { name: /^Compare with/ }).click();
    await page.getByRole('option', { name: 'Version v1' }).click();
    const compared = page.getByRole('region', { name: 'From version v1 to version v2' });
    await compared.waitFor();
    const changed = await compared.locator('div:not(.same)').allTextContents();
    expect(changed.map((line) => line.replace(/\s+/g, ' '))).toEqual(['- Removed: "iam:ListUsers"', '+ Added: "iam:GetRole"']);
    await expectGoodLook(page, 'policy-compared');
    expect(stage.faults()).toEqual([]);
  });

  it('sets somebody a permissions boundary, changes it and takes it away', async () => {
    await stage.iam.createUser({ UserName: 'bounded' });
    const boundary = async () => (await stage.iam.getUser({ UserName: 'bounded' })).User?.PermissionsBoundary?.PermissionsBoundaryArn;
    const page = await stage.open('/console/iam/users/bounded');
    await page.getByRole('button', { name: 'Set a permissions boundary' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Policy/ })
      .click();
    await page.getByRole('option', { name: 'Boundary', exact: true }).click();
    await expectGoodLook(page, 'set-boundary');
    await page.getByRole('dialog').getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByRole('link', { name: 'Boundary', exact: true }).waitFor();
    expect(await boundary()).toBe(`arn:aws:iam::${ACCOUNT}:policy/Boundary`);
    await page.getByRole('link', { name: 'Boundary', exact: true }).click();
    await page.getByRole('tab', { name: 'Attached to' }).click();
    await page.getByRole('row').filter({ hasText: 'bounded' }).filter({ hasText: 'Permissions boundary' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Remove the permissions boundary' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('button', { name: 'Set a permissions boundary' }).waitFor();
    expect(await boundary()).toBeUndefined();
    expect(stage.faults()).toEqual([]);
  });

  it('says what an inline policy grants, edits it, and deletes it by its name; one of a group is shown where the group’s users are', async () => {
    const document = (...Action: string[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    await stage.iam.createUser({ UserName: 'inlined' });
    await stage.iam.createGroup({ GroupName: 'Inlined' });
    await stage.iam.addUserToGroup({ GroupName: 'Inlined', UserName: 'inlined' });
    await stage.iam.putUserPolicy({ UserName: 'inlined', PolicyName: 'own', PolicyDocument: document('iam:GetUser') });
    await stage.iam.putGroupPolicy({ GroupName: 'Inlined', PolicyName: 'common', PolicyDocument: document('sts:GetCallerIdentity') });
    const policies = async () => (await stage.iam.listUserPolicies({ UserName: 'inlined' })).PolicyNames;

    const page = await stage.open('/console/iam/users/inlined');
    await page.getByRole('link', { name: 'common', exact: true }).click();
    await page.getByRole('link', { name: 'Inlined' }).last().waitFor();
    await page.getByRole('row').filter({ hasText: 'AWS Security Token Service' }).waitFor();
    await page.goto(`${stage.origin}/console/iam/users/inlined`);
    // What is there already is not replaced by a new one.
    await page.getByRole('button', { name: 'Create inline policy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Policy name').fill('own');
    await dialog.getByRole('textbox', { name: 'Policy document' }).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(document('s3:GetObject'));
    await dialog.getByRole('button', { name: 'Create policy' }).click();
    await dialog.getByText('There is an inline policy own already').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('link', { name: 'own', exact: true }).click();
    await page
      .getByRole('row')
      .filter({ hasText: 'AWS Identity and Access Management' })
      .filter({ hasText: /Read: 1 of/ })
      .waitFor();
    await expectGoodLook(page, 'inline-policy');
    await page.getByRole('tab', { name: 'Document' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'Policy document of own' }).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(document('iam:ListUsers'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Inline policy own was saved').waitFor();
    const { PolicyDocument = '' } = await stage.iam.getUserPolicy({ UserName: 'inlined', PolicyName: 'own' });
    expect(decodeURIComponent(PolicyDocument)).toBe(document('iam:ListUsers'));
    await page.getByRole('tab', { name: 'What it grants' }).click();
    await page
      .getByRole('row')
      .filter({ hasText: /List: 1 of/ })
      .waitFor();

    await page.getByRole('button', { name: 'Delete policy' }).click();
    const remove = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    expect(await remove.isDisabled()).toBe(true);
    await page
      .getByRole('dialog')
      .getByLabel(/type the policy's name/)
      .fill('own');
    await remove.click();
    await page.getByText('Inline policy own was deleted.').waitFor();
    await page.getByRole('heading', { name: 'inlined', level: 1 }).waitFor();
    expect(await policies()).toEqual([]);
    await page.goto(`${stage.origin}/console/iam/users/inlined/policies/own`);
    await page.getByText('NoSuchEntity').waitFor();
    expect(stage.faults()).toEqual([]);
  });
});
