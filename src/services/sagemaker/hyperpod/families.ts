import type { Family } from '../family.ts';
import { cluster } from './cluster.ts';
import { clusterSchedulerConfig } from './cluster-scheduler-config.ts';
import { computeQuota } from './compute-quota.ts';

export const hyperPodFamilies: readonly Family<never, never>[] = [cluster, clusterSchedulerConfig, computeQuota];
