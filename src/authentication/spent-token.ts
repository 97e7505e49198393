import { DuplicateKeyError, type Store } from '../store/store.ts';
import { spentTokens } from '../store/tables/console.ts';

/** Rows that have expired, removed with each new one. */
const SWEPT = 20;

/**
 * Whether something that works once had not been used yet; from now on it has. Over all nodes, as the store decides.
 * @param token      which: `signin-token:…`; at most a few hundred characters
 * @param expiresAt  when it stops working anyway, and need no longer be remembered
 */
export async function spend(store: Store, token: string, expiresAt: number, now: number): Promise<boolean> {
  try {
    await store.write(async (writer) => {
      await writer.insert(spentTokens, { token, expiresAt });
      for (const spent of await writer.list(spentTokens, { index: 'expiry', prefix: [], limit: SWEPT })) {
        if (spent.expiresAt > now) return;
        await writer.delete(spentTokens, [spent.token]);
      }
    });
    return true;
  } catch (error) {
    if (error instanceof DuplicateKeyError) return false;
    throw error;
  }
}
