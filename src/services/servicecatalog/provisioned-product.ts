import type {
  DescribeProvisionedProductInput,
  DescribeProvisionedProductOutput,
  ProvisionedProductAttribute,
  ProvisionedProductDetail,
  ProvisionProductInput,
  ProvisionProductOutput,
  ScanProvisionedProductsInput,
  ScanProvisionedProductsOutput,
  SearchProvisionedProductsInput,
  SearchProvisionedProductsOutput,
  TerminateProvisionedProductInput,
  TerminateProvisionedProductOutput,
  UpdateProvisionedProductInput,
  UpdateProvisionedProductOutput,
} from '@aws-sdk/client-service-catalog';
import type { OperationContext } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import type { Valid } from '../../model/valid.ts';
import { globOfText, matchesGlob } from '../../policy/match/glob.ts';
import type { Writer } from '../../store/store.ts';
import { GONE, phaseAt } from '../../store/tables/sagemaker.ts';
import { catalogEntries } from '../../store/tables/service-catalog.ts';
import { type AccessLevelInput, isWithin, principalIdOf } from './access-level.ts';
import { productCourse, recordCourse } from './course.ts';
import { all, type Entry, entryOf, find, makeOnce, newId, requireRoom, taggedAnew, tagsOf } from './entry.ts';
import { duplicate, invalid, notFound } from './errors.ts';
import { requireFilters } from './filters.ts';
import { type Path, pathsTo } from './launch-path.ts';
import { pageOf } from './page.ts';
import { chosenArtifact } from './provisioning-artifact.ts';
import { provisionedTypeOf, recordDetail } from './record.ts';

const QUOTA = { name: 'Provisioned products per Region', standard: 2000 };

type Provisioned = Entry<'provisioned-product'>;
type Context = OperationContext<Provisioned | undefined>;
type RecordType = Entry<'record'>['settings']['recordType'];

const arnOf = ({ accountId, region, name, id }: Provisioned): string =>
  `arn:${PARTITION}:servicecatalog:${region}:${accountId}:stack/${name}/${id}`;

const statusOf = (provisioned: Provisioned, now: number) =>
  phaseAt(provisioned, now)?.status as NonNullable<ProvisionedProductDetail['Status']>;

/** What every answer tells of one. */
function described(provisioned: Provisioned, now: number) {
  const { id, name, createdAt, settings } = provisioned;
  const status = statusOf(provisioned, now);
  const last = settings.provisioningRecords.at(-1);
  const lastGood = status === 'UNDER_CHANGE' ? settings.provisioningRecords.at(-2) : last;
  return {
    Name: name,
    Arn: arnOf(provisioned),
    Type: provisionedTypeOf(settings.productType),
    Id: id,
    Status: status,
    CreatedTime: new Date(createdAt),
    IdempotencyToken: settings.token,
    LastRecordId: settings.records.at(-1),
    LastProvisioningRecordId: last,
    ...(lastGood !== undefined && { LastSuccessfulProvisioningRecordId: lastGood }),
    ProductId: settings.productId,
    ProvisioningArtifactId: settings.artifactId,
  };
}

/** Writes down what was asked for and by whom, and sets the product on its course. */
async function begin(
  writer: Writer,
  recordType: RecordType,
  provisioned: Provisioned,
  context: OperationContext,
): Promise<Entry<'record'>> {
  const { productId, productType, artifactId, pathId } = provisioned.settings;
  const record = entryOf(context, {
    type: 'record',
    id: newId('rec', context),
    name: provisioned.name,
    parent: provisioned.id,
    tags: provisioned.tags,
    phases: recordCourse(context),
    settings: {
      recordType,
      provisionedProductId: provisioned.id,
      productId,
      productType,
      artifactId,
      pathId,
      principalId: principalIdOf(context),
      userId: context.caller.userId,
    },
  });
  await writer.insert(catalogEntries, record);
  return record;
}

/** The records of a product with one more. */
const withRecord = ({ settings }: Provisioned, { id, settings: { recordType } }: Entry<'record'>): Provisioned['settings'] => ({
  ...settings,
  records: [...settings.records, id].slice(-MOST_RECORDS),
  provisioningRecords:
    recordType === 'TERMINATE_PROVISIONED_PRODUCT'
      ? settings.provisioningRecords
      : [...settings.provisioningRecords, id].slice(-MOST_RECORDS),
});

