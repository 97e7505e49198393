import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { sageMakerResources } from '../../../src/store/tables/sagemaker.ts';
import { atOnce } from '../../harness.ts';
import { allow, minimal, refusal, send, sharedWorld, trust, type World } from './world.ts';

// Nothing moves by itself: with this pace a state lasts until the test moves the clock.
const world = sharedWorld({ pace: 1 });

const settled = 300;
const oidc = {
  ClientId: 'client',
  ClientSecret: 'not-to-be-seen',
  Issuer: 'https://idp.example.com/',
  AuthorizationEndpoint: 'https://idp.example.com/authorize',
  TokenEndpoint: 'https://idp.example.com/token',
  UserInfoEndpoint: 'https://idp.example.com/me',
  LogoutEndpoint: 'https://idp.example.com/logout',
  JwksUri: 'https://idp.example.com/keys',
};
const groups = { MemberDefinitions: [{ OidcMemberDefinition: { Groups: ['labelers'] } }], Description: 'They label.' };
const cognito = { CognitoMemberDefinition: { UserPool: 'us-east-1_abc', UserGroup: 'g', ClientId: 'c' } };

const labeling = (w: World, LabelingJobName: string, more: object = {}, task: object = {}) => ({
  LabelingJobName,
  LabelAttributeName: 'label',
  InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: 's3://data/manifest.json' } } },
  OutputConfig: { S3OutputPath: 's3://bucket/labels/' },
  RoleArn: w.role,
  HumanTaskConfig: {
    WorkteamArn: w.arn('workteam/private-crowd/team'),
    UiConfig: { UiTemplateS3Uri: 's3://data/template.html' },
    TaskTitle: 'Label',
    TaskDescription: 'What is it?',
    NumberOfHumanWorkersPerDataObject: 1,
    TaskTimeLimitInSeconds: 600,
    ...task,
  },
  ...more,
});
const review = (w: World, FlowDefinitionName: string, team: string, ui: string) => ({
  ...minimal.flowDefinition(FlowDefinitionName, w.role),
  HumanLoopConfig: { WorkteamArn: team, HumanTaskUiArn: ui, TaskTitle: 't', TaskDescription: 'd', TaskCount: 1 },
});

