import { inflateRawSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SamlSource } from '../../src/server/sign-in/saml-source.ts';
import { assertionOf, encodeXml, metadataOf, responseOf, type Said, type SamlIdp, samlIdp, signXml } from '../federation/saml-idp.ts';
import type { Browser } from './browser.ts';
import { openPortal, type PortalStage } from './stage.ts';

let s: PortalStage;
let idp: SamlIdp;
let saml: SamlSource;
let path: string;
let acs: string;
let entityId: string;

beforeAll(async () => {
  s = await openPortal();
  idp = samlIdp();
  saml = new SamlSource(s.server.installation);
  const { UserId = '' } = await s.people.createUser({
    IdentityStoreId: s.IdentityStoreId,
    UserName: 'alice@example.com',
    DisplayName: 'Alice',
    Name: { GivenName: 'Alice', FamilyName: 'Example' },
  });
  const set = await s.permissionSet('Research', { managed: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
  await s.assign(set, UserId);
  await saml.use(s.IdentityStoreId, metadataOf(idp, idp.certificate));
  path = `/start/${s.IdentityStoreId}`;
  acs = `${s.server.url}${path}/saml`;
  entityId = `urn:sagegate:identity-center:${s.IdentityStoreId}`;
});
afterEach(() => s.server.clock.reset());
afterAll(async () => {
  expect(s.server.errors).toEqual([]);
  await s.close();
});

const saidNow = (more: Partial<Said> = {}): Said => ({
  now: s.server.clock.now(),
  audience: entityId,
  recipient: acs,
  destination: acs,
  ...more,
});

/** What the provider's page would post, signed. */
const response = (more: Partial<Said> = {}, by: SamlIdp = idp): string => {
  const said = saidNow(more);
  return encodeXml(signXml(by, responseOf(by, said, assertionOf(by, said, []))));
};

const arrive = (SAMLResponse: string, RelayState = '', browser: Browser = s.browser()): Promise<Browser> =>
  browser.post(
    `${path}/saml`,
    { SAMLResponse, ...(RelayState && { RelayState }) },
    { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' },
  );

describe('an identity provider as identity source', () => {
  it('is asked by redirect, and what it answers signs in and leads on to where one was', async () => {
    const browser = await s.browser().open(path);
    expect(browser.text).toContain('Continue at your identity provider');
    expect(browser.html).not.toContain('type="password"');
    const away = await fetch(`${s.server.url}${path}/saml?next=/device`, { redirect: 'manual' });
    const url = new URL(away.headers.get('location') ?? '');
    expect([away.status, url.origin + url.pathname]).toEqual([302, 'https://idp.example.com/sso']);
    const request = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64')).toString('utf8');
    expect(request).toContain(`AssertionConsumerServiceURL="${acs}"`);
    expect(request).toContain(`<saml:Issuer>${entityId}</saml:Issuer>`);
    const back = await fetch(acs, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ SAMLResponse: response(), RelayState: url.searchParams.get('RelayState') ?? '' }),
    });
    expect([back.status, back.headers.get('location')]).toEqual([303, '/device']);
  });

  it('signs in of its own accord too, a user by name in any case, with what is assigned to them', async () => {
    const browser = await arrive(response({ nameId: 'Alice@Example.com' }));
    expect(browser.text).toContain('Signed in as Alice (alice@example.com)');
    expect(browser.text).toContain('Research');
  });

  it('is told where to send people', async () => {
    const told = await fetch(`${s.server.url}${path}/saml/metadata`);
    expect(told.headers.get('content-type')).toBe('application/samlmetadata+xml');
    const text = await told.text();
    expect(text).toContain(`entityID="${entityId}"`);
    expect(text).toContain(`Location="${acs}"`);
  });

  it('takes no password, and mails no code', async () => {
    const browser = s.browser();
    await browser.post(`${path}/sign-in`, { user_name: 'alice@example.com', password: 'Correct-Horse-7' });
    expect([browser.status, browser.alert]).toEqual([403, 'The user name or the password is not right.']);
  });
});

