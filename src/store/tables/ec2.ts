import type { Tag } from '../../core/tag.ts';
import { sortableTime, table } from '../table.ts';
import { GONE, type Phase } from './sagemaker.ts';

/*
 * The rows of EC2: networks and instances. A row's region is in its key, so what one region holds is never seen from another.
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

/** How an instance's metadata service answers. @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsResponse.html */
export interface InstanceMetadataOptions {
  /** Whether every request must carry a session token (IMDSv2). */
  readonly httpTokens: 'optional' | 'required';
  /** IP hops that the answer with the token survives: 1 to 64. */
  readonly httpPutResponseHopLimit: number;
  readonly httpEndpoint: 'enabled' | 'disabled';
  readonly httpProtocolIpv6: 'enabled' | 'disabled';
  /** Whether the instance may read its own tags. */
  readonly instanceMetadataTags: 'enabled' | 'disabled';
  readonly changedAt: number;
}

/** An instance profile on an instance: one at most. */
export interface InstanceProfileAssociation {
  /** `iip-assoc-` and 17 hexadecimal digits. */
  readonly associationId: string;
  readonly instanceProfileId: string;
  readonly instanceProfileArn: string;
  readonly associatedAt: number;
}

/**
 * A virtual machine, as far as EC2's control plane tells of one: nothing runs. Its state is read off the clock, as those of SageMaker's resources
 * are (docs/decisions/0007).
 */
export interface Instance {
  readonly accountId: string;
  readonly region: string;
  /** `i-` and 17 hexadecimal digits. */
  readonly instanceId: string;
  /** `r-` and 17 hexadecimal digits: one call of RunInstances. */
  readonly reservationId: string;
  /** Place among the instances of its reservation, from 0. */
  readonly launchIndex: number;
  /** What makes a repeated RunInstances the same call, and what that call asked, as a digest. Empty without. */
  readonly clientToken: string;
  readonly requestDigest: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly launchedAt: number;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  /** Empty once it is terminated: others may have it then. */
  readonly privateIpAddress: string;
  readonly networkInterfaceId: string;
  readonly attachmentId: string;
  readonly macAddress: string;
  readonly volumeId: string;
  readonly groups: readonly { readonly groupId: string; readonly groupName: string }[];
  readonly tenancy: string;
  readonly ebsOptimized: boolean;
  readonly monitoring: boolean;
  readonly autoRecovery: 'default' | 'disabled';
  readonly bandwidthWeighting: string;
  /** As given: base64. */
  readonly userData?: string;
  readonly metadataOptions: InstanceMetadataOptions;
  readonly association?: InstanceProfileAssociation;
  /** Oldest first. */
  readonly phases: readonly Phase[];
  /** Why it stopped or ended, as `StateTransitionReason` tells it, and whose wish it was. */
  readonly stateReason?: { readonly code: string; readonly message: string; readonly at: number };
  readonly tags: readonly Tag[];
  readonly volumeTags: readonly Tag[];
  readonly networkInterfaceTags: readonly Tag[];
}

export const instances = table<Instance>()({
  name: 'ec2_instance',
  columns: {
    account_id: (i) => i.accountId,
    region: (i) => i.region,
    instance_id: (i) => i.instanceId,
    client_token: (i) => i.clientToken,
    subnet_id: (i) => i.subnetId,
    private_ip_address: (i) => i.privateIpAddress,
    association_id: (i) => i.association?.associationId ?? '',
    gone_at: (i) => goneAt(i.phases),
  },
  key: ['account_id', 'region', 'instance_id'],
  unique: {
    id: ['instance_id'],
    association: ['association_id'],
    address: ['private_ip_address', 'account_id', 'region', 'subnet_id'],
  },
  indexes: { gone: ['account_id', 'gone_at'], launch: ['client_token', 'account_id', 'region'] },
});

/** When an instance's last trace disappears; behind every time while it has not been terminated. */
function goneAt(phases: readonly Phase[]): string {
  const last = phases.at(-1);
  return last?.status === GONE ? sortableTime(last.from) : '~';
}

/** The key with which the identity documents of instances are signed: one for the whole installation. */
export interface InstanceIdentityKey {
  /** Always `instance-identity`. */
  readonly name: string;
  /** X.509, DER, base64. */
  readonly certificate: string;
  /** PKCS #8, base64, sealed. */
  readonly sealedPrivateKey: string;
  readonly createdAt: number;
}

export const instanceIdentityKeys = table<InstanceIdentityKey>()({
  name: 'ec2_instance_identity_key',
  columns: { name: (k) => k.name },
  key: ['name'],
});
