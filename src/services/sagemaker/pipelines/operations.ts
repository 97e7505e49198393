import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { sendPipelineExecutionStepFailure, sendPipelineExecutionStepSuccess, waitingExecution } from './callback.ts';
import { createPipeline, describePipeline, listPipelineVersions, pipeline, updatePipeline, updatePipelineVersion } from './pipeline.ts';
import {
  describePipelineDefinitionForExecution,
  describePipelineExecution,
  listPipelineExecutionSteps,
  listPipelineExecutions,
  listPipelineParametersForExecution,
  pipelineExecution,
  retryPipelineExecution,
  startPipelineExecution,
  stopPipelineExecution,
  updatePipelineExecution,
} from './pipeline-execution.ts';

const pipelines = handlersOf(pipeline);

/** Pipelines: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const pipelineOperations = operationsOf({
  CreatePipeline:                         on(created(pipeline),         createPipeline),
  DeletePipeline:                         on(named(pipeline),           pipelines.remove),
  DescribePipeline:                       on(named(pipeline),           describePipeline),
  ListPipelines:                          on('*',                       pipelines.list),
  UpdatePipeline:                         on(named(pipeline),           updatePipeline),
  ListPipelineVersions:                   on(named(pipeline),           listPipelineVersions),
  UpdatePipelineVersion:                  on(named(pipeline),           updatePipelineVersion),
  StartPipelineExecution:                 on(named(pipeline),           startPipelineExecution),
  ListPipelineExecutions:                 on(named(pipeline),           listPipelineExecutions),
  DescribePipelineExecution:              on(named(pipelineExecution),  describePipelineExecution),
  DescribePipelineDefinitionForExecution: on(named(pipelineExecution),  describePipelineDefinitionForExecution),
  ListPipelineExecutionSteps:             on(named(pipelineExecution),  listPipelineExecutionSteps),
  ListPipelineParametersForExecution:     on(named(pipelineExecution),  listPipelineParametersForExecution),
  RetryPipelineExecution:                 on(named(pipelineExecution),  retryPipelineExecution),
  StopPipelineExecution:                  on(named(pipelineExecution),  stopPipelineExecution),
  UpdatePipelineExecution:                on(named(pipelineExecution),  updatePipelineExecution),
  SendPipelineExecutionStepFailure:       on(waitingExecution,          sendPipelineExecutionStepFailure),
  SendPipelineExecutionStepSuccess:       on(waitingExecution,          sendPipelineExecutionStepSuccess),
});
