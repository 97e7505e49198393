import { beforeAll, describe, expect, it } from 'vitest';
import { allow, deny, endpointNamed, minimal, REGION, refusal, send, sharedWorld, type World } from './world.ts';

const world = sharedWorld({ quotas: { 'Total domains': 1000 } });

/** Ids that later requests name. */
const there = { domainId: '', subnetId: '', groupId: '', keyArn: '' };

beforeAll(async () => {
  const w = world();
  const { Subnets } = (await w.account.asRoot('ec2', 'DescribeSubnets', {}, REGION)) as { Subnets: { SubnetId: string }[] };
  const { SecurityGroups } = (await w.account.asRoot('ec2', 'DescribeSecurityGroups', {}, REGION)) as {
    SecurityGroups: { GroupId: string }[];
  };
  there.subnetId = Subnets[0]?.SubnetId ?? '';
  there.groupId = SecurityGroups[0]?.GroupId ?? '';
  there.keyArn = `arn:aws:kms:${REGION}:${w.account.id}:key/k-1`;
  await endpointNamed(w, 'there');
  await w.root('CreateNotebookInstance', minimal.notebook('there', w.role));
  await w.root('StopNotebookInstance', { NotebookInstanceName: 'there' });
  await w.root('CreateNotebookInstanceLifecycleConfig', { NotebookInstanceLifecycleConfigName: 'There' });
  there.domainId = String((await w.root('CreateDomain', minimal.domain('there', w.role))).DomainId);
  const DomainId = there.domainId;
  for (const UserProfileName of ['alice', 'bob']) await w.root('CreateUserProfile', { DomainId, UserProfileName });
  const space = (SpaceName: string, OwnerUserProfileName: string, SharingType: string) =>
    w.root('CreateSpace', { DomainId, SpaceName, OwnershipSettings: { OwnerUserProfileName }, SpaceSharingSettings: { SharingType } });
  await space('hers', 'alice', 'Private');
  await space('his', 'bob', 'Private');
  await space('ours', 'alice', 'Shared');
  for (const WorkteamName of ['team', 'other']) {
    const MemberDefinitions = [{ OidcMemberDefinition: { Groups: ['reviewers'] } }];
    await w.root('CreateWorkteam', { WorkteamName, Description: 'd', MemberDefinitions });
  }
  await w.root('CreateHumanTaskUi', { HumanTaskUiName: 'ui', UiTemplate: { Content: '<crowd-form></crowd-form>' } });
});

interface Case {
  readonly operation: string;
  /** The condition of an Allow statement: the only one that grants the operation. */
  readonly condition: (w: World) => object;
  readonly passes: (w: World) => object;
  readonly fails: (w: World) => object;
}

let count = 0;
const fresh = () => `n${++count}`;

const notebook =
  (more: () => object) =>
  (w: World): object => ({ ...minimal.notebook(fresh(), w.role), ...more() });
const job =
  (more: (input: ReturnType<typeof minimal.trainingJob>) => object) =>
  (w: World): object => {
    const input = minimal.trainingJob(fresh(), w.role);
    return { ...input, ...more(input) };
  };
const model =
  (more: () => object) =>
  (w: World): object => ({ ...minimal.model(fresh(), w.role), ...more() });
const config =
  (variant: object, more: () => object = () => ({})) =>
  (): object => {
    const [plain] = minimal.endpointConfig('', 'there').ProductionVariants;
    return { EndpointConfigName: fresh(), ProductionVariants: [{ ...plain, ...variant }], ...more() };
  };
const serverless = (...sizes: readonly number[]) =>
  config({}, () => ({
    ProductionVariants: sizes.map((MemorySizeInMB, i) => ({
      VariantName: `v${i}`,
      ModelName: 'there',
      ServerlessConfig: { MemorySizeInMB, MaxConcurrency: 1 },
    })),
  }));
const domain =
  (more: () => object, users: () => object = () => ({})) =>
  (w: World): object => {
    const input = minimal.domain(fresh(), w.role);
    return { ...input, DefaultUserSettings: { ...input.DefaultUserSettings, ...users() }, ...more() };
  };
const profile = (settings: () => object) => (): object => ({
  DomainId: there.domainId,
  UserProfileName: fresh(),
  UserSettings: settings(),
});
const app = (owner: object, spec?: object) => (): object => ({
  DomainId: there.domainId,
  ...owner,
  AppType: 'KernelGateway',
  AppName: fresh(),
  ...(spec && { ResourceSpec: spec }),
});
const space = (more: object) => (): object => ({ DomainId: there.domainId, SpaceName: fresh(), ...more });
const crowd = (name: string) => (w: World) =>
  name.startsWith('private-crowd/') ? w.arn(`workteam/${name}`) : `arn:aws:sagemaker:us-east-1:394669845002:workteam/${name}`;
const review =
  (team?: (w: World) => string) =>
  (w: World): object => ({
    ...minimal.flowDefinition(fresh(), w.role),
    ...(team && {
      HumanLoopConfig: {
        WorkteamArn: team(w),
        HumanTaskUiArn: w.arn('human-task-ui/ui'),
        TaskTitle: 't',
        TaskDescription: 'd',
        TaskCount: 1,
      },
    }),
  });
