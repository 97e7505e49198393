import { beforeAll, describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { endpointNamed, minimal, refusal, send, sharedWorld, trust, type World } from './world.ts';

// Nothing moves by itself: with this pace a state lasts until the test moves the clock.
const world = sharedWorld({ pace: 1, quotas: { 'Total domains': 2 } });

const settled = 200;

/** One of each, by the name of "taken", all in their first state. */
beforeAll(async () => {
  const { root, role } = world();
  await root('CreateModel', minimal.model('Taken', role));
  await root('CreateEndpointConfig', minimal.endpointConfig('Taken', 'taken'));
  await root('CreateEndpoint', { EndpointName: 'taken', EndpointConfigName: 'taken' });
  await root('CreateNotebookInstance', minimal.notebook('Taken', role));
  await root('CreateNotebookInstanceLifecycleConfig', { NotebookInstanceLifecycleConfigName: 'taken' });
  await root('CreateTrainingJob', minimal.trainingJob('Taken', role));
  await root('CreateFlowDefinition', minimal.flowDefinition('taken', role));
});

interface Case {
  readonly when: string;
  readonly arrange?: (w: World) => Promise<unknown>;
  readonly call: (w: World) => readonly [operation: string, input: object];
  readonly code: 'ValidationException' | 'ResourceNotFound' | 'ResourceInUse' | 'ResourceLimitExceeded';
  readonly says: (w: World) => string;
}

const cases: Case[] = [
  // What is not there
  {
    when: 'an endpoint is described that is not there',
    call: () => ['DescribeEndpoint', { EndpointName: 'None' }],
    code: 'ValidationException',
    says: (w) => `Could not find endpoint "${w.arn('endpoint/none')}".`,
  },
  {
    when: 'an endpoint is deleted that is not there',
    call: () => ['DeleteEndpoint', { EndpointName: 'none' }],
    code: 'ValidationException',
    says: (w) => `Could not find endpoint "${w.arn('endpoint/none')}".`,
  },
  {
    when: 'a configuration is described that is not there',
    call: () => ['DescribeEndpointConfig', { EndpointConfigName: 'none' }],
    code: 'ValidationException',
    says: (w) => `Could not find endpoint configuration "${w.arn('endpoint-config/none')}".`,
  },
  {
    when: 'a configuration is deleted that is not there',
    call: () => ['DeleteEndpointConfig', { EndpointConfigName: 'none' }],
    code: 'ValidationException',
    says: (w) => `Could not find endpoint configuration "${w.arn('endpoint-config/none')}".`,
  },
  {
    when: 'a model is described that is not there',
    call: () => ['DescribeModel', { ModelName: 'none' }],
    code: 'ValidationException',
    says: (w) => `Could not find model "${w.arn('model/none')}".`,
  },
  {
    when: 'a model is deleted that is not there',
    call: () => ['DeleteModel', { ModelName: 'none' }],
    code: 'ValidationException',
    says: (w) => `Could not find model "${w.arn('model/none')}".`,
  },
  ...[
    'DescribeNotebookInstance',
    'StartNotebookInstance',
    'StopNotebookInstance',
    'DeleteNotebookInstance',
    'UpdateNotebookInstance',
    'CreatePresignedNotebookInstanceUrl',
  ].map(
    (operation): Case => ({
      when: `${operation} is called for a notebook instance that is not there`,
      call: () => [operation, { NotebookInstanceName: 'none' }],
      code: 'ValidationException',
      says: () => 'RecordNotFound',
    }),
  ),
  ...['describe', 'delete', 'update'].map(
    (verb): Case => ({
      when: `a lifecycle configuration is to be ${verb}d that is not there`,
      call: () => [
        `${verb[0]?.toUpperCase()}${verb.slice(1)}NotebookInstanceLifecycleConfig`,
        { NotebookInstanceLifecycleConfigName: 'none' },
      ],
      code: 'ValidationException',
      says: (w) =>
        `Unable to ${verb} Notebook Instance Lifecycle Config '${w.arn('notebook-instance-lifecycle-config/none')}'. (Details: Notebook Instance Lifecycle Config does not exist.)`,
    }),
  ),
  ...['DescribeTrainingJob', 'StopTrainingJob', 'DeleteTrainingJob', 'UpdateTrainingJob'].map(
    (operation): Case => ({
      when: `${operation} is called for a training job that is not there`,
      call: () => [operation, { TrainingJobName: 'none' }],
      code: 'ValidationException',
      says: () => 'Requested resource not found.',
    }),
  ),
  ...['DescribeDomain', 'DeleteDomain', 'UpdateDomain'].map(
    (operation): Case => ({
      when: `${operation} is called for a domain that is not there`,
      call: () => [operation, { DomainId: 'd-none' }],
      code: 'ResourceNotFound',
      says: () => 'Domain [d-none] does not exist.',
    }),
  ),
  {
    when: 'a profile is created in a domain that is not there',
    call: () => ['CreateUserProfile', { DomainId: 'd-none', UserProfileName: 'a' }],
    code: 'ResourceNotFound',
    says: () => 'Domain [d-none] does not exist.',
  },
  {
    when: 'a URL is asked for a domain that is not there',
    call: () => ['CreatePresignedDomainUrl', { DomainId: 'd-none', UserProfileName: 'a' }],
    code: 'ResourceNotFound',
    says: () => 'Domain [d-none] does not exist.',
  },
  {
    when: 'a flow definition is described that is not there',
    call: () => ['DescribeFlowDefinition', { FlowDefinitionName: 'none' }],
    code: 'ResourceNotFound',
    says: () => 'FlowDefinition none does not exist.',
  },
  {
    when: 'a studio lifecycle configuration is described that is not there',
    call: () => ['DescribeStudioLifecycleConfig', { StudioLifecycleConfigName: 'none' }],
    code: 'ResourceNotFound',
    says: () => 'StudioLifecycleConfig [none] does not exist.',
  },
  // Names that are taken, in whatever case
  {
    when: 'a model’s name is taken',
    call: (w) => ['CreateModel', minimal.model('TAKEN', w.role)],
    code: 'ValidationException',
    says: (w) => `Cannot create already existing model "${w.arn('model/taken')}".`,
  },
  {
    when: 'a configuration’s name is taken',
    call: () => ['CreateEndpointConfig', minimal.endpointConfig('taken', 'taken')],
    code: 'ValidationException',
    says: (w) => `Cannot create already existing endpoint configuration "${w.arn('endpoint-config/taken')}".`,
  },
  {
    when: 'an endpoint’s name is taken',
    call: () => ['CreateEndpoint', { EndpointName: 'Taken', EndpointConfigName: 'taken' }],
    code: 'ValidationException',
    says: (w) => `Cannot create already existing endpoint "${w.arn('endpoint/taken')}".`,
  },
  {
    when: 'a notebook instance’s name is taken',
    call: (w) => ['CreateNotebookInstance', minimal.notebook('taken', w.role)],
    code: 'ValidationException',
    says: (w) => `Cannot create a duplicate Notebook Instance (${w.arn('notebook-instance/taken')})`,
  },
  {
    when: 'a lifecycle configuration’s name is taken',
    call: () => ['CreateNotebookInstanceLifecycleConfig', { NotebookInstanceLifecycleConfigName: 'taken' }],
    code: 'ValidationException',
    says: (w) =>
      `Unable to create Notebook Instance Lifecycle Config ${w.arn('notebook-instance-lifecycle-config/taken')}. (Details: Notebook Instance Lifecycle Config already exists.)`,
  },
  {
    when: 'a training job’s name is taken',
    call: (w) => ['CreateTrainingJob', minimal.trainingJob('taken', w.role)],
    code: 'ResourceInUse',
    says: (w) =>
      `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${w.arn('training-job/taken')})`,
  },
  {
    when: 'a flow definition’s name is taken',
    call: (w) => ['CreateFlowDefinition', minimal.flowDefinition('taken', w.role)],
    code: 'ResourceInUse',
    says: () => 'FlowDefinition with name taken already exists. Choose a different name.',
  },
  // References
  {
    when: 'a configuration names a model that is not there',
    call: () => ['CreateEndpointConfig', minimal.endpointConfig('new', 'Nowhere')],
    code: 'ValidationException',
    says: (w) => `Could not find model "${w.arn('model/nowhere')}".`,
  },
  {
    when: 'an endpoint names a configuration that is not there',
    call: () => ['CreateEndpoint', { EndpointName: 'new', EndpointConfigName: 'Nowhere' }],
    code: 'ValidationException',
    says: (w) => `Could not find endpoint configuration "${w.arn('endpoint-config/nowhere')}".`,
  },
  {
    when: 'an endpoint’s configuration names a model that is gone',
    arrange: async (w) => {
      await w.root('CreateModel', minimal.model('going', w.role));
      await w.root('CreateEndpointConfig', minimal.endpointConfig('stays', 'going'));
      await w.root('DeleteModel', { ModelName: 'going' });
    },
    call: () => ['CreateEndpoint', { EndpointName: 'new', EndpointConfigName: 'stays' }],
    code: 'ValidationException',
    says: (w) => `Could not find model "${w.arn('model/going')}".`,
  },
  {
    when: 'a notebook instance names a lifecycle configuration that is not there',
    call: (w) => ['CreateNotebookInstance', { ...minimal.notebook('new', w.role), LifecycleConfigName: 'nowhere' }],
    code: 'ValidationException',
    says: (w) => `Notebook Instance Lifecycle Config '${w.arn('notebook-instance-lifecycle-config/nowhere')}' does not exist.`,
  },
  {
    when: 'a notebook instance is to be in a subnet that is not there',
    call: (w) => ['CreateNotebookInstance', { ...minimal.notebook('new', w.role), SubnetId: 'subnet-0123456789abcdef0' }],
    code: 'ValidationException',
    says: () => "The subnet ID 'subnet-0123456789abcdef0' does not exist",
  },
  // Roles
  {
    when: 'the role is another account’s',
    call: (w) => ['CreateModel', minimal.model('new', w.role.replace(w.account.id, '999999999999'))],
    code: 'ValidationException',
    says: () => 'RoleArn: Cross-account pass role is not allowed.',
  },
  {
    when: 'the role is not there',
    call: (w) => ['CreateTrainingJob', minimal.trainingJob('new', `${w.role}2`)],
    code: 'ValidationException',
    says: (w) =>
      `Could not assume role ${w.role}2. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
  },
  {
    when: 'the role’s ARN is spelled in another case',
    call: (w) => ['CreateTrainingJob', minimal.trainingJob('new', w.role.replace('Exec', 'EXEC'))],
    code: 'ValidationException',
    says: (w) =>
      `Could not assume role ${w.role.replace('Exec', 'EXEC')}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
  },
  {
    when: 'the role trusts another service only',
    arrange: (w) => w.newRole('ForEc2', trust('ec2.amazonaws.com')),
    call: (w) => ['CreateNotebookInstance', minimal.notebook('new', w.role.replace('Exec', 'ForEc2'))],
    code: 'ValidationException',
    says: (w) =>
      `Could not assume role ${w.role.replace('Exec', 'ForEc2')}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
  },
  {
    when: 'the role trusts SageMaker for another account’s resources only',
    arrange: (w) => w.newRole('ForOthers', trust('sagemaker.amazonaws.com', { StringEquals: { 'aws:SourceAccount': '999999999999' } })),
    call: (w) => ['CreateModel', minimal.model('new', w.role.replace('Exec', 'ForOthers'))],
    code: 'ValidationException',
    says: (w) =>
      `Could not assume role ${w.role.replace('Exec', 'ForOthers')}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
  },
  {
    when: 'a domain’s role does not trust SageMaker',
    call: (w) => ['CreateDomain', minimal.domain('new', w.role.replace('Exec', 'ForEc2'))],
    code: 'ValidationException',
    says: (w) =>
      `Could not assume role ${w.role.replace('Exec', 'ForEc2')}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
  },
  // States
  {
    when: 'a notebook instance is stopped while it starts',
    call: () => ['StopNotebookInstance', { NotebookInstanceName: 'taken' }],
    code: 'ValidationException',
    says: (w) =>
      `Status (Pending) not in ([InService]). Unable to transition to (Stopping) for Notebook Instance (${w.arn('notebook-instance/taken')})`,
  },
  {
    when: 'a notebook instance is deleted while it starts',
    call: () => ['DeleteNotebookInstance', { NotebookInstanceName: 'taken' }],
    code: 'ValidationException',
    says: (w) =>
      `Status (Pending) not in ([Stopped, Failed]). Unable to transition to (Deleting) for Notebook Instance (${w.arn('notebook-instance/taken')})`,
  },
  {
    when: 'a notebook instance is started while it starts',
    call: () => ['StartNotebookInstance', { NotebookInstanceName: 'taken' }],
    code: 'ValidationException',
    says: (w) =>
      `Status (Pending) not in ([Stopped, Failed]). Unable to transition to (Pending) for Notebook Instance (${w.arn('notebook-instance/taken')})`,
  },
  {
    when: 'a notebook instance is updated while it starts',
    call: () => ['UpdateNotebookInstance', { NotebookInstanceName: 'taken', RootAccess: 'Disabled' }],
    code: 'ValidationException',
    says: (w) =>
      `Status (Pending) not in ([Stopped, Failed]). Unable to transition to (Updating) for Notebook Instance (${w.arn('notebook-instance/taken')})`,
  },
  {
    when: 'a notebook instance is to be opened while it starts',
    call: () => ['CreatePresignedNotebookInstanceUrl', { NotebookInstanceName: 'taken' }],
    code: 'ValidationException',
    says: (w) =>
      `Status (Pending) not in ([InService]). Unable to create presigned URL for Notebook Instance (${w.arn('notebook-instance/taken')})`,
  },
  ...['UpdateEndpoint', 'DeleteEndpoint', 'UpdateEndpointWeightsAndCapacities'].map(
    (operation): Case => ({
      when: `${operation} is called while the endpoint is created`,
      call: () => [
        operation,
        { EndpointName: 'taken', EndpointConfigName: 'taken', DesiredWeightsAndCapacities: [{ VariantName: 'v1', DesiredWeight: 1 }] },
      ],
      code: 'ValidationException',
      says: (w) => `Cannot update in-progress endpoint "${w.arn('endpoint/taken')}".`,
    }),
  ),
  {
    when: 'a running training job is deleted',
    call: () => ['DeleteTrainingJob', { TrainingJobName: 'taken' }],
    code: 'ResourceInUse',
    says: (w) => `Unable to delete training job ${w.arn('training-job/taken')} in status InProgress.`,
  },
  {
    when: 'a training job is stopped that has ended',
    arrange: async (w) => {
      await w.root('CreateTrainingJob', minimal.trainingJob('ended', w.role));
      w.elapse(300);
    },
    call: () => ['StopTrainingJob', { TrainingJobName: 'ended' }],
    code: 'ValidationException',
    says: () => 'The request was rejected because the training job is in status Completed.',
  },
  {
    when: 'an endpoint is moved to the configuration it has',
    call: () => ['UpdateEndpoint', { EndpointName: 'taken', EndpointConfigName: 'Taken' }],
    code: 'ValidationException',
    says: (w) => `Endpoint "${w.arn('endpoint/taken')}" already uses endpoint configuration "Taken".`,
  },
  {
    when: 'an endpoint is moved, and its present configuration is gone',
    arrange: async (w) => {
      await endpointNamed(w, 'orphan');
      w.elapse(settled);
      await w.root('DeleteEndpointConfig', { EndpointConfigName: 'orphan' });
    },
    call: () => ['UpdateEndpoint', { EndpointName: 'orphan', EndpointConfigName: 'Taken' }],
    code: 'ValidationException',
    says: (w) => `Could not find endpoint configuration "${w.arn('endpoint-config/orphan')}".`,
  },
  {
    when: 'weights are set for a variant that is not there',
    call: () => [
      'UpdateEndpointWeightsAndCapacities',
      { EndpointName: 'taken', DesiredWeightsAndCapacities: [{ VariantName: 'v9', DesiredWeight: 1 }] },
    ],
    code: 'ValidationException',
    says: (w) => `Could not find variant "v9" of endpoint "${w.arn('endpoint/taken')}".`,
  },
  {
    when: 'a notebook instance’s volume is to shrink',
    arrange: async (w) => {
      await w.root('CreateNotebookInstance', { ...minimal.notebook('big', w.role), VolumeSizeInGB: 50 });
      w.elapse(settled);
      await w.root('StopNotebookInstance', { NotebookInstanceName: 'big' });
      w.elapse(settled);
    },
    call: () => ['UpdateNotebookInstance', { NotebookInstanceName: 'big', VolumeSizeInGB: 20 }],
    code: 'ValidationException',
    says: (w) => `VolumeSizeInGB of Notebook Instance (${w.arn('notebook-instance/big')}) cannot be decreased.`,
  },
  {
    when: 'a lifecycle configuration is taken away and given in one call',
    call: () => [
      'UpdateNotebookInstance',
      { NotebookInstanceName: 'big', LifecycleConfigName: 'taken', DisassociateLifecycleConfig: true },
    ],
    code: 'ValidationException',
    says: () => 'LifecycleConfigName cannot be specified together with DisassociateLifecycleConfig.',
  },
  // Rules between members
  {
    when: 'a model has no container',
    call: (w) => ['CreateModel', { ModelName: 'new', ExecutionRoleArn: w.role }],
    code: 'ValidationException',
    says: () => 'Either PrimaryContainer or Containers must be provided.',
  },
  {
    when: 'a training job names image and algorithm',
    call: (w) => [
      'CreateTrainingJob',
      {
        ...minimal.trainingJob('new', w.role),
        AlgorithmSpecification: { TrainingImage: 'i', AlgorithmName: 'a', TrainingInputMode: 'File' },
      },
    ],
    code: 'ValidationException',
    says: () => 'Exactly one of TrainingImage and AlgorithmName must be specified in AlgorithmSpecification.',
  },
  {
    when: 'a training job names no instances',
    call: (w) => ['CreateTrainingJob', { ...minimal.trainingJob('new', w.role), ResourceConfig: undefined }],
    code: 'ValidationException',
    says: () => "1 validation error detected: Value null at 'resourceConfig' failed to satisfy constraint: Member must not be null",
  },
  {
    when: 'a domain’s users have no role',
    call: () => ['CreateDomain', { DomainName: 'new', AuthMode: 'IAM', DefaultUserSettings: {} }],
    code: 'ValidationException',
    says: () =>
      "1 validation error detected: Value null at 'defaultUserSettings.executionRole' failed to satisfy constraint: Member must not be null",
  },
  {
    when: 'two variants have one name',
    call: () => {
      const config = minimal.endpointConfig('new', 'taken');
      return ['CreateEndpointConfig', { ...config, ProductionVariants: [...config.ProductionVariants, ...config.ProductionVariants] }];
    },
    code: 'ValidationException',
    says: () => 'Variant names must be unique.',
  },
  {
    when: 'a notebook instance has no way to the internet, and no subnet',
    call: (w) => ['CreateNotebookInstance', { ...minimal.notebook('new', w.role), DirectInternetAccess: 'Disabled' }],
    code: 'ValidationException',
    says: () => 'A SubnetId is required when DirectInternetAccess is Disabled.',
  },
  // Tags
  {
    when: 'something is tagged that has no tags',
    call: (w) => ['AddTags', { ResourceArn: w.arn('workforce/default'), Tags: [{ Key: 'a', Value: 'b' }] }],
    code: 'ValidationException',
    says: () => 'Invalid resource type: workforce',
  },
  {
    when: 'tags are listed of a thing that is not there',
    call: (w) => ['ListTags', { ResourceArn: w.arn('endpoint/none') }],
    code: 'ValidationException',
    says: (w) => `Could not find endpoint "${w.arn('endpoint/none')}".`,
  },
  {
    when: 'a tag key is AWS’s own',
    call: (w) => ['AddTags', { ResourceArn: w.arn('endpoint/taken'), Tags: [{ Key: 'AWS:a', Value: 'b' }] }],
    code: 'ValidationException',
    says: () => 'Tag keys starting with aws: are reserved for system use.',
  },
  {
    when: 'a tag key comes twice',
    call: (w) => [
      'CreateModel',
      {
        ...minimal.model('new', w.role),
        Tags: [
          { Key: 'a', Value: 'b' },
          { Key: 'a', Value: 'c' },
        ],
      },
    ],
    code: 'ValidationException',
    says: () => 'Duplicate tag keys found.',
  },
  {
    when: 'there would be more than 50 tags',
    arrange: (w) =>
      w.root('AddTags', {
        ResourceArn: w.arn('endpoint/taken'),
        Tags: Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: '' })),
      }),
    call: (w) => ['AddTags', { ResourceArn: w.arn('endpoint/taken'), Tags: [{ Key: 'k50', Value: '' }] }],
    code: 'ValidationException',
    says: () => 'The number of tags on a resource cannot exceed 50.',
  },
];

describe('what AWS says when', () => {
  for (const { when, arrange, call, code, says } of cases) {
    it(when, async () => {
      const w = world();
      await arrange?.(w);
      const [operation, input] = call(w);
      expect(await refusal(send(w.admin, operation, input))).toEqual({ name: code, message: says(w), status: 400 });
    });
  }

  it('leaves nothing behind of what it refuses', async () => {
    const { admin } = world();
    for (const [operation, input] of [
      ['DescribeModel', { ModelName: 'new' }],
      ['DescribeEndpointConfig', { EndpointConfigName: 'new' }],
      ['DescribeEndpoint', { EndpointName: 'new' }],
      ['DescribeTrainingJob', { TrainingJobName: 'new' }],
      ['DescribeNotebookInstance', { NotebookInstanceName: 'new' }],
    ] as const) {
      expect(await refusal(send(admin, operation, input))).toMatchObject({ name: 'ValidationException' });
    }
    expect((await admin.listDomains({})).Domains).toEqual([]);
  });
});

describe('a Studio domain in use', () => {
  it('goes only after what it holds, in the order of the guide', async () => {
    const w = world();
    const { admin } = w;
    const { DomainId = '', DomainArn } = await admin.createDomain(minimal.domain('held', w.role));
    const alice = { DomainId, UserProfileName: 'alice' };
    const space = { DomainId, SpaceName: 'shared' };
    expect(await refusal(admin.createUserProfile(alice))).toMatchObject({
      name: 'ValidationException',
      message: `Domain [${DomainArn}] is in status Pending, not InService.`,
    });
    w.elapse(settled);
    const { UserProfileArn } = await admin.createUserProfile(alice);
    const app = { ...alice, AppType: 'JupyterServer', AppName: 'default' } as const;
    expect(await refusal(admin.createApp(app))).toMatchObject({
      name: 'ValidationException',
      message: `[${UserProfileArn}] is in status Pending, not InService.`,
    });
    w.elapse(settled);
    await admin.createSpace({
      ...space,
      OwnershipSettings: { OwnerUserProfileName: 'alice' },
      SpaceSharingSettings: { SharingType: 'Private' },
    });
    await admin.createApp(app);
    expect(await refusal(admin.createApp(app))).toMatchObject({
      name: 'ResourceInUse',
      message: 'App with name default already exists. Choose a different name.',
    });
    expect(await refusal(admin.createSpace(space))).toMatchObject({
      name: 'ResourceInUse',
      message: 'Space with name shared already exists. Choose a different name.',
    });
    expect(await refusal(admin.createUserProfile({ ...alice, UserProfileName: 'Alice' }))).toMatchObject({
      name: 'ResourceInUse',
      message: 'UserProfile with name Alice already exists. Choose a different name.',
    });
    // The right case only finds: a policy on one spelling is not got around by another.
    expect(await refusal(admin.describeUserProfile({ ...alice, UserProfileName: 'Alice' }))).toMatchObject({ name: 'ResourceNotFound' });
    w.elapse(settled);
    const inUse = (kind: string, arn: string | undefined, by: string) => ({
      name: 'ResourceInUse',
      message: `Unable to delete ${kind} [${arn}] because ${by} are associated with it.`,
      status: 400,
    });
    expect(await refusal(admin.deleteUserProfile(alice))).toEqual(inUse('UserProfile', UserProfileArn, 'App(s)'));
    expect(await refusal(admin.updateUserProfile({ ...alice, UserSettings: { SecurityGroups: ['sg-1'] } }))).toMatchObject({
      name: 'ResourceInUse',
    });
    await admin.deleteApp(app);
    w.elapse(settled);
    expect(await refusal(admin.deleteUserProfile(alice))).toEqual(inUse('UserProfile', UserProfileArn, 'Space(s)'));
    expect(await refusal(admin.deleteDomain({ DomainId }))).toEqual(inUse('Domain', DomainArn, 'UserProfile(s)'));
    await admin.deleteSpace(space);
    w.elapse(settled);
    await admin.deleteUserProfile(alice);
    w.elapse(settled);
    await admin.deleteDomain({ DomainId });
    w.elapse(settled);
    expect((await admin.listDomains({})).Domains).toEqual([]);
  });

  it('refuses what does not fit a domain of IAM users, and an app without one owner', async () => {
    const w = world();
    const { admin } = w;
    const { DomainId = '' } = await admin.createDomain(minimal.domain('plain', w.role));
    w.elapse(settled);
    await admin.createUserProfile({ DomainId, UserProfileName: 'bob' });
    w.elapse(settled);
    const says = async (call: Promise<unknown>) => (await refusal(call))?.message;
    expect(
      await says(
        admin.createUserProfile({ DomainId, UserProfileName: 'x', SingleSignOnUserIdentifier: 'UserName', SingleSignOnUserValue: 'x' }),
      ),
    ).toBe('SingleSignOnUserIdentifier and SingleSignOnUserValue cannot be specified for a Domain with AuthMode IAM.');
    expect(await says(admin.createApp({ DomainId, AppType: 'JupyterServer', AppName: 'default' }))).toBe(
      'Exactly one of UserProfileName and SpaceName must be specified.',
    );
    expect(await says(admin.createApp({ DomainId, UserProfileName: 'bob', AppType: 'JupyterServer', AppName: 'mine' }))).toBe(
      'AppName must be default for AppType JupyterServer.',
    );
    expect(
      await says(
        admin.createApp({
          DomainId,
          UserProfileName: 'bob',
          AppType: 'KernelGateway',
          AppName: 'k',
          ResourceSpec: { InstanceType: 'system' },
        }),
      ),
    ).toBe('InstanceType system cannot be used with AppType KernelGateway.');
    expect(await says(admin.createSpace({ DomainId, SpaceName: 's', OwnershipSettings: { OwnerUserProfileName: 'bob' } }))).toBe(
      'OwnershipSettings and SpaceSharingSettings must be specified together.',
    );
    expect(
      await says(
        admin.createSpace({
          DomainId,
          SpaceName: 's',
          OwnershipSettings: { OwnerUserProfileName: 'nobody' },
          SpaceSharingSettings: { SharingType: 'Private' },
        }),
      ),
    ).toBe('UserProfile [nobody] does not exist.');
    expect(await says(admin.createDomain({ ...minimal.domain('sso', w.role), AuthMode: 'SSO' }))).toContain(
      'IAM Identity Center is not enabled',
    );
  });

  it('needs a role for the app that trusts SageMaker when the app starts', async () => {
    const w = world();
    const [{ DomainId = '' } = {}] = (await w.admin.listDomains({})).Domains ?? [];
    await w.account.asRoot('iam', 'UpdateAssumeRolePolicy', {
      RoleName: 'Exec',
      PolicyDocument: JSON.stringify(trust('ec2.amazonaws.com')),
    });
    expect(
      await refusal(w.admin.createApp({ DomainId, UserProfileName: 'bob', AppType: 'JupyterServer', AppName: 'default' })),
    ).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Could not assume role /),
    });
    await w.account.asRoot('iam', 'UpdateAssumeRolePolicy', {
      RoleName: 'Exec',
      PolicyDocument: JSON.stringify(
        policy({ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }),
      ),
    });
  });

  it('keeps a lifecycle configuration that settings name', async () => {
    const { admin, role, elapse } = world();
    const { StudioLifecycleConfigArn = '' } = await admin.createStudioLifecycleConfig({
      StudioLifecycleConfigName: 'start',
      StudioLifecycleConfigContent: 'ZWNobw==',
      StudioLifecycleConfigAppType: 'JupyterServer',
    });
    const [{ DomainId = '' } = {}] = (await admin.listDomains({})).Domains ?? [];
    await admin.createUserProfile({
      DomainId,
      UserProfileName: 'scripted',
      UserSettings: { ExecutionRole: role, JupyterServerAppSettings: { LifecycleConfigArns: [StudioLifecycleConfigArn] } },
    });
    elapse(settled);
    expect(await refusal(admin.deleteStudioLifecycleConfig({ StudioLifecycleConfigName: 'start' }))).toMatchObject({
      name: 'ResourceInUse',
    });
    await admin.deleteUserProfile({ DomainId, UserProfileName: 'scripted' });
    elapse(settled);
    await admin.deleteStudioLifecycleConfig({ StudioLifecycleConfigName: 'start' });
  });
});

describe('quotas', () => {
  it('of domains: as many as the installation says, failed ones counted', async () => {
    const { admin, role } = world();
    await admin.createDomain(minimal.domain('second', role));
    expect(await refusal(admin.createDomain(minimal.domain('third', role)))).toEqual({
      name: 'ResourceLimitExceeded',
      message:
        "The account-level service limit 'Total domains' is 2 Domains, with current utilization of 2 Domains and a request delta of 1 Domains. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.",
      status: 400,
    });
  });
});

describe('calls at the same time', () => {
  it('create a name once', async () => {
    const { admin, role, arn } = world();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => refusal(admin.createModel(minimal.model('at-once', role)))));
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    expect(new Set(outcomes.flatMap((outcome) => (outcome ? [outcome.message] : [])))).toEqual(
      new Set([`Cannot create already existing model "${arn('model/at-once')}".`]),
    );
  });

  it('keep to a quota, and make the role of the service once', async () => {
    const { server } = world();
    const account = await server.account();
    const { sagemaker } = world().clients(account.root);
    const { Role } = await account.asRoot('iam', 'CreateRole', {
      RoleName: 'Exec',
      AssumeRolePolicyDocument: JSON.stringify(trust('sagemaker.amazonaws.com')),
    });
    const input = minimal.domain('at-once', (Role as { Arn: string }).Arn);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => refusal(sagemaker.createDomain(input))));
    expect(outcomes.map((outcome) => outcome?.name ?? 'created').sort()).toEqual([
      ...Array(4).fill('ResourceLimitExceeded'),
      'created',
      'created',
    ]);
  });
});
