import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isChromiumHere, screenshot } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { authority } from '../federation/issuer.ts';
import { type RealIssuer, startRealIssuer } from '../federation/real-issuer.ts';
import { expectGoodPage, expectNoOverflow } from '../good-page.ts';
import { policy } from '../harness.ts';
import { ACCOUNT, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, isDark, openConsole } from './stage.ts';

/* From an identity provider that nobody here wrote (npm oidc-provider) to the console: set up in the console, used in a browser. */

let stage: ConsoleStage;
let issuer: RealIssuer;

/** A page of the sign-in, which has no script: wide and as on a phone. */
async function expectPlainLook(page: Page, name: string): Promise<void> {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await expectGoodPage(page, `signin-${name}-${width}`);
  }
}

/** What somebody does on the provider's own pages. */
async function signInAtProvider(page: Page, login: string): Promise<void> {
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('x');
  await page.locator('input[name=password]').press('Enter');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((url) => url.href.startsWith(stage.origin));
}

describeWith('chromium', isChromiumHere, 'signing in by an OpenID Connect provider', () => {
  const name = () => issuer.url.replace('https://', '');
  const providerArn = () => `arn:aws:iam::${ACCOUNT}:oidc-provider/${name()}`;
  const providerPage = () => `/console/iam/providers/${encodeURIComponent(providerArn())}`;
  let link = '';

  beforeAll(async () => {
    issuer = await startRealIssuer();
    stage = await openConsole({ federation: { allowed: [issuer.url], authorities: [authority.pem] } });
  }, BUILD_TIMEOUT);
  afterAll(async () => {
    await stage.close();
    await issuer.close();
  });

  it('is set up in the console: the provider, a role by the wizard, sign-in turned on', async () => {
    const page = await stage.open('/console/iam/create-provider');
    await page.getByRole('radio', { name: /^OpenID Connect/ }).check();
    await page.getByLabel('Issuer').fill(issuer.url);
    await page.getByLabel('Audiences').fill('console');
    await page.getByRole('button', { name: 'Add provider' }).click();
    await page.getByText('The identity provider was added.').waitFor();

    await page.getByRole('heading', { name: 'Console sign-in' }).waitFor();
    await page.getByText('Off', { exact: true }).waitFor();
    const redirectUri = (await page.getByText(/\/signin\/oidc\/callback\//).textContent()) ?? '';
    expect(redirectUri).toMatch(new RegExp(`^${stage.origin}/signin/oidc/callback/[\\w-]{22}$`));
    issuer.register({ id: 'console', redirectUri });
    await expectGoodLook(page, 'provider-sign-in-off');

    await page.getByRole('button', { name: 'Turn on' }).click();
    const dialog = page.getByRole('dialog', { name: 'Turn console sign-in on' });
    await dialog.getByText('None: a public client').waitFor();
    await expectGoodLook(page, 'provider-turn-sign-in-on');
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await page.getByText('People of this provider can sign in to the console.').waitFor();
    await page.getByText('On', { exact: true }).waitFor();
    link = (await page.getByText(/\/signin\/oidc\?account=/).textContent()) ?? '';
    expect(link).toBe(`${stage.origin}/signin/oidc?${new URLSearchParams({ account: ACCOUNT, provider: name() })}`);
    await expectGoodLook(page, 'provider-sign-in-on');

    await page.goto(`${stage.origin}/console/iam/create-role`);
    await page.getByRole('radio', { name: /^An OpenID Connect provider/ }).check();
    await page.getByRole('button', { name: /^Identity provider/ }).click();
    await page.getByRole('option', { name: name() }).click();
    await page.getByLabel('Audience').click();
    await page.getByRole('option', { name: 'console' }).click();
    await page.getByLabel('Subject').fill('alice');
    await page.getByLabel('Role name').fill('People');
    await expectGoodLook(page, 'create-role-oidc');
    await page.locator('#page').getByRole('button', { name: 'Create role' }).click();
    await page.getByText('Role People was created.').waitFor();
    const { Role } = await stage.iam.getRole({ RoleName: 'People' });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: providerArn() },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${name()}:aud`]: 'console', [`${name()}:sub`]: 'alice' } },
        },
      ],
    });
    await stage.iam.putRolePolicy({
      RoleName: 'People',
      PolicyName: 'look',
      PolicyDocument: JSON.stringify(
        policy({ Effect: 'Allow', Action: ['iam:List*', 'iam:Get*', 'sts:DecodeAuthorizationMessage'], Resource: '*' }),
      ),
    });
    expect(stage.faults()).toEqual([]);
  });

  it.each([1280, 360])('leads to the console, where a denial can be asked for its reasons: %i px wide', async (width) => {
    const page = await stage.openSignedOut('/console/iam/create-user', { width, trustsAll: true });
    await page.getByRole('link', { name: 'Identity provider' }).click();
    await page.getByLabel(/Account ID/).fill('example-corp');
    if (width === 1280) await expectPlainLook(page, 'oidc-account');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Sign in to example-corp' }).waitFor();
    if (width === 1280) await expectPlainLook(page, 'oidc-providers');
    await page.setViewportSize({ width, height: 800 });
    await page.getByRole('link', { name: name() }).click();
    await signInAtProvider(page, 'alice');
    await page.locator('main#page').waitFor();
    expect(page.url()).toBe(`${stage.origin}/console/iam/create-user`);
    await page.getByLabel('User name').fill(`made-by-alice-${width}`);
    await page.locator('#page').getByRole('button', { name: 'Create user' }).click();
    await page.getByText(`arn:aws:sts::${ACCOUNT}:assumed-role/People/alice is not authorized to perform: iam:CreateUser`).waitFor();
    await screenshot(page, `signin-oidc-denied-${width}`);
    await expectNoOverflow(page);
    await page.getByRole('link', { name: 'Why was I denied?' }).last().click();
    await page.getByText('iam:CreateUser').first().waitFor();
    await page.waitForURL(/\/console\/denials\//);
    await screenshot(page, `signin-oidc-why-${width}`);
    expect(await isDark(page)).toBe(false);
    expect(stage.faults()).toEqual([]);
  });

  it('lets people choose among their roles, by the link of the intranet', async () => {
    await stage.iam.createRole({
      RoleName: 'Second',
      AssumeRolePolicyDocument: JSON.stringify(
        policy({
          Effect: 'Allow',
          Principal: { Federated: providerArn() },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${name()}:aud`]: 'console', [`${name()}:sub`]: 'alice' } },
        }),
      ),
    });
    const page = await stage.openSignedOut('/console/', { trustsAll: true });
    await expectPlainLook(page, 'doors-with-oidc');
    await page.goto(link);
    await signInAtProvider(page, 'alice');
    await page.getByRole('heading', { name: 'Select a role' }).waitFor();
    await expectPlainLook(page, 'oidc-role');
    await page.getByLabel('Second').check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('main#page').waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByText('Second/alice').filter({ visible: true }).first().waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('tells whom no role lets in what to show to an administrator, and what the provider says', async () => {
    const page = await stage.openSignedOut(new URL(link).pathname + new URL(link).search, { trustsAll: true });
    await signInAtProvider(page, 'bob');
    await page.getByRole('heading', { name: 'There is no role for you' }).waitFor();
    await page.getByText('bob', { exact: true }).first().waitFor();
    await expectPlainLook(page, 'oidc-no-role');

    await page.context().clearCookies();
    await page.goto(link);
    await page.getByRole('link', { name: /Cancel/ }).click();
    await page.getByText('It says: access_denied').waitFor();
    await expectPlainLook(page, 'oidc-refused');
    expect(stage.faults()).toEqual([]);
  });

  it('changes to a client with a secret, by which people come in as well, and is turned off', async () => {
    await stage.iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: providerArn(), ClientID: 'confidential' });
    const page = await stage.open(providerPage());
    const redirectUri = (await page.getByText(/\/signin\/oidc\/callback\//).textContent()) ?? '';
    issuer.register({ id: 'confidential', secret: 's3cret: +%/&', redirectUri });
    await page.getByRole('button', { name: 'Change sign-in' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change console sign-in' });
    await dialog.getByRole('button', { name: /^Client ID/ }).click();
    await page.getByRole('option', { name: 'confidential' }).click();
    await dialog.getByRole('radio', { name: 'Set a secret' }).check();
    await dialog.getByLabel('New client secret').fill('s3cret: +%/&');
    await expectGoodLook(page, 'provider-change-sign-in');
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Set; it is not shown').waitFor();
    await stage.iam.updateAssumeRolePolicy({
      RoleName: 'Second',
      PolicyDocument: JSON.stringify(
        policy({
          Effect: 'Allow',
          Principal: { Federated: providerArn() },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${name()}:aud`]: 'confidential' } },
        }),
      ),
    });

    const other = await stage.openSignedOut(new URL(link).pathname + new URL(link).search, { trustsAll: true });
    await signInAtProvider(other, 'carol');
    await other.locator('main#page').waitFor();
    await other.getByText('Second/carol').filter({ visible: true }).first().waitFor();

    await page.getByRole('button', { name: 'Change sign-in' }).click();
    await dialog.getByRole('radio', { name: 'Keep the one that is set' }).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
    await page.getByText('Console sign-in was turned off.').waitFor();
    await other.goto(link);
    await other.getByText('Nobody signs in by this link.').waitFor();
    expect(stage.faults()).toEqual([]);
  });
});
