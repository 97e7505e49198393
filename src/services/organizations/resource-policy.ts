import type {
  DescribeResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  ResourcePolicy,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import { parseArn } from '../../core/arn.ts';
import { lowerAlphanumeric } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import { type PrincipalEntry, parsePolicy, type Statement, validatePolicy } from '../../policy/index.ts';
import type { Reader } from '../../store/store.ts';
import {
  type Organization,
  type OrganizationResourcePolicy,
  organizationMemberships,
  organizationResourcePolicies,
} from '../../store/tables/organization.ts';
import { resourcePolicyArn } from './arn.ts';
import { invalidInput, resourcePolicyNotFound } from './errors.ts';
import { callersOrganization } from './standing.ts';
import { newTags } from './tag-rules.ts';

/*
 * The delegation policy: what the management account lets members do in Organizations. Authorization reads it with every call of a member
 * (resources.ts); here it is only kept.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
 */

/** What may be delegated. Reading as a whole may be, by wildcard (unverified); more than policies may not. */
const DELEGABLE: ReadonlySet<string> = new Set(
  [
    ...['AttachPolicy', 'CreatePolicy', 'DeletePolicy', 'DetachPolicy', 'DisablePolicyType', 'EnablePolicyType', 'UpdatePolicy'],
    ...['TagResource', 'UntagResource'],
  ].map((name) => foldCase(`organizations:${name}`)),
);

function isDelegable(action: string): boolean {
  const folded = foldCase(action);
  return DELEGABLE.has(folded) || folded.startsWith('organizations:describe') || folded.startsWith('organizations:list');
}

const shapeOf = (organization: Organization, policy: OrganizationResourcePolicy): ResourcePolicy => ({
  ResourcePolicySummary: { Id: policy.resourcePolicyId, Arn: resourcePolicyArn(organization, policy.resourcePolicyId) },
  Content: policy.content,
});

/**
 * Sets the organization's resource policy, which keeps its id and tags when there was one.
 * @throws InvalidInput         400  INVALID_RESOURCE_POLICY_JSON, INVALID_PRINCIPAL, UNSUPPORTED_ACTION_IN_RESOURCE_POLICY,
 *                                   UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY, UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED; tags
 * @throws ConstraintViolation  400  MAX_TAG_LIMIT_EXCEEDED
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_PutResourcePolicy.html
 */
export async function putResourcePolicy(
  input: Valid<PutResourcePolicyRequest>,
  context: OperationContext,
): Promise<PutResourcePolicyResponse> {
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId } = organization;
    await refuseUnfit(writer, organization, input.Content);
    const known = await writer.get(organizationResourcePolicies, [organizationId]);
    if (known) {
      if ((input.Tags?.length ?? 0) > 0) throw invalidInput('UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED');
      const replaced = { ...known, content: input.Content };
      await writer.update(organizationResourcePolicies, replaced);
      return { ResourcePolicy: shapeOf(organization, replaced) };
    }
    const created: OrganizationResourcePolicy = {
      organizationId,
      resourcePolicyId: `rp-${lowerAlphanumeric(8, context.installation.random)}`,
      content: input.Content,
      tags: newTags(context, organization, input.Tags),
    };
    await writer.insert(organizationResourcePolicies, created);
    return { ResourcePolicy: shapeOf(organization, created) };
  });
}

async function refuseUnfit(reader: Reader, organization: Organization, content: string): Promise<void> {
  // The sentence of a bad principal is judged below, with its own reason.
  const error = validatePolicy(content, 'resource');
  if (error) throw invalidInput(error.message.startsWith('Invalid principal') ? 'INVALID_PRINCIPAL' : 'INVALID_RESOURCE_POLICY_JSON');
  for (const statement of parsePolicy(content).statements) {
    refuseUnfitStatement(statement, organization);
    const named = statement.principal;
    if (!named) throw invalidInput('INVALID_PRINCIPAL');
    for (const entry of named.entries) if (!(await isPrincipalOf(reader, organization, entry))) throw invalidInput('INVALID_PRINCIPAL');
  }
}

function refuseUnfitStatement({ action, resource }: Statement, { organizationId, managementAccountId }: Organization): void {
  if (!action?.every(({ text }) => isDelegable(text))) throw invalidInput('UNSUPPORTED_ACTION_IN_RESOURCE_POLICY');
  const fits = (text: string): boolean => {
    if (text === '*') return true;
    const arn = parseArn(text);
    if (arn?.service !== 'organizations') return false;
    // Its own things, or AWS's policies.
    return arn.account === 'aws' || (arn.account === managementAccountId && arn.resource.split('/')[1] === organizationId);
  };
  if (!resource?.every(({ text }) => fits(text))) throw invalidInput('UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY');
}

/** Member accounts, everybody, and services. */
async function isPrincipalOf(reader: Reader, { organizationId }: Organization, { type, text }: PrincipalEntry): Promise<boolean> {
  if (type === 'Service') return true;
  if (type !== 'AWS') return false;
  if (text === '*') return true;
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1];
  return account !== undefined && (await reader.get(organizationMemberships, [account]))?.organizationId === organizationId;
}

/**
 * @throws ResourcePolicyNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResourcePolicy.html
 */
export async function describeResourcePolicy(_: object, context: OperationContext): Promise<DescribeResourcePolicyResponse> {
  const organization = await callersOrganization(context.reader, context);
  const policy = await context.reader.get(organizationResourcePolicies, [organization.organizationId]);
  if (!policy) throw resourcePolicyNotFound();
  return { ResourcePolicy: shapeOf(organization, policy) };
}

/**
 * @throws ResourcePolicyNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteResourcePolicy.html
 */
export async function deleteResourcePolicy(_: object, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { organizationId } = await callersOrganization(writer, context);
    if (!(await writer.delete(organizationResourcePolicies, [organizationId]))) throw resourcePolicyNotFound();
  });
  return {};
}
