import { beforeAll, describe, expect, it } from 'vitest';
import {
  autoML,
  autoMLV2,
  benchmark,
  compilation,
  customization,
  makeReferences,
  optimization,
  processing,
  recommendation,
  transform,
  tuning,
} from './job-inputs.ts';
import { allow, minimal, refusal, send, sharedWorld, trust, WORK_ACTIONS, type World } from './world.ts';

// Nothing moves by itself: with this pace a state lasts until the test moves the clock.
const world = sharedWorld({ pace: 1 });

/** Longer than any job here takes. */
const settled = 1000;

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

beforeAll(() => makeReferences(world()));

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
