import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useRouter } from '../router.tsx';
import type { Action } from './loaded.ts';

export interface FormPageProps {
  readonly title: string;
  readonly description?: string;
  /** What the button says; the title when absent. */
  readonly verb?: string;
  /** Where one came from. */
  readonly back: string;
  readonly isReady: boolean;
  readonly action: Action<[]>;
  readonly children: ReactNode;
}

/** A page that is one form, sent by its button or by the Enter key in a field. Tables have no place in it: what is looked for there would send it. */
export function FormPage({ title, description, verb = title, back, isReady, action, children }: FormPageProps) {
  const { go } = useRouter();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !action.isRunning) void action.run();
      }}
    >
      <Form
        header={
          <Header variant="h1" {...(description !== undefined && { description })}>
            {title}
          </Header>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={() => go(back)}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!isReady} loading={action.isRunning}>
              {verb}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">{children}</SpaceBetween>
      </Form>
    </form>
  );
}
