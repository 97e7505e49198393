import { all, type Entry, find, type Where } from './entry.ts';
import { notFound } from './errors.ts';
import { portfolioAtHand } from './portfolio.ts';

/** @throws ResourceNotFoundException  it is not one of the account's own */
export async function ownProduct(id: string, where: Where): Promise<Entry<'product'>> {
  const found = await find('product', id, where);
  if (!found) throw notFound('Product', id);
  return found;
}

/** A product of the account's own, or of a portfolio that it has accepted: what its administrators see. */
export async function productAtHand(id: string, where: Where): Promise<Entry<'product'> | undefined> {
  const own = await find('product', id, where);
  if (own) return own;
  for (const share of await all('accepted-share', where)) {
    const portfolio = await portfolioAtHand(share.id, where);
    const membership = portfolio && (await find('membership', `${share.id}/${id}`, { ...where, account: portfolio.accountId }));
    if (portfolio && membership) return find('product', id, { ...where, account: portfolio.accountId });
  }
  return undefined;
}
