import type {
  AssociateProductWithPortfolioInput,
  CreateProductInput,
  CreateProductOutput,
  DeleteProductInput,
  DescribeProductAsAdminInput,
  DescribeProductAsAdminOutput,
  DisassociateProductFromPortfolioInput,
  ListPortfoliosForProductInput,
  ListPortfoliosForProductOutput,
  ProductViewDetail,
  ProductViewSummary,
  UpdateProductInput,
  UpdateProductOutput,
} from '@aws-sdk/client-service-catalog';
import type { OperationContext } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import type { Valid } from '../../model/valid.ts';
import { catalogEntries } from '../../store/tables/service-catalog.ts';
import { all, type Entry, entryOf, find, makeOnce, newId, remove, requireRoom, taggedAnew, tagsOf, type Where } from './entry.ts';
import { inUse, invalid, notFound } from './errors.ts';
import { pageOf } from './page.ts';
import { ownPortfolio, portfolioDetail } from './portfolio.ts';
import { ownProduct, productAtHand } from './product-at-hand.ts';
import { artifactDetail, artifactOf, artifactsOf } from './provisioning-artifact.ts';

const PRODUCTS = { name: 'Products per Region', standard: 350 };
const IN_PORTFOLIO = { name: 'Products per portfolio', standard: 150 };

type Product = Entry<'product'>;

export const productSummary = ({ id, name, settings }: Product): ProductViewSummary => ({
  Id: settings.viewId,
  ProductId: id,
  Name: name,
  Owner: settings.owner,
  Type: settings.productType as NonNullable<ProductViewSummary['Type']>,
  HasDefaultPath: false,
  ...(settings.description !== undefined && { ShortDescription: settings.description }),
  ...(settings.distributor !== undefined && { Distributor: settings.distributor }),
  ...(settings.supportDescription !== undefined && { SupportDescription: settings.supportDescription }),
  ...(settings.supportEmail !== undefined && { SupportEmail: settings.supportEmail }),
  ...(settings.supportUrl !== undefined && { SupportUrl: settings.supportUrl }),
});

export const productDetail = (product: Product): ProductViewDetail => ({
  ProductViewSummary: productSummary(product),
  Status: 'AVAILABLE',
  ProductARN: `arn:${PARTITION}:catalog:${product.region}:${product.accountId}:product/${product.id}`,
  CreatedTime: new Date(product.createdAt),
});

/**
 * Creates a product with its first version.
 * @throws InvalidParametersException  it has no version; its source is a repository, which cannot be read here
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProduct.html
 */
export async function createProduct(input: Valid<CreateProductInput>, context: OperationContext): Promise<CreateProductOutput> {
  const { Name, Owner, ProductType, ProvisioningArtifactParameters, SourceConnection, IdempotencyToken, Tags } = input;
  if (SourceConnection)
    throw invalid('Products from a source connection cannot be synchronised here: give ProvisioningArtifactParameters.');
  if (!ProvisioningArtifactParameters) throw invalid('ProvisioningArtifactParameters must be specified.');
  const tags = taggedAnew([], Tags);
  return context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const product = await makeOnce('product', { operation: 'CreateProduct', token: IdempotencyToken }, call, async () => {
      await requireRoom('product', PRODUCTS, call);
      const settings = {
        viewId: newId('prodview', context),
        owner: Owner,
        productType: ProductType,
        description: input.Description,
        distributor: input.Distributor,
        supportDescription: input.SupportDescription,
        supportEmail: input.SupportEmail,
        supportUrl: input.SupportUrl,
      };
      const fresh = entryOf(context, { type: 'product', id: newId('prod', context), name: Name, tags, settings });
      await writer.insert(catalogEntries, fresh);
      await writer.insert(catalogEntries, artifactOf(fresh, ProvisioningArtifactParameters, context));
      return fresh;
    });
    const [artifact] = await artifactsOf(product, call);
    return {
      ProductViewDetail: productDetail(product),
      ...(artifact && { ProvisioningArtifactDetail: artifactDetail(artifact) }),
      Tags: tagsOf(product),
    };
  });
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProductAsAdmin.html */
export async function describeProductAsAdmin(
  { Id, Name }: DescribeProductAsAdminInput,
  context: OperationContext,
): Promise<DescribeProductAsAdminOutput> {
  const product = await namedProduct(Id, Name, context);
  const artifacts = await artifactsOf(product, context);
  return {
    ProductViewDetail: productDetail(product),
    ProvisioningArtifactSummaries: artifacts.map(({ id, name, createdAt, settings }) => ({
      Id: id,
      Name: name,
      CreatedTime: new Date(createdAt),
      ...(settings.description !== undefined && { Description: settings.description }),
      ProvisioningArtifactMetadata: settings.info,
    })),
    Tags: tagsOf(product),
    TagOptions: [],
    Budgets: [],
  };
}

