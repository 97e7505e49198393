import type {
  DeleteRolePermissionsBoundaryRequest,
  DeleteUserPermissionsBoundaryRequest,
  PutRolePermissionsBoundaryRequest,
  PutUserPermissionsBoundaryRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { type Role, roles, type User, users } from '../../store/tables/iam.ts';
import { requireBoundary } from './attached-boundary.ts';
import { noSuchEntity, policyNotAttachable } from './errors.ts';
import { isServiceRolePolicy, readPolicyArn } from './policy-arn.ts';
import { authorisedRole, refuseProtectedRole } from './role.ts';
import { authorisedUser } from './user.ts';

/*
 * The managed policy that limits what a user or role can be granted. Groups have none.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */

/** 404; (unverified) wording */
const noBoundary = (type: 'user' | 'role', name: string): ServiceError =>
  noSuchEntity(`The ${type} with name ${name} does not have a permissions boundary.`);

/**
 * Replaces whatever boundary there was.
 * @throws NoSuchEntity         404  the user, or the policy
 * @throws PolicyNotAttachable  400  a service-linked role's policy; before anything else, and in these words (unverified)
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
 */
export async function putUserPermissionsBoundary(
  input: Valid<PutUserPermissionsBoundaryRequest>,
  context: OperationContext<User>,
): Promise<object> {
  if (isServiceRolePolicy(readPolicyArn(input.PermissionsBoundary))) throw policyNotAttachable();
  await context.installation.store.write(async (writer) => {
    const user = await authorisedUser(writer, context, input.UserName);
    await requireBoundary(writer, context, input.PermissionsBoundary);
    await writer.update(users, { ...user, permissionsBoundary: input.PermissionsBoundary });
  });
  return {};
}

/**
 * Replaces whatever boundary there was.
 * @throws NoSuchEntity         404  the role, or the policy
 * @throws UnmodifiableEntity   400  the role is AWS's
 * @throws PolicyNotAttachable  400  as for users
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
 */
export async function putRolePermissionsBoundary(
  input: Valid<PutRolePermissionsBoundaryRequest>,
  context: OperationContext<Role>,
): Promise<object> {
  if (isServiceRolePolicy(readPolicyArn(input.PermissionsBoundary))) throw policyNotAttachable();
  await context.installation.store.write(async (writer) => {
    const role = await authorisedRole(writer, context, input.RoleName);
    refuseProtectedRole(role);
    await requireBoundary(writer, context, input.PermissionsBoundary);
    await writer.update(roles, { ...role, permissionsBoundary: input.PermissionsBoundary });
  });
  return {};
}

/**
 * @throws NoSuchEntity  404  the user, or its boundary
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
 */
export async function deleteUserPermissionsBoundary(
  input: Valid<DeleteUserPermissionsBoundaryRequest>,
  context: OperationContext<User>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { permissionsBoundary, ...user } = await authorisedUser(writer, context, input.UserName);
    if (permissionsBoundary === undefined) throw noBoundary('user', input.UserName);
    await writer.update(users, user);
  });
  return {};
}

/**
 * @throws NoSuchEntity        404  the role, or its boundary
 * @throws UnmodifiableEntity  400  the role is AWS's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
 */
export async function deleteRolePermissionsBoundary(
  input: Valid<DeleteRolePermissionsBoundaryRequest>,
  context: OperationContext<Role>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const stored = await authorisedRole(writer, context, input.RoleName);
    refuseProtectedRole(stored);
    const { permissionsBoundary, ...role } = stored;
    if (permissionsBoundary === undefined) throw noBoundary('role', input.RoleName);
    await writer.update(roles, role);
  });
  return {};
}
