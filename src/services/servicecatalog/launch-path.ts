import type { ListLaunchPathsInput, ListLaunchPathsOutput } from '@aws-sdk/client-service-catalog';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { all, type Entry, find, tagsOf, type Where } from './entry.ts';
import { invalid, notFound } from './errors.ts';
import { pageOf } from './page.ts';
import { portfoliosOf } from './principal.ts';

/** A product in a portfolio, and the way to launch it. */
export interface Path {
  readonly id: string;
  readonly portfolio: Entry<'portfolio'>;
  readonly product: Entry<'product'>;
}

async function pathsIn(portfolio: Entry<'portfolio'>, where: Where): Promise<Path[]> {
  const there = { ...where, account: portfolio.accountId };
  const paths: Path[] = [];
  for (const { settings } of await all('membership', there, { parent: portfolio.id })) {
    const product = await find('product', settings.productId, there);
    if (product) paths.push({ id: settings.pathId, portfolio, product });
  }
  return paths;
}

/** What the caller sees as a user of the catalog: products of the portfolios that it is a principal of, and no others. */
export async function pathsOf(scope: Scope): Promise<Path[]> {
  const paths: Path[] = [];
  for (const portfolio of await portfoliosOf(scope)) paths.push(...(await pathsIn(portfolio, scope)));
  return paths;
}

/** How calls of users name a product. */
export interface ProductName {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * The paths of one product, for the caller.
 * @throws ResourceNotFoundException   there is no such product for it
 * @throws InvalidParametersException  neither id nor name; a name that several have
 */
export async function pathsTo({ id, name }: ProductName, scope: Scope): Promise<readonly [Path, ...Path[]]> {
  if (id === undefined && name === undefined) throw invalid('Either the id or the name of a product must be specified.');
  const paths = (await pathsOf(scope)).filter(
    ({ product }) => (id === undefined || product.id === id) && (name === undefined || product.name === name),
  );
  const [first, ...rest] = paths;
  if (!first) throw notFound('Product', id ?? name ?? '');
  if (rest.some(({ product }) => product.id !== first.product.id)) throw invalid(`Several products are named ${name}. Specify the id.`);
  return [first, ...rest];
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListLaunchPaths.html */
export async function listLaunchPaths(input: Valid<ListLaunchPathsInput>, context: OperationContext): Promise<ListLaunchPathsOutput> {
  const paths = await pathsTo({ id: input.ProductId }, context);
  const { page, next } = pageOf(paths, 'ListLaunchPaths', input, context);
  return {
    LaunchPathSummaries: page.map(({ id, portfolio }) => ({
      Id: id,
      Name: portfolio.name,
      Tags: tagsOf(portfolio),
      ConstraintSummaries: [],
    })),
    ...next,
  };
}
