import { describe, expect, it } from 'vitest';
import { LINKED_SERVICES, linkedRoleName } from '../../../src/services/iam/linked-service.ts';
import { atOnce, policy } from '../../harness.ts';
import { accessDenied, allow, invalidInput, noSuchEntity, stage, trust, unmodifiable } from './stage.ts';

const s = stage();

const SAGEMAKER = 'AWSServiceRoleForAmazonSageMakerNotebooks';

describe('CreateServiceLinkedRole', () => {
  it('makes the role with its trust and its policy', async () => {
    const { Role } = await s.iam.createServiceLinkedRole({ AWSServiceName: 'sagemaker.amazonaws.com' });
    expect(Role).toEqual({
      Path: '/aws-service-role/sagemaker.amazonaws.com/',
      RoleName: SAGEMAKER,
      RoleId: expect.stringMatching(/^AROA/),
      Arn: `arn:aws:iam::${s.account.id}:role/aws-service-role/sagemaker.amazonaws.com/${SAGEMAKER}`,
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: expect.any(String),
    });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [{ Action: ['sts:AssumeRole'], Principal: { Service: ['sagemaker.amazonaws.com'] } }],
    });
    const shown = (await s.iam.getRole({ RoleName: SAGEMAKER })).Role;
    expect(shown).toMatchObject({ MaxSessionDuration: 3600 });
    expect(JSON.parse(decodeURIComponent(shown?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'sagemaker.amazonaws.com' } }],
    });
    expect((await s.iam.listAttachedRolePolicies({ RoleName: SAGEMAKER })).AttachedPolicies).toEqual([
      {
        PolicyName: 'AmazonSageMakerNotebooksServiceRolePolicy',
        PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AmazonSageMakerNotebooksServiceRolePolicy',
      },
    ]);
    await invalidInput(
      s.iam.createServiceLinkedRole({ AWSServiceName: 'sagemaker.amazonaws.com' }),
      `Service role name ${SAGEMAKER} has been taken in this account, please try a different suffix.`,
    );
  });

  it('takes suffixes and descriptions where they can be', async () => {
    const { Role } = await s.iam.createServiceLinkedRole({ AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'a' });
    expect(Role?.RoleName).toBe('AWSServiceRoleForAutoScaling_a');
    await invalidInput(
      s.iam.createServiceLinkedRole({ AWSServiceName: 'rds.amazonaws.com', CustomSuffix: 'a' }),
      'Custom suffix is not allowed for rds.amazonaws.com',
    );
    const rds = await s.iam.createServiceLinkedRole({ AWSServiceName: 'rds.amazonaws.com' });
    expect(rds.Role?.Description).toBe('Allows Amazon RDS to manage AWS resources on your behalf');
    const ssm = await s.iam.createServiceLinkedRole({ AWSServiceName: 'ssm.amazonaws.com', Description: 'mine' });
    expect(ssm.Role?.Description).toBe('mine');
  });

  it.each(['nonsense.amazonaws.com', 'sagemaker', 'SageMaker.amazonaws.com', 'constructor.amazonaws.com', '__proto__.amazonaws.com'])(
    'knows no service %s',
    (AWSServiceName) =>
      invalidInput(
        s.iam.createServiceLinkedRole({ AWSServiceName }),
        `Service name ${AWSServiceName} does not support service-linked roles.`,
      ),
  );

  it('has a policy of AWS’s, and a name that fits, for every service of its table', () => {
    const { awsManagedPolicies } = s.server.installation;
    const without = Object.values(LINKED_SERVICES).filter(
      ({ policy: name }) => !awsManagedPolicies.get(`arn:aws:iam::aws:policy/aws-service-role/${name}`),
    );
    expect(without).toEqual([]);
    for (const service of Object.values(LINKED_SERVICES)) expect(linkedRoleName(service, undefined).length).toBeLessThanOrEqual(64);
  });

  it('R13: needs permission for that very service', async () => {
    const fresh = await s.server.account();
    const inline = {
      create: policy({
        Effect: 'Allow',
        Action: 'iam:CreateServiceLinkedRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:AWSServiceName': 'sagemaker.amazonaws.com' } },
      }),
    };
    const iam = s.as(await fresh.user('maker', { inline }));
    await accessDenied(
      iam.createServiceLinkedRole({ AWSServiceName: 'rds.amazonaws.com' }),
      /iam:CreateServiceLinkedRole on resource: arn:aws:iam::\d+:role\/aws-service-role\/rds.amazonaws.com\/AWSServiceRoleForRDS because/,
    );
    await iam.createServiceLinkedRole({ AWSServiceName: 'sagemaker.amazonaws.com' });
  });
});

