import { ServiceError } from '../../core/service-error.ts';

/*
 * Service Catalog's answers to mistakes, all with status 400. The sentences are (unverified).
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/CommonErrors.html
 */

export const invalid = (message: string): ServiceError => new ServiceError('InvalidParametersException', message);

export const notFound = (what: string, id: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `${what} ${id} not found.`);

export const inUse = (message: string): ServiceError => new ServiceError('ResourceInUseException', message);

export const duplicate = (message: string): ServiceError => new ServiceError('DuplicateResourceException', message);

export const limitExceeded = (message: string): ServiceError => new ServiceError('LimitExceededException', message);
