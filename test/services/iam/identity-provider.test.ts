import { describe, expect, it } from 'vitest';
import { nothingOutbound } from '../../../src/core/outbound.ts';
import { policy } from '../../harness.ts';
import { base64Of, certificate, identity, privateKeyOf } from './certificate-maker.ts';
import {
  alreadyExists,
  invalidInput,
  limitExceeded,
  noPolicyAllows,
  noSuchEntity,
  pages,
  refused,
  stage,
  trust,
  validationError,
} from './stage.ts';

const s = stage({ quotas: { SAMLProvidersPerAccount: 4, OpenIdConnectProvidersPerAccount: 12, ClientIdsPerOpenIdConnectProvider: 3 } });

const idp = identity('idp.example.com', 'rsa');

/** Metadata as identity providers write it, at least a thousand characters. */
const metadata = (more: { certificate?: string; head?: string; descriptor?: string; use?: string } = {}): string => `<?xml version="1.0"?>
${more.head ?? ''}<!-- ${'-x'.repeat(100)} -->
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example.com/a?b=1&amp;c=2">
  <md:${more.descriptor ?? 'IDPSSODescriptor'} protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor${more.use ?? ' use="signing"'}><ds:KeyInfo><ds:X509Data>
      <ds:X509Certificate>${more.certificate ?? base64Of(certificate(idp))}</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:NameIDFormat><![CDATA[urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress]]></md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
  </md:${more.descriptor ?? 'IDPSSODescriptor'}>
</md:EntityDescriptor>`;

const samlArn = (name: string) => `arn:aws:iam::${s.account.id}:saml-provider/${name}`;
const noManifest = (call: Promise<unknown>, arn: string) => noSuchEntity(call, `Manifest not found for arn ${arn}`);