/** Ids of records that a provisioned product holds itself; the records stay. */
const MOST_RECORDS = 10;

interface ChosenPath {
  readonly PathId?: string | undefined;
  readonly PathName?: string | undefined;
}

/** @throws InvalidParametersException  several ways lead to it, and none is chosen  @throws ResourceNotFoundException */
function chosenPath(paths: readonly Path[], { PathId, PathName }: ChosenPath): Path {
  const wanted = paths.filter(
    ({ id, portfolio }) => (PathId === undefined || id === PathId) && (PathName === undefined || portfolio.name === PathName),
  );
  const [path] = wanted;
  if (!path) throw notFound('Launch path', PathId ?? PathName ?? '');
  if (wanted.length > 1) throw invalid('There are several launch paths. Specify PathId.');
  return path;
}

/**
 * Launches a product of the caller's portfolios. What its template says is not made: the states pass, and that is all.
 * @throws ResourceNotFoundException   no such product, path or version for the caller
 * @throws InvalidParametersException  what is launched, or the way to it, is not said; the version is not active
 * @throws DuplicateResourceException  the name is taken
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionProduct.html
 */
export async function provisionProduct(input: Valid<ProvisionProductInput>, context: OperationContext): Promise<ProvisionProductOutput> {
  const { ProvisionedProductName: name, ProvisionToken: token = '', ProvisioningParameters = [], Tags } = input;
  const tags = taggedAnew([], Tags);
  return context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const path = chosenPath(await pathsTo({ id: input.ProductId, name: input.ProductName }, call), input);
    const { product } = path;
    const wanted = { id: input.ProvisioningArtifactId, name: input.ProvisioningArtifactName };
    const artifact = await chosenArtifact(product, wanted, call);
    if (!artifact.settings.active) throw invalid(`Provisioning artifact ${artifact.id} is not active.`);
    // A token is its caller's own: nobody learns by it what another has launched.
    const operation = `ProvisionProduct/${principalIdOf(context)}`;
    const record = await makeOnce('record', { operation, token }, call, async () => {
      if ((await all('provisioned-product', call, { name })).length > 0)
        throw duplicate(`A provisioned product named ${name} already exists.`);
      await requireRoom('provisioned-product', QUOTA, call);
      const { principal, userId } = context.caller;
      const provisioned: Provisioned = entryOf(context, {
        type: 'provisioned-product',
        id: newId('pp', context),
        name,
        tags,
        phases: productCourse(context),
        settings: {
          token,
          productId: product.id,
          productName: product.name,
          productType: product.settings.productType,
          artifactId: artifact.id,
          artifactName: artifact.name,
          pathId: path.id,
          parameters: laidOver([], ProvisioningParameters),
          userArn: principal.principalArn ?? principal.arn,
          userArnSession: principal.arn,
          principalId: principalIdOf(context),
          userId,
          records: [],
          provisioningRecords: [],
        },
      });
      const begun = await begin(writer, 'PROVISION_PRODUCT', provisioned, context);
      await writer.insert(catalogEntries, { ...provisioned, settings: withRecord(provisioned, begun) });
      return begun;
    });
    return { RecordDetail: recordDetail(record, context.now) };
  });
}

