import { beforeAll, describe, expect, it } from 'vitest';
import { allow, REGION, refusal, send, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1 });

describe('hubs', () => {
  const content = (HubContentName: string, more: object = {}) =>
    ({
      HubName: 'Hub',
      HubContentName,
      HubContentType: 'Model',
      DocumentSchemaVersion: '1.0.0',
      HubContentDocument: '{"a":1}',
      ...more,
    }) as const;
  beforeAll(async () => {
    await world().root('CreateHub', { HubName: 'Hub', HubDescription: 'ours' });
    world().elapse(15);
  });

  it('are made, changed and deleted', async () => {
    const { admin, arn, elapse } = world();
    await admin.createHub({ HubName: 'Other', HubDescription: 'theirs', HubSearchKeywords: ['a'] });
    const status = async () => (await admin.describeHub({ HubName: arn('hub/Other') })).HubStatus;
    expect(await status()).toBe('Creating');
    expect(await refusal(admin.importHubContent({ ...content('x'), HubName: 'Other' }))).toMatchObject({ name: 'ResourceInUse' });
    expect(await refusal(admin.updateHub({ HubName: 'Other', HubDescription: 'x' }))).toMatchObject({ name: 'ResourceInUse' });
    elapse(11);
    await admin.updateHub({ HubName: 'Other', HubDisplayName: 'shown' });
    expect(await status()).toBe('Updating');
    elapse(6);
    expect(await admin.describeHub({ HubName: 'Other' })).toMatchObject({
      HubStatus: 'InService',
      HubDisplayName: 'shown',
      HubDescription: 'theirs',
    });
    expect((await admin.listHubs({ SortBy: 'HubName', SortOrder: 'Ascending' })).HubSummaries?.map((each) => each.HubName)).toEqual([
      'Hub',
      'Other',
    ]);
    expect(await refusal(admin.createHub({ HubName: 'Other', HubDescription: 'x' }))).toMatchObject({ name: 'ResourceInUse' });
    await admin.deleteHub({ HubName: 'Other' });
    elapse(6);
    expect(await refusal(admin.describeHub({ HubName: 'Other' }))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('hold content in versions', async () => {
    const { admin, arn, elapse } = world();
    expect(await admin.importHubContent({ ...content('Llama'), Tags: [{ Key: 'k', Value: 'v' }] })).toMatchObject({
      HubArn: arn('hub/Hub'),
      HubContentArn: arn('hub-content/Hub/Model/Llama/1.0.0'),
    });
    expect((await admin.importHubContent(content('Llama'))).HubContentArn).toBe(arn('hub-content/Hub/Model/Llama/1.0.1'));
    await admin.importHubContent(content('Llama', { HubContentVersion: '0.9.0', DocumentSchemaVersion: '2.0.0' }));
    expect(await refusal(admin.importHubContent(content('Llama', { HubContentVersion: '0.9.0' })))).toMatchObject({
      name: 'ResourceInUse',
    });
    const named = { HubName: 'Hub', HubContentType: 'Model', HubContentName: 'Llama' } as const;
    expect(await admin.describeHubContent(named)).toMatchObject({
      HubContentVersion: '1.0.1',
      HubContentStatus: 'Importing',
      HubContentDocument: '{"a":1}',
    });
    elapse(11);
    expect(await admin.describeHubContent({ ...named, HubName: arn('hub/Hub'), HubContentVersion: '0.9.0' })).toMatchObject({
      HubContentStatus: 'Available',
      DocumentSchemaVersion: '2.0.0',
    });
    expect((await admin.listTags({ ResourceArn: arn('hub-content/Hub/Model/Llama') })).Tags).toEqual([{ Key: 'k', Value: 'v' }]);
    expect((await admin.listHubContents({ HubName: 'Hub', HubContentType: 'Model' })).HubContentSummaries).toMatchObject([
      { HubContentName: 'Llama', HubContentVersion: '1.0.1' },
    ]);
    expect((await admin.listHubContents({ HubName: 'Hub', HubContentType: 'Notebook' })).HubContentSummaries).toEqual([]);
    const versions = async (filter: object) =>
      ((await admin.listHubContentVersions({ ...named, ...filter })).HubContentSummaries ?? [])
        .map((each) => each.HubContentVersion)
        .sort();
    expect(await versions({})).toEqual(['0.9.0', '1.0.0', '1.0.1']);
    expect(await versions({ MinVersion: '1.0.0' })).toEqual(['1.0.0', '1.0.1']);
    expect(await versions({ MaxSchemaVersion: '1.9.9' })).toEqual(['1.0.0', '1.0.1']);

    await admin.updateHubContent({ ...named, HubContentVersion: '1.0.1', HubContentDisplayName: 'shown', SupportStatus: 'Deprecated' });
    expect(await admin.describeHubContent(named)).toMatchObject({ HubContentDisplayName: 'shown', SupportStatus: 'Deprecated' });
    expect(await refusal(admin.updateHubContent({ ...named, HubContentVersion: '1.0.1' }))).toMatchObject({ name: 'ValidationException' });
    expect((await admin.createHubContentPresignedUrls(named)).AuthorizedUrlConfigs).toEqual([]);
    expect(await refusal(admin.deleteHub({ HubName: 'Hub' }))).toMatchObject({ name: 'ResourceInUse' });
    await admin.deleteHubContent({ ...named, HubContentVersion: '1.0.1' });
    expect(await admin.describeHubContent(named)).toMatchObject({ HubContentVersion: '1.0.0' });
    for (const HubContentVersion of ['1.0.0', '0.9.0']) await admin.deleteHubContent({ ...named, HubContentVersion });
    expect(await refusal(admin.describeHubContent(named))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('refer to models of the public hub', async () => {
    const { admin, arn } = world();
    const SageMakerPublicHubContentArn = `arn:aws:sagemaker:${REGION}:aws:hub-content/SageMakerPublicHub/Model/huge`;
    expect(await admin.createHubContentReference({ HubName: 'Hub', SageMakerPublicHubContentArn, MinVersion: '2.0.0' })).toMatchObject({
      HubContentArn: arn('hub-content/Hub/ModelReference/huge/2.0.0'),
    });
    const named = { HubName: 'Hub', HubContentType: 'ModelReference', HubContentName: 'huge' } as const;
    expect(await refusal(admin.createHubContentReference({ HubName: 'Hub', SageMakerPublicHubContentArn }))).toMatchObject({
      name: 'ResourceInUse',
    });
    await admin.updateHubContentReference({ ...named, MinVersion: '2.1.0' });
    expect(await admin.describeHubContent(named)).toMatchObject({ SageMakerPublicHubContentArn, ReferenceMinVersion: '2.1.0' });
    await admin.deleteHubContentReference(named);
    expect(await refusal(admin.deleteHubContentReference(named))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it.each([
    ['DescribeHub', { HubName: 'none' }],
    ['DeleteHub', { HubName: 'none' }],
    ['ListHubContents', { HubName: 'none', HubContentType: 'Model' }],
    ['ListHubContentVersions', { HubName: 'Hub', HubContentType: 'Model', HubContentName: 'none' }],
    ['ImportHubContent', content('x', { HubName: 'none' })],
    ['DeleteHubContent', { HubName: 'Hub', HubContentType: 'Model', HubContentName: 'none', HubContentVersion: '1.0.0' }],
    ['CreateHubContentPresignedUrls', { HubName: 'Hub', HubContentType: 'Model', HubContentName: 'none' }],
  ])('tell what is not there: %s', async (operation, input) => {
    expect(await refusal(send(world().admin, operation, input))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('are left to use on the hub and on the content', async () => {
    const { user, root, arn } = world();
    await root('ImportHubContent', content('Guarded'));
    const named = { HubName: 'Hub', HubContentType: 'Model', HubContentName: 'Guarded' } as const;
    for (const only of [arn('hub/Hub'), arn('hub-content/Hub/Model/Guarded')]) {
      const { sagemaker } = await user(allow('sagemaker:DescribeHubContent', only));
      expect(await refusal(sagemaker.describeHubContent(named)), only).toMatchObject({ name: 'AccessDeniedException' });
    }
    const { sagemaker } = await user(allow('sagemaker:DescribeHubContent', [arn('hub/Hub'), arn('hub-content/Hub/Model/Guarded')]));
    expect(await sagemaker.describeHubContent(named)).toMatchObject({ HubContentName: 'Guarded' });
    const foreign = `arn:aws:sagemaker:${REGION}:111122223333:hub/Hub`;
    expect(await refusal(world().admin.describeHubContent({ ...named, HubName: foreign }))).toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
