import type {
  AttachPolicyRequest,
  DetachPolicyRequest,
  ListPoliciesForTargetRequest,
  ListPoliciesForTargetResponse,
  ListTargetsForPolicyRequest,
  ListTargetsForPolicyResponse,
  PolicyTargetSummary,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import { fullAccessPolicyOf } from '../../model/full-access-policies.ts';
import type { Valid } from '../../model/valid.ts';
import { type PolicyAttachment, policyAttachments } from '../../store/tables/organization.ts';
import { targetArn } from './arn.ts';
import type { Known } from './condition-keys.ts';
import {
  constraintViolation,
  duplicateAttachment,
  invalidInput,
  policyNotAttached,
  policyNotFound,
  policyTypeNotEnabled,
  targetNotFound,
} from './errors.ts';
import { takePageOfRows } from './page.ts';
import { findPolicy, policySummary } from './policy.ts';
import { rulesOf } from './policy-type.ts';
import { callersOrganization } from './standing.ts';
import { findTarget } from './target.ts';

/**
 * Attaches a policy to the root, an OU or an account. It holds from the next request on.
 * @throws PolicyNotFound, TargetNotFound, PolicyTypeNotEnabled, DuplicatePolicyAttachment  400
 * @throws ConstraintViolation  400  MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
 */
export async function attachPolicy({ PolicyId, TargetId }: Valid<AttachPolicyRequest>, context: OperationContext<Known>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId } = organization;
    const policy = await findPolicy(writer, organization, PolicyId);
    if (!policy) throw policyNotFound();
    if (!(await findTarget(writer, organization, TargetId, context.now))) throw targetNotFound();
    const { type } = policy;
    if (!organization.policyTypes.includes(type)) throw policyTypeNotEnabled();
    const attached = await writer.list(policyAttachments, { prefix: [organizationId, TargetId, type] });
    if (attached.some(({ policyId }) => policyId === PolicyId)) throw duplicateAttachment();
    if (attached.length >= rulesOf(type).maxAttached) throw constraintViolation('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    await writer.insert(policyAttachments, { organizationId, targetId: TargetId, type, policyId: PolicyId, attachedAt: context.now });
  });
  return {};
}

/**
 * Detaches a policy. Of SCPs one must stay; RCPFullAWSAccess always does.
 * @throws PolicyNotFound, TargetNotFound, PolicyNotAttached  400
 * @throws InvalidInput         400  NON_DETACHABLE_POLICY
 * @throws ConstraintViolation  400  MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
 */
export async function detachPolicy({ PolicyId, TargetId }: Valid<DetachPolicyRequest>, context: OperationContext<Known>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId } = organization;
    const policy = await findPolicy(writer, organization, PolicyId);
    if (!policy) throw policyNotFound();
    if (!(await findTarget(writer, organization, TargetId, context.now))) throw targetNotFound();
    const { type } = policy;
    if (type === 'RESOURCE_CONTROL_POLICY' && PolicyId === fullAccessPolicyOf(type)?.id) throw invalidInput('NON_DETACHABLE_POLICY');
    const attached = await writer.list(policyAttachments, { prefix: [organizationId, TargetId, type] });
    if (!attached.some(({ policyId }) => policyId === PolicyId)) throw policyNotAttached();
    if (type === 'SERVICE_CONTROL_POLICY' && attached.length === 1) throw constraintViolation('MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    await writer.delete(policyAttachments, [organizationId, TargetId, type, PolicyId]);
  });
  return {};
}

/**
 * The policies attached to a target itself, not those it inherits.
 * @throws TargetNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
 */
export async function listPoliciesForTarget(
  input: Valid<ListPoliciesForTargetRequest>,
  context: OperationContext<Known>,
): Promise<ListPoliciesForTargetResponse> {
  const { TargetId, Filter } = input;
  const organization = await callersOrganization(context.reader, context);
  if (!(await findTarget(context.reader, organization, TargetId, context.now))) throw targetNotFound();
  const prefix = [organization.organizationId, TargetId, Filter];
  const { items, end } = await takePageOfRows(context, ['ListPoliciesForTarget', TargetId, Filter], input, policyAttachments, { prefix });
  const policies = await Promise.all(items.map(({ policyId }) => findPolicy(context.reader, organization, policyId)));
  return { Policies: policies.flatMap((policy) => (policy ? [policySummary(policy)] : [])), ...end };
}

/**
 * What a policy is attached to.
 * @throws PolicyNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html
 */
export async function listTargetsForPolicy(
  input: Valid<ListTargetsForPolicyRequest>,
  context: OperationContext<Known>,
): Promise<ListTargetsForPolicyResponse> {
  const { PolicyId } = input;
  const organization = await callersOrganization(context.reader, context);
  if (!(await findPolicy(context.reader, organization, PolicyId))) throw policyNotFound();
  const listing = { index: 'policy', prefix: [organization.organizationId, PolicyId] };
  const { items, end } = await takePageOfRows(context, ['ListTargetsForPolicy', PolicyId], input, policyAttachments, listing);
  const shape = async ({ targetId }: PolicyAttachment): Promise<PolicyTargetSummary[]> => {
    // An account that is still being made has its policies already.
    const target = await findTarget(context.reader, organization, targetId, context.now);
    return target ? [{ TargetId: targetId, Arn: targetArn(organization, targetId), Name: target.name, Type: target.kind }] : [];
  };
  return { Targets: (await Promise.all(items.map(shape))).flat(), ...end };
}
