import type { DescribeClusterEventRequest, ListClusterEventsRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { resourceNotFound } from '../errors.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import { type Cluster, clusterOf } from './cluster.ts';
import type { ClusterEvent } from './event.ts';

const shown = ({ arn, name }: Cluster, { id, at, about, group, instance, description }: ClusterEvent) => ({
  EventId: id,
  ClusterArn: arn,
  ClusterName: name,
  ResourceType: about,
  EventTime: new Date(at),
  Description: description,
  EventLevel: 'Info',
  ...(group !== undefined && { InstanceGroupName: group }),
  ...(instance !== undefined && { InstanceId: instance }),
});

/**
 * What happened to a cluster, newest first.
 * @throws ResourceNotFound  no such cluster
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListClusterEvents.html
 */
export async function listClusterEvents(input: Valid<ListClusterEventsRequest>, context: OperationContext<Found>): Promise<object> {
  const found = clusterOf(context);
  const { InstanceGroupName, NodeId, ResourceType, EventTimeAfter: after, EventTimeBefore: before, SortOrder } = input;
  const events = found.settings.events.filter(
    ({ about, group, instance, at }) =>
      (InstanceGroupName === undefined || group === InstanceGroupName) &&
      (NodeId === undefined || instance === NodeId) &&
      (ResourceType === undefined || about === ResourceType) &&
      (after === undefined || at > after.getTime()) &&
      (before === undefined || at < before.getTime()),
  );
  if (SortOrder !== 'Ascending') events.reverse();
  const { page, next } = pageOf(events, 'ListClusterEvents', input, context);
  return { Events: page.map((event) => shown(found, event)), ...next };
}

/**
 * @throws ResourceNotFound  no such cluster, or (unverified sentence) event
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeClusterEvent.html
 */
export async function describeClusterEvent(
  { EventId }: Valid<DescribeClusterEventRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const found = clusterOf(context);
  const event = found.settings.events.find(({ id }) => id === EventId);
  if (!event) throw resourceNotFound(`Could not find event '${EventId}'`);
  return { EventDetails: shown(found, event) };
}
