import type {
  AccountAssignmentOperationStatus,
  AccountAssignmentOperationStatusMetadata,
  PermissionSetProvisioningStatus,
  StatusValues,
} from '@aws-sdk/client-sso-admin';
import { uuid } from '../../core/id.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { type IdentityCenterOperation, identityCenterOperations } from '../../store/tables/identity-center.ts';
import { permissionSetArn } from './arn.ts';
import { notFound } from './errors.ts';
import { type Page, type PageRequest, takePageOfRows } from './page.ts';
import type { Context } from './standing.ts';

/*
 * Assigning and provisioning go on in the background on AWS. Here they are done when they are asked for; what is told of them takes its time
 * all the same, read off the clock (docs/decisions/0007), so that clients which wait are tried out.
 */

/** Seconds until one is told as done. */
const TAKES = 3;
/** How long it can be asked for. @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentCreationStatus.html (unverified) */
const KEPT = 90 * 24 * 3600_000;
const SWEPT = 20;

export async function recordOperation(
  writer: Writer,
  { now, installation }: Context,
  done: Omit<IdentityCenterOperation, 'requestId' | 'requestedAt' | 'completesAt'>,
): Promise<IdentityCenterOperation> {
  const completesAt = now + TAKES * 1000 * installation.pace;
  const operation = { ...done, requestId: uuid(installation.random), requestedAt: now, completesAt };
  for (const old of await writer.list(identityCenterOperations, { index: 'age', prefix: [done.instanceId], limit: SWEPT })) {
    if (old.requestedAt > now - KEPT) break;
    await writer.delete(identityCenterOperations, [old.instanceId, old.requestId]);
  }
  await writer.insert(identityCenterOperations, operation);
  return operation;
}

const statusOf = ({ completesAt, failure }: IdentityCenterOperation, now: number): StatusValues =>
  now < completesAt ? 'IN_PROGRESS' : failure === undefined ? 'SUCCEEDED' : 'FAILED';

const failureOf = ({ completesAt, failure }: IdentityCenterOperation, now: number): { FailureReason?: string } =>
  failure !== undefined && now >= completesAt ? { FailureReason: failure } : {};

/** As the call that asked for it is answered: always in progress. */
export const begun = { Status: 'IN_PROGRESS' as const };

export const assignmentStatus = (operation: IdentityCenterOperation, now: number): AccountAssignmentOperationStatus => ({
  Status: statusOf(operation, now),
  RequestId: operation.requestId,
  ...failureOf(operation, now),
  ...(operation.accountId === undefined ? {} : { TargetId: operation.accountId, TargetType: 'AWS_ACCOUNT' as const }),
  PermissionSetArn: permissionSetArn(operation),
  ...(operation.principal ? { PrincipalType: operation.principal.type, PrincipalId: operation.principal.id } : {}),
  CreatedDate: new Date(operation.requestedAt),
});

export const provisioningStatus = (operation: IdentityCenterOperation, now: number): PermissionSetProvisioningStatus => ({
  Status: statusOf(operation, now),
  RequestId: operation.requestId,
  ...(operation.accountId === undefined ? {} : { AccountId: operation.accountId }),
  PermissionSetArn: permissionSetArn(operation),
  ...failureOf(operation, now),
  CreatedDate: new Date(operation.requestedAt),
});

export const statusMetadata = (operation: IdentityCenterOperation, now: number): AccountAssignmentOperationStatusMetadata => ({
  Status: statusOf(operation, now),
  RequestId: operation.requestId,
  CreatedDate: new Date(operation.requestedAt),
});

/** @throws ResourceNotFound  400 */
export async function needOperation(
  reader: Reader,
  instanceId: string,
  requestId: string,
  kind: IdentityCenterOperation['kind'],
): Promise<IdentityCenterOperation> {
  const operation = await reader.get(identityCenterOperations, [instanceId, requestId]);
  if (operation?.kind !== kind) throw notFound('Request', requestId);
  return operation;
}

/** A page of those of a kind, oldest first; of one status when asked. */
export const pageOfOperations = (
  context: Context,
  name: string,
  instanceId: string,
  kind: IdentityCenterOperation['kind'],
  input: PageRequest & { readonly Filter?: { readonly Status?: string | undefined } | undefined },
): Promise<Page<IdentityCenterOperation>> => {
  const wanted = input.Filter?.Status;
  const listing = { index: 'requested', prefix: [instanceId, kind] };
  return takePageOfRows(
    context,
    [name, instanceId, wanted],
    input,
    identityCenterOperations,
    listing,
    (each) => wanted === undefined || statusOf(each, context.now) === wanted,
  );
};
