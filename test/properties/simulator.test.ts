import { IAM } from '@aws-sdk/client-iam';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Credentials, clientConfig, startTestServer, type TestAccount, type TestServer } from '../harness.ts';

/*
 * The simulator is the engine: what SimulatePrincipalPolicy says of a user, an action, a resource and a context is what comes of the call.
 */

let server: TestServer;
let account: TestAccount;
let root: IAM;
let key: Credentials;
const NAME = 'subject';

beforeAll(async () => {
  server = await startTestServer();
  account = await server.account();
  root = new IAM(clientConfig(server, account.root));
  key = await account.user(NAME, { tags: { team: 'red' } });
  await account.user('target', { tags: { stage: 'prod', owner: NAME }, path: '/people/' });
  await root.createGroup({ GroupName: 'group' });
  await root.addUserToGroup({ GroupName: 'group', UserName: NAME });
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
  await root.createPolicy({ PolicyName: 'boundary', PolicyDocument });
});
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

/** Calls that can be made, each on the resource that it is checked on. */
const calls = () => {
  const [iam, sagemaker] = [new IAM(clientConfig(server, key)), new SageMaker(clientConfig(server, key))];
  const sage = (resource: string) => `arn:aws:sagemaker:us-east-1:${account.id}:${resource}`;
  const tags = { stage: 'prod', owner: NAME };
  return [
    {
      action: 'iam:GetUser',
      resource: `arn:aws:iam::${account.id}:user/people/target`,
      tags,
      call: () => iam.getUser({ UserName: 'target' }),
    },
    {
      action: 'iam:ListUserTags',
      resource: `arn:aws:iam::${account.id}:user/people/target`,
      tags,
      call: () => iam.listUserTags({ UserName: 'target' }),
    },
    { action: 'iam:ListUsers', resource: `arn:aws:iam::${account.id}:user/`, tags: {}, call: () => iam.listUsers({}) },
    { action: 'iam:GetAccountSummary', resource: '*', tags: {}, call: () => iam.getAccountSummary({}) },
    { action: 'sagemaker:DescribeModel', resource: sage('model/m'), tags: {}, call: () => sagemaker.describeModel({ ModelName: 'm' }) },
    { action: 'sagemaker:ListModels', resource: '*', tags: {}, call: () => sagemaker.listModels({}) },
  ] as const;
};

/** What is known of such a call; of its address and its client, what the tests do not ask. */
const contextOf = ({ resource, tags }: { resource: string; tags: Readonly<Record<string, string>> }): Record<string, string> => ({
  'aws:username': NAME,
  'aws:PrincipalTag/team': 'red',
  'aws:PrincipalArn': `arn:aws:iam::${account.id}:user/${NAME}`,
  'aws:PrincipalAccount': account.id,
  'aws:PrincipalType': 'User',
  'aws:RequestedRegion': 'us-east-1',
  'aws:SecureTransport': 'false',
  'aws:SourceIp': '127.0.0.1',
  'aws:ResourceAccount': account.id,
  ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value])),
  ...(resource.includes(':iam:')
    ? Object.fromEntries(Object.entries(tags).map(([name, value]) => [`iam:ResourceTag/${name}`, value]))
    : {}),
});

const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc
    .record({
      operator: fc.constantFrom(
        'StringEquals',
        'StringNotEquals',
        'StringLike',
        'StringEqualsIfExists',
        'ForAnyValue:StringLike',
        'ForAllValues:StringEquals',
      ),
      key: fc.constantFrom(
        'aws:username',
        'AWS:principaltag/Team',
        'aws:ResourceTag/stage',
        'iam:ResourceTag/owner',
        'aws:RequestedRegion',
        'aws:MultiFactorAuthPresent',
        'aws:PrincipalOrgID',
      ),
      value: fc.constantFrom('subject', 'red', 'prod', 'us-*', 'us-east-1', '${aws:username}', "${aws:PrincipalTag/none, 'prod'}", 'false'),
    })
    .map(({ operator, key: name, value }) => ({ Condition: { [operator]: { [name]: value } } })),
  fc.constantFrom(
    { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } },
    { Condition: { Null: { 'aws:MultiFactorAuthPresent': 'true' } } },
    { Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } },
    { Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.1' } } },
    { Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/sub*' } } },
  ),
);

const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    actionElement: fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
    action: fc.constantFrom('*', 'iam:*', 'iam:Get*', 'iam:List?ser*', 'IAM:getuser', 'sagemaker:*', 'sagemaker:DescribeModel', 's3:*'),
    resourceElement: fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'),
    resource: fc.constantFrom(
      '*',
      'arn:aws:iam::*:user/*',
      'arn:aws:iam::*:user/people/*',
      'arn:aws:sagemaker:*:*:model/*',
      'arn:aws:iam::*:user/${aws:username}',
      'arn:aws:s3:::b',
    ),
    condition,
  })
  .map(({ Effect, actionElement, action, resourceElement, resource, condition: extra }) => ({
    Effect,
    [actionElement]: action,
    [resourceElement]: resource,
    ...extra,
  }));
const document = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement }));

it('SimulatePrincipalPolicy says what comes of the call', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(document, fc.option(document), fc.option(document), async (own, ofGroup, boundary) => {
      await root.putUserPolicy({ UserName: NAME, PolicyName: 'own', PolicyDocument: own });
      if (ofGroup !== null) await root.putGroupPolicy({ GroupName: 'group', PolicyName: 'p', PolicyDocument: ofGroup });
      const PolicyArn = `arn:aws:iam::${account.id}:policy/boundary`;
      if (boundary !== null) {
        const { PolicyVersion } = await root.createPolicyVersion({ PolicyArn, PolicyDocument: boundary, SetAsDefault: true });
        await root.putUserPermissionsBoundary({ UserName: NAME, PermissionsBoundary: PolicyArn });
        for (const { VersionId, IsDefaultVersion } of (await root.listPolicyVersions({ PolicyArn })).Versions ?? [])
          if (!IsDefaultVersion && VersionId !== PolicyVersion?.VersionId) await root.deletePolicyVersion({ PolicyArn, VersionId });
      }
      try {
        for (const each of calls()) {
          const live = await each.call().then(
            () => 'allowed',
            (error: Error) => (/AccessDenied/.test(error.name) ? error.message : 'allowed'),
          );
          const { EvaluationResults } = await root.simulatePrincipalPolicy({
            PolicySourceArn: `arn:aws:iam::${account.id}:user/${NAME}`,
            ActionNames: [each.action],
            ResourceArns: [each.resource],
            ContextEntries: Object.entries(contextOf(each)).map(([name, value]) => ({
              ContextKeyName: name,
              ContextKeyValues: [value],
              ContextKeyType: 'string' as const,
            })),
          });
          const simulated = EvaluationResults?.[0]?.EvalDecision;
          const expected = live === 'allowed' ? 'allowed' : live.includes('with an explicit deny') ? 'explicitDeny' : 'implicitDeny';
          expect([each.action, simulated]).toEqual([each.action, expected]);
          seen.add(expected);
        }
      } finally {
        if (ofGroup !== null) await root.deleteGroupPolicy({ GroupName: 'group', PolicyName: 'p' });
        if (boundary !== null) await root.deleteUserPermissionsBoundary({ UserName: NAME });
      }
    }),
    { numRuns: 60 },
  );
  expect([...seen].sort()).toEqual(['allowed', 'explicitDeny', 'implicitDeny']);
});
