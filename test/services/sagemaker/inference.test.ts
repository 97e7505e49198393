import { beforeAll, describe, expect, it } from 'vitest';
import { tellFamily } from './family-story.ts';
import { allow, endpointNamed, minimal, refusal, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1 });
const elapse = (seconds: number) => world().elapse(seconds);

const compute = { ComputeResourceRequirements: { MinMemoryRequiredInMb: 1024 } };
const component = (InferenceComponentName: string, more: object = {}) => ({
  InferenceComponentName,
  EndpointName: 'serving',
  VariantName: 'v1',
  Specification: { ModelName: 'serving', ...compute },
  RuntimeConfig: { CopyCount: 1 },
  ...more,
});

const variant = (VariantName: string) =>
  ({
    ModelName: 'serving',
    VariantName,
    InfrastructureConfig: {
      InfrastructureType: 'RealTimeInference',
      RealTimeInferenceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    },
  }) as const;

const experiment = (Name: string, more: object = {}) => ({
  Name,
  Type: 'ShadowMode' as const,
  RoleArn: world().role,
  EndpointName: 'serving',
  ModelVariants: [variant('a'), variant('b')],
  ShadowModeConfig: { SourceModelVariantName: 'a', ShadowModelVariants: [{ ShadowModelVariantName: 'b', SamplingPercentage: 10 }] },
  ...more,
});

const recommendations = (JobName: string, more: object = {}) => ({
  JobName,
  JobType: 'Default' as const,
  RoleArn: world().role,
  InputConfig: { ModelName: 'serving', ...more },
});

beforeAll(async () => {
  const { root, role } = world();
  await root('CreateModel', minimal.model('serving', role));
  // A variant without a model is for components.
  await root('CreateEndpointConfig', {
    EndpointConfigName: 'serving',
    ExecutionRoleArn: role,
    ProductionVariants: [{ VariantName: 'v1', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }],
  });
  await root('CreateEndpoint', { EndpointName: 'serving', EndpointConfigName: 'serving' });
  await endpointNamed(world(), 'with-model');
  elapse(181);
});

tellFamily(world, {
  operations: {
    create: 'CreateInferenceComponent',
    describe: 'DescribeInferenceComponent',
    remove: 'DeleteInferenceComponent',
    list: 'ListInferenceComponents',
  },
  create: (name) => component(name),
  named: (InferenceComponentName) => ({ InferenceComponentName }),
  resource: (name) => `inference-component/${name.toLowerCase()}`,
  list: { result: 'InferenceComponents', filter: 'NameContains' },
  status: { member: 'InferenceComponentStatus', first: 'Creating', settled: 'InService', after: 120 },
  missing: {
    code: 'ValidationException',
    says: ({ arn }) => `Could not find inference component "${arn('inference-component/none')}".`,
  },
  alsoMissing: {
    UpdateInferenceComponent: { RuntimeConfig: { CopyCount: 1 } },
    UpdateInferenceComponentRuntimeConfig: { DesiredRuntimeConfig: { CopyCount: 1 } },
  },
  taken: {
    code: 'ValidationException',
    says: ({ arn }) => `Cannot create already existing inference component "${arn('inference-component/twice')}".`,
  },
  gone: { status: 'Deleting', after: 30 },
});

tellFamily(world, {
  operations: {
    create: 'CreateInferenceExperiment',
    describe: 'DescribeInferenceExperiment',
    remove: 'DeleteInferenceExperiment',
    list: 'ListInferenceExperiments',
  },
  create: (name) => experiment(name, { Schedule: { StartTime: new Date(world().server.clock.now() + 86_400_000) } }),
  named: (Name) => ({ Name }),
  resource: (name) => `inference-experiment/${name}`,
  nameMember: 'Name',
  arnMember: 'Arn',
  list: { result: 'InferenceExperiments', filter: 'NameContains' },
  status: { member: 'Status', first: 'Creating', settled: 'Created', after: 60 },
  missing: { code: 'ResourceNotFound', says: () => 'InferenceExperiment none does not exist.' },
  alsoMissing: {
    UpdateInferenceExperiment: {},
    StartInferenceExperiment: {},
    StopInferenceExperiment: { ModelVariantActions: { a: 'Retain' } },
  },
  taken: { code: 'ResourceInUse', says: () => 'InferenceExperiment with name Twice already exists. Choose a different name.' },
});

