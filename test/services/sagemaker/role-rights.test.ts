import { beforeAll, describe, expect, it } from 'vitest';
import { allow, deny, minimal, refusal, send, sharedWorld, trust, WORK_ACTIONS, WORKS, type World } from './world.ts';

/*
 * What SageMaker does with a role is decided by that role's policies: tried when a request is taken on, or met when the work is done.
 */

const world = sharedWorld({ quotas: { 'Total domains': 100 } });

let count = 0;
const fresh = () => `r${++count}`;

const nameOf = (role: string): string => role.slice(role.lastIndexOf('/') + 1);

/** A role that trusts SageMaker and allows just these statements. */
async function roleWith(w: World, ...statements: object[]): Promise<string> {
  const name = `Limited${fresh()}`;
  const role = await w.newRole(name, trust('sagemaker.amazonaws.com'));
  if (statements.length > 0) await w.permit(name, ...statements);
  return role;
}

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const image = (w: World) => `${w.account.id}.dkr.ecr.us-east-1.amazonaws.com/team/image:1`;
const channel = (S3Uri: string) => ({ ChannelName: 'in', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri } } });
const vpc = { VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] } };

const training = (w: World, role: string, more: object = {}) => ({
  ...minimal.trainingJob(fresh(), role),
  AlgorithmSpecification: { TrainingImage: image(w), TrainingInputMode: 'File' },
  InputDataConfig: [channel('s3://data/in/')],
  ...more,
});
const processing = (w: World, RoleArn: string, more: object = {}) => ({
  ProcessingJobName: fresh(),
  RoleArn,
  AppSpecification: { ImageUri: image(w) },
  ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 } },
  ...more,
});

