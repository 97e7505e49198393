import type { CreateComputeQuotaRequest, DescribeComputeQuotaRequest, UpdateComputeQuotaRequest } from '@aws-sdk/client-sagemaker';
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

type Input = Valid<CreateComputeQuotaRequest>;
type Identity = { readonly ComputeQuotaId: string };
type Version = Pick<Input, 'ComputeQuotaConfig' | 'ComputeQuotaTarget' | 'ActivationState' | 'Description'> & { readonly number: number };
type Settings = Versioned<Version>;

const shown = ({ id, settings }: SageMakerResource<Settings>, { number, ...version }: Version) => ({
  ComputeQuotaId: id,
  ClusterArn: settings.ClusterArn,
  CreatedBy: settings.CreatedBy,
  LastModifiedBy: settings.LastModifiedBy,
  ...version,
  ComputeQuotaVersion: number,
});

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateComputeQuota.html */
export const computeQuota = familyOf<Identity, Settings>({
  type: 'compute-quota',
  noun: 'ComputeQuota',
  nameMember: 'Name',
  path: (input) => input.ComputeQuotaId,
  arnPath: '${ComputeQuotaId}',
  names: 'as typed',
  status: 'Status',
  describe: (resource) => shown(resource, versionOf(resource, undefined)),
  list: {
    operation: 'ListComputeQuotas',
    result: 'ComputeQuotaSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    statusEquals: 'Status',
    passes: ({ settings }, { ClusterArn }) => ClusterArn === undefined || settings.ClusterArn === ClusterArn,
  },
  deletion: { course: DELETING },
});

/**
 * Gives a team its share of a cluster.
 * @throws ResourceNotFound     no such cluster
 * @throws ConflictException    (unverified sentence) the cluster has a quota of the name
 * @throws ValidationException  another kind of cluster
 */
export const createComputeQuota = create<Input, Settings>(computeQuota, {
  name: (input) => input.Name,
  draft: async ({ ClusterArn, Name, ComputeQuotaConfig, ComputeQuotaTarget, ActivationState = 'Enabled', Description }, call) => {
    const of = await needKubernetes(ClusterArn, call);
    if ((await ofCluster('compute-quota', of, call)).some(({ name }) => name === Name))
      throw conflict(`ComputeQuota with name ${Name} already exists for cluster '${ClusterArn}'.`);
    const who = userContext(call);
    const version: Version = {
      number: 1,
      ComputeQuotaConfig,
      ComputeQuotaTarget,
      ActivationState,
      ...(Description !== undefined && { Description }),
    };
    return { settings: { ClusterArn, versions: [version], CreatedBy: who, LastModifiedBy: who }, course: CREATING, parent: of.id };
  },
  answer: ({ arn, id }) => ({ ComputeQuotaArn: arn, ComputeQuotaId: id }),
});

/**
 * Makes the next version.
 * @throws ConflictException  a change is under way; another version than the caller has seen
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateComputeQuota.html
 */
export const updateComputeQuota = change<Identity, Settings, Valid<UpdateComputeQuotaRequest>>(
  computeQuota,
  (resource, { ComputeQuotaId: _, TargetVersion, ...changes }, call) =>
    onCourse(resource, UPDATING, call, {
      versions: nextVersion(resource, TargetVersion, changes, call),
      LastModifiedBy: userContext(call),
    }),
  { answer: (resource) => ({ ComputeQuotaArn: resource.arn, ComputeQuotaVersion: versionOf(resource, undefined).number }) },
);

/**
 * A quota, in its current version or another.
 * @throws ResourceNotFound  no such quota, or version
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeComputeQuota.html
 */
export async function describeComputeQuota(input: Valid<DescribeComputeQuotaRequest>, context: OperationContext<Found>): Promise<object> {
  const resource = await need(computeQuota, input, context);
  const shownAlone = { ...resource, settings: { ...resource.settings, versions: [versionOf(resource, input.ComputeQuotaVersion)] } };
  return projected(context.installation, 'DescribeComputeQuota', describeResource(computeQuota, shownAlone, context.now));
}
