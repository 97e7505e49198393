import type { Scope } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';

/*
 * Account Management's answers to mistakes.
 * @see https://docs.aws.amazon.com/accounts/latest/reference/CommonErrors.html
 */

/** 403, in the form of a denial: what an organization keeps its accounts from is told behind it. */
export const accessDenied = (scope: Scope, action: string, why?: string): ServiceError =>
  new ServiceError(
    'AccessDeniedException',
    `User: ${scope.caller.principal.arn} is not authorized to perform: account:${action}${why === undefined ? '' : ` (${why})`}`,
  );

/** 404 */
export const notFound = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);

/** 400: one member that the model lets through will not do. Sentences are (unverified). */
export const invalidField = (name: string, message: string): ServiceError =>
  new ServiceError('ValidationException', message, { fields: { reason: 'fieldValidationFailed', fieldList: [{ name, message }] } });

/** 400: a region that cannot be asked about (unverified sentence). */
export const invalidRegion = (name: string): ServiceError =>
  new ServiceError('ValidationException', `${name} is not a valid Region.`, { fields: { reason: 'invalidRegionOptTarget' } });

/** 409 */
export const conflict = (message: string): ServiceError => new ServiceError('ConflictException', message);

/** 429 */
export const tooManyRequests = (): ServiceError => new ServiceError('TooManyRequestsException', 'Too many requests. Try again later.');
