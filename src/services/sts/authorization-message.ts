import type { DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse } from '@aws-sdk/client-sts';
import { decodeAuthorizationMessage as decode } from '../../authorization/authorization-message.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';

/**
 * What an encoded authorization message says: why EC2 denied a call. Messages of other accounts and texts that are no message look alike.
 * @throws InvalidAuthorizationMessageException  400  (unverified) wording
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export async function decodeAuthorizationMessage(
  input: Valid<DecodeAuthorizationMessageRequest>,
  { account, installation }: OperationContext,
): Promise<DecodeAuthorizationMessageResponse> {
  const text = decode(input.EncodedMessage, account, installation);
  if (text === undefined) throw new ServiceError('InvalidAuthorizationMessageException', 'Message is not valid');
  return { DecodedMessage: text };
}
