import type {
  DisablePolicyTypeRequest,
  DisablePolicyTypeResponse,
  EnablePolicyTypeRequest,
  EnablePolicyTypeResponse,
  ListRootsRequest,
  ListRootsResponse,
  PolicyType,
  Root,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import { fullAccessPolicyOf } from '../../model/full-access-policies.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import {
  type Organization,
  organizationalUnits,
  organizationMemberships,
  organizations,
  policyAttachments,
  serviceAccesses,
} from '../../store/tables/organization.ts';
import { rootArn } from './arn.ts';
import type { Known } from './condition-keys.ts';
import { constraintViolation, policyTypeAlreadyEnabled, policyTypeNotAvailable, policyTypeNotEnabled, rootNotFound } from './errors.ts';
import { takePageOf } from './page.ts';
import { callersOrganization } from './standing.ts';
import { ROOT_NAME } from './target.ts';

/** What is particular to a type of policy. */
interface PolicyTypeRules {
  /** Characters of a document, white space included. */
  readonly maxContent: number;
  /** Policies of the type on one target. */
  readonly maxAttached: number;
  /** The member that a document is about, for types whose grammar is an object under one name. */
  readonly member?: string;
  /** The service whose trusted access has to be enabled before the type, and stay so. */
  readonly service?: string;
}

/**
 * Sizes and numbers of the newer types are (unverified), and so are 10,240 characters and 10 attached SCPs: 5,120 and 5 for years before.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
 */
// biome-ignore format: a table, to be read in columns.
const RULES: Readonly<Record<PolicyType, PolicyTypeRules>> = {
  SERVICE_CONTROL_POLICY:           { maxContent: 10_240, maxAttached: 10 },
  RESOURCE_CONTROL_POLICY:          { maxContent: 5120,   maxAttached: 5 },
  TAG_POLICY:                       { maxContent: 10_000, maxAttached: 10, member: 'tags' },
  BACKUP_POLICY:                    { maxContent: 10_000, maxAttached: 10, member: 'plans' },
  AISERVICES_OPT_OUT_POLICY:        { maxContent: 2500,   maxAttached: 5,  member: 'services' },
  CHATBOT_POLICY:                   { maxContent: 10_000, maxAttached: 10 },
  DECLARATIVE_POLICY_EC2:           { maxContent: 10_000, maxAttached: 10, member: 'ec2_attributes' },
  SECURITYHUB_POLICY:               { maxContent: 10_000, maxAttached: 10, member: 'securityhub', service: 'securityhub.amazonaws.com' },
  INSPECTOR_POLICY:                 { maxContent: 10_000, maxAttached: 10 },
  UPGRADE_ROLLOUT_POLICY:           { maxContent: 10_000, maxAttached: 10 },
  BEDROCK_POLICY:                   { maxContent: 10_000, maxAttached: 10 },
  S3_POLICY:                        { maxContent: 10_000, maxAttached: 10 },
  GUARDDUTY_POLICY:                 { maxContent: 10_000, maxAttached: 10 },
  SECURITYHUB_CSPM_POLICY:          { maxContent: 10_000, maxAttached: 10 },
  NETWORK_SECURITY_DIRECTOR_POLICY: { maxContent: 10_000, maxAttached: 10 },
};

export const isPolicyType = (type: string): type is PolicyType => Object.hasOwn(RULES, type);

export const rulesOf = (type: PolicyType): PolicyTypeRules => RULES[type];

/** The types that need a service's trusted access. */
export const typesNeeding = (service: string): string[] =>
  Object.keys(RULES).filter((type) => RULES[type as PolicyType].service === service);

/** Policies of types that the organization's features do not have can be neither made nor enabled. @throws PolicyTypeNotAvailableForOrganization 400 */
export function refuseWithoutAllFeatures({ featureSet }: Organization): void {
  if (featureSet !== 'ALL') throw policyTypeNotAvailable();
}

/** Attaches the policies that a new root, OU or account has from the beginning: AWS's full access, for each enabled type that has one. */
export async function attachDefaults(writer: Writer, organization: Organization, targetId: string, now: number): Promise<void> {
  for (const type of organization.policyTypes) await attachDefault(writer, organization, type, targetId, now);
}

async function attachDefault(writer: Writer, { organizationId }: Organization, type: string, targetId: string, now: number): Promise<void> {
  const policy = fullAccessPolicyOf(type);
  if (policy) await writer.insert(policyAttachments, { organizationId, targetId, type, policyId: policy.id, attachedAt: now });
}

const rootShape = (organization: Organization): Root => ({
  Id: organization.rootId,
  Arn: rootArn(organization, organization.rootId),
  Name: ROOT_NAME,
  PolicyTypes: [...organization.policyTypes].sort().map((Type) => ({ Type: Type as PolicyType, Status: 'ENABLED' as const })),
});

/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html */
export async function listRoots(input: Valid<ListRootsRequest>, context: OperationContext<Known>): Promise<ListRootsResponse> {
  const organization = await callersOrganization(context.reader, context);
  const { items, end } = await takePageOf(context, ['ListRoots'], input, [rootShape(organization)], (root) => root.Id ?? '');
  return { Roots: items, ...end };
}

/**
 * Enables a policy type on the root. With SCPs and RCPs comes AWS's full access, attached to the root and everything below it.
 * @throws RootNotFound, PolicyTypeNotAvailableForOrganization, PolicyTypeAlreadyEnabled  400
 * @throws ConstraintViolation  400  SERVICE_ACCESS_NOT_ENABLED
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
 */
export async function enablePolicyType(
  input: Valid<EnablePolicyTypeRequest>,
  context: OperationContext<Known>,
): Promise<EnablePolicyTypeResponse> {
  const { RootId, PolicyType: type } = input;
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId } = organization;
    if (RootId !== organization.rootId) throw rootNotFound();
    refuseWithoutAllFeatures(organization);
    if (organization.policyTypes.includes(type)) throw policyTypeAlreadyEnabled();
    const { service } = RULES[type];
    if (service !== undefined && !(await writer.get(serviceAccesses, [organizationId, service])))
      throw constraintViolation('SERVICE_ACCESS_NOT_ENABLED');
    const enabled = { ...organization, policyTypes: [...organization.policyTypes, type] };
    await writer.update(organizations, enabled);
    const units = await writer.list(organizationalUnits, { prefix: [organizationId] });
    const members = await writer.list(organizationMemberships, { index: 'organization', prefix: [organizationId] });
    for (const target of [RootId, ...units.map(({ unitId }) => unitId), ...members.map(({ accountId }) => accountId)])
      await attachDefault(writer, organization, type, target, context.now);
    return { Root: rootShape(enabled) };
  });
}

/**
 * Disables a policy type on the root: every policy of the type is detached from everything, for good.
 * @throws RootNotFound, PolicyTypeNotEnabled  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
 */
export async function disablePolicyType(
  input: Valid<DisablePolicyTypeRequest>,
  context: OperationContext<Known>,
): Promise<DisablePolicyTypeResponse> {
  const { RootId, PolicyType: type } = input;
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId } = organization;
    if (RootId !== organization.rootId) throw rootNotFound();
    if (!organization.policyTypes.includes(type)) throw policyTypeNotEnabled();
    for (const { targetId, policyId } of await writer.list(policyAttachments, { index: 'type', prefix: [organizationId, type] }))
      await writer.delete(policyAttachments, [organizationId, targetId, type, policyId]);
    const disabled = { ...organization, policyTypes: organization.policyTypes.filter((each) => each !== type) };
    await writer.update(organizations, disabled);
    return { Root: rootShape(disabled) };
  });
}