/** @throws ResourceNotFoundException  it is not there */
function found({ target }: Context, which: string): Provisioned {
  if (target.stored) return target.stored;
  throw notFound('Provisioned product', which);
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisionedProduct.html */
export async function describeProvisionedProduct(
  { Id, Name }: DescribeProvisionedProductInput,
  context: Context,
): Promise<DescribeProvisionedProductOutput> {
  if (Id === undefined && Name === undefined) throw invalid('Either the id or the name of a provisioned product must be specified.');
  return { ProvisionedProductDetail: described(found(context, Id ?? Name ?? ''), context.now), CloudWatchDashboards: [] };
}

/** How an update or a termination names what it is of. */
const nameIn = ({
  ProvisionedProductId,
  ProvisionedProductName,
}: Pick<UpdateProvisionedProductInput, 'ProvisionedProductId' | 'ProvisionedProductName'>) => {
  const which = ProvisionedProductId ?? ProvisionedProductName;
  if (which === undefined) throw invalid('Either ProvisionedProductId or ProvisionedProductName must be specified.');
  return which;
};

/** The same as of this instant. @throws InvalidParametersException  a change is under way */
async function current(writer: Writer, { id, name }: Provisioned, context: Context): Promise<Provisioned> {
  const fresh = await find('provisioned-product', id, { ...context, reader: writer });
  if (!fresh) throw notFound('Provisioned product', name);
  if (statusOf(fresh, context.now) === 'UNDER_CHANGE') throw invalid(`Provisioned product ${name} is under change.`);
  return fresh;
}

/** @throws ResourceNotFoundException  @throws InvalidParametersException  as ProvisionProduct, and where a change is under way */
export async function updateProvisionedProduct(
  input: Valid<UpdateProvisionedProductInput>,
  context: Context,
): Promise<UpdateProvisionedProductOutput> {
  const target = found(context, nameIn(input));
  const operation = `UpdateProvisionedProduct/${target.id}`;
  return context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const record = await makeOnce('record', { operation, token: input.UpdateToken }, call, async () => {
      const provisioned = await current(writer, target, context);
      const { settings } = provisioned;
      const wanted = { id: input.ProvisioningArtifactId, name: input.ProvisioningArtifactName };
      const asked = { id: input.ProductId ?? (input.ProductName === undefined ? settings.productId : undefined), name: input.ProductName };
      const paths = await pathsTo(asked, call);
      const path =
        input.PathId === undefined && input.PathName === undefined
          ? (paths.find(({ id }) => id === settings.pathId) ?? chosenPath(paths, {}))
          : chosenPath(paths, input);
      const isNamed = wanted.id !== undefined || wanted.name !== undefined;
      const artifact = await chosenArtifact(path.product, isNamed ? wanted : { id: settings.artifactId }, call);
      if (isNamed && !artifact.settings.active) throw invalid(`Provisioning artifact ${artifact.id} is not active.`);
      const changed: Provisioned = {
        ...provisioned,
        ...(input.Tags && { tags: taggedAnew([], input.Tags) }),
        phases: productCourse(context),
        settings: {
          ...settings,
          productId: path.product.id,
          productName: path.product.name,
          artifactId: artifact.id,
          artifactName: artifact.name,
          pathId: path.id,
          parameters: laidOver(settings.parameters, input.ProvisioningParameters),
        },
      };
      const begun = await begin(writer, 'UPDATE_PROVISIONED_PRODUCT', changed, context);
      await writer.update(catalogEntries, { ...changed, settings: withRecord(changed, begun) });
      return begun;
    });
    return { RecordDetail: recordDetail(record, context.now) };
  });
}

/** Of one template. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_PARAMETERS = 200;

/**
 * Parameters as a call leaves them: those that it does not name, or says to keep, stay.
 * @throws InvalidParametersException  (unverified sentence) more than a template may have
 */
function laidOver(
  held: Provisioned['settings']['parameters'],
  given: Valid<UpdateProvisionedProductInput>['ProvisioningParameters'] = [],
): Provisioned['settings']['parameters'] {
  const values = new Map(held.map(({ Key, Value }) => [Key, Value]));
  for (const { Key, Value, UsePreviousValue } of given) if (!UsePreviousValue) values.set(Key, Value);
  if (values.size > MOST_PARAMETERS) throw invalid(`There can be at most ${MOST_PARAMETERS} ProvisioningParameters.`);
  return [...values].map(([Key, Value]) => ({ Key, Value }));
}

/**
 * @throws ResourceNotFoundException
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_TerminateProvisionedProduct.html
 */
export async function terminateProvisionedProduct(
  input: Valid<TerminateProvisionedProductInput>,
  context: Context,
): Promise<TerminateProvisionedProductOutput> {
  const target = found(context, nameIn(input));
  const operation = `TerminateProvisionedProduct/${target.id}`;
  return context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const record = await makeOnce('record', { operation, token: input.TerminateToken }, call, async () => {
      const provisioned = await current(writer, target, context);
      const begun = await begin(writer, 'TERMINATE_PROVISIONED_PRODUCT', provisioned, context);
      await writer.update(catalogEntries, {
        ...provisioned,
        phases: productCourse(context, GONE),
        settings: withRecord(provisioned, begun),
      });
      return begun;
    });
    return { RecordDetail: recordDetail(record, context.now) };
  });
}

