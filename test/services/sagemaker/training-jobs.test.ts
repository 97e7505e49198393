import {
  paginateListTrainingJobsForHyperParameterTuningJob,
  waitUntilProcessingJobCompletedOrStopped,
  waitUntilTransformJobCompletedOrStopped,
} from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { allow, briefly, minimal, refusal, send, sharedWorld, trust, WORK_ACTIONS, type World } from './world.ts';

// Nothing moves by itself: with this pace a state lasts until the test moves the clock.
const world = sharedWorld({ pace: 1 });

/** Longer than any job here takes. */
const settled = 1000;

const stopping = { MaxRuntimeInSeconds: 3600 };
const channel = { ChannelName: 'in', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } } };
const resources = { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 } as const;

const transform = (TransformJobName: string) => ({
  TransformJobName,
  ModelName: 'base',
  TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } } },
  TransformOutput: { S3OutputPath: 's3://bucket/out' },
  TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 2 },
});
const processing = (ProcessingJobName: string, RoleArn: string) => ({
  ProcessingJobName,
  RoleArn,
  AppSpecification: { ImageUri: 'image' },
  ProcessingResources: { ClusterConfig: resources },
});
const definition = (RoleArn: string, more: object = {}) => ({
  RoleArn,
  AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File' },
  InputDataConfig: [channel],
  OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
  ResourceConfig: resources,
  StoppingCondition: stopping,
  StaticHyperParameters: { epochs: '3' },
  ...more,
});
const tuning = (HyperParameterTuningJobName: string, RoleArn: string, config: object = {}, more: object = {}) => ({
  HyperParameterTuningJobName,
  HyperParameterTuningJobConfig: {
    Strategy: 'Random',
    ResourceLimits: { MaxNumberOfTrainingJobs: 3, MaxParallelTrainingJobs: 2 },
    HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'loss' },
    ParameterRanges: {
      IntegerParameterRanges: [{ Name: 'depth', MinValue: '2', MaxValue: '4' }],
      ContinuousParameterRanges: [{ Name: 'rate', MinValue: '0.1', MaxValue: '0.5' }],
      CategoricalParameterRanges: [{ Name: 'optimizer', Values: ['sgd', 'adam'] }],
    },
    ...config,
  },
  TrainingJobDefinition: definition(RoleArn),
  ...more,
});
const autoML = (AutoMLJobName: string, RoleArn: string) => ({
  AutoMLJobName,
  RoleArn,
  InputDataConfig: [{ DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } }, TargetAttributeName: 'label' }],
  OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
});
const autoMLV2 = (AutoMLJobName: string, RoleArn: string) => ({
  AutoMLJobName,
  RoleArn,
  AutoMLJobInputDataConfig: [{ ChannelType: 'training', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } } }],
  OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
  AutoMLProblemTypeConfig: { ImageClassificationJobConfig: {} },
});
const compilation = (CompilationJobName: string, RoleArn: string) => ({
  CompilationJobName,
  RoleArn,
  InputConfig: { S3Uri: 's3://models/m.tar.gz', Framework: 'PYTORCH', DataInputConfig: '{}' },
  OutputConfig: { S3OutputLocation: 's3://bucket/out/', TargetDevice: 'ml_c5' },
  StoppingCondition: stopping,
});
const optimization = (OptimizationJobName: string, RoleArn: string) => ({
  OptimizationJobName,
  RoleArn,
  ModelSource: { S3: { S3Uri: 's3://models/m/' } },
  DeploymentInstanceType: 'ml.g5.xlarge',
  OptimizationConfigs: [{ ModelQuantizationConfig: { OverrideEnvironment: { A: 'b' } } }],
  OutputConfig: { S3OutputLocation: 's3://bucket/out/' },
  StoppingCondition: stopping,
});
const customization = (JobName: string, RoleArn: string) => ({
  JobName,
  RoleArn,
  JobCategory: 'AgentRFT',
  JobConfigSchemaVersion: '1.0.0',
  JobConfigDocument: '{"model":"m"}',
});
const benchmark = (AIBenchmarkJobName: string, RoleArn: string) => ({
  AIBenchmarkJobName,
  RoleArn,
  BenchmarkTarget: { Endpoint: { Identifier: 'served' } },
  OutputConfig: { S3OutputLocation: 's3://bucket/out/' },
  AIWorkloadConfigIdentifier: 'load',
});
const recommendation = (AIRecommendationJobName: string, RoleArn: string) => ({
  AIRecommendationJobName,
  RoleArn,
  ModelSource: { S3: { S3Uri: 's3://models/m/' } },
  OutputConfig: {},
  AIWorkloadConfigIdentifier: 'load',
  PerformanceTarget: { Constraints: [{ Metric: 'throughput' }] },
});
const algorithm = (AlgorithmName: string) => ({
  AlgorithmName,
  TrainingSpecification: {
    TrainingImage: 'image',
    SupportedTrainingInstanceTypes: ['ml.m5.large'],
    TrainingChannels: [{ Name: 'train', SupportedContentTypes: ['text/csv'], SupportedInputModes: ['File'] }],
  },
});

