import { beforeAll, describe, expect, it, vi } from 'vitest';
import { atOnce } from '../../harness.ts';
import { allow, deny, endpointNamed, minimal, refusal, send, sharedWorld, trust, WORKS, type World } from './world.ts';

/*
 * Known ways from one permission to more, in pairs: what AWS lets through is let through, and what stops it on AWS stops it here.
 */

const world = sharedWorld({ quotas: { 'Total domains': 100 } });

let count = 0;
const fresh = () => `t${++count}`;
const DENIED = { name: 'AccessDeniedException' };
const foreign = (w: World) => w.role.replace(w.account.id, '999999999999');

let DomainId = '';
beforeAll(async () => {
  const w = world();
  DomainId = String((await w.root('CreateDomain', minimal.domain('studio', w.role))).DomainId);
  for (const [UserProfileName, owner] of [
    ['alice', 'alice'],
    ['bob', 'bob'],
  ] as const) {
    await w.root('CreateUserProfile', { DomainId, UserProfileName, Tags: [{ Key: 'studiouserid', Value: owner }] });
  }
  await w.newRole('Other', trust('sagemaker.amazonaws.com'));
  await w.permit('Other', WORKS);
  await w.newRole('Untrusting', trust('ec2.amazonaws.com'));
});

/** Every operation built here that takes a role. */
const takers: Record<string, (role: string) => object> = {
  CreateNotebookInstance: (role) => minimal.notebook(fresh(), role),
  CreateTrainingJob: (role) => minimal.trainingJob(fresh(), role),
  CreateModel: (role) => minimal.model(fresh(), role),
  CreateEndpointConfig: (role) => ({
    EndpointConfigName: fresh(),
    ExecutionRoleArn: role,
    ProductionVariants: [{ VariantName: 'v', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }],
  }),
  CreateFlowDefinition: (role) => minimal.flowDefinition(fresh(), role),
  CreateDomain: (role) => minimal.domain(fresh(), role),
  CreateUserProfile: (role) => ({ DomainId, UserProfileName: fresh(), UserSettings: { ExecutionRole: role } }),
};

describe.each(Object.entries(takers))('M01, M02 · a role handed to %s', (operation, input) => {
  const call = async (role: string, ...passing: object[]) => {
    const { sagemaker } = await world().user(allow(['sagemaker:*', 'iam:CreateServiceLinkedRole']), ...passing);
    return refusal(send(sagemaker, operation, input(role)));
  };

  it('goes through with iam:PassRole to SageMaker', async () => {
    const { role } = world();
    expect(
      await call(role, allow('iam:PassRole', role, { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } })),
    ).toBeUndefined();
  });

  it('is denied without, for another service, or for another role', async () => {
    const { role } = world();
    expect(await call(role)).toMatchObject({ ...DENIED, message: expect.stringContaining(`iam:PassRole on resource: ${role} `) });
    expect(await call(role, allow('iam:PassRole', role, { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }))).toMatchObject(
      DENIED,
    );
    expect(await call(role, allow('iam:PassRole', role.replace('Exec', 'Other')))).toMatchObject(DENIED);
  });

  it('is refused for a role of another account, whatever is granted', async () => {
    expect(await call(foreign(world()), allow('*'))).toMatchObject({
      name: 'ValidationException',
      message: 'RoleArn: Cross-account pass role is not allowed.',
    });
    expect(await call(foreign(world()))).toMatchObject(DENIED);
  });

  it('is a mistake, not a denial, when the role does not trust SageMaker', async () => {
    const untrusting = world().role.replace('Exec', 'Untrusting');
    expect(await call(untrusting, allow('iam:PassRole', untrusting))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Could not assume role /),
    });
    // Who may not pass it does not learn that much.
    expect(await call(untrusting)).toMatchObject(DENIED);
  });
});

