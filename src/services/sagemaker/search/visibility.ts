import type { SearchRequest } from '@aws-sdk/client-sagemaker';
import { foldCase } from '../../../core/name.ts';
import type { Tag } from '../../../core/tag.ts';
import type { Valid } from '../../../model/valid.ts';
import { invalid } from '../errors.ts';
import { type Matches, requireProperty, type Subject } from './expression.ts';

/*
 * What a search shows. A caller limits it to tags, and policies can require that he does. Several values of one tag show what has any of them, conditions on
 * several tags what meets all.
 *
 * AWS's API page shows also what does not have the tag; its guide limits users to what has. The guide is followed: it is the stricter (unverified).
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html#limit-access-to-searchable-resources
 */

type Conditions = Valid<SearchRequest>['VisibilityConditions'];

/** How the guide's policies end the name of a condition. What is shown is the same. */
const IF_EXISTS = '/EqualsIfExists';

const TAG = 'Tags.';

/** The values that may be seen, by property as the caller spells it: `Tags.team`. A condition without a value is none. */
export function visibleValues(conditions: Conditions): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const { Key, Value } of conditions ?? []) {
    if (Key === undefined || Value === undefined) continue;
    const name = Key.endsWith(IF_EXISTS) ? Key.slice(0, -IF_EXISTS.length) : Key;
    values.set(name, [...(values.get(name) ?? []), Value]);
  }
  return values;
}

/** `sagemaker:SearchVisibilityCondition/{FilterKey}` under both its names; of several values of one property the last: `visibilityParts` holds one. */
export function visibilityKeys(conditions: Conditions): Readonly<Record<string, string | undefined>> {
  const keys: Record<string, string | undefined> = Object.create(null);
  for (const [name, values] of visibleValues(conditions))
    for (const suffix of ['', IF_EXISTS]) keys[`sagemaker:SearchVisibilityCondition/${name}${suffix}`] = values.at(-1);
  return keys;
}

/** The conditions with one value of each property, in every way: of the five that a search may have, six at most. */
export function visibilityParts(conditions: Conditions): readonly NonNullable<Conditions>[] {
  let parts: readonly NonNullable<Conditions>[] = [[]];
  for (const [Key, values] of visibleValues(conditions))
    parts = parts.flatMap((part) => [...new Set(values)].map((Value) => [...part, { Key, Value }]));
  return parts;
}

/**
 * Whether a record may be seen. Condition keys ignore case and tags do not: what is shown for `Tags.TEAM` must have no other value under `team` either, or a
 * policy that requires `Tags.team` would be got around.
 * @throws ValidationException  a property that the kind does not have, or that is no tag
 */
export function visibilityOf(conditions: Conditions, subject: Subject): Matches {
  const tags = [...visibleValues(conditions)].map(([name, values]) => {
    requireProperty(subject, name);
    // (unverified) sentence
    if (!name.startsWith(TAG)) throw invalid(`A visibility condition must be on a tag, in the format ${TAG}<key>: ${name}`);
    return [name.slice(TAG.length), values] as const;
  });
  return (record) => {
    // Kinds without tags do not have the property.
    const held = (record as { readonly Tags?: readonly Tag[] }).Tags ?? [];
    return tags.every(
      ([key, values]) =>
        held.some(({ Key }) => Key === key) && held.every(({ Key, Value }) => foldCase(Key) !== foldCase(key) || values.includes(Value)),
    );
  };
}
