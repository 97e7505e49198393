import type { Handler, OperationContext } from '../../authorization/operation.ts';
import type { Tag } from '../../core/tag.ts';
import type { Writer } from '../../store/store.ts';
import { isGone, phaseAt, type SageMakerResource, sageMakerResources } from '../../store/tables/sagemaker.ts';
import { arnMemberOf, type Family, idOfArn, type Named } from './family.ts';
import { earlierAnswer, keepAnswer } from './idempotency.ts';
import { type Course, phasesOf } from './lifecycle.ts';
import { newResource } from './new-resource.ts';
import { requirePassedRoles } from './passed-roles.ts';
import type { Found } from './resources.ts';
import { removeGone } from './save.ts';
import { newTags } from './tag-rules.ts';

/** A call that writes: its context, reading through its own transaction. */
export type Writing = Omit<OperationContext<Found>, 'reader'> & { readonly reader: Writer };

/** What a creation stores, beyond what every resource has. */
export interface Draft<Settings extends object> {
  readonly settings: Settings;
  /** Absent for families without states. */
  readonly course?: Course;
  readonly parent?: string;
  readonly owner?: string;
  /** Tags that come from elsewhere. The call's own go before them. */
  readonly inheritedTags?: readonly Tag[];
}

export interface Creation<Input, Settings extends object> {
  /** Its name as typed; the ARN's last part when absent. */
  readonly name?: (input: Input) => string;
  /** The operation, where it is not `Create{noun}`. */
  readonly operation?: string;
  /** What an earlier thing of the name must be in to give way; nothing does when absent. */
  readonly replaces?: readonly string[];
  /** What needs other services, before anything is written. */
  readonly before?: (input: Input, context: OperationContext<Found>) => Promise<void>;
  /** References, rules and quotas, in that order, and what is then stored. Runs inside the transaction. */
  readonly draft: (input: Input, call: Writing) => Draft<Settings> | Promise<Draft<Settings>>;
  readonly answer?: (resource: SageMakerResource<Settings>) => object;
}

/** A family's Create operation. Answers the new ARN; the same request with the same token, what was answered the first time. */
export const create =
  <Input extends { readonly Tags?: readonly Tag[] | undefined }, Settings extends object>(
    family: Family<never, Settings>,
    creation: Creation<Input, Settings>,
  ): Handler<Input, Found> =>
  async (input, context) => {
    const operation = creation.operation ?? `Create${family.noun}`;
    const answered = await earlierAnswer(operation, input, context);
    if (answered) return answered;
    const { arn } = context.target;
    const named: Named = { arn, name: creation.name?.(input) ?? arn.slice(arn.lastIndexOf('/') + 1) };
    const standsInTheWay = (row: SageMakerResource | undefined): boolean =>
      row !== undefined && !isGone(row, context.now) && !creation.replaces?.includes(phaseAt(row, context.now)?.status ?? '');
    if (standsInTheWay(context.target.stored?.resource)) throw family.taken(named);
    const tags = newTags(input.Tags);
    await requirePassedRoles(operation, input, context);
    await creation.before?.(input, context);
    return context.installation.store.write(async (writer) => {
      const call: Writing = { ...context, reader: writer };
      const meanwhile = await earlierAnswer(operation, input, call);
      if (meanwhile) return meanwhile;
      await removeGone(writer, context);
      const key = [context.account, context.region, family.type, idOfArn(family, arn)];
      const former = await writer.get(sageMakerResources, key);
      if (standsInTheWay(former)) throw family.taken(named);
      if (former) await writer.delete(sageMakerResources, key);
      const { settings, parent = '', owner = '', course = [], inheritedTags } = await creation.draft(input, call);
      const row = newResource<Settings>(family, arn, context, {
        name: named.name,
        parent,
        owner,
        settings,
        phases: phasesOf(course, context),
        tags: inherit(tags, inheritedTags),
      });
      await writer.insert(sageMakerResources, row);
      const answer = creation.answer?.(row) ?? { [arnMemberOf(family)]: arn };
      await keepAnswer(operation, input, answer, call);
      return answer;
    });
  };

const MAX_TAGS = 50;

const inherit = (own: readonly Tag[], inherited: readonly Tag[] = []): readonly Tag[] => {
  const byKey = new Map([...own, ...inherited].reverse().map((tag) => [tag.Key, tag]));
  return [...byKey.values()].reverse().slice(0, MAX_TAGS);
};

/** The members of a request but its tags, which are stored apart. */
export function withoutTags<Input extends { readonly Tags?: unknown }>(input: Input): Omit<Input, 'Tags'> {
  const { Tags: _, ...rest } = input;
  return rest;
}
