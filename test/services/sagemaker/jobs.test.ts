import { waitUntilProcessingJobCompletedOrStopped, waitUntilTransformJobCompletedOrStopped } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  algorithm,
  autoML,
  autoMLV2,
  benchmark,
  channel,
  compilation,
  customization,
  definition,
  makeReferences,
  optimization,
  processing,
  recommendation,
  resources,
  stopping,
  transform,
  tuning,
} from './job-inputs.ts';
import { briefly, minimal, refusal, send, sharedWorld, trust, type World } from './world.ts';

// Nothing moves by itself: with this pace a state lasts until the test moves the clock.
const world = sharedWorld({ pace: 1 });

/** Longer than any job here takes. */
const settled = 1000;

beforeAll(() => makeReferences(world()));

describe('an AutoML job', () => {
  it('of the first version is described by both operations, one of the second by its own alone', async () => {
    const w = world();
    await send(w.admin, 'CreateAutoMLJob', autoML('one', w.role));
    await send(w.admin, 'CreateAutoMLJobV2', autoMLV2('two', w.role));
    expect(await w.admin.describeAutoMLJobV2({ AutoMLJobName: 'one' })).toMatchObject({
      AutoMLProblemTypeConfigName: 'Tabular',
      AutoMLProblemTypeConfig: { TabularJobConfig: { TargetAttributeName: 'label' } },
    });
    expect(await w.admin.describeAutoMLJobV2({ AutoMLJobName: 'two' })).toMatchObject({
      AutoMLProblemTypeConfigName: 'ImageClassification',
    });
    expect(await refusal(w.admin.describeAutoMLJob({ AutoMLJobName: 'two' }))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(w.admin.describeAutoMLJobV2({ AutoMLJobName: 'none' }))).toMatchObject({ name: 'ResourceNotFound' });
    expect(await refusal(send(w.admin, 'CreateAutoMLJobV2', autoMLV2('ONE', w.role)))).toMatchObject({ name: 'ResourceInUse' });
  });

  it('goes through its stages, and claims no candidate', async () => {
    const w = world();
    await send(w.admin, 'CreateAutoMLJob', autoML('stages', w.role));
    const seen: unknown[] = [];
    for (const seconds of [0, 61, 60, 60, 60]) {
      w.elapse(seconds);
      seen.push((await w.admin.describeAutoMLJob({ AutoMLJobName: 'stages' })).AutoMLJobSecondaryStatus);
    }
    expect(seen).toEqual(['Starting', 'AnalyzingData', 'FeatureEngineering', 'ModelTuning', 'Completed']);
    expect((await w.admin.describeAutoMLJob({ AutoMLJobName: 'stages' })).BestCandidate).toBeUndefined();
    expect((await w.admin.listCandidatesForAutoMLJob({ AutoMLJobName: 'stages' })).Candidates).toEqual([]);
    expect(await refusal(w.admin.listCandidatesForAutoMLJob({ AutoMLJobName: 'none' }))).toMatchObject({ name: 'ResourceNotFound' });
    await send(w.admin, 'CreateAutoMLJob', { ...autoML('draft', w.role), GenerateCandidateDefinitionsOnly: true });
    w.elapse(settled);
    expect((await w.admin.describeAutoMLJob({ AutoMLJobName: 'draft' })).AutoMLJobSecondaryStatus).toBe('CandidateDefinitionsGenerated');
  });

  it.each([
    [
      { ModelDeployConfig: { AutoGenerateEndpointName: true, EndpointName: 'e' } },
      'EndpointName cannot be specified when AutoGenerateEndpointName is true.',
    ],
    [{ ProblemType: 'Regression' }, 'ProblemType and AutoMLJobObjective must be specified together.'],
  ])('is refused with %j', async (more, message) => {
    const w = world();
    expect(await refusal(send(w.admin, 'CreateAutoMLJob', { ...autoML('bad', w.role), ...more }))).toEqual({
      name: 'ValidationException',
      message,
      status: 400,
    });
  });
});

