import type { CreateUserProfileRequest, UpdateUserProfileRequest } from '@aws-sdk/client-sagemaker';
import { instanceOfAccount } from '../../../authorization/identity-center.ts';
import type { Scope } from '../../../authorization/operation.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { identityUsers } from '../../../store/tables/identity-store.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Draft, type Writing, withoutTags } from '../create.ts';
import { alreadyExists, invalid, resourceInUse, resourceNotFound } from '../errors.ts';
import { type Family, liveIn, need } from '../family.ts';
import { save } from '../save.ts';
import { appSettingsIn, requireAppReferences } from './app-references.ts';
import { type DomainSettings, domain } from './domain.ts';

type Input = Valid<CreateUserProfileRequest>;
type Identity = { readonly DomainId: string; readonly UserProfileName: string };
export type UserProfileSettings = Omit<Input, 'Tags'> & { readonly HomeEfsFileSystemUid: string };

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateUserProfile.html */
export const userProfile: Family<Identity, UserProfileSettings> = {
  type: 'user-profile',
  noun: 'UserProfile',
  path: (input) => `${input.DomainId}/${input.UserProfileName}`,
  arnPath: '${DomainId}/${UserProfileName}',
  names: 'unique regardless of case',
  status: 'Status',
  // (unverified) sentence
  missing: ({ name }) => resourceNotFound(`UserProfile [${name}] does not exist.`),
  taken: ({ name }) => alreadyExists('UserProfile', name),
  describe: ({ settings }) => settings,
  list: {
    operation: 'ListUserProfiles',
    result: 'UserProfiles',
    sort: 'CreationTime',
    order: 'Ascending',
    nameContains: 'UserProfileNameContains',
    parent: 'DomainIdEquals',
  },
  deletion: {
    refuse: async (resource, _, scope) => {
      if (await appOf(resource, scope))
        throw resourceInUse(`Unable to delete UserProfile [${resource.arn}] because App(s) are associated with it.`);
      for await (const owned of liveIn(scope, 'owner', [scope.account, scope.region, ownerOf(resource)])) {
        // (unverified) sentence
        if (owned.type === 'space')
          throw resourceInUse(`Unable to delete UserProfile [${resource.arn}] because Space(s) are associated with it.`);
      }
    },
    course: [{ status: 'Deleting', seconds: 5 }, { status: GONE }],
  },
};

/** How apps and spaces name the profile or space that they belong to. */
export const ownerOf = ({ type, id }: Pick<SageMakerResource, 'type' | 'id'>): string => `${type}/${id}`;

/** An app of a profile or space that is not yet Deleted; with statuses, one in these. */
export async function appOf(
  owner: Pick<SageMakerResource, 'type' | 'id'>,
  scope: Scope,
  statuses?: readonly string[],
): Promise<SageMakerResource | undefined> {
  for await (const held of liveIn(scope, 'owner', [scope.account, scope.region, ownerOf(owner)])) {
    const status = phaseAt(held, scope.now)?.status ?? '';
    if (held.type === 'app' && status !== 'Deleted' && (statuses?.includes(status) ?? true)) return held;
  }
  return undefined;
}

/**
 * The domain that something is to be created in.
 * @throws ResourceNotFound     no such domain
 * @throws ValidationException  (unverified sentence) it is not in service
 */
export async function requireDomainInService(DomainId: string, call: Writing): Promise<SageMakerResource<DomainSettings>> {
  const found = await need(domain, { DomainId }, call);
  const status = phaseAt(found, call.now)?.status;
  if (status !== 'InService') throw invalid(`Domain [${found.arn}] is in status ${status}, not InService.`);
  return found;
}

/** Takes the domain's next POSIX user id. */
export async function nextUid(of: SageMakerResource<DomainSettings>, call: Writing): Promise<string> {
  await save(call.reader, { ...of, settings: { ...of.settings, nextUid: of.settings.nextUid + 1 } } as SageMakerResource, call.now);
  return String(of.settings.nextUid);
}

