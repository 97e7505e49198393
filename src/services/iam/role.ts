import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  RoleLastUsed as RoleLastUsedShape,
  Role as RoleShape,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { bindPrincipals, showPrincipals } from '../../authorization/principal-binding.ts';
import { iamArn } from '../../core/arn.ts';
import { uniqueId } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { attachments, inlinePolicies, instanceProfiles, type Role, roles, rolesLastUsed } from '../../store/tables/iam.ts';
import { forgetUses } from './action-use.ts';
import { boundaryAndTags, requireBoundary } from './attached-boundary.ts';
import { concurrentModification, deleteConflict, entityAlreadyExists, invalidInput, noSuchEntity, unmodifiableEntity } from './errors.ts';
import { takePage } from './page.ts';
import { hasPathPrefix, ROOT_PATH } from './path.ts';
import { documentSize, encodeDocument, refuseMalformedDocument } from './policy-document.ts';
import { quotaExceeded, quotaOf, refuseOverQuota } from './quota.ts';
import { newTags } from './tag-rules.ts';
import { keep, walkRows } from './walk.ts';

export const roleArn = (role: Pick<Role, 'accountId' | 'path' | 'roleName'>): string =>
  iamArn(role.accountId, `role${role.path}${role.roleName}`);

export const noSuchRole = (roleName: string): ServiceError => noSuchEntity(`The role with name ${roleName} cannot be found.`);

export const findRole = (reader: Reader, account: string, roleName: string): Promise<Role | undefined> =>
  reader.get(roles, [account, foldCase(roleName)]);

/**
 * The role that was authorised, as it stands in a transaction.
 * @throws NoSuchEntity            404
 * @throws ConcurrentModification  409  the name has come to mean another role since the call was authorised; none moves, so the id tells
 */
export async function authorisedRole(writer: Reader, context: OperationContext<Role>, roleName: string): Promise<Role> {
  const role = await findRole(writer, context.account, roleName);
  if (!role) throw noSuchRole(roleName);
  if (role.roleId !== context.target.stored?.roleId) throw concurrentModification();
  return role;
}

/** Seconds. */
export const DEFAULT_SESSION_DURATION = 3600;

/** Paths of roles that AWS makes and nobody else may change: IAM Identity Center's. Service-linked ones are known by their own field. */
const IDENTITY_CENTER_PATH = '/aws-reserved/sso.amazonaws.com/';
const RESERVED_PATHS = ['/aws-service-role/', '/aws-reserved/'];

/**
 * That a role belongs to the account and not to AWS. Descriptions and tags of AWS's may be changed, nothing else.
 * @throws UnmodifiableEntity  400
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
 */
export function refuseProtectedRole(role: Role): void {
  if (role.serviceLinkedFor === undefined && !role.path.startsWith(IDENTITY_CENTER_PATH)) return;
  throw unmodifiableEntity(`Cannot perform the operation on the protected role '${role.roleName}' - this role is only modifiable by AWS`);
}

/** As a role stands within other answers, and what all answers about roles begin with. `trustPolicy` is its text for reading. */
const bareShape = (role: Role, trustPolicy: string): RoleShape => ({
  Path: role.path,
  RoleName: role.roleName,
  RoleId: role.roleId,
  Arn: roleArn(role),
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodeDocument(trustPolicy),
});

export const nestedRoleShape = async (role: Role, reader: Reader): Promise<RoleShape> =>
  bareShape(role, await showPrincipals(role.trustPolicy, reader));

const withDescription = (role: Role): { Description?: string } => (role.description === undefined ? {} : { Description: role.description });

/** What is followed of a role's use: 400 days. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html */
const TRACKED = 400 * 24 * 3600 * 1000;

export async function lastUsedShape(role: Role, reader: Reader, now: number): Promise<RoleLastUsedShape> {
  const used = await reader.get(rolesLastUsed, [role.roleId]);
  return used && used.lastUsedAt >= now - TRACKED ? { LastUsedDate: new Date(used.lastUsedAt), Region: used.region } : {};
}

