import type {
  CreateAccountAssignmentRequest,
  CreateAccountAssignmentResponse,
  DeleteAccountAssignmentRequest,
  DeleteAccountAssignmentResponse,
  DescribeAccountAssignmentCreationStatusRequest,
  DescribeAccountAssignmentCreationStatusResponse,
  DescribeAccountAssignmentDeletionStatusRequest,
  DescribeAccountAssignmentDeletionStatusResponse,
  ListAccountAssignmentCreationStatusRequest,
  ListAccountAssignmentCreationStatusResponse,
  ListAccountAssignmentDeletionStatusRequest,
  ListAccountAssignmentDeletionStatusResponse,
  ListAccountAssignmentsForPrincipalRequest,
  ListAccountAssignmentsForPrincipalResponse,
  ListAccountAssignmentsRequest,
  ListAccountAssignmentsResponse,
} from '@aws-sdk/client-sso-admin';
import type { Valid } from '../../model/valid.ts';
import { deprovisionRole, provisionRole } from '../../store/reserved-role.ts';
import type { Reader } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import {
  type AccountAssignment,
  type AssigneeType,
  accountAssignments,
  type IdentityCenterInstance,
  provisionedRoles,
} from '../../store/tables/identity-center.ts';
import { identityGroups, identityMemberships, identityUsers } from '../../store/tables/identity-store.ts';
import { organizationMemberships } from '../../store/tables/organization.ts';
import { permissionSetArn } from './arn.ts';
import { assignmentStatus, begun, needOperation, pageOfOperations, recordOperation, statusMetadata } from './background-operation.ts';
import { conflict, notFound, quotaExceeded } from './errors.ts';
import { makeServiceLinkedRole } from './instance.ts';
import { takePageOf, takePageOfRows } from './page.ts';
import { quotaOf } from './quota.ts';
import { authorisedPermissionSet, type Context, organizationInstance, refuseDelegate } from './standing.ts';

interface Assigned {
  readonly TargetId: string;
  readonly PrincipalType: AssigneeType;
  readonly PrincipalId: string;
}

/**
 * That an account is one of the organization's, and at work.
 * @throws ResourceNotFound  400
 */
export async function requireMember(
  reader: Reader,
  { organizationId }: IdentityCenterInstance,
  accountId: string,
  now: number,
): Promise<void> {
  const member = await reader.get(organizationMemberships, [accountId]);
  const account = await reader.get(accounts, [accountId]);
  const isThere =
    member !== undefined && member.organizationId === organizationId && member.joinedAt <= now && account?.status === 'ACTIVE';
  if (!isThere) throw notFound('Account', accountId);
}

/** @throws ResourceNotFound  400 */
async function requirePrincipal(
  reader: Reader,
  { identityStoreId }: IdentityCenterInstance,
  type: AssigneeType,
  id: string,
): Promise<void> {
  const found = type === 'USER' ? reader.get(identityUsers, [identityStoreId, id]) : reader.get(identityGroups, [identityStoreId, id]);
  if (!(await found)) throw notFound(type, id);
}

const keyOf = ({ instanceId, accountId, permissionSetId, principalType, principalId }: AccountAssignment): string[] => [
  instanceId,
  accountId,
  permissionSetId,
  principalType,
  principalId,
];

/** Why a permission set could not be provisioned. (unverified) sentence */
export const failureFor = (missing: { readonly name: string; readonly path: string } | undefined): { failure?: string } =>
  missing
    ? {
        failure: `Received a 404 status error: Policy ${missing.path}${missing.name} does not exist or is not attachable in the account.`,
      }
    : {};

/**
 * Assigns a user or group to a permission set in an account, and makes the account's role what the permission set says.
 * @throws ResourceNotFound      400  the permission set, the account, the user or group
 * @throws Conflict              400  it is assigned already
 * @throws AccessDenied          400  a delegated administrator, for the management account
 * @throws ServiceQuotaExceeded  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
 */
