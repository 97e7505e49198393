import type {
  CustomImage,
  DefaultSpaceSettings,
  DomainSettings,
  DomainSettingsForUpdate,
  ResourceSpec,
  SpaceSettings,
  UserSettings,
} from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../model/valid.ts';

/** What the settings of every kind of app can hold, in users', spaces' and domains' settings. */
export interface AppSettings {
  readonly DefaultResourceSpec?: ResourceSpec | undefined;
  readonly CustomImages?: readonly Valid<CustomImage>[] | undefined;
  readonly LifecycleConfigArns?: readonly string[] | undefined;
  readonly BuiltInLifecycleConfigArn?: string | undefined;
}

type Apps = (AppSettings | undefined)[];

export const appsOfUser = (settings: Valid<UserSettings> | undefined): Apps => [
  settings?.JupyterServerAppSettings,
  settings?.KernelGatewayAppSettings,
  settings?.TensorBoardAppSettings,
  settings?.RSessionAppSettings,
  settings?.CodeEditorAppSettings,
  settings?.JupyterLabAppSettings,
];

export const appsOfSpace = (settings: Valid<SpaceSettings> | undefined): Apps => [
  settings?.JupyterServerAppSettings,
  settings?.KernelGatewayAppSettings,
  settings?.CodeEditorAppSettings,
  settings?.JupyterLabAppSettings,
];

export const appsOfDefaultSpace = (settings: Valid<DefaultSpaceSettings> | undefined): Apps => [
  settings?.JupyterServerAppSettings,
  settings?.KernelGatewayAppSettings,
  settings?.JupyterLabAppSettings,
];

/** What CreateDomain and UpdateDomain can set alike. */
export interface DomainRequest {
  readonly DefaultUserSettings?: Valid<UserSettings> | undefined;
  readonly DefaultSpaceSettings?: Valid<DefaultSpaceSettings> | undefined;
  readonly DomainSettings?: Valid<DomainSettings> | undefined;
  readonly DomainSettingsForUpdate?: Valid<DomainSettingsForUpdate> | undefined;
}

export const appsOfDomain = (request: DomainRequest): Apps => [
  ...appsOfUser(request.DefaultUserSettings),
  ...appsOfDefaultSpace(request.DefaultSpaceSettings),
  request.DomainSettings?.RStudioServerProDomainSettings,
  request.DomainSettingsForUpdate?.RStudioServerProDomainSettingsForUpdate,
];

type Roles = (string | undefined)[];

/** Roles that users' settings hand on, of the caller's own account: see rolesOfUser. */
export const ownRolesOfUser = (settings: Valid<UserSettings> | undefined): Roles => [
  settings?.ExecutionRole,
  settings?.CanvasAppSettings?.TimeSeriesForecastingSettings?.AmazonForecastRoleArn,
  settings?.CanvasAppSettings?.GenerativeAiSettings?.AmazonBedrockRoleArn,
  settings?.CanvasAppSettings?.EmrServerlessSettings?.ExecutionRoleArn,
  ...(settings?.JupyterLabAppSettings?.EmrSettings?.ExecutionRoleArns ?? []),
];

/**
 * Roles that users' settings hand to SageMaker, those that may be another account's included. The one of the model register is another account's: it is assumed, never passed.
 * Which of the Canvas and EMR roles AWS asks iam:PassRole for is (unverified); here all of them.
 */
export const rolesOfUser = (settings: Valid<UserSettings> | undefined): Roles => [
  ...ownRolesOfUser(settings),
  ...(settings?.JupyterLabAppSettings?.EmrSettings?.AssumableRoleArns ?? []),
];

const ownRolesBesideUsers = (request: DomainRequest): Roles => [
  request.DefaultSpaceSettings?.ExecutionRole,
  request.DomainSettings?.RStudioServerProDomainSettings?.DomainExecutionRoleArn,
  request.DomainSettingsForUpdate?.RStudioServerProDomainSettingsForUpdate?.DomainExecutionRoleArn,
];

export const ownRolesOfDomain = (request: DomainRequest): Roles => [
  ...ownRolesOfUser(request.DefaultUserSettings),
  ...ownRolesBesideUsers(request),
];

export const rolesOfDomain = (request: DomainRequest): Roles => [
  ...rolesOfUser(request.DefaultUserSettings),
  ...ownRolesBesideUsers(request),
];

/** Roles that apps run with, and SageMaker therefore takes up itself. */
export const executionRolesOf = (request: DomainRequest): Roles => [
  request.DefaultUserSettings?.ExecutionRole,
  request.DefaultSpaceSettings?.ExecutionRole,
];