describe('an algorithm', () => {
  const named = { AlgorithmName: 'Forest' };
  const profile = (ValidationRole: string) => ({
    ValidationRole,
    ValidationProfiles: [
      {
        ProfileName: 'p',
        TrainingJobDefinition: {
          TrainingInputMode: 'File',
          InputDataConfig: [channel],
          OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
          ResourceConfig: resources,
          StoppingCondition: stopping,
        },
      },
    ],
  });

  it('is validated, found by name and by ARN, and deleted when that is over', async () => {
    const w = world();
    const { AlgorithmArn = '' } = (await send(w.admin, 'CreateAlgorithm', {
      ...algorithm('Forest'),
      ValidationSpecification: profile(w.role),
    })) as { AlgorithmArn?: string };
    expect(AlgorithmArn).toBe(w.arn('algorithm/forest'));
    expect(await refusal(w.admin.deleteAlgorithm(named))).toMatchObject({ name: 'ConflictException' });
    expect(await w.admin.describeAlgorithm(named)).toMatchObject({
      AlgorithmStatus: 'Pending',
      AlgorithmStatusDetails: { ValidationStatuses: [{ Name: 'p', Status: 'NotStarted' }] },
    });
    w.elapse(settled);
    expect(await w.admin.describeAlgorithm({ AlgorithmName: AlgorithmArn })).toMatchObject({
      AlgorithmName: 'Forest',
      AlgorithmStatus: 'Completed',
    });
    expect((await w.admin.listAlgorithms({ NameContains: 'for' })).AlgorithmSummaryList).toMatchObject([{ AlgorithmArn }]);
    expect(await refusal(send(w.admin, 'CreateAlgorithm', algorithm('FOREST')))).toMatchObject({
      name: 'ValidationException',
      message: `Algorithm already exists: ${AlgorithmArn}`,
    });
  });

  it('is what training and tuning jobs may name; one that is not there is not', async () => {
    const w = world();
    const by = (AlgorithmName: string) => ({ AlgorithmSpecification: { AlgorithmName, TrainingInputMode: 'File' } });
    await send(w.admin, 'CreateTrainingJob', { ...minimal.trainingJob('by-algorithm', w.role), ...by('forest') });
    const missing = { name: 'ValidationException', message: `Algorithm ${w.arn('algorithm/none')} does not exist.`, status: 400 };
    expect(await refusal(send(w.admin, 'CreateTrainingJob', { ...minimal.trainingJob('by-none', w.role), ...by('none') }))).toEqual(
      missing,
    );
    const tuned = tuning('by-none', w.role, {}, { TrainingJobDefinition: definition(w.role, by('none')) });
    expect(await refusal(send(w.admin, 'CreateHyperParameterTuningJob', tuned))).toEqual(missing);
    const bought = 'arn:aws:sagemaker:us-east-1:865070037744:algorithm/bought';
    await send(w.admin, 'CreateTrainingJob', { ...minimal.trainingJob('by-bought', w.role), ...by(bought) });
    await w.admin.deleteAlgorithm(named);
    w.elapse(10);
    expect(await refusal(w.admin.describeAlgorithm(named))).toMatchObject({
      message: `Algorithm ${w.arn('algorithm/forest')} does not exist.`,
    });
  });

  it('fails when the role of its validation may not read', async () => {
    const w = world();
    const role = await w.newRole('PoorValidation', trust('sagemaker.amazonaws.com'));
    await send(w.admin, 'CreateAlgorithm', { ...algorithm('poor'), ValidationSpecification: profile(role) });
    w.elapse(settled);
    expect(await w.admin.describeAlgorithm({ AlgorithmName: 'poor' })).toMatchObject({
      AlgorithmStatus: 'Failed',
      AlgorithmStatusDetails: { ValidationStatuses: [{ Status: 'Failed', FailureReason: expect.stringContaining('s3:ListBucket') }] },
    });
  });
});

