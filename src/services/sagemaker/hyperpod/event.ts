import type { ClusterEventResourceType } from '@aws-sdk/client-sagemaker';
import { uuid } from '../../../core/id.ts';
import type { Writing } from '../create.ts';

/** Something that happened to a cluster. */
export interface ClusterEvent {
  readonly id: string;
  readonly at: number;
  readonly about: ClusterEventResourceType;
  readonly group?: string;
  readonly instance?: string;
  readonly description: string;
}

/** Events that a cluster keeps; older ones go. */
const KEPT = 1000;

export const happened = (
  events: readonly ClusterEvent[],
  call: Writing,
  ...news: readonly Omit<ClusterEvent, 'id' | 'at'>[]
): ClusterEvent[] => [...events, ...news.map((event) => ({ id: uuid(call.installation.random), at: call.now, ...event }))].slice(-KEPT);
