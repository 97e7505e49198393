/** The kinds of SageMaker's resources that have pages, in the order of the list of pages: what each is called, where it is, where one is made. */
export const sections = [
  ['Domains', 'domains', 'create-domain'],
  ['Notebook instances', 'notebook-instances', 'create-notebook-instance'],
  ['Lifecycle configurations', 'notebook-lifecycle-configs', 'create-notebook-lifecycle-config'],
  ['Training jobs', 'training-jobs', 'create-training-job'],
  ['Models', 'models', 'create-model'],
  ['Endpoint configurations', 'endpoint-configs', 'create-endpoint-config'],
  ['Endpoints', 'endpoints', 'create-endpoint'],
] as const;

/** The other kinds that have pages: lists, and what there is to know of each. */
export const furtherSections = [
  ['Pipelines', 'pipelines'],
  ['Processing jobs', 'processing-jobs'],
  ['Tuning jobs', 'tuning-jobs'],
  ['Batch transform jobs', 'transform-jobs'],
  ['AutoML jobs', 'automl-jobs'],
  ['Compilation jobs', 'compilation-jobs'],
  ['Algorithms', 'algorithms'],
  ['Feature groups', 'feature-groups'],
  ['Labeling jobs', 'labeling-jobs'],
  ['Model package groups', 'model-package-groups'],
  ['Model packages', 'model-packages'],
  ['Model cards', 'model-cards'],
  ['Inference components', 'inference-components'],
  ['Monitoring schedules', 'monitoring-schedules'],
  ['Experiments', 'experiments'],
  ['Projects', 'projects'],
  ['Hubs', 'hubs'],
  ['Studio images', 'images'],
  ['Studio lifecycle configurations', 'studio-lifecycle-configs'],
  ['Code repositories', 'code-repositories'],
  ['HyperPod clusters', 'clusters'],
  ['MLflow tracking servers', 'mlflow-tracking-servers'],
  ['Human review workflows', 'flow-definitions'],
] as const;

export type Section = (typeof sections)[number][1];
export type FurtherSection = (typeof furtherSections)[number][1];
/** Those whose pages are made of a description: all but domains. */
export type DescribedSection = Exclude<Section, 'domains'> | FurtherSection;
