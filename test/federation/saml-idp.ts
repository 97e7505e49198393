import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { base64Of, certificate, type Identity, identity, privateKeyOf } from '../services/iam/certificate-maker.ts';

/*
 * A SAML identity provider for tests. What it says is put together as text, so that anything can be said; it is signed by xml-crypto, which shares
 * nothing with the verifier.
 */

export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const ATTRIBUTES = 'https://aws.amazon.com/SAML/Attributes/';
export const ACS = 'https://signin.aws.amazon.com/saml';

export interface SamlIdp {
  readonly entityId: string;
  readonly own: Identity;
  readonly certificate: string;
}

export function samlIdp(entityId = 'https://idp.example.com/saml', kind: 'rsa' | 'ec' = 'rsa', bits = 2048, until?: number): SamlIdp {
  const own = identity('idp.example.com', kind, bits);
  return { entityId, own, certificate: certificate(own, own, until) };
}

export const metadataOf = ({ entityId }: Pick<SamlIdp, 'entityId'>, ...certificates: readonly string[]): string =>
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><IDPSSODescriptor protocolSupportEnumeration="${PROTOCOL}">${certificates
    .map(
      (pem) =>
        `<KeyDescriptor use="signing"><KeyInfo xmlns="${DSIG}"><X509Data><X509Certificate>${base64Of(pem)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
    )
    .join(
      '',
    )}<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/></IDPSSODescriptor>${' '.repeat(500)}</EntityDescriptor>`;

export interface Said {
  /** Milliseconds since the epoch: when it is said. */
  readonly now: number;
  readonly id?: string;
  readonly issuer?: string;
  readonly responseIssuer?: string;
  readonly nameId?: string;
  readonly format?: string | null;
  readonly recipient?: string | null;
  readonly notOnOrAfter?: string | null;
  readonly conditions?: string;
  readonly audience?: string | null;
  readonly issueInstant?: string;
  readonly sessionNotOnOrAfter?: string;
  readonly status?: string;
  readonly destination?: string;
  /** Attribute's full name → values; over the usual ones. */
  readonly attributes?: Readonly<Record<string, readonly string[] | undefined>>;
  /** In the place of the statement of attributes. */
  readonly statement?: string;
}

let number = 0;
export const instant = (at: number): string => new Date(at).toISOString();
const escapeXml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

export const attribute = (name: string, values: readonly string[]): string =>
  `<saml:Attribute Name="${escapeXml(name)}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">${values
    .map(
      (value) =>
        `<saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${escapeXml(value)}</saml:AttributeValue>`,
    )
    .join('')}</saml:Attribute>`;

/** An assertion that nobody has signed yet. */
export function assertionOf(idp: SamlIdp, said: Said, roles: readonly string[]): string {
  const {
    now,
    id = `_assertion-${++number}`,
    issuer = idp.entityId,
    nameId = 'alice@example.com',
    audience = 'urn:amazon:webservices',
  } = said;
  const format = said.format === undefined ? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' : said.format;
  const recipient = said.recipient === undefined ? ACS : said.recipient;
  const end = said.notOnOrAfter === undefined ? instant(now + 300_000) : said.notOnOrAfter;
  const attributes: Record<string, readonly string[] | undefined> = {
    [`${ATTRIBUTES}Role`]: roles,
    [`${ATTRIBUTES}RoleSessionName`]: ['alice'],
    ...said.attributes,
  };
  const statement =
    said.statement ??
    `<saml:AttributeStatement>${Object.entries(attributes)
      .map(([name, values]) => (values ? attribute(name, values) : ''))
      .join('')}</saml:AttributeStatement>`;
  const restriction =
    audience === null ? '' : `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`;
  const conditions =
    said.conditions ??
    `<saml:Conditions NotBefore="${instant(now - 30_000)}" NotOnOrAfter="${instant(now + 300_000)}">${restriction}</saml:Conditions>`;
  const sessionEnd = said.sessionNotOnOrAfter ? ` SessionNotOnOrAfter="${said.sessionNotOnOrAfter}"` : '';
  return `<saml:Assertion xmlns:saml="${SAML}" ID="${id}" IssueInstant="${said.issueInstant ?? instant(now)}" Version="2.0"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID${
    format === null ? '' : ` Format="${format}"`
  }>${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData${
    end === null ? '' : ` NotOnOrAfter="${end}"`
  }${recipient === null ? '' : ` Recipient="${recipient}"`}/></saml:SubjectConfirmation></saml:Subject>${conditions}<saml:AuthnStatement AuthnInstant="${instant(
    now,
  )}"${sessionEnd}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${statement}</saml:Assertion>`;
}

export function responseOf(idp: SamlIdp, said: Said, assertion: string): string {
  const { now, status = 'urn:oasis:names:tc:SAML:2.0:status:Success', destination = ACS, responseIssuer = idp.entityId } = said;
  return `<samlp:Response xmlns:samlp="${PROTOCOL}" ID="_response-${++number}" IssueInstant="${instant(now)}" Version="2.0" Destination="${destination}"><saml:Issuer xmlns:saml="${SAML}">${responseIssuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status>${assertion}</samlp:Response>`;
}

export interface SigningOptions {
  readonly what?: 'Assertion' | 'Response';
  readonly algorithm?: string;
  readonly digest?: string;
  readonly canonicalization?: string;
  readonly transforms?: readonly string[];
  /** In the place of the key of the provider. */
  readonly key?: string;
  readonly publicCert?: string;
}

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${DSIG}enveloped-signature`;
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

/** The response with its assertion (or itself) signed. */
export function signXml(idp: SamlIdp, xml: string, options: SigningOptions = {}): string {
  const { what = 'Assertion' } = options;
  const signer = new SignedXml({
    privateKey: options.key ?? privateKeyOf(idp.own),
    publicCert: options.publicCert ?? idp.certificate,
    signatureAlgorithm: (options.algorithm ?? RSA_SHA256) as never,
    canonicalizationAlgorithm: (options.canonicalization ?? EXCLUSIVE) as never,
  });
  const xpath = `//*[local-name(.)='${what}']`;
  signer.addReference({
    xpath,
    transforms: [...(options.transforms ?? [ENVELOPED, EXCLUSIVE])],
    digestAlgorithm: options.digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  const issuer = `${xpath}/*[local-name(.)='Issuer']`;
  signer.computeSignature(xml, { location: { reference: issuer, action: 'after' }, prefix: 'ds' });
  return signer.getSignedXml();
}

export const encodeXml = (xml: string): string => Buffer.from(xml, 'utf8').toString('base64');

const XMLENC = 'http://www.w3.org/2001/04/xmlenc#';
const XMLENC11 = 'http://www.w3.org/2009/xmlenc11#';

export interface EncryptionOptions {
  readonly cipher?: 'aes128-cbc' | 'aes256-cbc' | 'aes128-gcm' | 'aes256-gcm' | 'tripledes-cbc';
  readonly wrap?: 'rsa-oaep-mgf1p' | 'rsa-oaep' | 'rsa-1_5';
  /** Bytes of the tag that are kept. */
  readonly tagBytes?: number;
  /** Changes the bytes after encryption. */
  readonly tamper?: (bytes: Buffer) => Buffer;
}

/** The response with its signed assertion encrypted for a key. */
export function encryptAssertion(response: string, recipient: Identity, options: EncryptionOptions = {}): string {
  const { cipher = 'aes256-gcm', wrap = 'rsa-oaep-mgf1p', tagBytes = 16, tamper = (bytes) => bytes } = options;
  const [assertion = ''] = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(response) ?? [];
  const keyBytes = cipher.includes('256') ? 32 : 16;
  const secret = randomBytes(keyBytes);
  let bytes: Buffer;
  if (cipher.endsWith('gcm')) {
    const iv = randomBytes(12);
    const gcm = createCipheriv(keyBytes === 32 ? 'aes-256-gcm' : 'aes-128-gcm', secret, iv);
    bytes = Buffer.concat([iv, gcm.update(assertion, 'utf8'), gcm.final(), gcm.getAuthTag().subarray(0, tagBytes)]);
  } else {
    const iv = randomBytes(16);
    const cbc = createCipheriv(keyBytes === 32 ? 'aes-256-cbc' : 'aes-128-cbc', secret, iv);
    bytes = Buffer.concat([iv, cbc.update(assertion, 'utf8'), cbc.final()]);
  }
  const padding = wrap === 'rsa-1_5' ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key: recipient.publicKey, padding, ...(wrap === 'rsa-oaep' && { oaepHash: 'sha256' }) }, secret);
  const method =
    wrap === 'rsa-oaep'
      ? `<e:EncryptionMethod Algorithm="${XMLENC11}rsa-oaep"><d:DigestMethod Algorithm="${XMLENC}sha256"/><f:MGF xmlns:f="${XMLENC11}" Algorithm="${XMLENC11}mgf1sha256"/></e:EncryptionMethod>`
      : `<e:EncryptionMethod Algorithm="${XMLENC}${wrap}"/>`;
  const algorithm = `${cipher.endsWith('gcm') ? XMLENC11 : XMLENC}${cipher}`;
  const value = (data: Buffer): string => `<e:CipherData><e:CipherValue>${data.toString('base64')}</e:CipherValue></e:CipherData>`;
  return response.replace(
    assertion,
    `<saml:EncryptedAssertion xmlns:saml="${SAML}" xmlns:e="${XMLENC}" xmlns:d="${DSIG}"><e:EncryptedData Type="${XMLENC}Element"><e:EncryptionMethod Algorithm="${algorithm}"/><d:KeyInfo><e:EncryptedKey>${method}${value(wrapped)}</e:EncryptedKey></d:KeyInfo>${value(tamper(bytes))}</e:EncryptedData></saml:EncryptedAssertion>`,
  );
}
