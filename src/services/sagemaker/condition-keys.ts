import type { ConditionKeys, ContextValue, Scope } from '../../authorization/operation.ts';
import { requestTagValues, tagKeysValue } from '../../authorization/request-tags.ts';
import { PARTITION } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import type { SageMakerResource } from '../../store/tables/sagemaker.ts';
import { type Place, sageMakerArn } from './family.ts';
import type { Found } from './resources.ts';
import { type AppSettings, appsOfDomain, appsOfSpace, appsOfUser, type DomainRequest } from './studio-settings.ts';

/*
 * The condition keys of SageMaker's calls, one definition for every key that operations share. A member that is not sent leaves its key out
 * of the request context: `Null` sees that, `Bool` and `StringEquals` do not match, `…IfExists` do.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */

type Scalar = string | number | boolean | undefined;
/** Keys of a row whose input has these members, whatever else it has. */
type Keys<Input> = ConditionKeys<Input, Found>;

const texts = (values: readonly Scalar[]): string[] => [...new Set(values.filter((value) => value !== undefined).map(String))];

/** A key that holds several values at once (`ArrayOf…`): used with ForAllValues and ForAnyValue. */
const many = <Input>(name: string, read: (input: Input, scope: Scope) => readonly Scalar[]): Keys<Input> => ({
  keys: [name],
  values: (input, _, scope) => ({ [name]: texts(read(input, scope)) }),
});

/** A key of one value. Should a request hold several all the same, the condition sees all of them. */
const one = <Input>(name: string, read: (input: Input, scope: Scope) => readonly Scalar[]): Keys<Input> => ({
  keys: [name],
  values: (input, _, scope) => ({ [name]: single(texts(read(input, scope))) }),
});

const single = (values: readonly string[]): ContextValue => (values.length > 1 ? values : values[0]);

/** The ARN of a KMS key given as ARN, id or alias. An alias stays one: there is no KMS here to ask (unverified). */
export function kmsKeyArn(key: string, { account, region }: Place): string {
  if (key.startsWith('arn:')) return key;
  return `arn:${PARTITION}:kms:${region}:${account}:${key.startsWith('alias/') ? key : `key/${key}`}`;
}

/**
 * `…KmsKeyArn`, which holds the key's ARN, and its deprecated twin `…KmsKey`, which customers' policies still ask and which holds the key
 * as sent (unverified).
 */
const kmsKey = <Input>(name: string, twins: readonly string[], read: (input: Input) => Scalar): Keys<Input> => ({
  keys: [name, ...twins],
  values: (input, _, scope) => {
    const sent = read(input);
    if (typeof sent !== 'string') return {};
    return { [name]: kmsKeyArn(sent, scope), ...Object.fromEntries(twins.map((twin) => [twin, sent])) };
  },
});

// Tags

export const requestTags: Keys<{ readonly Tags?: readonly Tag[] | undefined }> = {
  keys: ['aws:RequestTag/${TagKey}', 'aws:TagKeys'],
  values: (input) => requestTagValues(input.Tags),
};

export const untaggedKeys: Keys<{ readonly TagKeys: readonly string[] }> = {
  keys: ['aws:TagKeys'],
  values: (input) => tagKeysValue(input.TagKeys),
};

/** Only AddTags has it, and only when the tags come with a creation: see tagOnCreate. A call of AddTags itself leaves it out. */
export const taggingAction: Keys<object> = { keys: ['sagemaker:TaggingAction'], values: () => ({}) };

// Networks

export const vpcConfig: readonly Keys<{
  readonly VpcConfig?: { readonly Subnets: readonly string[]; readonly SecurityGroupIds: readonly string[] } | undefined;
}>[] = [
  many('sagemaker:VpcSubnets', (input) => input.VpcConfig?.Subnets ?? []),
  many('sagemaker:VpcSecurityGroupIds', (input) => input.VpcConfig?.SecurityGroupIds ?? []),
];

export const notebookNetwork: readonly Keys<{
  readonly SubnetId?: string | undefined;
  readonly SecurityGroupIds?: readonly string[] | undefined;
}>[] = [
  many('sagemaker:VpcSubnets', (input) => [input.SubnetId]),
  many('sagemaker:VpcSecurityGroupIds', (input) => input.SecurityGroupIds ?? []),
];