describe('SAML providers', () => {
  it('are made from metadata and shown as they came', async () => {
    const SAMLMetadataDocument = metadata();
    const Tags = [{ Key: 'Team', Value: 'a' }];
    expect((await s.iam.createSAMLProvider({ Name: 'Corp', SAMLMetadataDocument, Tags })) as object).toMatchObject({
      SAMLProviderArn: samlArn('Corp'),
      Tags,
    });
    const { $metadata, ...shown } = await s.iam.getSAMLProvider({ SAMLProviderArn: samlArn('Corp') });
    expect(shown).toEqual({
      SAMLProviderUUID: expect.stringMatching(/^SAMLSP[A-Z0-9]{16}$/),
      SAMLMetadataDocument,
      CreateDate: expect.any(Date),
      ValidUntil: expect.any(Date),
      Tags,
    });
    expect((shown.ValidUntil?.getUTCFullYear() ?? 0) - (shown.CreateDate?.getUTCFullYear() ?? 0)).toBe(100);
    expect((await s.iam.listSAMLProviders({})).SAMLProviderList).toEqual([
      { Arn: samlArn('Corp'), ValidUntil: shown.ValidUntil, CreateDate: shown.CreateDate },
    ]);
    await alreadyExists(s.iam.createSAMLProvider({ Name: 'Corp', SAMLMetadataDocument }), 'SAMLProvider Corp already exists.');
  });

  it('have private keys, two at most, that nobody sees', async () => {
    const arn = samlArn('Keyed');
    await s.iam.createSAMLProvider({ Name: 'Keyed', SAMLMetadataDocument: metadata(), AddPrivateKey: privateKeyOf(idp) });
    const shown = await s.iam.getSAMLProvider({ SAMLProviderArn: arn });
    expect(shown).toMatchObject({
      AssertionEncryptionMode: 'Allowed',
      PrivateKeyList: [{ KeyId: expect.stringMatching(/^SAMLPK[A-Z0-9]{16}$/), Timestamp: expect.any(Date) }],
      Tags: [],
    });
    const update = (more: object) => s.iam.updateSAMLProvider({ SAMLProviderArn: arn, ...more });
    expect((await update({ AddPrivateKey: privateKeyOf(identity('second')) })).SAMLProviderArn).toBe(arn);
    await limitExceeded(update({ AddPrivateKey: privateKeyOf(idp) }), 'Cannot exceed quota for PrivateKeysPerSAMLProvider: 2');
    const [first, second] = (await s.iam.getSAMLProvider({ SAMLProviderArn: arn })).PrivateKeyList ?? [];
    await invalidInput(
      update({ AddPrivateKey: privateKeyOf(idp), RemovePrivateKey: first?.KeyId }),
      'A private key cannot be added and removed in the same request.',
    );
    await update({ AssertionEncryptionMode: 'Required', RemovePrivateKey: first?.KeyId });
    await noSuchEntity(update({ RemovePrivateKey: first?.KeyId }), `The private key with id ${first?.KeyId} cannot be found.`);
    await invalidInput(
      update({ RemovePrivateKey: second?.KeyId }),
      'A private key is required when the assertion encryption mode is Required.',
    );
    await invalidInput(update({ AddPrivateKey: 'nonsense' }), 'Could not parse private key');
    expect(await s.iam.getSAMLProvider({ SAMLProviderArn: arn })).toMatchObject({
      AssertionEncryptionMode: 'Required',
      PrivateKeyList: [{ KeyId: second?.KeyId }],
    });
    const { samlProviders } = await import('../../../src/store/tables/iam.ts');
    expect(JSON.stringify(await s.server.installation.store.list(samlProviders, { prefix: [s.account.id] }))).not.toContain('PRIVATE');
  });

  it('take other metadata', async () => {
    const SAMLMetadataDocument = metadata({ use: '' });
    await s.iam.updateSAMLProvider({ SAMLProviderArn: samlArn('Corp'), SAMLMetadataDocument });
    expect((await s.iam.getSAMLProvider({ SAMLProviderArn: samlArn('Corp') })).SAMLMetadataDocument).toBe(SAMLMetadataDocument);
    await invalidInput(
      s.iam.updateSAMLProvider({ SAMLProviderArn: samlArn('Corp'), SAMLMetadataDocument: 'x'.repeat(1000) }),
      'Could not parse metadata',
    );
  });

  it.each([
    ['X07: a document type', metadata({ head: '<!DOCTYPE x>' })],
    ['X07: entities', metadata({ head: '<!DOCTYPE x [<!ENTITY a "b">]>' })],
    ['X07: an entity of its own', metadata().replace('&amp;', '&a;')],
    ['X07: a processing instruction', metadata({ head: '<?xml-stylesheet href="x"?>' })],
    ['a service provider', metadata({ descriptor: 'SPSSODescriptor' })],
    ['no certificate for signing', metadata({ use: ' use="encryption"' })],
    ['a certificate that is none', metadata({ certificate: 'AAAA'.repeat(200) })],
    ['another namespace', metadata().replaceAll('SAML:2.0:metadata', 'SAML:2.0:other')],
    ['no entity id', metadata().replace('entityID', 'other')],
    ['tags that cross', metadata().replace('</ds:X509Data></ds:KeyInfo>', '</ds:KeyInfo></ds:X509Data>')],
    ['a second root', `${metadata()}<a/>`],
    ['depth', `${'<a>'.repeat(400)}${'</a>'.repeat(400)}`],
    ['an undeclared prefix', metadata().replace('xmlns:ds=', 'xmlns:other=')],
  ])('refuse %s', (_, SAMLMetadataDocument) =>
    invalidInput(s.iam.createSAMLProvider({ Name: 'Refused', SAMLMetadataDocument }), 'Could not parse metadata'),
  );

  it('are tagged; keys keep their case', async () => {
    const SAMLProviderArn = samlArn('Corp');
    await s.iam.tagSAMLProvider({ SAMLProviderArn, Tags: [{ Key: 'team', Value: 'b' }] });
    await s.iam.untagSAMLProvider({ SAMLProviderArn, TagKeys: ['Absent'] });
    const { items } = await pages(
      (Marker) => s.iam.listSAMLProviderTags({ SAMLProviderArn, MaxItems: 1, Marker }),
      (page) => page.Tags,
    );
    expect(items.map((tag) => tag.Key)).toEqual(['Team', 'team']);
    await s.iam.untagSAMLProvider({ SAMLProviderArn, TagKeys: ['Team'] });
    expect((await s.iam.getSAMLProvider({ SAMLProviderArn })).Tags).toEqual([{ Key: 'team', Value: 'b' }]);
  });

  it('are found by their own ARN alone', async () => {
    const absent = samlArn('corp');
    for (const call of [
      () => s.iam.getSAMLProvider({ SAMLProviderArn: absent }),
      () => s.iam.updateSAMLProvider({ SAMLProviderArn: absent }),
      () => s.iam.deleteSAMLProvider({ SAMLProviderArn: absent }),
      () => s.iam.tagSAMLProvider({ SAMLProviderArn: absent, Tags: [{ Key: 'a', Value: '' }] }),
      () => s.iam.untagSAMLProvider({ SAMLProviderArn: absent, TagKeys: ['a'] }),
      () => s.iam.listSAMLProviderTags({ SAMLProviderArn: absent }),
    ])
      await noManifest(call(), absent);
    await validationError(s.iam.getSAMLProvider({ SAMLProviderArn: 'x'.repeat(20) }), 'Invalid ARN:  Could not be parsed!');
    const role = `arn:aws:iam::${s.account.id}:role/x`;
    await invalidInput(s.iam.getSAMLProvider({ SAMLProviderArn: role }), `ARN ${role} is not valid.`);
  });

  it('R08: are another account’s to keep, and need permission each', async () => {
    const other = await s.server.account();
    await refused(
      s.as(other.root).getSAMLProvider({ SAMLProviderArn: samlArn('Corp') }),
      'AccessDenied',
      403,
      `User: arn:aws:iam::${other.id}:root is not authorized to perform: iam:GetSAMLProvider on resource: ${samlArn('Corp')} because no resource-based policy allows the iam:GetSAMLProvider action`,
    );
    const iam = s.as(
      await s.account.user('Updater', {
        inline: { p: policy({ Effect: 'Allow', Action: 'iam:UpdateSAMLProvider', Resource: samlArn('Other') }) },
      }),
    );
    await noPolicyAllows(
      iam.updateSAMLProvider({ SAMLProviderArn: samlArn('Corp') }),
      `arn:aws:iam::${s.account.id}:user/Updater`,
      'iam:UpdateSAMLProvider',
      samlArn('Corp'),
    );
  });

  it('E22: have one ARN each, which a policy names', async () => {
    const Action = 'iam:*Provider';
    const guarded = policy(
      { Effect: 'Allow', Action, Resource: '*' },
      { Effect: 'Deny', Action, Resource: ['saml', 'oidc'].map((kind) => `arn:aws:iam::*:${kind}-provider/*`) },
    );
    const iam = s.as(await s.account.user('Speller', { inline: { guarded } }));
    const spellings = (arn: string) => [arn.replace('arn:aws:', 'arn:aws-cn:'), arn.replace('iam::', 'iam:us-east-1:')];
    for (const SAMLProviderArn of spellings(samlArn('Corp'))) {
      await invalidInput(iam.getSAMLProvider({ SAMLProviderArn }), `ARN ${SAMLProviderArn} is not valid.`);
      await invalidInput(
        iam.updateSAMLProvider({ SAMLProviderArn, SAMLMetadataDocument: metadata() }),
        `ARN ${SAMLProviderArn} is not valid.`,
      );
    }
    const Url = 'https://spelled.example.com';
    const { OpenIDConnectProviderArn: arn = '' } = await s.iam.createOpenIDConnectProvider({ Url, ThumbprintList: ['a'.repeat(40)] });
    for (const OpenIDConnectProviderArn of spellings(arn)) {
      await invalidInput(iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn }), `ARN ${OpenIDConnectProviderArn} is not valid.`);
      await invalidInput(iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn }), `ARN ${OpenIDConnectProviderArn} is not valid.`);
    }
    await s.iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: arn });
  });

  it('count, are limited, and leave roles alone when they go', async () => {
    await s.iam.createSAMLProvider({ Name: 'Three', SAMLMetadataDocument: metadata() });
    await s.iam.createSAMLProvider({ Name: 'Four', SAMLMetadataDocument: metadata() });
    await limitExceeded(
      s.iam.createSAMLProvider({ Name: 'Five', SAMLMetadataDocument: metadata() }),
      'Cannot exceed quota for SAMLProvidersPerAccount: 4',
    );
    expect((await s.iam.getAccountSummary({})).SummaryMap).toMatchObject({ Providers: 4 });
    await s.iam.createRole({
      RoleName: 'Trusting',
      AssumeRolePolicyDocument: trust({ Federated: samlArn('Corp') }, 'sts:AssumeRoleWithSAML'),
    });
    await s.iam.deleteSAMLProvider({ SAMLProviderArn: samlArn('Corp') });
    await noManifest(s.iam.deleteSAMLProvider({ SAMLProviderArn: samlArn('Corp') }), samlArn('Corp'));
    await s.iam.getRole({ RoleName: 'Trusting' });
  });
});

