import { type Random, uniqueId } from '../core/id.ts';
import { foldCase } from '../core/name.ts';
import type { Writer } from './store.ts';
import { attachments, type Role, roles } from './tables/iam.ts';

export interface NewServiceLinkedRole {
  readonly accountId: string;
  /** `organizations.amazonaws.com` */
  readonly service: string;
  readonly roleName: string;
  /** Name of AWS's managed policy on the path `/aws-service-role/`. */
  readonly policyName: string;
  readonly description?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * Makes the role that a service has for itself, with its policy attached: the service fixes its trust and its permissions. Counted among the
 * account's roles, but never refused for their number. Undefined when the account has a role of that name.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
 */
export async function insertServiceLinkedRole(writer: Writer, wanted: NewServiceLinkedRole, random: Random): Promise<Role | undefined> {
  const { accountId, service, roleName, description } = wanted;
  if (await writer.get(roles, [accountId, foldCase(roleName)])) return undefined;
  const role: Role = {
    accountId,
    roleName,
    roleId: uniqueId('AROA', accountId, random),
    path: `/aws-service-role/${service}/`,
    createdAt: wanted.createdAt,
    trustPolicy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"${service}"},"Action":"sts:AssumeRole"}]}`,
    ...(description === undefined ? {} : { description }),
    maxSessionDuration: 3600,
    tags: [],
    serviceLinkedFor: service,
  };
  await writer.insert(roles, role);
  await writer.insert(attachments, {
    accountId,
    entityType: 'role',
    entityId: role.roleId,
    policyArn: `arn:aws:iam::aws:policy/aws-service-role/${wanted.policyName}`,
  });
  return role;
}