describe('references', () => {
  const cases: Record<string, readonly [operation: string, input: (w: World) => object, code: string, message: (w: World) => string]> = {
    'a transform job of no model': [
      'CreateTransformJob',
      () => ({ ...transform('bad'), ModelName: 'none' }),
      'ValidationException',
      (w) => `Could not find model "${w.arn('model/none')}".`,
    ],
    'an optimization of no model': [
      'CreateOptimizationJob',
      (w) => ({ ...optimization('bad', w.role), ModelSource: { SageMakerModel: { ModelName: 'none' } } }),
      'ValidationException',
      (w) => `Could not find model "${w.arn('model/none')}".`,
    ],
    'an optimization of no source': [
      'CreateOptimizationJob',
      (w) => ({ ...optimization('bad', w.role), ModelSource: { SageMakerModel: {} } }),
      'ValidationException',
      () => 'Exactly one of S3 and SageMakerModel must be specified in ModelSource.',
    ],
    'a compilation of nothing': [
      'CreateCompilationJob',
      (w) => ({ ...compilation('bad', w.role), InputConfig: undefined }),
      'ValidationException',
      () => 'Exactly one of InputConfig and ModelPackageVersionArn must be specified.',
    ],
    'a compilation of no package': [
      'CreateCompilationJob',
      (w) => ({ ...compilation('bad', w.role), InputConfig: undefined, ModelPackageVersionArn: w.arn('model-package/none/1') }),
      'ValidationException',
      (w) => `ModelPackage ${w.arn('model-package/none/1')} does not exist.`,
    ],
    'a compilation for nothing': [
      'CreateCompilationJob',
      (w) => ({ ...compilation('bad', w.role), OutputConfig: { S3OutputLocation: 's3://bucket/out' } }),
      'ValidationException',
      () => 'Exactly one of TargetDevice and TargetPlatform must be specified in OutputConfig.',
    ],
    'a benchmark of no endpoint': [
      'CreateAIBenchmarkJob',
      (w) => ({ ...benchmark('bad', w.role), BenchmarkTarget: { Endpoint: { Identifier: 'none' } } }),
      'ResourceNotFound',
      () => 'Endpoint none does not exist.',
    ],
    'a benchmark of no component': [
      'CreateAIBenchmarkJob',
      (w) => ({
        ...benchmark('bad', w.role),
        BenchmarkTarget: { Endpoint: { Identifier: 'served', InferenceComponents: [{ Identifier: 'none' }] } },
      }),
      'ResourceNotFound',
      () => 'InferenceComponent none does not exist.',
    ],
    'a recommendation for no load': [
      'CreateAIRecommendationJob',
      (w) => ({ ...recommendation('bad', w.role), AIWorkloadConfigIdentifier: 'none' }),
      'ResourceNotFound',
      () => 'AIWorkloadConfig none does not exist.',
    ],
    'a training job of no plan': [
      'CreateTrainingJob',
      (w) => {
        const job = minimal.trainingJob('bad', w.role);
        return { ...job, ResourceConfig: { ...job.ResourceConfig, TrainingPlanArn: w.arn('training-plan/none') } };
      },
      'ResourceNotFound',
      () => 'TrainingPlan none does not exist.',
    ],
    'a job by an unknown schema': [
      'CreateJob',
      (w) => ({ ...customization('bad', w.role), JobConfigSchemaVersion: '9.9.9' }),
      'ResourceNotFound',
      () => 'Schema version 9.9.9 of job category AgentRFT does not exist.',
    ],
    'a job by no document': [
      'CreateJob',
      (w) => ({ ...customization('bad', w.role), JobConfigDocument: '{' }),
      'ValidationException',
      () => 'JobConfigDocument is not valid JSON.',
    ],
    'a job by a document that is no object': [
      'CreateJob',
      (w) => ({ ...customization('bad', w.role), JobConfigDocument: '[]' }),
      'ValidationException',
      () => 'JobConfigDocument does not conform to its schema: it is no object.',
    ],
    'a job by a document with several keys': [
      'CreateJob',
      (w) => ({ ...customization('bad', w.role), JobConfigDocument: '{"a":{"KmsKeyId":"k-1"},"b":[{"KmsKeyId":"k-2"}]}' }),
      'ValidationException',
      () => 'JobConfigDocument can have one KmsKeyId.',
    ],
  };

  it.each(Object.entries(cases))('%s', async (_, [operation, input, name, message]) => {
    const w = world();
    expect(await refusal(send(w.admin, operation, input(w)))).toEqual({ name, message: message(w), status: 400 });
  });
});

