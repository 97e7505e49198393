import type { SearchRequest } from '@aws-sdk/client-sagemaker';
import type { ConditionKeys, ContextValue, Scope } from '../../authorization/operation.ts';
import { requestTagValues, tagKeysValue } from '../../authorization/request-tags.ts';
import { PARTITION } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import type { Valid } from '../../model/valid.ts';
import type { SageMakerResource } from '../../store/tables/sagemaker.ts';
import { type Place, sageMakerArn } from './family.ts';
import { textsIn } from './job-document.ts';
import { type MemberPath, pathsReader, type Scalar } from './member-path.ts';
import type { Found } from './resources.ts';
import { visibilityKeys } from './search/visibility.ts';
import { type AppSettings, appsOfDomain, appsOfSpace, appsOfUser, type DomainRequest } from './studio/studio-settings.ts';

/*
 * The condition keys of SageMaker's calls. Most say where in the request of which operation they stand; the few that need more have a
 * function. A member that is not sent leaves its key out of the request context: `Null` sees that, `Bool` and `StringEquals` do not match,
 * `…IfExists` do.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */

type Keys<Input> = ConditionKeys<Input, Found>;

/** Operation → where the values stand in its request. */
type Places = Readonly<Record<string, readonly MemberPath[]>>;

const at = (operations: readonly string[], ...paths: readonly MemberPath[]): Places =>
  Object.fromEntries(operations.map((operation) => [operation, paths]));

const merged = (...places: readonly Places[]): Places => {
  const all: Record<string, readonly MemberPath[]> = Object.create(null);
  for (const each of places) for (const [operation, paths] of Object.entries(each)) all[operation] = [...(all[operation] ?? []), ...paths];
  return all;
};

/** Jobs that monitor say the same in four operations. */
const DEFINITIONS = [
  'CreateDataQualityJobDefinition',
  'CreateModelBiasJobDefinition',
  'CreateModelExplainabilityJobDefinition',
  'CreateModelQualityJobDefinition',
] as const;
/** Only with a definition in the schedule; one that is named was asked for when it was created. */
const SCHEDULES = ['CreateMonitoringSchedule', 'UpdateMonitoringSchedule'] as const;
const SCHEDULED = 'MonitoringScheduleConfig.MonitoringJobDefinition';
const AUTO_ML = 'AutoMLJobConfig.SecurityConfig';

/** Of the training jobs that a tuning job starts. */
const tuned = (...paths: readonly MemberPath[]): Places => ({
  CreateHyperParameterTuningJob: ['TrainingJobDefinition', 'TrainingJobDefinitions[]'].flatMap((each) =>
    paths.map((path) => `${each}.${path}`),
  ),
});

const variants = (...paths: readonly MemberPath[]): Places => ({
  CreateEndpointConfig: ['ProductionVariants[]', 'ShadowProductionVariants[]'].flatMap((each) => paths.map((path) => `${each}.${path}`)),
});

/** Of a network configuration: processing jobs and those that monitor. */
const networkConfig = (path: MemberPath): Places =>
  merged(at([...DEFINITIONS, 'CreateProcessingJob'], `NetworkConfig.${path}`), at(SCHEDULES, `${SCHEDULED}.NetworkConfig.${path}`));

const fileSystem = (member: string): Places =>
  merged(
    { CreateTrainingJob: [`InputDataConfig[].DataSource.FileSystemDataSource.${member}`] },
    tuned(`InputDataConfig[].DataSource.FileSystemDataSource.${member}`),
  );

/** Of a VPC configuration, wherever there is one. Studio and notebook instances have networks of their own. */
const vpc = (member: 'Subnets' | 'SecurityGroupIds'): Places =>
  merged(
    at(['CreateEndpointConfig', 'CreateModel', 'CreateTrainingJob'], `VpcConfig.${member}[]`),
    { CreateAutoMLJob: [`${AUTO_ML}.VpcConfig.${member}[]`], CreateAutoMLJobV2: [`SecurityConfig.VpcConfig.${member}[]`] },
    { CreateCluster: [`VpcConfig.${member}[]`] },
    at(
      ['CreateCluster', 'UpdateCluster'],
      `InstanceGroups[].OverrideVpcConfig.${member}[]`,
      `RestrictedInstanceGroups[].OverrideVpcConfig.${member}[]`,
    ),
    networkConfig(`VpcConfig.${member}[]`),
    tuned(`VpcConfig.${member}[]`),
  );

