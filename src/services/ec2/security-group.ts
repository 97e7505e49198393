import type {
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
  SecurityGroup as SecurityGroupOutput,
} from '@aws-sdk/client-ec2';
import type { OperationContext } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type SecurityGroup, type SecurityGroupRule, securityGroups, vpcs } from '../../store/tables/ec2.ts';
import { type Filters, filterBy } from './filter.ts';
import { pageOf, refuseDryRun, rowsById } from './page.ts';

/** The filters on rules, under one prefix for what comes in and another for what goes out. */
const ruleFilters = (prefix: string, rules: (group: SecurityGroup) => readonly SecurityGroupRule[]): Filters<SecurityGroup> => {
  const each =
    (read: (rule: SecurityGroupRule, group: SecurityGroup) => readonly (string | number | undefined)[]) => (group: SecurityGroup) =>
      rules(group).flatMap((rule) => read(rule, group).map((value) => (value === undefined ? undefined : String(value))));
  return {
    [`${prefix}.cidr`]: each((rule) => rule.cidrBlocks ?? []),
    [`${prefix}.from-port`]: each((rule) => [rule.fromPort]),
    [`${prefix}.group-id`]: each((rule) => rule.groupIds ?? []),
    [`${prefix}.group-name`]: each((rule, group) => (rule.groupIds?.includes(group.groupId) ? [group.groupName] : [])),
    [`${prefix}.ipv6-cidr`]: () => [],
    [`${prefix}.prefix-list-id`]: () => [],
    [`${prefix}.protocol`]: each((rule) => [rule.protocol]),
    [`${prefix}.to-port`]: each((rule) => [rule.toPort]),
    [`${prefix}.user-id`]: each((rule, group) => (rule.groupIds ? [group.accountId] : [])),
  };
};

const FILTERS: Filters<SecurityGroup> = {
  description: (g) => [g.description],
  ...ruleFilters('egress.ip-permission', (g) => g.egress),
  'group-id': (g) => [g.groupId],
  'group-name': (g) => [g.groupName],
  ...ruleFilters('ip-permission', (g) => g.ingress),
  'owner-id': (g) => [g.accountId],
  'vpc-id': (g) => [g.vpcId],
};

/**
 * Describes security groups of the region. Names are those of groups of the default VPC.
 * @throws InvalidGroup.NotFound  400  an id or name that the account does not have in this region
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
 */
export async function describeSecurityGroups(
  input: DescribeSecurityGroupsRequest,
  context: OperationContext,
): Promise<DescribeSecurityGroupsResult> {
  refuseDryRun(input);
  const passes = filterBy(input.Filters, FILTERS, (group) => group.tags);
  if (!input.GroupIds?.length && !input.GroupNames?.length) {
    const { rows, NextToken } = await pageOf(securityGroups, input, 'DescribeSecurityGroups', context, passes);
    return { SecurityGroups: rows.map(outputOf), NextToken };
  }
  const byId = await rowsById(securityGroups, input.GroupIds ?? [], { ...input, parameter: 'GroupIds' }, context, {
    prefix: 'sg-',
    malformed: 'InvalidGroupId.Malformed',
    missing: (id) => new ServiceError('InvalidGroup.NotFound', `The security group '${id}' does not exist`),
  });
  const byName = await groupsOfDefaultVpc(input.GroupNames ?? [], context);
  const rows = new Map([...byId, ...byName].map((group) => [group.groupId, group]));
  return { SecurityGroups: [...rows.values()].filter(passes).map(outputOf) };
}

async function groupsOfDefaultVpc(names: readonly string[], context: OperationContext): Promise<SecurityGroup[]> {
  if (names.length === 0) return [];
  const place = [context.account, context.region];
  const vpcId = (await context.reader.list(vpcs, { prefix: place })).find((vpc) => vpc.isDefault)?.vpcId ?? '';
  const groups: SecurityGroup[] = [];
  for (const name of new Set(names)) {
    const group = await context.reader.find(securityGroups, 'name', [...place, vpcId, name]);
    if (!group) throw new ServiceError('InvalidGroup.NotFound', `The security group '${name}' does not exist in default VPC '${vpcId}'`);
    groups.push(group);
  }
  return groups;
}

const outputOf = (group: SecurityGroup): SecurityGroupOutput => ({
  GroupId: group.groupId,
  IpPermissionsEgress: group.egress.map((rule) => permissionOf(rule, group)),
  Tags: [...group.tags],
  VpcId: group.vpcId,
  SecurityGroupArn: `arn:${PARTITION}:ec2:${group.region}:${group.accountId}:security-group/${group.groupId}`,
  OwnerId: group.accountId,
  GroupName: group.groupName,
  Description: group.description,
  IpPermissions: group.ingress.map((rule) => permissionOf(rule, group)),
});

const permissionOf = (rule: SecurityGroupRule, group: SecurityGroup): IpPermission => ({
  IpProtocol: rule.protocol,
  ...(rule.fromPort !== undefined && { FromPort: rule.fromPort }),
  ...(rule.toPort !== undefined && { ToPort: rule.toPort }),
  UserIdGroupPairs: (rule.groupIds ?? []).map((GroupId) => ({ GroupId, UserId: group.accountId })),
  IpRanges: (rule.cidrBlocks ?? []).map((CidrIp) => ({ CidrIp })),
  Ipv6Ranges: [],
  PrefixListIds: [],
});
