import type {
  _InstanceType,
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  Instance as InstanceOutput,
  InstanceStatus,
  Reservation,
} from '@aws-sdk/client-ec2';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { type Instance, instances } from '../../store/tables/ec2.ts';
import { type Filters, filterBy } from './filter.ts';
import { noSuchInstance, type State, stateOf } from './instance-state.ts';
import { metadataOptionsOutput } from './metadata-options.ts';
import { pageOf, refuseDryRun, rowsById } from './page.ts';

/** As the region's DNS names it: `ip-172-31-4-5.us-east-2.compute.internal`, in us-east-1 `ip-172-31-4-5.ec2.internal`. */
export const privateDnsName = ({ privateIpAddress, region }: Instance): string =>
  privateIpAddress === ''
    ? ''
    : `ip-${privateIpAddress.replaceAll('.', '-')}.${region === 'us-east-1' ? 'ec2' : `${region}.compute`}.internal`;

/** An instance with the state it is in. */
interface Shown extends Instance {
  readonly state: State;
}

const FILTERS: Filters<Shown> = {
  affinity: () => [],
  architecture: () => ['x86_64'],
  'availability-zone': (i) => [i.availabilityZone],
  'availability-zone-id': (i) => [i.availabilityZoneId],
  'block-device-mapping.device-name': () => [ROOT_DEVICE],
  'block-device-mapping.volume-id': (i) => [i.volumeId],
  'client-token': (i) => [i.clientToken],
  'current-instance-boot-mode': () => ['legacy-bios'],
  'dns-name': () => [],
  'ebs-optimized': (i) => [String(i.ebsOptimized)],
  'group-name': () => [],
  hypervisor: () => ['xen'],
  'iam-instance-profile.arn': (i) => [i.association?.instanceProfileArn],
  'iam-instance-profile.id': (i) => [i.association?.instanceProfileId],
  'image-id': (i) => [i.imageId],
  'instance-id': (i) => [i.instanceId],
  'instance-lifecycle': () => [],
  'instance-state-code': (i) => [String(i.state.Code)],
  'instance-state-name': (i) => [i.state.Name],
  'instance-type': (i) => [i.instanceType],
  'instance.group-id': (i) => i.groups.map((group) => group.groupId),
  'instance.group-name': (i) => i.groups.map((group) => group.groupName),
  'ip-address': () => [],
  'key-name': () => [],
  'launch-index': (i) => [String(i.launchIndex)],
  'launch-time': (i) => [new Date(i.launchedAt).toISOString()],
  'metadata-options.http-endpoint': (i) => [i.metadataOptions.httpEndpoint],
  'metadata-options.http-protocol-ipv6': (i) => [i.metadataOptions.httpProtocolIpv6],
  'metadata-options.http-put-response-hop-limit': (i) => [String(i.metadataOptions.httpPutResponseHopLimit)],
  'metadata-options.http-tokens': (i) => [i.metadataOptions.httpTokens],
  'metadata-options.instance-metadata-tags': (i) => [i.metadataOptions.instanceMetadataTags],
  'monitoring-state': (i) => [i.monitoring ? 'enabled' : 'disabled'],
  'network-interface.addresses.private-ip-address': (i) => [i.privateIpAddress],
  'network-interface.availability-zone': (i) => [i.availabilityZone],
  'network-interface.group-id': (i) => i.groups.map((group) => group.groupId),
  'network-interface.group-name': (i) => i.groups.map((group) => group.groupName),
  'network-interface.mac-address': (i) => [i.macAddress],
  'network-interface.network-interface-id': (i) => [i.networkInterfaceId],
  'network-interface.owner-id': (i) => [i.accountId],
  'network-interface.subnet-id': (i) => [i.subnetId],
  'network-interface.vpc-id': (i) => [i.vpcId],
  'owner-id': (i) => [i.accountId],
  platform: () => [],
  'platform-details': () => ['Linux/UNIX'],
  'private-dns-name': (i) => [privateDnsName(i)],
  'private-ip-address': (i) => [i.privateIpAddress],
  reason: (i) => [i.stateReason?.message],
  'requester-id': () => [],
  'reservation-id': (i) => [i.reservationId],
  'root-device-name': () => [ROOT_DEVICE],
  'root-device-type': () => ['ebs'],
  'source-dest-check': () => ['true'],
  'spot-instance-request-id': () => [],
  'state-reason-code': (i) => [i.stateReason?.code],
  'state-reason-message': (i) => [i.stateReason?.message],
  'subnet-id': (i) => [i.subnetId],
  tenancy: (i) => [i.tenancy],
  'usage-operation': () => ['RunInstances'],
  'virtualization-type': () => ['hvm'],
  'vpc-id': (i) => [i.vpcId],
};

