import { minimal, type World } from './world.ts';

/*
 * What the operations that create jobs are called with here.
 */

/** Makes what these inputs name: model, endpoint, configuration of a load. */
export async function makeReferences({ root, role }: World): Promise<void> {
  await root('CreateModel', minimal.model('base', role));
  await root('CreateEndpointConfig', minimal.endpointConfig('served', 'base'));
  await root('CreateEndpoint', { EndpointName: 'served', EndpointConfigName: 'served' });
  await root('CreateAIWorkloadConfig', { AIWorkloadConfigName: 'load' });
}

export const stopping = { MaxRuntimeInSeconds: 3600 };
export const channel = { ChannelName: 'in', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } } };
export const resources = { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 } as const;

export const transform = (TransformJobName: string) => ({
  TransformJobName,
  ModelName: 'base',
  TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } } },
  TransformOutput: { S3OutputPath: 's3://bucket/out' },
  TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 2 },
});
export const processing = (ProcessingJobName: string, RoleArn: string) => ({
  ProcessingJobName,
  RoleArn,
  AppSpecification: { ImageUri: 'image' },
  ProcessingResources: { ClusterConfig: resources },
});
export const definition = (RoleArn: string, more: object = {}) => ({
  RoleArn,
  AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File' },
  InputDataConfig: [channel],
  OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
  ResourceConfig: resources,
  StoppingCondition: stopping,
  StaticHyperParameters: { epochs: '3' },
  ...more,
});
export const tuning = (HyperParameterTuningJobName: string, RoleArn: string, config: object = {}, more: object = {}) => ({
  HyperParameterTuningJobName,
  HyperParameterTuningJobConfig: {
    Strategy: 'Random',
    ResourceLimits: { MaxNumberOfTrainingJobs: 3, MaxParallelTrainingJobs: 2 },
    HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'loss' },
    ParameterRanges: {
      IntegerParameterRanges: [{ Name: 'depth', MinValue: '2', MaxValue: '4' }],
      ContinuousParameterRanges: [{ Name: 'rate', MinValue: '0.1', MaxValue: '0.5' }],
      CategoricalParameterRanges: [{ Name: 'optimizer', Values: ['sgd', 'adam'] }],
    },
    ...config,
  },
  TrainingJobDefinition: definition(RoleArn),
  ...more,
});
export const autoML = (AutoMLJobName: string, RoleArn: string) => ({
  AutoMLJobName,
  RoleArn,
  InputDataConfig: [{ DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } }, TargetAttributeName: 'label' }],
  OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
});
export const autoMLV2 = (AutoMLJobName: string, RoleArn: string) => ({
  AutoMLJobName,
  RoleArn,
  AutoMLJobInputDataConfig: [{ ChannelType: 'training', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } } }],
  OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
  AutoMLProblemTypeConfig: { ImageClassificationJobConfig: {} },
});
export const compilation = (CompilationJobName: string, RoleArn: string) => ({
  CompilationJobName,
  RoleArn,
  InputConfig: { S3Uri: 's3://models/m.tar.gz', Framework: 'PYTORCH', DataInputConfig: '{}' },
  OutputConfig: { S3OutputLocation: 's3://bucket/out/', TargetDevice: 'ml_c5' },
  StoppingCondition: stopping,
});
export const optimization = (OptimizationJobName: string, RoleArn: string) => ({
  OptimizationJobName,
  RoleArn,
  ModelSource: { S3: { S3Uri: 's3://models/m/' } },
  DeploymentInstanceType: 'ml.g5.xlarge',
  OptimizationConfigs: [{ ModelQuantizationConfig: { OverrideEnvironment: { A: 'b' } } }],
  OutputConfig: { S3OutputLocation: 's3://bucket/out/' },
  StoppingCondition: stopping,
});
export const customization = (JobName: string, RoleArn: string) => ({
  JobName,
  RoleArn,
  JobCategory: 'AgentRFT',
  JobConfigSchemaVersion: '1.0.0',
  JobConfigDocument: '{"model":"m"}',
});
export const benchmark = (AIBenchmarkJobName: string, RoleArn: string) => ({
  AIBenchmarkJobName,
  RoleArn,
  BenchmarkTarget: { Endpoint: { Identifier: 'served' } },
  OutputConfig: { S3OutputLocation: 's3://bucket/out/' },
  AIWorkloadConfigIdentifier: 'load',
});
export const recommendation = (AIRecommendationJobName: string, RoleArn: string) => ({
  AIRecommendationJobName,
  RoleArn,
  ModelSource: { S3: { S3Uri: 's3://models/m/' } },
  OutputConfig: {},
  AIWorkloadConfigIdentifier: 'load',
  PerformanceTarget: { Constraints: [{ Metric: 'throughput' }] },
});
export const algorithm = (AlgorithmName: string) => ({
  AlgorithmName,
  TrainingSpecification: {
    TrainingImage: 'image',
    SupportedTrainingInstanceTypes: ['ml.m5.large'],
    TrainingChannels: [{ Name: 'train', SupportedContentTypes: ['text/csv'], SupportedInputModes: ['File'] }],
  },
});