/** Keys of one value. Should a request hold several all the same, the condition sees all of them. */
const SINGLE: Readonly<Record<string, Places>> = {
  'sagemaker:AppNetworkAccessType': at(['CreateDomain', 'UpdateDomain'], 'AppNetworkAccessType'),
  'sagemaker:AuthMode': at(['CreateDomain'], 'AuthMode'),
  'sagemaker:DirectInternetAccess': at(['CreateNotebookInstance'], 'DirectInternetAccess'),
  'sagemaker:EnableRemoteDebug': at(['CreateTrainingJob', 'UpdateTrainingJob'], 'RemoteDebugConfig.EnableRemoteDebug'),
  'sagemaker:FeatureGroupDisableGlueTableCreation': at(['CreateFeatureGroup'], 'OfflineStoreConfig.DisableGlueTableCreation'),
  'sagemaker:FeatureGroupEnableOnlineStore': at(['CreateFeatureGroup'], 'OnlineStoreConfig.EnableOnlineStore'),
  'sagemaker:FeatureGroupOfflineStoreS3Uri': at(['CreateFeatureGroup'], 'OfflineStoreConfig.S3StorageConfig.S3Uri'),
  'sagemaker:FileSystemAccessMode': fileSystem('FileSystemAccessMode'),
  'sagemaker:FileSystemDirectoryPath': fileSystem('DirectoryPath'),
  'sagemaker:FileSystemId': fileSystem('FileSystemId'),
  'sagemaker:FileSystemType': fileSystem('FileSystemType'),
  'sagemaker:InterContainerTrafficEncryption': merged(
    { CreateTrainingJob: ['EnableInterContainerTrafficEncryption'] },
    tuned('EnableInterContainerTrafficEncryption'),
    networkConfig('EnableInterContainerTrafficEncryption'),
    {
      CreateAutoMLJob: [`${AUTO_ML}.EnableInterContainerTrafficEncryption`],
      CreateAutoMLJobV2: ['SecurityConfig.EnableInterContainerTrafficEncryption'],
    },
  ),
  'sagemaker:KeepAlivePeriod': at(['CreateTrainingJob', 'UpdateTrainingJob'], 'ResourceConfig.KeepAlivePeriodInSeconds'),
  // The limit of a whole tuning job is not this key (unverified).
  'sagemaker:MaxRuntimeInSeconds': merged(
    at([...DEFINITIONS, 'CreateProcessingJob', 'CreateTrainingJob'], 'StoppingCondition.MaxRuntimeInSeconds'),
    at(SCHEDULES, `${SCHEDULED}.StoppingCondition.MaxRuntimeInSeconds`),
    tuned('StoppingCondition.MaxRuntimeInSeconds'),
  ),
  'sagemaker:MinimumInstanceMetadataServiceVersion': at(
    ['CreateNotebookInstance', 'UpdateNotebookInstance'],
    'InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion',
  ),
  'sagemaker:ModelApprovalStatus': at(['CreateModelPackage', 'UpdateModelPackage'], 'ModelApprovalStatus'),
  'sagemaker:ModelLifeCycle:Stage': at(['CreateModelPackage', 'UpdateModelPackage'], 'ModelLifeCycle.Stage'),
  'sagemaker:ModelLifeCycle:StageStatus': at(['CreateModelPackage', 'UpdateModelPackage'], 'ModelLifeCycle.StageStatus'),
  'sagemaker:NetworkIsolation': merged(
    at(['CreateEndpointConfig', 'CreateModel', 'CreateTrainingJob'], 'EnableNetworkIsolation'),
    tuned('EnableNetworkIsolation'),
    networkConfig('EnableNetworkIsolation'),
  ),
  'sagemaker:PipelineVersionId': at(['DescribePipeline', 'StartPipelineExecution', 'UpdatePipelineVersion'], 'PipelineVersionId'),
  'sagemaker:RemoteAccess': at(['CreateSpace', 'UpdateSpace'], 'SpaceSettings.RemoteAccess'),
  'sagemaker:RootAccess': at(['CreateNotebookInstance', 'UpdateNotebookInstance'], 'RootAccess'),
  'sagemaker:ServerlessMaxConcurrency': variants('ServerlessConfig.MaxConcurrency'),
  'sagemaker:ServerlessMemorySize': variants('ServerlessConfig.MemorySizeInMB'),
};

