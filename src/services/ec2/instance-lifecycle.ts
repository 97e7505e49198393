import type {
  InstanceStateChange,
  RebootInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { type Instance, instances } from '../../store/tables/ec2.ts';
import { incorrectState, noSuchInstance, setOut, stateOf, TRANSITIONS } from './instance-state.ts';
import { refuseDryRun } from './page.ts';
import type { Known } from './resources.ts';

/** What stopping and terminating leave behind. */
const REASONS = {
  stop: { code: 'Client.UserInitiatedShutdown', message: 'Client.UserInitiatedShutdown: User initiated shutdown' },
  terminate: { code: 'Client.UserInitiatedShutdown', message: 'Client.UserInitiatedShutdown: User initiated shutdown' },
} as const;

/** Sets all instances that are named on their way, or none. */
async function change(
  call: keyof typeof TRANSITIONS,
  ids: readonly string[],
  context: OperationContext<Known>,
): Promise<InstanceStateChange[]> {
  const { account, region, now, installation } = context;
  for (const id of ids) {
    if (!/^i-[0-9a-f]{8}([0-9a-f]{9})?$/.test(id))
      throw new ServiceError('InvalidInstanceID.Malformed', `Invalid id: "${id}" (expecting "i-...")`);
  }
  return installation.store.write(async (writer) => {
    const changes: InstanceStateChange[] = [];
    for (const id of new Set(ids)) {
      const instance = await writer.get(instances, [account, region, id]);
      const before = instance && stateOf(instance, now);
      if (!instance || !before) throw noSuchInstance(id);
      const course = TRANSITIONS[call][before.Name];
      if (course === 'refuse') throw incorrectState(id, call);
      const after = course === 'stay' ? instance : onCourse(instance, course, call, context);
      if (after !== instance) await writer.update(instances, after);
      // With a pace of 0 it may have arrived already; what the call began is told all the same.
      const begun = course === 'stay' ? before : stateOf({ phases: after.phases.slice(0, 1) }, now);
      changes.push({ InstanceId: id, CurrentState: begun, PreviousState: before });
    }
    return changes;
  });
}

function onCourse(
  instance: Instance,
  course: Parameters<typeof setOut>[0],
  call: keyof typeof TRANSITIONS,
  { now, installation }: OperationContext<Known>,
): Instance {
  const { stateReason: _reason, association, ...rest } = instance;
  const phases = setOut(course, now, installation.pace);
  if (call === 'start') return { ...rest, ...(association && { association }), phases };
  if (call === 'stop') return { ...rest, ...(association && { association }), phases, stateReason: { ...REASONS.stop, at: now } };
  // Its address is free for others, and its profile is gone with it.
  return { ...rest, phases, stateReason: { ...REASONS.terminate, at: now }, privateIpAddress: '' };
}

/**
 * Starts stopped instances.
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed, IncorrectInstanceState  400
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html
 */
export async function startInstances(input: Valid<StartInstancesRequest>, context: OperationContext<Known>): Promise<StartInstancesResult> {
  refuseDryRun(input);
  return { StartingInstances: await change('start', input.InstanceIds, context) };
}

/**
 * Stops running instances. They keep what they have but give out no credentials meanwhile.
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed, IncorrectInstanceState  400
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
 */
export async function stopInstances(input: Valid<StopInstancesRequest>, context: OperationContext<Known>): Promise<StopInstancesResult> {
  refuseDryRun(input);
  if (input.Hibernate) throw new ServiceError('UnsupportedHibernationConfiguration', 'Instances that are recorded here cannot hibernate.');
  return { StoppingInstances: await change('stop', input.InstanceIds, context) };
}

/**
 * Ends instances, in whichever state they are.
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed  400
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export async function terminateInstances(
  input: Valid<TerminateInstancesRequest>,
  context: OperationContext<Known>,
): Promise<TerminateInstancesResult> {
  refuseDryRun(input);
  return { TerminatingInstances: await change('terminate', input.InstanceIds, context) };
}

/**
 * Leaves instances as they are: nothing runs that could be begun anew.
 * @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed, IncorrectInstanceState  400
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html
 */
export async function rebootInstances(input: Valid<RebootInstancesRequest>, context: OperationContext<Known>): Promise<object> {
  refuseDryRun(input);
  await change('reboot', input.InstanceIds, context);
  return {};
}
