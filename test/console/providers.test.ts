import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isChromiumHere } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { metadataOf, samlIdp } from '../federation/saml-idp.ts';
import { ACCOUNT, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, openConsole } from './stage.ts';

let stage: ConsoleStage;

describeWith('chromium', isChromiumHere, 'identity providers, reports and settings in the console', () => {
  beforeAll(async () => {
    stage = await openConsole();
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('adds a SAML provider and a role for its people, and deletes it by its name', async () => {
    const idp = samlIdp();
    const page = await stage.open('/console/iam/providers');
    await page.getByText('With one, people sign in with the accounts').waitFor();
    await page.locator('#page').getByRole('link', { name: 'Add identity provider' }).click();
    await page.getByLabel('Provider name').fill('Corp');
    await page.getByRole('textbox', { name: 'Metadata' }).fill('<no/>');
    await page.getByRole('button', { name: 'Add provider' }).click();
    await page.getByText('ValidationError').waitFor();
    await page.locator('input[type=file]').setInputFiles({
      name: 'metadata.xml',
      mimeType: 'text/xml',
      buffer: Buffer.from(metadataOf(idp, idp.certificate)),
    });
    await expectGoodLook(page, 'create-provider');
    await page.getByRole('button', { name: 'Add provider' }).click();
    await page.getByText('The identity provider was added.').waitFor();
    await page.getByText(idp.entityId).first().waitFor();
    await expectGoodLook(page, 'provider-saml');
    const SAMLProviderArn = `arn:aws:iam::${ACCOUNT}:saml-provider/Corp`;
    expect((await stage.iam.getSAMLProvider({ SAMLProviderArn })).SAMLMetadataDocument).toContain(idp.entityId);

    await page.goto(`${stage.origin}/console/iam/create-role`);
    await page.getByRole('radio', { name: /^A SAML provider/ }).check();
    await page.getByRole('button', { name: /^Identity provider/ }).click();
    await page.getByRole('option', { name: 'Corp' }).click();
    await page.getByLabel('Role name').fill('CorpPeople');
    await page.locator('#page').getByRole('button', { name: 'Create role' }).click();
    await page.getByText('Role CorpPeople was created.').waitFor();
    const { Role } = await stage.iam.getRole({ RoleName: 'CorpPeople' });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [{ Principal: { Federated: SAMLProviderArn }, Action: 'sts:AssumeRoleWithSAML' }],
    });

    await page.goto(`${stage.origin}/console/iam/providers`);
    await page.getByRole('link', { name: 'Corp', exact: true }).click();
    await page.getByRole('button', { name: 'Delete provider' }).click();
    await page
      .getByRole('dialog')
      .getByLabel(/type the provider's name/)
      .fill('Corp');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The identity provider Corp was deleted.').waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('adds an OpenID Connect provider, with its audiences', async () => {
    const page = await stage.open('/console/iam/create-provider');
    await page.getByRole('radio', { name: /^OpenID Connect/ }).check();
    await page.getByLabel('Issuer').fill('https://issuer.example.com/ci');
    await page.getByLabel('Audiences').fill('sts.amazonaws.com, ci');
    await page.getByLabel('Thumbprint').fill('0123456789012345678901234567890123456789');
    await page.getByRole('button', { name: 'Add provider' }).click();
    await page.getByText('The identity provider was added.').waitFor();
    await page.getByRole('heading', { name: 'issuer.example.com/ci', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Add audience' }).click();
    await page.getByRole('dialog').getByLabel('Audience').fill('third');
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Remove third' }).waitFor();
    await expectGoodLook(page, 'provider-oidc');
    await page.getByRole('button', { name: 'Remove ci' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('ci was removed.').waitFor();
    const OpenIDConnectProviderArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/issuer.example.com/ci`;
    const { ClientIDList } = await stage.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn });
    expect(ClientIDList?.toSorted()).toEqual(['sts.amazonaws.com', 'third']);
    expect(stage.faults()).toEqual([]);
  });

  it('tells which credentials users have, as a table and as a file', async () => {
    const page = await stage.open('/console/iam/credential-report');
    const alice = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'alice' }) });
    await alice.waitFor();
    await page.getByRole('rowheader', { name: 'Root user' }).waitFor();
    await expectGoodLook(page, 'credential-report');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download .csv file' }).click()]);
    expect(download.suggestedFilename()).toBe(`credential-report-${ACCOUNT}.csv`);
    expect(await readFile(await download.path(), 'utf8')).toMatch(/^user,arn,user_creation_time,.*\n<root_account>,/);
    expect(stage.faults()).toEqual([]);
  });

  it('tells of users, groups, roles and policies which services were called', async () => {
    const page = await stage.open('/console/iam/users/Administrator');
    await page.getByRole('tab', { name: 'Last accessed' }).click();
    const iam = page.getByRole('row').filter({ hasText: '(iam)' });
    await iam.filter({ hasNotText: 'Never' }).waitFor();
    await expectGoodLook(page, 'last-accessed');
    for (const path of [
      'groups/DataScientists',
      'roles/ExampleExecutionRole',
      `policies/${encodeURIComponent(`arn:aws:iam::${ACCOUNT}:policy/OwnProfile`)}`,
    ]) {
      await page.goto(`${stage.origin}/console/iam/${path}`);
      await page.getByRole('tab', { name: 'Last accessed' }).click();
      await page.getByRole('cell', { name: 'Never' }).first().waitFor();
    }
    expect(stage.faults()).toEqual([]);
  });

  it('sets, changes and removes the account’s alias, and where session tokens are good', async () => {
    const page = await stage.open('/console/iam/settings');
    await page.getByRole('button', { name: 'Change the alias' }).click();
    await page.getByRole('dialog').getByLabel('Alias').fill('renamed-corp');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText(`${stage.origin}/signin?account=renamed-corp`).waitFor();
    expect((await stage.iam.listAccountAliases({})).AccountAliases).toEqual(['renamed-corp']);
    await page.getByRole('radio', { name: /^Good in all regions/ }).check();
    await page.getByRole('button', { name: 'Save the setting' }).click();
    await page.getByText('The setting was saved.').waitFor();
    expect((await stage.iam.getAccountSummary({})).SummaryMap).toMatchObject({ GlobalEndpointTokenVersion: 2 });
    await expectGoodLook(page, 'account-settings');
    await page.getByRole('button', { name: 'Remove the alias' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('The alias was removed.').waitFor();
    expect((await stage.iam.listAccountAliases({})).AccountAliases).toEqual([]);
    expect(stage.faults()).toEqual([]);
  });
});
