import type {
  AvailabilityZone,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
} from '@aws-sdk/client-ec2';
import type { OperationContext } from '../../authorization/operation.ts';
import { REGIONS, type Region, zonesOf } from '../../core/region.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type Filters, filterBy } from './filter.ts';
import { refuseDryRun } from './page.ts';

const endpointOf = (region: string): string => `ec2.${region}.amazonaws.com`;

type RegionOutput = { readonly RegionName: string; readonly Endpoint: string; readonly OptInStatus: string };

const REGION_FILTERS: Filters<RegionOutput> = {
  endpoint: (r) => [r.Endpoint],
  'opt-in-status': (r) => [r.OptInStatus],
  'region-name': (r) => [r.RegionName],
};

/**
 * Regions that this installation serves; with `AllRegions` or by name also those it does not, as `not-opted-in`.
 * @throws InvalidParameterValue  400  a name that is no region
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
 */
export async function describeRegions(input: DescribeRegionsRequest, context: OperationContext): Promise<DescribeRegionsResult> {
  refuseDryRun(input);
  const passes = filterBy(input.Filters, REGION_FILTERS);
  const served = new Set(context.installation.regions);
  const status = (region: Region) => (!served.has(region.name) ? 'not-opted-in' : region.optIn ? 'opted-in' : 'opt-in-not-required');
  for (const name of input.RegionNames ?? []) {
    // (unverified) sentence
    if (!REGIONS.has(name)) throw new ServiceError('InvalidParameterValue', `Region not found: ${name}`);
  }
  const named = new Set(input.RegionNames);
  const regions = [...REGIONS.values()].filter(({ name }) => (named.size > 0 ? named.has(name) : input.AllRegions || served.has(name)));
  return {
    Regions: regions
      .map((region) => ({ RegionName: region.name, Endpoint: endpointOf(region.name), OptInStatus: status(region) }))
      .filter(passes),
  };
}

const ZONE_FILTERS: Filters<AvailabilityZone> = {
  'group-name': (z) => [z.GroupName],
  'group-long-name': (z) => [z.GroupLongName],
  message: () => [],
  'opt-in-status': (z) => [z.OptInStatus],
  'parent-zone-id': () => [],
  'parent-zone-name': () => [],
  'region-name': (z) => [z.RegionName],
  state: (z) => [z.State],
  'zone-id': (z) => [z.ZoneId],
  'zone-name': (z) => [z.ZoneName],
  'zone-type': (z) => [z.ZoneType],
};

/**
 * The availability zones of the region; local zones and wavelength zones are not among them.
 * @throws InvalidParameterValue  400  a zone that the region does not have
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html
 */
export async function describeAvailabilityZones(
  input: DescribeAvailabilityZonesRequest,
  context: OperationContext,
): Promise<DescribeAvailabilityZonesResult> {
  refuseDryRun(input);
  const passes = filterBy(input.Filters, ZONE_FILTERS);
  const region = REGIONS.get(context.region);
  const zones = region ? zonesOf(region) : [];
  for (const name of input.ZoneNames ?? []) {
    if (!zones.some((zone) => zone.name === name)) throw new ServiceError('InvalidParameterValue', `Invalid availability zone: [${name}]`);
  }
  for (const id of input.ZoneIds ?? []) {
    if (!zones.some((zone) => zone.id === id)) throw new ServiceError('InvalidParameterValue', `Invalid availability zone-id: [${id}]`);
  }
  const named = new Set([...(input.ZoneNames ?? []), ...(input.ZoneIds ?? [])]);
  return {
    AvailabilityZones: zones
      .filter((zone) => named.size === 0 || named.has(zone.name) || named.has(zone.id))
      .map(
        (zone): AvailabilityZone => ({
          OptInStatus: 'opt-in-not-required',
          Messages: [],
          RegionName: context.region,
          ZoneName: zone.name,
          ZoneId: zone.id,
          GroupName: `${context.region}-zg-1`,
          NetworkBorderGroup: context.region,
          ZoneType: 'availability-zone',
          GroupLongName: `${region?.longName} 1`,
          State: 'available',
        }),
      )
      .filter(passes),
  };
}
