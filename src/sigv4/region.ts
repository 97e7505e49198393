/**
 * Regions of the `aws` partition that a credential may be scoped to, opt-in regions included.
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
export const AWS_REGIONS: ReadonlySet<string> = new Set([
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
]);

/** The one region of services without regions: IAM, Organizations. */
export const GLOBAL_REGION: ReadonlySet<string> = new Set(['us-east-1']);

/** The region that an AWS host name states (`sts.eu-west-1.amazonaws.com`); undefined for hosts without one, such as `localhost:4566`. */
export function regionOfHost(host: string): string | undefined {
  if (!host.includes('.amazonaws.com')) return undefined;
  for (const label of host.split('.', 8)) if (AWS_REGIONS.has(label)) return label;
  return undefined;
}
