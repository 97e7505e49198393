import type {
  AttachClusterNodeNetworkInterfaceRequest,
  AttachClusterNodeVolumeRequest,
  BatchAddClusterNodesRequest,
  DescribeClusterNodeRequest,
  ListClusterNodesRequest,
  StartClusterHealthCheckRequest,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { hexadecimal } from '../../../core/id.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { change } from '../change.ts';
import type { Writing } from '../create.ts';
import { invalid, resourceNotFound } from '../errors.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import {
  type Cluster,
  type ClusterIdentity,
  type ClusterSettings,
  cluster,
  clusterOf,
  requireInService,
  requireMore,
  requireSize,
  typeOf,
} from './cluster.ts';
import { happened } from './event.ts';
import { type ClusterNode, COURSES, launch, liveNodes, sent, statusOf } from './node.ts';

/** (unverified) sentence */
const noNode = (name: string) => resourceNotFound(`Could not find node '${name}'`);

interface NodeIdentity {
  readonly NodeId?: string | undefined;
  readonly NodeLogicalId?: string | undefined;
}

/** @throws ValidationException (unverified sentence) neither, or both; ResourceNotFound */
function needNode({ settings }: Cluster, { NodeId, NodeLogicalId }: NodeIdentity, now: number): ClusterNode {
  if ((NodeId === undefined) === (NodeLogicalId === undefined)) throw invalid('Exactly one of NodeId and NodeLogicalId must be specified.');
  const node = liveNodes(settings.nodes, now).find(({ id, logicalId }) => id === NodeId || logicalId === NodeLogicalId);
  if (!node) throw noNode(NodeId ?? NodeLogicalId ?? '');
  return node;
}

const shown = (node: ClusterNode, now: number) => ({
  InstanceGroupName: node.group,
  InstanceId: node.id,
  NodeLogicalId: node.logicalId,
  InstanceType: node.type,
  LaunchTime: new Date(node.launchedAt),
  ...(node.updatedAt !== undefined && { LastSoftwareUpdateTime: new Date(node.updatedAt) }),
  InstanceStatus: { Status: statusOf(node, now) },
});

/**
 * A node of a cluster.
 * @throws ResourceNotFound     no such cluster, or node
 * @throws ValidationException  not exactly one of its two ids
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeClusterNode.html
 */
export async function describeClusterNode(input: Valid<DescribeClusterNodeRequest>, context: OperationContext<Found>): Promise<object> {
  const found = clusterOf(context);
  const node = needNode(found, input, context.now);
  const group = found.settings.InstanceGroups.find(({ InstanceGroupName }) => InstanceGroupName === node.group);
  return {
    NodeDetails: {
      ...shown(node, context.now),
      ...(group?.LifeCycleConfig && { LifeCycleConfig: group.LifeCycleConfig }),
      ...(group?.OverrideVpcConfig && { OverrideVpcConfig: group.OverrideVpcConfig }),
      ...(group?.ThreadsPerCore !== undefined && { ThreadsPerCore: group.ThreadsPerCore }),
      ...(group?.InstanceStorageConfigs && { InstanceStorageConfigs: group.InstanceStorageConfigs }),
      ...(group?.ImageId !== undefined && { CurrentImageId: group.ImageId }),
    },
  };
}

/**
 * The nodes of a cluster.
 * @throws ResourceNotFound  no such cluster
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListClusterNodes.html
 */
export async function listClusterNodes(input: Valid<ListClusterNodesRequest>, context: OperationContext<Found>): Promise<object> {
  const { settings } = clusterOf(context);
  const { CreationTimeAfter: after, CreationTimeBefore: before, InstanceGroupNameContains: part, SortBy, SortOrder } = input;
  const nodes = liveNodes(settings.nodes, context.now).filter(
    ({ group, launchedAt }) =>
      (part === undefined || foldCase(group).includes(foldCase(part))) &&
      (after === undefined || launchedAt > after.getTime()) &&
      (before === undefined || launchedAt < before.getTime()),
  );
  const direction = SortOrder === 'Descending' ? -1 : 1;
  const key = (node: ClusterNode): string => (SortBy === 'NAME' ? node.id : `${String(node.launchedAt).padStart(15, '0')} ${node.id}`);
  nodes.sort((a, b) => direction * (key(a) < key(b) ? -1 : 1));
  const { page, next } = pageOf(nodes, 'ListClusterNodes', input, context);
  return {
    ClusterNodeSummaries: page.map((node) => {
      const { NodeLogicalId, ...summary } = shown(node, context.now);
      return input.IncludeNodeLogicalIds ? { ...summary, NodeLogicalId } : summary;
    }),
    ...next,
  };
}

