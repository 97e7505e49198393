import { ServiceError } from '../../core/service-error.ts';

/*
 * The answers of the token service to mistakes: each is an error of OAuth and a shape of AWS's at once.
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/CommonErrors.html
 */

const oauth = (code: string, error: string) => (description: string) =>
  new ServiceError(code, description, { fields: { error, error_description: description } });

export const invalidRequest = oauth('InvalidRequestException', 'invalid_request');
export const invalidClient = () =>
  oauth('InvalidClientException', 'invalid_client')('The client is not registered, or its registration has expired.');
export const invalidClientMetadata = oauth('InvalidClientMetadataException', 'invalid_client_metadata');
export const invalidRedirectUri = oauth('InvalidRedirectUriException', 'invalid_redirect_uri');
export const invalidScope = oauth('InvalidScopeException', 'invalid_scope');
export const unsupportedGrantType = () =>
  oauth('UnsupportedGrantTypeException', 'unsupported_grant_type')('The grant type is not supported.');
export const unauthorizedClient = oauth('UnauthorizedClientException', 'unauthorized_client');
/** One sentence for all that is wrong with a code or token: whoever guesses learns nothing. */
export const invalidGrant = () => oauth('InvalidGrantException', 'invalid_grant')('Invalid grant provided');
export const authorizationPending = () =>
  oauth('AuthorizationPendingException', 'authorization_pending')('The authorization is still pending.');
export const slowDown = () => oauth('SlowDownException', 'slow_down')('Too many requests: wait before asking again.');
export const accessDenied = () => oauth('AccessDeniedException', 'access_denied')('The request was denied.');
export const expiredToken = () => oauth('ExpiredTokenException', 'expired_token')('The code has expired. Begin again.');
