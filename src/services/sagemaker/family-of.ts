import { alreadyExists, resourceNotFound } from './errors.ts';
import { type Family, nameMemberOf } from './family.ts';

type Defaults = 'path' | 'arnPath' | 'names' | 'missing' | 'taken' | 'describe';

/** What is to be said of a family; the rest follows from its noun, as with most families. */
export type FamilyDescription<Identity extends object, Settings extends object> = Omit<Family<Identity, Settings>, Defaults> &
  Partial<Pick<Family<Identity, Settings>, Defaults>>;

/**
 * A family of which only what is its own need be said: it is named by `{noun}Name`, its ARN has that name in lower case, its description
 * shows what its creation asked for, and its errors are SageMaker's general ones (unverified sentences).
 */
export function familyOf<Identity extends object, Settings extends object>(
  description: FamilyDescription<Identity, Settings>,
): Family<Identity, Settings> {
  const { noun } = description;
  const name = nameMemberOf(description as unknown as Family<never, never>);
  return {
    path: (identity) => String((identity as Readonly<Record<string, unknown>>)[name]),
    arnPath: `\${${noun}Name}`,
    names: 'lower-cased',
    missing: (named) => resourceNotFound(`${noun} ${named.name} does not exist.`),
    taken: (named) => alreadyExists(noun, named.name),
    describe: ({ settings }) => settings,
    ...description,
  };
}
