import type {
  DescribePermissionSetProvisioningStatusRequest,
  DescribePermissionSetProvisioningStatusResponse,
  ListAccountsForProvisionedPermissionSetRequest,
  ListAccountsForProvisionedPermissionSetResponse,
  ListPermissionSetProvisioningStatusRequest,
  ListPermissionSetProvisioningStatusResponse,
  ListPermissionSetsProvisionedToAccountRequest,
  ListPermissionSetsProvisionedToAccountResponse,
  ProvisionPermissionSetRequest,
  ProvisionPermissionSetResponse,
} from '@aws-sdk/client-sso-admin';
import type { Valid } from '../../model/valid.ts';
import { provisionRole } from '../../store/reserved-role.ts';
import { type ProvisionedRole, permissionSets, provisionedRoles } from '../../store/tables/identity-center.ts';
import { failureFor } from './account-assignment.ts';
import { permissionSetArn } from './arn.ts';
import { begun, needOperation, pageOfOperations, provisioningStatus, recordOperation, statusMetadata } from './background-operation.ts';
import { invalid, notFound } from './errors.ts';
import { takePageOf, takePageOfRows } from './page.ts';
import { authorisedPermissionSet, type Context, organizationInstance, refuseDelegate } from './standing.ts';

/**
 * Makes the roles of a permission set what it says by now, in one account or in all that have it. Where an account lacks a policy its role stays
 * as it was, and the request fails.
 * @throws ResourceNotFound  400  the permission set; it is not in that account
 * @throws Validation        400  no account where one is asked for
 * @throws AccessDenied      400  a delegated administrator, for the management account
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ProvisionPermissionSet.html
 */
export async function provisionPermissionSet(
  input: Valid<ProvisionPermissionSetRequest>,
  context: Context,
): Promise<ProvisionPermissionSetResponse> {
  const { installation, now } = context;
  const { TargetType: kind, TargetId: target } = input;
  if (kind === 'AWS_ACCOUNT' && target === undefined) throw invalid('TargetId is required for TargetType AWS_ACCOUNT.');
  return installation.store.write(async (writer) => {
    const { instance, permissionSet } = await authorisedPermissionSet(writer, context, input);
    const { instanceId } = instance;
    const { permissionSetId } = permissionSet;
    const known = await writer.list(provisionedRoles, { index: 'permission_set', prefix: [instanceId, permissionSetId] });
    const wanted = kind === 'AWS_ACCOUNT' ? known.filter(({ accountId }) => accountId === target) : known;
    // (unverified) that an account which does not have it is not found.
    if (kind === 'AWS_ACCOUNT' && wanted.length === 0) throw notFound('Account', target ?? '');
    let failed: { failure?: string } = {};
    for (const { accountId } of wanted) {
      refuseDelegate(context, instance, accountId);
      const missing = await provisionRole(writer, { instance, permissionSet, accountId, now, random: installation.random });
      if (missing) failed = failureFor(missing);
    }
    const account = kind === 'AWS_ACCOUNT' && target !== undefined ? { accountId: target } : {};
    const operation = await recordOperation(writer, context, { instanceId, kind: 'provision', permissionSetId, ...account, ...failed });
    return { PermissionSetProvisioningStatus: { ...provisioningStatus(operation, now - 1), ...begun, FailureReason: undefined } };
  });
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribePermissionSetProvisioningStatus.html */
export async function describeProvisioningStatus(
  input: Valid<DescribePermissionSetProvisioningStatusRequest>,
  context: Context,
): Promise<DescribePermissionSetProvisioningStatusResponse> {
  const { instanceId } = await organizationInstance(context.reader, context, input.InstanceArn);
  const operation = await needOperation(context.reader, instanceId, input.ProvisionPermissionSetRequestId, 'provision');
  return { PermissionSetProvisioningStatus: provisioningStatus(operation, context.now) };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSetProvisioningStatus.html */
export async function listProvisioningStatus(
  input: Valid<ListPermissionSetProvisioningStatusRequest>,
  context: Context,
): Promise<ListPermissionSetProvisioningStatusResponse> {
  const { instanceId } = await organizationInstance(context.reader, context, input.InstanceArn);
  const { items, end } = await pageOfOperations(context, 'ListPermissionSetProvisioningStatus', instanceId, 'provision', input);
  return { PermissionSetsProvisioningStatus: items.map((each) => statusMetadata(each, context.now)), ...end };
}

/** Whether an account has a permission set as it is by now. */
const isOfStatus = (status: string | undefined, { version }: ProvisionedRole, current: number | undefined): boolean =>
  status === undefined || (status === 'LATEST_PERMISSION_SET_PROVISIONED') === (version === current);

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountsForProvisionedPermissionSet.html */
export async function listAccountsForProvisionedPermissionSet(
  input: Valid<ListAccountsForProvisionedPermissionSetRequest>,
  context: Context,
): Promise<ListAccountsForProvisionedPermissionSetResponse> {
  const { permissionSet } = await authorisedPermissionSet(context.reader, context, input);
  const { instanceId, permissionSetId, version } = permissionSet;
  const { ProvisioningStatus: status } = input;
  const listing = { index: 'permission_set', prefix: [instanceId, permissionSetId] };
  const name = ['ListAccountsForProvisionedPermissionSet', ...listing.prefix, status] as const;
  const { items, end } = await takePageOfRows(context, name, input, provisionedRoles, listing, (each) => isOfStatus(status, each, version));
  return { AccountIds: items.map(({ accountId }) => accountId), ...end };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSetsProvisionedToAccount.html */
export async function listPermissionSetsProvisionedToAccount(
  input: Valid<ListPermissionSetsProvisionedToAccountRequest>,
  context: Context,
): Promise<ListPermissionSetsProvisionedToAccountResponse> {
  const { reader } = context;
  const { instanceId } = await organizationInstance(reader, context, input.InstanceArn);
  const { AccountId: accountId, ProvisioningStatus: status } = input;
  const found: ProvisionedRole[] = [];
  for (const each of await reader.list(provisionedRoles, { prefix: [instanceId, accountId] })) {
    const current = await reader.get(permissionSets, [instanceId, each.permissionSetId]);
    if (isOfStatus(status, each, current?.version)) found.push(each);
  }
  const name = ['ListPermissionSetsProvisionedToAccount', instanceId, accountId, status] as const;
  const { items, end } = await takePageOf(context, name, input, found, ({ permissionSetId }) => permissionSetId);
  return { PermissionSets: items.map(permissionSetArn), ...end };
}
