import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  DeleteInstanceProfileRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  InstanceProfile as InstanceProfileShape,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse,
  RemoveRoleFromInstanceProfileRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { uniqueId } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type InstanceProfile, instanceProfiles, type Role, roles } from '../../store/tables/iam.ts';
import { concurrentModification, deleteConflict, entityAlreadyExists, noSuchEntity } from './errors.ts';
import { takePage } from './page.ts';
import { hasPathPrefix, ROOT_PATH } from './path.ts';
import { refuseOverQuota } from './quota.ts';
import { findRole, nestedRoleShape, noSuchRole, refuseProtectedRole } from './role.ts';
import { newTags } from './tag-rules.ts';
import { keep, walkRows } from './walk.ts';

/*
 * What carries a role to an EC2 instance: it holds one at most.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
 */

export const instanceProfileArn = (profile: Pick<InstanceProfile, 'accountId' | 'path' | 'instanceProfileName'>): string =>
  iamArn(profile.accountId, `instance-profile${profile.path}${profile.instanceProfileName}`);

export const noSuchInstanceProfile = (name: string): ServiceError => noSuchEntity(`Instance Profile ${name} cannot be found.`);

export const findInstanceProfile = (reader: Reader, account: string, name: string): Promise<InstanceProfile | undefined> =>
  reader.get(instanceProfiles, [account, foldCase(name)]);

/**
 * The instance profile that was authorised, as it stands in a transaction.
 * @throws NoSuchEntity            404
 * @throws ConcurrentModification  409
 */
export async function authorisedInstanceProfile(
  writer: Reader,
  context: OperationContext<InstanceProfile>,
  name: string,
): Promise<InstanceProfile> {
  const profile = await findInstanceProfile(writer, context.account, name);
  if (!profile) throw noSuchInstanceProfile(name);
  if (profile.instanceProfileId !== context.target.stored?.instanceProfileId) throw concurrentModification();
  return profile;
}

/** As listings show it: its role bare, no tags. */
export async function instanceProfileShape(profile: InstanceProfile, reader: Reader): Promise<InstanceProfileShape> {
  const role = profile.roleId === undefined ? undefined : await reader.find(roles, 'id', [profile.roleId]);
  return {
    Path: profile.path,
    InstanceProfileName: profile.instanceProfileName,
    InstanceProfileId: profile.instanceProfileId,
    Arn: instanceProfileArn(profile),
    CreateDate: new Date(profile.createdAt),
    Roles: role ? [await nestedRoleShape(role, reader)] : [],
  };
}

const withTagShape = (profile: InstanceProfile): { Tags?: { Key: string; Value: string }[] } =>
  profile.tags.length === 0 ? {} : { Tags: [...profile.tags] };

/**
 * @throws EntityAlreadyExists  409
 * @throws InvalidInput         400  tags
 * @throws LimitExceeded        409  InstanceProfilesPerAccount
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html
 */