const session = (w: World, role: string) => `arn:aws:sts::${w.account.id}:assumed-role/${nameOf(role)}/SageMaker`;
const denial = (w: World, role: string, action: string, resource: string) =>
  `User: ${session(w, role)} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

describe('a training job is not taken on', () => {
  const cases: Record<string, readonly [missing: string, says: (w: World, role: string) => string]> = {
    'without listing its inputs': [
      's3:ListBucket',
      (w, role) =>
        `Unauthorized to List objects under S3 URL "s3://data/in/" given in input data source. ${denial(w, role, 's3:ListBucket', 'arn:aws:s3:::data')}`,
    ],
    'without writing its output': [
      's3:PutObject',
      (w, role) =>
        `Access denied to OutputDataConfig S3 bucket of "s3://bucket/out". ${denial(w, role, 's3:PutObject', 'arn:aws:s3:::bucket/out/*')}`,
    ],
    'without looking up its image': [
      'ecr:BatchGetImage',
      (w, role) =>
        `Access denied for repository: team/image in registry with id: ${w.account.id}. ${denial(w, role, 'ecr:BatchGetImage', `arn:aws:ecr:us-east-1:${w.account.id}:repository/team/image`)}`,
    ],
  };

  it.each(Object.entries(cases))('%s', async (_, [missing, says]) => {
    const w = world();
    const role = await roleWith(w, allow(WORK_ACTIONS.filter((action) => action !== missing)));
    const input = training(w, role);
    expect(await refusal(send(w.admin, 'CreateTrainingJob', input))).toEqual({
      name: 'ValidationException',
      message: says(w, role),
      status: 400,
    });
    expect(await refusal(w.admin.describeTrainingJob({ TrainingJobName: input.TrainingJobName }))).toBeDefined();
    await w.permit(nameOf(role), WORKS);
    expect(await refusal(send(w.admin, 'CreateTrainingJob', input))).toBeUndefined();
  });

  it('when a statement denies it, whatever another allows', async () => {
    const w = world();
    const role = await roleWith(w, WORKS, deny('s3:ListBucket', 'arn:aws:s3:::data'));
    expect(await refusal(send(w.admin, 'CreateTrainingJob', training(w, role)))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Unauthorized to List objects .* with an explicit deny in an identity-based policy$/),
    });
  });
});

describe('a job fails where its role does not let it go on', () => {
  const failures: Record<string, readonly [kind: 'training' | 'processing', missing: string[], more: object, reason: RegExp]> = {
    'reading inputs': [
      'training',
      ['s3:GetObject'],
      {},
      /^ClientError: Failed to download data from s3:\/\/data\/in\/: AccessDenied: .*s3:GetObject on resource: arn:aws:s3:::data\/in\/\* because/,
    ],
    'joining a network': [
      'training',
      ['ec2:*NetworkInterface*'],
      vpc,
      /^ClientError: Failed to join the VPC: AccessDenied: .*ec2:CreateNetworkInterface/,
    ],
    'encrypting its output': [
      'training',
      ['kms:*'],
      { OutputDataConfig: { S3OutputPath: 's3://bucket/out', KmsKeyId: KEY } },
      /^ClientError: Failed to encrypt with key .*: AccessDenied: .*kms:GenerateDataKey on resource: arn:aws:kms:/,
    ],
    'writing outputs': [
      'processing',
      ['s3:PutObject'],
      {
        ProcessingOutputConfig: {
          Outputs: [
            { OutputName: 'o', S3Output: { S3Uri: 's3://bucket/out', LocalPath: '/opt/ml/processing/o', S3UploadMode: 'EndOfJob' } },
          ],
        },
      },
      /^ClientError: Failed to upload data to s3:\/\/bucket\/out: AccessDenied/,
    ],
    'fetching its image': [
      'processing',
      ['ecr:GetAuthorizationToken'],
      {},
      /^ClientError: Failed to pull image .*: AccessDenied: .*ecr:GetAuthorizationToken/,
    ],
  };

  it.each(Object.entries(failures))('%s', async (_, [kind, missing, more, reason]) => {
    const w = world();
    const role = await roleWith(w, allow(WORK_ACTIONS.filter((action) => !missing.includes(action))));
    if (kind === 'training') {
      const input = training(w, role, more);
      await send(w.admin, 'CreateTrainingJob', input);
      const job = await w.admin.describeTrainingJob({ TrainingJobName: input.TrainingJobName });
      expect(job).toMatchObject({ TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed', FailureReason: expect.stringMatching(reason) });
      expect(job.SecondaryStatusTransitions?.map((each) => each.Status)).toEqual(['Starting', 'Downloading', 'Failed']);
    } else {
      const input = processing(w, role, more);
      await send(w.admin, 'CreateProcessingJob', input);
      expect(await w.admin.describeProcessingJob({ ProcessingJobName: input.ProcessingJobName })).toMatchObject({
        ProcessingJobStatus: 'Failed',
        FailureReason: expect.stringMatching(reason),
      });
    }
  });
});

describe('a model is not created', () => {
  it('with a role that may not look up its image', async () => {
    const w = world();
    const role = await roleWith(w, allow('s3:*'));
    const input = { ...minimal.model(fresh(), role), PrimaryContainer: { Image: image(w) } };
    expect(await refusal(w.admin.createModel(input))).toEqual({
      name: 'ValidationException',
      message: `The role '${role}' does not have BatchGetImage permission for the image: '${image(w)}'.`,
      status: 400,
    });
  });

  it.each([
    ['the data’s address', { ModelDataUrl: 's3://models/m.tar.gz' }],
    [
      'a source of data',
      { ModelDataSource: { S3DataSource: { S3Uri: 's3://models/m.tar.gz', S3DataType: 'S3Object', CompressionType: 'Gzip' } } },
    ],
  ])('with a role that may not read %s', async (_, data) => {
    const w = world();
    const role = await roleWith(w, allow(['ecr:*', 's3:ListBucket']));
    const input = { ...minimal.model(fresh(), role), PrimaryContainer: { Image: image(w), ...data } };
    expect(await refusal(send(w.admin, 'CreateModel', input))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(
        /^Could not access model data at s3:\/\/models\/m\.tar\.gz\. .* the role has "s3:GetObject" permissions/,
      ),
    });
    await w.permit(nameOf(role), allow(['ecr:*', 's3:ListBucket']), allow('s3:GetObject', 'arn:aws:s3:::models/m.tar.gz'));
    expect(await refusal(send(w.admin, 'CreateModel', input))).toBeUndefined();
  });
});

describe('an app is started in the name of its role', () => {
  let DomainId = '';
  const profile = async (w: World, role: string, domain = DomainId) => {
    const UserProfileName = fresh();
    await w.root('CreateUserProfile', { DomainId: domain, UserProfileName, UserSettings: { ExecutionRole: role } });
    return UserProfileName;
  };
  const app = (owner: object, domain = DomainId) => ({ DomainId: domain, ...owner, AppType: 'KernelGateway', AppName: fresh() });
  const unable = (role: string, action: string) => ({
    name: 'ValidationException',
    message: `SageMaker is unable to use your associated ExecutionRole [${role}] to create app. Verify that your associated ExecutionRole has permission for '${action}'.`,
    status: 400,
  });

  beforeAll(async () => {
    const w = world();
    DomainId = String((await w.root('CreateDomain', minimal.domain('studio', w.role))).DomainId);
  });

  it('which must allow sagemaker:CreateApp on the app', async () => {
    const w = world();
    const role = await roleWith(w, allow('sagemaker:CreateApp', w.arn(`app/${DomainId}/somebody/*`)));
    const UserProfileName = await profile(w, role);
    expect(await refusal(send(w.admin, 'CreateApp', app({ UserProfileName })))).toEqual(unable(role, 'sagemaker:CreateApp'));
    await w.permit(nameOf(role), allow('sagemaker:CreateApp', w.arn(`app/${DomainId}/${UserProfileName}/*`)));
    expect(await refusal(send(w.admin, 'CreateApp', app({ UserProfileName })))).toBeUndefined();
  });

  it('whose policies see the instance type that is asked for', async () => {
    const w = world();
    const role = await roleWith(
      w,
      allow('sagemaker:CreateApp', '*', { 'ForAllValues:StringEquals': { 'sagemaker:InstanceTypes': ['ml.t3.medium'] } }),
    );
    const UserProfileName = await profile(w, role);
    const on = (InstanceType: string) => ({ ...app({ UserProfileName }), ResourceSpec: { InstanceType } });
    expect(await refusal(send(w.admin, 'CreateApp', on('ml.p3.2xlarge')))).toEqual(unable(role, 'sagemaker:CreateApp'));
    expect(await refusal(send(w.admin, 'CreateApp', on('ml.t3.medium')))).toBeUndefined();
  });

  it('AmazonSageMakerFullAccess is enough for profiles, and for private spaces of the profile alone', async () => {
    const w = world();
    const role = await roleWith(w);
    await w.account.asRoot('iam', 'AttachRolePolicy', {
      RoleName: nameOf(role),
      PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess',
    });
    const UserProfileName = await profile(w, role);
    expect(await refusal(send(w.admin, 'CreateApp', app({ UserProfileName })))).toBeUndefined();
    const SpaceName = fresh();
    await w.root('CreateSpace', {
      DomainId,
      SpaceName,
      OwnershipSettings: { OwnerUserProfileName: UserProfileName },
      SpaceSharingSettings: { SharingType: 'Private' },
    });
    expect(await refusal(send(w.admin, 'CreateApp', { ...app({ SpaceName }), AppType: 'JupyterLab', AppName: 'default' }))).toBeUndefined();
  });

  it('which must be let use the domain’s key', async () => {
    const w = world();
    const { DomainId: encrypted = '' } = await w.admin.createDomain({ ...minimal.domain('encrypted', w.role), KmsKeyId: KEY });
    const role = await roleWith(w, allow(['sagemaker:CreateApp', 'kms:CreateGrant']));
    const UserProfileName = await profile(w, role, encrypted);
    expect(await refusal(send(w.admin, 'CreateApp', app({ UserProfileName }, encrypted)))).toEqual(unable(role, 'kms:DescribeKey'));
    await w.permit(nameOf(role), allow(['sagemaker:CreateApp', 'kms:CreateGrant', 'kms:DescribeKey'], '*'));
    expect(await refusal(send(w.admin, 'CreateApp', app({ UserProfileName }, encrypted)))).toBeUndefined();
  });
});