const listed = async (input: AccessLevelInput, context: OperationContext): Promise<Provisioned[]> =>
  (await all('provisioned-product', context)).filter(({ settings }) => isWithin(settings, input, context));

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ScanProvisionedProducts.html */
export async function scanProvisionedProducts(
  input: ScanProvisionedProductsInput,
  context: OperationContext,
): Promise<ScanProvisionedProductsOutput> {
  const { page, next } = pageOf(await listed(input, context), 'ScanProvisionedProducts', input, context);
  return { ProvisionedProducts: page.map((provisioned) => described(provisioned, context.now)), ...next };
}

const attributes = (provisioned: Provisioned, now: number): ProvisionedProductAttribute => ({
  ...described(provisioned, now),
  Tags: tagsOf(provisioned),
  ProductName: provisioned.settings.productName,
  ProvisioningArtifactName: provisioned.settings.artifactName,
  UserArn: provisioned.settings.userArn,
  UserArnSession: provisioned.settings.userArnSession,
});

/** What a query can ask of, and most of it what results can be sorted by: name in the query → text. */
const ASKED: Readonly<Record<string, (each: ProvisionedProductAttribute) => string | undefined>> = {
  arn: ({ Arn }) => Arn,
  createdtime: ({ CreatedTime }) => CreatedTime?.toISOString(),
  id: ({ Id }) => Id,
  idempotencytoken: ({ IdempotencyToken }) => IdempotencyToken,
  lastprovisioningrecordid: ({ LastProvisioningRecordId }) => LastProvisioningRecordId,
  lastrecordid: ({ LastRecordId }) => LastRecordId,
  lastsuccessfulprovisioningrecordid: ({ LastSuccessfulProvisioningRecordId }) => LastSuccessfulProvisioningRecordId,
  name: ({ Name }) => Name,
  productid: ({ ProductId }) => ProductId,
  productname: ({ ProductName }) => ProductName,
  provisioningartifactid: ({ ProvisioningArtifactId }) => ProvisioningArtifactId,
  provisioningartifactname: ({ ProvisioningArtifactName }) => ProvisioningArtifactName,
  status: ({ Status }) => Status,
  tags: ({ Tags = [] }) => Tags.map(({ Key, Value }) => `${Key}:${Value}`).join(' '),
  type: ({ Type }) => Type,
  userarn: ({ UserArn }) => UserArn,
  userarnsession: ({ UserArnSession }) => UserArnSession,
};

const SORTS = ['arn', 'id', 'name', 'lastrecordid', 'createdtime', 'status'];

/** How one term of a query is found, `name:value` or a value alone; `*` and `?` are wildcards (case does not matter, unverified). */
function finderOf(term: string): (each: ProvisionedProductAttribute) => boolean {
  const [, name = '', value = ''] = /^([A-Za-z]+):(.*)$/s.exec(term) ?? [];
  const asked = Object.hasOwn(ASKED, name.toLowerCase()) ? ASKED[name.toLowerCase()] : undefined;
  const glob = globOfText((asked ? value : `*${term}*`).toLowerCase());
  const texts = asked ? [asked] : Object.values(ASKED);
  return (each) => texts.some((textOf) => matchesGlob(glob, (textOf(each) ?? '').toLowerCase()));
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProvisionedProducts.html */
export async function searchProvisionedProducts(
  input: SearchProvisionedProductsInput,
  context: OperationContext,
): Promise<SearchProvisionedProductsOutput> {
  const sort = (input.SortBy ?? 'createdTime').toLowerCase();
  const textOf = SORTS.includes(sort) ? ASKED[sort] : undefined;
  if (!textOf) throw invalid('SortBy must be one of arn, id, name, lastRecordId, createdTime and status.');
  const finders = (requireFilters(input.Filters).SearchQuery ?? []).map(finderOf);
  const matching = (await listed(input, context))
    .map((provisioned) => attributes(provisioned, context.now))
    .filter((each) => finders.every((isFound) => isFound(each)));
  matching.sort((a, b) => ((textOf(a) ?? '') < (textOf(b) ?? '') ? -1 : (textOf(a) ?? '') > (textOf(b) ?? '') ? 1 : 0));
  if (input.SortOrder === 'DESCENDING') matching.reverse();
  const { page, next } = pageOf(matching, 'SearchProvisionedProducts', input, context);
  return { ProvisionedProducts: [...page], TotalResultsCount: matching.length, ...next };
}
