import { setImmediate as otherCalls } from 'node:timers/promises';
import type { Installation } from '../../authorization/installation.ts';
import type { Handler, OperationContext } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import { memberShape, type Projection, projectionOf, referredShape } from '../../model/project.ts';
import { positionOf } from '../../store/table.ts';
import { isGone, modifiedAt, phaseAt, type SageMakerResource, sageMakerResources } from '../../store/tables/sagemaker.ts';
import { describeResource } from './describe.ts';
import type { Family, ListDescription, SortKey } from './family.ts';
import { DEFAULT_PAGE, type PageInput, tokenPosition, tokenTo } from './page.ts';
import type { Found } from './resources.ts';

/** What listings take, those of all families together. */
export interface ListInput extends PageInput {
  readonly SortBy?: string | undefined;
  readonly SortOrder?: string | undefined;
  readonly NameContains?: string | undefined;
  readonly CreationTimeAfter?: Date | undefined;
  readonly CreationTimeBefore?: Date | undefined;
  readonly LastModifiedTimeAfter?: Date | undefined;
  readonly LastModifiedTimeBefore?: Date | undefined;
  /** What studio lifecycle configs call LastModifiedTime…. */
  readonly ModifiedTimeAfter?: Date | undefined;
  readonly ModifiedTimeBefore?: Date | undefined;
  /** What newer families call CreationTime…. */
  readonly CreatedAfter?: Date | undefined;
  readonly CreatedBefore?: Date | undefined;
}

/** Rows looked at by one call: with filters that few pass, a page may come back short, or empty, with a token to go on from. */
const MAX_SCANNED = 20_000;
const CHUNK = 500;
const GROWTH = 4;

const INDEXES = {
  Name: { all: 'name', children: undefined },
  CreationTime: { all: 'created', children: 'child_created' },
  LastModifiedTime: { all: 'modified', children: 'child_modified' },
  // Under each parent by time of creation.
  Parent: { all: 'child_created', children: 'child_created' },
} as const;

/** What families call the same order. */
const SORTS: Readonly<Record<string, SortKey>> = {
  Name: 'Name',
  NAME: 'Name',
  HubName: 'Name',
  HubContentName: 'Name',
  IMAGE_NAME: 'Name',
  TrainingPlanName: 'Name',
  CreationTime: 'CreationTime',
  CREATION_TIME: 'CreationTime',
  // Versions are numbered as they are made.
  VERSION: 'CreationTime',
  LastModifiedTime: 'LastModifiedTime',
  LAST_MODIFIED_TIME: 'LastModifiedTime',
  Status: 'Status',
  STATUS: 'Status',
  FeatureGroupStatus: 'Status',
  HubStatus: 'Status',
  HubContentStatus: 'Status',
  ClusterArn: 'Parent',
  DEVICE_FLEET_NAME: 'Parent',
  MODEL_NAME: 'Parent',
  StartTime: 'Parent',
};

type Passes<Settings extends object> = (resource: SageMakerResource<Settings>) => boolean;

/**
 * A family's List operation: filters, order and pages as its description says. Not filtered by permission: AWS shows names to whoever may list.
 * @param only  filters over other resources, looked up before the listing begins
 */
export const list =
  <Settings extends object, Input extends ListInput = ListInput>(
    family: Family<never, Settings>,
    only?: (input: Input, context: OperationContext<Found>) => Promise<Passes<Settings>>,
  ): Handler<Input, Found> =>
  async (input, context) => {
    const { list: description } = family;
    const order = orderOf(input, description);
    const parent = await parentOf(description, input, context);
    const operation = description.operation;
    const position = tokenPosition(operation, input, context);
    const own = filterOf(family, input, context.now);
    const also = await only?.(input, context);
    const passes: Passes<Settings> = also ? (resource) => own(resource) && also(resource) : own;
    const size = input.MaxResults ?? description.pageSize ?? DEFAULT_PAGE;
    const page = await scan<Settings>(family, { ...order, parent, position, part: partOfName(description, input), passes, size }, context);
    const entry = entryOf(context.installation, description);
    const entries: unknown[] = [];
    for (const row of page.rows) {
      const described = { ...describeResource(family, row, context.now), ...(await family.lookUp?.(row, context)) };
      entries.push(entry({ ...described, ...description.more?.(row, context.now) }));
    }
    return {
      [description.result]: entries,
      ...(page.position && { NextToken: tokenTo(page.position, operation, input, context) }),
    };
  };

/** The id of what is listed under, when the call or the family says so. @throws what the family says of a parent that is not there */
async function parentOf<Settings extends object>(
  { parent, within }: ListDescription<Settings>,
  input: ListInput,
  context: OperationContext<Found>,
): Promise<string | undefined> {
  if (within) return within(input as never, context);
  return parent === undefined ? undefined : ((input as Readonly<Record<string, unknown>>)[parent] as string | undefined);
}

/** What of a description an entry of a listing shows. */
function entryOf({ model }: Pick<Installation, 'model'>, { operation, result }: { operation: string; result: string }): Projection {
  const sagemaker = model('sagemaker');
  const entries = sagemaker.shapes[memberShape(sagemaker, sagemaker.operations[operation]?.output, result)];
  if (entries?.type !== 'list') throw new Error(`${result} of ${operation} is no list`);
  return projectionOf(sagemaker, referredShape(entries.member));
}

