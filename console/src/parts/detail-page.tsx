import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import type { ReactNode } from 'react';
import { FailureAlert } from './failure-alert.tsx';
import type { Loaded } from './loaded.ts';

export interface DetailPageProps<T> {
  readonly title: string;
  readonly loaded: Loaded<T>;
  readonly facts: (value: T) => readonly { label: string; value: ReactNode }[];
  readonly actions?: ReactNode;
  readonly children: (value: T) => ReactNode;
}

/** The page of one resource: what it is, what can be done with it, and its parts below. */
export function DetailPage<T>({ title, loaded, facts, actions, children }: DetailPageProps<T>) {
  const { value } = loaded;
  return (
    <SpaceBetween size="l">
      <Header variant="h1" actions={value !== undefined && <div className="actions">{actions}</div>}>
        {title}
      </Header>
      <FailureAlert failure={loaded.failure} again={loaded.reload} />
      {value === undefined && loaded.isLoading && <Spinner size="large" />}
      {value !== undefined && (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Summary</Header>}>
            <KeyValuePairs columns={3} minColumnWidth={200} items={[...facts(value)]} />
          </Container>
          {children(value)}
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

/**
 * A text that is made to be copied: an ARN, a key's id.
 * @param label  by which it is spoken of, where it should not be read aloud
 */
export function Copyable({ text, label = text }: { text: string; label?: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={`Copy ${label}`}
      copySuccessText="Copied"
      copyErrorText="Could not be copied"
      textToDisplay={text}
    />
  );
}
