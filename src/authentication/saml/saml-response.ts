import type { KeyObject } from 'node:crypto';
import { decryptAssertion } from './encrypted-assertion.ts';
import { readAssertion, SAML, type SamlAssertion } from './saml-assertion.ts';
import { readXml, type XmlElement } from './xml-element.ts';
import { isElement, isSigned, signedText } from './xml-signature.ts';

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

/** By what an identity provider is known, from its metadata and what its account has set. */
export interface SamlTrust {
  readonly entityId: string;
  /** That its signatures are verified with. Those of expired certificates count as long as the metadata has them, as on AWS. */
  readonly keys: readonly KeyObject[];
  /** That assertions may be encrypted for. */
  readonly decryptionKeys: readonly KeyObject[];
  readonly requiresEncryption: boolean;
}

/**
 * Why a response is not believed. `form`: no response that we read. `status`: the provider says that it did not authenticate anybody. `plain`: not
 * encrypted, and must be. `signature`: nobody has signed it, or it does not decrypt: no more is told. `issuer`: of another provider.
 */
export type SamlProblem = 'form' | 'status' | 'plain' | 'signature' | 'issuer';

export type VerifiedResponse =
  | { readonly assertion: SamlAssertion; readonly destination: string | undefined }
  | { readonly problem: SamlProblem };

/** Whether a response holds its assertion encrypted: then nothing about how it fails may be told. */
export interface SamlResponse {
  readonly root: XmlElement;
  /** The one Assertion or EncryptedAssertion, directly in the response. */
  readonly held: XmlElement;
  readonly encrypted: boolean;
}

/**
 * Reads a response as far as it can be read without believing it. There is one Assertion in it, and no two elements with one id: what wrapping
 * attacks need (threats X01, X02, X04).
 * @returns undefined for every other text
 */
export function readResponse(text: string): SamlResponse | undefined {
  const root = readXml(text, { signed: true });
  if (!isElement(root, PROTOCOL, 'Response') || root.attributes.Version !== '2.0') return undefined;
  const census = { assertions: 0, ids: new Set<string>() };
  if (!count(root, census) || census.assertions !== 1) return undefined;
  const held = root.children.find(isAssertion);
  return held && { root, held, encrypted: held.name === 'EncryptedAssertion' };
}

const isAssertion = (element: XmlElement): boolean =>
  isElement(element, SAML, 'Assertion') || isElement(element, SAML, 'EncryptedAssertion');

/** Counts assertions at any depth; false when an id comes twice, whatever its attribute's case. */
function count(element: XmlElement, census: { assertions: number; ids: Set<string> }): boolean {
  if (isAssertion(element)) census.assertions++;
  for (const { name, value } of element.allAttributes) {
    if (name.toLowerCase() !== 'id') continue;
    if (census.ids.has(value)) return false;
    census.ids.add(value);
  }
  return element.children.every((child) => count(child, census));
}

/**
 * The assertion of a response, if the provider has signed it. The assertion itself must be signed; a signature of the response does not take its
 * place, but must be good if it is there. What is returned has been read from the very bytes that were verified (threat X03).
 */
export function verifyResponse({ root, held, encrypted }: SamlResponse, trust: SamlTrust): VerifiedResponse {
  const { keys, entityId } = trust;
  const status = root.children.find((child) => isElement(child, PROTOCOL, 'Status'));
  const code = status?.children.find((child) => isElement(child, PROTOCOL, 'StatusCode'));
  if (code?.attributes.Value !== SUCCESS) return { problem: 'status' };
  if (!encrypted && trust.requiresEncryption) return { problem: 'plain' };
  if (isSigned(root) && signedText(root, keys) === undefined) return { problem: 'signature' };
  const element = encrypted ? decrypt(held, trust) : held;
  const text = element && signedText(element, keys);
  const verified = text === undefined ? undefined : readXml(text, { signed: true });
  const assertion = verified && readAssertion(verified);
  if (text === undefined) return { problem: 'signature' };
  if (!assertion) return { problem: 'form' };
  const responseIssuer = root.children.find((child) => isElement(child, SAML, 'Issuer'));
  const isOurs = assertion.issuer === entityId && (!responseIssuer || responseIssuer.text.trim() === entityId);
  return isOurs ? { assertion, destination: root.attributes.Destination } : { problem: 'issuer' };
}

function decrypt(held: XmlElement, { decryptionKeys }: SamlTrust): XmlElement | undefined {
  const text = decryptAssertion(held, decryptionKeys);
  const element = text === undefined ? undefined : readXml(text, { signed: true, namespaces: held.namespaces });
  const census = { assertions: 0, ids: new Set<string>() };
  return isElement(element, SAML, 'Assertion') && count(element, census) && census.assertions === 1 ? element : undefined;
}
