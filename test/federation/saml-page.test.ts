import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../clients.ts';
import { policy, type TestAccount, whileSuspended } from '../harness.ts';
import { base64Of, certificate, identity, privateKeyOf } from '../services/iam/certificate-maker.ts';
import { cookieOf, openSignIn, type SignInStage } from '../sign-in/stage.ts';
import {
  ATTRIBUTES,
  assertionOf,
  encodeXml,
  encryptAssertion,
  instant,
  metadataOf,
  responseOf,
  type Said,
  samlIdp,
  signXml,
} from './saml-idp.ts';
import { hasSimpleSamlPhp, type SimpleSamlPhp, startSimpleSamlPhp } from './simplesamlphp.ts';

/*
 * The endpoint that identity providers send people to: POST /saml.
 */

let s: SignInStage;
let account: TestAccount;
const idp = samlIdp();
const recipient = identity('sp', 'rsa');
const providerArn = (name = 'Example', of = account) => `arn:aws:iam::${of.id}:saml-provider/${name}`;
const roleArn = (name: string, of = account) => `arn:aws:iam::${of.id}:role/${name}`;

async function makeProvider(of: TestAccount, Name: string, SAMLMetadataDocument: string, more = {}): Promise<string> {
  await of.asRoot('iam', 'CreateSAMLProvider', { Name, SAMLMetadataDocument, ...more });
  const { SAMLProviderUUID } = await of.asRoot('iam', 'GetSAMLProvider', { SAMLProviderArn: providerArn(Name, of) });
  return String(SAMLProviderUUID);
}

async function makeRole(of: TestAccount, RoleName: string, provider: string, Condition?: object): Promise<void> {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
    Condition,
  };
  await of.asRoot('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: JSON.stringify(policy(statement)) });
}

beforeAll(async () => {
  s = await openSignIn();
  account = await s.server.account();
  await makeProvider(account, 'Example', metadataOf(idp, idp.certificate));
  for (const name of ['analyst', 'engineer']) await makeRole(account, name, providerArn());
  await makeRole(account, 'from-here', providerArn(), { IpAddress: { 'aws:SourceIp': '127.0.0.1' } });
  await makeRole(account, 'from-elsewhere', providerArn(), { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } });
});
afterAll(async () => {
  expect(s.server.errors).toEqual([]);
  await s.close();
});

function response(
  roles: readonly string[],
  more: Partial<Said> = {},
  pairs = roles.map((name) => `${roleArn(name)},${providerArn()}`),
): string {
  const said: Said = { now: s.server.clock.now(), ...more };
  return signXml(idp, responseOf(idp, said, assertionOf(idp, said, pairs)));
}
const post = (xml: string, more: Record<string, string> = {}, path = '/saml', headers = {}) =>
  s.post(
    path,
    { SAMLResponse: encodeXml(xml), ...more },
    { Origin: 'https://idp.example.com', 'Sec-Fetch-Site': 'cross-site', ...headers },
  );
const textOf = async (answer: Response): Promise<string> =>
  (await answer.text())
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
async function isRefused(answer: Promise<Response>, status: number, sentence: string): Promise<void> {
  const given = await answer;
  expect([given.status, await textOf(given)]).toEqual([status, expect.stringContaining(sentence)]);
  expect(given.headers.get('set-cookie')).toBeNull();
}

