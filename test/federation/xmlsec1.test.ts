import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { decryptAssertion } from '../../src/authentication/saml/encrypted-assertion.ts';
import { readResponse, verifyResponse } from '../../src/authentication/saml/saml-response.ts';
import { readXml } from '../../src/authentication/saml/xml-element.ts';
import { describeWith } from '../clients.ts';
import { identity, privateKeyOf } from '../services/iam/certificate-maker.ts';
import { assertionOf, DSIG, encryptAssertion, responseOf, SAML, type Said, type SamlIdp, samlIdp, signXml } from './saml-idp.ts';

/*
 * Signatures and encryption of xmlsec1, which nobody here wrote: what it signs we verify, what we accept it accepts, what was changed neither does.
 */

const present = spawnSync('xmlsec1', ['--version'], { timeout: 10_000 }).status === 0;
const directory = mkdtempSync(join(tmpdir(), 'sagegate-xmlsec1-'));
afterAll(() => rmSync(directory, { recursive: true }));

const idp = samlIdp();
const curve = samlIdp('https://idp.example.com/saml', 'ec');
const recipient = identity('sp', 'rsa');
const file = (name: string, content: string): string => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};
const xmlsec1 = (args: readonly string[]) => spawnSync('xmlsec1', args, { encoding: 'utf8', timeout: 20_000 });
const ID = ['--id-attr:ID', `${SAML}:Assertion`];

const theyAccept = (xml: string, by: SamlIdp = idp): boolean =>
  xmlsec1(['--verify', '--insecure', '--pubkey-cert-pem', file('idp.crt', by.certificate), ...ID, file('response.xml', xml)]).status === 0;

function weAccept(xml: string, by: SamlIdp = idp): boolean {
  const response = readResponse(xml);
  const trust = { entityId: by.entityId, keys: [by.own.publicKey], decryptionKeys: [recipient.privateKey], requiresEncryption: false };
  return response !== undefined && 'assertion' in verifyResponse(response, trust);
}

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** A signature for xmlsec1 to fill in. */
const template = (id: string, method: string, digest: string, prefixes: string): string =>
  `<ds:Signature xmlns:ds="${DSIG}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"/><ds:SignatureMethod Algorithm="${method}"/><ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${DSIG}enveloped-signature"/><ds:Transform Algorithm="${EXCLUSIVE}">${
    prefixes === '' ? '' : `<c:InclusiveNamespaces xmlns:c="${EXCLUSIVE}" PrefixList="${prefixes}"/>`
  }</ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="${digest}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>`;

interface Form {
  readonly method?: string;
  readonly digest?: string;
  readonly prefixes?: string;
}

const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';

function theySign(said: Said, by: SamlIdp = idp, { method = `${MORE}rsa-sha256`, digest = SHA256, prefixes = '' }: Form = {}): string {
  const assertion = assertionOf(by, { id: '_signed', ...said }, ['a,b']);
  const unsigned = responseOf(
    by,
    said,
    assertion.replace('</saml:Issuer>', `</saml:Issuer>${template('_signed', method, digest, prefixes)}`),
  );
  const result = xmlsec1(['--sign', '--privkey-pem', file('idp.key', privateKeyOf(by.own)), ...ID, file('template.xml', unsigned)]);
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout;
}