describe('a work force', () => {
  const named = { WorkforceName: 'People' };

  it('is one in a region, and begins, is changed and goes', async () => {
    const w = world();
    expect(await refusal(w.admin.describeWorkforce(named))).toEqual({
      name: 'ValidationException',
      message: 'No workforce found with name People.',
      status: 400,
    });
    expect(await w.admin.createWorkforce({ ...named, OidcConfig: oidc })).toMatchObject({ WorkforceArn: w.arn('workforce/People') });
    const statusOf = async () => (await w.admin.describeWorkforce(named)).Workforce?.Status;
    expect(await statusOf()).toBe('Initializing');
    expect(await refusal(w.admin.updateWorkforce({ ...named, SourceIpConfig: { Cidrs: ['10.0.0.0/8'] } }))).toMatchObject({
      name: 'ConflictException',
    });
    w.elapse(settled);
    const { Workforce } = await w.admin.describeWorkforce(named);
    expect(Workforce).toMatchObject({ Status: 'Active', OidcConfig: { ClientId: 'client', Issuer: oidc.Issuer } });
    expect(Workforce?.SubDomain).toMatch(/^[a-z0-9]{10}\.labeling\.us-east-1\.sagemaker\.aws$/);
    for (const name of ['People', 'people', 'others']) {
      expect(await refusal(w.admin.createWorkforce({ WorkforceName: name, OidcConfig: oidc }))).toEqual({
        name: 'ValidationException',
        message: `Cannot create more than one workforce for account ${w.account.id}. If you are trying to update existing workforce, please use UpdateWorkforce API`,
        status: 400,
      });
    }
    const updated = await w.admin.updateWorkforce({ ...named, SourceIpConfig: { Cidrs: ['10.0.0.0/8'] } });
    expect(updated.Workforce).toMatchObject({ WorkforceName: 'People', Status: 'Updating', SourceIpConfig: { Cidrs: ['10.0.0.0/8'] } });
    w.elapse(settled);
    expect((await w.admin.listWorkforces({ NameContains: 'peo' })).Workforces).toMatchObject([
      { WorkforceName: 'People', Status: 'Active' },
    ]);
  });

  it('keeps no secret of its identity provider', async () => {
    const { admin, server, account } = world();
    expect(JSON.stringify(await admin.describeWorkforce(named))).not.toContain(oidc.ClientSecret);
    await admin.updateWorkforce({ ...named, OidcConfig: oidc });
    world().elapse(settled);
    const row = await server.installation.store.get(sageMakerResources, [account.id, 'us-east-1', 'workforce', 'people']);
    expect(row).toBeDefined();
    expect(JSON.stringify(row)).not.toContain(oidc.ClientSecret);
  });

  it('is of one kind', async () => {
    const elsewhere = world().clients(world().account.root, 'eu-west-1').sagemaker;
    const CognitoConfig = { UserPool: 'eu-west-1_abc', ClientId: 'c' };
    const one = { name: 'ValidationException', message: 'Exactly one of CognitoConfig and OidcConfig must be specified.', status: 400 };
    expect(await refusal(elsewhere.createWorkforce(named))).toEqual(one);
    expect(await refusal(elsewhere.createWorkforce({ ...named, CognitoConfig, OidcConfig: oidc }))).toEqual(one);
    await elsewhere.createWorkforce({ ...named, CognitoConfig });
    world().elapse(settled);
    expect(await refusal(elsewhere.updateWorkforce({ ...named, OidcConfig: oidc }))).toMatchObject({
      message: 'OidcConfig cannot be specified for a workforce of Amazon Cognito.',
    });
    await elsewhere.deleteWorkforce(named);
    world().elapse(settled);
    expect((await elsewhere.listWorkforces({})).Workforces).toEqual([]);
  });

  it('has no tags to add', async () => {
    const w = world();
    const tags = w.admin.addTags({ ResourceArn: w.arn('workforce/People'), Tags: [{ Key: 'a', Value: 'b' }] });
    expect(await refusal(tags)).toMatchObject({ message: 'Invalid resource type: workforce' });
  });
});

describe('a work team', () => {
  const named = { WorkteamName: 'Team' };

  it('is made, changed, tagged and deleted', async () => {
    const w = world();
    const WorkteamArn = w.arn('workteam/private-crowd/team');
    expect(await refusal(w.admin.describeWorkteam(named))).toMatchObject({
      name: 'ValidationException',
      message: 'The work team Team does not exist.',
    });
    expect(await w.admin.createWorkteam({ ...named, ...groups, Tags: [{ Key: 'a', Value: 'b' }] })).toMatchObject({ WorkteamArn });
    expect(await refusal(w.admin.createWorkteam({ WorkteamName: 'TEAM', ...groups }))).toMatchObject({ name: 'ValidationException' });
    expect((await w.admin.describeWorkteam(named)).Workteam).toMatchObject({
      WorkteamName: 'Team',
      WorkteamArn,
      WorkforceArn: w.arn('workforce/People'),
      Description: 'They label.',
    });
    expect((await w.admin.listTags({ ResourceArn: WorkteamArn })).Tags).toEqual([{ Key: 'a', Value: 'b' }]);
    expect((await w.admin.updateWorkteam({ ...named, Description: 'They label well.' })).Workteam).toMatchObject({
      Description: 'They label well.',
      MemberDefinitions: groups.MemberDefinitions,
    });
    await w.admin.createWorkteam({ WorkteamName: 'Other', WorkforceName: 'People', ...groups });
    expect((await w.admin.listWorkteams({ SortBy: 'Name' })).Workteams?.map((team) => team.WorkteamName)).toEqual(['Other', 'Team']);
    expect(await refusal(w.admin.deleteWorkforce({ WorkforceName: 'People' }))).toMatchObject({ name: 'ResourceInUse' });
    expect(await w.admin.deleteWorkteam({ WorkteamName: 'Other' })).toMatchObject({ Success: true });
    expect(await refusal(w.admin.deleteWorkteam({ WorkteamName: 'Other' }))).toMatchObject({ name: 'ValidationException' });
  });

  it('is of people of one kind, and of a work force that is there', async () => {
    const { admin } = world();
    const mixed = { ...groups, MemberDefinitions: [...groups.MemberDefinitions, cognito] };
    const message = 'The members of a work team must all be of Amazon Cognito, or all be of OIDC.';
    expect(await refusal(admin.createWorkteam({ WorkteamName: 'mixed', ...mixed }))).toMatchObject({ message });
    expect(await refusal(admin.updateWorkteam({ ...named, MemberDefinitions: mixed.MemberDefinitions }))).toMatchObject({ message });
    expect(await refusal(admin.createWorkteam({ WorkteamName: 'lost', WorkforceName: 'none', ...groups }))).toMatchObject({
      message: 'No workforce found with name none.',
    });
  });

  it('of a vendor is subscribed to elsewhere: there is none', async () => {
    const { admin } = world();
    expect((await admin.listSubscribedWorkteams({})).SubscribedWorkteams).toEqual([]);
    const WorkteamArn = 'arn:aws:sagemaker:us-east-1:394669845002:workteam/vendor-crowd/some';
    expect(await refusal(admin.describeSubscribedWorkteam({ WorkteamArn }))).toMatchObject({
      name: 'ValidationException',
      message: 'The work team some does not exist.',
    });
  });
});

