import type {
  AttachedPolicy,
  AttachGroupPolicyRequest,
  AttachRolePolicyRequest,
  AttachUserPolicyRequest,
  DetachGroupPolicyRequest,
  DetachRolePolicyRequest,
  DetachUserPolicyRequest,
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
} from '@aws-sdk/client-iam';
import { digest } from '../../authorization/marker.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type Attachment, attachments, type Group, type Role, type User } from '../../store/tables/iam.ts';
import { type EntityKind, groupKind, roleKind, userKind } from './entity.ts';
import { noSuchEntity, policyNotAttachable } from './errors.ts';
import { findPolicy, noSuchPolicy } from './managed-policy.ts';
import { type PageEnd, type PageRequest, takePageOf } from './page.ts';
import { hasPathPrefix } from './path.ts';
import { isServiceRolePolicy, readPolicyArn } from './policy-arn.ts';
import { refuseOverQuota } from './quota.ts';

/*
 * Managed policies attached to users, groups and roles.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
 */

/** What is attached to an entity: no more than its quota, so always read as a whole. */
export const attachmentsOf = (reader: Reader, entityId: string): Promise<Attachment[]> => reader.list(attachments, { prefix: [entityId] });

export const attachedShape = ({ policyArn }: Pick<Attachment, 'policyArn'>): AttachedPolicy => ({
  PolicyName: readPolicyArn(policyArn).policyName,
  PolicyArn: policyArn,
});

/**
 * Succeeds as well when the policy is attached already. The order of the first three checks is (unverified).
 * @throws ValidationError, InvalidInput  400  not the ARN of a policy
 * @throws NoSuchEntity                   404  the entity, or the policy
 * @throws UnmodifiableEntity             400  a role that is AWS's
 * @throws PolicyNotAttachable            400  a service-linked role's policy
 * @throws LimitExceeded                  409  PoliciesPerUser, PoliciesPerGroup, PoliciesPerRole
 */
async function attach<Stored>(
  kind: EntityKind<Stored>,
  context: OperationContext<Stored>,
  name: string,
  policyArn: string,
): Promise<object> {
  const arn = readPolicyArn(policyArn);
  await context.installation.store.write(async (writer) => {
    const entity = await kind.toChange(writer, context, name);
    if (!(await findPolicy(writer, context, policyArn))) throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
    if (isServiceRolePolicy(arn)) throw policyNotAttachable();
    if (await writer.get(attachments, [entity.id, policyArn])) return;
    refuseOverQuota(context, kind.attachedQuota, await writer.count(attachments, { prefix: [entity.id] }));
    await writer.insert(attachments, { accountId: context.account, entityType: kind.type, entityId: entity.id, policyArn });
  });
  return {};
}

/**
 * @throws ValidationError, InvalidInput  400  not the ARN of a policy
 * @throws NoSuchEntity                   404  the entity, or the attachment
 * @throws UnmodifiableEntity             400  a role that is AWS's
 */
async function detach<Stored>(
  kind: EntityKind<Stored>,
  context: OperationContext<Stored>,
  name: string,
  policyArn: string,
): Promise<object> {
  readPolicyArn(policyArn);
  await context.installation.store.write(async (writer) => {
    const entity = await kind.toChange(writer, context, name);
    if (!(await writer.delete(attachments, [entity.id, policyArn]))) throw noSuchPolicy(policyArn);
  });
  return {};
}

/** In the order of the policies' names. @throws NoSuchEntity  404 */
async function listAttached<Stored>(
  kind: EntityKind<Stored>,
  context: OperationContext<Stored>,
  operation: string,
  name: string,
  input: PageRequest & { readonly PathPrefix?: string | undefined },
): Promise<{ AttachedPolicies: AttachedPolicy[] } & PageEnd> {
  const entity = kind.toRead(context, name);
  const attached = (await attachmentsOf(context.reader, entity.id)).filter(({ policyArn }) =>
    hasPathPrefix(readPolicyArn(policyArn).path, input.PathPrefix),
  );
  const { items, end } = await takePageOf(
    context,
    { operation, filters: [entity.id, input.PathPrefix] },
    input,
    attached,
    // Two policies may share a name, and an ARN may be longer than a marker.
    ({ policyArn }) => [foldCase(readPolicyArn(policyArn).policyName), digest(policyArn)],
  );
  return { AttachedPolicies: items.map(attachedShape), ...end };
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html */
export const attachUserPolicy = (input: Valid<AttachUserPolicyRequest>, context: OperationContext<User>): Promise<object> =>
  attach(userKind, context, input.UserName, input.PolicyArn);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html */
export const attachGroupPolicy = (input: Valid<AttachGroupPolicyRequest>, context: OperationContext<Group>): Promise<object> =>
  attach(groupKind, context, input.GroupName, input.PolicyArn);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export const attachRolePolicy = (input: Valid<AttachRolePolicyRequest>, context: OperationContext<Role>): Promise<object> =>
  attach(roleKind, context, input.RoleName, input.PolicyArn);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html */
export const detachUserPolicy = (input: Valid<DetachUserPolicyRequest>, context: OperationContext<User>): Promise<object> =>
  detach(userKind, context, input.UserName, input.PolicyArn);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html */
export const detachGroupPolicy = (input: Valid<DetachGroupPolicyRequest>, context: OperationContext<Group>): Promise<object> =>
  detach(groupKind, context, input.GroupName, input.PolicyArn);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html */
export const detachRolePolicy = (input: Valid<DetachRolePolicyRequest>, context: OperationContext<Role>): Promise<object> =>
  detach(roleKind, context, input.RoleName, input.PolicyArn);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html */
export const listAttachedUserPolicies = (
  input: Valid<ListAttachedUserPoliciesRequest>,
  context: OperationContext<User>,
): Promise<ListAttachedUserPoliciesResponse> => listAttached(userKind, context, 'ListAttachedUserPolicies', input.UserName, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html */
export const listAttachedGroupPolicies = (
  input: Valid<ListAttachedGroupPoliciesRequest>,
  context: OperationContext<Group>,
): Promise<ListAttachedGroupPoliciesResponse> => listAttached(groupKind, context, 'ListAttachedGroupPolicies', input.GroupName, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
export const listAttachedRolePolicies = (
  input: Valid<ListAttachedRolePoliciesRequest>,
  context: OperationContext<Role>,
): Promise<ListAttachedRolePoliciesResponse> => listAttached(roleKind, context, 'ListAttachedRolePolicies', input.RoleName, input);
