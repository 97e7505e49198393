import { privateDnsName } from '../../services/ec2/instance.ts';
import type { Instance, Subnet, Vpc } from '../../store/tables/ec2.ts';

/** A directory of metadata, by names; or the text of a leaf, at once or when it is asked for. Undefined text: there is none after all. */
export type Node = Directory | Leaf;
export interface Directory {
  readonly [name: string]: Node;
}
export type Leaf = string | (() => Promise<string | undefined>);

const isLeaf = (node: Node): node is Leaf => typeof node !== 'object';

const directory = (entries: Readonly<Record<string, Node | undefined>>): Directory => {
  const known: Record<string, Node> = Object.create(null);
  for (const [name, node] of Object.entries(entries)) if (node !== undefined) known[name] = node;
  return known;
};

/** What is to be told of an instance besides its row. */
export interface Told {
  readonly instance: Instance;
  readonly subnet: Subnet | undefined;
  readonly vpc: Vpc | undefined;
  /** Leaves of `iam/`; absent without an instance profile. */
  readonly iam?: Directory | undefined;
}

/** Keys of tags that can be parts of a path. @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html */
const isPathPart = (key: string): boolean => /^[A-Za-z0-9+=.,_:@-]{1,255}$/.test(key) && key !== '.' && key !== '..' && key !== '_index';

/**
 * `meta-data/` of an instance: what is known here, under AWS's names.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories
 */
export function metadataOf({ instance, subnet, vpc, iam }: Told): Directory {
  const groupNames = instance.groups.map((group) => group.groupName).join('\n');
  const hostname = privateDnsName(instance);
  const tags = instance.tags.filter((tag) => isPathPart(tag.Key)).map((tag) => [tag.Key, tag.Value] as const);
  const shownTags = instance.metadataOptions.instanceMetadataTags === 'enabled' && tags.length > 0;
  return directory({
    'ami-id': instance.imageId,
    'ami-launch-index': String(instance.launchIndex),
    'ami-manifest-path': '(unknown)',
    'block-device-mapping': directory({ ami: 'xvda', root: '/dev/xvda' }),
    hostname,
    iam,
    'instance-action': 'none',
    'instance-id': instance.instanceId,
    'instance-life-cycle': 'on-demand',
    'instance-type': instance.instanceType,
    'local-hostname': hostname,
    'local-ipv4': instance.privateIpAddress,
    mac: instance.macAddress,
    network: directory({
      interfaces: directory({
        macs: directory({
          [instance.macAddress]: directory({
            'device-number': '0',
            'interface-id': instance.networkInterfaceId,
            'local-hostname': hostname,
            'local-ipv4s': instance.privateIpAddress,
            mac: instance.macAddress,
            'owner-id': instance.accountId,
            'security-group-ids': instance.groups.map((group) => group.groupId).join('\n'),
            'security-groups': groupNames,
            'subnet-id': instance.subnetId,
            'subnet-ipv4-cidr-block': subnet?.cidrBlock,
            'vpc-id': instance.vpcId,
            'vpc-ipv4-cidr-block': vpc?.cidrBlock,
            'vpc-ipv4-cidr-blocks': vpc?.cidrBlock,
          }),
        }),
      }),
    }),
    placement: directory({
      'availability-zone': instance.availabilityZone,
      'availability-zone-id': instance.availabilityZoneId,
      region: instance.region,
    }),
    profile: 'default-hvm',
    'reservation-id': instance.reservationId,
    'security-groups': groupNames,
    services: directory({ domain: 'amazonaws.com', partition: 'aws' }),
    tags: shownTags ? directory({ instance: directory(Object.fromEntries(tags)) }) : undefined,
  });
}

/** Versions of the tree; all show the same. */
export const VERSIONS = [
  '1.0',
  '2007-01-19',
  '2007-03-01',
  '2007-08-29',
  '2007-10-10',
  '2007-12-15',
  '2008-02-01',
  '2008-09-01',
  '2009-04-04',
  '2011-01-01',
  '2011-05-01',
  '2012-01-12',
  '2014-02-25',
  '2014-11-05',
  '2015-10-20',
  '2016-04-19',
  '2016-06-30',
  '2016-09-02',
  '2018-03-28',
  '2018-08-17',
  '2018-09-24',
  '2019-10-01',
  '2020-10-27',
  '2021-01-03',
  '2021-03-23',
  '2021-07-15',
  '2022-07-09',
  '2022-09-24',
  'latest',
] as const;

/**
 * What stands at a path: the text of a leaf, or the names in a directory, a line each. Parts are taken as they are, not decoded: `..`, `%2e` and
 * an empty part are names that nothing has.
 */
export async function look(root: Directory, path: string): Promise<string | undefined> {
  const parts = path.split('/').slice(1);
  const asDirectory = parts.at(-1) === '';
  if (asDirectory) parts.pop();
  let node: Node = root;
  for (const part of parts) {
    if (isLeaf(node) || !Object.hasOwn(node, part)) return undefined;
    node = node[part] as Node;
  }
  if (!isLeaf(node)) return namesIn(node);
  if (asDirectory) return undefined;
  return typeof node === 'string' ? node : node();
}

const namesIn = (node: Directory): string =>
  Object.entries(node)
    .map(([name, child]) => (isLeaf(child) ? name : `${name}/`))
    .sort()
    .join('\n');
