import { ServiceError } from '../../core/service-error.ts';

export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

/** (unverified) sentences, as all here that say nothing else */
export const noFlowDefinition = (arn: string): string => `The flow definition ${arn} does not exist.`;

export const noHumanLoop = (name: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `The human loop ${name} does not exist.`);

export const notFound = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);
