import type { GetDelegatedAccessTokenRequest, GetDelegatedAccessTokenResponse } from '@aws-sdk/client-sts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';

/**
 * Trades the token of a delegation request for credentials. AWS sends such tokens to the topics of its partners; here nobody issues any, so
 * there is none that could be valid.
 * @throws ExpiredTradeInToken  400  always; (unverified) wording
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
 */
export async function getDelegatedAccessToken(_input: Valid<GetDelegatedAccessTokenRequest>): Promise<GetDelegatedAccessTokenResponse> {
  throw new ServiceError('ExpiredTradeInTokenException', 'The trade-in token is invalid or has expired.');
}
