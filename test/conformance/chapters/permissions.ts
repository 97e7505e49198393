import { allowing, type Chapter, hire, notAllowed, type Refusal, type Story } from '../story.ts';
import { domainRequest } from './domain.ts';
import { FULL_ACCESS } from './execution-role.ts';

/** Where the second domain of the account is made: a region has room for one. */
const OTHER_REGION = 'us-west-2';

/** The policy that the guide adds, as documented; it forgets `space/*`. */
const DOMAIN_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sagemaker:*',
      Resource: ['domain', 'user-profile', 'app', 'flow-definition'].map((type) => `arn:aws:sagemaker:*:*:${type}/*`),
    },
    { Effect: 'Allow', Action: ['iam:GetRole', 'servicecatalog:*'], Resource: '*' },
  ],
});

/** FullAccess only, and FullAccess with the domain policy. */
const BUILDER = 'builder';
const KEEPER = 'keeper';

/** A row of onboarding 4: a call, and who gets through. The refusal names the first thing that is missing. */
interface Row {
  readonly call: string;
  readonly input: (story: Story, who: string) => object;
  readonly allowed: readonly string[];
  readonly missing?: (story: Story) => readonly [action: string, resource: string];
  readonly region?: string;
}

const arn = (story: Story, resource: string, region = story.region) => `arn:aws:sagemaker:${region}:${story.account.id}:${resource}`;
const both = [BUILDER, KEEPER];
const alice = (story: Story) => ({ DomainId: story.recall('domain'), UserProfileName: 'alice' });

const workteam = (story: Story, crowd: string) =>
  crowd === 'public-crowd'
    ? `arn:aws:sagemaker:${story.region}:394669845002:workteam/public-crowd/default`
    : `arn:aws:sagemaker:${story.region}:${story.account.id}:workteam/${crowd}/reviewers`;

const flowDefinition = (story: Story, name: string, crowd: string) => ({
  FlowDefinitionName: name,
  RoleArn: story.recall('role'),
  OutputConfig: { S3OutputPath: 's3://sagemaker-example/reviews' },
  HumanLoopConfig: {
    WorkteamArn: workteam(story, crowd),
    HumanTaskUiArn: `arn:aws:sagemaker:${story.region}:${story.account.id}:human-task-ui/review`,
    TaskTitle: 'Review',
    TaskDescription: 'Is it so?',
    TaskCount: 1,
    ...(crowd === 'public-crowd' && { PublicWorkforceTaskPrice: { AmountInUsd: { Dollars: 0, Cents: 1, TenthFractionsOfACent: 2 } } }),
  },
});

