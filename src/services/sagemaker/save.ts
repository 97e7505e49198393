import type { Scope } from '../../authorization/operation.ts';
import type { Writer } from '../../store/store.ts';
import { keyOf } from '../../store/table.ts';
import { isGone, type SageMakerResource, sageMakerResources } from '../../store/tables/sagemaker.ts';

/** Writes a changed resource; one whose deletion is over at once is removed. */
export async function save(writer: Writer, resource: SageMakerResource, now: number): Promise<void> {
  if (isGone(resource, now)) await writer.delete(sageMakerResources, keyOf(sageMakerResources, resource));
  else await writer.update(sageMakerResources, resource);
}

/** Rows that one call removes at most: enough that they cannot pile up, few enough not to be felt. */
const REMOVED_AT_ONCE = 20;

/** Removes rows of the account whose deletion came to its end since. Every call that creates or deletes does some of it: no timer has to. */
export async function removeGone(writer: Writer, { account, now }: Pick<Scope, 'account' | 'now'>): Promise<void> {
  for (const row of await writer.list(sageMakerResources, { index: 'gone', prefix: [account], limit: REMOVED_AT_ONCE })) {
    if (!isGone(row, now)) return;
    await writer.delete(sageMakerResources, keyOf(sageMakerResources, row));
  }
}