describe('POST /saml', () => {
  it('one role: straight in, to where the RelayState says', async () => {
    const answer = await post(response(['analyst']), { RelayState: 'https://console.aws.amazon.com/sagemaker/home?region=us-east-1' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/console/sagemaker/home?region=us-east-1']);
    const home = await s.get('/console/', { Cookie: cookieOf(answer) });
    const text = await textOf(home);
    expect(text).toContain(`arn:aws:sts::${account.id}:assumed-role/analyst/alice`);
    expect(text).toContain('SAML identity provider');
    expect(s.server.audit.list(100).find(({ operation }) => operation === 'ConsoleLogin')).toMatchObject({
      status: 303,
      caller: { account: account.id },
    });
    expect(s.server.audit.list(100).find(({ operation }) => operation === 'AssumeRoleWithSAML')).toMatchObject({
      service: 'sts',
      status: 200,
      caller: { arn: providerArn() },
      resource: { arn: roleArn('analyst'), account: account.id },
    });
  });

  it.each([
    'https://evil.example.com/',
    '//evil.example.com',
    '\\\\evil.example.com',
    'javascript:alert(1)',
    'https://console.aws.amazon.com.evil.example.com/',
  ])('C16: a RelayState that leads elsewhere leads to the console: %s', async (RelayState) => {
    expect((await post(response(['analyst']), { RelayState })).headers.get('location')).toBe('/console/');
  });

  it('refuses an account that is suspended, also when the role was still to be chosen', async () => {
    const [, choice = ''] = /name="choice" value="([^"]+)"/.exec(await (await post(response(['analyst', 'engineer']))).text()) ?? [];
    await whileSuspended(s.server, account.id, async () => {
      await isRefused(post(response(['analyst'])), 403, 'Not authorized to perform sts:AssumeRoleWithSAML');
      await isRefused(s.post('/saml/role', { choice, roleArn: roleArn('engineer') }), 403, 'Not authorized to perform');
    });
  });

  it('several roles: a page to choose one, good once and for five minutes', async () => {
    const answer = await post(response(['analyst', 'engineer']));
    const body = await answer.text();
    expect(answer.status).toBe(200);
    expect(body).toContain('<fieldset><legend>Account');
    expect(answer.headers.get('set-cookie')).toBeNull();
    const [, choice = ''] = /name="choice" value="([^"]+)"/.exec(body) ?? [];
    const choose = (name: string, more = {}) => s.post('/saml/role', { choice, roleArn: roleArn(name), ...more });
    await isRefused(choose('from-here'), 403, 'came here another way');
    await isRefused(choose('engineer', { choice: `${choice.slice(0, -2)}xx` }), 403, 'came here another way');
    const entered = await choose('engineer');
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/console/']);
    await isRefused(choose('analyst'), 403, 'came here another way');
  });

  it('C13: choosing is for our own page', async () => {
    const body = await (await post(response(['analyst', 'engineer']))).text();
    const [, choice = ''] = /name="choice" value="([^"]+)"/.exec(body) ?? [];
    const answer = await s.post('/saml/role', { choice, roleArn: roleArn('engineer') }, { Origin: 'https://evil.example.com' });
    expect(answer.status).toBe(403);
  });

  it('X10: an assertion signs in once, whichever role', async () => {
    const xml = response(['analyst', 'engineer']);
    expect((await post(xml)).status).toBe(200);
    await isRefused(post(xml), 403, 'has been used before');
  });

  it('X09: made for another address, for nobody, or for another time', async () => {
    await isRefused(post(response(['analyst'], { recipient: 'https://sp.example.com/saml' })), 400, 'made for another address');
    await isRefused(post(response(['analyst'], { destination: 'https://sp.example.com/saml' })), 400, 'made for another address');
    await isRefused(
      post(response(['analyst'], { recipient: 'https://signin.aws.amazon.com.evil.example.com/saml' })),
      400,
      'another address',
    );
    await isRefused(post(response(['analyst'], { audience: null })), 400, 'required audience');
    await isRefused(post(response(['analyst'], { notOnOrAfter: instant(s.server.clock.now() - 1) })), 400, 'Response has expired');
    const here = `${s.server.url}/saml`;
    expect((await post(response(['analyst'], { recipient: here, destination: here }))).status).toBe(303);
  });

  it('unsigned, of nobody, or nothing at all', async () => {
    const said = { now: s.server.clock.now() };
    await isRefused(
      post(responseOf(idp, said, assertionOf(idp, said, [`${roleArn('analyst')},${providerArn()}`]))),
      400,
      'Response signature invalid',
    );
    await isRefused(post(response([], {}, [`${roleArn('analyst')},${providerArn('Absent')}`])), 400, "Specified provider doesn't exist.");
    await isRefused(post(response([])), 400, 'names no role and provider');
    await isRefused(s.post('/saml', {}), 400, 'did not include a SAML response');
    await isRefused(s.post('/saml', { SAMLResponse: 'x'.repeat(100_001) }), 400, 'did not include a SAML response');
    await isRefused(s.post('/saml', { SAMLResponse: '<x/>' }), 400, 'Invalid base64 SAMLResponse');
    expect((await s.get('/saml')).status).toBe(405);
  });

  it('where the role trusts somebody else, or another address', async () => {
    await isRefused(post(response(['absent'])), 403, 'Not authorized to perform sts:AssumeRoleWithSAML');
    await isRefused(post(response(['from-elsewhere'])), 403, 'Not authorized to perform sts:AssumeRoleWithSAML');
    expect((await post(response(['from-here']))).status).toBe(303);
  });

  it('X12: roles of several accounts: those whose own provider has signed', async () => {
    const second = await s.server.account();
    const third = await s.server.account();
    await makeProvider(second, 'Example', metadataOf(idp, idp.certificate));
    await makeProvider(third, 'Example', metadataOf(samlIdp(), samlIdp().certificate));
    const pairs = [
      `${roleArn('analyst')},${providerArn()}`,
      `${roleArn('admin', second)},${providerArn('Example', second)}`,
      `${roleArn('admin', third)},${providerArn('Example', third)}`,
      `${roleArn('engineer')},${providerArn('Example', second)}`,
    ];
    const body = await (await post(response([], {}, pairs))).text();
    expect([...body.matchAll(/name="roleArn" value="([^"]+)"/g)].map(([, arn]) => arn)).toEqual([
      roleArn('analyst'),
      roleArn('admin', second),
    ]);
  });

  it('encrypted assertions come to the address that names the provider', async () => {
    const uuid = await makeProvider(account, 'Encrypted', metadataOf(idp, idp.certificate), {
      AddPrivateKey: privateKeyOf(recipient),
      AssertionEncryptionMode: 'Required',
    });
    await makeRole(account, 'sealed', providerArn('Encrypted'));
    const xml = (more = {}) => encryptAssertion(response([], more, [`${roleArn('sealed')},${providerArn('Encrypted')}`]), recipient);
    await isRefused(post(xml()), 400, 'the address that names the provider');
    await isRefused(post(xml(), {}, '/saml/acs/SAMLSPABSENT'), 400, "Specified provider doesn't exist.");
    expect((await post(xml({ recipient: `https://signin.aws.amazon.com/saml/acs/${uuid}` }), {}, `/saml/acs/${uuid}`)).status).toBe(303);
    await isRefused(
      post(xml({ recipient: 'https://signin.aws.amazon.com/saml/acs/OTHER' }), {}, `/saml/acs/${uuid}`),
      400,
      'another address',
    );
  });

  it("is there under AWS's own host names, where these lead here, and under no other", async () => {
    const asHost = (Host: string) =>
      new Promise<[status: number | undefined, location: string | undefined]>((resolve, reject) => {
        const headers = { Host, 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'null' };
        const sent = request(`${s.server.url}/saml`, { method: 'POST', headers }, (answer) => {
          answer.resume();
          resolve([answer.statusCode, answer.headers.location]);
        });
        sent.on('error', reject).end(new URLSearchParams({ SAMLResponse: encodeXml(response(['analyst'])) }).toString());
      });
    expect(await asHost('signin.aws.amazon.com')).toEqual([303, '/console/']);
    expect(await asHost('eu-west-1.signin.aws.amazon.com')).toEqual([303, '/console/']);
    expect(await asHost('evil.example.com')).toEqual([403, undefined]);
  });

  it('lasts as long as the identity provider wants, within what the role allows', async () => {
    await account.asRoot('iam', 'UpdateRole', { RoleName: 'analyst', MaxSessionDuration: 7200 });
    const lasts = async (seconds?: string) => {
      const attributes = seconds === undefined ? {} : { [`${ATTRIBUTES}SessionDuration`]: [seconds] };
      const answer = await post(response(['analyst'], { attributes }));
      return Number(/Max-Age=(\d+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1]);
    };
    s.server.clock.freeze(Math.floor(Date.now() / 1000) * 1000);
    expect([await lasts(), await lasts('5400'), await lasts('43200')]).toEqual([3600, 5400, 7200]);
    s.server.clock.reset();
  });
});

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describeWith('SimpleSAMLphp', hasSimpleSamlPhp, 'SimpleSAMLphp', () => {
  describeWith('Chromium', existsSync(CHROMIUM), 'in Chromium', () => {
    const pictures = process.env.SAGEGATE_PICTURES;

    async function signIn(php: SimpleSamlPhp, choose?: string): Promise<string> {
      const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
      try {
        const page = await browser.newPage();
        await page.goto(php.start);
        await page.fill('input[name=username]', 'alice');
        await page.fill('input[name=password]', 'alicepass');
        await page.press('input[name=password]', 'Enter');
        await page.waitForURL(/\/saml|\/console\//);
        if (choose !== undefined) {
          await page.getByLabel(choose).check();
          if (pictures) await page.screenshot({ path: `${pictures}/saml-role.png` });
          await page.getByRole('button', { name: 'Sign in' }).click();
          await page.waitForURL(/\/console\//);
        }
        if (pictures) await page.screenshot({ path: `${pictures}/saml-console-${choose ?? 'one'}.png` });
        return (await page.textContent('main')) ?? '';
      } finally {
        await browser.close();
      }
    }

    it('from the identity provider to the console: one role, several, and encrypted', async () => {
      const own = await s.server.account();
      const pair = (role: string, name: string): string => `${roleArn(role, own)},${providerArn(name, own)}`;
      const acs = `${s.origin}/saml`;
      const one = await startSimpleSamlPhp({ acs, roles: [pair('analyst', 'Php')] });
      await makeProvider(own, 'Php', await one.metadata());
      for (const role of ['analyst', 'engineer']) await makeRole(own, role, providerArn('Php', own));
      try {
        expect(await signIn(one)).toContain(`arn:aws:sts::${own.id}:assumed-role/analyst/alice`);
      } finally {
        await one.close();
      }

      const several = await startSimpleSamlPhp({ acs, roles: [pair('analyst', 'Several'), pair('engineer', 'Several')] });
      await makeProvider(own, 'Several', await several.metadata());
      for (const role of ['analyst', 'engineer']) {
        const statement = {
          Effect: 'Allow',
          Principal: { Federated: providerArn('Several', own) },
          Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
        };
        await own.asRoot('iam', 'UpdateAssumeRolePolicy', { RoleName: role, PolicyDocument: JSON.stringify(policy(statement)) });
      }
      try {
        expect(await signIn(several, 'engineer')).toContain(`arn:aws:sts::${own.id}:assumed-role/engineer/alice`);
      } finally {
        await several.close();
      }
    }, 120_000);

    it('encrypts assertions that we decrypt', async () => {
      const own = await s.server.account();
      const roles = [`${roleArn('sealed', own)},${providerArn('Sealed', own)}`];
      // The address holds the provider's id, which is known once there is a provider: first without metadata of its own.
      const uuid = await makeProvider(own, 'Sealed', metadataOf(idp, idp.certificate), { AddPrivateKey: privateKeyOf(recipient) });
      const php = await startSimpleSamlPhp({ acs: `${s.origin}/saml/acs/${uuid}`, roles, encryptFor: base64Of(certificate(recipient)) });
      try {
        const SAMLMetadataDocument = await php.metadata();
        await own.asRoot('iam', 'UpdateSAMLProvider', {
          SAMLProviderArn: providerArn('Sealed', own),
          SAMLMetadataDocument,
          AssertionEncryptionMode: 'Required',
        });
        await makeRole(own, 'sealed', providerArn('Sealed', own));
        expect(await signIn(php)).toContain(`arn:aws:sts::${own.id}:assumed-role/sealed/alice`);
      } finally {
        await php.close();
      }
    }, 120_000);
  });
});
