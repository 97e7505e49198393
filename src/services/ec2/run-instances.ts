import { createHash } from 'node:crypto';
import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { OperationContext } from '../../authorization/operation.ts';
import { hexadecimal, type Random } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Writer } from '../../store/store.ts';
import { type Instance, type InstanceMetadataOptions, instances, type Subnet } from '../../store/tables/ec2.ts';
import { requireOneOf } from './enumeration.ts';
import { reservationOutput } from './instance.ts';
import { profileArn, refuseChangedProfile, requireProfile } from './instance-profile.ts';
import { removeGone, setOut, stateOf } from './instance-state.ts';
import { groupsOf, interfaceOf, type LaunchInput, launchTags, STANDARD_TYPE, subnetIdOf, subnetOf } from './launch.ts';
import { requireMetadataOptions } from './metadata-options.ts';
import { refuseDryRun } from './page.ts';
import type { Known } from './resources.ts';
import { withTags } from './tag-rules.ts';

/** Instances that an account may have in a region. AWS counts processors; here there are none. */
const MAX_INSTANCES = 1000;
const MAX_USER_DATA_BYTES = 16 * 1024;
/** Characters. */
const MAX_TOKEN = 64;

/** Of a request what is neither recorded nor of any effect here, and would be missed by whoever asks for it. */
const NOT_RECORDED = [
  'LaunchTemplate',
  'InstanceMarketOptions',
  'ElasticGpuSpecification',
  'ElasticInferenceAccelerators',
  'LicenseSpecifications',
  'SecondaryInterfaces',
  'KernelId',
  'RamdiskId',
  'Ipv6Addresses',
  'Ipv6AddressCount',
  'EnclaveOptions',
  'CpuOptions',
  'HibernationOptions',
  'CapacityReservationSpecification',
  'PrivateDnsNameOptions',
  'Operator',
] as const satisfies readonly (keyof RunInstancesRequest)[];