export async function createInstanceProfile(
  input: Valid<CreateInstanceProfileRequest>,
  context: OperationContext,
): Promise<CreateInstanceProfileResponse> {
  const profile: InstanceProfile = {
    accountId: context.account,
    instanceProfileName: input.InstanceProfileName,
    instanceProfileId: uniqueId('AIPA', context.account, context.installation.random),
    path: input.Path ?? ROOT_PATH,
    createdAt: context.now,
    tags: newTags(context, input.Tags, 'keeps-case'),
  };
  await context.installation.store.write(async (writer) => {
    if (await findInstanceProfile(writer, context.account, profile.instanceProfileName))
      throw entityAlreadyExists(`Instance Profile ${profile.instanceProfileName} already exists.`);
    refuseOverQuota(context, 'InstanceProfilesPerAccount', await writer.count(instanceProfiles, { prefix: [context.account] }));
    await writer.insert(instanceProfiles, profile);
  });
  return { InstanceProfile: { ...(await instanceProfileShape(profile, context.reader)), ...withTagShape(profile) } };
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
 */
export async function getInstanceProfile(
  input: Valid<GetInstanceProfileRequest>,
  context: OperationContext<InstanceProfile>,
): Promise<GetInstanceProfileResponse> {
  const profile = context.target.stored;
  if (!profile) throw noSuchInstanceProfile(input.InstanceProfileName);
  return { InstanceProfile: { ...(await instanceProfileShape(profile, context.reader)), ...withTagShape(profile) } };
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html */
export async function listInstanceProfiles(
  input: Valid<ListInstanceProfilesRequest>,
  context: OperationContext,
): Promise<ListInstanceProfilesResponse> {
  const { items, end } = await takePage(
    context,
    { operation: 'ListInstanceProfiles', filters: [input.PathPrefix] },
    input,
    (after) =>
      keep(walkRows(context.reader, instanceProfiles, { prefix: [context.account] }, after), (profile) =>
        hasPathPrefix(profile.path, input.PathPrefix),
      ),
    (profile) => [foldCase(profile.instanceProfileName)],
  );
  return { InstanceProfiles: await shapesOf(items, context.reader), ...end };
}

/**
 * @throws NoSuchEntity  404  the role
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html
 */
export async function listInstanceProfilesForRole(
  input: Valid<ListInstanceProfilesForRoleRequest>,
  context: OperationContext<Role>,
): Promise<ListInstanceProfilesForRoleResponse> {
  const role = context.target.stored;
  if (!role) throw noSuchRole(input.RoleName);
  const { items, end } = await takePage(
    context,
    { operation: 'ListInstanceProfilesForRole', filters: [role.roleId] },
    input,
    (after) => walkRows(context.reader, instanceProfiles, { index: 'role', prefix: [role.roleId, context.account] }, after),
    (profile) => [foldCase(profile.instanceProfileName)],
  );
  return { InstanceProfiles: await shapesOf(items, context.reader), ...end };
}

async function shapesOf(profiles: readonly InstanceProfile[], reader: Reader): Promise<InstanceProfileShape[]> {
  const shapes: InstanceProfileShape[] = [];
  for (const profile of profiles) shapes.push(await instanceProfileShape(profile, reader));
  return shapes;
}

/**
 * The caller needs iam:PassRole on the role as well.
 * @throws NoSuchEntity        404  the profile, or the role
 * @throws UnmodifiableEntity  400  a role that is AWS's
 * @throws LimitExceeded       409  InstanceSessionsPerInstanceProfile: it holds a role already, be it this one
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
 */
export async function addRoleToInstanceProfile(
  input: Valid<AddRoleToInstanceProfileRequest>,
  context: OperationContext<InstanceProfile>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const profile = await authorisedInstanceProfile(writer, context, input.InstanceProfileName);
    const role = await findRole(writer, context.account, input.RoleName);
    if (!role) throw noSuchRole(input.RoleName);
    refuseProtectedRole(role);
    refuseOverQuota(context, 'InstanceSessionsPerInstanceProfile', profile.roleId === undefined ? 0 : 1);
    await writer.update(instanceProfiles, { ...profile, roleId: role.roleId });
  });
  return {};
}

/**
 * @throws NoSuchEntity        404  the profile, the role, or the one is not in the other
 * @throws UnmodifiableEntity  400  a role that is AWS's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html
 */
export async function removeRoleFromInstanceProfile(
  input: Valid<RemoveRoleFromInstanceProfileRequest>,
  context: OperationContext<InstanceProfile>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { roleId, ...profile } = await authorisedInstanceProfile(writer, context, input.InstanceProfileName);
    const role = await findRole(writer, context.account, input.RoleName);
    if (!role) throw noSuchRole(input.RoleName);
    refuseProtectedRole(role);
    // (unverified) wording
    if (roleId !== role.roleId)
      throw noSuchEntity(`Role with name ${input.RoleName} cannot be found in the instance profile ${input.InstanceProfileName}.`);
    await writer.update(instanceProfiles, profile);
  });
  return {};
}

/**
 * @throws NoSuchEntity    404
 * @throws DeleteConflict  409  it holds a role
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html
 */
export async function deleteInstanceProfile(
  input: Valid<DeleteInstanceProfileRequest>,
  context: OperationContext<InstanceProfile>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const profile = await authorisedInstanceProfile(writer, context, input.InstanceProfileName);
    if (profile.roleId !== undefined) throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    await writer.delete(instanceProfiles, [profile.accountId, foldCase(profile.instanceProfileName)]);
  });
  return {};
}
