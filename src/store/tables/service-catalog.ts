import type { Tag } from '../../core/tag.ts';
import { sortableTime, table } from '../table.ts';
import type { Phase } from './sagemaker.ts';

/** What Service Catalog keeps. `token`: which thing a request with an idempotency token made. */
export type CatalogType =
  | 'portfolio'
  | 'share'
  | 'accepted-share'
  | 'principal'
  | 'product'
  | 'artifact'
  | 'membership'
  | 'provisioned-product'
  | 'record'
  | 'token';

/** One thing of a catalog. All kinds share one table: few in number, they are found alike and differ in what they say. */
export interface CatalogEntry<Settings extends object = object> {
  readonly accountId: string;
  readonly region: string;
  readonly type: CatalogType;
  /** `port-…`, `prod-…`, `pa-…`, `pp-…`, `rec-…`; of what has no id of its own, the ids of what it joins. */
  readonly id: string;
  readonly name: string;
  /** Id of what it belongs to: the product of an artifact, the portfolio of a principal, of a share and of a product in it. Empty where there is none. */
  readonly parent: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  /** JSON values only. */
  readonly settings: Settings;
  /** The course it is on, as for SageMaker's resources; empty for what has no states. */
  readonly phases: readonly Phase[];
}

export const catalogEntries = table<CatalogEntry>()({
  name: 'service_catalog_entry',
  columns: {
    account_id: (e) => e.accountId,
    region: (e) => e.region,
    type: (e) => e.type,
    id: (e) => e.id,
    name: (e) => e.name,
    parent: (e) => e.parent,
    created_at: (e) => sortableTime(e.createdAt),
  },
  key: ['account_id', 'region', 'type', 'id'],
  indexes: {
    name: ['account_id', 'region', 'type', 'name'],
    created: ['account_id', 'region', 'type', 'created_at'],
    parent: ['account_id', 'region', 'type', 'parent', 'created_at'],
    // What one account offers to another: its id names both the thing and whom it is for.
    anywhere: ['region', 'type', 'id'],
  },
});
