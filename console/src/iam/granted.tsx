import Alert from '@cloudscape-design/components/alert';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCallback } from 'react';
import { PolicyError } from '../../../src/policy/index.ts';
import { AwsFailure } from '../aws/failure.ts';
import { useLoaded } from '../parts/loaded.ts';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { readActions } from '../reference/catalogue.ts';
import { type ServiceSummary, summarizePolicy } from '../reference/policy-summary.ts';

const COLUMNS: readonly Column<ServiceSummary>[] = [
  {
    id: 'service',
    header: 'Service',
    minWidth: 160,
    text: ({ service, prefix }) => `${service} ${prefix}`,
    cell: ({ service }) => service,
  },
  {
    id: 'effect',
    header: 'Effect',
    text: ({ effect }) => effect,
    cell: ({ effect }) =>
      effect === 'Allow' ? <StatusIndicator type="success">Allow</StatusIndicator> : <StatusIndicator type="error">Deny</StatusIndicator>,
  },
  {
    id: 'access',
    header: 'Access level',
    minWidth: 220,
    text: ({ levels, others }) => [...levels.flatMap(({ level, actions }) => [level, ...actions]), ...others].join(' '),
    cell: (summary) => <Access summary={summary} />,
  },
  {
    id: 'resources',
    header: 'Resources',
    minWidth: 220,
    text: ({ resources }) => resources.join(' '),
    cell: ({ resources }) => <List texts={resources.map((each) => (each === '*' ? 'All' : each))} whenEmpty="This role" />,
  },
  {
    id: 'conditions',
    header: 'Conditions',
    minWidth: 200,
    text: ({ conditions }) => conditions.join(' '),
    cell: ({ conditions }) => <List texts={conditions} whenEmpty="None" />,
  },
];

/** What a policy's text grants, service by service. */
export function Granted({ text }: { text: string }) {
  const summary = useLoaded(
    useCallback(async () => {
      const known = await readActions();
      try {
        return summarizePolicy(text, known);
      } catch (error) {
        if (error instanceof PolicyError) throw new AwsFailure(0, 'Does not parse', error.message, {});
        throw error;
      }
    }, [text]),
  );
  return (
    <ResourceTable
      title="What it grants"
      noun={['service', 'services']}
      description="As the policy says it, denials first. Whether another policy denies it is told by the simulator."
      loaded={summary}
      idOf={(each) => JSON.stringify([each.effect, each.prefix, each.resources, each.conditions, each.others])}
      columns={COLUMNS}
      whenEmpty={<Alert type="info">It has no statement, and so allows nothing.</Alert>}
    />
  );
}

function Access({ summary: { levels, others, isWhole, prefix } }: { summary: ServiceSummary }) {
  if (isWhole) return <>Full access</>;
  return (
    <ul className="plain">
      {levels.map(({ level, actions, of }) => (
        <li key={level}>
          <details>
            <summary>{actions.length === of ? `All of ${level}` : `${level}: ${actions.length} of ${of}`}</summary>
            <List texts={actions.map((action) => `${prefix}:${action}`)} />
          </details>
        </li>
      ))}
      {others.length > 0 && prefix === '*' && <List texts={others} />}
      {others.length > 0 && prefix !== '*' && (
        <li>
          <details>
            <summary>Not known to AWS: {others.length}</summary>
            <List texts={others.map((action) => `${prefix}:${action}`)} />
          </details>
        </li>
      )}
    </ul>
  );
}

function List({ texts, whenEmpty = '–' }: { texts: readonly string[]; whenEmpty?: string }) {
  if (texts.length === 0) return <>{whenEmpty}</>;
  return (
    <ul className="plain">
      {texts.map((each) => (
        <li key={each}>
          <code>{each}</code>
        </li>
      ))}
    </ul>
  );
}