const oidcArn = (url: string) => `arn:aws:iam::${s.account.id}:oidc-provider/${url}`;
const THUMBPRINT = 'A'.repeat(40);
const createOidc = (Url: string, more: object = {}) => s.iam.createOpenIDConnectProvider({ Url, ThumbprintList: [THUMBPRINT], ...more });

describe('OIDC providers', () => {
  it('are made and shown without scheme and standard port', async () => {
    const Tags = [{ Key: 'b', Value: '1' }];
    const made = await createOidc('https://idp.example.com:443/Path', { ClientIDList: ['b', 'a', 'b'], Tags });
    expect(made).toMatchObject({ OpenIDConnectProviderArn: oidcArn('idp.example.com/Path'), Tags });
    const { $metadata, ...shown } = await s.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: oidcArn('idp.example.com/Path') });
    expect(shown).toEqual({
      Url: 'idp.example.com/Path',
      ClientIDList: ['b', 'a'],
      ThumbprintList: [THUMBPRINT.toLowerCase()],
      CreateDate: expect.any(Date),
      Tags,
    });
    await alreadyExists(createOidc('https://idp.example.com/Path'), 'Provider with url https://idp.example.com/Path already exists.');
    for (const url of [
      'https://idp.example.com/path',
      'https://idp.example.com/Path/',
      'https://idp.example.com',
      'https://idp.example.com:8443',
    ])
      await createOidc(url);
    const list = (await s.iam.listOpenIDConnectProviders({})).OpenIDConnectProviderList;
    expect(list).toHaveLength(5);
    expect(list).toContainEqual({ Arn: oidcArn('idp.example.com:8443') });
  });

  it.each([
    ['http://idp.example.com'],
    ['idp.example.com'],
    ['https://'],
    ['https://user@idp.example.com'],
    ['https://idp.example.com/*'],
    ['https://idp .example.com'],
    ['https://-idp'],
  ])('O06: are not %s', (url) => validationError(createOidc(url), 'Invalid Open ID Connect Provider URL'));

  it.each(['https://idp.example.com?a=b', 'https://idp.example.com/#x'])('are not %s', (url) => invalidInput(createOidc(url), 'Unknown'));

  it('have client ids', async () => {
    const OpenIDConnectProviderArn = oidcArn('idp.example.com');
    const change = (what: 'add' | 'remove', ClientID: string) =>
      what === 'add'
        ? s.iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID })
        : s.iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });
    for (const id of ['b', 'a', 'b', 'c']) await change('add', id);
    await limitExceeded(change('add', 'd'), 'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 3');
    for (const id of ['a', 'absent']) await change('remove', id);
    expect((await s.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn })).ClientIDList).toEqual(['b', 'c']);
    await limitExceeded(
      createOidc('https://many.example.com', { ClientIDList: ['1', '2', '3', '4'] }),
      'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 3',
    );
  });

  it('have thumbprints, five at most', async () => {
    const OpenIDConnectProviderArn = oidcArn('idp.example.com');
    const update = (count: number) =>
      s.iam.updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn, ThumbprintList: Array(count).fill('Z'.repeat(40)) });
    await update(5);
    expect((await s.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn })).ThumbprintList).toEqual(Array(5).fill('z'.repeat(40)));
    await invalidInput(update(6), 'Thumbprint list must contain fewer than 5 entries.');
    await invalidInput(update(0), 'Thumbprint list must contain at least one entry.');
    await invalidInput(
      createOidc('https://six.example.com', { ThumbprintList: Array(6).fill(THUMBPRINT) }),
      'Thumbprint list must contain fewer than 5 entries.',
    );
  });

  it('O05: fetch thumbprints only where the installation lets them', async () => {
    await refused(
      createOidc('https://fetched.example.com', { ThumbprintList: undefined }),
      'OpenIdIdpCommunicationErrorException',
      400,
      'The identity provider https://fetched.example.com could not be reached.',
    );
    const asked: string[] = [];
    const { federation } = s.server.installation;
    const thumbprint = async (url: string) => {
      asked.push(url);
      return 'B'.repeat(40);
    };
    Object.assign(s.server.installation, { federation: { ...federation, outbound: { ...nothingOutbound, thumbprint } } });
    await createOidc('https://fetched.example.com/x', { ThumbprintList: [] });
    Object.assign(s.server.installation, { federation });
    expect(asked).toEqual(['https://fetched.example.com/x']);
    const OpenIDConnectProviderArn = oidcArn('fetched.example.com/x');
    expect((await s.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn })).ThumbprintList).toEqual(['b'.repeat(40)]);
  });

  it('are tagged; tags come in byte order', async () => {
    const OpenIDConnectProviderArn = oidcArn('idp.example.com/Path');
    await s.iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags: ['a', 'B'].map((Key) => ({ Key, Value: '' })) });
    const { items } = await pages(
      (Marker) => s.iam.listOpenIDConnectProviderTags({ OpenIDConnectProviderArn, MaxItems: 1, Marker }),
      (page) => page.Tags,
    );
    expect(items.map((tag) => tag.Key)).toEqual(['B', 'a', 'b']);
    await s.iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys: ['a', 'B'] });
    expect((await s.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn })).Tags).toEqual([{ Key: 'b', Value: '1' }]);
  });

  it('are deleted once, and not found afterwards', async () => {
    const arn = oidcArn('idp.example.com');
    await s.iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: arn });
    await noSuchEntity(
      s.iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: arn }),
      `OpenId connect Provider ${arn} cannot be found.`,
    );
    for (const call of [
      () => s.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn }),
      () => s.iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, ClientID: 'a' }),
      () => s.iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, ClientID: 'a' }),
      () => s.iam.updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn: arn, ThumbprintList: [THUMBPRINT] }),
      () => s.iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, Tags: [{ Key: 'a', Value: '' }] }),
      () => s.iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, TagKeys: ['a'] }),
      () => s.iam.listOpenIDConnectProviderTags({ OpenIDConnectProviderArn: arn }),
    ])
      await noSuchEntity(call(), `OpenIDConnect Provider not found for arn ${arn}`);
    await validationError(
      s.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: 'x'.repeat(20) }),
      'Invalid ARN:  Could not be parsed!',
    );
  });

  it('are limited', async () => {
    const { OpenIDConnectProviderList = [] } = await s.iam.listOpenIDConnectProviders({});
    for (let i = OpenIDConnectProviderList.length; i < 12; i++) await createOidc(`https://n${i}.example.com`);
    await limitExceeded(createOidc('https://last.example.com'), 'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 12');
  });

  it('R08: are made with permission for that very provider, and to tag', async () => {
    const inline = { p: policy({ Effect: 'Allow', Action: 'iam:CreateOpenIDConnectProvider', Resource: oidcArn('good.example.com') }) };
    const iam = s.as(await s.account.user('Federator', { inline }));
    const me = `arn:aws:iam::${s.account.id}:user/Federator`;
    await noPolicyAllows(
      iam.createOpenIDConnectProvider({ Url: 'https://bad.example.com', ThumbprintList: [THUMBPRINT] }),
      me,
      'iam:CreateOpenIDConnectProvider',
      oidcArn('bad.example.com'),
    );
    await noPolicyAllows(
      iam.createOpenIDConnectProvider({ Url: 'https://good.example.com', Tags: [{ Key: 'a', Value: 'b' }] }),
      me,
      'iam:TagOpenIDConnectProvider',
      oidcArn('good.example.com'),
    );
  });
});
