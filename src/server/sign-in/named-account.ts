import type { Reader } from '../../store/store.ts';
import { type Account, accounts } from '../../store/tables/account.ts';

/** The account that somebody has named by its id or its alias. */
export async function findNamedAccount(reader: Reader, text: string): Promise<Account | undefined> {
  if (/^[0-9]{12}$/.test(text)) return reader.get(accounts, [text]);
  return text !== '' && text.length <= 63 ? reader.find(accounts, 'alias', [text.toLowerCase()]) : undefined;
}