/** What is said of each family of jobs once, and tried of all of them. */
interface JobFamily {
  readonly noun: string;
  readonly type: string;
  readonly status: string;
  readonly create: (name: string, role: string) => object;
  readonly running: string;
  readonly completed: string;
  readonly stopping: string;
  readonly stopped: string;
  /** As the error of a stopped job names it. */
  readonly what: string;
  readonly list: readonly [operation: string, result: string, input?: object];
  readonly named?: (name: string) => object;
  readonly missing: (w: World, name: string) => { readonly name: string; readonly message: string };
  readonly taken: (w: World, name: string) => { readonly name: string; readonly message: string };
  readonly stop: string;
  /** Absent where there is no operation to delete; else how deleting a running one is refused. */
  readonly remove?: readonly [operation: string, refusal: 'ResourceInUse' | 'ValidationException'];
  readonly caseKept?: true;
}

const STATES = { running: 'InProgress', completed: 'Completed', stopping: 'Stopping', stopped: 'Stopped' };
const LOUD = { running: 'STARTING', completed: 'COMPLETED', stopping: 'STOPPING', stopped: 'STOPPED' };
const notThere = (noun: string) => (_: World, name: string) => ({ name: 'ResourceNotFound', message: `${noun} ${name} does not exist.` });
const alreadyThere = (noun: string) => (_: World, name: string) => ({
  name: 'ResourceInUse',
  message: `${noun} with name ${name} already exists. Choose a different name.`,
});
const noSuchJob = (_: World, name: string) => ({
  name: 'ValidationException',
  message: `Could not find requested job with name: ${name}`,
});
const nameTaken = (type: string) => (w: World, name: string) => ({
  name: 'ResourceInUse',
  message: `Job name must be unique within an AWS account and region, and a job with this name already exists (${w.arn(`${type}/${name.toLowerCase()}`)})`,
});

