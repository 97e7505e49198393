import { ServiceError } from '../../core/service-error.ts';

/*
 * IAM's answers to mistakes that more than one resource knows. A sentence that only one resource says stands in that resource's file.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */

/** 404 */
export const noSuchEntity = (message: string): ServiceError => new ServiceError('NoSuchEntityException', message);

/** 409 */
export const entityAlreadyExists = (message: string): ServiceError => new ServiceError('EntityAlreadyExistsException', message);

/** 409 */
export const deleteConflict = (message: string): ServiceError => new ServiceError('DeleteConflictException', message);

/** 409 */
export const limitExceeded = (message: string): ServiceError => new ServiceError('LimitExceededException', message);

/** 400 */
export const invalidInput = (message: string): ServiceError => new ServiceError('InvalidInputException', message);

/** 400, as the model's own constraints. */
export const validationError = (message: string): ServiceError => new ServiceError('ValidationError', message);

/** 400 */
export const unmodifiableEntity = (message: string): ServiceError => new ServiceError('UnmodifiableEntityException', message);

/** 409: what was authorised is no longer what the name stands for. */
export const concurrentModification = (): ServiceError =>
  new ServiceError(
    'ConcurrentModificationException',
    'The request was rejected because multiple requests to change this object were submitted simultaneously. Submit your request again.',
  );

/** 400: a policy of service-linked roles. */
export const policyNotAttachable = (): ServiceError =>
  new ServiceError('PolicyNotAttachableException', 'Cannot attach a Service Role Policy to a Customer Role.');