describe('M02 · roles that were passed before', () => {
  it('are used without iam:PassRole: an endpoint of a configuration', async () => {
    const w = world();
    await endpointNamed(w, 'passed');
    const { sagemaker } = await w.user(allow('sagemaker:*'));
    expect(await refusal(sagemaker.createEndpoint({ EndpointName: fresh(), EndpointConfigName: 'passed' }))).toBeUndefined();
  });
});

describe('M03 · URLs of what is somebody else’s', () => {
  it('a notebook is opened by who may open that one', async () => {
    const w = world();
    for (const name of ['mine', 'yours']) await w.root('CreateNotebookInstance', minimal.notebook(name, w.role));
    const { sagemaker } = await w.user(allow('sagemaker:CreatePresignedNotebookInstanceUrl', w.arn('notebook-instance/mine')));
    expect(await refusal(sagemaker.createPresignedNotebookInstanceUrl({ NotebookInstanceName: 'mine' }))).toBeUndefined();
    expect(await refusal(sagemaker.createPresignedNotebookInstanceUrl({ NotebookInstanceName: 'yours' }))).toMatchObject(DENIED);
    expect(await refusal(sagemaker.createPresignedNotebookInstanceUrl({ NotebookInstanceName: 'nobodys' }))).toMatchObject(DENIED);
  });

  it('a profile is granted by its own ARN, not by that of its apps', async () => {
    const w = world();
    const url = { DomainId, UserProfileName: 'alice' };
    const byApp = await w.user(allow('sagemaker:CreatePresignedDomainUrl', w.arn(`app/${DomainId}/alice/*`)));
    expect(await refusal(byApp.sagemaker.createPresignedDomainUrl(url))).toMatchObject({
      ...DENIED,
      message: expect.stringContaining(w.arn(`user-profile/${DomainId}/alice`)),
    });
    const byProfile = await w.user(allow('sagemaker:CreatePresignedDomainUrl', w.arn(`user-profile/${DomainId}/alice`)));
    expect(await refusal(byProfile.sagemaker.createPresignedDomainUrl(url))).toBeUndefined();
    expect(await refusal(byProfile.sagemaker.createPresignedDomainUrl({ ...url, UserProfileName: 'bob' }))).toMatchObject(DENIED);
    // Nobody else's private space is opened by it, and whether it is there is not told.
    for (const [SpaceName, OwnerUserProfileName, SharingType] of [
      ['a-private', 'alice', 'Private'],
      ['b-private', 'bob', 'Private'],
      ['b-shared', 'bob', 'Shared'],
    ] as const) {
      const [OwnershipSettings, SpaceSharingSettings] = [{ OwnerUserProfileName }, { SharingType }];
      await w.root('CreateSpace', { DomainId, SpaceName, OwnershipSettings, SpaceSharingSettings });
    }
    const open = (SpaceName: string) => refusal(byProfile.sagemaker.createPresignedDomainUrl({ ...url, SpaceName }));
    for (const SpaceName of ['a-private', 'b-shared']) expect(await open(SpaceName)).toBeUndefined();
    for (const SpaceName of ['b-private', 'nowhere'])
      expect(await open(SpaceName)).toMatchObject({ name: 'ResourceNotFound', message: `Space [${SpaceName}] does not exist.` });
    // Another spelling of a profile's name is another profile.
    expect(await refusal(byProfile.sagemaker.createPresignedDomainUrl({ ...url, UserProfileName: 'ALICE' }))).toMatchObject(DENIED);
  });

  it('the pattern of one tag per user holds', async () => {
    const w = world();
    const credentials = await w.account.user('alice', {
      inline: {
        own: {
          Version: '2012-10-17',
          Statement: [
            allow('sagemaker:CreatePresignedDomainUrl', w.arn('user-profile/*'), {
              StringEquals: { 'sagemaker:ResourceTag/studiouserid': '${aws:username}' },
            }),
          ],
        },
      },
    });
    const { sagemaker } = w.clients(credentials);
    expect(await refusal(sagemaker.createPresignedDomainUrl({ DomainId, UserProfileName: 'alice' }))).toBeUndefined();
    expect(await refusal(sagemaker.createPresignedDomainUrl({ DomainId, UserProfileName: 'bob' }))).toMatchObject(DENIED);
  });
});

