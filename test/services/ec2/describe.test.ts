import { EC2 } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfig, policy, startTestServer, type TestAccount, type TestServer } from '../../harness.ts';

let server: TestServer;
let account: TestAccount;
let ec2: EC2;
const there = { vpc: '', subnets: [] as string[], group: '' };

beforeAll(async () => {
  server = await startTestServer();
  account = await server.account();
  ec2 = new EC2(clientConfig(server, account.root, 'us-east-2'));
  there.vpc = (await ec2.describeVpcs({})).Vpcs?.[0]?.VpcId ?? '';
  there.subnets = ((await ec2.describeSubnets({})).Subnets ?? []).map((subnet) => subnet.SubnetId ?? '');
  there.group = (await ec2.describeSecurityGroups({})).SecurityGroups?.[0]?.GroupId ?? '';
});

afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

const refused = async (call: Promise<unknown>) => {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { name, message, $metadata } = error as { name: string; message: string; $metadata: { httpStatusCode?: number } };
    return [name, message, $metadata.httpStatusCode];
  }
};

describe('a new account’s network', () => {
  it('is the default VPC of the region, with a subnet in each zone and a group', async () => {
    expect((await ec2.describeVpcs({})).Vpcs).toMatchObject([
      {
        VpcId: there.vpc,
        CidrBlock: '172.31.0.0/16',
        IsDefault: true,
        State: 'available',
        OwnerId: account.id,
        InstanceTenancy: 'default',
      },
    ]);
    const { Subnets = [] } = await ec2.describeSubnets({});
    expect(new Set(Subnets.map((subnet) => subnet.AvailabilityZone))).toEqual(new Set(['us-east-2a', 'us-east-2b', 'us-east-2c']));
    for (const subnet of Subnets) {
      expect(subnet).toMatchObject({ VpcId: there.vpc, DefaultForAz: true, MapPublicIpOnLaunch: true, AvailableIpAddressCount: 4091 });
      expect(subnet.SubnetArn).toBe(`arn:aws:ec2:us-east-2:${account.id}:subnet/${subnet.SubnetId}`);
    }
    expect((await ec2.describeSecurityGroups({})).SecurityGroups).toMatchObject([
      {
        GroupName: 'default',
        VpcId: there.vpc,
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: there.group, UserId: account.id }] }],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      },
    ]);
  });

  it('differs by region and by account', async () => {
    const elsewhere = new EC2(clientConfig(server, account.root, 'eu-west-1'));
    expect((await elsewhere.describeVpcs({})).Vpcs?.[0]?.VpcId).not.toBe(there.vpc);
    const other = new EC2(clientConfig(server, (await server.account()).root, 'us-east-2'));
    expect((await other.describeVpcs({})).Vpcs?.[0]?.VpcId).not.toBe(there.vpc);
    expect(await refused(other.describeVpcs({ VpcIds: [there.vpc] }))).toEqual([
      'InvalidVpcID.NotFound',
      `The vpc ID '${there.vpc}' does not exist`,
      400,
    ]);
  });
});

