import { useCallback } from 'react';
import { ChoiceField, type Field } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';
import { textAt } from './described.tsx';
import { families } from './families.ts';
import type { Family } from './family.ts';
import { entriesOf } from './family-entries.ts';
import type { DescribedSection } from './sections.ts';

export interface NameFieldProps extends Field<string> {
  readonly section: DescribedSection;
  /** What is chosen when nothing is: `None`. Something must be chosen when absent. */
  readonly none?: string;
}

/** Chooses a resource of a kind by its name. */
export function NameField({ section, none, ...field }: NameFieldProps) {
  const { aws } = useSignedIn();
  const family: Family = families[section];
  const [one, many] = family.noun;
  const entries = useLoaded(useCallback(() => entriesOf(aws, family), [aws, family]));
  return (
    <ChoiceField
      {...field}
      choices={[
        ...(none === undefined ? [] : [{ value: '', label: none }]),
        ...(entries.value ?? []).map((entry) => ({ value: textAt(entry, family.name) })),
      ]}
      isLoading={entries.isLoading}
      placeholder={`Choose a ${one}`}
      empty={`There are no ${many} in this region yet`}
      failure={entries.failure}
    />
  );
}
