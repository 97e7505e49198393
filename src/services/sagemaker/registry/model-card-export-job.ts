import type { CreateModelCardExportJobRequest, ListModelCardExportJobsRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { phaseAt, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { change } from '../change.ts';
import { conflict, resourceNotFound } from '../errors.ts';
import { find, sageMakerArn } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { phasesOf } from '../lifecycle.ts';
import { list } from '../list.ts';
import { newResource } from '../new-resource.ts';
import { type ModelCardIdentity, type ModelCardSettings, modelCard, needCard, needVersion } from './model-card.ts';

type Input = Valid<CreateModelCardExportJobRequest>;
type Identity = { readonly ModelCardExportJobArn: string };
export type ModelCardExportJobSettings = Input & { readonly ModelCardVersion: number };

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelCardExportJob.html */
export const modelCardExportJob = familyOf<Identity, ModelCardExportJobSettings>({
  type: 'model-card-export-job',
  arnType: 'model-card',
  noun: 'ModelCardExportJob',
  names: 'as typed',
  path: (input) => input.ModelCardExportJobArn,
  arnPath: '${ModelCardName}/export-job/${ExportJobName}',
  status: 'Status',
  untagged: true,
  // (unverified) sentence
  missing: ({ name }) => resourceNotFound(`Modelcard export job ${name} does not exist`),
  describe: (resource, now) => ({
    ...resource.settings,
    CreatedAt: new Date(resource.createdAt),
    LastModifiedAt: new Date(phaseAt(resource, now)?.from ?? resource.createdAt),
    // Where an export would be; nothing is written there.
    ...(phaseAt(resource, now)?.status === 'Completed' && {
      ExportArtifacts: {
        S3ExportArtifacts: `${resource.settings.OutputConfig.S3OutputPath.replace(/\/$/, '')}/${resource.settings.ModelCardName}/${resource.name}.pdf`,
      },
    }),
  }),
  list: {
    operation: 'ListModelCardExportJobs',
    result: 'ModelCardExportJobSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    nameContains: 'ModelCardExportJobNameContains',
    within: async (input: ModelCardIdentity, context) => (await needCard(input, context)).id,
    passes: ({ settings }, { ModelCardVersion }) => ModelCardVersion === undefined || settings.ModelCardVersion === ModelCardVersion,
  },
});

/**
 * Exports a card, or a version of it, to S3: nothing is written.
 * @throws ResourceNotFound   no such card or version
 * @throws ConflictException  (unverified sentence) the card has an export of that name
 */
export const createModelCardExportJob = change<ModelCardIdentity, ModelCardSettings, Input>(
  modelCard,
  async (_, input, call) => {
    const card = await needCard(input, call);
    const { settings: version } = await needVersion(card, input.ModelCardVersion, call);
    const arn = exportArn(card, input.ModelCardExportJobName);
    if (await find(modelCardExportJob, { ModelCardExportJobArn: arn }, call))
      throw conflict(`Modelcard export job ${input.ModelCardExportJobName} already exists`);
    const settings: ModelCardExportJobSettings = {
      ...input,
      ModelCardName: card.name,
      ModelCardVersion: version.ModelCardVersion,
    };
    const phases = phasesOf([{ status: 'InProgress', seconds: 30 }, { status: 'Completed' }], call);
    await call.reader.insert(sageMakerResources, newResource(modelCardExportJob, arn, call, { parent: card.id, settings, phases }));
    return card;
  },
  // The name in the request may be the card's ARN; the answer follows the card.
  { answer: (card, input) => ({ ModelCardExportJobArn: exportArn(card, input.ModelCardExportJobName) }) },
);

const exportArn = ({ accountId, region, name }: { accountId: string; region: string; name: string }, job: string): string =>
  sageMakerArn({ account: accountId, region }, `model-card/${name}/export-job/${job}`);

/** @throws ResourceNotFound  no such card */
export const listModelCardExportJobs = list<ModelCardExportJobSettings, Valid<ListModelCardExportJobsRequest>>(modelCardExportJob);