tellFamily(world, {
  operations: {
    create: 'CreateInferenceRecommendationsJob',
    describe: 'DescribeInferenceRecommendationsJob',
    list: 'ListInferenceRecommendationsJobs',
  },
  create: (name) => recommendations(name),
  named: (JobName) => ({ JobName }),
  resource: (name) => `inference-recommendations-job/${name.toLowerCase()}`,
  nameMember: 'JobName',
  arnMember: 'JobArn',
  list: { result: 'InferenceRecommendationsJobs', filter: 'NameContains' },
  status: { member: 'Status', first: 'PENDING', settled: 'COMPLETED', after: 120 },
  missing: { code: 'ResourceNotFound', says: () => 'InferenceRecommendationsJob none does not exist.' },
  alsoMissing: { StopInferenceRecommendationsJob: {}, ListInferenceRecommendationsJobSteps: {} },
  taken: { code: 'ResourceInUse', says: () => 'InferenceRecommendationsJob with name Twice already exists. Choose a different name.' },
  role: 'RoleArn',
});

describe('an inference component', () => {
  it('needs what it names, and an endpoint in service', async () => {
    const w = world();
    const { admin, arn } = w;
    await endpointNamed(w, 'starting');
    for (const [more, message] of [
      [{ EndpointName: 'none' }, `Could not find endpoint "${arn('endpoint/none')}".`],
      [{ EndpointName: 'starting' }, `Endpoint "${arn('endpoint/starting')}" is in status Creating, not InService.`],
      [
        { EndpointName: 'with-model' },
        `Variant "v1" of endpoint "${arn('endpoint/with-model')}" has a model and takes no inference components.`,
      ],
      [{ VariantName: 'v9' }, `Could not find variant "v9" of endpoint "${arn('endpoint/serving')}".`],
      [{ VariantName: undefined }, 'VariantName is required for a component that is no adapter.'],
      [{ Specification: { ModelName: 'none', ...compute } }, `Could not find model "${arn('model/none')}".`],
      [{ Specification: { ...compute } }, 'A specification needs a ModelName, a Container or a BaseInferenceComponentName.'],
      [{ Specification: undefined }, 'One of Specification and Specifications must be specified.'],
      [{ Specifications: [{ ModelName: 'serving', ...compute }] }, 'Only one of Specification and Specifications may be specified.'],
      [{ RuntimeConfig: undefined }, 'RuntimeConfig is required for a component that is no adapter.'],
      [
        { Specification: { BaseInferenceComponentName: 'none' } },
        `Could not find inference component "${arn('inference-component/none')}".`,
      ],
    ] as const)
      expect(await refusal(admin.createInferenceComponent(component('refused', more)))).toMatchObject({
        name: 'ValidationException',
        message,
      });
    const { sagemaker } = await w.user(allow('sagemaker:CreateInferenceComponent', arn('inference-component/*')));
    expect(await refusal(sagemaker.createInferenceComponent(component('refused')))).toMatchObject({ name: 'AccessDeniedException' });
  });

  it('changes its copies and what it runs, keeps its endpoint, and waits for its adapters to go', async () => {
    const { admin, arn } = world();
    const named = { InferenceComponentName: 'base' };
    await admin.createInferenceComponent(component('base', { Specification: { Container: { Image: 'image' }, ...compute } }));
    const creating = await admin.describeInferenceComponent(named);
    expect(creating).toMatchObject({
      EndpointArn: arn('endpoint/serving'),
      RuntimeConfig: { DesiredCopyCount: 1, CurrentCopyCount: 0 },
      Specification: { Container: { DeployedImage: { SpecifiedImage: 'image' } } },
    });
    expect(await refusal(admin.updateInferenceComponent({ ...named, RuntimeConfig: { CopyCount: 2 } }))).toMatchObject({
      name: 'ValidationException',
    });
    expect(await refusal(admin.deleteInferenceComponent(named))).toMatchObject({ name: 'ValidationException' });
    elapse(121);
    expect(await refusal(admin.updateInferenceComponent(named))).toMatchObject({ name: 'ValidationException' });
    await admin.updateInferenceComponentRuntimeConfig({ ...named, DesiredRuntimeConfig: { CopyCount: 3 } });
    expect(await admin.describeInferenceComponent(named)).toMatchObject({
      InferenceComponentStatus: 'Updating',
      RuntimeConfig: { DesiredCopyCount: 3, CurrentCopyCount: 1 },
    });
    elapse(121);
    await admin.updateInferenceComponent({ ...named, Specification: { ModelName: 'serving', ...compute } });
    elapse(121);
    const updated = await admin.describeInferenceComponent(named);
    expect(updated).toMatchObject({ Specification: { ModelName: 'serving' }, RuntimeConfig: { CurrentCopyCount: 3 } });
    expect(updated.Specification?.Container).toBeUndefined();

    await admin.createInferenceComponent({
      InferenceComponentName: 'adapter',
      EndpointName: 'serving',
      Specification: { BaseInferenceComponentName: 'base' },
    });
    elapse(121);
    expect(await admin.describeInferenceComponent({ InferenceComponentName: 'adapter' })).toMatchObject({ VariantName: 'v1' });
    expect(await refusal(admin.deleteInferenceComponent(named))).toMatchObject({
      message: expect.stringContaining('is a base inference component for one or more associated'),
    });
    expect(await refusal(admin.deleteEndpoint({ EndpointName: 'serving' }))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('inference component'),
    });
    const listed = async (input: object) =>
      (await admin.listInferenceComponents(input)).InferenceComponents?.map((each) => each.InferenceComponentName);
    expect(await listed({ EndpointNameEquals: 'serving', VariantNameEquals: 'v1', SortBy: 'Name', SortOrder: 'Ascending' })).toEqual([
      'adapter',
      'base',
    ]);
    expect(await listed({ EndpointNameEquals: 'other' })).toEqual([]);
    await admin.deleteInferenceComponent({ InferenceComponentName: 'adapter' });
    expect(await refusal(admin.deleteInferenceComponent({ InferenceComponentName: 'adapter' }))).toMatchObject({
      message: expect.stringContaining('DELETE_IN_PROGRESS'),
    });
    elapse(31);
    await admin.deleteInferenceComponent(named);
    elapse(31);
  });
});