const customization = (document: () => object) => (w: World) => ({
  JobName: fresh(),
  RoleArn: w.role,
  JobCategory: 'AgentRFT',
  JobConfigSchemaVersion: '1.0.0',
  JobConfigDocument: JSON.stringify(document()),
});
const inside = (value: unknown, depth: number): object =>
  Array.from({ length: depth }).reduce<object>((inner) => ({ a: [inner] }), { VpcConfig: { Subnets: value } });
const vpc = () => ({ VpcConfig: { Subnets: [there.subnetId], SecurityGroupIds: [there.groupId] } });
const nothing = () => ({});

const present = (key: string) => ({ Null: { [`sagemaker:${key}`]: 'false' } });
const all = (key: string, values: string[]) => ({ 'ForAllValues:StringLike': { [`sagemaker:${key}`]: values }, ...present(key) });
const equal = (key: string, value: string) => ({ StringEquals: { [`sagemaker:${key}`]: value } });
const bool = (key: string, value = 'true') => ({ Bool: { [`sagemaker:${key}`]: value } });
const at = (DirectoryPath: string, FileSystemType = 'EFS', FileSystemAccessMode = 'ro', FileSystemId = 'fs-1234567890a') => ({
  InputDataConfig: [
    { ChannelName: 'c', DataSource: { FileSystemDataSource: { DirectoryPath, FileSystemType, FileSystemAccessMode, FileSystemId } } },
  ],
});

const channels = (...each: readonly ReturnType<typeof at>[]) => ({
  InputDataConfig: each.flatMap(({ InputDataConfig }, i) => InputDataConfig.map((channel) => ({ ...channel, ChannelName: `c${i}` }))),
});
const tuning =
  (...definitions: readonly object[]) =>
  (w: World): object => {
    const { TrainingJobName: _, ...definition } = minimal.trainingJob('', w.role);
    return {
      HyperParameterTuningJobName: fresh(),
      HyperParameterTuningJobConfig: { Strategy: 'Random', ResourceLimits: { MaxParallelTrainingJobs: 1, MaxNumberOfTrainingJobs: 1 } },
      TrainingJobDefinitions: definitions.map((more, i) => ({
        ...definition,
        DefinitionName: `d${i}`,
        TuningObjective: { Type: 'Minimize', MetricName: 'loss' },
        HyperParameterRanges: { IntegerParameterRanges: [{ Name: 'depth', MinValue: '2', MaxValue: '4' }] },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
        StaticHyperParameters: { epochs: '3' },
        ...more,
      })),
    };
  };

