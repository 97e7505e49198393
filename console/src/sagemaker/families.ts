import type { Section } from './sections.ts';

/** Where in a description something stands: `ResourceConfig.InstanceType`; `[]` goes through a list. */
type Fact = readonly [label: string, path: string];

/** What an operation says of one resource, or an entry of a list. */
export type Described = Readonly<Record<string, unknown>>;

/** A kind of resource, as its pages need to know it: its list and its own page are made of this. */
export interface Family {
  /** One and many, in lower case. */
  readonly noun: readonly [one: string, many: string];
  /** What it is, in a sentence. */
  readonly about: string;
  readonly list: readonly [operation: string, member: string];
  readonly describe: string;
  /** Members of list entries and descriptions. */
  readonly name: string;
  readonly arn: string;
  readonly status?: string;
  readonly created?: string;
  readonly changed?: string;
  /** Columns of the list besides name, state and times. */
  readonly columns?: readonly Fact[];
  /** What its page begins with, besides the above. */
  readonly facts: readonly Fact[];
  /** What creates it: its condition keys are shown, read from the description as if it were the call. */
  readonly creation?: { readonly operation: string; readonly renamed?: Readonly<Record<string, string>> };
  /** The page on which it is created: `create-model`. */
  readonly createAt?: string;
  readonly stop?: { readonly operation: string; readonly while: readonly string[] };
  readonly remove?: { readonly operation: string; readonly while?: readonly string[]; readonly hint: string };
  readonly isTagged: boolean;
}

const NETWORK: readonly Fact[] = [
  ['Subnets', 'VpcConfig.Subnets[]'],
  ['Security groups', 'VpcConfig.SecurityGroupIds[]'],
];

