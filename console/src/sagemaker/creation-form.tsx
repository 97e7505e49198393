import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Form from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction } from '../parts/loaded.ts';
import { useRouter } from '../router.tsx';
import { PolicyView } from './policy-view.tsx';

export interface CreationFormProps {
  readonly title: string;
  readonly description?: string;
  /** What the button says; the title when absent. */
  readonly verb?: string;
  /** Where one came from. */
  readonly back: string;
  /** The call that is made, for its condition keys. */
  readonly operation: string;
  readonly input: object;
  readonly isReady: boolean;
  /** Makes the call, and leads on. */
  readonly work: () => Promise<unknown>;
  readonly children: ReactNode;
}

/** A form that ends in one call; how it fails is told in AWS's words, and what policies see of it before it is made. */
export function CreationForm({ title, description, verb = title, back, operation, input, isReady, work, children }: CreationFormProps) {
  const { go } = useRouter();
  const create = useAction(work);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !create.isRunning) void create.run();
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
            <Button variant="primary" disabled={!isReady} loading={create.isRunning}>
              {verb}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          {children}
          <ExpandableSection variant="container" headerText="What policies see of this call">
            <SpaceBetween size="s">
              <Box>
                Policies allow or deny <code>sagemaker:{operation}</code> by these condition keys, as filled in so far.
              </Box>
              <PolicyView operation={operation} input={input} />
            </SpaceBetween>
          </ExpandableSection>
          <FailureAlert failure={create.failure} />
        </SpaceBetween>
      </Form>
    </form>
  );
}
