import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn, parseArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import { type Role, roles } from '../../store/tables/iam.ts';
import { invalid } from './errors.ts';

export const SAGEMAKER = 'sagemaker.amazonaws.com';

/** The role with exactly this ARN, path and case included; undefined for any other account's. */
export async function findRole(roleArn: string, { account, reader }: Pick<Scope, 'account' | 'reader'>): Promise<Role | undefined> {
  const arn = parseArn(roleArn);
  if (arn?.account !== account || !arn.resource.startsWith('role/')) return undefined;
  const role = await reader.get(roles, [account, foldCase(arn.resource.slice(arn.resource.lastIndexOf('/') + 1))]);
  return role && iamArn(account, `role${role.path}${role.roleName}`) === roleArn ? role : undefined;
}

/** @throws ValidationException  a role of another account: what a caller may pass on is its own account's */
export function refuseForeignRole(roleArn: string, { account }: Pick<Scope, 'account'>): void {
  if (parseArn(roleArn)?.account !== account) throw invalid('RoleArn: Cross-account pass role is not allowed.');
}

/**
 * Makes sure that SageMaker can take up a role for the resource that a call is about: the role's trust policy is evaluated for the service
 * principal, with the resource as `aws:SourceArn`. That the *caller* may pass the role is a dependent action of the row, decided before.
 * @throws ValidationException  a role of another account, one that is not there, or one that does not trust SageMaker
 */
export async function requireAssumable(roleArn: string, context: OperationContext): Promise<void> {
  const { account, region, now, reader, installation, target } = context;
  refuseForeignRole(roleArn, context);
  const role = await findRole(roleArn, context);
  const onBehalfOf = { sourceArn: target.arn, sourceAccount: account };
  if (role && (await installation.serviceMayAssume(reader, role, SAGEMAKER, onBehalfOf, { now, region }))) return;
  throw invalid(
    `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal '${SAGEMAKER}' to assume the role.`,
  );
}
