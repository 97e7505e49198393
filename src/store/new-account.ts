import type { Random } from '../core/id.ts';
import { insertDefaultNetworks } from './default-network.ts';
import type { Writer } from './store.ts';
import { type Account, accounts, type ContactInformation } from './tables/account.ts';

export interface NewAccount {
  /** Twelve digits; drawn when absent. */
  readonly accountId?: string | undefined;
  readonly name: string;
  /** The root user's address. */
  readonly email: string;
  /** Of the root user's password (authentication/password.ts); without one nobody can sign in as root. */
  readonly passwordHash?: string | undefined;
  /** Whether the root user may come to a password by a code mailed to its address. */
  readonly mayHavePassword?: boolean | undefined;
  readonly contact?: ContactInformation | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface AccountParts {
  readonly random: Random;
  /** The regions that get a default network. */
  readonly regions: readonly string[];
}

/**
 * Makes an active account in the given transaction: its root user and a default network in every region. AWS's managed policies are there
 * for every account without any row.
 * @throws DuplicateKeyError  the id or the address is taken
 */
export async function createAccount(writer: Writer, account: NewAccount, { random, regions }: AccountParts): Promise<Account> {
  const accountId = account.accountId ?? (await freeAccountId(writer, random));
  const row: Account = {
    accountId,
    name: account.name,
    email: account.email,
    ...(account.passwordHash !== undefined && { rootPasswordHash: account.passwordHash, rootPasswordChangedAt: account.createdAt }),
    ...(account.mayHavePassword === true && { rootPasswordAllowedAt: account.createdAt }),
    ...(account.contact !== undefined && { contact: account.contact }),
    status: 'ACTIVE',
    createdAt: account.createdAt,
  };
  await writer.insert(accounts, row);
  await insertDefaultNetworks(writer, accountId, regions, random);
  return row;
}

/** Twelve random digits that no account has; the first is not 0, as spreadsheets eat it. */
async function freeAccountId(writer: Writer, random: Random): Promise<string> {
  for (;;) {
    const value = random.bytes(6).reduce((sum, byte) => sum * 256 + byte, 0);
    // Evenly distributed: 281 whole ranges of 10^12 lie below 2^48.
    if (value >= 281_000_000_000_000) continue;
    const accountId = String(value % 1_000_000_000_000);
    if (accountId.length === 12 && (await writer.get(accounts, [accountId])) === undefined) return accountId;
  }
}
