import { describe, expect, it } from 'vitest';
import { tellFamily } from './family-story.ts';
import { refusal, sharedWorld, trust } from './world.ts';

// Nothing moves by itself: with this pace a state lasts until the test moves the clock.
const world = sharedWorld({ pace: 1 });

const server = (TrackingServerName: string) => ({ TrackingServerName, ArtifactStoreUri: 's3://bucket/mlflow', RoleArn: world().role });
const app = (Name: string) => ({ Name, ArtifactStoreUri: 's3://bucket/mlflow', RoleArn: world().role });
const partner = (Name: string) => ({
  Name,
  Type: 'comet' as const,
  ExecutionRoleArn: world().role,
  Tier: 'small',
  AuthType: 'IAM' as const,
});
const HALF_AN_HOUR = 1800;

tellFamily(world, {
  operations: {
    create: 'CreateMlflowTrackingServer',
    describe: 'DescribeMlflowTrackingServer',
    remove: 'DeleteMlflowTrackingServer',
    list: 'ListMlflowTrackingServers',
  },
  create: server,
  named: (TrackingServerName) => ({ TrackingServerName }),
  resource: (name) => `mlflow-tracking-server/${name}`,
  nameMember: 'TrackingServerName',
  arnMember: 'TrackingServerArn',
  status: { member: 'TrackingServerStatus', first: 'Creating', settled: 'Created', after: 1500 },
  gone: { status: 'Deleting', after: 300 },
  list: { result: 'TrackingServerSummaries', created: 'Created' },
  role: 'RoleArn',
  missing: { code: 'ResourceNotFound', says: () => 'MlflowTrackingServer none does not exist.' },
  alsoMissing: {
    UpdateMlflowTrackingServer: {},
    StartMlflowTrackingServer: {},
    StopMlflowTrackingServer: {},
    CreatePresignedMlflowTrackingServerUrl: {},
  },
  taken: {
    code: 'ConflictException',
    says: () => 'MlflowTrackingServer with name Twice already exists. Choose a different name.',
  },
});

