import { describe, expect, it } from 'vitest';
import { sageMakerResources } from '../../../src/store/tables/sagemaker.ts';
import { policy } from '../../harness.ts';
import { tellFamily } from './family-story.ts';
import { allow, REGION, refusal, sharedWorld, trust, type World } from './world.ts';

const world = sharedWorld({ pace: 1 });
const elapse = (seconds: number) => world().elapse(seconds);
const OutputConfig = { S3OutputLocation: 's3://sagemaker-edge/out' };

/** A compilation job that has come to this status. */
async function compiled({ server, account, arn }: World, name: string, status = 'COMPLETED'): Promise<void> {
  const now = server.clock.now();
  await server.installation.store.write((writer) =>
    writer.insert(sageMakerResources, {
      accountId: account.id,
      region: REGION,
      type: 'compilation-job',
      id: name,
      name,
      arn: arn(`compilation-job/${name}`),
      parent: '',
      owner: '',
      createdAt: now,
      changedAt: now,
      settings: {},
      phases: [{ from: now, status }],
      tags: [],
    }),
  );
}

/** A role that may write the output. */
async function writingRole({ account, newRole }: World, name: string): Promise<string> {
  const role = await newRole(name, trust('sagemaker.amazonaws.com'));
  const PolicyDocument = JSON.stringify(policy(allow('s3:PutObject', 'arn:aws:s3:::sagemaker-edge/*')));
  await account.asRoot('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'write', PolicyDocument });
  return role;
}

const packaging = (EdgePackagingJobName: string, RoleArn: string, CompilationJobName = 'compiled') => ({
  EdgePackagingJobName,
  CompilationJobName,
  ModelName: 'seeing',
  ModelVersion: '1.0',
  RoleArn,
  OutputConfig,
});

tellFamily(world, {
  operations: { create: 'CreateDeviceFleet', describe: 'DescribeDeviceFleet', remove: 'DeleteDeviceFleet', list: 'ListDeviceFleets' },
  create: (DeviceFleetName, { role }) => ({ DeviceFleetName, RoleArn: role, OutputConfig }),
  named: (DeviceFleetName) => ({ DeviceFleetName }),
  resource: (name) => `device-fleet/${name.toLowerCase()}`,
  list: { result: 'DeviceFleetSummaries', filter: 'NameContains', sortBy: 'NAME' },
  missing: { code: 'ValidationException', says: () => 'No devicefleet with name none exists.' },
  alsoMissing: { UpdateDeviceFleet: { OutputConfig }, GetDeviceFleetReport: {} },
  taken: { code: 'ResourceInUse', says: () => 'DeviceFleet with name Twice already exists. Choose a different name.' },
  role: 'RoleArn',
});

tellFamily(world, {
  arrange: (w) => compiled(w, 'compiled'),
  operations: { create: 'CreateEdgePackagingJob', describe: 'DescribeEdgePackagingJob', list: 'ListEdgePackagingJobs' },
  create: (name, { role }) => packaging(name, role),
  named: (EdgePackagingJobName) => ({ EdgePackagingJobName }),
  resource: (name) => `edge-packaging-job/${name}`,
  list: { result: 'EdgePackagingJobSummaries', filter: 'NameContains', sortBy: 'NAME' },
  status: { member: 'EdgePackagingJobStatus', first: 'STARTING', settled: 'COMPLETED', after: 120 },
  missing: { code: 'ResourceNotFound', says: () => 'EdgePackagingJob none does not exist.' },
  alsoMissing: { StopEdgePackagingJob: {} },
  taken: { code: 'ValidationException', says: () => 'EdgePackagingJob with name Twice already exists. Choose a different name.' },
  role: 'RoleArn',
});

tellFamily(world, {
  arrange: async (w) => {
    await w.admin.createDeviceFleet({ DeviceFleetName: 'planned', OutputConfig });
    await compiled(w, 'compiled-for-plans');
    await w.admin.createEdgePackagingJob(packaging('planned', w.role, 'compiled-for-plans'));
  },
  operations: {
    create: 'CreateEdgeDeploymentPlan',
    describe: 'DescribeEdgeDeploymentPlan',
    remove: 'DeleteEdgeDeploymentPlan',
    list: 'ListEdgeDeploymentPlans',
  },
  create: (EdgeDeploymentPlanName) => ({
    EdgeDeploymentPlanName,
    DeviceFleetName: 'planned',
    ModelConfigs: [{ ModelHandle: 'eye', EdgePackagingJobName: 'planned' }],
  }),
  named: (EdgeDeploymentPlanName) => ({ EdgeDeploymentPlanName }),
  resource: (name) => `edge-deployment/${name}`,
  list: { result: 'EdgeDeploymentPlanSummaries', filter: 'NameContains', sortBy: 'NAME' },
  missing: { code: 'ResourceNotFound', says: () => 'EdgeDeploymentPlan none does not exist.' },
  alsoMissing: {
    CreateEdgeDeploymentStage: { Stages: [] },
    DeleteEdgeDeploymentStage: { StageName: 'one' },
    StartEdgeDeploymentStage: { StageName: 'one' },
    StopEdgeDeploymentStage: { StageName: 'one' },
    ListStageDevices: { StageName: 'one' },
  },
  taken: { code: 'ValidationException', says: () => 'EdgeDeploymentPlan with name Twice already exists. Choose a different name.' },
});

describe('a device fleet', () => {
  it('has a role alias when it is asked for, which needs a role', async () => {
    const { admin, account, role } = world();
    const request = { DeviceFleetName: 'aliased', OutputConfig, EnableIotRoleAlias: true };
    expect(await refusal(admin.createDeviceFleet(request))).toMatchObject({ name: 'ValidationException' });
    await admin.createDeviceFleet({ ...request, RoleArn: role });
    expect(await admin.describeDeviceFleet({ DeviceFleetName: 'aliased' })).toMatchObject({
      IotRoleAlias: `arn:aws:iam::${account.id}:rolealias/SageMakerEdge-aliased`,
    });
    await admin.updateDeviceFleet({ DeviceFleetName: 'aliased', OutputConfig, EnableIotRoleAlias: false, Description: 'Ours' });
    const described = await admin.describeDeviceFleet({ DeviceFleetName: 'aliased' });
    expect(described).toMatchObject({ Description: 'Ours', RoleArn: role });
    expect(described.IotRoleAlias).toBeUndefined();
    const RoleArn = await world().newRole('DistrustFleet', trust('iot.amazonaws.com'));
    expect(await refusal(admin.updateDeviceFleet({ DeviceFleetName: 'aliased', OutputConfig, RoleArn }))).toMatchObject({
      message: expect.stringContaining('Could not assume role'),
    });
  });
});

describe('devices', () => {
  it('are registered, described, changed, listed and deregistered, all of a call or none', async () => {
    const { admin, arn } = world();
    await admin.createDeviceFleet({ DeviceFleetName: 'Cameras', OutputConfig });
    const inFleet = { DeviceFleetName: 'Cameras' };
    const Devices = ['Door', 'roof', 'yard'].map((DeviceName) => ({ DeviceName, Description: `at the ${DeviceName}` }));
    await admin.registerDevices({ ...inFleet, Devices, Tags: [{ Key: 'team', Value: 'red' }] });
    expect(await admin.describeDevice({ ...inFleet, DeviceName: 'Door' })).toMatchObject({
      DeviceName: 'Door',
      DeviceArn: arn('device-fleet/cameras/device/door'),
      Description: 'at the Door',
      RegistrationTime: expect.any(Date),
    });
    expect((await admin.listTags({ ResourceArn: arn('device-fleet/cameras/device/roof') })).Tags).toEqual([{ Key: 'team', Value: 'red' }]);
    expect(await refusal(admin.registerDevices({ ...inFleet, Devices: [{ DeviceName: 'new' }, { DeviceName: 'roof' }] }))).toMatchObject({
      name: 'ValidationException',
      message: 'Device with name roof is already registered in device fleet Cameras.',
    });
    expect(await refusal(admin.registerDevices({ ...inFleet, Devices: [{ DeviceName: 'new' }, { DeviceName: 'NEW' }] }))).toMatchObject({
      message: 'Device names must be unique.',
    });
    const many = Array.from({ length: 101 }, (_, at) => ({ DeviceName: `many-${at}` }));
    expect(await refusal(admin.registerDevices({ ...inFleet, Devices: many }))).toMatchObject({
      message: 'At most 100 devices can be specified.',
    });
    expect(await refusal(admin.describeDevice({ ...inFleet, DeviceName: 'new' }))).toMatchObject({
      name: 'ValidationException',
      message: 'No device with name new exists.',
    });
    expect(await refusal(admin.updateDevices({ ...inFleet, Devices: [{ DeviceName: 'new' }] }))).toMatchObject({
      message: 'No device with name new exists.',
    });
    expect(await refusal(admin.registerDevices({ DeviceFleetName: 'none', Devices }))).toMatchObject({
      message: 'No device fleet with name none exists.',
    });
    await admin.updateDevices({ ...inFleet, Devices: [{ DeviceName: 'roof', IotThingName: 'thing' }] });
    expect(await admin.describeDevice({ ...inFleet, DeviceName: 'roof' })).toMatchObject({
      Description: 'at the roof',
      IotThingName: 'thing',
    });
    expect((await admin.listDevices({ DeviceFleetName: 'cameras' })).DeviceSummaries?.length).toBe(3);
    expect((await admin.listDevices({ DeviceFleetName: 'none' })).DeviceSummaries).toEqual([]);
    expect((await admin.listDevices({ ...inFleet, ModelName: 'seeing' })).DeviceSummaries).toEqual([]);
    expect(await admin.getDeviceFleetReport(inFleet)).toMatchObject({ DeviceStats: { ConnectedDeviceCount: 0, RegisteredDeviceCount: 3 } });
    expect(await refusal(admin.deleteDeviceFleet(inFleet))).toMatchObject({ name: 'ResourceInUse' });
    expect(await refusal(admin.deregisterDevices({ ...inFleet, DeviceNames: ['yard', 'new'] }))).toMatchObject({
      message: 'Device with name new is not registered in device fleet Cameras.',
    });
    await admin.deregisterDevices({ ...inFleet, DeviceNames: ['Door', 'roof', 'yard'] });
    await admin.deleteDeviceFleet(inFleet);
  });

  it('are each decided on, with their tags', async () => {
    const { admin, arn } = world();
    await admin.createDeviceFleet({ DeviceFleetName: 'guarded', OutputConfig });
    const door = arn('device-fleet/guarded/device/door');
    const one = await world().user(allow(['sagemaker:RegisterDevices', 'sagemaker:AddTags'], door));
    const Devices = [{ DeviceName: 'door' }, { DeviceName: 'roof' }];
    const denied = {
      name: 'AccessDeniedException',
      message: expect.stringContaining(`sagemaker:RegisterDevices on resource: ${arn('device-fleet/guarded/device/roof')}`),
    };
    expect(await refusal(one.sagemaker.registerDevices({ DeviceFleetName: 'guarded', Devices }))).toMatchObject(denied);
    const untagging = await world().user(allow('sagemaker:RegisterDevices'), allow('sagemaker:AddTags', door));
    const Tags = [{ Key: 'team', Value: 'red' }];
    expect(await refusal(untagging.sagemaker.registerDevices({ DeviceFleetName: 'guarded', Devices, Tags }))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`sagemaker:AddTags on resource: ${arn('device-fleet/guarded/device/roof')}`),
    });
    await one.sagemaker.registerDevices({ DeviceFleetName: 'guarded', Devices: [{ DeviceName: 'door' }], Tags });
  });
});

