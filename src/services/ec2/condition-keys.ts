import type { EbsBlockDevice } from '@aws-sdk/client-ec2';
import type { ConditionKeys, ContextValue, Target } from '../../authorization/operation.ts';
import { requestTagValues, tagKeysValue } from '../../authorization/request-tags.ts';
import type { Valid } from '../../model/valid.ts';
import type { Instance, SecurityGroup, Subnet } from '../../store/tables/ec2.ts';
import { ec2Arn } from './arn.ts';
import { interfaceOf, type LaunchInput, launchTags, STANDARD_TYPE } from './launch.ts';
import type { AskedTag } from './tag-rules.ts';

/*
 * EC2's condition keys belong to kinds of resources: `ec2:InstanceType` is there when a call is decided on an instance and absent when it is decided
 * on a subnet. So each target brings its own (`Known.keys` in resources.ts), and a row lists them.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys
 */

type Keys = Readonly<Record<string, ContextValue>>;
type Place = { readonly account: string; readonly region: string };

const text = (value: boolean | number | undefined): string | undefined => (value === undefined ? undefined : String(value));

/** Of an instance that is there. */
export const keysOfInstance = (instance: Instance | undefined): Keys =>
  instance === undefined
    ? {}
    : {
        'ec2:InstanceID': instance.instanceId,
        'ec2:AvailabilityZone': instance.availabilityZone,
        'ec2:AvailabilityZoneId': instance.availabilityZoneId,
        'ec2:EbsOptimized': text(instance.ebsOptimized),
        'ec2:InstanceAutoRecovery': instance.autoRecovery,
        'ec2:InstanceBandwidthWeighting': instance.bandwidthWeighting,
        'ec2:InstanceMarketType': 'on-demand',
        'ec2:InstanceMetadataTags': instance.metadataOptions.instanceMetadataTags,
        'ec2:InstanceProfile': instance.association?.instanceProfileArn,
        'ec2:InstanceType': instance.instanceType,
        'ec2:MetadataHttpEndpoint': instance.metadataOptions.httpEndpoint,
        'ec2:MetadataHttpPutResponseHopLimit': String(instance.metadataOptions.httpPutResponseHopLimit),
        'ec2:MetadataHttpTokens': instance.metadataOptions.httpTokens,
        'ec2:RootDeviceType': 'ebs',
        'ec2:Tenancy': instance.tenancy,
      };

/**
 * Of an instance that is to be launched. The metadata options are those that the call states: what it leaves to a default is absent, so a policy
 * that insists on IMDSv2 insists on its being asked for.
 */
export const keysOfLaunch = (input: LaunchInput, subnet: Subnet | undefined, profileArn: string | undefined): Keys => ({
  ...requestTagValues(launchTags(input.TagSpecifications, 'instance')),
  'ec2:AvailabilityZone': subnet?.availabilityZone,
  'ec2:AvailabilityZoneId': subnet?.availabilityZoneId,
  'ec2:EbsOptimized': text(input.EbsOptimized ?? false),
  'ec2:InstanceAutoRecovery': input.MaintenanceOptions?.AutoRecovery ?? 'default',
  'ec2:InstanceBandwidthWeighting': input.NetworkPerformanceOptions?.BandwidthWeighting ?? 'default',
  'ec2:InstanceMarketType': 'on-demand',
  'ec2:InstanceMetadataTags': input.MetadataOptions?.InstanceMetadataTags,
  'ec2:InstanceProfile': profileArn,
  'ec2:InstanceType': input.InstanceType ?? STANDARD_TYPE,
  'ec2:MetadataHttpEndpoint': input.MetadataOptions?.HttpEndpoint,
  'ec2:MetadataHttpPutResponseHopLimit': text(input.MetadataOptions?.HttpPutResponseHopLimit),
  'ec2:MetadataHttpTokens': input.MetadataOptions?.HttpTokens,
  'ec2:RootDeviceType': 'ebs',
  'ec2:Tenancy': input.Placement?.Tenancy ?? 'default',
});

const vpcArn = (vpcId: string | undefined, place: Place) => (vpcId === undefined ? undefined : ec2Arn(place, `vpc/${vpcId}`));

export const keysOfSubnet = (subnet: Subnet | undefined, place: Place): Keys => ({
  'ec2:AvailabilityZone': subnet?.availabilityZone,
  'ec2:AvailabilityZoneId': subnet?.availabilityZoneId,
  'ec2:SubnetID': subnet?.subnetId,
  'ec2:Vpc': vpcArn(subnet?.vpcId, place),
});

export const keysOfInterface = (input: LaunchInput, subnet: Subnet | undefined, place: Place): Keys => ({
  ...requestTagValues(launchTags(input.TagSpecifications, 'network-interface')),
  'ec2:AssociatePublicIpAddress': text(interfaceOf(input)?.AssociatePublicIpAddress),
  'ec2:AvailabilityZone': subnet?.availabilityZone,
  'ec2:Subnet': subnet && ec2Arn(place, `subnet/${subnet.subnetId}`),
  'ec2:Vpc': vpcArn(subnet?.vpcId, place),
});

export const keysOfSecurityGroup = (group: SecurityGroup | undefined, place: Place): Keys => ({
  'ec2:SecurityGroupID': group?.groupId,
  'ec2:Vpc': vpcArn(group?.vpcId, place),
});

