import type { ContextValue, ResourceType, ResourceTypes, Scope, Target } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';
import type { Table } from '../../store/table.ts';
import { type Instance, instances, securityGroups, subnets, vpcs } from '../../store/tables/ec2.ts';
import { ec2Arn } from './arn.ts';
import { keysOfInstance, keysOfInterface, keysOfLaunch, keysOfSecurityGroup, keysOfSubnet, keysOfVolume } from './condition-keys.ts';
import { type NamedProfile, namedProfile, type ProfileSpecification } from './instance-profile.ts';
import { stateOf } from './instance-state.ts';
import { groupsOf, type LaunchInput, refuseLongLists, refuseTooMany, subnetIdOf, subnetOf, volumesOf } from './launch.ts';

/** What is known of a target when a call is authorised. */
export interface Known {
  /** Its condition keys. Several kinds of resource are decided on in one call, each with keys of its own. */
  readonly keys: Readonly<Record<string, ContextValue>>;
  readonly instance?: Instance | undefined;
  /** The instance profile that the call gives it. */
  readonly profile?: NamedProfile | undefined;
}

const template = (type: string, variable: string): string => `arn:\${Partition}:ec2:\${Region}:\${Account}:${type}/\${${variable}}`;

const INSTANCE = { name: 'instance', arn: template('instance', 'InstanceId') };

/** What is still shown of an account's instances. */
export async function findInstance(
  id: string,
  { account, region, reader, now }: Pick<Scope, 'account' | 'region' | 'reader' | 'now'>,
): Promise<Instance | undefined> {
  const instance = await reader.get(instances, [account, region, id]);
  return instance && stateOf(instance, now) ? instance : undefined;
}

async function locateInstance(id: string, scope: Scope): Promise<Target<Known>> {
  const instance = await findInstance(id, scope);
  return {
    arn: ec2Arn(scope, `instance/${id}`),
    account: scope.account,
    stored: { keys: keysOfInstance(instance), instance },
    tags: instance?.tags,
  };
}

/** Instances by their ids. */
export const namedInstances: ResourceTypes<{ readonly InstanceIds: readonly string[] }, Known> = {
  ...INSTANCE,
  locateEach: (input, scope) => {
    refuseTooMany('InstanceId', input.InstanceIds);
    if (input.InstanceIds.length === 0) throw missingParameter('InstanceId');
    return Promise.all([...new Set(input.InstanceIds)].map((id) => locateInstance(id, scope)));
  },
};

export const namedInstance: ResourceType<{ readonly InstanceId: string }, Known> = {
  ...INSTANCE,
  locate: (input, scope) => locateInstance(input.InstanceId, scope),
};

/** The instance that is to have another profile. */
export const profiledInstance: ResourceType<{ readonly InstanceId: string; readonly IamInstanceProfile: ProfileSpecification }, Known> = {
  ...INSTANCE,
  locate: async (input, scope) => withProfile(await locateInstance(input.InstanceId, scope), input.IamInstanceProfile, scope),
};

/** The instance of an association of the account; one that is not there stands for any instance. */
async function locateAssociated(associationId: string, scope: Scope): Promise<Target<Known>> {
  const found = await scope.reader.find(instances, 'association', [associationId]);
  const own = found?.accountId === scope.account && found.region === scope.region;
  return locateInstance(own ? found.instanceId : '*', scope);
}

export const associatedInstance: ResourceType<{ readonly AssociationId: string }, Known> = {
  ...INSTANCE,
  locate: (input, scope) => locateAssociated(input.AssociationId, scope),
};

export const reprofiledInstance: ResourceType<
  { readonly AssociationId: string; readonly IamInstanceProfile: ProfileSpecification },
  Known
> = {
  ...INSTANCE,
  locate: async (input, scope) => withProfile(await locateAssociated(input.AssociationId, scope), input.IamInstanceProfile, scope),
};

async function withProfile(target: Target<Known>, specification: ProfileSpecification, scope: Scope): Promise<Target<Known>> {
  const profile = await namedProfile(specification, scope);
  const { stored } = target;
  return { ...target, stored: { ...stored, profile, keys: { ...stored?.keys, 'ec2:NewInstanceProfile': profile?.arn } } };
}

/** What RunInstances makes and uses, in the order in which denials are reported. New things have no id yet: `instance/*`. */
const newInstance: ResourceType<LaunchInput, Known> = {
  ...INSTANCE,
  locate: async (input, scope) => {
    refuseLongLists(input);
    const profile = await namedProfile(input.IamInstanceProfile, scope);
    return made(scope, 'instance', { keys: keysOfLaunch(input, await subnetOf(input, scope), profile?.arn), profile });
  },
};

const image: ResourceType<LaunchInput, Known> = {
  name: 'image',
  // Images belong to no account in their ARN. That the caller's own stands for it here lets its policies decide.
  arn: 'arn:${Partition}:ec2:${Region}::image/${ImageId}',
  locate: ({ ImageId: id = '*' }, { region, account }) => ({
    arn: `arn:${PARTITION}:ec2:${region}::image/${id}`,
    account,
    stored: { keys: { 'ec2:ImageID': id, 'ec2:ImageType': 'machine', 'ec2:RootDeviceType': 'ebs' } },
  }),
};

