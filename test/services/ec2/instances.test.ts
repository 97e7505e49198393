import { EC2, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atOnce, clientConfig, policy, startTestServer, type TestAccount, type TestServer } from '../../harness.ts';

const REGION = 'us-east-2';
const IMAGE = 'ami-0123456789abcdef0';

let server: TestServer;
let account: TestAccount;
let ec2: EC2;
let subnet: string;
let group: string;

beforeAll(async () => {
  server = await startTestServer({ pace: 1 });
  account = await server.account();
  ec2 = new EC2(clientConfig(server, account.root, REGION));
  subnet = (await ec2.describeSubnets({ Filters: [{ Name: 'availability-zone', Values: ['us-east-2a'] }] })).Subnets?.[0]?.SubnetId ?? '';
  group = (await ec2.describeSecurityGroups({})).SecurityGroups?.[0]?.GroupId ?? '';
  await profile('app');
});

afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

const trusts = (service: string, condition?: object) =>
  JSON.stringify(
    policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...(condition && { Condition: condition }) }),
  );

/** An instance profile with a role of the same name in it. */
async function profile(name: string): Promise<void> {
  await account.asRoot('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trusts('ec2.amazonaws.com') });
  await account.asRoot('iam', 'CreateInstanceProfile', { InstanceProfileName: name });
  await account.asRoot('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: name });
}

const one: RunInstancesCommandInput = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };

const run = async (more: Partial<RunInstancesCommandInput> = {}, client = ec2) => {
  const { Instances: [instance] = [] } = await client.runInstances({ ...one, ...more });
  if (!instance?.InstanceId) throw new Error('no instance');
  return { ...instance, InstanceId: instance.InstanceId };
};

const refused = async (call: Promise<unknown>): Promise<readonly unknown[] | undefined> => {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { name, message, $metadata } = error as { name: string; message: string; $metadata: { httpStatusCode?: number } };
    return [name, message, $metadata.httpStatusCode];
  }
};

const stateOf = async (id: string) => (await ec2.describeInstances({ InstanceIds: [id] })).Reservations?.[0]?.Instances?.[0]?.State?.Name;
const later = (seconds: number) => server.clock.advance(seconds * 1000);

