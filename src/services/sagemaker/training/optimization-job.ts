import type { CreateOptimizationJobRequest } from '@aws-sdk/client-sagemaker';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { create, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import { need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { model } from '../hosting/model.ts';
import { endedFirst, jobCourse, jobTimes, LOUD_JOB_STATES, stopJob } from '../job.ts';
import { encryptsWith, failureByRole, fetchesImage, joinsNetwork, readsS3, writesS3 } from '../role-use.ts';
import { requireTrainingPlan } from './training-plan.ts';

type Input = Valid<CreateOptimizationJobRequest>;
type Identity = { readonly OptimizationJobName: string };
export type OptimizationJobSettings = Omit<Input, 'Tags'>;

/** What a job does to the model, as lists name it: `ModelQuantizationConfig`. */
const typesOf = ({ OptimizationConfigs }: Pick<OptimizationJobSettings, 'OptimizationConfigs'>): string[] =>
  OptimizationConfigs.flatMap((config) => Object.keys(config));

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateOptimizationJob.html */
export const optimizationJob = familyOf<Identity, OptimizationJobSettings>({
  type: 'optimization-job',
  noun: 'OptimizationJob',
  names: 'unique regardless of case',
  status: 'OptimizationJobStatus',
  describe: (resource, now) => {
    const { started, ended } = jobTimes(resource, now, LOUD_JOB_STATES);
    return { ...resource.settings, OptimizationStartTime: started, OptimizationEndTime: ended };
  },
  list: {
    operation: 'ListOptimizationJobs',
    result: 'OptimizationJobSummaries',
    more: ({ settings }) => ({ OptimizationTypes: typesOf(settings) }),
    sort: 'CreationTime',
    order: 'Ascending',
    passes: ({ settings }, { OptimizationContains: part }) =>
      part === undefined || typesOf(settings).some((type) => foldCase(type).includes(foldCase(String(part)))),
  },
  deletion: { refuse: endedFirst('optimization job', LOUD_JOB_STATES) },
});

interface WithImage {
  readonly Image?: string | undefined;
}

/**
 * Starts an optimization job. It fails when its role does not let it have its image, read the model or write what comes of it.
 * @throws ResourceInUse        the name is taken
 * @throws ResourceNotFound     no such training plan
 * @throws ValidationException  not exactly one source; no such model; the role cannot be taken up
 */
export const createOptimizationJob = create<Input, OptimizationJobSettings>(optimizationJob, {
  name: (input) => input.OptimizationJobName,
  draft: async (input, call) => {
    const { S3: data, SageMakerModel } = input.ModelSource;
    // (unverified) sentence
    if ((data?.S3Uri === undefined) === (SageMakerModel?.ModelName === undefined))
      throw invalid('Exactly one of S3 and SageMakerModel must be specified in ModelSource.');
    if (SageMakerModel?.ModelName !== undefined) await need(model, { ModelName: SageMakerModel.ModelName }, call);
    for (const arn of input.TrainingPlanArns ?? []) await requireTrainingPlan(arn, call);
    const images = input.OptimizationConfigs.flatMap((config) => Object.values(config).map((each: WithImage) => each.Image));
    const failure = await failureByRole(
      input.RoleArn,
      [
        ...images.flatMap(fetchesImage),
        ...readsS3(data?.S3Uri),
        ...writesS3(input.OutputConfig.S3OutputLocation),
        ...encryptsWith(input.OutputConfig.KmsKeyId, call),
        ...joinsNetwork(input.VpcConfig),
      ],
      call,
    );
    return { settings: withoutTags(input), course: jobCourse(LOUD_JOB_STATES, failure) };
  },
});

/** @throws ValidationException  the job has ended */
export const stopOptimizationJob = stopJob(optimizationJob, 'optimization job', LOUD_JOB_STATES);
