import type {
  ListPipelineExecutionStepsRequest,
  ListPipelineExecutionsRequest,
  ListPipelineParametersForExecutionRequest,
  RetryPipelineExecutionRequest,
  StartPipelineExecutionRequest,
  StopPipelineExecutionRequest,
  UpdatePipelineExecutionRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler, Scope } from '../../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../../core/id.ts';
import type { Valid } from '../../../model/valid.ts';
import { type Phase, phaseAt, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { sent } from '../amend.ts';
import { change } from '../change.ts';
import type { Writing } from '../create.ts';
import { describe, projected } from '../describe.ts';
import { conflict, invalid, resourceNotFound } from '../errors.ts';
import { findByArn, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { list } from '../list.ts';
import { newResource } from '../new-resource.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import { createdBy, modifiedBy } from '../user-context.ts';
import { forgetTokens } from './callback-token.ts';
import { allSteps, type Definition, resolved, UNKNOWN } from './definition.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import { needVersion, type PipelineIdentity, type PipelineSettings, pipeline, readDefinition } from './pipeline.ts';
import { lookupOf, prospects } from './prospect.ts';
import { endOf, type StepRecord, schedule, statusAt } from './schedule.ts';

export type ExecutionIdentity = { readonly PipelineExecutionArn?: string | undefined };
type Start = Valid<StartPipelineExecutionRequest>;

export interface ExecutionSettings extends ReturnType<typeof createdBy> {
  readonly PipelineArn: string;
  readonly PipelineVersionId: number;
  readonly PipelineExecutionDisplayName?: string | undefined;
  readonly PipelineExecutionDescription?: string | undefined;
  readonly ParallelismConfiguration?: { readonly MaxParallelExecutionSteps: number } | undefined;
  readonly SelectiveExecutionConfig?: Start['SelectiveExecutionConfig'];
  readonly parameters: readonly Parameter[];
  readonly records: readonly StepRecord[];
  /** Steps that another execution has done for this one. */
  readonly done: readonly string[];
  readonly stopped?: true;
}
export type Execution = SageMakerResource<ExecutionSettings>;

const RUNNING: readonly (string | undefined)[] = ['Executing', 'Stopping'];
const FAILURE = 'Step failure: One or multiple steps failed.';

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html */
export const pipelineExecution = familyOf<ExecutionIdentity, ExecutionSettings>({
  type: 'pipeline-execution',
  arnType: 'pipeline',
  noun: 'PipelineExecution',
  path: ({ PipelineExecutionArn }) => PipelineExecutionArn ?? '',
  arnPath: '${PipelineName}/execution/${RandomString}',
  status: 'PipelineExecutionStatus',
  untagged: true,
  missing: ({ arn }) => resourceNotFound(`Pipeline execution '${arn}' does not exist.`),
  describe: (resource) => ({ PipelineExecutionDisplayName: `execution-${resource.createdAt}`, ...resource.settings }),
  list: {
    operation: 'ListPipelineExecutions',
    result: 'PipelineExecutionSummaries',
    more: (resource, now) => ({
      StartTime: new Date(resource.createdAt),
      PipelineExecutionFailureReason: phaseAt(resource, now)?.reason,
    }),
    sort: 'CreationTime',
    order: 'Descending',
    within: async (input: PipelineIdentity, context) => (await need(pipeline, input, context)).id,
  },
});

/** What an execution goes by: the definition that it was started with, whatever the pipeline has become. */
export async function definitionOf(execution: Execution, call: Scope): Promise<Definition & { text: string }> {
  const of = await need(pipeline, { PipelineArn: execution.settings.PipelineArn }, call);
  const { settings } = await needVersion(of, execution.settings.PipelineVersionId, call);
  return { ...readDefinition(settings.PipelineDefinition, call), text: settings.PipelineDefinition };
}

/**
 * Works out how an execution goes on from now, with what has been started as it is. Whether the pipeline's role may do what the steps do is
 * decided now, for all steps that are still to come.
 */
export async function goOn(execution: Execution, call: Writing): Promise<Execution> {
  const { settings } = execution;
  const of = await need(pipeline, { PipelineArn: settings.PipelineArn }, call);
  const definition = await definitionOf(execution, call);
  const kept = settings.records.filter(({ startedAt }) => startedAt <= call.now);
  const records = settings.stopped
    ? kept
    : await schedule({
        steps: stepsOf(definition, settings),
        parallel: settings.ParallelismConfiguration?.MaxParallelExecutionSteps ?? Number.POSITIVE_INFINITY,
        records: kept,
        from: call.now,
        done: new Set(settings.done),
        prospectOf: prospects(execution, of, definition, call),
      });
  // Steps that had not begun are worked out anew, and get tokens of their own.
  const before = await findByArn<ExecutionSettings>(pipelineExecution, execution.arn, call);
  await forgetTokens(before?.settings.records ?? [], records, call);
  return { ...execution, changedAt: call.now, settings: { ...settings, records }, phases: phasesOf(records, settings, call.now) };
}

const stepsOf = (definition: Definition, { SelectiveExecutionConfig: selective }: ExecutionSettings) => {
  if (!selective) return definition.steps;
  const selected = new Set<string | undefined>(selective.SelectedSteps.map(({ StepName }) => StepName));
  return allSteps(definition.steps).filter(({ Name }) => selected.has(Name));
};

/** The course of an execution from now on. */
function phasesOf(records: readonly StepRecord[], { stopped }: ExecutionSettings, now: number): Phase[] {
  const running: Phase = { from: now, status: stopped ? 'Stopping' : 'Executing' };
  const end = endOf(records, now);
  if (end === undefined) return [running];
  if (stopped) return [running, { from: end, status: 'Stopped' }];
  const failed = records.some(({ status }) => status === 'Failed');
  return [running, failed ? { from: end, status: 'Failed', reason: FAILURE } : { from: end, status: 'Succeeded' }];
}

/**
 * Starts an execution of a pipeline. Nothing is run: its steps take about as long as small ones do, and end as is known ahead.
 * @throws ResourceNotFound     no such pipeline, version or execution to go on from
 * @throws ValidationException  parameters that do not fit; selected steps that cannot be run alone
 * @throws ConflictException    the pipeline is being deleted; the token came with another request
 */
export const startPipelineExecution = change<PipelineIdentity, PipelineSettings, Start>(
  pipeline,
  async (of, input, call) => {
    // (unverified) sentence
    if (phaseAt(of, call.now)?.status !== 'Active') throw conflict(`Pipeline '${of.arn}' is being deleted.`);
    const version = await needVersion(of, input.PipelineVersionId, call);
    const definition = readDefinition(version.settings.PipelineDefinition, call);
    const done = await doneBefore(of.id, definition, input, call);
    const arn = `${of.arn}/execution/${lowerAlphanumeric(12, call.installation.random)}`;
    const settings: ExecutionSettings = {
      ...sent(input, 'PipelineExecutionDisplayName', 'PipelineExecutionDescription', 'SelectiveExecutionConfig'),
      ParallelismConfiguration: input.ParallelismConfiguration ?? of.settings.ParallelismConfiguration,
      PipelineArn: of.arn,
      PipelineVersionId: version.settings.PipelineVersionId,
      parameters: parametersOf(definition, input.PipelineParameters ?? []),
      records: [],
      done,
      ...createdBy(call),
    };
    const started: Execution = newResource(pipelineExecution, arn, call, { parent: of.id, settings });
    await call.reader.insert(sageMakerResources, await goOn(started, call));
    await call.reader.update(sageMakerResources, { ...version, settings: { ...version.settings, lastExecutionArn: arn } });
    return { ...of, settings: { ...of.settings, lastExecutionArn: arn, lastRunAt: call.now } };
  },
  { idempotent: 'StartPipelineExecution', answer: ({ settings }) => ({ PipelineExecutionArn: settings.lastExecutionArn }) },
);

/**
 * Of selected steps: what another execution of the pipeline has done, and they build on.
 * @throws ValidationException  a step that the pipeline does not have; one that builds on others, and no execution is named
 * @throws ResourceNotFound     no such execution of this pipeline
 */
async function doneBefore(
  pipelineId: string,
  definition: Definition,
  { SelectiveExecutionConfig: selective }: Start,
  call: Writing,
): Promise<string[]> {
  if (!selective) return [];
  const steps = allSteps(definition.steps);
  const selected = selective.SelectedSteps.map(({ StepName }) => StepName);
  // (unverified) sentence
  for (const name of selected)
    if (!steps.some(({ Name }) => Name === name)) throw invalid(`Invalid SelectedSteps: the pipeline has no step ${name}.`);
  const needed = [...new Set(steps.filter(({ Name }) => selected.includes(Name)).flatMap(({ after }) => after))].filter(
    (name) => !selected.includes(name),
  );
  const { SourcePipelineExecutionArn: source } = selective;
  if (source === undefined) {
    if (needed.length === 0) return [];
    throw invalid(
      `Invalid SourcePipelineExecutionArn: null. The selected steps [${selected.join(', ')}] have dependencies on [${needed.join(', ')}]`,
    );
  }
  const from = await findByArn<ExecutionSettings>(pipelineExecution, source, call);
  if (from?.parent !== pipelineId) throw resourceNotFound(`Pipeline execution '${source}' does not exist.`);
  const succeeded = from.settings.records.filter((record) => statusAt(record, call.now) === 'Succeeded').map(({ name }) => name);
  const open = needed.filter((name) => !succeeded.includes(name) && !from.settings.done.includes(name));
  // (unverified) sentence
  if (open.length > 0)
    throw invalid(`Invalid SourcePipelineExecutionArn: ${source}. The steps [${open.join(', ')}] have not succeeded in it.`);
  return needed;
}

/** How long a job takes to stop, milliseconds. */
const STOPPING = 30_000;

/** Steps that come to their end by themselves, however the execution is stopped. */
const AWAITED: readonly string[] = ['Lambda', 'Callback'];

/**
 * Stops an execution: nothing is started any more, jobs are stopped, and answers are waited for.
 * @throws ResourceNotFound     no such execution
 * @throws ConflictException    (unverified sentence) it has ended
 */
export const stopPipelineExecution = change<ExecutionIdentity, ExecutionSettings, Valid<StopPipelineExecutionRequest>>(
  pipelineExecution,
  async (execution, _, call) => {
    const status = phaseAt(execution, call.now)?.status;
    if (status === 'Stopping') return execution;
    if (status !== 'Executing') throw conflict(`Pipeline execution '${execution.arn}' is in status ${status} and cannot be stopped.`);
    const types = new Map(allSteps((await definitionOf(execution, call)).steps).map(({ Name, Type }) => [Name, Type]));
    const records = execution.settings.records
      .filter(({ startedAt }) => startedAt <= call.now)
      .map((record): StepRecord => {
        if (record.endedAt !== undefined && record.endedAt <= call.now) return record;
        if (AWAITED.includes(types.get(record.name) ?? '')) return { ...record, stoppingAt: call.now, status: 'Stopped' };
        const endedAt = call.now + Math.round(STOPPING * call.installation.pace);
        const { reason: _reason, ...rest } = record;
        return { ...rest, stoppingAt: call.now, endedAt, status: 'Stopped' };
      });
    return goOn({ ...execution, settings: { ...execution.settings, records, stopped: true, ...modifiedBy(call) } }, call);
  },
  { idempotent: 'StopPipelineExecution', answer: ({ arn }) => ({ PipelineExecutionArn: arn }) },
);

/**
 * Starts again what failed or was stopped, with the definition and the parameters of before; what succeeded stays.
 * @throws ResourceNotFound   no such execution
 * @throws ConflictException  (unverified sentence) it runs, or has succeeded
 */
export const retryPipelineExecution = change<ExecutionIdentity, ExecutionSettings, Valid<RetryPipelineExecutionRequest>>(
  pipelineExecution,
  async (execution, input, call) => {
    const status = phaseAt(execution, call.now)?.status;
    if (status !== 'Failed' && status !== 'Stopped')
      throw conflict(`Pipeline execution '${execution.arn}' is in status ${status} and cannot be retried.`);
    const { stopped: _, ...settings } = execution.settings;
    const records = settings.records.filter((record) => statusAt(record, call.now) === 'Succeeded');
    const attempts = new Map(settings.records.map(({ name, attempt }) => [name, attempt]));
    const again = await goOn(
      { ...execution, settings: { ...settings, ...sent(input, 'ParallelismConfiguration'), records, ...modifiedBy(call) } },
      call,
    );
    const counted = again.settings.records.map((record) =>
      records.includes(record) ? record : { ...record, attempt: (attempts.get(record.name) ?? 0) + 1 },
    );
    return { ...again, settings: { ...again.settings, records: counted } };
  },
  { idempotent: 'RetryPipelineExecution', answer: ({ arn }) => ({ PipelineExecutionArn: arn }) },
);

/** @throws ResourceNotFound  no such execution @throws ConflictException  (unverified sentence) another parallelism for one that has ended */
export const updatePipelineExecution = change<ExecutionIdentity, ExecutionSettings, Valid<UpdatePipelineExecutionRequest>>(
  pipelineExecution,
  async (execution, input, call) => {
    const status = phaseAt(execution, call.now)?.status;
    if (input.ParallelismConfiguration && !RUNNING.includes(status))
      throw conflict(`Pipeline execution '${execution.arn}' is in status ${status}.`);
    const settings = {
      ...execution.settings,
      ...sent(input, 'PipelineExecutionDescription', 'PipelineExecutionDisplayName', 'ParallelismConfiguration'),
      ...modifiedBy(call),
    };
    const changed = { ...execution, changedAt: call.now, settings };
    return input.ParallelismConfiguration ? goOn(changed, call) : changed;
  },
  { answer: ({ arn }) => ({ PipelineExecutionArn: arn }) },
);

/** @throws ResourceNotFound  no such pipeline */
export const listPipelineExecutions = list<ExecutionSettings, Valid<ListPipelineExecutionsRequest>>(pipelineExecution);

/** The definition that an execution was started with. @throws ResourceNotFound  no such execution */
export const describePipelineDefinitionForExecution: Handler<ExecutionIdentity, Found> = async (input, context) => {
  const execution = await need(pipelineExecution, input, context);
  return { PipelineDefinition: (await definitionOf(execution, context)).text, CreationTime: new Date(execution.createdAt) };
};

/** @throws ResourceNotFound  no such execution */
export const listPipelineParametersForExecution: Handler<Valid<ListPipelineParametersForExecutionRequest>, Found> = async (
  input,
  context,
) => {
  const { settings } = await need(pipelineExecution, input, context);
  const { page, next } = pageOf(settings.parameters, 'ListPipelineParametersForExecution', input, context);
  return { PipelineParameters: page, ...next };
};

/**
 * The steps that have been started, latest first unless asked otherwise. Jobs are not made, so none is named.
 * @throws ResourceNotFound     no such execution
 * @throws ValidationException  (unverified sentence) none is named
 */
export const listPipelineExecutionSteps: Handler<Valid<ListPipelineExecutionStepsRequest>, Found> = async (input, context) => {
  if (input.PipelineExecutionArn === undefined) throw invalid('PipelineExecutionArn must be specified.');
  const execution = await need(pipelineExecution, input, context);
  const { settings } = execution;
  const definitions = new Map(allSteps((await definitionOf(execution, context)).steps).map((step) => [step.Name, step]));
  const started = settings.records.filter(({ startedAt }) => startedAt <= context.now).sort((a, b) => a.startedAt - b.startedAt);
  if (input.SortOrder !== 'Ascending') started.reverse();
  const { page, next } = pageOf(started, 'ListPipelineExecutionSteps', input, context);
  const source = settings.SelectiveExecutionConfig?.SourcePipelineExecutionArn;
  const PipelineExecutionSteps = page.map((record) => {
    const ended = record.endedAt !== undefined && record.endedAt <= context.now;
    const definition = definitions.get(record.name);
    return {
      StepName: record.name,
      StepDisplayName: definition?.DisplayName,
      StepDescription: definition?.Description,
      StartTime: new Date(record.startedAt),
      EndTime: ended ? new Date(record.endedAt ?? 0) : undefined,
      StepStatus: statusAt(record, context.now),
      FailureReason: ended ? record.reason : undefined,
      AttemptCount: record.attempt,
      Metadata: metadataOf(record, ended),
      SelectiveExecutionResult: source === undefined ? undefined : { SourcePipelineExecutionArn: source },
    };
  });
  return projected(context.installation, 'ListPipelineExecutionSteps', { PipelineExecutionSteps, ...next });
};

function metadataOf({ outcome, token, queue, outputs, message }: StepRecord, ended: boolean): object | undefined {
  if (outcome !== undefined) return ended ? { Condition: { Outcome: outcome ? 'True' : 'False' } } : undefined;
  if (token !== undefined) return { Callback: { CallbackToken: token, SqsQueueUrl: queue, OutputParameters: outputs } };
  return message === undefined ? undefined : { Fail: { ErrorMessage: message } };
}

const describeOne = describe(pipelineExecution);

/** @throws ResourceNotFound  no such execution */
export const describePipelineExecution: Handler<ExecutionIdentity, Found> = async (input, context) => {
  const answer = await describeOne(input, context);
  const execution = await need(pipelineExecution, input, context);
  const of = await need(pipeline, { PipelineArn: execution.settings.PipelineArn }, context);
  const definition = await definitionOf(execution, context);
  const PipelineExperimentConfig = experimentOf(definition, lookupOf(execution, of, definition, []));
  return { ...answer, ...(PipelineExperimentConfig && { PipelineExperimentConfig }) };
};

/** The experiment that a definition says its executions belong to. */
function experimentOf(definition: Definition, lookup: (reference: string) => unknown): object | undefined {
  const { ExperimentName, TrialName } = resolved(definition.experiment, lookup) as { ExperimentName?: unknown; TrialName?: unknown };
  const known = (value: unknown) => (value === UNKNOWN || typeof value !== 'string' ? undefined : value);
  const config = { ExperimentName: known(ExperimentName), TrialName: known(TrialName) };
  return config.ExperimentName === undefined && config.TrialName === undefined ? undefined : config;
}
