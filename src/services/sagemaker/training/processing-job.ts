import type { CreateProcessingJobRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { create, withoutTags } from '../create.ts';
import { invalid, resourceInUse } from '../errors.ts';
import { joinExperiment, tellExperiment } from '../experiments/job-component.ts';
import { familyOf } from '../family-of.ts';
import { endedFirst, hasEnded, JOB_STATES, jobCourse, jobTimes, stopJob } from '../job.ts';
import { chosenOf, countInstances, type Instances, requireInstances, selectInstances } from '../quota.ts';
import { encryptsWith, failureByRole, fetchesImage, joinsNetwork, readsS3, writesS3 } from '../role-use.ts';

type Input = Valid<CreateProcessingJobRequest>;
type Identity = { readonly ProcessingJobName: string };
export type ProcessingJobSettings = Omit<Input, 'Tags'>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html */
export const processingJob = familyOf<Identity, ProcessingJobSettings>({
  type: 'processing-job',
  noun: 'ProcessingJob',
  status: 'ProcessingJobStatus',
  missing: ({ name }) => invalid(`Could not find requested job with name: ${name}`),
  taken: ({ arn }) =>
    resourceInUse(`Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`),
  describe: (resource, now) => {
    const { started, ended } = jobTimes(resource, now);
    return { ...resource.settings, ProcessingStartTime: started, ProcessingEndTime: ended };
  },
  list: { operation: 'ListProcessingJobs', result: 'ProcessingJobSummaries', sort: 'CreationTime', order: 'Ascending' },
  deletion: { refuse: endedFirst('processing job') },
});

const instancesOf = ({ ProcessingResources: { ClusterConfig: cluster } }: ProcessingJobSettings): Instances =>
  countInstances(cluster === undefined ? [] : [chosenOf(cluster) ?? {}]);

const heldBy = (resource: SageMakerResource, status: string | undefined): Instances =>
  // Only rows of this family are asked.
  hasEnded(JOB_STATES, status) ? new Map() : instancesOf(resource.settings as ProcessingJobSettings);

/**
 * Starts a processing job. It fails when its role does not let it have its image, read its inputs or write its outputs.
 * @throws ResourceInUse          the name is taken
 * @throws ValidationException    the role cannot be taken up
 * @throws ResourceLimitExceeded  more instances than the account may have
 */
export const createProcessingJob = create<Input, ProcessingJobSettings>(processingJob, {
  name: (input) => input.ProcessingJobName,
  draft: async (input, call) => {
    const { ClusterConfig } = input.ProcessingResources;
    const requireRoom = (wanted: Instances) => requireInstances('processing job', 'processing-job', wanted, heldBy, call);
    const cluster = ClusterConfig && (await selectInstances(ClusterConfig, requireRoom));
    await requireRoom(instancesOf({ ...input, ProcessingResources: { ClusterConfig: cluster } }));
    const outputs = input.ProcessingOutputConfig;
    const failure = await failureByRole(
      input.RoleArn,
      [
        ...fetchesImage(input.AppSpecification.ImageUri),
        ...(input.ProcessingInputs ?? []).flatMap((each) => readsS3(each.S3Input?.S3Uri)),
        ...(outputs?.Outputs ?? []).flatMap((each) => writesS3(each.S3Output?.S3Uri)),
        ...encryptsWith(outputs?.KmsKeyId, call),
        ...joinsNetwork(input.NetworkConfig?.VpcConfig),
      ],
      call,
    );
    const course = jobCourse(JOB_STATES, failure);
    await joinExperiment(input.ExperimentConfig, { type: 'processing-job', name: input.ProcessingJobName, course }, call);
    return {
      settings: {
        ...withoutTags(input),
        ...(cluster && { ProcessingResources: { ...input.ProcessingResources, ClusterConfig: cluster } }),
        StoppingCondition: input.StoppingCondition ?? { MaxRuntimeInSeconds: 86_400 },
      },
      course,
    };
  },
});

/** @throws ValidationException  the job has ended */
export const stopProcessingJob = stopJob(processingJob, 'processing job', JOB_STATES, 30, tellExperiment);
