import { createHash } from 'node:crypto';
import type {
  DeleteHumanLoopRequest,
  DescribeHumanLoopRequest,
  DescribeHumanLoopResponse,
  ListHumanLoopsRequest,
  ListHumanLoopsResponse,
  StartHumanLoopRequest,
  StartHumanLoopResponse,
  StopHumanLoopRequest,
} from '@aws-sdk/client-sagemaker-a2i-runtime';
import type { OperationContext } from '../../authorization/operation.ts';
import { pagesOf } from '../../authorization/page.ts';
import { lowerAlphanumeric } from '../../core/id.ts';
import { parseJson } from '../../core/json.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { keyOf, positionOf } from '../../store/table.ts';
import { type HumanLoop, humanLoopContents, humanLoops } from '../../store/tables/human-loop.ts';
import { phaseAt, type SageMakerResource } from '../../store/tables/sagemaker.ts';
import { keep, walkRows } from '../../store/walk.ts';
import { invalid, noFlowDefinition, noHumanLoop, notFound } from './errors.ts';
import { findFlowDefinition } from './resources.ts';

type Context = OperationContext<HumanLoop | undefined>;
type Status = 'InProgress' | 'Stopping' | 'Stopped' | 'Completed';

/** What SageMaker stores of a flow definition, as far as it matters here. */
interface FlowDefinitionSettings {
  readonly OutputConfig: { readonly S3OutputPath: string };
  readonly HumanLoopConfig?: { readonly TaskTitle?: string; readonly TaskDescription?: string; readonly TaskCount?: number };
}

/** Loops of an account that wait for an answer (unverified). */
const MOST_OPEN = 1000;
/** Milliseconds until a loop that is stopped has stopped, about as on AWS. */
const STOPPING = 5_000;

const { takePage } = pagesOf('sagemaker-a2i-runtime', 10, () => invalid('Invalid NextToken.'));

const statusOf = (loop: HumanLoop, now: number): Status => phaseAt(loop, now)?.status as Status;