describe('a human task UI', () => {
  it('keeps its template, and shows its hash', async () => {
    const w = world();
    const Content = '<crowd-form>{{ task.input.text }}</crowd-form>';
    const named = { HumanTaskUiName: 'page' };
    expect(await w.admin.createHumanTaskUi({ ...named, UiTemplate: { Content } })).toMatchObject({
      HumanTaskUiArn: w.arn('human-task-ui/page'),
    });
    expect(await w.admin.describeHumanTaskUi(named)).toMatchObject({
      HumanTaskUiStatus: 'Active',
      UiTemplate: { ContentSha256: createHash('sha256').update(Content).digest('hex') },
    });
    expect(await refusal(w.admin.createHumanTaskUi({ ...named, UiTemplate: { Content } }))).toMatchObject({ name: 'ResourceInUse' });
    expect((await w.admin.listHumanTaskUis({})).HumanTaskUiSummaries).toMatchObject([{ HumanTaskUiName: 'page' }]);
    await w.admin.createHumanTaskUi({ HumanTaskUiName: 'gone', UiTemplate: { Content } });
    await w.admin.deleteHumanTaskUi({ HumanTaskUiName: 'gone' });
    expect(await w.admin.describeHumanTaskUi({ HumanTaskUiName: 'gone' })).toMatchObject({ HumanTaskUiStatus: 'Deleting' });
    w.elapse(settled);
    expect(await refusal(w.admin.describeHumanTaskUi({ HumanTaskUiName: 'gone' }))).toEqual({
      name: 'ResourceNotFound',
      message: 'HumanTaskUi gone does not exist.',
      status: 400,
    });
  });
});

