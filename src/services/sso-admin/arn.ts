import { parseArn } from '../../core/arn.ts';

/** ARNs of IAM Identity Center, in the partition `aws`: they name neither region nor, for the most part, account. */

export const instanceArn = ({ instanceId }: { readonly instanceId: string }): string => `arn:aws:sso:::instance/${instanceId}`;

export const permissionSetArn = ({
  instanceId,
  permissionSetId,
}: {
  readonly instanceId: string;
  readonly permissionSetId: string;
}): string => `arn:aws:sso:::permissionSet/${instanceId}/${permissionSetId}`;

export const accountArn = (accountId: string): string => `arn:aws:sso:::account/${accountId}`;

/** `ps-…` in the ARN of a permission set; undefined for other ARNs, whose id then is not that of any. */
export function permissionSetIdOf(arn: string): string | undefined {
  return /^permissionSet\/[^/]+\/(ps-[a-zA-Z0-9-.]{16})$/.exec(parseArn(arn)?.resource ?? '')?.[1];
}
