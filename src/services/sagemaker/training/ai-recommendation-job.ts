import type { CreateAIRecommendationJobRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { create, withoutTags } from '../create.ts';
import { JOB_STATES, jobCourse, stopJob } from '../job.ts';
import { failureByRole, readsS3, writesS3 } from '../role-use.ts';
import { aiJob } from './ai-job.ts';
import { workloadOf } from './ai-workload-config.ts';
import { requireModelPackage } from './compilation-job.ts';

type Input = Valid<CreateAIRecommendationJobRequest>;
type Identity = { readonly AIRecommendationJobName: string };
export type AIRecommendationJobSettings = Omit<Input, 'Tags'>;

/** Nothing is measured: a job has no recommendations. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAIRecommendationJob.html */
export const aiRecommendationJob = aiJob<Identity, AIRecommendationJobSettings>(
  'ai-recommendation-job',
  'AIRecommendationJob',
  'AI recommendation job',
);

/**
 * Starts a job that would advise on hosting a model. It fails when its role does not let it read the model or write its output.
 * @throws ResourceInUse        the name is taken
 * @throws ResourceNotFound     no such configuration of a load
 * @throws ValidationException  no such model package; the role cannot be taken up
 */
export const createAIRecommendationJob = create<Input, AIRecommendationJobSettings>(aiRecommendationJob, {
  name: (input) => input.AIRecommendationJobName,
  draft: async (input, call) => {
    const { owner } = await workloadOf(input.AIWorkloadConfigIdentifier, call);
    const { ModelPackageArns, S3Uris } = input.AdapterSource ?? {};
    for (const each of ModelPackageArns ?? []) await requireModelPackage(each.ModelPackageArn, call);
    // The bucket that SageMaker makes for itself in an account (unverified that it is taken).
    const S3OutputLocation = input.OutputConfig.S3OutputLocation ?? `s3://sagemaker-${call.region}-${call.account}/`;
    const uses = [
      ...readsS3(input.ModelSource.S3?.S3Uri),
      ...(S3Uris ?? []).flatMap((each) => readsS3(each.S3Uri)),
      ...writesS3(S3OutputLocation),
    ];
    return {
      settings: { ...withoutTags(input), OutputConfig: { ...input.OutputConfig, S3OutputLocation } },
      owner,
      course: jobCourse(JOB_STATES, await failureByRole(input.RoleArn, uses, call)),
    };
  },
});

/** @throws ValidationException  the job has ended */
export const stopAIRecommendationJob = stopJob(aiRecommendationJob, 'AI recommendation job');