describe('RunInstances', () => {
  it('records an instance in the default network, and tells what it was asked', async () => {
    const made = await run({
      IamInstanceProfile: { Name: 'app' },
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'web' }] },
        { ResourceType: 'volume', Tags: [{ Key: 'kind', Value: 'root' }] },
      ],
      MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 3, InstanceMetadataTags: 'enabled' },
    });
    expect(made).toMatchObject({
      InstanceId: expect.stringMatching(/^i-[0-9a-f]{17}$/),
      ImageId: IMAGE,
      InstanceType: 't3.micro',
      State: { Code: 0, Name: 'pending' },
      SubnetId: subnet,
      Placement: { AvailabilityZone: 'us-east-2a', Tenancy: 'default' },
      PrivateIpAddress: expect.stringMatching(/^172\.31\.\d+\.\d+$/),
      SecurityGroups: [{ GroupId: group, GroupName: 'default' }],
      IamInstanceProfile: { Arn: `arn:aws:iam::${account.id}:instance-profile/app`, Id: expect.stringMatching(/^AIPA/) },
      Tags: [{ Key: 'Name', Value: 'web' }],
      MetadataOptions: {
        State: 'pending',
        HttpTokens: 'optional',
        HttpPutResponseHopLimit: 3,
        HttpEndpoint: 'enabled',
        InstanceMetadataTags: 'enabled',
      },
    });
    later(15);
    const { Reservations } = await ec2.describeInstances({ InstanceIds: [made.InstanceId] });
    expect(Reservations).toMatchObject([{ OwnerId: account.id, Instances: [{ State: { Code: 16, Name: 'running' } }] }]);
    expect(Reservations?.[0]?.Instances?.[0]?.MetadataOptions?.State).toBe('applied');
    const { Tags } = await ec2.describeTags({ Filters: [{ Name: 'key', Values: ['Name', 'kind'] }] });
    expect(Tags).toEqual(
      expect.arrayContaining([
        { Key: 'Name', Value: 'web', ResourceId: made.InstanceId, ResourceType: 'instance' },
        { Key: 'kind', Value: 'root', ResourceId: expect.stringMatching(/^vol-/), ResourceType: 'volume' },
      ]),
    );
  });

  it('asks for IMDSv2 unless told otherwise', async () => {
    expect((await run()).MetadataOptions).toMatchObject({
      HttpTokens: 'required',
      HttpEndpoint: 'enabled',
      InstanceMetadataTags: 'disabled',
    });
  });

  it('launches several at once, each with an address of its own', async () => {
    const { Instances = [], ReservationId } = await ec2.runInstances({ ...one, MinCount: 2, MaxCount: 4 });
    expect(Instances.map((instance) => instance.AmiLaunchIndex)).toEqual([0, 1, 2, 3]);
    expect(new Set(Instances.map((instance) => instance.PrivateIpAddress)).size).toBe(4);
    const found = await ec2.describeInstances({ Filters: [{ Name: 'reservation-id', Values: [ReservationId ?? ''] }] });
    expect(found.Reservations).toHaveLength(1);
    expect(found.Reservations?.[0]?.Instances).toHaveLength(4);
  });

  it('does the same call once, by its client token', async () => {
    const ClientToken = 'a-token';
    const [first, second] = [await run({ ClientToken }), await run({ ClientToken })];
    expect(second.InstanceId).toBe(first.InstanceId);
    expect(await refused(run({ ClientToken, InstanceType: 't3.small' }))).toMatchObject([
      'IdempotentParameterMismatch',
      expect.anything(),
      400,
    ]);
  });

  it('does not take a token for used when only some of its instances are left', async () => {
    const launch = { ...one, MinCount: 3, MaxCount: 3, ClientToken: 'three' };
    const { Instances = [], ReservationId } = await ec2.runInstances(launch);
    const [first, ...rest] = Instances.map((instance) => instance.InstanceId ?? '');
    const at = (hours: number) => {
      server.clock.advance(hours * 3600_000);
      return new EC2({ ...clientConfig(server, account.root, REGION), systemClockOffset: server.clock.now() - Date.now() });
    };
    await ec2.terminateInstances({ InstanceIds: [first ?? ''] });
    const later = at(2);
    // A launch clears away what is gone.
    await later.runInstances(one);
    expect((await later.runInstances(launch)).Instances?.map((instance) => instance.InstanceId).sort()).toEqual(rest.sort());
    await later.terminateInstances({ InstanceIds: rest });
    const again = await at(2).runInstances(launch);
    expect([again.Instances?.length, again.ReservationId === ReservationId]).toEqual([3, false]);
    server.clock.reset();
  });

  it('takes the address and the network interface that it is given', async () => {
    const given = await run({ NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnet, Groups: [group], PrivateIpAddress: '172.31.7.7' }] });
    expect(given).toMatchObject({
      SubnetId: subnet,
      PrivateIpAddress: '172.31.7.7',
      PrivateDnsName: 'ip-172-31-7-7.us-east-2.compute.internal',
    });
    expect(await refused(run({ SubnetId: subnet, PrivateIpAddress: '172.31.7.7' }))).toMatchObject([
      'InvalidIPAddress.InUse',
      expect.anything(),
      400,
    ]);
    await ec2.terminateInstances({ InstanceIds: [given.InstanceId] });
    expect((await run({ SubnetId: subnet, PrivateIpAddress: '172.31.7.7' })).PrivateIpAddress).toBe('172.31.7.7');
  });

  it.each([
    [{ ImageId: undefined }, 'MissingParameter', 'The request must contain the parameter ImageId'],
    [{ ImageId: 'ami-x' }, 'InvalidAMIID.Malformed', 'Invalid id: "ami-x" (expecting "ami-...")'],
    [{ InstanceType: 'huge' }, 'InvalidParameterValue', "Invalid value 'huge' for InstanceType."],
    [{ MinCount: 0 }, 'InvalidParameterValue', 'Value (0) for parameter minCount is invalid. Expected: number > 0'],
    [{ MinCount: 3, MaxCount: 2 }, 'InvalidParameterValue', /minCount/],
    [{ MinCount: 1001, MaxCount: 1001 }, 'InstanceLimitExceeded', /1001.*1000/],
    [{ SubnetId: 'subnet-00000000' }, 'InvalidSubnetID.NotFound', "The subnet ID 'subnet-00000000' does not exist"],
    [{ SecurityGroupIds: ['sg-00000000'] }, 'InvalidGroup.NotFound', "The security group 'sg-00000000' does not exist"],
    [{ SecurityGroups: ['none'] }, 'InvalidGroup.NotFound', "The security group 'none' does not exist"],
    [{ Placement: { AvailabilityZone: 'eu-west-1a' } }, 'InvalidParameterValue', 'Invalid availability zone: [eu-west-1a]'],
    [{ KeyName: 'mine' }, 'InvalidKeyPair.NotFound', "The key pair 'mine' does not exist"],
    [{ PrivateIpAddress: '10.0.0.1' }, 'InvalidParameterValue', /does not fall within the subnet's address range/],
    [{ UserData: '***' }, 'InvalidParameterValue', 'Invalid BASE64 encoding of user data.'],
    [{ UserData: Buffer.alloc(16_385).toString('base64') }, 'InvalidParameterValue', 'User data is limited to 16384 bytes'],
    [
      { IamInstanceProfile: { Name: 'nobody' } },
      'InvalidParameterValue',
      'Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    ],
    [
      { IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/app' } },
      'InvalidParameterValue',
      'Value (arn:aws:iam::123456789012:instance-profile/app) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN',
    ],
    [
      { SecurityGroupIds: Array(17).fill('sg-00000000') },
      'InvalidParameterValue',
      'The parameter SecurityGroupId can have at most 16 values.',
    ],
    [{ BlockDeviceMappings: Array(129).fill({ DeviceName: 'x', Ebs: {} }) }, 'InvalidParameterValue', /at most 128/],
    [
      { BlockDeviceMappings: [{ DeviceName: 'x', Ebs: { SnapshotId: 'snap-1' } }] },
      'InvalidSnapshot.NotFound',
      "The snapshot 'snap-1' does not exist.",
    ],
    [{ Placement: { GroupName: 'g' } }, 'InvalidPlacementGroup.Unknown', "The Placement Group 'g' is unknown."],
    [{ LaunchTemplate: { LaunchTemplateName: 'x' } }, 'UnsupportedOperation', 'Sagegate records instances without LaunchTemplate.'],
    [{ MetadataOptions: { HttpTokens: 'Required' } }, 'InvalidParameterValue', /HttpTokens.*'optional', 'required'/],
    [{ Placement: { Tenancy: 'none' } }, 'InvalidParameterValue', /tenancy/],
    [{ ClientToken: 'x'.repeat(65) }, 'InvalidParameterValue', /clientToken/],
    [{ MetadataOptions: { HttpPutResponseHopLimit: 65 } }, 'InvalidParameterValue', /HttpPutResponseHopLimit/],
    [
      { TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'aws:x', Value: '' }] }] },
      'InvalidParameterValue',
      "Tag keys starting with 'aws:' are reserved for internal use",
    ],
  ])('refuses %j', async (input, code, message) => {
    expect(await refused(ec2.runInstances({ ...one, ...(input as object) }))).toEqual([
      code,
      typeof message === 'string' ? message : expect.stringMatching(message),
      400,
    ]);
  });

  it('refuses a profile that has no role', async () => {
    await account.asRoot('iam', 'CreateInstanceProfile', { InstanceProfileName: 'empty' });
    expect(await refused(run({ IamInstanceProfile: { Name: 'empty' } }))).toEqual([
      'InvalidParameterValue',
      `IAM Instance Profile "arn:aws:iam::${account.id}:instance-profile/empty" has no associated IAM Roles`,
      400,
    ]);
  });
});

