import type { Installation } from '../../authorization/installation.ts';
import type { Handler } from '../../authorization/operation.ts';
import { projectionOf } from '../../model/project.ts';
import { modifiedAt, phaseAt, type SageMakerResource } from '../../store/tables/sagemaker.ts';
import { arnMemberOf, type Family, nameMemberOf, nameOf } from './family.ts';
import type { Found } from './resources.ts';

/** What of an answer an operation has room for. */
export function projected({ model }: Pick<Installation, 'model'>, operation: string, answer: object): object {
  const sagemaker = model('sagemaker');
  const output = sagemaker.operations[operation]?.output;
  return output === undefined ? {} : (projectionOf(sagemaker, output)(answer) as object);
}

/** A resource as its Describe operation answers it. */
export function describeResource<Settings extends object>(
  family: Family<never, Settings>,
  resource: SageMakerResource<Settings>,
  now: number,
): Record<string, unknown> {
  const phase = phaseAt(resource, now);
  return {
    [nameMemberOf(family)]: resource.name,
    [arnMemberOf(family)]: resource.arn,
    ...(family.status && { [family.status]: phase?.status }),
    CreationTime: new Date(resource.createdAt),
    LastModifiedTime: new Date(modifiedAt(resource, now)),
    ...(phase?.reason !== undefined && { FailureReason: phase.reason }),
    ...family.describe(resource, now),
  };
}

/** A family's Describe operation. */
export const describe =
  <Identity extends object, Settings extends object>(
    family: Family<Identity, Settings>,
    operation = `Describe${family.noun}`,
  ): Handler<Identity, Found> =>
  async (input, context) => {
    // What was authorised is what is described: one read, one state.
    const resource = context.target.stored?.resource as SageMakerResource<Settings> | undefined;
    if (!resource) throw family.missing(nameOf(family, input, context), 'describe');
    const described = { ...describeResource(family, resource, context.now), ...(await family.lookUp?.(resource, context)) };
    return projected(context.installation, operation, described);
  };