const launchSubnet: ResourceType<LaunchInput, Known> = {
  name: 'subnet',
  arn: template('subnet', 'SubnetId'),
  locate: async (input, scope) => {
    const subnet = await subnetOf(input, scope);
    const arn = ec2Arn(scope, `subnet/${subnet?.subnetId ?? subnetIdOf(input) ?? '*'}`);
    return { arn, account: scope.account, stored: { keys: keysOfSubnet(subnet, scope) }, tags: subnet?.tags };
  },
};

const newInterface: ResourceType<LaunchInput, Known> = {
  name: 'network-interface',
  arn: template('network-interface', 'NetworkInterfaceId'),
  locate: async (input, scope) => made(scope, 'network-interface', { keys: keysOfInterface(input, await subnetOf(input, scope), scope) }),
};

const launchGroups: ResourceTypes<LaunchInput, Known> = {
  name: 'security-group',
  arn: template('security-group', 'SecurityGroupId'),
  locateEach: async (input, scope) =>
    (await groupsOf(input, scope)).map(({ named, group }) => ({
      arn: ec2Arn(scope, `security-group/${group?.groupId ?? named}`),
      account: scope.account,
      stored: { keys: keysOfSecurityGroup(group, scope) },
      tags: group?.tags,
    })),
};

const newVolumes: ResourceTypes<LaunchInput, Known> = {
  name: 'volume',
  arn: template('volume', 'VolumeId'),
  locateEach: async (input, scope) => {
    const subnet = await subnetOf(input, scope);
    return volumesOf(input).map((volume) => made(scope, 'volume', { keys: keysOfVolume(volume, input, subnet) }));
  },
};

const launchKeyPair: ResourceTypes<LaunchInput, Known> = {
  name: 'key-pair',
  arn: template('key-pair', 'KeyPairName'),
  locateEach: ({ KeyName: name }, scope) =>
    name === undefined
      ? []
      : [{ arn: ec2Arn(scope, `key-pair/${name}`), account: scope.account, stored: { keys: { 'ec2:KeyPairName': name } } }],
};

const made = (scope: Scope, type: string, stored: Known): Target<Known> => ({
  arn: ec2Arn(scope, `${type}/*`),
  account: scope.account,
  stored,
});

export const launched = [newInstance, image, launchSubnet, newInterface, launchGroups, newVolumes, launchKeyPair] as const;

/** Kinds of things that can be tagged, by what their ids begin with. */
export const TAGGABLE = {
  'i-': { type: 'instance', variable: 'InstanceId', table: instances as Table<never>, missing: ['InvalidInstanceID.NotFound', 'instance'] },
  'vpc-': { type: 'vpc', variable: 'VpcId', table: vpcs as Table<never>, missing: ['InvalidVpcID.NotFound', 'vpc'] },
  'subnet-': { type: 'subnet', variable: 'SubnetId', table: subnets as Table<never>, missing: ['InvalidSubnetID.NotFound', 'subnet'] },
  'sg-': {
    type: 'security-group',
    variable: 'SecurityGroupId',
    table: securityGroups as Table<never>,
    missing: ['InvalidGroup.NotFound', 'security group'],
    keys: keysOfSecurityGroup,
  },
} as const;

export type TaggableRow = { readonly accountId: string; readonly region: string; readonly tags: readonly Tag[] };

/** @throws InvalidID  400  an id of no kind that is kept here */
export function kindOf(id: string): (typeof TAGGABLE)[keyof typeof TAGGABLE] {
  const prefix = id.slice(0, id.lastIndexOf('-') + 1);
  if (Object.hasOwn(TAGGABLE, prefix) && /^[0-9a-f]{8}([0-9a-f]{9})?$/.test(id.slice(prefix.length)))
    return TAGGABLE[prefix as keyof typeof TAGGABLE];
  throw new ServiceError('InvalidID', `The ID '${id}' is not valid`);
}

interface Tagging {
  readonly Resources: readonly string[];
}

/** Of the ids in a tagging call those of one kind. */
const tagged = (kind: (typeof TAGGABLE)[keyof typeof TAGGABLE]): ResourceTypes<Tagging, Known> => ({
  name: kind.type,
  arn: template(kind.type, kind.variable),
  locateEach: async ({ Resources }, scope) => {
    refuseTooMany('ResourceId', Resources);
    if (Resources.length === 0) throw missingParameter('ResourceId');
    const targets: Target<Known>[] = [];
    for (const id of new Set(Resources)) {
      if (kindOf(id) !== kind) continue;
      if (kind === TAGGABLE['i-']) targets.push(await locateInstance(id, scope));
      else {
        const row = await scope.reader.get(kind.table as Table<TaggableRow>, [scope.account, scope.region, id]);
        const keys = 'keys' in kind ? kind.keys(row as never, scope) : {};
        targets.push({ arn: ec2Arn(scope, `${kind.type}/${id}`), account: scope.account, stored: { keys }, tags: row?.tags });
      }
    }
    return targets;
  },
});

export const taggable = [tagged(TAGGABLE['i-']), tagged(TAGGABLE['vpc-']), tagged(TAGGABLE['subnet-']), tagged(TAGGABLE['sg-'])] as const;

const missingParameter = (name: string): ServiceError =>
  new ServiceError('MissingParameter', `The request must contain the parameter ${name}`);
