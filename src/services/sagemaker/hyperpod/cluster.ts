import type {
  ClusterInstanceGroupSpecification,
  ClusterRestrictedInstanceGroupSpecification,
  CreateClusterRequest,
  UpdateClusterRequest,
  UpdateClusterSoftwareRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler, OperationContext, ResourceType } from '../../../authorization/operation.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { conflict, invalid, resourceNotFound } from '../errors.ts';
import { liveIn } from '../family.ts';
import { familyOf } from '../family-of.ts';
import type { Course } from '../lifecycle.ts';
import { countInstances, type Instances, moreThan, requireInstances, requireQuota } from '../quota.ts';
import { type Found, named } from '../resources.ts';
import { failureByRole, joinsNetwork, readsS3 } from '../role-use.ts';
import { HYPERPOD, HYPERPOD_ROLE, makeServiceLinkedRole } from '../service-linked-role.ts';
import { type ClusterEvent, happened } from './event.ts';
import { type ClusterNode, COURSES, launch, liveNodes, sent, statusOf } from './node.ts';

type Input = Valid<CreateClusterRequest>;
type Group = Valid<ClusterInstanceGroupSpecification>;
type RestrictedGroup = Valid<ClusterRestrictedInstanceGroupSpecification>;
export type ClusterIdentity = { readonly ClusterName: string };

export type ClusterSettings = Omit<Input, 'Tags' | 'ClusterName' | 'InstanceGroups' | 'RestrictedInstanceGroups'> & {
  readonly InstanceGroups: readonly Group[];
  readonly RestrictedInstanceGroups: readonly RestrictedGroup[];
  readonly nodes: readonly ClusterNode[];
  readonly events: readonly ClusterEvent[];
};

export type Cluster = SageMakerResource<ClusterSettings>;

const MOST_GROUPS = 100;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html */
export const cluster = familyOf<ClusterIdentity, ClusterSettings>({
  type: 'cluster',
  noun: 'Cluster',
  path: (input) => input.ClusterName,
  arnPath: '${ClusterId}',
  names: 'as typed',
  status: 'ClusterStatus',
  missing: ({ arn }) => resourceNotFound(`Could not find cluster '${arn}'`),
  describe: (resource, now) => {
    const { nodes, InstanceGroups, RestrictedInstanceGroups, AutoScaling, ...settings } = resource.settings;
    const phase = phaseAt(resource, now);
    const ofGroup = ({ InstanceGroupName, InstanceCount, InstanceType }: Group | RestrictedGroup) => {
      const running = liveNodes(nodes, now).filter((node) => node.group === InstanceGroupName);
      return {
        CurrentCount: running.filter((node) => statusOf(node, now) === 'Running').length,
        TargetCount: InstanceCount,
        InstanceType,
        Status: phase?.status === 'InService' ? 'InService' : phase?.status === 'Failed' ? 'Failed' : 'Updating',
      };
    };
    return {
      ...settings,
      ...(AutoScaling && { AutoScaling: { ...AutoScaling, Status: 'InService' } }),
      ...(phase?.reason !== undefined && { FailureMessage: phase.reason }),
      InstanceGroups: InstanceGroups.map((group) => ({
        ...group,
        ...ofGroup(group),
        MinCount: group.MinInstanceCount,
        InstanceRequirements: group.InstanceRequirements && {
          CurrentInstanceTypes: group.InstanceRequirements.InstanceTypes,
          DesiredInstanceTypes: group.InstanceRequirements.InstanceTypes,
        },
        CurrentImageId: group.ImageId,
        AutoPatchConfig: undefined,
        CapacityRequirements: undefined,
        ActiveOperations: undefined,
      })),
      ...(RestrictedInstanceGroups.length > 0 && {
        RestrictedInstanceGroups: RestrictedInstanceGroups.map((group) => ({
          ...group,
          ...ofGroup(group),
          EnvironmentConfig: group.EnvironmentConfig && { FSxLustreConfig: group.EnvironmentConfig.FSxLustreConfig },
        })),
      }),
      RestrictedInstanceGroupsConfig: undefined,
    };
  },
  list: {
    operation: 'ListClusters',
    result: 'ClusterSummaries',
    sort: 'CreationTime',
    order: 'Ascending',
    more: ({ settings }) => {
      const plans = plansOf(settings);
      return plans.length > 0 ? { TrainingPlanArns: plans } : {};
    },
    passes: ({ settings }, { TrainingPlanArn }) => TrainingPlanArn === undefined || plansOf(settings).includes(String(TrainingPlanArn)),
  },
  deletion: {
    refuse: (resource, status) => {
      if (status !== 'InService' && status !== 'Failed') throw wrongStatus(resource, status);
    },
    course: [{ status: 'Deleting', seconds: 300 }, { status: GONE }],
    cascade: ['cluster-scheduler-config', 'compute-quota'],
  },
});

