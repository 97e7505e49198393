import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Reader } from '../../store/store.ts';
import { positionOf } from '../../store/table.ts';
import { isGone, type SageMakerResource, sageMakerResources } from '../../store/tables/sagemaker.ts';
import type { Course } from './lifecycle.ts';
import type { Found } from './resources.ts';

/** A kind of SageMaker resource: how its ARN is made and how it is found. */
export interface Kind<Identity extends object> {
  /** Resource type of the Service Authorization Reference: `notebook-instance`. */
  readonly type: string;
  /** First part of the ARN's resource, where it is not the type: `pipeline` for executions of pipelines. */
  readonly arnType?: string;
  /** The rest of the ARN's resource, from the members that name it. Where a member takes a name or an ARN: what it holds, also an ARN. */
  readonly path: (identity: Identity) => string;
  /** The same as the Service Authorization Reference writes it: `${NotebookInstanceName}`. */
  readonly arnPath: string;
  /**
   * `lower-cased`: in ARNs, so two names that differ by case are one. `as typed`: in ARNs, and they are two. `unique regardless of case`:
   * ARNs keep the case and only the right case finds, but there cannot be both; so a policy on one spelling is not got around by another.
   */
  readonly names: 'lower-cased' | 'as typed' | 'unique regardless of case';
}

/** What a call wants of something that is not there; some families word it differently. */
export type Attempt = 'describe' | 'update' | 'delete';

/** What error sentences name. */
export interface Named {
  readonly arn: string;
  readonly name: string;
}

/** `Parent`: by what they are listed under, and by creation among those of one parent. */
export type SortKey = 'Name' | 'CreationTime' | 'LastModifiedTime' | 'Status' | 'Parent';

/** How a family is listed. */
export interface ListDescription<Settings extends object> {
  /** The operation: `ListModels`. */
  readonly operation: string;
  /** The member of the answer: `Models`. */
  readonly result: string;
  /** Members of an entry that the description does not have. The others are those of the description for which an entry has room. */
  readonly more?: (resource: SageMakerResource<Settings>, now: number) => object;
  /** The order when the caller does not say. */
  readonly sort: SortKey;
  readonly order: 'Ascending' | 'Descending';
  /** The member that filters by a part of the name, where it is not `NameContains`. */
  readonly nameContains?: string;
  /** The member that filters by status, where it is not `StatusEquals`. */
  readonly statusEquals?: string;
  /** The member that filters by the parent's id. */
  readonly parent?: string;
  /** The parent's id where it has to be found; undefined where none is named. `input` is the operation's, validated. @throws where there is no such parent */
  readonly within?: (input: never, context: OperationContext<Found>) => Promise<string | undefined> | string | undefined;
  /** Filters of this family alone. `input` is the operation's, validated. */
  readonly passes?: (resource: SageMakerResource<Settings>, input: Readonly<Record<string, unknown>>, now: number) => boolean;
  /** Entries of a page when the caller does not say, where that is not 10. */
  readonly pageSize?: number;
}

/** What deleting does. */
export interface Deletion<Settings extends object> {
  /** @throws why it may not be deleted now; `status` is that of this instant. */
  readonly refuse?: (resource: SageMakerResource<Settings>, status: string | undefined, scope: Scope) => Promise<void> | void;
  /** Ends in `GONE`; absent: at once. */
  readonly course?: Course;
  /** Types of what is listed under it and goes with it. */
  readonly cascade?: readonly string[];
}

/** Into the description of a family that AWS shows without a time of change. */
export const NEVER_MODIFIED = { LastModifiedTime: undefined } as const;

/**
 * Everything that is said of a family of resources once: from this, create.ts, describe.ts, list.ts, change.ts and tag.ts make its
 * operations. `Identity` are the members that name a resource in requests; `Settings` is what is stored of it.
 */
export interface Family<Identity extends object, Settings extends object> extends Kind<Identity> {
  /** As its operations call it: `NotebookInstance` of `DescribeNotebookInstance`. */
  readonly noun: string;
  /** The members that hold its name and its ARN, where they are not `{noun}Name` and `{noun}Arn`. */
  readonly nameMember?: string;
  readonly arnMember?: string;
  /** The member that tells the status; absent for families without states. */
  readonly status?: string;
  readonly missing: (named: Named, attempt: Attempt) => ServiceError;
  readonly taken: (named: Named) => ServiceError;
  /**
   * Members of the description beyond name, ARN, status, times and failure reason, which most families have. What its operation's answer has
   * no room for is left out.
   */
  readonly describe: (resource: SageMakerResource<Settings>, now: number) => object;
  /** Members of the description that stand in other resources. */
  readonly lookUp?: (resource: SageMakerResource<Settings>, where: Where) => Promise<object>;
  readonly list: ListDescription<Settings>;
  readonly deletion?: Deletion<Settings>;
  /** What cannot be tagged, listed with its tags, or have any: versions of images, workforces. */
  readonly untagged?: true;
}

