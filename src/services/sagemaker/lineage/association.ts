import type { AddAssociationRequest, DeleteAssociationRequest, ListAssociationsRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { invalid, resourceNotFound } from '../errors.ts';
import { liveIn, type Where } from '../family.ts';
import { lookThrough } from '../gather.ts';
import { newRow } from '../new-resource.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import { userContext } from '../user-context.ts';
import { EDGE, type Edge, type EdgeSettings, edgeId, edgesFrom, edgesTo } from './edge.ts';
import { type Entity, findEntity } from './lineage-entity.ts';

/** @throws ResourceNotFound  (unverified sentence) */
async function needEntity(arn: string, where: Where): Promise<Entity> {
  const found = await findEntity(arn, where);
  if (!found) throw resourceNotFound(`Entity '${arn}' does not exist.`);
  return found;
}

const nameOf = ({ resource }: Entity): string => (resource.settings as { readonly ArtifactName?: string }).ArtifactName ?? resource.name;

/**
 * Associates two entities.
 * @throws ResourceNotFound     one of them is not there
 * @throws ValidationException  (unverified sentences) they are associated; an entity with itself
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddAssociation.html
 */
export async function addAssociation(input: Valid<AddAssociationRequest>, context: OperationContext<Found>): Promise<object> {
  const { SourceArn, DestinationArn, AssociationType } = input;
  if (SourceArn === DestinationArn) throw invalid('SourceArn and DestinationArn must be different.');
  const { account, region } = context;
  await context.installation.store.write(async (writer) => {
    const where = { ...context, reader: writer };
    const [source, destination] = [await needEntity(SourceArn, where), await needEntity(DestinationArn, where)];
    const id = edgeId(SourceArn, DestinationArn);
    if (await writer.get(sageMakerResources, [account, region, EDGE, id]))
      throw invalid(`Association from ${SourceArn} to ${DestinationArn} already exists.`);
    const settings: EdgeSettings = {
      SourceArn,
      DestinationArn,
      ...(AssociationType !== undefined && { AssociationType }),
      SourceType: source.kind.typeOf(source.resource.settings),
      DestinationType: destination.kind.typeOf(destination.resource.settings),
      SourceName: nameOf(source),
      DestinationName: nameOf(destination),
      CreatedBy: userContext(context),
    };
    await writer.insert(sageMakerResources, newRow(EDGE, id, context, { parent: SourceArn, owner: DestinationArn, settings }));
  });
  return { SourceArn, DestinationArn };
}

/**
 * @throws ResourceNotFound  (unverified sentence) they are not associated
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteAssociation.html
 */
export async function deleteAssociation(input: Valid<DeleteAssociationRequest>, context: OperationContext<Found>): Promise<object> {
  const { SourceArn, DestinationArn } = input;
  const key = [context.account, context.region, EDGE, edgeId(SourceArn, DestinationArn)];
  await context.installation.store.write(async (writer) => {
    if (!(await writer.delete(sageMakerResources, key)))
      throw resourceNotFound(`Association from ${SourceArn} to ${DestinationArn} does not exist.`);
  });
  return { SourceArn, DestinationArn };
}

/**
 * Associations: of an entity, of a type, between entities of types.
 * @throws ResourceNotFound  an entity that is named is not there
 */
export async function listAssociations(input: Valid<ListAssociationsRequest>, context: OperationContext<Found>): Promise<object> {
  const { SourceArn, DestinationArn, SortBy = 'CreationTime', SortOrder = 'Descending' } = input;
  for (const arn of [SourceArn, DestinationArn]) if (arn !== undefined) await needEntity(arn, context);
  const edges =
    SourceArn !== undefined
      ? edgesFrom(SourceArn, context)
      : DestinationArn !== undefined
        ? edgesTo(DestinationArn, context)
        : // Only rows of this type are under it.
          (liveIn(context, 'name', [context.account, context.region, EDGE]) as AsyncGenerator<Edge>);
  const passes = ({ settings, createdAt }: Edge): boolean =>
    Boolean(
      (DestinationArn === undefined || settings.DestinationArn === DestinationArn) &&
        (input.SourceType === undefined || settings.SourceType === input.SourceType) &&
        (input.DestinationType === undefined || settings.DestinationType === input.DestinationType) &&
        (input.AssociationType === undefined || settings.AssociationType === input.AssociationType) &&
        (input.CreatedAfter === undefined || createdAt > input.CreatedAfter.getTime()) &&
        (input.CreatedBefore === undefined || createdAt < input.CreatedBefore.getTime()),
    );
  // Not the associations themselves: there may be many; those of a page are read again.
  const found: { readonly id: string; readonly key: string | number }[] = [];
  await lookThrough(edges, (edge) => {
    if (passes(edge)) found.push({ id: edge.id, key: SortBy === 'CreationTime' ? edge.createdAt : edge.settings[SortBy] });
  });
  found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  if (SortOrder === 'Descending') found.reverse();
  const { page, next } = pageOf(found, 'ListAssociations', input, context);
  const AssociationSummaries: object[] = [];
  for (const { id } of page) {
    const edge = await context.reader.get(sageMakerResources, [context.account, context.region, EDGE, id]);
    if (edge) AssociationSummaries.push({ ...edge.settings, CreationTime: new Date(edge.createdAt) });
  }
  return { AssociationSummaries, ...next };
}
