import { describe, expect, it } from 'vitest';
import { atOnce, policy } from '../../harness.ts';
import { tellFamily } from './family-story.ts';
import { allow, endpointNamed, refusal, send, sharedWorld, trust, type World } from './world.ts';

const world = sharedWorld({ pace: 1 });
const elapse = (seconds: number) => world().elapse(seconds);
const HOUR = 3600;
/** Seconds until it is so many seconds past the next hour: what runs on the hour must not find a test there. */
const untilPastTheHour = (seconds: number) => HOUR - (Math.floor(world().server.clock.now() / 1000) % HOUR) + seconds;

const outputs = { MonitoringOutputs: [{ S3Output: { S3Uri: 's3://sagemaker-monitoring/out', LocalPath: '/opt/ml/out' } }] };
const resources = { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large' as const, VolumeSizeInGB: 10 } };
const ofEndpoint = (EndpointName: string) => ({ EndpointInput: { EndpointName, LocalPath: '/opt/ml/in' } });
const groundTruth = { GroundTruthS3Input: { S3Uri: 's3://sagemaker-monitoring/truth' } };

/** What each of the four families asks for beyond what all do. */
const DEFINITIONS = {
  DataQuality: { input: {}, app: { ImageUri: 'image' } },
  ModelQuality: { input: groundTruth, app: { ImageUri: 'image', ProblemType: 'Regression' } },
  ModelBias: { input: groundTruth, app: { ImageUri: 'image', ConfigUri: 's3://sagemaker-monitoring/config' } },
  ModelExplainability: { input: {}, app: { ImageUri: 'image', ConfigUri: 's3://sagemaker-monitoring/config' } },
} as const;

const OPERATIONS = {
  DataQuality: {
    create: 'CreateDataQualityJobDefinition',
    describe: 'DescribeDataQualityJobDefinition',
    remove: 'DeleteDataQualityJobDefinition',
    list: 'ListDataQualityJobDefinitions',
  },
  ModelQuality: {
    create: 'CreateModelQualityJobDefinition',
    describe: 'DescribeModelQualityJobDefinition',
    remove: 'DeleteModelQualityJobDefinition',
    list: 'ListModelQualityJobDefinitions',
  },
  ModelBias: {
    create: 'CreateModelBiasJobDefinition',
    describe: 'DescribeModelBiasJobDefinition',
    remove: 'DeleteModelBiasJobDefinition',
    list: 'ListModelBiasJobDefinitions',
  },
  ModelExplainability: {
    create: 'CreateModelExplainabilityJobDefinition',
    describe: 'DescribeModelExplainabilityJobDefinition',
    remove: 'DeleteModelExplainabilityJobDefinition',
    list: 'ListModelExplainabilityJobDefinitions',
  },
} as const;

type Of = keyof typeof DEFINITIONS;

const definition = (of: Of, JobDefinitionName: string, RoleArn: string, monitored: object = ofEndpoint('monitored')) => ({
  JobDefinitionName,
  RoleArn,
  JobResources: resources,
  [`${of}AppSpecification`]: DEFINITIONS[of].app,
  [`${of}JobInput`]: { ...monitored, ...DEFINITIONS[of].input },
  [`${of}JobOutputConfig`]: outputs,
});

const inline = (EndpointName: string, RoleArn: string) => ({
  MonitoringInputs: [ofEndpoint(EndpointName)],
  MonitoringOutputConfig: outputs,
  MonitoringResources: resources,
  MonitoringAppSpecification: { ImageUri: 'image' },
  RoleArn,
});
const hourly = { ScheduleExpression: 'cron(0 * ? * * *)' };

/** A role that may write what monitoring finds. */
async function writingRole({ account, newRole }: World, name: string): Promise<string> {
  const role = await newRole(name, trust('sagemaker.amazonaws.com'));
  const PolicyDocument = JSON.stringify(policy(allow('s3:PutObject', 'arn:aws:s3:::sagemaker-monitoring/*')));
  await account.asRoot('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'write', PolicyDocument });
  return role;
}

for (const of of Object.keys(DEFINITIONS) as Of[]) {
  tellFamily(world, {
    operations: OPERATIONS[of],
    create: (name, { role }) => definition(of, name, role),
    named: (JobDefinitionName) => ({ JobDefinitionName }),
    resource: (name) => `${of.replace(/(?<=[a-z])[A-Z]/, '-$&').toLowerCase()}-job-definition/${name.toLowerCase()}`,
    nameMember: 'JobDefinitionName',
    arnMember: 'JobDefinitionArn',
    list: { result: 'JobDefinitionSummaries', name: 'MonitoringJobDefinitionName', filter: 'NameContains' },
    missing: { code: 'ResourceNotFound', says: () => `${of}JobDefinition none does not exist.` },
    taken: { code: 'ResourceInUse', says: () => `${of}JobDefinition with name Twice already exists. Choose a different name.` },
    role: 'RoleArn',
  });

  describe(`a definition of ${of} jobs`, () => {
    it('is of an endpoint or of batch transform, and listed by endpoint', async () => {
      const { admin, role } = world();
      const batch = {
        BatchTransformInput: { DataCapturedDestinationS3Uri: 's3://b/c', DatasetFormat: { Csv: {} }, LocalPath: '/opt/ml/in' },
      };
      for (const monitored of [{}, { ...batch, ...ofEndpoint('a') }])
        expect(await refusal(send(admin, OPERATIONS[of].create, definition(of, 'neither', role, monitored)))).toMatchObject({
          name: 'ValidationException',
          message: 'Exactly one of EndpointInput and BatchTransformInput must be specified.',
        });
      await send(admin, OPERATIONS[of].create, definition(of, 'of-batch', role, batch));
      await send(admin, OPERATIONS[of].create, definition(of, 'of-endpoint', role, ofEndpoint('particular')));
      const { JobDefinitionSummaries } = await send(admin, OPERATIONS[of].list, { EndpointName: 'particular' });
      expect(JobDefinitionSummaries).toMatchObject([{ MonitoringJobDefinitionName: 'of-endpoint', EndpointName: 'particular' }]);
    });
  });
}

tellFamily(world, {
  arrange: (w) => endpointNamed(w, 'monitored'),
  operations: {
    create: 'CreateMonitoringSchedule',
    describe: 'DescribeMonitoringSchedule',
    remove: 'DeleteMonitoringSchedule',
    list: 'ListMonitoringSchedules',
  },
  create: (MonitoringScheduleName, { role }) => ({
    MonitoringScheduleName,
    MonitoringScheduleConfig: {
      ScheduleConfig: { ScheduleExpression: 'cron(0 3 ? * * *)' },
      MonitoringJobDefinition: inline('monitored', role),
    },
  }),
  named: (MonitoringScheduleName) => ({ MonitoringScheduleName }),
  resource: (name) => `monitoring-schedule/${name.toLowerCase()}`,
  list: { result: 'MonitoringScheduleSummaries', filter: 'NameContains' },
  status: { member: 'MonitoringScheduleStatus', first: 'Pending', settled: 'Scheduled', after: 30 },
  missing: { code: 'ResourceNotFound', says: ({ arn }) => `Monitoring Schedule ${arn('monitoring-schedule/none')} not found` },
  alsoMissing: {
    StartMonitoringSchedule: {},
    StopMonitoringSchedule: {},
    UpdateMonitoringSchedule: { MonitoringScheduleConfig: {} },
    ListMonitoringAlerts: {},
    ListMonitoringAlertHistory: {},
    UpdateMonitoringAlert: { MonitoringAlertName: 'a', DatapointsToAlert: 1, EvaluationPeriod: 1 },
  },
  taken: { code: 'ResourceInUse', says: () => 'MonitoringSchedule with name Twice already exists. Choose a different name.' },
  role: 'RoleArn',
});

describe('a monitoring schedule', () => {
  const named = (MonitoringScheduleName: string) => ({ MonitoringScheduleName });

  it('needs a definition or the name of one, an endpoint that is there, and a schedule that can be', async () => {
    const { admin, arn, role } = world();
    await endpointNamed(world(), 'checked');
    const MonitoringJobDefinition = inline('checked', role);
    const create = (MonitoringScheduleConfig: object) => admin.createMonitoringSchedule({ ...named('checked'), MonitoringScheduleConfig });
    const both = 'Exactly one of MonitoringJobDefinition and MonitoringJobDefinitionName must be specified.';
    for (const [config, message] of [
      [{ ScheduleConfig: hourly }, both],
      [{ ScheduleConfig: hourly, MonitoringJobDefinition, MonitoringJobDefinitionName: 'a' }, both],
      [{ ScheduleConfig: hourly, MonitoringJobDefinitionName: 'none' }, 'DataQualityJobDefinition none does not exist.'],
      [{ ScheduleConfig: hourly, MonitoringJobDefinition: inline('none', role) }, `Could not find endpoint "${arn('endpoint/none')}".`],
      [{ MonitoringJobDefinition }, 'DataAnalysisStartTime and DataAnalysisEndTime are required when ScheduleExpression is NOW.'],
      [
        { ScheduleConfig: { ScheduleExpression: 'rate(5 minutes)' }, MonitoringJobDefinition },
        'Invalid ScheduleExpression rate(5 minutes): it must be NOW, or hourly or daily as in cron(0 * ? * * *) and cron(0 17/6 ? * * *).',
      ],
    ] as const)
      expect(await refusal(create(config))).toMatchObject({ name: 'ValidationException', message });
  });

  it('runs on the hour while it is scheduled, and tells what ran', async () => {
    const { admin } = world();
    const role = await writingRole(world(), 'Monitors');
    await endpointNamed(world(), 'hourly');
    await send(admin, 'CreateModelQualityJobDefinition', definition('ModelQuality', 'hourly', role, ofEndpoint('hourly')));
    const config = { ScheduleConfig: hourly, MonitoringJobDefinitionName: 'hourly', MonitoringType: 'ModelQuality' } as const;
    const schedule = named('hourly');
    elapse(untilPastTheHour(600));
    await admin.createMonitoringSchedule({ ...schedule, MonitoringScheduleConfig: config });
    for (const call of atOnce([
      admin.deleteMonitoringSchedule(schedule),
      admin.stopMonitoringSchedule(schedule),
      admin.startMonitoringSchedule(schedule),
    ]))
      expect(await refusal(call)).toMatchObject({ name: 'ValidationException', message: 'Monitoring schedule in status Pending' });
    elapse(3 * HOUR + 60);
    const executions = async (input: object = {}) =>
      (await admin.listMonitoringExecutions({ ...schedule, ...input })).MonitoringExecutionSummaries ?? [];
    const ran = await executions();
    expect(ran.length).toBe(3);
    expect(ran.map((each) => each.ScheduledTime?.getTime())).toEqual(
      ran.map((each) => each.ScheduledTime?.getTime()).toSorted((a = 0, b = 0) => b - a),
    );
    expect(ran.at(-1)).toMatchObject({
      MonitoringExecutionStatus: 'Completed',
      MonitoringType: 'ModelQuality',
      MonitoringJobDefinitionName: 'hourly',
      EndpointName: 'hourly',
    });
    expect(ran.every((each) => each.ScheduledTime?.getUTCMinutes() === 0)).toBe(true);
    expect(await admin.describeMonitoringSchedule(schedule)).toMatchObject({
      EndpointName: 'hourly',
      LastMonitoringExecutionSummary: { ScheduledTime: ran[0]?.ScheduledTime },
    });
    expect((await executions({ SortBy: 'ScheduledTime', SortOrder: 'Ascending', MaxResults: 1 }))[0]).toEqual(ran.at(-1));
    expect(await executions({ EndpointName: 'other' })).toEqual([]);
    expect((await executions({ ScheduledTimeAfter: ran[1]?.ScheduledTime })).length).toBe(1);
    expect(await executions({ MonitoringScheduleName: 'none' })).toEqual([]);

    // To a little after the next hour: what runs may not be taken away.
    elapse(untilPastTheHour(10));
    expect(await refusal(admin.deleteMonitoringSchedule(schedule))).toMatchObject({ message: expect.stringContaining('in progress') });
    expect(await executions({ StatusEquals: 'InProgress' })).toMatchObject([{ MonitoringExecutionStatus: 'InProgress' }]);
    await admin.stopMonitoringSchedule(schedule);
    expect(await admin.describeMonitoringSchedule(schedule)).toMatchObject({ MonitoringScheduleStatus: 'Stopped' });
    const stopped = (await executions()).length;
    elapse(5 * HOUR);
    expect((await executions()).length).toBe(stopped);
    await admin.startMonitoringSchedule(schedule);
    elapse(untilPastTheHour(600));
    expect((await executions()).length).toBe(stopped + 1);
    await admin.updateMonitoringSchedule({
      ...schedule,
      MonitoringScheduleConfig: { ...config, ScheduleConfig: { ScheduleExpression: 'cron(0 0/24 ? * * *)' } },
    });
    elapse(24 * HOUR);
    expect((await executions()).length).toBe(stopped + 2);
    expect((await admin.listMonitoringSchedules({ MonitoringTypeEquals: 'ModelQuality' })).MonitoringScheduleSummaries).toMatchObject([
      { ...schedule, MonitoringJobDefinitionName: 'hourly' },
    ]);
    expect((await admin.listMonitoringSchedules({ EndpointName: 'hourly' })).MonitoringScheduleSummaries?.length).toBe(1);
    await admin.deleteMonitoringSchedule(schedule);
    expect(await executions()).toEqual([]);
  });

  it('runs at once when asked to, and fails when its role may not write', async () => {
    const { admin, newRole } = world();
    await endpointNamed(world(), 'once');
    const RoleArn = await newRole('MonitorsNothing', trust('sagemaker.amazonaws.com'));
    const ScheduleConfig = { ScheduleExpression: 'NOW', DataAnalysisStartTime: '-PT1H', DataAnalysisEndTime: '-PT0H' };
    await admin.createMonitoringSchedule({
      ...named('once'),
      MonitoringScheduleConfig: { ScheduleConfig, MonitoringJobDefinition: inline('once', RoleArn) },
    });
    elapse(31 + 301);
    expect((await admin.listMonitoringExecutions(named('once'))).MonitoringExecutionSummaries).toMatchObject([
      { MonitoringExecutionStatus: 'Failed', FailureReason: expect.stringContaining('s3:PutObject') },
    ]);
  });

  it('has an alert that can be told when to go off', async () => {
    const { admin, arn, role } = world();
    await endpointNamed(world(), 'alerted');
    await admin.createMonitoringSchedule({
      ...named('alerted'),
      MonitoringScheduleConfig: { ScheduleConfig: hourly, MonitoringJobDefinition: inline('alerted', role) },
    });
    const { MonitoringAlertSummaries: [alert] = [] } = await admin.listMonitoringAlerts(named('alerted'));
    expect(alert).toMatchObject({ AlertStatus: 'OK', DatapointsToAlert: 1, EvaluationPeriod: 1 });
    const update = { ...named('alerted'), MonitoringAlertName: alert?.MonitoringAlertName, DatapointsToAlert: 2, EvaluationPeriod: 3 };
    expect(await refusal(admin.updateMonitoringAlert({ ...update, DatapointsToAlert: 4 }))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(admin.updateMonitoringAlert({ ...update, MonitoringAlertName: 'none' }))).toMatchObject({
      name: 'ResourceNotFound',
      message: `Monitoring Alert ${arn('monitoring-schedule/alerted/alert/none')} not found`,
    });
    const half = await world().user(allow('sagemaker:UpdateMonitoringAlert', arn('monitoring-schedule/alerted')));
    expect(await refusal(half.sagemaker.updateMonitoringAlert(update))).toMatchObject({ name: 'AccessDeniedException' });
    expect(await admin.updateMonitoringAlert(update)).toMatchObject({ MonitoringAlertName: alert?.MonitoringAlertName });
    expect((await admin.listMonitoringAlerts(named('alerted'))).MonitoringAlertSummaries).toMatchObject([
      { DatapointsToAlert: 2, EvaluationPeriod: 3 },
    ]);
    const history = async (input: object) =>
      (await admin.listMonitoringAlertHistory({ ...named('alerted'), ...input })).MonitoringAlertHistory;
    expect(await history({})).toMatchObject([{ AlertStatus: 'OK', MonitoringAlertName: alert?.MonitoringAlertName }]);
    expect(await history({ StatusEquals: 'InAlert' })).toEqual([]);
    expect(await refusal(history({ MonitoringAlertName: 'none' }))).toMatchObject({ name: 'ResourceNotFound' });
  });
});
