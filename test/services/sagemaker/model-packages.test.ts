import type { ModelPackageValidationSpecification, SageMaker } from '@aws-sdk/client-sagemaker';
import { paginateListModelPackages } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { atOnce, policy, whileSuspended } from '../../harness.ts';
import { allow, deny, REGION, refusal, send, sharedWorld, trust, type World } from './world.ts';

const world = sharedWorld({ pace: 1 });

const inference = (Environment?: Record<string, string>) => ({
  InferenceSpecification: { Containers: [{ Image: 'image', ...(Environment && { Environment }) }], SupportedContentTypes: ['text/csv'] },
});

const validation = (ValidationRole: string): ModelPackageValidationSpecification => ({
  ValidationRole,
  ValidationProfiles: [
    {
      ProfileName: 'profile',
      TransformJobDefinition: {
        TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/in' } } },
        TransformOutput: { S3OutputPath: 's3://b/out' },
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      },
    },
  ],
});

const groupOf = async (name: string, versions = 0): Promise<string> => {
  const { root } = world();
  const { ModelPackageGroupArn } = await root('CreateModelPackageGroup', { ModelPackageGroupName: name });
  for (let i = 0; i < versions; i++) await root('CreateModelPackage', { ModelPackageGroupName: name, ...inference() });
  return String(ModelPackageGroupArn);
};