describe('states', () => {
  it('follow the clock', async () => {
    const { InstanceId: id } = await run();
    expect(await stateOf(id)).toBe('pending');
    expect(await refused(ec2.stopInstances({ InstanceIds: [id] }))).toEqual([
      'IncorrectInstanceState',
      `The instance '${id}' is not in a state from which it can be stopped.`,
      400,
    ]);
    later(15);
    expect(await stateOf(id)).toBe('running');
    expect((await ec2.stopInstances({ InstanceIds: [id] })).StoppingInstances).toEqual([
      { InstanceId: id, PreviousState: { Code: 16, Name: 'running' }, CurrentState: { Code: 64, Name: 'stopping' } },
    ]);
    later(20);
    expect(await stateOf(id)).toBe('stopped');
    expect((await ec2.startInstances({ InstanceIds: [id] })).StartingInstances?.[0]?.CurrentState?.Name).toBe('pending');
    later(15);
    await ec2.rebootInstances({ InstanceIds: [id] });
    expect((await ec2.terminateInstances({ InstanceIds: [id] })).TerminatingInstances?.[0]?.CurrentState?.Name).toBe('shutting-down');
    later(20);
    expect(await stateOf(id)).toBe('terminated');
    expect(await refused(ec2.startInstances({ InstanceIds: [id] }))).toMatchObject(['IncorrectInstanceState', expect.anything(), 400]);
    later(3600);
    const next = new EC2({ ...clientConfig(server, account.root, REGION), systemClockOffset: server.clock.now() - Date.now() });
    expect(await refused(next.describeInstances({ InstanceIds: [id] }))).toEqual([
      'InvalidInstanceID.NotFound',
      `The instance ID '${id}' does not exist`,
      400,
    ]);
    server.clock.reset();
  });

  it('change for all that are named, or for none', async () => {
    const { InstanceId: id } = await run();
    expect(await refused(ec2.terminateInstances({ InstanceIds: [id, 'i-00000000000000000'] }))).toMatchObject([
      'InvalidInstanceID.NotFound',
      expect.anything(),
      400,
    ]);
    expect(await refused(ec2.terminateInstances({ InstanceIds: ['x'] }))).toMatchObject([
      'InvalidInstanceID.Malformed',
      expect.anything(),
      400,
    ]);
    expect(await refused(ec2.terminateInstances({ InstanceIds: Array(1001).fill(id) }))).toMatchObject([
      'InvalidParameterValue',
      'The parameter InstanceId can have at most 1000 values.',
      400,
    ]);
    expect(await refused(ec2.terminateInstances({ InstanceIds: [] }))).toMatchObject(['MissingParameter', expect.anything(), 400]);
    expect(await stateOf(id)).toBe('pending');
  });

  it('are told of running instances, and of others on request', async () => {
    const { InstanceId: id } = await run();
    expect((await ec2.describeInstanceStatus({ InstanceIds: [id] })).InstanceStatuses).toEqual([]);
    expect((await ec2.describeInstanceStatus({ InstanceIds: [id], IncludeAllInstances: true })).InstanceStatuses).toMatchObject([
      { InstanceState: { Name: 'pending' }, InstanceStatus: { Status: 'not-applicable' } },
    ]);
    later(15);
    expect((await ec2.describeInstanceStatus({ InstanceIds: [id] })).InstanceStatuses).toMatchObject([
      { InstanceId: id, AvailabilityZone: 'us-east-2a', InstanceStatus: { Status: 'ok' }, SystemStatus: { Status: 'ok' } },
    ]);
  });
});

