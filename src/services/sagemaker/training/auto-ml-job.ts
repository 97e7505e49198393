import type {
  CreateAutoMLJobRequest,
  CreateAutoMLJobV2Request,
  DescribeAutoMLJobV2Request,
  ListCandidatesForAutoMLJobRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler, OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { describe, describeResource, projected } from '../describe.ts';
import { invalid } from '../errors.ts';
import { SAGEMAKER } from '../execution-role.ts';
import { nameOf, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { jobTimes, stopJob } from '../job.ts';
import type { Course } from '../lifecycle.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import { encryptsWith, failureByRole, joinsNetwork, type RoleUse, readsS3, writesS3 } from '../role-use.ts';

type Input = Valid<CreateAutoMLJobRequest>;
type InputV2 = Valid<CreateAutoMLJobV2Request>;
type Identity = { readonly AutoMLJobName: string };
type SettingsV2 = Omit<InputV2, 'Tags'>;
/** Jobs of both versions share names, and are told apart by what only the second takes. */
export type AutoMLJobSettings = Omit<Input, 'Tags'> | SettingsV2;

const isV2 = (settings: AutoMLJobSettings): settings is SettingsV2 => 'AutoMLJobInputDataConfig' in settings;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAutoMLJob.html */
export const autoMLJob = familyOf<Identity, AutoMLJobSettings>({
  type: 'automl-job',
  noun: 'AutoMLJob',
  // As the Service Authorization Reference spells it.
  arnPath: '${AutoMLJobJobName}',
  status: 'AutoMLJobStatus',
  describe: (resource, now) => {
    const { settings } = resource;
    const phase = phaseAt(resource, now);
    return {
      ...settings,
      AutoMLJobSecondaryStatus: phase?.detail ?? phase?.status,
      EndTime: jobTimes(resource, now).ended,
      ResolvedAttributes: {
        AutoMLJobObjective: settings.AutoMLJobObjective,
        ...(isV2(settings) ? {} : { ProblemType: settings.ProblemType, CompletionCriteria: settings.AutoMLJobConfig?.CompletionCriteria }),
      },
    };
  },
  list: { operation: 'ListAutoMLJobs', result: 'AutoMLJobSummaries', sort: 'Name', order: 'Descending' },
});

/** What a job goes through. Nothing is trained, so it has no candidates in the end. */
function courseOf(stages: readonly string[], end: string, failure: string | undefined): Course {
  const starting = { status: 'InProgress', detail: 'Starting', seconds: 60 };
  if (failure !== undefined) return [starting, { status: 'Failed', detail: 'Failed', reason: failure }];
  return [starting, ...stages.map((detail) => ({ status: 'InProgress', detail, seconds: 60 })), { status: 'Completed', detail: end }];
}

const TABULAR_STAGES = ['AnalyzingData', 'FeatureEngineering', 'ModelTuning'];

/** @throws ValidationException  (unverified sentence) a name for the endpoint, and one to be made up */
function requireDeployment({ ModelDeployConfig: deploy }: Pick<Input, 'ModelDeployConfig'>): void {
  if (deploy?.AutoGenerateEndpointName && deploy.EndpointName !== undefined)
    throw invalid('EndpointName cannot be specified when AutoGenerateEndpointName is true.');
}

/** The role hands itself on to the jobs that this one starts. @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html */
const passesItself = (role: string): RoleUse => ({
  action: 'iam:PassRole',
  arns: [role],
  purpose: 'Failed to start jobs',
  context: { 'iam:PassedToService': SAGEMAKER },
});

const failureOf = (
  job: Pick<InputV2, 'RoleArn' | 'OutputDataConfig' | 'SecurityConfig'>,
  inputs: readonly { readonly DataSource?: { readonly S3DataSource: { readonly S3Uri: string } } | undefined }[],
  call: Writing,
): Promise<string | undefined> =>
  failureByRole(
    job.RoleArn,
    [
      ...inputs.flatMap((channel) => readsS3(channel.DataSource?.S3DataSource.S3Uri)),
      ...writesS3(job.OutputDataConfig.S3OutputPath),
      ...encryptsWith(job.OutputDataConfig.KmsKeyId, call),
      ...joinsNetwork(job.SecurityConfig?.VpcConfig),
      passesItself(job.RoleArn),
    ],
    call,
  );

/**
 * Starts an AutoML job on a table. It fails when its role does not let it read its input, write its output or pass itself on.
 * @throws ResourceInUse        the name is taken, by a job of either version
 * @throws ValidationException  problem type without objective, or the other way round; the role cannot be taken up
 */
export const createAutoMLJob = create<Input, AutoMLJobSettings>(autoMLJob, {
  name: (input) => input.AutoMLJobName,
  draft: async (input, call) => {
    requireDeployment(input);
    // (unverified) sentence
    if ((input.ProblemType === undefined) !== (input.AutoMLJobObjective === undefined))
      throw invalid('ProblemType and AutoMLJobObjective must be specified together.');
    const failure = await failureOf({ ...input, SecurityConfig: input.AutoMLJobConfig?.SecurityConfig }, input.InputDataConfig, call);
    return {
      settings: withoutTags(input),
      course: input.GenerateCandidateDefinitionsOnly
        ? courseOf(['AnalyzingData'], 'CandidateDefinitionsGenerated', failure)
        : courseOf(TABULAR_STAGES, 'Completed', failure),
    };
  },
});

/**
 * As `createAutoMLJob`, for tables and other kinds of data.
 * @throws ResourceInUse        the name is taken, by a job of either version
 * @throws ValidationException  the role cannot be taken up
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAutoMLJobV2.html
 */
export const createAutoMLJobV2 = create<InputV2, AutoMLJobSettings>(autoMLJob, {
  name: (input) => input.AutoMLJobName,
  operation: 'CreateAutoMLJobV2',
  draft: async (input, call) => {
    requireDeployment(input);
    const stages = input.AutoMLProblemTypeConfig.TabularJobConfig ? TABULAR_STAGES : ['TrainingModels'];
    const failure = await failureOf(input, input.AutoMLJobInputDataConfig, call);
    return { settings: withoutTags(input), course: courseOf(stages, 'Completed', failure) };
  },
});

const describeEither = describe(autoMLJob);

/**
 * @throws ResourceNotFound     there is no such job
 * @throws ValidationException  (unverified sentence) it is one of the second version
 */
export const describeAutoMLJob: Handler<Identity, Found> = async (input, context) => {
  const resource = context.target.stored?.resource as SageMakerResource<AutoMLJobSettings> | undefined;
  if (resource && isV2(resource.settings))
    throw invalid(`AutoML job ${resource.name} was created with CreateAutoMLJobV2. Use DescribeAutoMLJobV2 to describe it.`);
  return describeEither(input, context);
};

/** A job of the first version in the words of the second: its problem is a table. */
function asV2(settings: AutoMLJobSettings): object {
  if (isV2(settings)) {
    const [config = ''] = Object.keys(settings.AutoMLProblemTypeConfig);
    return { AutoMLProblemTypeConfigName: config.replace(/JobConfig$/, '') };
  }
  const { AutoMLJobConfig: config, InputDataConfig: channels, ProblemType, GenerateCandidateDefinitionsOnly } = settings;
  return {
    AutoMLJobInputDataConfig: channels,
    AutoMLProblemTypeConfigName: 'Tabular',
    AutoMLProblemTypeConfig: {
      TabularJobConfig: {
        TargetAttributeName: channels[0]?.TargetAttributeName,
        SampleWeightAttributeName: channels[0]?.SampleWeightAttributeName,
        ProblemType,
        GenerateCandidateDefinitionsOnly,
        Mode: config?.Mode,
        CompletionCriteria: config?.CompletionCriteria,
      },
    },
    SecurityConfig: config?.SecurityConfig,
    DataSplitConfig: config?.DataSplitConfig,
  };
}

/** Describes a job of either version. @throws ResourceNotFound  there is no such job */
export const describeAutoMLJobV2: Handler<Valid<DescribeAutoMLJobV2Request>, Found> = async (input, context) => {
  const resource = context.target.stored?.resource as SageMakerResource<AutoMLJobSettings> | undefined;
  if (!resource) throw autoMLJob.missing(nameOf(autoMLJob, input, context), 'describe');
  const described = { ...describeResource(autoMLJob, resource, context.now), ...asV2(resource.settings) };
  return projected(context.installation, 'DescribeAutoMLJobV2', described);
};

/** @throws ValidationException  the job has ended */
export const stopAutoMLJob = stopJob(autoMLJob, 'AutoML job');

/** There are none: nothing is trained. @throws ResourceNotFound  there is no such job */
export async function listCandidatesForAutoMLJob(
  input: Valid<ListCandidatesForAutoMLJobRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  await need(autoMLJob, input, context);
  const { page, next } = pageOf([], 'ListCandidatesForAutoMLJob', input, context);
  return { Candidates: page, ...next };
}
