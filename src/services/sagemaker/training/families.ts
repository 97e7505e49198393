import type { Family } from '../family.ts';
import { aiBenchmarkJob } from './ai-benchmark-job.ts';
import { aiRecommendationJob } from './ai-recommendation-job.ts';
import { aiWorkloadConfig } from './ai-workload-config.ts';
import { algorithm } from './algorithm.ts';
import { autoMLJob } from './auto-ml-job.ts';
import { compilationJob } from './compilation-job.ts';
import { hyperParameterTuningJob } from './hyper-parameter-tuning-job.ts';
import { modelCustomizationJob } from './model-customization-job.ts';
import { optimizationJob } from './optimization-job.ts';
import { processingJob } from './processing-job.ts';
import { trainingJob } from './training-job.ts';
import { trainingPlan } from './training-plan.ts';
import { transformJob } from './transform-job.ts';

export const trainingFamilies: readonly Family<never, never>[] = [
  aiBenchmarkJob,
  aiRecommendationJob,
  aiWorkloadConfig,
  algorithm,
  autoMLJob,
  compilationJob,
  hyperParameterTuningJob,
  modelCustomizationJob,
  optimizationJob,
  processingJob,
  trainingJob,
  trainingPlan,
  transformJob,
];
