import Alert from '@cloudscape-design/components/alert';
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
      <Alert type="error" header="This page could not be shown">
        {error.message}. Load it anew; if that does not help, this is a fault of the console.
      </Alert>
    );
  }
}
