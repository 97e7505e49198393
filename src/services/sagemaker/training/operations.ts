import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { aiBenchmarkJob, createAIBenchmarkJob, stopAIBenchmarkJob } from './ai-benchmark-job.ts';
import { aiRecommendationJob, createAIRecommendationJob, stopAIRecommendationJob } from './ai-recommendation-job.ts';
import { aiWorkloadConfig, createAIWorkloadConfig } from './ai-workload-config.ts';
import { algorithm, createAlgorithm } from './algorithm.ts';
import {
  autoMLJob,
  createAutoMLJob,
  createAutoMLJobV2,
  describeAutoMLJob,
  describeAutoMLJobV2,
  listCandidatesForAutoMLJob,
  stopAutoMLJob,
} from './auto-ml-job.ts';
import { compilationJob, createCompilationJob, stopCompilationJob } from './compilation-job.ts';
import {
  createHyperParameterTuningJob,
  hyperParameterTuningJob,
  listTrainingJobsForHyperParameterTuningJob,
  stopHyperParameterTuningJob,
} from './hyper-parameter-tuning-job.ts';
import {
  createJob,
  deleteJob,
  describeJobSchemaVersion,
  listJobSchemaVersions,
  modelCustomizationJob,
  newJob,
  stopCustomizationJob,
} from './model-customization-job.ts';
import { createOptimizationJob, optimizationJob, stopOptimizationJob } from './optimization-job.ts';
import { createProcessingJob, processingJob, stopProcessingJob } from './processing-job.ts';
import { createTrainingJob, stopTrainingJob, trainingJob, updateTrainingJob } from './training-job.ts';
import {
  createTrainingPlan,
  describeReservedCapacity,
  describeTrainingPlanExtensionHistory,
  extendTrainingPlan,
  listUltraServersByReservedCapacity,
  reservedCapacity,
  searchTrainingPlanOfferings,
  trainingPlan,
  trainingPlanByArn,
} from './training-plan.ts';
import { createTransformJob, stopTransformJob, transformJob } from './transform-job.ts';

const algorithms = handlersOf(algorithm);
const benchmarks = handlersOf(aiBenchmarkJob);
const compilations = handlersOf(compilationJob);
const customizations = handlersOf(modelCustomizationJob);
const optimizations = handlersOf(optimizationJob);
const plans = handlersOf(trainingPlan);
const processingJobs = handlersOf(processingJob);
const recommendations = handlersOf(aiRecommendationJob);
const trainingJobs = handlersOf(trainingJob);
const transforms = handlersOf(transformJob);
const tunings = handlersOf(hyperParameterTuningJob);
const workloads = handlersOf(aiWorkloadConfig);

