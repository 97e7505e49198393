import { X509Certificate } from 'node:crypto';
import { readXml, type XmlElement } from './xml-element.ts';

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
const SAML2 = 'urn:oasis:names:tc:SAML:2.0:protocol';

/** What an identity provider says of itself. */
export interface SamlIdentityProvider {
  readonly entityId: string;
  /** Those its signatures are verified with. */
  readonly certificates: readonly X509Certificate[];
  /** Where requests for a sign-in go by redirect; absent when it says nothing of that. */
  readonly signInUrl: string | undefined;
}

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

/**
 * Reads the metadata of one identity provider: an EntityDescriptor with an IDPSSODescriptor that has a certificate for signing. Whether the
 * document is signed, and until when it says to be valid, does not count, as on AWS.
 * @returns undefined for every other text
 * @see https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf
 */
export function readSamlMetadata(document: string): SamlIdentityProvider | undefined {
  const root = readXml(document);
  const entityId = root?.attributes.entityID ?? '';
  if (!root || !is(root, METADATA, 'EntityDescriptor') || entityId === '') return undefined;
  const certificates: X509Certificate[] = [];
  let signInUrl: string | undefined;
  for (const descriptor of all([root], METADATA, 'IDPSSODescriptor')) {
    const protocols = (descriptor.attributes.protocolSupportEnumeration ?? '').split(/[ \t\r\n]+/);
    if (!protocols.includes(SAML2)) continue;
    const services = all([descriptor], METADATA, 'SingleSignOnService');
    signInUrl ??= services.find(({ attributes }) => attributes.Binding === REDIRECT)?.attributes.Location;
    const signing = all([descriptor], METADATA, 'KeyDescriptor').filter(({ attributes }) => (attributes.use ?? 'signing') === 'signing');
    const data = all(all(signing, SIGNATURE, 'KeyInfo'), SIGNATURE, 'X509Data');
    for (const { text, children } of all(data, SIGNATURE, 'X509Certificate')) {
      const certificate = children.length === 0 ? readDer(text) : undefined;
      // One that cannot be read makes the whole document unfit: it may be the one that matters.
      if (!certificate) return undefined;
      certificates.push(certificate);
    }
  }
  return certificates.length === 0 ? undefined : { entityId, certificates, signInUrl };
}

const is = (element: XmlElement, namespace: string, name: string): boolean => element.namespace === namespace && element.name === name;

const all = (elements: readonly XmlElement[], namespace: string, name: string): XmlElement[] =>
  elements.flatMap(({ children }) => children.filter((child) => is(child, namespace, name)));

function readDer(base64: string): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    // OpenSSL throws at what is not a certificate.
    return undefined;
  }
}
