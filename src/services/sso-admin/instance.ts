import type {
  CreateInstanceRequest,
  CreateInstanceResponse,
  DeleteInstanceRequest,
  DescribeInstanceRequest,
  DescribeInstanceResponse,
  InstanceMetadata,
  ListInstancesRequest,
  ListInstancesResponse,
  UpdateInstanceRequest,
} from '@aws-sdk/client-sso-admin';
import { IDENTITY_CENTER, visibleInstance } from '../../authorization/identity-center.ts';
import type { DependentActions, OperationContext } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { hexadecimal } from '../../core/id.ts';
import type { Valid } from '../../model/valid.ts';
import { deprovisionRole } from '../../store/reserved-role.ts';
import { insertServiceLinkedRole } from '../../store/service-linked-role.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { keyOf, type Table } from '../../store/table.ts';
import {
  accountAssignments,
  type IdentityCenterInstance,
  identityCenterInstances,
  identityCenterOperations,
  permissionSets,
  provisionedRoles,
} from '../../store/tables/identity-center.ts';
import { identityGroups, identityMemberships, identityPasswords, identityUsers } from '../../store/tables/identity-store.ts';
import { delegations, organizationMemberships, organizations, serviceAccesses } from '../../store/tables/organization.ts';
import { instanceArn } from './arn.ts';
import { conflict, denied, invalid } from './errors.ts';
import { takePageOf } from './page.ts';
import { authorisedInstance, type Context } from './standing.ts';
import { withTags } from './tag-rules.ts';

/** @see https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html */
const SERVICE_LINKED_ROLE = {
  service: IDENTITY_CENTER,
  roleName: 'AWSServiceRoleForSSO',
  policyName: 'AWSSSOServiceRolePolicy',
  description: 'Service-linked role used by AWS SSO to manage AWS resources, including IAM roles, policies and SAML IdP on your behalf.',
};

/** Makes the role through which Identity Center works in an account, if it is not there. */
export async function makeServiceLinkedRole(
  writer: Writer,
  accountId: string,
  { now, installation }: Pick<OperationContext, 'now' | 'installation'>,
): Promise<void> {
  await insertServiceLinkedRole(writer, { ...SERVICE_LINKED_ROLE, accountId, createdAt: now }, installation.random);
}

const organizationOf = async (reader: Reader, account: string) => {
  const membership = await reader.get(organizationMemberships, [account]);
  return membership && (await reader.get(organizations, [membership.organizationId]));
};

/**
 * What the console needs of who enables Identity Center. For an organization that is trusted access as well: AWS has no call for it, and asks
 * for these behind its button.
 */
export const enablesInstance: DependentActions<object> = {
  actions: [
    'iam:CreateServiceLinkedRole',
    'identitystore:CreateIdentityStore',
    'organizations:DescribeOrganization',
    'sso:StartSSO',
    'organizations:EnableAWSServiceAccess',
  ],
  needed: async (_, __, { account, reader }) => {
    const anything = { arn: '*', account };
    const role = iamArn(account, `role/aws-service-role/${IDENTITY_CENTER}/${SERVICE_LINKED_ROLE.roleName}`);
    const isManagement = (await organizationOf(reader, account))?.managementAccountId === account;
    return [
      { action: 'iam:CreateServiceLinkedRole', target: { arn: role, account }, context: { 'iam:AWSServiceName': IDENTITY_CENTER } },
      { action: 'identitystore:CreateIdentityStore', target: anything },
      { action: 'organizations:DescribeOrganization', target: anything },
      ...(isManagement
        ? [
            { action: 'sso:StartSSO' as const, target: anything },
            {
              action: 'organizations:EnableAWSServiceAccess' as const,
              target: anything,
              context: { 'organizations:ServicePrincipal': IDENTITY_CENTER },
            },
          ]
        : []),
    ];
  },
};

/**
 * Creates the account's instance, with an identity store of its own. Called by the management account of an organization with all features it
 * is the organization's: on AWS a button of the console does that, and the call is refused.
 * @throws Conflict    400  the account has one, in whatever region
 * @throws Validation  400  a management account whose organization has consolidated billing only; tags
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateInstance.html
 */
export async function createInstance(input: Valid<CreateInstanceRequest>, context: OperationContext): Promise<CreateInstanceResponse> {
  const { account, region, now, installation } = context;
  const { random } = installation;
  const instance = await installation.store.write(async (writer) => {
    // (unverified) sentence
    if (await writer.find(identityCenterInstances, 'owner', [account]))
      throw conflict('An instance of IAM Identity Center already exists in this account.');
    const organization = await organizationOf(writer, account);
    const isManagement = organization?.managementAccountId === account;
    if (isManagement && organization.featureSet !== 'ALL')
      throw invalid('IAM Identity Center needs an organization with all features enabled.');
    const created: IdentityCenterInstance = {
      instanceId: `ssoins-${hexadecimal(16, random)}`,
      ownerAccountId: account,
      ...(isManagement ? { organizationId: organization.organizationId } : {}),
      region,
      identityStoreId: `d-${hexadecimal(10, random)}`,
      ...(input.Name === undefined || input.Name === '' ? {} : { name: input.Name }),
      tags: withTags(context, { ownerAccountId: account }, [], input.Tags ?? []),
      identitySource: { kind: 'identity-store' },
      createdAt: now,
    };
    await writer.insert(identityCenterInstances, created);
    await makeServiceLinkedRole(writer, account, context);
    if (isManagement && !(await writer.get(serviceAccesses, [organization.organizationId, IDENTITY_CENTER])))
      await writer.insert(serviceAccesses, {
        organizationId: organization.organizationId,
        servicePrincipal: IDENTITY_CENTER,
        enabledAt: now,
      });
    return created;
  });
  return { InstanceArn: instanceArn(instance) };
}

