import type {
  CreateImageVersionRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateImageVersionRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler, OperationContext, ResourceType, ResourceTypes, Scope, Target } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { change, remove } from '../change.ts';
import { describe } from '../describe.ts';
import { invalid, resourceInUse, resourceNotFound } from '../errors.ts';
import { arnOf, type Family, find, idOf, liveIn, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { phasesOf } from '../lifecycle.ts';
import { type ListInput, list } from '../list.ts';
import { pageOf } from '../page.ts';
import { type Found, named } from '../resources.ts';
import { failureByRole, fetchesImage } from '../role-use.ts';
import { type ImageSettings, image, requireSettled } from './image.ts';
import { userOfImage } from './image-use.ts';

type Input = Valid<CreateImageVersionRequest>;

/** A version by its number or by one of its aliases; without either, the latest. */
interface Identity {
  readonly ImageName: string;
  readonly Version?: number | undefined;
  readonly Alias?: string | undefined;
}

export type ImageVersionSettings = Omit<Input, 'ClientToken' | 'Aliases'> & {
  readonly Version: number;
  readonly Aliases: readonly string[];
};

/** What stands for a number in the ARN of a latest version that is not there. */
const LATEST = 'latest';

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html */
export const imageVersion: Family<Identity, ImageVersionSettings> = familyOf<Identity, ImageVersionSettings>({
  type: 'image-version',
  noun: 'ImageVersion',
  path: ({ ImageName, Version, Alias }) => `${ImageName}/${Version ?? Alias ?? LATEST}`,
  arnPath: '${ImageName}/${Version}',
  status: 'ImageVersionStatus',
  untagged: true,
  missing: ({ arn, name }) => {
    const imageName = arn.split('/')[1];
    return name === LATEST
      ? resourceNotFound(`Latest ImageVersion with ImageName ${imageName} does not exist. Please provide a valid ImageName.`)
      : resourceNotFound(`ImageVersion ${name} with ImageName ${imageName} does not exist.`);
  },
  describe: ({ accountId: account, region, parent, settings }) => ({
    ...settings,
    ImageArn: arnOf(image, { ImageName: parent }, { account, region }),
    // The address in a registry of what was read when the version was made (unverified).
    ContainerImage: settings.BaseImage,
  }),
  list: {
    operation: 'ListImageVersions',
    result: 'ImageVersions',
    sort: 'CreationTime',
    order: 'Descending',
    within: async (input: { readonly ImageName: string }, context) => (await need(image, input, context)).id,
  },
  deletion: {
    refuse: async (resource, status, scope) => {
      requireSettled(resource, status);
      const user = await userOfImage(resource.parent, resource.settings.Version, scope);
      // (unverified) sentence
      if (user) throw resourceInUse(`ImageVersion ${resource.name} of Image ${resource.parent} is in use by ${user.arn}.`);
    },
    course: [{ status: 'DELETING', seconds: 10 }, { status: GONE }],
  },
});

/** An image's versions that are there, latest first. */
async function versionsOf(ImageName: string, scope: Scope): Promise<SageMakerResource<ImageVersionSettings>[]> {
  const found: SageMakerResource<ImageVersionSettings>[] = [];
  const prefix = [scope.account, scope.region, 'image-version', idOf(image, ImageName)];
  // The type of a row tells its family.
  for await (const row of liveIn(scope, 'child_created', prefix)) found.push(row as SageMakerResource<ImageVersionSettings>);
  return found.sort((a, b) => b.settings.Version - a.settings.Version);
}

/** The version that a call means, by number; as it came, when there is none. */
async function numbered(identity: Identity, scope: Scope): Promise<Identity> {
  const { ImageName, Version, Alias } = identity;
  if (Version !== undefined) return { ImageName, Version };
  const meant = (await versionsOf(ImageName, scope)).find((each) =>
    Alias === undefined ? phaseAt(each, scope.now)?.status === 'CREATED' : each.settings.Aliases.includes(Alias),
  );
  return meant ? { ImageName, Version: meant.settings.Version } : { ImageName, Alias };
}

const versionType = named(imageVersion);

/** The version that a call names by number or alias, or the latest. */
export const namedVersion: ResourceType<Identity, Found> = {
  ...versionType,
  locate: async (input, scope) => {
    const target = await versionType.locate(await numbered(input, scope), scope);
    // Which number an alias stands for is not told to whoever may not see it.
    return { ...target, shownAs: arnOf(imageVersion, input, scope) };
  },
};

/** The same, where a call may leave it out. */
export const versionIfNamed: ResourceTypes<Identity, Found> = {
  name: versionType.name,
  arn: versionType.arn,
  locateEach: async (input, scope): Promise<readonly Target<Found>[]> =>
    input.Version === undefined && input.Alias === undefined ? [] : [await namedVersion.locate(input, scope)],
};

/** @throws ValidationException  (unverified sentence) a number and an alias */
function requireOneName({ Version, Alias }: Identity): void {
  if (Version !== undefined && Alias !== undefined) throw invalid('Only one of Version and Alias may be specified.');
}

/** A handler that acts on the version that was authorised, whatever its alias means by now. */
const onVersion =
  <Input extends Identity>(handler: Handler<Input, Found>): Handler<Input, Found> =>
  async (input, context) => {
    requireOneName(input);
    const settings = context.target.stored?.resource?.settings as ImageVersionSettings | undefined;
    return handler(settings ? { ...input, Version: settings.Version, Alias: undefined } : input, context);
  };

/** What the role of an image must be allowed, to make a version of it. */
const READ_IMAGE: readonly string[] = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** @throws ResourceInUse  (unverified sentence) another version of the image has one of these aliases */
async function requireFreeAliases(ImageName: string, aliases: readonly string[], own: number | undefined, scope: Scope): Promise<void> {
  if (aliases.length === 0) return;
  for (const { settings } of await versionsOf(ImageName, scope)) {
    const taken = settings.Version === own ? undefined : settings.Aliases.find((alias) => aliases.includes(alias));
    if (taken !== undefined) throw resourceInUse(`Alias ${taken} is already used by version ${settings.Version} of Image ${ImageName}.`);
  }
}

/**
 * Makes a version of an image, numbered after the one before. It fails when the image's role may not read the base image.
 * @throws ResourceNotFound     no such image
 * @throws ResourceInUse        another version has one of the aliases
 * @throws ValidationException  the image is not CREATED
 * @throws ConflictException    the token came with another request
 */
export const createImageVersion = change<{ readonly ImageName: string }, ImageSettings, Input>(
  image,
  async (resource, input, call) => {
    if (phaseAt(resource, call.now)?.status !== 'CREATED') throw invalid(`Image ${resource.name} is in an invalid state.`);
    const { ClientToken: _, Aliases = [], ...asked } = input;
    await requireFreeAliases(input.ImageName, Aliases, undefined, call);
    const { nextVersion: Version, RoleArn } = resource.settings;
    const reads = fetchesImage(input.BaseImage).filter(({ action }) => READ_IMAGE.includes(action));
    const failure = await failureByRole(RoleArn, reads, call);
    const { account, region, now } = call;
    const row: SageMakerResource<ImageVersionSettings> = {
      accountId: account,
      region,
      type: imageVersion.type,
      id: `${resource.id}/${Version}`,
      name: String(Version),
      arn: arnOf(imageVersion, { ImageName: input.ImageName, Version }, call),
      parent: resource.id,
      owner: '',
      createdAt: now,
      changedAt: now,
      settings: { ...asked, Version, Aliases },
      phases: phasesOf(
        [{ status: 'CREATING', seconds: 30 }, failure === undefined ? { status: 'CREATED' } : { status: 'CREATE_FAILED', reason: failure }],
        call,
      ),
      tags: [],
    };
    await call.reader.insert(sageMakerResources, row);
    return { ...resource, settings: { ...resource.settings, nextVersion: Version + 1 } };
  },
  {
    idempotent: 'CreateImageVersion',
    answer: ({ accountId: account, region, id, settings }) => ({
      ImageVersionArn: arnOf(imageVersion, { ImageName: id, Version: settings.nextVersion - 1 }, { account, region }),
    }),
  },
);

/**
 * Changes what is said of a version, and its aliases.
 * @throws ResourceNotFound  no such version
 * @throws ResourceInUse     another version has one of the aliases
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImageVersion.html
 */
export const updateImageVersion = onVersion(
  change<Identity, ImageVersionSettings, Valid<UpdateImageVersionRequest>>(
    imageVersion,
    async (resource, input, call) => {
      requireSettled(resource, phaseAt(resource, call.now)?.status);
      const { ImageName, Version, Alias: _, AliasesToAdd = [], AliasesToDelete = [], ...changes } = input;
      await requireFreeAliases(ImageName, AliasesToAdd, Version, call);
      const Aliases = [...new Set([...resource.settings.Aliases, ...AliasesToAdd])].filter((alias) => !AliasesToDelete.includes(alias));
      return { ...resource, changedAt: call.now, settings: { ...resource.settings, ...changes, Aliases } };
    },
    { answer: ({ arn }) => ({ ImageVersionArn: arn }) },
  ),
);

export const describeImageVersion = onVersion(describe(imageVersion));

/** @throws ResourceInUse  an app, or settings for apps, name it */
export const deleteImageVersion = onVersion(remove(imageVersion));

/** @throws ResourceNotFound  no such image */
export const listImageVersions: Handler<ListInput & { readonly ImageName: string }, Found> = list(imageVersion);

/** Aliases of a version by its number or another alias; of all versions when neither is sent. */
export async function listAliases(input: Valid<ListAliasesRequest>, context: OperationContext<Found>): Promise<ListAliasesResponse> {
  const { ImageName, Version, Alias } = input;
  requireOneName(input);
  await need(image, { ImageName }, context);
  const versions =
    Version === undefined && Alias === undefined
      ? await versionsOf(ImageName, context)
      : [await need(imageVersion, await numbered({ ImageName, Version, Alias }, context), context)];
  const { page, next } = pageOf(versions.flatMap(({ settings }) => settings.Aliases).sort(), 'ListAliases', input, context);
  return { SageMakerImageVersionAliases: [...page], ...next };
}

/** A version that settings name by number, of an image of the account's. */
export const findVersion = (ImageName: string, Version: number, scope: Scope) => find(imageVersion, { ImageName, Version }, scope);

/** As `findVersion`, by an alias. */
export const findAlias = async (ImageName: string, Alias: string, scope: Scope) =>
  (await versionsOf(ImageName, scope)).find(({ settings }) => settings.Aliases.includes(Alias));
