import type { XmlElement } from './xml-element.ts';
import { isElement } from './xml-signature.ts';

export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/** What an assertion says. Times are milliseconds since the epoch. */
export interface SamlAssertion {
  readonly id: string;
  readonly issuer: string;
  readonly issuedAt: number;
  readonly nameId: string;
  readonly nameIdFormat: string | undefined;
  /** Of the one confirmation by bearer; undefined when it does not say both to whom and until when. */
  readonly confirmation: { readonly recipient: string; readonly notOnOrAfter: number; readonly notBefore: number | undefined } | undefined;
  readonly notBefore: number | undefined;
  readonly notOnOrAfter: number | undefined;
  /** One list for each restriction, of which each must be met. */
  readonly audiences: readonly (readonly string[])[];
  /** When the identity provider's session with the person ends. */
  readonly sessionNotOnOrAfter: number | undefined;
  /** Name → values; null-prototype semantics by being a Map. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** More than anybody sends; each becomes a condition key or a tag at most. */
const MOST_ATTRIBUTES = 500;
const MOST_VALUES = 1000;

/**
 * Reads an assertion, SAML 2.0. Every text that counts is whole: an element that holds anything but text where text belongs makes the whole assertion
 * unfit (threat X06), as does anything that is there twice and can be there once.
 * @returns undefined for what is no assertion
 * @see https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf
 */
export function readAssertion(element: XmlElement): SamlAssertion | undefined {
  try {
    return new AssertionReader(element).assertion();
  } catch (error) {
    if (error instanceof Unfit) return undefined;
    throw error;
  }
}

class Unfit extends Error {}

class AssertionReader {
  readonly #element: XmlElement;

  constructor(element: XmlElement) {
    this.#element = element;
  }

  assertion(): SamlAssertion {
    const { attributes } = this.#element;
    if (!isElement(this.#element, SAML, 'Assertion') || attributes.Version !== '2.0' || !attributes.ID) throw new Unfit();
    const issuedAt = timeOf(attributes.IssueInstant);
    const subject = one(this.#element, 'Subject');
    const nameId = subject && one(subject, 'NameID');
    const issuer = one(this.#element, 'Issuer');
    if (issuedAt === undefined || !issuer || !nameId) throw new Unfit();
    const conditions = one(this.#element, 'Conditions');
    const notBefore = timeOf(conditions?.attributes.NotBefore);
    const notOnOrAfter = timeOf(conditions?.attributes.NotOnOrAfter);
    const audiences = conditions ? all(conditions, 'AudienceRestriction').map((each) => all(each, 'Audience').map(textOf)) : [];
    return {
      id: attributes.ID,
      issuer: textOf(issuer),
      issuedAt,
      nameId: textOf(nameId),
      nameIdFormat: nameId.attributes.Format,
      confirmation: confirmationOf(subject),
      notBefore,
      notOnOrAfter,
      audiences,
      sessionNotOnOrAfter: sessionEnd(this.#element),
      attributes: attributesOf(this.#element),
    };
  }
}

function confirmationOf(subject: XmlElement): SamlAssertion['confirmation'] {
  const [confirmation, ...others] = all(subject, 'SubjectConfirmation');
  const data = confirmation && one(confirmation, 'SubjectConfirmationData');
  if (!data || others.length > 0 || confirmation.attributes.Method !== BEARER) return undefined;
  const { Recipient: recipient } = data.attributes;
  const notOnOrAfter = timeOf(data.attributes.NotOnOrAfter);
  const notBefore = timeOf(data.attributes.NotBefore);
  return recipient && notOnOrAfter !== undefined ? { recipient, notOnOrAfter, notBefore } : undefined;
}

/** The earliest of several. */
function sessionEnd(assertion: XmlElement): number | undefined {
  const ends = all(assertion, 'AuthnStatement').flatMap(({ attributes }) => timeOf(attributes.SessionNotOnOrAfter) ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function attributesOf(assertion: XmlElement): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  let values = 0;
  for (const statement of all(assertion, 'AttributeStatement')) {
    for (const attribute of all(statement, 'Attribute')) {
      const { Name: name } = attribute.attributes;
      // One attribute that comes twice could be read in two ways.
      if (!name || found.has(name) || found.size >= MOST_ATTRIBUTES) throw new Unfit();
      const texts = all(attribute, 'AttributeValue').map(textOf);
      values += texts.length;
      if (values > MOST_VALUES) throw new Unfit();
      found.set(name, texts);
    }
  }
  return found;
}

const all = (element: XmlElement, name: string): readonly XmlElement[] => element.children.filter((child) => isElement(child, SAML, name));

function one(element: XmlElement, name: string): XmlElement | undefined {
  const [found, ...others] = all(element, name);
  if (others.length > 0) throw new Unfit();
  return found;
}

/** The text of an element that holds nothing else, without the white space that indents it. */
function textOf({ children, text }: XmlElement): string {
  if (children.length > 0) throw new Unfit();
  return text.trim();
}

const TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** A time with its zone; undefined when there is none. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new Unfit();
  return time;
}