describe('M04 · code by lifecycle configuration', () => {
  it('an attached one is changed without iam:PassRole; another one goes by Stop, Update and Start', async () => {
    const w = world();
    await w.root('CreateNotebookInstanceLifecycleConfig', { NotebookInstanceLifecycleConfigName: 'attached' });
    await w.root('CreateNotebookInstance', { ...minimal.notebook('scripted', w.role), LifecycleConfigName: 'attached' });
    const { sagemaker } = await w.user(allow('sagemaker:*'));
    const scripts = { OnStart: [{ Content: 'ZWNobw==' }] };
    await sagemaker.updateNotebookInstanceLifecycleConfig({ NotebookInstanceLifecycleConfigName: 'attached', ...scripts });
    await sagemaker.createNotebookInstanceLifecycleConfig({ NotebookInstanceLifecycleConfigName: 'new', ...scripts });
    await sagemaker.stopNotebookInstance({ NotebookInstanceName: 'scripted' });
    await sagemaker.updateNotebookInstance({ NotebookInstanceName: 'scripted', LifecycleConfigName: 'new' });
    // Starting passes the stored role again.
    expect(await refusal(sagemaker.startNotebookInstance({ NotebookInstanceName: 'scripted' }))).toMatchObject({
      ...DENIED,
      message: expect.stringContaining('iam:PassRole'),
    });
    const passing = await w.user(allow('sagemaker:*'), allow('iam:PassRole', w.role));
    expect(await refusal(passing.sagemaker.startNotebookInstance({ NotebookInstanceName: 'scripted' }))).toBeUndefined();
  });
});

describe('M05 · switching the role of what exists', () => {
  const roleOf = (name: string) => world().role.replace('Exec', name);
  const switches: Record<string, (role: string) => [operation: string, input: object]> = {
    'a profile’s role': (ExecutionRole) => ['UpdateUserProfile', { DomainId, UserProfileName: 'bob', UserSettings: { ExecutionRole } }],
    'the domain’s role for users': (ExecutionRole) => ['UpdateDomain', { DomainId, DefaultUserSettings: { ExecutionRole } }],
    'the domain’s role for spaces': (ExecutionRole) => ['UpdateDomain', { DomainId, DefaultSpaceSettings: { ExecutionRole } }],
    'the role of RStudio': (DomainExecutionRoleArn) => [
      'UpdateDomain',
      { DomainId, DomainSettingsForUpdate: { RStudioServerProDomainSettingsForUpdate: { DomainExecutionRoleArn } } },
    ],
    'a Canvas role': (AmazonBedrockRoleArn) => [
      'UpdateUserProfile',
      { DomainId, UserProfileName: 'bob', UserSettings: { CanvasAppSettings: { GenerativeAiSettings: { AmazonBedrockRoleArn } } } },
    ],
    'an EMR role': (role) => [
      'UpdateUserProfile',
      { DomainId, UserProfileName: 'bob', UserSettings: { JupyterLabAppSettings: { EmrSettings: { ExecutionRoleArns: [role] } } } },
    ],
  };

  it.each(Object.entries(switches))('%s needs iam:PassRole for the new one', async (_, request) => {
    const w = world();
    const [operation, input] = request(roleOf('Other'));
    const without = await w.user(allow('sagemaker:*'), allow('iam:PassRole', w.role));
    expect(await refusal(send(without.sagemaker, operation, input))).toMatchObject({
      ...DENIED,
      message: expect.stringContaining(roleOf('Other')),
    });
    const passing = await w.user(allow('sagemaker:*'), allow('iam:PassRole', roleOf('Other')));
    expect(await refusal(send(passing.sagemaker, operation, input))).toBeUndefined();
    const [, another] = request(foreign(w));
    expect(await refusal(send(w.admin, operation, another))).toMatchObject({
      name: 'ValidationException',
      message: 'RoleArn: Cross-account pass role is not allowed.',
    });
  });

  it('a role that is left alone is not passed again', async () => {
    const { sagemaker } = await world().user(allow('sagemaker:*'));
    expect(await refusal(sagemaker.updateDomain({ DomainId, AppNetworkAccessType: 'VpcOnly' }))).toBeUndefined();
    expect(
      await refusal(sagemaker.updateUserProfile({ DomainId, UserProfileName: 'bob', UserSettings: { DefaultLandingUri: 'studio::' } })),
    ).toBeUndefined();
  });
});

