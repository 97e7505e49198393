import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from '@aws-sdk/client-sts';
import type { OperationContext } from '../../authorization/operation.ts';
import { accountOfAccessKeyId } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { accessKeys } from '../../store/tables/iam.ts';

/**
 * The account of an access key, of whoever it is: long-term or temporary, active or not. An id carries its account; those that a seed brings
 * along do not, and are looked up.
 * @throws ValidationError  400  no access key id ((unverified) code and wording)
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
export async function getAccessKeyInfo(
  { AccessKeyId }: Valid<GetAccessKeyInfoRequest>,
  { reader }: OperationContext,
): Promise<GetAccessKeyInfoResponse> {
  const Account = (await reader.get(accessKeys, [AccessKeyId]))?.accountId ?? accountOfAccessKeyId(AccessKeyId);
  if (Account === undefined) throw new ServiceError('ValidationError', 'The request must contain a valid access key ID.');
  return { Account };
}