/** Where a call acts. */
export type Place = Pick<Scope, 'account' | 'region'>;

/** `arn:aws:sagemaker:{region}:{account}:{resource}` */
export const sageMakerArn = ({ account, region }: Place, resource: string): string =>
  `arn:${PARTITION}:sagemaker:${region}:${account}:${resource}`;

export const nameMemberOf = ({ nameMember, noun }: Pick<Family<never, never>, 'nameMember' | 'noun'>): string =>
  nameMember ?? `${noun}Name`;
export const arnMemberOf = ({ arnMember, noun }: Pick<Family<never, never>, 'arnMember' | 'noun'>): string => arnMember ?? `${noun}Arn`;

const inArn = (kind: Pick<Kind<never>, 'names'>, path: string): string => (kind.names === 'lower-cased' ? foldCase(path) : path);

/** First part of the resource in ARNs of a kind. */
const arnTypeOf = ({ arnType, type }: Pick<Kind<never>, 'type' | 'arnType'>): string => arnType ?? type;

const isArn = (path: string): boolean => path.startsWith('arn:');

/** An ARN that is sent stands for itself, whatever it is of: the call is decided on it, and nothing else is found by it. */
export const arnOf = <Identity extends object>(kind: Kind<Identity>, identity: Identity, place: Place): string => {
  const path = kind.path(identity);
  return isArn(path) ? path : sageMakerArn(place, `${arnTypeOf(kind)}/${inArn(kind, path)}`);
};

export const idOf = (kind: Pick<Kind<never>, 'names'>, path: string): string => (kind.names === 'as typed' ? path : foldCase(path));

/** The id under which the thing with this ARN is stored. */
export const idOfArn = (kind: Pick<Kind<never>, 'type' | 'arnType' | 'names'>, arn: string): string => {
  const type = arnTypeOf(kind);
  return idOf(kind, arn.slice(arn.indexOf(`:${type}/`) + type.length + 2));
};

export type Where = Place & { readonly now: number; readonly reader: Reader };

/** The live resource with this ARN: spelled exactly so, in the caller's account and region, and not gone. */
export async function findByArn<Settings extends object>(
  kind: Pick<Kind<never>, 'type' | 'arnType' | 'names'>,
  arn: string,
  { account, region, now, reader }: Where,
): Promise<SageMakerResource<Settings> | undefined> {
  const found = await reader.get(sageMakerResources, [account, region, kind.type, idOfArn(kind, arn)]);
  // The type of a row tells the family, and the family what its settings are.
  return found && found.arn === arn && !isGone(found, now) ? (found as SageMakerResource<Settings>) : undefined;
}

export const find = <Identity extends object, Settings extends object>(
  family: Family<Identity, Settings>,
  identity: Identity,
  where: Where,
): Promise<SageMakerResource<Settings> | undefined> => findByArn<Settings>(family, arnOf(family, identity, where), where);

/** As `find`. @throws the family's own error */
export async function need<Identity extends object, Settings extends object>(
  family: Family<Identity, Settings>,
  identity: Identity,
  where: Where,
  attempt: Attempt = 'describe',
): Promise<SageMakerResource<Settings>> {
  const found = await find(family, identity, where);
  if (!found) throw family.missing(nameOf(family, identity, where), attempt);
  return found;
}

/** How error sentences name what a call asks for. */
export const nameOf = <Identity extends object>(kind: Kind<Identity>, identity: Identity, place: Place): Named => {
  const path = kind.path(identity);
  return { arn: arnOf(kind, identity, place), name: path.slice(path.lastIndexOf('/') + 1) };
};

/** Rows read at a time when looking through many. */
const CHUNK = 500;

/** The live resources of a listing, read in chunks. */
export async function* liveIn(
  { reader, now }: Pick<Where, 'reader' | 'now'>,
  index: 'name' | 'child_created' | 'owner',
  prefix: readonly string[],
): AsyncGenerator<SageMakerResource> {
  let after: readonly string[] | undefined;
  for (;;) {
    const rows = await reader.list(sageMakerResources, { index, prefix, limit: CHUNK, ...(after && { after }) });
    for (const row of rows) if (!isGone(row, now)) yield row;
    const last = rows.at(-1);
    if (rows.length < CHUNK || !last) return;
    after = positionOf(sageMakerResources, index, prefix.length, last);
  }
}
