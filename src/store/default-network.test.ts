import { describe, expect, it } from 'vitest';
import { systemRandom } from '../core/id.ts';
import { DEFAULT_REGIONS, REGIONS } from '../core/region.ts';
import { defaultNetwork } from './default-network.ts';

describe('the default network', () => {
  it('has a subnet in each zone of the region, side by side in the VPC, and one group', () => {
    const { vpc, subnets, securityGroup } = defaultNetwork('111122223333', 'us-east-1', systemRandom);
    expect(vpc).toMatchObject({ accountId: '111122223333', region: 'us-east-1', cidrBlock: '172.31.0.0/16', isDefault: true });
    expect(vpc.vpcId).toMatch(/^vpc-[0-9a-f]{17}$/);
    expect(subnets.map((subnet) => [subnet.availabilityZone, subnet.availabilityZoneId, subnet.cidrBlock])).toEqual([
      ['us-east-1a', 'use1-az1', '172.31.0.0/20'],
      ['us-east-1b', 'use1-az2', '172.31.16.0/20'],
      ['us-east-1c', 'use1-az3', '172.31.32.0/20'],
      ['us-east-1d', 'use1-az4', '172.31.48.0/20'],
      ['us-east-1e', 'use1-az5', '172.31.64.0/20'],
      ['us-east-1f', 'use1-az6', '172.31.80.0/20'],
    ]);
    expect(new Set(subnets.map((subnet) => subnet.vpcId))).toEqual(new Set([vpc.vpcId]));
    expect(securityGroup).toMatchObject({
      groupName: 'default',
      vpcId: vpc.vpcId,
      ingress: [{ protocol: '-1', groupIds: [securityGroup.groupId] }],
    });
  });

  it('can be made in every region, of which 17 are there from the first day', () => {
    for (const region of REGIONS.keys()) expect(defaultNetwork('111122223333', region, systemRandom).subnets.length).toBeGreaterThan(1);
    expect(DEFAULT_REGIONS).toHaveLength(17);
  });

  it('is refused where there is no region', () => {
    expect(() => defaultNetwork('111122223333', 'us-east-9', systemRandom)).toThrow('us-east-9');
  });
});