/** @throws InvalidParametersException  neither id nor name; a name that several have */
async function namedProduct(id: string | undefined, name: string | undefined, where: Where): Promise<Product> {
  if (id === undefined && name === undefined) throw invalid('Either the id or the name of a product must be specified.');
  const named = id === undefined ? await all('product', where, { name: name ?? '' }) : [];
  if (named.length > 1) throw invalid(`Several products are named ${name}. Specify the id.`);
  const found = id === undefined ? named[0] : await productAtHand(id, where);
  if (!found || (name !== undefined && found.name !== name)) throw notFound('Product', id ?? name ?? '');
  return found;
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProduct.html */
export async function updateProduct(input: Valid<UpdateProductInput>, context: OperationContext): Promise<UpdateProductOutput> {
  if (input.SourceConnection) throw invalid('Products from a source connection cannot be synchronised here.');
  return context.installation.store.write(async (writer) => {
    const product = await ownProduct(input.Id, { ...context, reader: writer });
    const { settings } = product;
    const changed: Product = {
      ...product,
      name: input.Name ?? product.name,
      settings: {
        ...settings,
        owner: input.Owner ?? settings.owner,
        description: input.Description ?? settings.description,
        distributor: input.Distributor ?? settings.distributor,
        supportDescription: input.SupportDescription ?? settings.supportDescription,
        supportEmail: input.SupportEmail ?? settings.supportEmail,
        supportUrl: input.SupportUrl ?? settings.supportUrl,
      },
      tags: taggedAnew(product.tags, input.AddTags, input.RemoveTags),
    };
    await writer.update(catalogEntries, changed);
    return { ProductViewDetail: productDetail(changed), Tags: tagsOf(changed) };
  });
}

/**
 * @throws ResourceInUseException  it is in a portfolio
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DeleteProduct.html
 */
export async function deleteProduct({ Id }: Valid<DeleteProductInput>, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const product = await ownProduct(Id, call);
    if ((await all('membership', call, { name: Id })).length > 0) throw inUse(`Product ${Id} cannot be deleted: it is in a portfolio.`);
    for (const artifact of await artifactsOf(product, call)) await remove(writer, artifact);
    await remove(writer, product);
  });
  return {};
}

/**
 * Puts a product of the account's own into a portfolio of its own. A product that is shared with it stays in the portfolio it came in.
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociateProductWithPortfolio.html
 */
export async function associateProduct(
  { ProductId: productId, PortfolioId }: Valid<AssociateProductWithPortfolioInput>,
  context: OperationContext,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    await ownPortfolio(PortfolioId, call);
    await ownProduct(productId, call);
    const id = `${PortfolioId}/${productId}`;
    if (await find('membership', id, call)) return;
    await requireRoom('membership', IN_PORTFOLIO, call, PortfolioId);
    const settings = { productId, pathId: newId('lpv2', context) };
    await writer.insert(catalogEntries, entryOf(context, { type: 'membership', id, name: productId, parent: PortfolioId, settings }));
  });
  return {};
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DisassociateProductFromPortfolio.html */
export async function disassociateProduct(
  { ProductId, PortfolioId }: Valid<DisassociateProductFromPortfolioInput>,
  context: OperationContext,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const found = await find('membership', `${PortfolioId}/${ProductId}`, { ...context, reader: writer });
    if (!found) throw notFound('Product', ProductId);
    await remove(writer, found);
  });
  return {};
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListPortfoliosForProduct.html */
export async function listPortfoliosForProduct(
  input: Valid<ListPortfoliosForProductInput>,
  context: OperationContext,
): Promise<ListPortfoliosForProductOutput> {
  const product = await ownProduct(input.ProductId, context);
  const portfolios: Entry<'portfolio'>[] = [];
  for (const { parent } of await all('membership', context, { name: product.id })) portfolios.push(await ownPortfolio(parent, context));
  const { page, next } = pageOf(portfolios, 'ListPortfoliosForProduct', input, context);
  return { PortfolioDetails: page.map(portfolioDetail), ...next };
}