interface Batch {
  readonly ClusterName: string;
  readonly NodeIds?: readonly string[] | undefined;
  readonly NodeLogicalIds?: readonly string[] | undefined;
}

interface Codes {
  readonly member: 'Code' | 'ErrorCode';
  readonly missing: string;
  readonly unfit: string;
}

/** Something that is done to many nodes, each with its own outcome: the call fails for none of them. */
function toNodes(
  work: (node: ClusterNode, call: Writing) => readonly ClusterNode[],
  fits: readonly string[],
  { member, missing, unfit }: Codes,
  description: string,
) {
  return async (input: Batch, context: OperationContext<Found>): Promise<object> => {
    const { NodeIds = [], NodeLogicalIds = [] } = input;
    // (unverified) sentence
    if (NodeIds.length === 0 && NodeLogicalIds.length === 0) throw invalid('Either NodeIds or NodeLogicalIds must be specified.');
    const outcome = { ids: [] as string[], logical: [] as string[], failed: [] as object[], failedLogical: [] as object[] };
    await change<ClusterIdentity, ClusterSettings, ClusterIdentity>(cluster, (resource, _, call) => {
      const { settings } = resource;
      const live = liveNodes(settings.nodes, call.now);
      const chosen = new Set<string>();
      const choose = (name: string, key: 'id' | 'logicalId', ok: string[], failed: object[], nameMember: string): void => {
        const node = live.find((each) => each[key] === name);
        const status = node && statusOf(node, call.now);
        if (node && fits.includes(status ?? '')) {
          chosen.add(node.id);
          ok.push(name);
        } else
          failed.push({
            [nameMember]: name,
            [member]: node ? unfit : missing,
            // (unverified) both sentences
            Message: node ? `Node ${name} is in status ${status}.` : `Node ${name} was not found in the cluster.`,
          });
      };
      for (const id of NodeIds) choose(id, 'id', outcome.ids, outcome.failed, 'NodeId');
      for (const id of NodeLogicalIds) choose(id, 'logicalId', outcome.logical, outcome.failedLogical, 'NodeLogicalId');
      return {
        ...resource,
        settings: {
          ...settings,
          nodes: live.flatMap((node) => (chosen.has(node.id) ? work(node, call) : [node])),
          events: happened(
            settings.events,
            call,
            ...live
              .filter(({ id }) => chosen.has(id))
              .map(({ id, group }) => ({ about: 'Instance' as const, group, instance: id, description })),
          ),
        },
      };
    })({ ClusterName: context.target.arn }, context);
    return {
      ...(NodeIds.length > 0 && { Successful: outcome.ids, Failed: outcome.failed }),
      ...(NodeLogicalIds.length > 0 && { SuccessfulNodeLogicalIds: outcome.logical, FailedNodeLogicalIds: outcome.failedLogical }),
    };
  };
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BatchDeleteClusterNodes.html */
export const batchDeleteClusterNodes = toNodes(
  (node, call) => [sent(node, COURSES.shutDown, call)],
  ['Running', 'Pending', 'Failure'],
  { member: 'Code', missing: 'NodeIdNotFound', unfit: 'InvalidNodeStatus' },
  'The instance is being deleted.',
);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BatchRebootClusterNodes.html */
export const batchRebootClusterNodes = toNodes(
  (node, call) => [sent(node, COURSES.reboot, call)],
  ['Running', 'Failure'],
  { member: 'ErrorCode', missing: 'InstanceIdNotFound', unfit: 'InvalidInstanceStatus' },
  'The instance is being rebooted.',
);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BatchReplaceClusterNodes.html */
export const batchReplaceClusterNodes = toNodes(
  (node, call) => [sent(node, COURSES.shutDown, call), ...launch(node.group, node.type, 1, call)],
  ['Running', 'Failure'],
  { member: 'ErrorCode', missing: 'InstanceIdNotFound', unfit: 'InvalidInstanceStatus' },
  'The instance is being replaced.',
);

/**
 * Adds nodes to groups of a cluster that takes them one by one.
 * @throws ConflictException      it is not in service
 * @throws ValidationException    (unverified sentence) its nodes are not provisioned continuously
 * @throws ResourceLimitExceeded  more instances than the cluster, or the account, may have
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BatchAddClusterNodes.html
 */
export async function batchAddClusterNodes(input: Valid<BatchAddClusterNodesRequest>, context: OperationContext<Found>): Promise<object> {
  let added: readonly ClusterNode[] = [];
  return change<ClusterIdentity, ClusterSettings, Valid<BatchAddClusterNodesRequest>>(
    cluster,
    async (resource, { NodesToAdd }, call) => {
      requireInService(resource, call);
      const { settings } = resource;
      if (settings.NodeProvisioningMode !== 'Continuous')
        throw invalid(`Cluster '${resource.arn}' does not use continuous node provisioning.`);
      added = NodesToAdd.flatMap(({ InstanceGroupName, IncrementTargetCountBy }) => {
        const group = settings.InstanceGroups.find((each) => each.InstanceGroupName === InstanceGroupName);
        return group ? launch(InstanceGroupName, typeOf(group), IncrementTargetCountBy, call) : [];
      });
      const InstanceGroups = settings.InstanceGroups.map((group) => ({
        ...group,
        InstanceCount: group.InstanceCount + added.filter((node) => node.group === group.InstanceGroupName).length,
      }));
      await requireSize([...InstanceGroups, ...settings.RestrictedInstanceGroups], call);
      await requireMore(settings, { ...settings, InstanceGroups }, call);
      const events = happened(
        settings.events,
        call,
        ...added.map(({ id, group }) => ({ about: 'Instance' as const, group, instance: id, description: 'The instance was added.' })),
      );
      return { ...resource, settings: { ...settings, InstanceGroups, nodes: [...liveNodes(settings.nodes, call.now), ...added], events } };
    },
    {
      idempotent: 'BatchAddClusterNodes',
      answer: ({ settings }, { NodesToAdd }) => ({
        Successful: added.map(({ logicalId, group }) => ({ NodeLogicalId: logicalId, InstanceGroupName: group, Status: 'Pending' })),
        Failed: NodesToAdd.filter(
          ({ InstanceGroupName }) => !settings.InstanceGroups.some((group) => group.InstanceGroupName === InstanceGroupName),
        ).map(({ InstanceGroupName, IncrementTargetCountBy }) => ({
          InstanceGroupName,
          ErrorCode: 'InstanceGroupNotFound',
          FailedCount: IncrementTargetCountBy,
          Message: `Instance group ${InstanceGroupName} was not found in the cluster.`,
        })),
      }),
    },
  )({ ...input, ClusterName: context.target.arn }, context);
}

/**
 * Checks the health of nodes of a cluster, deeply.
 * @throws ConflictException    it is not in service
 * @throws ValidationException  (unverified sentence) a group that is not there
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartClusterHealthCheck.html
 */
export const startClusterHealthCheck = change<ClusterIdentity, ClusterSettings, Valid<StartClusterHealthCheckRequest>>(
  cluster,
  (resource, { DeepHealthCheckConfigurations }, call) => {
    requireInService(resource, call);
    const { settings } = resource;
    const isChecked = ({ id, group }: ClusterNode): boolean =>
      DeepHealthCheckConfigurations.some(
        ({ InstanceGroupName, InstanceIds }) => InstanceGroupName === group && (InstanceIds === undefined || InstanceIds.includes(id)),
      );
    for (const { InstanceGroupName } of DeepHealthCheckConfigurations)
      if (!settings.InstanceGroups.some((group) => group.InstanceGroupName === InstanceGroupName))
        throw invalid(`Instance group ${InstanceGroupName} does not exist.`);
    const nodes = liveNodes(settings.nodes, call.now).map((node) =>
      isChecked(node) && statusOf(node, call.now) === 'Running' ? sent(node, COURSES.check, call) : node,
    );
    const events = happened(settings.events, call, { about: 'Cluster', description: 'Deep health checks were started.' });
    return { ...resource, settings: { ...settings, nodes, events } };
  },
  { answer: ({ arn }) => ({ ClusterArn: arn }) },
);

/** Writes one node of a cluster for Kubernetes anew. @throws ValidationException (unverified sentence) another kind of cluster */
async function changeNode(
  NodeId: string,
  context: OperationContext<Found>,
  work: (node: ClusterNode, call: Writing) => ClusterNode,
): Promise<ClusterNode> {
  let changed: ClusterNode | undefined;
  await change<ClusterIdentity, ClusterSettings, ClusterIdentity>(cluster, (resource, _, call) => {
    if (!resource.settings.Orchestrator?.Eks) throw invalid(`Cluster '${resource.arn}' is not orchestrated by Amazon EKS.`);
    const node = needNode(resource, { NodeId }, call.now);
    const next = work(node, call);
    changed = next;
    const nodes = liveNodes(resource.settings.nodes, call.now).map((each) => (each.id === node.id ? next : each));
    return { ...resource, settings: { ...resource.settings, nodes } };
  })({ ClusterName: context.target.arn }, context);
  if (!changed) throw noNode(NodeId);
  return changed;
}

/** `/dev/xvdb`, `/dev/xvdc`, …: the first that is free. @throws ValidationException (unverified sentence) none is */
function freeDevice({ volumes = [] }: ClusterNode): string {
  const device = [...'bcdefghijklmnopqrstuvwxyz']
    .map((letter) => `/dev/xvd${letter}`)
    .find((name) => !volumes.some((each) => each.device === name));
  if (device === undefined) throw invalid('The node can have no more volumes.');
  return device;
}

type VolumeInput = Valid<AttachClusterNodeVolumeRequest>;

const attachment = ({ VolumeId, NodeId }: VolumeInput, ClusterArn: string, attachedAt: number, Status: string, DeviceName: string) => ({
  ClusterArn,
  NodeId,
  VolumeId,
  AttachTime: new Date(attachedAt),
  Status,
  DeviceName,
});

/**
 * Attaches a volume to a node of a cluster for Kubernetes.
 * @throws ResourceNotFound     no such cluster, or node
 * @throws ValidationException  another kind of cluster; (unverified sentence) it is attached already
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AttachClusterNodeVolume.html
 */
export async function attachClusterNodeVolume(input: VolumeInput, context: OperationContext<Found>): Promise<object> {
  clusterOf(context);
  const node = await changeNode(input.NodeId, context, (each, call) => {
    if (each.volumes?.some(({ id }) => id === input.VolumeId))
      throw invalid(`Volume ${input.VolumeId} is attached to node ${each.id} already.`);
    return { ...each, volumes: [...(each.volumes ?? []), { id: input.VolumeId, device: freeDevice(each), attachedAt: call.now }] };
  });
  const volume = node.volumes?.at(-1);
  return attachment(input, context.target.arn, volume?.attachedAt ?? context.now, 'attaching', volume?.device ?? '');
}

/**
 * Detaches a volume.
 * @throws ResourceNotFound     no such cluster, node, or volume at it
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DetachClusterNodeVolume.html
 */
export async function detachClusterNodeVolume(input: VolumeInput, context: OperationContext<Found>): Promise<object> {
  const found = needNode(clusterOf(context), { NodeId: input.NodeId }, context.now).volumes?.find(({ id }) => id === input.VolumeId);
  // (unverified) sentence
  if (!found) throw resourceNotFound(`Volume ${input.VolumeId} is not attached to node ${input.NodeId}.`);
  await changeNode(input.NodeId, context, (each) => ({ ...each, volumes: (each.volumes ?? []).filter(({ id }) => id !== input.VolumeId) }));
  return attachment(input, context.target.arn, found.attachedAt, 'detaching', found.device);
}

/**
 * Attaches a network interface to a node of a cluster for Kubernetes.
 * @throws ResourceNotFound     no such cluster, or node
 * @throws ValidationException  another kind of cluster; (unverified sentence) it is attached already
 */
export async function attachClusterNodeNetworkInterface(
  { NodeId, NetworkInterfaceId }: Valid<AttachClusterNodeNetworkInterfaceRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  clusterOf(context);
  const attachmentId = `eni-attach-${hexadecimal(17, context.installation.random)}`;
  await changeNode(NodeId, context, (each) => {
    if (each.interfaces?.some(({ id }) => id === NetworkInterfaceId))
      throw invalid(`Network interface ${NetworkInterfaceId} is attached to node ${each.id} already.`);
    return { ...each, interfaces: [...(each.interfaces ?? []), { id: NetworkInterfaceId, attachmentId }] };
  });
  return { ClusterArn: context.target.arn, NodeId, NetworkInterfaceId, AttachmentId: attachmentId };
}