type ClusterGroups = Pick<ClusterSettings, 'InstanceGroups' | 'RestrictedInstanceGroups'>;

const groupsOf = ({ InstanceGroups, RestrictedInstanceGroups }: ClusterGroups) => [...InstanceGroups, ...RestrictedInstanceGroups];

const plansOf = (settings: ClusterSettings): string[] => [
  ...new Set(groupsOf(settings).flatMap((group) => (group.TrainingPlanArn === undefined ? [] : [group.TrainingPlanArn]))),
];

/** (unverified) sentence */
const wrongStatus = ({ arn }: SageMakerResource, status: string | undefined) => conflict(`Cluster '${arn}' is in status ${status}.`);

export function requireInService(resource: Cluster, { now }: Pick<Writing, 'now'>): void {
  const status = phaseAt(resource, now)?.status;
  if (status !== 'InService') throw wrongStatus(resource, status);
}

/** The cluster of a name; names are told apart by case. */
async function clusterNamed(name: string, where: Parameters<typeof liveIn>[0] & { account: string; region: string }) {
  for await (const found of liveIn(where, 'name', [where.account, where.region, 'cluster', foldCase(name)]))
    if (found.name === name) return found;
  return undefined;
}

/**
 * A cluster by its ARN or its name. By name it is decided on the ARN that its id makes, and the denial shows what the caller has said: whether
 * there is one of the name is not told.
 */
export const namedCluster = <Input extends object>(read: (input: Input) => string): ResourceType<Input, Found> => {
  const byArn = named<ClusterIdentity>(cluster);
  return {
    ...byArn,
    locate: async (input, scope) => {
      const given = read(input);
      const found = given.startsWith('arn:') ? undefined : await clusterNamed(given, scope);
      if (!found) return byArn.locate({ ClusterName: given }, scope);
      const target = await byArn.locate({ ClusterName: found.arn }, scope);
      return { ...target, shownAs: found.arn.replace(/\/[^/]*$/, `/${given}`) };
    },
  };
};

/** A handler that names its cluster by ARN, for callers who name it as they like: what was authorised is what it acts on. */
export const byTarget =
  <Input extends ClusterIdentity>(handler: Handler<Input, Found>): Handler<Input, Found> =>
  (input, context) =>
    handler({ ...input, ClusterName: context.target.arn }, context);

function requireGroups(groups: readonly (Group | RestrictedGroup)[]): void {
  const names = new Set(groups.map(({ InstanceGroupName }) => InstanceGroupName));
  // (unverified) sentences
  if (names.size < groups.length) throw invalid('Instance group names must be unique within a cluster.');
  if (groups.length > MOST_GROUPS) throw invalid(`A cluster can have at most ${MOST_GROUPS} instance groups.`);
  for (const group of groups) {
    const requirements = 'InstanceRequirements' in group ? group.InstanceRequirements : undefined;
    if ((group.InstanceType === undefined) === (requirements === undefined))
      throw invalid(
        `Exactly one of InstanceType and InstanceRequirements must be specified for instance group ${group.InstanceGroupName}.`,
      );
    const script = 'LifeCycleConfig' in group ? group.LifeCycleConfig?.SourceS3Uri : undefined;
    if (script !== undefined && !script.startsWith('s3://sagemaker-'))
      throw invalid(`LifeCycleConfig.SourceS3Uri of instance group ${group.InstanceGroupName} must begin with s3://sagemaker-.`);
  }
}

export const typeOf = (group: Group | RestrictedGroup): string =>
  group.InstanceType ?? ('InstanceRequirements' in group ? group.InstanceRequirements?.InstanceTypes[0] : undefined) ?? '';

const instancesOf = (groups: readonly (Group | RestrictedGroup)[]): Instances =>
  countInstances(groups.map((group) => ({ type: typeOf(group), count: group.InstanceCount })));

