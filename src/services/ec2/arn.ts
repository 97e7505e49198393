import { PARTITION } from '../../core/arn.ts';

/** ARN of something in a region; `resource` is for example `instance/i-0123456789abcdef0`. */
export const ec2Arn = ({ region, account }: { readonly region: string; readonly account: string }, resource: string): string =>
  `arn:${PARTITION}:ec2:${region}:${account}:${resource}`;
