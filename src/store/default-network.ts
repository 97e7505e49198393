import { hexadecimal, type Random } from '../core/id.ts';
import { REGIONS, zonesOf } from '../core/region.ts';
import type { Writer } from './store.ts';
import { type SecurityGroup, type Subnet, securityGroups, subnets, type Vpc, vpcs } from './tables/ec2.ts';

export interface DefaultNetwork {
  readonly vpc: Vpc;
  readonly subnets: readonly Subnet[];
  readonly securityGroup: SecurityGroup;
}

/**
 * What every account has in every region from its first day: a VPC of 172.31.0.0/16, one /20 subnet in each availability zone, and the
 * group that lets its own members talk to each other and everybody talk out.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
 */
export function defaultNetwork(account: string, region: string, random: Random): DefaultNetwork {
  const known = REGIONS.get(region);
  if (!known) throw new Error(`${region} is no region`);
  const place = { accountId: account, region, tags: [] };
  const id = (prefix: string) => `${prefix}-${hexadecimal(17, random)}`;
  const vpcId = id('vpc');
  const groupId = id('sg');
  return {
    vpc: {
      ...place,
      vpcId,
      cidrBlock: '172.31.0.0/16',
      cidrAssociationId: id('vpc-cidr-assoc'),
      dhcpOptionsId: id('dopt'),
      isDefault: true,
    },
    subnets: zonesOf(known).map((zone, i) => ({
      ...place,
      subnetId: id('subnet'),
      vpcId,
      cidrBlock: `172.31.${16 * i}.0/20`,
      availabilityZone: zone.name,
      availabilityZoneId: zone.id,
      isDefault: true,
    })),
    securityGroup: {
      ...place,
      groupId,
      groupName: 'default',
      description: 'default VPC security group',
      vpcId,
      ingress: [{ protocol: '-1', groupIds: [groupId] }],
      egress: [{ protocol: '-1', cidrBlocks: ['0.0.0.0/0'] }],
    },
  };
}

/** Writes a new account's network for each of the regions. */
export async function insertDefaultNetworks(writer: Writer, account: string, regions: readonly string[], random: Random): Promise<void> {
  for (const region of regions) {
    const network = defaultNetwork(account, region, random);
    await writer.insert(vpcs, network.vpc);
    for (const subnet of network.subnets) await writer.insert(subnets, subnet);
    await writer.insert(securityGroups, network.securityGroup);
  }
}
