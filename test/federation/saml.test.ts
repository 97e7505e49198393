import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { policy, whileSuspended } from '../harness.ts';
import { certificate } from '../services/iam/certificate-maker.ts';
import { refused, validationError } from '../services/iam/stage.ts';
import { credentialsOf, secondsOf } from '../services/sts/stage.ts';
import { ATTRIBUTES, encryptAssertion, instant, metadataOf, samlIdp, signXml } from './saml-idp.ts';
import { samlStage } from './saml-stage.ts';
import { invalidToken, notAuthorized as notAuthorizedTo } from './stage.ts';

const s = samlStage();
const notAuthorized = (call: Promise<unknown>, action = 'sts:AssumeRoleWithSAML') => notAuthorizedTo(call, action);
const DSIG_MORE = 'http://www.w3.org/2001/04/xmldsig-more#';

describe('AssumeRoleWithSAML', () => {
  it('gives a session of the role, and says of whom', async () => {
    const roleArn = await s.role({ name: 'by-saml' });
    const answer = await s.assume(roleArn, s.sign(roleArn));
    const qualifier = createHash('sha1').update(`${s.idp.entityId}${s.account.id}/Example`).digest('base64');
    expect(answer).toMatchObject({
      Subject: 'alice@example.com',
      SubjectType: 'persistent',
      Issuer: s.idp.entityId,
      Audience: 'https://signin.aws.amazon.com/saml',
      NameQualifier: qualifier,
      AssumedRoleUser: { Arn: `arn:aws:sts::${s.account.id}:assumed-role/by-saml/alice` },
    });
    const who = await s.sts(credentialsOf(answer)).getCallerIdentity({});
    expect(who.Arn).toBe(`arn:aws:sts::${s.account.id}:assumed-role/by-saml/alice`);
  });

  it('lets nobody into an account that is suspended', async () => {
    const roleArn = await s.role();
    await whileSuspended(s.server, s.account.id, () => notAuthorized(s.assume(roleArn, s.sign(roleArn))));
    await s.assume(roleArn, s.sign(roleArn));
  });

  it.each(['rsa-sha256', 'rsa-sha512'])('takes %s', async (name) => {
    const roleArn = await s.role();
    await s.assume(roleArn, s.sign(roleArn, {}, { algorithm: DSIG_MORE + name }));
  });

  it('takes a signed response beside the signed assertion, and a digest of SHA-512', async () => {
    const roleArn = await s.role();
    await s.assume(roleArn, signXml(s.idp, s.sign(roleArn), { what: 'Response' }));
    await s.assume(roleArn, s.sign(roleArn, {}, { digest: 'http://www.w3.org/2001/04/xmlenc#sha512' }));
  });

  it('takes what is indented, broken and escaped as it was signed', async () => {
    const roleArn = await s.role({ condition: { StringEquals: { 'saml:name': 'Ælfric & "Söhne" <x>\t;' } } });
    const attributes = { 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': ['Ælfric & "Söhne" <x>\t;'] };
    const xml = s
      .say(roleArn, { attributes })
      .replace(/></g, '>\r\n  <')
      .replace(/<saml:AttributeValue/g, '\n<saml:AttributeValue');
    const signed = signXml(s.idp, xml.replace(/\r\n/g, '\n'));
    await s.assume(roleArn, signed);
    const again = signXml(s.idp, s.say(roleArn, { attributes }).replace(/></g, '>\n<'));
    await s.assume(roleArn, again.replace(/\n/g, '\r\n'));
  });

  it('lasts as asked, within what the role and the identity provider allow', async () => {
    const roleArn = await s.role({ maxSeconds: 7200 });
    s.server.clock.freeze(Date.now());
    const lasts = async (attributes: object, DurationSeconds?: number, more = {}) =>
      secondsOf(
        s,
        await s.assume(roleArn, s.sign(roleArn, { ...more, attributes: attributes as never }), DurationSeconds ? { DurationSeconds } : {}),
      );
    const duration = (seconds: string) => ({ [`${ATTRIBUTES}SessionDuration`]: [seconds] });
    expect(await lasts({})).toBe(3600);
    expect(await lasts({}, 7200)).toBe(7200);
    expect(await lasts(duration('1800'), 7200)).toBe(1800);
    expect(await lasts(duration('43200'))).toBe(3600);
    expect(await lasts({}, 3600, { sessionNotOnOrAfter: instant(s.server.clock.now() + 120_000) })).toBe(120);
    s.server.clock.reset();
    await validationError(
      s.assume(roleArn, s.sign(roleArn), { DurationSeconds: 7201 }),
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  });

  it('lets in only whom the trust policy names', async () => {
    for (const settings of [
      { condition: { StringEquals: { 'saml:sub': 'bob@example.com' } } },
      { federated: `arn:aws:iam::${s.account.id}:saml-provider/Other` },
      { actions: ['sts:AssumeRoleWithWebIdentity'] },
    ]) {
      const roleArn = await s.role(settings);
      await notAuthorized(s.assume(roleArn, s.sign(roleArn)));
    }
    const absent = `arn:aws:iam::${s.account.id}:role/absent`;
    await notAuthorized(s.assume(absent, s.sign(absent)));
    const trusts = policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRoleWithSAML' });
    const { Role } = await s.iam.createRole({ RoleName: 'open-to-all', AssumeRolePolicyDocument: JSON.stringify(trusts) });
    await notAuthorized(s.assume(Role?.Arn ?? '', s.sign(Role?.Arn ?? '')));
  });

  it('takes the two ARNs of a role in either order, and one role of several', async () => {
    const [first, second] = [await s.role(), await s.role()];
    const attributes = { [`${ATTRIBUTES}Role`]: [`${s.providerArn},${first}`, ` ${second} , ${s.providerArn} `] };
    const xml = s.sign(first, { attributes });
    await s.assume(first, xml);
    await s.assume(second, xml);
  });

  it('takes responses of certificates that have expired, as long as the metadata has them', async () => {
    const idp = samlIdp();
    const roleArn = await s.role();
    const old = certificate(idp.own, idp.own, Date.now() - 86_400_000);
    const SAMLProviderArn = s.providerArn;
    await s.iam.updateSAMLProvider({ SAMLProviderArn, SAMLMetadataDocument: metadataOf(idp, s.idp.certificate, old) });
    await s.assume(roleArn, s.sign(roleArn));
    const byOld = () => signXml(idp, s.say(roleArn), { publicCert: old });
    await s.assume(roleArn, byOld());
    await s.iam.updateSAMLProvider({ SAMLProviderArn, SAMLMetadataDocument: metadataOf(idp, s.idp.certificate) });
    await invalidToken(s.assume(roleArn, byOld()), 'Response signature invalid');
  });
});

describe('the keys of the request and of the session', () => {
  it('are the ones of SAML, and the attributes that AWS maps', async () => {
    const attributes = {
      'urn:oid:1.3.6.1.4.1.5923.1.1.1.1': ['staff', 'member'],
      'urn:oid:2.5.4.3': ['Alice'],
      'urn:oid:0.9.2342.19200300100.1.3': ['alice@example.com'],
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname': ['Alice'],
      'urn:oid:2.5.4.4': ['one', 'two'],
      department: ['x'],
    };
    const condition = {
      StringEquals: {
        'saml:aud': 'https://signin.aws.amazon.com/saml',
        'saml:iss': s.idp.entityId,
        'saml:sub': 'alice@example.com',
        'saml:sub_type': 'persistent',
        'saml:doc': `${s.account.id}/Example`,
        'saml:commonName': 'Alice',
        'saml:mail': 'alice@example.com',
        'saml:givenName': 'Alice',
        'sts:RoleSessionName': 'alice',
        'aws:PrincipalType': 'User',
        'aws:userid': s.providerArn,
      },
      'ForAllValues:StringEquals': { 'saml:edupersonaffiliation': ['staff', 'member'], 'saml:cn': ['Alice'] },
      Null: {
        'saml:namequalifier': 'false',
        'saml:surname': 'true',
        'saml:department': 'true',
        'aws:PrincipalArn': 'true',
        'aws:FederatedProvider': 'true',
      },
    };
    const roleArn = await s.role({ condition });
    await s.assume(roleArn, s.sign(roleArn, { attributes }));
    await notAuthorized(s.assume(roleArn, s.sign(roleArn, { attributes: { ...attributes, 'urn:oid:2.5.4.3': ['Bob'] } })));
  });

  it('live on: saml:sub, saml:sub_type, saml:namequalifier, and no others', async () => {
    const Condition = {
      StringEquals: { 'saml:sub': 'alice@example.com', 'saml:sub_type': 'persistent' },
      Null: { 'saml:namequalifier': 'false', 'saml:aud': 'true', 'saml:iss': 'true', 'saml:doc': 'true', 'aws:FederatedProvider': 'true' },
    };
    const roleArn = await s.role({ may: { Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*', Condition } });
    await s.as(credentialsOf(await s.assume(roleArn, s.sign(roleArn)))).listRoles({});
    await refused(
      s.as(credentialsOf(await s.assume(roleArn, s.sign(roleArn, { nameId: 'bob@example.com' })))).listRoles({}),
      'AccessDenied',
      403,
      /not authorized to perform: iam:ListRoles/,
    );
  });

  it('tags and source identity come from attributes, where the trust policy lets them', async () => {
    const attributes = {
      [`${ATTRIBUTES}PrincipalTag:Team`]: ['blue'],
      [`${ATTRIBUTES}PrincipalTag:Cost Center`]: ['7'],
      [`${ATTRIBUTES}TransitiveTagKeys`]: ['Team'],
      [`${ATTRIBUTES}SourceIdentity`]: ['Alice'],
    };
    const [one, two] = [await s.role(), await s.role({ actions: ['sts:AssumeRoleWithSAML', 'sts:TagSession'] })];
    await notAuthorized(s.assume(one, s.sign(one, { attributes })), 'sts:TagSession');
    await notAuthorized(s.assume(two, s.sign(two, { attributes })), 'sts:SetSourceIdentity');
    const roleArn = await s.role({
      actions: ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity'],
      condition: { StringEquals: { 'aws:RequestTag/team': 'blue', 'sts:SourceIdentity': 'Alice' } },
      may: {
        Effect: 'Allow',
        Action: 'iam:ListRoles',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalTag/Cost Center': '7' } },
      },
    });
    const answer = await s.assume(roleArn, s.sign(roleArn, { attributes }));
    expect(answer).toMatchObject({ SourceIdentity: 'Alice' });
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    await s.as(credentialsOf(answer)).listRoles({});
  });
});

describe('what is missing or unfit in an assertion', () => {
  it.each<[what: string, more: object, message: string]>([
    [
      'no name for the session',
      { attributes: { [`${ATTRIBUTES}RoleSessionName`]: undefined } },
      'RoleSessionName is required in AuthnResponse',
    ],
    [
      'a bad one',
      { attributes: { [`${ATTRIBUTES}RoleSessionName`]: ['a b'] } },
      'RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}',
    ],
    ['two', { attributes: { [`${ATTRIBUTES}RoleSessionName`]: ['alice', 'bob'] } }, 'RoleSessionName in AuthnResponse must have one value'],
    ['no format of the name', { format: null }, 'NameID format is required in AuthnResponse'],
    ['no recipient', { recipient: null }, 'Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter'],
    ['no end', { notOnOrAfter: null }, 'Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter'],
    [
      'a duration that is none',
      { attributes: { [`${ATTRIBUTES}SessionDuration`]: ['1e4'] } },
      'SessionDuration in AuthnResponse must be a number of seconds from 900 to 43200',
    ],
    [
      'a short duration',
      { attributes: { [`${ATTRIBUTES}SessionDuration`]: ['899'] } },
      'SessionDuration in AuthnResponse must be a number of seconds from 900 to 43200',
    ],
    [
      'a source identity that is none',
      { attributes: { [`${ATTRIBUTES}SourceIdentity`]: ['a b'] } },
      'The source identity that the identity provider gives is not valid.',
    ],
    [
      'a tag that is none',
      { attributes: { [`${ATTRIBUTES}PrincipalTag:a`]: ['<'] } },
      'A session tag that the identity provider gives is not valid.',
    ],
    [
      'another role',
      { attributes: { [`${ATTRIBUTES}Role`]: ['arn:aws:iam::1:role/x,arn:aws:iam::1:saml-provider/y'] } },
      "SAML Assertion doesn't contain the requested Role and Metadata in the attributes",
    ],
    [
      'no role',
      { attributes: { [`${ATTRIBUTES}Role`]: undefined } },
      "SAML Assertion doesn't contain the requested Role and Metadata in the attributes",
    ],
  ])('%s', async (_what, more, message) => {
    const roleArn = await s.role();
    await invalidToken(s.assume(roleArn, s.sign(roleArn, more)), message);
  });
});

describe('encrypted assertions', () => {
  it.each(['aes128-cbc', 'aes256-cbc', 'aes128-gcm', 'aes256-gcm'] as const)('%s', async (cipher) => {
    const roleArn = await s.role();
    await s.assume(roleArn, encryptAssertion(s.sign(roleArn), s.recipient, { cipher }));
  });

  it('RSA-OAEP with SHA-256', async () => {
    const roleArn = await s.role();
    await s.assume(roleArn, encryptAssertion(s.sign(roleArn), s.recipient, { wrap: 'rsa-oaep' }));
  });

  it('are required where the provider says so', async () => {
    const roleArn = await s.role();
    await s.iam.updateSAMLProvider({ SAMLProviderArn: s.providerArn, AssertionEncryptionMode: 'Required' });
    await invalidToken(s.assume(roleArn, s.sign(roleArn)), 'The identity provider requires encrypted assertions.');
    await s.assume(roleArn, encryptAssertion(s.sign(roleArn), s.recipient));
    await s.iam.updateSAMLProvider({ SAMLProviderArn: s.providerArn, AssertionEncryptionMode: 'Allowed' });
    await s.assume(roleArn, s.sign(roleArn));
  });
});
