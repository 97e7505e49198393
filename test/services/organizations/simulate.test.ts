import { IAM, type SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { clientConfig, policy, type TestAccount } from '../../harness.ts';
import { stage } from './stage.ts';

/* What the policy simulator says of accounts in an organization. */

const s = stage();
const everything = { all: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) };

async function simulate(account: TestAccount, more: Partial<SimulatePrincipalPolicyCommandInput> = {}) {
  const iam = new IAM(clientConfig(s.server, account.root));
  const PolicySourceArn = `arn:aws:iam::${account.id}:user/u`;
  const { EvaluationResults } = await iam.simulatePrincipalPolicy({
    PolicySourceArn,
    ActionNames: ['iam:ListUsers', 'iam:ListRoles'],
    ...more,
  });
  return EvaluationResults?.map(({ EvalDecision, OrganizationsDecisionDetail: detail, MatchedStatements }) => [
    EvalDecision,
    detail?.AllowedByOrganizations,
    MatchedStatements?.length,
  ]);
}

it('SCPs deny in members, their statements hidden; nothing holds the management account', async () => {
  const member = await s.member();
  for (const account of [member, s.management]) await account.user('u', { inline: everything });
  expect(await simulate(member)).toEqual(Array(2).fill(['allowed', true, 1]));
  await s.org.enablePolicyType({ RootId: s.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
  const Content = JSON.stringify(policy({ Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' }));
  const { Policy } = await s.org.createPolicy({ Name: 'no', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content });
  await s.org.attachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId: s.rootId });
  expect(await simulate(member)).toEqual([
    ['explicitDeny', false, 0],
    ['allowed', true, 1],
  ]);
  expect(await simulate(member, { PolicyExclusionList: [{ PolicyType: 'scp' }] })).toEqual(Array(2).fill(['allowed', true, 1]));
  expect(await simulate(s.management)).toEqual(Array(2).fill(['allowed', true, 1]));
});

it('accounts outside of one have no such detail', async () => {
  const alone = await s.server.account();
  await alone.user('u', { inline: everything });
  expect(await simulate(alone)).toEqual(Array(2).fill(['allowed', undefined, 1]));
});