describeWith('xmlsec1', present, 'xmlsec1', () => {
  const said: Said = { now: Date.now() };

  it.each<[string, SamlIdp, Form]>([
    ['RSA, SHA-256', idp, {}],
    ['RSA, SHA-384', idp, { method: `${MORE}rsa-sha384`, digest: `${MORE}sha384` }],
    ['RSA, SHA-512', idp, { method: `${MORE}rsa-sha512`, digest: 'http://www.w3.org/2001/04/xmlenc#sha512' }],
    ['ECDSA, SHA-256', curve, { method: `${MORE}ecdsa-sha256` }],
    ['ECDSA, SHA-512', curve, { method: `${MORE}ecdsa-sha512` }],
    ['prefixes that are written in any case', idp, { prefixes: 'xs samlp saml' }],
    ['the default namespace written in any case', idp, { prefixes: '#default xs' }],
  ])('signs and we verify: %s', (_what, by, form) => {
    const signed = theySign(said, by, form);
    expect([weAccept(signed, by), theyAccept(signed, by)]).toEqual([true, true]);
    const changed = signed.replace('alice@example.com', 'admin@example.com');
    expect([weAccept(changed, by), theyAccept(changed, by)]).toEqual([false, false]);
  });

  it('verifies what xml-crypto signs, as we do', () => {
    const signed = signXml(idp, responseOf(idp, said, assertionOf(idp, said, ['a,b'])));
    expect([weAccept(signed), theyAccept(signed)]).toEqual([true, true]);
    for (const [from, to] of [
      ['a,b', 'a,c'],
      ['Version="2.0"><saml:Issuer>', 'Version="2.0" x=""><saml:Issuer>'],
      ['persistent', 'transient'],
    ] as const) {
      const changed = signed.replaceAll(from, to);
      expect(changed).not.toBe(signed);
      expect([weAccept(changed), theyAccept(changed)]).toEqual([false, false]);
    }
  });

  it('writes texts in the one form that we write: white space, escapes, namespaces, other scripts', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\t', '\n', '&amp;', '&lt;', '&gt;', '"', "'", '&#xD;', '&#10;', 'é', '漢', '😀', '&quot;'),
    });
    const inAttribute = text.map((value) => value.replaceAll('"', '&quot;'));
    const element = fc.tuple(
      text,
      inAttribute,
      fc.constantFrom('', 'xmlns="urn:x"', 'xmlns:q="urn:q" q:b="1" a="2"', 'xmlns:z="urn:a" xmlns:q="urn:z" q:x="1" z:x="2"'),
    );
    const statement = fc
      .array(element, { minLength: 1, maxLength: 4 })
      .map(
        (elements) =>
          `<saml:AttributeStatement><saml:Attribute Name="x">${elements
            .map(
              ([inside, attribute, extra]) =>
                `<saml:AttributeValue v="${attribute}">${inside}</saml:AttributeValue><other ${extra}>${inside}<q:d xmlns:q="urn:q2"/></other>`,
            )
            .join('')}</saml:Attribute></saml:AttributeStatement>`,
      );
    fc.assert(
      fc.property(statement, (made) => {
        const signed = theySign({ ...said, statement: made });
        expect([weAccept(signed), theyAccept(signed)]).toEqual([true, true]);
      }),
      { numRuns: 25 },
    );
  });

  it.each(['aes128-cbc', 'aes256-cbc', 'aes128-gcm', 'aes256-gcm'] as const)('encrypts and we decrypt: %s', (cipher) => {
    const [algorithm, name] = cipher.endsWith('gcm')
      ? ['http://www.w3.org/2009/xmlenc11#', 'gcm']
      : ['http://www.w3.org/2001/04/xmlenc#', 'cbc'];
    expect(cipher).toContain(name);
    const assertion = assertionOf(idp, said, ['a,b']);
    const enc = 'http://www.w3.org/2001/04/xmlenc#';
    const frame = `<e:EncryptedData xmlns:e="${enc}" Type="${enc}Element"><e:EncryptionMethod Algorithm="${algorithm}${cipher}"/><KeyInfo xmlns="${DSIG}"><e:EncryptedKey><e:EncryptionMethod Algorithm="${enc}rsa-oaep-mgf1p"/><KeyInfo><KeyName/></KeyInfo><e:CipherData><e:CipherValue/></e:CipherData></e:EncryptedKey></KeyInfo><e:CipherData><e:CipherValue/></e:CipherData></e:EncryptedData>`;
    const bits = cipher.includes('256') ? 'aes-256' : 'aes-128';
    const publicKey = recipient.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const result = xmlsec1([
      '--encrypt',
      '--pubkey-pem',
      file('sp.pub', publicKey),
      '--session-key',
      bits,
      '--xml-data',
      file('assertion.xml', assertion),
      file('frame.xml', frame),
    ]);
    expect(result.stderr).toBe('');
    const held = readXml(
      `<saml:EncryptedAssertion xmlns:saml="${SAML}">${result.stdout.replace(/<\?xml[^>]*\?>/, '')}</saml:EncryptedAssertion>`,
      { signed: true },
    );
    expect(held && decryptAssertion(held, [recipient.privateKey])).toBe(assertion);
  });

  it('decrypts what the tests encrypt, as we do', () => {
    const xml = encryptAssertion(signXml(idp, responseOf(idp, said, assertionOf(idp, said, ['a,b']))), recipient);
    const theirs = xmlsec1(['--decrypt', '--privkey-pem', file('sp.key', privateKeyOf(recipient)), file('encrypted.xml', xml)]);
    expect(theirs.stdout).toContain('<saml:Assertion ');
    expect(weAccept(xml)).toBe(true);
  });
});
