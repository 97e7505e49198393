import { describe, expect, it } from 'vitest';
import { allow, deny, minimal, refusal, send, sharedWorld, type World } from './world.ts';

const world = sharedWorld({ pace: 1 });

const HOUR = 3600;
const DAY = 24 * HOUR;

const offer = async (w: World, asked: object = { InstanceType: 'ml.p5.48xlarge', InstanceCount: 2, DurationHours: 48 }) => {
  const { TrainingPlanOfferings = [] } = (await send(w.admin, 'SearchTrainingPlanOfferings', asked)) as {
    TrainingPlanOfferings?: { TrainingPlanOfferingId: string; ReservedCapacityOfferings: { StartTime: Date; EndTime: Date }[] }[];
  };
  const [first] = TrainingPlanOfferings;
  if (!first) throw new Error('nothing is offered');
  return first;
};

const plan = async (w: World, TrainingPlanName: string, asked?: object) => {
  const { TrainingPlanOfferingId } = await offer(w, asked);
  return w.admin.createTrainingPlan({ TrainingPlanName, TrainingPlanOfferingId });
};

describe('a training plan', () => {
  const named = { TrainingPlanName: 'first' };

  it('reserves what was offered, and is scheduled, active and over by the clock', async () => {
    const w = world();
    const offered = await offer(w);
    expect(offered).toMatchObject({
      DurationHours: 48,
      UpfrontFee: '0',
      TargetResources: ['training-job', 'hyperpod-cluster', 'endpoint', 'studio-apps'],
      ReservedCapacityOfferings: [{ InstanceType: 'ml.p5.48xlarge', InstanceCount: 2 }],
    });
    expect(offered.TrainingPlanOfferingId).toMatch(/^[a-z0-9-]{1,256}$/);
    const { StartTime, EndTime } = offered.ReservedCapacityOfferings[0] as { StartTime: Date; EndTime: Date };
    expect(StartTime.toISOString()).toMatch(/T11:30:00/);
    expect(EndTime.getTime() - StartTime.getTime()).toBe(2 * DAY * 1000);
    const { TrainingPlanArn } = await w.admin.createTrainingPlan({
      ...named,
      TrainingPlanOfferingId: offered.TrainingPlanOfferingId,
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    expect(TrainingPlanArn).toBe(w.arn('training-plan/first'));
    const status = async () => (await w.admin.describeTrainingPlan(named)).Status;
    expect(await status()).toBe('Pending');
    w.elapse(61);
    expect(await status()).toBe('Scheduled');
    const described = await w.admin.describeTrainingPlan(named);
    expect(described).toMatchObject({
      StartTime,
      EndTime,
      TotalInstanceCount: 2,
      ReservedCapacitySummaries: [{ InstanceType: 'ml.p5.48xlarge', TotalInstanceCount: 2, Status: 'Scheduled' }],
    });
    const ReservedCapacityArn = described.ReservedCapacitySummaries?.[0]?.ReservedCapacityArn ?? '';
    expect(ReservedCapacityArn).toMatch(/:reserved-capacity\/[a-z0-9]{12}$/);
    expect(await w.admin.describeReservedCapacity({ ReservedCapacityArn })).toMatchObject({
      ReservedCapacityType: 'Instance',
      TotalInstanceCount: 2,
      Status: 'Scheduled',
    });
    expect((await w.admin.listUltraServersByReservedCapacity({ ReservedCapacityArn })).UltraServers).toEqual([]);
    w.elapse((StartTime.getTime() - w.server.clock.now()) / 1000 + 1);
    expect(await status()).toBe('Active');
    for (const ResourceArn of [w.arn('training-plan/first'), ReservedCapacityArn]) {
      expect((await w.admin.listTags({ ResourceArn })).Tags).toEqual([{ Key: 'team', Value: 'a' }]);
      await w.admin.addTags({ ResourceArn, Tags: [{ Key: 'more', Value: 'b' }] });
      expect((await w.admin.listTags({ ResourceArn })).Tags).toHaveLength(2);
      await w.admin.deleteTags({ ResourceArn, TagKeys: ['more'] });
    }
    const { sagemaker } = await w.user(allow('sagemaker:DescribeReservedCapacity', '*', { StringEquals: { 'aws:ResourceTag/team': 'a' } }));
    expect(await sagemaker.describeReservedCapacity({ ReservedCapacityArn })).toMatchObject({ ReservedCapacityArn });
    await w.admin.addTags({ ResourceArn: ReservedCapacityArn, Tags: [{ Key: 'team', Value: 'b' }] });
    expect(await refusal(sagemaker.describeReservedCapacity({ ReservedCapacityArn }))).toMatchObject({ name: 'AccessDeniedException' });
    await w.admin.addTags({ ResourceArn: ReservedCapacityArn, Tags: [{ Key: 'team', Value: 'a' }] });
    const missing = { ResourceArn: w.arn('reserved-capacity/none') };
    expect(await refusal(w.admin.listTags(missing))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('goes on when it is extended by an offer for it', async () => {
    const w = world();
    const TrainingPlanArn = w.arn('training-plan/first');
    const before = await w.admin.describeTrainingPlan(named);
    const search = () => w.admin.searchTrainingPlanOfferings({ TrainingPlanArn, DurationHours: 20 });
    const [extension] = (await search()).TrainingPlanExtensionOfferings ?? [];
    expect(extension).toMatchObject({ DurationHours: 24, StartDate: before.EndTime });
    const TrainingPlanExtensionOfferingId = extension?.TrainingPlanExtensionOfferingId ?? '';
    await w.admin.extendTrainingPlan({ TrainingPlanExtensionOfferingId });
    const after = await w.admin.describeTrainingPlan(named);
    expect(after.EndTime).toEqual(extension?.EndDate);
    expect(after.DurationHours).toBe(72);
    expect(await refusal(w.admin.extendTrainingPlan({ TrainingPlanExtensionOfferingId }))).toMatchObject({ name: 'ValidationException' });
    const second = (await search()).TrainingPlanExtensionOfferings?.[0]?.TrainingPlanExtensionOfferingId ?? '';
    await w.admin.extendTrainingPlan({ TrainingPlanExtensionOfferingId: second });
    const history = await w.admin.describeTrainingPlanExtensionHistory({ TrainingPlanArn, MaxResults: 1 });
    expect(history.TrainingPlanExtensions).toMatchObject([{ TrainingPlanExtensionOfferingId }]);
    const rest = await w.admin.describeTrainingPlanExtensionHistory({ TrainingPlanArn, MaxResults: 1, NextToken: history.NextToken });
    expect(rest.TrainingPlanExtensions).toMatchObject([{ TrainingPlanExtensionOfferingId: second }]);
    expect(rest.NextToken).toBeUndefined();
    w.elapse(5 * DAY);
    expect((await w.admin.describeTrainingPlan(named)).Status).toBe('Expired');
    expect((await search()).TrainingPlanExtensionOfferings).toEqual([]);
  });

  it('of UltraServers names each of them', async () => {
    const w = world();
    await plan(w, 'ultra', { UltraServerType: 'ml.u-p6e-gb200x36', UltraServerCount: 2 });
    const { ReservedCapacitySummaries = [], TotalUltraServerCount } = await w.admin.describeTrainingPlan({ TrainingPlanName: 'ultra' });
    expect(TotalUltraServerCount).toBe(2);
    const ReservedCapacityArn = ReservedCapacitySummaries[0]?.ReservedCapacityArn ?? '';
    expect(await w.admin.describeReservedCapacity({ ReservedCapacityArn })).toMatchObject({
      ReservedCapacityType: 'UltraServer',
      TotalInstanceCount: 18,
      UltraServerSummary: { UltraServerType: 'ml.u-p6e-gb200x36', UltraServerCount: 2 },
    });
    const { UltraServers = [], NextToken } = await w.admin.listUltraServersByReservedCapacity({ ReservedCapacityArn, MaxResults: 1 });
    expect(UltraServers).toMatchObject([{ TotalInstanceCount: 9, HealthStatus: 'OK' }]);
    expect(NextToken).toBeTypeOf('string');
  });

  it('is listed by name, state and the time it starts', async () => {
    const w = world();
    const later = new Date(w.server.clock.now() + 30 * DAY * 1000);
    await plan(w, 'Later', { InstanceType: 'ml.p5.48xlarge', StartTimeAfter: later });
    const names = async (input: object) =>
      (await w.admin.listTrainingPlans(input)).TrainingPlanSummaries?.map((each) => each.TrainingPlanName);
    expect(await names({ SortBy: 'TrainingPlanName', SortOrder: 'Ascending' })).toEqual(['first', 'Later', 'ultra']);
    expect(await names({ SortBy: 'StartTime', SortOrder: 'Descending' })).toEqual(['Later', 'ultra', 'first']);
    expect(await names({ Filters: [{ Name: 'Status', Value: 'Expired' }] })).toEqual(['first']);
    expect(await names({ StartTimeAfter: later })).toEqual(['Later']);
  });

  it('is reserved by those who may, with its tags', async () => {
    const w = world();
    const reserve = (value: string) => [
      allow(['sagemaker:CreateTrainingPlan', 'sagemaker:AddTags', 'sagemaker:SearchTrainingPlanOfferings']),
      allow('sagemaker:CreateReservedCapacity', '*', { StringEquals: { 'aws:RequestTag/team': value } }),
    ];
    const { TrainingPlanOfferings = [] } = await w.admin.searchTrainingPlanOfferings({
      InstanceType: 'ml.p5.48xlarge',
      InstanceCount: 1,
      DurationHours: 24,
      TargetResources: ['training-job'],
    });
    const input = {
      TrainingPlanName: 'by-tag',
      TrainingPlanOfferingId: TrainingPlanOfferings[0]?.TrainingPlanOfferingId,
      Tags: [{ Key: 'team', Value: 'a' }],
    };
    expect(await refusal((await w.user(...reserve('b'))).sagemaker.createTrainingPlan(input))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('sagemaker:CreateReservedCapacity'),
    });
    expect(await refusal((await w.user(...reserve('a'))).sagemaker.createTrainingPlan(input))).toBeUndefined();
  });

  it('takes the jobs that name it', async () => {
    const w = world();
    const job = minimal.trainingJob('planned', w.role);
    const TrainingPlanArn = w.arn('training-plan/Later');
    await w.admin.createTrainingJob({ ...job, ResourceConfig: { ...job.ResourceConfig, TrainingPlanArn } });
    expect((await w.admin.listTrainingJobs({ TrainingPlanArnEquals: TrainingPlanArn })).TrainingJobSummaries).toMatchObject([
      { TrainingJobName: 'planned' },
    ]);
  });
});

describe('an offer', () => {
  it('stands for a while, in its own account and region, and cannot be made up', async () => {
    const w = world();
    const gone = { name: 'ResourceNotFound', status: 400 };
    const { TrainingPlanOfferingId } = await offer(w);
    const create = (client: World['admin'], id = TrainingPlanOfferingId) =>
      refusal(client.createTrainingPlan({ TrainingPlanName: 'made-up', TrainingPlanOfferingId: id }));
    expect(await create(w.admin, 'tpo-made-up')).toMatchObject(gone);
    expect(
      await create(w.admin, `${TrainingPlanOfferingId.slice(0, -1)}${TrainingPlanOfferingId.endsWith('0') ? '1' : '0'}`),
    ).toMatchObject(gone);
    expect(await create(w.clients(w.account.root, 'eu-west-1').sagemaker)).toMatchObject(gone);
    expect(await create(w.clients((await w.server.account()).root).sagemaker)).toMatchObject(gone);
    // What was offered as an extension is no plan.
    const TrainingPlanArn = w.arn('training-plan/Later');
    const { TrainingPlanExtensionOfferings } = await w.admin.searchTrainingPlanOfferings({ TrainingPlanArn });
    const extension = TrainingPlanExtensionOfferings?.[0]?.TrainingPlanExtensionOfferingId ?? '';
    expect(await refusal(w.admin.extendTrainingPlan({ TrainingPlanExtensionOfferingId: TrainingPlanOfferingId }))).toMatchObject(gone);
    w.elapse(16 * 60);
    expect(await create(w.admin)).toMatchObject(gone);
    expect(await refusal(w.admin.extendTrainingPlan({ TrainingPlanExtensionOfferingId: extension }))).toMatchObject(gone);
  });

  it('is made only for what can be had in time', async () => {
    const { admin, server } = world();
    const search = async (input: object) =>
      ((await send(admin, 'SearchTrainingPlanOfferings', input)).TrainingPlanOfferings as object[]).length;
    expect(await search({ InstanceType: 'ml.p5.48xlarge', EndTimeBefore: new Date(server.clock.now() + HOUR * 1000) })).toBe(0);
    expect(await search({ UltraServerType: 'ml.u-none' })).toBe(0);
    const one = 'Exactly one of InstanceType and UltraServerType must be specified.';
    expect(await refusal(search({}))).toMatchObject({ name: 'ValidationException', message: one });
  });

  it('is paid for with sagemaker:CreateReservedCapacity as well', async () => {
    const w = world();
    const { TrainingPlanOfferingId } = await offer(w);
    const { sagemaker } = await w.user(allow('sagemaker:*'), deny('sagemaker:CreateReservedCapacity'));
    expect(await refusal(sagemaker.createTrainingPlan({ TrainingPlanName: 'unpaid', TrainingPlanOfferingId }))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('sagemaker:CreateReservedCapacity'),
    });
  });
});

describe('what is not there', () => {
  it.each([
    ['DescribeTrainingPlan', () => ({ TrainingPlanName: 'none' })],
    ['DescribeTrainingPlanExtensionHistory', (w: World) => ({ TrainingPlanArn: w.arn('training-plan/none') })],
    ['SearchTrainingPlanOfferings', (w: World) => ({ TrainingPlanArn: w.arn('training-plan/none') })],
    ['DescribeReservedCapacity', (w: World) => ({ ReservedCapacityArn: w.arn('reserved-capacity/none') })],
    ['ListUltraServersByReservedCapacity', (w: World) => ({ ReservedCapacityArn: w.arn('reserved-capacity/none') })],
  ] as const)('%s says so', async (operation, input) => {
    const w = world();
    expect(await refusal(send(w.admin, operation, input(w)))).toMatchObject({ name: 'ResourceNotFound', status: 400 });
  });
});