describe('an inference experiment', () => {
  it('needs an endpoint in service, models, and variants that fit', async () => {
    const { admin, arn } = world();
    const shadow = (SourceModelVariantName: string) => ({
      ShadowModeConfig: { SourceModelVariantName, ShadowModelVariants: [{ ShadowModelVariantName: 'b', SamplingPercentage: 10 }] },
    });
    for (const [more, message] of [
      [{ EndpointName: 'none' }, `Could not find endpoint "${arn('endpoint/none')}".`],
      [{ ModelVariants: [{ ...variant('a'), ModelName: 'none' }, variant('b')] }, `Could not find model "${arn('model/none')}".`],
      [shadow('c'), 'Model variant c is not one of ModelVariants.'],
      [{ ModelVariants: [variant('a'), variant('a')] }, 'Variant names must be unique.'],
      [{ Schedule: { StartTime: new Date(2e12), EndTime: new Date(1e12) } }, 'EndTime of the Schedule must be later than StartTime.'],
    ] as const)
      expect(await refusal(admin.createInferenceExperiment(experiment('refused', more)))).toMatchObject({
        name: 'ValidationException',
        message,
      });
  });

  it('is started, changed, stopped, and deleted, each when it may be', async () => {
    const { admin } = world();
    const named = { Name: 'shadowing' };
    const status = async () => (await admin.describeInferenceExperiment(named)).Status;
    const inConflict = { name: 'ConflictException' };
    const StartTime = new Date(world().server.clock.now() + 3_600_000);
    await admin.createInferenceExperiment(experiment('shadowing', { Schedule: { StartTime } }));
    expect(await refusal(admin.startInferenceExperiment(named))).toMatchObject(inConflict);
    elapse(61);
    expect(await admin.startInferenceExperiment(named)).toMatchObject({
      InferenceExperimentArn: world().arn('inference-experiment/shadowing'),
    });
    expect(await status()).toBe('Starting');
    expect(await refusal(admin.deleteInferenceExperiment(named))).toMatchObject(inConflict);
    elapse(61);
    expect(await admin.describeInferenceExperiment(named)).toMatchObject({
      Status: 'Running',
      EndpointMetadata: { EndpointName: 'serving' },
      ModelVariants: [{ VariantName: 'a', Status: 'InService' }, { VariantName: 'b' }],
    });
    await admin.updateInferenceExperiment({ ...named, Description: 'Ours' });
    expect(await status()).toBe('Updating');
    elapse(31);
    expect(await admin.describeInferenceExperiment(named)).toMatchObject({ Status: 'Running', Description: 'Ours' });
    expect(await refusal(admin.stopInferenceExperiment({ ...named, ModelVariantActions: { a: 'Retain' } }))).toMatchObject({
      name: 'ValidationException',
    });
    await admin.stopInferenceExperiment({
      ...named,
      ModelVariantActions: { a: 'Retain', b: 'Remove' },
      DesiredState: 'Cancelled',
      Reason: 'Enough',
    });
    expect(await status()).toBe('Stopping');
    elapse(61);
    expect(await admin.describeInferenceExperiment(named)).toMatchObject({
      Status: 'Cancelled',
      StatusReason: 'Enough',
      CompletionTime: expect.any(Date),
    });
    expect(await refusal(admin.stopInferenceExperiment({ ...named, ModelVariantActions: { a: 'Retain', b: 'Remove' } }))).toMatchObject(
      inConflict,
    );
    expect(await admin.deleteInferenceExperiment(named)).toMatchObject({ InferenceExperimentArn: expect.stringContaining('shadowing') });
  });

  it('goes by its schedule', async () => {
    const { admin } = world();
    const named = { Name: 'scheduled' };
    const now = world().server.clock.now();
    const Schedule = { StartTime: new Date(now + 3_600_000), EndTime: new Date(now + 7_200_000) };
    await admin.createInferenceExperiment(experiment('scheduled', { Schedule }));
    const seen: (string | undefined)[] = [];
    for (const seconds of [30, 600, 3000, 300, 3300, 400]) {
      elapse(seconds);
      seen.push((await admin.describeInferenceExperiment(named)).Status);
    }
    expect(seen).toEqual(['Creating', 'Created', 'Starting', 'Running', 'Stopping', 'Completed']);
  });
});

