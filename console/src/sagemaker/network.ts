import type { AwsClient } from '../aws/client.ts';

/** What EC2 answers, as far as it is shown, named as on the wire. */
export interface Vpc {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly isDefault: 'true' | 'false';
}
export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly availabilityZone: string;
}
export interface SecurityGroup {
  readonly groupId: string;
  readonly groupName: string;
  readonly groupDescription: string;
}

const inVpc = (vpcId: string) => ({ Filter: [{ Name: 'vpc-id', Value: [vpcId] }] });

export const vpcsOf = (aws: AwsClient): Promise<readonly Vpc[]> => aws.ec2List('DescribeVpcs', 'vpcSet');
export const subnetsOf = (aws: AwsClient, vpcId: string): Promise<readonly Subnet[]> =>
  aws.ec2List('DescribeSubnets', 'subnetSet', inVpc(vpcId));
export const securityGroupsOf = (aws: AwsClient, vpcId: string): Promise<readonly SecurityGroup[]> =>
  aws.ec2List('DescribeSecurityGroups', 'securityGroupInfo', inVpc(vpcId));
