import { type Fact, type Family, NETWORK } from './family.ts';
import type { FurtherSection } from './sections.ts';

type Own = Pick<Family, 'noun' | 'about' | 'list' | 'facts'> & Partial<Family>;

/** A kind whose operations and members are named after it, as most are: `DescribeProcessingJob`, `ProcessingJobName`. */
const named = (noun: string, own: Own): Family => ({
  describe: `Describe${noun}`,
  name: `${noun}Name`,
  arn: `${noun}Arn`,
  status: `${noun}Status`,
  created: 'CreationTime',
  changed: 'LastModifiedTime',
  creation: { operation: `Create${noun}` },
  isTagged: true,
  ...own,
});

const ROLE: Fact = ['Role', 'RoleArn'];
const RUNNING = ['InProgress'];

/** What is said before something is deleted that others may use. */
const USED = 'What uses it then fails, or is refused.';

/** Kinds that are made by the AWS CLI, SDKs or pipelines, and looked at here. */
export const furtherFamilies: Readonly<Record<FurtherSection, Family>> = {
  pipelines: named('Pipeline', {
    noun: ['pipeline', 'pipelines'],
    about: 'Jobs that follow from one another, run as often as wanted with the rights of one role.',
    list: ['ListPipelines', 'PipelineSummaries'],
    status: undefined,
    facts: [ROLE, ['Status', 'PipelineStatus'], ['Shown as', 'PipelineDisplayName'], ['Description', 'PipelineDescription']],
    remove: { operation: 'DeletePipeline', hint: 'What its executions made stays.', isTokened: true },
  }),
  'processing-jobs': named('ProcessingJob', {
    noun: ['processing job', 'processing jobs'],
    about: 'A job that prepares data or evaluates a model.',
    list: ['ListProcessingJobs', 'ProcessingJobSummaries'],
    facts: [
      ROLE,
      ['Image', 'AppSpecification.ImageUri'],
      ['Instance type', 'ProcessingResources.ClusterConfig.InstanceType'],
      ['Instances', 'ProcessingResources.ClusterConfig.InstanceCount'],
      ['Volume key', 'ProcessingResources.ClusterConfig.VolumeKmsKeyId'],
      ['Output key', 'ProcessingOutputConfig.KmsKeyId'],
      ['Subnets', 'NetworkConfig.VpcConfig.Subnets[]'],
      ['Security groups', 'NetworkConfig.VpcConfig.SecurityGroupIds[]'],
      ['Network isolation', 'NetworkConfig.EnableNetworkIsolation'],
      ['What it said at its end', 'ExitMessage'],
    ],
    stop: { operation: 'StopProcessingJob', while: RUNNING },
  }),
  'tuning-jobs': named('HyperParameterTuningJob', {
    noun: ['tuning job', 'tuning jobs'],
    about: 'A job that looks for the best hyperparameters by training again and again.',
    list: ['ListHyperParameterTuningJobs', 'HyperParameterTuningJobSummaries'],
    columns: [['Strategy', 'Strategy']],
    facts: [
      ['Strategy', 'HyperParameterTuningJobConfig.Strategy'],
      ['Role', 'TrainingJobDefinition.RoleArn'],
      ['Training image', 'TrainingJobDefinition.AlgorithmSpecification.TrainingImage'],
      ['Completed', 'TrainingJobStatusCounters.Completed'],
      ['In progress', 'TrainingJobStatusCounters.InProgress'],
      ['Best training job', 'BestTrainingJob.TrainingJobName'],
    ],
    stop: { operation: 'StopHyperParameterTuningJob', while: RUNNING },
  }),
  'transform-jobs': named('TransformJob', {
    noun: ['batch transform job', 'batch transform jobs'],
    about: 'A job that lets a model answer for a whole set of data.',
    list: ['ListTransformJobs', 'TransformJobSummaries'],
    facts: [
      ['Model', 'ModelName'],
      ['Instance type', 'TransformResources.InstanceType'],
      ['Instances', 'TransformResources.InstanceCount'],
      ['Volume key', 'TransformResources.VolumeKmsKeyId'],
      ['Input', 'TransformInput.DataSource.S3DataSource.S3Uri'],
      ['Output', 'TransformOutput.S3OutputPath'],
      ['Output key', 'TransformOutput.KmsKeyId'],
    ],
    changed: undefined,
    stop: { operation: 'StopTransformJob', while: RUNNING },
  }),
  'automl-jobs': named('AutoMLJob', {
    noun: ['AutoML job', 'AutoML jobs'],
    about: 'A job that finds a model for data by itself.',
    list: ['ListAutoMLJobs', 'AutoMLJobSummaries'],
    // Tells of jobs of both versions; the other operation, of the first alone.
    describe: 'DescribeAutoMLJobV2',
    creation: { operation: 'CreateAutoMLJobV2' },
    facts: [
      ['What it does now', 'AutoMLJobSecondaryStatus'],
      ROLE,
      ['Problem', 'AutoMLProblemTypeConfigName'],
      ['Output', 'OutputDataConfig.S3OutputPath'],
      ['Best candidate', 'BestCandidate.CandidateName'],
    ],
    stop: { operation: 'StopAutoMLJob', while: RUNNING },
  }),
  'compilation-jobs': named('CompilationJob', {
    noun: ['compilation job', 'compilation jobs'],
    about: 'A job that makes a model run well on a kind of machine.',
    list: ['ListCompilationJobs', 'CompilationJobSummaries'],
    facts: [
      ROLE,
      ['Input', 'InputConfig.S3Uri'],
      ['Output', 'OutputConfig.S3OutputLocation'],
      ['For', 'OutputConfig.TargetDevice'],
      ...NETWORK,
    ],
    stop: { operation: 'StopCompilationJob', while: ['INPROGRESS', 'STARTING'] },
  }),
  algorithms: named('Algorithm', {
    noun: ['algorithm', 'algorithms'],
    about: 'A training image with what it takes and gives, for others to train with.',
    list: ['ListAlgorithms', 'AlgorithmSummaryList'],
    facts: [
      ['Description', 'AlgorithmDescription'],
      ['Training image', 'TrainingSpecification.TrainingImage'],
    ],
    changed: undefined,
    remove: { operation: 'DeleteAlgorithm', hint: USED },
  }),
  'model-package-groups': named('ModelPackageGroup', {
    noun: ['model package group', 'model package groups'],
    about: 'The versions of one model, in the registry. Other accounts see it by its policy.',
    list: ['ListModelPackageGroups', 'ModelPackageGroupSummaryList'],
    facts: [
      ['Description', 'ModelPackageGroupDescription'],
      ['Created by', 'CreatedBy.UserProfileName'],
    ],
    changed: undefined,
    remove: { operation: 'DeleteModelPackageGroup', hint: 'Its model packages must be gone before.' },
  }),
  'model-packages': named('ModelPackage', {
    noun: ['model package', 'model packages'],
    about: 'A model in the registry: a version of a group, or one by itself.',
    list: ['ListModelPackages', 'ModelPackageSummaryList'],
    listed: { ModelPackageType: 'Both' },
    // Versions have no names of their own.
    name: 'ModelPackageArn',
    identity: ['ModelPackageArn', 'ModelPackageName'],
    columns: [['Approval', 'ModelApprovalStatus']],
    facts: [
      ['Group', 'ModelPackageGroupName'],
      ['Version', 'ModelPackageVersion'],
      ['Approval', 'ModelApprovalStatus'],
      ['Stage', 'ModelLifeCycle.Stage'],
      ['Stage status', 'ModelLifeCycle.StageStatus'],
      ['Images', 'InferenceSpecification.Containers[].Image'],
      ['Created by', 'CreatedBy.UserProfileName'],
    ],
    changed: undefined,
    // The tags of a version are those of its group.
    isTagged: ({ ModelPackageVersion }) => ModelPackageVersion === undefined,
    remove: { operation: 'DeleteModelPackage', hint: USED },
  }),
  'model-cards': named('ModelCard', {
    noun: ['model card', 'model cards'],
    about: 'What a model is for, how it was made, and how far it can be trusted, in writing.',
    list: ['ListModelCards', 'ModelCardSummaries'],
    facts: [
      ['Version', 'ModelCardVersion'],
      ['Key', 'SecurityConfig.KmsKeyId'],
    ],
    remove: { operation: 'DeleteModelCard', hint: 'All its versions go with it.' },
  }),
  'inference-components': named('InferenceComponent', {
    noun: ['inference component', 'inference components'],
    about: 'A model on an endpoint that it shares with others.',
    list: ['ListInferenceComponents', 'InferenceComponents'],
    columns: [['Endpoint', 'EndpointName']],
    facts: [
      ['Endpoint', 'EndpointName'],
      ['Variant', 'VariantName'],
      ['Model', 'Specification.ModelName'],
      ['Copies', 'RuntimeConfig.CurrentCopyCount'],
    ],
    remove: { operation: 'DeleteInferenceComponent', while: ['InService', 'Failed'], hint: 'Whoever calls it is refused from then on.' },
  }),
  'monitoring-schedules': named('MonitoringSchedule', {
    noun: ['monitoring schedule', 'monitoring schedules'],
    about: 'Jobs that look, time and again, whether an endpoint still answers well.',
    list: ['ListMonitoringSchedules', 'MonitoringScheduleSummaries'],
    columns: [['Endpoint', 'EndpointName']],
    facts: [
      ['Kind', 'MonitoringType'],
      ['Endpoint', 'EndpointName'],
      ['When', 'MonitoringScheduleConfig.ScheduleConfig.ScheduleExpression'],
      ['Definition', 'MonitoringScheduleConfig.MonitoringJobDefinitionName'],
    ],
    stop: { operation: 'StopMonitoringSchedule', while: ['Scheduled'] },
    remove: { operation: 'DeleteMonitoringSchedule', hint: 'The endpoint is watched no more.' },
  }),
  experiments: named('Experiment', {
    noun: ['experiment', 'experiments'],
    about: 'Trials that are to be compared.',
    list: ['ListExperiments', 'ExperimentSummaries'],
    status: undefined,
    facts: [
      ['Shown as', 'DisplayName'],
      ['Description', 'Description'],
      ['Created by', 'CreatedBy.UserProfileName'],
    ],
    remove: { operation: 'DeleteExperiment', hint: 'Its trials must be gone before.' },
  }),
  projects: named('Project', {
    noun: ['project', 'projects'],
    about: 'Repositories and pipelines that a template sets up for a team.',
    list: ['ListProjects', 'ProjectSummaryList'],
    facts: [
      ['Project ID', 'ProjectId'],
      ['Description', 'ProjectDescription'],
      ['Created by', 'CreatedBy.UserProfileName'],
    ],
    changed: undefined,
    remove: { operation: 'DeleteProject', hint: 'What was provisioned for it goes too.' },
  }),
  hubs: named('Hub', {
    noun: ['hub', 'hubs'],
    about: 'Models and notebooks that an organization shares.',
    list: ['ListHubs', 'HubSummaries'],
    facts: [
      ['Shown as', 'HubDisplayName'],
      ['Description', 'HubDescription'],
      ['Kept in', 'S3StorageConfig.S3OutputPath'],
    ],
    remove: { operation: 'DeleteHub', hint: 'Its contents must be gone before.' },
  }),
  images: named('Image', {
    noun: ['image', 'images'],
    about: 'An image of one’s own that apps of Studio can run, in versions.',
    list: ['ListImages', 'Images'],
    facts: [ROLE, ['Shown as', 'DisplayName'], ['Description', 'Description']],
    remove: { operation: 'DeleteImage', hint: 'All its versions go with it.' },
  }),
  'studio-lifecycle-configs': named('StudioLifecycleConfig', {
    noun: ['Studio lifecycle configuration', 'Studio lifecycle configurations'],
    about: 'A script that runs when an app of Studio starts.',
    list: ['ListStudioLifecycleConfigs', 'StudioLifecycleConfigs'],
    status: undefined,
    columns: [['For', 'StudioLifecycleConfigAppType']],
    facts: [['For', 'StudioLifecycleConfigAppType']],
    remove: { operation: 'DeleteStudioLifecycleConfig', hint: 'No domain, profile or space may name it.' },
  }),
  'code-repositories': named('CodeRepository', {
    noun: ['code repository', 'code repositories'],
    about: 'A Git repository, and the secret by which it is reached, for notebook instances.',
    list: ['ListCodeRepositories', 'CodeRepositorySummaryList'],
    status: undefined,
    columns: [['URL', 'GitConfig.RepositoryUrl']],
    facts: [
      ['URL', 'GitConfig.RepositoryUrl'],
      ['Branch', 'GitConfig.Branch'],
      ['Secret', 'GitConfig.SecretArn'],
    ],
    remove: { operation: 'DeleteCodeRepository', hint: USED },
  }),
  clusters: named('Cluster', {
    noun: ['HyperPod cluster', 'HyperPod clusters'],
    about: 'Machines that train for weeks, and are replaced when they break.',
    list: ['ListClusters', 'ClusterSummaries'],
    facts: [
      ['Instance types', 'InstanceGroups[].InstanceType'],
      ['Instances', 'InstanceGroups[].CurrentCount'],
      ['Roles', 'InstanceGroups[].ExecutionRole'],
      ['Recovery', 'NodeRecovery'],
      ...NETWORK,
    ],
    changed: undefined,
    remove: { operation: 'DeleteCluster', hint: 'All its nodes go with it.' },
  }),
  'mlflow-tracking-servers': named('MlflowTrackingServer', {
    noun: ['MLflow tracking server', 'MLflow tracking servers'],
    about: 'Keeps what experiments with MLflow measured.',
    list: ['ListMlflowTrackingServers', 'TrackingServerSummaries'],
    name: 'TrackingServerName',
    arn: 'TrackingServerArn',
    status: 'TrackingServerStatus',
    facts: [ROLE, ['Size', 'TrackingServerSize'], ['MLflow', 'MlflowVersion'], ['Artifacts', 'ArtifactStoreUri']],
    stop: { operation: 'StopMlflowTrackingServer', while: ['Created', 'Started', 'Updated'] },
    remove: { operation: 'DeleteMlflowTrackingServer', hint: 'What it keeps goes with it; artifacts in S3 stay.' },
  }),
  'flow-definitions': named('FlowDefinition', {
    noun: ['human review workflow', 'human review workflows'],
    about: 'Who looks at what a model is not sure of, and by which form.',
    list: ['ListFlowDefinitions', 'FlowDefinitionSummaries'],
    facts: [
      ROLE,
      ['Work team', 'HumanLoopConfig.WorkteamArn'],
      ['Form', 'HumanLoopConfig.HumanTaskUiArn'],
      ['Output', 'OutputConfig.S3OutputPath'],
    ],
    changed: undefined,
    remove: { operation: 'DeleteFlowDefinition', hint: 'No review can be begun by it any more.' },
  }),
};