const families: readonly JobFamily[] = [
  {
    noun: 'ProcessingJob',
    type: 'processing-job',
    status: 'ProcessingJobStatus',
    create: processing,
    ...STATES,
    stop: 'StopProcessingJob',
    what: 'processing job',
    list: ['ListProcessingJobs', 'ProcessingJobSummaries'],
    missing: noSuchJob,
    taken: nameTaken('processing-job'),
    remove: ['DeleteProcessingJob', 'ResourceInUse'],
  },
  {
    noun: 'TransformJob',
    type: 'transform-job',
    status: 'TransformJobStatus',
    create: transform,
    ...STATES,
    stop: 'StopTransformJob',
    what: 'transform job',
    list: ['ListTransformJobs', 'TransformJobSummaries'],
    missing: noSuchJob,
    taken: nameTaken('transform-job'),
  },
  {
    noun: 'HyperParameterTuningJob',
    type: 'hyper-parameter-tuning-job',
    status: 'HyperParameterTuningJobStatus',
    create: tuning,
    ...STATES,
    stop: 'StopHyperParameterTuningJob',
    what: 'hyperparameter tuning job',
    list: ['ListHyperParameterTuningJobs', 'HyperParameterTuningJobSummaries'],
    missing: (_, name) => ({ name: 'ResourceNotFound', message: `Amazon SageMaker can't find a tuning job with the name ${name}.` }),
    taken: (_, name) => ({
      name: 'ResourceInUse',
      message: `A hyperparameter tuning job with the name, ${name}, already exists. Choose a different name.`,
    }),
    remove: ['DeleteHyperParameterTuningJob', 'ResourceInUse'],
  },
  {
    noun: 'AutoMLJob',
    type: 'automl-job',
    status: 'AutoMLJobStatus',
    create: autoML,
    ...STATES,
    stop: 'StopAutoMLJob',
    what: 'AutoML job',
    list: ['ListAutoMLJobs', 'AutoMLJobSummaries'],
    missing: notThere('AutoMLJob'),
    taken: alreadyThere('AutoMLJob'),
  },
  {
    noun: 'CompilationJob',
    type: 'compilation-job',
    status: 'CompilationJobStatus',
    create: compilation,
    ...LOUD,
    stop: 'StopCompilationJob',
    what: 'compilation job',
    list: ['ListCompilationJobs', 'CompilationJobSummaries'],
    missing: notThere('CompilationJob'),
    taken: alreadyThere('CompilationJob'),
    remove: ['DeleteCompilationJob', 'ResourceInUse'],
  },
  {
    noun: 'OptimizationJob',
    type: 'optimization-job',
    status: 'OptimizationJobStatus',
    create: optimization,
    ...LOUD,
    stop: 'StopOptimizationJob',
    what: 'optimization job',
    list: ['ListOptimizationJobs', 'OptimizationJobSummaries'],
    missing: notThere('OptimizationJob'),
    taken: alreadyThere('OptimizationJob'),
    remove: ['DeleteOptimizationJob', 'ResourceInUse'],
    caseKept: true,
  },
  {
    noun: 'Job',
    type: 'job/AgentRFT',
    status: 'JobStatus',
    create: customization,
    ...STATES,
    stop: 'StopJob',
    what: 'job',
    list: ['ListJobs', 'JobSummaries', { JobCategory: 'AgentRFT' }],
    named: (JobName) => ({ JobName, JobCategory: 'AgentRFT' }),
    missing: notThere('Job'),
    taken: alreadyThere('Job'),
    remove: ['DeleteJob', 'ResourceInUse'],
    caseKept: true,
  },
  {
    noun: 'AIBenchmarkJob',
    type: 'ai-benchmark-job',
    status: 'AIBenchmarkJobStatus',
    create: benchmark,
    ...STATES,
    stop: 'StopAIBenchmarkJob',
    what: 'AI benchmark job',
    list: ['ListAIBenchmarkJobs', 'AIBenchmarkJobs'],
    missing: notThere('AIBenchmarkJob'),
    taken: alreadyThere('AIBenchmarkJob'),
    remove: ['DeleteAIBenchmarkJob', 'ValidationException'],
    caseKept: true,
  },
  {
    noun: 'AIRecommendationJob',
    type: 'ai-recommendation-job',
    status: 'AIRecommendationJobStatus',
    create: recommendation,
    ...STATES,
    stop: 'StopAIRecommendationJob',
    what: 'AI recommendation job',
    list: ['ListAIRecommendationJobs', 'AIRecommendationJobs'],
    missing: notThere('AIRecommendationJob'),
    taken: alreadyThere('AIRecommendationJob'),
    remove: ['DeleteAIRecommendationJob', 'ValidationException'],
    caseKept: true,
  },
];