describe('DescribeInstances', () => {
  it('filters and pages', async () => {
    const fleet = new EC2(clientConfig(server, (await server.account()).root, REGION));
    for (const [value, count] of [
      ['blue', 3],
      ['green', 4],
    ] as const) {
      await fleet.runInstances({
        ...one,
        MinCount: count,
        MaxCount: count,
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: value }] }],
      });
    }
    const count = async (Name: string, ...Values: string[]) =>
      (await fleet.describeInstances({ Filters: [{ Name, Values }] })).Reservations?.flatMap((each) => each.Instances ?? []).length;
    expect(await count('tag:team', 'blue')).toBe(3);
    expect(await count('tag-key', 'team')).toBe(7);
    expect(await count('instance-state-name', 'pending')).toBe(7);
    expect(await count('instance-state-code', '16')).toBe(0);
    expect(await count('instance-type', 't3.*')).toBe(7);
    expect(await count('metadata-options.http-tokens', 'required')).toBe(7);
    expect(await count('iam-instance-profile.arn', '*')).toBe(0);
    expect(await refused(count('colour', 'red'))).toEqual(['InvalidParameterValue', "The filter 'colour' is invalid", 400]);
    const ids: (string | undefined)[] = [];
    let pages = 0;
    for (let NextToken: string | undefined; ; ) {
      const page = await fleet.describeInstances({ MaxResults: 5, ...(NextToken !== undefined && { NextToken }) });
      ids.push(...(page.Reservations ?? []).flatMap((each) => each.Instances ?? []).map((each) => each.InstanceId));
      pages++;
      NextToken = page.NextToken;
      if (NextToken === undefined) break;
    }
    expect([pages, new Set(ids).size]).toEqual([2, 7]);
  });

  it('shows nothing of other accounts and regions', async () => {
    const { InstanceId: id } = await run();
    const other = new EC2(clientConfig(server, (await server.account()).root, REGION));
    for (const client of [other, new EC2(clientConfig(server, account.root, 'us-east-1'))]) {
      for (const call of atOnce([
        client.describeInstances({ InstanceIds: [id] }),
        client.terminateInstances({ InstanceIds: [id] }),
        client.createTags({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] }),
        client.modifyInstanceMetadataOptions({ InstanceId: id, HttpTokens: 'optional' }),
        client.associateIamInstanceProfile({ InstanceId: id, IamInstanceProfile: { Name: 'app' } }),
      ])) {
        const [code] = (await refused(call)) ?? [];
        expect(['InvalidInstanceID.NotFound', 'InvalidParameterValue']).toContain(code);
      }
    }
    expect(await stateOf(id)).toBe('pending');
  });
});