describe('model packages', () => {
  it('are versions of a group, numbered once and for all', async () => {
    const { admin, arn, elapse } = world();
    await admin.createModelPackageGroup({
      ModelPackageGroupName: 'Churn',
      ModelPackageGroupDescription: 'who leaves',
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(await admin.describeModelPackageGroup({ ModelPackageGroupName: arn('model-package-group/churn') })).toMatchObject({
      ModelPackageGroupName: 'Churn',
      ModelPackageGroupStatus: 'Completed',
      ModelPackageGroupDescription: 'who leaves',
      CreatedBy: { IamIdentity: { Arn: expect.any(String) } },
    });
    const add = (more: object = {}) => admin.createModelPackage({ ModelPackageGroupName: 'churn', ...inference({ A: 'b' }), ...more });
    expect(await add()).toMatchObject({ ModelPackageArn: arn('model-package/churn/1') });
    expect(await add({ ModelApprovalStatus: 'Approved' })).toMatchObject({ ModelPackageArn: arn('model-package/churn/2') });
    await admin.deleteModelPackage({ ModelPackageName: 'churn/2' });
    elapse(10);
    expect(await add()).toMatchObject({ ModelPackageArn: arn('model-package/churn/3') });
    for (const ModelPackageName of ['churn/3', 'CHURN/3', arn('model-package/churn/3')])
      expect(await admin.describeModelPackage({ ModelPackageName })).toMatchObject({
        ModelPackageGroupName: 'Churn',
        ModelPackageVersion: 3,
        ModelPackageStatus: 'Completed',
        ModelApprovalStatus: 'PendingManualApproval',
        InferenceSpecification: { Containers: [{ Image: 'image', Environment: { A: 'b' } }] },
      });
    expect(await refusal(admin.describeModelPackage({ ModelPackageName: 'churn/2' }))).toEqual({
      name: 'ValidationException',
      message: `ModelPackage ${arn('model-package/churn/2')} does not exist.`,
      status: 400,
    });
    const versions = async (filter: object) =>
      ((await admin.listModelPackages(filter)).ModelPackageSummaryList ?? []).map((each) => each.ModelPackageVersion);
    expect(await versions({ ModelPackageGroupName: 'churn' })).toEqual([1, 3]);
    expect(await versions({ ModelPackageGroupName: 'churn', SortOrder: 'Descending' })).toEqual([3, 1]);
    expect(await versions({ ModelPackageGroupName: 'churn', ModelApprovalStatus: 'Approved' })).toEqual([]);
    const [first] = (await admin.listModelPackages({ ModelPackageGroupName: 'churn' })).ModelPackageSummaryList ?? [];
    expect(first?.ModelPackageName).toBeUndefined();

    expect(await refusal(admin.deleteModelPackageGroup({ ModelPackageGroupName: 'churn' }))).toMatchObject({ name: 'ConflictException' });
    await admin.deleteModelPackage({ ModelPackageName: 'churn/1' });
    await admin.deleteModelPackage({ ModelPackageName: 'churn/3' });
    elapse(10);
    await admin.deleteModelPackageGroup({ ModelPackageGroupName: 'churn' });
    expect(await admin.describeModelPackageGroup({ ModelPackageGroupName: 'churn' })).toMatchObject({
      ModelPackageGroupStatus: 'Deleting',
    });
    elapse(10);
    expect(await refusal(admin.describeModelPackageGroup({ ModelPackageGroupName: 'churn' }))).toMatchObject({
      name: 'ValidationException',
      message: `ModelPackageGroup ${arn('model-package-group/churn')} does not exist.`,
    });
  });

  it('have a name of their own, without versions', async () => {
    const { admin, arn } = world();
    await admin.createModelPackage({ ModelPackageName: 'Alone', ...inference(), Tags: [{ Key: 'k', Value: 'v' }] });
    expect(await admin.describeModelPackage({ ModelPackageName: 'alone' })).toMatchObject({ ModelPackageName: 'Alone' });
    expect((await admin.listTags({ ResourceArn: arn('model-package/alone') })).Tags).toEqual([{ Key: 'k', Value: 'v' }]);
    expect((await admin.listModelPackages({ NameContains: 'alone' })).ModelPackageSummaryList).toMatchObject([
      { ModelPackageName: 'Alone' },
    ]);
    expect((await admin.listModelPackages({ ModelPackageType: 'Versioned', NameContains: 'alone' })).ModelPackageSummaryList).toEqual([]);
    expect((await admin.listModelPackages({ ModelPackageType: 'Both', NameContains: 'alone' })).ModelPackageSummaryList).toHaveLength(1);
  });

  it('are validated where that is asked for, with a role that SageMaker can take up', async () => {
    const { admin, role, elapse } = world();
    const validated = (ModelPackageName: string, ValidationRole: string) => ({
      ModelPackageName,
      ...inference(),
      ValidationSpecification: validation(ValidationRole),
    });
    await admin.createModelPackage(validated('validated', role));
    const status = async () => (await admin.describeModelPackage({ ModelPackageName: 'validated' })).ModelPackageStatus;
    expect(await status()).toBe('Pending');
    expect(
      await refusal(admin.updateModelPackage({ ModelPackageArn: world().arn('model-package/validated'), SourceUri: 'x' })),
    ).toMatchObject({ name: 'ConflictException' });
    elapse(15);
    expect(await status()).toBe('InProgress');
    elapse(121);
    expect(await admin.describeModelPackage({ ModelPackageName: 'validated' })).toMatchObject({
      ModelPackageStatus: 'Completed',
      ModelPackageStatusDetails: { ValidationStatuses: [{ Name: 'profile', Status: 'Completed' }] },
    });
    const distrusting = await world().newRole('Distrusting', trust('ec2.amazonaws.com'));
    expect(await refusal(admin.createModelPackage(validated('refused', distrusting)))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Could not assume role'),
    });
  });

  it('are changed: approval, stage, metadata, card', async () => {
    const { admin, arn } = world();
    await groupOf('changed', 1);
    const ModelPackageArn = arn('model-package/changed/1');
    await admin.updateModelPackage({
      ModelPackageArn,
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: 'good',
      CustomerMetadataProperties: { a: '1', b: '2' },
      ModelLifeCycle: { Stage: 'Prod', StageStatus: 'Live' },
      AdditionalInferenceSpecificationsToAdd: [{ Name: 'more', Containers: [{ Image: 'other' }] }],
      ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'Draft' },
    });
    await admin.updateModelPackage({
      ModelPackageArn,
      CustomerMetadataPropertiesToRemove: ['a'],
      ModelCard: { ModelCardStatus: 'Approved' },
    });
    const described = await admin.describeModelPackage({ ModelPackageName: ModelPackageArn });
    expect(described).toMatchObject({
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: 'good',
      CustomerMetadataProperties: { b: '2' },
      ModelLifeCycle: { Stage: 'Prod' },
      AdditionalInferenceSpecifications: [{ Name: 'more' }],
      ModelCard: { ModelCardContent: '{}', ModelCardStatus: 'Approved' },
      LastModifiedBy: { IamIdentity: expect.any(Object) },
    });
    expect(described.CustomerMetadataProperties).toEqual({ b: '2' });
    const { ModelCard } = await admin.describeModelPackage({ ModelPackageName: ModelPackageArn, IncludedData: 'MetadataOnly' });
    expect(ModelCard).toEqual({ ModelCardStatus: 'Approved' });
  });

  it('are described many at once, with an entry for each that is not there', async () => {
    const { admin, arn, user } = world();
    await groupOf('batch', 2);
    const [one, two, none] = ['batch/1', 'batch/2', 'batch/9'].map((path) => arn(`model-package/${path}`)) as [string, string, string];
    const { ModelPackageSummaries, BatchDescribeModelPackageErrorMap } = await admin.batchDescribeModelPackage({
      ModelPackageArnList: [one, two, none],
    });
    expect(Object.keys(ModelPackageSummaries ?? {})).toEqual([one, two]);
    expect(ModelPackageSummaries?.[two]).toMatchObject({ ModelPackageVersion: 2, ModelApprovalStatus: 'PendingManualApproval' });
    expect(BatchDescribeModelPackageErrorMap).toEqual({
      [none]: { ErrorCode: 'ValidationException', ErrorResponse: `ModelPackage ${none} does not exist.` },
    });
    const { sagemaker } = await user(allow('sagemaker:BatchDescribeModelPackage', one));
    expect(await refusal(sagemaker.batchDescribeModelPackage({ ModelPackageArnList: [one, two] }))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(two),
    });
  });

  it('are numbered once, however often the same request comes', async () => {
    const { admin } = world();
    await groupOf('tokens');
    const input = { ModelPackageGroupName: 'tokens', ...inference(), ClientToken: 'once' };
    const [a, b] = await Promise.all([admin.createModelPackage(input), admin.createModelPackage(input)]);
    expect(a.ModelPackageArn).toBe(b.ModelPackageArn);
    expect(await refusal(admin.createModelPackage({ ...input, Domain: 'other' }))).toMatchObject({ name: 'ConflictException' });
    const created = await Promise.all([1, 2, 3].map(() => admin.createModelPackage({ ModelPackageGroupName: 'tokens', ...inference() })));
    expect(new Set(created.map((each) => each.ModelPackageArn)).size).toBe(3);
    const seen: (number | undefined)[] = [];
    for await (const page of paginateListModelPackages(
      { client: admin, pageSize: 3 },
      { ModelPackageGroupName: 'tokens', SortOrder: 'Ascending' },
    ))
      seen.push(...(page.ModelPackageSummaryList ?? []).map((each) => each.ModelPackageVersion));
    expect(seen.sort()).toEqual([1, 2, 3, 4]);
  });

  it('must be there, and approved, to make models of', async () => {
    const { admin, role, arn } = world();
    await groupOf('deployed', 1);
    const model = (ModelName: string, ModelPackageName: string) =>
      admin.createModel({ ModelName, ExecutionRoleArn: role, Containers: [{ ModelPackageName }] });
    expect(await refusal(model('of-none', arn('model-package/deployed/7')))).toMatchObject({
      name: 'ValidationException',
      message: `ModelPackage ${arn('model-package/deployed/7')} does not exist.`,
    });
    expect(await refusal(model('of-pending', arn('model-package/deployed/1')))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('PendingManualApproval'),
    });
    await admin.updateModelPackage({ ModelPackageArn: arn('model-package/deployed/1'), ModelApprovalStatus: 'Approved' });
    await model('of-approved', arn('model-package/deployed/1'));
  });

  const refused: [when: string, operation: string, input: object, code: string, message: string | RegExp][] = [
    ['neither name', 'CreateModelPackage', inference(), 'ValidationException', 'Missing ARN.'],
    [
      'both names',
      'CreateModelPackage',
      { ModelPackageName: 'a', ModelPackageGroupName: 'b' },
      'ValidationException',
      'Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.',
    ],
    [
      'a missing group',
      'CreateModelPackage',
      { ModelPackageGroupName: 'none' },
      'ValidationException',
      'Model Package Group does not exist.',
    ],
    [
      'a group in a listing',
      'ListModelPackages',
      { ModelPackageGroupName: 'none' },
      'ValidationException',
      /ModelPackageGroup .*\/none does not exist\.$/,
    ],
    [
      'tags of a version',
      'CreateModelPackage',
      { ModelPackageGroupName: 'g', Tags: [{ Key: 'k', Value: 'v' }] },
      'ValidationException',
      /^Tags are not supported/,
    ],
    [
      'an approval without versions',
      'CreateModelPackage',
      { ModelPackageName: 'x', ModelApprovalStatus: 'Approved' },
      'ValidationException',
      /unversioned/,
    ],
    [
      'an environment without versions',
      'CreateModelPackage',
      { ModelPackageName: 'x', ...inference({ A: 'b' }) },
      'ValidationException',
      'Environment variable map cannot be specified when using non-versioned ModelPackages',
    ],
    [
      'a group’s name again',
      'CreateModelPackageGroup',
      { ModelPackageGroupName: 'TAKEN' },
      'ValidationException',
      /^Model Package Group already exists: .*\/taken$/,
    ],
    [
      'a package’s name again',
      'CreateModelPackage',
      { ModelPackageName: 'TAKEN', ...inference() },
      'ValidationException',
      /^ModelPackage already exists/,
    ],
    ['a missing group to delete', 'DeleteModelPackageGroup', { ModelPackageGroupName: 'none' }, 'ValidationException', /does not exist\.$/],
    ['a missing package to delete', 'DeleteModelPackage', { ModelPackageName: 'none' }, 'ValidationException', /does not exist\.$/],
    ...['Get', 'Delete'].map((verb): [string, string, object, string, RegExp] => [
      `a policy to ${verb} of a missing group`,
      `${verb}ModelPackageGroupPolicy`,
      { ModelPackageGroupName: 'none' },
      'ValidationException',
      /^Cannot find Model Package Group: arn:/,
    ]),
    ...['Get', 'Delete'].map((verb): [string, string, object, string, RegExp] => [
      `a policy to ${verb} where there is none`,
      `${verb}ModelPackageGroupPolicy`,
      { ModelPackageGroupName: 'taken' },
      'ValidationException',
      /^Cannot find resource policy for: arn:/,
    ]),
  ];
  beforeAll(async () => {
    await groupOf('taken');
    await world().root('CreateModelPackage', { ModelPackageName: 'taken', ...inference() });
  });
  it.each(refused)('refuse %s (%s)', async (_, operation, input, name, message) => {
    expect(await refusal(send(world().admin, operation, input))).toMatchObject({
      name,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });
});