/** The instances of a job: the one type that is asked for, and those that would do as well. */
const resourceTypes = (config: MemberPath): readonly MemberPath[] =>
  ['InstanceType', 'InstancePreferences[].InstanceType', 'SelectedInstanceType'].map((member) => `${config}.${member}`);

const studioNetworks = {
  CreateDomain: ['DefaultUserSettings.SecurityGroups[]', 'DefaultSpaceSettings.SecurityGroups[]', 'DomainSettings.SecurityGroupIds[]'],
  UpdateDomain: [
    'DefaultUserSettings.SecurityGroups[]',
    'DefaultSpaceSettings.SecurityGroups[]',
    'DomainSettingsForUpdate.SecurityGroupIds[]',
  ],
  ...at(['CreateUserProfile', 'UpdateUserProfile'], 'UserSettings.SecurityGroups[]'),
};

/** Keys that hold several values at once (`ArrayOf…`): used with ForAllValues and ForAnyValue. */
const MULTIPLE: Readonly<Record<string, Places>> = {
  'sagemaker:AcceleratorTypes': merged(
    variants('AcceleratorType'),
    at(['CreateNotebookInstance', 'UpdateNotebookInstance'], 'AcceleratorTypes[]'),
  ),
  'sagemaker:CustomerMetadataPropertiesToRemove': at(['UpdateModelPackage'], 'CustomerMetadataPropertiesToRemove[]'),
  'sagemaker:InstanceTypes': merged(
    at(['CreateNotebookInstance', 'UpdateNotebookInstance'], 'InstanceType'),
    {
      CreateTrainingJob: [
        ...resourceTypes('ResourceConfig'),
        'ResourceConfig.InstanceGroups[].InstanceType',
        'DebugRuleConfigurations[].InstanceType',
        'ProfilerRuleConfigurations[].InstanceType',
      ],
      // An update names no instances but those of its profiler rules.
      UpdateTrainingJob: ['ProfilerRuleConfigurations[].InstanceType'],
      CreateProcessingJob: resourceTypes('ProcessingResources.ClusterConfig'),
      CreateTransformJob: ['TransformResources.InstanceType'],
    },
    tuned(
      ...resourceTypes('ResourceConfig'),
      'ResourceConfig.InstanceGroups[].InstanceType',
      'HyperParameterTuningResourceConfig.InstanceType',
      'HyperParameterTuningResourceConfig.InstanceConfigs[].InstanceType',
    ),
    at(
      ['CreateCluster', 'UpdateCluster'],
      'InstanceGroups[].InstanceType',
      'InstanceGroups[].InstanceRequirements.InstanceTypes[]',
      'RestrictedInstanceGroups[].InstanceType',
    ),
    at(DEFINITIONS, 'JobResources.ClusterConfig.InstanceType'),
    at(SCHEDULES, `${SCHEDULED}.MonitoringResources.ClusterConfig.InstanceType`),
    variants('InstanceType', 'InstancePools[].InstanceType'),
  ),
  'sagemaker:VpcSecurityGroupIds': merged(vpc('SecurityGroupIds'), studioNetworks, { CreateNotebookInstance: ['SecurityGroupIds[]'] }),
  'sagemaker:VpcSubnets': merged(vpc('Subnets'), at(['CreateDomain', 'UpdateDomain'], 'SubnetIds[]'), {
    CreateNotebookInstance: ['SubnetId'],
  }),
};