/**
 * That a document may become a trust policy, as far as can be told without looking up its principals.
 * @throws MalformedPolicyDocument  400
 * @throws LimitExceeded            409  ACLSizePerRole
 */
function refuseUnfitTrustPolicy(context: Scope, document: string): void {
  refuseMalformedDocument(document, 'trust');
  const limit = quotaOf(context, 'ACLSizePerRole');
  if (documentSize(document) > limit) throw quotaExceeded('ACLSizePerRole', limit);
}

/**
 * Creates a role with its trust policy. Names are unique per account regardless of case; the ARN keeps case and path.
 * The answer has the trust policy as submitted, and neither MaxSessionDuration nor RoleLastUsed.
 * @throws MalformedPolicyDocument  400  the trust policy breaks the grammar, or names a principal that does not exist
 * @throws InvalidInput             400  tags; a path that is AWS's
 * @throws EntityAlreadyExists      409
 * @throws NoSuchEntity             404  the permissions boundary
 * @throws LimitExceeded            409  RolesPerAccount, ACLSizePerRole
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export async function createRole(input: Valid<CreateRoleRequest>, context: OperationContext): Promise<CreateRoleResponse> {
  const path = input.Path ?? ROOT_PATH;
  // (unverified) code and wording
  if (RESERVED_PATHS.some((reserved) => path.startsWith(reserved))) throw invalidInput(`The path ${path} is reserved for system use.`);
  const tags = newTags(context, input.Tags, 'folds-keys');
  refuseUnfitTrustPolicy(context, input.AssumeRolePolicyDocument);
  const role = {
    accountId: context.account,
    roleName: input.RoleName,
    roleId: uniqueId('AROA', context.account, context.installation.random),
    path,
    createdAt: context.now,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    maxSessionDuration: input.MaxSessionDuration ?? DEFAULT_SESSION_DURATION,
    tags,
    ...(input.PermissionsBoundary === undefined ? {} : { permissionsBoundary: input.PermissionsBoundary }),
  };
  const created = await context.installation.store.write(async (writer) => {
    if (await findRole(writer, context.account, role.roleName))
      throw entityAlreadyExists(`Role with name ${role.roleName} already exists.`);
    const trustPolicy = await bindPrincipals(input.AssumeRolePolicyDocument, writer);
    if (role.permissionsBoundary !== undefined) await requireBoundary(writer, context, role.permissionsBoundary);
    refuseOverQuota(context, 'RolesPerAccount', await writer.count(roles, { prefix: [context.account] }));
    const row: Role = { ...role, trustPolicy };
    await writer.insert(roles, row);
    return row;
  });
  return { Role: { ...bareShape(created, input.AssumeRolePolicyDocument), ...withDescription(created), ...boundaryAndTags(created) } };
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
export async function getRole(input: Valid<GetRoleRequest>, context: OperationContext<Role>): Promise<GetRoleResponse> {
  const role = context.target.stored;
  if (!role) throw noSuchRole(input.RoleName);
  return {
    Role: {
      ...(await nestedRoleShape(role, context.reader)),
      ...withDescription(role),
      MaxSessionDuration: role.maxSessionDuration,
      ...boundaryAndTags(role),
      RoleLastUsed: await lastUsedShape(role, context.reader, context.now),
    },
  };
}

/** Without tags, boundary and last use. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export async function listRoles(input: Valid<ListRolesRequest>, context: OperationContext): Promise<ListRolesResponse> {
  const { items, end } = await takePage(
    context,
    { operation: 'ListRoles', filters: [input.PathPrefix] },
    input,
    (after) =>
      keep(walkRows(context.reader, roles, { prefix: [context.account] }, after), (role) => hasPathPrefix(role.path, input.PathPrefix)),
    (role) => [foldCase(role.roleName)],
  );
  const shapes: RoleShape[] = [];
  for (const role of items) {
    const shape = await nestedRoleShape(role, context.reader);
    shapes.push({ ...shape, ...withDescription(role), MaxSessionDuration: role.maxSessionDuration });
  }
  return { Roles: shapes, ...end };
}

/**
 * Changes a role's description and longest session; what is not given stays.
 * @throws NoSuchEntity        404
 * @throws UnmodifiableEntity  400  the duration of a service-linked role
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
 */