describe('a template is rendered', () => {
  const task = (value: unknown) => ({ Task: { Input: JSON.stringify(value) } });

  it('out of the request, or of a page that is kept', async () => {
    const w = world();
    const RoleArn = w.role;
    const Content = '<p>{{ task.input.text }}</p>';
    const given = await w.admin.renderUiTemplate({ UiTemplate: { Content }, ...task({ text: '<i>' }), RoleArn });
    expect(given).toMatchObject({ RenderedContent: '<p>&lt;i&gt;</p>', Errors: [] });
    const HumanTaskUiArn = w.arn('human-task-ui/page');
    const kept = await w.admin.renderUiTemplate({ HumanTaskUiArn, ...task({ text: 'hi' }), RoleArn });
    expect(kept.RenderedContent).toBe('<crowd-form>hi</crowd-form>');
  });

  it('and tells what is wrong with it', async () => {
    const w = world();
    const render = (Content: string, Input: string) =>
      w.admin.renderUiTemplate({ UiTemplate: { Content }, Task: { Input }, RoleArn: w.role });
    expect((await render('{{ x', '{}')).Errors).toEqual([{ Code: 'InvalidTemplate', Message: '{{ is not closed.' }]);
    const invalid = [{ Code: 'InvalidTaskInput', Message: 'Task.Input is not valid JSON.' }];
    expect((await render('x', '{no')).Errors).toEqual(invalid);
    // So deep that it could not be written again.
    expect((await render('{{ task.input }}', '['.repeat(60_000) + ']'.repeat(60_000))).Errors).toEqual(invalid);
  });

  it('with one template, and a role that trusts SageMaker', async () => {
    const w = world();
    const UiTemplate = { Content: 'x' };
    const none = w.arn('human-task-ui/none');
    expect(await refusal(w.admin.renderUiTemplate({ ...task({}), RoleArn: w.role }))).toMatchObject({
      message: 'Exactly one of UiTemplate and HumanTaskUiArn must be specified.',
    });
    expect(await refusal(w.admin.renderUiTemplate({ HumanTaskUiArn: none, ...task({}), RoleArn: w.role }))).toMatchObject({
      name: 'ResourceNotFound',
    });
    const RoleArn = await w.newRole('ForOthers', trust('ec2.amazonaws.com'));
    expect(await refusal(w.admin.renderUiTemplate({ UiTemplate, ...task({}), RoleArn }))).toMatchObject({
      message: expect.stringMatching(/^Could not assume role /),
    });
  });
});

describe('a flow definition', () => {
  it('takes a work team and a template that are there', async () => {
    const w = world();
    const team = w.arn('workteam/private-crowd/team');
    const ui = w.arn('human-task-ui/page');
    const create = (name: string, of = team, page = ui) => refusal(send(w.admin, 'CreateFlowDefinition', review(w, name, of, page)));
    const absent = (arn: string) => ({
      name: 'ValidationException',
      message: `The specified Workteam '${arn}' does not exist or you do not have access to it.`,
      status: 400,
    });
    expect(await create('private')).toBeUndefined();
    expect(await create('public', 'arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default')).toBeUndefined();
    const none = w.arn('workteam/private-crowd/none');
    expect(await create('nobody', none)).toEqual(absent(none));
    const foreign = team.replace(w.account.id, '111122223333');
    expect(await create('foreign', foreign)).toEqual(absent(foreign));
    expect(await create('blank', team, w.arn('human-task-ui/none'))).toMatchObject({
      message: `The specified HumanTaskUi '${w.arn('human-task-ui/none')}' does not exist.`,
    });
    expect(await w.admin.describeFlowDefinition({ FlowDefinitionName: 'private' })).toMatchObject({
      HumanLoopConfig: { WorkteamArn: team },
    });
  });
});

