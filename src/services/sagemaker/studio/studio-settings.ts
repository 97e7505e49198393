import type {
  CustomImage,
  DefaultSpaceSettings,
  DomainSettings,
  DomainSettingsForUpdate,
  ResourceSpec,
  SpaceSettings,
  UserSettings,
} from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';

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
