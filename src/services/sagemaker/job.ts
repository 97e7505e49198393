import type { Handler } from '../../authorization/operation.ts';
import type { ServiceError } from '../../core/service-error.ts';
import { phaseAt, type SageMakerResource } from '../../store/tables/sagemaker.ts';
import { change } from './change.ts';
import type { Writing } from './create.ts';
import { projected } from './describe.ts';
import { invalid, resourceInUse } from './errors.ts';
import { arnMemberOf, type Family } from './family.ts';
import { type Course, continued, phasesOf } from './lifecycle.ts';
import type { Found } from './resources.ts';

/** The states that a family of jobs goes through, in its own spelling. */
export interface JobStates {
  /** One after the other, the last being the one it works in. */
  readonly running: readonly string[];
  readonly completed: string;
  readonly failed: string;
  readonly stopping: string;
  readonly stopped: string;
}

export const JOB_STATES: JobStates = {
  running: ['InProgress'],
  completed: 'Completed',
  failed: 'Failed',
  stopping: 'Stopping',
  stopped: 'Stopped',
};

/** Compilation, optimization and edge packaging jobs shout. */
export const LOUD_JOB_STATES: JobStates = {
  running: ['STARTING', 'INPROGRESS'],
  completed: 'COMPLETED',
  failed: 'FAILED',
  stopping: 'STOPPING',
  stopped: 'STOPPED',
};

/** What a job is taken to need in each of its running states, seconds. */
const STEP_SECONDS = 60;

/** The course of a job that starts now: it ends completed, or failed for the reason that is known already. Nothing is worked on. */
export const jobCourse = (states: JobStates, failure?: string, seconds = STEP_SECONDS): Course => [
  ...states.running.map((status) => ({ status, seconds })),
  failure === undefined ? { status: states.completed } : { status: states.failed, reason: failure },
];

export const hasEnded = (states: JobStates, status: string | undefined): boolean =>
  status === states.completed || status === states.failed || status === states.stopped;

/** Why a job may not be deleted: it has not ended. (unverified) sentence; `what` as in `stopJob`. */
export const endedFirst =
  (what: string, states: JobStates = JOB_STATES, refusal: (message: string) => ServiceError = resourceInUse) =>
  ({ arn }: { readonly arn: string }, status: string | undefined): void => {
    if (!hasEnded(states, status)) throw refusal(`Unable to delete ${what} ${arn} in status ${status}.`);
  };

/**
 * A Stop operation. Stopping what is stopping changes nothing. Answers the ARN where its answer has room for it.
 * @param what   as the sentence names it: `processing job`
 * @param after  what else hears of it
 * @throws ValidationException  the job has ended
 */
export const stopJob = <Identity extends object, Settings extends object>(
  family: Family<Identity, Settings>,
  what: string,
  states: JobStates = JOB_STATES,
  seconds = 30,
  after?: (stopped: SageMakerResource<Settings>, call: Writing) => Promise<void>,
): Handler<Identity, Found> => {
  const stop = change<Identity, Settings, Identity>(
    family,
    async (resource, _, call) => {
      const status = phaseAt(resource, call.now)?.status;
      if (status === states.stopping) return resource;
      if (status === undefined || !states.running.includes(status))
        throw invalid(`The request was rejected because the ${what} is in status ${status}.`);
      const next = phasesOf([{ status: states.stopping, seconds }, { status: states.stopped }], call);
      const stopped = { ...resource, changedAt: call.now, phases: continued(resource.phases, next, call.now) };
      await after?.(stopped, call);
      return stopped;
    },
    { answer: ({ arn }) => ({ [arnMemberOf(family)]: arn }) },
  );
  return async (input, context) => projected(context.installation, `Stop${family.noun}`, await stop(input, context));
};

/** When a job began to work and when it ended, as far as it has: for the times in its description. */
export function jobTimes(
  resource: { readonly phases: readonly { readonly from: number; readonly status: string }[] },
  now: number,
  states: JobStates = JOB_STATES,
): { readonly started?: Date; readonly ended?: Date } {
  const begun = resource.phases.filter((phase) => phase.from <= now);
  const started = begun.find((phase) => phase.status === states.running.at(-1))?.from;
  const ended = begun.find((phase) => hasEnded(states, phase.status))?.from;
  return { ...(started !== undefined && { started: new Date(started) }), ...(ended !== undefined && { ended: new Date(ended) }) };
}
