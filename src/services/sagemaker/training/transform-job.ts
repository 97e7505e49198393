import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { create, withoutTags } from '../create.ts';
import { invalid, resourceInUse } from '../errors.ts';
import { joinExperiment, tellExperiment } from '../experiments/job-component.ts';
import { need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { model } from '../hosting/model.ts';
import { hasEnded, JOB_STATES, jobCourse, jobTimes, stopJob } from '../job.ts';
import { countInstances, type Instances, requireInstances } from '../quota.ts';
import { encryptsWith, failureByRole, readsS3, writesS3 } from '../role-use.ts';

type Input = Valid<CreateTransformJobRequest>;
type Identity = { readonly TransformJobName: string };
export type TransformJobSettings = Omit<Input, 'Tags'>;

/** There is no operation to delete one: its name is taken for good. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html */
export const transformJob = familyOf<Identity, TransformJobSettings>({
  type: 'transform-job',
  noun: 'TransformJob',
  status: 'TransformJobStatus',
  missing: ({ name }) => invalid(`Could not find requested job with name: ${name}`),
  taken: ({ arn }) =>
    resourceInUse(`Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`),
  describe: (resource, now) => {
    const { started, ended } = jobTimes(resource, now);
    return { ...resource.settings, TransformStartTime: started, TransformEndTime: ended };
  },
  list: { operation: 'ListTransformJobs', result: 'TransformJobSummaries', sort: 'CreationTime', order: 'Descending' },
});

const instancesOf = ({ TransformResources: { InstanceType, InstanceCount } }: TransformJobSettings): Instances =>
  countInstances([{ type: InstanceType, count: InstanceCount }]);

const heldBy = (resource: SageMakerResource, status: string | undefined): Instances =>
  // Only rows of this family are asked.
  hasEnded(JOB_STATES, status) ? new Map() : instancesOf(resource.settings as TransformJobSettings);

/**
 * Starts a transform job, with the role of its model. It fails when that does not let it read its input or write its output.
 * @throws ResourceInUse          the name is taken
 * @throws ValidationException    no such model
 * @throws ResourceLimitExceeded  more instances than the account may have
 */
export const createTransformJob = create<Input, TransformJobSettings>(transformJob, {
  name: (input) => input.TransformJobName,
  draft: async (input, call) => {
    const { settings } = await need(model, { ModelName: input.ModelName }, call);
    await requireInstances('transform job', 'transform-job', instancesOf(input), heldBy, call);
    const failure = await failureByRole(
      settings.ExecutionRoleArn,
      [
        ...readsS3(input.TransformInput.DataSource.S3DataSource.S3Uri),
        ...writesS3(input.TransformOutput.S3OutputPath),
        ...encryptsWith(input.TransformOutput.KmsKeyId, call),
        ...writesS3(input.DataCaptureConfig?.DestinationS3Uri),
      ],
      call,
    );
    const course = jobCourse(JOB_STATES, failure);
    await joinExperiment(input.ExperimentConfig, { type: 'transform-job', name: input.TransformJobName, course }, call);
    return { settings: withoutTags(input), course };
  },
});

/** @throws ValidationException  the job has ended */
export const stopTransformJob = stopJob(transformJob, 'transform job', JOB_STATES, 30, tellExperiment);
