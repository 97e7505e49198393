import { paginateListPipelineExecutionSteps } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { sageMakerResources } from '../../../src/store/tables/sagemaker.ts';
import { policy } from '../../harness.ts';
import { allow, deny, REGION, refusal, send, sharedWorld, trust } from './world.ts';

const world = sharedWorld({ pace: 1 });
const token = (name: string) => name.padEnd(32, '-');

const define = (Steps: object[], more: object = {}) => JSON.stringify({ Version: '2020-12-01', Parameters: [], Steps, ...more });
const training = (Name: string, more: object = {}, args: object = {}) => ({
  Name,
  Type: 'Training',
  Arguments: { RoleArn: jobRole, AlgorithmSpecification: { TrainingImage: 'image' }, ...args },
  ...more,
});
const callback = (Name: string, more: object = {}) => ({
  Name,
  Type: 'Callback',
  Arguments: { SqsQueueUrl: `https://sqs.us-east-1.amazonaws.com/${world().account.id}/queue` },
  ...more,
});

let pipelineRole: string;
let jobRole: string;
beforeAll(async () => {
  const { newRole, account } = world();
  pipelineRole = await newRole('Pipelines', trust('sagemaker.amazonaws.com'));
  jobRole = await newRole('Jobs', trust('sagemaker.amazonaws.com'));
  await account.asRoot('iam', 'PutRolePolicy', {
    RoleName: 'Pipelines',
    PolicyName: 'granted',
    PolicyDocument: JSON.stringify(policy(allow(['sagemaker:*', 'iam:PassRole', 'sqs:SendMessage', 'lambda:InvokeFunction']))),
  });
});

let made = 0;
async function pipelineOf(definition: string, more: object = {}): Promise<string> {
  const PipelineName = `made-${++made}`;
  await world().root('CreatePipeline', {
    PipelineName,
    RoleArn: pipelineRole,
    ClientRequestToken: token(PipelineName),
    PipelineDefinition: definition,
    ...more,
  });
  return PipelineName;
}

const start = async (PipelineName: string, more: object = {}): Promise<string> =>
  String(
    (await world().admin.startPipelineExecution({ PipelineName, ClientRequestToken: token(`start-${++made}`), ...more }))
      .PipelineExecutionArn,
  );

const statusOf = async (PipelineExecutionArn: string) =>
  (await world().admin.describePipelineExecution({ PipelineExecutionArn })).PipelineExecutionStatus;

const stepsOf = async (PipelineExecutionArn: string) => {
  const { PipelineExecutionSteps } = await world().admin.listPipelineExecutionSteps({
    PipelineExecutionArn,
    SortOrder: 'Ascending',
    MaxResults: 100,
  });
  return PipelineExecutionSteps ?? [];
};
const statuses = async (arn: string) => (await stepsOf(arn)).map(({ StepName, StepStatus }) => `${StepName} ${StepStatus}`);

