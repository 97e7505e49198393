import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Link from '@cloudscape-design/components/link';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Toggle from '@cloudscape-design/components/toggle';
import { useMemo, useState } from 'react';
import type { AwsClient } from '../aws/client.ts';
import { laidOut } from '../iam/blank-policy.ts';
import { Moment } from '../parts/moment.tsx';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { Words } from '../parts/words.tsx';
import { pageAt } from '../router.tsx';
import { nameOf } from '../session.ts';
import { useSignedIn } from '../signed-in.tsx';
import { type CalledEvent, useEvents } from './events.ts';

const OUTCOMES = {
  all: 'All',
  allowed: 'Allowed',
  denied: 'Denied',
  failed: 'Failed',
} as const;
type Wanted = keyof typeof OUTCOMES;

const KINDS = { all: 'All', changes: 'Changes', reads: 'Reads' } as const;
type Kind = keyof typeof KINDS;

const optionsOf = (of: Readonly<Record<string, string>>) => Object.entries(of).map(([value, label]) => ({ value, label }));

/** What was called in this account of late, by whom, on what, and what was decided; as it happens. Begun anew in another region. */
export default function Audit() {
  const { aws } = useSignedIn();
  return <Calls key={aws.region} aws={aws} />;
}

function Calls({ aws }: { aws: AwsClient }) {
  const [isLive, setLive] = useState(true);
  const [wanted, setWanted] = useState<Wanted>('all');
  const [kind, setKind] = useState<Kind>('all');
  const [shown, setShown] = useState<CalledEvent | undefined>();
  const events = useEvents(aws, isLive);
  const { value } = events;
  const found = useMemo(
    () =>
      value?.filter(({ outcome, isRead }) => (wanted === 'all' || outcome === wanted) && (kind === 'all' || (kind === 'reads') === isRead)),
    [value, wanted, kind],
  );
  return (
    <SpaceBetween size="m">
      <SpaceBetween direction="horizontal" size="l">
        <FormField label="Which calls">
          <Select
            options={optionsOf(OUTCOMES)}
            selectedOption={{ value: wanted, label: OUTCOMES[wanted] }}
            onChange={({ detail }) => setWanted(detail.selectedOption.value as Wanted)}
          />
        </FormField>
        <FormField label="Kind of call">
          <Select
            options={optionsOf(KINDS)}
            selectedOption={{ value: kind, label: KINDS[kind] }}
            onChange={({ detail }) => setKind(detail.selectedOption.value as Kind)}
          />
        </FormField>
        <FormField label="New calls">
          <Toggle checked={isLive} onChange={({ detail }) => setLive(detail.checked)}>
            Show as they come
          </Toggle>
        </FormField>
      </SpaceBetween>
      <ResourceTable
        isPage
        title="Audit"
        noun={['call', 'calls']}
        description={`What was called of late in ${aws.region}, of IAM, and at sign-in. Kept by the server until it is started anew.`}
        loaded={{ ...events, value: found }}
        idOf={({ id }) => id}
        columns={columns(setShown)}
        whenEmpty={wanted === 'all' && kind === 'all' ? 'Whatever is called next is shown here.' : 'None was of this kind.'}
      />
      {shown && (
        <Modal visible header={shown.action} size="large" closeAriaLabel="Close" onDismiss={() => setShown(undefined)}>
          <pre className="document">{laidOut(shown.record)}</pre>
        </Modal>
      )}
    </SpaceBetween>
  );
}

const columns = (show: (event: CalledEvent) => void): readonly Column<CalledEvent>[] => [
  { id: 'time', header: 'When', minWidth: 130, text: ({ time }) => time, cell: ({ time }) => <Moment iso={time} withSeconds /> },
  { id: 'caller', header: 'Caller', text: ({ caller }) => caller, cell: ({ caller }) => <span title={caller}>{nameOf(caller)}</span> },
  {
    id: 'action',
    header: 'Action',
    minWidth: 210,
    text: ({ action }) => action,
    cell: (event) => (
      <Button variant="inline-link" onClick={() => show(event)} ariaLabel={`The record of ${event.action}`}>
        <Words of={event.action} />
      </Button>
    ),
  },
  {
    id: 'resource',
    header: 'Resource',
    minWidth: 180,
    text: ({ resource }) => resource,
    cell: ({ resource }) => <code>{shortened(resource)}</code>,
  },
  {
    id: 'decision',
    header: 'Decision',
    minWidth: 150,
    text: ({ outcome, errorCode }) => `${outcome} ${errorCode ?? ''}`,
    cell: (event) => <Decision event={event} />,
  },
  { id: 'source', header: 'From', text: ({ sourceIp }) => sourceIp, cell: ({ sourceIp }) => sourceIp },
];

/** An ARN without what all of an account have in common. */
const shortened = (arn: string): string => arn.replace(/^arn:aws:([a-z0-9-]+):[a-z0-9-]*:\d*:/, '$1 ');

function Decision({ event: { outcome, errorCode, decisionId } }: { event: CalledEvent }) {
  if (outcome === 'allowed') return <StatusIndicator type="success">Allowed</StatusIndicator>;
  if (outcome === 'failed')
    return (
      <StatusIndicator type="warning">
        <Words of={errorCode ?? ''} />
      </StatusIndicator>
    );
  return (
    <SpaceBetween size="xxs">
      <StatusIndicator type="error">Denied</StatusIndicator>
      {decisionId !== undefined && <Link href={pageAt('denials', decisionId)}>Why?</Link>}
    </SpaceBetween>
  );
}