describe('an inference recommendations job', () => {
  it('needs one model that is there', async () => {
    const { admin, arn } = world();
    const one = 'Exactly one of ModelName and ModelPackageVersionArn must be specified.';
    const lost = arn('model-package/none/1');
    for (const [more, message] of [
      [{ ModelName: undefined }, one],
      [{ ModelPackageVersionArn: lost }, one],
      [{ ModelName: 'none' }, `Could not find model "${arn('model/none')}".`],
      [{ ModelName: undefined, ModelPackageVersionArn: lost }, `ModelPackage ${lost} does not exist.`],
    ] as const)
      expect(await refusal(admin.createInferenceRecommendationsJob(recommendations('refused', more)))).toMatchObject({ message });
  });

  it('recommends what it was asked to try, and claims no figures', async () => {
    const { admin } = world();
    const named = { JobName: 'trying' };
    const EndpointConfigurations = [{ InstanceType: 'ml.c5.xlarge' as const }, { InstanceType: 'ml.m5.large' as const }];
    await admin.createInferenceRecommendationsJob(
      recommendations('trying', { EndpointConfigurations, Endpoints: [{ EndpointName: 'serving' }] }),
    );
    const scaling = { InferenceRecommendationsJobName: 'trying' };
    expect(await refusal(admin.getScalingConfigurationRecommendation({ ...scaling, EndpointName: 'serving' }))).toMatchObject({
      name: 'ValidationException',
    });
    expect((await admin.describeInferenceRecommendationsJob(named)).InferenceRecommendations).toBeUndefined();
    elapse(121);
    const { InferenceRecommendations = [] } = await admin.describeInferenceRecommendationsJob(named);
    expect(InferenceRecommendations.map((each) => each.EndpointConfiguration?.InstanceType)).toEqual(['ml.c5.xlarge', 'ml.m5.large']);
    expect(InferenceRecommendations.every((each) => each.Metrics === undefined)).toBe(true);
    expect((await admin.listInferenceRecommendationsJobSteps(named)).Steps).toMatchObject([
      { Status: 'COMPLETED' },
      { StepType: 'BENCHMARK' },
    ]);
    expect((await admin.listInferenceRecommendationsJobSteps({ ...named, Status: 'FAILED' })).Steps).toEqual([]);
    const RecommendationId = InferenceRecommendations[0]?.RecommendationId;
    expect(await admin.getScalingConfigurationRecommendation({ ...scaling, RecommendationId })).toMatchObject({
      RecommendationId,
      TargetCpuUtilizationPerCore: 50,
      DynamicScalingConfiguration: { ScaleInCooldown: 300 },
    });
    expect(await admin.getScalingConfigurationRecommendation({ ...scaling, EndpointName: 'serving' })).toMatchObject({
      EndpointName: 'serving',
    });
    expect(await refusal(admin.getScalingConfigurationRecommendation({ ...scaling, EndpointName: 'other' }))).toMatchObject({
      name: 'ResourceNotFound',
    });
    for (const both of [{}, { RecommendationId, EndpointName: 'serving' }])
      expect(await refusal(admin.getScalingConfigurationRecommendation({ ...scaling, ...both }))).toMatchObject({
        name: 'ValidationException',
      });
    const { arn } = world();
    const { sagemaker } = await world().user(
      allow('sagemaker:GetScalingConfigurationRecommendation', arn('inference-recommendations-job/other')),
    );
    expect(await refusal(sagemaker.getScalingConfigurationRecommendation({ ...scaling, RecommendationId }))).toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('is stopped while it runs, and found by its model', async () => {
    const { admin, root, role } = world();
    await root('CreateModel', minimal.model('particular', role));
    await admin.createInferenceRecommendationsJob(recommendations('stopping', { ModelName: 'particular' }));
    await admin.stopInferenceRecommendationsJob({ JobName: 'stopping' });
    elapse(31);
    expect(await admin.describeInferenceRecommendationsJob({ JobName: 'stopping' })).toMatchObject({ Status: 'STOPPED' });
    expect(await refusal(admin.stopInferenceRecommendationsJob({ JobName: 'stopping' }))).toMatchObject({
      message: 'The request was rejected because the inference recommendations job is in status STOPPED.',
    });
    const { InferenceRecommendationsJobs } = await admin.listInferenceRecommendationsJobs({ ModelNameEquals: 'particular' });
    expect(InferenceRecommendationsJobs).toMatchObject([{ JobName: 'stopping', ModelName: 'particular', JobDescription: '' }]);
    await root('CreateModelPackageGroup', { ModelPackageGroupName: 'packed' });
    const InferenceSpecification = { Containers: [{ Image: 'image' }], SupportedContentTypes: ['text/csv'] };
    const { ModelPackageArn } = await root('CreateModelPackage', { ModelPackageGroupName: 'packed', InferenceSpecification });
    const packed = { ModelPackageVersionArn: ModelPackageArn as string };
    await admin.createInferenceRecommendationsJob(recommendations('packed', { ModelName: undefined, ...packed }));
    expect(
      (await admin.listInferenceRecommendationsJobs({ ModelPackageVersionArnEquals: packed.ModelPackageVersionArn }))
        .InferenceRecommendationsJobs,
    ).toMatchObject([{ JobName: 'packed', ...packed }]);
  });
});

describe('the catalogue of models', () => {
  it('is filtered by everything that is asked for, and paged', async () => {
    const { admin } = world();
    const all = (await admin.listModelMetadata({})).ModelMetadataSummaries ?? [];
    const filtered = async (...Filters: { Name: 'Domain' | 'Framework' | 'Task'; Value: string }[]) =>
      (await admin.listModelMetadata({ SearchExpression: { Filters } })).ModelMetadataSummaries?.map((each) => each.Model);
    expect(await filtered({ Name: 'Domain', Value: 'computer_vision' }, { Name: 'Framework', Value: 'TENSORFLOW' })).toEqual([
      'efficientnetb7',
      'unet',
    ]);
    expect(await filtered({ Name: 'Task', Value: 'none' })).toEqual([]);
    const first = await admin.listModelMetadata({ MaxResults: 4 });
    const second = await admin.listModelMetadata({ MaxResults: 100, NextToken: first.NextToken });
    expect([...(first.ModelMetadataSummaries ?? []), ...(second.ModelMetadataSummaries ?? [])]).toEqual(all);
  });
});