const cases: Record<string, Case> = {
  // Notebook instances
  'CreateNotebookInstance × InstanceTypes': {
    operation: 'CreateNotebookInstance',
    condition: () => all('InstanceTypes', ['ml.t3.*']),
    passes: notebook(nothing),
    fails: notebook(() => ({ InstanceType: 'ml.p3.2xlarge' })),
  },
  'CreateNotebookInstance × DirectInternetAccess': {
    operation: 'CreateNotebookInstance',
    condition: () => equal('DirectInternetAccess', 'Disabled'),
    passes: notebook(() => ({ DirectInternetAccess: 'Disabled', SubnetId: there.subnetId })),
    fails: notebook(nothing),
  },
  'CreateNotebookInstance × RootAccess': {
    operation: 'CreateNotebookInstance',
    condition: () => equal('RootAccess', 'Disabled'),
    passes: notebook(() => ({ RootAccess: 'Disabled' })),
    fails: notebook(() => ({ RootAccess: 'Enabled' })),
  },
  'CreateNotebookInstance × VpcSubnets': {
    operation: 'CreateNotebookInstance',
    condition: () => all('VpcSubnets', [there.subnetId]),
    passes: notebook(() => ({ SubnetId: there.subnetId })),
    fails: notebook(nothing),
  },
  'CreateNotebookInstance × VpcSecurityGroupIds': {
    operation: 'CreateNotebookInstance',
    condition: () => all('VpcSecurityGroupIds', [there.groupId]),
    passes: notebook(() => ({ SubnetId: there.subnetId, SecurityGroupIds: [there.groupId] })),
    fails: notebook(() => ({ SubnetId: there.subnetId, SecurityGroupIds: [there.groupId, 'sg-0123456789abcdef0'] })),
  },
  'CreateNotebookInstance × VolumeKmsKeyArn, by a key id': {
    operation: 'CreateNotebookInstance',
    condition: () => ({ ArnEquals: { 'sagemaker:VolumeKmsKeyArn': there.keyArn } }),
    passes: notebook(() => ({ KmsKeyId: 'k-1' })),
    fails: notebook(() => ({ KmsKeyId: 'k-2' })),
  },
  'CreateNotebookInstance × VolumeKmsKey, the deprecated twin': {
    operation: 'CreateNotebookInstance',
    condition: () => ({ StringLike: { 'sagemaker:VolumeKmsKey': '*key/k-1' } }),
    passes: notebook(() => ({ KmsKeyId: there.keyArn })),
    fails: notebook(nothing),
  },
  'CreateNotebookInstance × NotebookInstanceLifecycleConfigArns': {
    operation: 'CreateNotebookInstance',
    condition: (w) => all('NotebookInstanceLifecycleConfigArns', [w.arn('notebook-instance-lifecycle-config/there')]),
    passes: notebook(() => ({ LifecycleConfigName: 'There' })),
    fails: notebook(() => ({ LifecycleConfigName: 'other' })),
  },
  'CreateNotebookInstance × MinimumInstanceMetadataServiceVersion': {
    operation: 'CreateNotebookInstance',
    condition: () => equal('MinimumInstanceMetadataServiceVersion', '2'),
    passes: notebook(() => ({ InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '2' } })),
    fails: notebook(nothing),
  },
  'CreateNotebookInstance × AcceleratorTypes': {
    operation: 'CreateNotebookInstance',
    condition: () => all('AcceleratorTypes', ['ml.eia1.*']),
    passes: notebook(() => ({ AcceleratorTypes: ['ml.eia1.medium'] })),
    fails: notebook(() => ({ AcceleratorTypes: ['ml.eia1.medium', 'ml.eia2.large'] })),
  },
  'CreateNotebookInstance × aws:RequestTag': {
    operation: 'CreateNotebookInstance',
    condition: () => ({ StringEquals: { 'aws:RequestTag/team': 'blue' } }),
    passes: notebook(() => ({ Tags: [{ Key: 'team', Value: 'blue' }] })),
    fails: notebook(() => ({ Tags: [{ Key: 'team', Value: 'red' }] })),
  },
  'CreateNotebookInstance × aws:TagKeys': {
    operation: 'CreateNotebookInstance',
    condition: () => ({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] }, Null: { 'aws:TagKeys': 'false' } }),
    passes: notebook(() => ({ Tags: [{ Key: 'team', Value: 'blue' }] })),
    fails: notebook(() => ({
      Tags: [
        { Key: 'team', Value: 'blue' },
        { Key: 'extra', Value: '' },
      ],
    })),
  },
  'UpdateNotebookInstance × InstanceTypes': {
    operation: 'UpdateNotebookInstance',
    condition: () => all('InstanceTypes', ['ml.t3.*']),
    passes: () => ({ NotebookInstanceName: 'there', InstanceType: 'ml.t3.large' }),
    fails: () => ({ NotebookInstanceName: 'there', InstanceType: 'ml.p3.2xlarge' }),
  },
  // Training
  'CreateTrainingJob × InstanceTypes, of every place': {
    operation: 'CreateTrainingJob',
    condition: () => all('InstanceTypes', ['ml.m5.*']),
    passes: job(nothing),
    fails: job(() => ({
      ProfilerRuleConfigurations: [{ RuleConfigurationName: 'r', RuleEvaluatorImage: 'i', InstanceType: 'ml.p3.2xlarge' }],
    })),
  },
  'E23 CreateTrainingJob × InstanceTypes, of instances that would do as well': {
    operation: 'CreateTrainingJob',
    condition: () => all('InstanceTypes', ['ml.m5.*']),
    passes: job(({ ResourceConfig }) => ({
      ResourceConfig: { ...ResourceConfig, InstancePreferences: [{ InstanceType: 'ml.m5.xlarge' }] },
    })),
    fails: job(({ ResourceConfig }) => ({
      ResourceConfig: { ...ResourceConfig, InstancePreferences: [{ InstanceType: 'ml.p3.2xlarge' }] },
    })),
  },
  'CreateTrainingJob × VpcSubnets': {
    operation: 'CreateTrainingJob',
    condition: () => all('VpcSubnets', [there.subnetId]),
    passes: job(vpc),
    fails: job(nothing),
  },
  'CreateTrainingJob × VpcSecurityGroupIds': {
    operation: 'CreateTrainingJob',
    condition: () => all('VpcSecurityGroupIds', ['sg-1']),
    passes: job(() => ({ VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] } })),
    fails: job(vpc),
  },
  'CreateTrainingJob × NetworkIsolation': {
    operation: 'CreateTrainingJob',
    condition: () => bool('NetworkIsolation'),
    passes: job(() => ({ EnableNetworkIsolation: true })),
    fails: job(() => ({ EnableNetworkIsolation: false })),
  },
  'CreateTrainingJob × NetworkIsolation, not sent': {
    operation: 'CreateTrainingJob',
    condition: () => bool('NetworkIsolation', 'false'),
    passes: job(() => ({ EnableNetworkIsolation: false })),
    fails: job(nothing),
  },
  'CreateTrainingJob × InterContainerTrafficEncryption': {
    operation: 'CreateTrainingJob',
    condition: () => bool('InterContainerTrafficEncryption'),
    passes: job(() => ({ EnableInterContainerTrafficEncryption: true })),
    fails: job(nothing),
  },
  'CreateTrainingJob × MaxRuntimeInSeconds': {
    operation: 'CreateTrainingJob',
    condition: () => ({ NumericLessThanEquals: { 'sagemaker:MaxRuntimeInSeconds': '3600' } }),
    passes: job(() => ({ StoppingCondition: { MaxRuntimeInSeconds: 3600 } })),
    fails: job(() => ({ StoppingCondition: { MaxRuntimeInSeconds: 3601 } })),
  },
  'CreateTrainingJob × KeepAlivePeriod': {
    operation: 'CreateTrainingJob',
    condition: () => ({ NumericEquals: { 'sagemaker:KeepAlivePeriod': '60' } }),
    passes: job(({ ResourceConfig }) => ({ ResourceConfig: { ...ResourceConfig, KeepAlivePeriodInSeconds: 60 } })),
    fails: job(nothing),
  },
  'CreateTrainingJob × VolumeKmsKeyArn': {
    operation: 'CreateTrainingJob',
    condition: () => ({ ArnEquals: { 'sagemaker:VolumeKmsKeyArn': there.keyArn } }),
    passes: job(({ ResourceConfig }) => ({ ResourceConfig: { ...ResourceConfig, VolumeKmsKeyId: 'k-1' } })),
    fails: job(nothing),
  },
  'CreateTrainingJob × OutputKmsKeyArn': {
    operation: 'CreateTrainingJob',
    condition: () => ({ ArnEquals: { 'sagemaker:OutputKmsKeyArn': there.keyArn } }),
    passes: job(({ OutputDataConfig }) => ({ OutputDataConfig: { ...OutputDataConfig, KmsKeyId: there.keyArn } })),
    fails: job(({ OutputDataConfig }) => ({ OutputDataConfig: { ...OutputDataConfig, KmsKeyId: 'alias/other' } })),
  },
  'CreateTrainingJob × OutputKmsKey': {
    operation: 'CreateTrainingJob',
    condition: () => ({ ArnEquals: { 'sagemaker:OutputKmsKey': there.keyArn } }),
    passes: job(({ OutputDataConfig }) => ({ OutputDataConfig: { ...OutputDataConfig, KmsKeyId: there.keyArn } })),
    fails: job(nothing),
  },
  'CreateTrainingJob × EnableRemoteDebug': {
    operation: 'CreateTrainingJob',
    condition: () => bool('EnableRemoteDebug', 'false'),
    passes: job(() => ({ RemoteDebugConfig: { EnableRemoteDebug: false } })),
    fails: job(() => ({ RemoteDebugConfig: { EnableRemoteDebug: true } })),
  },
  'CreateTrainingJob × FileSystemId': {
    operation: 'CreateTrainingJob',
    condition: () => equal('FileSystemId', 'fs-1234567890a'),
    passes: job(() => at('/a')),
    fails: job(() => at('/a', 'EFS', 'ro', 'fs-1234567890b')),
  },
  'CreateTrainingJob × FileSystemDirectoryPath': {
    operation: 'CreateTrainingJob',
    condition: () => equal('FileSystemDirectoryPath', '/a'),
    passes: job(() => at('/a')),
    fails: job(() => at('/b')),
  },
  'CreateTrainingJob × FileSystemType': {
    operation: 'CreateTrainingJob',
    condition: () => equal('FileSystemType', 'EFS'),
    passes: job(() => at('/a')),
    fails: job(() => at('/a', 'FSxLustre')),
  },
  'CreateTrainingJob × FileSystemAccessMode': {
    operation: 'CreateTrainingJob',
    condition: () => equal('FileSystemAccessMode', 'ro'),
    passes: job(() => at('/a')),
    fails: job(() => at('/a', 'EFS', 'rw')),
  },
  'CreateTrainingJob × DirectGatedModelAccess': {
    operation: 'CreateTrainingJob',
    condition: () => ({ Null: { 'sagemaker:DirectGatedModelAccess': 'true' } }),
    passes: job(nothing),
    fails: job(() => ({
      InputDataConfig: [
        {
          ChannelName: 'c',
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/m', ModelAccessConfig: { AcceptEula: true } } },
        },
      ],
    })),
  },
  'E23 CreateTrainingJob × FileSystemDirectoryPath, of each channel': {
    operation: 'CreateTrainingJob',
    condition: () => equal('FileSystemDirectoryPath', '/a'),
    passes: job(() => channels(at('/a'), at('/a', 'EFS', 'rw'))),
    fails: job(() => channels(at('/a'), at('/b'))),
  },
  'E23 CreateTrainingJob × FileSystemId and FileSystemDirectoryPath, of one channel': {
    operation: 'CreateTrainingJob',
    condition: () => ({
      StringEquals: { 'sagemaker:FileSystemId': ['fs-1234567890a', 'fs-1234567890b'], 'sagemaker:FileSystemAccessMode': 'ro' },
      StringNotEquals: { 'sagemaker:FileSystemDirectoryPath': '/c' },
    }),
    passes: job(() => channels(at('/a'), at('/b', 'EFS', 'ro', 'fs-1234567890b'))),
    fails: job(() => channels(at('/a'), at('/b', 'EFS', 'rw', 'fs-1234567890b'))),
  },
  'E23 CreateHyperParameterTuningJob × NetworkIsolation, of each definition': {
    operation: 'CreateHyperParameterTuningJob',
    condition: () => bool('NetworkIsolation'),
    passes: tuning({ EnableNetworkIsolation: true }, { EnableNetworkIsolation: true }),
    fails: tuning({ EnableNetworkIsolation: true }, {}),
  },
  'E23 CreateHyperParameterTuningJob × OutputKmsKeyArn, of each definition': {
    operation: 'CreateHyperParameterTuningJob',
    condition: () => ({ ArnLike: { 'sagemaker:OutputKmsKeyArn': 'arn:aws:kms:*:*:key/k-1' } }),
    passes: tuning(...['k-1', 'k-1'].map((KmsKeyId) => ({ OutputDataConfig: { S3OutputPath: 's3://b', KmsKeyId } }))),
    fails: tuning(...['k-1', 'k-2'].map((KmsKeyId) => ({ OutputDataConfig: { S3OutputPath: 's3://b', KmsKeyId } }))),
  },
  // Hosting
  'CreateModel × NetworkIsolation': {
    operation: 'CreateModel',
    condition: () => bool('NetworkIsolation'),
    passes: model(() => ({ EnableNetworkIsolation: true })),
    fails: model(nothing),
  },
  'CreateJob × VpcSubnets, however deep in its document': {
    operation: 'CreateJob',
    condition: () => all('VpcSubnets', [there.subnetId]),
    passes: customization(() => inside([there.subnetId], 100)),
    fails: customization(() => ({ ...inside([there.subnetId], 2), b: inside(['subnet-0123456789abcdef0'], 100) })),
  },
  'CreateJob × VpcSecurityGroupIds, in lists of lists': {
    operation: 'CreateJob',
    condition: () => all('VpcSecurityGroupIds', [there.groupId]),
    passes: customization(() => ({ SecurityGroupIds: there.groupId })),
    fails: customization(() => ({ SecurityGroupIds: [there.groupId, [['sg-0123456789abcdef0']]] })),
  },
  'CreateJob × OutputKmsKey': {
    operation: 'CreateJob',
    condition: (w) => ({ StringEquals: { 'sagemaker:OutputKmsKeyArn': `arn:aws:kms:us-east-1:${w.account.id}:key/k-1` } }),
    passes: customization(() => ({ OutputDataConfig: { KmsKeyId: 'k-1' } })),
    fails: customization(() => ({ OutputDataConfig: { KmsKeyId: 'k-2' } })),
  },
  'CreateModel × VpcSubnets': {
    operation: 'CreateModel',
    condition: () => all('VpcSubnets', [there.subnetId]),
    passes: model(vpc),
    fails: model(nothing),
  },
  'CreateModel × VpcSecurityGroupIds': {
    operation: 'CreateModel',
    condition: () => all('VpcSecurityGroupIds', [there.groupId]),
    passes: model(vpc),
    fails: model(nothing),
  },
  'CreateEndpointConfig × InstanceTypes': {
    operation: 'CreateEndpointConfig',
    condition: () => all('InstanceTypes', ['ml.m5.*']),
    passes: config({}),
    fails: config({ InstanceType: 'ml.p3.2xlarge' }),
  },
  'CreateEndpointConfig × AcceleratorTypes': {
    operation: 'CreateEndpointConfig',
    condition: () => all('AcceleratorTypes', ['ml.eia1.*']),
    passes: config({ AcceleratorType: 'ml.eia1.medium' }),
    fails: config({ AcceleratorType: 'ml.eia2.medium' }),
  },
  'CreateEndpointConfig × ModelArn': {
    operation: 'CreateEndpointConfig',
    condition: (w) => ({ ArnEquals: { 'sagemaker:ModelArn': w.arn('model/there') } }),
    passes: config({ ModelName: 'THERE' }),
    fails: config({ ModelName: 'elsewhere' }),
  },
  'CreateEndpointConfig × VolumeKmsKeyArn': {
    operation: 'CreateEndpointConfig',
    condition: () => ({ ArnEquals: { 'sagemaker:VolumeKmsKeyArn': there.keyArn } }),
    passes: config({}, () => ({ KmsKeyId: 'k-1' })),
    fails: config({}),
  },
  'E23 CreateEndpointConfig × ServerlessMemorySize, of each variant': {
    operation: 'CreateEndpointConfig',
    condition: () => ({ NumericLessThanEquals: { 'sagemaker:ServerlessMemorySize': '2048' } }),
    passes: serverless(1024, 2048),
    fails: serverless(1024, 3072),
  },
  'CreateEndpointConfig × ServerlessMemorySize': {
    operation: 'CreateEndpointConfig',
    condition: () => ({ NumericLessThanEquals: { 'sagemaker:ServerlessMemorySize': '2048' } }),
    passes: config({
      InstanceType: undefined,
      InitialInstanceCount: undefined,
      ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 1 },
    }),
    fails: config({
      InstanceType: undefined,
      InitialInstanceCount: undefined,
      ServerlessConfig: { MemorySizeInMB: 4096, MaxConcurrency: 1 },
    }),
  },
  'CreateEndpointConfig × ServerlessMaxConcurrency': {
    operation: 'CreateEndpointConfig',
    condition: () => ({ NumericLessThan: { 'sagemaker:ServerlessMaxConcurrency': '10' } }),
    passes: config({
      InstanceType: undefined,
      InitialInstanceCount: undefined,
      ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 9 },
    }),
    fails: config({
      InstanceType: undefined,
      InitialInstanceCount: undefined,
      ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 10 },
    }),
  },
  'CreateEndpointConfig × NetworkIsolation': {
    operation: 'CreateEndpointConfig',
    condition: () => bool('NetworkIsolation'),
    passes: config({}, () => ({ EnableNetworkIsolation: true })),
    fails: config({}),
  },
  'CreateEndpointConfig × VpcSubnets': {
    operation: 'CreateEndpointConfig',
    condition: () => all('VpcSubnets', [there.subnetId]),
    passes: config({}, vpc),
    fails: config({}),
  },
  // Studio
  'CreateDomain × AppNetworkAccessType': {
    operation: 'CreateDomain',
    condition: () => equal('AppNetworkAccessType', 'VpcOnly'),
    passes: domain(() => ({ AppNetworkAccessType: 'VpcOnly' })),
    fails: domain(nothing),
  },
  'CreateDomain × AuthMode': {
    operation: 'CreateDomain',
    condition: () => equal('AuthMode', 'IAM'),
    passes: domain(nothing),
    fails: domain(() => ({ AuthMode: 'SSO' })),
  },
  'CreateDomain × VpcSubnets': {
    operation: 'CreateDomain',
    condition: () => all('VpcSubnets', [there.subnetId]),
    passes: domain(() => ({ SubnetIds: [there.subnetId] })),
    fails: domain(() => ({ SubnetIds: [there.subnetId, 'subnet-9'] })),
  },
  'CreateDomain × VpcSecurityGroupIds': {
    operation: 'CreateDomain',
    condition: () => all('VpcSecurityGroupIds', ['sg-1', 'sg-2']),
    passes: domain(
      () => ({ DefaultSpaceSettings: { SecurityGroups: ['sg-2'] } }),
      () => ({ SecurityGroups: ['sg-1'] }),
    ),
    fails: domain(
      () => ({ DomainSettings: { SecurityGroupIds: ['sg-3'] } }),
      () => ({ SecurityGroups: ['sg-1'] }),
    ),
  },
  'CreateDomain × VolumeKmsKeyArn': {
    operation: 'CreateDomain',
    condition: () => ({ ArnEquals: { 'sagemaker:VolumeKmsKeyArn': there.keyArn } }),
    passes: domain(() => ({ KmsKeyId: 'k-1' })),
    fails: domain(nothing),
  },
  'CreateDomain × HomeEfsFileSystemKmsKey': {
    operation: 'CreateDomain',
    condition: () => ({ StringEquals: { 'sagemaker:HomeEfsFileSystemKmsKey': 'k-1' } }),
    passes: domain(() => ({ HomeEfsFileSystemKmsKeyId: 'k-1' })),
    fails: domain(nothing),
  },
  'E23 CreateDomain × VolumeKmsKeyArn, by both of its members': {
    operation: 'CreateDomain',
    condition: () => ({ ArnEquals: { 'sagemaker:VolumeKmsKeyArn': there.keyArn } }),
    passes: domain(() => ({ KmsKeyId: 'k-1', HomeEfsFileSystemKmsKeyId: 'k-1' })),
    fails: domain(() => ({ KmsKeyId: 'k-1', HomeEfsFileSystemKmsKeyId: 'k-2' })),
  },
  'CreateDomain × DomainSharingOutputKmsKeyArn': {
    operation: 'CreateDomain',
    condition: () => ({ ArnEquals: { 'sagemaker:DomainSharingOutputKmsKeyArn': there.keyArn } }),
    passes: domain(nothing, () => ({ SharingSettings: { S3KmsKeyId: 'k-1' } })),
    fails: domain(nothing, () => ({ SharingSettings: { S3KmsKeyId: 'k-2' } })),
  },
  'CreateDomain × InstanceTypes, of every kind of app': {
    operation: 'CreateDomain',
    condition: () => all('InstanceTypes', ['ml.t3.*', 'system']),
    passes: domain(
      () => ({ DefaultSpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { InstanceType: 'ml.t3.medium' } } } }),
      () => ({ JupyterServerAppSettings: { DefaultResourceSpec: { InstanceType: 'system' } } }),
    ),
    fails: domain(
      () => ({ DefaultSpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { InstanceType: 'ml.p3.2xlarge' } } } }),
      () => ({ JupyterServerAppSettings: { DefaultResourceSpec: { InstanceType: 'system' } } }),
    ),
  },
  'UpdateDomain × AppNetworkAccessType': {
    operation: 'UpdateDomain',
    condition: () => equal('AppNetworkAccessType', 'VpcOnly'),
    passes: () => ({ DomainId: there.domainId, AppNetworkAccessType: 'VpcOnly' }),
    fails: () => ({ DomainId: there.domainId, AppNetworkAccessType: 'PublicInternetOnly' }),
  },
  'CreateUserProfile × VpcSecurityGroupIds': {
    operation: 'CreateUserProfile',
    condition: () => all('VpcSecurityGroupIds', ['sg-1']),
    passes: profile(() => ({ SecurityGroups: ['sg-1'] })),
    fails: profile(() => ({ SecurityGroups: ['sg-2'] })),
  },
  'CreateUserProfile × ImageArns': {
    operation: 'CreateUserProfile',
    condition: (w) => all('ImageArns', [w.arn('image/good')]),
    passes: (w) => profile(() => ({ JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageArn: w.arn('image/good') } } }))(),
    fails: profile(() => ({ KernelGatewayAppSettings: { CustomImages: [{ ImageName: 'bad', AppImageConfigName: 'c' }] } })),
  },
  'E22 CreateUserProfile × ImageArns, of a version': {
    operation: 'CreateUserProfile',
    condition: (w) => all('ImageArns', [w.arn('image/good')]),
    passes: (w) =>
      profile(() => ({ JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageVersionArn: w.arn('image-version/good/1') } } }))(),
    fails: (w) =>
      profile(() => ({ JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageVersionArn: w.arn('image-version/bad/1') } } }))(),
  },
  'CreateUserProfile × ImageVersionArns': {
    operation: 'CreateUserProfile',
    condition: (w) => all('ImageVersionArns', [w.arn('image-version/good/1')]),
    passes: profile(() => ({
      CodeEditorAppSettings: { CustomImages: [{ ImageName: 'good', ImageVersionNumber: 1, AppImageConfigName: 'c' }] },
    })),
    fails: profile(() => ({
      CodeEditorAppSettings: { CustomImages: [{ ImageName: 'good', ImageVersionNumber: 2, AppImageConfigName: 'c' }] },
    })),
  },
  'UpdateUserProfile × StudioLifecycleConfigArns': {
    operation: 'UpdateUserProfile',
    condition: (w) => all('StudioLifecycleConfigArns', [w.arn('studio-lifecycle-config/good')]),
    passes: (w) => ({
      DomainId: there.domainId,
      UserProfileName: 'alice',
      UserSettings: { JupyterServerAppSettings: { LifecycleConfigArns: [w.arn('studio-lifecycle-config/good')] } },
    }),
    fails: (w) => ({
      DomainId: there.domainId,
      UserProfileName: 'alice',
      UserSettings: {
        KernelGatewayAppSettings: { LifecycleConfigArns: [w.arn('studio-lifecycle-config/good'), w.arn('studio-lifecycle-config/bad')] },
      },
    }),
  },
  'CreateApp × InstanceTypes': {
    operation: 'CreateApp',
    condition: () => all('InstanceTypes', ['ml.t3.*']),
    passes: app({ UserProfileName: 'alice' }, { InstanceType: 'ml.t3.medium' }),
    fails: app({ UserProfileName: 'alice' }, { InstanceType: 'ml.p3.2xlarge' }),
  },
  'CreateApp × OwnerUserProfileArn': {
    operation: 'CreateApp',
    condition: (w) => ({ ArnEquals: { 'sagemaker:OwnerUserProfileArn': w.arn(`user-profile/${there.domainId}/alice`) } }),
    passes: app({ SpaceName: 'hers' }),
    fails: app({ SpaceName: 'his' }),
  },
  'CreateApp × SpaceSharingType': {
    operation: 'CreateApp',
    condition: () => equal('SpaceSharingType', 'Private'),
    passes: app({ SpaceName: 'his' }),
    fails: app({ SpaceName: 'ours' }),
  },
  'CreateApp × SpaceSharingType, in a profile': {
    operation: 'CreateApp',
    condition: () => present('SpaceSharingType'),
    passes: app({ SpaceName: 'his' }),
    fails: app({ UserProfileName: 'bob' }),
  },
  'CreateSpace × OwnerUserProfileArn': {
    operation: 'CreateSpace',
    condition: (w) => ({ ArnEquals: { 'sagemaker:OwnerUserProfileArn': w.arn(`user-profile/${there.domainId}/alice`) } }),
    passes: space({ OwnershipSettings: { OwnerUserProfileName: 'alice' }, SpaceSharingSettings: { SharingType: 'Private' } }),
    fails: space({ OwnershipSettings: { OwnerUserProfileName: 'bob' }, SpaceSharingSettings: { SharingType: 'Private' } }),
  },
  'CreateSpace × RemoteAccess': {
    operation: 'CreateSpace',
    condition: () => equal('RemoteAccess', 'DISABLED'),
    passes: space({ SpaceSettings: { RemoteAccess: 'DISABLED' } }),
    fails: space({ SpaceSettings: { RemoteAccess: 'ENABLED' } }),
  },
  'UpdateSpace × OwnerUserProfileArn, stored': {
    operation: 'UpdateSpace',
    condition: (w) => ({ ArnEquals: { 'sagemaker:OwnerUserProfileArn': w.arn(`user-profile/${there.domainId}/alice`) } }),
    passes: () => ({ DomainId: there.domainId, SpaceName: 'ours', SpaceDisplayName: 'd' }),
    fails: () => ({ DomainId: there.domainId, SpaceName: 'his', SpaceDisplayName: 'd' }),
  },
  // Human review
  'CreateFlowDefinition × WorkteamType': {
    operation: 'CreateFlowDefinition',
    condition: () => ({ StringEqualsIfExists: { 'sagemaker:WorkteamType': ['private-crowd', 'vendor-crowd'] } }),
    passes: review(crowd('private-crowd/team')),
    fails: review(crowd('public-crowd/default')),
  },
  'CreateFlowDefinition × WorkteamType, without a team': {
    operation: 'CreateFlowDefinition',
    condition: () => ({ Null: { 'sagemaker:WorkteamType': 'true' } }),
    passes: review(),
    fails: review(crowd('private-crowd/team')),
  },
  'CreateFlowDefinition × WorkteamArn': {
    operation: 'CreateFlowDefinition',
    condition: () => ({ ArnLike: { 'sagemaker:WorkteamArn': 'arn:aws:sagemaker:*:*:workteam/*/team' } }),
    passes: review(crowd('private-crowd/team')),
    fails: review(crowd('private-crowd/other')),
  },
};

