import type { Scope } from '../../authorization/operation.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';

/** @see https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html */
const STANDARD_QUOTAS = {
  PermissionSetsPerInstance: 3500,
  PermissionSetsPerAccount: 250,
  /** AWS's and customers' together. */
  ManagedPoliciesPerPermissionSet: 20,
  TagsPerIdentityCenterResource: 50,
} as const;

/** What a quota is for an instance: the operator may have raised it. The names are ours. */
export const quotaOf = (
  { installation }: Pick<Scope, 'installation'>,
  { ownerAccountId }: Pick<IdentityCenterInstance, 'ownerAccountId'>,
  name: keyof typeof STANDARD_QUOTAS,
): number => installation.quota(ownerAccountId, name, STANDARD_QUOTAS[name]);
