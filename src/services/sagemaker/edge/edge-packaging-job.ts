import type { CreateEdgePackagingJobRequest } from '@aws-sdk/client-sagemaker';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { phaseAt } from '../../../store/tables/sagemaker.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import { findByArn, sageMakerArn } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { jobCourse, LOUD_JOB_STATES, stopJob } from '../job.ts';
import { failureByRole, writesS3 } from '../role-use.ts';

type Input = Valid<CreateEdgePackagingJobRequest>;
type Identity = { readonly EdgePackagingJobName: string };
export type EdgePackagingJobSettings = Omit<Input, 'Tags'>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEdgePackagingJob.html */
export const edgePackagingJob = familyOf<Identity, EdgePackagingJobSettings>({
  type: 'edge-packaging-job',
  noun: 'EdgePackagingJob',
  names: 'as typed',
  status: 'EdgePackagingJobStatus',
  // (unverified) sentence
  taken: ({ name }) => invalid(`EdgePackagingJob with name ${name} already exists. Choose a different name.`),
  describe: ({ settings, phases }, now) => {
    const { OutputConfig, ModelName, ModelVersion } = settings;
    const phase = phaseAt({ phases }, now);
    const Type = OutputConfig.PresetDeploymentType;
    return {
      ...settings,
      ...(phase?.reason !== undefined && { EdgePackagingJobStatusMessage: phase.reason }),
      ...(phase?.status === LOUD_JOB_STATES.completed && {
        ModelArtifact: `${OutputConfig.S3OutputLocation.replace(/\/$/, '')}/${ModelName}-${ModelVersion}.tar.gz`,
        ...(Type !== undefined && { PresetDeploymentOutput: { Type, Status: 'COMPLETED' } }),
      }),
    };
  },
  list: {
    operation: 'ListEdgePackagingJobs',
    result: 'EdgePackagingJobSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { ModelNameContains: part }) =>
      part === undefined || foldCase(settings.ModelName).includes(foldCase(String(part))),
  },
});

/** @throws ValidationException  (unverified sentences) no such compilation job, or it has not been completed */
async function requireCompiled(name: string, call: Writing): Promise<void> {
  const arn = sageMakerArn(call, `compilation-job/${foldCase(name)}`);
  const found = await findByArn({ type: 'compilation-job', names: 'lower-cased' }, arn, call);
  if (!found) throw invalid(`Compilation job ${name} does not exist.`);
  const status = phaseAt(found, call.now)?.status;
  if (status !== LOUD_JOB_STATES.completed) throw invalid(`Compilation job ${name} is in status ${status}, not COMPLETED.`);
}

/**
 * Packages a compiled model. It fails when its role may not write the output.
 * @throws ValidationException  the name is taken; the role cannot be taken up; the compilation job is not there or not completed
 */
export const createEdgePackagingJob = create<Input, EdgePackagingJobSettings>(edgePackagingJob, {
  name: (input) => input.EdgePackagingJobName,
  draft: async (input, call) => {
    await requireCompiled(input.CompilationJobName, call);
    const failure = await failureByRole(input.RoleArn, writesS3(input.OutputConfig.S3OutputLocation), call);
    return { settings: withoutTags(input), course: jobCourse(LOUD_JOB_STATES, failure), parent: input.ModelName };
  },
  answer: () => ({}),
});

/** @throws ValidationException  the job has ended */
export const stopEdgePackagingJob = stopJob(edgePackagingJob, 'edge packaging job', LOUD_JOB_STATES);
