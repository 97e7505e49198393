import type { CreateCompilationJobRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import { findByArn } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { endedFirst, jobCourse, jobTimes, LOUD_JOB_STATES, stopJob } from '../job.ts';
import { encryptsWith, failureByRole, joinsNetwork, readsS3, writesS3 } from '../role-use.ts';

type Input = Valid<CreateCompilationJobRequest>;
type Identity = { readonly CompilationJobName: string };
export type CompilationJobSettings = Omit<Input, 'Tags'>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCompilationJob.html */
export const compilationJob = familyOf<Identity, CompilationJobSettings>({
  type: 'compilation-job',
  noun: 'CompilationJob',
  status: 'CompilationJobStatus',
  describe: (resource, now) => {
    const { started, ended } = jobTimes(resource, now, LOUD_JOB_STATES);
    const { settings } = resource;
    return {
      ...settings,
      CompilationStartTime: started,
      CompilationEndTime: ended,
      // Required by the model, so said of every job.
      FailureReason: phaseAt(resource, now)?.reason ?? '',
      ModelArtifacts: { S3ModelArtifacts: artifactsOf(resource) },
    };
  },
  list: {
    operation: 'ListCompilationJobs',
    result: 'CompilationJobSummaries',
    more: ({ settings: { OutputConfig } }) => ({
      CompilationTargetDevice: OutputConfig.TargetDevice,
      CompilationTargetPlatformOs: OutputConfig.TargetPlatform?.Os,
      CompilationTargetPlatformArch: OutputConfig.TargetPlatform?.Arch,
      CompilationTargetPlatformAccelerator: OutputConfig.TargetPlatform?.Accelerator,
    }),
    sort: 'CreationTime',
    order: 'Ascending',
  },
  deletion: { refuse: endedFirst('compilation job', LOUD_JOB_STATES) },
});

/** Where a compiled model would be; nothing is written there. */
const artifactsOf = ({ name, settings: { OutputConfig } }: SageMakerResource<CompilationJobSettings>): string => {
  const target =
    OutputConfig.TargetDevice ?? [OutputConfig.TargetPlatform?.Os, OutputConfig.TargetPlatform?.Arch].filter(Boolean).join('_');
  return `${OutputConfig.S3OutputLocation.replace(/\/$/, '')}/${name}-${target}.tar.gz`;
};

/** @throws ValidationException  (unverified sentence) no such version of a model package in this account */
export async function requireModelPackage(arn: string | undefined, call: Writing): Promise<void> {
  if (arn === undefined || (await findByArn({ type: 'model-package', names: 'lower-cased' }, arn, call))) return;
  throw invalid(`ModelPackage ${arn} does not exist.`);
}

/**
 * Starts a compilation job. It fails when its role does not let it read the model or write what comes of it.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  not exactly one of a model and a model package; no such package; the role cannot be taken up
 */
export const createCompilationJob = create<Input, CompilationJobSettings>(compilationJob, {
  name: (input) => input.CompilationJobName,
  draft: async (input, call) => {
    // (unverified) both sentences
    if ((input.InputConfig === undefined) === (input.ModelPackageVersionArn === undefined))
      throw invalid('Exactly one of InputConfig and ModelPackageVersionArn must be specified.');
    if ((input.OutputConfig.TargetDevice === undefined) === (input.OutputConfig.TargetPlatform === undefined))
      throw invalid('Exactly one of TargetDevice and TargetPlatform must be specified in OutputConfig.');
    await requireModelPackage(input.ModelPackageVersionArn, call);
    const failure = await failureByRole(
      input.RoleArn,
      [
        ...readsS3(input.InputConfig?.S3Uri),
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
export const stopCompilationJob = stopJob(compilationJob, 'compilation job', LOUD_JOB_STATES);
