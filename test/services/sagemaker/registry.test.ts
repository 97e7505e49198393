import type { ModelPackageValidationSpecification, SageMaker, ServiceCatalogProvisioningDetails } from '@aws-sdk/client-sagemaker';
import { paginateListModelPackages } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { atOnce, policy } from '../../harness.ts';
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

describe('model cards', () => {
  it('have a version for each change, and go with what they have', async () => {
    const { admin, arn, elapse } = world();
    const Content = JSON.stringify({ model_overview: { model_name: 'churn' } });
    expect(await admin.createModelCard({ ModelCardName: 'Card', Content, ModelCardStatus: 'Draft' })).toMatchObject({
      ModelCardArn: arn('model-card/Card'),
    });
    elapse(10);
    await admin.updateModelCard({ ModelCardName: 'Card', Content: '{}' });
    elapse(10);
    await admin.updateModelCard({ ModelCardName: arn('model-card/Card'), ModelCardStatus: 'Approved' });
    expect(await admin.describeModelCard({ ModelCardName: 'Card' })).toMatchObject({
      ModelCardVersion: 3,
      Content: '{}',
      ModelCardStatus: 'Approved',
    });
    expect(await admin.describeModelCard({ ModelCardName: 'Card', ModelCardVersion: 1 })).toMatchObject({
      Content,
      ModelCardStatus: 'Draft',
    });
    expect((await admin.describeModelCard({ ModelCardName: 'Card', IncludedData: 'MetadataOnly' })).Content).toBe('');
    expect(await refusal(admin.describeModelCard({ ModelCardName: 'Card', ModelCardVersion: 4 }))).toMatchObject({
      name: 'ResourceNotFound',
    });
    const { ModelCardVersionSummaryList } = await admin.listModelCardVersions({ ModelCardName: 'Card' });
    expect(ModelCardVersionSummaryList?.map((each) => each.ModelCardVersion)).toEqual([3, 2, 1]);
    expect((await admin.listModelCards({ ModelCardStatus: 'Approved' })).ModelCardSummaries).toMatchObject([{ ModelCardName: 'Card' }]);
    expect((await admin.listModelCards({ ModelCardStatus: 'Archived' })).ModelCardSummaries).toEqual([]);

    const job = { ModelCardName: 'Card', ModelCardExportJobName: 'export', OutputConfig: { S3OutputPath: 's3://bucket/cards' } };
    const { ModelCardExportJobArn = '' } = await admin.createModelCardExportJob({ ...job, ModelCardVersion: 1 });
    expect(ModelCardExportJobArn).toBe(arn('model-card/Card/export-job/export'));
    expect(await refusal(admin.createModelCardExportJob(job))).toMatchObject({ name: 'ConflictException' });
    expect(await refusal(admin.createModelCardExportJob({ ...job, ModelCardVersion: 9, ModelCardExportJobName: 'x' }))).toMatchObject({
      name: 'ResourceNotFound',
    });
    expect(await admin.describeModelCardExportJob({ ModelCardExportJobArn })).toMatchObject({ Status: 'InProgress', ModelCardVersion: 1 });
    elapse(31);
    expect(await admin.describeModelCardExportJob({ ModelCardExportJobArn })).toMatchObject({
      Status: 'Completed',
      ExportArtifacts: { S3ExportArtifacts: expect.stringMatching(/^s3:\/\/bucket\/cards\//) },
    });
    expect(
      (await admin.listModelCardExportJobs({ ModelCardName: 'Card', StatusEquals: 'Completed' })).ModelCardExportJobSummaries,
    ).toHaveLength(1);
    expect((await admin.listModelCardExportJobs({ ModelCardName: 'Card', ModelCardVersion: 2 })).ModelCardExportJobSummaries).toEqual([]);

    await admin.deleteModelCard({ ModelCardName: 'Card' });
    for (const call of atOnce([
      admin.describeModelCard({ ModelCardName: 'Card' }),
      admin.deleteModelCard({ ModelCardName: 'Card' }),
      admin.updateModelCard({ ModelCardName: 'Card', Content: '{}' }),
    ]))
      expect(await refusal(call)).toMatchObject({ name: 'ValidationException', message: 'Model card is being deleted' });
    elapse(20);
    expect(await refusal(admin.describeModelCard({ ModelCardName: 'Card' }))).toMatchObject({
      name: 'ResourceNotFound',
      message: 'Modelcard Card does not exist',
    });
    expect(await refusal(admin.describeModelCardExportJob({ ModelCardExportJobArn }))).toMatchObject({ name: 'ResourceNotFound' });
    await admin.createModelCard({ ModelCardName: 'Card', Content, ModelCardStatus: 'Draft' });
    expect((await admin.listModelCardVersions({ ModelCardName: 'Card' })).ModelCardVersionSummaryList).toHaveLength(1);
  });

  describe('that are refused', () => {
    beforeAll(() => world().root('CreateModelCard', { ModelCardName: 'kept', Content: '{}', ModelCardStatus: 'Draft' }));

    it.each([
      [
        'content that is no JSON',
        'CreateModelCard',
        { ModelCardName: 'x', Content: 'no', ModelCardStatus: 'Draft' },
        'ValidationException',
      ],
      ['a name that is taken', 'CreateModelCard', { ModelCardName: 'kept', Content: '{}', ModelCardStatus: 'Draft' }, 'ConflictException'],
      [
        'content and status at once',
        'UpdateModelCard',
        { ModelCardName: 'kept', Content: '{}', ModelCardStatus: 'Draft' },
        'ValidationException',
      ],
      ['nothing to change', 'UpdateModelCard', { ModelCardName: 'kept' }, 'ValidationException'],
      ['a missing card', 'UpdateModelCard', { ModelCardName: 'none', Content: '{}' }, 'ResourceNotFound'],
      ['versions of a missing card', 'ListModelCardVersions', { ModelCardName: 'none' }, 'ResourceNotFound'],
      [
        'an export of a missing card',
        'CreateModelCardExportJob',
        { ModelCardName: 'none', ModelCardExportJobName: 'x', OutputConfig: { S3OutputPath: 's3://b' } },
        'ResourceNotFound',
      ],
    ])('refuse %s', async (_, operation, input, name) => {
      const { admin } = world();
      expect(await refusal(send(admin, operation, input))).toMatchObject({ name });
    });
  });
});

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

describe('projects', () => {
  let details: { ServiceCatalogProvisioningDetails: ServiceCatalogProvisioningDetails };
  /** Another version of the product. */
  let next: string;
  const inCatalog = (operation: string, input: object) => world().account.asRoot('servicecatalog', operation, input, REGION);

  beforeAll(async () => {
    const Info = { LoadTemplateFromURL: 'https://bucket.s3.amazonaws.com/template.yml' };
    const version = (Name: string) => ({ Name, Info, Type: 'CLOUD_FORMATION_TEMPLATE' });
    const made = (await inCatalog('CreateProduct', {
      Name: 'template',
      Owner: 'IT',
      ProductType: 'CLOUD_FORMATION_TEMPLATE',
      ProvisioningArtifactParameters: version('v1'),
      IdempotencyToken: 'product',
    })) as { ProductViewDetail: { ProductViewSummary: { ProductId: string } }; ProvisioningArtifactDetail: { Id: string } };
    const { ProductId } = made.ProductViewDetail.ProductViewSummary;
    const added = (await inCatalog('CreateProvisioningArtifact', {
      ProductId,
      Parameters: version('v2'),
      IdempotencyToken: 'version',
    })) as {
      ProvisioningArtifactDetail: { Id: string };
    };
    next = added.ProvisioningArtifactDetail.Id;
    const { PortfolioDetail } = (await inCatalog('CreatePortfolio', {
      DisplayName: 'projects',
      ProviderName: 'IT',
      IdempotencyToken: 'portfolio',
    })) as { PortfolioDetail: { Id: string } };
    const PortfolioId = PortfolioDetail.Id;
    await inCatalog('AssociateProductWithPortfolio', { PortfolioId, ProductId });
    const everyUser = { PrincipalARN: 'arn:aws:iam:::user/user-*', PrincipalType: 'IAM_PATTERN' };
    await inCatalog('AssociatePrincipalWithPortfolio', { PortfolioId, ...everyUser });
    const ProvisioningParameters = [{ Key: 'a', Value: '1' }];
    const ProvisioningArtifactId = made.ProvisioningArtifactDetail.Id;
    details = { ServiceCatalogProvisioningDetails: { ProductId, ProvisioningArtifactId, ProvisioningParameters } };
  });

  /** What is launched in Service Catalog: name → status. */
  const launched = async () => {
    const { ProvisionedProducts } = (await inCatalog('ScanProvisionedProducts', {
      AccessLevelFilter: { Key: 'Account', Value: 'self' },
    })) as {
      ProvisionedProducts: { Id: string; Name: string; Status: string; ProvisioningArtifactId: string }[];
    };
    return ProvisionedProducts;
  };

  it('are made of products once Service Catalog is enabled for them', async () => {
    const { admin, arn, elapse } = world();
    expect((await admin.getSagemakerServicecatalogPortfolioStatus({})).Status).toBe('Disabled');
    expect(await refusal(admin.createProject({ ProjectName: 'Early', ...details }))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Service Catalog is not enabled'),
    });
    for (let i = 0; i < 2; i++) await admin.enableSagemakerServicecatalogPortfolio({});
    expect((await admin.getSagemakerServicecatalogPortfolioStatus({})).Status).toBe('Enabled');
    const { ProjectId } = await admin.createProject({ ProjectName: 'Works', ...details, Tags: [{ Key: 'k', Value: 'v' }] });
    expect(ProjectId).toMatch(/^p-[a-z0-9]{12}$/);
    const status = async () => (await admin.describeProject({ ProjectName: 'Works' })).ProjectStatus;
    expect(await status()).toBe('Pending');
    expect(await refusal(admin.updateProject({ ProjectName: 'Works', ProjectDescription: 'x' }))).toMatchObject({
      name: 'ConflictException',
    });
    elapse(6);
    expect(await status()).toBe('CreateInProgress');
    elapse(61);
    expect(await admin.describeProject({ ProjectName: 'Works' })).toMatchObject({
      ProjectStatus: 'CreateCompleted',
      ...details,
      ServiceCatalogProvisionedProductDetails: { ProvisionedProductId: expect.stringMatching(/^pp-/) },
    });
    await admin.updateProject({
      ProjectName: 'Works',
      ProjectDescription: 'better',
      ServiceCatalogProvisioningUpdateDetails: {
        ProvisioningArtifactId: next,
        ProvisioningParameters: [
          { Key: 'a', Value: '2' },
          { Key: 'b', Value: '3' },
        ],
      },
      Tags: [{ Key: 'l', Value: 'w' }],
    });
    expect(await status()).toBe('UpdateInProgress');
    const { ServiceCatalogProvisionedProductDetails: provisioned } = await admin.describeProject({ ProjectName: 'Works' });
    const Id = provisioned?.ProvisionedProductId;
    expect(await launched()).toMatchObject([{ Id, Name: `Works-${ProjectId}`, Status: 'UNDER_CHANGE', ProvisioningArtifactId: next }]);
    elapse(61);
    expect(await admin.describeProject({ ProjectName: 'Works' })).toMatchObject({
      ProjectStatus: 'UpdateCompleted',
      ProjectDescription: 'better',
      ServiceCatalogProvisioningDetails: {
        ProductId: details.ServiceCatalogProvisioningDetails.ProductId,
        ProvisioningArtifactId: next,
        ProvisioningParameters: [
          { Key: 'a', Value: '2' },
          { Key: 'b', Value: '3' },
        ],
      },
    });
    expect((await admin.listTags({ ResourceArn: arn('project/Works') })).Tags).toHaveLength(2);
    expect(await refusal(admin.createProject({ ProjectName: 'WORKS', ...details }))).toMatchObject({
      message: expect.stringMatching(/^Project already exists/),
    });
    expect(await launched()).toMatchObject([{ Status: 'AVAILABLE' }]);
    await admin.deleteProject({ ProjectName: 'Works' });
    elapse(31);
    expect(await status()).toBe('DeleteCompleted');
    elapse(31);
    expect(await launched()).toEqual([]);
    expect((await admin.listProjects({})).ProjectSummaryList).toMatchObject([{ ProjectName: 'Works', ProjectStatus: 'DeleteCompleted' }]);
    expect(await refusal(admin.deleteProject({ ProjectName: 'Works' }))).toMatchObject({
      message: expect.stringContaining('in DeleteCompleted status'),
    });
    const { ProductId } = details.ServiceCatalogProvisioningDetails;
    await admin.createProject({ ProjectName: 'Works', ServiceCatalogProvisioningDetails: { ProductId } });
    // The newest version, where the request names none.
    expect(await launched()).toMatchObject([{ ProvisioningArtifactId: next }]);
  });

  it('need what launching their product needs, of whoever calls', async () => {
    const { user, account } = world();
    const create = (sagemaker: SageMaker, ProjectName: string, more: object = {}) =>
      refusal(
        sagemaker.createProject({
          ProjectName,
          ServiceCatalogProvisioningDetails: { ...details.ServiceCatalogProvisioningDetails, ...more },
        }),
      );
    const { ProductId } = details.ServiceCatalogProvisioningDetails;
    const product = `arn:aws:catalog:${REGION}:${account.id}:product/${ProductId}`;
    const { sagemaker: denied } = await user(allow('*'), deny('servicecatalog:ProvisionProduct', product));
    expect(await create(denied, 'Denied')).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('servicecatalog:ProvisionProduct'),
    });
    const { sagemaker: allowed } = await user(allow('*'));
    expect(await create(allowed, 'Gone', { ProductId: 'prod-none' })).toMatchObject({ name: 'ValidationException' });
    expect(await create(allowed, 'Gone', { ProvisioningArtifactId: 'pa-none' })).toMatchObject({ name: 'ValidationException' });
    expect((await launched()).filter(({ Name }) => /^(Denied|Gone)-/.test(Name))).toEqual([]);
    for (const ProjectName of ['Denied', 'Gone'])
      expect(await refusal(allowed.describeProject({ ProjectName }))).toMatchObject({ name: 'ValidationException' });
    // The root user is a principal of no portfolio.
    const { sagemaker: root } = world().clients(account.root);
    expect(await create(root, 'Outside')).toMatchObject({ name: 'ValidationException' });
    await world().admin.disableSagemakerServicecatalogPortfolio({});
    expect((await world().admin.getSagemakerServicecatalogPortfolioStatus({})).Status).toBe('Disabled');
  });

  it('are made of templates too', async () => {
    const { admin, elapse } = world();
    const template = { TemplateName: 'T', TemplateURL: 'https://bucket.s3.amazonaws.com/template.yml' };
    await admin.createProject({ ProjectName: 'Cfn', TemplateProviders: [{ CfnTemplateProvider: template }] });
    elapse(70);
    await admin.updateProject({
      ProjectName: 'Cfn',
      TemplateProvidersToUpdate: [{ CfnTemplateProvider: { ...template, TemplateURL: 'https://bucket.s3.amazonaws.com/next.yml' } }],
    });
    expect(await admin.describeProject({ ProjectName: 'Cfn' })).toMatchObject({
      TemplateProviderDetails: [
        { CfnTemplateProviderDetail: { TemplateName: 'T', TemplateURL: 'https://bucket.s3.amazonaws.com/next.yml' } },
      ],
    });
    elapse(70);
    expect(await refusal(admin.updateProject({ ProjectName: 'Cfn', ServiceCatalogProvisioningUpdateDetails: {} }))).toMatchObject({
      name: 'ValidationException',
    });
    expect(await refusal(admin.createProject({ ProjectName: 'Neither' }))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(admin.describeProject({ ProjectName: 'none' }))).toMatchObject({
      name: 'ValidationException',
      message: `Project ${world().arn('project/none')} does not exist.`,
    });
  });
});
