import type {
  AcceptPortfolioShareInput,
  CreatePortfolioShareInput,
  DeletePortfolioShareInput,
  ListAcceptedPortfolioSharesInput,
  ListAcceptedPortfolioSharesOutput,
  ListPortfolioAccessInput,
  ListPortfolioAccessOutput,
  RejectPortfolioShareInput,
} from '@aws-sdk/client-service-catalog';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { accounts } from '../../store/tables/account.ts';
import { catalogEntries } from '../../store/tables/service-catalog.ts';
import { all, type Entry, entryOf, find, remove, requireRoom } from './entry.ts';
import { invalid, notFound } from './errors.ts';
import { pageOf } from './page.ts';
import { ownPortfolio, portfolioAtHand, portfolioDetail } from './portfolio.ts';

const SHARES = { name: 'Shared accounts per portfolio', standard: 500 };
const ACCEPTED = { name: 'Accepted portfolio shares', standard: 500 };

/** @throws OperationNotSupportedException  shares with an organization: those are not kept */
function accountOf({ AccountId, OrganizationNode }: { AccountId?: string | undefined; OrganizationNode?: object | undefined }): string {
  if (OrganizationNode !== undefined)
    throw new ServiceError('OperationNotSupportedException', 'Portfolios are shared with accounts here, and not with organizations.');
  if (AccountId === undefined) throw invalid('Either AccountId or OrganizationNode must be specified.');
  return AccountId;
}

/** @throws InvalidParametersException  shares of AWS's own portfolios and of organizations: there are none */
function requireImported(type: string | undefined): void {
  if (type !== undefined && type !== 'IMPORTED') throw invalid(`There are no portfolio shares of type ${type} here.`);
}

/**
 * Offers a portfolio to another account, which sees it once it has accepted.
 * @throws InvalidParametersException  there is no such account, or it is this one
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html
 */
export async function createPortfolioShare(input: Valid<CreatePortfolioShareInput>, context: OperationContext): Promise<object> {
  const accountId = accountOf(input);
  const { PortfolioId } = input;
  await context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    await ownPortfolio(PortfolioId, call);
    if (accountId === context.account || !(await writer.get(accounts, [accountId])))
      throw invalid(`Account ${accountId} cannot be shared with.`);
    const id = `${PortfolioId}/${accountId}`;
    if (await find('share', id, call)) return;
    await requireRoom('share', SHARES, call, PortfolioId);
    await writer.insert(
      catalogEntries,
      entryOf(context, { type: 'share', id, name: PortfolioId, parent: PortfolioId, settings: { accountId } }),
    );
  });
  return {};
}

/**
 * Ends a share, whether or not it was accepted; one that is offered anew has to be accepted anew.
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DeletePortfolioShare.html
 */
export async function deletePortfolioShare(input: Valid<DeletePortfolioShareInput>, context: OperationContext): Promise<object> {
  const accountId = accountOf(input);
  await context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const share = await find('share', `${input.PortfolioId}/${accountId}`, call);
    if (!share) throw notFound('Portfolio share', input.PortfolioId);
    await remove(writer, share);
    const accepted = await find('accepted-share', input.PortfolioId, { ...call, account: accountId });
    if (accepted) await remove(writer, accepted);
  });
  return {};
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListPortfolioAccess.html */
export async function listPortfolioAccess(
  input: Valid<ListPortfolioAccessInput>,
  context: OperationContext,
): Promise<ListPortfolioAccessOutput> {
  const portfolio = await ownPortfolio(input.PortfolioId, context);
  const { page, next } = pageOf(await all('share', context, { parent: portfolio.id }), 'ListPortfolioAccess', input, context);
  return { AccountIds: page.map(({ settings }) => settings.accountId), ...next };
}

/**
 * @throws ResourceNotFoundException  nobody offers such a portfolio to this account
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AcceptPortfolioShare.html
 */
export async function acceptPortfolioShare(input: Valid<AcceptPortfolioShareInput>, context: OperationContext): Promise<object> {
  const { PortfolioId: id, PortfolioShareType } = input;
  requireImported(PortfolioShareType);
  await context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const former = await find('accepted-share', id, call);
    const ownerId = await ownerOf(id, call);
    if (ownerId === undefined) throw notFound('Portfolio', id);
    if (former?.settings.ownerId === ownerId) return;
    if (former) await remove(writer, former);
    await requireRoom('accepted-share', ACCEPTED, call);
    await writer.insert(catalogEntries, entryOf(context, { type: 'accepted-share', id, name: id, settings: { ownerId } }));
  });
  return {};
}

/** The account that offers a portfolio to the caller's. */
async function ownerOf(id: string, { account, region, reader }: OperationContext): Promise<string | undefined> {
  const [share] = await reader.list(catalogEntries, { index: 'anywhere', prefix: [region, 'share', `${id}/${account}`], limit: 1 });
  return share?.accountId;
}

/**
 * Takes back an acceptance.
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_RejectPortfolioShare.html
 */
export async function rejectPortfolioShare({ PortfolioId }: Valid<RejectPortfolioShareInput>, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const accepted = await find('accepted-share', PortfolioId, { ...context, reader: writer });
    if (!accepted) throw notFound('Portfolio', PortfolioId);
    await remove(writer, accepted);
  });
  return {};
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListAcceptedPortfolioShares.html */
export async function listAcceptedPortfolioShares(
  input: ListAcceptedPortfolioSharesInput,
  context: OperationContext,
): Promise<ListAcceptedPortfolioSharesOutput> {
  const isWanted = input.PortfolioShareType === undefined || input.PortfolioShareType === 'IMPORTED';
  const shown: Entry<'portfolio'>[] = [];
  for (const { id } of isWanted ? await all('accepted-share', context) : []) {
    const portfolio = await portfolioAtHand(id, context);
    if (portfolio) shown.push(portfolio);
  }
  const { page, next } = pageOf(shown, 'ListAcceptedPortfolioShares', input, context);
  return { PortfolioDetails: page.map(portfolioDetail), ...next };
}
