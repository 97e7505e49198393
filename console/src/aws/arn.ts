/** The last part of an ARN's path: `Admin` of `arn:aws:iam::123456789012:role/team/Admin`. */
export const lastOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
