import type { Operations } from '../../authorization/operation.ts';
import { edgeOperations } from './edge/operations.ts';
import { experimentOperations } from './experiments/operations.ts';
import { featureStoreOperations } from './feature-store/operations.ts';
import { hostingOperations } from './hosting/operations.ts';
import { humanReviewOperations } from './human-review/operations.ts';
import { hyperPodOperations } from './hyperpod/operations.ts';
import { lineageOperations } from './lineage/operations.ts';
import { mlflowOperations } from './mlflow/operations.ts';
import { monitoringOperations } from './monitoring/operations.ts';
import { notebookOperations } from './notebook/operations.ts';
import { pipelineOperations } from './pipelines/operations.ts';
import { registryOperations } from './registry/operations.ts';
import { on, operationsOf, together } from './rows.ts';
import { searchOperations } from './search/operations.ts';
import { studioOperations } from './studio/operations.ts';
import { addTags, deleteTags, listTags, taggedResource } from './tag.ts';
import { trainingOperations } from './training/operations.ts';

/**
 * Who may call what of Amazon SageMaker.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export const sagemakerOperations: Operations = together(
  searchOperations,
  studioOperations,
  notebookOperations,
  trainingOperations,
  hostingOperations,
  humanReviewOperations,
  featureStoreOperations,
  experimentOperations,
  lineageOperations,
  registryOperations,
  mlflowOperations,
  hyperPodOperations,
  monitoringOperations,
  edgeOperations,
  pipelineOperations,
  operationsOf({
    AddTags: on(taggedResource, addTags),
    DeleteTags: on(taggedResource, deleteTags),
    ListTags: on(taggedResource, listTags),
  }),
);
