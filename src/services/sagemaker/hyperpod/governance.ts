import type { UserContext } from '@aws-sdk/client-sagemaker';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import type { Writing } from '../create.ts';
import { conflict, invalid, resourceNotFound } from '../errors.ts';
import { findByArn, liveIn } from '../family.ts';
import type { Course } from '../lifecycle.ts';
import { type Cluster, type ClusterSettings, cluster } from './cluster.ts';

/*
 * What scheduler configurations and compute quotas share: they are of a cluster for Kubernetes, and every change makes a version.
 */

/** What is kept of such a thing: all its versions, the first first. */
export interface Versioned<Version> {
  readonly ClusterArn: string;
  readonly versions: readonly Version[];
  readonly CreatedBy: UserContext;
  readonly LastModifiedBy: UserContext;
}

/** Versions that are kept; older ones cannot be described any more (unverified). */
const KEPT = 100;

export const CREATING: Course = [{ status: 'Creating', seconds: 60 }, { status: 'Created' }];
export const UPDATING: Course = [{ status: 'Updating', seconds: 60 }, { status: 'Updated' }];
export const DELETING: Course = [{ status: 'Deleting', seconds: 60 }, { status: GONE }];

/** The cluster that one is made for. @throws ResourceNotFound no such cluster; ValidationException (unverified sentence) another kind of cluster */
export async function needKubernetes(arn: string, call: Writing): Promise<Cluster> {
  const found = await findByArn<ClusterSettings>(cluster, arn, call);
  if (!found) throw cluster.missing({ arn, name: arn }, 'describe');
  if (!found.settings.Orchestrator?.Eks) throw invalid(`Cluster '${arn}' is not orchestrated by Amazon EKS.`);
  return found;
}

/** Those of a cluster. */
export async function ofCluster(type: string, { id }: Cluster, call: Writing): Promise<SageMakerResource[]> {
  const found: SageMakerResource[] = [];
  for await (const each of liveIn(call, 'child_created', [call.account, call.region, type, id])) found.push(each);
  return found;
}

/** The next version. @throws ConflictException (unverified sentences) a change is under way; the caller has seen another version */
export function nextVersion<Version extends { readonly number: number }>(
  resource: SageMakerResource<Versioned<Version>>,
  seen: number,
  changes: object,
  { now }: Writing,
): Version[] {
  const status = phaseAt(resource, now)?.status ?? '';
  if (!['Created', 'Updated', 'UpdateFailed'].includes(status)) throw conflict(`${resource.arn} is in status ${status}.`);
  const { versions } = resource.settings;
  const current = versions.at(-1);
  if (!current || current.number !== seen)
    throw conflict(`TargetVersion ${seen} is not the current version ${current?.number} of ${resource.arn}.`);
  const sent = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return [...versions, { ...current, ...sent, number: current.number + 1 }].slice(-KEPT);
}

/** A version by its number, the current one when none is said. @throws ResourceNotFound (unverified sentence) */
export function versionOf<Version extends { readonly number: number }>(
  { arn, settings }: SageMakerResource<Versioned<Version>>,
  number: number | undefined,
): Version {
  const found = number === undefined ? settings.versions.at(-1) : settings.versions.find((version) => version.number === number);
  if (!found) throw resourceNotFound(`Version ${number} of ${arn} does not exist.`);
  return found;
}
