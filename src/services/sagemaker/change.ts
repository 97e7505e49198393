import type { Handler, Scope } from '../../authorization/operation.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../store/tables/sagemaker.ts';
import type { Writing } from './create.ts';
import { projected } from './describe.ts';
import { type Attempt, arnMemberOf, type Family, liveIn, need } from './family.ts';
import { earlierAnswer, keepAnswer } from './idempotency.ts';
import { type Course, phasesOf } from './lifecycle.ts';
import { requirePassedRoles } from './passed-roles.ts';
import type { Found } from './resources.ts';
import { removeGone, save } from './save.ts';

export interface ChangeOptions<Settings extends object, Input = never> {
  readonly attempt?: Attempt;
  /** The operation, where its request may hand roles over. */
  readonly passesRoles?: string;
  /** The operation, where its request may carry a token: the same one again does nothing and is answered as the first time. */
  readonly idempotent?: string;
  readonly answer?: (resource: SageMakerResource<Settings>, input: Input) => object;
}

/** An operation that changes what is there: Update, Stop, Start. `work` gives the resource as it is to be, or refuses. */
export const change =
  <Identity extends object, Settings extends object, Input extends Identity>(
    family: Family<Identity, Settings>,
    work: (
      resource: SageMakerResource<Settings>,
      input: Input,
      call: Writing,
    ) => SageMakerResource<Settings> | Promise<SageMakerResource<Settings>>,
    options: ChangeOptions<Settings, Input> = {},
  ): Handler<Input, Found> =>
  async (input, context) => {
    const attempt = options.attempt ?? 'update';
    const answered = options.idempotent === undefined ? undefined : await earlierAnswer(options.idempotent, input, context);
    if (answered) return answered;
    await need(family, input, context, attempt);
    if (options.passesRoles !== undefined) await requirePassedRoles(options.passesRoles, input, context);
    return context.installation.store.write(async (writer) => {
      const call: Writing = { ...context, reader: writer };
      const meanwhile = options.idempotent === undefined ? undefined : await earlierAnswer(options.idempotent, input, call);
      if (meanwhile) return meanwhile;
      const resource = await work(await need(family, input, call, attempt), input, call);
      await save(writer, resource, context.now);
      const answer = options.answer?.(resource, input) ?? {};
      if (options.idempotent !== undefined) await keepAnswer(options.idempotent, input, answer, call);
      return answer;
    });
  };

/** A resource set on a course as of now, with some of its settings changed. */
export const onCourse = <Settings extends object>(
  resource: SageMakerResource<Settings>,
  course: Course,
  scope: Pick<Scope, 'now' | 'installation'>,
  settings: Partial<Settings> = {},
): SageMakerResource<Settings> => ({
  ...resource,
  settings: { ...resource.settings, ...settings },
  changedAt: scope.now,
  phases: phasesOf(course, scope),
});

/** A family's Delete operation. Answers the ARN where its answer has room for it. */
export const remove = <Identity extends object, Settings extends object>(
  family: Family<Identity, Settings>,
  prepare?: (resource: SageMakerResource<Settings>, input: Identity) => SageMakerResource<Settings>,
): Handler<Identity, Found> => {
  const operation = `Delete${family.noun}`;
  const removal = change<Identity, Settings, Identity>(
    family,
    async (resource, input, call) => {
      await family.deletion?.refuse?.(resource, phaseAt(resource, call.now)?.status, call);
      await removeGone(call.reader, call);
      const course = family.deletion?.course ?? [{ status: GONE }];
      for (const type of family.deletion?.cascade ?? []) {
        for await (const child of liveIn(call, 'child_created', [call.account, call.region, type, resource.id]))
          await save(call.reader, onCourse(child, course, call), call.now);
      }
      return onCourse(prepare?.(resource, input) ?? resource, course, call);
    },
    { attempt: 'delete', idempotent: operation, answer: ({ arn }) => ({ [arnMemberOf(family)]: arn, [`${family.noun}Arn`]: arn }) },
  );
  return async (input, context) => projected(context.installation, operation, await removal(input, context));
};
