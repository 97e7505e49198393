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

export type Section = (typeof sections)[number][1];