describe('a labeling job', () => {
  const named = { LabelingJobName: 'Label' };

  beforeAll(async () => {
    const w = world();
    await w.root('CreateLabelingJob', labeling(w, 'Label', { Tags: [{ Key: 'a', Value: 'b' }] }));
  });

  it('goes through its states, and claims no label', async () => {
    const w = world();
    const statusOf = async () => (await w.admin.describeLabelingJob(named)).LabelingJobStatus;
    expect(await statusOf()).toBe('Initializing');
    w.elapse(61);
    expect(await statusOf()).toBe('InProgress');
    w.elapse(settled);
    expect(await w.admin.describeLabelingJob(named)).toMatchObject({
      LabelingJobArn: w.arn('labeling-job/label'),
      LabelingJobStatus: 'Completed',
      LabelCounters: { TotalLabeled: 0, Unlabeled: 0 },
      JobReferenceCode: expect.stringMatching(/^[a-z0-9]{16}$/),
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect(await refusal(w.admin.stopLabelingJob(named))).toMatchObject({
      message: 'The request was rejected because the labeling job is in status Completed.',
    });
  });

  it('is listed, also with its team', async () => {
    const w = world();
    const WorkteamArn = w.arn('workteam/private-crowd/team');
    await send(w.admin, 'CreateLabelingJob', labeling(w, 'next'));
    await w.admin.stopLabelingJob({ LabelingJobName: 'next' });
    w.elapse(settled);
    expect((await w.admin.listLabelingJobs({ StatusEquals: 'Stopped' })).LabelingJobSummaryList).toMatchObject([
      { LabelingJobName: 'next', WorkteamArn },
    ]);
    const jobs = (await w.admin.listLabelingJobsForWorkteam({ WorkteamArn })).LabelingJobSummaryList ?? [];
    expect(jobs).toMatchObject([{ LabelingJobName: 'Label', WorkRequesterAccountId: w.account.id }, { LabelingJobName: 'next' }]);
    const code = jobs[1]?.JobReferenceCode ?? '';
    const found = await w.admin.listLabelingJobsForWorkteam({ WorkteamArn, JobReferenceCodeContains: code.slice(2, 14) });
    expect(found.LabelingJobSummaryList?.map((job) => job.LabelingJobName)).toEqual(['next']);
    const none = w.arn('workteam/private-crowd/none');
    expect(await refusal(w.admin.listLabelingJobsForWorkteam({ WorkteamArn: none }))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('fails when its role may not read the manifest', async () => {
    const w = world();
    const RoleArn = await w.newRole('PoorLabeling', trust('sagemaker.amazonaws.com'));
    await w.permit('PoorLabeling', allow(['s3:ListBucket', 's3:PutObject']));
    await send(w.admin, 'CreateLabelingJob', labeling(w, 'poor', { RoleArn }));
    w.elapse(settled);
    expect(await w.admin.describeLabelingJob({ LabelingJobName: 'poor' })).toMatchObject({
      LabelingJobStatus: 'Failed',
      FailureReason: expect.stringContaining('s3:GetObject'),
    });
  });

  it.each([
    ['a name that is taken', (w: World) => labeling(w, 'LABEL'), 'LabelingJob with name LABEL already exists. Choose a different name.'],
    [
      'no team',
      (w: World) => labeling(w, 'bad', {}, { WorkteamArn: w.arn('workteam/private-crowd/none') }),
      /^The specified Workteam '.*none' does not exist or you do not have access to it\.$/,
    ],
    [
      'no template',
      (w: World) => labeling(w, 'bad', {}, { UiConfig: { HumanTaskUiArn: w.arn('human-task-ui/none') } }),
      /^The specified HumanTaskUi '.*none' does not exist\.$/,
    ],
    [
      'two templates',
      (w: World) => labeling(w, 'bad', {}, { UiConfig: { HumanTaskUiArn: w.arn('human-task-ui/page'), UiTemplateS3Uri: 's3://a/b' } }),
      'Exactly one of UiTemplateS3Uri and HumanTaskUiArn must be specified in UiConfig.',
    ],
    [
      'no source',
      (w: World) => labeling(w, 'bad', { InputConfig: { DataSource: {} } }),
      'Exactly one of S3DataSource and SnsDataSource must be specified in DataSource.',
    ],
    [
      'an attribute of its own metadata',
      (w: World) => labeling(w, 'bad', { LabelAttributeName: 'x-metadata' }),
      'LabelAttributeName cannot end with -metadata.',
    ],
  ] as const)('is refused with %s', async (_, input, message) => {
    const w = world();
    expect(await refusal(send(w.admin, 'CreateLabelingJob', input(w)))).toMatchObject({
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      status: 400,
    });
  });

  it('is not there', async () => {
    const { admin } = world();
    for (const call of atOnce([admin.describeLabelingJob({ LabelingJobName: 'none' }), admin.stopLabelingJob({ LabelingJobName: 'none' })]))
      expect(await refusal(call)).toMatchObject({ name: 'ValidationException', message: 'Could not find requested job with name: none' });
  });
});