/**
 * Records instances: from the next moment on they are *pending*, then *running*. Images are not looked at; any well-formed id will do.
 * @throws InvalidParameterValue, InvalidParameterCombination, InvalidAMIID.Malformed, MissingParameter  400  what does not fit
 * @throws InvalidSubnetID.NotFound, InvalidGroup.NotFound, InvalidKeyPair.NotFound                       400  what is not there
 * @throws IdempotentParameterMismatch  400  the client token has been used for another request
 * @throws InstanceLimitExceeded        400  EC2Instances
 * @throws UnsupportedOperation         400  what is not recorded here: launch templates, spot requests, …
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 */
export async function runInstances(input: LaunchInput, context: OperationContext<Known>): Promise<Reservation> {
  const { account, region, now, installation, target } = context;
  refuseUnfit(input);
  const profile = input.IamInstanceProfile && requireProfile(input.IamInstanceProfile, target.stored?.profile);
  const tags = withTags([], launchTags(input.TagSpecifications, 'instance'));
  const volumeTags = withTags([], launchTags(input.TagSpecifications, 'volume'));
  const networkInterfaceTags = withTags([], launchTags(input.TagSpecifications, 'network-interface'));
  const metadataOptions = requireMetadataOptions(input.MetadataOptions ?? {}, standardOptions(now));
  const subnet = await requireSubnet(input, context);
  const groups = await requireGroups(input, subnet, context);
  refuseDryRun(input);
  const id = (prefix: string): string => `${prefix}-${hexadecimal(17, installation.random)}`;
  const requestDigest = digestOf(input);
  const clientToken = input.ClientToken ?? '';

  const launched = await installation.store.write(async (writer) => {
    const before = clientToken === '' ? [] : await launchedBy(writer, clientToken, context);
    if (before[0] && before[0].requestDigest !== requestDigest) {
      throw new ServiceError(
        'IdempotentParameterMismatch',
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    }
    if (before.length > 0) return before;
    await removeGone(writer, context);
    const count = await countToLaunch(input, writer, context);
    if (profile) await refuseChangedProfile(writer, profile);
    const reservationId = id('r');
    const made: Instance[] = [];
    for (let launchIndex = 0; launchIndex < count; launchIndex++) {
      const privateIpAddress = await freeAddress(writer, subnet, launchIndex === 0 ? addressOf(input) : undefined, installation.random);
      const instance: Instance = {
        accountId: account,
        region,
        instanceId: id('i'),
        reservationId,
        launchIndex,
        clientToken,
        requestDigest,
        imageId: input.ImageId ?? '',
        instanceType: input.InstanceType ?? STANDARD_TYPE,
        launchedAt: now - (now % 1000),
        subnetId: subnet.subnetId,
        vpcId: subnet.vpcId,
        availabilityZone: subnet.availabilityZone,
        availabilityZoneId: subnet.availabilityZoneId,
        privateIpAddress,
        networkInterfaceId: id('eni'),
        attachmentId: id('eni-attach'),
        macAddress: macAddress(installation.random),
        volumeId: id('vol'),
        groups,
        tenancy: input.Placement?.Tenancy ?? 'default',
        ebsOptimized: input.EbsOptimized ?? false,
        monitoring: input.Monitoring?.Enabled ?? false,
        autoRecovery: input.MaintenanceOptions?.AutoRecovery ?? 'default',
        bandwidthWeighting: input.NetworkPerformanceOptions?.BandwidthWeighting ?? 'default',
        ...(input.UserData !== undefined && { userData: input.UserData }),
        metadataOptions,
        ...(profile && {
          association: {
            associationId: id('iip-assoc'),
            instanceProfileId: profile.profile.instanceProfileId,
            instanceProfileArn: profileArn(profile.profile),
            associatedAt: now,
          },
        }),
        phases: setOut('starting', now, installation.pace),
        tags,
        volumeTags,
        networkInterfaceTags,
      };
      await writer.insert(instances, instance);
      made.push(instance);
    }
    return made;
  });
  return reservationOutput(launched, context);
}

/** What the request says by itself, whatever is stored. */
function refuseUnfit(input: LaunchInput): void {
  for (const member of NOT_RECORDED) {
    const value: unknown = input[member];
    if (value !== undefined && value !== 0 && !(Array.isArray(value) && value.length === 0))
      throw new ServiceError('UnsupportedOperation', `Sagegate records instances without ${member}.`);
  }
  if (input.DisableApiTermination || input.DisableApiStop)
    throw new ServiceError('UnsupportedOperation', 'Sagegate records instances without protection from being stopped or terminated.');
  if (input.ImageId === undefined) throw new ServiceError('MissingParameter', 'The request must contain the parameter ImageId');
  if (!/^ami-[0-9a-f]{8}([0-9a-f]{9})?$/.test(input.ImageId))
    throw new ServiceError('InvalidAMIID.Malformed', `Invalid id: "${input.ImageId}" (expecting "ami-...")`);
  // Which types there are changes month by month; that one looks like one must do.
  if (input.InstanceType !== undefined && !/^[a-z][a-z0-9-]{1,30}\.[a-z0-9-]{1,30}$/.test(input.InstanceType))
    throw invalid(`Invalid value '${input.InstanceType}' for InstanceType.`);
  requireOneOf('tenancy', input.Placement?.Tenancy, ['default', 'dedicated']);
  requireOneOf('AutoRecovery', input.MaintenanceOptions?.AutoRecovery, ['default', 'disabled']);
  requireOneOf('BandwidthWeighting', input.NetworkPerformanceOptions?.BandwidthWeighting, ['default', 'vpc-1', 'ebs-1']);
  if ((input.ClientToken?.length ?? 0) > MAX_TOKEN) throw invalid(`clientToken must be at most ${MAX_TOKEN} characters long`);
  if (input.KeyName !== undefined) throw new ServiceError('InvalidKeyPair.NotFound', `The key pair '${input.KeyName}' does not exist`);
  for (const { Ebs } of input.BlockDeviceMappings ?? []) {
    if (Ebs?.SnapshotId !== undefined)
      throw new ServiceError('InvalidSnapshot.NotFound', `The snapshot '${Ebs.SnapshotId}' does not exist.`);
  }
  const { GroupName: group, GroupId: groupId, HostId: host, HostResourceGroupArn: hosts } = input.Placement ?? {};
  if (group ?? groupId) throw new ServiceError('InvalidPlacementGroup.Unknown', `The Placement Group '${group ?? groupId}' is unknown.`);
  if (host ?? hosts) throw new ServiceError('UnsupportedOperation', 'Sagegate records instances without dedicated hosts.');
  for (const [name, value] of [
    ['minCount', input.MinCount],
    ['maxCount', input.MaxCount],
  ] as const)
    if (value < 1) throw invalid(`Value (${value}) for parameter ${name} is invalid. Expected: number > 0`);
  // (unverified) sentence
  if (input.MinCount > input.MaxCount)
    throw invalid(`Value (${input.MinCount}) for parameter minCount is invalid. It must not exceed maxCount`);
  const networkInterface = interfaceOf(input);
  if (networkInterface) {
    if (input.SubnetId !== undefined || input.SecurityGroupIds?.length || input.SecurityGroups?.length)
      throw combination('Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request');
    if (
      (input.NetworkInterfaces?.length ?? 0) > 1 ||
      networkInterface.NetworkInterfaceId !== undefined ||
      (networkInterface.DeviceIndex ?? 0) !== 0
    )
      throw new ServiceError('UnsupportedOperation', 'Sagegate records one new network interface for each instance.');
  }
  if (input.SecurityGroups?.length && input.SubnetId !== undefined)
    throw combination('The parameter groupName cannot be used with the parameter subnet');
  if (input.UserData !== undefined) {
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(input.UserData)) throw invalid('Invalid BASE64 encoding of user data.');
    if (Buffer.from(input.UserData, 'base64').byteLength > MAX_USER_DATA_BYTES)
      throw invalid(`User data is limited to ${MAX_USER_DATA_BYTES} bytes`);
  }
}