export const keysOfVolume = (volume: Valid<EbsBlockDevice>, input: LaunchInput, subnet: Subnet | undefined): Keys => ({
  ...requestTagValues(launchTags(input.TagSpecifications, 'volume')),
  'ec2:AvailabilityZone': subnet?.availabilityZone,
  'ec2:AvailabilityZoneId': subnet?.availabilityZoneId,
  'ec2:Encrypted': text(volume.Encrypted ?? false),
  'ec2:VolumeIops': text(volume.Iops),
  'ec2:VolumeSize': text(volume.VolumeSize),
  'ec2:VolumeThroughput': text(volume.Throughput),
  'ec2:VolumeType': volume.VolumeType,
});

const INSTANCE_KEYS = [
  'ec2:AvailabilityZone',
  'ec2:AvailabilityZoneId',
  'ec2:EbsOptimized',
  'ec2:InstanceAutoRecovery',
  'ec2:InstanceBandwidthWeighting',
  'ec2:InstanceID',
  'ec2:InstanceMarketType',
  'ec2:InstanceMetadataTags',
  'ec2:InstanceProfile',
  'ec2:InstanceType',
  'ec2:MetadataHttpEndpoint',
  'ec2:MetadataHttpPutResponseHopLimit',
  'ec2:MetadataHttpTokens',
  'ec2:RootDeviceType',
  'ec2:Tenancy',
];

/** Structural, as `Known` of resources.ts builds on this file. */
interface WithKeys {
  readonly keys: Keys;
}

const valuesOfTarget = (_input: object, { stored }: Target<WithKeys>): Keys => stored?.keys ?? {};

export const instanceKeys: ConditionKeys<object, WithKeys> = { keys: INSTANCE_KEYS, values: valuesOfTarget };

/** StartInstances has all but two of them. */
const START_KEYS = INSTANCE_KEYS.filter((key) => key !== 'ec2:InstanceAutoRecovery' && key !== 'ec2:InstanceMetadataTags');

export const startKeys: ConditionKeys<object, WithKeys> = {
  keys: START_KEYS,
  values: (_input, { stored }) => Object.fromEntries(START_KEYS.map((key) => [key, stored?.keys[key]])),
};

export const newProfileKeys: ConditionKeys<object, WithKeys> = { keys: ['ec2:NewInstanceProfile'], values: () => ({}) };

/** Of everything that RunInstances makes and uses. */
export const launchKeys: ConditionKeys<object, WithKeys> = {
  keys: [
    ...INSTANCE_KEYS.filter((key) => key !== 'ec2:InstanceID'),
    'aws:RequestTag/${TagKey}',
    'aws:TagKeys',
    'ec2:ImageID',
    'ec2:ImageType',
    'ec2:SubnetID',
    'ec2:Vpc',
    'ec2:AssociatePublicIpAddress',
    'ec2:Subnet',
    'ec2:SecurityGroupID',
    'ec2:Encrypted',
    'ec2:VolumeIops',
    'ec2:VolumeSize',
    'ec2:VolumeThroughput',
    'ec2:VolumeType',
    'ec2:KeyPairName',
  ],
  values: valuesOfTarget,
};

/** The region that is asked. */
export const region: ConditionKeys<object> = { keys: ['ec2:Region'], values: (_input, _target, scope) => ({ 'ec2:Region': scope.region }) };

const METADATA_ATTRIBUTES = ['HttpTokens', 'HttpPutResponseHopLimit', 'HttpEndpoint', 'HttpProtocolIpv6', 'InstanceMetadataTags'] as const;

type MetadataOptions = { readonly [Name in (typeof METADATA_ATTRIBUTES)[number]]?: string | number | undefined };

/** What ModifyInstanceMetadataOptions sets: `ec2:Attribute/HttpTokens` is `required`. */
export const metadataAttributes: ConditionKeys<MetadataOptions> = {
  keys: ['ec2:Attribute', 'ec2:Attribute/${AttributeName}'],
  values: (input) => {
    const set = METADATA_ATTRIBUTES.filter((name) => input[name] !== undefined);
    return { 'ec2:Attribute': set, ...Object.fromEntries(set.map((name) => [`ec2:Attribute/${name}`, String(input[name])])) };
  },
};

/** Tags that a call gives, to any kind of resource. */
export const createdTags: ConditionKeys<{ readonly Tags: readonly AskedTag[] }> = {
  keys: ['aws:RequestTag/${TagKey}', 'aws:TagKeys', 'ec2:SubnetID', 'ec2:Vpc', 'ec2:SecurityGroupID'],
  values: (input) => requestTagValues(input.Tags),
};

/** Tags that a call takes away: those with a value are named whole. A call that names none takes all, and is asked for their keys (unverified). */
export const deletedTags: ConditionKeys<{
  readonly Tags?: readonly AskedTag[] | undefined;
}> = {
  keys: ['aws:RequestTag/${TagKey}', 'aws:TagKeys'],
  values: ({ Tags = [] }, { tags: held = [] }) => ({
    ...requestTagValues(Tags.filter((tag) => tag.Value !== undefined)),
    ...tagKeysValue((Tags.length > 0 ? Tags : held).map((tag) => tag.Key ?? '')),
  }),
};

/** Only tags that come with a creation have it: CreateTags by itself does not. */
export const createAction: ConditionKeys<object> = { keys: ['ec2:CreateAction'], values: () => ({}) };
