import { findInstance, inInstance, instanceIdOf } from '../../authorization/identity-center.ts';
import type { ResourceType, Scope, Target } from '../../authorization/operation.ts';
import { permissionSets } from '../../store/tables/identity-center.ts';
import { accountArn, permissionSetIdOf } from './arn.ts';
import type { Known } from './condition-keys.ts';

/*
 * What the operations of IAM Identity Center act on. The ARNs are those of the input; what is not there, and what another account administers,
 * is the same to whoever calls.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycentersuccessortoawssinglesign-on.html#awsiamidentitycentersuccessortoawssinglesign-on-resources-for-iam-policies
 */

interface OfInstance {
  readonly InstanceArn: string;
}
interface OfPermissionSet extends OfInstance {
  readonly PermissionSetArn: string;
}

const ARN = 'arn:${Partition}:sso:::';

async function locateInstance(arn: string, scope: Scope): Promise<Target<Known>> {
  const instance = await findInstance(instanceIdOf(arn), scope);
  return inInstance(instance, scope, { arn, stored: instance ? { instance } : {}, ...(instance && { tags: instance.tags }) });
}

async function locatePermissionSet(arn: string, instanceArn: string, scope: Scope): Promise<Target<Known>> {
  const instance = await findInstance(instanceIdOf(instanceArn), scope);
  const id = permissionSetIdOf(arn);
  // A permission set of another instance is none of this one's.
  const isOfInstance = instance !== undefined && id !== undefined && instanceIdOf(arn) === instance.instanceId;
  const permissionSet = isOfInstance ? await scope.reader.get(permissionSets, [instance.instanceId, id]) : undefined;
  const stored = { ...(instance && { instance }), ...(permissionSet && { permissionSet }) };
  return inInstance(instance, scope, { arn, stored, ...(permissionSet && { tags: permissionSet.tags }) });
}

const INSTANCE = { name: 'Instance', arn: `${ARN}instance/\${InstanceId}` };
const PERMISSION_SET = { name: 'PermissionSet', arn: `${ARN}permissionSet/\${InstanceId}/\${PermissionSetId}` };
const ACCOUNT = { name: 'Account', arn: `${ARN}account/\${AccountId}` };

export const instance: ResourceType<OfInstance, Known> = {
  ...INSTANCE,
  locate: ({ InstanceArn }, scope) => locateInstance(InstanceArn, scope),
};

/** One that has no id yet. */
export const newInstance: ResourceType<object, Known> = {
  ...INSTANCE,
  locate: (_, scope) => ({ arn: 'arn:aws:sso:::instance/*', account: scope.account }),
};

export const permissionSet: ResourceType<OfPermissionSet, Known> = {
  ...PERMISSION_SET,
  locate: ({ InstanceArn, PermissionSetArn }, scope) => locatePermissionSet(PermissionSetArn, InstanceArn, scope),
};

/** One that has no id yet. */
export const newPermissionSet: ResourceType<OfInstance, Known> = {
  ...PERMISSION_SET,
  locate: async ({ InstanceArn }, scope) => {
    const found = await findInstance(instanceIdOf(InstanceArn), scope);
    const arn = `arn:aws:sso:::permissionSet/${instanceIdOf(InstanceArn) ?? '*'}/*`;
    return inInstance(found, scope, { arn, stored: found ? { instance: found } : {} });
  },
};

const accountNamedBy = <Input extends OfInstance>(accountIdOf: (input: Input) => string): ResourceType<Input, Known> => ({
  ...ACCOUNT,
  locate: async (input, scope) => {
    const found = await findInstance(instanceIdOf(input.InstanceArn), scope);
    return inInstance(found, scope, { arn: accountArn(accountIdOf(input)), stored: found ? { instance: found } : {} });
  },
});

export const targetAccount = accountNamedBy<OfInstance & { readonly TargetId: string }>(({ TargetId }) => TargetId);
export const account = accountNamedBy<OfInstance & { readonly AccountId: string }>(({ AccountId }) => AccountId);
/** The account that is provisioned, or all of them. */
export const provisionedAccount = accountNamedBy<OfInstance & { readonly TargetId?: string | undefined }>(
  ({ TargetId }) => TargetId ?? '*',
);

/** An instance or permission set, by its ARN alone. */
export const taggable: ResourceType<{ readonly ResourceArn: string }, Known> = {
  name: '*',
  arn: '*',
  locate: ({ ResourceArn }, scope) =>
    ResourceArn.includes(':permissionSet/')
      ? locatePermissionSet(ResourceArn, `arn:aws:sso:::instance/${instanceIdOf(ResourceArn)}`, scope)
      : locateInstance(ResourceArn, scope),
};