/** Names that stand for an ARN in the key. */
const NAMED: Readonly<Record<string, { readonly type: string; readonly many: boolean; readonly places: Places }>> = {
  'sagemaker:ModelArn': {
    type: 'model',
    many: false,
    places: merged(variants('ModelName'), {
      CreateInferenceComponent: ['Specification.ModelName', 'Specifications[].ModelName'],
      CreateTransformJob: ['ModelName'],
    }),
  },
  'sagemaker:NotebookInstanceLifecycleConfigArns': {
    type: 'notebook-instance-lifecycle-config',
    many: true,
    places: at(['CreateNotebookInstance', 'UpdateNotebookInstance'], 'LifecycleConfigName'),
  },
};

/**
 * KMS keys: `…KmsKeyArn`, which holds the key's ARN, and its deprecated twin `…KmsKey`, which customers' policies still ask and which holds
 * the key as sent (unverified).
 */
const KMS: Readonly<Record<string, Places>> = {
  'sagemaker:DomainSharingOutputKmsKey': {
    ...at(['CreateDomain', 'UpdateDomain'], 'DefaultUserSettings.SharingSettings.S3KmsKeyId'),
    ...at(['CreateUserProfile', 'UpdateUserProfile'], 'UserSettings.SharingSettings.S3KmsKeyId'),
  },
  'sagemaker:FeatureGroupOfflineStoreKmsKey': at(['CreateFeatureGroup'], 'OfflineStoreConfig.S3StorageConfig.KmsKeyId'),
  'sagemaker:FeatureGroupOnlineStoreKmsKey': at(['CreateFeatureGroup'], 'OnlineStoreConfig.SecurityConfig.KmsKeyId'),
  'sagemaker:OutputKmsKey': merged(
    at(['CreateAutoMLJob', 'CreateAutoMLJobV2', 'CreateTrainingJob'], 'OutputDataConfig.KmsKeyId'),
    tuned('OutputDataConfig.KmsKeyId'),
    {
      CreateLabelingJob: ['OutputConfig.KmsKeyId'],
      CreateDataQualityJobDefinition: ['DataQualityJobOutputConfig.KmsKeyId'],
      CreateModelBiasJobDefinition: ['ModelBiasJobOutputConfig.KmsKeyId'],
      CreateModelExplainabilityJobDefinition: ['ModelExplainabilityJobOutputConfig.KmsKeyId'],
      CreateModelQualityJobDefinition: ['ModelQualityJobOutputConfig.KmsKeyId'],
      CreateProcessingJob: ['ProcessingOutputConfig.KmsKeyId'],
      CreateTransformJob: ['TransformOutput.KmsKeyId'],
    },
    at(SCHEDULES, `${SCHEDULED}.MonitoringOutputConfig.KmsKeyId`),
  ),
  'sagemaker:VolumeKmsKey': merged(
    at(['CreateEndpointConfig', 'CreateNotebookInstance'], 'KmsKeyId'),
    {
      CreateTrainingJob: ['ResourceConfig.VolumeKmsKeyId'],
      CreateAutoMLJob: [`${AUTO_ML}.VolumeKmsKeyId`],
      CreateAutoMLJobV2: ['SecurityConfig.VolumeKmsKeyId'],
      CreateLabelingJob: ['LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VolumeKmsKeyId'],
      CreateProcessingJob: ['ProcessingResources.ClusterConfig.VolumeKmsKeyId'],
      CreateTransformJob: ['TransformResources.VolumeKmsKeyId'],
    },
    tuned('ResourceConfig.VolumeKmsKeyId', 'HyperParameterTuningResourceConfig.VolumeKmsKeyId'),
    at(DEFINITIONS, 'JobResources.ClusterConfig.VolumeKmsKeyId'),
    at(SCHEDULES, `${SCHEDULED}.MonitoringResources.ClusterConfig.VolumeKmsKeyId`),
  ),
};

/** Every path of the tables above, for the test that holds them against the model. */
export const conditionKeyPaths: readonly (readonly [key: string, operation: string, path: MemberPath])[] = [
  ...Object.entries(SINGLE),
  ...Object.entries(MULTIPLE),
  ...Object.entries(KMS),
  ...Object.entries(NAMED).map(([key, { places }]) => [key, places] as const),
].flatMap(([key, places]) => Object.entries(places).flatMap(([operation, paths]) => paths.map((path) => [key, operation, path] as const)));

const texts = (values: readonly Scalar[]): string[] => [...new Set(values.map(String))];