describe('tags', () => {
  it('are laid over, and taken away by key or by key and value', async () => {
    const { InstanceId: id, VpcId = '' } = await run();
    const tags = async (resource: string) =>
      Object.fromEntries(
        ((await ec2.describeTags({ Filters: [{ Name: 'resource-id', Values: [resource] }] })).Tags ?? []).map((tag) => [
          tag.Key,
          tag.Value,
        ]),
      );
    await ec2.createTags({
      Resources: [id, VpcId],
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'A', Value: '2' },
        { Key: 'b', Value: '' },
      ],
    });
    await ec2.createTags({ Resources: [id], Tags: [{ Key: 'a', Value: '3' }] });
    expect(await tags(id)).toEqual({ a: '3', A: '2', b: '' });
    expect(await tags(VpcId)).toEqual({ a: '1', A: '2', b: '' });
    await ec2.deleteTags({ Resources: [id], Tags: [{ Key: 'a', Value: 'other' }, { Key: 'A' }] });
    expect(await tags(id)).toEqual({ a: '3', b: '' });
    await ec2.deleteTags({ Resources: [id] });
    expect(await tags(id)).toEqual({});
    expect(await refused(ec2.createTags({ Resources: [id, 'x-1'], Tags: [{ Key: 'a', Value: '' }] }))).toEqual([
      'InvalidID',
      "The ID 'x-1' is not valid",
      400,
    ]);
    expect(
      await refused(ec2.createTags({ Resources: [id], Tags: [...Array(51)].map((_, i) => ({ Key: String(i), Value: '' })) })),
    ).toMatchObject(['TagLimitExceeded', expect.anything(), 400]);
  });

  it('are described in pages', async () => {
    const { InstanceId: id } = await run();
    await ec2.createTags({ Resources: [id], Tags: [...Array(7)].map((_, i) => ({ Key: `k${i}`, Value: '' })) });
    const Filters = [{ Name: 'resource-id', Values: [id] }];
    const first = await ec2.describeTags({ Filters, MaxResults: 5 });
    const rest = await ec2.describeTags({ Filters, MaxResults: 5, NextToken: first.NextToken ?? '' });
    expect([...(first.Tags ?? []), ...(rest.Tags ?? [])].map((tag) => tag.Key)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6']);
    expect(rest.NextToken).toBeUndefined();
    expect(await refused(ec2.describeTags({ NextToken: 'x' }))).toMatchObject(['InvalidNextToken', expect.anything(), 400]);
  });
});

describe('the profile of an instance', () => {
  it('is associated, replaced and taken away', async () => {
    await profile('other');
    const { InstanceId: id } = await run();
    const made = (await ec2.associateIamInstanceProfile({ InstanceId: id, IamInstanceProfile: { Name: 'app' } }))
      .IamInstanceProfileAssociation;
    expect(made).toMatchObject({ AssociationId: expect.stringMatching(/^iip-assoc-[0-9a-f]{17}$/), InstanceId: id, State: 'associating' });
    expect(await refused(ec2.associateIamInstanceProfile({ InstanceId: id, IamInstanceProfile: { Name: 'other' } }))).toEqual([
      'IncorrectState',
      `There is an existing association for instance ${id}`,
      400,
    ]);
    later(10);
    const listed = await ec2.describeIamInstanceProfileAssociations({ Filters: [{ Name: 'instance-id', Values: [id] }] });
    expect(listed.IamInstanceProfileAssociations).toMatchObject([{ AssociationId: made?.AssociationId, State: 'associated' }]);
    const replaced = (
      await ec2.replaceIamInstanceProfileAssociation({ AssociationId: made?.AssociationId, IamInstanceProfile: { Name: 'other' } })
    ).IamInstanceProfileAssociation;
    expect(replaced?.IamInstanceProfile?.Arn).toBe(`arn:aws:iam::${account.id}:instance-profile/other`);
    expect(replaced?.AssociationId).not.toBe(made?.AssociationId);
    expect(await refused(ec2.disassociateIamInstanceProfile({ AssociationId: made?.AssociationId }))).toEqual([
      'InvalidAssociationID.NotFound',
      `An invalid association-id of '${made?.AssociationId}' was given`,
      400,
    ]);
    const taken = await ec2.disassociateIamInstanceProfile({ AssociationId: replaced?.AssociationId });
    expect(taken.IamInstanceProfileAssociation?.State).toBe('disassociating');
    expect(
      (await ec2.describeIamInstanceProfileAssociations({ Filters: [{ Name: 'instance-id', Values: [id] }] }))
        .IamInstanceProfileAssociations,
    ).toEqual([]);
    expect(await refused(ec2.describeIamInstanceProfileAssociations({ AssociationIds: [replaced?.AssociationId ?? ''] }))).toMatchObject([
      'InvalidAssociationID.NotFound',
      expect.anything(),
      400,
    ]);
  });
});