describe('filters', () => {
  const vpcs = async (Name: string, ...Values: string[]) => (await ec2.describeVpcs({ Filters: [{ Name, Values }] })).Vpcs?.length;
  const subnets = async (Name: string, ...Values: string[]) => (await ec2.describeSubnets({ Filters: [{ Name, Values }] })).Subnets?.length;
  const groups = async (Name: string, ...Values: string[]) =>
    (await ec2.describeSecurityGroups({ Filters: [{ Name, Values }] })).SecurityGroups?.length;

  it('of VPCs', async () => {
    for (const name of ['isDefault', 'is-default']) expect([await vpcs(name, 'true'), await vpcs(name, 'false')]).toEqual([1, 0]);
    expect(await vpcs('vpc-id', there.vpc, 'vpc-00000000')).toBe(1);
    expect(await vpcs('cidr', '172.31.*')).toBe(1);
    expect(await vpcs('state', 'pending')).toBe(0);
    expect(await vpcs('owner-id', account.id)).toBe(1);
    expect(await vpcs('tag:Name', '*')).toBe(0);
    expect(await vpcs('tag-key', '*')).toBe(0);
  });

  it('of subnets', async () => {
    expect(await subnets('vpc-id', there.vpc)).toBe(3);
    expect(await subnets('vpc-id', 'vpc-00000000')).toBe(0);
    for (const name of ['availability-zone', 'availabilityZone']) expect(await subnets(name, 'us-east-2a', 'us-east-2b')).toBe(2);
    expect(await subnets('availability-zone-id', 'use2-az3')).toBe(1);
    expect(await subnets('subnet-id', ...there.subnets)).toBe(3);
    expect(await subnets('cidr-block', '172.31.16.0/20')).toBe(1);
    for (const name of ['default-for-az', 'defaultForAz']) expect(await subnets(name, 'true')).toBe(3);
  });

  it('of security groups', async () => {
    expect(await groups('group-name', 'default')).toBe(1);
    expect(await groups('group-name', 'Default')).toBe(0);
    expect(await groups('group-id', there.group)).toBe(1);
    expect(await groups('vpc-id', there.vpc)).toBe(1);
    expect(await groups('ip-permission.group-id', there.group)).toBe(1);
    expect(await groups('egress.ip-permission.cidr', '0.0.0.0/0')).toBe(1);
    expect(await groups('ip-permission.cidr', '*')).toBe(0);
    expect(await groups('description', 'default VPC*')).toBe(1);
  });

  it('that nobody knows, or too many of them', async () => {
    expect(await refused(vpcs('colour', 'red'))).toEqual(['InvalidParameterValue', "The filter 'colour' is invalid", 400]);
    expect(await refused(vpcs('vpc-id', ...Array(201).fill('vpc-1')))).toEqual([
      'FilterLimitExceeded',
      'The maximum number of filter values specified on a single call is 200',
      400,
    ]);
  });
});

describe('ids', () => {
  it('name what is there', async () => {
    expect((await ec2.describeVpcs({ VpcIds: [there.vpc, there.vpc] })).Vpcs).toHaveLength(1);
    expect((await ec2.describeSubnets({ SubnetIds: there.subnets.slice(0, 2) })).Subnets).toHaveLength(2);
    expect((await ec2.describeSecurityGroups({ GroupIds: [there.group], GroupNames: ['default'] })).SecurityGroups).toHaveLength(1);
    // Filters are asked beside.
    expect((await ec2.describeVpcs({ VpcIds: [there.vpc], Filters: [{ Name: 'is-default', Values: ['false'] }] })).Vpcs).toEqual([]);
  });

  it('of what is not there are refused in EC2’s words', async () => {
    const none = '0123456789abcdef0';
    expect(await refused(ec2.describeVpcs({ VpcIds: [`vpc-${none}`] }))).toEqual([
      'InvalidVpcID.NotFound',
      `The vpc ID 'vpc-${none}' does not exist`,
      400,
    ]);
    expect(await refused(ec2.describeSubnets({ SubnetIds: [`subnet-${none}`] }))).toEqual([
      'InvalidSubnetID.NotFound',
      `The subnet ID 'subnet-${none}' does not exist`,
      400,
    ]);
    expect(await refused(ec2.describeSecurityGroups({ GroupIds: [`sg-${none}`] }))).toEqual([
      'InvalidGroup.NotFound',
      `The security group 'sg-${none}' does not exist`,
      400,
    ]);
    expect(await refused(ec2.describeSecurityGroups({ GroupNames: ['web'] }))).toEqual([
      'InvalidGroup.NotFound',
      `The security group 'web' does not exist in default VPC '${there.vpc}'`,
      400,
    ]);
    expect(await refused(ec2.describeVpcs({ VpcIds: ['nonsense'] }))).toEqual([
      'InvalidVpcID.Malformed',
      'Invalid id: "nonsense" (expecting "vpc-...")',
      400,
    ]);
    expect(await refused(ec2.describeSubnets({ SubnetIds: there.subnets, MaxResults: 5 }))).toEqual([
      'InvalidParameterCombination',
      'The parameter SubnetIds cannot be used with the parameter MaxResults',
      400,
    ]);
  });
});

