import { readFile } from 'node:fs/promises';
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

  it('lists users, finds one, and shows all of it', { timeout: 180_000 }, async () => {
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

  it('creates a user with a password and a key, shown once, which work; and deletes it by its name', { timeout: 180_000 }, async () => {
    const page = await stage.open('/console/iam/users');
    await page.getByRole('link', { name: 'Create user' }).click();
    await page.getByLabel('User name').fill('carol');
    await page.getByLabel('Access key').check();
    await expectGoodLook(page, 'create-user');
    await page.getByRole('button', { name: 'Groups' }).click();
    await page.getByRole('option', { name: 'DataScientists' }).click();
    await page.keyboard.press('Escape');
    await page.locator('#page').getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('heading', { name: 'User carol was created' }).waitFor();
    await expectGoodLook(page, 'created-user');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download .csv file' }).click()]);
    const [header, values = ''] = (await readFile(await download.path(), 'utf8')).split('\r\n');
    expect(header).toBe('User name,Console sign-in URL,Password,Access key ID,Secret access key');
    expect(values).toMatch(/^carol,http:\/\/localhost:\d+\/signin\?account=example-corp,.{20,},AKIA[A-Z0-9]{16},[A-Za-z0-9+/]{40}$/);

    await page.getByRole('button', { name: 'To the user' }).click();
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
});
