import { ServiceError } from '../../core/service-error.ts';
import type { Named } from './family.ts';

/** What SageMaker answers to most mistakes; its model declares no shape for it. */
export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

export const resourceNotFound = (message: string): ServiceError => new ServiceError('ResourceNotFound', message);

export const resourceInUse = (message: string): ServiceError => new ServiceError('ResourceInUse', message);

export const conflict = (message: string): ServiceError => new ServiceError('ConflictException', message);

/** The general sentence of a name that is taken; families with a sentence of their own say it in their file. (unverified) */
export const alreadyExists = (kind: string, name: string): ServiceError =>
  resourceInUse(`${kind} with name ${name} already exists. Choose a different name.`);

/** What a member that a family needs, though the model lets it out, is missed with. `path` as in the validator's sentences: lower camel. */
export const missingMember = (path: string): ServiceError =>
  invalid(`1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`);

/** `Trial 'arn:…' does not exist.`: of experiments, lineage and pipelines, as the next. */
export const entityMissing =
  (kind: string) =>
  ({ arn }: Named): ServiceError =>
    resourceNotFound(`${kind} '${arn}' does not exist.`);

/** `Trial names must be unique …` */
export const entityTaken =
  (kind: string) =>
  ({ name }: Named): ServiceError =>
    invalid(`${kind} names must be unique within an AWS account and region. ${kind} with name (${name}) already exists.`);
