import { parseArn } from '../../../core/arn.ts';
import type { Writing } from '../create.ts';
import { invalid } from '../errors.ts';
import { find, findByArn } from '../family.ts';
import { appImageConfig } from './app-image-config.ts';
import { image } from './image.ts';
import { findAlias, findVersion, imageVersion } from './image-version.ts';
import { type StudioLifecycleConfigSettings, studioLifecycleConfig } from './studio-lifecycle-config.ts';
import type { AppSettings } from './studio-settings.ts';

/** Settings of a kind of app: `KernelGateway` and what is under `KernelGatewayAppSettings`. */
type OfKind = readonly [appType: string, settings: AppSettings];

const SUFFIX = 'AppSettings';

/** What settings of users or spaces say of each kind of app. */
export const appSettingsIn = (settings: object | undefined): OfKind[] =>
  Object.entries(settings ?? {}).flatMap(([member, value]): OfKind[] =>
    member.endsWith(SUFFIX) && value !== undefined ? [[member.slice(0, -SUFFIX.length), value as AppSettings]] : [],
  );

const isHere = (arn: string, { account, region }: Writing): boolean => {
  const parsed = parseArn(arn);
  return parsed?.account === account && parsed.region === region;
};

// (unverified) all sentences
const missing = (what: string): never => {
  throw invalid(`${what} does not exist.`);
};

/** Images of other accounts are AWS's own, and taken as they are named. */
async function requireImages({ DefaultResourceSpec: spec, CustomImages = [] }: AppSettings, call: Writing): Promise<void> {
  const { SageMakerImageArn: arn, SageMakerImageVersionArn: version, SageMakerImageVersionAlias: alias } = spec ?? {};
  if (arn !== undefined && isHere(arn, call)) {
    const found = await findByArn(image, arn, call);
    if (!found) missing(`Image ${arn}`);
    else if (alias !== undefined && !(await findAlias(found.name, alias, call))) missing(`ImageVersion with alias ${alias} of ${arn}`);
  }
  if (version !== undefined && isHere(version, call) && !(await findByArn(imageVersion, version, call))) missing(`ImageVersion ${version}`);
  for (const { ImageName, ImageVersionNumber, AppImageConfigName } of CustomImages) {
    if (!(await find(image, { ImageName }, call))) missing(`Image ${ImageName}`);
    if (ImageVersionNumber !== undefined && !(await findVersion(ImageName, ImageVersionNumber, call)))
      missing(`ImageVersion ${ImageVersionNumber} of Image ${ImageName}`);
    if (!(await find(appImageConfig, { AppImageConfigName }, call))) missing(`AppImageConfig ${AppImageConfigName}`);
  }
}

async function requireLifecycleConfigs(appType: string, { DefaultResourceSpec, LifecycleConfigArns = [] }: AppSettings, call: Writing) {
  for (const arn of [DefaultResourceSpec?.LifecycleConfigArn, ...LifecycleConfigArns]) {
    // `None` takes away what would be inherited.
    if (arn === undefined || arn === 'None') continue;
    const found = await findByArn<StudioLifecycleConfigSettings>(studioLifecycleConfig, arn, call);
    const type = (found ?? missing(`StudioLifecycleConfig [${arn}]`)).settings.StudioLifecycleConfigAppType;
    if (type !== appType) throw invalid(`StudioLifecycleConfig [${arn}] is for AppType ${type}, not ${appType}.`);
  }
}

/**
 * Makes sure of the images, configurations and scripts that settings name.
 * @throws ValidationException  one of them is not there; a script for another kind of app
 */
export async function requireAppReferences(kinds: readonly OfKind[], call: Writing): Promise<void> {
  for (const [appType, settings] of kinds) {
    await requireImages(settings, call);
    await requireLifecycleConfigs(appType, settings, call);
  }
}
