import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SignedXml } from 'xml-crypto';
import { privateKeyOf } from '../services/iam/certificate-maker.ts';
import { refused, validationError } from '../services/iam/stage.ts';
import {
  ATTRIBUTES,
  assertionOf,
  attribute,
  DSIG,
  encodeXml,
  encryptAssertion,
  instant,
  metadataOf,
  PROTOCOL,
  responseOf,
  SAML,
  samlIdp,
  signXml,
} from './saml-idp.ts';
import { samlStage } from './saml-stage.ts';
import { invalidToken, notAuthorized } from './stage.ts';

/*
 * A table of attacks on AssumeRoleWithSAML, each with its answer. The ids are those of docs/threats.md.
 */

const s = samlStage();
const evil = samlIdp();
const target = (): string => `arn:aws:iam::${s.account.id}:role/target`;
const FORM = 'Invalid SAMLResponse';
const SIGNATURE = 'Response signature invalid';

const ASSERTION = /<saml:Assertion[\s\S]*<\/saml:Assertion>/;
const SIGNED_INFO = /<ds:Signature [\s\S]*<\/ds:Signature>/;
const assertionIn = (xml: string): string => ASSERTION.exec(xml)?.[0] ?? '';
const signatureIn = (xml: string): string => SIGNED_INFO.exec(xml)?.[0] ?? '';
const good = (): string => s.sign(target());
/** What the attacker would like to be: the same assertion, for somebody else, unsigned. */
const forged = (xml = good(), id = '_forged'): string =>
  assertionIn(xml)
    .replace(SIGNED_INFO, '')
    .replace(/ID="[^"]+"/, `ID="${id}"`)
    .replace('alice@example.com', 'admin@example.com');
const inside = (xml: string, what: string): string => xml.replace(ASSERTION, () => what);
/** Signs any element by its path, as an identity provider never would. */
function signWith(xml: string, reference: object, more: object = {}): string {
  const signer = new SignedXml({
    privateKey: privateKeyOf(s.idp.own),
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
    ...more,
  });
  signer.addReference({
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [`${DSIG}enveloped-signature`, 'http://www.w3.org/2001/10/xml-exc-c14n#'],
    ...reference,
  } as never);
  signer.computeSignature(xml, {
    location: { reference: "//*[local-name(.)='Assertion']/*[local-name(.)='Issuer']", action: 'after' },
    prefix: 'ds',
  });
  return signer.getSignedXml();
}
const byXpath = { xpath: "//*[local-name(.)='Assertion']" };

type Attack = readonly [id: string, attack: string, message: string, make: () => string];

