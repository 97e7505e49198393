import { expect, it } from 'vitest';
import { awsCommand, dashed } from '../../src/cli/aws-command.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { tour } from '../../src/cli/tour.ts';
import { surpriseIn } from '../../src/cli/tour-guide.ts';

it('is walked to its end, everything as expected, each command with its reasons', async () => {
  const printed: string[] = [];
  const refuse = () => Promise.reject(new Error('nobody is asked on the tour'));
  const terminal: Terminal = {
    print: (text) => printed.push(text),
    note: (text) => printed.push(text),
    isInteractive: false,
    ask: refuse,
    askSecret: refuse,
    confirm: refuse,
  };
  await tour({}, terminal);
  const text = printed.join('\n');
  expect(text).toMatch(/\n[0-9]{2} calls, all answered as expected\. Nothing was kept\.\n/);
  expect(text.match(/^[0-9]+\. /gm)).toHaveLength(10);
  for (const said of [
    '$ aws --profile root sts get-caller-identity',
    'statement 1 of the identity-based policy `AdministratorAccess` (by group Administrators) allows `iam:CreateRole`',
    'because no identity-based policy allows the sagemaker:CreateDomain action',
    'because no identity-based policy allows the iam:PassRole action',
    'statement `AllowPassRoleToSageMaker` of the identity-based policy `AmazonSageMakerFullAccess` allows `iam:PassRole`',
    'SignatureDoesNotMatch',
  ]) {
    expect(text).toContain(said);
  }
  expect(text).not.toContain('!!');
  expect(text).not.toMatch(/"SecretAccessKey":"[^…]/);
});

it.each([
  [{ status: 200, output: {} }, { ok: true }, undefined],
  [{ status: 200, output: {} }, { code: 'AccessDenied' }, 'expected AccessDenied, and it went through'],
  [
    { status: 403, errorCode: 'AccessDenied', message: 'x', output: {} },
    { ok: true },
    'expected it to go through, and it was refused: AccessDenied',
  ],
  [
    { status: 403, errorCode: 'AccessDenied', message: 'x', output: {} },
    { code: 'Throttling' },
    'expected Throttling, and it was AccessDenied',
  ],
  [
    { status: 403, errorCode: 'AccessDenied', message: 'x', output: {} },
    { code: 'AccessDenied', says: 'y' },
    'expected the message to say: y',
  ],
  [{ status: 403, errorCode: 'AccessDenied', message: 'xyz', output: {} }, { code: 'AccessDenied', says: 'y' }, undefined],
  [{ status: 200, output: { a: 1 } }, { ok: true, check: (output: object) => JSON.stringify(output) }, '{"a":1}'],
] as const)('notices what is not as expected: %#', (answer, expected, surprise) => {
  expect(surpriseIn(answer, expected)).toBe(surprise);
});

it.each([
  ['EnableMFADevice', 'enable-mfa-device'],
  ['AuthenticationCode1', 'authentication-code1'],
  ['CreateVirtualMFADevice', 'create-virtual-mfa-device'],
  ['AWSServiceName', 'aws-service-name'],
  ['VpcId', 'vpc-id'],
  ['SubnetIds', 'subnet-ids'],
])('%s is spelled %s by the AWS CLI', (name, spelled) => expect(dashed(name)).toBe(spelled));

it('writes a call as one would type it', () => {
  const input = { RoleName: 'x', Flag: true, Off: false, SubnetIds: ['a', 'b'], Tags: [{ Key: "it's", Value: 'x' }], Text: '$(rm)' };
  expect(awsCommand('iam', 'CreateRole', input, ['--profile', 'me'])).toBe(
    `aws --profile me iam create-role --role-name x --flag --no-off --subnet-ids a b --tags '[{"Key":"it'\\''s","Value":"x"}]' --text '$(rm)'`,
  );
});
