import type { GetAccountInformationRequest, GetAccountInformationResponse, PutAccountNameRequest } from '@aws-sdk/client-account';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { accounts } from '../../store/tables/account.ts';
import { accountToManage, type Known } from './resources.ts';

/**
 * Id, name, state and day of creation. An account that is being closed is `SUSPENDED` as long as it can be seen (unverified).
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_GetAccountInformation.html
 */
export async function getAccountInformation(
  _: Valid<GetAccountInformationRequest>,
  context: OperationContext<Known>,
): Promise<GetAccountInformationResponse> {
  const account = await accountToManage(context.reader, context, 'GetAccountInformation');
  const { closure, heldBack } = context.target.stored?.membership ?? {};
  const closed = closure !== undefined && closure.closedAt <= context.now;
  return {
    AccountId: account.accountId,
    AccountName: account.name,
    AccountCreatedDate: new Date(account.createdAt),
    AccountState: heldBack ?? (closed ? 'CLOSED' : account.status),
  };
}

/**
 * Renames an account; Organizations shows the new name at once.
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_PutAccountName.html
 */
export async function putAccountName(
  { AccountName: name }: Valid<PutAccountNameRequest>,
  context: OperationContext<Known>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const account = await accountToManage(writer, context, 'PutAccountName');
    await writer.update(accounts, { ...account, name });
  });
  return {};
}
