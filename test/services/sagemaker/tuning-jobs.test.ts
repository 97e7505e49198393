import { paginateListTrainingJobsForHyperParameterTuningJob } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { definition, tuning } from './job-inputs.ts';
import { allow, refusal, send, sharedWorld, trust, WORK_ACTIONS, type World } from './world.ts';

// Nothing moves by itself: with this pace a state lasts until the test moves the clock.
const world = sharedWorld({ pace: 1 });

/** Longer than any job here takes. */
const settled = 1000;

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
