import type { Scope } from '../../authorization/operation.ts';
import type { ServiceError } from '../../core/service-error.ts';
import { phaseAt, type SageMakerResource } from '../../store/tables/sagemaker.ts';
import { conflict } from './errors.ts';

/** What a resource is at an instant. */
export const statusOf = (resource: Pick<SageMakerResource, 'phases'>, { now }: Pick<Scope, 'now'>): string =>
  phaseAt(resource, now)?.status ?? '';

/**
 * Refuses what may be done only in some states.
 * @param doing  as the sentence (unverified) names it: `update`
 * @throws ConflictException, or what `error` makes of the sentence
 */
export function requireStatus(
  resource: Pick<SageMakerResource, 'arn' | 'phases'>,
  allowed: readonly string[],
  doing: string,
  scope: Pick<Scope, 'now'>,
  error: (message: string) => ServiceError = conflict,
): void {
  const status = statusOf(resource, scope);
  if (!allowed.includes(status)) throw error(`Cannot ${doing} ${resource.arn} in status ${status}.`);
}