describe('pages', () => {
  it('hold as many as asked for, and go on', async () => {
    const world = new EC2(clientConfig(server, account.root, 'us-east-1'));
    const first = await world.describeSubnets({ MaxResults: 5 });
    expect(first.Subnets).toHaveLength(5);
    const rest = await world.describeSubnets({ MaxResults: 5, NextToken: first.NextToken ?? '' });
    expect(rest.Subnets).toHaveLength(1);
    expect(rest.NextToken).toBeUndefined();
    expect(new Set([...(first.Subnets ?? []), ...(rest.Subnets ?? [])].map((subnet) => subnet.SubnetId)).size).toBe(6);
    const foreign = await refused(world.describeVpcs({ MaxResults: 5, NextToken: first.NextToken ?? '' }));
    expect(foreign).toEqual(['InvalidNextToken', 'The specified NextToken is invalid.', 400]);
  });
});

describe('regions and zones', () => {
  it('are those that are served, and all on request', async () => {
    const { Regions = [] } = await ec2.describeRegions({});
    expect(Regions).toHaveLength(17);
    expect(Regions).toContainEqual({
      RegionName: 'us-east-2',
      Endpoint: 'ec2.us-east-2.amazonaws.com',
      OptInStatus: 'opt-in-not-required',
    });
    const all = (await ec2.describeRegions({ AllRegions: true })).Regions ?? [];
    expect(all.length).toBeGreaterThan(30);
    expect(all).toContainEqual({ RegionName: 'af-south-1', Endpoint: 'ec2.af-south-1.amazonaws.com', OptInStatus: 'not-opted-in' });
    expect((await ec2.describeRegions({ RegionNames: ['eu-west-1'] })).Regions).toHaveLength(1);
    expect((await ec2.describeRegions({ Filters: [{ Name: 'region-name', Values: ['eu-west-*'] }] })).Regions).toHaveLength(3);
    expect(await refused(ec2.describeRegions({ RegionNames: ['mars-1'] }))).toEqual([
      'InvalidParameterValue',
      'Region not found: mars-1',
      400,
    ]);
  });

  it('are described with their ids', async () => {
    const { AvailabilityZones } = await ec2.describeAvailabilityZones({});
    expect(AvailabilityZones?.map((zone) => [zone.ZoneName, zone.ZoneId, zone.State])).toEqual([
      ['us-east-2a', 'use2-az1', 'available'],
      ['us-east-2b', 'use2-az2', 'available'],
      ['us-east-2c', 'use2-az3', 'available'],
    ]);
    expect((await ec2.describeAvailabilityZones({ ZoneIds: ['use2-az2'] })).AvailabilityZones).toMatchObject([{ ZoneName: 'us-east-2b' }]);
    expect((await ec2.describeAvailabilityZones({ Filters: [{ Name: 'zone-name', Values: ['*c'] }] })).AvailabilityZones).toHaveLength(1);
    expect(await refused(ec2.describeAvailabilityZones({ ZoneNames: ['eu-west-1a'] }))).toEqual([
      'InvalidParameterValue',
      'Invalid availability zone: [eu-west-1a]',
      400,
    ]);
  });
});

const CALLS = ['describeVpcs', 'describeSubnets', 'describeSecurityGroups', 'describeRegions', 'describeAvailabilityZones'] as const;

describe.each(CALLS)('%s', (call) => {
  const action = `ec2:${call[0]?.toUpperCase()}${call.slice(1)}`;
  const as = async (...statements: object[]) => {
    const credentials = await account.user(`${call}-${statements.length}-${Math.abs(JSON.stringify(statements).length)}`, {
      inline: { p: policy(...statements) },
    });
    return new EC2(clientConfig(server, credentials, 'us-east-2'));
  };

  it('is allowed to who has it, and denied to who has everything else', async () => {
    const may = await as({ Effect: 'Allow', Action: action, Resource: '*' });
    expect(await refused(may[call]({}))).toBeUndefined();
    const others = CALLS.filter((other) => other !== call).map((other) => `ec2:${other[0]?.toUpperCase()}${other.slice(1)}`);
    const mayNot = await as({ Effect: 'Allow', Action: others, Resource: '*' });
    expect(await refused(mayNot[call]({}))).toMatchObject([
      'UnauthorizedOperation',
      expect.stringContaining('You are not authorized to perform this operation.'),
      403,
    ]);
  });

  it('answers a dry run by what would happen', async () => {
    expect(await refused(ec2[call]({ DryRun: true }))).toEqual([
      'DryRunOperation',
      'Request would have succeeded, but DryRun flag is set.',
      412,
    ]);
  });
});
