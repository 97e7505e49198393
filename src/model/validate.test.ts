import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadServiceModel } from './load-model.ts';
import { refuseInvalidInput } from './validate.ts';

const directory = join(import.meta.dirname, '../../data/models');
const models = new Map(
  ['iam', 'sts', 'sagemaker', 'ec2', 'organizations'].map((service) => [service, loadServiceModel(directory, service)]),
);

function messageOf(call: string, input: object): string | undefined {
  const [service = '', name = ''] = call.split(':');
  const model = models.get(service);
  const operation = model?.operations[name];
  if (!model || !operation) throw new Error(`no operation ${call}`);
  try {
    refuseInvalidInput(model, operation, input);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ValidationError' });
    return (error as Error).message;
  }
  return undefined;
}

const one = (sentence: string): string => `1 validation error detected: ${sentence}`;
const fails = (value: string, path: string, constraint: string): string =>
  `Value ${value}'${path}' failed to satisfy constraint: ${constraint}`;
const role = { RoleArn: 'arn:aws:iam::123456789012:role/r', RoleSessionName: 'me' };
const sagemakerModel = { ModelName: 'm', ExecutionRoleArn: 'arn:aws:iam::123456789012:role/r' };

describe('inputs that break their model, in the words of their service', () => {
  it.each<[what: string, call: string, input: object, message: string | undefined]>([
    ['nothing is wrong', 'sts:AssumeRole', role, undefined],
    ['an operation without input', 'iam:GetAccountSummary', {}, undefined],
    [
      'a required member is absent',
      'sts:AssumeRole',
      { RoleSessionName: 'me' },
      one(fails('null at ', 'roleArn', 'Member must not be null')),
    ],
    ['null is absent', 'sts:AssumeRole', { ...role, RoleArn: null }, one(fails('null at ', 'roleArn', 'Member must not be null'))],
    [
      'STS prints the value',
      'sts:AssumeRole',
      { ...role, RoleSessionName: 'a:b' },
      one(fails("'a:b' at ", 'roleSessionName', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*')),
    ],
    [
      'a number is too large',
      'sts:AssumeRole',
      { ...role, DurationSeconds: 43201 },
      one(fails("'43201' at ", 'durationSeconds', 'Member must have value less than or equal to 43200')),
    ],
    [
      'a number is too small',
      'sts:AssumeRole',
      { ...role, DurationSeconds: 0 },
      one(fails("'0' at ", 'durationSeconds', 'Member must have value greater than or equal to 900')),
    ],
    [
      'two things are wrong',
      'sts:AssumeRole',
      { RoleArn: 'short' },
      `2 validation errors detected: ${fails("'short' at ", 'roleArn', 'Member must have length greater than or equal to 20')}; ${fails('null at ', 'roleSessionName', 'Member must not be null')}`,
    ],
    [
      'a secret is not repeated',
      'iam:ChangePassword',
      { OldPassword: 'x', NewPassword: 'y'.repeat(200) },
      one(fails('at ', 'newPassword', 'Member must have length less than or equal to 128')),
    ],
    [
      'IAM hides the value',
      'iam:CreateRole',
      { RoleName: 'r', AssumeRolePolicyDocument: '{}', MaxSessionDuration: 60 },
      one(fails('at ', 'maxSessionDuration', 'Member must have value greater than or equal to 3600')),
    ],
    [
      'IAM on names',
      'iam:CreateRole',
      { RoleName: 'a b', AssumeRolePolicyDocument: '{}' },
      'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    ],
    [
      'IAM on the length of names',
      'iam:CreateUser',
      { UserName: 'u'.repeat(65) },
      one(fails('at ', 'userName', 'Member must have length less than or equal to 64')),
    ],
    [
      'IAM on paths',
      'iam:CreateUser',
      { UserName: 'u', Path: '/team' },
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    ],
    [
      'IAM on path prefixes',
      'iam:ListUsers',
      { PathPrefix: 'team' },
      'The specified value for pathPrefix is invalid. It must begin with / and contain only alphanumeric characters and/or / characters.',
    ],
    ['IAM paths may hold //', 'iam:CreateUser', { UserName: 'u', Path: '/a//b/' }, undefined],
    [
      'IAM enumerations',
      'iam:GetSSHPublicKey',
      { UserName: 'u', SSHPublicKeyId: 'APKA'.padEnd(20, 'A'), Encoding: 'x' },
      one(fails('at ', 'encoding', 'Member must satisfy enum value set: [SSH, PEM]')),
    ],
    [
      'IAM leaves out the values of status',
      'iam:UpdateAccessKey',
      { AccessKeyId: 'AKIA'.padEnd(20, 'A'), Status: 'x' },
      one(fails('at ', 'status', 'Member must satisfy enum value set')),
    ],
    [
      'a member of a list',
      'iam:CreateUser',
      { UserName: 'u', Tags: [{ Key: '', Value: 'v' }] },
      `2 validation errors detected: ${fails('at ', 'tags.1.member.key', 'Member must have length greater than or equal to 1')}; ${fails('at ', 'tags.1.member.key', 'Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+')}`,
    ],
    [
      'a gap in a list',
      'iam:CreateUser',
      { UserName: 'u', Tags: [undefined, { Key: 'k', Value: 'v' }] },
      one(fails('null at ', 'tags.1.member', 'Member must not be null')),
    ],
    [
      'a list that is too long',
      'iam:CreateUser',
      { UserName: 'u', Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: 'v' })) },
      one(fails('at ', 'tags', 'Member must have length less than or equal to 50')),
    ],
    [
      'SageMaker, deep inside',
      'sagemaker:CreateEndpointConfig',
      {
        EndpointConfigName: 'c',
        ProductionVariants: [{ VariantName: 'v', ModelName: 'a_b', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' }],
      },
      one(
        fails(
          "'a_b' at ",
          'productionVariants.1.member.modelName',
          'Member must satisfy regular expression pattern: [a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?',
        ),
      ),
    ],
    [
      'elements of a list of strings',
      'sagemaker:CreateModel',
      { ...sagemakerModel, VpcConfig: { SecurityGroupIds: ['sg-1', 'no good'], Subnets: ['subnet-1'] } },
      one(
        fails(
          "'[sg-1, no good]' at ",
          'vpcConfig.securityGroupIds',
          'Member must satisfy constraint: [Member must have length less than or equal to 32, Member must satisfy regular expression pattern: [-0-9a-zA-Z]+]',
        ),
      ),
    ],
    [
      'keys of a map',
      'sagemaker:CreateModel',
      { ...sagemakerModel, PrimaryContainer: { Environment: { '1': 'x' } } },
      one(
        fails(
          "'{1=x}' at ",
          'primaryContainer.environment',
          'Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must satisfy regular expression pattern: [a-zA-Z_][a-zA-Z0-9_]*]',
        ),
      ),
    ],
  ])('%s', (_what, call, input, message) => expect(messageOf(call, input)).toBe(message));

  it('EC2 names the first parameter that is missing', () => {
    const model = models.get('ec2');
    const operation = model?.operations.CreateSubnet;
    if (!model || !operation) throw new Error('no EC2');
    expect(() => refuseInvalidInput(model, operation, {})).toThrow(
      expect.objectContaining({ code: 'MissingParameter', message: 'The request must contain the parameter vpcId' }),
    );
  });
});

describe('lengths', () => {
  const emoji = '\u{1f600}';
  it.each([
    [64, undefined],
    [65, 'Member must have length less than or equal to 64'],
  ])('are counted in code points: %i', (count, problem) => {
    // A user name of emoji is refused for its characters, not its length, until it is too long.
    const message = messageOf('iam:CreateUser', { UserName: emoji.repeat(count) });
    expect(message?.endsWith(problem ?? '+=,.@_-')).toBe(true);
  });
});

it('tells at most 20 things, and repeats no value at length', () => {
  const ProductionVariants = Array.from({ length: 10 }, () => ({
    VariantName: '_'.repeat(63),
    ModelName: '_'.repeat(63),
    InstanceType: '?'.repeat(100_000),
  }));
  const message = messageOf('sagemaker:CreateEndpointConfig', { EndpointConfigName: '_', ProductionVariants }) ?? '';
  expect(message).toMatch(/^20 validation errors detected: /);
  expect(message.length).toBeLessThan(100_000);
});

it('P10: look-alikes are not letters', () => {
  // Kelvin sign, long s, full-width a, NUL, a line feed at the end.
  for (const name of ['\u212a', '\u017f', '\uff41', 'a\u0000', 'a\n']) {
    expect(messageOf('iam:CreateUser', { UserName: name }), JSON.stringify(name)).toContain('userName is invalid');
  }
});
