import { phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { conflict } from '../errors.ts';

/** Refuses a change in a state that does not allow it. @throws ConflictException  (unverified sentence) */
export function requireStatus(resource: SageMakerResource, allowed: readonly string[], now: number): void {
  const status = phaseAt(resource, now)?.status ?? '';
  if (!allowed.includes(status)) throw conflict(`The request was rejected because ${resource.arn} is in status ${status}.`);
}