describe('a configuration of a load', () => {
  it('stays while a job uses it', async () => {
    const w = world();
    const named = { AIWorkloadConfigName: 'used' };
    const { AIWorkloadConfigArn = '' } = await w.admin.createAIWorkloadConfig({ ...named, Tags: [{ Key: 'a', Value: 'b' }] });
    expect(await w.admin.describeAIWorkloadConfig(named)).toMatchObject({ AIWorkloadConfigArn, Tags: [{ Key: 'a', Value: 'b' }] });
    expect((await w.admin.listAIWorkloadConfigs({ NameContains: 'use' })).AIWorkloadConfigs).toMatchObject([named]);
    await send(w.admin, 'CreateAIBenchmarkJob', { ...benchmark('user', w.role), AIWorkloadConfigIdentifier: AIWorkloadConfigArn });
    expect((await w.admin.listAIBenchmarkJobs({ NameContains: 'user' })).AIBenchmarkJobs).toMatchObject([{ AIWorkloadConfigName: 'used' }]);
    expect(await refusal(w.admin.deleteAIWorkloadConfig(named))).toMatchObject({ name: 'ResourceInUse' });
    expect(await w.admin.stopAIBenchmarkJob({ AIBenchmarkJobName: 'user' })).toMatchObject({
      AIBenchmarkJobArn: w.arn('ai-benchmark-job/user'),
    });
    w.elapse(settled);
    expect(await w.admin.deleteAIBenchmarkJob({ AIBenchmarkJobName: 'user' })).toMatchObject({
      AIBenchmarkJobArn: w.arn('ai-benchmark-job/user'),
    });
    expect(await w.admin.deleteAIWorkloadConfig(named)).toMatchObject({ AIWorkloadConfigArn });
    expect(await refusal(w.admin.describeAIWorkloadConfig(named))).toMatchObject({ name: 'ResourceNotFound' });
  });
});

describe('a model customization job', () => {
  it('is of a category, and goes through its stages', async () => {
    const w = world();
    const evaluation = { JobName: 'stages', JobCategory: 'AgentRFTEvaluation' } as const;
    await send(w.admin, 'CreateJob', { ...customization('stages', w.role), ...evaluation });
    w.elapse(61);
    const job = await w.admin.describeJob(evaluation);
    expect(job).toMatchObject({ JobArn: w.arn('job/AgentRFTEvaluation/stages'), JobStatus: 'InProgress', SecondaryStatus: 'Evaluating' });
    expect(job.SecondaryStatusTransitions?.map((each) => each.Status)).toEqual(['Starting', 'Evaluating']);
    expect(await refusal(w.admin.describeJob({ ...evaluation, JobCategory: 'AgentRFT' }))).toMatchObject({ name: 'ResourceNotFound' });
    expect((await w.admin.listJobs({ JobCategory: 'AgentRFTEvaluation' })).JobSummaries).toMatchObject([
      { JobName: 'stages', JobSecondaryStatus: 'Evaluating' },
    ]);
  });

  it('is deleted once, and deleting it again is no mistake', async () => {
    const { admin } = world();
    const none = { JobName: 'none', JobCategory: 'AgentRFT' } as const;
    expect(await refusal(admin.deleteJob(none))).toBeUndefined();
  });

  it('has a schema that can be asked for', async () => {
    const { admin } = world();
    const category = { JobCategory: 'AgentRFT' } as const;
    const { JobConfigSchemas = [] } = await admin.listJobSchemaVersions(category);
    expect(JobConfigSchemas).toEqual([{ JobConfigSchemaVersion: '1.0.0' }]);
    const { JobConfigSchema = '' } = await admin.describeJobSchemaVersion(category);
    expect(JSON.parse(JobConfigSchema)).toMatchObject({ title: 'AgentRFT', type: 'object' });
    expect(await refusal(admin.describeJobSchemaVersion({ ...category, JobConfigSchemaVersion: '2.0.0' }))).toMatchObject({
      name: 'ResourceNotFound',
    });
  });
});