const heldBy = (resource: SageMakerResource, status: string | undefined): Instances =>
  // Only rows of this family are asked.
  status === 'Failed' || status === 'Deleting' ? new Map() : instancesOf(groupsOf(resource.settings as ClusterSettings));

/** What one cluster may have unless raised; AWS's own figure depends on the account (unverified). */
const SIZE = { name: 'Maximum number of instances allowed per SageMaker HyperPod cluster', unit: 'Instances', standard: 2000 };

/** @throws ResourceLimitExceeded  more instances than one cluster may have */
export const requireSize = (groups: readonly (Group | RestrictedGroup)[], call: Writing): Promise<void> =>
  requireQuota(
    { ...SIZE, types: [], takes: () => 0 },
    groups.reduce((sum, group) => sum + group.InstanceCount, 0),
    call,
  );

/** @throws ResourceLimitExceeded  more instances of a type than the account may have in clusters */
export async function requireMore(before: ClusterGroups, after: ClusterGroups, call: Writing): Promise<void> {
  const more = moreThan(instancesOf(groupsOf(before)), instancesOf(groupsOf(after)));
  await requireInstances('cluster', 'cluster', more, heldBy, call);
}

/** What the groups' roles do not allow: they fetch scripts, and join the network. */
async function failureOf(
  groups: readonly (Group | RestrictedGroup)[],
  vpc: object | undefined,
  call: Writing,
): Promise<string | undefined> {
  for (const group of groups) {
    const script = 'LifeCycleConfig' in group ? group.LifeCycleConfig?.SourceS3Uri : undefined;
    const failure = await failureByRole(group.ExecutionRole, [...readsS3(script), ...joinsNetwork(group.OverrideVpcConfig ?? vpc)], call);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/**
 * Creates a HyperPod cluster. Nothing runs on its nodes.
 * @throws ResourceInUse          the name is taken
 * @throws ValidationException    groups that will not do; a role that cannot be taken up
 * @throws ResourceLimitExceeded  more instances than the account may have
 */
export const createCluster = create<Input, ClusterSettings>(cluster, {
  name: (input) => input.ClusterName,
  before: async (_, context) => makeServiceLinkedRole(HYPERPOD_ROLE, HYPERPOD, context),
  draft: async (input, call) => {
    if (await clusterNamed(input.ClusterName, call)) throw cluster.taken({ arn: call.target.arn, name: input.ClusterName });
    const { ClusterName: _, InstanceGroups = [], RestrictedInstanceGroups = [], ...settings } = withoutTags(input);
    const groups = [...InstanceGroups, ...RestrictedInstanceGroups];
    requireGroups(groups);
    await requireSize(groups, call);
    await requireInstances('cluster', 'cluster', instancesOf(groups), heldBy, call);
    const failure = await failureOf(groups, input.VpcConfig, call);
    const nodes =
      failure === undefined ? groups.flatMap((group) => launch(group.InstanceGroupName, typeOf(group), group.InstanceCount, call)) : [];
    return {
      settings: {
        NodeRecovery: 'Automatic',
        ...settings,
        InstanceGroups,
        RestrictedInstanceGroups,
        nodes,
        events: happened([], call, { about: 'Cluster', description: 'The cluster is being created.' }),
      },
      course:
        failure === undefined
          ? [{ status: 'Creating', seconds: 600 }, { status: 'InService' }]
          : [
              { status: 'Creating', seconds: 300 },
              { status: 'RollingBack', seconds: 120 },
              { status: 'Failed', reason: failure },
            ],
    };
  },
});

const answer = ({ arn }: SageMakerResource) => ({ ClusterArn: arn });
const UPDATING: Course = [{ status: 'Updating', seconds: 300 }, { status: 'InService' }];

/** Groups by name, with those that are sent in the place of the ones of the same name. */
const replaced = <Each extends { readonly InstanceGroupName: string }>(
  groups: readonly Each[],
  by: readonly Each[] | undefined,
): Each[] => [...new Map([...groups, ...(by ?? [])].map((group) => [group.InstanceGroupName, group])).values()];

/** The nodes that groups are to have: new ones are launched, those too many shut down. */
function resized(nodes: readonly ClusterNode[], groups: readonly (Group | RestrictedGroup)[], call: Writing): ClusterNode[] {
  const live = liveNodes(nodes, call.now);
  const kept: ClusterNode[] = [];
  for (const group of groups) {
    const own = live.filter((node) => node.group === group.InstanceGroupName && statusOf(node, call.now) !== 'ShuttingDown');
    kept.push(...own.slice(0, group.InstanceCount), ...own.slice(group.InstanceCount).map((node) => sent(node, COURSES.shutDown, call)));
    kept.push(...launch(group.InstanceGroupName, typeOf(group), Math.max(0, group.InstanceCount - own.length), call));
  }
  const names = new Set(groups.map(({ InstanceGroupName }) => InstanceGroupName));
  const orphans = live.filter((node) => !names.has(node.group)).map((node) => sent(node, COURSES.shutDown, call));
  return [...kept, ...live.filter((node) => names.has(node.group) && statusOf(node, call.now) === 'ShuttingDown'), ...orphans];
}

/**
 * Changes groups and what holds for all of them.
 * @throws ConflictException      it is not in service
 * @throws ValidationException    groups that will not do; one to be deleted that is not there
 * @throws ResourceLimitExceeded  more instances than the cluster or the account may have
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateCluster.html
 */
export const updateCluster = change<ClusterIdentity, ClusterSettings, Valid<UpdateClusterRequest>>(
  cluster,
  async (resource, input, call) => {
    requireInService(resource, call);
    const { ClusterName: _, InstanceGroups, RestrictedInstanceGroups, InstanceGroupsToDelete = [], ...changes } = input;
    const { settings } = resource;
    for (const name of InstanceGroupsToDelete) {
      // (unverified) sentence
      if (!groupsOf(settings).some((group) => group.InstanceGroupName === name)) throw invalid(`Instance group ${name} does not exist.`);
    }
    const isKept = ({ InstanceGroupName }: { readonly InstanceGroupName: string }) => !InstanceGroupsToDelete.includes(InstanceGroupName);
    const groups = {
      InstanceGroups: replaced(settings.InstanceGroups, InstanceGroups).filter(isKept),
      RestrictedInstanceGroups: replaced(settings.RestrictedInstanceGroups, RestrictedInstanceGroups).filter(isKept),
    };
    requireGroups(groupsOf(groups));
    await requireSize(groupsOf(groups), call);
    await requireMore(settings, groups, call);
    return onCourse(resource, UPDATING, call, {
      ...changes,
      ...groups,
      nodes: resized(settings.nodes, groupsOf(groups), call),
      events: happened(settings.events, call, { about: 'Cluster', description: 'The cluster is being updated.' }),
    });
  },
  { passesRoles: 'UpdateCluster', answer },
);

/**
 * Updates the software of all nodes, or of those of some groups.
 * @throws ConflictException    it is not in service
 * @throws ValidationException  (unverified sentence) a group that is not there
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateClusterSoftware.html
 */
export const updateClusterSoftware = change<ClusterIdentity, ClusterSettings, Valid<UpdateClusterSoftwareRequest>>(
  cluster,
  (resource, { InstanceGroups }, call) => {
    requireInService(resource, call);
    const { settings } = resource;
    const wanted = new Set(
      InstanceGroups?.map(({ InstanceGroupName }) => InstanceGroupName) ?? groupsOf(settings).map((group) => group.InstanceGroupName),
    );
    for (const name of wanted)
      if (!groupsOf(settings).some((group) => group.InstanceGroupName === name)) throw invalid(`Instance group ${name} does not exist.`);
    return onCourse(resource, [{ status: 'SystemUpdating', seconds: 600 }, { status: 'InService' }], call, {
      nodes: liveNodes(settings.nodes, call.now).map((node) =>
        wanted.has(node.group) && statusOf(node, call.now) === 'Running'
          ? { ...sent(node, COURSES.update, call), updatedAt: call.now }
          : node,
      ),
      events: happened(settings.events, call, { about: 'Cluster', description: 'The software of the cluster is being updated.' }),
    });
  },
  { answer },
);

/** The cluster that a call is about. @throws ResourceNotFound */
export function clusterOf(context: OperationContext<Found>): Cluster {
  const resource = context.target.stored?.resource;
  const { arn, shownAs } = context.target;
  if (!resource) throw cluster.missing({ arn: shownAs ?? arn, name: '' }, 'describe');
  // The target is a cluster.
  return resource as Cluster;
}
