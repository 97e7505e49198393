import { type Operations, row } from '../../authorization/operation.ts';
import { describeAvailabilityZones, describeRegions } from './region.ts';
import { describeSecurityGroups } from './security-group.ts';
import { describeSubnets } from './subnet.ts';
import { describeVpcs } from './vpc.ts';

/**
 * Who may call what of Amazon EC2, in the column order of AWS's reference. None of these takes a resource or a key of its own.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
// biome-ignore format: a table, to be read in columns.
export const ec2Operations: Operations = {
  //                         action                           access  resource  condition keys  dependent actions  handler
  DescribeAvailabilityZones: row('ec2:DescribeAvailabilityZones', 'List', '*',    [],             [],                describeAvailabilityZones),
  DescribeRegions:           row('ec2:DescribeRegions',           'List', '*',    [],             [],                describeRegions),
  DescribeSecurityGroups:    row('ec2:DescribeSecurityGroups',    'List', '*',    [],             [],                describeSecurityGroups),
  DescribeSubnets:           row('ec2:DescribeSubnets',           'List', '*',    [],             [],                describeSubnets),
  DescribeVpcs:              row('ec2:DescribeVpcs',              'List', '*',    [],             [],                describeVpcs),
};