beforeAll(async () => {
  const { root, role } = world();
  await root('CreateModel', minimal.model('base', role));
  await root('CreateEndpointConfig', minimal.endpointConfig('served', 'base'));
  await root('CreateEndpoint', { EndpointName: 'served', EndpointConfigName: 'served' });
  await root('CreateAIWorkloadConfig', { AIWorkloadConfigName: 'load' });
});

describe.each(families.map((family) => [family.noun, family] as const))('the life of a %s', (noun, family) => {
  const { stop, remove } = family;
  const named = family.named ?? ((name: string) => ({ [`${noun}Name`]: name }));
  const call = (operation: string, name: string) => send(world().admin, operation, named(name));
  const read = `Describe${noun}`;
  const create = (name: string, more: object = {}) =>
    send(world().admin, `Create${noun}`, { ...family.create(name, world().role), ...more });
  const statusOf = async (name: string) => (await call(read, name))[family.status];
  const arnOf = (name: string) => world().arn(`${family.type}/${family.caseKept ? name : name.toLowerCase()}`);
  const listed = async (input: object) => {
    const [operation, result, always] = family.list;
    const answer = await send(world().admin, operation, { ...always, ...input });
    return (answer[result] as Record<string, unknown>[]).map((each) => each[`${noun}Name`]);
  };

  it('begins, works and is done', async () => {
    expect(await create('First', { Tags: [{ Key: 'team', Value: 'a' }] })).toMatchObject({ [`${noun}Arn`]: arnOf('First') });
    expect(await call(read, 'First')).toMatchObject({
      [`${noun}Name`]: 'First',
      [`${noun}Arn`]: arnOf('First'),
      [family.status]: family.running,
    });
    world().elapse(settled);
    expect(await statusOf('First')).toBe(family.completed);
    expect((await world().admin.listTags({ ResourceArn: arnOf('First') })).Tags).toEqual([{ Key: 'team', Value: 'a' }]);
  });

  it('has a name of its own, whatever its case', async () => {
    const w = world();
    expect(await refusal(create('FIRST'))).toEqual({ ...family.taken(w, 'FIRST'), message: expect.any(String), status: 400 });
    expect(await refusal(create('First'))).toEqual({ ...family.taken(w, 'First'), status: 400 });
  });

  it('is not there before, for whoever asks', async () => {
    // Deleting a Job that is not there is no mistake.
    const operations = [read, stop, ...(remove && noun !== 'Job' ? [remove[0]] : [])];
    for (const operation of operations)
      expect(await refusal(call(operation, 'none'))).toEqual({ ...family.missing(world(), 'none'), status: 400 });
  });

  // A transform job has its model's.
  const ofItsOwnRole = noun === 'TransformJob' ? undefined : it;
  ofItsOwnRole?.('needs a role that trusts SageMaker', async () => {
    const w = world();
    const role = await w.newRole(`For${noun}`, trust('ec2.amazonaws.com'));
    expect(await refusal(send(w.admin, `Create${noun}`, family.create('untrusted', role)))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Could not assume role /),
    });
  });

  it('stops when it is told, and only while it runs', async () => {
    await create('halted');
    await call(stop, 'halted');
    expect(await statusOf('halted')).toBe(family.stopping);
    await call(stop, 'halted');
    world().elapse(settled);
    expect(await statusOf('halted')).toBe(family.stopped);
    expect(await refusal(call(stop, 'halted'))).toEqual({
      name: 'ValidationException',
      message: `The request was rejected because the ${family.what} is in status ${family.stopped}.`,
      status: 400,
    });
  });

  it('is listed by name, state and age', async () => {
    await create('zulu');
    expect(await listed({ NameContains: 'HALT' })).toEqual(['halted']);
    expect(await listed({ StatusEquals: family.stopped })).toEqual(['halted']);
    expect(await listed({ StatusEquals: family.running, NameContains: 'z' })).toEqual(['zulu']);
    expect(await listed({ SortBy: 'Name', SortOrder: 'Descending' })).toEqual(['zulu', 'halted', 'First']);
    expect(await listed({ SortBy: 'CreationTime', SortOrder: 'Ascending' })).toEqual(['First', 'halted', 'zulu']);
    const [operation, , always] = family.list;
    const first = await send(world().admin, operation, { ...always, MaxResults: 1 });
    expect(first.NextToken).toBeTypeOf('string');
    expect(await listed({ MaxResults: 2, NextToken: first.NextToken })).toHaveLength(2);
    world().elapse(settled);
  });

  const deletable = remove === undefined ? undefined : it;
  deletable?.('is deleted once it has ended, and its name is free', async () => {
    const [deletes = '', refused] = remove ?? [];
    await create('short');
    expect(await refusal(call(deletes, 'short'))).toMatchObject({ name: refused });
    world().elapse(settled);
    await call(deletes, 'short');
    world().elapse(settled);
    expect(await refusal(call(read, 'short'))).toMatchObject({ name: family.missing(world(), 'short').name });
    await create('short');
    world().elapse(settled);
  });
});

