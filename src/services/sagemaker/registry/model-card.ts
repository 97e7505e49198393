import type {
  CreateModelCardRequest,
  DescribeModelCardRequest,
  ListModelCardVersionsRequest,
  UpdateModelCardRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { keyOf } from '../../../store/table.ts';
import { GONE, phaseAt, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { describeResource, projected } from '../describe.ts';
import { conflict, invalid, resourceNotFound } from '../errors.ts';
import { idOfArn, liveIn, need, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { list } from '../list.ts';
import { newRow } from '../new-resource.ts';
import type { Found } from '../resources.ts';
import { removeGone } from '../save.ts';
import { createdBy, modifiedBy } from '../user-context.ts';

type Input = Valid<CreateModelCardRequest>;
export type ModelCardIdentity = { readonly ModelCardName: string };
export type ModelCardSettings = Omit<Input, 'Tags'> & { readonly ModelCardVersion: number } & ReturnType<typeof createdBy>;
type Card = SageMakerResource<ModelCardSettings>;

/** A version as it was: rows of their own, so that a card does not grow with each change. */
const VERSION = 'model-card-version';

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelCard.html */
export const modelCard = familyOf<ModelCardIdentity, ModelCardSettings>({
  type: 'model-card',
  noun: 'ModelCard',
  names: 'as typed',
  // Only while it is being deleted.
  status: 'ModelCardProcessingStatus',
  // (unverified) both sentences
  missing: ({ name }) => resourceNotFound(`Modelcard ${name} does not exist`),
  taken: ({ name }) => conflict(`Modelcard ${name} already exists`),
  list: {
    operation: 'ListModelCards',
    result: 'ModelCardSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { ModelCardStatus }) => ModelCardStatus === undefined || settings.ModelCardStatus === ModelCardStatus,
  },
});

const modelCardVersion = familyOf<ModelCardIdentity, ModelCardSettings>({
  ...modelCard,
  type: VERSION,
  list: {
    operation: 'ListModelCardVersions',
    result: 'ModelCardVersionSummaryList',
    sort: 'CreationTime',
    order: 'Descending',
    within: async (input: ModelCardIdentity, context) => (await needCard(input, context)).id,
    passes: ({ settings }, { ModelCardStatus }) => ModelCardStatus === undefined || settings.ModelCardStatus === ModelCardStatus,
  },
});

/** @throws ResourceNotFound     no such card @throws ValidationException  it is being deleted */
export async function needCard(identity: ModelCardIdentity, where: Where): Promise<Card> {
  const card = await need(modelCard, identity, where);
  requireThere(card, where.now);
  return card;
}

function requireThere(card: Card, now: number): void {
  if (phaseAt(card, now)) throw invalid('Model card is being deleted');
}

/** @throws ValidationException  (unverified sentence) a text that is no JSON object */
function requireContent(content: string | undefined): void {
  if (content === undefined) return;
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('Model card content is not a valid JSON document.');
}

const versionId = (cardId: string, version: number): string => `${cardId}/${version}`;

/** Keeps what a card is from now on as one of its versions. */
async function keepVersion(
  { id: parent, name, arn, settings }: Pick<Card, 'id' | 'name' | 'arn' | 'settings'>,
  call: Writing,
): Promise<void> {
  const id = versionId(parent, settings.ModelCardVersion);
  await call.reader.insert(sageMakerResources, newRow(VERSION, id, call, { name, arn, parent, settings }));
}

/** A version of a card. @throws ResourceNotFound  (unverified sentence) it has no such version */
export async function needVersion(card: Card, version: number | undefined, where: Where): Promise<Card> {
  if (version === undefined || version === card.settings.ModelCardVersion) return card;
  const found = await where.reader.get(sageMakerResources, [where.account, where.region, VERSION, versionId(card.id, version)]);
  if (!found) throw resourceNotFound(`Modelcard ${card.name} has no version ${version}`);
  // Only keepVersion makes rows of this type.
  return found as Card;
}

/**
 * @throws ConflictException    the name is taken
 * @throws ValidationException  content that is no JSON
 */
export const createModelCard = create<Input, ModelCardSettings>(modelCard, {
  name: (input) => input.ModelCardName,
  draft: async (input, call) => {
    requireContent(input.Content);
    const settings: ModelCardSettings = { ...withoutTags(input), ModelCardVersion: 1, ...createdBy(call) };
    const { arn } = call.target;
    await keepVersion({ id: idOfArn(modelCard, arn), name: input.ModelCardName, arn, settings }, call);
    return { settings };
  },
});

/** The card as it is, or as a version of it was. */
export const describeModelCard: Handler<Valid<DescribeModelCardRequest>, Found> = async (input, context) => {
  const card = await needCard(input, context);
  const version = await needVersion(card, input.ModelCardVersion, context);
  const described = describeResource(modelCard, version, context.now);
  const metadataOnly = input.IncludedData === 'MetadataOnly';
  // What is left out has to be there, empty (unverified).
  return projected(context.installation, 'DescribeModelCard', { ...described, ...(metadataOnly && { Content: '' }) });
};

/**
 * Changes content or status, which makes a new version.
 * @throws ResourceNotFound     no such card
 * @throws ValidationException  both at once, or neither; content that is no JSON; it is being deleted
 */
export const updateModelCard = change<ModelCardIdentity, ModelCardSettings, Valid<UpdateModelCardRequest>>(
  modelCard,
  async (card, { Content, ModelCardStatus }, call) => {
    requireThere(card, call.now);
    // (unverified) sentence
    if ((Content === undefined) === (ModelCardStatus === undefined))
      throw invalid('Exactly one of Content and ModelCardStatus must be specified.');
    requireContent(Content);
    const changed: Card = {
      ...card,
      changedAt: call.now,
      settings: {
        ...card.settings,
        ...(Content !== undefined && { Content }),
        ...(ModelCardStatus !== undefined && { ModelCardStatus }),
        ModelCardVersion: card.settings.ModelCardVersion + 1,
        ...modifiedBy(call),
      },
    };
    await keepVersion(changed, call);
    return changed;
  },
  { answer: ({ arn }) => ({ ModelCardArn: arn }) },
);

/** A card's versions and exports go with it, and are not to be seen from the start. */
const BELONGINGS: readonly string[] = [VERSION, 'model-card-export-job'];

/**
 * @throws ResourceNotFound     no such card
 * @throws ValidationException  it is being deleted already
 */
export const deleteModelCard = change<ModelCardIdentity, ModelCardSettings, ModelCardIdentity>(
  modelCard,
  async (card, _, call) => {
    requireThere(card, call.now);
    for (const type of BELONGINGS) {
      const rows: SageMakerResource[] = [];
      for await (const row of liveIn(call, 'child_created', [call.account, call.region, type, card.id])) rows.push(row);
      for (const row of rows) await call.reader.delete(sageMakerResources, keyOf(sageMakerResources, row));
    }
    await removeGone(call.reader, call);
    const course = [
      { status: 'DeleteInProgress', seconds: 5 },
      { status: 'ContentDeleted', seconds: 2 },
      { status: 'ExportJobsDeleted', seconds: 2 },
      { status: GONE },
    ];
    return onCourse(card, course, call);
  },
  { attempt: 'delete' },
);

export const listModelCardVersions = list<ModelCardSettings, Valid<ListModelCardVersionsRequest>>(modelCardVersion);