/**
 * The user of Identity Center whom a profile is for: by user name, one profile of a domain each.
 * @throws ValidationException  (unverified sentences) no such user, or another profile is theirs
 */
async function requireSingleSignOnUser(userName: string, DomainId: string, call: Writing): Promise<void> {
  const instance = await instanceOfAccount(call.reader, call.account, call.region);
  const name = foldCase(userName);
  const user = instance && (await call.reader.find(identityUsers, 'name', [name, instance.identityStoreId]));
  if (!user?.enabled) throw invalid(`The SSO user [${userName}] does not exist in IAM Identity Center.`);
  for await (const held of liveIn(call, 'child_created', [call.account, call.region, 'user-profile', DomainId])) {
    const { SingleSignOnUserValue: taken } = held.settings as Partial<UserProfileSettings>;
    if (taken !== undefined && foldCase(taken) === name)
      throw invalid(`The SSO user [${userName}] is already associated with UserProfile [${held.arn}].`);
  }
}

/**
 * Creates a user profile.
 * @throws ResourceInUse        the name is taken, in whatever case
 * @throws ResourceNotFound     no such domain
 * @throws ValidationException  the domain is not in service; single sign-on members in a domain of IAM users, or of nobody; a role that cannot be taken up
 */
export const createUserProfile = create<Input, UserProfileSettings>(userProfile, {
  name: (input) => input.UserProfileName,
  draft: async (input, call): Promise<Draft<UserProfileSettings>> => {
    const of = await requireDomainInService(input.DomainId, call);
    const singleSignOn = [input.SingleSignOnUserIdentifier, input.SingleSignOnUserValue].filter((member) => member !== undefined);
    // (unverified) both sentences
    if (of.settings.AuthMode === 'IAM' && singleSignOn.length > 0)
      throw invalid('SingleSignOnUserIdentifier and SingleSignOnUserValue cannot be specified for a Domain with AuthMode IAM.');
    if (of.settings.AuthMode === 'SSO' && singleSignOn.length < 2)
      throw invalid('SingleSignOnUserIdentifier and SingleSignOnUserValue must be specified for a Domain with AuthMode SSO.');
    await requireAppReferences(appSettingsIn(input.UserSettings), call);
    if (input.SingleSignOnUserValue !== undefined) await requireSingleSignOnUser(input.SingleSignOnUserValue, input.DomainId, call);
    return {
      settings: { ...withoutTags(input), HomeEfsFileSystemUid: await nextUid(of, call) },
      course: [{ status: 'Pending', seconds: 10 }, { status: 'InService' }],
      parent: input.DomainId,
    };
  },
});

/**
 * Changes the settings that are sent; each replaces the former whole.
 * @throws ResourceNotFound     no such profile
 * @throws ResourceInUse        other security groups while an app is in service
 * @throws ValidationException  it is not in service; a role that cannot be taken up
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateUserProfile.html
 */
export const updateUserProfile = change<Identity, UserProfileSettings, Valid<UpdateUserProfileRequest>>(
  userProfile,
  async (resource, input, call) => {
    const status = phaseAt(resource, call.now)?.status;
    // (unverified) both sentences
    if (status !== 'InService' && status !== 'Update_Failed')
      throw invalid(`Unable to update UserProfile [${resource.arn}] in status ${status}.`);
    if (input.UserSettings?.SecurityGroups !== undefined && (await appOf(resource, call, ['Pending', 'InService'])))
      throw resourceInUse(`Unable to update UserProfile [${resource.arn}] because InService App(s) are associated with it.`);
    await requireAppReferences(appSettingsIn(input.UserSettings), call);
    return onCourse(resource, [{ status: 'Updating', seconds: 5 }, { status: 'InService' }], call, {
      UserSettings: { ...resource.settings.UserSettings, ...input.UserSettings },
    });
  },
  {
    passesRoles: 'UpdateUserProfile',
    answer: ({ arn }) => ({ UserProfileArn: arn }),
  },
);
