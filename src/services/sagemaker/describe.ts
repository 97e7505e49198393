import type { Handler } from '../../authorization/operation.ts';
import { modifiedAt, phaseAt, type SageMakerResource } from '../../store/tables/sagemaker.ts';
import { type Family, nameOf } from './family.ts';
import type { Found } from './resources.ts';

/** A resource as its Describe operation answers it. */
export function describeResource<Settings extends object>(
  family: Pick<Family<never, Settings>, 'noun' | 'status' | 'describe'>,
  resource: SageMakerResource<Settings>,
  now: number,
): Record<string, unknown> {
  const phase = phaseAt(resource, now);
  return {
    [`${family.noun}Name`]: resource.name,
    [`${family.noun}Arn`]: resource.arn,
    ...(family.status && { [family.status.member]: phase?.status }),
    CreationTime: new Date(resource.createdAt),
    LastModifiedTime: new Date(modifiedAt(resource, now)),
    ...(phase?.reason !== undefined && { FailureReason: phase.reason }),
    ...family.describe(resource, now),
  };
}

/** A family's Describe operation. */
export const describe =
  <Identity extends object, Settings extends object>(family: Family<Identity, Settings>): Handler<Identity, Found> =>
  async (input, context) => {
    // What was authorised is what is described: one read, one state.
    const resource = context.target.stored?.resource as SageMakerResource<Settings> | undefined;
    if (!resource) throw family.missing(nameOf(family, input, context), 'describe');
    return describeResource(family, resource, context.now);
  };
