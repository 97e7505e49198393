import type {
  CreateProvisioningArtifactInput,
  CreateProvisioningArtifactOutput,
  DeleteProvisioningArtifactInput,
  DescribeProvisioningArtifactInput,
  DescribeProvisioningArtifactOutput,
  ListProvisioningArtifactsInput,
  ListProvisioningArtifactsOutput,
  ProvisioningArtifactDetail,
  ProvisioningArtifactProperties,
  UpdateProvisioningArtifactInput,
  UpdateProvisioningArtifactOutput,
} from '@aws-sdk/client-service-catalog';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { catalogEntries } from '../../store/tables/service-catalog.ts';
import { all, type Entry, entryOf, find, makeOnce, newId, remove, requireRoom, type Where } from './entry.ts';
import { inUse, invalid, notFound } from './errors.ts';
import { pathsTo } from './launch-path.ts';
import { ownProduct, productAtHand } from './product-at-hand.ts';

const QUOTA = { name: 'Product versions per product', standard: 100 };

type Product = Entry<'product'>;
type Artifact = Entry<'artifact'>;

/** The versions of a product, the oldest first: kept where it is. */
export const artifactsOf = ({ id, accountId }: Product, where: Where): Promise<Artifact[]> =>
  all('artifact', { ...where, account: accountId }, { parent: id });

/**
 * A version of a product, as it is asked for. Its template is taken as named: nothing here can read it.
 * @throws InvalidParametersException  it does not say where its template is
 */
export function artifactOf(product: Product, asked: Valid<ProvisioningArtifactProperties>, context: OperationContext): Artifact {
  const { Name, Description, Info, Type } = asked;
  if (!Info) throw invalid('ProvisioningArtifactParameters.Info must be specified.');
  const id = newId('pa', context);
  const settings = {
    description: Description,
    artifactType: Type ?? product.settings.productType,
    info: Info,
    active: true,
    guidance: 'DEFAULT' as const,
  };
  return entryOf(context, { type: 'artifact', id, name: Name ?? id, parent: product.id, settings });
}

export const artifactDetail = ({ id, name, createdAt, settings }: Artifact): ProvisioningArtifactDetail => ({
  Id: id,
  Name: name,
  ...(settings.description !== undefined && { Description: settings.description }),
  Type: settings.artifactType as NonNullable<ProvisioningArtifactDetail['Type']>,
  CreatedTime: new Date(createdAt),
  Active: settings.active,
  Guidance: settings.guidance,
});

/** Where its template is, under the name that answers have for it. */
const infoOf = ({ settings: { info } }: Artifact): Record<string, string> => {
  const { LoadTemplateFromURL: url, ...rest } = info;
  return { ...rest, ...(url !== undefined && { TemplateUrl: url }) };
};

const answer = (artifact: Artifact) => ({
  ProvisioningArtifactDetail: artifactDetail(artifact),
  Info: infoOf(artifact),
  Status: 'AVAILABLE' as const,
});

async function ownArtifact(productId: string, id: string, where: Where): Promise<Artifact> {
  const product = await ownProduct(productId, where);
  const found = await find('artifact', id, where);
  if (found?.parent !== product.id) throw notFound('Provisioning artifact', id);
  return found;
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProvisioningArtifact.html */
export async function createProvisioningArtifact(
  input: Valid<CreateProvisioningArtifactInput>,
  context: OperationContext,
): Promise<CreateProvisioningArtifactOutput> {
  const { ProductId, Parameters, IdempotencyToken } = input;
  const operation = `CreateProvisioningArtifact/${ProductId}`;
  return context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const product = await ownProduct(ProductId, call);
    const artifact = await makeOnce('artifact', { operation, token: IdempotencyToken }, call, async () => {
      await requireRoom('artifact', QUOTA, call, ProductId);
      const fresh = artifactOf(product, Parameters, context);
      await writer.insert(catalogEntries, fresh);
      return fresh;
    });
    return answer(artifact);
  });
}

/**
 * A version, for administrators of its product and for those who may launch it.
 * @throws InvalidParametersException  it is not said which product, or which version
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningArtifact.html
 */
export async function describeProvisioningArtifact(
  input: DescribeProvisioningArtifactInput,
  context: OperationContext,
): Promise<DescribeProvisioningArtifactOutput> {
  const { ProductId: id, ProductName: name, ProvisioningArtifactId, ProvisioningArtifactName } = input;
  const own = id === undefined ? undefined : await productAtHand(id, context);
  const product = own ?? (await pathsTo({ id, name }, context))[0].product;
  const artifact = await chosenArtifact(product, { id: ProvisioningArtifactId, name: ProvisioningArtifactName }, context);
  return { ...answer(artifact), ...(input.IncludeProvisioningArtifactParameters && { ProvisioningArtifactParameters: [] }) };
}

/** @throws InvalidParametersException  neither id nor name  @throws ResourceNotFoundException */
export async function chosenArtifact(
  product: Product,
  { id, name }: { readonly id?: string | undefined; readonly name?: string | undefined },
  where: Where,
): Promise<Artifact> {
  if (id === undefined && name === undefined) throw invalid('Either ProvisioningArtifactId or ProvisioningArtifactName must be specified.');
  const found = (await artifactsOf(product, where)).find(
    (artifact) => (id === undefined || artifact.id === id) && (name === undefined || artifact.name === name),
  );
  if (!found) throw notFound('Provisioning artifact', id ?? name ?? '');
  return found;
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListProvisioningArtifacts.html */
export async function listProvisioningArtifacts(
  { ProductId }: Valid<ListProvisioningArtifactsInput>,
  context: OperationContext,
): Promise<ListProvisioningArtifactsOutput> {
  const product = await productAtHand(ProductId, context);
  if (!product) throw notFound('Product', ProductId);
  return { ProvisioningArtifactDetails: (await artifactsOf(product, context)).map(artifactDetail) };
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_UpdateProvisioningArtifact.html */
export async function updateProvisioningArtifact(
  input: Valid<UpdateProvisioningArtifactInput>,
  context: OperationContext,
): Promise<UpdateProvisioningArtifactOutput> {
  return context.installation.store.write(async (writer) => {
    const artifact = await ownArtifact(input.ProductId, input.ProvisioningArtifactId, { ...context, reader: writer });
    const { settings } = artifact;
    const changed: Artifact = {
      ...artifact,
      name: input.Name ?? artifact.name,
      settings: {
        ...settings,
        description: input.Description ?? settings.description,
        active: input.Active ?? settings.active,
        guidance: input.Guidance ?? settings.guidance,
      },
    };
    await writer.update(catalogEntries, changed);
    return answer(changed);
  });
}

/**
 * @throws ResourceInUseException  it is the only one of its product, or something was launched from it
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DeleteProvisioningArtifact.html
 */
export async function deleteProvisioningArtifact(
  { ProductId, ProvisioningArtifactId: id }: Valid<DeleteProvisioningArtifactInput>,
  context: OperationContext,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const artifact = await ownArtifact(ProductId, id, call);
    if ((await all('artifact', call, { parent: ProductId })).length === 1)
      throw inUse(`Provisioning artifact ${id} cannot be deleted: it is the only one of its product.`);
    if ((await all('provisioned-product', call)).some(({ settings }) => settings.artifactId === id))
      throw inUse(`Provisioning artifact ${id} cannot be deleted: a product is provisioned from it.`);
    await remove(writer, artifact);
  });
  return {};
}