describe('M06 · apps in somebody else’s place', () => {
  it('run where the caller may start them, and nowhere else', async () => {
    const w = world();
    for (const [SpaceName, OwnerUserProfileName, SharingType] of [
      ['alices', 'alice', 'Private'],
      ['bobs', 'bob', 'Private'],
      ['shared', 'bob', 'Shared'],
    ] as const) {
      await w.root('CreateSpace', {
        DomainId,
        SpaceName,
        OwnershipSettings: { OwnerUserProfileName },
        SpaceSharingSettings: { SharingType },
      });
    }
    const app = (owner: object) => ({ DomainId, ...owner, AppType: 'KernelGateway', AppName: fresh() }) as const;
    const byArn = await w.user(allow('sagemaker:CreateApp', w.arn(`app/${DomainId}/alice/*`)));
    expect(await refusal(byArn.sagemaker.createApp(app({ UserProfileName: 'alice' })))).toBeUndefined();
    expect(await refusal(byArn.sagemaker.createApp(app({ UserProfileName: 'bob' })))).toMatchObject(DENIED);

    const byOwner = await w.user(
      allow(['sagemaker:CreateApp', 'sagemaker:DeleteSpace'], '*', {
        ArnEquals: { 'sagemaker:OwnerUserProfileArn': w.arn(`user-profile/${DomainId}/alice`) },
        StringEquals: { 'sagemaker:SpaceSharingType': 'Private' },
      }),
    );
    expect(await refusal(byOwner.sagemaker.createApp(app({ SpaceName: 'alices' })))).toBeUndefined();
    expect(await refusal(byOwner.sagemaker.createApp(app({ SpaceName: 'bobs' })))).toMatchObject(DENIED);
    expect(await refusal(byOwner.sagemaker.createApp(app({ SpaceName: 'shared' })))).toMatchObject(DENIED);
    expect(await refusal(byOwner.sagemaker.deleteSpace({ DomainId, SpaceName: 'bobs' }))).toMatchObject(DENIED);
    // Nor does a space that is not there tell so.
    expect(await refusal(byOwner.sagemaker.createApp(app({ SpaceName: 'nowhere' })))).toMatchObject(DENIED);
  });

  it('E22 · of a space are not reached as apps of a profile, which have the same ARNs', async () => {
    const w = world();
    const [SpaceName, AppName] = [fresh(), 'default'];
    await w.root('CreateSpace', {
      DomainId,
      SpaceName,
      OwnershipSettings: { OwnerUserProfileName: 'alice' },
      SpaceSharingSettings: { SharingType: 'Private' },
    });
    const app = { DomainId, AppType: 'JupyterLab', AppName } as const;
    await w.root('CreateApp', { ...app, SpaceName });
    // As AmazonSageMakerFullAccess has it: apps of profiles, and those of one's own spaces.
    const { sagemaker } = await w.user(
      allow('sagemaker:DeleteApp', '*', { Null: { 'sagemaker:OwnerUserProfileArn': 'true' } }),
      allow('sagemaker:DeleteApp', '*', { ArnEquals: { 'sagemaker:OwnerUserProfileArn': w.arn(`user-profile/${DomainId}/bob`) } }),
    );
    const byProfile = { ...app, UserProfileName: SpaceName };
    expect(await refusal(sagemaker.deleteApp({ ...app, SpaceName }))).toMatchObject(DENIED);
    expect(await refusal(sagemaker.deleteApp(byProfile))).toMatchObject(DENIED);
    expect(await refusal(sagemaker.deleteApp({ ...byProfile, SpaceName }))).toMatchObject(DENIED);
    // Whoever may delete it does so by its own name.
    for (const call of atOnce([w.admin.describeApp(byProfile), w.admin.deleteApp(byProfile)]))
      expect(await refusal(call)).toMatchObject({ name: 'ResourceNotFound' });
    expect(await w.admin.describeApp({ ...app, SpaceName })).toMatchObject({ SpaceName, Status: 'InService' });
    expect(await refusal(w.admin.deleteApp({ ...app, SpaceName }))).toBeUndefined();
  });
});