/** Instances of images that ask for IMDSv2, as Amazon Linux 2023 does; which image asks for what is not known here. */
const standardOptions = (now: number): InstanceMetadataOptions => ({
  httpTokens: 'required',
  httpPutResponseHopLimit: 2,
  httpEndpoint: 'enabled',
  httpProtocolIpv6: 'disabled',
  instanceMetadataTags: 'disabled',
  changedAt: now,
});

async function requireSubnet(input: LaunchInput, context: OperationContext): Promise<Subnet> {
  const subnet = await subnetOf(input, context);
  const id = subnetIdOf(input);
  if (subnet) {
    const zone = input.Placement?.AvailabilityZone;
    // (unverified) sentence
    if (zone !== undefined && zone !== subnet.availabilityZone)
      throw invalid(`The availability zone '${zone}' does not match the availability zone of subnet '${subnet.subnetId}'`);
    return subnet;
  }
  if (id !== undefined) throw new ServiceError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
  const zone = input.Placement?.AvailabilityZone ?? input.Placement?.AvailabilityZoneId;
  if (zone !== undefined) throw invalid(`Invalid availability zone: [${zone}]`);
  throw new ServiceError('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.');
}

/** On AWS an interface takes five groups unless raised. */
const MAX_GROUPS = 5;

async function requireGroups(input: LaunchInput, subnet: Subnet, context: OperationContext): Promise<Instance['groups']> {
  const groups = await groupsOf(input, context);
  if (groups.length > MAX_GROUPS)
    throw new ServiceError(
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    );
  return groups.map(({ named, group }) => {
    if (!group) throw new ServiceError('InvalidGroup.NotFound', `The security group '${named}' does not exist`);
    if (group.vpcId !== subnet.vpcId)
      throw new ServiceError(
        'InvalidParameter',
        `Security group ${group.groupId} and subnet ${subnet.subnetId} belong to different networks.`,
      );
    return { groupId: group.groupId, groupName: group.groupName };
  });
}

/** The same request has the same digest, whatever its token. */
function digestOf({ ClientToken: _token, ...asked }: LaunchInput): string {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([name, member]) => [name, sorted(member)]),
          )
        : value;
  return createHash('sha256')
    .update(JSON.stringify(sorted(asked)))
    .digest('base64url');
}

/** The instances that an earlier call with this token has launched, as long as they are shown: after that the token is free again. */
async function launchedBy(writer: Writer, token: string, { account, region, now }: OperationContext<Known>): Promise<Instance[]> {
  const rows = await writer.list(instances, { index: 'launch', prefix: [token, account, region] });
  return rows.filter((row) => stateOf(row, now)).sort((a, b) => a.launchIndex - b.launchIndex);
}

async function countToLaunch(input: LaunchInput, writer: Writer, { account, region, installation }: OperationContext): Promise<number> {
  const limit = installation.quota(account, 'EC2Instances', MAX_INSTANCES);
  const free = limit - (await writer.count(instances, { prefix: [account, region] }));
  if (free >= input.MinCount) return Math.min(free, input.MaxCount);
  throw new ServiceError(
    'InstanceLimitExceeded',
    `You have requested more instances (${input.MinCount}) than your current instance limit of ${limit} allows for. Please request an adjustment to this limit.`,
  );
}

const addressOf = (input: LaunchInput): string | undefined => input.PrivateIpAddress ?? interfaceOf(input)?.PrivateIpAddress;

/** Draws before a subnet counts as full; at half its addresses taken, a thousandth of a millionth of calls give up too early. */
const DRAWS = 30;

/** @throws InvalidIPAddress.InUse, InvalidParameterValue, InsufficientFreeAddressesInSubnet  400 */
async function freeAddress(writer: Writer, subnet: Subnet, wanted: string | undefined, random: Random): Promise<string> {
  const { accountId, region, subnetId, cidrBlock } = subnet;
  const [base = '', bits = ''] = cidrBlock.split('/');
  const first = numberOf(base);
  const size = 2 ** (32 - Number(bits));
  const isTaken = async (address: string) =>
    (await writer.find(instances, 'address', [address, accountId, region, subnetId])) !== undefined;
  if (wanted !== undefined) {
    const place = /^\d{1,3}(\.\d{1,3}){3}$/.test(wanted) ? numberOf(wanted) - first : -1;
    if (place < 4 || place >= size - 1) throw invalid(`Address ${wanted} does not fall within the subnet's address range`);
    if (await isTaken(wanted)) throw new ServiceError('InvalidIPAddress.InUse', `Address ${wanted} is in use.`);
    return wanted;
  }
  for (let draw = 0; draw < DRAWS; draw++) {
    // The first four and the last belong to AWS.
    const address = textOf(first + 4 + (Buffer.from(random.bytes(4)).readUInt32BE() % (size - 5)));
    if (!(await isTaken(address))) return address;
  }
  throw new ServiceError(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
  );
}

const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const textOf = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** Locally administered, unicast. */
const macAddress = (random: Random): string => ['02', ...(hexadecimal(10, random).match(/../g) ?? [])].join(':');

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterValue', message);
const combination = (message: string): ServiceError => new ServiceError('InvalidParameterCombination', message);