const single = (values: readonly string[]): ContextValue => (values.length > 1 ? values : values[0]);

const many = <Input>(name: string, read: (input: Input, scope: Scope) => readonly (Scalar | undefined)[]): Keys<Input> => ({
  keys: [name],
  values: (input, _, scope) => ({ [name]: texts(read(input, scope).filter((value) => value !== undefined)) }),
});

const one = <Input>(name: string, read: (input: Input, scope: Scope) => readonly (Scalar | undefined)[]): Keys<Input> => ({
  keys: [name],
  values: (input, _, scope) => ({ [name]: single(texts(read(input, scope).filter((value) => value !== undefined))) }),
});

/** The ARN of a KMS key given as ARN, id or alias. An alias stays one: there is no KMS here to ask (unverified). */
export function kmsKeyArn(key: string, { account, region }: Place): string {
  if (key.startsWith('arn:')) return key;
  return `arn:${PARTITION}:kms:${region}:${account}:${key.startsWith('alias/') ? key : `key/${key}`}`;
}

/** The values of a key and of its twin, which holds what was sent. */
const kmsKeyValues = (twin: string, sent: readonly string[], place: Place) => ({
  [`${twin}Arn`]: single([...new Set(sent.map((key) => kmsKeyArn(key, place)))]),
  [twin]: single(sent),
});

const kmsKey = <Input>(twin: string, read: (input: Input) => readonly Scalar[]): Keys<Input> => ({
  keys: [`${twin}Arn`, twin],
  values: (input, _, scope) => kmsKeyValues(twin, texts(read(input)), scope),
});

// Tags

const requestTags: Keys<{ readonly Tags?: readonly Tag[] | undefined }> = {
  keys: ['aws:RequestTag/${TagKey}', 'aws:TagKeys'],
  values: (input) => requestTagValues(input.Tags),
};

const untaggedKeys: Keys<{ readonly TagKeys: readonly string[] }> = {
  keys: ['aws:TagKeys'],
  values: (input) => tagKeysValue(input.TagKeys),
};

/** Only AddTags has it, and only when the tags come with a creation: see tagOnCreate. A call of AddTags itself leaves it out. */
const taggingAction: Keys<object> = { keys: ['sagemaker:TaggingAction'], values: () => ({}) };

/** Operations whose request has Tags. UpdatePartnerApp is not listed by AWS, and asked all the same (unverified). */
const TAGGED_REQUESTS = /^(AddTags|ImportHubContent|RegisterDevices|UpdateProject|UpdatePartnerApp|Create.*)$/;
const UNTAGGED_CREATIONS: readonly string[] = [
  'CreateEdgeDeploymentStage',
  'CreateHubContentPresignedUrls',
  'CreateImageVersion',
  'CreateModelCardExportJob',
  'CreatePartnerAppPresignedUrl',
  'CreatePresignedDomainUrl',
  'CreatePresignedMlflowAppUrl',
  'CreatePresignedMlflowTrackingServerUrl',
  'CreatePresignedNotebookInstanceUrl',
];
export const hasTags = (operation: string): boolean => TAGGED_REQUESTS.test(operation) && !UNTAGGED_CREATIONS.includes(operation);

// Gated models

interface GatedSource {
  readonly ModelAccessConfig?: { readonly AcceptEula: boolean } | undefined;
  readonly HubAccessConfig?: object | undefined;
  readonly ManifestEtag?: string | undefined;
}

/**
 * Whether a source names an artifact behind a licence directly, not through a hub. AWS publishes neither the rule nor the values, so policies
 * can only deny on the key's presence; here it is `true` or absent (unverified).
 */
const isGated = (source: GatedSource | undefined): boolean =>
  source !== undefined &&
  source.HubAccessConfig === undefined &&
  (source.ModelAccessConfig !== undefined || source.ManifestEtag !== undefined);

interface ContainerSources {
  readonly ModelDataSource?: { readonly S3DataSource?: GatedSource | undefined } | undefined;
  readonly AdditionalModelDataSources?: readonly { readonly S3DataSource: GatedSource }[] | undefined;
}

