import type {
  DisableAWSServiceAccessRequest,
  EnableAWSServiceAccessRequest,
  ListAWSServiceAccessForOrganizationRequest,
  ListAWSServiceAccessForOrganizationResponse,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { delegations, serviceAccesses } from '../../store/tables/organization.ts';
import { constraintViolation, invalidInput } from './errors.ts';
import { takePageOfRows } from './page.ts';
import { typesNeeding } from './policy-type.ts';
import { callersOrganization } from './standing.ts';

/**
 * Services that work with Organizations, without `.amazonaws.com`; several know only delegation.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
 */
const SERVICES: ReadonlySet<string> = new Set(
  [
    'access-analyzer account agreement.marketplace aws-artifact-account-sync backup billing billing-cost-management cloudtrail',
    'clouddirectory codeguru-reviewer compute-optimizer config config-multiaccountsetup controltower cost-optimization-hub detective',
    'devops-guru ds ec2 ec2-capacity-manager event.aws-health fms guardduty health health-api iam inspector2 ipam license-manager',
    'license-manager.member-account license-management.marketplace license-manager-linux-subscriptions license-manager-user-subscriptions',
    'logs macie malware-protection.guardduty mgn networkmanager notifications notifications-contacts observabilityadmin payments',
    'private-marketplace.marketplace procurement-insights.marketplace ram reachabilityanalyzer.networkinsights reporting.trustedadvisor',
    'resource-explorer-2 route53 s3 sagemaker securityhub securitylake security-ir servicecatalog servicequotas shield ssm',
    'ssm-quicksetup sso stacksets.cloudformation.member member.org.stacksets.cloudformation storage-lens.s3 support',
    'supportapp tagpolicies.tag trustedadvisor user-subscriptions vpc-reachabilityanalyzer wellarchitected bedrock opsdatasync.ssm',
    'auditmanager chatbot cassandra network-security-director upgrade-rollout migrationhub',
  ].flatMap((line) => line.split(' ')),
);

const SUFFIX = '.amazonaws.com';

/** @throws InvalidInput  400  UNRECOGNIZED_SERVICE_PRINCIPAL */
export function refuseUnknownService(principal: string): void {
  if (!principal.endsWith(SUFFIX) || !SERVICES.has(principal.slice(0, -SUFFIX.length)))
    throw invalidInput('UNRECOGNIZED_SERVICE_PRINCIPAL');
}

/**
 * Lets a service act in the organization's accounts. Once more is no mistake.
 * @throws InvalidInput         400  UNRECOGNIZED_SERVICE_PRINCIPAL
 * @throws ConstraintViolation  400  ORGANIZATION_NOT_IN_ALL_FEATURES_MODE
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html
 */
export async function enableAWSServiceAccess(
  { ServicePrincipal: servicePrincipal }: Valid<EnableAWSServiceAccessRequest>,
  context: OperationContext,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { organizationId, featureSet } = await callersOrganization(writer, context);
    refuseUnknownService(servicePrincipal);
    if (featureSet !== 'ALL') throw constraintViolation('ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
    if (await writer.get(serviceAccesses, [organizationId, servicePrincipal])) return;
    await writer.insert(serviceAccesses, { organizationId, servicePrincipal, enabledAt: context.now });
  });
  return {};
}

/**
 * Takes that right away. Of a service that does not have it, nothing changes.
 * @throws InvalidInput         400  UNRECOGNIZED_SERVICE_PRINCIPAL
 * @throws ConstraintViolation  400  DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE, POLICY_TYPE_ENABLED_FOR_THIS_SERVICE
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
 */
export async function disableAWSServiceAccess(
  { ServicePrincipal: servicePrincipal }: Valid<DisableAWSServiceAccessRequest>,
  context: OperationContext,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { organizationId, policyTypes } = await callersOrganization(writer, context);
    refuseUnknownService(servicePrincipal);
    if ((await writer.count(delegations, { index: 'service', prefix: [organizationId, servicePrincipal] })) > 0)
      throw constraintViolation('DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE');
    if (typesNeeding(servicePrincipal).some((type) => policyTypes.includes(type)))
      throw constraintViolation('POLICY_TYPE_ENABLED_FOR_THIS_SERVICE');
    await writer.delete(serviceAccesses, [organizationId, servicePrincipal]);
  });
  return {};
}

/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html */
export async function listAWSServiceAccessForOrganization(
  input: Valid<ListAWSServiceAccessForOrganizationRequest>,
  context: OperationContext,
): Promise<ListAWSServiceAccessForOrganizationResponse> {
  const { organizationId } = await callersOrganization(context.reader, context);
  const listing = { prefix: [organizationId] };
  const { items, end } = await takePageOfRows(context, ['ListAWSServiceAccessForOrganization'], input, serviceAccesses, listing);
  return {
    EnabledServicePrincipals: items.map((access) => ({
      ServicePrincipal: access.servicePrincipal,
      DateEnabled: new Date(access.enabledAt),
    })),
    ...end,
  };
}
