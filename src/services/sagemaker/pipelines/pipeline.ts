import type {
  CreatePipelineRequest,
  DescribePipelineRequest,
  ListPipelineVersionsRequest,
  UpdatePipelineRequest,
  UpdatePipelineVersionRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler, Scope } from '../../../authorization/operation.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { sent } from '../amend.ts';
import { change } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { describe, projected } from '../describe.ts';
import { conflict, entityMissing, entityTaken, invalid, resourceNotFound } from '../errors.ts';
import { idOfArn, liveIn, need, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { list } from '../list.ts';
import { newRow } from '../new-resource.ts';
import type { Found } from '../resources.ts';
import { createdBy, modifiedBy } from '../user-context.ts';
import { CALLBACK_TOKEN } from './callback-token.ts';
import { type Definition, parseDefinition, STEPS_QUOTA } from './definition.ts';

type Input = Valid<CreatePipelineRequest>;
/** By name or ARN. */
export type PipelineIdentity = { readonly PipelineName?: string | undefined; readonly PipelineArn?: string | undefined };
export type PipelineSettings = Omit<Input, 'Tags' | 'ClientRequestToken' | 'PipelineDefinitionS3Location' | 'PipelineDefinition'> & {
  /** Of the latest version. */
  readonly PipelineVersionId: number;
  readonly lastExecutionArn?: string;
  readonly lastRunAt?: number;
} & ReturnType<typeof createdBy>;
type Pipeline = SageMakerResource<PipelineSettings>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePipeline.html */
export const pipeline = familyOf<PipelineIdentity, PipelineSettings>({
  type: 'pipeline',
  noun: 'Pipeline',
  path: ({ PipelineArn, PipelineName }) => PipelineArn ?? PipelineName ?? '',
  status: 'PipelineStatus',
  missing: entityMissing('Pipeline'),
  taken: entityTaken('Pipeline'),
  describe: ({ name, settings }) => ({
    PipelineDisplayName: name,
    ...settings,
    ...(settings.lastRunAt !== undefined && { LastRunTime: new Date(settings.lastRunAt) }),
  }),
  list: {
    operation: 'ListPipelines',
    result: 'PipelineSummaries',
    more: ({ settings }) => (settings.lastRunAt === undefined ? {} : { LastExecutionTime: new Date(settings.lastRunAt) }),
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ id }, { PipelineNamePrefix }) => PipelineNamePrefix === undefined || id.startsWith(foldCase(String(PipelineNamePrefix))),
  },
  deletion: {
    refuse: async (resource, _, scope) => {
      const prefix = [scope.account, scope.region, 'pipeline-execution', resource.id];
      // (unverified) sentence
      for await (const execution of liveIn(scope, 'child_created', prefix))
        if (['Executing', 'Stopping'].includes(phaseAt(execution, scope.now)?.status ?? ''))
          throw conflict(`Pipeline '${resource.arn}' has running executions and cannot be deleted. Stop them first.`);
    },
    cascade: ['pipeline-version', 'pipeline-execution', CALLBACK_TOKEN],
    course: [{ status: 'Deleting', seconds: 2 }, { status: GONE }],
  },
});

export interface PipelineVersionSettings extends ReturnType<typeof createdBy> {
  readonly PipelineVersionId: number;
  readonly PipelineDefinition: string;
  readonly PipelineVersionDisplayName?: string | undefined;
  readonly PipelineVersionDescription?: string | undefined;
  readonly lastExecutionArn?: string;
}
type Version = SageMakerResource<PipelineVersionSettings>;

/** A definition as it was: rows of their own. */
export const pipelineVersion = familyOf<PipelineIdentity, PipelineVersionSettings>({
  type: 'pipeline-version',
  arnType: 'pipeline',
  noun: 'Pipeline',
  arnPath: '${PipelineName}',
  path: pipeline.path,
  describe: ({ settings }) => ({
    ...settings,
    LastExecutionPipelineExecutionArn: settings.lastExecutionArn,
    LastExecutedPipelineExecutionArn: settings.lastExecutionArn,
  }),
  list: {
    operation: 'ListPipelineVersions',
    result: 'PipelineVersionSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    within: async (input: PipelineIdentity, context) => (await need(pipeline, input, context)).id,
  },
});

const versionId = (pipelineId: string, version: number): string => `${pipelineId}/${version}`;

/** @throws ResourceNotFound  (unverified sentence) the pipeline has no such version */
export async function needVersion(of: Pipeline, version: number | undefined, where: Where): Promise<Version> {
  const id = version ?? of.settings.PipelineVersionId;
  const key = [where.account, where.region, pipelineVersion.type, versionId(of.id, id)];
  const found = await where.reader.get(sageMakerResources, key);
  if (!found) throw resourceNotFound(`Pipeline version '${id}' of pipeline '${of.arn}' does not exist.`);
  // Only keepVersion makes rows of this type.
  return found as Version;
}

