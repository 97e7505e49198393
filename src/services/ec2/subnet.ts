import type { DescribeSubnetsRequest, DescribeSubnetsResult, Subnet as SubnetOutput } from '@aws-sdk/client-ec2';
import type { OperationContext } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type Subnet, subnets } from '../../store/tables/ec2.ts';
import { type Filters, filterBy } from './filter.ts';
import { pageOf, refuseDryRun, rowsById } from './page.ts';

/** Addresses of the block but the five that AWS keeps: network, router, DNS, reserve, broadcast. */
const availableAddresses = (cidrBlock: string): number => 2 ** (32 - Number(cidrBlock.slice(cidrBlock.indexOf('/') + 1))) - 5;

const arnOf = (subnet: Subnet): string => `arn:${PARTITION}:ec2:${subnet.region}:${subnet.accountId}:subnet/${subnet.subnetId}`;

const FILTERS: Filters<Subnet> = {
  'availability-zone': (s) => [s.availabilityZone],
  availabilityZone: (s) => [s.availabilityZone],
  'availability-zone-id': (s) => [s.availabilityZoneId],
  availabilityZoneId: (s) => [s.availabilityZoneId],
  'available-ip-address-count': (s) => [String(availableAddresses(s.cidrBlock))],
  cidr: (s) => [s.cidrBlock],
  cidrBlock: (s) => [s.cidrBlock],
  'cidr-block': (s) => [s.cidrBlock],
  'customer-owned-ipv4-pool': () => [],
  'default-for-az': (s) => [String(s.isDefault)],
  defaultForAz: (s) => [String(s.isDefault)],
  'enable-dns64': () => ['false'],
  'enable-lni-at-device-index': () => [],
  'ipv6-cidr-block-association.ipv6-cidr-block': () => [],
  'ipv6-cidr-block-association.association-id': () => [],
  'ipv6-cidr-block-association.state': () => [],
  'ipv6-native': () => ['false'],
  'map-customer-owned-ip-on-launch': () => ['false'],
  'map-public-ip-on-launch': (s) => [String(s.isDefault)],
  'outpost-arn': () => [],
  'owner-id': (s) => [s.accountId],
  'private-dns-name-options-on-launch.hostname-type': () => ['ip-name'],
  'private-dns-name-options-on-launch.enable-resource-name-dns-a-record': () => ['false'],
  'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record': () => ['false'],
  state: () => ['available'],
  'subnet-arn': (s) => [arnOf(s)],
  'subnet-id': (s) => [s.subnetId],
  'vpc-id': (s) => [s.vpcId],
};

/**
 * Describes subnets of the region.
 * @throws InvalidSubnetID.NotFound  400  an id that the account does not have in this region
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
 */
export async function describeSubnets(input: DescribeSubnetsRequest, context: OperationContext): Promise<DescribeSubnetsResult> {
  refuseDryRun(input);
  const passes = filterBy(input.Filters, FILTERS, (subnet) => subnet.tags);
  if (input.SubnetIds?.length) {
    const rows = await rowsById(subnets, input.SubnetIds, { ...input, parameter: 'SubnetIds' }, context, {
      prefix: 'subnet-',
      malformed: 'InvalidSubnetID.Malformed',
      missing: (id) => new ServiceError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`),
    });
    return { Subnets: rows.filter(passes).map(outputOf) };
  }
  const { rows, NextToken } = await pageOf(subnets, input, 'DescribeSubnets', context, passes);
  return { Subnets: rows.map(outputOf), NextToken };
}

const outputOf = (subnet: Subnet): SubnetOutput => ({
  AvailabilityZoneId: subnet.availabilityZoneId,
  MapCustomerOwnedIpOnLaunch: false,
  OwnerId: subnet.accountId,
  AssignIpv6AddressOnCreation: false,
  Ipv6CidrBlockAssociationSet: [],
  Tags: [...subnet.tags],
  SubnetArn: arnOf(subnet),
  EnableDns64: false,
  Ipv6Native: false,
  PrivateDnsNameOptionsOnLaunch: { HostnameType: 'ip-name', EnableResourceNameDnsARecord: false, EnableResourceNameDnsAAAARecord: false },
  BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
  SubnetId: subnet.subnetId,
  State: 'available',
  VpcId: subnet.vpcId,
  CidrBlock: subnet.cidrBlock,
  AvailableIpAddressCount: availableAddresses(subnet.cidrBlock),
  AvailabilityZone: subnet.availabilityZone,
  DefaultForAz: subnet.isDefault,
  MapPublicIpOnLaunch: subnet.isDefault,
});