/** Training: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const trainingOperations = operationsOf({
  CreateTrainingJob:   on(created(trainingJob), createTrainingJob),
  DeleteTrainingJob:   on(named(trainingJob),   trainingJobs.remove),
  DescribeTrainingJob: on(named(trainingJob),   trainingJobs.describe),
  ListTrainingJobs:    on('*',                  trainingJobs.list),
  StopTrainingJob:     on(named(trainingJob),   stopTrainingJob),
  UpdateTrainingJob:   on(named(trainingJob),   updateTrainingJob),

  CreateProcessingJob:   on(created(processingJob), createProcessingJob),
  DeleteProcessingJob:   on(named(processingJob),   processingJobs.remove),
  DescribeProcessingJob: on(named(processingJob),   processingJobs.describe),
  ListProcessingJobs:    on('*',                    processingJobs.list),
  StopProcessingJob:     on(named(processingJob),   stopProcessingJob),

  CreateTransformJob:   on(created(transformJob), createTransformJob),
  DescribeTransformJob: on(named(transformJob),   transforms.describe),
  ListTransformJobs:    on('*',                   transforms.list),
  StopTransformJob:     on(named(transformJob),   stopTransformJob),

  CreateHyperParameterTuningJob:              on(created(hyperParameterTuningJob), createHyperParameterTuningJob),
  DeleteHyperParameterTuningJob:              on(named(hyperParameterTuningJob),   tunings.remove),
  DescribeHyperParameterTuningJob:            on(named(hyperParameterTuningJob),   tunings.describe),
  ListHyperParameterTuningJobs:               on('*',                              tunings.list),
  ListTrainingJobsForHyperParameterTuningJob: on(named(hyperParameterTuningJob),   listTrainingJobsForHyperParameterTuningJob),
  StopHyperParameterTuningJob:                on(named(hyperParameterTuningJob),   stopHyperParameterTuningJob),

  CreateAutoMLJob:            on(created(autoMLJob), createAutoMLJob),
  CreateAutoMLJobV2:          on(created(autoMLJob), createAutoMLJobV2),
  DescribeAutoMLJob:          on(named(autoMLJob),   describeAutoMLJob),
  DescribeAutoMLJobV2:        on(named(autoMLJob),   describeAutoMLJobV2),
  ListAutoMLJobs:             on('*',                handlersOf(autoMLJob).list),
  ListCandidatesForAutoMLJob: on('*',                listCandidatesForAutoMLJob),
  StopAutoMLJob:              on(named(autoMLJob),   stopAutoMLJob),

  CreateAlgorithm:   on(created(algorithm), createAlgorithm),
  DeleteAlgorithm:   on(named(algorithm),   algorithms.remove),
  DescribeAlgorithm: on(named(algorithm),   algorithms.describe),
  ListAlgorithms:    on('*',                algorithms.list),

  CreateCompilationJob:   on(created(compilationJob), createCompilationJob),
  DeleteCompilationJob:   on(named(compilationJob),   compilations.remove),
  DescribeCompilationJob: on(named(compilationJob),   compilations.describe),
  ListCompilationJobs:    on('*',                     compilations.list),
  StopCompilationJob:     on(named(compilationJob),   stopCompilationJob),

  CreateOptimizationJob:   on(created(optimizationJob), createOptimizationJob),
  DeleteOptimizationJob:   on(named(optimizationJob),   optimizations.remove),
  DescribeOptimizationJob: on(named(optimizationJob),   optimizations.describe),
  ListOptimizationJobs:    on('*',                      optimizations.list),
  StopOptimizationJob:     on(named(optimizationJob),   stopOptimizationJob),

  CreateJob:                on(newJob,                         createJob),
  DeleteJob:                on(named(modelCustomizationJob),   deleteJob),
  DescribeJob:              on(named(modelCustomizationJob),   customizations.describe),
  DescribeJobSchemaVersion: on('*',                            describeJobSchemaVersion),
  ListJobSchemaVersions:    on('*',                            listJobSchemaVersions),
  ListJobs:                 on('*',                            customizations.list),
  StopJob:                  on(named(modelCustomizationJob),   stopCustomizationJob),

  CreateAIWorkloadConfig:   on(created(aiWorkloadConfig), createAIWorkloadConfig),
  DeleteAIWorkloadConfig:   on(named(aiWorkloadConfig),   workloads.remove),
  DescribeAIWorkloadConfig: on(named(aiWorkloadConfig),   workloads.describe),
  ListAIWorkloadConfigs:    on('*',                       workloads.list),

  CreateAIBenchmarkJob:   on(created(aiBenchmarkJob), createAIBenchmarkJob),
  DeleteAIBenchmarkJob:   on(named(aiBenchmarkJob),   benchmarks.remove),
  DescribeAIBenchmarkJob: on(named(aiBenchmarkJob),   benchmarks.describe),
  ListAIBenchmarkJobs:    on('*',                     benchmarks.list),
  StopAIBenchmarkJob:     on(named(aiBenchmarkJob),   stopAIBenchmarkJob),

  CreateAIRecommendationJob:   on(created(aiRecommendationJob), createAIRecommendationJob),
  DeleteAIRecommendationJob:   on(named(aiRecommendationJob),   recommendations.remove),
  DescribeAIRecommendationJob: on(named(aiRecommendationJob),   recommendations.describe),
  ListAIRecommendationJobs:    on('*',                          recommendations.list),
  StopAIRecommendationJob:     on(named(aiRecommendationJob),   stopAIRecommendationJob),

  CreateTrainingPlan:                   on(created(trainingPlan),     createTrainingPlan),
  DescribeReservedCapacity:             on(named(reservedCapacity),   describeReservedCapacity),
  DescribeTrainingPlan:                 on(named(trainingPlan),       plans.describe),
  DescribeTrainingPlanExtensionHistory: on(named(trainingPlanByArn),  describeTrainingPlanExtensionHistory),
  ExtendTrainingPlan:                   on('*',                       extendTrainingPlan),
  ListTrainingPlans:                    on('*',                       plans.list),
  ListUltraServersByReservedCapacity:   on(named(reservedCapacity),   listUltraServersByReservedCapacity),
  SearchTrainingPlanOfferings:          on('*',                       searchTrainingPlanOfferings),
});
