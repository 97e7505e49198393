import type { Scope } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import { insertServiceLinkedRole } from '../../store/service-linked-role.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { roles } from '../../store/tables/iam.ts';

/** @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services-using_slrs.html */
export const SERVICE = 'organizations.amazonaws.com';
export const ROLE_NAME = 'AWSServiceRoleForOrganizations';

/** Whether an account has the role through which Organizations makes other services' roles in it. */
export const hasServiceLinkedRole = async (reader: Reader, account: string): Promise<boolean> =>
  (await reader.get(roles, [account, foldCase(ROLE_NAME)])) !== undefined;

/** Makes that role, if the account does not have it. */
export async function makeServiceLinkedRole(
  writer: Writer,
  accountId: string,
  { now, installation }: Pick<Scope, 'now' | 'installation'>,
): Promise<void> {
  const wanted = {
    accountId,
    service: SERVICE,
    roleName: ROLE_NAME,
    policyName: 'AWSOrganizationsServiceTrustPolicy',
    description: 'Service-linked role used by AWS Organizations to enable integration of other AWS services with Organizations.',
    createdAt: now,
  };
  await insertServiceLinkedRole(writer, wanted, installation.random);
}
