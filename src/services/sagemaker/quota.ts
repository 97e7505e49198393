import type { Scope } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import { phaseAt, type SageMakerResource } from '../../store/tables/sagemaker.ts';
import { liveIn } from './family.ts';

/** Something of which an account may have so many in a region. */
export interface Quota {
  /** As AWS's sentence quotes it: `Total domains`, `ml.m5.large for endpoint usage`. Also its name in this installation's settings. */
  readonly name: string;
  /** `Domains`, `Instances`. */
  readonly unit: string;
  /** What an account may have unless raised. `Infinity` where AWS's own figure depends on the account: then nothing is counted. */
  readonly standard: number;
  /** The families to count in. */
  readonly types: readonly string[];
  /** What one resource takes of it, in the status it is in now. */
  readonly takes: (resource: SageMakerResource, status: string | undefined) => number;
}

/**
 * Time O(resources of the families) when the quota is finite, else O(1).
 * @throws ResourceLimitExceeded
 */
export async function requireQuota(quota: Quota, delta: number, scope: Scope): Promise<void> {
  if (delta <= 0) return;
  const limit = scope.installation.quota(scope.account, quota.name, quota.standard);
  if (!Number.isFinite(limit)) return;
  let used = 0;
  for (const type of quota.types) {
    for await (const resource of liveIn(scope, 'name', [scope.account, scope.region, type])) {
      used += quota.takes(resource, phaseAt(resource, scope.now)?.status);
    }
  }
  if (used + delta <= limit) return;
  const { name, unit } = quota;
  throw new ServiceError(
    'ResourceLimitExceeded',
    `The account-level service limit '${name}' is ${limit} ${unit}, with current utilization of ${used} ${unit} and a request delta of ${delta} ${unit}. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.`,
  );
}

/** Instances that a resource wants, by type. */
export type Instances = ReadonlyMap<string, number>;

export function countInstances(wanted: readonly { readonly type?: string | undefined; readonly count?: number | undefined }[]): Instances {
  const byType = new Map<string, number>();
  for (const { type, count = 1 } of wanted) if (type !== undefined) byType.set(type, (byType.get(type) ?? 0) + count);
  return byType;
}

/**
 * The quota of each instance type that a resource wants: `{type} for {usage} usage`.
 * AWS's own figures differ by account, type and age of the account, so none is enforced here until the installation sets one.
 */
export async function requireInstances(
  usage: string,
  type: string,
  wanted: Instances,
  held: (resource: SageMakerResource, status: string | undefined) => Instances,
  scope: Scope,
): Promise<void> {
  for (const [instanceType, count] of wanted) {
    const takes = (resource: SageMakerResource, status: string | undefined) => held(resource, status).get(instanceType) ?? 0;
    const quota: Quota = { name: `${instanceType} for ${usage} usage`, unit: 'Instances', standard: Infinity, types: [type], takes };
    await requireQuota(quota, count, scope);
  }
}
