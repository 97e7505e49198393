import { beforeAll, describe, expect, it } from 'vitest';
import { allow, refusal, sharedWorld, trust } from './world.ts';

// Nothing moves by itself: with this pace a state lasts until the test moves the clock.
const world = sharedWorld({ pace: 1 });

const SETTLED = 900;
const KUBERNETES = 'arn:aws:eks:us-east-1:111122223333:cluster/ours';

const group = (InstanceGroupName: string, InstanceCount: number, more: object = {}) => ({
  InstanceGroupName,
  InstanceCount,
  InstanceType: 'ml.c5.large' as const,
  ExecutionRole: world().role,
  LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-scripts/', OnCreate: 'on_create.sh' },
  ...more,
});
const request = (ClusterName: string, more: object = {}) => ({ ClusterName, InstanceGroups: [group('workers', 2)], ...more });
const forKubernetes = (ClusterName: string, more: object = {}) =>
  request(ClusterName, { Orchestrator: { Eks: { ClusterArn: KUBERNETES } }, ...more });
const inUse = { name: 'ConflictException' };
const missing = { name: 'ResourceNotFound' };
const invalid = { name: 'ValidationException' };

describe('a cluster', () => {
  it('comes into service, is known by name and ARN, grows, shrinks, and goes', async () => {
    const { admin, elapse } = world();
    const { ClusterArn = '' } = await admin.createCluster(request('First', { Tags: [{ Key: 'team', Value: 'red' }] }));
    expect(ClusterArn).toMatch(/:cluster\/[a-z0-9]{12}$/);
    expect(await refusal(admin.createCluster(request('First')))).toMatchObject({
      name: 'ResourceInUse',
      message: 'Cluster with name First already exists. Choose a different name.',
    });
    const { Roles } = (await world().account.asRoot('iam', 'ListRoles', { PathPrefix: '/aws-service-role/' })) as {
      Roles: { RoleName: string }[];
    };
    expect(Roles.map(({ RoleName }) => RoleName)).toContain('AWSServiceRoleForSageMakerHyperPod');
    expect(await admin.describeCluster({ ClusterName: 'First' })).toMatchObject({
      ClusterStatus: 'Creating',
      InstanceGroups: [{ CurrentCount: 0, TargetCount: 2 }],
    });
    expect(await refusal(admin.createCluster(request('Huge', { InstanceGroups: [group('workers', 2001)] })))).toMatchObject({
      name: 'ResourceLimitExceeded',
      message: expect.stringContaining("'Maximum number of instances allowed per SageMaker HyperPod cluster' is 2000 Instances"),
    });
    expect(await refusal(admin.updateCluster({ ClusterName: 'First' }))).toMatchObject(inUse);
    expect(await refusal(admin.deleteCluster({ ClusterName: 'First' }))).toMatchObject(inUse);
    elapse(SETTLED);
    expect(await admin.describeCluster({ ClusterName: ClusterArn })).toMatchObject({
      ClusterName: 'First',
      ClusterStatus: 'InService',
      NodeRecovery: 'Automatic',
      InstanceGroups: [{ InstanceGroupName: 'workers', CurrentCount: 2, TargetCount: 2, Status: 'InService', ExecutionRole: world().role }],
    });
    expect((await admin.listTags({ ResourceArn: ClusterArn })).Tags).toEqual([{ Key: 'team', Value: 'red' }]);
    expect(await refusal(admin.updateCluster({ ClusterName: 'First', InstanceGroups: [group('more', 1999)] }))).toMatchObject({
      name: 'ResourceLimitExceeded',
    });
    await admin.updateCluster({ ClusterName: 'First', InstanceGroups: [group('workers', 1), group('more', 2)] });
    elapse(SETTLED);
    const nodes = async () => (await admin.listClusterNodes({ ClusterName: 'First', MaxResults: 100 })).ClusterNodeSummaries ?? [];
    expect((await nodes()).map(({ InstanceGroupName }) => InstanceGroupName).sort()).toEqual(['more', 'more', 'workers']);
    expect(await refusal(admin.updateCluster({ ClusterName: 'First', InstanceGroupsToDelete: ['none'] }))).toMatchObject(invalid);
    await admin.updateCluster({ ClusterName: 'First', InstanceGroupsToDelete: ['more'] });
    elapse(SETTLED);
    expect(await nodes()).toHaveLength(1);
    await admin.updateClusterSoftware({ ClusterName: 'First' });
    expect(await admin.describeCluster({ ClusterName: 'First' })).toMatchObject({ ClusterStatus: 'SystemUpdating' });
    elapse(SETTLED);
    expect((await nodes())[0]).toMatchObject({ InstanceStatus: { Status: 'Running' }, LastSoftwareUpdateTime: expect.any(Date) });
    await admin.deleteCluster({ ClusterName: 'First' });
    elapse(SETTLED);
    const none = world().arn('cluster/First');
    expect(await refusal(admin.describeCluster({ ClusterName: 'First' }))).toMatchObject({
      ...missing,
      message: `Could not find cluster '${none}'`,
    });
  });

  it.each([
    ['groups of one name', { InstanceGroups: ['a', 'a'] }, 'Instance group names must be unique within a cluster.'],
    ['scripts in a bucket of another name', { script: 's3://other/' }, /must begin with s3:\/\/sagemaker-/],
    ['neither type nor requirements', { type: undefined }, /Exactly one of InstanceType and InstanceRequirements/],
  ])('is not made of %s', async (_, wrong: { InstanceGroups?: string[]; script?: string; type?: undefined }, message) => {
    const more = {
      ...(wrong.script !== undefined && { LifeCycleConfig: { SourceS3Uri: wrong.script, OnCreate: 'x.sh' } }),
      ...('type' in wrong && { InstanceType: wrong.type }),
    };
    const InstanceGroups = (wrong.InstanceGroups ?? ['a']).map((name) => group(name, 1, more));
    const refused = await refusal(world().admin.createCluster({ ClusterName: 'wrong', InstanceGroups }));
    expect(refused).toMatchObject(invalid);
    expect(refused?.message).toMatch(message);
  });

  it('fails when the role of a group may not fetch its script, and takes no role that does not trust SageMaker', async () => {
    const { admin, newRole, elapse } = world();
    const powerless = await newRole('NoScripts', trust('sagemaker.amazonaws.com'));
    await admin.createCluster({ ClusterName: 'failing', InstanceGroups: [group('g', 1, { ExecutionRole: powerless })] });
    elapse(SETTLED);
    const { ClusterStatus, FailureMessage } = await admin.describeCluster({ ClusterName: 'failing' });
    expect(ClusterStatus).toBe('Failed');
    expect(FailureMessage).toContain('is not authorized to perform: s3:ListBucket');
    const stranger = await newRole('NotOurs', trust('ec2.amazonaws.com'));
    expect(
      await refusal(admin.createCluster({ ClusterName: 'x', InstanceGroups: [group('g', 1, { ExecutionRole: stranger })] })),
    ).toMatchObject({ ...invalid, message: expect.stringContaining(`Could not assume role ${stranger}`) });
    await admin.deleteCluster({ ClusterName: 'failing' });
  });

  it('is guarded by the ARN of its id, and denials do not tell whether there is one of a name', async () => {
    const { admin, user, arn, elapse } = world();
    const { ClusterArn = '' } = await admin.createCluster(request('guarded'));
    const reader = await user(allow('sagemaker:DescribeCluster', ClusterArn));
    expect((await reader.sagemaker.describeCluster({ ClusterName: 'guarded' })).ClusterArn).toBe(ClusterArn);
    const nobody = await user();
    for (const name of ['guarded', 'not-there'])
      expect((await refusal(nobody.sagemaker.describeCluster({ ClusterName: name })))?.message).toBe(
        `User: ${nobody.arn} is not authorized to perform: sagemaker:DescribeCluster on resource: ${arn(`cluster/${name}`)} because no identity-based policy allows the sagemaker:DescribeCluster action`,
      );
    elapse(SETTLED);
    await admin.deleteCluster({ ClusterName: 'guarded' });
  });
});

