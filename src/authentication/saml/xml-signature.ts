import { hash, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { canonicalize } from './canonical-xml.ts';
import type { XmlElement } from './xml-element.ts';

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${DSIG}enveloped-signature`;

/** What may sign, and with which kind of key: no HMAC, no SHA-1, nothing else (threat X08). Null prototype. */
const SIGNATURES: Readonly<Record<string, { readonly hash: string; readonly kind: 'rsa' | 'ec' }>> = Object.assign(Object.create(null), {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': { hash: 'sha256', kind: 'rsa' },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': { hash: 'sha384', kind: 'rsa' },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': { hash: 'sha512', kind: 'rsa' },
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256': { hash: 'sha256', kind: 'ec' },
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384': { hash: 'sha384', kind: 'ec' },
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512': { hash: 'sha512', kind: 'ec' },
});

const DIGESTS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
});

/** Bits of an RSA modulus. */
const FEWEST_BITS = 2048;
/** Keys of one provider that are tried. */
const MOST_KEYS = 10;
const MOST_PREFIXES = 16;

export const isElement = (element: XmlElement | undefined, namespace: string, name: string): element is XmlElement =>
  element?.namespace === namespace && element.name === name;

/** Whether an element carries a signature of its own, good or bad. */
export const isSigned = (element: XmlElement): boolean => element.children.some((child) => isElement(child, DSIG, 'Signature'));

/**
 * The text of an element that one of these keys has signed, without the signature: what is believed is to be read from it and from nothing else.
 * Undefined when nobody has. Takes the one form in which SAML signs (SAML Core §5.4) and no other: one signature, directly in the element; one
 * reference, to the element's own id; the enveloped and the exclusive transform; keys from the provider's metadata, whatever KeyInfo says.
 */
export function signedText(element: XmlElement, keys: readonly KeyObject[]): string | undefined {
  const [signature, ...others] = element.children.filter((child) => isElement(child, DSIG, 'Signature'));
  const { ID: id } = element.attributes;
  if (!signature || others.length > 0 || !id) return undefined;
  const [info, value, keyInfo, ...rest] = signature.children;
  const isWhole = isElement(info, DSIG, 'SignedInfo') && isElement(value, DSIG, 'SignatureValue') && rest.length === 0;
  if (!isWhole || (keyInfo && !isElement(keyInfo, DSIG, 'KeyInfo'))) return undefined;
  const [canonicalization, method, reference, ...more] = info.children;
  if (!isElement(canonicalization, DSIG, 'CanonicalizationMethod') || !isElement(method, DSIG, 'SignatureMethod')) return undefined;
  if (!isElement(reference, DSIG, 'Reference') || more.length > 0 || method.children.length > 0) return undefined;
  if (reference.attributes.URI !== `#${id}`) return undefined;

  const text = referencedText(element, signature, reference);
  const algorithm = SIGNATURES[method.attributes.Algorithm ?? ''];
  const inclusive = prefixesOf(canonicalization);
  const given = base64(value);
  if (text === undefined || !algorithm || !inclusive || !given) return undefined;
  const signed = Buffer.from(canonicalize(info, { inclusive }), 'utf8');
  const isGood = keys.slice(0, MOST_KEYS).some((key) => isStrong(key, algorithm.kind) && isSignature(algorithm.hash, signed, key, given));
  return isGood ? text : undefined;
}

/** The canonical text of the element if its digest is the one in the reference. */
function referencedText(element: XmlElement, signature: XmlElement, reference: XmlElement): string | undefined {
  const [transforms, method, value, ...more] = reference.children;
  if (!isElement(transforms, DSIG, 'Transforms') || !isElement(method, DSIG, 'DigestMethod') || !isElement(value, DSIG, 'DigestValue'))
    return undefined;
  const [enveloped, exclusive, ...others] = transforms.children;
  const isUsual =
    isElement(enveloped, DSIG, 'Transform') && enveloped.attributes.Algorithm === ENVELOPED && enveloped.children.length === 0;
  const inclusive = isElement(exclusive, DSIG, 'Transform') ? prefixesOf(exclusive) : undefined;
  const digest = DIGESTS[method.attributes.Algorithm ?? ''];
  const given = base64(value);
  if (!isUsual || !inclusive || others.length + more.length + method.children.length > 0 || !digest || !given) return undefined;
  const text = canonicalize(element, { without: signature, inclusive });
  const found = hash(digest, text, 'buffer');
  return found.length === given.length && timingSafeEqual(found, given) ? text : undefined;
}

/** Prefixes that exclusive canonicalization is to write in any case; undefined for other algorithms, and for parameters it does not have. */
function prefixesOf({ attributes, children }: XmlElement): readonly string[] | undefined {
  if (attributes.Algorithm !== EXCLUSIVE) return undefined;
  const [parameter, ...others] = children;
  if (!parameter) return [];
  if (!isElement(parameter, EXCLUSIVE, 'InclusiveNamespaces') || others.length > 0 || parameter.children.length > 0) return undefined;
  const prefixes = (parameter.attributes.PrefixList ?? '').split(' ').filter((prefix) => prefix !== '');
  return prefixes.length > MOST_PREFIXES ? undefined : prefixes.map((prefix) => (prefix === '#default' ? '' : prefix));
}

/** The bytes of an element that holds base64 and nothing else. */
export function base64({ children, text }: XmlElement): Buffer | undefined {
  const bare = text.replace(/[ \t\n]+/g, '');
  const bytes = Buffer.from(bare, 'base64');
  return children.length === 0 && bytes.length > 0 && bytes.toString('base64') === bare ? bytes : undefined;
}

function isStrong(key: KeyObject, kind: 'rsa' | 'ec'): boolean {
  if (key.asymmetricKeyType !== kind) return false;
  return kind === 'ec' || (key.asymmetricKeyDetails?.modulusLength ?? 0) >= FEWEST_BITS;
}

function isSignature(algorithm: string, signed: Uint8Array, key: KeyObject, given: Uint8Array): boolean {
  return verify(algorithm, signed, key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' } : key, given);
}
