import { paginateListTrialComponents } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { allow, minimal, refusal, send, sharedWorld, type World } from './world.ts';

const world = sharedWorld({ pace: 1 });

const processingJob = (ProcessingJobName: string, RoleArn: string) => ({
  ProcessingJobName,
  RoleArn,
  AppSpecification: { ImageUri: 'image' },
  ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 } },
});

describe('experiments', () => {
  it('are kept with their trials and components, and deleted bottom up', async () => {
    const { admin, arn } = world();
    expect(
      await admin.createExperiment({ ExperimentName: 'Churn', Description: 'why they leave', Tags: [{ Key: 'team', Value: 'a' }] }),
    ).toMatchObject({
      ExperimentArn: arn('experiment/churn'),
    });
    await admin.createTrial({ TrialName: 'First', ExperimentName: 'churn' });
    await admin.createTrial({ TrialName: 'Second', ExperimentName: 'Churn', DisplayName: 'the-second' });
    await admin.createTrialComponent({
      TrialComponentName: 'Prepare',
      Status: { PrimaryStatus: 'InProgress' },
      StartTime: new Date(1_700_000_000_000),
      Parameters: { rows: { NumberValue: 10 }, kind: { StringValue: 'csv' } },
      InputArtifacts: { raw: { Value: 's3://bucket/raw' } },
    });
    const pair = { TrialComponentName: 'prepare', TrialName: 'first' };
    expect(await admin.associateTrialComponent(pair)).toMatchObject({
      TrialComponentArn: arn('experiment-trial-component/prepare'),
      TrialArn: arn('experiment-trial/first'),
    });
    // A second time changes nothing.
    await admin.associateTrialComponent(pair);

    expect(await admin.describeExperiment({ ExperimentName: 'CHURN' })).toMatchObject({
      ExperimentName: 'Churn',
      DisplayName: 'Churn',
      Description: 'why they leave',
      CreatedBy: { IamIdentity: { Arn: expect.stringContaining(':user/') } },
    });
    expect(await admin.describeTrial({ TrialName: 'second' })).toMatchObject({ DisplayName: 'the-second', ExperimentName: 'Churn' });
    const component = await admin.describeTrialComponent({ TrialComponentName: 'Prepare' });
    expect(component).toMatchObject({
      Status: { PrimaryStatus: 'InProgress' },
      StartTime: new Date(1_700_000_000_000),
      Parameters: { rows: { NumberValue: 10 }, kind: { StringValue: 'csv' } },
      LineageGroupArn: arn('lineage-group/sagemaker-default-lineage-group'),
    });
    expect((await admin.listTags({ ResourceArn: arn('experiment/churn') })).Tags).toEqual([{ Key: 'team', Value: 'a' }]);

    expect((await admin.listTrials({ ExperimentName: 'churn' })).TrialSummaries?.map((each) => each.TrialName)).toEqual([
      'Second',
      'First',
    ]);
    expect((await admin.listTrials({ TrialComponentName: 'prepare' })).TrialSummaries?.map((each) => each.TrialName)).toEqual(['First']);
    for (const filter of [{ ExperimentName: 'churn' }, { TrialName: 'First' }, { ExperimentName: 'churn', TrialName: 'first' }])
      expect((await admin.listTrialComponents(filter)).TrialComponentSummaries).toMatchObject([{ TrialComponentName: 'Prepare' }]);
    expect((await admin.listTrialComponents({ TrialName: 'second' })).TrialComponentSummaries).toEqual([]);

    const inUse = [
      ['DeleteExperiment', { ExperimentName: 'churn' }, `Experiment '${arn('experiment/churn')}' has 1 or more trials`],
      ['DeleteTrial', { TrialName: 'first' }, `Trial '${arn('experiment-trial/first')}' is linked to 1 or more trial components`],
      [
        'DeleteTrialComponent',
        { TrialComponentName: 'prepare' },
        `TrialComponent '${arn('experiment-trial-component/prepare')}' is linked to 1 or more trials and cannot be deleted.`,
      ],
    ] as const;
    for (const [operation, input, message] of inUse) {
      expect(await refusal(send(admin, operation, input)), operation).toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining(message),
      });
    }
    await admin.disassociateTrialComponent(pair);
    expect(await refusal(admin.disassociateTrialComponent(pair))).toMatchObject({ name: 'ResourceNotFound' });
    expect(await admin.deleteTrialComponent({ TrialComponentName: 'prepare' })).toMatchObject({
      TrialComponentArn: arn('experiment-trial-component/prepare'),
    });
    await admin.deleteTrial({ TrialName: 'first' });
    await admin.deleteTrial({ TrialName: 'second' });
    expect(await admin.deleteExperiment({ ExperimentName: 'churn' })).toMatchObject({ ExperimentArn: arn('experiment/churn') });
    expect(await refusal(admin.describeExperiment({ ExperimentName: 'churn' }))).toEqual({
      name: 'ResourceNotFound',
      message: `Experiment '${arn('experiment/churn')}' does not exist.`,
      status: 400,
    });
  });

  it('are changed member by member', async () => {
    const { admin, elapse } = world();
    await admin.createExperiment({ ExperimentName: 'changed', Description: 'before' });
    await admin.createTrial({ TrialName: 'changed', ExperimentName: 'changed' });
    await admin.createTrialComponent({
      TrialComponentName: 'changed',
      Parameters: { a: { NumberValue: 1 }, b: { NumberValue: 2 } },
      OutputArtifacts: { model: { Value: 's3://bucket/model' } },
    });
    elapse(10);
    await admin.updateExperiment({ ExperimentName: 'changed', DisplayName: 'shown' });
    const { CreationTime, LastModifiedTime, ...rest } = await admin.describeExperiment({ ExperimentName: 'changed' });
    expect(rest).toMatchObject({ DisplayName: 'shown', Description: 'before' });
    expect(Number(LastModifiedTime) - Number(CreationTime)).toBeGreaterThanOrEqual(10_000);
    await admin.updateTrial({ TrialName: 'changed', DisplayName: 'shown' });
    expect(await admin.describeTrial({ TrialName: 'changed' })).toMatchObject({ DisplayName: 'shown' });
    await admin.updateTrialComponent({
      TrialComponentName: 'changed',
      Status: { PrimaryStatus: 'Completed', Message: 'done' },
      EndTime: new Date(1_700_000_001_000),
      Parameters: { b: { NumberValue: 3 } },
      ParametersToRemove: ['a'],
      OutputArtifactsToRemove: ['model'],
    });
    expect(await admin.describeTrialComponent({ TrialComponentName: 'changed' })).toMatchObject({
      Status: { PrimaryStatus: 'Completed', Message: 'done' },
      EndTime: new Date(1_700_000_001_000),
      Parameters: { b: { NumberValue: 3 } },
      OutputArtifacts: {},
    });
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}`, { NumberValue: i }]));
    expect(await refusal(admin.updateTrialComponent({ TrialComponentName: 'changed', Parameters: many }))).toMatchObject({
      name: 'ValidationException',
      message: 'Parameters cannot have more than 300 entries.',
    });
  });

  it('are listed in order, page by page', async () => {
    const { admin, elapse } = world();
    await admin.createExperiment({ ExperimentName: 'listed' });
    await admin.createTrial({ TrialName: 'listed', ExperimentName: 'listed' });
    for (const TrialComponentName of ['listed-b', 'listed-a', 'listed-c']) {
      elapse(1);
      await admin.createTrialComponent({ TrialComponentName });
      await admin.associateTrialComponent({ TrialComponentName, TrialName: 'listed' });
    }
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListTrialComponents(
      { client: admin, pageSize: 2 },
      { TrialName: 'listed', SortBy: 'Name', SortOrder: 'Ascending' },
    ))
      seen.push(...(page.TrialComponentSummaries ?? []).map((each) => each.TrialComponentName));
    expect(seen).toEqual(['listed-a', 'listed-b', 'listed-c']);
    const { CreationTime } = await admin.describeTrialComponent({ TrialComponentName: 'listed-a' });
    const { TrialComponentSummaries } = await admin.listTrialComponents({ TrialName: 'listed', CreatedAfter: CreationTime ?? new Date() });
    expect(TrialComponentSummaries?.map((each) => each.TrialComponentName)).toEqual(['listed-c']);
    expect((await admin.listExperiments({ CreatedBefore: new Date(0) })).ExperimentSummaries).toEqual([]);
  });
});

describe('what is not there, or there already', () => {
  beforeAll(async () => {
    const { root } = world();
    await root('CreateExperiment', { ExperimentName: 'Taken' });
    await root('CreateTrial', { TrialName: 'Taken', ExperimentName: 'taken' });
    await root('CreateTrialComponent', { TrialComponentName: 'Taken' });
  });

  const missing: [kind: string, type: string, operation: string, input: object][] = [
    ['Experiment', 'experiment', 'DescribeExperiment', { ExperimentName: 'None' }],
    ['Experiment', 'experiment', 'UpdateExperiment', { ExperimentName: 'None' }],
    ['Experiment', 'experiment', 'DeleteExperiment', { ExperimentName: 'None' }],
    ['Experiment', 'experiment', 'CreateTrial', { TrialName: 'new', ExperimentName: 'None' }],
    ['Experiment', 'experiment', 'ListTrials', { ExperimentName: 'None' }],
    ['Experiment', 'experiment', 'ListTrialComponents', { ExperimentName: 'None' }],
    ['Trial', 'experiment-trial', 'DescribeTrial', { TrialName: 'None' }],
    ['Trial', 'experiment-trial', 'UpdateTrial', { TrialName: 'None' }],
    ['Trial', 'experiment-trial', 'DeleteTrial', { TrialName: 'None' }],
    ['Trial', 'experiment-trial', 'ListTrialComponents', { TrialName: 'None' }],
    ['Trial', 'experiment-trial', 'AssociateTrialComponent', { TrialName: 'None', TrialComponentName: 'taken' }],
    ['Trial', 'experiment-trial', 'DisassociateTrialComponent', { TrialName: 'None', TrialComponentName: 'taken' }],
    ['TrialComponent', 'experiment-trial-component', 'DescribeTrialComponent', { TrialComponentName: 'None' }],
    ['TrialComponent', 'experiment-trial-component', 'UpdateTrialComponent', { TrialComponentName: 'None' }],
    ['TrialComponent', 'experiment-trial-component', 'DeleteTrialComponent', { TrialComponentName: 'None' }],
    ['TrialComponent', 'experiment-trial-component', 'AssociateTrialComponent', { TrialName: 'taken', TrialComponentName: 'None' }],
    ['TrialComponent', 'experiment-trial-component', 'ListTrials', { TrialComponentName: 'None' }],
  ];
  it.each(missing)('a missing %s (%s) is told by %s', async (kind, type, operation, input) => {
    const { admin, arn } = world();
    expect(await refusal(send(admin, operation, input))).toEqual({
      name: 'ResourceNotFound',
      message: `${kind} '${arn(`${type}/none`)}' does not exist.`,
      status: 400,
    });
  });

  const taken: [kind: string, operation: string, input: object][] = [
    ['Experiment', 'CreateExperiment', { ExperimentName: 'TAKEN' }],
    ['Trial', 'CreateTrial', { TrialName: 'TAKEN', ExperimentName: 'taken' }],
    ['TrialComponent', 'CreateTrialComponent', { TrialComponentName: 'TAKEN' }],
  ];
  it.each(taken)('the name of a %s is taken, in whatever case', async (kind, operation, input) => {
    expect(await refusal(send(world().admin, operation, input))).toEqual({
      name: 'ValidationException',
      message: `${kind} names must be unique within an AWS account and region. ${kind} with name (TAKEN) already exists.`,
      status: 400,
    });
  });
});

describe('jobs of an experiment', () => {
  const component = async ({ admin }: World, TrialComponentName: string) => admin.describeTrialComponent({ TrialComponentName });

  it('have a component that tells how far they are', async () => {
    const w = world();
    const { admin, role, elapse, arn } = w;
    await admin.createExperiment({ ExperimentName: 'jobs' });
    await admin.createTrial({ TrialName: 'jobs', ExperimentName: 'jobs' });
    const ExperimentConfig = { ExperimentName: 'jobs', TrialName: 'jobs', TrialComponentDisplayName: 'Training' };
    await admin.createTrainingJob({ ...minimal.trainingJob('Tracked', role), ExperimentConfig });
    expect(await component(w, 'tracked-aws-training-job')).toMatchObject({
      DisplayName: 'Training',
      Source: { SourceArn: arn('training-job/tracked'), SourceType: 'SageMakerTrainingJob' },
      Status: { PrimaryStatus: 'InProgress' },
    });
    elapse(300);
    const done = await component(w, 'tracked-aws-training-job');
    expect(done).toMatchObject({ Status: { PrimaryStatus: 'Completed' } });
    expect(done.EndTime).toBeInstanceOf(Date);
    const { TrialComponentSummaries } = await admin.listTrialComponents({ SourceArn: arn('training-job/tracked') });
    expect(TrialComponentSummaries).toMatchObject([
      { TrialComponentName: 'Tracked-aws-training-job', Status: { PrimaryStatus: 'Completed' } },
    ]);
    expect((await admin.listTrialComponents({ TrialName: 'jobs' })).TrialComponentSummaries).toHaveLength(1);
  });

  it('take their component along when they are stopped', async () => {
    const w = world();
    const { admin, role, elapse } = w;
    await admin.createExperiment({ ExperimentName: 'stops' });
    const ExperimentConfig = { ExperimentName: 'stops' };
    await admin.createTrainingJob({ ...minimal.trainingJob('stopped', role), ExperimentConfig });
    await send(admin, 'CreateProcessingJob', { ...processingJob('stopped', role), ExperimentConfig });
    // Each in a trial of its own, as none was named.
    expect((await admin.listTrials({ ExperimentName: 'stops' })).TrialSummaries).toHaveLength(2);
    await admin.stopTrainingJob({ TrainingJobName: 'stopped' });
    await admin.stopProcessingJob({ ProcessingJobName: 'stopped' });
    for (const kind of ['training', 'processing'])
      expect(await component(w, `stopped-aws-${kind}-job`)).toMatchObject({ Status: { PrimaryStatus: 'Stopping' } });
    elapse(60);
    for (const kind of ['training', 'processing'])
      expect(await component(w, `stopped-aws-${kind}-job`)).toMatchObject({ Status: { PrimaryStatus: 'Stopped' } });
  });

  it('need the experiment and the trial that they name', async () => {
    const { admin, role, arn } = world();
    await admin.createExperiment({ ExperimentName: 'one' });
    await admin.createExperiment({ ExperimentName: 'other' });
    await admin.createTrial({ TrialName: 'of-other', ExperimentName: 'other' });
    const attempt = (ExperimentConfig: object) =>
      refusal(admin.createTrainingJob({ ...minimal.trainingJob('lost', role), ExperimentConfig }));
    expect(await attempt({ ExperimentName: 'none' })).toMatchObject({
      name: 'ResourceNotFound',
      message: `Experiment '${arn('experiment/none')}' does not exist.`,
    });
    for (const TrialName of ['none', 'of-other'])
      expect(await attempt({ ExperimentName: 'one', TrialName })).toMatchObject({
        name: 'ResourceNotFound',
        message: `Trial '${arn(`experiment-trial/${TrialName}`)}' does not exist.`,
      });
    // Nothing was made.
    expect(await refusal(admin.describeTrainingJob({ TrainingJobName: 'lost' }))).toMatchObject({ name: 'ValidationException' });
  });
});

describe('who may', () => {
  it('associate a component needs it on both', async () => {
    const { root, user, arn } = world();
    await root('CreateExperiment', { ExperimentName: 'guarded' });
    await root('CreateTrial', { TrialName: 'guarded', ExperimentName: 'guarded' });
    await root('CreateTrialComponent', { TrialComponentName: 'guarded' });
    const pair = { TrialComponentName: 'guarded', TrialName: 'guarded' };
    const resources = [arn('experiment-trial-component/guarded'), arn('experiment-trial/guarded')];
    for (const only of resources) {
      const { sagemaker } = await user(allow('sagemaker:AssociateTrialComponent', only));
      expect(await refusal(sagemaker.associateTrialComponent(pair)), only).toMatchObject({ name: 'AccessDeniedException' });
    }
    const { sagemaker } = await user(allow('sagemaker:AssociateTrialComponent', resources));
    await sagemaker.associateTrialComponent(pair);
  });

  it('create a trial needs it on the experiment too', async () => {
    const { root, user, arn } = world();
    await root('CreateExperiment', { ExperimentName: 'closed' });
    const { sagemaker } = await user(allow('sagemaker:CreateTrial', arn('experiment-trial/*')));
    expect(await refusal(sagemaker.createTrial({ TrialName: 'in', ExperimentName: 'closed' }))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(arn('experiment/closed')),
    });
  });
});