describe('E17 · keys of other accounts', () => {
  it('are seen as such by who keeps to the own', async () => {
    const w = world();
    const { sagemaker } = await w.user(
      allow('*'),
      deny('kms:*', '*', { StringNotEqualsIfExists: { 'aws:ResourceAccount': w.account.id } }),
    );
    const job = (VolumeKmsKeyId: string) => {
      const input = minimal.trainingJob(fresh(), w.role);
      return refusal(sagemaker.createTrainingJob({ ...input, ResourceConfig: { ...input.ResourceConfig, VolumeKmsKeyId } }));
    };
    const key = (account: string) => `arn:aws:kms:us-east-1:${account}:key/11111111-2222-3333-4444-555555555555`;
    expect(await job(key('999999999999'))).toMatchObject({ ...DENIED, message: expect.stringContaining(key('999999999999')) });
    expect(await job(key(w.account.id))).toBeUndefined();
    expect(await job('11111111-2222-3333-4444-555555555555')).toBeUndefined();
    // Without such a guard they are as good as any: whether their own policies let them be used is not known here.
    const anywhere = await w.user(allow('*'));
    const input = minimal.trainingJob(fresh(), w.role);
    const ResourceConfig = { ...input.ResourceConfig, VolumeKmsKeyId: key('999999999999') };
    expect(await refusal(anywhere.sagemaker.createTrainingJob({ ...input, ResourceConfig }))).toBeUndefined();
  });
});

