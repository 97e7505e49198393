import type { AssociationEdgeType, UserContext } from '@aws-sdk/client-sagemaker';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { invalid } from '../errors.ts';
import { liveIn, type Where } from '../family.ts';

/** Association of two entities of lineage: a row of its own, found from either end. It has no ARN. */
export const EDGE = 'association';

export interface EdgeSettings {
  readonly SourceArn: string;
  readonly DestinationArn: string;
  readonly AssociationType?: AssociationEdgeType;
  /** Of the entities: an artifact's `ArtifactType`. They never change. */
  readonly SourceType: string;
  readonly DestinationType: string;
  readonly SourceName: string;
  readonly DestinationName: string;
  readonly CreatedBy: UserContext;
}

export type Edge = SageMakerResource<EdgeSettings>;

export const edgeId = (source: string, destination: string): string => `${source} ${destination}`;

/** From an entity to others. */
export const edgesFrom = (arn: string, where: Where): AsyncGenerator<Edge> =>
  // Only rows of this type are under it.
  liveIn(where, 'child_created', [where.account, where.region, EDGE, arn]) as AsyncGenerator<Edge>;

/** From others to an entity. */
export async function* edgesTo(arn: string, where: Where): AsyncGenerator<Edge> {
  for await (const row of liveIn(where, 'owner', [where.account, where.region, arn])) if (row.type === EDGE) yield row as Edge;
}

/** @throws ValidationException  (unverified sentence) something is associated with it */
export async function requireUnassociated(kind: string, { arn }: { readonly arn: string }, where: Where): Promise<void> {
  for (const edges of [edgesFrom(arn, where), edgesTo(arn, where)])
    for await (const _edge of edges) throw invalid(`${kind} '${arn}' has 1 or more associations and cannot be deleted.`);
}