/** What a call asks to see of the instances. */
interface Wanted {
  readonly InstanceIds?: readonly string[] | undefined;
  readonly Filters?: Valid<DescribeInstancesRequest>['Filters'];
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A page of the instances that are asked for and still shown. @throws InvalidInstanceID.NotFound  400 */
async function pageOfInstances(
  input: Wanted,
  operation: string,
  filters: Filters<Shown>,
  context: OperationContext,
  wanted: (instance: Shown) => boolean = () => true,
): Promise<{ rows: Shown[]; NextToken?: string }> {
  const { now } = context;
  const tests = filterBy(input.Filters, filters, (instance: Shown) => instance.tags);
  const shown = (row: Instance): Shown | undefined => {
    const state = stateOf(row, now);
    return state && { ...row, state };
  };
  const passes = (row: Instance): boolean => {
    const instance = shown(row);
    return instance !== undefined && wanted(instance) && tests(instance);
  };
  const all = (rows: readonly Instance[]): Shown[] => rows.flatMap((row) => shown(row) ?? []);
  if (!input.InstanceIds?.length) {
    const { rows, NextToken } = await pageOf(instances, input, operation, context, passes);
    return { rows: all(rows), ...(NextToken !== undefined && { NextToken }) };
  }
  const rows = await rowsById(instances, input.InstanceIds, { ...input, parameter: 'InstanceIds' }, context, {
    prefix: 'i-',
    malformed: 'InvalidInstanceID.Malformed',
    missing: noSuchInstance,
  });
  for (const row of rows) if (!shown(row)) throw noSuchInstance(row.instanceId);
  return { rows: all(rows.filter(passes)) };
}

/**
 * Describes instances of the region, those that have been terminated for about an hour longer.
 * @throws InvalidInstanceID.NotFound  400  an id that the account does not have in this region
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
export async function describeInstances(
  input: Valid<DescribeInstancesRequest>,
  context: OperationContext,
): Promise<DescribeInstancesResult> {
  refuseDryRun(input);
  const { rows, NextToken } = await pageOfInstances(input, 'DescribeInstances', FILTERS, context);
  const reservations = Map.groupBy(rows, (row) => row.reservationId);
  return { Reservations: [...reservations.values()].map((launched) => reservationOutput(launched, context)), NextToken };
}

const passesChecks = ({ state }: Shown): boolean => state.Name === 'running';

const checksOf = (instance: Shown): NonNullable<InstanceStatus['InstanceStatus']> =>
  passesChecks(instance) ? { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] } : { Status: 'not-applicable' };

const STATUS_FILTERS: Filters<Shown> = {
  'availability-zone': (i) => [i.availabilityZone],
  'availability-zone-id': (i) => [i.availabilityZoneId],
  'event.code': () => [],
  'event.description': () => [],
  'event.instance-event-id': () => [],
  'event.not-after': () => [],
  'event.not-before': () => [],
  'event.not-before-deadline': () => [],
  'instance-state-code': (i) => [String(i.state.Code)],
  'instance-state-name': (i) => [i.state.Name],
  'instance-status.reachability': (i) => [passesChecks(i) ? 'passed' : undefined],
  'instance-status.status': (i) => [checksOf(i).Status],
  'system-status.reachability': (i) => [passesChecks(i) ? 'passed' : undefined],
  'system-status.status': (i) => [checksOf(i).Status],
};

/**
 * The states of running instances, or of all. Nothing runs, so a running instance passes every check.
 * @throws InvalidInstanceID.NotFound  400  an id that the account does not have in this region
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
 */
export async function describeInstanceStatus(
  input: Valid<DescribeInstanceStatusRequest>,
  context: OperationContext,
): Promise<DescribeInstanceStatusResult> {
  refuseDryRun(input);
  const wanted = (instance: Shown): boolean => input.IncludeAllInstances === true || instance.state.Name === 'running';
  const { rows, NextToken } = await pageOfInstances(input, 'DescribeInstanceStatus', STATUS_FILTERS, context, wanted);
  const statusOf = (instance: Shown): InstanceStatus => ({
    AvailabilityZone: instance.availabilityZone,
    AvailabilityZoneId: instance.availabilityZoneId,
    InstanceId: instance.instanceId,
    InstanceState: instance.state,
    InstanceStatus: checksOf(instance),
    SystemStatus: checksOf(instance),
  });
  return { InstanceStatuses: rows.map(statusOf), NextToken };
}

/** Instances of one launch. */
export function reservationOutput(launched: readonly Instance[], context: OperationContext): Reservation {
  const [first] = launched;
  return {
    ...(first && { ReservationId: first.reservationId, OwnerId: first.accountId }),
    // Groups of EC2-Classic, which nobody has.
    Groups: [],
    Instances: launched.map((instance) => instanceOutput(instance, context)),
  };
}

const ROOT_DEVICE = '/dev/xvda';

function instanceOutput(instance: Instance, { now, installation }: OperationContext): InstanceOutput {
  const state = stateOf(instance, now);
  const groups = instance.groups.map(({ groupId, groupName }) => ({ GroupId: groupId, GroupName: groupName }));
  const isThere = instance.privateIpAddress !== '';
  const attachedAt = new Date(instance.launchedAt);
  return {
    AmiLaunchIndex: instance.launchIndex,
    Architecture: 'x86_64',
    BlockDeviceMappings: isThere
      ? [
          {
            DeviceName: ROOT_DEVICE,
            Ebs: { AttachTime: attachedAt, DeleteOnTermination: true, Status: 'attached', VolumeId: instance.volumeId },
          },
        ]
      : [],
    ClientToken: instance.clientToken,
    EbsOptimized: instance.ebsOptimized,
    EnaSupport: true,
    Hypervisor: 'xen',
    ...(instance.association && {
      IamInstanceProfile: { Arn: instance.association.instanceProfileArn, Id: instance.association.instanceProfileId },
    }),
    ImageId: instance.imageId,
    InstanceId: instance.instanceId,
    InstanceType: instance.instanceType as _InstanceType,
    LaunchTime: attachedAt,
    MaintenanceOptions: { AutoRecovery: instance.autoRecovery },
    MetadataOptions: metadataOptionsOutput(instance, now, installation.pace),
    Monitoring: { State: instance.monitoring ? 'enabled' : 'disabled' },
    NetworkInterfaces: isThere
      ? [
          {
            Attachment: {
              AttachTime: attachedAt,
              AttachmentId: instance.attachmentId,
              DeleteOnTermination: true,
              DeviceIndex: 0,
              NetworkCardIndex: 0,
              Status: 'attached',
            },
            Description: '',
            Groups: groups,
            InterfaceType: 'interface',
            Ipv6Addresses: [],
            MacAddress: instance.macAddress,
            NetworkInterfaceId: instance.networkInterfaceId,
            OwnerId: instance.accountId,
            PrivateDnsName: privateDnsName(instance),
            PrivateIpAddress: instance.privateIpAddress,
            PrivateIpAddresses: [{ Primary: true, PrivateDnsName: privateDnsName(instance), PrivateIpAddress: instance.privateIpAddress }],
            SourceDestCheck: true,
            Status: 'in-use',
            SubnetId: instance.subnetId,
            VpcId: instance.vpcId,
          },
        ]
      : [],
    Placement: {
      AvailabilityZone: instance.availabilityZone,
      AvailabilityZoneId: instance.availabilityZoneId,
      GroupName: '',
      Tenancy: instance.tenancy as 'default',
    },
    PlatformDetails: 'Linux/UNIX',
    PrivateDnsName: privateDnsName(instance),
    ...(isThere && { PrivateIpAddress: instance.privateIpAddress }),
    ProductCodes: [],
    PublicDnsName: '',
    RootDeviceName: ROOT_DEVICE,
    RootDeviceType: 'ebs',
    SecurityGroups: isThere ? groups : [],
    SourceDestCheck: true,
    ...(state && { State: state }),
    ...(instance.stateReason && { StateReason: { Code: instance.stateReason.code, Message: instance.stateReason.message } }),
    StateTransitionReason: instance.stateReason ? `User initiated (${gmt(instance.stateReason.at)})` : '',
    ...(isThere && { SubnetId: instance.subnetId, VpcId: instance.vpcId }),
    Tags: [...instance.tags],
    UsageOperation: 'RunInstances',
    VirtualizationType: 'hvm',
  };
}

/** `2026-11-21 01:00:00 GMT` */
const gmt = (time: number): string => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} GMT`;
