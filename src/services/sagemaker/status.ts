import type { Scope } from '../../authorization/operation.ts';
import type { ServiceError } from '../../core/service-error.ts';
import { phaseAt, type SageMakerResource } from '../../store/tables/sagemaker.ts';
import { conflict } from './errors.ts';

/** What a resource is at an instant. */
export const statusOf = (resource: Pick<SageMakerResource, 'phases'>, { now }: Pick<Scope, 'now'>): string =>
  phaseAt(resource, now)?.status ?? '';

/**
 * Refuses a change in a state that does not allow it.
 * @throws ConflictException, or what `error` makes of the sentence (unverified)
 */
export function requireStatus(
  resource: Pick<SageMakerResource, 'arn' | 'phases'>,
  allowed: readonly string[],
  scope: Pick<Scope, 'now'>,
  error: (message: string) => ServiceError = conflict,
): void {
  const status = statusOf(resource, scope);
  if (!allowed.includes(status)) throw error(`The request was rejected because ${resource.arn} is in status ${status}.`);
}