describe('a job fails when its role does not allow what it does', () => {
  it.each([
    ['CreateCompilationJob', compilation, 'DescribeCompilationJob', 'CompilationJobName', 's3:GetObject'],
    ['CreateOptimizationJob', optimization, 'DescribeOptimizationJob', 'OptimizationJobName', 's3:PutObject'],
    ['CreateAutoMLJob', autoML, 'DescribeAutoMLJob', 'AutoMLJobName', 'iam:PassRole'],
    ['CreateAutoMLJobV2', autoMLV2, 'DescribeAutoMLJobV2', 'AutoMLJobName', 's3:GetObject'],
    ['CreateAIBenchmarkJob', benchmark, 'DescribeAIBenchmarkJob', 'AIBenchmarkJobName', 's3:PutObject'],
    ['CreateAIRecommendationJob', recommendation, 'DescribeAIRecommendationJob', 'AIRecommendationJobName', 's3:GetObject'],
  ] as const)('%s', async (operation, input, describes, member, missing) => {
    const w = world();
    const name = `Poor${operation}`;
    const role = await w.newRole(name, trust('sagemaker.amazonaws.com'));
    await w.permit(name, allow(WORK_ACTIONS.filter((action) => action !== missing)));
    const job = `poor-${operation.slice(6)}`.slice(0, 32);
    await send(w.admin, operation, input(job, role));
    w.elapse(settled);
    const described = await send(w.admin, describes, { [member]: job });
    expect(described.FailureReason).toMatch(
      new RegExp(`^ClientError: Failed to .*AccessDenied: .* is not authorized to perform: ${missing} `),
    );
    expect(Object.values(described).some((value) => value === 'Failed' || value === 'FAILED')).toBe(true);
  });

  it('a transform job, whose role is its model’s', async () => {
    const w = world();
    const role = await w.newRole('PoorModel', trust('sagemaker.amazonaws.com'));
    await w.permit('PoorModel', allow('s3:ListBucket'));
    await w.root('CreateModel', minimal.model('poor', role));
    await send(w.admin, 'CreateTransformJob', { ...transform('poor'), ModelName: 'poor' });
    w.elapse(settled);
    expect(await w.admin.describeTransformJob({ TransformJobName: 'poor' })).toMatchObject({
      TransformJobStatus: 'Failed',
      FailureReason: expect.stringContaining('s3:GetObject'),
    });
  });
});

