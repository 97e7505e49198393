import type {
  DeleteAlternateContactRequest,
  GetAlternateContactRequest,
  GetAlternateContactResponse,
  PutAlternateContactRequest,
} from '@aws-sdk/client-account';
import type { OperationContext } from '../../authorization/operation.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { accounts } from '../../store/tables/account.ts';
import { notFound } from './errors.ts';
import { accountToManage, type Known } from './resources.ts';

/** As observed. */
const noSuchContact = (): ServiceError => notFound('No contact of the inputted alternate contact type found.');

/**
 * @throws ResourceNotFound  404
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html
 */
export async function getAlternateContact(
  { AlternateContactType: type }: Valid<GetAlternateContactRequest>,
  context: OperationContext<Known>,
): Promise<GetAlternateContactResponse> {
  const { alternateContacts } = await accountToManage(context.reader, context, 'GetAlternateContact');
  const contact = alternateContacts?.[type];
  if (!contact) throw noSuchContact();
  return { AlternateContact: { ...contact, AlternateContactType: type } };
}

/**
 * Sets one of the three, replacing what it was.
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_PutAlternateContact.html
 */
export async function putAlternateContact(
  { AlternateContactType: type, Name, Title, EmailAddress, PhoneNumber }: Valid<PutAlternateContactRequest>,
  context: OperationContext<Known>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const account = await accountToManage(writer, context, 'PutAlternateContact');
    const alternateContacts = { ...account.alternateContacts, [type]: { Name, Title, EmailAddress, PhoneNumber } };
    await writer.update(accounts, { ...account, alternateContacts });
  });
  return {};
}

/**
 * @throws ResourceNotFound  404
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_DeleteAlternateContact.html
 */
export async function deleteAlternateContact(
  { AlternateContactType: type }: Valid<DeleteAlternateContactRequest>,
  context: OperationContext<Known>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const account = await accountToManage(writer, context, 'DeleteAlternateContact');
    const { [type]: removed, ...alternateContacts } = account.alternateContacts ?? {};
    if (!removed) throw noSuchContact();
    await writer.update(accounts, { ...account, alternateContacts });
  });
  return {};
}
