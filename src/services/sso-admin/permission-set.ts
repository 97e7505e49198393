import type {
  CreatePermissionSetRequest,
  CreatePermissionSetResponse,
  DeletePermissionSetRequest,
  DescribePermissionSetRequest,
  DescribePermissionSetResponse,
  ListPermissionSetsRequest,
  ListPermissionSetsResponse,
  PermissionSet as PermissionSetShape,
  UpdatePermissionSetRequest,
} from '@aws-sdk/client-sso-admin';
import { hexadecimal } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import { accountAssignments, type PermissionSet, permissionSets, provisionedRoles } from '../../store/tables/identity-center.ts';
import { permissionSetArn } from './arn.ts';
import { conflict, quotaExceeded } from './errors.ts';
import { takePageOfRows } from './page.ts';
import { quotaOf } from './quota.ts';
import { DEFAULT_SESSION_DURATION, readSessionDuration } from './session-duration.ts';
import { authorisedPermissionSet, type Context, organizationInstance, refuseDelegateOver } from './standing.ts';
import { withTags } from './tag-rules.ts';

const permissionSetShape = (set: PermissionSet): PermissionSetShape => ({
  Name: set.name,
  PermissionSetArn: permissionSetArn(set),
  ...(set.description === undefined ? {} : { Description: set.description }),
  CreatedDate: new Date(set.createdAt),
  SessionDuration: set.sessionDurationText,
  ...(set.relayState === undefined ? {} : { RelayState: set.relayState }),
});

/**
 * Creates a permission set: what becomes a role in each account that it is assigned in.
 * @throws ResourceNotFound      400  no such instance
 * @throws Validation            400  an account instance; the session's duration; tags
 * @throws Conflict              400  the name is taken
 * @throws ServiceQuotaExceeded  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html
 */
export async function createPermissionSet(
  input: Valid<CreatePermissionSetRequest>,
  context: Context,
): Promise<CreatePermissionSetResponse> {
  const { installation, now } = context;
  const sessionDurationText = input.SessionDuration ?? DEFAULT_SESSION_DURATION;
  const sessionDuration = readSessionDuration(sessionDurationText);
  return installation.store.write(async (writer) => {
    const instance = await organizationInstance(writer, context, input.InstanceArn);
    const { instanceId } = instance;
    if (await writer.find(permissionSets, 'name', [instanceId, foldCase(input.Name)]))
      throw conflict(`PermissionSet with name ${input.Name} already exists.`);
    if ((await writer.count(permissionSets, { prefix: [instanceId] })) >= quotaOf(context, instance, 'PermissionSetsPerInstance'))
      throw quotaExceeded('The number of permission sets exceeds its quota.');
    const set: PermissionSet = {
      instanceId,
      permissionSetId: `ps-${hexadecimal(16, installation.random)}`,
      name: input.Name,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      sessionDuration,
      sessionDurationText,
      ...(input.RelayState === undefined ? {} : { relayState: input.RelayState }),
      tags: withTags(context, instance, [], input.Tags ?? []),
      managedPolicies: [],
      customerPolicies: [],
      version: 1,
      createdAt: now,
    };
    await writer.insert(permissionSets, set);
    return { PermissionSet: permissionSetShape(set) };
  });
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribePermissionSet.html */
export async function describePermissionSet(
  input: Valid<DescribePermissionSetRequest>,
  context: Context,
): Promise<DescribePermissionSetResponse> {
  const { permissionSet } = await authorisedPermissionSet(context.reader, context, input);
  return { PermissionSet: permissionSetShape(permissionSet) };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSets.html */
export async function listPermissionSets(input: Valid<ListPermissionSetsRequest>, context: Context): Promise<ListPermissionSetsResponse> {
  const { instanceId } = await organizationInstance(context.reader, context, input.InstanceArn);
  const { items, end } = await takePageOfRows(context, ['ListPermissionSets', instanceId], input, permissionSets, { prefix: [instanceId] });
  return { PermissionSets: items.map(permissionSetArn), ...end };
}

/**
 * Changes what is given. How long sessions last is asked for at each sign-in; the description reaches roles when they are provisioned again.
 * @throws ResourceNotFound  400
 * @throws Validation        400  the session's duration
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdatePermissionSet.html
 */
export async function updatePermissionSet(input: Valid<UpdatePermissionSetRequest>, context: Context): Promise<object> {
  const sessionDuration = input.SessionDuration === undefined ? undefined : readSessionDuration(input.SessionDuration);
  await context.installation.store.write(async (writer) => {
    const { instance, permissionSet } = await authorisedPermissionSet(writer, context, input);
    await refuseDelegateOver(writer, context, instance, permissionSet);
    await writer.update(permissionSets, {
      ...permissionSet,
      ...(input.Description === undefined ? {} : { description: input.Description, version: permissionSet.version + 1 }),
      ...(input.SessionDuration === undefined || sessionDuration === undefined
        ? {}
        : { sessionDuration, sessionDurationText: input.SessionDuration }),
      ...(input.RelayState === undefined ? {} : { relayState: input.RelayState }),
    });
  });
  return {};
}

/**
 * Deletes a permission set that nobody is assigned any more.
 * @throws ResourceNotFound  400
 * @throws Conflict          400  (unverified) sentence
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeletePermissionSet.html
 */
export async function deletePermissionSet(input: Valid<DeletePermissionSetRequest>, context: Context): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { permissionSet } = await authorisedPermissionSet(writer, context, input);
    const { instanceId, permissionSetId } = permissionSet;
    const within = { index: 'permission_set', prefix: [instanceId, permissionSetId] };
    if ((await writer.count(accountAssignments, within)) > 0 || (await writer.count(provisionedRoles, within)) > 0)
      throw conflict(`PermissionSet ${input.PermissionSetArn} is still assigned, and cannot be deleted.`);
    await writer.delete(permissionSets, [instanceId, permissionSetId]);
  });
  return {};
}
