import { handlersOf } from '../handlers.ts';
import { foreignPackages } from '../registry/model-package.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createEndpoint, endpoint, updateEndpoint, updateEndpointWeightsAndCapacities, withConfig } from './endpoint.ts';
import { createEndpointConfig, endpointConfig } from './endpoint-config.ts';
import {
  createInferenceComponent,
  inferenceComponent,
  updateInferenceComponent,
  updateInferenceComponentRuntimeConfig,
} from './inference-component.ts';
import {
  createInferenceExperiment,
  inferenceExperiment,
  startInferenceExperiment,
  stopInferenceExperiment,
  updateInferenceExperiment,
} from './inference-experiment.ts';
import {
  createInferenceRecommendationsJob,
  getScalingConfigurationRecommendation,
  inferenceRecommendationsJob,
  listInferenceRecommendationsJobSteps,
  scaledJob,
  stopInferenceRecommendationsJob,
} from './inference-recommendations-job.ts';
import { createModel, model } from './model.ts';
import { listModelMetadata } from './model-metadata.ts';

const endpoints = handlersOf(endpoint);
const endpointConfigs = handlersOf(endpointConfig);
const components = handlersOf(inferenceComponent);
const experiments = handlersOf(inferenceExperiment);
const recommendationsJobs = handlersOf(inferenceRecommendationsJob);
const models = handlersOf(model);

/** Hosting: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const hostingOperations = operationsOf({
  CreateModel:                        on([created(model), foreignPackages],                      createModel),
  DeleteModel:                        on(named(model),                                           models.remove),
  DescribeModel:                      on(named(model),                                           models.describe),
  ListModels:                         on('*',                                                    models.list),
  CreateEndpointConfig:               on(created(endpointConfig),                                createEndpointConfig),
  DeleteEndpointConfig:               on(named(endpointConfig),                                  endpointConfigs.remove),
  DescribeEndpointConfig:             on(named(endpointConfig),                                  endpointConfigs.describe),
  ListEndpointConfigs:                on('*',                                                    endpointConfigs.list),
  CreateEndpoint:                     on([withConfig(created(endpoint)), named(endpointConfig)], createEndpoint),
  DeleteEndpoint:                     on(named(endpoint),                                        endpoints.remove),
  DescribeEndpoint:                   on(named(endpoint),                                        endpoints.describe),
  ListEndpoints:                      on('*',                                                    endpoints.list),
  UpdateEndpoint:                     on([withConfig(named(endpoint)), named(endpointConfig)],   updateEndpoint),
  UpdateEndpointWeightsAndCapacities: on(named(endpoint),                                        updateEndpointWeightsAndCapacities),

  CreateInferenceComponent:              on([created(inferenceComponent), named(endpoint)], createInferenceComponent),
  DeleteInferenceComponent:              on(named(inferenceComponent),                      components.remove),
  DescribeInferenceComponent:            on(named(inferenceComponent),                      components.describe),
  ListInferenceComponents:               on('*',                                            components.list),
  UpdateInferenceComponent:              on(named(inferenceComponent),                      updateInferenceComponent),
  UpdateInferenceComponentRuntimeConfig: on(named(inferenceComponent),                      updateInferenceComponentRuntimeConfig),
  CreateInferenceExperiment:             on(created(inferenceExperiment),                   createInferenceExperiment),
  DeleteInferenceExperiment:             on(named(inferenceExperiment),                     experiments.remove),
  DescribeInferenceExperiment:           on(named(inferenceExperiment),                     experiments.describe),
  ListInferenceExperiments:              on('*',                                            experiments.list),
  StartInferenceExperiment:              on(named(inferenceExperiment),                     startInferenceExperiment),
  StopInferenceExperiment:               on(named(inferenceExperiment),                     stopInferenceExperiment),
  UpdateInferenceExperiment:             on(named(inferenceExperiment),                     updateInferenceExperiment),
  CreateInferenceRecommendationsJob:     on(created(inferenceRecommendationsJob),           createInferenceRecommendationsJob),
  DescribeInferenceRecommendationsJob:   on(named(inferenceRecommendationsJob),             recommendationsJobs.describe),
  ListInferenceRecommendationsJobs:      on('*',                                            recommendationsJobs.list),
  ListInferenceRecommendationsJobSteps:  on('*',                                            listInferenceRecommendationsJobSteps),
  StopInferenceRecommendationsJob:       on(named(inferenceRecommendationsJob),             stopInferenceRecommendationsJob),
  GetScalingConfigurationRecommendation: on(scaledJob,                                      getScalingConfigurationRecommendation),
  ListModelMetadata:                     on('*',                                            listModelMetadata),
});
