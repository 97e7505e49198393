import type {
  CreateFeatureGroupRequest,
  DescribeFeatureMetadataRequest,
  UpdateFeatureGroupRequest,
  UpdateFeatureMetadataRequest,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid, missingMember, resourceInUse, resourceNotFound } from '../errors.ts';
import { need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { type Quota, requireQuota } from '../quota.ts';
import type { Found } from '../resources.ts';
import { failureByRole, readsS3, writesS3 } from '../role-use.ts';

type Input = Valid<CreateFeatureGroupRequest>;
/** Describing and updating take an ARN as well. */
type Identity = { readonly FeatureGroupName: string };
type Feature = Input['FeatureDefinitions'][number];

interface FeatureMetadata {
  readonly description?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly changedAt: number;
}

export type FeatureGroupSettings = Omit<Input, 'Tags'> & {
  /** When the last change of its features is through. */
  readonly updatedAt?: number;
  readonly metadata: Readonly<Record<string, FeatureMetadata>>;
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateFeatureGroup.html */
export const featureGroup = familyOf<Identity, FeatureGroupSettings>({
  type: 'feature-group',
  noun: 'FeatureGroup',
  status: 'FeatureGroupStatus',
  missing: ({ name }) => resourceNotFound(`Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name ${name}`),
  taken: ({ name }) =>
    resourceInUse(
      `Resource Already Exists: FeatureGroup with name ${name} already exists. Choose a different name.\nInfo: Feature Group '${name}' already exists.`,
    ),
  describe: ({ settings, phases }, now) => ({
    ...settings,
    ...(settings.OfflineStoreConfig && phaseAt({ phases }, now)?.status === 'Created' && { OfflineStoreStatus: { Status: 'Active' } }),
    ...(settings.updatedAt !== undefined && { LastUpdateStatus: { Status: now < settings.updatedAt ? 'InProgress' : 'Successful' } }),
    ...(settings.OnlineStoreConfig?.EnableOnlineStore && { OnlineStoreTotalSizeBytes: 0 }),
    // Required by the model. All features come at once, so no page follows.
    NextToken: '',
  }),
  list: {
    operation: 'ListFeatureGroups',
    result: 'FeatureGroupSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    statusEquals: 'FeatureGroupStatusEquals',
    passes: ({ settings, phases }, { OfflineStoreStatusEquals: asked }, now) =>
      asked === undefined ||
      (asked === 'Active' && settings.OfflineStoreConfig !== undefined && phaseAt({ phases }, now)?.status === 'Created'),
  },
  // What is stored offline stays.
  deletion: { course: [{ status: 'Deleting', seconds: 10 }, { status: GONE }] },
});

/** Columns that the offline store adds by itself. @see https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-create-feature-group.html */
const RESERVED: readonly string[] = ['is_deleted', 'write_time', 'api_invocation_time'];

/** @throws ValidationException  (unverified sentences) */
function requireFeatures(features: readonly Feature[]): void {
  for (const { FeatureName, CollectionType, CollectionConfig } of features) {
    if (RESERVED.includes(FeatureName)) throw invalid(`The feature name ${FeatureName} is reserved.`);
    if (CollectionType === 'Vector' && CollectionConfig?.VectorConfig === undefined)
      throw invalid(`The feature ${FeatureName} is a Vector and needs a VectorConfig.`);
  }
  if (new Set(features.map((feature) => feature.FeatureName)).size < features.length)
    throw invalid('The names of features must be unique.');
}

/** @throws ValidationException  (unverified sentences) */
function requireStores(input: Input): void {
  const { RecordIdentifierFeatureName, EventTimeFeatureName, FeatureDefinitions: features } = input;
  requireFeatures(features);
  if (!input.OnlineStoreConfig?.EnableOnlineStore && !input.OfflineStoreConfig)
    throw invalid('At least one of OnlineStoreConfig and OfflineStoreConfig must be specified.');
  if (input.OfflineStoreConfig && input.RoleArn === undefined) throw missingMember('roleArn');
  for (const name of [RecordIdentifierFeatureName, EventTimeFeatureName]) {
    if (!features.some((feature) => feature.FeatureName === name))
      throw invalid(`The feature ${name} is not among the FeatureDefinitions.`);
  }
  const time = features.find((feature) => feature.FeatureName === EventTimeFeatureName);
  if (time?.FeatureType === 'Integral')
    throw invalid(`The event time feature ${EventTimeFeatureName} must be of type String or Fractional.`);
}

const GROUPS: Quota = {
  name: 'Maximum number of feature groups per AWS account',
  unit: 'FeatureGroups',
  standard: 100,
  types: ['feature-group'],
  takes: () => 1,
};
const CREATIONS: Quota = {
  name: 'Maximum number of feature group creation workflows executing in parallel',
  unit: 'FeatureGroups',
  standard: 4,
  types: ['feature-group'],
  takes: (_, status) => (status === 'Creating' ? 1 : 0),
};

/** Where the offline store keeps its records, and the table that shows them; nothing is written here. */
function resolved(config: NonNullable<Input['OfflineStoreConfig']>, name: string, { account, region, now }: Writing) {
  const seconds = Math.floor(now / 1000);
  const base = config.S3StorageConfig.S3Uri.replace(/\/$/, '');
  return {
    ...config,
    S3StorageConfig: {
      ...config.S3StorageConfig,
      ResolvedOutputS3Uri: `${base}/${account}/sagemaker/${region}/offline-store/${name}-${seconds}/data`,
    },
    ...(!config.DisableGlueTableCreation && {
      DataCatalogConfig: config.DataCatalogConfig ?? {
        TableName: `${name.toLowerCase().replaceAll('-', '_')}__${seconds}`,
        Catalog: 'AwsDataCatalog',
        Database: 'sagemaker_featurestore',
      },
    }),
  };
}

/**
 * Creates a feature group. It becomes CreateFailed when its role does not let it read and write its offline store.
 * @throws ResourceInUse          the name is taken
 * @throws ResourceLimitExceeded  more groups than an account may have, or that are created at once
 * @throws ValidationException    features that do not fit; no store; the role cannot be taken up
 */
export const createFeatureGroup = create<Input, FeatureGroupSettings>(featureGroup, {
  name: (input) => input.FeatureGroupName,
  draft: async (input, call) => {
    requireStores(input);
    await requireQuota(GROUPS, 1, call);
    await requireQuota(CREATIONS, 1, call);
    const { OfflineStoreConfig: offline } = input;
    const uri = offline?.S3StorageConfig.S3Uri;
    const failure = await failureByRole(input.RoleArn, [...writesS3(uri), ...readsS3(uri)], call);
    return {
      settings: {
        ...withoutTags(input),
        ...(offline && { OfflineStoreConfig: resolved(offline, input.FeatureGroupName, call) }),
        metadata: {},
      },
      course: [
        { status: 'Creating', seconds: 20 },
        failure === undefined ? { status: 'Created' } : { status: 'CreateFailed', reason: failure },
      ],
    };
  },
});

const UPDATE_SECONDS = 10;
const MAX_FEATURES = 2500;

/**
 * Adds features, and changes how the online store works. Nothing is ever taken away.
 * @throws ResourceLimitExceeded  more features than a group may have
 * @throws ResourceNotFound       there is no such group
 * @throws ValidationException    (unverified sentence) it is not Created; features that do not fit
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateFeatureGroup.html
 */
export const updateFeatureGroup = change<Identity, FeatureGroupSettings, Valid<UpdateFeatureGroupRequest>>(
  featureGroup,
  async (resource, { FeatureAdditions = [], OnlineStoreConfig, ThroughputConfig }, call) => {
    const status = phaseAt(resource, call.now)?.status;
    if (status !== 'Created') throw invalid(`FeatureGroup ${resource.arn} is in status ${status} and cannot be updated.`);
    const { settings } = resource;
    const features = [...settings.FeatureDefinitions, ...FeatureAdditions];
    requireFeatures(features);
    await requireQuota(
      { name: 'Maximum number of features per feature group', unit: 'Features', standard: MAX_FEATURES, types: [], takes: () => 0 },
      features.length,
      call,
    );
    return {
      ...resource,
      changedAt: call.now,
      settings: {
        ...settings,
        FeatureDefinitions: features,
        ...(OnlineStoreConfig && {
          OnlineStoreConfig: { ...settings.OnlineStoreConfig, ...OnlineStoreConfig } as FeatureGroupSettings['OnlineStoreConfig'],
        }),
        ...(ThroughputConfig && {
          ThroughputConfig: { ...settings.ThroughputConfig, ...ThroughputConfig } as FeatureGroupSettings['ThroughputConfig'],
        }),
        updatedAt: call.now + UPDATE_SECONDS * 1000 * call.installation.pace,
      },
    };
  },
  { answer: ({ arn }) => ({ FeatureGroupArn: arn }) },
);

/** @throws ResourceNotFound  (unverified sentence) the group has no such feature */
function needFeature({ name, settings }: SageMakerResource<FeatureGroupSettings>, featureName: string): Feature {
  const feature = settings.FeatureDefinitions.find((each) => each.FeatureName === featureName);
  if (!feature) throw resourceNotFound(`Resource Not Found: FeatureGroup ${name} has no feature with name ${featureName}`);
  return feature;
}

const metadataOf = ({ settings }: SageMakerResource<FeatureGroupSettings>, featureName: string): FeatureMetadata | undefined =>
  Object.hasOwn(settings.metadata, featureName) ? settings.metadata[featureName] : undefined;

/** @throws ResourceNotFound  there is no such group, or it has no such feature */
export async function describeFeatureMetadata(
  input: Valid<DescribeFeatureMetadataRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const group = await need(featureGroup, input, context);
  const { FeatureName, FeatureType } = needFeature(group, input.FeatureName);
  const told = metadataOf(group, FeatureName);
  return {
    FeatureGroupArn: group.arn,
    FeatureGroupName: group.name,
    FeatureName,
    FeatureType,
    CreationTime: new Date(group.createdAt),
    LastModifiedTime: new Date(told?.changedAt ?? group.createdAt),
    ...(told?.description !== undefined && { Description: told.description }),
    Parameters: Object.entries(told?.parameters ?? {}).map(([Key, Value]) => ({ Key, Value })),
  };
}

const MAX_PARAMETERS = 25;

/**
 * Says what a feature means.
 * @throws ResourceNotFound     there is no such group, or it has no such feature
 * @throws ValidationException  (unverified sentence) more parameters than a feature may have
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateFeatureMetadata.html
 */
export const updateFeatureMetadata = change<Identity, FeatureGroupSettings, Valid<UpdateFeatureMetadataRequest>>(
  featureGroup,
  (resource, { FeatureName, Description, ParameterAdditions = [], ParameterRemovals = [] }, { now }) => {
    needFeature(resource, FeatureName);
    const told = metadataOf(resource, FeatureName);
    const parameters = new Map(Object.entries(told?.parameters ?? {}));
    for (const key of ParameterRemovals) parameters.delete(key);
    for (const { Key = '', Value = '' } of ParameterAdditions) parameters.set(Key, Value);
    if (parameters.size > MAX_PARAMETERS) throw invalid(`The number of parameters of a feature cannot exceed ${MAX_PARAMETERS}.`);
    const description = Description ?? told?.description;
    const metadata: FeatureMetadata = {
      ...(description !== undefined && { description }),
      parameters: Object.fromEntries(parameters),
      changedAt: now,
    };
    return { ...resource, settings: { ...resource.settings, metadata: { ...resource.settings.metadata, [FeatureName]: metadata } } };
  },
);
