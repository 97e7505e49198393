import type { Family } from '../family.ts';
import { endpoint } from './endpoint.ts';
import { endpointConfig } from './endpoint-config.ts';
import { inferenceComponent } from './inference-component.ts';
import { inferenceExperiment } from './inference-experiment.ts';
import { inferenceRecommendationsJob } from './inference-recommendations-job.ts';
import { model } from './model.ts';

export const hostingFamilies: readonly Family<never, never>[] = [
  endpoint,
  endpointConfig,
  inferenceComponent,
  inferenceExperiment,
  inferenceRecommendationsJob,
  model,
];
