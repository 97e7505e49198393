import type { OperationContext } from '../../authorization/operation.ts';
import type { Reader } from '../../store/store.ts';
import {
  type IdentityCenterInstance,
  identityCenterInstances,
  type PermissionSet,
  permissionSets,
  provisionedRoles,
} from '../../store/tables/identity-center.ts';
import type { Known } from './condition-keys.ts';
import { denied, instanceNotFound, notFound, notSupported } from './errors.ts';

export type Context = OperationContext<Known>;

/**
 * The instance that was authorised, as it stands in a transaction.
 * @throws ResourceNotFound  400
 */
export async function authorisedInstance(reader: Reader, { target }: Context, arn: string): Promise<IdentityCenterInstance> {
  const id = target.stored?.instance?.instanceId;
  const instance = id === undefined ? undefined : await reader.get(identityCenterInstances, [id]);
  if (!instance) throw instanceNotFound(arn);
  return instance;
}

/** The same, of an organization: only such an instance assigns accounts. @throws Validation  400 */
export async function organizationInstance(reader: Reader, context: Context, arn: string): Promise<IdentityCenterInstance> {
  const instance = await authorisedInstance(reader, context, arn);
  if (instance.organizationId === undefined) throw notSupported();
  return instance;
}

/** The permission set that was authorised, with its instance. @throws ResourceNotFound  400 */
export async function authorisedPermissionSet(
  reader: Reader,
  context: Context,
  input: { readonly InstanceArn: string; readonly PermissionSetArn: string },
): Promise<{ readonly instance: IdentityCenterInstance; readonly permissionSet: PermissionSet }> {
  const instance = await organizationInstance(reader, context, input.InstanceArn);
  const id = context.target.stored?.permissionSet?.permissionSetId;
  const permissionSet = id === undefined ? undefined : await reader.get(permissionSets, [instance.instanceId, id]);
  if (!permissionSet) throw notFound('PermissionSet', input.PermissionSetArn);
  return { instance, permissionSet };
}

/**
 * That the management account's own access is changed by the management account alone.
 * @throws AccessDenied  400  (unverified) sentence
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
 */
export function refuseDelegate({ account }: Context, { ownerAccountId }: IdentityCenterInstance, targetAccount: string): void {
  if (account !== ownerAccountId && targetAccount === ownerAccountId)
    throw denied('A delegated administrator cannot change access to the management account.');
}

/**
 * The same of a permission set that the management account has: changing it would change that account's access.
 * @throws AccessDenied  400  (unverified) sentence
 */
export async function refuseDelegateOver(
  reader: Reader,
  context: Context,
  instance: IdentityCenterInstance,
  { permissionSetId }: PermissionSet,
): Promise<void> {
  if (context.account === instance.ownerAccountId) return;
  if (await reader.get(provisionedRoles, [instance.instanceId, instance.ownerAccountId, permissionSetId]))
    refuseDelegate(context, instance, instance.ownerAccountId);
}
