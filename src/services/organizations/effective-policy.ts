import type {
  DescribeEffectivePolicyRequest,
  DescribeEffectivePolicyResponse,
  EffectivePolicyType,
  ListAccountsWithInvalidEffectivePolicyRequest,
  ListAccountsWithInvalidEffectivePolicyResponse,
  ListEffectivePolicyValidationErrorsRequest,
  ListEffectivePolicyValidationErrorsResponse,
} from '@aws-sdk/client-organizations';
import { parentsOf } from '../../authorization/guardrails.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type Membership, type Organization, organizationPolicies, policyAttachments } from '../../store/tables/organization.ts';
import { targetKindOf } from './arn.ts';
import type { Known } from './condition-keys.ts';
import { accountNotFound, effectivePolicyNotFound, invalidInput, targetNotFound } from './errors.ts';
import { formatManagementPolicy, mergePolicies, readManagementPolicy, type Value } from './management-policy.ts';
import { pathOf } from './organizational-unit.ts';
import { takePageOf } from './page.ts';
import { callersOrganization, findMember } from './standing.ts';

type Members = ReadonlyMap<string, Value>;

interface Effective {
  readonly content: string;
  readonly changedAt: number;
}

/** What an account's own and inherited policies of a type come to. */
async function effectivePolicy(reader: Reader, organization: Organization, member: Membership, type: string): Promise<Effective> {
  const { organizationId } = organization;
  const levels: Members[][] = [];
  let changedAt = member.joinedAt;
  for (const target of [...(await parentsOf(reader, organization, member.parentId)), member.accountId]) {
    const attached = await reader.list(policyAttachments, { prefix: [organizationId, target, type] });
    const level: Members[] = [];
    for (const { policyId, attachedAt } of attached.sort((a, b) => a.attachedAt - b.attachedAt)) {
      const policy = await reader.get(organizationPolicies, [organizationId, policyId]);
      const document = policy && readManagementPolicy(policy.content);
      if (document) level.push(document);
      changedAt = Math.max(changedAt, attachedAt, policy?.changedAt ?? 0);
    }
    levels.push(level);
  }
  const merged = mergePolicies(levels, { foldNames: type === 'TAG_POLICY' });
  return { content: formatManagementPolicy(type === 'TAG_POLICY' ? withTagDefaults(merged) : merged), changedAt };
}

/** A tag that no policy spells is spelled in lower case, and one without values may have any. */
function withTagDefaults(policy: Members): Members {
  const tags = policy.get('tags');
  if (!(tags instanceof Map)) return policy;
  const completed = [...(tags as Members)].map(([key, tag]): [string, Value] => [
    key,
    tag instanceof Map ? new Map<string, Value>([['tag_key', key], ['tag_value', ['*']], ...(tag as Members)]) : tag,
  ]);
  return new Map([...policy, ['tags', new Map(completed)]]);
}

/**
 * The policy of a type that holds for an account: the caller's own, when none is named. SCPs and RCPs have no such thing.
 * @throws TargetNotFound, EffectivePolicyNotFound (the type is not enabled)  400
 * @throws InvalidInput  400  TARGET_NOT_SUPPORTED  a root or OU
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html
 */
export async function describeEffectivePolicy(
  { PolicyType, TargetId }: Valid<DescribeEffectivePolicyRequest>,
  context: OperationContext<Known>,
): Promise<DescribeEffectivePolicyResponse> {
  const { reader, account, now } = context;
  const target = TargetId ?? account;
  const organization = await callersOrganization(reader, context);
  if (targetKindOf(target) !== 'ACCOUNT') throw invalidInput('TARGET_NOT_SUPPORTED');
  const member = await findMember(reader, organization, target, now);
  if (!member) throw targetNotFound();
  refuseDisabled(organization, PolicyType);
  const { content, changedAt } = await effectivePolicy(reader, organization, member, PolicyType);
  return { EffectivePolicy: { PolicyContent: content, LastUpdatedTimestamp: new Date(changedAt), TargetId: target, PolicyType } };
}

function refuseDisabled({ policyTypes }: Organization, type: EffectivePolicyType): void {
  if (!policyTypes.includes(type)) throw effectivePolicyNotFound();
}

/**
 * The accounts whose effective policy its service cannot enforce. None here: documents are checked when they are stored, and the services
 * whose limits a merged one could exceed are not.
 * @throws EffectivePolicyNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsWithInvalidEffectivePolicy.html
 */
export async function listAccountsWithInvalidEffectivePolicy(
  input: Valid<ListAccountsWithInvalidEffectivePolicyRequest>,
  context: OperationContext<Known>,
): Promise<ListAccountsWithInvalidEffectivePolicyResponse> {
  refuseDisabled(await callersOrganization(context.reader, context), input.PolicyType);
  const { end } = await takePageOf<never>(context, ['ListAccountsWithInvalidEffectivePolicy', input.PolicyType], input, [], () => '');
  return { Accounts: [], PolicyType: input.PolicyType, ...end };
}

/**
 * What is wrong with an account's effective policy: nothing, as above.
 * @throws AccountNotFound, EffectivePolicyNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListEffectivePolicyValidationErrors.html
 */
export async function listEffectivePolicyValidationErrors(
  input: Valid<ListEffectivePolicyValidationErrorsRequest>,
  context: OperationContext<Known>,
): Promise<ListEffectivePolicyValidationErrorsResponse> {
  const { AccountId, PolicyType } = input;
  const organization = await callersOrganization(context.reader, context);
  const member = await findMember(context.reader, organization, AccountId, context.now);
  if (!member) throw accountNotFound();
  refuseDisabled(organization, PolicyType);
  const name = ['ListEffectivePolicyValidationErrors', AccountId, PolicyType] as const;
  const { end } = await takePageOf<never>(context, name, input, [], () => '');
  const Path = await pathOf(context.reader, organization, member.parentId, AccountId);
  return { AccountId, PolicyType, Path, EvaluationTimestamp: new Date(context.now), EffectivePolicyValidationErrors: [], ...end };
}
