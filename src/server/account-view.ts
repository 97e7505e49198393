import { ServiceError } from '../core/service-error.ts';
import type { Store } from '../store/store.ts';
import { type Account, accounts } from '../store/tables/account.ts';

const PAGE = 100;

/** A page of accounts, by id, after the one that the query names. */
export async function listAccounts(store: Store, query: URLSearchParams): Promise<object> {
  const after = query.get('after');
  const rows = await store.list(accounts, { prefix: [], limit: PAGE + 1, ...(after !== null && { after: [after.slice(0, 12)] }) });
  const shown = rows.slice(0, PAGE);
  const last = rows.length > PAGE ? shown.at(-1)?.accountId : undefined;
  return { accounts: shown.map(accountView), ...(last !== undefined && { next: last }) };
}

/**
 * An account by its id or alias, with its contact.
 * @throws ResourceNotFoundException  404
 */
export async function showAccount(store: Store, id: string): Promise<object> {
  const account = /^[0-9]{12}$/.test(id) ? await store.get(accounts, [id]) : await store.find(accounts, 'alias', [id.slice(0, 63)]);
  if (!account) throw new ServiceError('ResourceNotFoundException', 'There is no such account.', { status: 404 });
  return { ...accountView(account), contact: account.contact };
}

const accountView = ({ accountId, name, email, alias, status, createdAt }: Account) => ({
  accountId,
  arn: `arn:aws:iam::${accountId}:root`,
  name,
  email,
  alias,
  status,
  createdAt: new Date(createdAt).toISOString(),
});
