import type {
  DescribeProductInput,
  DescribeProductOutput,
  DescribeProductViewInput,
  DescribeProductViewOutput,
  SearchProductsAsAdminInput,
  SearchProductsAsAdminOutput,
  SearchProductsInput,
  SearchProductsOutput,
} from '@aws-sdk/client-service-catalog';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { all, type Entry, find, type Where } from './entry.ts';
import { notFound } from './errors.ts';
import { type Filters, requireFilters } from './filters.ts';
import { pathsOf, pathsTo } from './launch-path.ts';
import { pageOf } from './page.ts';
import { portfolioAtHand } from './portfolio.ts';
import { productDetail, productSummary } from './product.ts';
import { artifactsOf } from './provisioning-artifact.ts';

type Product = Entry<'product'>;

/** The versions that users see: those that are active. */
async function versionsOf(product: Product, where: Where) {
  const artifacts = await artifactsOf(product, where);
  return artifacts
    .filter(({ settings }) => settings.active)
    .map(({ id, name, createdAt, settings }) => ({
      Id: id,
      Name: name,
      CreatedTime: new Date(createdAt),
      Guidance: settings.guidance,
      ...(settings.description !== undefined && { Description: settings.description }),
    }));
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProduct.html */
export async function describeProduct({ Id, Name }: DescribeProductInput, context: OperationContext): Promise<DescribeProductOutput> {
  const paths = await pathsTo({ id: Id, name: Name }, context);
  const [{ product }] = paths;
  return {
    ProductViewSummary: productSummary(product),
    ProvisioningArtifacts: await versionsOf(product, context),
    Budgets: [],
    LaunchPaths: paths.map(({ id, portfolio }) => ({ Id: id, Name: portfolio.name })),
  };
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProductView.html */
export async function describeProductView(
  { Id }: Valid<DescribeProductViewInput>,
  context: OperationContext,
): Promise<DescribeProductViewOutput> {
  const found = (await pathsOf(context)).find(({ product }) => product.settings.viewId === Id);
  if (!found) throw notFound('Product view', Id);
  return { ProductViewSummary: productSummary(found.product), ProvisioningArtifacts: await versionsOf(found.product, context) };
}

/** Every filter that is given must pass, by any of its values. Texts are looked for regardless of case (unverified). */
function passes({ id, name, settings }: Product, filters: Filters): boolean {
  const texts = [name, settings.owner, settings.description, settings.distributor, settings.supportDescription];
  const isFound = (word: string): boolean => texts.some((text) => text?.toLowerCase().includes(word.toLowerCase()));
  const judges: Readonly<Record<string, (value: string) => boolean>> = {
    FullTextSearch: isFound,
    Owner: (value) => value === settings.owner,
    ProductType: (value) => value === settings.productType,
    SourceProductId: (value) => value === id,
  };
  return Object.entries(filters).every(([by, values = []]) => values.some((value) => judges[by]?.(value) ?? false));
}

/** By title unless told otherwise (unverified). */
async function sorted(products: Product[], by: string | undefined, order: string | undefined, where: Where): Promise<Product[]> {
  const keyed = [];
  for (const product of products) {
    const versions = by === 'VersionCount' ? (await artifactsOf(product, where)).length : 0;
    keyed.push({ product, key: by === 'CreationDate' ? product.createdAt : by === 'VersionCount' ? versions : product.name });
  }
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.product.id < b.product.id ? -1 : 1));
  const found = keyed.map(({ product }) => product);
  return order === 'DESCENDING' ? found.reverse() : found;
}

/**
 * What the caller may launch.
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProducts.html
 */
export async function searchProducts(input: SearchProductsInput, context: OperationContext): Promise<SearchProductsOutput> {
  const seen = new Map((await pathsOf(context)).map(({ product }) => [product.id, product]));
  const filters = requireFilters(input.Filters);
  const found = [...seen.values()].filter((product) => passes(product, filters));
  const { page, next } = pageOf(await sorted(found, input.SortBy, input.SortOrder, context), 'SearchProducts', input, context);
  const counted = (textOf: (product: Product) => string) =>
    [...new Set(found.map(textOf))].map((Value) => ({ Value, ApproximateCount: found.filter((each) => textOf(each) === Value).length }));
  return {
    ProductViewSummaries: page.map(productSummary),
    ProductViewAggregations: {
      Owner: counted(({ settings }) => settings.owner),
      ProductType: counted(({ settings }) => settings.productType),
    },
    ...next,
  };
}

/**
 * What the account's administrators have: all of its products, or those of one portfolio.
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProductsAsAdmin.html
 */
export async function searchProductsAsAdmin(
  input: SearchProductsAsAdminInput,
  context: OperationContext,
): Promise<SearchProductsAsAdminOutput> {
  const products = input.PortfolioId === undefined ? await all('product', context) : await productsIn(input.PortfolioId, context);
  const filters = requireFilters(input.Filters);
  const found = products.filter((product) => passes(product, filters));
  const { page, next } = pageOf(await sorted(found, input.SortBy, input.SortOrder, context), 'SearchProductsAsAdmin', input, context);
  return { ProductViewDetails: page.map(productDetail), ...next };
}

async function productsIn(portfolioId: string, where: Where): Promise<Product[]> {
  const portfolio = await portfolioAtHand(portfolioId, where);
  if (!portfolio) throw notFound('Portfolio', portfolioId);
  const there = { ...where, account: portfolio.accountId };
  const products: Product[] = [];
  for (const { settings } of await all('membership', there, { parent: portfolioId })) {
    const product = await find('product', settings.productId, there);
    if (product) products.push(product);
  }
  return products;
}