describe('an edge packaging job', () => {
  it('needs a compilation job that has been completed', async () => {
    const { admin, role } = world();
    await compiled(world(), 'compiling', 'INPROGRESS');
    expect(await refusal(admin.createEdgePackagingJob(packaging('early', role, 'compiling')))).toMatchObject({
      name: 'ValidationException',
      message: 'Compilation job compiling is in status INPROGRESS, not COMPLETED.',
    });
    expect(await refusal(admin.createEdgePackagingJob(packaging('early', role, 'none')))).toMatchObject({
      message: 'Compilation job none does not exist.',
    });
  });

  it('is completed if its role may write the output, fails if not, and stops on request', async () => {
    const { admin } = world();
    await compiled(world(), 'ready');
    const writing = await writingRole(world(), 'WritesEdge');
    const reading = await world().newRole('ReadsEdge', trust('sagemaker.amazonaws.com'));
    const preset = { ...OutputConfig, PresetDeploymentType: 'GreengrassV2Component' as const };
    await admin.createEdgePackagingJob({ ...packaging('written', writing, 'ready'), OutputConfig: preset });
    await admin.createEdgePackagingJob(packaging('unwritten', reading, 'ready'));
    await admin.createEdgePackagingJob({ ...packaging('stopped', writing, 'ready'), ModelName: 'hearing' });
    elapse(61);
    await admin.stopEdgePackagingJob({ EdgePackagingJobName: 'stopped' });
    elapse(61);
    expect(await admin.describeEdgePackagingJob({ EdgePackagingJobName: 'written' })).toMatchObject({
      EdgePackagingJobStatus: 'COMPLETED',
      ModelArtifact: 's3://sagemaker-edge/out/seeing-1.0.tar.gz',
      PresetDeploymentOutput: { Status: 'COMPLETED' },
    });
    expect(await admin.describeEdgePackagingJob({ EdgePackagingJobName: 'unwritten' })).toMatchObject({
      EdgePackagingJobStatus: 'FAILED',
      EdgePackagingJobStatusMessage: expect.stringContaining('s3:PutObject'),
    });
    expect(await admin.describeEdgePackagingJob({ EdgePackagingJobName: 'stopped' })).toMatchObject({ EdgePackagingJobStatus: 'STOPPED' });
    expect(await refusal(admin.stopEdgePackagingJob({ EdgePackagingJobName: 'written' }))).toMatchObject({
      message: 'The request was rejected because the edge packaging job is in status COMPLETED.',
    });
    const listed = async (input: object) =>
      (await admin.listEdgePackagingJobs(input)).EdgePackagingJobSummaries?.map((each) => each.EdgePackagingJobName);
    expect(await listed({ ModelNameContains: 'HEAR' })).toEqual(['stopped']);
    expect((await listed({ SortBy: 'MODEL_NAME', SortOrder: 'Ascending' }))?.[0]).toBe('stopped');
    expect(await listed({ StatusEquals: 'FAILED' })).toEqual(['unwritten']);
  });
});

