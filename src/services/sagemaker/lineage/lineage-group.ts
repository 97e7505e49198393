import type { DescribeLineageGroupRequest, GetLineageGroupPolicyRequest, ListLineageGroupsRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { accounts } from '../../../store/tables/account.ts';
import { resourceNotFound } from '../errors.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import { LINEAGE_GROUP, lineageGroupArn } from './default-lineage-group.ts';

/*
 * The one lineage group of an account and region. Nobody creates it, and nobody can: it is as old as the account (unverified).
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xaccount-lineage-tracking.html
 */

async function describeDefault(context: OperationContext<Found>) {
  const born = new Date((await context.reader.get(accounts, [context.account]))?.createdAt ?? context.now);
  return {
    LineageGroupName: LINEAGE_GROUP,
    LineageGroupArn: lineageGroupArn(context),
    DisplayName: LINEAGE_GROUP,
    CreationTime: born,
    LastModifiedTime: born,
  };
}

/** @throws ResourceNotFound  (unverified sentence) any other group */
function requireDefault(nameOrArn: string, context: OperationContext<Found>): void {
  if (nameOrArn !== LINEAGE_GROUP && foldCase(nameOrArn) !== lineageGroupArn(context))
    throw resourceNotFound(`LineageGroup '${nameOrArn}' does not exist.`);
}

export async function describeLineageGroup(
  { LineageGroupName }: Valid<DescribeLineageGroupRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  requireDefault(LineageGroupName, context);
  return describeDefault(context);
}

/** @throws ResourceNotFound  always: policies of groups come with shares of AWS RAM, of which there are none (unverified sentence) */
export async function getLineageGroupPolicy(
  { LineageGroupName }: Valid<GetLineageGroupPolicyRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  requireDefault(LineageGroupName, context);
  throw resourceNotFound(`Cannot find resource policy for: ${lineageGroupArn(context)}`);
}

export async function listLineageGroups(input: Valid<ListLineageGroupsRequest>, context: OperationContext<Found>): Promise<object> {
  const group = await describeDefault(context);
  const { CreatedAfter, CreatedBefore } = input;
  const passes =
    (CreatedAfter === undefined || group.CreationTime > CreatedAfter) &&
    (CreatedBefore === undefined || group.CreationTime < CreatedBefore);
  const { page, next } = pageOf(passes ? [group] : [], 'ListLineageGroups', input, context);
  return { LineageGroupSummaries: page, ...next };
}