/** All kinds with pages made of their description; domains have pages of their own. */
export const families: Readonly<Record<Exclude<Section, 'domains'>, Family>> = {
  'notebook-instances': {
    noun: ['notebook instance', 'notebook instances'],
    about: 'A machine with Jupyter on it, which works with the role that it was given.',
    list: ['ListNotebookInstances', 'NotebookInstances'],
    describe: 'DescribeNotebookInstance',
    name: 'NotebookInstanceName',
    arn: 'NotebookInstanceArn',
    status: 'NotebookInstanceStatus',
    created: 'CreationTime',
    changed: 'LastModifiedTime',
    columns: [['Instance type', 'InstanceType']],
    facts: [
      ['Instance type', 'InstanceType'],
      ['Role', 'RoleArn'],
      ['Volume (GB)', 'VolumeSizeInGB'],
      ['Encryption key', 'KmsKeyId'],
      ['Subnet', 'SubnetId'],
      ['Security groups', 'SecurityGroups[]'],
      ['Direct internet access', 'DirectInternetAccess'],
      ['Root access', 'RootAccess'],
      ['Lifecycle configuration', 'NotebookInstanceLifecycleConfigName'],
      ['Platform', 'PlatformIdentifier'],
      ['Least version of instance metadata (IMDS)', 'InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion'],
    ],
    creation: {
      operation: 'CreateNotebookInstance',
      renamed: { SecurityGroups: 'SecurityGroupIds', NotebookInstanceLifecycleConfigName: 'LifecycleConfigName' },
    },
    createAt: 'create-notebook-instance',
    remove: { operation: 'DeleteNotebookInstance', while: ['Stopped', 'Failed'], hint: 'Its volume goes with it.' },
    isTagged: true,
  },
  'notebook-lifecycle-configs': {
    noun: ['lifecycle configuration', 'lifecycle configurations'],
    about: 'Scripts that run as root when a notebook instance is created, and each time it starts.',
    list: ['ListNotebookInstanceLifecycleConfigs', 'NotebookInstanceLifecycleConfigs'],
    describe: 'DescribeNotebookInstanceLifecycleConfig',
    name: 'NotebookInstanceLifecycleConfigName',
    arn: 'NotebookInstanceLifecycleConfigArn',
    created: 'CreationTime',
    changed: 'LastModifiedTime',
    facts: [],
    createAt: 'create-notebook-lifecycle-config',
    remove: {
      operation: 'DeleteNotebookInstanceLifecycleConfig',
      hint: 'Notebook instances that use it no longer run its scripts when they start.',
    },
    isTagged: true,
  },
  'training-jobs': {
    noun: ['training job', 'training jobs'],
    about: 'A job that makes a model of data. Here it goes through its states, but nothing is trained.',
    list: ['ListTrainingJobs', 'TrainingJobSummaries'],
    describe: 'DescribeTrainingJob',
    name: 'TrainingJobName',
    arn: 'TrainingJobArn',
    status: 'TrainingJobStatus',
    created: 'CreationTime',
    changed: 'LastModifiedTime',
    facts: [
      ['What it does now', 'SecondaryStatus'],
      ['Role', 'RoleArn'],
      ['Training image', 'AlgorithmSpecification.TrainingImage'],
      ['Instance type', 'ResourceConfig.InstanceType'],
      ['Instances', 'ResourceConfig.InstanceCount'],
      ['Volume key', 'ResourceConfig.VolumeKmsKeyId'],
      ['Input', 'InputDataConfig[].DataSource.S3DataSource.S3Uri'],
      ['Output', 'OutputDataConfig.S3OutputPath'],
      ['Output key', 'OutputDataConfig.KmsKeyId'],
      ['Longest run (s)', 'StoppingCondition.MaxRuntimeInSeconds'],
      ...NETWORK,
      ['Network isolation', 'EnableNetworkIsolation'],
      ['Traffic between containers encrypted', 'EnableInterContainerTrafficEncryption'],
    ],
    creation: { operation: 'CreateTrainingJob' },
    createAt: 'create-training-job',
    stop: { operation: 'StopTrainingJob', while: ['InProgress'] },
    remove: { operation: 'DeleteTrainingJob', while: ['Completed', 'Failed', 'Stopped'], hint: 'What it wrote to S3 stays.' },
    isTagged: true,
  },
  models: {
    noun: ['model', 'models'],
    about: 'Containers with what training made, and the role that they work with.',
    list: ['ListModels', 'Models'],
    describe: 'DescribeModel',
    name: 'ModelName',
    arn: 'ModelArn',
    created: 'CreationTime',
    facts: [
      ['Role', 'ExecutionRoleArn'],
      ['Image', 'PrimaryContainer.Image'],
      ['Model data', 'PrimaryContainer.ModelDataUrl'],
      ['Images', 'Containers[].Image'],
      ...NETWORK,
      ['Network isolation', 'EnableNetworkIsolation'],
    ],
    creation: { operation: 'CreateModel' },
    createAt: 'create-model',
    remove: {
      operation: 'DeleteModel',
      hint: 'Endpoints that serve it go on; a configuration that names it makes no further endpoint.',
    },
    isTagged: true,
  },
  'endpoint-configs': {
    noun: ['endpoint configuration', 'endpoint configurations'],
    about: 'Which models an endpoint serves, and on what. It never changes: to change an endpoint is to give it another one.',
    list: ['ListEndpointConfigs', 'EndpointConfigs'],
    describe: 'DescribeEndpointConfig',
    name: 'EndpointConfigName',
    arn: 'EndpointConfigArn',
    created: 'CreationTime',
    facts: [
      ['Variants', 'ProductionVariants[].VariantName'],
      ['Models', 'ProductionVariants[].ModelName'],
      ['Instance types', 'ProductionVariants[].InstanceType'],
      ['Instances', 'ProductionVariants[].InitialInstanceCount'],
      ['Volume key', 'KmsKeyId'],
      ...NETWORK,
    ],
    creation: { operation: 'CreateEndpointConfig' },
    createAt: 'create-endpoint-config',
    remove: { operation: 'DeleteEndpointConfig', hint: 'Endpoints that use it go on, but can no longer be updated.' },
    isTagged: true,
  },
  endpoints: {
    noun: ['endpoint', 'endpoints'],
    about: 'Serves the models of a configuration to whoever may call InvokeEndpoint.',
    list: ['ListEndpoints', 'Endpoints'],
    describe: 'DescribeEndpoint',
    name: 'EndpointName',
    arn: 'EndpointArn',
    status: 'EndpointStatus',
    created: 'CreationTime',
    changed: 'LastModifiedTime',
    facts: [
      ['Configuration', 'EndpointConfigName'],
      ['On the way to', 'PendingDeploymentSummary.EndpointConfigName'],
      ['Variants', 'ProductionVariants[].VariantName'],
      ['Instances', 'ProductionVariants[].CurrentInstanceCount'],
      ['Weights', 'ProductionVariants[].CurrentWeight'],
      ['Captures data to', 'DataCaptureConfig.DestinationS3Uri'],
    ],
    createAt: 'create-endpoint',
    remove: {
      operation: 'DeleteEndpoint',
      while: ['InService', 'Failed', 'OutOfService', 'UpdateRollbackFailed'],
      hint: 'Whoever calls it is refused from then on. Its configuration and models stay.',
    },
    isTagged: true,
  },
};