export const networkIsolation = one<{ readonly EnableNetworkIsolation?: boolean | undefined }>('sagemaker:NetworkIsolation', (input) => [
  input.EnableNetworkIsolation,
]);

export const trafficEncryption = one<{ readonly EnableInterContainerTrafficEncryption?: boolean | undefined }>(
  'sagemaker:InterContainerTrafficEncryption',
  (input) => [input.EnableInterContainerTrafficEncryption],
);

// Keys of volumes and outputs

export const volumeKey = kmsKey<{ readonly KmsKeyId?: string | undefined }>(
  'sagemaker:VolumeKmsKeyArn',
  ['sagemaker:VolumeKmsKey'],
  (input) => input.KmsKeyId,
);

export const trainingKeys: readonly Keys<{
  readonly ResourceConfig?: { readonly VolumeKmsKeyId?: string | undefined } | undefined;
  readonly OutputDataConfig: { readonly KmsKeyId?: string | undefined };
}>[] = [
  kmsKey('sagemaker:VolumeKmsKeyArn', ['sagemaker:VolumeKmsKey'], (input) => input.ResourceConfig?.VolumeKmsKeyId),
  kmsKey('sagemaker:OutputKmsKeyArn', ['sagemaker:OutputKmsKey'], (input) => input.OutputDataConfig.KmsKeyId),
];

// Notebook instances

export const notebookInstanceType = many<{ readonly InstanceType?: string | undefined }>('sagemaker:InstanceTypes', (input) => [
  input.InstanceType,
]);

export const notebookAccelerators = many<{ readonly AcceleratorTypes?: readonly string[] | undefined }>(
  'sagemaker:AcceleratorTypes',
  (input) => input.AcceleratorTypes ?? [],
);

export const directInternetAccess = one<{ readonly DirectInternetAccess?: string | undefined }>(
  'sagemaker:DirectInternetAccess',
  (input) => [input.DirectInternetAccess],
);

export const rootAccess = one<{ readonly RootAccess?: string | undefined }>('sagemaker:RootAccess', (input) => [input.RootAccess]);

export const minimumMetadataVersion = one<{
  readonly InstanceMetadataServiceConfiguration?: { readonly MinimumInstanceMetadataServiceVersion: string } | undefined;
}>('sagemaker:MinimumInstanceMetadataServiceVersion', (input) => [
  input.InstanceMetadataServiceConfiguration?.MinimumInstanceMetadataServiceVersion,
]);

export const notebookLifecycleConfig = many<{ readonly LifecycleConfigName?: string | undefined }>(
  'sagemaker:NotebookInstanceLifecycleConfigArns',
  ({ LifecycleConfigName: name }, scope) => [
    name === undefined ? undefined : sageMakerArn(scope, `notebook-instance-lifecycle-config/${foldCase(name)}`),
  ],
);

// Training

interface RuleConfiguration {
  readonly InstanceType?: string | undefined;
}

export const trainingInstanceTypes = many<{
  readonly ResourceConfig?:
    | { readonly InstanceType?: string | undefined; readonly InstanceGroups?: readonly RuleConfiguration[] | undefined }
    | undefined;
  readonly DebugRuleConfigurations?: readonly RuleConfiguration[] | undefined;
  readonly ProfilerRuleConfigurations?: readonly RuleConfiguration[] | undefined;
}>('sagemaker:InstanceTypes', (input) => [
  input.ResourceConfig?.InstanceType,
  ...[input.ResourceConfig?.InstanceGroups, input.DebugRuleConfigurations, input.ProfilerRuleConfigurations].flatMap((list) =>
    (list ?? []).map((each) => each.InstanceType),
  ),
]);

/** An update names no instances but those of its profiler rules. */
export const profilerInstanceTypes = many<{ readonly ProfilerRuleConfigurations?: readonly RuleConfiguration[] | undefined }>(
  'sagemaker:InstanceTypes',
  (input) => (input.ProfilerRuleConfigurations ?? []).map((rule) => rule.InstanceType),
);

export const keepAlivePeriod = one<{ readonly ResourceConfig?: { readonly KeepAlivePeriodInSeconds?: number | undefined } | undefined }>(
  'sagemaker:KeepAlivePeriod',
  (input) => [input.ResourceConfig?.KeepAlivePeriodInSeconds],
);

