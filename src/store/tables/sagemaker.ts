import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import { sortableTime, table } from '../table.ts';

/** The status of a resource that is no longer there, or not there yet. Never on the wire. */
export const GONE = '(gone)';

/** What a resource is from an instant on. */
export interface Phase {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly status: string;
  /** A job's secondary status. */
  readonly detail?: string;
  /** Why a `Failed` status. */
  readonly reason?: string;
}

/**
 * A resource of any SageMaker family. All families share one table: what differs between them is what they *say*, not how they are found.
 *
 * Its state is not stored. Stored is the course that its last change set it on, phase by phase with the time of each; the state is then
 * read off the clock (`phaseAt`). So no timer has to run, every node sees the same state, and a clock that tests move moves the states too.
 */
export interface SageMakerResource<Settings extends object = object> {
  readonly accountId: string;
  readonly region: string;
  /** Resource type of the Service Authorization Reference: `notebook-instance`. */
  readonly type: string;
  /** What is unique within account, region and type: the ARN's part after the type, folded where names are unique regardless of case. */
  readonly id: string;
  /** As typed at creation; generated for domains. */
  readonly name: string;
  readonly arn: string;
  /** Id of what it is listed under: the domain of user profiles, spaces and apps. Empty where there is none. */
  readonly parent: string;
  /** Type and id of what it belongs to and must go before: an app's profile or space, a private space's profile. Empty where there is none. */
  readonly owner: string;
  readonly createdAt: number;
  /** When a call last changed it. */
  readonly changedAt: number;
  /** What its creation asked for, as later calls left it, and what was generated with it. JSON values only. */
  readonly settings: Settings;
  /** Oldest first; empty for families without states. */
  readonly phases: readonly Phase[];
  readonly tags: readonly Tag[];
}

/** The phase that a resource is in; undefined for families without states. */
export const phaseAt = (resource: Pick<SageMakerResource, 'phases'>, now: number): Phase | undefined =>
  resource.phases.findLast((phase) => phase.from <= now) ?? resource.phases[0];

/** Whether a deletion has come to its end. The row may still be stored. */
export const isGone = (resource: Pick<SageMakerResource, 'phases'>, now: number): boolean => phaseAt(resource, now)?.status === GONE;

/** `LastModifiedTime`: the last change by a call or by the course of time. */
export const modifiedAt = (resource: SageMakerResource, now: number): number =>
  Math.max(resource.changedAt, phaseAt(resource, now)?.from ?? 0);

/** When the last phase but the disappearance begins: where a resource stands among others by time of modification. */
const settledAt = (resource: SageMakerResource): number =>
  Math.max(resource.changedAt, resource.phases.findLast((phase) => phase.status !== GONE)?.from ?? 0);

const goneAt = ({ phases }: SageMakerResource): string => {
  const last = phases.at(-1);
  return last?.status === GONE ? sortableTime(last.from) : '~';
};

export const sageMakerResources = table<SageMakerResource>()({
  name: 'sagemaker_resource',
  columns: {
    account_id: (r) => r.accountId,
    region: (r) => r.region,
    type: (r) => r.type,
    id: (r) => r.id,
    name: (r) => foldCase(r.name),
    parent: (r) => r.parent,
    owner: (r) => r.owner,
    created_at: (r) => sortableTime(r.createdAt),
    settled_at: (r) => sortableTime(settledAt(r)),
    gone_at: goneAt,
  },
  key: ['account_id', 'region', 'type', 'id'],
  indexes: {
    name: ['account_id', 'region', 'type', 'name'],
    created: ['account_id', 'region', 'type', 'created_at'],
    modified: ['account_id', 'region', 'type', 'settled_at'],
    child_created: ['account_id', 'region', 'type', 'parent', 'created_at'],
    child_modified: ['account_id', 'region', 'type', 'parent', 'settled_at'],
    owner: ['account_id', 'region', 'owner'],
    gone: ['account_id', 'gone_at'],
  },
});
