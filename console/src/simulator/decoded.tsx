import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { AllowingStatement } from './allowing-statement.tsx';

interface Items<T> {
  readonly items: readonly T[];
}
type Values = Items<{ readonly value: string }>;

/** What an encoded authorization message holds, in AWS's shape. */
export interface DecodedMessage {
  readonly explicitDeny: boolean;
  readonly matchedStatements: Items<{ readonly statementId: string; readonly actions: Values; readonly resources: Values }>;
  readonly context: {
    readonly principal: { readonly arn: string; readonly id: string };
    readonly action: string;
    readonly resource: string;
    readonly conditions: Items<{ readonly key: string; readonly values: Values }>;
  };
}

const textOf = ({ items }: Values): string => items.map(({ value }) => value).join(', ');

/** The encoded message in what was pasted, be it the whole sentence of an error; undefined when there is none. */
export const encodedIn = (text: string): string | undefined => /[A-Za-z0-9_-]{100,}={0,2}/.exec(text)?.[0];

/** A denial as its encoded message tells it: which statements denied it, and what the request had. */
export function Decoded({ message: { explicitDeny, matchedStatements, context } }: { message: DecodedMessage }) {
  const { principal, action, resource, conditions } = context;
  const statement = JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource }, null, 2);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">What happened</Header>}>
        <SpaceBetween size="m">
          <Alert type="error">{explicitDeny ? 'A statement denies it explicitly.' : 'No statement allows it.'}</Alert>
          <KeyValuePairs
            columns={3}
            minColumnWidth={180}
            items={[
              { label: 'Who', value: principal.arn },
              { label: 'Action', value: action },
              { label: 'Resource', value: resource },
            ]}
          />
        </SpaceBetween>
      </Container>
      {matchedStatements.items.length > 0 && (
        <Container header={<Header variant="h2">What denied it</Header>}>
          <ul className="statements">
            {matchedStatements.items.map(({ statementId, actions, resources }) => (
              <li key={`${statementId} ${textOf(actions)} ${textOf(resources)}`} className="statement matched">
                {statementId === '' ? 'A statement without an id' : statementId}: Deny {textOf(actions)} on {textOf(resources)}
              </li>
            ))}
          </ul>
        </Container>
      )}
      {!explicitDeny && (
        <AllowingStatement
          statement={statement}
          where="a policy of the caller"
          action={action}
          resource={resource}
          caller={principal.arn}
        />
      )}
      <Container header={<Header variant="h2">What the request had</Header>}>
        <KeyValuePairs
          columns={2}
          minColumnWidth={240}
          items={conditions.items.map(({ key, values }) => ({ label: key, value: textOf(values) || '–' }))}
        />
      </Container>
    </SpaceBetween>
  );
}