/** The table, in the guide's order; DeleteDomain and CreateUserProfile work on the domain that the row before has made. */
const table: readonly Row[] = [
  { call: 'sagemaker:ListDomains', input: () => ({}), allowed: both },
  { call: 'sagemaker:DescribeDomain', input: (story) => ({ DomainId: story.recall('domain') }), allowed: both },
  { call: 'sagemaker:CreateApp', input: (story, who) => ({ ...alice(story), AppType: 'KernelGateway', AppName: who }), allowed: both },
  { call: 'sagemaker:CreatePresignedDomainUrl', input: alice, allowed: both },
  {
    call: 'sagemaker:CreateNotebookInstance',
    input: (story, who) => ({ NotebookInstanceName: `of-${who}`, InstanceType: 'ml.t3.medium', RoleArn: story.recall('role') }),
    allowed: both,
  },
  {
    call: 'sagemaker:CreateModel',
    input: (story, who) => ({
      ModelName: `of-${who}`,
      ExecutionRoleArn: story.recall('role'),
      PrimaryContainer: { Image: `${story.account.id}.dkr.ecr.us-east-2.amazonaws.com/image:1` },
    }),
    allowed: both,
  },
  {
    call: 'sagemaker:CreateTrainingJob',
    input: (story, who) => trainingJob(story, `of-${who}`, story.recall('role')),
    allowed: both,
  },
  {
    call: 'sagemaker:CreateDomain',
    input: (story) =>
      domainRequest(story, story.recall('role'), { vpc: story.recall('other vpc'), subnets: JSON.parse(story.recall('other subnets')) }),
    allowed: [KEEPER],
    missing: (story) => ['sagemaker:CreateDomain', arn(story, 'domain/d-…', OTHER_REGION)],
    region: OTHER_REGION,
  },
  {
    call: 'sagemaker:CreateUserProfile',
    input: (story) => ({ DomainId: story.recall('other domain'), UserProfileName: 'dora' }),
    allowed: [KEEPER],
    missing: (story) => ['sagemaker:CreateUserProfile', arn(story, `user-profile/${story.recall('other domain')}/dora`, OTHER_REGION)],
    region: OTHER_REGION,
  },
  {
    call: 'sagemaker:CreateSpace',
    input: (story) => ({ DomainId: story.recall('other domain'), SpaceName: 'shared' }),
    allowed: [],
    missing: (story) => ['sagemaker:CreateSpace', arn(story, `space/${story.recall('other domain')}/shared`, OTHER_REGION)],
    region: OTHER_REGION,
  },
  {
    call: 'sagemaker:CreateFlowDefinition',
    input: (story, who) => flowDefinition(story, `private-of-${who}`, 'private-crowd'),
    allowed: both,
  },
  {
    call: 'sagemaker:CreateFlowDefinition',
    input: (story) => flowDefinition(story, 'public', 'public-crowd'),
    allowed: [KEEPER],
    missing: (story) => ['sagemaker:CreateFlowDefinition', arn(story, 'flow-definition/public')],
  },
  {
    call: 'sagemaker:AddTags',
    input: (story) => ({
      ResourceArn: arn(story, `domain/${story.recall('other domain')}`, OTHER_REGION),
      Tags: [{ Key: 'team', Value: 'a' }],
    }),
    allowed: [KEEPER],
    missing: (story) => ['sagemaker:AddTags', arn(story, `domain/${story.recall('other domain')}`, OTHER_REGION)],
    region: OTHER_REGION,
  },
  {
    call: 'sagemaker:DeleteUserProfile',
    input: (story) => ({ DomainId: story.recall('other domain'), UserProfileName: 'dora' }),
    allowed: [KEEPER],
    missing: (story) => ['sagemaker:DeleteUserProfile', arn(story, `user-profile/${story.recall('other domain')}/dora`, OTHER_REGION)],
    region: OTHER_REGION,
  },
  {
    call: 'sagemaker:DeleteDomain',
    input: (story) => ({ DomainId: story.recall('other domain'), RetentionPolicy: { HomeEfsFileSystem: 'Delete' } }),
    allowed: [KEEPER],
    missing: (story) => ['sagemaker:DeleteDomain', arn(story, `domain/${story.recall('other domain')}`, OTHER_REGION)],
    region: OTHER_REGION,
  },
  {
    call: 'iam:CreateRole',
    input: () => ({ RoleName: 'Mine', AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }),
    allowed: [],
    missing: (story) => ['iam:CreateRole', `arn:aws:iam::${story.account.id}:role/Mine`],
  },
  {
    call: 'iam:AttachRolePolicy',
    input: () => ({ RoleName: 'ExampleExecutionRole', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    allowed: [],
    missing: (story) => ['iam:AttachRolePolicy', story.recall('role')],
  },
  {
    // Nothing here takes roles for AWS Lambda; EC2's instance profiles ask the same question about another service than SageMaker.
    call: 'iam:AddRoleToInstanceProfile',
    input: () => ({ InstanceProfileName: 'Servers', RoleName: 'ExampleExecutionRole' }),
    allowed: [],
    missing: (story) => ['iam:PassRole', story.recall('role')],
  },
];

export const trainingJob = (story: Story, TrainingJobName: string, RoleArn: string) => ({
  TrainingJobName,
  RoleArn,
  AlgorithmSpecification: { TrainingImage: `${story.account.id}.dkr.ecr.us-east-2.amazonaws.com/image:1`, TrainingInputMode: 'File' },
  OutputDataConfig: { S3OutputPath: 's3://sagemaker-20261121/out' },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
  StoppingCondition: { MaxRuntimeInSeconds: 3600 },
});

function refusalOf(story: Story, who: string, row: Row): Refusal {
  if (!row.missing) throw new Error(`${row.call} is refused without a reason`);
  const [action, resource] = row.missing(story);
  return notAllowed(row.call.startsWith('iam:') ? 'iam' : 'sagemaker', `arn:aws:iam::${story.account.id}:user/${who}`, action, resource);
}

/** Told before the account has its first domain. */
export const withoutLinkedRole: Chapter = {
  title: 'Who may make a domain but not SageMaker’s own role makes no first domain',
  async tell(story) {
    const { id } = story.account;
    const policyArn = `arn:aws:iam::${id}:policy/SageMakerDomainAccess`;
    await story.allow(
      'Administrator',
      'iam:CreatePolicy',
      { PolicyName: 'SageMakerDomainAccess', PolicyDocument: DOMAIN_POLICY },
      { Policy: { Arn: policyArn, DefaultVersionId: 'v1', AttachmentCount: 0 } },
    );
    await hire(story, BUILDER, { managed: [FULL_ACCESS] });
    await hire(story, KEEPER, { managed: [FULL_ACCESS, policyArn] });
    const linked = `arn:aws:iam::${id}:role/aws-service-role/sagemaker.amazonaws.com/AWSServiceRoleForAmazonSageMakerNotebooks`;
    const denied = (who: string, action: string, resource: string) =>
      notAllowed('sagemaker', `arn:aws:iam::${id}:user/${who}`, action, resource);
    const request = domainRequest(story, story.recall('role'));
    await story.refuse(BUILDER, 'sagemaker:CreateDomain', request, denied(BUILDER, 'sagemaker:CreateDomain', arn(story, 'domain/d-…')));
    await story.refuse(KEEPER, 'sagemaker:CreateDomain', request, denied(KEEPER, 'iam:CreateServiceLinkedRole', linked));
    await story.allow(KEEPER, 'sagemaker:ListDomains', {}, { Domains: [] });
  },
};

/** Onboarding 4. */
export const truthTable: Chapter = {
  title: 'The truth table: FullAccess, and FullAccess with the domain policy',
  async tell(story) {
    const { Vpcs } = (await story.allow('Administrator', 'ec2:DescribeVpcs', {}, {}, OTHER_REGION)) as { Vpcs: { VpcId: string }[] };
    const { Subnets } = (await story.allow('Administrator', 'ec2:DescribeSubnets', {}, {}, OTHER_REGION)) as {
      Subnets: { SubnetId: string }[];
    };
    story.known.set('other vpc', Vpcs[0]?.VpcId ?? '');
    story.known.set('other subnets', JSON.stringify(Subnets.map(({ SubnetId }) => SubnetId)));
    // Without a domain of its own to name, the row of CreateDomain comes before this is known.
    await story.allow('Administrator', 'iam:CreateInstanceProfile', { InstanceProfileName: 'Servers' });
    const named = { PolicyName: 'servers', PolicyDocument: allowing('iam:AddRoleToInstanceProfile') };
    for (const UserName of both) await story.allow('Administrator', 'iam:PutUserPolicy', { UserName, ...named });

    await story.allow('Administrator', 'sagemaker:CreateWorkteam', {
      WorkteamName: 'reviewers',
      Description: 'They look again.',
      MemberDefinitions: [{ OidcMemberDefinition: { Groups: ['reviewers'] } }],
    });
    await story.allow('Administrator', 'sagemaker:CreateHumanTaskUi', {
      HumanTaskUiName: 'review',
      UiTemplate: { Content: '<crowd-form></crowd-form>' },
    });

    for (const row of table) {
      for (const who of both) {
        const region = row.region ?? story.region;
        if (!row.allowed.includes(who)) {
          await story.refuse(who, row.call, row.input(story, who), refusalOf(story, who, row), region);
          continue;
        }
        const output = await story.allow(who, row.call, row.input(story, who), {}, region);
        if ('DomainArn' in output && row.call === 'sagemaker:CreateDomain') {
          story.known.set('other domain', String(output.DomainArn).replace(/^.*\//, ''));
        }
        if (row.region !== undefined) story.wait(4);
      }
    }
    for (const who of both) {
      await story.allow('Administrator', 'sagemaker:DeleteApp', { ...alice(story), AppType: 'KernelGateway', AppName: who });
      await story.allow('Administrator', 'iam:DeleteUserPolicy', { UserName: who, PolicyName: 'servers' });
    }
    await story.allow('Administrator', 'iam:DeleteInstanceProfile', { InstanceProfileName: 'Servers' });
  },
};