const ATTACKS: readonly Attack[] = [
  [
    'X01',
    'XSW1: the signed response beside a forged one, inside its signature',
    FORM,
    () => {
      const xml = signXml(s.idp, s.sign(target()), { what: 'Response' });
      return inside(xml, forged(xml)).replace(
        '</ds:Signature>',
        `<ds:Object>${xml.replace(/<\?xml.*?\?>/, '')}</ds:Object></ds:Signature>`,
      );
    },
  ],
  [
    'X01',
    'XSW2: the signature of the response detached',
    FORM,
    () => {
      const xml = signXml(s.idp, s.sign(target()), { what: 'Response' });
      return inside(xml, forged(xml)).replace('<samlp:Status>', `${xml}<samlp:Status>`);
    },
  ],
  [
    'X01',
    'a signed response whose assertion was exchanged',
    SIGNATURE,
    () => {
      const xml = signXml(s.idp, s.say(target()), { what: 'Response' });
      return xml.replace('alice@example.com', 'admin@example.com');
    },
  ],
  ['X01', 'a signed response with an unsigned assertion', SIGNATURE, () => signXml(s.idp, s.say(target()), { what: 'Response' })],
  [
    'X02',
    'XSW3: a forged assertion before the signed one',
    FORM,
    () => {
      const xml = good();
      return inside(xml, forged(xml) + assertionIn(xml));
    },
  ],
  [
    'X02',
    'XSW4: the signed assertion inside the forged one',
    FORM,
    () => {
      const xml = good();
      return inside(xml, forged(xml).replace('</saml:Assertion>', `${assertionIn(xml)}</saml:Assertion>`));
    },
  ],
  [
    'X02',
    'XSW5: the signature in the forged assertion, the signed one at the end',
    FORM,
    () => {
      const xml = good();
      return inside(
        xml,
        forged(xml).replace('</saml:Issuer>', `</saml:Issuer>${signatureIn(xml)}`) + assertionIn(xml).replace(SIGNED_INFO, ''),
      );
    },
  ],
  [
    'X02',
    'XSW6: the signed assertion inside the signature of the forged one',
    FORM,
    () => {
      const xml = good();
      const signature = signatureIn(xml).replace(
        '</ds:Signature>',
        `<ds:Object>${assertionIn(xml).replace(SIGNED_INFO, '')}</ds:Object></ds:Signature>`,
      );
      return inside(xml, forged(xml).replace('</saml:Issuer>', `</saml:Issuer>${signature}`));
    },
  ],
  [
    'X02',
    'XSW7: the signed assertion in Extensions',
    FORM,
    () => {
      const xml = good();
      return inside(xml, `<samlp:Extensions>${assertionIn(xml)}</samlp:Extensions>${forged(xml)}`);
    },
  ],
  [
    'X02',
    'XSW8: the signed assertion in an Object of the forged one',
    FORM,
    () => {
      const xml = good();
      return inside(
        xml,
        forged(xml).replace('</saml:Issuer>', `</saml:Issuer><ds:Object xmlns:ds="${DSIG}">${assertionIn(xml)}</ds:Object>`),
      );
    },
  ],
  [
    'X02',
    'only the signed assertion, in Extensions',
    FORM,
    () => inside(good(), `<samlp:Extensions>${assertionIn(good())}</samlp:Extensions>`),
  ],
  [
    'X02',
    'the same id on a forged assertion under another name',
    FORM,
    () => {
      const xml = good();
      const [, id = ''] = / ID="(_assertion[^"]+)"/.exec(xml) ?? [];
      return xml.replace('<samlp:Status>', `<samlp:Extensions><x Id="${id}"/></samlp:Extensions><samlp:Status>`);
    },
  ],
  ['X03', 'a name changed after signing', SIGNATURE, () => good().replace('alice@example.com', 'admin@example.com')],
  [
    'X03',
    'a role added after signing',
    SIGNATURE,
    () => good().replace('</saml:AttributeStatement>', `${attribute(`${ATTRIBUTES}SourceIdentity`, ['x'])}</saml:AttributeStatement>`),
  ],
  ['X03', 'no signature', SIGNATURE, () => s.say(target())],
  ['X03', 'the signature taken out', SIGNATURE, () => good().replace(SIGNED_INFO, '')],
  ['X03', 'an empty signature', SIGNATURE, () => good().replace(SIGNED_INFO, `<ds:Signature xmlns:ds="${DSIG}"/>`)],

  ['X04', 'two SignedInfo', SIGNATURE, () => good().replace(/<ds:SignedInfo>[\s\S]*<\/ds:SignedInfo>/, (info) => info + info)],
  ['X04', 'two signatures', SIGNATURE, () => good().replace(SIGNED_INFO, (signature) => signature + signature)],
  ['X04', 'a comment in the digest', FORM, () => good().replace('<ds:DigestValue>', '<ds:DigestValue><!-- x -->')],
  ['X04', 'two references', SIGNATURE, () => good().replace(/<ds:Reference[\s\S]*<\/ds:Reference>/, (reference) => reference + reference)],
  ['X04', 'a reference to everything', SIGNATURE, () => signWith(s.say(target()), { ...byXpath, isEmptyUri: true, uri: '' })],
  [
    'X04',
    'a reference to elsewhere',
    SIGNATURE,
    () => good().replace(/<ds:Reference URI="[^"]*"/, '<ds:Reference URI="http://evil.example.com/"'),
  ],
  [
    'X04',
    'a reference by XPointer',
    SIGNATURE,
    () => good().replace(/<ds:Reference URI="#([^"]*)"/, `<ds:Reference URI="#xpointer(id('$1'))"`),
  ],
  ['X04', 'a reference to another element', SIGNATURE, () => signWith(s.say(target()), { xpath: "//*[local-name(.)='Status']" })],
  ['X04', 'an assertion without id', SIGNATURE, () => good().replace(/ ID="_assertion[^"]+"/, '')],
  ['X04', 'an object in the signature', SIGNATURE, () => good().replace('</ds:Signature>', '<ds:Object/></ds:Signature>')],
  ['X04', 'a digest cut short', SIGNATURE, () => good().replace(/<ds:DigestValue>.{8}/, '<ds:DigestValue>')],
  ['X04', 'the digest of nothing', SIGNATURE, () => good().replace(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>')],

  ['X05', 'two roots', FORM, () => good() + good()],
  ['X05', 'text after the root', FORM, () => `${good()}x`],
  ['X05', 'another namespace under the same prefix', FORM, () => good().replace(`xmlns:saml="${SAML}" ID=`, 'xmlns:saml="urn:evil" ID=')],
  ['X05', 'a name of another namespace', FORM, () => good().replaceAll('saml:Assertion', 'samlp:Assertion')],
  ['X05', 'a prefix that nobody has declared', FORM, () => good().replace('<samlp:Status>', '<evil:x/><samlp:Status>')],
  [
    'X05',
    'an attribute twice, by two prefixes',
    FORM,
    () => good().replace('<samlp:Status>', '<samlp:Status xmlns:a="u" xmlns:b="u" a:x="1" b:x="2">'),
  ],
  ['X05', 'a root of SAML 1.1', FORM, () => good().replaceAll(PROTOCOL, 'urn:oasis:names:tc:SAML:1.0:protocol')],
  ['X05', 'no response', FORM, () => assertionIn(good())],
  ['X05', 'not closed', FORM, () => good().slice(0, -12)],
  ['X05', 'a character that XML does not have', FORM, () => good().replace('alice@example.com', 'alice\u0000@example.com')],
  ['X05', 'a reference to one', FORM, () => good().replace('alice@example.com', 'alice&#0;@example.com')],
  ['X05', 'a name that ends in a new line', SIGNATURE, () => good().replace('alice@example.com', 'alice@example.com&#10;')],

  ['X06', 'a comment in the name', FORM, () => good().replace('alice@example.com', 'alice@example.com<!---->.evil.com')],
  ['X06', 'a comment in the name, signed', FORM, () => s.sign(target(), { nameId: 'alice@example.com<!---->.evil.com' })],
  ['X06', 'a processing instruction in the name', FORM, () => good().replace('alice@example.com', 'alice@example.com<?x y?>.evil.com')],
  ['X06', 'CDATA in the name', FORM, () => good().replace('alice@example.com', '<![CDATA[alice@example.com]]>')],
  ['X06', 'an element in the name, signed', FORM, () => s.sign(target(), { nameId: 'alice<x/>@example.com' })],
  [
    'X06',
    'an element in a role, signed',
    FORM,
    () =>
      s.sign(target(), {
        statement: `<saml:AttributeStatement><saml:Attribute Name="${ATTRIBUTES}Role"><saml:AttributeValue>${target()}<x/>,${s.providerArn}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`,
      }),
  ],
  ['X06', 'a comment in a role', FORM, () => good().replace('role/target', 'role/tar<!-- -->get')],

  ['X07', 'a DOCTYPE', FORM, () => `<!DOCTYPE x>${good()}`],
  [
    'X07',
    'an external entity',
    FORM,
    () => `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${good().replace('alice@example.com', '&e;')}`,
  ],
  [
    'X07',
    'a billion laughs',
    FORM,
    () =>
      `<!DOCTYPE x [<!ENTITY a "${'x'.repeat(100)}"><!ENTITY b "${'&a;'.repeat(100)}"><!ENTITY c "${'&b;'.repeat(100)}">]>${good().replace('alice', '&c;')}`,
  ],
  ['X07', 'an entity that nobody has declared', FORM, () => good().replace('alice', '&nbsp;')],
  [
    'X07',
    'nesting a thousand deep',
    FORM,
    () => good().replace('<samlp:Status>', `${'<x>'.repeat(1000)}${'</x>'.repeat(1000)}<samlp:Status>`),
  ],
  [
    'X07',
    'ten thousand attributes',
    FORM,
    () => good().replace('<samlp:Status>', `<samlp:Status ${Array.from({ length: 5000 }, (_, i) => `a${i}=""`).join(' ')}>`),
  ],
  [
    'X07',
    'an XSLT transform',
    SIGNATURE,
    () =>
      good().replace(
        'http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>',
        'http://www.w3.org/TR/1999/REC-xslt-19991116"/></ds:Transforms>',
      ),
  ],
  [
    'X07',
    'an XPath transform',
    SIGNATURE,
    () =>
      good().replace(
        '</ds:Transforms>',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>self::text()</ds:XPath></ds:Transform></ds:Transforms>',
      ),
  ],
  [
    'X07',
    'inclusive canonicalization',
    SIGNATURE,
    () => s.sign(target(), {}, { transforms: [`${DSIG}enveloped-signature`, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'] }),
  ],
  [
    'X07',
    'canonicalization with comments',
    SIGNATURE,
    () => s.sign(target(), {}, { transforms: [`${DSIG}enveloped-signature`, 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments'] }),
  ],
  [
    'X07',
    'the transforms the other way round',
    SIGNATURE,
    () => s.sign(target(), {}, { transforms: ['http://www.w3.org/2001/10/xml-exc-c14n#', `${DSIG}enveloped-signature`] }),
  ],

  [
    'X08',
    'HMAC with the certificate as key',
    SIGNATURE,
    () => {
      const xml = good().replace('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', `${DSIG}hmac-sha1`);
      const mac = createHmac('sha1', s.idp.certificate).update('x').digest('base64');
      return xml.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${mac}`);
    },
  ],
  ['X08', 'a key of the attacker, with its certificate', SIGNATURE, () => signXml({ ...evil, entityId: s.idp.entityId }, s.say(target()))],
  [
    'X08',
    "a key of the attacker, with the provider's certificate",
    SIGNATURE,
    () => signXml(s.idp, s.say(target()), { key: privateKeyOf(evil.own), publicCert: s.idp.certificate }),
  ],
  ['X08', 'RSA with SHA-1', SIGNATURE, () => s.sign(target(), {}, { algorithm: `${DSIG}rsa-sha1` })],
  ['X08', 'a digest of SHA-1', SIGNATURE, () => s.sign(target(), {}, { digest: `${DSIG}sha1` })],

  ['X09', 'signed by another provider', SIGNATURE, () => signXml(evil, s.say(target()))],
  [
    'X09',
    'the issuer is another provider',
    'Issuer not present in specified provider',
    () => s.sign(target(), { issuer: 'https://evil.example.com' }),
  ],
  [
    'X09',
    'the response is of another issuer',
    'Issuer not present in specified provider',
    () => s.sign(target(), { responseIssuer: 'https://evil.example.com' }),
  ],
  [
    'X09',
    'another audience',
    'Response does not contain the required audience.',
    () => s.sign(target(), { audience: 'https://sp.example.com' }),
  ],
  [
    'X09',
    'our audience in one restriction, another in a second',
    'Response does not contain the required audience.',
    () =>
      s.sign(target(), {
        audience: 'urn:amazon:webservices</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>urn:x',
      }),
  ],
  [
    'X09',
    'no recipient',
    'Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter',
    () => s.sign(target(), { recipient: null }),
  ],
  [
    'X09',
    'a confirmation by holder of key',
    'Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter',
    () => signXml(s.idp, s.say(target()).replace('cm:bearer', 'cm:holder-of-key')),
  ],
  [
    'X09',
    'two confirmations',
    'Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter',
    () =>
      signXml(
        s.idp,
        s.say(target()).replace(/<saml:SubjectConfirmation [\s\S]*<\/saml:SubjectConfirmation>/, (one) => one + one),
      ),
  ],
  ['X09', 'issued in times to come', FORM, () => s.sign(target(), { issueInstant: instant(s.server.clock.now() + 400_000) })],
  ['X09', 'a time without a zone', FORM, () => s.sign(target(), { notOnOrAfter: '2030-01-01T00:00:00' })],
  [
    'X09',
    'two subjects',
    FORM,
    () =>
      signXml(
        s.idp,
        s.say(target()).replace(/<saml:Subject>[\s\S]*<\/saml:Subject>/, (one) => one + one),
      ),
  ],
  [
    'X09',
    'two issuers',
    FORM,
    () =>
      signXml(s.idp, s.say(target()).replace('</saml:Issuer><saml:Subject>', '</saml:Issuer><saml:Issuer>x</saml:Issuer><saml:Subject>')),
  ],

  ['X11', 'encrypted and unsigned', SIGNATURE, () => encryptAssertion(s.say(target()), s.recipient)],
  ['X11', 'the key wrapped by PKCS #1 v1.5', SIGNATURE, () => encryptAssertion(good(), s.recipient, { wrap: 'rsa-1_5' })],
  ['X11', 'encrypted for somebody else', SIGNATURE, () => encryptAssertion(good(), evil.own)],
  ['X11', 'a short tag', SIGNATURE, () => encryptAssertion(good(), s.recipient, { tagBytes: 4 })],
  [
    'X11',
    'CBC: the last block changed',
    SIGNATURE,
    () => encryptAssertion(good(), s.recipient, { cipher: 'aes256-cbc', tamper: flip(-17) }),
  ],
  [
    'X11',
    'CBC: a block in the middle changed',
    SIGNATURE,
    () => encryptAssertion(good(), s.recipient, { cipher: 'aes256-cbc', tamper: flip(200) }),
  ],
  [
    'X11',
    'CBC: cut short',
    SIGNATURE,
    () => encryptAssertion(good(), s.recipient, { cipher: 'aes128-cbc', tamper: (bytes) => bytes.subarray(0, 48) }),
  ],
  ['X11', 'GCM: a byte changed', SIGNATURE, () => encryptAssertion(good(), s.recipient, { tamper: flip(100) })],
  [
    'X11',
    'an algorithm that is not taken',
    SIGNATURE,
    () => encryptAssertion(good(), s.recipient).replace('xmlenc11#aes256-gcm', 'xmlenc#tripledes-cbc'),
  ],
  [
    'X11',
    'an encrypted assertion beside one',
    FORM,
    () => {
      const xml = good();
      return xml.replace(
        '<samlp:Status>',
        `${/<saml:EncryptedAssertion[\s\S]*<\/saml:EncryptedAssertion>/.exec(encryptAssertion(xml, s.recipient))?.[0]}<samlp:Status>`,
      );
    },
  ],
  [
    'X11',
    'two assertions within one encryption',
    SIGNATURE,
    () => {
      const xml = good();
      return encryptAssertion(inside(xml, assertionIn(xml) + forged(xml)), s.recipient);
    },
  ],

  [
    'X12',
    'a role that is not in the assertion',
    "SAML Assertion doesn't contain the requested Role and Metadata in the attributes",
    () => s.sign(`${target()}-2`),
  ],
  [
    'X12',
    'a role that begins alike',
    "SAML Assertion doesn't contain the requested Role and Metadata in the attributes",
    () => s.sign(target().slice(0, -1)),
  ],
  [
    'X12',
    'three ARNs in one value',
    "SAML Assertion doesn't contain the requested Role and Metadata in the attributes",
    () => s.sign(target(), { attributes: { [`${ATTRIBUTES}Role`]: [`${target()},${s.providerArn},x`] } }),
  ],
  [
    'X12',
    'the attribute of roles twice',
    FORM,
    () =>
      signXml(
        s.idp,
        s.say(target()).replace('<saml:AttributeStatement>', `<saml:AttributeStatement>${attribute(`${ATTRIBUTES}Role`, ['a,b'])}`),
      ),
  ],
  [
    'X12',
    'the name of the session in two statements',
    FORM,
    () =>
      signXml(
        s.idp,
        s
          .say(target())
          .replace(
            '</saml:AttributeStatement>',
            `</saml:AttributeStatement><saml:AttributeStatement>${attribute(`${ATTRIBUTES}RoleSessionName`, ['admin'])}</saml:AttributeStatement>`,
          ),
      ),
  ],
  [
    'X12',
    'fifty-one tags',
    'The identity provider gives more than 50 session tags.',
    () =>
      s.sign(target(), {
        attributes: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`${ATTRIBUTES}PrincipalTag:k${i}`, ['v']])),
      }),
  ],
  [
    'X12',
    'six hundred attributes',
    FORM,
    () =>
      s.sign(target(), {
        attributes: Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`a${i}`, ['v']])),
      }),
  ],
  ['X12', 'a response that was deflated', FORM, () => Buffer.from([0x4b, 0x4c]).toString('latin1').repeat(4)],
];

function flip(at: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const changed = Buffer.from(bytes);
    const place = at < 0 ? changed.length + at : at;
    changed[place] = (changed[place] ?? 0) ^ 1;
    return changed;
  };
}

describe('attacks by response', () => {
  it('the response that they start from is good', async () => {
    await s.role({ name: 'target' });
    await s.assume(target(), good());
  });

  it.each(ATTACKS)('%s: %s', async (_id, _attack, message, make) => {
    const xml = make();
    expect(xml.length).toBeGreaterThan(5);
    if (encodeXml(xml).length > 100_000)
      return refused(s.assume(target(), xml), 'ValidationError', 400, /length less than or equal to 100000/);
    return invalidToken(s.assume(target(), xml), message);
  });

  it('none of them has changed what they start from', async () => {
    await s.assume(target(), good());
  });

  it('X05: one encoding, whatever the declaration says', async () => {
    const call = (bytes: Buffer) =>
      s.anonymous.assumeRoleWithSAML({ RoleArn: target(), PrincipalArn: s.providerArn, SAMLAssertion: bytes.toString('base64') });
    await invalidToken(call(Buffer.from(good(), 'utf16le')), FORM);
    await invalidToken(call(Buffer.concat([Buffer.from(good()), Buffer.from([0xff])])), FORM);
    await invalidToken(call(Buffer.from(`<?xml version="1.0" encoding="UTF-7"?>${good()}`.replace('alice', '+AGE-lice'))), SIGNATURE);
    for (const text of ['====', '<Response/>', 'PFJlc3BvbnNlLz4', 'PFJlc3BvbnNlLz5='])
      await invalidToken(
        s.anonymous.assumeRoleWithSAML({ RoleArn: target(), PrincipalArn: s.providerArn, SAMLAssertion: text }),
        'Invalid base64 SAMLResponse',
      );
  });

  it('X08: short keys in metadata verify nothing', async () => {
    const weak = samlIdp(s.idp.entityId, 'rsa', 1024);
    const { SAMLProviderArn = '' } = await s.iam.createSAMLProvider({
      Name: 'Weak',
      SAMLMetadataDocument: metadataOf(weak, weak.certificate),
    });
    const said = { now: s.server.clock.now() };
    const xml = signXml(weak, responseOf(weak, said, assertionOf(weak, said, [`${target()},${SAMLProviderArn}`])));
    await invalidToken(
      s.anonymous.assumeRoleWithSAML({ RoleArn: target(), PrincipalArn: SAMLProviderArn, SAMLAssertion: encodeXml(xml) }),
      SIGNATURE,
    );
  });

  it('X09: times that are over', async () => {
    const now = s.server.clock.now();
    const over = (call: Promise<unknown>, message: string) => refused(call, 'ExpiredTokenException', 400, message);
    await over(s.assume(target(), s.sign(target(), { notOnOrAfter: instant(now - 1) })), 'Response has expired');
    await over(
      s.assume(target(), s.sign(target(), { conditions: `<saml:Conditions NotOnOrAfter="${instant(now - 1)}"/>` })),
      'Response has expired',
    );
    await over(s.assume(target(), s.sign(target(), { sessionNotOnOrAfter: instant(now - 1) })), 'Response has expired');
    await over(
      s.assume(target(), s.sign(target(), { issueInstant: instant(now - 301_000) })),
      'Token must be redeemed within 5 minutes of issuance',
    );
    await refused(
      s.assume(target(), s.sign(target(), { status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' })),
      'IDPRejectedClaimException',
      403,
      'The identity provider did not authenticate the user.',
    );
  });

  it('X10: an assertion gives each role once, also under another signature or encrypted', async () => {
    const used = 'The assertion has been used for this role before.';
    const unsigned = s.say(target(), { id: '_once' });
    const xml = signXml(s.idp, unsigned);
    await s.assume(target(), xml);
    await invalidToken(s.assume(target(), xml), used);
    await invalidToken(
      s.assume(target(), signXml(s.idp, unsigned, { algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512' })),
      used,
    );
    await invalidToken(s.assume(target(), encryptAssertion(xml, s.recipient)), used);
    const both = await Promise.allSettled([1, 2, 3, 4].map(() => s.assume(target(), signXml(s.idp, s.say(target(), { id: '_race' })))));
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    s.advance(301_000);
    await refused(s.assume(target(), xml), 'ExpiredTokenException', 400, 'Response has expired');
  });

  it('X10: a refusal does not use an assertion up', async () => {
    const xml = good();
    await validationError(
      s.assume(target(), xml, { DurationSeconds: 43_200 }),
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
    await s.assume(target(), xml);
  });

  it('X10: a certificate that was removed verifies nothing', async () => {
    const other = samlIdp(s.idp.entityId);
    const SAMLProviderArn = s.providerArn;
    const xml = good();
    await s.iam.updateSAMLProvider({ SAMLProviderArn, SAMLMetadataDocument: metadataOf(other, other.certificate) });
    await invalidToken(s.assume(target(), xml), SIGNATURE);
    await s.iam.updateSAMLProvider({ SAMLProviderArn, SAMLMetadataDocument: metadataOf(s.idp, s.idp.certificate) });
    await s.assume(target(), xml);
  });

  it('X11: whatever does not decrypt is refused in one sentence, and no sooner than another', async () => {
    const made = [
      encryptAssertion(s.say(target()), s.recipient),
      encryptAssertion(good(), evil.own),
      encryptAssertion(good(), s.recipient, { cipher: 'aes256-cbc', tamper: flip(-17) }),
      encryptAssertion(good(), s.recipient, { tamper: flip(100) }),
    ];
    for (const xml of made) {
      const began = performance.now();
      await invalidToken(s.assume(target(), xml), SIGNATURE);
      // Not how long it takes is looked at, but that it waits: fifty milliseconds.
      expect(performance.now() - began).toBeGreaterThanOrEqual(49);
    }
  });

  it('X12: a provider of another account, and the role of another account', async () => {
    const elsewhere = await s.server.account();
    const theirs = s.as(elsewhere.root);
    const { SAMLProviderArn = '' } = await theirs.createSAMLProvider({
      Name: 'Example',
      SAMLMetadataDocument: metadataOf(evil, evil.certificate),
    });
    const said = { now: s.server.clock.now() };
    const call = (xml: string, RoleArn: string, PrincipalArn: string) =>
      s.anonymous.assumeRoleWithSAML({ RoleArn, PrincipalArn, SAMLAssertion: encodeXml(xml) });
    const byEvil = signXml(evil, responseOf(evil, said, assertionOf(evil, said, [`${target()},${SAMLProviderArn}`])));
    await notAuthorized(call(byEvil, target(), SAMLProviderArn), 'sts:AssumeRoleWithSAML');
    await invalidToken(call(byEvil, target(), s.providerArn), SIGNATURE);
    await invalidToken(call(good(), target(), `${s.providerArn}-absent`), "Specified provider doesn't exist.");
    await validationError(call(good(), target(), target()), `${target()} is invalid`);
  });

  it('Z03, Z06: a flood of large responses is refused, and others are answered meanwhile', async () => {
    const large = encodeXml(`<x>${'<a/>'.repeat(18_000)}</x>`);
    expect(large.length).toBeLessThanOrEqual(100_000);
    const flood = Array.from({ length: 50 }, () =>
      invalidToken(s.anonymous.assumeRoleWithSAML({ RoleArn: target(), PrincipalArn: s.providerArn, SAMLAssertion: large }), FORM),
    );
    await s.assume(target(), good());
    await Promise.all(flood);
  });
});