const identityStoreArn = ({ ownerAccountId, identityStoreId }: IdentityCenterInstance): string =>
  `arn:aws:identitystore::${ownerAccountId}:identitystore/${identityStoreId}`;

const instanceShape = (instance: IdentityCenterInstance): InstanceMetadata => ({
  InstanceArn: instanceArn(instance),
  IdentityStoreId: instance.identityStoreId,
  OwnerAccountId: instance.ownerAccountId,
  ...(instance.name === undefined ? {} : { Name: instance.name }),
  CreatedDate: new Date(instance.createdAt),
  Status: 'ACTIVE',
  PrimaryRegion: instance.region,
  IdentityStoreArn: identityStoreArn(instance),
});

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeInstance.html */
export async function describeInstance(input: Valid<DescribeInstanceRequest>, context: Context): Promise<DescribeInstanceResponse> {
  const instance = await authorisedInstance(context.reader, context, input.InstanceArn);
  return {
    ...instanceShape(instance),
    EncryptionConfigurationDetails: { KeyType: 'AWS_OWNED_KMS_KEY', EncryptionStatus: 'ENABLED' },
    PermissionSetsEnabled: instance.organizationId !== undefined,
  };
}

/**
 * The account's own instance, and for a delegated administrator the organization's; those of the region called.
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html
 */
export async function listInstances(input: Valid<ListInstancesRequest>, context: OperationContext): Promise<ListInstancesResponse> {
  const { reader, account } = context;
  const organization = await organizationOf(reader, account);
  const owners = new Set([account, ...(organization ? [organization.managementAccountId] : [])]);
  const visible: IdentityCenterInstance[] = [];
  for (const owner of owners) {
    const instance = await visibleInstance(await reader.find(identityCenterInstances, 'owner', [owner]), context);
    if (instance) visible.push(instance);
  }
  const { items, end } = await takePageOf(context, ['ListInstances'], input, visible, ({ instanceId }) => instanceId);
  return { Instances: items.map(instanceShape), ...end };
}

/**
 * Changes the name. Data is encrypted under the installation's own key, and under no other.
 * @throws ResourceNotFound  400
 * @throws Validation        400  a key of KMS; permission sets switched on or off
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateInstance.html
 */
export async function updateInstance(input: Valid<UpdateInstanceRequest>, context: Context): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const instance = await authorisedInstance(writer, context, input.InstanceArn);
    if (input.EncryptionConfiguration && input.EncryptionConfiguration.KeyType !== 'AWS_OWNED_KMS_KEY')
      throw invalid('Customer managed keys are not supported here.');
    if (input.PermissionSetsEnabled !== undefined && input.PermissionSetsEnabled !== (instance.organizationId !== undefined))
      throw invalid('Permission sets cannot be switched on or off here: organization instances have them, account instances do not.');
    const { name: _, ...rest } = instance;
    const name = input.Name ?? instance.name;
    await writer.update(identityCenterInstances, name === undefined || name === '' ? rest : { ...rest, name });
  });
  return {};
}

/**
 * Deletes an instance with its people, permission sets, assignments and the roles it has in accounts.
 * @throws ResourceNotFound  400
 * @throws AccessDenied      400  a delegated administrator: the owner alone deletes
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInstance.html
 */
export async function deleteInstance(input: Valid<DeleteInstanceRequest>, context: Context): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const instance = await authorisedInstance(writer, context, input.InstanceArn);
    // (unverified) sentence
    if (instance.ownerAccountId !== context.account) throw denied('Only the account that owns the instance can delete it.');
    const { instanceId, identityStoreId, organizationId } = instance;
    for (const provisioned of await writer.list(provisionedRoles, { prefix: [instanceId] })) await deprovisionRole(writer, provisioned);
    for (const table of OF_INSTANCES) await empty(writer, table, instanceId);
    for (const table of OF_IDENTITY_STORES) await empty(writer, table, identityStoreId);
    await writer.delete(identityCenterInstances, [instanceId]);
    if (organizationId === undefined) return;
    await writer.delete(serviceAccesses, [organizationId, IDENTITY_CENTER]);
    for (const { accountId } of await writer.list(delegations, { index: 'service', prefix: [organizationId, IDENTITY_CENTER] }))
      await writer.delete(delegations, [organizationId, accountId, IDENTITY_CENTER]);
  });
  return {};
}

const OF_INSTANCES: readonly Table<never>[] = [accountAssignments, permissionSets, identityCenterOperations];
const OF_IDENTITY_STORES: readonly Table<never>[] = [identityMemberships, identityPasswords, identityGroups, identityUsers];

/** Takes away the rows whose key begins with an id. */
async function empty(writer: Writer, table: Table<never>, first: string): Promise<void> {
  for (const row of await writer.list(table, { prefix: [first] })) await writer.delete(table, keyOf(table, row));
}