describe('X09, X10: what does not prove anybody', () => {
  const WRONG = 'Your identity provider has sent something that does not prove who you are.';
  // biome-ignore format: a table, to be read in columns.
  const CASES: readonly [name: string, make: () => string][] = [
    ['nothing',                        () => ''],
    ['no base64',                      () => '<xml/>'],
    ['no XML',                         () => encodeXml('hello')],
    ['unsigned',                       () => { const said = saidNow(); return encodeXml(responseOf(idp, said, assertionOf(idp, said, []))); }],
    ['signed by somebody else',        () => response({}, { ...samlIdp(idp.entityId) })],
    ['of another issuer',              () => response({ issuer: 'https://other.example/' })],
    ['altered after signing',          () => encodeXml(Buffer.from(response(), 'base64').toString('utf8').replace('alice@example.com', 'mallory@example.com'))],
    ['for AWS itself',                 () => response({ audience: 'urn:amazon:webservices' })],
    ['for another portal',             () => response({ audience: 'urn:sagegate:identity-center:d-0000000000' })],
    ['for nobody in particular',       () => response({ audience: null })],
    ['sent elsewhere',                 () => response({ recipient: 'https://signin.aws.amazon.com/saml' })],
    ['sent elsewhere, says the outside', () => response({ destination: 'https://signin.aws.amazon.com/saml' })],
    ['late',                           () => response({ now: s.server.clock.now() - 400_000 })],
    ['early',                          () => response({ now: s.server.clock.now() + 400_000 })],
    ['a failure',                      () => response({ status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' })],
    ['too long',                       () => 'A'.repeat(100_001)],
  ];
  it.each(CASES)('%s', async (_, make) => {
    const browser = await arrive(make());
    expect([browser.status, browser.alert]).toEqual([403, WRONG]);
    expect(browser.headers.get('set-cookie')).toBeNull();
  });

  it('a response a second time, and people who are not in the identity store', async () => {
    const once = response();
    expect((await arrive(once)).text).toContain('Signed in as Alice (alice@example.com)');
    expect((await arrive(once)).alert).toBe('This sign-in has been used before. Start again.');
    expect((await arrive(response({ nameId: 'stranger@example.com' }))).alert).toContain('you have no access here');
  });

  it('C16: leads nowhere else, whatever stands in RelayState', async () => {
    for (const RelayState of ['https://evil.example/', '//evil.example', 'AAAA', '/console/']) {
      const back = await fetch(acs, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ SAMLResponse: response(), RelayState }),
      });
      expect([back.status, back.headers.get('location')]).toEqual([303, path]);
    }
    const away = await fetch(`${s.server.url}${path}/saml?next=https://evil.example/`, { redirect: 'manual' });
    const state = new URL(away.headers.get('location') ?? '').searchParams.get('RelayState') ?? '';
    const back = await fetch(acs, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ SAMLResponse: response(), RelayState: state }),
    });
    expect(back.headers.get('location')).toBe(path);
  });
});

describe('choosing it', () => {
  it('wants metadata that says who signs, and where', async () => {
    const without = metadataOf(idp, idp.certificate).replace(/<SingleSignOnService[^>]*>/, '');
    for (const metadata of [
      '',
      '<xml/>',
      without,
      metadataOf(idp),
      metadataOf(idp, idp.certificate).replace('https://idp.example.com/sso', 'javascript:alert(1)'),
    ])
      await expect(Promise.resolve().then(() => saml.use(s.IdentityStoreId, metadata))).rejects.toMatchObject({
        code: 'ValidationException',
      });
    await expect(saml.use('d-0000000000', metadataOf(idp, idp.certificate))).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('ends the sessions of before, as does choosing another', async () => {
    const browser = await arrive(response());
    expect(browser.text).toContain('Signed in as');
    await s.directorySource.use(s.IdentityStoreId, undefined);
    await browser.open(path);
    expect(browser.text).not.toContain('Signed in as');
    expect((await arrive(response())).status).toBe(403);
    await saml.use(s.IdentityStoreId, metadataOf(idp, idp.certificate));
  });
});
