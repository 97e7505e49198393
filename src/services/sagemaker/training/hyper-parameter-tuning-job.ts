import type { CreateHyperParameterTuningJobRequest, ListTrainingJobsForHyperParameterTuningJobRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../../core/id.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { keyOf } from '../../../store/table.ts';
import { GONE, type Phase, phaseAt, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid, resourceInUse, resourceNotFound } from '../errors.ts';
import { type Family, find, liveIn, need, sageMakerArn, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { hasEnded, JOB_STATES, jobTimes, stopJob } from '../job.ts';
import { phasesOf } from '../lifecycle.ts';
import { list } from '../list.ts';
import { newResource } from '../new-resource.ts';
import { type Instances, type Quota, requireQuota } from '../quota.ts';
import type { Found } from '../resources.ts';
import { requireTrainingAccess } from '../role-probe.ts';
import { failureByRole } from '../role-use.ts';
import { requireAlgorithm } from './algorithm.ts';
import { begunPhases } from './secondary-status.ts';
import {
  hasTrained,
  requireTrainingInstances,
  stoppedTraining,
  type TrainingJobSettings,
  trainingAccess,
  trainingCourse,
  trainingInstances,
  trainingJob,
  trainingUses,
} from './training-job.ts';
import { gridSize, type Ranges, requireRanges, type TuningDefinition, tunedParameters } from './tuning-parameters.ts';

type Input = Valid<CreateHyperParameterTuningJobRequest>;
type Identity = { readonly HyperParameterTuningJobName: string };
export type TuningJobSettings = Omit<Input, 'Tags'>;
type TuningJob = SageMakerResource<TuningJobSettings>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html */
export const hyperParameterTuningJob: Family<Identity, TuningJobSettings> = familyOf<Identity, TuningJobSettings>({
  type: 'hyper-parameter-tuning-job',
  noun: 'HyperParameterTuningJob',
  status: 'HyperParameterTuningJobStatus',
  missing: ({ name }) => resourceNotFound(`Amazon SageMaker can't find a tuning job with the name ${name}.`),
  taken: ({ name }) => resourceInUse(`A hyperparameter tuning job with the name, ${name}, already exists. Choose a different name.`),
  describe: (resource, now) => ({
    ...resource.settings,
    Strategy: resource.settings.HyperParameterTuningJobConfig.Strategy,
    ResourceLimits: resource.settings.HyperParameterTuningJobConfig.ResourceLimits,
    HyperParameterTuningEndTime: jobTimes(resource, now).ended,
  }),
  lookUp: counters,
  list: { operation: 'ListHyperParameterTuningJobs', result: 'HyperParameterTuningJobSummaries', sort: 'Name', order: 'Ascending' },
  deletion: {
    refuse: ({ arn }, status) => {
      // (unverified) sentence
      if (!hasEnded(JOB_STATES, status)) throw resourceInUse(`Unable to delete hyperparameter tuning job ${arn} in status ${status}.`);
    },
    // Its training jobs stay.
    course: [{ status: 'Deleting', seconds: 5 }, { status: GONE }],
  },
});

/** What the training jobs of a tuning job are listed under. A later tuning job of the same name has none of them. */
const parentOf = ({ type, id, createdAt }: Pick<TuningJob, 'type' | 'id' | 'createdAt'>): string => `${type}/${id}@${createdAt}`;

const childrenOf = (tuning: TuningJob, where: Where) =>
  liveIn(where, 'child_created', [where.account, where.region, trainingJob.type, parentOf(tuning)]);

/** How many training jobs are in which state. No metric is measured here, so none that has ended has reached an objective. */
async function counters(tuning: TuningJob, where: Where): Promise<object> {
  const count = { Completed: 0, InProgress: 0, RetryableError: 0, NonRetryableError: 0, Stopped: 0 };
  let ended = 0;
  let running = 0;
  for await (const child of childrenOf(tuning, where)) {
    const status = phaseAt(child, where.now)?.status;
    if (hasTrained(status)) ended++;
    else running++;
    if (status === 'Completed' || status === 'Stopped') count[status]++;
    else if (status === 'Failed') count.NonRetryableError++;
    else count.InProgress++;
  }
  return { TrainingJobStatusCounters: count, ObjectiveStatusCounters: { Succeeded: 0, Pending: running, Failed: ended } };
}

/** Documented limits of one tuning job, each of which AWS words as it does quotas of accounts. @see https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html */
const LIMITS = {
  trainingJobs: limit('Number of training jobs per hyperparameter tuning job', 'Training Jobs', 750),
  parallelJobs: limit('Number of concurrent training jobs per hyperparameter tuning job', 'Training Jobs', 10),
};

function limit(name: string, unit: string, standard: number): Quota {
  return { name, unit, standard, types: [], takes: () => 0 };
}

const CONCURRENT: Quota = {
  name: 'Number of concurrent hyperparameter tuning jobs',
  unit: 'Tuning Jobs',
  standard: 100,
  types: ['hyper-parameter-tuning-job'],
  takes: (_, status) => (hasEnded(JOB_STATES, status) ? 0 : 1),
};

/** The one definition, or the several. @throws ValidationException  (unverified sentences) neither or both; names that are missing or repeated */
function definitionsOf({ TrainingJobDefinition: one, TrainingJobDefinitions: several }: Input): readonly TuningDefinition[] {
  if ((one === undefined) === (several === undefined))
    throw invalid('Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be specified.');
  if (one) return [one];
  const names = (several ?? []).map((definition) => definition.DefinitionName);
  if (names.includes(undefined)) throw invalid('Each of several training job definitions needs a DefinitionName.');
  if (new Set(names).size < names.length) throw invalid('The names of training job definitions must be unique.');
  return several ?? [];
}

const rangesOf = (definition: TuningDefinition, { HyperParameterTuningJobConfig }: Input): Ranges =>
  definition.HyperParameterRanges ?? HyperParameterTuningJobConfig.ParameterRanges ?? {};

/** @throws ValidationException  (unverified sentence) no instances are named */
function resourcesOf(definition: TuningDefinition): NonNullable<TrainingJobSettings['ResourceConfig']> {
  const { ResourceConfig, HyperParameterTuningResourceConfig: tuning } = definition;
  if (ResourceConfig) return ResourceConfig;
  const { InstanceType, InstanceCount, VolumeSizeInGB } = tuning?.InstanceConfigs?.[0] ?? tuning ?? {};
  if (InstanceType === undefined) throw invalid('ResourceConfig or HyperParameterTuningResourceConfig must name instances.');
  return {
    InstanceType,
    InstanceCount: InstanceCount ?? 1,
    VolumeSizeInGB: VolumeSizeInGB ?? 1,
    ...(tuning?.VolumeKmsKeyId !== undefined && { VolumeKmsKeyId: tuning.VolumeKmsKeyId }),
  };
}

/** How many training jobs there will be, and how many at once. */
function sizeOf(input: Input, definitions: readonly TuningDefinition[]): { readonly total: number; readonly parallel: number } {
  const { Strategy, ResourceLimits } = input.HyperParameterTuningJobConfig;
  const parallel = ResourceLimits.MaxParallelTrainingJobs;
  const grid = definitions.reduce((sum, definition) => sum + gridSize(rangesOf(definition, input)), 0);
  // (unverified) that without a number there is one round
  const total = Strategy === 'Grid' ? grid : (ResourceLimits.MaxNumberOfTrainingJobs ?? parallel);
  return { total, parallel };
}

const ALL_FAILED = 'All training jobs failed. Please take a look at the training jobs failures to get more details.';

/**
 * Starts a tuning job: its training jobs one after the other, as many at once as it says, each with parameters drawn from the ranges. They are
 * training jobs like any other, and nothing is trained or measured: there is no best one. When no definition's role allows what its jobs need,
 * the first round of them fails, and the tuning job with it.
 * @throws ResourceInUse          the name is taken
 * @throws ResourceLimitExceeded  more jobs or instances than AWS or the account lets one have
 * @throws ValidationException    definitions or ranges that are none; no such algorithm or parent; roles that cannot be taken up, or may not do what training jobs are tried with
 */
export const createHyperParameterTuningJob = create<Input, TuningJobSettings>(hyperParameterTuningJob, {
  name: (input) => input.HyperParameterTuningJobName,
  before: async (input, context) => {
    for (const definition of definitionsOf(input)) {
      requireRanges(rangesOf(definition, input));
      resourcesOf(definition);
      await requireTrainingAccess(definition.RoleArn, trainingAccess(definition), context);
    }
  },
  draft: async (input, call) => {
    const definitions = definitionsOf(input);
    for (const definition of definitions) await requireAlgorithm(definition.AlgorithmSpecification.AlgorithmName, call);
    await requireParents(input, call);
    const size = sizeOf(input, definitions);
    await requireQuota(LIMITS.trainingJobs, size.total, call);
    await requireQuota(LIMITS.parallelJobs, size.parallel, call);
    await requireQuota(CONCURRENT, 1, call);
    await requireTrainingInstances(instancesAtOnce(definitions, size.parallel), call);
    const failures = new Map<TuningDefinition, string | undefined>();
    for (const definition of definitions)
      failures.set(definition, await failureByRole(definition.RoleArn, trainingUses(definition, call), call));
    const failed = [...failures.values()].every((failure) => failure !== undefined);
    const count = failed ? Math.min(size.total, size.parallel) : size.total;
    const ends = await insertTrainingJobs(input, definitions, failures, { count, parallel: size.parallel }, call);
    return {
      settings: withoutTags(input),
      course: [
        { status: 'InProgress', seconds: (ends - call.now) / 1000, fixed: true },
        failed ? { status: 'Failed', reason: ALL_FAILED } : { status: 'Completed' },
      ],
    };
  },
});

/** @throws ValidationException  (unverified sentence) a tuning job to learn from that is not there */
async function requireParents({ WarmStartConfig }: Input, call: Writing): Promise<void> {
  for (const { HyperParameterTuningJobName: name = '' } of WarmStartConfig?.ParentHyperParameterTuningJobs ?? []) {
    if (!(await find(hyperParameterTuningJob, { HyperParameterTuningJobName: name }, call)))
      throw invalid(`The parent hyperparameter tuning job ${name} does not exist.`);
  }
}

/** At most: every job that runs at once could be of the definition that needs most of a type. */
function instancesAtOnce(definitions: readonly TuningDefinition[], parallel: number): Instances {
  const most = new Map<string, number>();
  for (const definition of definitions) {
    for (const [type, count] of trainingInstances({ ResourceConfig: resourcesOf(definition) }))
      most.set(type, Math.max(most.get(type) ?? 0, count * parallel));
  }
  return most;
}

/**
 * Makes the training jobs. One that is to begin later is stored as not being there until then.
 * @returns when the last one ends, milliseconds since the epoch
 */
async function insertTrainingJobs(
  input: Input,
  definitions: readonly TuningDefinition[],
  failures: ReadonlyMap<TuningDefinition, string | undefined>,
  { count, parallel }: { readonly count: number; readonly parallel: number },
  call: Writing,
): Promise<number> {
  const { target, now, installation } = call;
  const parent = parentOf({ type: 'hyper-parameter-tuning-job', id: foldCase(input.HyperParameterTuningJobName), createdAt: now });
  /** When each of the places for running jobs is free again. */
  const free: number[] = Array(parallel).fill(now);
  for (let i = 0; i < count; i++) {
    const definition = definitions[i % definitions.length] as TuningDefinition;
    const begins = free[i % parallel] ?? now;
    const course = trainingCourse(definition.StoppingCondition.MaxRuntimeInSeconds ?? 86_400, failures.get(definition));
    const phases = phasesOf(course, { now: begins, installation });
    free[i % parallel] = phases.at(-1)?.from ?? begins;
    const name = `${input.HyperParameterTuningJobName}-${String(i + 1).padStart(3, '0')}-${lowerAlphanumeric(8, installation.random)}`;
    const parameters = tunedParameters(
      rangesOf(definition, input),
      input.HyperParameterTuningJobConfig.Strategy,
      Math.floor(i / definitions.length),
      installation.random,
    );
    const notYet: Phase[] = begins > now ? [{ from: now, status: GONE }] : [];
    const arn = sageMakerArn(call, `training-job/${foldCase(name)}`);
    const more = {
      name,
      parent,
      createdAt: begins,
      changedAt: begins,
      phases: [...notYet, ...phases],
      settings: settingsOf(definition, name, target.arn, parameters),
    };
    await call.reader.insert(sageMakerResources, newResource<TrainingJobSettings>(trainingJob, arn, call, more));
  }
  return Math.max(...free);
}

/** The training job of a definition, with the parameters that it tries. */
function settingsOf(
  definition: TuningDefinition,
  TrainingJobName: string,
  TuningJobArn: string,
  parameters: Readonly<Record<string, string>>,
): TrainingJobSettings {
  const {
    DefinitionName: definitionName,
    TuningObjective: _objective,
    HyperParameterRanges: _ranges,
    StaticHyperParameters,
    HyperParameterTuningResourceConfig: _resources,
    ...job
  } = definition;
  return {
    ...job,
    TrainingJobName,
    TuningJobArn,
    ResourceConfig: resourcesOf(definition),
    HyperParameters: { ...StaticHyperParameters, ...parameters },
    tuned: { definition: definitionName, parameters },
  };
}

/** Stops the training jobs that run, and takes away those that have not begun. */
async function stopTrainingJobs(tuning: TuningJob, call: Writing): Promise<void> {
  const prefix = [call.account, call.region, trainingJob.type, parentOf(tuning)];
  const children = await call.reader.list(sageMakerResources, { index: 'child_created', prefix, limit: MAX_CHILDREN });
  for (const child of children) {
    const status = phaseAt(child, call.now)?.status;
    if (status === GONE && child.createdAt > call.now) await call.reader.delete(sageMakerResources, keyOf(sageMakerResources, child));
    else if (status === 'InProgress') await call.reader.update(sageMakerResources, stoppedTraining(child, call));
  }
}

/** More than an installation lets one have. */
const MAX_CHILDREN = 10_000;

/** @throws ValidationException  the job has ended */
export const stopHyperParameterTuningJob = stopJob(hyperParameterTuningJob, 'hyperparameter tuning job', JOB_STATES, 30, stopTrainingJobs);

/** Training jobs as they are listed with their tuning job. */
const tunedTrainingJob: Family<never, TrainingJobSettings> = {
  ...(trainingJob as unknown as Family<never, TrainingJobSettings>),
  list: {
    operation: 'ListTrainingJobsForHyperParameterTuningJob',
    result: 'TrainingJobSummaries',
    more: (resource, now) => ({
      TrainingJobDefinitionName: resource.settings.tuned?.definition,
      TunedHyperParameters: resource.settings.tuned?.parameters ?? {},
      ObjectiveStatus: begunPhases(resource, now).some((phase) => hasTrained(phase.status)) ? 'Failed' : 'Pending',
    }),
    // Their names are numbered in the order in which they begin.
    sort: 'CreationTime',
    order: 'Ascending',
    within: async (input: Identity, context) => parentOf(await need(hyperParameterTuningJob, input, context)),
  },
};

const listTuned = list(tunedTrainingJob);

/**
 * The training jobs of a tuning job that have begun.
 * @throws ResourceNotFound  there is no such tuning job
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobsForHyperParameterTuningJob.html
 */
export const listTrainingJobsForHyperParameterTuningJob = (
  { SortBy, ...input }: Valid<ListTrainingJobsForHyperParameterTuningJobRequest>,
  context: OperationContext<Found>,
): Promise<object> => listTuned({ ...input, ...(SortBy === 'Status' && { SortBy }) } as Parameters<typeof listTuned>[0], context);
