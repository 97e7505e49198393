import type { CreateTagsRequest, DeleteTagsRequest, DescribeTagsRequest, DescribeTagsResult, TagDescription } from '@aws-sdk/client-ec2';
import { issueMarker, openMarker } from '../../authorization/marker.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';
import type { Valid } from '../../model/valid.ts';
import type { Table } from '../../store/table.ts';
import { type Instance, instances, securityGroups, subnets, vpcs } from '../../store/tables/ec2.ts';
import { type Filters, filterBy } from './filter.ts';
import { stateOf } from './instance-state.ts';
import { refuseDryRun } from './page.ts';
import { type Known, kindOf, type TaggableRow } from './resources.ts';
import { withoutTags, withTags } from './tag-rules.ts';

async function retag(ids: readonly string[], change: (tags: readonly Tag[]) => readonly Tag[], context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    for (const id of new Set(ids)) {
      const { table, missing } = kindOf(id);
      const rows = table as unknown as Table<TaggableRow>;
      const row = await writer.get(rows, [context.account, context.region, id]);
      if (!row || ('phases' in row && !stateOf(row as unknown as Instance, context.now)))
        throw new ServiceError(missing[0], `The ${missing[1]} ID '${id}' does not exist`);
      await writer.update(rows, { ...row, tags: change(row.tags) });
    }
  });
  return {};
}

/**
 * Tags instances, VPCs, subnets and security groups: all that are named, or none.
 * @throws InvalidID, InvalidInstanceID.NotFound, …  400  what is named is not there
 * @throws InvalidParameterValue, TagLimitExceeded   400  the tags
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
 */
export async function createTags(input: Valid<CreateTagsRequest>, context: OperationContext<Known>): Promise<object> {
  refuseDryRun(input);
  return retag(input.Resources, (tags) => withTags(tags, input.Tags), context);
}

/**
 * Takes tags away: by key, or by key and value, or all.
 * @throws InvalidID, InvalidInstanceID.NotFound, …  400  what is named is not there
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
 */
export async function deleteTags(input: Valid<DeleteTagsRequest>, context: OperationContext<Known>): Promise<object> {
  refuseDryRun(input);
  return retag(input.Resources, (tags) => withoutTags(tags, input.Tags), context);
}

interface Described extends Tag {
  readonly ResourceId: string;
  readonly ResourceType: NonNullable<TagDescription['ResourceType']>;
}

const FILTERS: Filters<Described> = {
  key: (t) => [t.Key],
  'resource-id': (t) => [t.ResourceId],
  'resource-type': (t) => [t.ResourceType],
  value: (t) => [t.Value],
};

/**
 * Describes the tags of everything in the region that can have some, by resource and key.
 * @throws InvalidNextToken  400
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
 */
export async function describeTags(input: Valid<DescribeTagsRequest>, context: OperationContext): Promise<DescribeTagsResult> {
  refuseDryRun(input);
  const passes = filterBy(input.Filters, FILTERS, (tag) => [tag]);
  const place = { account: context.account, operation: 'ec2:DescribeTags', filters: [context.region, JSON.stringify(input.Filters ?? [])] };
  const after = input.NextToken === undefined ? undefined : openMarker(context.installation, place, input.NextToken)?.[0];
  // (unverified) code and sentence
  if (input.NextToken !== undefined && after === undefined)
    throw new ServiceError('InvalidNextToken', 'The specified NextToken is invalid.');
  const orderOf = (tag: Described): string => JSON.stringify([tag.ResourceId, tag.Key]);
  const rest = (await allTags(context))
    .filter(passes)
    .map((tag) => ({ tag, order: orderOf(tag) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .filter(({ order }) => after === undefined || order > after);
  const page = rest.slice(0, Math.min(input.MaxResults ?? 1000, 1000));
  const last = page.at(-1);
  return {
    Tags: page.map(({ tag }) => tag),
    ...(last && rest.length > page.length ? { NextToken: issueMarker(context.installation, place, [last.order]) } : {}),
  };
}

/** Cost: O(rows of the account in the region). */
async function allTags({ account, region, reader, now }: OperationContext): Promise<Described[]> {
  const described: Described[] = [];
  const add = (ResourceId: string, ResourceType: Described['ResourceType'], tags: readonly Tag[]): void => {
    for (const { Key, Value } of tags) described.push({ ResourceId, ResourceType, Key, Value });
  };
  const prefix = [account, region];
  for (const instance of await reader.list(instances, { prefix })) {
    if (!stateOf(instance, now)) continue;
    add(instance.instanceId, 'instance', instance.tags);
    add(instance.volumeId, 'volume', instance.volumeTags);
    add(instance.networkInterfaceId, 'network-interface', instance.networkInterfaceTags);
  }
  for (const vpc of await reader.list(vpcs, { prefix })) add(vpc.vpcId, 'vpc', vpc.tags);
  for (const subnet of await reader.list(subnets, { prefix })) add(subnet.subnetId, 'subnet', subnet.tags);
  for (const group of await reader.list(securityGroups, { prefix })) add(group.groupId, 'security-group', group.tags);
  return described;
}