function found({ target }: Context, name: string): HumanLoop {
  if (target.stored) return target.stored;
  throw noHumanLoop(name);
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Has people asked about some content. The same request again, while they have not answered, is the same loop.
 * @throws ValidationException            400  the flow definition is not there or not active, or the content is no JSON, or nested too deep
 * @throws ConflictException              409  the name is taken
 * @throws ServiceQuotaExceededException  402  too many loops of the account are open
 * @see https://docs.aws.amazon.com/augmented-ai/2019-11-07/APIReference/API_StartHumanLoop.html
 */
export async function startHumanLoop(
  input: Valid<StartHumanLoopRequest>,
  context: OperationContext<SageMakerResource | undefined>,
): Promise<StartHumanLoopResponse> {
  const { HumanLoopName: name, FlowDefinitionArn, HumanLoopInput, DataAttributes } = input;
  const { account, region, now, target, installation } = context;
  const flow = target.stored;
  if (!flow) throw invalid(noFlowDefinition(FlowDefinitionArn));
  const status = phaseAt(flow, now)?.status;
  if (status !== 'Active') throw invalid(`The flow definition ${FlowDefinitionArn} is not active: its status is ${status}.`);
  if (!isJson(HumanLoopInput.InputContent)) throw invalid('InputContent must be valid JSON.');
  const request = JSON.stringify([FlowDefinitionArn, HumanLoopInput.InputContent, DataAttributes?.ContentClassifiers]);
  const digest = createHash('sha256').update(request).digest('base64url');
  const { OutputConfig, HumanLoopConfig = {} } = flow.settings as FlowDefinitionSettings;
  const loop: HumanLoop = {
    accountId: account,
    region,
    name,
    arn: flow.arn.replace(/:flow-definition\/.*$/, `:human-loop/${name}`),
    loopId: lowerAlphanumeric(20, installation.random),
    flowDefinitionArn: flow.arn,
    title: HumanLoopConfig.TaskTitle ?? '',
    description: HumanLoopConfig.TaskDescription ?? '',
    answersNeeded: HumanLoopConfig.TaskCount ?? 1,
    outputPath: OutputConfig.S3OutputPath,
    digest,
    createdAt: now,
    phases: [{ from: now, status: 'InProgress' }],
  };
  return installation.store.write(async (writer) => {
    const former = await writer.get(humanLoops, keyOf(humanLoops, loop));
    if (former && (former.digest !== digest || statusOf(former, now) !== 'InProgress')) throw nameTaken();
    if (former) return { HumanLoopArn: former.arn };
    const open = await writer.count(humanLoops, { index: 'account_state', prefix: [account, 'open'] });
    const most = installation.quota(account, 'HumanLoopsInProgress', MOST_OPEN);
    if (open >= most)
      throw new ServiceError('ServiceQuotaExceededException', `You have reached the limit of ${most} human loops in progress.`);
    await writer.insert(humanLoops, loop);
    await writer.insert(humanLoopContents, { accountId: account, region, name, inputContent: HumanLoopInput.InputContent, answers: [] });
    return { HumanLoopArn: loop.arn };
  });
}

/** In AWS's words, from the reference of the exception. */
const nameTaken = (): ServiceError =>
  new ServiceError(
    'ConflictException',
    'Your request has the same name as another active human loop but has different input data. You cannot start two human loops with the same name and different input data.',
  );

/**
 * @throws ResourceNotFoundException  404
 * @see https://docs.aws.amazon.com/augmented-ai/2019-11-07/APIReference/API_DescribeHumanLoop.html
 */
export async function describeHumanLoop(
  { HumanLoopName }: Valid<DescribeHumanLoopRequest>,
  context: Context,
): Promise<DescribeHumanLoopResponse> {
  const loop = found(context, HumanLoopName);
  return {
    CreationTime: new Date(loop.createdAt),
    HumanLoopStatus: statusOf(loop, context.now),
    HumanLoopName: loop.name,
    HumanLoopArn: loop.arn,
    FlowDefinitionArn: loop.flowDefinitionArn,
    ...(loop.outputUri !== undefined && { HumanLoopOutput: { OutputS3Uri: loop.outputUri } }),
  };
}

/**
 * The loops of a flow definition, the newest first unless told otherwise (unverified).
 * @throws ResourceNotFoundException  404  there is no such flow definition
 * @throws ValidationException        400  the token is not of this listing
 * @see https://docs.aws.amazon.com/augmented-ai/2019-11-07/APIReference/API_ListHumanLoops.html
 */
export async function listHumanLoops(input: Valid<ListHumanLoopsRequest>, context: OperationContext): Promise<ListHumanLoopsResponse> {
  const { FlowDefinitionArn, CreationTimeAfter: after, CreationTimeBefore: before, SortOrder = 'Descending' } = input;
  const flow = await findFlowDefinition(FlowDefinitionArn, context);
  if (!flow) throw notFound(noFlowDefinition(FlowDefinitionArn));
  const listing = { index: 'flow', prefix: [flow.arn], descending: SortOrder === 'Descending' };
  const isWanted = ({ createdAt }: HumanLoop): boolean =>
    (after === undefined || createdAt > after.getTime()) && (before === undefined || createdAt < before.getTime());
  const { items, end } = await takePage(
    context,
    ['ListHumanLoops', flow.arn, SortOrder, after?.toISOString(), before?.toISOString()],
    input,
    (position) => keep(walkRows(context.reader, humanLoops, listing, position), isWanted),
    (loop) => positionOf(humanLoops, listing.index, listing.prefix.length, loop),
  );
  return {
    HumanLoopSummaries: items.map((loop) => ({
      HumanLoopName: loop.name,
      HumanLoopStatus: statusOf(loop, context.now),
      CreationTime: new Date(loop.createdAt),
      FlowDefinitionArn: loop.flowDefinitionArn,
    })),
    ...end,
  };
}

/**
 * @throws ResourceNotFoundException  404
 * @throws ValidationException        400  it is not in progress
 * @see https://docs.aws.amazon.com/augmented-ai/2019-11-07/APIReference/API_StopHumanLoop.html
 */
export async function stopHumanLoop({ HumanLoopName }: Valid<StopHumanLoopRequest>, context: Context): Promise<object> {
  const { now, installation } = context;
  const loop = found(context, HumanLoopName);
  await installation.store.write(async (writer) => {
    const current = await writer.get(humanLoops, keyOf(humanLoops, loop));
    if (!current) throw noHumanLoop(HumanLoopName);
    const status = statusOf(current, now);
    if (status !== 'InProgress') throw invalid(`The human loop ${HumanLoopName} cannot be stopped: its status is ${status}.`);
    const stopped = now + Math.round(STOPPING * installation.pace);
    const phases = [...current.phases, { from: now, status: 'Stopping' }, { from: stopped, status: 'Stopped' }];
    await writer.update(humanLoops, { ...current, phases });
  });
  return {};
}

/**
 * Deletes a loop in whatever state (unverified), with what people have said.
 * @throws ResourceNotFoundException  404
 * @see https://docs.aws.amazon.com/augmented-ai/2019-11-07/APIReference/API_DeleteHumanLoop.html
 */
export async function deleteHumanLoop({ HumanLoopName }: Valid<DeleteHumanLoopRequest>, context: Context): Promise<object> {
  const key = keyOf(humanLoops, found(context, HumanLoopName));
  await context.installation.store.write(async (writer) => {
    if (!(await writer.delete(humanLoops, key))) throw noHumanLoop(HumanLoopName);
    await writer.delete(humanLoopContents, key);
  });
  return {};
}
