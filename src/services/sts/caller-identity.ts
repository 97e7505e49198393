import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';

/**
 * Who signed this request. Asks no permission: even an explicit deny does not stop it.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function getCallerIdentity(
  _input: Valid<GetCallerIdentityRequest>,
  { caller, account }: OperationContext,
): Promise<GetCallerIdentityResponse> {
  return { UserId: caller.userId, Account: account, Arn: caller.principal.arn };
}