describe('ModifyInstanceMetadataOptions', () => {
  it('changes what is said, and leaves the rest', async () => {
    const { InstanceId: id } = await run();
    const { InstanceMetadataOptions: changed } = await ec2.modifyInstanceMetadataOptions({
      InstanceId: id,
      HttpTokens: 'optional',
      InstanceMetadataTags: 'enabled',
    });
    expect(changed).toMatchObject({
      State: 'pending',
      HttpTokens: 'optional',
      HttpPutResponseHopLimit: 2,
      InstanceMetadataTags: 'enabled',
    });
    expect(
      await refused(ec2.modifyInstanceMetadataOptions({ InstanceId: id, HttpEndpoint: 'disabled', HttpTokens: 'required' })),
    ).toMatchObject(['InvalidParameterCombination', expect.anything(), 400]);
  });
});

const ANY = 'arn:aws:ec2:*:*:';
const launchParts = ['instance/*', 'subnet/*', 'network-interface/*', 'security-group/*', 'volume/*'].map((part) => ANY + part);

describe('who may', () => {
  let number = 0;
  const as = async (...statements: object[]) =>
    new EC2(clientConfig(server, await account.user(`caller-${number++}`, { inline: { p: policy(...statements) } }), REGION));
  const allow = (Action: string | string[], Resource: string | string[] = '*', Condition?: object) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  const denied = (action: string, resource: string, why = 'because') => [
    'UnauthorizedOperation',
    expect.stringContaining(`is not authorized to perform: ${action} on resource: ${resource} ${why}`),
    403,
  ];
  const here = (resource: string) => `arn:aws:ec2:us-east-2:${account.id}:${resource}`;
  const image = 'arn:aws:ec2:*::image/*';

  it('run instances: only with every resource that a launch takes (threat E23)', async () => {
    expect(await refused(run({}, await as(allow('ec2:RunInstances', [...launchParts, image]))))).toBeUndefined();
    for (const missing of [...launchParts, image]) {
      const caller = await as(
        allow(
          'ec2:RunInstances',
          [...launchParts, image].filter((part) => part !== missing),
        ),
      );
      const named: Record<string, string> = {
        [`${ANY}subnet/*`]: here(`subnet/${subnet}`),
        [`${ANY}security-group/*`]: here(`security-group/${group}`),
        [image]: `arn:aws:ec2:us-east-2::image/${IMAGE}`,
      };
      expect(await refused(run({}, caller))).toEqual(denied('ec2:RunInstances', named[missing] ?? here(missing.slice(ANY.length))));
    }
  });

  it.each([
    ['ec2:InstanceType', 't3.micro', {}, { InstanceType: 't3.small' as const }],
    ['ec2:MetadataHttpTokens', 'required', { MetadataOptions: { HttpTokens: 'required' as const } }, {}],
    [
      'ec2:MetadataHttpPutResponseHopLimit',
      '1',
      { MetadataOptions: { HttpPutResponseHopLimit: 1 } },
      { MetadataOptions: { HttpPutResponseHopLimit: 2 } },
    ],
    ['ec2:Tenancy', 'default', {}, { Placement: { Tenancy: 'dedicated' as const } }],
    [
      'aws:RequestTag/team',
      'blue',
      { TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'team', Value: 'blue' }] }] },
      {},
    ],
  ])('run instances by %s', async (key, value, fits, doesNot) => {
    const caller = await as(
      allow('ec2:RunInstances', `${ANY}instance/*`, { StringEquals: { [key]: value } }),
      allow('ec2:RunInstances', [...launchParts.slice(1), image]),
      allow('ec2:CreateTags', `${ANY}instance/*`, { StringEquals: { 'ec2:CreateAction': 'RunInstances' } }),
    );
    expect(await refused(run(fits, caller))).toBeUndefined();
    expect(await refused(run(doesNot, caller))).toEqual(denied('ec2:RunInstances', here('instance/*')));
  });

  it('launch with tags: ec2:CreateTags, which ec2:CreateAction can limit to launches', async () => {
    const TagSpecifications = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'team', Value: 'blue' }] }];
    expect(await refused(run({ TagSpecifications }, await as(allow('ec2:RunInstances'))))).toEqual(
      denied('ec2:CreateTags', here('instance/*')),
    );
    const onLaunch = await as(
      allow('ec2:RunInstances'),
      allow('ec2:CreateTags', '*', { StringEquals: { 'ec2:CreateAction': 'RunInstances' } }),
    );
    const { InstanceId: id } = await run({ TagSpecifications }, onLaunch);
    expect(await refused(onLaunch.createTags({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] }))).toEqual(
      denied('ec2:CreateTags', here(`instance/${id}`)),
    );
  });

  it('take all tags away at once: with the keys of those that are there (threat E20)', async () => {
    const { InstanceId: id } = await run();
    const Resources = [id];
    await ec2.createTags({ Resources, Tags: [{ Key: 'team', Value: 'red' }, { Key: 'note' }] });
    const keeping = await as(allow('ec2:DeleteTags'), {
      ...allow('ec2:DeleteTags', '*', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }),
      Effect: 'Deny',
    });
    const notes = await as(allow('ec2:DeleteTags', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['note'] } }));
    for (const [caller, why] of [
      [keeping, 'with an explicit deny'],
      [notes, 'because'],
    ] as const)
      for (const Tags of [undefined, [], [{ Key: 'team' }]])
        expect(await refused(caller.deleteTags({ Resources, Tags }))).toEqual(denied('ec2:DeleteTags', here(`instance/${id}`), why));
    expect(await refused(notes.deleteTags({ Resources, Tags: [{ Key: 'note' }] }))).toBeUndefined();
    await ec2.deleteTags({ Resources, Tags: [{ Key: 'team' }] });
    await ec2.createTags({ Resources, Tags: [{ Key: 'note' }] });
    for (const caller of [keeping, notes]) expect(await refused(caller.deleteTags({ Resources }))).toBeUndefined();
  });

  it.each([
    ['a volume beside the root', [{ DeviceName: '/dev/sdf', Ebs: { Encrypted: true } }]],
    ['the root, without saying how', [{ DeviceName: '/dev/xvda' }, { DeviceName: '/dev/sdf', Ebs: { Encrypted: true } }]],
  ])('run instances with encrypted volumes only, where the request describes %s (threat E23)', async (_, BlockDeviceMappings) => {
    const caller = await as(allow('ec2:RunInstances'), {
      ...allow('ec2:RunInstances', `${ANY}volume/*`, { Bool: { 'ec2:Encrypted': 'false' } }),
      Effect: 'Deny',
    });
    expect(await refused(run({ BlockDeviceMappings }, caller))).toEqual(
      denied('ec2:RunInstances', here('volume/*'), 'with an explicit deny'),
    );
    for (const DeviceName of ['/dev/xvda', '/dev/sda1'])
      expect(await refused(run({ BlockDeviceMappings: [{ DeviceName, Ebs: { Encrypted: true } }] }, caller))).toBeUndefined();
  });

  it('launch with a profile: iam:PassRole of its role to EC2 (threat R11)', async () => {
    const role = `arn:aws:iam::${account.id}:role/app`;
    const IamInstanceProfile = { Name: 'app' };
    const launch = allow('ec2:*');
    expect(await refused(run({ IamInstanceProfile }, await as(launch)))).toEqual(denied('iam:PassRole', role));
    const toOthers = allow('iam:PassRole', role, { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
    expect(await refused(run({ IamInstanceProfile }, await as(launch, toOthers)))).toEqual(denied('iam:PassRole', role));
    const toEc2 = allow('iam:PassRole', role, { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } });
    const passer = await as(launch, toEc2);
    expect(await refused(run({ IamInstanceProfile }, passer))).toBeUndefined();
    expect(await refused(run({ IamInstanceProfile, DryRun: true }, passer))).toEqual([
      'DryRunOperation',
      'Request would have succeeded, but DryRun flag is set.',
      412,
    ]);
    expect(await refused(run({ IamInstanceProfile, DryRun: true }, await as(launch)))).toEqual(denied('iam:PassRole', role));

    const { InstanceId } = await run();
    const associate = (client: EC2) => client.associateIamInstanceProfile({ InstanceId, IamInstanceProfile });
    expect(await refused(associate(await as(launch)))).toEqual(denied('iam:PassRole', role));
    const byProfile = (arn: string) =>
      as(allow('ec2:AssociateIamInstanceProfile', '*', { ArnEquals: { 'ec2:NewInstanceProfile': arn } }), toEc2);
    expect(await refused(associate(await byProfile('arn:aws:iam::*:instance-profile/other')))).toEqual(
      denied('ec2:AssociateIamInstanceProfile', here(`instance/${InstanceId}`)),
    );
    const { IamInstanceProfileAssociation: made } = await associate(await byProfile('arn:aws:iam::*:instance-profile/app'));
    const replace = (client: EC2) =>
      client.replaceIamInstanceProfileAssociation({ AssociationId: made?.AssociationId, IamInstanceProfile });
    expect(await refused(replace(await as(launch)))).toEqual(denied('iam:PassRole', role));
    expect(await refused(replace(passer))).toBeUndefined();
  });

  it.each(['startInstances', 'stopInstances', 'rebootInstances', 'terminateInstances'] as const)(
    '%s: each that is named, by its tags',
    async (call) => {
      const action = `ec2:${call[0]?.toUpperCase()}${call.slice(1)}`;
      const tag = (Value: string) => ({ TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'team', Value }] }] });
      const asked = (client: EC2) => (input: { InstanceIds: string[]; DryRun?: boolean }) =>
        (client[call] as (given: object) => Promise<unknown>).call(client, input);
      const [own, foreign] = [await run(tag('blue')), await run(tag('green'))];
      later(15);
      const caller = await as(
        allow(action, `${ANY}instance/*`, { StringEquals: { 'aws:ResourceTag/team': 'blue', 'ec2:ResourceTag/team': 'blue' } }),
      );
      expect(await refused(asked(caller)({ InstanceIds: [own.InstanceId, foreign.InstanceId] }))).toEqual(
        denied(action, here(`instance/${foreign.InstanceId}`)),
      );
      expect(await refused(asked(caller)({ InstanceIds: ['i-00000000000000000'] }))).toEqual(
        denied(action, here('instance/i-00000000000000000')),
      );
      expect(await refused(asked(caller)({ InstanceIds: [own.InstanceId], DryRun: true }))).toMatchObject([
        'DryRunOperation',
        expect.anything(),
        412,
      ]);
      expect(await refused(asked(caller)({ InstanceIds: [own.InstanceId] }))).toBeUndefined();
    },
  );

  it('weaken the metadata service: by ec2:Attribute/HttpTokens', async () => {
    const { InstanceId } = await run();
    const caller = await as(allow('ec2:*'), {
      Effect: 'Deny',
      Action: 'ec2:ModifyInstanceMetadataOptions',
      Resource: '*',
      Condition: { StringNotEquals: { 'ec2:Attribute/HttpTokens': 'required' } },
    });
    expect(await refused(caller.modifyInstanceMetadataOptions({ InstanceId, HttpTokens: 'required' }))).toBeUndefined();
    for (const change of [{ HttpTokens: 'optional' as const }, { HttpEndpoint: 'disabled' as const }])
      expect(await refused(caller.modifyInstanceMetadataOptions({ InstanceId, ...change }))).toMatchObject([
        'UnauthorizedOperation',
        expect.stringContaining('explicit deny'),
        403,
      ]);
  });

  it('take a profile away: on the instance that has it', async () => {
    const { InstanceId } = await run({ IamInstanceProfile: { Name: 'app' } });
    const [association] =
      (await ec2.describeIamInstanceProfileAssociations({ Filters: [{ Name: 'instance-id', Values: [InstanceId] }] }))
        .IamInstanceProfileAssociations ?? [];
    const AssociationId = association?.AssociationId;
    const elsewhere = await as(allow('ec2:DisassociateIamInstanceProfile', `${ANY}instance/i-00000000000000000`));
    expect(await refused(elsewhere.disassociateIamInstanceProfile({ AssociationId }))).toEqual(
      denied('ec2:DisassociateIamInstanceProfile', here(`instance/${InstanceId}`)),
    );
    expect(await refused(elsewhere.disassociateIamInstanceProfile({ AssociationId: 'iip-assoc-0' }))).toEqual(
      denied('ec2:DisassociateIamInstanceProfile', here('instance/*')),
    );
    const there = await as(allow('ec2:DisassociateIamInstanceProfile', here(`instance/${InstanceId}`)));
    expect(await refused(there.disassociateIamInstanceProfile({ AssociationId }))).toBeUndefined();
  });
});

it('passes no other role than the one that was authorised, when the profile changes meanwhile (threat E24)', async () => {
  await profile('swapped');
  await account.asRoot('iam', 'CreateRole', { RoleName: 'stronger', AssumeRolePolicyDocument: trusts('ec2.amazonaws.com') });
  const { write } = server.installation.store;
  const caller = new EC2(clientConfig(server, account.root, REGION));
  let swapped = false;
  server.installation.store.write = async (work) => {
    server.installation.store.write = write;
    if (!swapped) {
      swapped = true;
      await account.asRoot('iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName: 'swapped', RoleName: 'swapped' });
      await account.asRoot('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: 'swapped', RoleName: 'stronger' });
    }
    return write.call(server.installation.store, work) as never;
  };
  expect(await refused(run({ IamInstanceProfile: { Name: 'swapped' } }, caller))).toMatchObject([
    'IncorrectState',
    expect.stringContaining('has changed meanwhile'),
    400,
  ]);
});
