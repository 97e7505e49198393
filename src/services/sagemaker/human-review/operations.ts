import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createFlowDefinition, flowDefinition } from './flow-definition.ts';

const flowDefinitions = handlersOf(flowDefinition);

/** Human review: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const humanReviewOperations = operationsOf({
  CreateFlowDefinition:   on(created(flowDefinition), createFlowDefinition),
  DeleteFlowDefinition:   on(named(flowDefinition),   flowDefinitions.remove),
  DescribeFlowDefinition: on(named(flowDefinition),   flowDefinitions.describe),
  ListFlowDefinitions:    on('*',                     flowDefinitions.list),
});