const gatedModelOfContainers = one<{
  readonly PrimaryContainer?: ContainerSources | undefined;
  readonly Containers?: readonly ContainerSources[] | undefined;
}>('sagemaker:DirectGatedModelAccess', (input) => {
  const containers = [...(input.PrimaryContainer ? [input.PrimaryContainer] : []), ...(input.Containers ?? [])];
  const sources = containers.flatMap((each) => [
    each.ModelDataSource?.S3DataSource,
    ...(each.AdditionalModelDataSources ?? []).map((more) => more.S3DataSource),
  ]);
  return sources.some(isGated) ? [true] : [];
});

const gatedModelOfChannels = one<{
  readonly InputDataConfig?: readonly { readonly DataSource: { readonly S3DataSource?: GatedSource | undefined } }[] | undefined;
}>('sagemaker:DirectGatedModelAccess', (input) =>
  (input.InputDataConfig ?? []).some((channel) => isGated(channel.DataSource.S3DataSource)) ? [true] : [],
);

// Human review

/** `…:workteam/{type}/{name}` */
const workteamKeys = <Input>(read: (input: Input) => string | undefined): Keys<Input> => ({
  keys: ['sagemaker:WorkteamArn', 'sagemaker:WorkteamType'],
  values: (input) => {
    const arn = read(input);
    return arn === undefined ? {} : { 'sagemaker:WorkteamArn': arn, 'sagemaker:WorkteamType': arn.split(':workteam/')[1]?.split('/')[0] };
  },
});

interface OfWorkteam {
  readonly WorkteamArn?: string | undefined;
}

// Feature groups

/** Only whether there is an offline store; the value says no more (unverified). */
const offlineStore = one<{ readonly OfflineStoreConfig?: object | undefined }>('sagemaker:FeatureGroupOfflineStoreConfig', (input) =>
  input.OfflineStoreConfig === undefined ? [] : [true],
);

// Model packages

const METADATA = 'sagemaker:CustomerMetadataProperties/${MetadataKey}';
const CURRENT_METADATA = 'sagemaker:CurrentCustomerMetadataProperties/${MetadataKey}';
const CURRENT_STAGE = 'sagemaker:CurrentModelLifeCycleStage';
const CURRENT_STAGE_STATUS = 'sagemaker:CurrentModelLifeCycleStageStatus';

type Metadata = Readonly<Record<string, string>> | undefined;

const metadataKeys = (prefix: string, metadata: Metadata): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [`sagemaker:${prefix}/${key}`, value]));

/** One key for every property that is sent. */
const metadataAsked: Keys<{ readonly CustomerMetadataProperties?: Metadata }> = {
  keys: [METADATA],
  values: (input) => metadataKeys('CustomerMetadataProperties', input.CustomerMetadataProperties),
};

interface PackageSettings {
  readonly ModelLifeCycle?: { readonly Stage?: string; readonly StageStatus?: string };
  readonly CustomerMetadataProperties?: Metadata;
}

/** Of the stored package that the call is about; a package that is being created has none yet. */
const packageHeld: Keys<object> = {
  keys: [CURRENT_METADATA, CURRENT_STAGE, CURRENT_STAGE_STATUS],
  values: (_, { stored }) => {
    const resource = stored?.resource;
    if (resource?.type !== 'model-package') return {};
    // The package's own family stored it.
    const { ModelLifeCycle, CustomerMetadataProperties } = resource.settings as PackageSettings;
    return {
      [CURRENT_STAGE]: ModelLifeCycle?.Stage,
      [CURRENT_STAGE_STATUS]: ModelLifeCycle?.StageStatus,
      ...metadataKeys('CurrentCustomerMetadataProperties', CustomerMetadataProperties),
    };
  },
};
const packageNotYet: Keys<object> = { keys: packageHeld.keys, values: () => ({}) };

// Search

/** One key for every condition that the caller says he may see. */
const visibility: Keys<Pick<Valid<SearchRequest>, 'VisibilityConditions'>> = {
  keys: ['sagemaker:SearchVisibilityCondition/${FilterKey}'],
  values: ({ VisibilityConditions }) => visibilityKeys(VisibilityConditions),
};

// Jobs whose configuration is a document