describe('the SDK’s waiters', () => {
  const brisk = sharedWorld({ pace: 0.01 });

  it('see processing and transform jobs end', async () => {
    const { admin, root, role } = brisk();
    await root('CreateModel', minimal.model('base', role));
    await send(admin, 'CreateProcessingJob', processing('waited', role));
    await send(admin, 'CreateTransformJob', transform('waited'));
    const client = { client: admin, ...briefly };
    expect(await waitUntilProcessingJobCompletedOrStopped(client, { ProcessingJobName: 'waited' })).toMatchObject({ state: 'SUCCESS' });
    expect(await waitUntilTransformJobCompletedOrStopped(client, { TransformJobName: 'waited' })).toMatchObject({ state: 'SUCCESS' });
  });
});

describe('quotas of instances', () => {
  const limited = sharedWorld({ pace: 1, quotas: { 'ml.m5.large for transform job usage': 2, 'ml.m5.large for training job usage': 2 } });

  it('hold for transform jobs, and for all jobs that a tuning job has at once', async () => {
    const { admin, root, role } = limited();
    await root('CreateModel', minimal.model('base', role));
    await send(admin, 'CreateTransformJob', transform('fits'));
    expect(await refusal(send(admin, 'CreateTransformJob', transform('too-many')))).toMatchObject({ name: 'ResourceLimitExceeded' });
    await send(admin, 'CreateHyperParameterTuningJob', tuning('fits', role));
    expect(await refusal(send(admin, 'CreateTrainingJob', minimal.trainingJob('too-many', role)))).toMatchObject({
      name: 'ResourceLimitExceeded',
    });
  });
});

