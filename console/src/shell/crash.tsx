import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';

/** Where a page ends that failed to be shown: the frame around it stays. */
export class Crash extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Alert type="error" header="This page could not be shown" action={<Button onClick={() => location.reload()}>Load it anew</Button>}>
        {/dynamically imported|module script/i.test(error.message)
          ? 'Its files could not be fetched: the server does not answer, or has been renewed since this page was opened.'
          : `${error.message}. If loading it anew does not help, this is a fault of the console.`}
      </Alert>
    );
  }
}