describe('a condition key allows what it matches, and nothing else', () => {
  for (const [name, { operation, condition, passes, fails }] of Object.entries(cases)) {
    it(name, async () => {
      const w = world();
      const { sagemaker } = await w.user(
        allow(`sagemaker:${operation}`, '*', condition(w)),
        allow(['iam:*', 'ec2:*', 'kms:*', 'elasticfilesystem:*', 'sagemaker:AddTags']),
      );
      expect((await refusal(send(sagemaker, operation, fails(w))))?.name).toBe('AccessDeniedException');
      // Allowed is what goes through, or is refused for another reason than permission or form.
      const passed = await refusal(send(sagemaker, operation, passes(w)));
      expect(passed?.name).not.toBe('AccessDeniedException');
      expect(passed?.message ?? '').not.toContain('validation error detected');
    });
  }
});

it('E22 the key of a domain’s file system is asked for by its old name, too', async () => {
  const w = world();
  const { sagemaker } = await w.user(allow(['sagemaker:*', 'iam:*', 'elasticfilesystem:*']));
  const input = { ...minimal.domain(fresh(), w.role), HomeEfsFileSystemKmsKeyId: 'k-1' };
  expect(await refusal(sagemaker.createDomain(input))).toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`kms:CreateGrant on resource: ${there.keyArn} `),
  });
});