describe('pipelines', () => {
  it('are kept in versions', async () => {
    const { admin, arn, elapse } = world();
    const PipelineDefinition = define([training('Train')]);
    const input = {
      PipelineName: 'Churn',
      RoleArn: pipelineRole,
      ClientRequestToken: token('churn'),
      PipelineDefinition,
      Tags: [{ Key: 'k', Value: 'v' }],
    };
    expect(await admin.createPipeline(input)).toMatchObject({ PipelineArn: arn('pipeline/churn') });
    // Once more, and nothing happens.
    expect(await admin.createPipeline(input)).toMatchObject({ PipelineArn: arn('pipeline/churn') });
    expect(await refusal(admin.createPipeline({ ...input, PipelineDescription: 'x' }))).toMatchObject({ name: 'ConflictException' });
    expect(await refusal(admin.createPipeline({ ...input, PipelineName: 'CHURN', ClientRequestToken: token('other') }))).toEqual({
      name: 'ValidationException',
      message: 'Pipeline names must be unique within an AWS account and region. Pipeline with name (CHURN) already exists.',
      status: 400,
    });
    elapse(1);
    const next = define([training('Train'), training('Again', { DependsOn: ['Train'] })]);
    expect(await admin.updatePipeline({ PipelineName: 'churn', PipelineDefinition: next, PipelineDescription: 'better' })).toMatchObject({
      PipelineArn: arn('pipeline/churn'),
      PipelineVersionId: 2,
    });
    expect(await admin.describePipeline({ PipelineName: arn('pipeline/churn') })).toMatchObject({
      PipelineName: 'Churn',
      PipelineStatus: 'Active',
      PipelineDefinition: next,
      PipelineDescription: 'better',
      RoleArn: pipelineRole,
      CreatedBy: { IamIdentity: expect.any(Object) },
    });
    expect(await admin.describePipeline({ PipelineName: 'churn', PipelineVersionId: 1 })).toMatchObject({ PipelineDefinition });
    expect(await refusal(admin.describePipeline({ PipelineName: 'churn', PipelineVersionId: 3 }))).toMatchObject({
      name: 'ResourceNotFound',
    });
    await admin.updatePipelineVersion({ PipelineArn: arn('pipeline/churn'), PipelineVersionId: 1, PipelineVersionDisplayName: 'first' });
    const { PipelineVersionSummaries } = await admin.listPipelineVersions({ PipelineName: 'churn' });
    expect(PipelineVersionSummaries).toMatchObject([
      { PipelineVersionId: 2 },
      { PipelineVersionId: 1, PipelineVersionDisplayName: 'first' },
    ]);
    expect((await admin.listPipelines({ PipelineNamePrefix: 'chu' })).PipelineSummaries).toMatchObject([{ PipelineName: 'Churn' }]);
    expect((await admin.listPipelines({ PipelineNamePrefix: 'hur' })).PipelineSummaries).toEqual([]);
    expect((await admin.listTags({ ResourceArn: arn('pipeline/churn') })).Tags).toEqual([{ Key: 'k', Value: 'v' }]);
    await admin.deletePipeline({ PipelineName: 'churn', ClientRequestToken: token('delete') });
    elapse(3);
    expect(await refusal(admin.describePipeline({ PipelineName: 'churn' }))).toEqual({
      name: 'ResourceNotFound',
      message: `Pipeline '${arn('pipeline/churn')}' does not exist.`,
      status: 400,
    });
    await admin.createPipeline({ ...input, ClientRequestToken: token('anew') });
    expect((await admin.listPipelineVersions({ PipelineName: 'churn' })).PipelineVersionSummaries).toHaveLength(1);
  });

  it.each([
    ['bad JSON', { PipelineDefinition: '{' }, /^Unable to parse pipeline definition\. Model Validation failed: /],
    ['no definition', {}, /^Either PipelineDefinition or/],
    [
      'a definition in S3',
      { PipelineDefinitionS3Location: { Bucket: 'abc', ObjectKey: 'k' } },
      /^Unable to read pipeline definition from s3:\/\/abc\/k\.$/,
    ],
    ['two definitions', { PipelineDefinition: '{}', PipelineDefinitionS3Location: { Bucket: 'abc', ObjectKey: 'k' } }, /^Only one of/],
  ])('refuse %s', async (what, more, message) => {
    const input = { PipelineName: 'refused', RoleArn: pipelineRole, ClientRequestToken: token(what), ...more };
    expect(await refusal(send(world().admin, 'CreatePipeline', input))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it('refuse a role that does not trust SageMaker', async () => {
    const RoleArn = await world().newRole('Unfit', trust('ec2.amazonaws.com'));
    const input = { PipelineName: 'refused', RoleArn, ClientRequestToken: token('unfit'), PipelineDefinition: define([training('T')]) };
    expect(await refusal(world().admin.createPipeline(input))).toMatchObject({ message: expect.stringContaining('Could not assume role') });
  });
});

describe('executions', () => {
  it('go through the steps in their order, some at the same time', async () => {
    const { admin, elapse, arn } = world();
    const name = await pipelineOf(
      define([
        training('A'),
        training('B'),
        training('C', { DependsOn: ['A'] }),
        training('D', { DisplayName: 'last' }, { Model: { Get: 'Steps.C.ModelArtifacts' } }),
      ]),
    );
    const execution = await start(name, { PipelineExecutionDisplayName: 'shown' });
    expect(execution).toMatch(new RegExp(`^${arn(`pipeline/${name}/execution/`)}[a-z0-9]{12}$`));
    expect(await statuses(execution)).toEqual(['A Executing', 'B Executing']);
    expect(await admin.describePipelineExecution({ PipelineExecutionArn: execution })).toMatchObject({
      PipelineArn: arn(`pipeline/${name}`),
      PipelineExecutionStatus: 'Executing',
      PipelineExecutionDisplayName: 'shown',
      PipelineVersionId: 1,
    });
    elapse(181);
    expect(await statuses(execution)).toEqual(['A Succeeded', 'B Succeeded', 'C Executing']);
    // What it goes by does not change with the pipeline.
    await admin.updatePipeline({ PipelineName: name, PipelineDefinition: define([training('Other')]) });
    const { PipelineDefinition } = await admin.describePipelineDefinitionForExecution({ PipelineExecutionArn: execution });
    expect(JSON.parse(PipelineDefinition ?? '').Steps).toHaveLength(4);
    elapse(360);
    expect(await statusOf(execution)).toBe('Succeeded');
    const steps = await stepsOf(execution);
    expect(steps.at(-1)).toMatchObject({
      StepName: 'D',
      StepDisplayName: 'last',
      StepStatus: 'Succeeded',
      AttemptCount: 1,
      EndTime: expect.any(Date),
    });
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListPipelineExecutionSteps({ client: admin, pageSize: 3 }, { PipelineExecutionArn: execution }))
      seen.push(...(page.PipelineExecutionSteps ?? []).map((each) => each.StepName));
    expect(seen[0]).toBe('D');
    expect(seen).toHaveLength(4);
    expect((await admin.listPipelineExecutions({ PipelineName: name })).PipelineExecutionSummaries).toMatchObject([
      { PipelineExecutionArn: execution, PipelineExecutionStatus: 'Succeeded', PipelineExecutionDisplayName: 'shown' },
    ]);
    expect((await admin.describePipeline({ PipelineName: name })).LastRunTime).toBeInstanceOf(Date);
    const versions = (await admin.listPipelineVersions({ PipelineName: name })).PipelineVersionSummaries;
    expect(versions?.map((each) => each.LastExecutionPipelineExecutionArn)).toEqual([undefined, execution]);
  });

  it('run as many steps at a time as they may', async () => {
    const name = await pipelineOf(define(['A', 'B', 'C'].map((each) => training(each))), {
      ParallelismConfiguration: { MaxParallelExecutionSteps: 1 },
    });
    const execution = await start(name);
    expect(await statuses(execution)).toEqual(['A Executing']);
    world().elapse(181);
    expect(await statuses(execution)).toEqual(['A Succeeded', 'B Executing']);
    await world().admin.updatePipelineExecution({
      PipelineExecutionArn: execution,
      ParallelismConfiguration: { MaxParallelExecutionSteps: 5 },
      PipelineExecutionDescription: 'faster',
    });
    expect(await statuses(execution)).toEqual(['A Succeeded', 'B Executing', 'C Executing']);
    expect(await world().admin.describePipelineExecution({ PipelineExecutionArn: execution })).toMatchObject({
      PipelineExecutionDescription: 'faster',
    });
  });

  it('take their parameters, and go the way that these decide', async () => {
    const { admin } = world();
    const Parameters = [
      { Name: 'Rows', Type: 'Integer', DefaultValue: 10 },
      { Name: 'Kind', Type: 'String', EnumValues: ['a', 'b'], DefaultValue: 'a' },
      { Name: 'Needed', Type: 'Boolean' },
    ];
    const branch = {
      Name: 'Decide',
      Type: 'Condition',
      Arguments: {
        Conditions: [{ Type: 'GreaterThan', LeftValue: { Get: 'Parameters.Rows' }, RightValue: 50 }],
        IfSteps: [training('Many')],
        ElseSteps: [
          {
            Name: 'TooFew',
            Type: 'Fail',
            Arguments: { ErrorMessage: { 'Std:Join': { On: ' ', Values: ['only', { Get: 'Parameters.Rows' }] } } },
          },
        ],
      },
    };
    const name = await pipelineOf(define([branch], { Parameters }));
    const needed = { Name: 'Needed', Value: 'true' };
    const many = await start(name, { PipelineParameters: [needed, { Name: 'Rows', Value: '51' }] });
    expect(await statuses(many)).toEqual(['Decide Succeeded', 'Many Executing']);
    expect((await stepsOf(many))[0]?.Metadata).toEqual({ Condition: { Outcome: 'True' } });
    expect((await admin.listPipelineParametersForExecution({ PipelineExecutionArn: many })).PipelineParameters).toEqual([
      { Name: 'Rows', Value: '51' },
      { Name: 'Kind', Value: 'a' },
      { Name: 'Needed', Value: 'true' },
    ]);
    const few = await start(name, { PipelineParameters: [needed] });
    expect(await statusOf(few)).toBe('Failed');
    expect((await stepsOf(few))[1]).toMatchObject({
      StepName: 'TooFew',
      StepStatus: 'Failed',
      FailureReason: 'only 10',
      Metadata: { Fail: { ErrorMessage: 'only 10' } },
    });
    expect((await admin.describePipelineExecution({ PipelineExecutionArn: few })).FailureReason).toBe(
      'Step failure: One or multiple steps failed.',
    );
    for (const [PipelineParameters, message] of [
      [[], /parameter Needed has no default value/],
      [[needed, { Name: 'Other', Value: 'x' }], /has no parameter Other/],
      [[needed, { Name: 'Rows', Value: 'x' }], /'x' is no value of parameter Rows/],
      [[needed, { Name: 'Kind', Value: 'c' }], /'c' is no value of parameter Kind/],
      [[{ Name: 'Needed', Value: 'maybe' }], /'maybe' is no value of parameter Needed/],
    ] as const)
      expect(await refusal(start(name, { PipelineParameters }))).toMatchObject({
        name: 'ValidationException',
        message: expect.stringMatching(message),
      });
  });

  it('take whatever JSON their steps hold, and no value that is too long', async () => {
    const odd = { toString: 1, valueOf: 1 };
    const Parameters = [{ Name: 'Long', Type: 'String', DefaultValue: 'a'.repeat(1025) }];
    const steps = [
      { Name: 'Fail', Type: 'Fail', Arguments: { ErrorMessage: odd } },
      { Name: 'Ask', Type: 'Callback', Arguments: { SqsQueueUrl: odd } },
      training('Train', {}, { RoleArn: odd, VpcConfig: [odd], Tags: { Key: 1 } }),
    ];
    const name = await pipelineOf(define(steps, { Parameters }));
    expect(await refusal(start(name))).toMatchObject({
      name: 'ValidationException',
      message: 'Assigned parameter: the value of parameter Long is longer than 1024 characters.',
    });
    const execution = await start(name, { PipelineParameters: [{ Name: 'Long', Value: 'short' }] });
    world().elapse(10);
    expect(await statuses(execution)).toEqual(['Fail Failed', 'Ask Failed', 'Train Failed']);
  });

  it('fail where a condition depends on what was not run', async () => {
    const Conditions = [{ Type: 'LessThan', LeftValue: { Get: 'Steps.Train.FinalMetricDataList' }, RightValue: 1 }];
    const name = await pipelineOf(
      define([training('Train'), { Name: 'Good', Type: 'Condition', Arguments: { Conditions, IfSteps: [training('Next')] } }]),
    );
    const execution = await start(name);
    world().elapse(181);
    expect(await statuses(execution)).toEqual(['Train Succeeded', 'Good Failed']);
    expect((await stepsOf(execution))[1]?.FailureReason).toContain('depend on what steps would have put out');
  });

  it('wait for the answers to callbacks', async () => {
    const { admin, elapse } = world();
    const after = { ...training('After', { DependsOn: ['Ask'] }) };
    const check = {
      Name: 'Check',
      Type: 'Condition',
      Arguments: {
        Conditions: [{ Type: 'Equals', LeftValue: { Get: "Steps.Ask.OutputParameters['verdict']" }, RightValue: 'good' }],
        IfSteps: [],
        ElseSteps: [],
      },
    };
    const name = await pipelineOf(define([callback('Ask'), after, check]));
    const tokenOf = async (arn: string) => (await stepsOf(arn))[0]?.Metadata?.Callback?.CallbackToken ?? '';
    const execution = await start(name);
    const CallbackToken = await tokenOf(execution);
    expect(CallbackToken).toMatch(/^[A-Z0-9]{10}$/);
    elapse(86_400);
    expect(await statuses(execution)).toEqual(['Ask Executing']);
    expect(await statusOf(execution)).toBe('Executing');
    expect(await refusal(admin.sendPipelineExecutionStepSuccess({ CallbackToken: 'AAAAAAAAAA' }))).toMatchObject({
      name: 'ResourceNotFound',
    });
    const OutputParameters = [{ Name: 'verdict', Value: 'good' }];
    expect(await admin.sendPipelineExecutionStepSuccess({ CallbackToken, OutputParameters })).toMatchObject({
      PipelineExecutionArn: execution,
    });
    expect(await statuses(execution)).toEqual(['Ask Succeeded', 'After Executing', 'Check Succeeded']);
    const steps = await stepsOf(execution);
    expect(steps[0]?.Metadata?.Callback).toMatchObject({ CallbackToken, OutputParameters });
    expect(steps[2]?.Metadata?.Condition).toEqual({ Outcome: 'True' });
    expect(await refusal(admin.sendPipelineExecutionStepSuccess({ CallbackToken }))).toMatchObject({ name: 'ValidationException' });
    elapse(181);
    expect(await statusOf(execution)).toBe('Succeeded');

    const refused = await start(name);
    await admin.sendPipelineExecutionStepFailure({ CallbackToken: await tokenOf(refused), FailureReason: 'no' });
    expect(await statuses(refused)).toEqual(['Ask Failed']);
    expect((await stepsOf(refused))[0]?.FailureReason).toBe('no');
    expect(await statusOf(refused)).toBe('Failed');
  });

  it('keep no tokens but those by which they will wait', async () => {
    const { admin, account, server, elapse } = world();
    const name = await pipelineOf(define([training('Train'), callback('Ask', { DependsOn: ['Train'] })]));
    const PipelineExecutionArn = await start(name);
    const kept = async () => {
      const rows = await server.installation.store.list(sageMakerResources, { prefix: [account.id, REGION, '(callback-token)'] });
      return rows.filter(({ arn }) => arn === PipelineExecutionArn);
    };
    for (const MaxParallelExecutionSteps of [1, 2, 3])
      await admin.updatePipelineExecution({ PipelineExecutionArn, ParallelismConfiguration: { MaxParallelExecutionSteps } });
    const [row, ...others] = await kept();
    expect(others).toEqual([]);
    elapse(181);
    const { CallbackToken = '' } = (await stepsOf(PipelineExecutionArn))[1]?.Metadata?.Callback ?? {};
    expect(CallbackToken).toBe(row?.id);
    await admin.sendPipelineExecutionStepFailure({ CallbackToken, FailureReason: 'no' });
    expect(await refusal(admin.sendPipelineExecutionStepSuccess({ CallbackToken }))).toMatchObject({ name: 'ValidationException' });
    await admin.retryPipelineExecution({ PipelineExecutionArn, ClientRequestToken: token(`retry-${name}`) });
    expect(await kept()).toHaveLength(1);
    expect(await refusal(admin.sendPipelineExecutionStepSuccess({ CallbackToken }))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('stop: jobs by themselves, callbacks when they are answered', async () => {
    const { admin, elapse } = world();
    const name = await pipelineOf(define([training('Train'), training('Never', { DependsOn: ['Train'] }), callback('Ask')]));
    const execution = await start(name);
    const stop = { PipelineExecutionArn: execution, ClientRequestToken: token(`stop-${++made}`) };
    await admin.stopPipelineExecution(stop);
    expect(await statuses(execution)).toEqual(['Train Stopping', 'Ask Stopping']);
    elapse(31);
    expect(await statuses(execution)).toEqual(['Train Stopped', 'Ask Stopping']);
    expect(await statusOf(execution)).toBe('Stopping');
    expect(await refusal(admin.deletePipeline({ PipelineName: name, ClientRequestToken: token(`del-${++made}`) }))).toMatchObject({
      name: 'ConflictException',
    });
    const CallbackToken = (await stepsOf(execution)).find(({ StepName }) => StepName === 'Ask')?.Metadata?.Callback?.CallbackToken ?? '';
    await admin.sendPipelineExecutionStepSuccess({ CallbackToken });
    expect(await statuses(execution)).toEqual(['Train Stopped', 'Ask Stopped']);
    expect(await statusOf(execution)).toBe('Stopped');
    // The same request again is answered as before, another one refused.
    await admin.stopPipelineExecution(stop);
    expect(await refusal(admin.stopPipelineExecution({ ...stop, ClientRequestToken: token('late') }))).toMatchObject({
      name: 'ConflictException',
    });

    await admin.retryPipelineExecution({ PipelineExecutionArn: execution, ClientRequestToken: token(`retry-${++made}`) });
    expect(await statusOf(execution)).toBe('Executing');
    expect((await stepsOf(execution)).map(({ StepName, AttemptCount }) => [StepName, AttemptCount])).toEqual([
      ['Train', 2],
      ['Ask', 2],
    ]);
    elapse(181);
    expect(await statuses(execution)).toEqual(['Train Succeeded', 'Ask Executing', 'Never Executing']);
    expect(
      await refusal(admin.retryPipelineExecution({ PipelineExecutionArn: execution, ClientRequestToken: token('soon') })),
    ).toMatchObject({ name: 'ConflictException' });
  });

  it('are retried from where they failed', async () => {
    const { admin, elapse, account } = world();
    const role = await world().newRole('Grows', trust('sagemaker.amazonaws.com'));
    const grant = (...statements: object[]) =>
      account.asRoot('iam', 'PutRolePolicy', { RoleName: 'Grows', PolicyName: 'p', PolicyDocument: JSON.stringify(policy(...statements)) });
    await grant(allow(['sagemaker:CreateTrainingJob', 'iam:PassRole']));
    const process = { Name: 'Process', Type: 'Processing', DependsOn: ['Train'], Arguments: { RoleArn: jobRole } };
    const name = await pipelineOf(define([training('Train'), process]), { RoleArn: role });
    const execution = await start(name);
    elapse(200);
    expect(await statuses(execution)).toEqual(['Train Succeeded', 'Process Failed']);
    const [, failed] = await stepsOf(execution);
    expect(failed?.FailureReason).toMatch(
      /^ClientError: Failed to run step Process: AccessDenied: User: arn:aws:sts::\d+:assumed-role\/Grows\/SageMaker is not authorized to perform: sagemaker:CreateProcessingJob on resource: arn:aws:sagemaker:us-east-1:\d+:processing-job\/pipelines-[a-z0-9]{12}-process-[a-z0-9]{10} because no identity-based policy allows the sagemaker:CreateProcessingJob action$/,
    );
    expect(await statusOf(execution)).toBe('Failed');
    await grant(allow(['sagemaker:Create*', 'iam:PassRole']));
    await admin.retryPipelineExecution({ PipelineExecutionArn: execution, ClientRequestToken: token(`retry-${++made}`) });
    expect((await stepsOf(execution)).map(({ StepName, StepStatus, AttemptCount }) => [StepName, StepStatus, AttemptCount])).toEqual([
      ['Train', 'Succeeded', 1],
      ['Process', 'Executing', 2],
    ]);
    elapse(200);
    expect(await statusOf(execution)).toBe('Succeeded');
  });

  it('run selected steps alone, on what another execution has done', async () => {
    const { elapse } = world();
    const name = await pipelineOf(
      define([training('First'), training('Second', { DependsOn: ['First'] }), training('Third', { DependsOn: ['Second'] })]),
    );
    const select = (SelectedSteps: string[], SourcePipelineExecutionArn?: string) => ({
      SelectiveExecutionConfig: {
        SelectedSteps: SelectedSteps.map((StepName) => ({ StepName })),
        ...(SourcePipelineExecutionArn && { SourcePipelineExecutionArn }),
      },
    });
    expect(await refusal(start(name, select(['Second', 'Third'])))).toMatchObject({
      name: 'ValidationException',
      message: 'Invalid SourcePipelineExecutionArn: null. The selected steps [Second, Third] have dependencies on [First]',
    });
    expect(await refusal(start(name, select(['None'])))).toMatchObject({ name: 'ValidationException' });
    const source = await start(name);
    expect(await refusal(start(name, select(['Second'], source)))).toMatchObject({
      message: expect.stringContaining('have not succeeded'),
    });
    expect(await refusal(start(name, select(['Second'], `${source}x`)))).toMatchObject({ name: 'ResourceNotFound' });
    elapse(181);
    const execution = await start(name, select(['Second'], source));
    expect(await statuses(execution)).toEqual(['Second Executing']);
    expect((await stepsOf(execution))[0]?.SelectiveExecutionResult).toEqual({ SourcePipelineExecutionArn: source });
    elapse(181);
    expect(await statusOf(execution)).toBe('Succeeded');
    expect(await statuses(await start(name, select(['First'])))).toEqual(['First Executing']);
  });

  it('belong to the experiment that the definition says', async () => {
    const { admin } = world();
    const PipelineExperimentConfig = {
      ExperimentName: { Get: 'Execution.PipelineName' },
      TrialName: { Get: 'Execution.PipelineExecutionId' },
    };
    const name = await pipelineOf(define([training('T')], { PipelineExperimentConfig }));
    const PipelineExecutionArn = await start(name);
    expect((await admin.describePipelineExecution({ PipelineExecutionArn })).PipelineExperimentConfig).toEqual({
      ExperimentName: name,
      TrialName: PipelineExecutionArn.slice(-12),
    });
  });

  it.each([
    ['StartPipelineExecution', () => ({ PipelineName: 'none', ClientRequestToken: token('none') })],
    ['ListPipelineExecutions', () => ({ PipelineName: 'none' })],
    ['ListPipelineVersions', () => ({ PipelineName: 'none' })],
    ['UpdatePipeline', () => ({ PipelineName: 'none' })],
    ['UpdatePipelineVersion', () => ({ PipelineArn: world().arn('pipeline/none'), PipelineVersionId: 1 })],
    ['DeletePipeline', () => ({ PipelineName: 'none', ClientRequestToken: token('none') })],
    ...[
      'DescribePipelineExecution',
      'DescribePipelineDefinitionForExecution',
      'ListPipelineExecutionSteps',
      'ListPipelineParametersForExecution',
      'UpdatePipelineExecution',
    ].map((operation): [string, () => object] => [
      operation,
      () => ({ PipelineExecutionArn: world().arn('pipeline/none/execution/abcdefghijkl') }),
    ]),
    ...['StopPipelineExecution', 'RetryPipelineExecution'].map((operation): [string, () => object] => [
      operation,
      () => ({ PipelineExecutionArn: world().arn('pipeline/none/execution/abcdefghijkl'), ClientRequestToken: token('none') }),
    ]),
  ])('that are not there: %s', async (operation, input) => {
    expect(await refusal(send(world().admin, operation, input()))).toMatchObject({
      name: 'ResourceNotFound',
      message: expect.stringContaining('does not exist'),
    });
  });

  it('are not guessed at: steps of none', async () => {
    expect(await refusal(world().admin.listPipelineExecutionSteps({}))).toMatchObject({ name: 'ValidationException' });
  });
});

describe('what a pipeline’s role may not do, its steps do not', () => {
  const run = async (step: object, ...statements: object[]) => {
    const { newRole, account } = world();
    const RoleName = `Limited${++made}`;
    const RoleArn = await newRole(RoleName, trust('sagemaker.amazonaws.com'));
    await account.asRoot('iam', 'PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: JSON.stringify(policy(...statements)) });
    const execution = await start(await pipelineOf(define([step]), { RoleArn }));
    world().elapse(400);
    const [only] = await stepsOf(execution);
    return { status: only?.StepStatus, reason: only?.FailureReason ?? '' };
  };
  const everything = allow('*');

  it.each([
    ['pass the job’s role', () => training('T'), [allow('sagemaker:*')], /iam:PassRole on resource: .*role\/Jobs/],
    [
      'pass it to SageMaker',
      () => training('T'),
      [allow('sagemaker:*'), allow('iam:PassRole', '*', { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } })],
      /iam:PassRole/,
    ],
    [
      'make it outside of a network',
      () => training('T'),
      [everything, deny('sagemaker:CreateTrainingJob', '*', { Null: { 'sagemaker:VpcSubnets': 'true' } })],
      /CreateTrainingJob .*explicit deny/,
    ],
    [
      'take such instances',
      () => training('T', {}, { ResourceConfig: { InstanceType: 'ml.p4d.24xlarge' } }),
      [everything, deny('sagemaker:*', '*', { 'ForAnyValue:StringLike': { 'sagemaker:InstanceTypes': 'ml.p4*' } })],
      /CreateTrainingJob .*explicit deny/,
    ],
    [
      'call the function',
      () => ({ Name: 'L', Type: 'Lambda', Arguments: { FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f' } }),
      [allow('sagemaker:*')],
      /lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:f/,
    ],
    ['tell the queue', () => callback('C'), [allow('sagemaker:*')], /sqs:SendMessage on resource: arn:aws:sqs:us-east-1:\d+:queue/],
    [
      'register a model',
      () => ({ Name: 'R', Type: 'RegisterModel', Arguments: { ModelPackageGroupName: 'Group' } }),
      [deny('sagemaker:CreateModelPackage', 'arn:aws:sagemaker:*:*:model-package/group/*'), everything],
      /CreateModelPackage on resource: .*model-package\/group\/\*/,
    ],
  ])('%s', async (_, step, statements, reason) => {
    expect(await run(step(), ...statements)).toEqual({ status: 'Failed', reason: expect.stringMatching(reason) });
  });

  it('and does what it may', async () => {
    expect(
      await run(
        training('T', {}, { VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] } }),
        everything,
        deny('sagemaker:CreateTrainingJob', '*', { Null: { 'sagemaker:VpcSubnets': 'true' } }),
      ),
    ).toMatchObject({
      status: 'Succeeded',
    });
  });

  it.each([
    ['a role of another account', () => training('T', {}, { RoleArn: 'arn:aws:iam::111122223333:role/Jobs' })],
    ['a role that is not there', () => training('T', {}, { RoleArn: jobRole.replace('Jobs', 'None') })],
    ['arguments that are none', () => ({ Name: 'T', Type: 'Training', Arguments: { RoleArn: jobRole, InputDataConfig: { a: 1 } } })],
    ['a queue that is none', () => ({ Name: 'C', Type: 'Callback', Arguments: { SqsQueueUrl: 'x' } })],
  ])('nor with %s', async (_, step) => {
    expect(await run(step(), everything)).toMatchObject({ status: 'Failed', reason: expect.stringMatching(/^ClientError: /) });
  });
});

describe('who may', () => {
  it('answer a callback needs it on the execution', async () => {
    const { user, arn } = world();
    const name = await pipelineOf(define([callback('Ask')]));
    const execution = await start(name);
    const CallbackToken = (await stepsOf(execution))[0]?.Metadata?.Callback?.CallbackToken ?? '';
    const other = await user(allow('sagemaker:SendPipelineExecutionStepSuccess', arn('pipeline/other/execution/*')));
    expect(await refusal(other.sagemaker.sendPipelineExecutionStepSuccess({ CallbackToken }))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(execution),
    });
    const { sagemaker } = await user(allow('sagemaker:SendPipelineExecutionStepSuccess', arn(`pipeline/${name}/execution/*`)));
    await sagemaker.sendPipelineExecutionStepSuccess({ CallbackToken });
    expect(await statusOf(execution)).toBe('Succeeded');
  });

  it('start only a version', async () => {
    const { user, arn, admin } = world();
    const name = await pipelineOf(define([training('A')]));
    await admin.updatePipeline({ PipelineName: name, PipelineDescription: 'x' });
    const { sagemaker } = await user(
      allow('sagemaker:StartPipelineExecution', arn(`pipeline/${name}`), { StringEquals: { 'sagemaker:PipelineVersionId': '1' } }),
    );
    const attempt = (more: object) =>
      refusal(sagemaker.startPipelineExecution({ PipelineName: name, ClientRequestToken: token(`v-${++made}`), ...more }));
    expect(await attempt({})).toMatchObject({ name: 'AccessDeniedException' });
    expect(await attempt({ PipelineVersionId: 2 })).toMatchObject({ name: 'AccessDeniedException' });
    expect(await attempt({ PipelineVersionId: 1 })).toBeUndefined();
  });
});
