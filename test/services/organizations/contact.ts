import { accounts } from '../../../src/store/tables/account.ts';
import type { TestServer } from '../../harness.ts';

/** What an account needs to stand alone. */
export const giveContact = (server: TestServer, accountId: string): Promise<void> =>
  server.installation.store.write(async (writer) => {
    const account = await writer.get(accounts, [accountId]);
    if (!account) throw new Error(`no account ${accountId}`);
    const contact = { FullName: 'A', AddressLine1: 'B 1', City: 'C', PostalCode: '1', CountryCode: 'US', PhoneNumber: '+1 206 555 0100' };
    await writer.update(accounts, { ...account, contact });
  });
