import type {
  CreateJobRequest,
  DeleteJobRequest,
  DescribeJobSchemaVersionRequest,
  ListJobSchemaVersionsRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler, OperationContext, ResourceType } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt } from '../../../store/tables/sagemaker.ts';
import { remove } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { invalid, resourceNotFound } from '../errors.ts';
import { find } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { endedFirst, jobTimes, stopJob } from '../job.ts';
import { textsIn } from '../job-document.ts';
import type { Course } from '../lifecycle.ts';
import { pageOf } from '../page.ts';
import { created, type Found } from '../resources.ts';
import { begunPhases, secondaryTransitions } from './secondary-status.ts';

type Input = Valid<CreateJobRequest>;
type Identity = Pick<Input, 'JobCategory' | 'JobName'>;
type Category = Input['JobCategory'];
export type ModelCustomizationJobSettings = Omit<Input, 'Tags'>;

/** Details of the state that a job of a category works in. */
const WORKING: Readonly<Record<Category, string>> = { AgentRFT: 'Training', AgentRFTEvaluation: 'Evaluating' };

const STATUS_MESSAGES: Readonly<Record<string, string>> = {
  Starting: 'Preparing the job',
  Training: 'Training is in progress',
  Evaluating: 'Evaluation is in progress',
  Uploading: 'Uploading the results',
  Completed: 'Job completed',
  Stopping: 'Stopping the job',
  Stopped: 'Job stopped',
};

/**
 * What SageMaker calls a Job: one that customises a model as its document says. Nothing is trained or evaluated.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateJob.html
 */
export const modelCustomizationJob = familyOf<Identity, ModelCustomizationJobSettings>({
  type: 'job',
  noun: 'Job',
  path: ({ JobCategory, JobName }) => `${JobCategory}/${JobName}`,
  arnPath: '${JobCategory}/${JobName}',
  names: 'unique regardless of case',
  status: 'JobStatus',
  describe: (resource, now) => {
    const phase = phaseAt(resource, now);
    const detail = phase?.detail ?? phase?.status;
    return {
      ...resource.settings,
      EndTime: jobTimes(resource, now).ended,
      SecondaryStatus: detail,
      JobSecondaryStatus: detail,
      SecondaryStatusTransitions: secondaryTransitions(begunPhases(resource, now), ['Completed', 'Failed', 'Stopped'], STATUS_MESSAGES),
      Tags: resource.tags,
    };
  },
  list: { operation: 'ListJobs', result: 'JobSummaries', parent: 'JobCategory', sort: 'CreationTime', order: 'Descending', pageSize: 50 },
  deletion: { refuse: endedFirst('job'), course: [{ status: 'Deleting', detail: 'Deleting', seconds: 5 }, { status: GONE }] },
});

const courseOf = (category: Category): Course => [
  { status: 'InProgress', detail: 'Starting', seconds: 60 },
  { status: 'InProgress', detail: WORKING[category], seconds: 120 },
  { status: 'InProgress', detail: 'Uploading', seconds: 20 },
  { status: 'Completed', detail: 'Completed' },
];

/** AWS publishes neither numbers nor contents of its schemas (unverified): here one version, which asks for an object. */
const SCHEMA_VERSION = '1.0.0';

const schemaOf = (category: Category): string =>
  JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: category, type: 'object' });

/** @throws ResourceNotFound  (unverified sentence) */
function requireSchema(category: Category, version: string): void {
  if (version !== SCHEMA_VERSION) throw resourceNotFound(`Schema version ${version} of job category ${category} does not exist.`);
}

/** @throws ValidationException  (unverified sentence) a document that its schema does not allow */
function requireDocument(document: string): void {
  let value: unknown;
  try {
    value = JSON.parse(document);
  } catch {
    throw invalid('JobConfigDocument is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('JobConfigDocument does not conform to its schema: it is no object.');
  // sagemaker:OutputKmsKeyArn is one key: of several, a condition would be met by any.
  if ((textsIn(document, ['KmsKeyId']).get('KmsKeyId')?.length ?? 0) > 1) throw invalid('JobConfigDocument can have one KmsKeyId.');
}

const createdJob = created<Identity>(modelCustomizationJob);

/** A job that is to be made: its document is part of the request, and looked at before anything is decided, as what the model knows is. */
export const newJob: ResourceType<Identity & Pick<Input, 'JobConfigDocument'>, Found> = {
  ...createdJob,
  locate: (input, scope) => {
    requireDocument(input.JobConfigDocument);
    return createdJob.locate(input, scope);
  },
};

/**
 * Starts a job.
 * @throws ResourceInUse        the category has a job of the name
 * @throws ResourceNotFound     no such version of the schema
 * @throws ValidationException  the role cannot be taken up
 */
export const createJob = create<Input, ModelCustomizationJobSettings>(modelCustomizationJob, {
  name: (input) => input.JobName,
  draft: (input) => {
    requireSchema(input.JobCategory, input.JobConfigSchemaVersion);
    return { settings: withoutTags(input), course: courseOf(input.JobCategory), parent: input.JobCategory };
  },
});

/** @throws ValidationException  the job has ended */
export const stopCustomizationJob = stopJob(modelCustomizationJob, 'job');

const removeJob = remove(modelCustomizationJob);

/**
 * Deletes a job that has ended. One that is not there is deleted already.
 * @throws ResourceInUse  it has not ended
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteJob.html
 */
export const deleteJob: Handler<Valid<DeleteJobRequest>, Found> = async (input, context) =>
  (await find(modelCustomizationJob, input, context)) ? removeJob(input, context) : {};

/** @throws ResourceNotFound  no such version */
export async function describeJobSchemaVersion({
  JobCategory,
  JobConfigSchemaVersion = SCHEMA_VERSION,
}: Valid<DescribeJobSchemaVersionRequest>): Promise<object> {
  requireSchema(JobCategory, JobConfigSchemaVersion);
  return { JobCategory, JobConfigSchemaVersion, JobConfigSchema: schemaOf(JobCategory) };
}

/** The versions of a category's schema. */
export async function listJobSchemaVersions(input: Valid<ListJobSchemaVersionsRequest>, context: OperationContext<Found>): Promise<object> {
  const { page, next } = pageOf([{ JobConfigSchemaVersion: SCHEMA_VERSION }], 'ListJobSchemaVersions', input, context, 5);
  return { JobConfigSchemas: page, ...next };
}
