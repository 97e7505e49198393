import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  DescribePolicyRequest,
  DescribePolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  PolicySummary,
  PolicyType,
  UpdatePolicyRequest,
  UpdatePolicyResponse,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../core/id.ts';
import type { Tag } from '../../core/tag.ts';
import { FULL_ACCESS_POLICIES, fullAccessPolicy, fullAccessPolicyOf } from '../../model/full-access-policies.ts';
import type { Valid } from '../../model/valid.ts';
import { validatePolicy } from '../../policy/index.ts';
import type { Reader } from '../../store/store.ts';
import { type Organization, type OrganizationPolicy, organizationPolicies, policyAttachments } from '../../store/tables/organization.ts';
import { walkRows } from '../../store/walk.ts';
import { policyArn } from './arn.ts';
import type { Known } from './condition-keys.ts';
import { constraintViolation, duplicatePolicy, invalidInput, malformedPolicy, policyInUse, policyNotFound } from './errors.ts';
import { readManagementPolicy } from './management-policy.ts';
import { takePage } from './page.ts';
import { refuseWithoutAllFeatures, rulesOf } from './policy-type.ts';
import { quotaOf } from './quota.ts';
import { callersOrganization } from './standing.ts';
import { newTags } from './tag-rules.ts';

/** A policy of the customer's or of AWS's. */
export interface PolicyView {
  readonly policyId: string;
  readonly arn: string;
  readonly type: PolicyType;
  readonly name: string;
  readonly description: string;
  readonly content: string;
  readonly tags: readonly Tag[];
  readonly awsManaged: boolean;
}

const ownView = (organization: Organization, policy: OrganizationPolicy): PolicyView => ({
  ...policy,
  // Only types of the model are ever stored.
  type: policy.type as PolicyType,
  arn: policyArn(organization, policy.type, policy.policyId),
  awsManaged: false,
});

const awsView = (policyId: string): PolicyView | undefined => {
  const policy = fullAccessPolicy(policyId);
  return policy && { ...policy, policyId, tags: [], awsManaged: true };
};

/** Undefined when the organization has no such policy. */
export async function findPolicy(reader: Reader, organization: Organization, policyId: string): Promise<PolicyView | undefined> {
  const own = await reader.get(organizationPolicies, [organization.organizationId, policyId]);
  return own ? ownView(organization, own) : awsView(policyId);
}

export const policySummary = (policy: PolicyView): PolicySummary => ({
  Id: policy.policyId,
  Arn: policy.arn,
  Name: policy.name,
  Description: policy.description,
  Type: policy.type,
  AwsManaged: policy.awsManaged,
});

/**
 * A policy of the customer's, to be changed.
 * @throws PolicyNotFound  400
 * @throws InvalidInput    400  IMMUTABLE_POLICY
 */
async function policyToChange(reader: Reader, organization: Organization, policyId: string): Promise<OrganizationPolicy> {
  const own = await reader.get(organizationPolicies, [organization.organizationId, policyId]);
  if (own) return own;
  throw fullAccessPolicy(policyId) ? invalidInput('IMMUTABLE_POLICY') : policyNotFound();
}

/**
 * @throws ConstraintViolation      400  POLICY_CONTENT_LIMIT_EXCEEDED
 * @throws MalformedPolicyDocument  400
 */
function refuseUnfitContent(content: string, type: PolicyType): void {
  const { maxContent, member } = rulesOf(type);
  if (content.length > maxContent) throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED');
  if (type === 'SERVICE_CONTROL_POLICY' || type === 'RESOURCE_CONTROL_POLICY') {
    const kind = type === 'SERVICE_CONTROL_POLICY' ? 'scp' : 'rcp';
    if (validatePolicy(content, kind)) throw malformedPolicy();
    return;
  }
  const document = readManagementPolicy(content);
  if (!document || (member !== undefined && !document.has(member))) throw malformedPolicy();
}

/**
 * Creates a policy; attached it has to be separately. The type need not be enabled.
 * @throws MalformedPolicyDocument, DuplicatePolicy, PolicyTypeNotAvailableForOrganization  400
 * @throws ConstraintViolation  400  POLICY_NUMBER_LIMIT_EXCEEDED, POLICY_CONTENT_LIMIT_EXCEEDED, MAX_TAG_LIMIT_EXCEEDED
 * @throws InvalidInput         400  tags
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
 */
