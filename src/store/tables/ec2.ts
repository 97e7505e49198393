import type { Tag } from '../../core/tag.ts';
import { table } from '../table.ts';

/*
 * The rows of EC2: networks only. A row's region is in its key, so what one region holds is never seen from another.
 */

export interface Vpc {
  readonly accountId: string;
  readonly region: string;
  /** `vpc-` and 17 hexadecimal digits. */
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly cidrAssociationId: string;
  readonly dhcpOptionsId: string;
  readonly isDefault: boolean;
  readonly tags: readonly Tag[];
}

export const vpcs = table<Vpc>()({
  name: 'ec2_vpc',
  columns: { account_id: (v) => v.accountId, region: (v) => v.region, vpc_id: (v) => v.vpcId },
  key: ['account_id', 'region', 'vpc_id'],
});

export interface Subnet {
  readonly accountId: string;
  readonly region: string;
  /** `subnet-` and 17 hexadecimal digits. */
  readonly subnetId: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  /** The zone's default subnet, which gives public addresses. */
  readonly isDefault: boolean;
  readonly tags: readonly Tag[];
}

export const subnets = table<Subnet>()({
  name: 'ec2_subnet',
  columns: { account_id: (s) => s.accountId, region: (s) => s.region, subnet_id: (s) => s.subnetId, vpc_id: (s) => s.vpcId },
  key: ['account_id', 'region', 'subnet_id'],
  indexes: { vpc: ['account_id', 'region', 'vpc_id'] },
});

/** Traffic that a security group lets through. Ports are absent where the protocol has none, or is `-1`: all. */
export interface SecurityGroupRule {
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidrBlocks?: readonly string[];
  /** Groups of the same account that traffic may come from or go to. */
  readonly groupIds?: readonly string[];
}

export interface SecurityGroup {
  readonly accountId: string;
  readonly region: string;
  /** `sg-` and 17 hexadecimal digits. */
  readonly groupId: string;
  /** Unique within the VPC. */
  readonly groupName: string;
  readonly description: string;
  readonly vpcId: string;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
  readonly tags: readonly Tag[];
}

export const securityGroups = table<SecurityGroup>()({
  name: 'ec2_security_group',
  columns: {
    account_id: (g) => g.accountId,
    region: (g) => g.region,
    group_id: (g) => g.groupId,
    vpc_id: (g) => g.vpcId,
    name: (g) => g.groupName,
  },
  key: ['account_id', 'region', 'group_id'],
  unique: { name: ['account_id', 'region', 'vpc_id', 'name'] },
  indexes: { vpc: ['account_id', 'region', 'vpc_id'] },
});
