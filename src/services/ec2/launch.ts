import type { EbsBlockDevice, InstanceNetworkInterfaceSpecification, RunInstancesRequest, TagSpecification } from '@aws-sdk/client-ec2';
import type { Scope } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';
import type { Valid } from '../../model/valid.ts';
import { type SecurityGroup, type Subnet, securityGroups, subnets, vpcs } from '../../store/tables/ec2.ts';

export type LaunchInput = Valid<RunInstancesRequest>;

/*
 * What a call of RunInstances asks for, where the call leaves it open: its network. Authorization and the handler both ask here, so that what is
 * launched is what was authorised.
 */

/** When the call does not say. @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
export const STANDARD_TYPE = 'm1.small';

/** The one new network interface that a call may describe instead of saying subnet and groups itself. */
export const interfaceOf = (input: LaunchInput): Valid<InstanceNetworkInterfaceSpecification> | undefined => input.NetworkInterfaces?.[0];

/** What images call their root: Amazon Linux and Debian the one, most others the other. Which of them an image has is not known here. */
const ROOT_DEVICES: readonly (string | undefined)[] = ['/dev/xvda', '/dev/sda1'];

/** The volumes that come with a launch: those that are described, and the root as its image has it where it is none of them. */
export function volumesOf({ BlockDeviceMappings: mappings = [] }: LaunchInput): readonly Valid<EbsBlockDevice>[] {
  const described = mappings.flatMap(({ Ebs }) => (Ebs ? [Ebs] : []));
  return mappings.some(({ DeviceName, Ebs }) => Ebs && ROOT_DEVICES.includes(DeviceName)) ? described : [{}, ...described];
}

/** The id that the call names; undefined when it takes the default. */
export const subnetIdOf = (input: LaunchInput): string | undefined => input.SubnetId ?? interfaceOf(input)?.SubnetId;

/** The subnet that is named, or the default one of the zone that is named, or of the first zone. */
export async function subnetOf(
  input: LaunchInput,
  { account, region, reader }: Pick<Scope, 'account' | 'region' | 'reader'>,
): Promise<Subnet | undefined> {
  const id = subnetIdOf(input);
  if (id !== undefined) return reader.get(subnets, [account, region, id]);
  const { AvailabilityZone: zone, AvailabilityZoneId: zoneId } = input.Placement ?? {};
  const candidates = (await reader.list(subnets, { prefix: [account, region] }))
    .filter((subnet) => subnet.isDefault)
    .filter(
      (subnet) =>
        (zone === undefined || subnet.availabilityZone === zone) && (zoneId === undefined || subnet.availabilityZoneId === zoneId),
    );
  return candidates.sort((a, b) => (a.availabilityZone < b.availabilityZone ? -1 : 1))[0];
}

/** Groups by the id or the name that the call gives; what is not there has no row. */
export interface NamedGroup {
  readonly named: string;
  readonly group: SecurityGroup | undefined;
}

/** The security groups that are named; else the default one of the subnet's VPC. */
export async function groupsOf(input: LaunchInput, scope: Pick<Scope, 'account' | 'region' | 'reader'>): Promise<NamedGroup[]> {
  const { account, region, reader } = scope;
  const groups: NamedGroup[] = [];
  for (const id of new Set([...(input.SecurityGroupIds ?? []), ...(interfaceOf(input)?.Groups ?? [])]))
    groups.push({ named: id, group: await reader.get(securityGroups, [account, region, id]) });
  if (input.SecurityGroups?.length) {
    const vpcId = (await reader.list(vpcs, { prefix: [account, region] })).find((vpc) => vpc.isDefault)?.vpcId ?? '';
    for (const name of new Set(input.SecurityGroups))
      groups.push({ named: name, group: await reader.find(securityGroups, 'name', [account, region, vpcId, name]) });
  }
  if (groups.length > 0) return groups;
  const vpcId = (await subnetOf(input, scope))?.vpcId;
  const standard = vpcId === undefined ? undefined : await reader.find(securityGroups, 'name', [account, region, vpcId, 'default']);
  return [{ named: 'default', group: standard }];
}

/** Things that one call may name: each is looked up and decided on. */
const MAX_NAMED = 1000;

/** @throws InvalidParameterValue  400  (unverified) sentence */
export function refuseTooMany(name: string, list: readonly unknown[] | undefined, max = MAX_NAMED): void {
  if ((list?.length ?? 0) > max) throw new ServiceError('InvalidParameterValue', `The parameter ${name} can have at most ${max} values.`);
}

/** What a launch is made of is looked at before anything is known of its caller's permissions, so it is bounded first. */
export function refuseLongLists(input: LaunchInput): void {
  refuseTooMany('BlockDeviceMapping', input.BlockDeviceMappings, 128);
  refuseTooMany('SecurityGroupId', input.SecurityGroupIds, 16);
  refuseTooMany('SecurityGroup', input.SecurityGroups, 16);
  refuseTooMany('NetworkInterface', input.NetworkInterfaces, 16);
  refuseTooMany('NetworkInterface.Groups', interfaceOf(input)?.Groups, 16);
  refuseTooMany('TagSpecification', input.TagSpecifications, 16);
  for (const { Tags } of input.TagSpecifications ?? []) refuseTooMany('TagSpecification.Tag', Tags, 50);
}

/** What can be tagged while it is launched. */
export type TaggedOnLaunch = 'instance' | 'volume' | 'network-interface';

const isTaggedOnLaunch = (type: string | undefined): type is TaggedOnLaunch =>
  type === 'instance' || type === 'volume' || type === 'network-interface';

/**
 * The tags that a call gives to one kind of what it launches.
 * @throws InvalidParameterValue  400  tags for what is not launched here
 */
export function launchTags(specifications: readonly Valid<TagSpecification>[] | undefined, kind: TaggedOnLaunch): Tag[] {
  return (specifications ?? []).flatMap(({ ResourceType, Tags }) => {
    // (unverified) sentence
    if (!isTaggedOnLaunch(ResourceType))
      throw new ServiceError('InvalidParameterValue', `'${ResourceType ?? ''}' is not a valid taggable resource type for this operation.`);
    return ResourceType === kind ? (Tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value })) : [];
  });
}
