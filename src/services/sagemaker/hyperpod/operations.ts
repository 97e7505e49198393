import type { Handler } from '../../../authorization/operation.ts';
import { handlersOf } from '../handlers.ts';
import { type Found, generated, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { byTarget, cluster, createCluster, namedCluster, updateCluster, updateClusterSoftware } from './cluster.ts';
import { describeClusterEvent, listClusterEvents } from './cluster-event.ts';
import {
  attachClusterNodeNetworkInterface,
  attachClusterNodeVolume,
  batchAddClusterNodes,
  batchDeleteClusterNodes,
  batchRebootClusterNodes,
  batchReplaceClusterNodes,
  describeClusterNode,
  detachClusterNodeVolume,
  listClusterNodes,
  startClusterHealthCheck,
} from './cluster-node.ts';
import {
  clusterSchedulerConfig,
  createClusterSchedulerConfig,
  describeClusterSchedulerConfig,
  updateClusterSchedulerConfig,
} from './cluster-scheduler-config.ts';
import { computeQuota, createComputeQuota, describeComputeQuota, updateComputeQuota } from './compute-quota.ts';

const clusters = handlersOf(cluster);
const schedulerConfigs = handlersOf(clusterSchedulerConfig);
const computeQuotas = handlersOf(computeQuota);

type Named = { readonly ClusterName: string };
type OfArn = { readonly ClusterArn: string };

/** The cluster that a call names, for the handlers of its family by the ARN that was decided on. */
const onCluster = <Input extends Named>(handler: Handler<Input, Found>) =>
  on<Input>(
    namedCluster<Input>((input) => input.ClusterName),
    byTarget(handler),
  );
const byName = namedCluster<Named>((input) => input.ClusterName);
const byArn = namedCluster<OfArn>((input) => input.ClusterArn);

/** HyperPod: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const hyperPodOperations = operationsOf({
  CreateCluster:                     on(generated(cluster), createCluster),
  DeleteCluster:                     onCluster(clusters.remove),
  DescribeCluster:                   onCluster(clusters.describe),
  ListClusters:                      on('*', clusters.list),
  UpdateCluster:                     onCluster(updateCluster),
  UpdateClusterSoftware:             onCluster(updateClusterSoftware),
  StartClusterHealthCheck:           onCluster(startClusterHealthCheck),
  DescribeClusterEvent:              on(byName, describeClusterEvent),
  ListClusterEvents:                 on(byName, listClusterEvents),
  DescribeClusterNode:               on(byName, describeClusterNode),
  ListClusterNodes:                  on(byName, listClusterNodes),
  BatchAddClusterNodes:              on(byName, batchAddClusterNodes),
  BatchDeleteClusterNodes:           on(byName, batchDeleteClusterNodes),
  BatchRebootClusterNodes:           on(byName, batchRebootClusterNodes),
  BatchReplaceClusterNodes:          on(byName, batchReplaceClusterNodes),
  AttachClusterNodeNetworkInterface: on(byName, attachClusterNodeNetworkInterface),
  AttachClusterNodeVolume:           on(byArn,  attachClusterNodeVolume),
  DetachClusterNodeVolume:           on(byArn,  detachClusterNodeVolume),

  CreateClusterSchedulerConfig:      on([generated(clusterSchedulerConfig), byArn], createClusterSchedulerConfig),
  DeleteClusterSchedulerConfig:      on(named(clusterSchedulerConfig), schedulerConfigs.remove),
  DescribeClusterSchedulerConfig:    on(named(clusterSchedulerConfig), describeClusterSchedulerConfig),
  ListClusterSchedulerConfigs:       on('*', schedulerConfigs.list),
  UpdateClusterSchedulerConfig:      on(named(clusterSchedulerConfig), updateClusterSchedulerConfig),

  CreateComputeQuota:                on([generated(computeQuota), byArn], createComputeQuota),
  DeleteComputeQuota:                on(named(computeQuota), computeQuotas.remove),
  DescribeComputeQuota:              on(named(computeQuota), describeComputeQuota),
  ListComputeQuotas:                 on('*', computeQuotas.list),
  UpdateComputeQuota:                on(named(computeQuota), updateComputeQuota),
});