const ofDocument: Keys<{ readonly JobConfigDocument: string }> = {
  keys: ['sagemaker:OutputKmsKeyArn', 'sagemaker:OutputKmsKey', 'sagemaker:VpcSubnets', 'sagemaker:VpcSecurityGroupIds'],
  values: ({ JobConfigDocument }, _, scope) => {
    const found = textsIn(JobConfigDocument, ['KmsKeyId', 'Subnets', 'SecurityGroupIds']);
    return {
      ...kmsKeyValues('sagemaker:OutputKmsKey', found.get('KmsKeyId') ?? [], scope),
      'sagemaker:VpcSubnets': found.get('Subnets'),
      'sagemaker:VpcSecurityGroupIds': found.get('SecurityGroupIds'),
    };
  },
};

// Studio

/** `…:image/lab` of `…:image-version/lab/3`. */
const imageOf = (version: string | undefined): string | undefined =>
  version?.includes(':image-version/') ? version.slice(0, version.lastIndexOf('/')).replace(':image-version/', ':image/') : undefined;

/** Instance types, images and scripts that settings of apps name. */
const studio = <Input>(apps: (input: Input) => readonly (AppSettings | undefined)[]): readonly Keys<Input>[] => {
  const of = (read: (settings: AppSettings, scope: Scope) => readonly (Scalar | undefined)[]) => (input: Input, scope: Scope) =>
    apps(input).flatMap((settings) => (settings ? [...read(settings, scope)] : []));
  return [
    many(
      'sagemaker:InstanceTypes',
      of((app) => [app.DefaultResourceSpec?.InstanceType]),
    ),
    many(
      'sagemaker:ImageArns',
      of((app, scope) => [
        app.DefaultResourceSpec?.SageMakerImageArn,
        // (unverified) that the image of a version that is named counts, and that custom images do
        imageOf(app.DefaultResourceSpec?.SageMakerImageVersionArn),
        ...(app.CustomImages ?? []).map((image) => sageMakerArn(scope, `image/${foldCase(image.ImageName)}`)),
      ]),
    ),
    many(
      'sagemaker:ImageVersionArns',
      of((app, scope) => [
        app.DefaultResourceSpec?.SageMakerImageVersionArn,
        ...(app.CustomImages ?? []).map(({ ImageName, ImageVersionNumber }) =>
          ImageVersionNumber === undefined ? undefined : sageMakerArn(scope, `image-version/${foldCase(ImageName)}/${ImageVersionNumber}`),
        ),
      ]),
    ),
    many(
      'sagemaker:StudioLifecycleConfigArns',
      of((app) => [app.DefaultResourceSpec?.LifecycleConfigArn, ...(app.LifecycleConfigArns ?? []), app.BuiltInLifecycleConfigArn]),
    ),
  ];
};

const domainApps = studio<DomainRequest>(appsOfDomain);
const userApps = studio<{ readonly UserSettings?: Parameters<typeof appsOfUser>[0] }>((input) => appsOfUser(input.UserSettings));
const spaceApps = studio<{ readonly SpaceSettings?: Parameters<typeof appsOfSpace>[0] }>((input) => appsOfSpace(input.SpaceSettings));
const appSpec = studio<{ readonly ResourceSpec?: AppSettings['DefaultResourceSpec'] }>((input) => [
  { DefaultResourceSpec: input.ResourceSpec },
]);

interface DomainKeys {
  readonly KmsKeyId?: string | undefined;
  readonly HomeEfsFileSystemKmsKeyId?: string | undefined;
}

const present = (value: string | undefined): string[] => (value === undefined ? [] : [value]);

const domainVolumeKeys: readonly Keys<DomainKeys>[] = [
  kmsKey('sagemaker:VolumeKmsKey', (input) => present(input.KmsKeyId ?? input.HomeEfsFileSystemKmsKeyId)),
  one('sagemaker:HomeEfsFileSystemKmsKey', (input) => [input.HomeEfsFileSystemKmsKeyId ?? input.KmsKeyId]),
];

const OWNER_KEYS = ['sagemaker:OwnerUserProfileArn', 'sagemaker:SpaceSharingType'] as const;