async function keepVersion(of: Pick<Pipeline, 'id' | 'name' | 'arn'>, version: number, definition: string, call: Writing): Promise<void> {
  const settings: PipelineVersionSettings = { PipelineVersionId: version, PipelineDefinition: definition, ...createdBy(call) };
  const { id: parent, name, arn } = of;
  const row = newRow(pipelineVersion.type, versionId(parent, version), call, { name, arn, parent, settings });
  await call.reader.insert(sageMakerResources, row);
}

type Defined = Pick<Input, 'PipelineDefinition' | 'PipelineDefinitionS3Location'>;

/**
 * The definition that a request holds. Nothing here can read those that are in S3.
 * @throws ValidationException  (unverified sentences) both, one in S3, or one that is none
 */
function definitionOf({ PipelineDefinition, PipelineDefinitionS3Location: at }: Defined, scope: Scope): string | undefined {
  if (PipelineDefinition !== undefined && at)
    throw invalid('Only one of PipelineDefinition and PipelineDefinitionS3Location may be specified.');
  if (at) throw invalid(`Unable to read pipeline definition from s3://${at.Bucket}/${at.ObjectKey}.`);
  if (PipelineDefinition !== undefined) readDefinition(PipelineDefinition, scope);
  return PipelineDefinition;
}

export const readDefinition = (text: string, { installation, account }: Pick<Scope, 'installation' | 'account'>): Definition =>
  parseDefinition(text, installation.quota(account, STEPS_QUOTA.name, STEPS_QUOTA.standard));

/**
 * @throws ValidationException  the name is taken; not exactly one definition; one that is none; a role that cannot be taken up
 * @throws ConflictException    the token came with another request
 */
export const createPipeline = create<Input, PipelineSettings>(pipeline, {
  name: (input) => input.PipelineName,
  draft: async (input, call) => {
    const definition = definitionOf(input, call);
    if (definition === undefined) throw invalid('Either PipelineDefinition or PipelineDefinitionS3Location must be specified.');
    const { arn } = call.target;
    await keepVersion({ id: idOfArn(pipeline, arn), name: input.PipelineName, arn }, 1, definition, call);
    const { ClientRequestToken: _token, PipelineDefinition: _text, PipelineDefinitionS3Location: _place, ...rest } = withoutTags(input);
    return { settings: { ...rest, PipelineVersionId: 1, ...createdBy(call) }, course: [{ status: 'Active' }] };
  },
});

/**
 * Changes a pipeline, which makes a version of it. Executions go on as they were started.
 * @throws ResourceNotFound     no such pipeline
 * @throws ValidationException  a definition that is none; a role that cannot be taken up
 */
export const updatePipeline = change<PipelineIdentity, PipelineSettings, Valid<UpdatePipelineRequest>>(
  pipeline,
  async (resource, input, call) => {
    const version = resource.settings.PipelineVersionId + 1;
    const definition = definitionOf(input, call) ?? (await needVersion(resource, undefined, call)).settings.PipelineDefinition;
    await keepVersion(resource, version, definition, call);
    return {
      ...resource,
      changedAt: call.now,
      settings: {
        ...resource.settings,
        ...sent(input, 'PipelineDisplayName', 'PipelineDescription', 'RoleArn', 'ParallelismConfiguration'),
        PipelineVersionId: version,
        ...modifiedBy(call),
      },
    };
  },
  {
    passesRoles: 'UpdatePipeline',
    answer: ({ arn, settings }) => ({ PipelineArn: arn, PipelineVersionId: settings.PipelineVersionId }),
  },
);

const describeOne = describe(pipeline);

/** A pipeline with its latest definition, or that of a version. @throws ResourceNotFound  no such pipeline or version */
export const describePipeline: Handler<Valid<DescribePipelineRequest>, Found> = async (input, context) => {
  const answer = await describeOne(input, context);
  const { settings } = await needVersion(await need(pipeline, input, context), input.PipelineVersionId, context);
  return projected(context.installation, 'DescribePipeline', { ...answer, ...settings, ...authorsOf(answer) });
};

/** Of the pipeline, not of its version. */
const authorsOf = ({ CreatedBy, LastModifiedBy }: { CreatedBy?: unknown; LastModifiedBy?: unknown }) => ({ CreatedBy, LastModifiedBy });

/** @throws ResourceNotFound  no such pipeline */
export const listPipelineVersions = list<PipelineVersionSettings, Valid<ListPipelineVersionsRequest>>(pipelineVersion);

/** Names a version. @throws ResourceNotFound  no such pipeline or version */
export const updatePipelineVersion = change<PipelineIdentity, PipelineSettings, Valid<UpdatePipelineVersionRequest>>(
  pipeline,
  async (resource, input, call) => {
    const version = await needVersion(resource, input.PipelineVersionId, call);
    const settings = {
      ...version.settings,
      ...sent(input, 'PipelineVersionDisplayName', 'PipelineVersionDescription'),
      ...modifiedBy(call),
    };
    await call.reader.update(sageMakerResources, { ...version, changedAt: call.now, settings });
    return resource;
  },
  { answer: ({ arn }, { PipelineVersionId }) => ({ PipelineArn: arn, PipelineVersionId }) },
);
