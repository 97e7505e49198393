import type { SageMakerResource } from '../../store/tables/sagemaker.ts';
import { change } from './change.ts';
import type { Writing } from './create.ts';
import { invalid } from './errors.ts';
import { arnMemberOf, type Family } from './family.ts';
import { modifiedBy } from './user-context.ts';

/**
 * An Update operation that lays what is sent over what is stored.
 * @param merge  settings that are more than replaced, and what is refused
 */
export const amend = <Identity extends object, Settings extends object, Input extends Identity>(
  family: Family<Identity, Settings>,
  merge: (settings: Settings, input: Input, call: Writing, resource: SageMakerResource<Settings>) => Partial<Settings>,
) =>
  change<Identity, Settings, Input>(
    family,
    (resource, input, call) => ({
      ...resource,
      changedAt: call.now,
      settings: { ...resource.settings, ...merge(resource.settings, input, call, resource), ...modifiedBy(call) },
    }),
    { answer: ({ arn }) => ({ [arnMemberOf(family)]: arn }) },
  );

/** The members of an input that are sent, of those named. */
export function sent<Input extends object, Name extends keyof Input>(
  input: Input,
  ...names: readonly Name[]
): { [Member in Name]?: Exclude<Input[Member], undefined> } {
  return Object.fromEntries(names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]])) as {
    [Member in Name]?: Exclude<Input[Member], undefined>;
  };
}

/**
 * A map with others laid over it and some keys taken away.
 * @throws ValidationException  (unverified sentence) more than it may have
 */
export function amended<Value>(
  what: string,
  max: number,
  held: Readonly<Record<string, Value>> | undefined,
  laid: Readonly<Record<string, Value>> | undefined,
  removed: readonly string[] | undefined,
): Readonly<Record<string, Value>> | undefined {
  if (laid === undefined && removed === undefined) return held;
  const map = new Map(Object.entries({ ...held, ...laid }));
  for (const key of removed ?? []) map.delete(key);
  if (map.size > max) throw invalid(`${what} cannot have more than ${max} entries.`);
  return Object.fromEntries(map);
}