describe('a tuning job', () => {
  const named = (HyperParameterTuningJobName: string) => ({ HyperParameterTuningJobName });
  const children = async (name: string) =>
    (await world().admin.listTrainingJobsForHyperParameterTuningJob(named(name))).TrainingJobSummaries ?? [];

  it('starts training jobs one after the other, as many at once as it may', async () => {
    const w = world();
    await send(w.admin, 'CreateHyperParameterTuningJob', tuning('tune', w.role));
    const begun = await children('tune');
    expect(begun.map((job) => job.TrainingJobName)).toEqual([
      expect.stringMatching(/^tune-001-[a-z0-9]{8}$/),
      expect.stringMatching(/^tune-002-/),
    ]);
    expect(await w.admin.describeHyperParameterTuningJob(named('tune'))).toMatchObject({
      HyperParameterTuningJobStatus: 'InProgress',
      TrainingJobStatusCounters: { Completed: 0, InProgress: 2 },
      ObjectiveStatusCounters: { Succeeded: 0, Pending: 2, Failed: 0 },
    });
    w.elapse(221);
    expect((await children('tune')).map((job) => job.TrainingJobStatus)).toEqual(['Completed', 'Completed', 'InProgress']);
    w.elapse(221);
    const done = await w.admin.describeHyperParameterTuningJob(named('tune'));
    expect(done).toMatchObject({
      HyperParameterTuningJobStatus: 'Completed',
      TrainingJobStatusCounters: { Completed: 3, InProgress: 0 },
      ObjectiveStatusCounters: { Succeeded: 0, Pending: 0, Failed: 3 },
    });
    expect(done.BestTrainingJob).toBeUndefined();
  });

  it('gives each of them parameters out of the ranges, and they are training jobs like any other', async () => {
    const w = world();
    const jobs = await children('tune');
    for (const { TunedHyperParameters: tuned = {}, TrainingJobName = '' } of jobs) {
      expect(['2', '3', '4']).toContain(tuned.depth);
      expect(Number(tuned.rate)).toBeGreaterThanOrEqual(0.1);
      expect(Number(tuned.rate)).toBeLessThan(0.5);
      expect(['sgd', 'adam']).toContain(tuned.optimizer);
      const job = await w.admin.describeTrainingJob({ TrainingJobName });
      expect(job).toMatchObject({
        TuningJobArn: w.arn('hyper-parameter-tuning-job/tune'),
        HyperParameters: { epochs: '3', ...tuned },
        TrainingJobStatus: 'Completed',
      });
      expect(job.SecondaryStatusTransitions?.[0]?.Status).toBe('Starting');
    }
    expect((await w.admin.listTrainingJobs({ NameContains: 'tune-00' })).TrainingJobSummaries).toHaveLength(3);
    const pages: number[] = [];
    for await (const page of paginateListTrainingJobsForHyperParameterTuningJob({ client: w.admin, pageSize: 2 }, named('tune')))
      pages.push(page.TrainingJobSummaries?.length ?? 0);
    expect(pages).toEqual([2, 1]);
  });

  it('leaves them when it is deleted; the next of its name has its own', async () => {
    const w = world();
    await w.admin.deleteHyperParameterTuningJob(named('tune'));
    w.elapse(10);
    expect((await w.admin.listTrainingJobs({ NameContains: 'tune-00' })).TrainingJobSummaries).toHaveLength(3);
    await send(w.admin, 'CreateHyperParameterTuningJob', tuning('tune', w.role));
    expect(await children('tune')).toHaveLength(2);
  });

  it('stops those that run and starts no more', async () => {
    const w = world();
    await w.admin.stopHyperParameterTuningJob(named('tune'));
    w.elapse(settled);
    expect((await children('tune')).map((job) => job.TrainingJobStatus)).toEqual(['Stopped', 'Stopped']);
    expect((await w.admin.describeHyperParameterTuningJob(named('tune'))).TrainingJobStatusCounters).toMatchObject({ Stopped: 2 });
  });

  it('tries every combination of a grid once', async () => {
    const w = world();
    const grid = {
      Strategy: 'Grid',
      ResourceLimits: { MaxParallelTrainingJobs: 10 },
      ParameterRanges: {
        CategoricalParameterRanges: [
          { Name: 'a', Values: ['1', '2'] },
          { Name: 'b', Values: ['x', 'y', 'z'] },
        ],
      },
    };
    await send(w.admin, 'CreateHyperParameterTuningJob', tuning('grid', w.role, grid));
    const tried = (await children('grid')).map(({ TunedHyperParameters: tuned }) => `${tuned?.a}${tuned?.b}`);
    expect(tried.sort()).toEqual(['1x', '1y', '1z', '2x', '2y', '2z']);
  });

  it('fails with its first round when no role lets its jobs read', async () => {
    const w = world();
    const role = await w.newRole('PoorTuning', trust('sagemaker.amazonaws.com'));
    await w.permit('PoorTuning', allow(WORK_ACTIONS.filter((action) => action !== 's3:GetObject')));
    await send(w.admin, 'CreateHyperParameterTuningJob', tuning('poor-tuning', role));
    w.elapse(settled);
    expect(await w.admin.describeHyperParameterTuningJob(named('poor-tuning'))).toMatchObject({
      HyperParameterTuningJobStatus: 'Failed',
      FailureReason: 'All training jobs failed. Please take a look at the training jobs failures to get more details.',
      TrainingJobStatusCounters: { NonRetryableError: 2 },
    });
    await w.permit('PoorTuning', allow('s3:PutObject'));
    expect(await refusal(send(w.admin, 'CreateHyperParameterTuningJob', tuning('refused', role)))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Unauthorized to List objects under S3 URL /),
    });
  });

  const several = (w: World, ...names: (string | undefined)[]) => ({
    TrainingJobDefinition: undefined,
    TrainingJobDefinitions: names.map((DefinitionName) => definition(w.role, { DefinitionName })),
  });
  const refusals: Record<string, readonly [input: (w: World) => object, code: string, message: string]> = {
    'without a definition': [
      (w) => tuning('bad', w.role, {}, { TrainingJobDefinition: undefined }),
      'ValidationException',
      'Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be specified.',
    ],
    'with definitions of one name': [
      (w) => tuning('bad', w.role, {}, several(w, 'a', 'a')),
      'ValidationException',
      'The names of training job definitions must be unique.',
    ],
    'with a definition without a name': [
      (w) => tuning('bad', w.role, {}, several(w, 'a', undefined)),
      'ValidationException',
      'Each of several training job definitions needs a DefinitionName.',
    ],
    'with a range the wrong way round': [
      (w) => tuning('bad', w.role, { ParameterRanges: { IntegerParameterRanges: [{ Name: 'n', MinValue: '9', MaxValue: '1' }] } }),
      'ValidationException',
      'The range of parameter n is not valid: MinValue 9, MaxValue 1.',
    ],
    'after a parent that is not there': [
      (w) =>
        tuning(
          'bad',
          w.role,
          {},
          {
            WarmStartConfig: {
              ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: 'none' }],
              WarmStartType: 'TransferLearning',
            },
          },
        ),
      'ValidationException',
      'The parent hyperparameter tuning job none does not exist.',
    ],
    'of more jobs than one may have': [
      (w) => tuning('bad', w.role, { ResourceLimits: { MaxNumberOfTrainingJobs: 751, MaxParallelTrainingJobs: 1 } }),
      'ResourceLimitExceeded',
      "The account-level service limit 'Number of training jobs per hyperparameter tuning job' is 750 Training Jobs, with current utilization of 0 Training Jobs and a request delta of 751 Training Jobs. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.",
    ],
  };

  it.each(Object.entries(refusals))('is refused %s', async (_, [input, name, message]) => {
    const w = world();
    expect(await refusal(send(w.admin, 'CreateHyperParameterTuningJob', input(w)))).toEqual({ name, message, status: 400 });
  });

  it('of several definitions goes through them in turn', async () => {
    const w = world();
    await send(w.admin, 'CreateHyperParameterTuningJob', tuning('both', w.role, {}, several(w, 'a', 'b')));
    w.elapse(settled);
    expect((await children('both')).map((job) => job.TrainingJobDefinitionName)).toEqual(['a', 'b', 'a']);
  });
});

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
