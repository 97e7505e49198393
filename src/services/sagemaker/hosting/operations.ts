import { handlersOf } from '../handlers.ts';
import { foreignPackages } from '../registry/model-package.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createEndpoint, endpoint, updateEndpoint, updateEndpointWeightsAndCapacities } from './endpoint.ts';
import { createEndpointConfig, endpointConfig } from './endpoint-config.ts';
import { createModel, model } from './model.ts';

const endpoints = handlersOf(endpoint);
const endpointConfigs = handlersOf(endpointConfig);
const models = handlersOf(model);

/** Hosting: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const hostingOperations = operationsOf({
  CreateModel:                        on([created(model), foreignPackages],          createModel),
  DeleteModel:                        on(named(model),                               models.remove),
  DescribeModel:                      on(named(model),                               models.describe),
  ListModels:                         on('*',                                        models.list),
  CreateEndpointConfig:               on(created(endpointConfig),                    createEndpointConfig),
  DeleteEndpointConfig:               on(named(endpointConfig),                      endpointConfigs.remove),
  DescribeEndpointConfig:             on(named(endpointConfig),                      endpointConfigs.describe),
  ListEndpointConfigs:                on('*',                                        endpointConfigs.list),
  CreateEndpoint:                     on([created(endpoint), named(endpointConfig)], createEndpoint),
  DeleteEndpoint:                     on(named(endpoint),                            endpoints.remove),
  DescribeEndpoint:                   on(named(endpoint),                            endpoints.describe),
  ListEndpoints:                      on('*',                                        endpoints.list),
  UpdateEndpoint:                     on([named(endpoint), named(endpointConfig)],   updateEndpoint),
  UpdateEndpointWeightsAndCapacities: on(named(endpoint),                            updateEndpointWeightsAndCapacities),
});
