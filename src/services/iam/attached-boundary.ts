import type { AttachedPermissionsBoundary } from '@aws-sdk/client-iam';
import type { Scope } from '../../authorization/operation.ts';
import type { Tag } from '../../core/tag.ts';
import type { Reader } from '../../store/store.ts';
import { noSuchEntity } from './errors.ts';
import { findPolicy } from './managed-policy.ts';
import { isServiceRolePolicy, readPolicyArn } from './policy-arn.ts';

/**
 * That a managed policy may become a permissions boundary: it exists, is AWS's or of this account, and none of a service-linked role's.
 * @throws ValidationError, InvalidInput  400  not the ARN of a policy
 * @throws NoSuchEntity                   404
 */
export async function requireBoundary(reader: Reader, scope: Pick<Scope, 'account' | 'installation'>, arn: string): Promise<void> {
  const isKept = isServiceRolePolicy(readPolicyArn(arn));
  if (isKept || !(await findPolicy(reader, scope, arn))) throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
}

const boundaryShape = (arn: string): AttachedPermissionsBoundary => ({
  PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
  PermissionsBoundaryArn: arn,
});

/** What the answers about one user or role say beyond those of listings: its boundary and tags, when there are any. */
export function boundaryAndTags(entity: { readonly permissionsBoundary?: string; readonly tags: readonly Tag[] }): {
  PermissionsBoundary?: AttachedPermissionsBoundary;
  Tags?: Tag[];
} {
  return {
    ...(entity.permissionsBoundary === undefined ? {} : { PermissionsBoundary: boundaryShape(entity.permissionsBoundary) }),
    ...(entity.tags.length === 0 ? {} : { Tags: [...entity.tags] }),
  };
}