export async function updateRole(input: Valid<UpdateRoleRequest>, context: OperationContext<Role>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const role = await authorisedRole(writer, context, input.RoleName);
    if (input.MaxSessionDuration !== undefined && role.serviceLinkedFor !== undefined)
      throw unmodifiableEntity(`${role.roleName} is an AWS service linked role, max session duration cannot be changed.`);
    if (input.MaxSessionDuration !== undefined) refuseProtectedRole(role);
    await writer.update(roles, {
      ...withNewDescription(role, input.Description),
      maxSessionDuration: input.MaxSessionDuration ?? role.maxSessionDuration,
    });
  });
  return {};
}

/** An empty description takes the description away. */
function withNewDescription(role: Role, description: string | undefined): Role {
  if (description === undefined) return role;
  const { description: _, ...rest } = role;
  return description === '' ? rest : { ...rest, description };
}

/**
 * As UpdateRole with a description alone, but answers with the role: without MaxSessionDuration and RoleLastUsed.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html
 */
export async function updateRoleDescription(
  input: Valid<UpdateRoleDescriptionRequest>,
  context: OperationContext<Role>,
): Promise<UpdateRoleDescriptionResponse> {
  return context.installation.store.write(async (writer) => {
    const role = withNewDescription(await authorisedRole(writer, context, input.RoleName), input.Description);
    await writer.update(roles, role);
    return { Role: { ...(await nestedRoleShape(role, writer)), ...withDescription(role), ...boundaryAndTags(role) } };
  });
}

/**
 * Replaces a role's trust policy.
 * @throws NoSuchEntity             404
 * @throws UnmodifiableEntity       400  the role is AWS's
 * @throws MalformedPolicyDocument  400
 * @throws LimitExceeded            409  ACLSizePerRole
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
 */
export async function updateAssumeRolePolicy(
  input: Valid<UpdateAssumeRolePolicyRequest>,
  context: OperationContext<Role>,
): Promise<object> {
  refuseProtectedRole(await authorisedRole(context.reader, context, input.RoleName));
  refuseUnfitTrustPolicy(context, input.PolicyDocument);
  await context.installation.store.write(async (writer) => {
    const role = await authorisedRole(writer, context, input.RoleName);
    await writer.update(roles, { ...role, trustPolicy: await bindPrincipals(input.PolicyDocument, writer) });
  });
  return {};
}

/**
 * Deletes a role that holds nothing any more. Its sessions end with it. A permissions boundary does not stand in the way.
 * @throws NoSuchEntity        404
 * @throws UnmodifiableEntity  400  the role is AWS's
 * @throws DeleteConflict      409
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 */
export async function deleteRole(input: Valid<DeleteRoleRequest>, context: OperationContext<Role>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const role = await authorisedRole(writer, context, input.RoleName);
    refuseProtectedRole(role);
    const obstacle = await obstacleToDeletion(writer, role);
    if (obstacle !== undefined) throw deleteConflict(`Cannot delete entity, must ${obstacle} first.`);
    await writer.delete(rolesLastUsed, [role.roleId]);
    await forgetUses(writer, role.roleId);
    await writer.delete(roles, [role.accountId, foldCase(role.roleName)]);
  });
  return {};
}

/** What has to go first. Which is named when there are several is (unverified). */
async function obstacleToDeletion(writer: Writer, { roleId }: Role): Promise<string | undefined> {
  if ((await writer.list(instanceProfiles, { index: 'role', prefix: [roleId], limit: 1 })).length > 0)
    return 'remove roles from instance profile';
  if ((await writer.list(attachments, { prefix: [roleId], limit: 1 })).length > 0) return 'detach all policies';
  if ((await writer.list(inlinePolicies, { prefix: [roleId], limit: 1 })).length > 0) return 'delete policies';
  return undefined;
}