describe('M08 the policy of a group', () => {
  /** A client of a user of another account, and what that account needs. */
  async function stranger(...statements: object[]): Promise<{ sagemaker: SageMaker; arn: string; account: string; role: string }> {
    const { server, clients } = world();
    const account = await server.account();
    const credentials = await account.user('stranger', { inline: { granted: policy(...statements) } });
    const { Role } = await account.asRoot('iam', 'CreateRole', {
      RoleName: 'Exec',
      AssumeRolePolicyDocument: JSON.stringify(trust('sagemaker.amazonaws.com')),
    });
    const arn = `arn:aws:iam::${account.id}:user/stranger`;
    return { ...clients(credentials), arn, account: account.id, role: (Role as { Arn: string }).Arn };
  }

  const put = ({ admin }: World, ModelPackageGroupName: string, ...statements: object[]) =>
    admin.putModelPackageGroupPolicy({ ModelPackageGroupName, ResourcePolicy: JSON.stringify(policy(...statements)) });

  const letting = (principal: string, actions: string | string[], resources: string | string[] = '*') => ({
    ...allow(actions, resources),
    Principal: { AWS: principal },
  });

  const notFrom = (account: string) => ({ StringNotEquals: { 'aws:PrincipalAccount': account } });

  it('lets another account read, and both sides must allow it', async () => {
    const w = world();
    const group = await groupOf('shared', 2);
    const package_ = w.arn('model-package/shared/1');
    const them = await stranger(allow('sagemaker:*'));
    const calls = (): [string, () => Promise<unknown>][] => [
      ['the group', () => them.sagemaker.describeModelPackageGroup({ ModelPackageGroupName: group })],
      ['a package', () => them.sagemaker.describeModelPackage({ ModelPackageName: package_ })],
      ['packages', () => them.sagemaker.listModelPackages({ ModelPackageGroupName: group })],
      ['a batch', () => them.sagemaker.batchDescribeModelPackage({ ModelPackageArnList: [package_] })],
    ];
    for (const [what, call] of calls())
      expect(await refusal(call()), what).toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringMatching(/because no resource-based policy allows the sagemaker:\w+ action$/),
      });
    await put(
      w,
      'shared',
      letting(`arn:aws:iam::${them.account}:root`, 'sagemaker:DescribeModelPackageGroup', group),
      letting(
        `arn:aws:iam::${them.account}:root`,
        ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages', 'sagemaker:BatchDescribeModelPackage'],
        w.arn('model-package/shared/*'),
      ),
    );
    expect(await them.sagemaker.describeModelPackageGroup({ ModelPackageGroupName: group })).toMatchObject({ ModelPackageGroupArn: group });
    expect(await them.sagemaker.describeModelPackage({ ModelPackageName: package_ })).toMatchObject({ ModelPackageArn: package_ });
    expect((await them.sagemaker.listModelPackages({ ModelPackageGroupName: group })).ModelPackageSummaryList).toHaveLength(2);
    expect((await them.sagemaker.batchDescribeModelPackage({ ModelPackageArnList: [package_] })).ModelPackageSummaries).toHaveProperty([
      package_,
    ]);
    // What an account shares ends with it.
    await whileSuspended(w.server, w.account.id, async () => {
      for (const [what, call] of calls()) expect(await refusal(call()), what).toMatchObject({ name: 'AccessDeniedException' });
    });
    // What it does not say: other actions, other groups.
    const other = await groupOf('not-shared', 1);
    for (const call of atOnce([
      them.sagemaker.deleteModelPackage({ ModelPackageName: package_ }),
      them.sagemaker.updateModelPackage({ ModelPackageArn: package_, ModelApprovalStatus: 'Approved' }),
      them.sagemaker.describeModelPackageGroup({ ModelPackageGroupName: other }),
      them.sagemaker.createModelPackage({ ModelPackageGroupName: group, ...inference() }),
      them.sagemaker.addTags({ ResourceArn: group, Tags: [] }),
    ]))
      expect(await refusal(call)).toMatchObject({ name: 'AccessDeniedException' });
    // One side alone is not enough, and a third account is not let in.
    const mute = await stranger(allow('sts:GetCallerIdentity'));
    const third = await stranger(allow('sagemaker:*'));
    for (const { sagemaker } of [mute, third])
      expect(await refusal(sagemaker.describeModelPackageGroup({ ModelPackageGroupName: group }))).toMatchObject({
        name: 'AccessDeniedException',
      });
    // Nor is its own name for a group the other's.
    expect(await refusal(them.sagemaker.describeModelPackageGroup({ ModelPackageGroupName: 'shared' }))).toMatchObject({
      name: 'ValidationException',
    });
    await w.admin.deleteModelPackageGroupPolicy({ ModelPackageGroupName: 'shared' });
    expect(await refusal(them.sagemaker.describeModelPackage({ ModelPackageName: package_ }))).toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('denies tags too, to the account itself, and lets no other account in to them', async () => {
    const w = world();
    const group = await groupOf('tagged', 1);
    const them = await stranger(allow('sagemaker:*'));
    const everyTag = ['sagemaker:AddTags', 'sagemaker:DeleteTags', 'sagemaker:ListTags'];
    const ResourceArn = group;
    const calls = (sagemaker: SageMaker): Promise<unknown>[] => [
      sagemaker.addTags({ ResourceArn, Tags: [{ Key: 'a', Value: 'b' }] }),
      sagemaker.deleteTags({ ResourceArn, TagKeys: ['a'] }),
      sagemaker.listTags({ ResourceArn }),
    ];
    await Promise.all(calls(w.admin));
    await put(w, 'tagged', letting(them.arn, everyTag), { ...letting('*', everyTag), Effect: 'Deny', Condition: notFrom(them.account) });
    for (const call of atOnce(calls(w.admin)))
      expect(await refusal(call)).toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringMatching(/with an explicit deny in a resource-based policy$/),
      });
    for (const call of atOnce(calls(them.sagemaker))) expect(await refusal(call)).toMatchObject({ name: 'AccessDeniedException' });
  });

  it('lets another account add, approve and delete versions, in the group’s account', async () => {
    const w = world();
    const group = await groupOf('open', 1);
    const them = await stranger(allow(['sagemaker:*', 'iam:PassRole']));
    await put(w, 'open', letting(them.arn, ['sagemaker:*ModelPackage', 'sagemaker:CreateModelPackage'], w.arn('model-package/open/*')));
    expect(await them.sagemaker.createModelPackage({ ModelPackageGroupName: group, ...inference() })).toMatchObject({
      ModelPackageArn: w.arn('model-package/open/2'),
    });
    await them.sagemaker.updateModelPackage({ ModelPackageArn: w.arn('model-package/open/2'), ModelApprovalStatus: 'Approved' });
    expect(await w.admin.describeModelPackage({ ModelPackageName: 'open/2' })).toMatchObject({
      ModelApprovalStatus: 'Approved',
      CreatedBy: { IamIdentity: { Arn: them.arn } },
    });
    await them.sagemaker.deleteModelPackage({ ModelPackageName: w.arn('model-package/open/1') });
    w.elapse(10);
    expect(await refusal(w.admin.describeModelPackage({ ModelPackageName: 'open/1' }))).toMatchObject({ name: 'ValidationException' });
    // No role goes over the border, neither theirs nor one of the group's account.
    for (const ValidationRole of [w.role, them.role])
      expect(
        await refusal(
          them.sagemaker.createModelPackage({
            ModelPackageGroupName: group,
            ...inference(),
            ValidationSpecification: validation(ValidationRole),
          }),
        ),
      ).toMatchObject({ name: 'ValidationException', message: 'RoleArn: Cross-account pass role is not allowed.' });
  });

  it('lets another account make models of its packages', async () => {
    const w = world();
    await groupOf('sold', 1);
    await w.admin.updateModelPackage({ ModelPackageArn: w.arn('model-package/sold/1'), ModelApprovalStatus: 'Approved' });
    const them = await stranger(allow(['sagemaker:CreateModel', 'iam:PassRole']));
    const create = (ModelName: string) =>
      them.sagemaker.createModel({
        ModelName,
        ExecutionRoleArn: them.role,
        PrimaryContainer: { ModelPackageName: w.arn('model-package/sold/1') },
      });
    expect(await refusal(create('bought'))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('model-package/sold/1'),
    });
    await put(w, 'sold', letting(them.account, 'sagemaker:CreateModel', w.arn('model-package/sold/*')));
    expect(await create('bought')).toMatchObject({ ModelArn: `arn:aws:sagemaker:${REGION}:${them.account}:model/bought` });
  });

  it('can deny, and allow its own account’s users', async () => {
    const w = world();
    const group = await groupOf('inside');
    const { sagemaker, arn } = await w.user(allow('sagemaker:GetModelPackageGroupPolicy'));
    const describeIt = () => refusal(sagemaker.describeModelPackageGroup({ ModelPackageGroupName: 'inside' }));
    expect(await describeIt()).toMatchObject({ name: 'AccessDeniedException' });
    await put(w, 'inside', letting(arn, 'sagemaker:DescribeModelPackageGroup', group));
    expect(await describeIt()).toBeUndefined();
    const rich = await w.user(allow('sagemaker:*'));
    await put(w, 'inside', { ...deny('sagemaker:DescribeModelPackageGroup'), Principal: { AWS: rich.arn } });
    expect(await refusal(rich.sagemaker.describeModelPackageGroup({ ModelPackageGroupName: 'inside' }))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('with an explicit deny in a resource-based policy'),
    });
  });

  it('is shown as it was put, and is bound to whom it names', async () => {
    const w = world();
    const group = await groupOf('bound');
    const { UserName } = { UserName: 'named-in-policy' };
    await w.account.asRoot('iam', 'CreateUser', { UserName });
    const arn = `arn:aws:iam::${w.account.id}:user/${UserName}`;
    const document = JSON.stringify(policy(letting(arn, 'sagemaker:DescribeModelPackageGroup', group)));
    expect(await w.admin.putModelPackageGroupPolicy({ ModelPackageGroupName: 'bound', ResourcePolicy: document })).toMatchObject({
      ModelPackageGroupArn: group,
    });
    expect((await w.admin.getModelPackageGroupPolicy({ ModelPackageGroupName: 'bound' })).ResourcePolicy).toBe(document);
    // Whoever gets the name later inherits nothing.
    await w.account.asRoot('iam', 'DeleteUser', { UserName });
    const again = await w.account.user(UserName);
    const { sagemaker } = w.clients(again);
    expect(await refusal(sagemaker.describeModelPackageGroup({ ModelPackageGroupName: 'bound' }))).toMatchObject({
      name: 'AccessDeniedException',
    });
    expect((await w.admin.getModelPackageGroupPolicy({ ModelPackageGroupName: 'bound' })).ResourcePolicy).toMatch(/"AIDA[A-Z2-7]{17}"/);
    for (const ResourcePolicy of ['{', '{"Statement":[]}', JSON.stringify(policy(letting(`${arn}-none`, 'sagemaker:*')))])
      expect(await refusal(w.admin.putModelPackageGroupPolicy({ ModelPackageGroupName: 'bound', ResourcePolicy }))).toMatchObject({
        name: 'ValidationException',
        message: expect.stringMatching(/^Invalid resource policy: /),
      });
    expect(await refusal(w.admin.putModelPackageGroupPolicy({ ModelPackageGroupName: 'none', ResourcePolicy: document }))).toMatchObject({
      message: expect.stringMatching(/^Cannot find Model Package Group: /),
    });
    expect((await w.admin.listModelPackageGroups({ CrossAccountFilterOption: 'CrossAccount' })).ModelPackageGroupSummaryList).toEqual([]);
    expect((await w.admin.listModelPackageGroups({ NameContains: 'bound' })).ModelPackageGroupSummaryList).toHaveLength(1);
  });
});
