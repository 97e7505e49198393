import type { CreateSpaceRequest, UpdateSpaceRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Draft, withoutTags } from '../create.ts';
import { alreadyExists, invalid, resourceInUse, resourceNotFound } from '../errors.ts';
import { type Family, need } from '../family.ts';
import { appSettingsIn, requireAppReferences } from './app-references.ts';
import { appOf, nextUid, ownerOf, requireDomainInService, userProfile } from './user-profile.ts';

type Input = Valid<CreateSpaceRequest>;
type Identity = { readonly DomainId: string; readonly SpaceName: string };
export type SpaceSettings = Omit<Input, 'Tags'> & { readonly HomeEfsFileSystemUid: string };

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateSpace.html */
export const space: Family<Identity, SpaceSettings> = {
  type: 'space',
  noun: 'Space',
  path: (input) => `${input.DomainId}/${input.SpaceName}`,
  arnPath: '${DomainId}/${SpaceName}',
  names: 'as typed',
  status: 'Status',
  // (unverified) sentence
  missing: ({ name }) => resourceNotFound(`Space [${name}] does not exist.`),
  taken: ({ name }) => alreadyExists('Space', name),
  describe: ({ region, settings }) => ({
    ...settings,
    Url: `https://${settings.DomainId}.studio.${region}.sagemaker.aws/spaces/${settings.SpaceName}`,
  }),
  list: {
    operation: 'ListSpaces',
    result: 'Spaces',
    more: ({ settings: { SpaceSettings: asked, SpaceSharingSettings, OwnershipSettings } }) => ({
      ...(asked && {
        SpaceSettingsSummary: {
          AppType: asked.AppType,
          RemoteAccess: asked.RemoteAccess,
          SpaceStorageSettings: asked.SpaceStorageSettings,
        },
      }),
      ...(SpaceSharingSettings && { SpaceSharingSettingsSummary: SpaceSharingSettings }),
      ...(OwnershipSettings && { OwnershipSettingsSummary: OwnershipSettings }),
    }),
    sort: 'CreationTime',
    order: 'Ascending',
    nameContains: 'SpaceNameContains',
    parent: 'DomainIdEquals',
  },
  deletion: {
    refuse: async (resource, _, scope) => {
      // (unverified) sentence
      if (await appOf(resource, scope))
        throw resourceInUse(`Unable to delete Space [${resource.arn}] because App(s) are associated with it.`);
    },
    course: [{ status: 'Deleting', seconds: 5 }, { status: GONE }],
  },
};

/**
 * Creates a space: private to the profile that owns it, or shared.
 * @throws ResourceInUse        the name is taken
 * @throws ResourceNotFound     no such domain, or no such owner
 * @throws ValidationException  the domain is not in service; an owner without a way of sharing, or the reverse
 */
export const createSpace = create<Input, SpaceSettings>(space, {
  name: (input) => input.SpaceName,
  draft: async (input, call): Promise<Draft<SpaceSettings>> => {
    const { DomainId, OwnershipSettings: ownership, SpaceSharingSettings: sharing } = input;
    const of = await requireDomainInService(DomainId, call);
    // (unverified) sentence
    if ((ownership === undefined) !== (sharing === undefined))
      throw invalid('OwnershipSettings and SpaceSharingSettings must be specified together.');
    const owner = ownership && (await need(userProfile, { DomainId, UserProfileName: ownership.OwnerUserProfileName }, call));
    await requireAppReferences(appSettingsIn(input.SpaceSettings), call);
    return {
      settings: { ...withoutTags(input), HomeEfsFileSystemUid: await nextUid(of, call) },
      course: [{ status: 'Pending', seconds: 5 }, { status: 'InService' }],
      parent: DomainId,
      ...(owner && { owner: ownerOf(owner) }),
    };
  },
});

/**
 * Changes the settings that are sent.
 * @throws ResourceNotFound     no such space
 * @throws ResourceInUse        an app runs in it
 * @throws ValidationException  it is not in service; another kind of app
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateSpace.html
 */
export const updateSpace = change<Identity, SpaceSettings, Valid<UpdateSpaceRequest>>(
  space,
  async (resource, input, call) => {
    const status = phaseAt(resource, call.now)?.status;
    const { settings } = resource;
    // (unverified) all sentences
    if (status !== 'InService' && status !== 'Update_Failed')
      throw invalid(`Unable to update Space [${resource.arn}] in status ${status}.`);
    if (await appOf(resource, call, ['Pending', 'InService']))
      throw resourceInUse(`Unable to update Space [${resource.arn}] because InService App(s) are associated with it.`);
    const appType = settings.SpaceSettings?.AppType;
    if (appType !== undefined && input.SpaceSettings?.AppType !== undefined && input.SpaceSettings.AppType !== appType)
      throw invalid(`The AppType of Space [${resource.arn}] cannot be changed.`);
    await requireAppReferences(appSettingsIn(input.SpaceSettings), call);
    return onCourse(resource, [{ status: 'Updating', seconds: 5 }, { status: 'InService' }], call, {
      ...(input.SpaceSettings && { SpaceSettings: { ...settings.SpaceSettings, ...input.SpaceSettings } }),
      ...(input.SpaceDisplayName !== undefined && { SpaceDisplayName: input.SpaceDisplayName }),
    });
  },
  { answer: ({ arn }) => ({ SpaceArn: arn }) },
);