describe('R04: a service-linked role', () => {
  it('is AWS’s to change, by whomever', async () => {
    const RoleName = SAGEMAKER;
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await s.iam.createInstanceProfile({ InstanceProfileName: 'i' });
    const calls = [
      s.iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: trust() }),
      s.iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allow('*') }),
      s.iam.deleteRolePolicy({ RoleName, PolicyName: 'p' }),
      s.iam.attachRolePolicy({ RoleName, PolicyArn }),
      s.iam.detachRolePolicy({ RoleName, PolicyArn }),
      s.iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary: PolicyArn }),
      s.iam.deleteRolePermissionsBoundary({ RoleName }),
      s.iam.deleteRole({ RoleName }),
      s.iam.addRoleToInstanceProfile({ InstanceProfileName: 'i', RoleName }),
      s.iam.removeRoleFromInstanceProfile({ InstanceProfileName: 'i', RoleName }),
    ];
    for (const call of atOnce(calls))
      await unmodifiable(call, `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`);
    await unmodifiable(
      s.iam.updateRole({ RoleName, MaxSessionDuration: 7200 }),
      `${RoleName} is an AWS service linked role, max session duration cannot be changed.`,
    );
  });

  it('takes another description and tags', async () => {
    await s.iam.updateRole({ RoleName: SAGEMAKER, Description: 'mine' });
    await s.iam.tagRole({ RoleName: SAGEMAKER, Tags: [{ Key: 'k', Value: 'v' }] });
    expect((await s.iam.getRole({ RoleName: SAGEMAKER })).Role).toMatchObject({ Description: 'mine', Tags: [{ Key: 'k', Value: 'v' }] });
  });
});

describe('DeleteServiceLinkedRole', () => {
  it('deletes, and tells what came of it', async () => {
    const { DeletionTaskId } = await s.iam.deleteServiceLinkedRole({ RoleName: 'AWSServiceRoleForRDS' });
    expect(DeletionTaskId).toMatch(/^task\/aws-service-role\/rds.amazonaws.com\/AWSServiceRoleForRDS\/[0-9a-f-]{36}$/);
    expect(await s.iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId })).toMatchObject({ Status: 'SUCCEEDED' });
    await noSuchEntity(s.iam.getRole({ RoleName: 'AWSServiceRoleForRDS' }), 'The role with name AWSServiceRoleForRDS cannot be found.');
    const other = await s.server.account();
    await noSuchEntity(
      s.as(other.root).getServiceLinkedRoleDeletionStatus({ DeletionTaskId }),
      'Cannot find deletion status for given id.',
    );
    await s.iam.createServiceLinkedRole({ AWSServiceName: 'rds.amazonaws.com' });
  });

  it('knows its own tasks only', async () => {
    const unknown = 'task/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS/00000000-0000-4000-8000-000000000000';
    await noSuchEntity(s.iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId: unknown }), 'Cannot find deletion status for given id.');
    await invalidInput(s.iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId: 'nonsense' }), 'Invalid task id');
  });

  it('is for service-linked roles', async () => {
    await s.iam.createRole({ RoleName: 'Common', AssumeRolePolicyDocument: trust() });
    await invalidInput(s.iam.deleteServiceLinkedRole({ RoleName: 'Common' }), 'Role Common is not a service-linked role.');
    await noSuchEntity(s.iam.deleteServiceLinkedRole({ RoleName: 'Absent' }), 'The role with name Absent cannot be found.');
  });

  it('fails while a SageMaker domain needs the role', async () => {
    const fresh = await s.server.account();
    const iam = s.as(fresh.root);
    await iam.createServiceLinkedRole({ AWSServiceName: 'sagemaker.amazonaws.com' });
    const arn = `arn:aws:sagemaker:us-east-2:${fresh.id}:domain/d-abcdefghijkl`;
    const { sageMakerResources } = await import('../../../src/store/tables/sagemaker.ts');
    await s.server.installation.store.write((writer) =>
      writer.insert(sageMakerResources, {
        accountId: fresh.id,
        region: 'us-east-2',
        type: 'domain',
        id: 'd-abcdefghijkl',
        name: 'example',
        arn,
        parent: '',
        owner: '',
        createdAt: 0,
        changedAt: 0,
        settings: {},
        phases: [{ from: 0, status: 'InService' }],
        tags: [],
      }),
    );
    const { DeletionTaskId } = await iam.deleteServiceLinkedRole({ RoleName: SAGEMAKER });
    expect(await iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId })).toMatchObject({
      Status: 'FAILED',
      Reason: { RoleUsageList: [{ Region: 'us-east-2', Resources: [arn] }] },
    });
    await iam.getRole({ RoleName: SAGEMAKER });
  });
});
