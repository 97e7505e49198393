import type { Scope } from '../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../core/id.ts';
import type { Tag } from '../../core/tag.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { keyOf } from '../../store/table.ts';
import { isGone } from '../../store/tables/sagemaker.ts';
import { type CatalogEntry, type CatalogType, catalogEntries } from '../../store/tables/service-catalog.ts';
import { walkRows } from '../../store/walk.ts';
import { invalid, limitExceeded } from './errors.ts';

/** Where entries are looked for. */
export interface Where {
  readonly account: string;
  readonly region: string;
  readonly now: number;
  readonly reader: Reader;
}

/** The kinds, and what is stored of each. */
export interface SettingsOf {
  portfolio: { readonly description?: string | undefined; readonly providerName: string };
  /** In the account that shares: to whom. */
  share: { readonly accountId: string };
  /** In the account that has accepted: from whom. */
  'accepted-share': { readonly ownerId: string };
  /** `uniqueId` is that of the user, group or role, whoever has its name later; absent for patterns. */
  principal: { readonly arn: string; readonly principalType: 'IAM' | 'IAM_PATTERN'; readonly uniqueId?: string };
  product: {
    readonly viewId: string;
    readonly owner: string;
    readonly productType: string;
    readonly description?: string | undefined;
    readonly distributor?: string | undefined;
    readonly supportDescription?: string | undefined;
    readonly supportEmail?: string | undefined;
    readonly supportUrl?: string | undefined;
  };
  artifact: {
    readonly description?: string | undefined;
    readonly artifactType: string;
    readonly info: Readonly<Record<string, string>>;
    readonly active: boolean;
    readonly guidance: 'DEFAULT' | 'DEPRECATED';
  };
  /** A product in a portfolio: the path by which it is launched. */
  membership: { readonly productId: string; readonly pathId: string };
  'provisioned-product': {
    readonly token: string;
    readonly productId: string;
    readonly productName: string;
    readonly productType: string;
    readonly artifactId: string;
    readonly artifactName: string;
    readonly pathId: string;
    readonly parameters: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];
    /** Who launched it: the principal, the session, and what both are bound to. */
    readonly userArn: string;
    readonly userArnSession: string;
    readonly principalId: string;
    readonly userId: string;
    /** Newest last. */
    readonly records: readonly string[];
    readonly provisioningRecords: readonly string[];
  };
  record: {
    readonly recordType: 'PROVISION_PRODUCT' | 'UPDATE_PROVISIONED_PRODUCT' | 'TERMINATE_PROVISIONED_PRODUCT';
    readonly provisionedProductId: string;
    readonly productId: string;
    readonly productType: string;
    readonly artifactId: string;
    readonly pathId: string;
    readonly principalId: string;
    readonly userId: string;
  };
  token: { readonly madeId: string };
}

export type Entry<Type extends CatalogType> = CatalogEntry<SettingsOf[Type]> & { readonly type: Type };

/** What is said of a new entry; the rest follows from where and when. */
type Draft<Type extends CatalogType> = Pick<Entry<Type>, 'type' | 'id' | 'name' | 'settings'> &
  Partial<Pick<Entry<Type>, 'parent' | 'tags' | 'phases'>>;

export const entryOf = <Type extends CatalogType>({ account, region, now }: Omit<Where, 'reader'>, draft: Draft<Type>): Entry<Type> =>
  ({ accountId: account, region, parent: '', createdAt: now, tags: [], phases: [], ...draft }) as Entry<Type>;

export const newId = (prefix: string, { installation }: Pick<Scope, 'installation'>): string =>
  `${prefix}-${lowerAlphanumeric(13, installation.random)}`;

/** The live entry with this id. */
export async function find<Type extends CatalogType>(type: Type, id: string, { account, region, now, reader }: Where) {
  const found = await reader.get(catalogEntries, [account, region, type, id]);
  // The type of an entry tells what its settings are.
  return found && !isGone(found, now) ? (found as Entry<Type>) : undefined;
}

