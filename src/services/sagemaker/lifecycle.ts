import type { Scope } from '../../authorization/operation.ts';
import type { Phase } from '../../store/tables/sagemaker.ts';

/** One step of the course that a call sets a resource on. The last step of a course stays. */
export interface Step {
  readonly status: string;
  /** A job's secondary status. */
  readonly detail?: string;
  /** How long it lasts, about as on AWS; the installation's pace multiplies it. 0 when absent. */
  readonly seconds?: number;
  /** A time that AWS promises rather than needs: not multiplied. */
  readonly fixed?: true;
  /** Why a `Failed` status. */
  readonly reason?: string;
}

export type Course = readonly Step[];

/** When each step of a course begins that starts now. With a pace of 0, all but the last are over at once. */
export function phasesOf(course: Course, { now, installation }: Pick<Scope, 'now'> & { installation: { pace: number } }): Phase[] {
  let from = now;
  return course.map((step) => {
    const phase: Phase = {
      from,
      status: step.status,
      ...(step.detail !== undefined && { detail: step.detail }),
      ...(step.reason !== undefined && { reason: step.reason }),
    };
    from += Math.round((step.seconds ?? 0) * 1000 * (step.fixed ? 1 : installation.pace));
    return phase;
  });
}

/** What has happened until now, with a new course after it: for families that tell their history. */
export const continued = (phases: readonly Phase[], next: readonly Phase[], now: number): Phase[] => [
  ...phases.filter((phase) => phase.from <= now),
  ...next,
];
