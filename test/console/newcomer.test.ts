import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isChromiumHere } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { expectNoOverflow } from '../good-page.ts';
import { ACCOUNT, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, openConsole } from './stage.ts';

let stage: ConsoleStage;

const WAIT = { timeout: 60_000 };
const PASSWORD = 'Str0ng!Passw0rd-2';

/** What has the focus. */
const focused = (page: Page) => expect.poll(() => page.evaluate<string>('document.activeElement.textContent'), WAIT);

describeWith('chromium', isChromiumHere, 'who begins at the console', () => {
  beforeAll(async () => {
    stage = await openConsole();
    const UserName = 'newcomer';
    await stage.iam.createUser({ UserName });
    await stage.iam.createLoginProfile({ UserName, Password: PASSWORD });
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('and may see nothing is told so in few words, not that all is well', async () => {
    const page = await stage.openAs('newcomer', PASSWORD, '/console/');
    await page.getByRole('heading', { name: 'Security checklist (4 unknown)' }).waitFor();
    await page.getByText('You are not allowed to see what there is (iam:GetAccountSummary)').waitFor();
    expect(await page.getByText('all well').count()).toBe(0);
    await expectGoodLook(page, 'dashboard-of-a-newcomer');
    await page.locator('#page').getByRole('link', { name: 'SageMaker', exact: true }).click();
    await expect.poll(() => page.getByText('You are not allowed to see them.').count(), WAIT).toBe(7);
    await expectGoodLook(page, 'sagemaker-of-a-newcomer');
    // EC2 tells its reasons in thousands of letters, which are for the page that explains them.
    await page.goto(`${stage.origin}/console/sagemaker/create-notebook-instance`);
    await page.getByText('(ec2:DescribeVpcs)').waitFor();
    expect(await page.getByText('Encoded authorization failure message').count()).toBe(0);
    await expectNoOverflow(page);
    await page.getByRole('link', { name: 'Why was I denied?' }).last().click();
    await page.getByText("hand this page's address to an administrator").waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('and was denied something is given what allows it, and then may do it', async () => {
    const newcomer = await stage.openAs('newcomer', PASSWORD, '/console/sagemaker/notebook-instances');
    await newcomer.locator('#page').getByRole('link', { name: 'Why was I denied?' }).click();
    await newcomer.getByText('There is no such decision, or it is not yours to see').waitFor();
    const page = await stage.open(new URL(newcomer.url()).pathname);
    await page.getByRole('button', { name: 'Give it to newcomer' }).click();
    expect(await page.getByRole('dialog').getByLabel('Policy name').inputValue()).toBe('AllowListNotebookInstances');
    await page
      .getByRole('dialog')
      .getByText(/^The policy is valid/)
      .waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Create policy' }).click();
    await page.getByText('newcomer has the statement').waitFor();
    await newcomer.goto(`${stage.origin}/console/sagemaker/notebook-instances`);
    await newcomer.getByText('No notebook instances').waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('is warned of a statement that is wider than it looks', async () => {
    const newcomer = await stage.openAs('newcomer', PASSWORD, '/console/sagemaker/domains');
    await newcomer.locator('#page').getByRole('link', { name: 'Why was I denied?' }).click();
    await newcomer.getByText('There is no such decision, or it is not yours to see').waitFor();
    const page = await stage.open(new URL(newcomer.url()).pathname);
    await page.getByText('with its wildcard this statement allows sagemaker:ListDomains on everything that fits').waitFor();
    await expectGoodLook(page, 'denial-wide');
    expect(stage.faults()).toEqual([]);
  });

  it('makes an administrator by one click of the checklist', async () => {
    const UserName = 'Administrator';
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    // As in an account that has none but root yet.
    await stage.iam.putUserPolicy({
      UserName,
      PolicyName: 'All',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
    });
    const { Groups } = await stage.iam.listGroupsForUser({ UserName });
    for (const { GroupName } of Groups ?? []) await stage.iam.removeUserFromGroup({ UserName, GroupName });
    const page = await stage.openAsRoot('/console/');
    await page.locator('.checklist').getByRole('link', { name: 'Create a user' }).click();
    expect(await page.getByLabel('User name').inputValue()).toBe(UserName);
    await page.getByRole('button', { name: 'Remove AdministratorAccess' }).waitFor();
    await page.getByLabel('User name').fill('Owner');
    await page.locator('#page').getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('heading', { name: 'User Owner was created' }).waitFor();
    await focused(page).toContain('User Owner was created');
    const { AttachedPolicies } = await stage.iam.listAttachedUserPolicies({ UserName: 'Owner' });
    expect(AttachedPolicies?.map((each) => each.PolicyArn)).toEqual([PolicyArn]);
    expect(stage.faults()).toEqual([]);
  });

  it('attaches a policy where it is shown, and keeps the focus near when its row goes', async () => {
    const page = await stage.open(`/console/iam/policies/${encodeURIComponent(`arn:aws:iam::${ACCOUNT}:policy/Boundary`)}`);
    for (const UserName of ['Zoe', 'Zora']) await stage.iam.createUser({ UserName });
    await page.getByRole('tab', { name: 'Attached to' }).click();
    await page.getByRole('button', { name: 'Attach', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^To whom/ }).click();
    for (const name of ['Zoe', 'Zora']) await page.getByRole('option', { name }).click();
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Attach', exact: true }).click();
    const detach = async (name: string) => {
      await page.getByRole('button', { name: `Detach from ${name}` }).press('Enter');
      await dialog.getByRole('button', { name: 'Detach', exact: true }).press('Enter');
      await page.getByRole('button', { name: `Detach from ${name}` }).waitFor({ state: 'detached' });
    };
    await page.getByRole('button', { name: 'Detach from Zora' }).waitFor();
    await detach('Zoe');
    await focused(page).toBe('Zora');
    expect((await stage.iam.listAttachedUserPolicies({ UserName: 'Zoe' })).AttachedPolicies).toEqual([]);
    // Where no row is left, on the heading.
    await page.goto(`${stage.origin}/console/iam/users/Zora`);
    await page.getByRole('button', { name: 'Detach Boundary' }).press('Enter');
    await dialog.getByRole('button', { name: 'Detach', exact: true }).press('Enter');
    await page.getByText('Without a policy nothing is allowed.').waitFor();
    await focused(page).toContain('Permissions policies');
    expect(stage.faults()).toEqual([]);
  });

  it('renames a user, and changes how long sessions of a role last', async () => {
    await stage.iam.createUser({ UserName: 'Ines' });
    const page = await stage.open('/console/iam/users/Ines');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('New name').fill('Inez');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('heading', { name: 'Inez', level: 1 }).waitFor();
    await page.getByText('Ines is called Inez now.').waitFor();
    await page.goto(`${stage.origin}/console/iam/roles/ExampleExecutionRole`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Description').fill('What notebooks may do');
    await page.getByRole('dialog').getByLabel('Longest session (h)').fill('13');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').getByText('ValidationError').waitFor();
    await page.getByRole('dialog').getByLabel('Longest session (h)').fill('4');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Role ExampleExecutionRole was saved.').waitFor();
    const { Role } = await stage.iam.getRole({ RoleName: 'ExampleExecutionRole' });
    expect(Role).toMatchObject({ Description: 'What notebooks may do', MaxSessionDuration: 4 * 3600 });
    expect(stage.faults()).toEqual([]);
  });

  it('is told of slips of the pen while a policy is written, and when it is simulated', async () => {
    const page = await stage.open('/console/iam/create-policy');
    const editor = page.getByRole('textbox', { name: 'Policy document' });
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['sagemaker:CreateNotebook', 'sagemaker:List*'], Resource: '*' }],
      }),
    );
    await page.getByText('AWS has no action sagemaker:CreateNotebook: a slip of the pen?').waitFor();
    await page.getByText(/^The policy is valid/).waitFor();
    const asked = new URLSearchParams({
      principal: `arn:aws:iam::${ACCOUNT}:user/alice`,
      action: 'sagemaker:CreateNotebook\nsagemaker:ListDomains',
      resource: '*',
    });
    await page.goto(`${stage.origin}/console/simulator?${asked}`);
    await page.getByRole('button', { name: 'Simulate' }).click();
    await page.getByText('AWS has no such action').waitFor();
    expect(await page.getByText('AWS has no such action').count()).toBe(1);
    await expectGoodLook(page, 'simulator-unknown-action');
    expect(stage.faults()).toEqual([]);
  });
});
