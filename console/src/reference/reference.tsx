import FormField from '@cloudscape-design/components/form-field';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import type { ReferenceOperation } from '../../../src/server/reference.ts';
import { useLoaded } from '../parts/loaded.ts';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { readOperations } from './catalogue.ts';

const ALL = { value: '', label: 'All' };
const LEVELS = ['List', 'Read', 'Write', 'Permissions management', 'Tagging'].map((value) => ({ value, label: value }));
const STANDINGS = [
  { value: 'performed', label: 'Performed here' },
  { value: 'authorised', label: 'Authorised only' },
];

const COLUMNS: readonly Column<ReferenceOperation>[] = [
  {
    id: 'operation',
    header: 'Operation and action',
    minWidth: 290,
    text: ({ service, name, action }) => `${service} ${name} ${action ?? ''}`,
    cell: ({ service, name, action }) => (
      <>
        <Link href={pageAt('reference', service, name)}>{name}</Link>
        <br />
        <small>{action === null ? 'needs no action' : <code>{action}</code>}</small>
      </>
    ),
  },
  { id: 'access', header: 'Access level', text: ({ access }) => access, cell: ({ access }) => access },
  {
    id: 'resources',
    header: 'Resources',
    text: ({ resources }) => resources.map(({ name }) => name).join(' '),
    cell: ({ resources }) => resources.map(({ name }) => name).join(', ') || '*',
  },
  {
    id: 'keys',
    header: 'Condition keys',
    text: ({ conditionKeys }) => conditionKeys.join(' '),
    cell: ({ conditionKeys }) => conditionKeys.length || '–',
  },
  {
    id: 'dependent',
    header: 'Dependent actions',
    minWidth: 220,
    text: ({ dependentActions }) => dependentActions.join(' '),
    cell: ({ dependentActions }) => <Few texts={dependentActions} />,
  },
];

/** What calls need: every operation's action, resources, condition keys and dependent actions, from the tables by which calls are authorised. */
export default function Reference() {
  const [service, setService] = useState('');
  const [level, setLevel] = useState('');
  const [standing, setStanding] = useState('');
  const loaded = useLoaded(readOperations);
  const { value } = loaded;
  const found = useMemo(
    () =>
      value?.operations
        .filter(
          (each) =>
            (service === '' || each.service === service) &&
            (level === '' || each.access === level) &&
            (standing === '' || each.isPerformed === (standing === 'performed')),
        )
        .sort((a, b) => Number(b.isPerformed) - Number(a.isPerformed)),
    [value, service, level, standing],
  );
  const services = Object.entries(value?.services ?? {}).map(([id, label]) => ({ value: id, label }));
  const filter = (label: string, options: readonly { value: string; label: string }[], chosen: string, choose: (next: string) => void) => (
    <FormField label={label}>
      <Select
        options={[ALL, ...options]}
        selectedOption={options.find(({ value: each }) => each === chosen) ?? ALL}
        onChange={({ detail }) => choose(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
  return (
    <SpaceBetween size="m">
      <SpaceBetween direction="horizontal" size="l">
        {filter('Service', services, service, setService)}
        {filter('Level of access', LEVELS, level, setLevel)}
        {filter('Standing', STANDINGS, standing, setStanding)}
      </SpaceBetween>
      <ResourceTable
        key={`${service} ${level} ${standing}`}
        isPage
        title="Permissions reference"
        noun={['operation', 'operations']}
        description="What a call needs to be allowed, as the server asks it. Found by names of condition keys and resources too; keys that every request has are not listed."
        loaded={{ ...loaded, value: found }}
        idOf={(each) => `${each.service} ${each.name}`}
        columns={COLUMNS}
      />
    </SpaceBetween>
  );
}

/** The first of them, and how many more. */
function Few({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return <>–</>;
  const [first, second] = texts;
  return (
    <>
      <code>{second === undefined ? first : `${first}, ${second}`}</code>
      {texts.length > 2 && ` and ${texts.length - 2} more`}
    </>
  );
}
