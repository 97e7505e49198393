import { REGIONS } from '../core/region.ts';

/** Regions that a credential may be scoped to, opt-in regions included. */
export const AWS_REGIONS: ReadonlySet<string> = new Set(REGIONS.keys());

/** The one region of services without regions: IAM, Organizations. */
export const GLOBAL_REGION: ReadonlySet<string> = new Set(['us-east-1']);

/** The region that an AWS host name states (`sts.eu-west-1.amazonaws.com`); undefined for hosts without one, such as `localhost:4566`. */
export function regionOfHost(host: string): string | undefined {
  if (!host.includes('.amazonaws.com')) return undefined;
  for (const label of host.split('.', 8)) if (AWS_REGIONS.has(label)) return label;
  return undefined;
}
