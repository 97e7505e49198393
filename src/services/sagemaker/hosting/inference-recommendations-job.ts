import { createHash } from 'node:crypto';
import type {
  CreateInferenceRecommendationsJobRequest,
  GetScalingConfigurationRecommendationRequest,
  GetScalingConfigurationRecommendationResponse,
  ListInferenceRecommendationsJobStepsRequest,
  ListInferenceRecommendationsJobStepsResponse,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { parseArn } from '../../../core/arn.ts';
import type { Valid } from '../../../model/valid.ts';
import { phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid, resourceNotFound } from '../errors.ts';
import { type Kind, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { hasEnded, type JobStates, jobCourse, stopJob } from '../job.ts';
import { pageOf } from '../page.ts';
import { modelPackage } from '../registry/model-package.ts';
import { type Found, named } from '../resources.ts';
import { statusOf } from '../status.ts';
import { model } from './model.ts';

type Input = Valid<CreateInferenceRecommendationsJobRequest>;
type Identity = { readonly JobName: string };
export type InferenceRecommendationsJobSettings = Omit<Input, 'Tags'>;
type Candidate = NonNullable<Input['InputConfig']['EndpointConfigurations']>[number];
type Status = NonNullable<ListInferenceRecommendationsJobStepsRequest['Status']>;

const STATES: JobStates = {
  running: ['PENDING', 'IN_PROGRESS'],
  completed: 'COMPLETED',
  failed: 'FAILED',
  stopping: 'STOPPING',
  stopped: 'STOPPED',
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceRecommendationsJob.html */
export const inferenceRecommendationsJob = familyOf<Identity, InferenceRecommendationsJobSettings>({
  type: 'inference-recommendations-job',
  noun: 'InferenceRecommendationsJob',
  nameMember: 'JobName',
  arnMember: 'JobArn',
  arnPath: '${InferenceRecommendationsJobName}',
  status: 'Status',
  describe: (resource, now) => {
    const ended = resource.phases.find((phase) => phase.from <= now && hasEnded(STATES, phase.status));
    return {
      ...resource.settings,
      ...(ended && { CompletionTime: new Date(ended.from) }),
      ...(ended?.status === STATES.completed && { InferenceRecommendations: recommendationsOf(resource) }),
    };
  },
  list: {
    operation: 'ListInferenceRecommendationsJobs',
    result: 'InferenceRecommendationsJobs',
    more: ({ settings: { JobDescription = '', InputConfig } }) => ({
      JobDescription,
      ModelName: InputConfig.ModelName,
      ModelPackageVersionArn: InputConfig.ModelPackageVersionArn,
    }),
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings: { InputConfig } }, { ModelNameEquals, ModelPackageVersionArnEquals }) =>
      (ModelNameEquals === undefined || InputConfig.ModelName === ModelNameEquals) &&
      (ModelPackageVersionArnEquals === undefined || InputConfig.ModelPackageVersionArn === ModelPackageVersionArnEquals),
  },
});

const candidatesOf = ({ settings }: SageMakerResource<InferenceRecommendationsJobSettings>): readonly Candidate[] =>
  (settings.InputConfig.EndpointConfigurations ?? []).filter(({ InstanceType }) => InstanceType !== undefined);

/** The configurations that the job was asked to try. Nothing has been measured, so none comes with figures. */
function recommendationsOf(job: SageMakerResource<InferenceRecommendationsJobSettings>) {
  return candidatesOf(job).map(({ InstanceType }, at) => {
    const id = createHash('sha256').update(`${job.arn}/${at}`).digest('hex').slice(0, 8);
    return {
      RecommendationId: `${job.name}/${id}`,
      EndpointConfiguration: { EndpointName: `sm-epc-${id}`, VariantName: `sm-var-${id}`, InstanceType, InitialInstanceCount: 1 },
      ModelConfiguration: {},
    };
  });
}

/** A package of this account's must be there; those of others are taken as they are named. */
async function requireModel({ ModelName, ModelPackageVersionArn: arn }: Input['InputConfig'], call: Writing): Promise<void> {
  // (unverified) sentence
  if ((ModelName === undefined) === (arn === undefined))
    throw invalid('Exactly one of ModelName and ModelPackageVersionArn must be specified.');
  if (ModelName !== undefined) await need(model, { ModelName }, call);
  if (arn !== undefined && parseArn(arn)?.account === call.account) await need(modelPackage, { ModelPackageArn: arn }, call);
}

/**
 * Starts a job that tries a model on instances. Nothing is tried or measured here.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  not exactly one model, or one that is not there; the role cannot be taken up
 */
export const createInferenceRecommendationsJob = create<Input, InferenceRecommendationsJobSettings>(inferenceRecommendationsJob, {
  name: (input) => input.JobName,
  draft: async (input, call) => {
    await requireModel(input.InputConfig, call);
    return { settings: withoutTags(input), course: jobCourse(STATES) };
  },
});

/** @throws ValidationException  the job has ended */
export const stopInferenceRecommendationsJob = stopJob(inferenceRecommendationsJob, 'inference recommendations job', STATES);

/**
 * The steps of a job: one for each configuration that it was asked to try, or a single one.
 * @throws ResourceNotFound  no such job
 */
export async function listInferenceRecommendationsJobSteps(
  input: Valid<ListInferenceRecommendationsJobStepsRequest>,
  context: OperationContext<Found>,
): Promise<ListInferenceRecommendationsJobStepsResponse> {
  const job = await need(inferenceRecommendationsJob, input, context);
  const Status = phaseAt(job, context.now)?.status as Status;
  const isAsked = input.Status === undefined || input.Status === Status;
  const tried = recommendationsOf(job).map(({ EndpointConfiguration }) => ({ EndpointConfiguration }));
  const steps = (tried.length > 0 ? tried : [{}]).map((configuration) => ({
    StepType: 'BENCHMARK' as const,
    JobName: job.name,
    Status,
    InferenceBenchmark: { ...configuration, ModelConfiguration: {} },
  }));
  const { page, next } = pageOf(isAsked ? steps : [], 'ListInferenceRecommendationsJobSteps', input, context);
  return { Steps: [...page], ...next };
}

type OfScaling = Valid<GetScalingConfigurationRecommendationRequest>;

const byJobName: Kind<OfScaling> = { ...inferenceRecommendationsJob, path: (input) => input.InferenceRecommendationsJobName };
export const scaledJob = named(byJobName);

/** Percent of a core, unless asked for otherwise, and seconds between two changes of the number of instances (unverified). */
const CPU_PER_CORE = 50;
const COOLDOWN = 300;

/**
 * How to scale an endpoint by a job's recommendation. As nothing has been measured, the answer holds what was asked for and how to wait, and no
 * policy.
 * @throws ResourceNotFound     no such job, or it recommends no such thing
 * @throws ValidationException  (unverified sentences) not exactly one of recommendation and endpoint; the job is not completed
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_GetScalingConfigurationRecommendation.html
 */
export async function getScalingConfigurationRecommendation(
  input: OfScaling,
  context: OperationContext<Found>,
): Promise<GetScalingConfigurationRecommendationResponse> {
  const { RecommendationId, EndpointName, TargetCpuUtilizationPerCore = CPU_PER_CORE, ScalingPolicyObjective } = input;
  const job = await need(inferenceRecommendationsJob, { JobName: input.InferenceRecommendationsJobName }, context);
  if ((RecommendationId === undefined) === (EndpointName === undefined))
    throw invalid('Exactly one of RecommendationId and EndpointName must be specified.');
  const status = statusOf(job, context);
  if (status !== STATES.completed) throw invalid(`Inference recommendations job ${job.name} is in status ${status}, not COMPLETED.`);
  const isKnown =
    RecommendationId === undefined
      ? (job.settings.InputConfig.Endpoints ?? []).some((each) => each.EndpointName === EndpointName)
      : recommendationsOf(job).some((each) => each.RecommendationId === RecommendationId);
  if (!isKnown) throw resourceNotFound(`Inference recommendations job ${job.name} has no ${RecommendationId ?? EndpointName}.`);
  return {
    InferenceRecommendationsJobName: job.name,
    ...(RecommendationId !== undefined && { RecommendationId }),
    ...(EndpointName !== undefined && { EndpointName }),
    TargetCpuUtilizationPerCore,
    ...(ScalingPolicyObjective && { ScalingPolicyObjective }),
    DynamicScalingConfiguration: { ScaleInCooldown: COOLDOWN, ScaleOutCooldown: COOLDOWN, ScalingPolicies: [] },
  };
}
