import { readFile } from 'node:fs/promises';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isChromiumHere } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { ACCOUNT, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, openConsole } from './stage.ts';

let stage: ConsoleStage;

describeWith('chromium', isChromiumHere, 'the IAM pages of the console', () => {
  beforeAll(async () => {
    stage = await openConsole();
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('lists users, finds one, and shows all of it', async () => {
    const page = await stage.open('/console/iam/users');
    await page.getByRole('link', { name: 'alice' }).waitFor();
    await expectGoodLook(page, 'users');
    await page.getByRole('searchbox', { name: 'Find users' }).fill('ali');
    expect(await page.getByRole('link', { name: 'Administrator' }).count()).toBe(0);
    await page.getByRole('link', { name: 'alice' }).click();
    await page.getByRole('link', { name: 'Group DataScientists' }).first().waitFor();
    await expectGoodLook(page, 'user-permissions');
    await page.getByRole('tab', { name: 'Security credentials' }).click();
    await page.getByText('AKIAALICEEXAMPLE0001').waitFor();
    await page.getByText(`arn:aws:iam::${ACCOUNT}:mfa/alice-phone`).waitFor();
    await page.getByText('cannot sign in to the console').waitFor();
    await expectGoodLook(page, 'user-credentials');
    await page.getByRole('tab', { name: 'Tags' }).click();
    await page.getByRole('cell', { name: 'research' }).waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('creates a user with a password and a key, shown once, which work; and deletes it by its name', async () => {
    const page = await stage.open('/console/iam/users');
    await page.getByRole('link', { name: 'Create user' }).click();
    await page.getByLabel('User name').fill('carol');
    await page.getByLabel('Access key').check();
    await expectGoodLook(page, 'create-user');
    await page.getByRole('button', { name: 'Groups' }).click();
    await page.getByRole('option', { name: 'DataScientists' }).click();
    await page.getByRole('button', { name: 'Remove DataScientists' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#page').getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('heading', { name: 'User carol was created' }).waitFor();
    await expectGoodLook(page, 'created-user');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download .csv file' }).click()]);
    const [header, values = ''] = (await readFile(await download.path(), 'utf8')).split('\r\n');
    expect(header).toBe('User name,Console sign-in URL,Password,Access key ID,Secret access key');
    expect(values).toMatch(/^carol,http:\/\/localhost:\d+\/signin\?account=example-corp,.{20,},AKIA[A-Z0-9]{16},[A-Za-z0-9+/]{40}$/);

    await page.getByRole('button', { name: 'To the user' }).click();
    await page.getByRole('heading', { name: 'carol', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Group DataScientists' }).first().waitFor();
    await page.getByRole('button', { name: 'Delete user' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    await dialog.getByLabel(/type the user's name/).fill('carol');
    await expectGoodLook(page, 'delete-user');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('User carol was deleted.').waitFor();
    await page.getByRole('link', { name: 'alice' }).waitFor();
    expect(await page.getByRole('link', { name: 'carol' }).count()).toBe(0);
    expect(stage.faults()).toEqual([]);
  });

  it('creates a group, puts somebody in, and gives it a policy', async () => {
    const page = await stage.open('/console/iam/groups');
    await page.getByRole('button', { name: 'Create group' }).click();
    await page.getByRole('dialog').getByLabel('Group name').fill('Readers');
    await page.getByRole('dialog').getByRole('button', { name: 'Create group' }).click();
    await page.getByText('Group Readers was created.').waitFor();
    await page.getByText('Nobody is in this group yet.').waitFor();
    await expectGoodLook(page, 'group');
    await page.getByRole('button', { name: 'Add users' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Users' }).click();
    await page.getByRole('option', { name: 'alice' }).click();
    await page.getByRole('button', { name: 'Remove alice' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('link', { name: 'alice' }).waitFor();
    await page.getByRole('tab', { name: 'Permissions' }).click();
    await page.getByRole('button', { name: 'Attach policies' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Policies/ }).click();
    await page.getByPlaceholder('Find policies').last().fill('IAMReadOnly');
    await page.getByRole('option', { name: /IAMReadOnlyAccess/ }).click();
    await page.getByRole('button', { name: 'Remove IAMReadOnlyAccess' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Attach' }).click();
    await page.getByRole('link', { name: 'IAMReadOnlyAccess' }).waitFor();
    const { AttachedPolicies } = await stage.iam.listAttachedGroupPolicies({ GroupName: 'Readers' });
    expect(AttachedPolicies?.map(({ PolicyName }) => PolicyName)).toEqual(['IAMReadOnlyAccess']);
    expect(stage.faults()).toEqual([]);
  });

  it('creates a policy, checked while it is written, and a new version of it', async () => {
    const page = await stage.open('/console/iam/policies');
    await page.getByRole('link', { name: 'Boundary' }).waitFor();
    await expectGoodLook(page, 'policies');
    await page.locator('#page').getByRole('link', { name: 'Create policy' }).click();
    await page.getByLabel('Policy name').fill('Notebooks');
    const editor = page.getByRole('textbox', { name: 'Policy document' });
    await page.getByText(/^Not valid yet: Policy statement must contain actions/).waitFor();
    await expectGoodLook(page, 'create-policy');
    const create = page.locator('#page').getByRole('button', { name: 'Create policy' });
    expect(await create.isDisabled()).toBe(true);
    const write = async (action: string) => {
      const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] };
      await editor.click();
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText(JSON.stringify(document, null, 2));
      await page.getByText(/^The policy is valid: \d+ characters$/).waitFor();
    };
    await write('sagemaker:ListNotebookInstances');
    await create.click();
    await page.getByText('Policy Notebooks was created.').waitFor();
    await page.getByRole('tab', { name: 'Document' }).click();
    await expectGoodLook(page, 'policy');
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByText(/^The policy is valid/).waitFor();
    const shown = page.getByRole('textbox', { name: /Policy document/ });
    await shown.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sagemaker:Describe*","Resource":"*"}]}',
    );
    await page.getByRole('button', { name: 'Save as new version' }).click();
    await page.getByText('Version v2 is in force.').waitFor();
    await page.getByText('sagemaker:Describe*').waitFor();
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/Notebooks`;
    expect((await stage.iam.getPolicy({ PolicyArn })).Policy?.DefaultVersionId).toBe('v2');
    await page.getByRole('button', { name: 'Delete policy' }).click();
    await page
      .getByRole('dialog')
      .getByLabel(/type the policy's name/)
      .fill('Notebooks');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Policy Notebooks was deleted.').waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('creates a role for an account with a second factor, and changes whom it trusts', async () => {
    const page = await stage.open('/console/iam/roles');
    await page.getByRole('cell', { name: 'sagemaker.amazonaws.com' }).first().waitFor();
    await expectGoodLook(page, 'roles');
    await page.locator('#page').getByRole('link', { name: 'Create role' }).click();
    await page.getByRole('radio', { name: /^An account/ }).check();
    await page.getByLabel('Only with a second factor (MFA)').check();
    await page.getByLabel('Role name').fill('Visitor');
    await expectGoodLook(page, 'create-role');
    await page.locator('#page').getByRole('button', { name: 'Create role' }).click();
    await page.getByText('Role Visitor was created.').waitFor();
    const { Role } = await stage.iam.getRole({ RoleName: 'Visitor' });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'sts:AssumeRole',
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
      ],
    });
    await page.getByRole('tab', { name: 'Trust' }).click();
    await page.getByText('aws:MultiFactorAuthPresent').waitFor();
    await expectGoodLook(page, 'role-trust');
    expect(stage.faults()).toEqual([]);
  });

  it('says in AWS’s words what somebody may not do, and why', async () => {
    const password = 'Reader-Of-Everything-1';
    await stage.iam.createUser({ UserName: 'reader' });
    await stage.iam.createLoginProfile({ UserName: 'reader', Password: password });
    await stage.iam.attachUserPolicy({ UserName: 'reader', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' });
    const document = {
      Version: '2012-10-17',
      Statement: [{ Sid: 'Decode', Effect: 'Allow', Action: 'sts:DecodeAuthorizationMessage', Resource: '*' }],
    };
    await stage.iam.putUserPolicy({ UserName: 'reader', PolicyName: 'Decode', PolicyDocument: JSON.stringify(document) });
    const page = await stage.openAs('reader', password, '/console/iam/groups');
    await page.getByRole('button', { name: 'Create group' }).click();
    await page.getByRole('dialog').getByLabel('Group name').fill('Mine');
    await page.getByRole('dialog').getByRole('button', { name: 'Create group' }).click();
    await page.getByText('because no identity-based policy allows the iam:CreateGroup action').waitFor();
    await expectGoodLook(page, 'denied');
    await page.getByRole('link', { name: 'Why was I denied?' }).last().click();
    await page.getByRole('heading', { name: 'What would allow this' }).waitFor();
    const suggested = await page.locator('pre.document').first().textContent();
    expect(JSON.parse(suggested ?? '')).toEqual({
      Effect: 'Allow',
      Action: 'iam:CreateGroup',
      Resource: `arn:aws:iam::${ACCOUNT}:group/Mine`,
    });
    await page.getByText('IAMReadOnlyAccess').first().waitFor();
    await expectGoodLook(page, 'denial');
    await page.goto(`${stage.origin}/console/denials`);
    await page.getByLabel('Decision id or encoded message').fill('00000000-0000-4000-8000-000000000000');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('There is no such decision, or it is not yours to see').waitFor();
    await expectGoodLook(page, 'denial-unknown');
    expect(stage.faults()).toEqual([]);
  });

  it('simulates a user, and explains a result statement by statement', async () => {
    const page = await stage.open('/console/simulator');
    await page.getByRole('button', { name: /^Whose policies/ }).click();
    await page.getByRole('option', { name: 'alice' }).click();
    await page.getByLabel('Actions').fill('sagemaker:ListDomains\niam:CreateUser');
    await page.getByRole('button', { name: 'Simulate' }).click();
    const results = page.getByRole('region', { name: 'Results' });
    await results.getByRole('button', { name: 'Allowed' }).waitFor();
    await results.getByRole('button', { name: 'Denied: nothing allows it' }).click();
    await page.getByRole('heading', { name: 'What would allow this' }).waitFor();
    await expectGoodLook(page, 'simulator-denied');
    await results.getByRole('button', { name: 'Allowed' }).click();
    await page.getByText('Allows: this decides').waitFor();
    await page.locator('.statement.matched pre').first().waitFor();
    await expectGoodLook(page, 'simulator-allowed');
    expect(stage.faults()).toEqual([]);
  });

  it('sets the password policy and takes it away', async () => {
    const page = await stage.open('/console/iam/settings');
    await page.getByLabel('Days until a password must be changed').fill('90');
    await expectGoodLook(page, 'settings');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The password policy was saved.').waitFor();
    expect((await stage.iam.getAccountPasswordPolicy({})).PasswordPolicy).toMatchObject({
      MinimumPasswordLength: 14,
      MaxPasswordAge: 90,
      RequireSymbols: true,
    });
    await page.getByRole('button', { name: 'Remove the policy' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('None is set').waitFor();
    await expect(stage.iam.getAccountPasswordPolicy({})).rejects.toThrow('cannot be found');
    await page.goto(`${stage.origin}/console/`);
    await page.getByText('The account has a password policy').waitFor();
    await page.locator('#page').getByRole('link', { name: 'account settings' }).waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('gives whoever is signed in a second factor, and root the means to be rid of its keys', async () => {
    const page = await stage.open('/console/');
    await page.getByRole('button', { name: /^You are Administrator/ }).click();
    await page.getByRole('menuitem', { name: 'Security credentials' }).click();
    await page.getByText('A password alone opens the console to Administrator.').waitFor();
    await expectGoodLook(page, 'own-credentials');
    await page.getByRole('button', { name: 'Add authenticator app' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByRole('img', { name: 'The secret as a QR code' }).waitFor();
    expect(await dialog.locator('img').evaluate((image: unknown) => (image as { naturalWidth: number }).naturalWidth)).toBeGreaterThan(50);
    await expectGoodLook(page, 'enable-mfa');
    const label = await dialog.getByRole('button', { name: /^Copy [A-Z2-7]+$/ }).getAttribute('aria-label');
    const secret = label?.replace('Copy ', '') ?? '';
    const totp = new TOTP({ secret });
    const now = Date.now();
    await dialog.getByLabel('A code of the app').fill(totp.generate({ timestamp: now - 30_000 }));
    await dialog.getByLabel('The next code').fill(totp.generate({ timestamp: now }));
    await dialog.getByRole('button', { name: 'Enable' }).click();
    await page.getByText(`arn:aws:iam::${ACCOUNT}:mfa/Administrator-authenticator`).waitFor();
    expect((await stage.iam.listMFADevices({ UserName: 'Administrator' })).MFADevices).toHaveLength(1);
    const asRoot = await stage.openAsRoot('/console/iam/security-credentials');
    await asRoot.getByText('No access keys').waitFor();
    expect(stage.faults()).toEqual([]);
  });
});