export async function createAccountAssignment(
  input: Valid<CreateAccountAssignmentRequest> & Assigned,
  context: Context,
): Promise<CreateAccountAssignmentResponse> {
  const { installation, now } = context;
  return installation.store.write(async (writer) => {
    const { instance, permissionSet } = await authorisedPermissionSet(writer, context, input);
    const { instanceId } = instance;
    const { permissionSetId } = permissionSet;
    const { TargetId: accountId, PrincipalType: principalType, PrincipalId: principalId } = input;
    refuseDelegate(context, instance, accountId);
    await requireMember(writer, instance, accountId, now);
    await requirePrincipal(writer, instance, principalType, principalId);
    const assignment: AccountAssignment = { instanceId, accountId, permissionSetId, principalType, principalId };
    if (await writer.get(accountAssignments, keyOf(assignment))) throw conflict('The account assignment already exists.');
    const isNew = !(await writer.get(provisionedRoles, [instanceId, accountId, permissionSetId]));
    const provisionedCount = await writer.count(provisionedRoles, { prefix: [instanceId, accountId] });
    if (isNew && provisionedCount >= quotaOf(context, instance, 'PermissionSetsPerAccount'))
      throw quotaExceeded('The number of permission sets of the account exceeds its quota.');
    const missing = await provisionRole(writer, { instance, permissionSet, accountId, now, random: installation.random });
    if (!missing) {
      await makeServiceLinkedRole(writer, accountId, context);
      await writer.insert(accountAssignments, assignment);
    }
    const principal = { type: principalType, id: principalId };
    const done = { instanceId, kind: 'assign' as const, permissionSetId, accountId, principal, ...failureFor(missing) };
    const operation = await recordOperation(writer, context, done);
    return { AccountAssignmentCreationStatus: { ...assignmentStatus(operation, now - 1), ...begun, FailureReason: undefined } };
  });
}

/**
 * Takes an assignment away: from now on it gives no credentials. With the last one the role goes, and with it sessions that it gave.
 * @throws ResourceNotFound  400
 * @throws AccessDenied      400  a delegated administrator, for the management account
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteAccountAssignment.html
 */
