import type {
  DescribeRecordInput,
  DescribeRecordOutput,
  ListRecordHistoryInput,
  ListRecordHistoryOutput,
  RecordDetail,
} from '@aws-sdk/client-service-catalog';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { phaseAt } from '../../store/tables/sagemaker.ts';
import { type AccessLevelInput, isWithin } from './access-level.ts';
import { all, type Entry, tagsOf } from './entry.ts';
import { invalid, notFound } from './errors.ts';
import { pageOf } from './page.ts';

/** `CFN_STACK` and the like: what a provisioned product is, of which product. */
export const provisionedTypeOf = (productType: string): string =>
  productType === 'CLOUD_FORMATION_TEMPLATE' || productType === 'MARKETPLACE' ? 'CFN_STACK' : productType;

export function recordDetail(record: Entry<'record'>, now: number): RecordDetail {
  const { id, name, createdAt, phases, settings } = record;
  const phase = phaseAt({ phases }, now);
  return {
    RecordId: id,
    ProvisionedProductName: name,
    Status: phase?.status as NonNullable<RecordDetail['Status']>,
    CreatedTime: new Date(createdAt),
    UpdatedTime: new Date(phase?.from ?? createdAt),
    ProvisionedProductType: provisionedTypeOf(settings.productType),
    RecordType: settings.recordType,
    ProvisionedProductId: settings.provisionedProductId,
    ProductId: settings.productId,
    ProvisioningArtifactId: settings.artifactId,
    PathId: settings.pathId,
    RecordErrors: [],
    RecordTags: tagsOf(record),
  };
}

/**
 * What became of a launch, an update or a termination. It has no outputs: nothing was made.
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeRecord.html
 */
export async function describeRecord(
  { Id }: Valid<DescribeRecordInput>,
  { target: { stored: record }, now }: OperationContext<Entry<'record'> | undefined>,
): Promise<DescribeRecordOutput> {
  if (!record) throw notFound('Record', Id);
  return { RecordDetail: recordDetail(record, now), RecordOutputs: [] };
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListRecordHistory.html */
export async function listRecordHistory(
  input: ListRecordHistoryInput & AccessLevelInput,
  context: OperationContext,
): Promise<ListRecordHistoryOutput> {
  const { SearchFilter: { Key: key, Value: value } = {} } = input;
  if (key !== undefined && key !== 'product' && key !== 'provisionedproduct')
    throw invalid('SearchFilter.Key must be product or provisionedproduct.');
  const records = (await all('record', context)).filter(
    ({ settings }) =>
      isWithin(settings, input, context) &&
      (key === undefined || value === (key === 'product' ? settings.productId : settings.provisionedProductId)),
  );
  const { page, next } = pageOf(records.reverse(), 'ListRecordHistory', input, context);
  return { RecordDetails: page.map((record) => recordDetail(record, context.now)), ...next };
}