describe('the role that is passed', () => {
  it('is known with service and new resource', async () => {
    const w = world();
    const passing = (condition: object) => w.user(allow('sagemaker:*'), allow('iam:PassRole', w.role, condition));
    const create = async (condition: object, name = fresh()) =>
      refusal((await passing(condition)).sagemaker.createModel(minimal.model(name, w.role)));
    expect(await create({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } })).toBeUndefined();
    expect(await create({ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } })).toMatchObject({ name: 'AccessDeniedException' });
    expect(await create({ ArnLike: { 'iam:AssociatedResourceArn': w.arn('model/mine') } }, 'mine')).toBeUndefined();
    expect(await create({ ArnLike: { 'iam:AssociatedResourceArn': w.arn('model/mine') } }, 'yours')).toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('is seen with its tags', async () => {
    const w = world();
    const role = await w.newRole(
      'Tagged',
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      { Tags: [{ Key: 'team', Value: 'blue' }] },
    );
    const { sagemaker } = await w.user(
      allow('sagemaker:*'),
      allow('iam:PassRole', '*', { StringEquals: { 'iam:ResourceTag/team': 'blue' } }),
    );
    expect(await refusal(sagemaker.createModel(minimal.model(fresh(), role)))).toBeUndefined();
    expect(await refusal(sagemaker.createModel(minimal.model(fresh(), w.role)))).toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('calls that SageMaker makes for the caller', () => {
  it('are told from the caller’s own by aws:CalledVia', async () => {
    const w = world();
    const input = () => ({ ...minimal.notebook(fresh(), w.role), SubnetId: there.subnetId });
    const via = await w.user(
      allow(['sagemaker:*', 'iam:PassRole']),
      allow('ec2:*', '*', { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'sagemaker.amazonaws.com' } }),
    );
    expect(await refusal(via.sagemaker.createNotebookInstance(input()))).toBeUndefined();
    const direct = await w.user(
      allow(['sagemaker:*', 'iam:PassRole', 'ec2:*']),
      deny('ec2:CreateNetworkInterface', '*', { Bool: { 'aws:ViaAWSService': 'true' } }),
    );
    expect(await refusal(direct.sagemaker.createNotebookInstance(input()))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('ec2:CreateNetworkInterface'),
    });
  });

  it('use a key only for AWS’s resources', async () => {
    const w = world();
    const { sagemaker } = await w.user(
      allow(['sagemaker:*', 'iam:PassRole', 'kms:DescribeKey']),
      allow('kms:CreateGrant', '*', { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
    );
    expect(await refusal(sagemaker.createNotebookInstance({ ...minimal.notebook(fresh(), w.role), KmsKeyId: 'k-1' }))).toBeUndefined();
  });

  it('build a domain’s file system with the caller’s key', async () => {
    const w = world();
    const actions = [
      'elasticfilesystem:CreateFileSystem',
      'kms:CreateGrant',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GenerateDataKeyWithoutPlainText',
    ];
    const input = () => ({ ...minimal.domain(fresh(), w.role), KmsKeyId: 'k-1' });
    for (const missing of actions) {
      const { sagemaker } = await w.user(allow(['sagemaker:*', 'iam:*', ...actions.filter((action) => action !== missing)]));
      expect(await refusal(sagemaker.createDomain(input()))).toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(missing),
      });
    }
    const { sagemaker } = await w.user(allow(['sagemaker:*', 'iam:*', ...actions]));
    expect(await refusal(sagemaker.createDomain(input()))).toBeUndefined();
  });
});