export async function deleteAccountAssignment(
  input: Valid<DeleteAccountAssignmentRequest> & Assigned,
  context: Context,
): Promise<DeleteAccountAssignmentResponse> {
  const { installation, now } = context;
  return installation.store.write(async (writer) => {
    const { instance, permissionSet } = await authorisedPermissionSet(writer, context, input);
    const { instanceId } = instance;
    const { permissionSetId } = permissionSet;
    const { TargetId: accountId, PrincipalType: type, PrincipalId: id } = input;
    refuseDelegate(context, instance, accountId);
    if (!(await writer.delete(accountAssignments, [instanceId, accountId, permissionSetId, type, id])))
      throw notFound('AccountAssignment', `${accountId} ${input.PermissionSetArn} ${id}`);
    const provisioned = await writer.get(provisionedRoles, [instanceId, accountId, permissionSetId]);
    const left = await writer.count(accountAssignments, { prefix: [instanceId, accountId, permissionSetId] });
    if (provisioned && left === 0) await deprovisionRole(writer, provisioned);
    const done = { instanceId, kind: 'unassign' as const, permissionSetId, accountId, principal: { type, id } };
    const operation = await recordOperation(writer, context, done);
    return { AccountAssignmentDeletionStatus: { ...assignmentStatus(operation, now - 1), ...begun } };
  });
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentCreationStatus.html */
export async function describeCreationStatus(
  input: Valid<DescribeAccountAssignmentCreationStatusRequest>,
  context: Context,
): Promise<DescribeAccountAssignmentCreationStatusResponse> {
  const { instanceId } = await organizationInstance(context.reader, context, input.InstanceArn);
  const operation = await needOperation(context.reader, instanceId, input.AccountAssignmentCreationRequestId, 'assign');
  return { AccountAssignmentCreationStatus: assignmentStatus(operation, context.now) };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentDeletionStatus.html */
export async function describeDeletionStatus(
  input: Valid<DescribeAccountAssignmentDeletionStatusRequest>,
  context: Context,
): Promise<DescribeAccountAssignmentDeletionStatusResponse> {
  const { instanceId } = await organizationInstance(context.reader, context, input.InstanceArn);
  const operation = await needOperation(context.reader, instanceId, input.AccountAssignmentDeletionRequestId, 'unassign');
  return { AccountAssignmentDeletionStatus: assignmentStatus(operation, context.now) };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentCreationStatus.html */
export async function listCreationStatus(
  input: Valid<ListAccountAssignmentCreationStatusRequest>,
  context: Context,
): Promise<ListAccountAssignmentCreationStatusResponse> {
  const { instanceId } = await organizationInstance(context.reader, context, input.InstanceArn);
  const { items, end } = await pageOfOperations(context, 'ListAccountAssignmentCreationStatus', instanceId, 'assign', input);
  return { AccountAssignmentsCreationStatus: items.map((each) => statusMetadata(each, context.now)), ...end };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentDeletionStatus.html */
export async function listDeletionStatus(
  input: Valid<ListAccountAssignmentDeletionStatusRequest>,
  context: Context,
): Promise<ListAccountAssignmentDeletionStatusResponse> {
  const { instanceId } = await organizationInstance(context.reader, context, input.InstanceArn);
  const { items, end } = await pageOfOperations(context, 'ListAccountAssignmentDeletionStatus', instanceId, 'unassign', input);
  return { AccountAssignmentsDeletionStatus: items.map((each) => statusMetadata(each, context.now)), ...end };
}

const assignmentShape = (assignment: AccountAssignment) => ({
  AccountId: assignment.accountId,
  PermissionSetArn: permissionSetArn(assignment),
  PrincipalType: assignment.principalType,
  PrincipalId: assignment.principalId,
});

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignments.html */
export async function listAccountAssignments(
  input: Valid<ListAccountAssignmentsRequest>,
  context: Context,
): Promise<ListAccountAssignmentsResponse> {
  const { permissionSet } = await authorisedPermissionSet(context.reader, context, input);
  const prefix = [permissionSet.instanceId, input.AccountId, permissionSet.permissionSetId];
  const { items, end } = await takePageOfRows(context, ['ListAccountAssignments', ...prefix], input, accountAssignments, { prefix });
  return { AccountAssignments: items.map(assignmentShape), ...end };
}

/**
 * Everything a user or group is assigned; a user also what their groups are.
 * @throws ResourceNotFound  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentsForPrincipal.html
 */
export async function listAccountAssignmentsForPrincipal(
  input: Valid<ListAccountAssignmentsForPrincipalRequest> & { readonly PrincipalType: AssigneeType },
  context: Context,
): Promise<ListAccountAssignmentsForPrincipalResponse> {
  const { reader } = context;
  const instance = await organizationInstance(reader, context, input.InstanceArn);
  const { instanceId, identityStoreId } = instance;
  const { PrincipalType: type, PrincipalId: id } = input;
  await requirePrincipal(reader, instance, type, id);
  const principals: [AssigneeType, string][] = [[type, id]];
  if (type === 'USER')
    for (const { groupId } of await reader.list(identityMemberships, { index: 'user', prefix: [identityStoreId, id] }))
      principals.push(['GROUP', groupId]);
  const found: AccountAssignment[] = [];
  for (const principal of principals)
    found.push(...(await reader.list(accountAssignments, { index: 'principal', prefix: [instanceId, ...principal] })));
  const wanted = found.filter(({ accountId }) => input.Filter?.AccountId === undefined || input.Filter.AccountId === accountId);
  const name = ['ListAccountAssignmentsForPrincipal', instanceId, type, id, input.Filter?.AccountId] as const;
  const { items, end } = await takePageOf(context, name, input, wanted, (each) => keyOf(each).join('/'));
  return { AccountAssignments: items.map(assignmentShape), ...end };
}
