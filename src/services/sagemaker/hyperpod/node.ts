import { hexadecimal } from '../../../core/id.ts';
import { GONE, isGone, type Phase, phaseAt } from '../../../store/tables/sagemaker.ts';
import type { Writing } from '../create.ts';
import { type Course, continued, phasesOf } from '../lifecycle.ts';

/** An instance of a cluster. Kept with its cluster, which it lives and dies with. */
export interface ClusterNode {
  /** `i-…` */
  readonly id: string;
  readonly logicalId: string;
  readonly group: string;
  readonly type: string;
  readonly launchedAt: number;
  readonly updatedAt?: number;
  /** As with resources: its state is read off the clock. */
  readonly phases: readonly Phase[];
  readonly volumes?: readonly NodeVolume[];
  readonly interfaces?: readonly { readonly id: string; readonly attachmentId: string }[];
}

export interface NodeVolume {
  readonly id: string;
  readonly device: string;
  readonly attachedAt: number;
}

/** Seconds that an instance is taken to need to come up and to go down. */
const LAUNCH: Course = [{ status: 'Pending', seconds: 300 }, { status: 'Running' }];
const SHUT_DOWN: Course = [{ status: 'ShuttingDown', seconds: 120 }, { status: GONE }];
const REBOOT: Course = [{ status: 'Pending', seconds: 120 }, { status: 'Running' }];
const CHECKED: Course = [{ status: 'DeepHealthCheckInProgress', seconds: 600 }, { status: 'Running' }];
const UPDATED: Course = [{ status: 'SystemUpdating', seconds: 300 }, { status: 'Running' }];

export const COURSES = { reboot: REBOOT, check: CHECKED, update: UPDATED, shutDown: SHUT_DOWN } as const;

export function launch(group: string, type: string, count: number, call: Writing): ClusterNode[] {
  const { random } = call.installation;
  return Array.from({ length: count }, () => ({
    id: `i-${hexadecimal(17, random)}`,
    logicalId: `node-${hexadecimal(16, random)}`,
    group,
    type,
    launchedAt: call.now,
    phases: phasesOf(LAUNCH, call),
  }));
}

export const statusOf = (node: ClusterNode, now: number): string => phaseAt(node, now)?.status ?? 'NotFound';

/** Nodes that are still there. */
export const liveNodes = (nodes: readonly ClusterNode[], now: number): ClusterNode[] => nodes.filter((node) => !isGone(node, now));

/** A node set on a course as of now. */
export const sent = (node: ClusterNode, course: Course, call: Writing): ClusterNode => ({
  ...node,
  phases: continued(node.phases, phasesOf(course, call), call.now).slice(-4),
});
