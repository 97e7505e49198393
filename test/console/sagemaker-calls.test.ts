import { describe, expect, it } from 'vitest';
import { AwsFailure } from '../../console/src/aws/failure.ts';
import { queryForm } from '../../console/src/aws/query-form.ts';
import { conditionValues } from '../../console/src/sagemaker/condition-values.ts';
import { createExecutionRole } from '../../console/src/sagemaker/create-execution-role.ts';
import { executionTrust, stamp } from '../../console/src/sagemaker/execution-role.ts';
import { decodeScript, encodeScript } from '../../console/src/sagemaker/script.ts';
import { validatePolicy } from '../../src/policy/index.ts';

describe('what the SageMaker pages send', () => {
  it('lists are written as EC2 reads them', () => {
    const input = { Filter: [{ Name: 'vpc-id', Value: ['vpc-1', 'vpc-2'] }] };
    expect(queryForm('DescribeSubnets', '2016-11-15', input, 'ec2')).toBe(
      'Action=DescribeSubnets&Version=2016-11-15&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1&Filter.1.Value.2=vpc-2',
    );
    expect(queryForm('TagUser', '2010-05-08', { TagKeys: ['a'] })).toBe('Action=TagUser&Version=2010-05-08&TagKeys.member.1=a');
  });

  it('a new execution role trusts SageMaker on behalf of its own account alone', () => {
    const trust = executionTrust('123456789012');
    expect(validatePolicy(trust, 'trust')).toBeUndefined();
    expect(JSON.parse(trust).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
    expect(stamp(1_700_000_000_500)).toBe('20231114T221320');
  });

  describe('an execution role whose name is taken', () => {
    const account = '123456789012';
    /** An account that has a role of the name that is asked for. */
    const accountWith = (Role: { Path: string; trust: string }) => {
      const called: string[] = [];
      const iam = async <Output>(action: string): Promise<Output> => {
        called.push(action);
        if (action === 'CreateRole') throw new AwsFailure(409, 'EntityAlreadyExists', 'Role with name mine already exists.', {});
        return { Role: { Path: Role.Path, AssumeRolePolicyDocument: encodeURIComponent(Role.trust) } } as Output;
      };
      return { iam, called };
    };
    const trust = executionTrust(account);

    it('is gone on with when it was created so, and could not be given its policy', async () => {
      const { iam, called } = accountWith({ Path: '/service-role/', trust });
      expect(await createExecutionRole({ iam }, { name: 'mine', account })).toBe(`arn:aws:iam::${account}:role/service-role/mine`);
      expect(called).toEqual(['CreateRole', 'GetRole', 'AttachRolePolicy']);
    });

    it.each([
      ['of another path', { Path: '/', trust }],
      ['that trusts somebody else', { Path: '/service-role/', trust: executionTrust('210987654321') }],
    ])('is left alone when it is one %s', async (_, role) => {
      const { iam, called } = accountWith(role);
      await expect(createExecutionRole({ iam }, { name: 'mine', account })).rejects.toMatchObject({ code: 'EntityAlreadyExists' });
      expect(called).not.toContain('AttachRolePolicy');
    });
  });

  it.each(['', 'echo plain\n', 'echo "Grüß dich 🐍"\n'])('the script %j is read as it was written', (script) => {
    expect(Buffer.from(encodeScript(script), 'base64').toString('utf8')).toBe(script);
    expect(decodeScript(encodeScript(script))).toBe(script);
  });

  it('what is no script is shown as it was sent', () => expect(decodeScript('not base64!')).toBe('not base64!'));
});

describe('the condition keys that the pages show', () => {
  const place = { account: '123456789012', region: 'eu-west-1' };
  const shown = (operation: string, input: object) =>
    Object.fromEntries(conditionValues(operation, input, place).map(({ key, values }) => [key, values]));

  it('are those of the call, with what is absent', () => {
    const input = {
      NotebookInstanceName: 'n',
      InstanceType: 'ml.t3.medium',
      KmsKeyId: '1234abcd',
      SubnetId: 'subnet-1',
      LifecycleConfigName: 'Greet',
      Tags: [{ Key: 'team', Value: 'research' }],
    };
    expect(shown('CreateNotebookInstance', input)).toMatchObject({
      'aws:RequestTag/team': ['research'],
      'aws:TagKeys': ['team'],
      'sagemaker:InstanceTypes': ['ml.t3.medium'],
      'sagemaker:RootAccess': [],
      'sagemaker:VolumeKmsKey': ['1234abcd'],
      'sagemaker:VolumeKmsKeyArn': ['arn:aws:kms:eu-west-1:123456789012:key/1234abcd'],
      'sagemaker:VpcSubnets': ['subnet-1'],
      'sagemaker:NotebookInstanceLifecycleConfigArns': [
        'arn:aws:sagemaker:eu-west-1:123456789012:notebook-instance-lifecycle-config/greet',
      ],
    });
  });

  it('of a space name its owner as policies do', () => {
    const input = {
      DomainId: 'd-1',
      OwnershipSettings: { OwnerUserProfileName: 'alice' },
      SpaceSharingSettings: { SharingType: 'Private' },
    };
    expect(shown('CreateSpace', input)).toMatchObject({
      'sagemaker:OwnerUserProfileArn': ['arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d-1/alice'],
      'sagemaker:SpaceSharingType': ['Private'],
    });
  });

  it('tell which values policies never see together', () => {
    const input = {
      EndpointConfigName: 'c',
      ProductionVariants: [
        { VariantName: 'a', InstanceType: 'ml.m5.large' },
        { VariantName: 'b', InstanceType: 'ml.c5.large' },
      ],
    };
    const instanceTypes = (of: object) =>
      conditionValues('CreateEndpointConfig', of, place).find(({ key }) => key === 'sagemaker:InstanceTypes');
    expect(instanceTypes(input)).toMatchObject({ values: ['ml.m5.large', 'ml.c5.large'], isPartByPart: true });
    expect(instanceTypes({ ...input, ProductionVariants: input.ProductionVariants.slice(1) })).toMatchObject({
      values: ['ml.c5.large'],
      isPartByPart: false,
    });
    // Several values of a key that holds several are seen together.
    const networked = { VpcConfig: { Subnets: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] } };
    expect(conditionValues('CreateModel', networked, place).find(({ key }) => key === 'sagemaker:VpcSubnets')).toMatchObject({
      values: ['subnet-1', 'subnet-2'],
      isPartByPart: false,
    });
  });

  it.each(['CreateDomain', 'CreateUserProfile', 'CreateSpace', 'CreateApp', 'CreateTrainingJob', 'CreateModel', 'CreateEndpointConfig'])(
    'of %s are read from an empty form as well',
    (operation) =>
      expect(conditionValues(operation, {}, place).filter(({ key, values }) => /\$/.test(key) || values.length > 0)).toEqual([]),
  );
});
