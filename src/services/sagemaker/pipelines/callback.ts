import type { SendPipelineExecutionStepFailureRequest, SendPipelineExecutionStepSuccessRequest } from '@aws-sdk/client-sagemaker';
import type { Handler, ResourceType } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { phaseAt, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { change } from '../change.ts';
import { invalid, resourceNotFound } from '../errors.ts';
import { findByArn, sageMakerArn } from '../family.ts';
import { type Found, named } from '../resources.ts';
import { CALLBACK_TOKEN } from './callback-token.ts';
import { type Execution, type ExecutionIdentity, type ExecutionSettings, goOn, pipelineExecution } from './pipeline-execution.ts';
import type { StepRecord } from './schedule.ts';

/*
 * Answers to callback steps. There are no queues here: whoever is to answer finds the token with the steps of the execution.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-callback
 */

interface WithToken {
  readonly CallbackToken: string;
}

/** The execution that waits for an answer with this token. A token that is none of any is asked for on all of them. */
export const waitingExecution: ResourceType<WithToken, Found> = {
  ...named(pipelineExecution),
  locate: async ({ CallbackToken }, scope) => {
    const { account, region, reader } = scope;
    const row = await reader.get(sageMakerResources, [account, region, CALLBACK_TOKEN, CallbackToken]);
    const arn = row?.arn ?? sageMakerArn(scope, 'pipeline/*/execution/*');
    const resource = row && (await findByArn(pipelineExecution, arn, scope));
    return { arn, account, stored: { resource }, tags: resource?.tags };
  },
};

type Answer = (record: StepRecord, now: number) => StepRecord;

const answerStep = (operation: string, answerOf: (input: never) => Answer) =>
  change<ExecutionIdentity, ExecutionSettings, ExecutionIdentity & WithToken>(
    pipelineExecution,
    async (execution, input, call) => {
      const { CallbackToken } = input;
      const record = execution.settings.records.find(({ token }) => token === CallbackToken);
      if (!record || record.startedAt > call.now) throw unknown(CallbackToken);
      // (unverified) sentence
      if (record.endedAt !== undefined) throw invalid(`Callback token ${CallbackToken} has been used already.`);
      const answered = answerOf(input as never)(record, call.now);
      const settings = { ...execution.settings, records: execution.settings.records.map((each) => (each === record ? answered : each)) };
      return goOn({ ...execution, settings }, call);
    },
    { idempotent: operation, answer: ({ arn }) => ({ PipelineExecutionArn: arn }) },
  );

/** (unverified) sentence */
const unknown = (token: string) => resourceNotFound(`Callback token ${token} does not exist.`);

/** Names the execution to the handler: the one that was authorised. */
const byToken =
  <Input extends WithToken>(handler: Handler<ExecutionIdentity & Input, Found>): Handler<Input, Found> =>
  async (input, context) => {
    const execution = context.target.stored?.resource as Execution | undefined;
    if (!execution || phaseAt(execution, context.now) === undefined) throw unknown(input.CallbackToken);
    return handler({ ...input, PipelineExecutionArn: execution.arn }, context);
  };

/** What an execution that is being stopped comes to with an answer, whatever it is. */
const ended = (record: StepRecord, now: number, how: Pick<StepRecord, 'status' | 'reason' | 'outputs'>): StepRecord =>
  record.stoppingAt === undefined ? { ...record, ...how, endedAt: now } : { ...record, endedAt: now };

/**
 * @throws ResourceNotFound     no step waits with this token
 * @throws ValidationException  it has been answered
 * @throws ConflictException    the request's token came with another request
 */
export const sendPipelineExecutionStepSuccess: Handler<Valid<SendPipelineExecutionStepSuccessRequest>, Found> = byToken(
  answerStep(
    'SendPipelineExecutionStepSuccess',
    ({ OutputParameters = [] }: Valid<SendPipelineExecutionStepSuccessRequest>) =>
      (record, now) =>
        ended(record, now, { status: 'Succeeded', outputs: OutputParameters }),
  ),
);

/** As a success, but the step fails, and the execution with it. */
export const sendPipelineExecutionStepFailure: Handler<Valid<SendPipelineExecutionStepFailureRequest>, Found> = byToken(
  answerStep(
    'SendPipelineExecutionStepFailure',
    ({ FailureReason = '' }: Valid<SendPipelineExecutionStepFailureRequest>) =>
      (record, now) =>
        ended(record, now, { status: 'Failed', reason: FailureReason }),
  ),
);
