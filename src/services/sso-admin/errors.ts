import { ServiceError } from '../../core/service-error.ts';

/*
 * The answers of IAM Identity Center to mistakes, each sentence in one place. Those that no public record shows are (unverified).
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/CommonErrors.html
 */

export const notFound = (kind: string, id: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `Could not find ${kind} with id ${id}`);

export const instanceNotFound = (arn: string): ServiceError => notFound('Instance', arn);

export const conflict = (message: string): ServiceError => new ServiceError('ConflictException', message);

export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

export const denied = (message: string): ServiceError => new ServiceError('AccessDeniedException', message);

export const quotaExceeded = (message: string): ServiceError => new ServiceError('ServiceQuotaExceededException', message);

/** For account instances, which assign no accounts. */
export const notSupported = (): ServiceError => invalid('The operation is not supported for this Identity Center instance');
