import type { GetContactInformationRequest, GetContactInformationResponse, PutContactInformationRequest } from '@aws-sdk/client-account';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { accounts } from '../../store/tables/account.ts';
import { invalidField, notFound } from './errors.ts';
import { accountToManage, type Known } from './resources.ts';

/** Countries whose addresses have a state or region. */
const WITH_STATES: ReadonlySet<string> = new Set(['US', 'CA', 'GB', 'DE', 'JP', 'IN', 'BR']);

/**
 * The primary contact of an account, as given at sign-up or last put.
 * @throws ResourceNotFound  404  an account that was made without one, by Organizations for example (unverified sentence)
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_GetContactInformation.html
 */
export async function getContactInformation(
  _: Valid<GetContactInformationRequest>,
  context: OperationContext<Known>,
): Promise<GetContactInformationResponse> {
  const { contact } = await accountToManage(context.reader, context, 'GetContactInformation');
  if (!contact) throw notFound('No contact information found for the account.');
  return { ContactInformation: contact };
}

/**
 * Replaces the primary contact as a whole.
 * @throws Validation  400  the country has states or regions, and none is given; it is no country code
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_PutContactInformation.html
 */
export async function putContactInformation(
  { ContactInformation: contact }: Valid<PutContactInformationRequest>,
  context: OperationContext<Known>,
): Promise<object> {
  if (!/^[A-Z]{2}$/.test(contact.CountryCode)) throw invalidField('countryCode', 'CountryCode must be an ISO 3166 code of two letters.');
  if (WITH_STATES.has(contact.CountryCode) && contact.StateOrRegion === undefined)
    throw invalidField('stateOrRegion', `StateOrRegion is required for ${contact.CountryCode}.`);
  await context.installation.store.write(async (writer) => {
    const account = await accountToManage(writer, context, 'PutContactInformation');
    await writer.update(accounts, { ...account, contact });
  });
  return {};
}
