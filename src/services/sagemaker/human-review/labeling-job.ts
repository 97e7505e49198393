import type { CreateLabelingJobRequest } from '@aws-sdk/client-sagemaker';
import type { Handler } from '../../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../../core/id.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { create, withoutTags } from '../create.ts';
import { invalid, resourceNotFound } from '../errors.ts';
import { type Family, findByArn } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { JOB_STATES, type JobStates, jobCourse, stopJob } from '../job.ts';
import { type ListInput, list } from '../list.ts';
import type { Found } from '../resources.ts';
import { encryptsWith, failureByRole, joinsNetwork, readsS3, writesS3 } from '../role-use.ts';
import { requireHumanTaskUi } from './human-task-ui.ts';
import { requireWorkteam, workteam } from './workteam.ts';

type Input = Valid<CreateLabelingJobRequest>;
type Identity = { readonly LabelingJobName: string };
export type LabelingJobSettings = Omit<Input, 'Tags'> & { readonly JobReferenceCode: string };

const LABELING_STATES: JobStates = { ...JOB_STATES, running: ['Initializing', 'InProgress'] };

/** Nobody labels anything here. */
const NONE_LABELED = { TotalLabeled: 0, HumanLabeled: 0, MachineLabeled: 0, FailedNonRetryableError: 0, Unlabeled: 0 };

/** There is no operation to delete one: its name is taken for good. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html */
export const labelingJob = familyOf<Identity, LabelingJobSettings>({
  type: 'labeling-job',
  noun: 'LabelingJob',
  status: 'LabelingJobStatus',
  missing: ({ name }) => invalid(`Could not find requested job with name: ${name}`),
  describe: ({ name, settings, tags }) => ({
    ...settings,
    LabelCounters: NONE_LABELED,
    Tags: tags,
    // Where labels would be; nothing is written there.
    LabelingJobOutput: {
      OutputDatasetS3Uri: `${settings.OutputConfig.S3OutputPath.replace(/\/$/, '')}/${name}/manifests/output/output.manifest`,
    },
  }),
  list: {
    operation: 'ListLabelingJobs',
    result: 'LabelingJobSummaryList',
    more: ({ settings: { HumanTaskConfig: task } }) => ({
      WorkteamArn: task.WorkteamArn,
      PreHumanTaskLambdaArn: task.PreHumanTaskLambdaArn,
      AnnotationConsolidationLambdaArn: task.AnnotationConsolidationConfig?.AnnotationConsolidationLambdaArn,
    }),
    sort: 'CreationTime',
    order: 'Ascending',
  },
});

/** @throws ValidationException  (unverified sentences) */
function requireRules({ InputConfig, HumanTaskConfig, LabelAttributeName }: Input): void {
  const { S3DataSource, SnsDataSource } = InputConfig.DataSource;
  if ((S3DataSource === undefined) === (SnsDataSource === undefined))
    throw invalid('Exactly one of S3DataSource and SnsDataSource must be specified in DataSource.');
  const { UiTemplateS3Uri, HumanTaskUiArn } = HumanTaskConfig.UiConfig;
  if ((UiTemplateS3Uri === undefined) === (HumanTaskUiArn === undefined))
    throw invalid('Exactly one of UiTemplateS3Uri and HumanTaskUiArn must be specified in UiConfig.');
  if (LabelAttributeName.endsWith('-metadata')) throw invalid('LabelAttributeName cannot end with -metadata.');
}

/**
 * Starts a labeling job. It fails when its role does not let it read what is to be labeled or write the labels.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  no such work team or task template; not exactly one source, or template; the role cannot be taken up
 */
export const createLabelingJob = create<Input, LabelingJobSettings>(labelingJob, {
  name: (input) => input.LabelingJobName,
  draft: async (input, call) => {
    requireRules(input);
    const { WorkteamArn, UiConfig } = input.HumanTaskConfig;
    await requireWorkteam(WorkteamArn, call);
    await requireHumanTaskUi(UiConfig.HumanTaskUiArn, call);
    const uses = [
      ...readsS3(input.InputConfig.DataSource.S3DataSource?.ManifestS3Uri),
      ...readsS3(input.LabelCategoryConfigS3Uri),
      ...readsS3(UiConfig.UiTemplateS3Uri),
      ...writesS3(input.OutputConfig.S3OutputPath),
      ...encryptsWith(input.OutputConfig.KmsKeyId, call),
      ...joinsNetwork(input.LabelingJobAlgorithmsConfig?.LabelingJobResourceConfig?.VpcConfig),
    ];
    return {
      settings: { ...withoutTags(input), JobReferenceCode: lowerAlphanumeric(16, call.installation.random) },
      parent: WorkteamArn,
      course: jobCourse(LABELING_STATES, await failureByRole(input.RoleArn, uses, call)),
    };
  },
});

/** @throws ValidationException  the job has ended */
export const stopLabelingJob = stopJob(labelingJob, 'labeling job', LABELING_STATES);

const ofWorkteam: Family<never, LabelingJobSettings> = {
  ...(labelingJob as unknown as Family<never, LabelingJobSettings>),
  describe: ({ name, accountId, settings }: SageMakerResource<LabelingJobSettings>) => ({
    LabelingJobName: name,
    JobReferenceCode: settings.JobReferenceCode,
    WorkRequesterAccountId: accountId,
    LabelCounters: { HumanLabeled: 0, PendingHuman: 0, Total: 0 },
    NumberOfHumanWorkersPerDataObject: settings.HumanTaskConfig.NumberOfHumanWorkersPerDataObject,
  }),
  list: {
    operation: 'ListLabelingJobsForWorkteam',
    result: 'LabelingJobSummaryList',
    parent: 'WorkteamArn',
    sort: 'CreationTime',
    order: 'Ascending',
    passes: ({ settings }, { JobReferenceCodeContains: part }) =>
      part === undefined || settings.JobReferenceCode.includes(foldCase(String(part))),
  },
};

const listOfWorkteam = list(ofWorkteam);

/** The jobs that a private team of this account has been given. @throws ResourceNotFound  (unverified sentence) there is no such team */
export const listLabelingJobsForWorkteam: Handler<ListInput & { readonly WorkteamArn: string }, Found> = async (input, context) => {
  if (!(await findByArn(workteam, input.WorkteamArn, context))) throw resourceNotFound(`Workteam ${input.WorkteamArn} does not exist.`);
  return listOfWorkteam(input, context);
};