describe('nodes', () => {
  const ClusterName = 'nodes';
  const listed = async (more: object = {}) =>
    (await world().admin.listClusterNodes({ ClusterName, IncludeNodeLogicalIds: true, MaxResults: 100, ...more })).ClusterNodeSummaries ??
    [];

  beforeAll(async () => {
    await world().admin.createCluster(
      forKubernetes(ClusterName, { NodeProvisioningMode: 'Continuous', InstanceGroups: [group('a', 2), group('b', 1)] }),
    );
    world().elapse(SETTLED);
  });

  it('are listed, paged and described by either id', async () => {
    const { admin } = world();
    const [first] = await listed({ InstanceGroupNameContains: 'A' });
    expect(await listed({ InstanceGroupNameContains: 'A' })).toHaveLength(2);
    const paged: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const page = await admin.listClusterNodes({ ClusterName, MaxResults: 1, ...(NextToken !== undefined && { NextToken }) });
      paged.push(...(page.ClusterNodeSummaries ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(paged).toHaveLength(3);
    const NodeId = first?.InstanceId;
    const { NodeDetails } = await admin.describeClusterNode({ ClusterName, NodeId });
    expect(NodeDetails).toMatchObject({
      InstanceId: NodeId,
      InstanceGroupName: 'a',
      InstanceType: 'ml.c5.large',
      InstanceStatus: { Status: 'Running' },
    });
    expect((await admin.describeClusterNode({ ClusterName, NodeLogicalId: NodeDetails?.NodeLogicalId })).NodeDetails).toEqual(NodeDetails);
    expect(await refusal(admin.describeClusterNode({ ClusterName }))).toMatchObject(invalid);
    expect(await refusal(admin.describeClusterNode({ ClusterName, NodeId: 'i-00000000000000000' }))).toMatchObject(missing);
    expect(await refusal(admin.listClusterNodes({ ClusterName: 'none' }))).toMatchObject(missing);
  });

  it('are added, rebooted, replaced and deleted, each with its own outcome', async () => {
    const { admin, elapse } = world();
    const request = {
      ClusterName,
      ClientToken: 'token-add',
      NodesToAdd: [
        { InstanceGroupName: 'b', IncrementTargetCountBy: 2 },
        { InstanceGroupName: 'none', IncrementTargetCountBy: 1 },
      ],
    };
    const added = await admin.batchAddClusterNodes(request);
    expect(added.Successful).toHaveLength(2);
    expect(added.Failed).toMatchObject([{ InstanceGroupName: 'none', ErrorCode: 'InstanceGroupNotFound', FailedCount: 1 }]);
    expect((await admin.batchAddClusterNodes(request)).Successful).toEqual(added.Successful);
    elapse(SETTLED);
    expect(await listed({ InstanceGroupNameContains: 'b' })).toHaveLength(3);
    const [one, two] = (await listed({ InstanceGroupNameContains: 'b' })).map(({ InstanceId = '' }) => InstanceId);
    const none = 'i-00000000000000000';
    expect(await admin.batchRebootClusterNodes({ ClusterName, NodeIds: [one ?? '', none] })).toMatchObject({
      Successful: [one],
      Failed: [{ NodeId: none, ErrorCode: 'InstanceIdNotFound' }],
    });
    expect(await admin.batchRebootClusterNodes({ ClusterName, NodeIds: [one ?? ''] })).toMatchObject({
      Successful: [],
      Failed: [{ ErrorCode: 'InvalidInstanceStatus' }],
    });
    elapse(SETTLED);
    expect((await admin.batchReplaceClusterNodes({ ClusterName, NodeIds: [one ?? ''] })).Successful).toEqual([one]);
    const logical = added.Successful?.at(-1)?.NodeLogicalId ?? '';
    expect(await admin.batchDeleteClusterNodes({ ClusterName, NodeIds: [two ?? ''], NodeLogicalIds: ['no-such'] })).toMatchObject({
      Successful: [two],
      FailedNodeLogicalIds: [{ NodeLogicalId: 'no-such', Code: 'NodeIdNotFound' }],
    });
    elapse(SETTLED);
    const left = (await listed({ InstanceGroupNameContains: 'b' })).map(({ InstanceId }) => InstanceId);
    expect(left).toHaveLength(2);
    expect(left).not.toContain(one);
    expect(logical).not.toBe('');
    expect(await refusal(admin.batchDeleteClusterNodes({ ClusterName }))).toMatchObject(invalid);
  });

  it('are checked, and what happens to them is told', async () => {
    const { admin, elapse } = world();
    const check = (InstanceGroupName: string) =>
      admin.startClusterHealthCheck({
        ClusterName,
        DeepHealthCheckConfigurations: [{ InstanceGroupName, DeepHealthChecks: ['InstanceStress'] }],
      });
    expect(await refusal(check('none'))).toMatchObject(invalid);
    await check('a');
    expect((await listed({ InstanceGroupNameContains: 'a' })).map(({ InstanceStatus }) => InstanceStatus?.Status)).toEqual([
      'DeepHealthCheckInProgress',
      'DeepHealthCheckInProgress',
    ]);
    elapse(SETTLED);
    const { Events = [] } = await admin.listClusterEvents({ ClusterName, MaxResults: 100 });
    expect(Events[0]).toMatchObject({ ResourceType: 'Cluster', Description: 'Deep health checks were started.', ClusterName });
    const ofNodes = (await admin.listClusterEvents({ ClusterName, ResourceType: 'Instance', MaxResults: 100 })).Events ?? [];
    expect(ofNodes.length).toBeGreaterThan(2);
    expect(ofNodes.every(({ InstanceId }) => InstanceId !== undefined)).toBe(true);
    const EventId = Events[0]?.EventId;
    expect((await admin.describeClusterEvent({ ClusterName, EventId })).EventDetails).toMatchObject({ EventId });
    expect(await refusal(admin.describeClusterEvent({ ClusterName, EventId: '12345678-1234-1234-1234-123456789012' }))).toMatchObject(
      missing,
    );
  });

  it('take volumes and network interfaces where Kubernetes orchestrates them', async () => {
    const { admin } = world();
    const { ClusterArn = '' } = await admin.describeCluster({ ClusterName });
    const NodeId = (await listed())[0]?.InstanceId ?? '';
    const VolumeId = 'vol-0123456789abcdef0';
    const volume = { ClusterArn, NodeId, VolumeId };
    expect(await admin.attachClusterNodeVolume(volume)).toMatchObject({ ...volume, Status: 'attaching', DeviceName: '/dev/xvdb' });
    expect(await refusal(admin.attachClusterNodeVolume(volume))).toMatchObject(invalid);
    expect(await admin.attachClusterNodeVolume({ ...volume, VolumeId: 'vol-0123456789abcdef1' })).toMatchObject({
      DeviceName: '/dev/xvdc',
    });
    expect(await admin.detachClusterNodeVolume(volume)).toMatchObject({ ...volume, Status: 'detaching', DeviceName: '/dev/xvdb' });
    expect(await refusal(admin.detachClusterNodeVolume(volume))).toMatchObject(missing);
    const attached = await admin.attachClusterNodeNetworkInterface({ ClusterName, NodeId, NetworkInterfaceId: 'eni-0123456789abcdef0' });
    expect(attached).toMatchObject({ ClusterArn, NodeId, AttachmentId: expect.stringMatching(/^eni-attach-/) });
    await admin.createCluster(request('slurm'));
    world().elapse(SETTLED);
    const slurm = await admin.describeCluster({ ClusterName: 'slurm' });
    const other = (await admin.listClusterNodes({ ClusterName: 'slurm' })).ClusterNodeSummaries?.[0]?.InstanceId ?? '';
    expect(await refusal(admin.attachClusterNodeVolume({ ...volume, ClusterArn: slurm.ClusterArn, NodeId: other }))).toMatchObject(invalid);
    expect(
      await refusal(
        admin.batchAddClusterNodes({ ClusterName: 'slurm', NodesToAdd: [{ InstanceGroupName: 'workers', IncrementTargetCountBy: 1 }] }),
      ),
    ).toMatchObject(invalid);
    expect((await admin.listClusters({ NameContains: 'SLU' })).ClusterSummaries?.map((each) => each.ClusterName)).toEqual(['slurm']);
  });
});

describe('the governance of a cluster', () => {
  const SchedulerConfig = { PriorityClasses: [{ Name: 'high', Weight: 90 }], FairShare: 'Enabled' as const };
  const quota = (Name: string, ClusterArn: string) => ({
    Name,
    ClusterArn,
    ComputeQuotaConfig: { ComputeQuotaResources: [{ InstanceType: 'ml.c5.large' as const, Count: 2 }] },
    ComputeQuotaTarget: { TeamName: 'red' },
  });

  it('has one scheduler configuration and quotas by name, each in versions', async () => {
    const { admin, arn, elapse } = world();
    const { ClusterArn = '' } = await admin.createCluster(forKubernetes('governed'));
    elapse(SETTLED);
    expect(
      await refusal(admin.createClusterSchedulerConfig({ Name: 'x', ClusterArn: arn('cluster/abcdefghijkl'), SchedulerConfig })),
    ).toMatchObject(missing);
    const { ClusterSchedulerConfigId = '' } = await admin.createClusterSchedulerConfig({ Name: 'one', ClusterArn, SchedulerConfig });
    expect(ClusterSchedulerConfigId).toMatch(/^[a-z0-9]{12}$/);
    expect(await refusal(admin.createClusterSchedulerConfig({ Name: 'two', ClusterArn, SchedulerConfig }))).toMatchObject(inUse);
    const id = { ClusterSchedulerConfigId };
    expect(await refusal(admin.updateClusterSchedulerConfig({ ...id, TargetVersion: 1 }))).toMatchObject(inUse);
    elapse(SETTLED);
    expect(await refusal(admin.updateClusterSchedulerConfig({ ...id, TargetVersion: 7 }))).toMatchObject(inUse);
    expect(await admin.updateClusterSchedulerConfig({ ...id, TargetVersion: 1, Description: 'second' })).toMatchObject({
      ClusterSchedulerConfigVersion: 2,
    });
    elapse(SETTLED);
    expect(await admin.describeClusterSchedulerConfig(id)).toMatchObject({
      Status: 'Updated',
      ClusterSchedulerConfigVersion: 2,
      Description: 'second',
      SchedulerConfig,
      ClusterArn,
    });
    const first = await admin.describeClusterSchedulerConfig({ ...id, ClusterSchedulerConfigVersion: 1 });
    expect(first.Description).toBeUndefined();
    expect(await refusal(admin.describeClusterSchedulerConfig({ ...id, ClusterSchedulerConfigVersion: 9 }))).toMatchObject(missing);
    expect((await admin.listClusterSchedulerConfigs({ ClusterArn })).ClusterSchedulerConfigSummaries).toHaveLength(1);

    const { ComputeQuotaId = '' } = await admin.createComputeQuota(quota('red', ClusterArn));
    expect(await refusal(admin.createComputeQuota(quota('red', ClusterArn)))).toMatchObject(inUse);
    elapse(SETTLED);
    expect(await admin.updateComputeQuota({ ComputeQuotaId, TargetVersion: 1, ActivationState: 'Disabled' })).toMatchObject({
      ComputeQuotaVersion: 2,
    });
    elapse(SETTLED);
    expect(await admin.describeComputeQuota({ ComputeQuotaId })).toMatchObject({
      ActivationState: 'Disabled',
      Name: 'red',
      Status: 'Updated',
    });
    expect(await admin.describeComputeQuota({ ComputeQuotaId, ComputeQuotaVersion: 1 })).toMatchObject({ ActivationState: 'Enabled' });
    expect((await admin.listComputeQuotas({ NameContains: 'RE' })).ComputeQuotaSummaries?.map(({ Name }) => Name)).toEqual(['red']);
    await admin.deleteComputeQuota({ ComputeQuotaId });
    await admin.deleteClusterSchedulerConfig(id);
    elapse(SETTLED);
    expect(await refusal(admin.describeComputeQuota({ ComputeQuotaId }))).toMatchObject(missing);
    expect(await refusal(admin.describeClusterSchedulerConfig(id))).toMatchObject(missing);
    await admin.createComputeQuota(quota('again', ClusterArn));
    await admin.deleteCluster({ ClusterName: 'governed' });
    elapse(SETTLED);
    expect((await admin.listComputeQuotas({})).ComputeQuotaSummaries).toEqual([]);
  });
});
