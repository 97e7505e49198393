/** A region of the `aws` partition. */
export interface Region {
  readonly name: string;
  /** As `DescribeAvailabilityZones` prints it in `GroupLongName`: `US East (N. Virginia)`. */
  readonly longName: string;
  /** Whether an account has to switch it on first. */
  readonly optIn: boolean;
  /** What zone ids begin with: `use1` in `use1-az1`. */
  readonly zonePrefix: string;
  /** Letters of the availability zones. Which ones an account sees differs on AWS; here every account sees the same. */
  readonly zones: string;
}

const region = (name: string, longName: string, zonePrefix: string, zones = 'abc', optIn = false): Region => ({
  name,
  longName,
  optIn,
  zonePrefix,
  zones,
});

const optInRegion = (name: string, longName: string, zonePrefix: string): Region => region(name, longName, zonePrefix, 'abc', true);

/**
 * Every region of the partition, by name.
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
export const REGIONS: ReadonlyMap<string, Region> = new Map(
  [
    optInRegion('af-south-1', 'Africa (Cape Town)', 'afs1'),
    optInRegion('ap-east-1', 'Asia Pacific (Hong Kong)', 'ape1'),
    optInRegion('ap-east-2', 'Asia Pacific (Taipei)', 'ape2'),
    region('ap-northeast-1', 'Asia Pacific (Tokyo)', 'apne1', 'acd'),
    region('ap-northeast-2', 'Asia Pacific (Seoul)', 'apne2', 'abcd'),
    region('ap-northeast-3', 'Asia Pacific (Osaka)', 'apne3'),
    region('ap-south-1', 'Asia Pacific (Mumbai)', 'aps1'),
    optInRegion('ap-south-2', 'Asia Pacific (Hyderabad)', 'aps2'),
    region('ap-southeast-1', 'Asia Pacific (Singapore)', 'apse1'),
    region('ap-southeast-2', 'Asia Pacific (Sydney)', 'apse2'),
    optInRegion('ap-southeast-3', 'Asia Pacific (Jakarta)', 'apse3'),
    optInRegion('ap-southeast-4', 'Asia Pacific (Melbourne)', 'apse4'),
    optInRegion('ap-southeast-5', 'Asia Pacific (Malaysia)', 'apse5'),
    optInRegion('ap-southeast-6', 'Asia Pacific (New Zealand)', 'apse6'),
    optInRegion('ap-southeast-7', 'Asia Pacific (Thailand)', 'apse7'),
    region('ca-central-1', 'Canada (Central)', 'cac1', 'abd'),
    optInRegion('ca-west-1', 'Canada West (Calgary)', 'caw1'),
    region('eu-central-1', 'Europe (Frankfurt)', 'euc1'),
    optInRegion('eu-central-2', 'Europe (Zurich)', 'euc2'),
    region('eu-north-1', 'Europe (Stockholm)', 'eun1'),
    optInRegion('eu-south-1', 'Europe (Milan)', 'eus1'),
    optInRegion('eu-south-2', 'Europe (Spain)', 'eus2'),
    region('eu-west-1', 'Europe (Ireland)', 'euw1'),
    region('eu-west-2', 'Europe (London)', 'euw2'),
    region('eu-west-3', 'Europe (Paris)', 'euw3'),
    optInRegion('il-central-1', 'Israel (Tel Aviv)', 'ilc1'),
    optInRegion('me-central-1', 'Middle East (UAE)', 'mec1'),
    optInRegion('me-south-1', 'Middle East (Bahrain)', 'mes1'),
    optInRegion('mx-central-1', 'Mexico (Central)', 'mxc1'),
    region('sa-east-1', 'South America (Sao Paulo)', 'sae1'),
    region('us-east-1', 'US East (N. Virginia)', 'use1', 'abcdef'),
    region('us-east-2', 'US East (Ohio)', 'use2'),
    region('us-west-1', 'US West (N. California)', 'usw1', 'ac'),
    region('us-west-2', 'US West (Oregon)', 'usw2', 'abcd'),
  ].map((each) => [each.name, each]),
);

/** Regions that every account can use without switching them on. */
export const DEFAULT_REGIONS: readonly string[] = [...REGIONS.values()].filter((each) => !each.optIn).map((each) => each.name);

/** An availability zone: `{ name: 'us-east-2a', id: 'use2-az1' }`. */
export interface Zone {
  readonly name: string;
  readonly id: string;
}

export const zonesOf = ({ name, zonePrefix, zones }: Region): Zone[] =>
  [...zones].map((letter, i) => ({ name: name + letter, id: `${zonePrefix}-az${i + 1}` }));
