import { SageMaker } from '@aws-sdk/client-sagemaker';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { executionTrust } from '../../console/src/sagemaker/execution-role.ts';
import { isChromiumHere } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { ACCOUNT, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, openConsole } from './stage.ts';

let stage: ConsoleStage;

/** Each of these stories goes over a dozen pages and looks at each four times: on a busy machine for minutes. */
const STORY = { timeout: 900_000 };

const ROOT_PASSWORD = 'Correct-Horse-9-Staple';
const ADMIN_PASSWORD = 'Str0ng!Passw0rd-2';

const button = (page: Page, name: string) => page.locator('main').getByRole('button', { name, exact: true });
const deleteByName = async (page: Page, name: string) => {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/To confirm, type/).fill(name);
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
};
/** Until a fact of a page's summary says so; states change by themselves. */
const untilStatus = (page: Page, status: string) => page.locator('main').getByText(status, { exact: true }).first().waitFor();

async function signUp(page: Page, email: string): Promise<string> {
  const code = () =>
    stage.messages
      .at(-1)
      ?.text.replace(/[^0-9]/g, '')
      .slice(0, 6) ?? '';
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Account name').fill('Ada');
  await page.getByRole('button', { name: 'Verify e-mail address' }).click();
  await page.getByLabel('Code').waitFor();
  await page.getByLabel('Code').fill(code());
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByLabel('Root password', { exact: true }).fill(ROOT_PASSWORD);
  await page.getByLabel('Root password, again').fill(ROOT_PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  for (const [label, value] of [
    ['Full name', 'Ada Example'],
    ['Telephone', '+12065550199'],
    ['Address', '1 Example Street'],
    ['City', 'Seattle'],
    ['Postal code', '98101'],
    ['Country', 'US'],
  ] as const)
    await page.getByLabel(label).fill(value);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Text message').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('We are calling').waitFor();
  const digits = (await page.locator('.digits').textContent()) ?? '';
  const call = stage.messages.at(-1)?.id;
  for (const body of [{ do: 'answer' }, { keys: digits }]) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${stage.server.url}/_sagegate/outbox/${call}/call`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  }
  await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
  return (await page.locator('dd code').textContent()) ?? '';
}

describeWith('chromium', isChromiumHere, 'the SageMaker pages of the console', () => {
  beforeAll(async () => {
    stage = await openConsole({ pace: 0.01 });
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('leads somebody new from the sign-up to the first notebook instance in service', STORY, async () => {
    const page = await stage.openSignedOut('/console/');
    await page.getByRole('link', { name: 'Sign up' }).click();
    const account = await signUp(page, 'ada@example.com');

    await page.getByRole('link', { name: 'Sign in as the root user' }).click();
    await page.getByLabel(/mail/).fill('ada@example.com');
    await page.getByLabel(/Password/).fill(ROOT_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.goto(`${stage.origin}/console/iam/groups`);
    await page.getByRole('button', { name: 'Create group' }).first().click();
    await page.getByRole('dialog').getByLabel('Group name').fill('Administrators');
    await page.getByRole('dialog').getByRole('button', { name: 'Create group' }).click();
    await page.getByText('Group Administrators was created.').waitFor();
    await page.getByRole('tab', { name: 'Permissions' }).click();
    await page.getByRole('button', { name: 'Attach policies' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Policies/ }).click();
    await page.getByPlaceholder('Find policies').last().fill('AdministratorAccess');
    await page
      .getByRole('option', { name: /^AdministratorAccess\b/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Remove AdministratorAccess' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Attach' }).click();
    await page.getByRole('link', { name: 'AdministratorAccess' }).waitFor();
    await page.goto(`${stage.origin}/console/iam/create-user`);
    await page.getByLabel('User name').fill('Administrator');
    await page.getByRole('radio', { name: 'Choose a password' }).check();
    await page.getByLabel('The password').fill(ADMIN_PASSWORD);
    await page.getByLabel('Must be changed at the next sign-in').uncheck();
    await page.getByRole('button', { name: 'Groups' }).click();
    await page.getByRole('option', { name: 'Administrators' }).click();
    await page.getByRole('button', { name: 'Remove Administrators' }).waitFor();
    await page.keyboard.press('Escape');
    await button(page, 'Create user').click();
    await page.getByRole('heading', { name: 'User Administrator was created' }).waitFor();
    await page.getByRole('button', { name: /You are root user/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();

    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${stage.origin}/console/sagemaker`);
    await page.getByRole('link', { name: 'IAM user' }).click();
    await page.getByLabel(/Account/).fill(account);
    await page.getByLabel(/User name/).fill('Administrator');
    await page.getByLabel(/Password/).fill(ADMIN_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Domains: 0' }).waitFor();
    await page.getByRole('link', { name: 'Endpoints: 0' }).waitFor();
    await expectGoodLook(page, 'sagemaker');

    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Domains' }).click();
    await page.getByText('Nobody can work in Studio in this region').waitFor();
    await expectGoodLook(page, 'domains-none');
    await page.getByRole('link', { name: 'Set up the first one' }).click();
    await page.getByLabel('Domain name').fill('ada-domain');
    await page.getByLabel('User profile name').fill('ada');
    await expectGoodLook(page, 'quick-setup');
    await button(page, 'Set up').click();
    await page.getByText('Stay on this page until the profile is there.').waitFor();
    await page.getByText('Domain ada-domain is set up, with user profile ada.').waitFor();
    await page.getByRole('link', { name: 'ada', exact: true }).waitFor();
    await untilStatus(page, 'InService');
    await expectGoodLook(page, 'domain');
    await page.getByRole('tab', { name: 'Condition keys' }).click();
    await page.getByRole('row', { name: /sagemaker:AuthMode IAM/ }).waitFor();
    await page.getByRole('tab', { name: 'User profiles' }).click();

    await page.getByRole('link', { name: 'ada', exact: true }).click();
    await page.getByRole('heading', { name: 'ada', level: 1 }).waitFor();
    await page.getByText('Nothing runs here yet.').waitFor();
    await button(page, 'Create app').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create app' }).click();
    await page.getByText('App JupyterServer default is being created.').waitFor();
    await page.getByRole('button', { name: 'Open JupyterServer default' }).waitFor();
    await expectGoodLook(page, 'user-profile');
    await page.getByRole('button', { name: 'Open JupyterServer default' }).click();
    await page.getByText(/^https:\/\/d-[a-z0-9]+\.studio\.us-east-1\.sagemaker\.aws\/auth\?token=/).waitFor();
    await expectGoodLook(page, 'presigned');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'JupyterServer default' }).click();
    await page.getByRole('heading', { name: 'JupyterServer default', level: 1 }).waitFor();
    await expectGoodLook(page, 'app');

    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Notebook instances' }).click();
    await page.getByText('Create the first notebook instance of this region.').waitFor();
    await page.locator('main').getByRole('link', { name: 'Create notebook instance' }).click();
    await page.getByLabel('Notebook instance name').fill('FirstNotebook');
    await page.getByRole('combobox', { name: /^Execution role/ }).click();
    await page.getByRole('option', { name: /AmazonSageMaker-ExecutionRole-/ }).click();
    await page.getByRole('button', { name: 'What policies see of this call' }).click();
    await page.getByRole('row', { name: /sagemaker:InstanceTypes ml.t3.medium/ }).waitFor();
    await page.getByRole('row', { name: /sagemaker:MinimumInstanceMetadataServiceVersion 2/ }).waitFor();
    await page.getByRole('row', { name: /sagemaker:VpcSubnets absent/ }).waitFor();
    await expectGoodLook(page, 'create-notebook-instance');
    await button(page, 'Create notebook instance').click();
    await page.getByText('Notebook instance FirstNotebook is being created.').waitFor();
    await page.getByRole('heading', { name: 'FirstNotebook', level: 1 }).waitFor();
    await untilStatus(page, 'InService');
    await expectGoodLook(page, 'notebook-instance');
    await button(page, 'Open Jupyter').click();
    await page.getByText(/^https:\/\/firstnotebook\.notebook\.us-east-1\.sagemaker\.aws\?authToken=/).waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('sets a domain up as somebody says, with a space and an app in it, and deletes it when nothing stands in the way', STORY, async () => {
    const page = await stage.open('/console/sagemaker/create-domain');
    await page.getByRole('radio', { name: /Standard set-up/ }).check();
    await page.getByLabel('Domain name').fill('research');
    await page.getByRole('combobox', { name: /^Default execution role/ }).click();
    await page.getByRole('option', { name: /ExampleExecutionRole/ }).click();
    await page.getByText('(default)').waitFor();
    await page.getByRole('button', { name: 'Subnets' }).click();
    await page.getByRole('option', { name: /us-east-1a/ }).click();
    await page.getByRole('option', { name: /us-east-1b/ }).click();
    await page.keyboard.press('Escape');
    await button(page, 'Add tag').click();
    await page.getByLabel('Key of tag 1').fill('team');
    await page.getByLabel('Value of tag 1').fill('research');
    await page.getByRole('button', { name: 'What policies see of this call' }).click();
    await page.getByRole('row', { name: /aws:RequestTag\/team research/ }).waitFor();
    await page.getByRole('row', { name: /sagemaker:AppNetworkAccessType PublicInternetOnly/ }).waitFor();
    await expectGoodLook(page, 'standard-setup');
    await button(page, 'Create domain').click();
    await page.getByRole('heading', { name: 'research', level: 1 }).waitFor();
    await untilStatus(page, 'InService');
    const domain = page.url();

    await page.getByRole('link', { name: 'Add user profile' }).click();
    await page.getByLabel('User profile name').fill('alice');
    await button(page, 'Add tag').click();
    await page.getByLabel('Key of tag 1').fill('studiouserid');
    await page.getByLabel('Value of tag 1').fill('alice');
    await expectGoodLook(page, 'create-user-profile');
    await button(page, 'Add user profile').click();
    await page.getByText('User profile alice is being created.').waitFor();
    await untilStatus(page, 'InService');
    await page.getByRole('tab', { name: 'Spaces' }).click();
    await button(page, 'Create space').click();
    await page.getByRole('dialog').getByLabel('Space name').fill('notes');
    await expectGoodLook(page, 'create-space');
    await page.getByRole('dialog').getByRole('button', { name: 'Create space' }).click();
    await page.getByRole('link', { name: 'notes' }).click();
    await page.getByRole('heading', { name: 'notes', level: 1 }).waitFor();
    await untilStatus(page, 'InService');
    await button(page, 'Create app').click();
    await expectGoodLook(page, 'create-app');
    await page.getByRole('dialog').getByRole('button', { name: 'Create app' }).click();
    await page.getByRole('button', { name: 'Delete JupyterLab default' }).waitFor();
    await expectGoodLook(page, 'space');

    await page.goto(domain);
    await button(page, 'Delete domain').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('User profile alice').waitFor();
    const inTheWay = ['App JupyterLab default of space notes', 'Space notes', 'User profile alice'];
    expect(await dialog.getByRole('listitem').allTextContents()).toEqual(inTheWay);
    await dialog.getByLabel(/To confirm, type/).fill('research');
    expect(await dialog.getByRole('button', { name: 'Delete', exact: true }).isDisabled()).toBe(true);
    await expectGoodLook(page, 'delete-domain');
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await page.goto(`${domain}/spaces/notes`);
    await page.getByRole('button', { name: 'Delete JupyterLab default' }).click();
    await deleteByName(page, 'default');
    await page.getByRole('cell', { name: 'Deleted' }).waitFor();
    await button(page, 'Delete space').click();
    await deleteByName(page, 'notes');
    await page.getByText('Space notes is being deleted.').waitFor();
    await page.goto(`${domain}/user-profiles/alice`);
    await page.getByRole('tab', { name: 'Tags' }).click();
    await page.getByRole('cell', { name: 'studiouserid' }).waitFor();
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('dialog').getByLabel('Key').fill('project');
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Remove tag project' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('cell', { name: 'project' }).waitFor({ state: 'detached' });
    await button(page, 'Delete user profile').click();
    await deleteByName(page, 'alice');
    await page.getByText('User profile alice is being deleted.').waitFor();
    await page.getByText('Nobody can work in this domain yet.').waitFor();
    await button(page, 'Delete domain').click();
    await deleteByName(page, 'research');
    await page.getByText('Domain research is being deleted.').waitFor();
    await page.getByText('Nobody can work in Studio in this region').waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it(
    'writes the scripts of a lifecycle configuration, and stops, edits, starts and deletes a notebook instance that runs them',
    STORY,
    async () => {
      const page = await stage.open('/console/sagemaker/create-notebook-lifecycle-config');
      await page.getByLabel('Configuration name').fill('Greet');
      const editor = page.getByRole('textbox', { name: 'When it starts' });
      await editor.click();
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText('#!/bin/bash\necho "Grüß dich"\n');
      await expectGoodLook(page, 'create-lifecycle-config');
      await button(page, 'Create lifecycle configuration').click();
      await page.getByText('Lifecycle configuration Greet was created.').waitFor();
      await page.getByText('echo "Grüß dich"').waitFor();
      await expectGoodLook(page, 'lifecycle-config');
      await editor.click();
      await page.keyboard.press('Control+End');
      await page.keyboard.insertText('date\n');
      await button(page, 'Load the lifecycle configuration anew').click();
      await button(page, 'Save').click();
      await page.getByText('The scripts of Greet were saved.').waitFor();
      await page.reload();
      await page.getByText(/^date$/).waitFor();

      await page.goto(`${stage.origin}/console/sagemaker/create-notebook-instance`);
      await page.getByLabel('Notebook instance name').fill('Workbench');
      await page.getByRole('combobox', { name: /^Execution role/ }).click();
      await page.getByRole('option', { name: /ExampleExecutionRole/ }).click();
      await page.getByRole('button', { name: /^Lifecycle configuration/ }).click();
      await page.getByRole('option', { name: 'Greet' }).click();
      await button(page, 'Create notebook instance').click();
      await page.getByRole('heading', { name: 'Workbench', level: 1 }).waitFor();
      await untilStatus(page, 'InService');
      await button(page, 'Stop').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
      await untilStatus(page, 'Stopped');
      await page.getByRole('link', { name: 'Edit' }).click();
      await page.getByLabel('Volume (GB)').fill('4');
      await button(page, 'Save').click();
      await page.getByText('Member must have value greater than or equal to 5').waitFor();
      await page.getByLabel('Volume (GB)').fill('8');
      await expectGoodLook(page, 'edit-notebook-instance');
      await button(page, 'Save').click();
      await page.getByText('Notebook instance Workbench is being updated.').waitFor();
      await untilStatus(page, 'Stopped');
      await button(page, 'Start').click();
      await untilStatus(page, 'InService');
      await button(page, 'Stop').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
      await untilStatus(page, 'Stopped');
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Notebook instances' }).click();
      await page.getByRole('link', { name: 'Workbench' }).waitFor();
      await page.getByRole('button', { name: 'Status Any status' }).click();
      await page.getByRole('option', { name: 'Stopped' }).click();
      await expectGoodLook(page, 'notebook-instances');
      await page.getByRole('link', { name: 'Workbench' }).click();
      await button(page, 'Delete').click();
      await deleteByName(page, 'Workbench');
      await page.getByText('Notebook instance Workbench is being deleted.').waitFor();
      await page.getByText('Create the first notebook instance of this region.').waitFor();
      expect(stage.faults()).toEqual([]);
    },
  );

  it(
    'trains, makes a model of it, and serves it; what is in service is given another configuration, stopped and deleted',
    STORY,
    async () => {
      const page = await stage.open('/console/sagemaker/training-jobs');
      const image = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/sagemaker-trees:1`;
      const chooseRole = async () => {
        await page.getByRole('combobox', { name: /^Execution role/ }).click();
        await page.getByRole('option', { name: /ExampleExecutionRole/ }).click();
      };
      await page.getByRole('link', { name: 'Create training job' }).click();
      await page.getByLabel('Training job name').fill('trees-1');
      await chooseRole();
      await page.getByLabel('Training image').fill(image);
      await page.getByLabel('Input').fill('s3://sagemaker-data/in');
      await page.getByLabel('Output', { exact: true }).fill('s3://sagemaker-data/out');
      await button(page, 'Add hyperparameter').click();
      await page.getByLabel('Key of hyperparameter 1').fill('depth');
      await page.getByLabel('Value of hyperparameter 1').fill('6');
      await expectGoodLook(page, 'create-training-job');
      await button(page, 'Create training job').click();
      await page.getByText('Training job trees-1 is being started.').waitFor();
      await untilStatus(page, 'Completed');
      await page.getByRole('row', { name: /sagemaker:MaxRuntimeInSeconds 3600/ }).waitFor();
      await page.getByRole('tab', { name: 'Everything' }).click();
      await page.getByText('"depth": "6"').waitFor();
      await expectGoodLook(page, 'training-job');

      await page.goto(`${stage.origin}/console/sagemaker/create-model`);
      await page.getByLabel('Model name').fill('trees');
      await chooseRole();
      await page.getByLabel('Image').fill(image);
      await page.getByLabel('Model data').fill('s3://sagemaker-data/out/trees-1/output/model.tar.gz');
      await expectGoodLook(page, 'create-model');
      await button(page, 'Create model').click();
      await page.getByText('Model trees was created.').waitFor();
      await expectGoodLook(page, 'model');

      for (const [name, on] of [
        ['trees-small', 'Serverless'],
        ['trees-large', 'Instances'],
      ] as const) {
        await page.goto(`${stage.origin}/console/sagemaker/create-endpoint-config`);
        await page.getByLabel('Configuration name').fill(name);
        await page.getByRole('button', { name: /^Model/ }).click();
        await page.getByRole('option', { name: 'trees' }).click();
        await page.getByRole('button', { name: /^Runs on/ }).click();
        await page.getByRole('option', { name: on }).click();
        if (on === 'Serverless') await expectGoodLook(page, 'create-endpoint-config');
        await button(page, 'Create endpoint configuration').click();
        await page.getByText(`Endpoint configuration ${name} was created.`).waitFor();
      }
      await page.getByRole('row', { name: /sagemaker:ModelArn arn:aws:sagemaker:us-east-1:\d+:model\/trees/ }).waitFor();

      await page.goto(`${stage.origin}/console/sagemaker/create-endpoint`);
      await page.getByLabel('Endpoint name').fill('trees');
      await page.getByRole('button', { name: /^Configuration/ }).click();
      await page.getByRole('option', { name: 'trees-small' }).click();
      await button(page, 'Create endpoint').click();
      await page.getByText('Endpoint trees is being created.').waitFor();
      await untilStatus(page, 'InService');
      await page.locator('main').getByRole('link', { name: 'Update', exact: true }).click();
      await page.getByRole('button', { name: /^Configuration/ }).click();
      await page.getByRole('option', { name: 'trees-large' }).click();
      await expectGoodLook(page, 'update-endpoint');
      await button(page, 'Update').click();
      await page.getByText('Endpoint trees is being updated.').waitFor();
      await page.locator('main').getByText('trees-large', { exact: true }).first().waitFor();
      await untilStatus(page, 'InService');
      await expectGoodLook(page, 'endpoint');
      for (const name of ['trees-large', 'trees']) {
        await page.locator('main').getByRole('link', { name, exact: true }).click();
        await page.getByRole('heading', { name, level: 1 }).waitFor();
      }
      await page.getByText('s3://sagemaker-data/out/trees-1/output/model.tar.gz').first().waitFor();
      await page.goto(`${stage.origin}/console/sagemaker/endpoints/trees`);
      await page.getByRole('tab', { name: 'Tags' }).click();
      await page.getByRole('button', { name: 'Add tag' }).click();
      await page.getByRole('dialog').getByLabel('Key').fill('team');
      await page.getByRole('dialog').getByLabel('Value').fill('research');
      await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('cell', { name: 'research' }).waitFor();
      await button(page, 'Delete').click();
      await deleteByName(page, 'trees');
      await page.getByText('Endpoint trees is being deleted.').waitFor();
      await page.getByText('Create the first endpoint of this region.').waitFor();
      expect(stage.faults()).toEqual([]);
    },
  );

  it('tells in AWS’s words what somebody may not, and leads to why', STORY, async () => {
    const password = 'Reader-Of-Little-1';
    await stage.iam.createUser({ UserName: 'little' });
    await stage.iam.createLoginProfile({ UserName: 'little', Password: password });
    const mayAskWhy = { Effect: 'Allow', Action: 'sts:DecodeAuthorizationMessage', Resource: '*' };
    await stage.iam.putUserPolicy({
      UserName: 'little',
      PolicyName: 'AskWhy',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [mayAskWhy] }),
    });
    const page = await stage.openAs('little', password, '/console/sagemaker/models');
    await page.getByText('no identity-based policy allows the sagemaker:ListModels action').waitFor();
    await expectGoodLook(page, 'models-denied');
    await page.goto(`${stage.origin}/console/sagemaker/create-notebook-instance`);
    await page.getByText('Type its ARN.').waitFor();
    await page.getByLabel('Notebook instance name').fill('mine');
    await page.getByRole('combobox', { name: /^Execution role/ }).fill(`arn:aws:iam::${ACCOUNT}:role/ExampleExecutionRole`);
    await page.keyboard.press('Escape');
    await button(page, 'Create notebook instance').click();
    await page.getByText('no identity-based policy allows the sagemaker:CreateNotebookInstance action').waitFor();
    await page.getByRole('link', { name: 'Why was I denied?' }).last().click();
    await page.getByText('sagemaker:CreateNotebookInstance').first().waitFor();
    await page.goto(`${stage.origin}/console/sagemaker/create-domain`);
    await button(page, 'Set up').click();
    await page.getByText('no identity-based policy allows the iam:CreateRole action').waitFor();
    await page.getByRole('heading', { name: 'It was stopped' }).waitFor();
    await expectGoodLook(page, 'quick-setup-denied');
    await button(page, 'Change names or role').click();
    await page.getByLabel('Domain name').waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('lists the other kinds of resources and shows each, made of descriptions; starts a pipeline', STORY, async () => {
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/ExampleExecutionRole`;
    const { AccessKey } = await stage.iam.createAccessKey({ UserName: 'Administrator' });
    const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    const sagemaker = new SageMaker({ endpoint: stage.server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    const Image = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/sagemaker-trees:1`;
    await sagemaker.createModelPackageGroup({ ModelPackageGroupName: 'churn', ModelPackageGroupDescription: 'Who leaves' });
    await sagemaker.createModelPackage({
      ModelPackageGroupName: 'churn',
      InferenceSpecification: { Containers: [{ Image }], SupportedContentTypes: ['text/csv'], SupportedResponseMIMETypes: ['text/csv'] },
      ModelApprovalStatus: 'PendingManualApproval',
    });
    const Steps = [{ Name: 'Enough', Type: 'Fail', Arguments: { ErrorMessage: 'There is nothing to do.' } }];
    await sagemaker.createPipeline({
      PipelineName: 'nightly',
      RoleArn,
      ClientRequestToken: 'nightly-'.padEnd(32, '0'),
      PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Steps }),
    });
    await sagemaker.createProcessingJob({
      ProcessingJobName: 'prepare',
      RoleArn,
      AppSpecification: { ImageUri: Image },
      ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 } },
    });

    const { Role } = await stage.iam.createRole({ RoleName: 'Workers', AssumeRolePolicyDocument: executionTrust(ACCOUNT) });
    await sagemaker.createCluster({
      ClusterName: 'weeks',
      InstanceGroups: [RoleArn, Role?.Arn ?? ''].map((ExecutionRole, i) => ({
        InstanceGroupName: `group-${i}`,
        InstanceType: 'ml.m5.large',
        InstanceCount: 1,
        ExecutionRole,
        LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-data/lifecycle', OnCreate: 'start.sh' },
      })),
    });

    const page = await stage.open('/console/sagemaker/clusters');
    await page.getByRole('link', { name: 'weeks' }).click();
    // Each group of machines has a role of its own.
    await page.locator('main').getByRole('link', { name: 'ExampleExecutionRole' }).waitFor();
    await page.locator('main').getByRole('link', { name: 'Workers' }).waitFor();
    await page.goto(`${stage.origin}/console/sagemaker/processing-jobs/prepare`);
    await page.getByRole('row', { name: /sagemaker:InstanceTypes ml.m5.large/ }).waitFor();
    await untilStatus(page, 'Completed');
    expect(await button(page, 'Stop').isDisabled()).toBe(true);
    await expectGoodLook(page, 'processing-job');
    // The list of pages is open where one is.
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Model packages' }).click();
    await page.getByRole('cell', { name: 'PendingManualApproval' }).waitFor();
    await expectGoodLook(page, 'model-packages');
    await page.getByRole('link', { name: 'churn/1', exact: true }).click();
    await page.getByRole('heading', { name: 'churn/1', level: 1 }).waitFor();
    // Versions have no tags of their own.
    await page.getByRole('tab', { name: 'Everything' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Tags' }).count()).toBe(0);
    await button(page, 'Delete').click();
    await deleteByName(page, 'churn/1');
    await page.getByText('Model package churn/1 is being deleted.').waitFor();
    await page.goto(`${stage.origin}/console/sagemaker/model-package-groups`);
    await page.getByRole('link', { name: 'churn' }).click();
    await page.getByText('Who leaves').first().waitFor();

    await page.goto(`${stage.origin}/console/sagemaker/pipelines`);
    await page.getByRole('link', { name: 'nightly' }).click();
    await page.getByText('It was never run.').waitFor();
    await button(page, 'Start execution').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('Pipeline nightly was started.').waitFor();
    await page.getByRole('cell', { name: 'Failed', exact: true }).waitFor();
    await expectGoodLook(page, 'pipeline');
    await button(page, 'Delete').click();
    await deleteByName(page, 'nightly');
    await page.getByText('Pipeline nightly is being deleted.').waitFor();
    for (const kind of ['tuning-jobs', 'images', 'mlflow-tracking-servers', 'experiments', 'feature-groups', 'labeling-jobs']) {
      await page.goto(`${stage.origin}/console/sagemaker/${kind}`);
      await page.getByRole('heading', { name: /\(0\)$/, level: 1 }).waitFor();
    }
    expect(stage.faults()).toEqual([]);
  });
});
