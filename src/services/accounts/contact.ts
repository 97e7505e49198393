import { ServiceError } from '../../core/service-error.ts';
import type { ContactInformation } from '../../store/tables/account.ts';

/** Longest value of each member, as AWS's Account Management takes them. */
const MEMBERS = {
  FullName: 50,
  AddressLine1: 60,
  City: 50,
  PostalCode: 20,
  CountryCode: 2,
  PhoneNumber: 20,
  CompanyName: 50,
  StateOrRegion: 50,
  AddressLine2: 60,
  AddressLine3: 60,
  DistrictOrCounty: 50,
  WebsiteUrl: 256,
} as const satisfies Record<keyof ContactInformation, number>;

const OPTIONAL: ReadonlySet<string> = new Set([
  'CompanyName',
  'StateOrRegion',
  'AddressLine2',
  'AddressLine3',
  'DistrictOrCounty',
  'WebsiteUrl',
]);

/** Control characters and the marks that reorder text on a screen. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * Checks contact details.
 * @throws ValidationException  400  naming the first member that will not do
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_ContactInformation.html
 */
export function checkContact(given: Partial<ContactInformation>): ContactInformation {
  for (const [name, max] of Object.entries(MEMBERS)) {
    const value = given[name as keyof ContactInformation];
    if (value === undefined) {
      if (!OPTIONAL.has(name)) throw invalid(`${name} is required.`);
      continue;
    }
    const length = [...value].length;
    if (value.trim() === '' || length > max || UNPRINTABLE.test(value)) {
      throw invalid(`${name} must be 1 to ${max} characters of printable text.`);
    }
  }
  if (!/^[A-Z]{2}$/.test(given.CountryCode ?? '')) throw invalid('CountryCode must be a two-letter country code in capitals, such as US.');
  if (!/^\+[0-9 ()-]+$/.test(given.PhoneNumber ?? '')) throw invalid('PhoneNumber must be in international form, such as +1 206 555 0100.');
  return given as ContactInformation;
}

const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message, { status: 400 });
