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

/** What of each type must be added to what is held. */
export const moreThan = (held: Instances, wanted: Instances): Instances =>
  new Map([...wanted].map(([type, count]) => [type, count - (held.get(type) ?? 0)]));

/** Some instances on which something can run. */
export interface InstanceChoice {
  readonly type: string;
  readonly count: number;
}

/** What a request says of the instances of a job: one type, or several in the order in which they are preferred, or both. */
export interface InstanceWish {
  readonly InstanceType?: string | undefined;
  readonly InstanceCount?: number | undefined;
  readonly InstancePreferences?: readonly { readonly InstanceType: string; readonly InstanceCount?: number | undefined }[] | undefined;
  readonly SelectedInstanceType?: string | undefined;
}

/** The first preferred first. Whole instances, one at least: the model lets in any number. */
export function choicesOf({ InstanceType, InstanceCount, InstancePreferences = [] }: InstanceWish): readonly InstanceChoice[] {
  const usual = InstanceCount ?? 1;
  const all = [
    { type: InstanceType, count: usual },
    ...InstancePreferences.map((each) => ({ type: each.InstanceType, count: each.InstanceCount ?? usual })),
  ];
  return all.flatMap(({ type, count }) => (type === undefined ? [] : [{ type, count: Math.max(1, Math.ceil(count)) }]));
}

/** Those of them on which it runs: the selected ones, else the first. */
export function chosenOf(wish: InstanceWish): InstanceChoice | undefined {
  const choices = choicesOf(wish);
  return choices.find(({ type }) => type === wish.SelectedInstanceType) ?? choices[0];
}

/**
 * Selects, of the instances that are preferred, the first for which there is room (unverified). Without preferences nothing is selected, and nothing asked
 * for. What a request says was selected does not count.
 * @param require what there must be room for, by type
 * @throws ResourceLimitExceeded  for the first, where there is room for none
 */
export async function selectInstances<Wish extends InstanceWish>(
  wish: Wish,
  require: (wanted: Instances) => Promise<void>,
): Promise<Wish & { readonly SelectedInstanceType?: string | undefined; readonly SelectedInstanceCount?: number | undefined }> {
  const unselected = { ...wish, SelectedInstanceType: undefined, SelectedInstanceCount: undefined };
  if (!wish.InstancePreferences?.length) return unselected;
  let problem: unknown;
  for (const { type, count } of choicesOf(wish)) {
    try {
      await require(countInstances([{ type, count }]));
      return { ...wish, SelectedInstanceType: type, SelectedInstanceCount: count };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  return unselected;
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
