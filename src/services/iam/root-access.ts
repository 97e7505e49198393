import type { FeatureType, ListOrganizationsFeaturesResponse } from '@aws-sdk/client-iam';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Reader } from '../../store/store.ts';
import { rootAccesses } from '../../store/tables/iam.ts';
import {
  delegations,
  type Organization,
  organizationMemberships,
  organizations,
  serviceAccesses,
} from '../../store/tables/organization.ts';

/*
 * Central root access: whether the management account, or who administers IAM for it, may act as the root users of the members.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
 */

const IAM = 'iam.amazonaws.com';

/** The organization of an account that is in one, and has been made. */
export async function organizationOf(reader: Reader, { account, now }: Pick<Scope, 'account' | 'now'>): Promise<Organization | undefined> {
  const membership = await reader.get(organizationMemberships, [account]);
  return membership && membership.joinedAt <= now ? reader.get(organizations, [membership.organizationId]) : undefined;
}

/**
 * The organization whose root access the caller's account may see and set. Sentences other than that of trusted access are (unverified), and
 * so is their order.
 * @throws OrganizationNotFound                             400
 * @throws CallerIsNotManagementAccount                     400  `by` is 'management'
 * @throws AccountNotManagementOrDelegatedAdministrator     400
 * @throws OrganizationNotInAllFeaturesMode                 400
 * @throws ServiceAccessNotEnabled                          400
 */
async function requireOrganization(reader: Reader, scope: Scope, by: 'management' | 'administrator'): Promise<Organization> {
  const { account } = scope;
  const organization = await organizationOf(reader, scope);
  if (!organization) throw new ServiceError('OrganizationNotFoundException', `Organization of input account ${account} not found.`);
  const { organizationId, managementAccountId } = organization;
  if (managementAccountId !== account) {
    if (by === 'management')
      throw new ServiceError('CallerIsNotManagementAccountException', `Input account ${account} is not the management account.`);
    if (!(await reader.get(delegations, [organizationId, account, IAM])))
      throw new ServiceError(
        'AccountNotManagementOrDelegatedAdministratorException',
        `Input account ${account} is not the management account or a delegated administrator for IAM.`,
      );
  }
  if (organization.featureSet !== 'ALL')
    throw new ServiceError(
      'OrganizationNotInAllFeaturesModeException',
      `Organization of input account ${account} does not have all features enabled.`,
    );
  if (!(await reader.get(serviceAccesses, [organizationId, IAM])))
    throw new ServiceError(
      'ServiceAccessNotEnabledException',
      `Trusted Access for IAM not enabled by organization of input account ${account}.`,
    );
  return organization;
}

/**
 * @throws as `requireOrganization`
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html
 */
export async function listOrganizationsFeatures(_: object, context: OperationContext): Promise<ListOrganizationsFeaturesResponse> {
  const { organizationId } = await requireOrganization(context.reader, context, 'administrator');
  const access = await context.reader.get(rootAccesses, [organizationId]);
  return { OrganizationId: organizationId, EnabledFeatures: [...(access?.features ?? [])] };
}

const ORDER: readonly FeatureType[] = ['RootCredentialsManagement', 'RootSessions'];

/** Switches a feature; as it is already: success. */
async function turn(context: OperationContext, feature: FeatureType, on: boolean): Promise<ListOrganizationsFeaturesResponse> {
  return context.installation.store.write(async (writer) => {
    const { organizationId } = await requireOrganization(writer, context, on ? 'management' : 'administrator');
    const access = await writer.get(rootAccesses, [organizationId]);
    const features = ORDER.filter((each) => (each === feature ? on : access?.features.includes(each)));
    const row = { organizationId, features };
    await (access ? writer.update(rootAccesses, row) : writer.insert(rootAccesses, row));
    return { OrganizationId: organizationId, EnabledFeatures: features };
  });
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootCredentialsManagement.html */
export const enableRootCredentialsManagement = (_: object, context: OperationContext) => turn(context, 'RootCredentialsManagement', true);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootCredentialsManagement.html */
export const disableRootCredentialsManagement = (_: object, context: OperationContext) => turn(context, 'RootCredentialsManagement', false);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html */
export const enableRootSessions = (_: object, context: OperationContext) => turn(context, 'RootSessions', true);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootSessions.html */
export const disableRootSessions = (_: object, context: OperationContext) => turn(context, 'RootSessions', false);