describe('M07 · code without iam:PassRole', () => {
  it('goes where the caller may write settings', async () => {
    const w = world();
    const { sagemaker } = await w.user(allow('sagemaker:*'));
    const { StudioLifecycleConfigArn = '' } = await sagemaker.createStudioLifecycleConfig({
      StudioLifecycleConfigName: 'script',
      StudioLifecycleConfigContent: 'ZWNobw==',
      StudioLifecycleConfigAppType: 'JupyterServer',
    });
    const settings = { JupyterServerAppSettings: { LifecycleConfigArns: [StudioLifecycleConfigArn] } };
    expect(await refusal(sagemaker.updateUserProfile({ DomainId, UserProfileName: 'bob', UserSettings: settings }))).toBeUndefined();
    const guarded = await w.user(
      allow('sagemaker:*'),
      deny(['sagemaker:UpdateUserProfile', 'sagemaker:UpdateDomain'], '*', { Null: { 'sagemaker:StudioLifecycleConfigArns': 'false' } }),
    );
    expect(await refusal(guarded.sagemaker.updateUserProfile({ DomainId, UserProfileName: 'bob', UserSettings: settings }))).toMatchObject(
      DENIED,
    );
    expect(await refusal(guarded.sagemaker.updateDomain({ DomainId, DefaultUserSettings: settings }))).toMatchObject(DENIED);
  });

  it('goes where the caller may name repositories, but not with secrets that he may not read', async () => {
    const w = world();
    const GitConfig = { RepositoryUrl: 'https://example.com/ours.git' };
    const SecretArn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:AmazonSageMaker-other-AbCdEf';
    await w.root('CreateCodeRepository', { CodeRepositoryName: 'ours', GitConfig });
    await w.root('CreateNotebookInstance', { ...minimal.notebook('coded', w.role), DefaultCodeRepository: 'ours' });
    w.elapse(200);
    await w.root('StopNotebookInstance', { NotebookInstanceName: 'coded' });
    w.elapse(200);
    const named = { NotebookInstanceName: 'coded' };
    const { sagemaker } = await w.user(allow(['sagemaker:*', 'iam:PassRole']), deny('secretsmanager:*'));
    const repository = { CodeRepositoryName: 'ours', GitConfig: { SecretArn } };
    expect(await refusal(sagemaker.updateCodeRepository(repository))).toBeUndefined();
    expect(await refusal(sagemaker.startNotebookInstance(named))).toMatchObject({
      ...DENIED,
      message: expect.stringContaining('secretsmanager:GetSecretValue'),
    });
    const guarded = await w.user(allow('sagemaker:*'), deny('sagemaker:UpdateCodeRepository', w.arn('code-repository/ours')));
    expect(await refusal(guarded.sagemaker.updateCodeRepository({ ...repository, CodeRepositoryName: 'OURS' }))).toMatchObject(DENIED);
  });
});

describe('M08 · swapping what an endpoint serves', () => {
  it('needs the permission on endpoint and configuration', async () => {
    const w = world();
    await endpointNamed(w, 'swapped');
    await w.root('CreateEndpointConfig', minimal.endpointConfig('evil', 'swapped'));
    const call = async (...statements: object[]) =>
      refusal((await w.user(...statements)).sagemaker.updateEndpoint({ EndpointName: 'swapped', EndpointConfigName: 'evil' }));
    expect(await call(allow('sagemaker:UpdateEndpoint', w.arn('endpoint/swapped')))).toMatchObject({
      ...DENIED,
      message: expect.stringContaining('endpoint-config/evil'),
    });
    expect(await call(allow('sagemaker:UpdateEndpoint', w.arn('endpoint-config/evil')))).toMatchObject(DENIED);
    expect(await call(allow('sagemaker:UpdateEndpoint', [w.arn('endpoint/swapped'), w.arn('endpoint-config/evil')]))).toBeUndefined();
  });
});

describe('E17 · a configuration that is made again while an endpoint of it is created', () => {
  it.each([
    ['CreateEndpoint', 'with another key', { KmsKeyId: 'other' }],
    ['CreateEndpoint', 'without a key', {}],
    ['UpdateEndpoint', 'with another key', { KmsKeyId: 'other' }],
  ])('is none to %s: %s', async (operation, _, key) => {
    const w = world();
    const { store } = w.server.installation;
    const name = `again-${operation}-${Object.keys(key).length}`;
    await endpointNamed(w, name);
    w.elapse(600);
    const config = { ...minimal.endpointConfig(`${name}-config`, name), KmsKeyId: 'asked' };
    await w.root('CreateEndpointConfig', config);
    // Between the decision and the transaction.
    const write = store.write.bind(store);
    const spy = vi.spyOn(store, 'write').mockImplementationOnce(async (work) => {
      await w.root('DeleteEndpointConfig', { EndpointConfigName: config.EndpointConfigName });
      const { KmsKeyId: _asked, ...rest } = config;
      await w.root('CreateEndpointConfig', { ...rest, ...key });
      return write(work);
    });
    const EndpointName = operation === 'CreateEndpoint' ? `${name}-new` : name;
    const call = () => w.root(operation, { EndpointName, EndpointConfigName: config.EndpointConfigName });
    await expect(call()).rejects.toMatchObject({
      message: `Could not find endpoint configuration "${w.arn(`endpoint-config/${config.EndpointConfigName.toLowerCase()}`)}".`,
    });
    spy.mockRestore();
    await call();
  });
});