interface Ownership {
  readonly OwnershipSettings?: { readonly OwnerUserProfileName: string } | undefined;
  readonly SpaceSharingSettings?: { readonly SharingType: string } | undefined;
}

const ownership = (
  domainId: string,
  { OwnershipSettings, SpaceSharingSettings }: Ownership,
  place: Place,
): Record<string, ContextValue> => ({
  [OWNER_KEYS[0]]: OwnershipSettings && sageMakerArn(place, `user-profile/${domainId}/${OwnershipSettings.OwnerUserProfileName}`),
  [OWNER_KEYS[1]]: SpaceSharingSettings?.SharingType,
});

const ownerAsked: Keys<Ownership & { readonly DomainId: string }> = {
  keys: OWNER_KEYS,
  values: (input, _, scope) => ownership(input.DomainId, input, scope),
};

/** Of the stored space that the call is about. An app of a profile, or a space that is not there, has neither. */
const ownerHeld: Keys<object> = {
  keys: OWNER_KEYS,
  values: (_, { stored }, scope) => {
    // The space's own family stored it.
    const space = stored?.space as SageMakerResource<Ownership> | undefined;
    return space ? ownership(space.parent, space.settings, scope) : {};
  },
};

/** What the tables above have no room for. */
const SPECIAL: Readonly<Record<string, readonly Keys<never>[]>> = {
  AddTags: [taggingAction, packageHeld],
  BatchDescribeModelPackage: [packageHeld],
  CreateApp: [ownerHeld, ...appSpec],
  CreateDomain: [...domainApps, ...domainVolumeKeys],
  CreateFeatureGroup: [offlineStore],
  CreateFlowDefinition: [workteamKeys((input: { readonly HumanLoopConfig?: OfWorkteam }) => input.HumanLoopConfig?.WorkteamArn)],
  CreateJob: [ofDocument],
  CreateLabelingJob: [workteamKeys((input: { readonly HumanTaskConfig: OfWorkteam }) => input.HumanTaskConfig.WorkteamArn)],
  CreateModel: [gatedModelOfContainers],
  CreateModelPackage: [metadataAsked, packageNotYet],
  CreateSpace: [ownerAsked, ...spaceApps],
  CreateTrainingJob: [gatedModelOfChannels],
  CreateUserProfile: userApps,
  DeleteApp: [ownerHeld],
  DeleteModelPackage: [packageHeld],
  DeleteSpace: [ownerHeld],
  DeleteTags: [untaggedKeys, packageHeld],
  DescribeModelPackage: [packageHeld],
  ListTags: [packageHeld],
  Search: [visibility],
  UpdateDomain: domainApps,
  UpdateModelPackage: [metadataAsked, packageHeld],
  UpdateSpace: [ownerHeld, ...spaceApps],
  UpdateUserProfile: userApps,
};

/** The condition keys of an operation's row. */
export function conditionKeysOf(operation: string): readonly ConditionKeys<object, Found>[] {
  const keys: Keys<never>[] = hasTags(operation) ? [requestTags] : [];
  const each = (
    table: Readonly<Record<string, Places>>,
    make: (key: string, read: (input: object) => readonly Scalar[]) => Keys<object>,
  ) => {
    for (const [key, places] of Object.entries(table)) {
      const paths = Object.hasOwn(places, operation) ? places[operation] : undefined;
      if (paths) keys.push(make(key, pathsReader(paths)));
    }
  };
  each(SINGLE, one);
  each(MULTIPLE, many);
  each(KMS, kmsKey);
  for (const [key, { type, many: isMany, places }] of Object.entries(NAMED)) {
    const paths = Object.hasOwn(places, operation) ? places[operation] : undefined;
    if (!paths) continue;
    const read = pathsReader(paths);
    const arns = (input: object, scope: Scope) => read(input).map((name) => sageMakerArn(scope, `${type}/${foldCase(String(name))}`));
    keys.push(isMany ? many(key, arns) : one(key, arns));
  }
  keys.push(...(Object.hasOwn(SPECIAL, operation) ? (SPECIAL[operation] ?? []) : []));
  // Each is of this operation, whose input the model has vouched for when its row is asked.
  return keys as unknown as readonly ConditionKeys<object, Found>[];
}