export const maxRuntime = one<{ readonly StoppingCondition?: { readonly MaxRuntimeInSeconds?: number | undefined } | undefined }>(
  'sagemaker:MaxRuntimeInSeconds',
  (input) => [input.StoppingCondition?.MaxRuntimeInSeconds],
);

export const remoteDebug = one<{ readonly RemoteDebugConfig?: { readonly EnableRemoteDebug?: boolean | undefined } | undefined }>(
  'sagemaker:EnableRemoteDebug',
  (input) => [input.RemoteDebugConfig?.EnableRemoteDebug],
);

interface FileSystem {
  readonly FileSystemAccessMode: string;
  readonly DirectoryPath: string;
  readonly FileSystemId: string;
  readonly FileSystemType: string;
}

interface Channels {
  readonly InputDataConfig?: readonly { readonly DataSource: { readonly FileSystemDataSource?: FileSystem | undefined } }[] | undefined;
}

const fileSystem = (name: string, member: keyof FileSystem): Keys<Channels> =>
  one(name, (input) => (input.InputDataConfig ?? []).map((channel) => channel.DataSource.FileSystemDataSource?.[member]));

export const fileSystems: readonly Keys<Channels>[] = [
  fileSystem('sagemaker:FileSystemAccessMode', 'FileSystemAccessMode'),
  fileSystem('sagemaker:FileSystemDirectoryPath', 'DirectoryPath'),
  fileSystem('sagemaker:FileSystemId', 'FileSystemId'),
  fileSystem('sagemaker:FileSystemType', 'FileSystemType'),
];

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

