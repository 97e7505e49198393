import type {
  CreateAccountAliasRequest,
  DeleteAccountAliasRequest,
  ListAccountAliasesRequest,
  ListAccountAliasesResponse,
} from '@aws-sdk/client-iam';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type Account, accounts } from '../../store/tables/account.ts';
import { entityAlreadyExists, invalidInput, noSuchEntity } from './errors.ts';
import { takePageOf } from './page.ts';

/*
 * The name by which an account can be addressed at sign-in: at most one, and no two accounts have the same.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/console-account-alias.html
 */

async function ownAccount(reader: Reader, scope: Pick<Scope, 'account'>): Promise<Account> {
  const account = await reader.get(accounts, [scope.account]);
  // Nobody is authenticated in an account that does not exist.
  if (!account) throw new Error(`account ${scope.account} is missing`);
  return account;
}

/**
 * Replaces the alias there was.
 * @throws EntityAlreadyExists  409  this account, or another, has it
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
 */
export async function createAccountAlias(input: Valid<CreateAccountAliasRequest>, context: OperationContext): Promise<object> {
  const { AccountAlias: alias } = input;
  // (unverified) code and wording
  if (/^[0-9]{12}$/.test(alias)) throw invalidInput(`The account alias ${alias} must not be a 12-digit number.`);
  await context.installation.store.write(async (writer) => {
    if (await writer.find(accounts, 'alias', [alias])) throw entityAlreadyExists(`The account alias ${alias} already exists.`);
    await writer.update(accounts, { ...(await ownAccount(writer, context)), alias });
  });
  return {};
}

/**
 * @throws NoSuchEntity  404  it is not this account's alias
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html
 */
export async function deleteAccountAlias(input: Valid<DeleteAccountAliasRequest>, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { alias, ...account } = await ownAccount(writer, context);
    // (unverified) wording
    if (alias !== input.AccountAlias) throw noSuchEntity(`The account alias with name ${input.AccountAlias} cannot be found.`);
    await writer.update(accounts, account);
  });
  return {};
}

/** None or one. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html */
export async function listAccountAliases(
  input: Valid<ListAccountAliasesRequest>,
  context: OperationContext,
): Promise<ListAccountAliasesResponse> {
  const { alias } = await ownAccount(context.reader, context);
  const aliases = alias === undefined ? [] : [alias];
  const { items, end } = await takePageOf(context, { operation: 'ListAccountAliases', filters: [] }, input, aliases, (name) => [name]);
  return { AccountAliases: items, ...end };
}
