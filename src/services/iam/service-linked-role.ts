import type {
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse,
  DeleteServiceLinkedRoleRequest,
  DeleteServiceLinkedRoleResponse,
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse,
} from '@aws-sdk/client-iam';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { uuid } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import { insertServiceLinkedRole } from '../../store/service-linked-role.ts';
import type { Reader, Writer } from '../../store/store.ts';
import {
  attachments,
  type Role,
  roles,
  rolesLastUsed,
  type ServiceLinkedRoleDeletion,
  serviceLinkedRoleDeletions,
} from '../../store/tables/iam.ts';
import { isGone, sageMakerResources } from '../../store/tables/sagemaker.ts';
import { forgetUses } from './action-use.ts';
import { attachmentsOf } from './attachment.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { linkedRoleName, linkedServiceOf } from './linked-service.ts';
import { encodeDocument } from './policy-document.ts';
import { authorisedRole, roleArn } from './role.ts';

/*
 * Roles that a service makes for itself: the service fixes their trust and their permissions.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
 */

/** CreateServiceLinkedRole shows the same trust with lists. */
const trustInAsLists = (service: string): string =>
  `{"Version":"2012-10-17","Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":["${service}"]}}]}`;

/**
 * Creates the role that a service needs, with its policy attached.
 * @throws InvalidInput  400  no such service (unverified); a suffix where there can be none; the name is taken
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
 */
export async function createServiceLinkedRole(
  input: Valid<CreateServiceLinkedRoleRequest>,
  context: OperationContext,
): Promise<CreateServiceLinkedRoleResponse> {
  const { AWSServiceName: principal, CustomSuffix: suffix } = input;
  const service = linkedServiceOf(principal);
  if (!service) throw invalidInput(`Service name ${principal} does not support service-linked roles.`);
  if (suffix !== undefined && !service.suffix) throw invalidInput(`Custom suffix is not allowed for ${principal}`);
  const description = input.Description ?? service.description;
  const roleName = linkedRoleName(service, suffix);
  const wanted = {
    accountId: context.account,
    service: principal,
    roleName,
    policyName: service.policy,
    description,
    createdAt: context.now,
  };
  const role = await context.installation.store.write((writer) => insertServiceLinkedRole(writer, wanted, context.installation.random));
  if (!role) throw invalidInput(`Service role name ${roleName} has been taken in this account, please try a different suffix.`);
  return {
    Role: {
      Path: role.path,
      RoleName: role.roleName,
      RoleId: role.roleId,
      Arn: roleArn(role),
      CreateDate: new Date(role.createdAt),
      AssumeRolePolicyDocument: encodeDocument(trustInAsLists(principal)),
      ...(description === undefined ? {} : { Description: description }),
    },
  };
}

/** How long the outcome of a deletion can be asked for. AWS does not say (unverified). */
const OUTCOME_KEPT = 30 * 24 * 3600 * 1000;
const SWEPT = 20;

/**
 * Deletes a role that its service no longer uses. On AWS that goes on in the background; here it is done when the call answers, so that a
 * task is never found pending, and a second call finds no role.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  the role is not service-linked (unverified)
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
 */
export async function deleteServiceLinkedRole(
  input: Valid<DeleteServiceLinkedRoleRequest>,
  context: OperationContext<Role>,
): Promise<DeleteServiceLinkedRoleResponse> {
  const id = uuid(context.installation.random);
  return context.installation.store.write(async (writer) => {
    const role = await authorisedRole(writer, context, input.RoleName);
    if (role.serviceLinkedFor === undefined) throw invalidInput(`Role ${role.roleName} is not a service-linked role.`);
    const usage = await usageOf(writer, context, role.serviceLinkedFor);
    const deletion: ServiceLinkedRoleDeletion = {
      accountId: context.account,
      taskId: `task${role.path}${role.roleName}/${id}`,
      createdAt: context.now,
      ...(usage.length === 0 ? {} : { failure: { reason: 'The role is in use by resources of its service.', usage } }),
    };
    if (usage.length === 0) await deleteRole(writer, role);
    await sweep(writer, context);
    await writer.insert(serviceLinkedRoleDeletions, deletion);
    return { DeletionTaskId: deletion.taskId };
  });
}

async function deleteRole(writer: Writer, role: Role): Promise<void> {
  for (const { entityId, policyArn } of await attachmentsOf(writer, role.roleId)) await writer.delete(attachments, [entityId, policyArn]);
  await writer.delete(rolesLastUsed, [role.roleId]);
  await forgetUses(writer, role.roleId);
  await writer.delete(roles, [role.accountId, foldCase(role.roleName)]);
}

async function sweep(writer: Writer, { account, now }: Scope): Promise<void> {
  for (const old of await writer.list(serviceLinkedRoleDeletions, { index: 'created', prefix: [account], limit: SWEPT })) {
    if (old.createdAt > now - OUTCOME_KEPT) return;
    await writer.delete(serviceLinkedRoleDeletions, [old.accountId, old.taskId]);
  }
}

/** What a service still needs its role for: for SageMaker, domains. Of other services nothing is known here, so nothing of them is in use. */
async function usageOf(
  reader: Reader,
  { account, installation, now }: Scope,
  service: string,
): Promise<{ region: string; resources: string[] }[]> {
  if (service !== 'sagemaker.amazonaws.com') return [];
  const usage = [];
  for (const region of installation.regions) {
    const domains = await reader.list(sageMakerResources, { prefix: [account, region, 'domain'] });
    const resources = domains.filter((domain) => !isGone(domain, now)).map((domain) => domain.arn);
    if (resources.length > 0) usage.push({ region, resources });
  }
  return usage;
}

/** `task/aws-service-role/{service}/{role}/{uuid}` */
const TASK_ID = /^task(\/aws-service-role\/[a-z0-9.-]+\/)([\w+=,.@-]{1,64})\/[0-9a-f-]{36}$/;

/** The role's path and name in a task's id. @throws InvalidInput  400 */
export function readDeletionTaskId(taskId: string): { path: string; roleName: string } {
  const [, path, roleName] = TASK_ID.exec(taskId) ?? [];
  if (path === undefined || roleName === undefined) throw invalidInput('Invalid task id');
  return { path, roleName };
}

/**
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  not the id of a task
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
 */
export async function getServiceLinkedRoleDeletionStatus(
  input: Valid<GetServiceLinkedRoleDeletionStatusRequest>,
  context: OperationContext,
): Promise<GetServiceLinkedRoleDeletionStatusResponse> {
  const deletion = await context.reader.get(serviceLinkedRoleDeletions, [context.account, input.DeletionTaskId]);
  if (!deletion) throw noSuchEntity('Cannot find deletion status for given id.');
  const { failure } = deletion;
  if (!failure) return { Status: 'SUCCEEDED' };
  const usage = failure.usage.map(({ region, resources }) => ({ Region: region, Resources: [...resources] }));
  return { Status: 'FAILED', Reason: { Reason: failure.reason, RoleUsageList: usage } };
}
