import type {
  CreateClusterSchedulerConfigRequest,
  DescribeClusterSchedulerConfigRequest,
  UpdateClusterSchedulerConfigRequest,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create } from '../create.ts';
import { describeResource, projected } from '../describe.ts';
import { conflict } from '../errors.ts';
import { need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import type { Found } from '../resources.ts';
import { userContext } from '../user-context.ts';
import { CREATING, DELETING, needKubernetes, nextVersion, ofCluster, UPDATING, type Versioned, versionOf } from './governance.ts';

type Input = Valid<CreateClusterSchedulerConfigRequest>;
type Identity = { readonly ClusterSchedulerConfigId: string };
type Version = Pick<Input, 'SchedulerConfig' | 'Description'> & { readonly number: number };
type Settings = Versioned<Version>;

const shown = ({ id, settings }: SageMakerResource<Settings>, { number, ...version }: Version) => ({
  ClusterSchedulerConfigId: id,
  ClusterArn: settings.ClusterArn,
  CreatedBy: settings.CreatedBy,
  LastModifiedBy: settings.LastModifiedBy,
  ...version,
  ClusterSchedulerConfigVersion: number,
});

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateClusterSchedulerConfig.html */
export const clusterSchedulerConfig = familyOf<Identity, Settings>({
  type: 'cluster-scheduler-config',
  noun: 'ClusterSchedulerConfig',
  nameMember: 'Name',
  path: (input) => input.ClusterSchedulerConfigId,
  arnPath: '${ClusterSchedulerConfigId}',
  names: 'as typed',
  status: 'Status',
  describe: (resource) => shown(resource, versionOf(resource, undefined)),
  list: {
    operation: 'ListClusterSchedulerConfigs',
    result: 'ClusterSchedulerConfigSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    statusEquals: 'Status',
    passes: ({ settings }, { ClusterArn }) => ClusterArn === undefined || settings.ClusterArn === ClusterArn,
  },
  deletion: { course: DELETING },
});

/**
 * Tells how work is put on a cluster. A cluster has one such configuration.
 * @throws ResourceNotFound     no such cluster
 * @throws ConflictException    (unverified sentence) it has one already
 * @throws ValidationException  another kind of cluster
 */
export const createClusterSchedulerConfig = create<Input, Settings>(clusterSchedulerConfig, {
  name: (input) => input.Name,
  draft: async ({ ClusterArn, SchedulerConfig, Description }, call) => {
    const of = await needKubernetes(ClusterArn, call);
    const [other] = await ofCluster('cluster-scheduler-config', of, call);
    if (other) throw conflict(`Cluster '${ClusterArn}' has the scheduler configuration ${other.arn} already.`);
    const who = userContext(call);
    const version: Version = { number: 1, SchedulerConfig, ...(Description !== undefined && { Description }) };
    return { settings: { ClusterArn, versions: [version], CreatedBy: who, LastModifiedBy: who }, course: CREATING, parent: of.id };
  },
  answer: ({ arn, id }) => ({ ClusterSchedulerConfigArn: arn, ClusterSchedulerConfigId: id }),
});

/**
 * Makes the next version.
 * @throws ConflictException  a change is under way; another version than the caller has seen
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateClusterSchedulerConfig.html
 */
export const updateClusterSchedulerConfig = change<Identity, Settings, Valid<UpdateClusterSchedulerConfigRequest>>(
  clusterSchedulerConfig,
  (resource, { ClusterSchedulerConfigId: _, TargetVersion, ...changes }, call) =>
    onCourse(resource, UPDATING, call, {
      versions: nextVersion(resource, TargetVersion, changes, call),
      LastModifiedBy: userContext(call),
    }),
  {
    answer: (resource) => ({
      ClusterSchedulerConfigArn: resource.arn,
      ClusterSchedulerConfigVersion: versionOf(resource, undefined).number,
    }),
  },
);

/**
 * A configuration, in its current version or another.
 * @throws ResourceNotFound  no such configuration, or version
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeClusterSchedulerConfig.html
 */
export async function describeClusterSchedulerConfig(
  input: Valid<DescribeClusterSchedulerConfigRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const resource = await need(clusterSchedulerConfig, input, context);
  const shownAlone = {
    ...resource,
    settings: { ...resource.settings, versions: [versionOf(resource, input.ClusterSchedulerConfigVersion)] },
  };
  return projected(
    context.installation,
    'DescribeClusterSchedulerConfig',
    describeResource(clusterSchedulerConfig, shownAlone, context.now),
  );
}
