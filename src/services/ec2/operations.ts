import { type ConditionKeys, type Operations, row } from '../../authorization/operation.ts';
import { describeAvailabilityZones, describeRegions } from './region.ts';
import { describeSecurityGroups } from './security-group.ts';
import { describeSubnets } from './subnet.ts';
import { describeVpcs } from './vpc.ts';

/** The region that is asked. */
const region: ConditionKeys<object> = { keys: ['ec2:Region'], values: (_input, _target, scope) => ({ 'ec2:Region': scope.region }) };

/**
 * Who may call what of Amazon EC2, in the column order of AWS's reference. None of these takes a resource.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
// biome-ignore format: a table, to be read in columns.
export const ec2Operations: Operations = {
  //                         action                           access  resource  condition keys  dependent actions  handler
  DescribeAvailabilityZones: row('ec2:DescribeAvailabilityZones', 'List', '*',    [region],       [],                describeAvailabilityZones),
  DescribeRegions:           row('ec2:DescribeRegions',           'List', '*',    [region],       [],                describeRegions),
  DescribeSecurityGroups:    row('ec2:DescribeSecurityGroups',    'List', '*',    [region],       [],                describeSecurityGroups),
  DescribeSubnets:           row('ec2:DescribeSubnets',           'List', '*',    [region],       [],                describeSubnets),
  DescribeVpcs:              row('ec2:DescribeVpcs',              'List', '*',    [region],       [],                describeVpcs),
};