describe('M09 · slipping into a pattern of tags or names', () => {
  it('tags that are granted with a creation are not granted afterwards', async () => {
    const w = world();
    const { sagemaker } = await w.user(
      allow(['sagemaker:CreateModel', 'iam:PassRole']),
      allow('sagemaker:AddTags', '*', { StringEquals: { 'sagemaker:TaggingAction': 'CreateModel' } }),
    );
    const name = fresh();
    const Tags = [{ Key: 'team', Value: 'blue' }];
    expect(await refusal(sagemaker.createModel({ ...minimal.model(name, w.role), Tags }))).toBeUndefined();
    expect(await refusal(sagemaker.addTags({ ResourceArn: w.arn(`model/${name}`), Tags }))).toMatchObject(DENIED);
    expect(
      await refusal(
        sagemaker.createStudioLifecycleConfig({
          StudioLifecycleConfigName: 'x',
          StudioLifecycleConfigContent: 'ZQ==',
          StudioLifecycleConfigAppType: 'JupyterLab',
          Tags,
        }),
      ),
    ).toMatchObject(DENIED);
  });

  it('E20 · a guard on what has a tag holds for tags that come with a change of it', async () => {
    const w = world();
    const ProjectName = fresh();
    const TemplateProviders = [{ CfnTemplateProvider: { TemplateName: 't', TemplateURL: 'https://bucket.s3.amazonaws.com/t' } }];
    await w.root('CreateProject', { ProjectName, TemplateProviders, Tags: [{ Key: 'locked', Value: 'yes' }] });
    const { sagemaker } = await w.user(
      allow('sagemaker:*'),
      deny('sagemaker:AddTags', '*', { StringEquals: { 'aws:ResourceTag/locked': 'yes' } }),
    );
    const Tags = [{ Key: 'locked', Value: 'no' }];
    expect(await refusal(sagemaker.addTags({ ResourceArn: w.arn(`project/${ProjectName}`), Tags }))).toMatchObject(DENIED);
    expect(await refusal(sagemaker.updateProject({ ProjectName, Tags }))).toMatchObject(DENIED);
    expect(await refusal(sagemaker.updateProject({ ProjectName, ProjectDescription: 'changed' }))).toBeUndefined();
  });

  it('a caller cannot tag itself into a resource, nor a guard off it', async () => {
    const w = world();
    await w.root('CreateModel', {
      ...minimal.model('guarded', w.role),
      Tags: [
        { Key: 'team', Value: 'red' },
        { Key: 'locked', Value: 'yes' },
      ],
    });
    const ResourceArn = w.arn('model/guarded');
    const blue = await w.user(allow('sagemaker:*', '*', { StringEquals: { 'aws:ResourceTag/team': 'blue' } }));
    expect(await refusal(blue.sagemaker.addTags({ ResourceArn, Tags: [{ Key: 'team', Value: 'blue' }] }))).toMatchObject(DENIED);
    const guarded = await w.user(allow('sagemaker:*'), deny('sagemaker:*', '*', { StringEquals: { 'aws:ResourceTag/locked': 'yes' } }));
    expect(await refusal(guarded.sagemaker.deleteTags({ ResourceArn, TagKeys: ['locked'] }))).toMatchObject(DENIED);
    expect(await refusal(guarded.sagemaker.deleteModel({ ModelName: 'guarded' }))).toMatchObject(DENIED);
  });

  it('a deny on a name holds for every spelling of it', async () => {
    const w = world();
    await w.root('CreateModel', minimal.model('Precious', w.role));
    const { sagemaker } = await w.user(allow('*'), deny('sagemaker:*', w.arn('model/precious')));
    for (const ModelName of ['precious', 'Precious', 'PRECIOUS']) {
      expect(await refusal(sagemaker.deleteModel({ ModelName }))).toMatchObject(DENIED);
      expect(await refusal(sagemaker.createModel(minimal.model(ModelName, w.role)))).toMatchObject(DENIED);
    }
    // An ARN in another spelling names nothing.
    expect(await refusal(sagemaker.addTags({ ResourceArn: w.arn('model/PRECIOUS'), Tags: [{ Key: 'a', Value: 'b' }] }))).toMatchObject({
      name: 'ValidationException',
    });
    expect(await refusal(sagemaker.addTags({ ResourceArn: w.arn('model/precious'), Tags: [{ Key: 'a', Value: 'b' }] }))).toMatchObject(
      DENIED,
    );
  });

  it('a policy in the spelling of the name grants nothing: ARNs are lower-cased', async () => {
    const w = world();
    const { sagemaker } = await w.user(allow('sagemaker:CreateModel', w.arn('model/MyModel*')), allow('iam:PassRole'));
    expect(await refusal(sagemaker.createModel(minimal.model('MyModel', w.role)))).toMatchObject({
      ...DENIED,
      message: expect.stringContaining(w.arn('model/mymodel')),
    });
  });

  it('an ARN of another account or region is decided on as it stands', async () => {
    const w = world();
    const Tags = [{ Key: 'a', Value: 'b' }];
    const elsewhere = w.arn('model/precious').replace(w.account.id, '999999999999');
    expect(await refusal(w.admin.addTags({ ResourceArn: elsewhere, Tags }))).toMatchObject(DENIED);
    const otherRegion = w.arn('model/precious').replace('us-east-1', 'eu-west-1');
    const here = await w.user(allow('sagemaker:AddTags', w.arn('*')));
    expect(await refusal(here.sagemaker.addTags({ ResourceArn: otherRegion, Tags }))).toMatchObject(DENIED);
    expect(await refusal(w.admin.addTags({ ResourceArn: otherRegion, Tags }))).toMatchObject({ name: 'ValidationException' });
  });

  it('AmazonSageMakerFullAccess passes roles as it is written', async () => {
    const w = world();
    const credentials = await w.account.user('full', { managed: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess'] });
    const { sagemaker } = w.clients(credentials);
    expect(await refusal(sagemaker.createModel(minimal.model(fresh(), w.role)))).toBeUndefined();
    expect(await refusal(sagemaker.createUserProfile({ DomainId, UserProfileName: 'x' }))).toMatchObject(DENIED);
    expect(await refusal(sagemaker.listDomains({}))).toBeUndefined();
    expect(await refusal(sagemaker.createSpace({ DomainId, SpaceName: 'x' }))).toMatchObject(DENIED);
  });
});

describe('a denial tells nothing of what exists', () => {
  it.each(['DescribeModel', 'DeleteModel'])('%s answers the same for what is there and what is not', async (operation) => {
    const w = world();
    await w.root('CreateModel', minimal.model(`hidden-${operation.toLowerCase()}`, w.role));
    const { sagemaker } = await w.user();
    const ask = async (ModelName: string) => (await refusal(send(sagemaker, operation, { ModelName })))?.message.replaceAll(ModelName, 'X');
    expect(await ask(`hidden-${operation.toLowerCase()}`)).toBe(await ask('nothing-there'));
  });

  it('nor does a denied creation of a name that is taken, nor a denied URL', async () => {
    const w = world();
    await w.root('CreateModel', minimal.model('hidden-taken', w.role));
    const { sagemaker } = await w.user(allow('sagemaker:DescribeModel'));
    expect(await refusal(sagemaker.createModel(minimal.model('hidden-taken', w.role)))).toMatchObject(DENIED);
    expect(await refusal(sagemaker.createPresignedDomainUrl({ DomainId: 'd-none', UserProfileName: 'x' }))).toMatchObject(DENIED);
  });
});