describe('quotas of instances that are preferred', () => {
  const [large, xlarge] = ['ml.m5.large', 'ml.m5.xlarge'];
  const limited = sharedWorld({
    pace: 1,
    quotas: Object.fromEntries(
      ['training job', 'processing job', 'endpoint', 'cluster'].flatMap((usage) => [
        [`${large} for ${usage} usage`, 1],
        [`${xlarge} for ${usage} usage`, 1],
      ]),
    ),
  });
  const preferences = [{ InstanceType: large }, { InstanceType: xlarge, InstanceCount: 0.5 }];
  const tooMany = { name: 'ResourceLimitExceeded', message: expect.stringContaining(`'${large} for `) };

  it('give a training job the first for which there is room', async () => {
    const { admin, role } = limited();
    const job = (TrainingJobName: string, more: object = {}) => ({
      ...minimal.trainingJob(TrainingJobName, role),
      ResourceConfig: { InstancePreferences: preferences, VolumeSizeInGB: 10, ...more },
    });
    for (const [name, SelectedInstanceType] of [
      ['first', large],
      ['second', xlarge],
    ] as const) {
      // What the request says is selected is not.
      await send(admin, 'CreateTrainingJob', job(name, { SelectedInstanceType: 'ml.m5.4xlarge' }));
      expect((await admin.describeTrainingJob({ TrainingJobName: name })).ResourceConfig).toMatchObject({ SelectedInstanceType });
    }
    expect(await refusal(send(admin, 'CreateTrainingJob', job('third')))).toMatchObject(tooMany);
    expect(await refusal(send(admin, 'CreateTrainingJob', minimal.trainingJob('plain', role)))).toMatchObject(tooMany);
  });

  it('give a processing job the first for which there is room', async () => {
    const { admin, role } = limited();
    const job = (ProcessingJobName: string) => {
      const asked = processing(ProcessingJobName, role);
      const ClusterConfig = { InstanceType: large, InstanceCount: 1, VolumeSizeInGB: 1, InstancePreferences: preferences };
      return { ...asked, ProcessingResources: { ClusterConfig } };
    };
    await send(admin, 'CreateProcessingJob', job('first'));
    await send(admin, 'CreateProcessingJob', job('second'));
    const { ProcessingResources } = await admin.describeProcessingJob({ ProcessingJobName: 'second' });
    expect(ProcessingResources?.ClusterConfig).toMatchObject({ SelectedInstanceType: xlarge });
    expect(await refusal(send(admin, 'CreateProcessingJob', job('third')))).toMatchObject(tooMany);
  });

  it('hold for the pools of an endpoint, and for variants in the shadow', async () => {
    const { admin, root, role } = limited();
    await root('CreateModel', minimal.model('served', role));
    const variant = { VariantName: 'v1', ModelName: 'served', InitialInstanceCount: 1 };
    const pools = [
      { InstanceType: xlarge, Priority: 2 },
      { InstanceType: large, Priority: 1 },
    ];
    await root('CreateEndpointConfig', { EndpointConfigName: 'pools', ProductionVariants: [{ ...variant, InstancePools: pools }] });
    await root('CreateEndpointConfig', {
      EndpointConfigName: 'shadow',
      ProductionVariants: [{ ...variant, InstanceType: xlarge }],
      ShadowProductionVariants: [{ ...variant, VariantName: 'v2', InstanceType: large }],
    });
    await admin.createEndpoint({ EndpointName: 'pools', EndpointConfigName: 'pools' });
    for (const EndpointConfigName of ['pools', 'shadow'])
      expect(await refusal(admin.createEndpoint({ EndpointName: 'more', EndpointConfigName }))).toMatchObject(tooMany);
  });

  it('hold for counts that an endpoint keeps on other instances', async () => {
    const { admin, root, role, elapse } = limited();
    await root('CreateModel', minimal.model('kept', role));
    const variant = { VariantName: 'v1', ModelName: 'kept' };
    for (const [EndpointConfigName, InstanceType, InitialInstanceCount] of [
      ['many', 'ml.c5.large', 3],
      ['one', xlarge, 1],
    ] as const)
      await root('CreateEndpointConfig', { EndpointConfigName, ProductionVariants: [{ ...variant, InstanceType, InitialInstanceCount }] });
    await root('CreateEndpoint', { EndpointName: 'kept', EndpointConfigName: 'many' });
    elapse(600);
    const update = (RetainAllVariantProperties: boolean) =>
      admin.updateEndpoint({ EndpointName: 'kept', EndpointConfigName: 'one', RetainAllVariantProperties });
    expect(await refusal(update(true))).toMatchObject({ name: 'ResourceLimitExceeded' });
    await update(false);
  });

  it('hold for nodes that are added to a cluster', async () => {
    const { admin, root, role, elapse } = limited();
    await root('CreateCluster', {
      ClusterName: 'nodes',
      NodeProvisioningMode: 'Continuous',
      InstanceGroups: [
        {
          InstanceGroupName: 'group',
          InstanceType: large,
          InstanceCount: 1,
          ExecutionRole: role,
          LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-x', OnCreate: 'on.sh' },
        },
      ],
      Orchestrator: { Eks: { ClusterArn: 'arn:aws:eks:us-east-1:123456789012:cluster/c' } },
    });
    elapse(900);
    const NodesToAdd = [{ InstanceGroupName: 'group', IncrementTargetCountBy: 1 }];
    expect(await refusal(admin.batchAddClusterNodes({ ClusterName: 'nodes', NodesToAdd }))).toMatchObject(tooMany);
  });
});

it('a document that is none is told before anything is decided', async () => {
  const { user, role } = world();
  const { sagemaker } = await user();
  const input = { ...customization('unseen', role), JobConfigDocument: '[]' };
  expect(await refusal(send(sagemaker, 'CreateJob', input))).toMatchObject({ name: 'ValidationException' });
  expect(await refusal(send(sagemaker, 'CreateJob', customization('unseen', role)))).toMatchObject({ name: 'AccessDeniedException' });
});
