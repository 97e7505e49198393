import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { useRefresh } from '../parts/refresh.ts';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { momentColumn, statusColumn } from './columns.tsx';
import { at, secondsAt, textAt } from './described.tsx';
import { families } from './families.ts';
import { type Described, type Family, labelOf } from './family.ts';
import { entriesOf } from './family-entries.ts';
import type { DescribedSection } from './sections.ts';
import { isUnderWay } from './status.tsx';

/** The resources of a kind in this region. */
export default function ResourceList({ section }: { section: DescribedSection }) {
  const { aws } = useSignedIn();
  const family: Family = families[section];
  const entries = useLoaded(useCallback(() => entriesOf(aws, family), [aws, family]));
  const statusOf = (entry: Described) => textAt(entry, family.status);
  useRefresh(entries, entries.value?.some((entry) => isUnderWay(statusOf(entry))) ?? false);
  const [one, many] = family.noun;
  return (
    <ResourceTable
      key={section}
      isPage
      title={many[0]?.toUpperCase() + many.slice(1)}
      noun={family.noun}
      description={family.about}
      loaded={entries}
      idOf={(entry) => labelOf(textAt(entry, family.name))}
      columns={columnsOf(section, family)}
      whenEmpty={family.createAt === undefined ? family.about : `Create the first ${one} of this region.`}
      {...(family.status !== undefined && { narrow: { label: 'Status', by: statusOf } })}
      actions={() =>
        family.createAt !== undefined && (
          <Button variant="primary" href={pageAt('sagemaker', family.createAt)}>
            Create {one}
          </Button>
        )
      }
    />
  );
}

function columnsOf(section: string, family: Family): readonly Column<Described>[] {
  const name = (entry: Described) => textAt(entry, family.name);
  const columns: Column<Described>[] = [
    {
      id: 'name',
      header: 'Name',
      text: (entry) => labelOf(name(entry)),
      cell: (entry) => <Link href={pageAt('sagemaker', section, name(entry))}>{labelOf(name(entry))}</Link>,
    },
  ];
  const { status, created, changed } = family;
  if (status !== undefined) columns.push(statusColumn((entry) => textAt(entry, status)));
  for (const [header, path] of family.columns ?? [])
    columns.push({ id: path, header, text: (entry) => at(entry, path), cell: (entry) => at(entry, path) || '–' });
  for (const [header, member] of [
    ['Created', created],
    ['Changed', changed],
  ] as const) {
    if (member !== undefined) columns.push(momentColumn(header, (entry) => secondsAt(entry, member)));
  }
  return columns;
}
