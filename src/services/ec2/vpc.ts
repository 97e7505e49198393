import type { DescribeVpcsRequest, DescribeVpcsResult, Vpc as VpcOutput } from '@aws-sdk/client-ec2';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type Vpc, vpcs } from '../../store/tables/ec2.ts';
import { type Filters, filterBy } from './filter.ts';
import { pageOf, refuseDryRun, rowsById } from './page.ts';

const FILTERS: Filters<Vpc> = {
  cidr: (v) => [v.cidrBlock],
  'cidr-block-association.cidr-block': (v) => [v.cidrBlock],
  'cidr-block-association.association-id': (v) => [v.cidrAssociationId],
  'cidr-block-association.state': () => ['associated'],
  'dhcp-options-id': (v) => [v.dhcpOptionsId],
  'ipv6-cidr-block-association.ipv6-cidr-block': () => [],
  'ipv6-cidr-block-association.ipv6-pool': () => [],
  'ipv6-cidr-block-association.association-id': () => [],
  'ipv6-cidr-block-association.state': () => [],
  'is-default': (v) => [String(v.isDefault)],
  isDefault: (v) => [String(v.isDefault)],
  'owner-id': (v) => [v.accountId],
  state: () => ['available'],
  'vpc-id': (v) => [v.vpcId],
};

/**
 * Describes VPCs of the region.
 * @throws InvalidVpcID.NotFound  400  an id that the account does not have in this region
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html
 */
export async function describeVpcs(input: DescribeVpcsRequest, context: OperationContext): Promise<DescribeVpcsResult> {
  refuseDryRun(input);
  const passes = filterBy(input.Filters, FILTERS, (vpc) => vpc.tags);
  if (input.VpcIds?.length) {
    const rows = await rowsById(vpcs, input.VpcIds, { ...input, parameter: 'VpcIds' }, context, {
      prefix: 'vpc-',
      malformed: 'InvalidVpcID.Malformed',
      missing: (id) => new ServiceError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`),
    });
    return { Vpcs: rows.filter(passes).map(outputOf) };
  }
  const { rows, NextToken } = await pageOf(vpcs, input, 'DescribeVpcs', context, passes);
  return { Vpcs: rows.map(outputOf), NextToken };
}

const outputOf = (vpc: Vpc): VpcOutput => ({
  OwnerId: vpc.accountId,
  InstanceTenancy: 'default',
  CidrBlockAssociationSet: [{ AssociationId: vpc.cidrAssociationId, CidrBlock: vpc.cidrBlock, CidrBlockState: { State: 'associated' } }],
  IsDefault: vpc.isDefault,
  Tags: [...vpc.tags],
  BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
  VpcId: vpc.vpcId,
  State: 'available',
  CidrBlock: vpc.cidrBlock,
  DhcpOptionsId: vpc.dhcpOptionsId,
});
