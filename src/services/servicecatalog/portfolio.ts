import type {
  CreatePortfolioInput,
  CreatePortfolioOutput,
  DeletePortfolioInput,
  DescribePortfolioInput,
  DescribePortfolioOutput,
  ListPortfoliosInput,
  ListPortfoliosOutput,
  PortfolioDetail,
  UpdatePortfolioInput,
  UpdatePortfolioOutput,
} from '@aws-sdk/client-service-catalog';
import type { OperationContext } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import type { Valid } from '../../model/valid.ts';
import { catalogEntries } from '../../store/tables/service-catalog.ts';
import { all, type Entry, entryOf, find, makeOnce, newId, remove, requireRoom, taggedAnew, tagsOf, type Where } from './entry.ts';
import { inUse, notFound } from './errors.ts';
import { pageOf } from './page.ts';

const QUOTA = { name: 'Portfolios per Region', standard: 100 };

export const portfolioDetail = ({ id, name, accountId, region, createdAt, settings }: Entry<'portfolio'>): PortfolioDetail => ({
  Id: id,
  ARN: `arn:${PARTITION}:catalog:${region}:${accountId}:portfolio/${id}`,
  DisplayName: name,
  ...(settings.description !== undefined && { Description: settings.description }),
  CreatedTime: new Date(createdAt),
  ProviderName: settings.providerName,
});

/** @throws ResourceNotFoundException  it is not one of the account's own */
export async function ownPortfolio(id: string, where: Where): Promise<Entry<'portfolio'>> {
  const found = await find('portfolio', id, where);
  if (!found) throw notFound('Portfolio', id);
  return found;
}

/** A portfolio of the account's own, or one of another's that is shared with it, and that it has accepted. Undefined where the share has ended. */
export async function portfolioAtHand(id: string, where: Where): Promise<Entry<'portfolio'> | undefined> {
  const own = await find('portfolio', id, where);
  if (own) return own;
  const accepted = await find('accepted-share', id, where);
  if (!accepted) return undefined;
  const there = { ...where, account: accepted.settings.ownerId };
  return (await find('share', `${id}/${where.account}`, there)) && (await find('portfolio', id, there));
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolio.html */
export async function createPortfolio(input: Valid<CreatePortfolioInput>, context: OperationContext): Promise<CreatePortfolioOutput> {
  const { DisplayName, Description, ProviderName, Tags, IdempotencyToken } = input;
  const tags = taggedAnew([], Tags);
  return context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const portfolio = await makeOnce('portfolio', { operation: 'CreatePortfolio', token: IdempotencyToken }, call, async () => {
      await requireRoom('portfolio', QUOTA, call);
      const settings = { description: Description, providerName: ProviderName };
      const fresh = entryOf(context, { type: 'portfolio', id: newId('port', context), name: DisplayName, tags, settings });
      await writer.insert(catalogEntries, fresh);
      return fresh;
    });
    return { PortfolioDetail: portfolioDetail(portfolio), Tags: tagsOf(portfolio) };
  });
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribePortfolio.html */
export async function describePortfolio(
  { Id }: Valid<DescribePortfolioInput>,
  context: OperationContext,
): Promise<DescribePortfolioOutput> {
  const portfolio = await portfolioAtHand(Id, context);
  if (!portfolio) throw notFound('Portfolio', Id);
  return { PortfolioDetail: portfolioDetail(portfolio), Tags: tagsOf(portfolio), TagOptions: [], Budgets: [] };
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListPortfolios.html */
export async function listPortfolios(input: ListPortfoliosInput, context: OperationContext): Promise<ListPortfoliosOutput> {
  const { page, next } = pageOf(await all('portfolio', context), 'ListPortfolios', input, context);
  return { PortfolioDetails: page.map(portfolioDetail), ...next };
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdatePortfolio.html */
export async function updatePortfolio(input: Valid<UpdatePortfolioInput>, context: OperationContext): Promise<UpdatePortfolioOutput> {
  const { Id, DisplayName, Description, ProviderName, AddTags, RemoveTags } = input;
  return context.installation.store.write(async (writer) => {
    const portfolio = await ownPortfolio(Id, { ...context, reader: writer });
    const { name, settings, tags } = portfolio;
    const changed: Entry<'portfolio'> = {
      ...portfolio,
      name: DisplayName ?? name,
      settings: { description: Description ?? settings.description, providerName: ProviderName ?? settings.providerName },
      tags: taggedAnew(tags, AddTags, RemoveTags),
    };
    await writer.update(catalogEntries, changed);
    return { PortfolioDetail: portfolioDetail(changed), Tags: tagsOf(changed) };
  });
}

/**
 * @throws ResourceInUseException  it has products, principals or shares
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DeletePortfolio.html
 */
export async function deletePortfolio({ Id }: Valid<DeletePortfolioInput>, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const portfolio = await ownPortfolio(Id, call);
    for (const type of ['membership', 'principal', 'share'] as const)
      if ((await all(type, call, { parent: Id })).length > 0)
        throw inUse(`Portfolio ${Id} cannot be deleted: it has products, principals or shares.`);
    await remove(writer, portfolio);
  });
  return {};
}
