import type {
  CreateOrganizationRequest,
  CreateOrganizationResponse,
  DescribeOrganizationResponse,
  Organization as OrganizationShape,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../core/id.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import {
  accountCreations,
  delegations,
  handshakes,
  type Organization,
  organizationalUnits,
  organizationMemberships,
  organizationPolicies,
  organizationResourcePolicies,
  organizations,
  policyAttachments,
  responsibilityTransfers,
  serviceAccesses,
} from '../../store/tables/organization.ts';
import { accountArn, organizationArn } from './arn.ts';
import { alreadyInOrganization, constraintViolation, organizationNotEmpty } from './errors.ts';
import { isPending } from './handshake-state.ts';
import { statusOf } from './responsibility-transfer.ts';
import { makeServiceLinkedRole } from './service-linked-role.ts';
import { callersOrganization, isThere } from './standing.ts';

async function shapeOf(reader: Reader, organization: Organization): Promise<OrganizationShape> {
  const { managementAccountId: id, featureSet } = organization;
  const management = await reader.get(accounts, [id]);
  return {
    Id: organization.organizationId,
    Arn: organizationArn(organization),
    FeatureSet: featureSet,
    MasterAccountArn: accountArn(organization, id),
    MasterAccountId: id,
    MasterAccountEmail: management?.email,
    // Kept by AWS for old clients; says nothing about the root.
    AvailablePolicyTypes: featureSet === 'ALL' ? [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] : [],
  };
}

/**
 * Makes the caller's account the management account of a new organization: one root, no policy type enabled. AWS may take an hour until
 * accounts can be created; here they can at once.
 * @throws AlreadyInOrganization  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html
 */
export async function createOrganization(
  input: Valid<CreateOrganizationRequest>,
  context: OperationContext,
): Promise<CreateOrganizationResponse> {
  const { account, now, installation } = context;
  const organization: Organization = {
    organizationId: `o-${lowerAlphanumeric(10, installation.random)}`,
    managementAccountId: account,
    featureSet: input.FeatureSet ?? 'ALL',
    rootId: `r-${lowerAlphanumeric(4, installation.random)}`,
    rootTags: [],
    policyTypes: [],
    createdAt: now,
  };
  return installation.store.write(async (writer) => {
    if (await writer.get(organizationMemberships, [account])) throw alreadyInOrganization();
    await writer.insert(organizations, organization);
    const { organizationId, rootId } = organization;
    // AWS shows the management account as invited.
    const membership = { accountId: account, organizationId, parentId: rootId, joinedMethod: 'INVITED' as const, joinedAt: now, tags: [] };
    await writer.insert(organizationMemberships, membership);
    await makeServiceLinkedRole(writer, account, context);
    return { Organization: await shapeOf(writer, organization) };
  });
}

/**
 * The organization of the caller's account, member or management.
 * @throws AWSOrganizationsNotInUse  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
 */
export async function describeOrganization(_: object, context: OperationContext): Promise<DescribeOrganizationResponse> {
  const organization = await callersOrganization(context.reader, context);
  return { Organization: await shapeOf(context.reader, organization) };
}

/**
 * Deletes an organization that has no member but the management account left, which stays as a standalone account with its service-linked role.
 * @throws OrganizationNotEmpty  400  accounts, or OUs or policies (unverified), are left
 * @throws ConstraintViolation   400  ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganization.html
 */
export async function deleteOrganization(_: object, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId: id, managementAccountId } = organization;
    const members = await writer.list(organizationMemberships, { index: 'organization', prefix: [id] });
    // One that is still being made is as much in the way as one that is there.
    if (members.some((each) => each.accountId !== managementAccountId && (each.joinedAt > context.now || isThere(each, context.now))))
      throw organizationNotEmpty();
    if ((await writer.count(organizationalUnits, { prefix: [id] })) > 0) throw organizationNotEmpty();
    if ((await writer.count(organizationPolicies, { prefix: [id] })) > 0) throw organizationNotEmpty();
    await refuseActiveTransfers(writer, id, context.now);
    await deleteRows(writer, organization, context.now);
  });
  return {};
}

async function refuseActiveTransfers(writer: Writer, organizationId: string, now: number): Promise<void> {
  for (const index of ['target', 'source']) {
    for (const transfer of await writer.list(responsibilityTransfers, { index, prefix: [organizationId] })) {
      const status = await statusOf(writer, transfer, now);
      if (status === 'REQUESTED' || status === 'ACCEPTED') throw constraintViolation('ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS');
    }
  }
}

async function deleteRows(writer: Writer, { organizationId: id }: Organization, now: number): Promise<void> {
  const prefix = [id];
  for (const { accountId } of await writer.list(organizationMemberships, { index: 'organization', prefix }))
    await writer.delete(organizationMemberships, [accountId]);
  for (const { targetId, type, policyId } of await writer.list(policyAttachments, { prefix }))
    await writer.delete(policyAttachments, [id, targetId, type, policyId]);
  for (const { requestId } of await writer.list(accountCreations, { prefix })) await writer.delete(accountCreations, [id, requestId]);
  for (const { servicePrincipal } of await writer.list(serviceAccesses, { prefix }))
    await writer.delete(serviceAccesses, [id, servicePrincipal]);
  for (const { accountId, servicePrincipal } of await writer.list(delegations, { prefix }))
    await writer.delete(delegations, [id, accountId, servicePrincipal]);
  await writer.delete(organizationResourcePolicies, [id]);
  // Those who were invited still see that they were.
  for (const handshake of await writer.list(handshakes, { index: 'organization', prefix }))
    if (isPending(handshake, now)) await writer.update(handshakes, { ...handshake, state: 'CANCELED', settledAt: now });
  await writer.delete(organizations, [id]);
}
