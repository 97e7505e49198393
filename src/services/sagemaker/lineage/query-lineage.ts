import type { QueryFilters, QueryLineageRequest, Vertex } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { modifiedAt } from '../../../store/tables/sagemaker.ts';
import { projected } from '../describe.ts';
import { invalid, resourceNotFound } from '../errors.ts';
import { liveIn, type Where } from '../family.ts';
import { lookThrough } from '../gather.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import { type Edge, type EdgeSettings, edgesFrom, edgesTo } from './edge.ts';
import { type Entity, findEntity, vertexKinds } from './lineage-entity.ts';

const MAX_DEPTH = 10;
/** Entities and associations that one query follows: what lies beyond is left out (unverified). */
const MAX_REACHED = 5_000;
const MAX_EDGES = 10_000;

interface Reached {
  /** In the order in which they were found, without the start. */
  readonly arns: Set<string>;
  readonly edges: Map<string, EdgeSettings>;
}

type Towards = 'Ascendants' | 'Descendants';

/** The associations that lie one way, breadth first: each entity is gone out from once, so circles end. */
async function* edgesAlong(start: string, towards: Towards, depth: number, where: Where, reached: Reached): AsyncGenerator<Edge> {
  const seen = new Set([start]);
  let front = [start];
  for (let step = 0; step < depth && front.length > 0; step++) {
    const next: string[] = [];
    for (const arn of front) {
      for await (const edge of towards === 'Ascendants' ? edgesTo(arn, where) : edgesFrom(arn, where)) {
        if (reached.arns.size >= MAX_REACHED || reached.edges.size >= MAX_EDGES) return;
        yield edge;
        const other = towards === 'Ascendants' ? edge.settings.SourceArn : edge.settings.DestinationArn;
        if (seen.has(other)) continue;
        seen.add(other);
        if (other !== start) reached.arns.add(other);
        next.push(other);
      }
    }
    front = next;
  }
}

/** Follows associations one way. */
async function follow(start: string, towards: Towards, depth: number, where: Where, reached: Reached): Promise<void> {
  await lookThrough(edgesAlong(start, towards, depth, where, reached), ({ id, settings }) => reached.edges.set(id, settings));
}

type Filters = Valid<QueryFilters>;

/** What is looked for. Properties: all that are named, as they are named. */
function passes({ resource, kind }: Entity, filters: Filters | undefined, now: number): boolean {
  if (!filters) return true;
  const { Types, LineageTypes, CreatedAfter, CreatedBefore, ModifiedAfter, ModifiedBefore, Properties } = filters;
  const held = (resource.settings as { readonly Properties?: Readonly<Record<string, string>> }).Properties ?? {};
  const modified = modifiedAt(resource, now);
  return Boolean(
    (!Types?.length || Types.includes(kind.typeOf(resource.settings))) &&
      (!LineageTypes?.length || (kind.lineageType !== undefined && LineageTypes.includes(kind.lineageType))) &&
      (CreatedAfter === undefined || resource.createdAt > CreatedAfter.getTime()) &&
      (CreatedBefore === undefined || resource.createdAt < CreatedBefore.getTime()) &&
      (ModifiedAfter === undefined || modified > ModifiedAfter.getTime()) &&
      (ModifiedBefore === undefined || modified < ModifiedBefore.getTime()) &&
      Object.entries(Properties ?? {}).every(([key, value]) => Object.hasOwn(held, key) && held[key] === value),
  );
}

const vertexOf = ({ resource, kind }: Entity): Vertex => ({
  Arn: resource.arn,
  Type: kind.typeOf(resource.settings).slice(0, 40),
  ...(kind.lineageType && { LineageType: kind.lineageType }),
});

/**
 * What an entity comes from and what has come of it, up to ten associations away; or, without a start, all that passes the filters. The start
 * itself is not among it (unverified). Filters choose what is shown, not what is followed.
 * @throws ResourceNotFound     the start is not there
 * @throws ValidationException  (unverified sentence) neither start nor filters
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_QueryLineage.html
 */
export async function queryLineage(input: Valid<QueryLineageRequest>, context: OperationContext<Found>): Promise<object> {
  const { StartArns, Direction = 'Both', IncludeEdges = true, Filters, MaxDepth = MAX_DEPTH } = input;
  const start = StartArns?.[0];
  if (start === undefined && !Filters) throw invalid('Either StartArns or Filters must be specified.');
  const reached: Reached = { arns: new Set(), edges: new Map() };
  // Not the entities themselves: there may be many; those of a page are read again.
  const found: string[] = [];
  if (start === undefined) {
    for (const kind of vertexKinds) {
      const all = liveIn(context, 'name', [context.account, context.region, kind.family.type]);
      await lookThrough(all, (resource) => {
        if (passes({ resource, kind }, Filters, context.now)) found.push(resource.arn);
      });
    }
  } else {
    // (unverified) sentence
    if (!(await findEntity(start, context))) throw resourceNotFound(`Entity '${start}' does not exist.`);
    if (Direction !== 'Descendants') await follow(start, 'Ascendants', MaxDepth, context, reached);
    if (Direction !== 'Ascendants') await follow(start, 'Descendants', MaxDepth, context, reached);
    for (const arn of reached.arns) {
      const entity = await findEntity(arn, context);
      if (entity && passes(entity, Filters, context.now)) found.push(arn);
    }
  }
  const { page, next } = pageOf(found, 'QueryLineage', input, context);
  const shown = new Set(page);
  const vertices: Vertex[] = [];
  for (const arn of page) {
    const entity = await findEntity(arn, context);
    if (entity) vertices.push(vertexOf(entity));
  }
  const edges = [...reached.edges.values()].filter(({ SourceArn, DestinationArn }) => shown.has(SourceArn) || shown.has(DestinationArn));
  const answer = { Vertices: vertices, ...(IncludeEdges && { Edges: edges }), ...next };
  return projected(context.installation, 'QueryLineage', answer);
}