export const gatedModelOfContainers = one<{
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

export const gatedModelOfChannels = one<{
  readonly InputDataConfig?: readonly { readonly DataSource: { readonly S3DataSource?: GatedSource | undefined } }[] | undefined;
}>('sagemaker:DirectGatedModelAccess', (input) =>
  (input.InputDataConfig ?? []).some((channel) => isGated(channel.DataSource.S3DataSource)) ? [true] : [],
);

// Hosting

interface VariantKeys {
  readonly ModelName?: string | undefined;
  readonly InstanceType?: string | undefined;
  readonly InstancePools?: readonly { readonly InstanceType: string }[] | undefined;
  readonly AcceleratorType?: string | undefined;
  readonly ServerlessConfig?: { readonly MaxConcurrency: number; readonly MemorySizeInMB: number } | undefined;
}

interface VariantsRequest {
  readonly ProductionVariants: readonly VariantKeys[];
  readonly ShadowProductionVariants?: readonly VariantKeys[] | undefined;
}

const ofVariants =
  (read: (variant: VariantKeys, scope: Scope) => readonly Scalar[]) =>
  (input: VariantsRequest, scope: Scope): Scalar[] =>
    [...input.ProductionVariants, ...(input.ShadowProductionVariants ?? [])].flatMap((variant) => [...read(variant, scope)]);

export const variants: readonly Keys<VariantsRequest>[] = [
  many(
    'sagemaker:InstanceTypes',
    ofVariants((v) => [v.InstanceType, ...(v.InstancePools ?? []).map((pool) => pool.InstanceType)]),
  ),
  many(
    'sagemaker:AcceleratorTypes',
    ofVariants((v) => [v.AcceleratorType]),
  ),
  one(
    'sagemaker:ModelArn',
    ofVariants((v, scope) => [v.ModelName === undefined ? undefined : sageMakerArn(scope, `model/${foldCase(v.ModelName)}`)]),
  ),
  one(
    'sagemaker:ServerlessMaxConcurrency',
    ofVariants((v) => [v.ServerlessConfig?.MaxConcurrency]),
  ),
  one(
    'sagemaker:ServerlessMemorySize',
    ofVariants((v) => [v.ServerlessConfig?.MemorySizeInMB]),
  ),
];

// Human review

export const workteam: Keys<{ readonly HumanLoopConfig?: { readonly WorkteamArn: string } | undefined }> = {
  keys: ['sagemaker:WorkteamArn', 'sagemaker:WorkteamType'],
  values: (input) => {
    const arn = input.HumanLoopConfig?.WorkteamArn;
    // `…:workteam/{type}/{name}`
    return arn === undefined ? {} : { 'sagemaker:WorkteamArn': arn, 'sagemaker:WorkteamType': arn.split(':workteam/')[1]?.split('/')[0] };
  },
};

// Studio

/** Instance types, images and scripts that settings of apps name. */
const studio = <Input>(apps: (input: Input) => readonly (AppSettings | undefined)[]): readonly Keys<Input>[] => {
  const of = (read: (settings: AppSettings, scope: Scope) => readonly Scalar[]) => (input: Input, scope: Scope) =>
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
        // (unverified) that custom images count
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

export const domainApps = studio<DomainRequest>(appsOfDomain);
export const userApps = studio<{ readonly UserSettings?: Parameters<typeof appsOfUser>[0] }>((input) => appsOfUser(input.UserSettings));
export const spaceApps = studio<{ readonly SpaceSettings?: Parameters<typeof appsOfSpace>[0] }>((input) =>
  appsOfSpace(input.SpaceSettings),
);
export const appSpec = studio<{ readonly ResourceSpec?: AppSettings['DefaultResourceSpec'] }>((input) => [
  { DefaultResourceSpec: input.ResourceSpec },
]);

export const appNetworkAccess = one<{ readonly AppNetworkAccessType?: string | undefined }>('sagemaker:AppNetworkAccessType', (input) => [
  input.AppNetworkAccessType,
]);

export const authMode = one<{ readonly AuthMode: string }>('sagemaker:AuthMode', (input) => [input.AuthMode]);

export const remoteAccess = one<{ readonly SpaceSettings?: { readonly RemoteAccess?: string | undefined } | undefined }>(
  'sagemaker:RemoteAccess',
  (input) => [input.SpaceSettings?.RemoteAccess],
);

export const domainNetwork: readonly Keys<DomainRequest & { readonly SubnetIds?: readonly string[] | undefined }>[] = [
  many('sagemaker:VpcSubnets', (input) => input.SubnetIds ?? []),
  many('sagemaker:VpcSecurityGroupIds', (input) => [
    ...(input.DefaultUserSettings?.SecurityGroups ?? []),
    ...(input.DefaultSpaceSettings?.SecurityGroups ?? []),
    ...(input.DomainSettings?.SecurityGroupIds ?? []),
    ...(input.DomainSettingsForUpdate?.SecurityGroupIds ?? []),
  ]),
];

export const userSecurityGroups = many<{ readonly UserSettings?: { readonly SecurityGroups?: readonly string[] | undefined } | undefined }>(
  'sagemaker:VpcSecurityGroupIds',
  (input) => input.UserSettings?.SecurityGroups ?? [],
);

interface DomainKeys {
  readonly KmsKeyId?: string | undefined;
  readonly HomeEfsFileSystemKmsKeyId?: string | undefined;
}

export const domainVolumeKeys: readonly Keys<DomainKeys>[] = [
  kmsKey('sagemaker:VolumeKmsKeyArn', ['sagemaker:VolumeKmsKey'], (input) => input.KmsKeyId ?? input.HomeEfsFileSystemKmsKeyId),
  one('sagemaker:HomeEfsFileSystemKmsKey', (input) => [input.HomeEfsFileSystemKmsKeyId ?? input.KmsKeyId]),
];

interface Sharing {
  readonly SharingSettings?: { readonly S3KmsKeyId?: string | undefined } | undefined;
}

const sharingKey = <Input>(read: (input: Input) => Sharing | undefined): Keys<Input> =>
  kmsKey(
    'sagemaker:DomainSharingOutputKmsKeyArn',
    ['sagemaker:DomainSharingOutputKmsKey'],
    (input) => read(input)?.SharingSettings?.S3KmsKeyId,
  );

export const domainSharingKey = sharingKey<{ readonly DefaultUserSettings?: Sharing | undefined }>((input) => input.DefaultUserSettings);
export const userSharingKey = sharingKey<{ readonly UserSettings?: Sharing | undefined }>((input) => input.UserSettings);

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

export const ownerAsked: Keys<Ownership & { readonly DomainId: string }> = {
  keys: OWNER_KEYS,
  values: (input, _, scope) => ownership(input.DomainId, input, scope),
};

/** Of the stored space that the call is about. An app of a profile, or a space that is not there, has neither. */
export const ownerHeld: Keys<object> = {
  keys: OWNER_KEYS,
  values: (_, { stored }, scope) => {
    // The space's own family stored it.
    const space = stored?.space as SageMakerResource<Ownership> | undefined;
    return space ? ownership(space.parent, space.settings, scope) : {};
  },
};
