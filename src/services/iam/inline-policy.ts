import type {
  DeleteGroupPolicyRequest,
  DeleteRolePolicyRequest,
  DeleteUserPolicyRequest,
  GetGroupPolicyRequest,
  GetGroupPolicyResponse,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListGroupPoliciesRequest,
  ListGroupPoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListUserPoliciesRequest,
  ListUserPoliciesResponse,
  PutGroupPolicyRequest,
  PutRolePolicyRequest,
  PutUserPolicyRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type EntityType, type Group, type InlinePolicy, inlinePolicies, type Role, type User } from '../../store/tables/iam.ts';
import { type EntityKind, groupKind, roleKind, userKind } from './entity.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { type PageEnd, type PageRequest, takePage } from './page.ts';
import { documentSize, encodeDocument, refuseMalformedDocument } from './policy-document.ts';
import { quotaOf } from './quota.ts';
import { walkRows } from './walk.ts';

/*
 * Policies embedded in a user, group or role. Their names are unique per entity regardless of case; the first spelling stays when a policy is
 * put again under another.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#inline-policies
 */

/** An entity's inline policies: as many as fit into its quota of characters. */
export const inlinePoliciesOf = (reader: Reader, entityId: string): Promise<InlinePolicy[]> =>
  reader.list(inlinePolicies, { prefix: [entityId] });

/** 404 */
const noSuchInlinePolicy = (type: EntityType, policyName: string): ServiceError =>
  noSuchEntity(`The ${type} policy with name ${policyName} cannot be found.`);

/**
 * @throws NoSuchEntity             404
 * @throws UnmodifiableEntity       400  a role that is AWS's
 * @throws MalformedPolicyDocument  400
 * @throws LimitExceeded            409  all inline policies together
 */
async function put<Stored>(
  kind: EntityKind<Stored>,
  context: OperationContext<Stored>,
  name: string,
  policyName: string,
  document: string,
): Promise<object> {
  await kind.toChange(context.reader, context, name);
  refuseMalformedDocument(document, 'identity');
  await context.installation.store.write(async (writer) => {
    const entity = await kind.toChange(writer, context, name);
    const others = (await inlinePoliciesOf(writer, entity.id)).filter((policy) => foldCase(policy.policyName) !== foldCase(policyName));
    const size = others.reduce((sum, policy) => sum + documentSize(policy.document), documentSize(document));
    const limit = quotaOf(context, kind.inlineQuota);
    if (size > limit) throw limitExceeded(`Maximum policy size of ${limit} bytes exceeded for ${kind.type} ${entity.name}`);
    const known = await writer.get(inlinePolicies, [entity.id, foldCase(policyName)]);
    if (known) return writer.update(inlinePolicies, { ...known, document });
    return writer.insert(inlinePolicies, {
      accountId: context.account,
      entityType: kind.type,
      entityId: entity.id,
      policyName,
      document,
    });
  });
  return {};
}

/** The text of a policy. @throws NoSuchEntity  404  the entity, or the policy */
async function get<Stored>(kind: EntityKind<Stored>, context: OperationContext<Stored>, name: string, policyName: string): Promise<string> {
  const entity = kind.toRead(context, name);
  const policy = await context.reader.get(inlinePolicies, [entity.id, foldCase(policyName)]);
  if (!policy) throw noSuchInlinePolicy(kind.type, policyName);
  return encodeDocument(policy.document);
}

/** @throws NoSuchEntity  404  the entity */
async function list<Stored>(
  kind: EntityKind<Stored>,
  context: OperationContext<Stored>,
  operation: string,
  name: string,
  input: PageRequest,
): Promise<{ PolicyNames: string[] } & PageEnd> {
  const entity = kind.toRead(context, name);
  const { items, end } = await takePage(
    context,
    { operation, filters: [entity.id] },
    input,
    (after) => walkRows(context.reader, inlinePolicies, { prefix: [entity.id] }, after),
    (policy) => [foldCase(policy.policyName)],
  );
  return { PolicyNames: items.map((policy) => policy.policyName), ...end };
}

/**
 * @throws NoSuchEntity        404  the entity, or the policy
 * @throws UnmodifiableEntity  400  a role that is AWS's
 */
async function remove<Stored>(
  kind: EntityKind<Stored>,
  context: OperationContext<Stored>,
  name: string,
  policyName: string,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const entity = await kind.toChange(writer, context, name);
    if (!(await writer.delete(inlinePolicies, [entity.id, foldCase(policyName)]))) throw noSuchInlinePolicy(kind.type, policyName);
  });
  return {};
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html */
export const putUserPolicy = (input: Valid<PutUserPolicyRequest>, context: OperationContext<User>): Promise<object> =>
  put(userKind, context, input.UserName, input.PolicyName, input.PolicyDocument);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html */
export const putGroupPolicy = (input: Valid<PutGroupPolicyRequest>, context: OperationContext<Group>): Promise<object> =>
  put(groupKind, context, input.GroupName, input.PolicyName, input.PolicyDocument);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const putRolePolicy = (input: Valid<PutRolePolicyRequest>, context: OperationContext<Role>): Promise<object> =>
  put(roleKind, context, input.RoleName, input.PolicyName, input.PolicyDocument);

/** The names are echoed as they were asked for. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html */
export async function getUserPolicy(input: Valid<GetUserPolicyRequest>, context: OperationContext<User>): Promise<GetUserPolicyResponse> {
  const PolicyDocument = await get(userKind, context, input.UserName, input.PolicyName);
  return { UserName: input.UserName, PolicyName: input.PolicyName, PolicyDocument };
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html */
export async function getGroupPolicy(
  input: Valid<GetGroupPolicyRequest>,
  context: OperationContext<Group>,
): Promise<GetGroupPolicyResponse> {
  const PolicyDocument = await get(groupKind, context, input.GroupName, input.PolicyName);
  return { GroupName: input.GroupName, PolicyName: input.PolicyName, PolicyDocument };
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export async function getRolePolicy(input: Valid<GetRolePolicyRequest>, context: OperationContext<Role>): Promise<GetRolePolicyResponse> {
  const PolicyDocument = await get(roleKind, context, input.RoleName, input.PolicyName);
  return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument };
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html */
export const listUserPolicies = (
  input: Valid<ListUserPoliciesRequest>,
  context: OperationContext<User>,
): Promise<ListUserPoliciesResponse> => list(userKind, context, 'ListUserPolicies', input.UserName, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html */
export const listGroupPolicies = (
  input: Valid<ListGroupPoliciesRequest>,
  context: OperationContext<Group>,
): Promise<ListGroupPoliciesResponse> => list(groupKind, context, 'ListGroupPolicies', input.GroupName, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export const listRolePolicies = (
  input: Valid<ListRolePoliciesRequest>,
  context: OperationContext<Role>,
): Promise<ListRolePoliciesResponse> => list(roleKind, context, 'ListRolePolicies', input.RoleName, input);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html */
export const deleteUserPolicy = (input: Valid<DeleteUserPolicyRequest>, context: OperationContext<User>): Promise<object> =>
  remove(userKind, context, input.UserName, input.PolicyName);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html */
export const deleteGroupPolicy = (input: Valid<DeleteGroupPolicyRequest>, context: OperationContext<Group>): Promise<object> =>
  remove(groupKind, context, input.GroupName, input.PolicyName);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
export const deleteRolePolicy = (input: Valid<DeleteRolePolicyRequest>, context: OperationContext<Role>): Promise<object> =>
  remove(roleKind, context, input.RoleName, input.PolicyName);
