import { issueMarker, openMarker } from '../../authorization/marker.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import { keyOf, type Table } from '../../store/table.ts';
import type { Filter } from './filter.ts';

export interface PageInput {
  readonly Filters?: readonly Filter[] | undefined;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** Rows of a page when the caller does not say, and the most it may say. */
const MAX_PAGE = 1000;
/** Rows read at a time. */
const CHUNK = 1000;

/** The caller's rows of a table in this region that pass a test, a page of them, in order of their ids. */
export async function pageOf<Row extends { accountId: string; region: string }>(
  table: Table<Row>,
  input: PageInput,
  operation: string,
  context: OperationContext,
  passes: (row: Row) => boolean,
): Promise<{ rows: Row[]; NextToken?: string }> {
  const place = {
    account: context.account,
    operation: `ec2:${operation}`,
    filters: [context.region, JSON.stringify(input.Filters ?? [])],
  };
  const size = Math.min(input.MaxResults ?? MAX_PAGE, MAX_PAGE);
  const prefix = [context.account, context.region];
  let after: readonly string[] | undefined;
  if (input.NextToken !== undefined) {
    after = openMarker(context.installation, place, input.NextToken);
    // (unverified) code and sentence
    if (!after) throw new ServiceError('InvalidNextToken', 'The specified NextToken is invalid.');
  }
  const rows: Row[] = [];
  for (;;) {
    const chunk = await context.reader.list(table, { prefix, limit: CHUNK, ...(after && { after }) });
    for (const row of chunk) {
      if (!passes(row)) continue;
      const last = rows.at(-1);
      if (rows.length === size && last) {
        return { rows, NextToken: issueMarker(context.installation, place, keyOf(table, last).slice(prefix.length)) };
      }
      rows.push(row);
    }
    const lastRead = chunk.at(-1);
    if (chunk.length < CHUNK || !lastRead) return { rows };
    after = keyOf(table, lastRead).slice(prefix.length);
  }
}

/**
 * The rows of ids that a call names, in the order of the store. Naming rows and asking for a page exclude each other.
 * @throws InvalidParameterCombination  400  both ids and MaxResults
 * @throws what `malformed` and `missing` make for an id
 */
export async function rowsById<Row extends { accountId: string; region: string }>(
  table: Table<Row>,
  ids: readonly string[],
  input: PageInput & { readonly parameter: string },
  context: OperationContext,
  errors: { prefix: string; malformed: string; missing: (id: string) => ServiceError },
): Promise<Row[]> {
  if (input.MaxResults !== undefined) {
    const message = `The parameter ${input.parameter} cannot be used with the parameter MaxResults`;
    throw new ServiceError('InvalidParameterCombination', message);
  }
  // (unverified) sentence
  if (ids.length > MAX_PAGE)
    throw new ServiceError('InvalidParameterValue', `The parameter ${input.parameter} can have at most ${MAX_PAGE} values.`);
  const rows: Row[] = [];
  for (const id of [...new Set(ids)].sort()) {
    if (!isId(id, errors.prefix)) throw new ServiceError(errors.malformed, `Invalid id: "${id}" (expecting "${errors.prefix}...")`);
    const row = await context.reader.get(table, [context.account, context.region, id]);
    if (!row) throw errors.missing(id);
    rows.push(row);
  }
  return rows;
}

/** `vpc-` and 8 or 17 lower-case hexadecimal digits: short ids are older than 2016. */
function isId(id: string, prefix: string): boolean {
  const digits = id.slice(prefix.length);
  return id.startsWith(prefix) && (digits.length === 8 || digits.length === 17) && /^[0-9a-f]+$/.test(digits);
}

/**
 * @throws DryRunOperation  412  what EC2 answers to a call that would have gone through
 */
export function refuseDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun) throw new ServiceError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', { status: 412 });
}
