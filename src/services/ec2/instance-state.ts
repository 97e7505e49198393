import type { Scope } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Writer } from '../../store/store.ts';
import { type Instance, instances } from '../../store/tables/ec2.ts';
import { GONE, type Phase, phaseAt } from '../../store/tables/sagemaker.ts';

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
export const STATE_CODES = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 } as const;

export type StateName = keyof typeof STATE_CODES;

export interface State {
  readonly Code: number;
  readonly Name: StateName;
}

const isStateName = (status: string): status is StateName => Object.hasOwn(STATE_CODES, status);

/** The state of an instance now; undefined when nothing is left of it. */
export function stateOf({ phases }: Pick<Instance, 'phases'>, now: number): State | undefined {
  const status = phaseAt({ phases }, now)?.status ?? GONE;
  return isStateName(status) ? { Code: STATE_CODES[status], Name: status } : undefined;
}

interface Step {
  readonly status: StateName | typeof GONE;
  /** How long it lasts, about as on AWS; the installation's pace multiplies it. */
  readonly seconds?: number;
  /** A time that AWS promises rather than needs: not multiplied. */
  readonly fixed?: true;
}

const COURSES = {
  starting: [{ status: 'pending', seconds: 15 }, { status: 'running' }],
  stopping: [{ status: 'stopping', seconds: 20 }, { status: 'stopped' }],
  // What has been terminated is still shown for about an hour.
  terminating: [{ status: 'shutting-down', seconds: 20 }, { status: 'terminated', seconds: 3600, fixed: true }, { status: GONE }],
} as const satisfies Record<string, readonly Step[]>;

/** The phases of an instance that a call sets on its way now. */
export function setOut(course: keyof typeof COURSES, now: number, pace: number): Phase[] {
  let from = now;
  return COURSES[course].map((step: Step) => {
    const phase: Phase = { from, status: step.status };
    from += Math.round((step.seconds ?? 0) * 1000 * (step.fixed ? 1 : pace));
    return phase;
  });
}

/** What a call does to an instance in a state: sets it on a course, leaves it as it is, or is refused. */
type Transition = Readonly<Record<StateName, keyof typeof COURSES | 'stay' | 'refuse'>>;

export const TRANSITIONS = {
  start: {
    pending: 'stay',
    running: 'stay',
    stopping: 'refuse',
    stopped: 'starting',
    'shutting-down': 'refuse',
    terminated: 'refuse',
  },
  stop: {
    pending: 'refuse',
    running: 'stopping',
    stopping: 'stay',
    stopped: 'stay',
    'shutting-down': 'refuse',
    terminated: 'refuse',
  },
  terminate: {
    pending: 'terminating',
    running: 'terminating',
    stopping: 'terminating',
    stopped: 'terminating',
    'shutting-down': 'stay',
    terminated: 'stay',
  },
  reboot: {
    pending: 'stay',
    running: 'stay',
    stopping: 'refuse',
    stopped: 'refuse',
    'shutting-down': 'refuse',
    terminated: 'refuse',
  },
} as const satisfies Record<string, Transition>;

export const noSuchInstance = (id: string): ServiceError =>
  new ServiceError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);

const PARTICIPLES = { start: 'started', stop: 'stopped', terminate: 'terminated', reboot: 'rebooted' } as const;

export const incorrectState = (instanceId: string, call: keyof typeof PARTICIPLES): ServiceError =>
  new ServiceError('IncorrectInstanceState', `The instance '${instanceId}' is not in a state from which it can be ${PARTICIPLES[call]}.`);

/** Rows that one call removes at most: enough that they cannot pile up, few enough not to be felt. */
const REMOVED_AT_ONCE = 20;

/** Removes instances of the account of which nothing is shown any more. Every launch does some of it: no timer has to. */
export async function removeGone(writer: Writer, { account, now }: Pick<Scope, 'account' | 'now'>): Promise<void> {
  for (const row of await writer.list(instances, { index: 'gone', prefix: [account], limit: REMOVED_AT_ONCE })) {
    if (stateOf(row, now)) return;
    await writer.delete(instances, [row.accountId, row.region, row.instanceId]);
  }
}
