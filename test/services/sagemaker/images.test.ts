import { waitUntilImageCreated, waitUntilImageVersionCreated } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { tellFamily } from './family-story.ts';
import { allow, briefly, minimal, refusal, sharedWorld, trust, type World } from './world.ts';

const world = sharedWorld({ pace: 1, quotas: { 'Total domains': 100 } });
const elapse = (seconds: number) => world().elapse(seconds);

const BASE = '111122223333.dkr.ecr.us-east-1.amazonaws.com/base:1';

/** A role that may read images of any repository. */
async function readingRole({ account, newRole }: World, name: string): Promise<string> {
  const role = await newRole(name, trust('sagemaker.amazonaws.com'));
  const PolicyDocument = JSON.stringify(policy(allow(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'])));
  await account.asRoot('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'read', PolicyDocument });
  return role;
}

async function imageNamed(ImageName: string): Promise<string> {
  const RoleArn = await readingRole(world(), `Read-${ImageName}`);
  await world().admin.createImage({ ImageName, RoleArn });
  elapse(11);
  return RoleArn;
}

tellFamily(world, {
  operations: { create: 'CreateImage', describe: 'DescribeImage', remove: 'DeleteImage', list: 'ListImages' },
  create: (ImageName, { role }) => ({ ImageName, RoleArn: role }),
  named: (ImageName) => ({ ImageName }),
  resource: (name) => `image/${name.toLowerCase()}`,
  list: { result: 'Images', filter: 'NameContains', sortBy: 'IMAGE_NAME', shouts: true },
  status: { member: 'ImageStatus', first: 'CREATING', settled: 'CREATED', after: 10 },
  missing: { code: 'ResourceNotFound', says: () => 'Image with the name none does not exist.' },
  alsoMissing: { UpdateImage: {}, ListImageVersions: {}, ListAliases: {}, CreateImageVersion: { BaseImage: BASE, ClientToken: 'a-token' } },
  taken: { code: 'ResourceInUse', says: () => 'The Image with ImageName Twice already exists. Please use a different ImageName.' },
  gone: { status: 'DELETING', after: 10 },
  role: 'RoleArn',
});

tellFamily(world, {
  operations: {
    create: 'CreateAppImageConfig',
    describe: 'DescribeAppImageConfig',
    remove: 'DeleteAppImageConfig',
    list: 'ListAppImageConfigs',
  },
  create: (AppImageConfigName) => ({ AppImageConfigName, JupyterLabAppImageConfig: {} }),
  named: (AppImageConfigName) => ({ AppImageConfigName }),
  resource: (name) => `app-image-config/${name}`,
  list: { result: 'AppImageConfigs', filter: 'NameContains' },
  missing: { code: 'ResourceNotFound', says: () => 'AppImageConfig none does not exist.' },
  alsoMissing: { UpdateAppImageConfig: {} },
  taken: { code: 'ResourceInUse', says: () => 'The ID or Name specified is already in use.' },
});

describe('an image', () => {
  it('is changed while nothing else changes it', async () => {
    const { admin } = world();
    const RoleArn = await imageNamed('changing');
    await admin.updateImage({ ImageName: 'changing', DisplayName: 'Shown', Description: 'About' });
    expect(await admin.describeImage({ ImageName: 'changing' })).toMatchObject({ ImageStatus: 'UPDATING', DisplayName: 'Shown', RoleArn });
    expect(await refusal(admin.updateImage({ ImageName: 'changing' }))).toMatchObject({ name: 'ResourceInUse' });
    elapse(6);
    await admin.updateImage({ ImageName: 'changing', DeleteProperties: ['Description'] });
    elapse(6);
    const described = await admin.describeImage({ ImageName: 'changing' });
    expect(described).toMatchObject({ ImageStatus: 'CREATED', DisplayName: 'Shown' });
    expect(described.Description).toBeUndefined();
  });

  it('may be passed a role by update only if the role trusts SageMaker', async () => {
    await imageNamed('passed');
    const RoleArn = await world().newRole('DistrustUpdate', trust('lambda.amazonaws.com'));
    expect(await refusal(world().admin.updateImage({ ImageName: 'passed', RoleArn }))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Could not assume role'),
    });
  });
});

describe('versions of an image', () => {
  const version = (ImageName: string, more: object = {}) =>
    world().admin.createImageVersion({ ImageName, BaseImage: BASE, ClientToken: crypto.randomUUID(), ...more });

  it('are numbered, aliased, described by either, and never numbered the same again', async () => {
    const { admin, arn } = world();
    await imageNamed('Numbered');
    expect(await version('Numbered', { Aliases: ['one', 'first'] })).toEqual(
      expect.objectContaining({ ImageVersionArn: arn('image-version/numbered/1') }),
    );
    expect(await admin.describeImageVersion({ ImageName: 'Numbered', Version: 1 })).toMatchObject({
      ImageVersionStatus: 'CREATING',
      BaseImage: BASE,
      ImageArn: arn('image/numbered'),
    });
    // The latest that is CREATED: none yet.
    expect(await refusal(admin.describeImageVersion({ ImageName: 'Numbered' }))).toMatchObject({
      name: 'ResourceNotFound',
      message: 'Latest ImageVersion with ImageName numbered does not exist. Please provide a valid ImageName.',
    });
    elapse(31);
    await version('Numbered', { Aliases: ['two'], JobType: 'NOTEBOOK_KERNEL' });
    elapse(31);
    expect(await admin.describeImageVersion({ ImageName: 'Numbered' })).toMatchObject({ Version: 2, JobType: 'NOTEBOOK_KERNEL' });
    expect(await admin.describeImageVersion({ ImageName: 'Numbered', Alias: 'first' })).toMatchObject({
      Version: 1,
      ImageVersionStatus: 'CREATED',
    });
    expect((await admin.listAliases({ ImageName: 'Numbered' })).SageMakerImageVersionAliases).toEqual(['first', 'one', 'two']);
    expect((await admin.listAliases({ ImageName: 'Numbered', Version: 1 })).SageMakerImageVersionAliases).toEqual(['first', 'one']);
    const firstPage = await admin.listAliases({ ImageName: 'Numbered', MaxResults: 2 });
    expect(
      (await admin.listAliases({ ImageName: 'Numbered', MaxResults: 2, NextToken: firstPage.NextToken })).SageMakerImageVersionAliases,
    ).toEqual(['two']);

    await admin.updateImageVersion({
      ImageName: 'Numbered',
      Alias: 'two',
      AliasesToAdd: ['second'],
      AliasesToDelete: ['two'],
      ReleaseNotes: 'New',
    });
    expect(await admin.describeImageVersion({ ImageName: 'Numbered', Alias: 'second' })).toMatchObject({ Version: 2, ReleaseNotes: 'New' });
    expect(await refusal(admin.updateImageVersion({ ImageName: 'Numbered', Version: 1, AliasesToAdd: ['second'] }))).toMatchObject({
      name: 'ResourceInUse',
    });
    expect(await refusal(version('Numbered', { Aliases: ['second'] }))).toMatchObject({ name: 'ResourceInUse' });
    expect(await refusal(admin.describeImageVersion({ ImageName: 'Numbered', Version: 1, Alias: 'one' }))).toMatchObject({
      name: 'ValidationException',
    });

    const listed = async (input: object = {}) =>
      (await admin.listImageVersions({ ImageName: 'NUMBERED', ...input })).ImageVersions?.map((each) => each.Version);
    expect(await listed()).toEqual([2, 1]);
    expect(await listed({ SortBy: 'VERSION', SortOrder: 'ASCENDING' })).toEqual([1, 2]);

    await admin.deleteImageVersion({ ImageName: 'Numbered', Alias: 'second' });
    elapse(11);
    expect(await refusal(admin.describeImageVersion({ ImageName: 'Numbered', Version: 2 }))).toMatchObject({
      name: 'ResourceNotFound',
      message: 'ImageVersion 2 with ImageName numbered does not exist.',
    });
    expect(await version('Numbered')).toMatchObject({ ImageVersionArn: arn('image-version/numbered/3') });
    elapse(31);
    // They go with their image.
    await admin.deleteImage({ ImageName: 'Numbered' });
    elapse(11);
    expect(await refusal(admin.describeImageVersion({ ImageName: 'Numbered', Version: 3 }))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('are made once for a token, whenever its caller repeats the request', async () => {
    const { admin, arn } = world();
    await imageNamed('tokens');
    const ClientToken = 'the-same-token';
    const request = { ImageName: 'tokens', BaseImage: BASE, ClientToken };
    const all = await Promise.all([1, 2, 3].map(() => admin.createImageVersion(request)));
    expect(new Set(all.map((each) => each.ImageVersionArn))).toEqual(new Set([arn('image-version/tokens/1')]));
    expect(await admin.createImageVersion({ ...request, ClientToken: 'another-token' })).toMatchObject({
      ImageVersionArn: arn('image-version/tokens/2'),
    });
    expect(await refusal(admin.createImageVersion({ ...request, BaseImage: `${BASE}1` }))).toMatchObject({
      name: 'ConflictException',
      message: `The token ${ClientToken} was used by a request with other parameters.`,
    });
    // Somebody else's token says nothing of what was made with it.
    const other = await world().user(allow('sagemaker:*'), allow('iam:PassRole'));
    for (const [BaseImage, version] of [
      [BASE, 3],
      [`${BASE}2`, 4],
    ] as const) {
      const ClientToken = version === 3 ? request.ClientToken : 'another-token';
      expect(await other.sagemaker.createImageVersion({ ...request, BaseImage, ClientToken })).toMatchObject({
        ImageVersionArn: arn(`image-version/tokens/${version}`),
      });
    }
    // Forgotten after a while.
    elapse(9 * 3600);
    expect(await admin.createImageVersion(request)).toMatchObject({ ImageVersionArn: arn('image-version/tokens/5') });
    // A token is no permission.
    const { sagemaker } = await world().user(allow('sagemaker:DescribeImage'));
    expect(await refusal(sagemaker.createImageVersion(request))).toMatchObject({ name: 'AccessDeniedException' });
  });

  it('fail when the image’s role may not read the base image', async () => {
    const { admin, newRole } = world();
    const RoleArn = await newRole('ReadsNothing', trust('sagemaker.amazonaws.com'));
    await admin.createImage({ ImageName: 'unread', RoleArn });
    expect(await refusal(version('unread'))).toMatchObject({
      name: 'ValidationException',
      message: 'Image unread is in an invalid state.',
    });
    elapse(11);
    await version('unread');
    elapse(31);
    expect(await admin.describeImageVersion({ ImageName: 'unread', Version: 1 })).toMatchObject({
      ImageVersionStatus: 'CREATE_FAILED',
      FailureReason: expect.stringMatching(
        /^ClientError: Failed to pull image .*: AccessDenied: .*ecr:GetDownloadUrlForLayer on resource: arn:aws:ecr:us-east-1:111122223333:repository\/base/,
      ),
    });
  });

  it('are decided on by number, whatever a call names them by', async () => {
    const { arn } = world();
    await imageNamed('guarded');
    await version('guarded', { Aliases: ['stable'] });
    elapse(31);
    await version('guarded', { Aliases: ['next'] });
    elapse(31);
    const { sagemaker } = await world().user(allow('sagemaker:DescribeImageVersion', arn('image-version/guarded/1')));
    expect(await sagemaker.describeImageVersion({ ImageName: 'guarded', Alias: 'stable' })).toMatchObject({ Version: 1 });
    for (const [by, shown] of [
      [{}, 'latest'],
      [{ Version: 2 }, '2'],
      [{ Alias: 'next' }, 'next'],
      // Not there: that is not told.
      [{ Alias: 'none' }, 'none'],
    ] as const)
      expect(await refusal(sagemaker.describeImageVersion({ ImageName: 'guarded', ...by }))).toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(`on resource: ${arn(`image-version/guarded/${shown}`)}`),
      });
  });
});

describe('settings of Studio', () => {
  it('name only images, configurations and scripts that are there, and keep them from going', async () => {
    const { admin, arn, role } = world();
    await imageNamed('Custom');
    await admin.createImageVersion({ ImageName: 'Custom', BaseImage: BASE, ClientToken: crypto.randomUUID() });
    elapse(31);
    await admin.createAppImageConfig({ AppImageConfigName: 'lab', JupyterLabAppImageConfig: {} });
    await admin.createStudioLifecycleConfig({
      StudioLifecycleConfigName: 'start',
      StudioLifecycleConfigContent: 'ZWNobw==',
      StudioLifecycleConfigAppType: 'JupyterLab',
    });
    const withLab = (JupyterLabAppSettings: object) => ({
      ...minimal.domain('custom', role),
      DefaultUserSettings: { ExecutionRole: role, JupyterLabAppSettings },
    });
    const custom = { ImageName: 'Custom', AppImageConfigName: 'lab' };
    for (const [settings, message] of [
      [{ CustomImages: [{ ...custom, ImageName: 'none' }] }, 'Image none does not exist.'],
      [{ CustomImages: [{ ...custom, AppImageConfigName: 'none' }] }, 'AppImageConfig none does not exist.'],
      [{ CustomImages: [{ ...custom, ImageVersionNumber: 7 }] }, 'ImageVersion 7 of Image Custom does not exist.'],
      [{ DefaultResourceSpec: { SageMakerImageArn: arn('image/none') } }, `Image ${arn('image/none')} does not exist.`],
      [
        { DefaultResourceSpec: { SageMakerImageVersionArn: arn('image-version/custom/7') } },
        `ImageVersion ${arn('image-version/custom/7')} does not exist.`,
      ],
      [
        { DefaultResourceSpec: { SageMakerImageArn: arn('image/custom'), SageMakerImageVersionAlias: '1.0' } },
        `ImageVersion with alias 1.0 of ${arn('image/custom')} does not exist.`,
      ],
      [
        { LifecycleConfigArns: [arn('studio-lifecycle-config/none')] },
        `StudioLifecycleConfig [${arn('studio-lifecycle-config/none')}] does not exist.`,
      ],
    ] as const)
      expect(await refusal(admin.createDomain(withLab(settings)))).toMatchObject({ name: 'ValidationException', message });
    expect(
      await refusal(
        admin.createDomain({
          ...minimal.domain('custom', role),
          DefaultUserSettings: {
            ExecutionRole: role,
            CodeEditorAppSettings: { LifecycleConfigArns: [arn('studio-lifecycle-config/start')] },
          },
        }),
      ),
    ).toMatchObject({
      message: `StudioLifecycleConfig [${arn('studio-lifecycle-config/start')}] is for AppType JupyterLab, not CodeEditor.`,
    });

    // AWS's own images are of other accounts.
    const { DomainId = '' } = await admin.createDomain(
      withLab({
        CustomImages: [{ ...custom, ImageVersionNumber: 1 }],
        LifecycleConfigArns: [arn('studio-lifecycle-config/start')],
        DefaultResourceSpec: { SageMakerImageArn: 'arn:aws:sagemaker:us-east-1:081325390199:image/datascience-1.0' },
      }),
    );
    elapse(181);
    expect(await refusal(admin.deleteImage({ ImageName: 'Custom' }))).toMatchObject({
      name: 'ResourceInUse',
      message: `Image Custom is in use by ${arn(`domain/${DomainId}`)}.`,
    });
    expect(await refusal(admin.deleteImageVersion({ ImageName: 'Custom', Version: 1 }))).toMatchObject({ name: 'ResourceInUse' });
    await admin.deleteDomain({ DomainId });
    elapse(61);
    await admin.deleteImage({ ImageName: 'Custom' });
  });
});

describe('a configuration for images', () => {
  it('is for one kind of app at a time', async () => {
    const { admin } = world();
    const both = { AppImageConfigName: 'kinds', JupyterLabAppImageConfig: {}, CodeEditorAppImageConfig: {} };
    expect(await refusal(admin.createAppImageConfig(both))).toMatchObject({ name: 'ValidationException' });
    await admin.createAppImageConfig({ AppImageConfigName: 'kinds', JupyterLabAppImageConfig: {} });
    await admin.updateAppImageConfig({ AppImageConfigName: 'kinds', KernelGatewayImageConfig: { KernelSpecs: [{ Name: 'python3' }] } });
    const described = await admin.describeAppImageConfig({ AppImageConfigName: 'kinds' });
    expect(described).toMatchObject({ KernelGatewayImageConfig: { KernelSpecs: [{ Name: 'python3' }] } });
    expect(described.JupyterLabAppImageConfig).toBeUndefined();
  });
});

describe('a session in a space', () => {
  it('needs a space with remote access and an app that runs', async () => {
    const { admin, arn, role } = world();
    expect(await refusal(admin.startSession({ ResourceIdentifier: arn('space/d-none/a') }))).toMatchObject({ name: 'ResourceNotFound' });
    const { DomainId = '' } = await admin.createDomain(minimal.domain('remote', role));
    elapse(181);
    await admin.createUserProfile({ DomainId, UserProfileName: 'alice' });
    elapse(11);
    const space = {
      DomainId,
      OwnershipSettings: { OwnerUserProfileName: 'alice' },
      SpaceSharingSettings: { SharingType: 'Private' },
    } as const;
    await admin.createSpace({ ...space, SpaceName: 'local', SpaceSettings: { AppType: 'JupyterLab' } });
    await admin.createSpace({ ...space, SpaceName: 'remote', SpaceSettings: { AppType: 'JupyterLab', RemoteAccess: 'ENABLED' } });
    elapse(6);
    const ResourceIdentifier = arn(`space/${DomainId}/remote`);
    expect(await refusal(admin.startSession({ ResourceIdentifier: arn(`space/${DomainId}/local`) }))).toMatchObject({
      name: 'ValidationException',
    });
    expect(await refusal(admin.startSession({ ResourceIdentifier }))).toMatchObject({ name: 'ValidationException' });
    await admin.createApp({ DomainId, SpaceName: 'remote', AppType: 'JupyterLab', AppName: 'default' });
    elapse(61);
    const { SessionId, StreamUrl, TokenValue } = await admin.startSession({ ResourceIdentifier });
    expect(StreamUrl).toMatch(new RegExp(`^wss://ssmmessages\\.us-east-1\\.amazonaws\\.com/.*${SessionId}`));
    expect(TokenValue?.length).toBeLessThanOrEqual(1024);
    const { sagemaker } = await world().user(allow('sagemaker:StartSession', arn(`space/${DomainId}/local`)));
    expect(await refusal(sagemaker.startSession({ ResourceIdentifier }))).toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the SDK’s waiters', () => {
  const fast = sharedWorld({ pace: 0.004 });

  it('see an image and its version come', async () => {
    const w = fast();
    const waiter = { client: w.admin, ...briefly };
    await w.admin.createImage({ ImageName: 'waited', RoleArn: await readingRole(w, 'Reads') });
    expect(await waitUntilImageCreated(waiter, { ImageName: 'waited' })).toMatchObject({ state: 'SUCCESS' });
    await w.admin.createImageVersion({ ImageName: 'waited', BaseImage: BASE, ClientToken: crypto.randomUUID() });
    expect(await waitUntilImageVersionCreated(waiter, { ImageName: 'waited', Version: 1 })).toMatchObject({ state: 'SUCCESS' });
  });
});