export async function createPolicy(input: Valid<CreatePolicyRequest>, context: OperationContext<Known>): Promise<CreatePolicyResponse> {
  const policyId = `p-${lowerAlphanumeric(8, context.installation.random)}`;
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId } = organization;
    refuseWithoutAllFeatures(organization);
    refuseUnfitContent(input.Content, input.Type);
    const tags = newTags(context, organization, input.Tags);
    if (await nameTaken(writer, organizationId, input.Type, input.Name)) throw duplicatePolicy();
    const quota = quotaOf(context, organization, 'PoliciesPerOrganization');
    if ((await writer.count(organizationPolicies, { prefix: [organizationId] })) >= quota)
      throw constraintViolation('POLICY_NUMBER_LIMIT_EXCEEDED');
    const policy: OrganizationPolicy = {
      organizationId,
      policyId,
      type: input.Type,
      name: input.Name,
      description: input.Description,
      content: input.Content,
      tags,
      changedAt: context.now,
    };
    await writer.insert(organizationPolicies, policy);
    return { Policy: { PolicySummary: policySummary(ownView(organization, policy)), Content: policy.content } };
  });
}

/** AWS's own names are taken too. */
const nameTaken = async (reader: Reader, organizationId: string, type: string, name: string): Promise<boolean> =>
  FULL_ACCESS_POLICIES.some((policy) => policy.type === type && policy.name === name) ||
  (await reader.find(organizationPolicies, 'name', [organizationId, type, name])) !== undefined;

/**
 * @throws PolicyNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html
 */
export async function describePolicy(
  input: Valid<DescribePolicyRequest>,
  context: OperationContext<Known>,
): Promise<DescribePolicyResponse> {
  const policy = await findPolicy(context.reader, await callersOrganization(context.reader, context), input.PolicyId);
  if (!policy) throw policyNotFound();
  return { Policy: { PolicySummary: policySummary(policy), Content: policy.content } };
}

/**
 * Changes what is given. Answers with identity, type and content, and only with the name and the description that were given; an empty
 * description leaves the stored one.
 * @throws PolicyNotFound, DuplicatePolicy, MalformedPolicyDocument  400
 * @throws InvalidInput         400  IMMUTABLE_POLICY
 * @throws ConstraintViolation  400  POLICY_CONTENT_LIMIT_EXCEEDED
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html
 */
export async function updatePolicy(input: Valid<UpdatePolicyRequest>, context: OperationContext<Known>): Promise<UpdatePolicyResponse> {
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const policy = await policyToChange(writer, organization, input.PolicyId);
    if (input.Content !== undefined) refuseUnfitContent(input.Content, policy.type as PolicyType);
    const renamed = input.Name !== undefined && input.Name !== policy.name;
    if (renamed && (await nameTaken(writer, organization.organizationId, policy.type, input.Name ?? ''))) throw duplicatePolicy();
    const updated: OrganizationPolicy = {
      ...policy,
      name: input.Name ?? policy.name,
      description: input.Description || policy.description,
      content: input.Content ?? policy.content,
      changedAt: context.now,
    };
    await writer.update(organizationPolicies, updated);
    const { Name, Description, ...identity } = policySummary(ownView(organization, updated));
    const summary = {
      ...identity,
      ...(input.Name === undefined ? {} : { Name }),
      ...(input.Description === undefined ? {} : { Description }),
    };
    return { Policy: { PolicySummary: summary, Content: updated.content } };
  });
}

/**
 * @throws PolicyNotFound, PolicyInUse  400
 * @throws InvalidInput                 400  IMMUTABLE_POLICY
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html
 */
export async function deletePolicy(input: Valid<DeletePolicyRequest>, context: OperationContext<Known>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId, policyId } = await policyToChange(writer, organization, input.PolicyId);
    if ((await writer.count(policyAttachments, { index: 'policy', prefix: [organizationId, policyId] })) > 0) throw policyInUse();
    await writer.delete(organizationPolicies, [organizationId, policyId]);
  });
  return {};
}

/** AWS's own among them, where the organization has all features. @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html */
export async function listPolicies(input: Valid<ListPoliciesRequest>, context: OperationContext<Known>): Promise<ListPoliciesResponse> {
  const organization = await callersOrganization(context.reader, context);
  const { items, end } = await takePage(
    context,
    ['ListPolicies', input.Filter],
    input,
    (after) => policiesOf(context.reader, organization, input.Filter, after),
    ({ policyId, awsManaged }) => (awsManaged ? [] : [policyId]),
  );
  return { Policies: items.map(policySummary), ...end };
}

/** AWS's policy of the type first, then the customer's by id. */
async function* policiesOf(
  reader: Reader,
  organization: Organization,
  type: string,
  after: readonly string[] | undefined,
): AsyncGenerator<PolicyView> {
  const ofAws = awsView(fullAccessPolicyOf(type)?.id ?? '');
  if (after === undefined && ofAws && organization.featureSet === 'ALL') yield ofAws;
  const from = after === undefined || after.length === 0 ? undefined : after;
  for await (const policy of walkRows(reader, organizationPolicies, { index: 'type', prefix: [organization.organizationId, type] }, from))
    yield ownView(organization, policy);
}
