import type { CreateTrainingJobRequest, UpdateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid, missingMember, resourceInUse } from '../errors.ts';
import { joinExperiment, tellExperiment } from '../experiments/job-component.ts';
import type { Family, Place } from '../family.ts';
import { type Course, continued, phasesOf } from '../lifecycle.ts';
import { chosenOf, countInstances, type Instances, requireInstances, selectInstances } from '../quota.ts';
import { requireTrainingAccess, type TrainingAccess } from '../role-probe.ts';
import { encryptsWith, failureByRole, fetchesImage, joinsNetwork, type RoleUse, readsS3, writesS3 } from '../role-use.ts';
import { requireAlgorithm } from './algorithm.ts';
import { begunPhases, secondaryTransitions } from './secondary-status.ts';
import { requireTrainingPlan } from './training-plan.ts';

type Input = Valid<CreateTrainingJobRequest>;
type Identity = { readonly TrainingJobName: string };
export type TrainingJobSettings = Omit<Input, 'Tags'> & {
  /** Of a job that a tuning job has started. */
  readonly TuningJobArn?: string;
  readonly tuned?: { readonly definition: string | undefined; readonly parameters: Readonly<Record<string, string>> };
};

/** Seconds, by default and at most. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html */
export const DEFAULT_MAX_RUNTIME = 86_400;
/** What training is taken to need. */
const TRAINING_SECONDS = 120;

/**
 * What a job goes through. Nothing is trained: a job that was allowed to start takes about as long as a small one does, and ends Completed,
 * or Stopped by its own limit of time. One whose role does not allow what it needs ends Failed where it needs it.
 */
export const trainingCourse = (maxRuntime: number, failure?: string): Course => [
  { status: 'InProgress', detail: 'Starting', seconds: 60 },
  { status: 'InProgress', detail: 'Downloading', seconds: 20 },
  ...(failure === undefined
    ? [
        { status: 'InProgress', detail: 'Training', seconds: Math.min(TRAINING_SECONDS, maxRuntime) },
        { status: 'InProgress', detail: 'Uploading', seconds: 20 },
        maxRuntime < TRAINING_SECONDS ? { status: 'Stopped', detail: 'MaxRuntimeExceeded' } : { status: 'Completed', detail: 'Completed' },
      ]
    : [{ status: 'Failed', detail: 'Failed', reason: failure }]),
];

const STATUS_MESSAGES: Readonly<Record<string, string>> = {
  Starting: 'Preparing the instances for training',
  Downloading: 'Downloading input data',
  Training: 'Training image download completed. Training in progress.',
  Uploading: 'Uploading generated training model',
  Completed: 'Training job completed',
  Failed: 'Training job failed',
  Stopping: 'Stopping the training job',
  Stopped: 'Training job stopped',
  MaxRuntimeExceeded: 'Training job runtime exceeded MaxRuntimeInSeconds',
};

const FINAL = ['Completed', 'Failed', 'Stopped'];