/** The live entries of a kind, the oldest first; with `parent`, those of one parent. */
export async function all<Type extends CatalogType>(
  type: Type,
  { account, region, now, reader }: Where,
  by: { readonly parent?: string; readonly name?: string } = {},
): Promise<Entry<Type>[]> {
  const listing =
    by.name !== undefined
      ? { index: 'name', prefix: [account, region, type, by.name] }
      : by.parent !== undefined
        ? { index: 'parent', prefix: [account, region, type, by.parent] }
        : { index: 'created', prefix: [account, region, type] };
  const found: Entry<Type>[] = [];
  for await (const entry of walkRows(reader, catalogEntries, listing)) if (!isGone(entry, now)) found.push(entry as Entry<Type>);
  return found;
}

export const remove = (writer: Writer, entry: CatalogEntry): Promise<boolean> =>
  writer.delete(catalogEntries, keyOf(catalogEntries, entry));

/**
 * Makes sure that there may be one more. Rows of what has been terminated stay until room is short: then they are removed.
 * @throws LimitExceededException  the account has as many as it may
 */
export async function requireRoom(
  type: CatalogType,
  quota: { readonly name: string; readonly standard: number },
  { account, region, now, reader: writer, installation }: Pick<Scope, 'account' | 'region' | 'now' | 'installation'> & { reader: Writer },
  parent?: string,
): Promise<void> {
  const most = installation.quota(account, quota.name, quota.standard);
  const place = parent === undefined ? { prefix: [account, region, type] } : { index: 'parent', prefix: [account, region, type, parent] };
  if ((await writer.count(catalogEntries, place)) < most) return;
  for await (const entry of walkRows(writer, catalogEntries, place)) if (isGone(entry, now)) await remove(writer, entry);
  if ((await writer.count(catalogEntries, place)) >= most) throw limitExceeded(`You have reached the limit of ${most}: ${quota.name}.`);
}

/**
 * What a request with a token makes, once: what an earlier request of this operation with the same token has made is what this one has made, as long
 * as it is there. The model requires tokens, the types of inputs do not.
 */
export async function makeOnce<Type extends CatalogType>(
  type: Type,
  { operation, token }: { readonly operation: string; readonly token: string | undefined },
  call: Where & { readonly reader: Writer },
  make: () => Promise<Entry<Type>>,
): Promise<Entry<Type>> {
  const { reader: writer } = call;
  const id = `${operation}/${token}`;
  const kept = await find('token', id, call);
  const before = kept && (await find(type, kept.settings.madeId, call));
  if (before) return before;
  const made = await make();
  const row = entryOf(call, { type: 'token', id, name: '', settings: { madeId: made.id } });
  if (kept) await writer.update(catalogEntries, row);
  else await writer.insert(catalogEntries, row);
  return made;
}

/** Tags as answers have them. */
export const tagsOf = ({ tags }: Pick<CatalogEntry, 'tags'>): Tag[] => tags.map(({ Key, Value }) => ({ Key, Value }));

const MOST_TAGS = 50;

/** @throws InvalidParametersException  too many, of AWS's own, or one key twice */
export function taggedAnew(held: readonly Tag[], add: readonly Tag[] = [], drop: readonly string[] = []): Tag[] {
  if (new Set(add.map(({ Key }) => Key)).size < add.length) throw invalid('Tag keys must be unique.');
  if (add.some(({ Key }) => Key.toLowerCase().startsWith('aws:'))) throw invalid('Tag keys must not begin with aws:.');
  const tags = new Map(held.filter(({ Key }) => !drop.includes(Key)).map(({ Key, Value }) => [Key, Value]));
  for (const { Key, Value } of add) tags.set(Key, Value);
  if (tags.size > MOST_TAGS) throw invalid(`There can be at most ${MOST_TAGS} tags.`);
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