describe('a tracking server', () => {
  const TrackingServerName = 'moved';
  const states = async () => {
    const { TrackingServerStatus, IsActive } = await world().admin.describeMlflowTrackingServer({ TrackingServerName });
    return [TrackingServerStatus, IsActive];
  };

  it('is created, updated, stopped, started and deleted, and opened while it is active', async () => {
    const { admin, arn, elapse } = world();
    const { TrackingServerArn } = await admin.createMlflowTrackingServer(server(TrackingServerName));
    expect(TrackingServerArn).toBe(arn('mlflow-tracking-server/moved'));
    expect(await states()).toEqual(['Creating', 'Inactive']);
    const wrong = (status: string) => ({
      name: 'ConflictException',
      message: `The request was rejected because ${TrackingServerArn} is in status ${status}.`,
    });
    expect(await refusal(admin.updateMlflowTrackingServer({ TrackingServerName }))).toMatchObject(wrong('Creating'));
    expect(await refusal(admin.createPresignedMlflowTrackingServerUrl({ TrackingServerName }))).toMatchObject({
      name: 'ValidationException',
    });
    elapse(HALF_AN_HOUR);
    expect(await states()).toEqual(['Created', 'Active']);
    const { AuthorizedUrl } = await admin.createPresignedMlflowTrackingServerUrl({ TrackingServerName });
    expect(AuthorizedUrl).toMatch(/^https:\/\/moved\.us-east-1\.experiments\.sagemaker\.aws\/auth\?authToken=.{40,}$/);
    expect(await refusal(admin.startMlflowTrackingServer({ TrackingServerName }))).toMatchObject(wrong('Created'));
    await admin.updateMlflowTrackingServer({ TrackingServerName, TrackingServerSize: 'Large' });
    expect(await states()).toEqual(['Updating', 'Active']);
    elapse(HALF_AN_HOUR);
    expect(await admin.describeMlflowTrackingServer({ TrackingServerName })).toMatchObject({
      TrackingServerStatus: 'Updated',
      TrackingServerSize: 'Large',
      ArtifactStoreUri: 's3://bucket/mlflow',
      LastModifiedBy: { IamIdentity: { Arn: expect.stringContaining(':user/') } },
    });
    await admin.stopMlflowTrackingServer({ TrackingServerName });
    elapse(HALF_AN_HOUR);
    expect(await states()).toEqual(['Stopped', 'Inactive']);
    await admin.startMlflowTrackingServer({ TrackingServerName });
    elapse(HALF_AN_HOUR);
    expect(await states()).toEqual(['Started', 'Active']);
    await admin.deleteMlflowTrackingServer({ TrackingServerName });
    expect(await refusal(admin.deleteMlflowTrackingServer({ TrackingServerName }))).toMatchObject(wrong('Deleting'));
    elapse(HALF_AN_HOUR);
    expect(await refusal(admin.describeMlflowTrackingServer({ TrackingServerName }))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('fails when its role may not write to its store, and is not taken with one that does not trust SageMaker', async () => {
    const { admin, newRole, elapse } = world();
    const RoleArn = await newRole('Powerless', trust('sagemaker.amazonaws.com'));
    await admin.createMlflowTrackingServer({ ...server('failing'), RoleArn });
    elapse(HALF_AN_HOUR);
    expect(await admin.describeMlflowTrackingServer({ TrackingServerName: 'failing' })).toMatchObject({
      TrackingServerStatus: 'CreateFailed',
      IsActive: 'Inactive',
    });
    const stranger = await newRole('Stranger', trust('ec2.amazonaws.com'));
    expect(await refusal(admin.createMlflowTrackingServer({ ...server('stranger'), RoleArn: stranger }))).toMatchObject({
      name: 'ValidationException',
      message: `Could not assume role ${stranger}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
    });
  });
});

describe('an MLflow app', () => {
  it('has a generated id, one default for the account, and stays shown for a while when it is deleted', async () => {
    const { admin, elapse } = world();
    const { Arn = '' } = await admin.createMlflowApp({ ...app('first'), AccountDefaultStatus: 'ENABLED' });
    expect(Arn).toMatch(/:mlflow-app\/app-[A-Z0-9]{12}$/);
    expect(await refusal(admin.createMlflowApp(app('first')))).toMatchObject({ name: 'ConflictException' });
    expect(await refusal(admin.createMlflowApp({ ...app('second'), AccountDefaultStatus: 'ENABLED' }))).toMatchObject({
      name: 'ConflictException',
      message: `${Arn} is the default MlflowApp of the account already.`,
    });
    expect(await refusal(admin.updateMlflowApp({ Arn, Name: 'renamed' }))).toMatchObject({ name: 'ConflictException' });
    expect(await refusal(admin.createPresignedMlflowAppUrl({ Arn }))).toMatchObject({ name: 'ValidationException' });
    elapse(200);
    expect((await admin.createPresignedMlflowAppUrl({ Arn })).AuthorizedUrl).toContain('authToken=');
    await admin.updateMlflowApp({ Arn, Name: 'renamed', AccountDefaultStatus: 'DISABLED' });
    elapse(200);
    expect(await admin.describeMlflowApp({ Arn })).toMatchObject({ Name: 'renamed', Status: 'Updated', AccountDefaultStatus: 'DISABLED' });
    const second = await admin.createMlflowApp({
      ...app('second'),
      AccountDefaultStatus: 'ENABLED',
      DefaultDomainIdList: ['d-abcdefghijkl'],
    });
    const listed = async (filter: object) => (await admin.listMlflowApps(filter)).Summaries?.map(({ Name }) => Name);
    expect(await listed({})).toEqual(['second', 'renamed']);
    expect(await listed({ AccountDefaultStatus: 'ENABLED' })).toEqual(['second']);
    expect(await listed({ DefaultForDomainId: 'd-abcdefghijkl' })).toEqual(['second']);
    expect(await listed({ Status: 'Updated' })).toEqual(['renamed']);
    await admin.deleteMlflowApp({ Arn });
    elapse(200);
    expect(await admin.describeMlflowApp({ Arn })).toMatchObject({ Status: 'Deleted' });
    expect(await refusal(admin.deleteMlflowApp({ Arn }))).toMatchObject({ name: 'ConflictException' });
    elapse(86_400);
    expect(await refusal(admin.describeMlflowApp({ Arn }))).toMatchObject({ name: 'ResourceNotFound' });
    await admin.deleteMlflowApp({ Arn: second.Arn });
  });
});

describe("a partner's app", () => {
  it('is created once for a token, updated, opened and deleted', async () => {
    const { admin, elapse } = world();
    const request = { ...partner('Comet'), ClientToken: 'token-1', Tags: [{ Key: 'team', Value: 'red' }] };
    const { Arn = '' } = await admin.createPartnerApp(request);
    expect(Arn).toMatch(/:partner-app\/app-[A-Z0-9]{12}$/);
    expect((await admin.createPartnerApp(request)).Arn).toBe(Arn);
    expect(await refusal(admin.createPartnerApp({ ...request, Tier: 'large' }))).toMatchObject({ name: 'ConflictException' });
    expect(await refusal(admin.createPartnerApp(partner('Comet')))).toMatchObject({ name: 'ConflictException' });
    expect(await refusal(admin.deletePartnerApp({ Arn }))).toMatchObject({ name: 'ConflictException' });
    expect(await refusal(admin.createPartnerAppPresignedUrl({ Arn }))).toMatchObject({ name: 'ValidationException' });
    elapse(400);
    expect(await admin.describePartnerApp({ Arn })).toMatchObject({
      Status: 'Available',
      Version: '1.0',
      BaseUrl: expect.stringContaining('https://'),
    });
    expect((await admin.createPartnerAppPresignedUrl({ Arn })).Url).toContain('authToken=');
    await admin.updatePartnerApp({ Arn, Tier: 'large', AppVersion: '1.1', Tags: [{ Key: 'cost', Value: 'high' }] });
    elapse(400);
    expect(await admin.describePartnerApp({ Arn })).toMatchObject({ Tier: 'large', Version: '1.1' });
    expect((await admin.listTags({ ResourceArn: Arn })).Tags).toEqual(
      expect.arrayContaining([
        { Key: 'team', Value: 'red' },
        { Key: 'cost', Value: 'high' },
      ]),
    );
    expect((await admin.listPartnerApps({})).Summaries?.map(({ Name }) => Name)).toEqual(['Comet']);
    await admin.deletePartnerApp({ Arn });
    elapse(400);
    expect(await admin.describePartnerApp({ Arn })).toMatchObject({ Status: 'Deleted' });
  });
});