export const hasTrained = (status: string | undefined): boolean => status !== undefined && FINAL.includes(status);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const trainingJob: Family<Identity, TrainingJobSettings> = {
  type: 'training-job',
  noun: 'TrainingJob',
  path: (input) => input.TrainingJobName,
  arnPath: '${TrainingJobName}',
  names: 'lower-cased',
  status: 'TrainingJobStatus',
  missing: () => invalid('Requested resource not found.'),
  taken: ({ arn }) =>
    resourceInUse(
      `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
    ),
  describe: describeTrainingJob,
  list: {
    operation: 'ListTrainingJobs',
    result: 'TrainingJobSummaries',
    more: ({ settings }) => (settings.ResourceConfig?.TrainingPlanArn ? { TrainingPlanArn: settings.ResourceConfig.TrainingPlanArn } : {}),
    sort: 'CreationTime',
    order: 'Ascending',
    passes: ({ settings }, { TrainingPlanArnEquals, WarmPoolStatusEquals }) =>
      (TrainingPlanArnEquals === undefined || settings.ResourceConfig?.TrainingPlanArn === TrainingPlanArnEquals) &&
      // No job keeps its instances warm here.
      WarmPoolStatusEquals === undefined,
  },
  deletion: {
    refuse: ({ arn }, status) => {
      // (unverified) sentence
      if (!hasTrained(status)) throw resourceInUse(`Unable to delete training job ${arn} in status ${status}.`);
    },
    course: [{ status: 'Deleting', detail: 'Deleting', seconds: 5 }, { status: GONE }],
  },
};

function describeTrainingJob(resource: SageMakerResource<TrainingJobSettings>, now: number): object {
  const { name, settings } = resource;
  const begun = begunPhases(resource, now);
  const started = begun.find((phase) => phase.detail === 'Downloading')?.from;
  const end = begun.find((phase) => FINAL.includes(phase.status))?.from;
  const seconds = started !== undefined && end !== undefined ? Math.round((end - started) / 1000) : undefined;
  return {
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: false,
    EnableManagedSpotTraining: false,
    ...settings,
    SecondaryStatus: phaseAt(resource, now)?.detail,
    // Where a model would be; nothing is written there.
    ModelArtifacts: { S3ModelArtifacts: `${settings.OutputDataConfig.S3OutputPath?.replace(/\/$/, '')}/${name}/output/model.tar.gz` },
    SecondaryStatusTransitions: secondaryTransitions(begun, FINAL, STATUS_MESSAGES),
    ProfilingStatus: settings.ProfilerConfig?.DisableProfiler ? 'Disabled' : 'Enabled',
    ...(started !== undefined && { TrainingStartTime: new Date(started) }),
    ...(end !== undefined && { TrainingEndTime: new Date(end) }),
    ...(seconds !== undefined && { TrainingTimeInSeconds: Math.max(1, seconds), BillableTimeInSeconds: Math.max(1, seconds) }),
  };
}

export const trainingInstances = ({ ResourceConfig }: Pick<TrainingJobSettings, 'ResourceConfig'>): Instances =>
  countInstances([
    ...(ResourceConfig === undefined ? [] : [chosenOf(ResourceConfig) ?? {}]),
    ...(ResourceConfig?.InstanceGroups ?? []).map(({ InstanceType, InstanceCount }) => ({ type: InstanceType, count: InstanceCount })),
  ]);

const heldBy = (resource: SageMakerResource, status: string | undefined): Instances =>
  // Only rows of this family are asked.
  hasTrained(status) ? new Map() : trainingInstances(resource.settings as TrainingJobSettings);

/** @throws ResourceLimitExceeded  more instances than training jobs of the account may have */
export const requireTrainingInstances = (wanted: Instances, call: Writing): Promise<void> =>
  requireInstances('training job', 'training-job', wanted, heldBy, call);

/** Of a training job: what its role is tried with before it is taken on, and what its work needs besides. */
export type TrainingNeeds = Pick<
  TrainingJobSettings,
  'InputDataConfig' | 'OutputDataConfig' | 'ResourceConfig' | 'VpcConfig' | 'CheckpointConfig'
> & { readonly AlgorithmSpecification?: { readonly TrainingImage?: string | undefined } | undefined };

const inputsOf = ({ InputDataConfig = [] }: TrainingNeeds): (string | undefined)[] =>
  InputDataConfig.map((channel) => channel.DataSource.S3DataSource?.S3Uri);

export const trainingAccess = (needs: TrainingNeeds): TrainingAccess => ({
  images: [needs.AlgorithmSpecification?.TrainingImage],
  inputs: inputsOf(needs),
  output: needs.OutputDataConfig.S3OutputPath,
});

export const trainingUses = (needs: TrainingNeeds, place: Place): RoleUse[] => [
  ...joinsNetwork(needs.VpcConfig),
  ...fetchesImage(needs.AlgorithmSpecification?.TrainingImage),
  ...inputsOf(needs).flatMap(readsS3),
  ...writesS3(needs.OutputDataConfig.S3OutputPath),
  ...writesS3(needs.CheckpointConfig?.S3Uri),
  ...encryptsWith(needs.OutputDataConfig.KmsKeyId, place),
];

/**
 * Starts a training job. It fails when its role does not let it join its network, have its image, read its inputs or write its outputs.
 * @throws ResourceInUse          the name is taken
 * @throws ResourceNotFound       no such training plan
 * @throws ValidationException    what a job needs is missing; no such algorithm; the role cannot be taken up, or may not list the inputs, write the output or look up the image
 * @throws ResourceLimitExceeded  more instances than the account may have
 */
export const createTrainingJob = create<Input, TrainingJobSettings>(trainingJob, {
  name: (input) => input.TrainingJobName,
  before: async (input, context) => {
    const { AlgorithmSpecification: algorithm } = input;
    if (!input.ServerlessJobConfig) {
      if (!algorithm) throw missingMember('algorithmSpecification');
      if (!input.ResourceConfig) throw missingMember('resourceConfig');
      // (unverified) sentence
      if ((algorithm.TrainingImage === undefined) === (algorithm.AlgorithmName === undefined))
        throw invalid('Exactly one of TrainingImage and AlgorithmName must be specified in AlgorithmSpecification.');
    }
    await requireTrainingAccess(input.RoleArn, trainingAccess(input), context);
  },
  draft: async (input, call) => {
    await requireAlgorithm(input.AlgorithmSpecification?.AlgorithmName, call);
    if (input.ResourceConfig?.TrainingPlanArn !== undefined) await requireTrainingPlan(input.ResourceConfig.TrainingPlanArn, call);
    const ResourceConfig =
      input.ResourceConfig && (await selectInstances(input.ResourceConfig, (wanted) => requireTrainingInstances(wanted, call)));
    await requireTrainingInstances(trainingInstances({ ResourceConfig }), call);
    const maxRuntime = input.StoppingCondition?.MaxRuntimeInSeconds ?? DEFAULT_MAX_RUNTIME;
    const course = trainingCourse(maxRuntime, await failureByRole(input.RoleArn, trainingUses(input, call), call));
    await joinExperiment(input.ExperimentConfig, { type: 'training-job', name: input.TrainingJobName, course }, call);
    return {
      settings: {
        ...withoutTags(input),
        ...(ResourceConfig && { ResourceConfig }),
        StoppingCondition: { ...input.StoppingCondition, MaxRuntimeInSeconds: maxRuntime },
      },
      course,
    };
  },
});

const STOPPING: Course = [
  { status: 'Stopping', detail: 'Stopping', seconds: 30 },
  { status: 'Stopped', detail: 'Stopped' },
];

/** A running job that is told to stop. */
export const stoppedTraining = <Settings extends object>(
  job: SageMakerResource<Settings>,
  call: Pick<Writing, 'now' | 'installation'>,
): SageMakerResource<Settings> => ({
  ...job,
  changedAt: call.now,
  phases: continued(job.phases, phasesOf(STOPPING, call), call.now),
});

/**
 * Stops a job. Stopping one that is stopping changes nothing.
 * @throws ValidationException  the job has ended
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html
 */
export const stopTrainingJob = change<Identity, TrainingJobSettings, Identity>(trainingJob, async (resource, _, call) => {
  const status = phaseAt(resource, call.now)?.status;
  if (status === 'Stopping') return resource;
  if (status !== 'InProgress') throw invalid(`The request was rejected because the training job is in status ${status}.`);
  const stopped = stoppedTraining(resource, call);
  await tellExperiment(stopped, call);
  return stopped;
});

/**
 * Changes how a running job is profiled, and whether it can be debugged from afar.
 * @throws ValidationException  (unverified sentences) the job has not started yet, or has ended
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateTrainingJob.html
 */
export const updateTrainingJob = change<Identity, TrainingJobSettings, Valid<UpdateTrainingJobRequest>>(
  trainingJob,
  (resource, input, { now }) => {
    const phase = phaseAt(resource, now);
    if (phase?.detail === 'Starting') throw invalid('The request was rejected because the training job is in status Starting.');
    const { settings } = resource;
    if (input.ResourceConfig && (input.ProfilerConfig || input.ProfilerRuleConfigurations))
      throw invalid('ResourceConfig and profiler configuration cannot be updated in one request.');
    if (input.ResourceConfig && phase?.status === 'InProgress')
      throw invalid('ResourceConfig cannot be updated while the training job is in status InProgress.');
    if (!input.ResourceConfig && phase?.status !== 'InProgress')
      throw invalid(`The request was rejected because the training job is in status ${phase?.status}.`);
    const { ProfilerConfig, ProfilerRuleConfigurations, RemoteDebugConfig, ResourceConfig } = input;
    return {
      ...resource,
      changedAt: now,
      settings: {
        ...settings,
        ...(ProfilerConfig && { ProfilerConfig: { ...settings.ProfilerConfig, ...ProfilerConfig } }),
        ...(ProfilerRuleConfigurations && {
          ProfilerRuleConfigurations: [...(settings.ProfilerRuleConfigurations ?? []), ...ProfilerRuleConfigurations],
        }),
        ...(RemoteDebugConfig && { RemoteDebugConfig }),
        ...(ResourceConfig && { ResourceConfig: { ...settings.ResourceConfig, ...ResourceConfig } }),
      },
    };
  },
  { answer: ({ arn }) => ({ TrainingJobArn: arn }) },
);
