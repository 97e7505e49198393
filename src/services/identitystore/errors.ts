import { ServiceError } from '../../core/service-error.ts';

/*
 * The answers of the identity store to mistakes, each sentence in one place. Those that no public record shows are (unverified).
 * @see https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/CommonErrors.html
 */

export type ResourceKind = 'USER' | 'GROUP' | 'GROUP_MEMBERSHIP' | 'IDENTITY_STORE';

export const notFound = (kind: ResourceKind, id?: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `${kind} not found.`, {
    fields: { ResourceType: kind, ...(id === undefined ? {} : { ResourceId: id }) },
  });

export const conflict = (message: string): ServiceError =>
  new ServiceError('ConflictException', message, { fields: { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' } });

export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

export const quotaExceeded = (message: string): ServiceError => new ServiceError('ServiceQuotaExceededException', message);
