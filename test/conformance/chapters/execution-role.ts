import { expect } from 'vitest';
import { type Chapter, hire, notAllowed, trusting } from '../story.ts';

const SAGEMAKER = { Service: 'sagemaker.amazonaws.com' };
export const FULL_ACCESS = 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess';

/** Onboarding 6 and 7: the role that SageMaker works with, and the network it works in. */
export const executionRole: Chapter[] = [
  {
    title: 'A role that SageMaker may take up',
    async tell(story) {
      const { id } = story.account;
      const Arn = `arn:aws:iam::${id}:role/ExampleExecutionRole`;
      const document = trusting(SAGEMAKER);
      const create = { RoleName: 'ExampleExecutionRole', AssumeRolePolicyDocument: document };
      await story.allow('Administrator', 'iam:CreateRole', create, {
        Role: {
          Path: '/',
          RoleName: 'ExampleExecutionRole',
          Arn,
          RoleId: expect.stringMatching(/^AROA/),
          AssumeRolePolicyDocument: JSON.parse(document),
        },
      });
      await story.refuse('Administrator', 'iam:CreateRole', create, [
        409,
        'EntityAlreadyExists',
        'Role with name ExampleExecutionRole already exists.',
      ]);
      await story.refuse('Administrator', 'iam:CreateRole', { RoleName: 'Malformed', AssumeRolePolicyDocument: '{' }, [
        400,
        'MalformedPolicyDocument',
        'This policy contains invalid Json',
      ]);
      await story.allow('Administrator', 'iam:AttachRolePolicy', { RoleName: 'ExampleExecutionRole', PolicyArn: FULL_ACCESS });
      await story.allow('Administrator', 'iam:GetRole', { RoleName: 'ExampleExecutionRole' }, { Role: { Arn } });
      story.known.set('role', Arn);
    },
  },
  {
    title: 'Roles that trust only EC2, only this account, and another account’s SageMaker',
    async tell(story) {
      const { id } = story.account;
      const create = async (name: string, RoleName: string, document: string) => {
        await story.allow('Administrator', 'iam:CreateRole', { RoleName, AssumeRolePolicyDocument: document });
        story.known.set(name, `arn:aws:iam::${id}:role/${RoleName}`);
      };
      await create('role for EC2', 'ServerRole', trusting({ Service: 'ec2.amazonaws.com' }));
      const from = (account: string) => ({
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:aws:sagemaker:*:${account}:*` },
      });
      await create('hardened role', 'HardenedRole', trusting(SAGEMAKER, from(id)));
      await create('role hardened for others', 'OthersRole', trusting(SAGEMAKER, from(story.stranger.id)));
    },
  },
  {
    title: 'The default network',
    async tell(story) {
      const default_ = [{ Name: 'isDefault', Values: ['true'] }];
      const found = await story.allow(
        'Administrator',
        'ec2:DescribeVpcs',
        { Filters: default_ },
        { Vpcs: [{ IsDefault: true, State: 'available' }] },
      );
      const [vpc] = (found as { Vpcs: { VpcId: string }[] }).Vpcs;
      const VpcId = vpc?.VpcId ?? '';
      expect(VpcId).toMatch(/^vpc-[0-9a-f]{17}$/);
      await story.allow(
        'Administrator',
        'ec2:DescribeVpcs',
        { Filters: [{ Name: 'is-default', Values: ['true'] }] },
        { Vpcs: [{ VpcId }] },
      );
      const { Subnets } = (await story.allow('Administrator', 'ec2:DescribeSubnets', {
        Filters: [{ Name: 'vpc-id', Values: [VpcId] }],
      })) as {
        Subnets: { SubnetId: string; VpcId: string; DefaultForAz: boolean }[];
      };
      expect(Subnets.length).toBeGreaterThanOrEqual(2);
      for (const subnet of Subnets) expect(subnet).toMatchObject({ VpcId, DefaultForAz: true });
      story.known.set('vpc', VpcId);
      story.known.set('subnets', JSON.stringify(Subnets.map(({ SubnetId }) => SubnetId).slice(0, 2)));

      await hire(story, 'nobody');
      const nobody = `arn:aws:iam::${story.account.id}:user/nobody`;
      const [status, code, message] = notAllowed('ec2', nobody, 'ec2:DescribeVpcs', null);
      await story.refuse('nobody', 'ec2:DescribeVpcs', {}, [
        status,
        code,
        `You are not authorized to perform this operation. ${message}. Encoded authorization failure message: …`,
      ]);
    },
  },
];
