import type { Scope } from '../../../authorization/operation.ts';
import { foldCase } from '../../../core/name.ts';
import { phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { liveIn, sageMakerArn } from '../family.ts';
import { type AppSettings, appsOfDomain, appsOfSpace, appsOfUser, type DomainRequest } from './studio-settings.ts';

type Apps = readonly (AppSettings | undefined)[];

interface OfUser {
  readonly UserSettings?: Parameters<typeof appsOfUser>[0];
}
interface OfSpace {
  readonly SpaceSettings?: Parameters<typeof appsOfSpace>[0];
}
interface OfApp {
  readonly ResourceSpec?: AppSettings['DefaultResourceSpec'];
}

/** Families whose settings can name images, and where. Each family's own code stored what is read here. */
const USERS: Readonly<Record<string, (settings: object) => Apps>> = {
  domain: (settings) => appsOfDomain(settings as DomainRequest),
  'user-profile': (settings) => appsOfUser((settings as OfUser).UserSettings),
  space: (settings) => appsOfSpace((settings as OfSpace).SpaceSettings),
  app: (settings) => [{ DefaultResourceSpec: (settings as OfApp).ResourceSpec }],
};

/** Whether settings of an app name an image; with a version, that one. */
function uses(settings: AppSettings | undefined, name: string, version: number | undefined, scope: Scope): boolean {
  const { DefaultResourceSpec: spec, CustomImages = [] } = settings ?? {};
  const id = foldCase(name);
  const custom = CustomImages.some(
    ({ ImageName, ImageVersionNumber }) => foldCase(ImageName) === id && (version === undefined || ImageVersionNumber === version),
  );
  if (custom) return true;
  const versions = sageMakerArn(scope, `image-version/${id}/`);
  if (version !== undefined) return spec?.SageMakerImageVersionArn === `${versions}${version}`;
  return spec?.SageMakerImageArn === sageMakerArn(scope, `image/${id}`) || spec?.SageMakerImageVersionArn?.startsWith(versions) === true;
}

/** A domain, profile, space or app that runs an image of the account's; with a version, that one of it. */
export async function userOfImage(name: string, version: number | undefined, scope: Scope): Promise<SageMakerResource | undefined> {
  for (const [type, appsOf] of Object.entries(USERS)) {
    for await (const resource of liveIn(scope, 'name', [scope.account, scope.region, type])) {
      if (phaseAt(resource, scope.now)?.status === 'Deleted') continue;
      if (appsOf(resource.settings).some((settings) => uses(settings, name, version, scope))) return resource;
    }
  }
  return undefined;
}