/** The values that the status of a family can have, sorted. */
function statusesOf({ noun, status }: Family<never, never>, { model }: Pick<Installation, 'model'>): string[] {
  if (status === undefined) return [];
  const sagemaker = model('sagemaker');
  const shape = sagemaker.shapes[memberShape(sagemaker, sagemaker.operations[`Describe${noun}`]?.output, status)];
  return shape?.type === 'string' ? [...(shape.enum ?? [])].sort() : [];
}

function orderOf(input: ListInput, { sort, order }: { sort: SortKey; order: 'Ascending' | 'Descending' }) {
  const by: SortKey = input.SortBy === undefined ? sort : (Object.hasOwn(SORTS, input.SortBy) && SORTS[input.SortBy]) || 'CreationTime';
  return { by, descending: (input.SortOrder ?? order).toLowerCase() === 'descending' };
}

/** Part of a name that is asked for: case does not matter (unverified). */
function partOfName({ nameContains = 'NameContains' }: { nameContains?: string }, input: ListInput): string | undefined {
  const part = (input as Readonly<Record<string, unknown>>)[nameContains];
  return typeof part === 'string' ? foldCase(part) : undefined;
}

/** Filters but that by name, for which the store has a column. Times: neither end is in (unverified). */
function filterOf<Settings extends object>(family: Family<never, Settings>, input: ListInput, now: number): Passes<Settings> {
  const { list: description } = family;
  const given = input as Readonly<Record<string, unknown>>;
  const status = given[description.statusEquals ?? 'StatusEquals'];
  const created = between(input.CreationTimeAfter ?? input.CreatedAfter, input.CreationTimeBefore ?? input.CreatedBefore);
  const modified = between(
    input.LastModifiedTimeAfter ?? input.ModifiedTimeAfter,
    input.LastModifiedTimeBefore ?? input.ModifiedTimeBefore,
  );
  return (resource) =>
    created(resource.createdAt) &&
    modified(modifiedAt(resource, now)) &&
    (status === undefined || phaseAt(resource, now)?.status === status) &&
    (description.passes?.(resource, given, now) ?? true);
}

const between = (after: Date | undefined, before: Date | undefined) => (time: number) =>
  (after === undefined || time > after.getTime()) && (before === undefined || time < before.getTime());

interface Scan<Settings extends object> {
  readonly by: SortKey;
  readonly descending: boolean;
  readonly parent: string | undefined;
  /** Where the page begins: the pass, then the place in its listing. Empty at the start. */
  readonly position: readonly string[];
  /** What names must hold, in lower case. */
  readonly part: string | undefined;
  readonly passes: Passes<Settings>;
  readonly size: number;
}

/**
 * Goes through a listing until a page is full. In order of status it is gone through once for each status, as a status is not stored but
 * read off the clock.
 */
async function scan<Settings extends object>(
  family: Family<never, Settings>,
  { by, descending, parent, position, part, passes, size }: Scan<Settings>,
  { account, region, now, reader, installation }: OperationContext<Found>,
): Promise<{ rows: SageMakerResource<Settings>[]; position?: string[] }> {
  const statuses = by === 'Status' ? statusesOf(family as unknown as Family<never, never>, installation) : [undefined];
  if (descending) statuses.reverse();
  const indexes = by === 'Status' ? INDEXES.Name : INDEXES[by];
  const children = parent !== undefined && indexes.children !== undefined;
  const index = children ? indexes.children : indexes.all;
  const prefix = [account, region, family.type, ...(children ? [parent] : [])];
  const rows: SageMakerResource<Settings>[] = [];
  let scanned = 0;
  let limit = 0;
  let pass = Number(position[0] ?? 0);
  let after: readonly string[] | undefined = position.length > 1 ? position.slice(1) : undefined;
  /** Where the last row of the page stands. */
  let last: string[] | undefined;
  for (; pass < statuses.length; pass++, after = undefined) {
    const status = statuses[pass];
    for (let more = true; more; ) {
      // A page and one row to see whether it is the last; larger and larger chunks where filters leave some out.
      limit = Math.min(limit === 0 ? size + 1 : limit * GROWTH, CHUNK);
      const chunk = await reader.list(sageMakerResources, {
        index,
        prefix,
        descending,
        limit,
        ...(after && { after }),
        ...(part !== undefined && { contains: { column: 'name', text: part } }),
      });
      for (const row of chunk) {
        const at = positionOf(sageMakerResources, index, prefix.length, row);
        after = at;
        scanned++;
        const resource = row as SageMakerResource<Settings>;
        if (isGone(row, now) || (parent !== undefined && row.parent !== parent)) continue;
        if ((status !== undefined && phaseAt(row, now)?.status !== status) || !passes(resource)) continue;
        if (rows.length === size) return { rows, ...(last && { position: last }) };
        rows.push(resource);
        last = [String(pass), ...at];
      }
      more = chunk.length === limit;
      // A long search lets other calls have their turn.
      if (more) await otherCalls();
      if (more && after && scanned >= MAX_SCANNED) return { rows, position: [String(pass), ...after] };
    }
  }
  return { rows };
}
