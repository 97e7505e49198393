import { describe, expect, it } from 'vitest';
import { atOnce } from '../../harness.ts';
import { allow, refusal, send, sharedWorld, trust, type World } from './world.ts';

// Nothing moves by itself: with this pace a state lasts until the test moves the clock.
const world = sharedWorld({ pace: 1 });

const settled = 60;

const group = (w: World, FeatureGroupName: string, more: object = {}) => ({
  FeatureGroupName,
  RecordIdentifierFeatureName: 'id',
  EventTimeFeatureName: 'at',
  FeatureDefinitions: [
    { FeatureName: 'id', FeatureType: 'String' },
    { FeatureName: 'at', FeatureType: 'Fractional' },
  ],
  OnlineStoreConfig: { EnableOnlineStore: true },
  OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://bucket/features/' } },
  RoleArn: w.role,
  ...more,
});
const named = { FeatureGroupName: 'Users' };
const create = (input: object) => send(world().admin, 'CreateFeatureGroup', input);

describe('a feature group', () => {
  it('is created with its stores', async () => {
    const w = world();
    const FeatureGroupArn = w.arn('feature-group/users');
    expect(await create(group(w, 'Users', { Tags: [{ Key: 'a', Value: 'b' }] }))).toMatchObject({ FeatureGroupArn });
    const creating = await w.admin.describeFeatureGroup(named);
    expect(creating).toMatchObject({ FeatureGroupStatus: 'Creating', NextToken: '' });
    expect(creating.OfflineStoreStatus).toBeUndefined();
    w.elapse(settled);
    const { OfflineStoreConfig: offline, ...created } = await w.admin.describeFeatureGroup({ FeatureGroupName: FeatureGroupArn });
    expect(created).toMatchObject({ FeatureGroupName: 'Users', FeatureGroupStatus: 'Created', OfflineStoreStatus: { Status: 'Active' } });
    expect(offline?.S3StorageConfig?.ResolvedOutputS3Uri).toMatch(
      new RegExp(`^s3://bucket/features/${w.account.id}/sagemaker/us-east-1/offline-store/Users-\\d+/data$`),
    );
    expect(offline?.DataCatalogConfig).toMatchObject({
      Database: 'sagemaker_featurestore',
      TableName: expect.stringMatching(/^users__\d+$/),
    });
    expect((await w.admin.listTags({ ResourceArn: FeatureGroupArn })).Tags).toEqual([{ Key: 'a', Value: 'b' }]);
    expect(await refusal(create(group(w, 'USERS')))).toEqual({
      name: 'ResourceInUse',
      message:
        "Resource Already Exists: FeatureGroup with name USERS already exists. Choose a different name.\nInfo: Feature Group 'USERS' already exists.",
      status: 400,
    });
  });

  it('gets more features, and loses none', async () => {
    const w = world();
    const added = { FeatureName: 'age', FeatureType: 'Integral' as const };
    await w.admin.updateFeatureGroup({ ...named, FeatureAdditions: [added] });
    expect(await w.admin.describeFeatureGroup(named)).toMatchObject({
      FeatureDefinitions: [{ FeatureName: 'id' }, { FeatureName: 'at' }, added],
      LastUpdateStatus: { Status: 'InProgress' },
    });
    w.elapse(settled);
    expect(await w.admin.describeFeatureGroup(named)).toMatchObject({ LastUpdateStatus: { Status: 'Successful' } });
    expect(await refusal(w.admin.updateFeatureGroup({ ...named, FeatureAdditions: [added] }))).toMatchObject({
      name: 'ValidationException',
      message: 'The names of features must be unique.',
    });
    await w.admin.updateFeatureGroup({ ...named, OnlineStoreConfig: { TtlDuration: { Unit: 'Days', Value: 3 } } });
    expect((await w.admin.describeFeatureGroup(named)).OnlineStoreConfig).toMatchObject({
      EnableOnlineStore: true,
      TtlDuration: { Unit: 'Days', Value: 3 },
    });
  });

  it('tells what a feature means', async () => {
    const w = world();
    const feature = { ...named, FeatureName: 'age' };
    await w.admin.updateFeatureMetadata({ ...feature, Description: 'Years', ParameterAdditions: [{ Key: 'unit', Value: 'a' }] });
    await w.admin.updateFeatureMetadata({ ...feature, ParameterAdditions: [{ Key: 'pii', Value: 'no' }], ParameterRemovals: ['unit'] });
    expect(await w.admin.describeFeatureMetadata(feature)).toMatchObject({
      FeatureName: 'age',
      FeatureType: 'Integral',
      Description: 'Years',
      Parameters: [{ Key: 'pii', Value: 'no' }],
    });
    const ParameterAdditions = Array.from({ length: 25 }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));
    expect(await refusal(w.admin.updateFeatureMetadata({ ...feature, ParameterAdditions }))).toMatchObject({
      message: 'The number of parameters of a feature cannot exceed 25.',
    });
    for (const call of atOnce([
      w.admin.describeFeatureMetadata({ ...named, FeatureName: 'none' }),
      w.admin.updateFeatureMetadata({ ...named, FeatureName: 'constructor', Description: 'd' }),
    ]))
      expect(await refusal(call)).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('is listed by name and by the states of both stores', async () => {
    const w = world();
    await create(group(w, 'online', { OfflineStoreConfig: undefined, RoleArn: undefined }));
    const names = async (input: object) =>
      (await w.admin.listFeatureGroups(input)).FeatureGroupSummaries?.map((each) => each.FeatureGroupName);
    expect(await names({})).toEqual(['online', 'Users']);
    expect(await names({ FeatureGroupStatusEquals: 'Creating' })).toEqual(['online']);
    w.elapse(settled);
    expect(await names({ OfflineStoreStatusEquals: 'Active' })).toEqual(['Users']);
    expect(await names({ OfflineStoreStatusEquals: 'Blocked' })).toEqual([]);
    expect(await names({ SortBy: 'Name', SortOrder: 'Descending' })).toEqual(['Users', 'online']);
    expect(await names({ SortBy: 'FeatureGroupStatus', MaxResults: 1 })).toHaveLength(1);
    expect(await names({ NameContains: 'LINE' })).toEqual(['online']);
  });

  it('fails when its role may not write its offline store', async () => {
    const w = world();
    const RoleArn = await w.newRole('PoorStore', trust('sagemaker.amazonaws.com'));
    await w.permit('PoorStore', allow(['s3:GetObject', 's3:ListBucket']));
    await create(group(w, 'poor', { RoleArn }));
    w.elapse(settled);
    expect(await w.admin.describeFeatureGroup({ FeatureGroupName: 'poor' })).toMatchObject({
      FeatureGroupStatus: 'CreateFailed',
      FailureReason: expect.stringContaining('s3:PutObject'),
    });
    expect(
      await refusal(
        w.admin.updateFeatureGroup({ FeatureGroupName: 'poor', FeatureAdditions: [{ FeatureName: 'x', FeatureType: 'String' }] }),
      ),
    ).toMatchObject({ name: 'ValidationException', message: expect.stringContaining('is in status CreateFailed') });
    const untrusting = await w.newRole('Untrusting', trust('ec2.amazonaws.com'));
    expect(await refusal(create(group(w, 'bad', { RoleArn: untrusting })))).toMatchObject({
      message: expect.stringMatching(/^Could not assume role /),
    });
  });

  it('goes, and is not there', async () => {
    const w = world();
    await w.admin.deleteFeatureGroup({ FeatureGroupName: 'poor' });
    expect(await w.admin.describeFeatureGroup({ FeatureGroupName: 'poor' })).toMatchObject({ FeatureGroupStatus: 'Deleting' });
    w.elapse(settled);
    const missing = {
      name: 'ResourceNotFound',
      message: "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name poor",
      status: 400,
    };
    expect(await refusal(w.admin.describeFeatureGroup({ FeatureGroupName: 'poor' }))).toEqual(missing);
    expect(await refusal(w.admin.deleteFeatureGroup({ FeatureGroupName: 'poor' }))).toEqual(missing);
  });

  it('is not created four at once and one more', async () => {
    const w = world();
    for (const name of ['q1', 'q2', 'q3', 'q4']) await create(group(w, name));
    expect(await refusal(create(group(w, 'q5')))).toMatchObject({
      name: 'ResourceLimitExceeded',
      message: expect.stringContaining("'Maximum number of feature group creation workflows executing in parallel' is 4 FeatureGroups"),
    });
    w.elapse(settled);
    expect(await refusal(create(group(w, 'q5')))).toBeUndefined();
    w.elapse(settled);
  });

  const features = (...more: object[]) => ({ FeatureDefinitions: [...group(world(), '').FeatureDefinitions, ...more] });
  it.each([
    [
      'no store',
      () => ({ OnlineStoreConfig: undefined, OfflineStoreConfig: undefined }),
      'At least one of OnlineStoreConfig and OfflineStoreConfig must be specified.',
    ],
    [
      'no role',
      () => ({ RoleArn: undefined }),
      "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    ],
    ['an id that is no feature', () => ({ RecordIdentifierFeatureName: 'x' }), 'The feature x is not among the FeatureDefinitions.'],
    ['a time that is no feature', () => ({ EventTimeFeatureName: 'x' }), 'The feature x is not among the FeatureDefinitions.'],
    ['a reserved name', () => features({ FeatureName: 'write_time', FeatureType: 'String' }), 'The feature name write_time is reserved.'],
    ['a feature twice', () => features({ FeatureName: 'id', FeatureType: 'String' }), 'The names of features must be unique.'],
    [
      'a vector of no dimension',
      () => features({ FeatureName: 'v', FeatureType: 'Fractional', CollectionType: 'Vector' }),
      'The feature v is a Vector and needs a VectorConfig.',
    ],
    [
      'a time that is a whole number',
      () => ({ ...features({ FeatureName: 'n', FeatureType: 'Integral' }), EventTimeFeatureName: 'n' }),
      'The event time feature n must be of type String or Fractional.',
    ],
  ] as const)('is refused with %s', async (_, more, message) => {
    expect(await refusal(create(group(world(), 'bad', more())))).toEqual({ name: 'ValidationException', message, status: 400 });
  });
});

it('no resource catalogues are shared', async () => {
  expect((await world().admin.listResourceCatalogs({})).ResourceCatalogs).toEqual([]);
});