describe('an edge deployment plan', () => {
  it('goes stage by stage', async () => {
    const { admin, arn, role } = world();
    await admin.createDeviceFleet({ DeviceFleetName: 'staged', OutputConfig });
    await admin.registerDevices({ DeviceFleetName: 'staged', Devices: ['a1', 'a2', 'b1', 'b2'].map((DeviceName) => ({ DeviceName })) });
    await compiled(world(), 'compiled-for-stages');
    await admin.createEdgePackagingJob(packaging('staged', role, 'compiled-for-stages'));
    const plan = { EdgeDeploymentPlanName: 'staged' };
    const request = { ...plan, DeviceFleetName: 'staged', ModelConfigs: [{ ModelHandle: 'eye', EdgePackagingJobName: 'staged' }] };
    expect(await refusal(admin.createEdgeDeploymentPlan({ ...request, DeviceFleetName: 'none' }))).toMatchObject({
      message: 'No device fleet with name none exists.',
    });
    expect(
      await refusal(admin.createEdgeDeploymentPlan({ ...request, ModelConfigs: [{ ModelHandle: 'eye', EdgePackagingJobName: 'none' }] })),
    ).toMatchObject({ message: 'EdgePackagingJob none does not exist.' });
    await admin.createEdgeDeploymentPlan({
      ...request,
      Stages: [{ StageName: 'some', DeviceSelectionConfig: { DeviceSubsetType: 'PERCENTAGE', Percentage: 25 } }],
    });
    await admin.createEdgeDeploymentStage({
      ...plan,
      Stages: [
        { StageName: 'named', DeviceSelectionConfig: { DeviceSubsetType: 'NAMECONTAINS', DeviceNameContains: 'A' } },
        { StageName: 'chosen', DeviceSelectionConfig: { DeviceSubsetType: 'SELECTION', DeviceNames: ['b2', 'none'] } },
      ],
    });
    expect(
      await refusal(
        admin.createEdgeDeploymentStage({
          ...plan,
          Stages: [{ StageName: 'some', DeviceSelectionConfig: { DeviceSubsetType: 'PERCENTAGE', Percentage: 5 } }],
        }),
      ),
    ).toMatchObject({ message: 'Stage names must be unique.' });
    expect(
      await refusal(
        admin.createEdgeDeploymentStage({
          ...plan,
          Stages: [{ StageName: 'vague', DeviceSelectionConfig: { DeviceSubsetType: 'SELECTION' } }],
        }),
      ),
    ).toMatchObject({ name: 'ValidationException' });
    const states = async () => (await admin.describeEdgeDeploymentPlan(plan)).Stages?.map((each) => each.DeploymentStatus?.StageStatus);
    expect(await states()).toEqual(['CREATING', 'CREATING', 'CREATING']);
    elapse(6);
    const start = (StageName: string) => admin.startEdgeDeploymentStage({ ...plan, StageName });
    expect(await refusal(start('named'))).toMatchObject({
      message: 'Stage named cannot be started before stage some is deployed.',
    });
    expect(await refusal(start('none'))).toMatchObject({ message: 'No stage with name none in EdgeDeploymentPlan staged.' });
    await start('some');
    elapse(11);
    expect(await states()).toEqual(['INPROGRESS', 'READYTODEPLOY', 'READYTODEPLOY']);
    expect(await admin.describeEdgeDeploymentPlan(plan)).toMatchObject({ EdgeDeploymentPending: 1, EdgeDeploymentSuccess: 0 });
    expect(await refusal(start('some'))).toMatchObject({ message: 'Stage some cannot be started in status INPROGRESS.' });
    expect(await refusal(admin.deleteEdgeDeploymentPlan(plan))).toMatchObject({ name: 'ResourceInUse' });
    expect(await refusal(admin.deleteEdgeDeploymentStage({ ...plan, StageName: 'some' }))).toMatchObject({ name: 'ResourceInUse' });
    await admin.stopEdgeDeploymentStage({ ...plan, StageName: 'some' });
    elapse(11);
    expect(await states()).toEqual(['STOPPED', 'READYTODEPLOY', 'READYTODEPLOY']);
    expect(await refusal(admin.stopEdgeDeploymentStage({ ...plan, StageName: 'some' }))).toMatchObject({ name: 'ValidationException' });
    await start('some');
    elapse(71);
    expect(await admin.describeEdgeDeploymentPlan(plan)).toMatchObject({ EdgeDeploymentPending: 0, EdgeDeploymentSuccess: 1 });

    const devices = async (input: object) =>
      (await admin.listStageDevices({ ...plan, StageName: 'named', ...input })).DeviceDeploymentSummaries?.map((each) => each.DeviceName);
    expect(await devices({})).toEqual(['a1', 'a2']);
    expect(await devices({ ExcludeDevicesDeployedInOtherStage: true })).toEqual(['a2']);
    expect(await devices({ StageName: 'chosen' })).toEqual(['b2']);
    expect((await admin.listStageDevices({ ...plan, StageName: 'some' })).DeviceDeploymentSummaries).toMatchObject([
      { DeviceArn: arn('device-fleet/staged/device/a1'), DeviceDeploymentStatus: 'DEPLOYED', DeployedStageName: 'some' },
    ]);
    const page = await admin.describeEdgeDeploymentPlan({ ...plan, MaxResults: 2 });
    expect(page.Stages?.map((each) => each.StageName)).toEqual(['some', 'named']);
    expect(
      (await admin.describeEdgeDeploymentPlan({ ...plan, MaxResults: 2, NextToken: page.NextToken })).Stages?.map((each) => each.StageName),
    ).toEqual(['chosen']);
    expect((await admin.listEdgeDeploymentPlans({ DeviceFleetNameContains: 'STAG' })).EdgeDeploymentPlanSummaries).toMatchObject([plan]);
    await admin.deleteEdgeDeploymentStage({ ...plan, StageName: 'chosen' });
    await admin.deleteEdgeDeploymentPlan(plan);
  });
});
