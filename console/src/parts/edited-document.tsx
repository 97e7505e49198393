import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense, useState } from 'react';
import type { PolicyKind } from '../../../src/policy/index.ts';
import { FailureAlert } from './failure-alert.tsx';
import { useAction } from './loaded.ts';

const PolicyEditor = lazy(() => import('./policy-editor.tsx'));

export interface EditedDocumentProps {
  readonly title: string;
  readonly description?: string;
  /** Of the editor, for those who do not see it. */
  readonly label: string;
  readonly kind: PolicyKind;
  /** As it is kept. */
  readonly text: string;
  /** Keeps another; what it throws is told, and the text stays. */
  readonly save: (text: string) => Promise<unknown>;
}

/** The document of a policy that has no versions: to be read, and edited in its place. */
export function EditedDocument({ title, description, label, kind, text, save }: EditedDocumentProps) {
  const [isEditing, setEditing] = useState(false);
  const [draft, setDraft] = useState(text);
  const [isValid, setValid] = useState(false);
  const saving = useAction(async () => {
    await save(draft);
    setEditing(false);
  });
  return (
    <Container
      header={
        <Header
          variant="h2"
          {...(description !== undefined && { description })}
          actions={
            isEditing ? (
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  variant="link"
                  onClick={() => {
                    saving.clear();
                    setEditing(false);
                  }}
                >
                  Cancel
                </Button>
                <Button variant="primary" disabled={!isValid} loading={saving.isRunning} onClick={() => saving.run()}>
                  Save
                </Button>
              </SpaceBetween>
            ) : (
              <Button onClick={() => setEditing(true)}>Edit {title.toLowerCase()}</Button>
            )
          }
        >
          {title}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <FailureAlert failure={saving.failure} />
        <Suspense fallback="Loading the editor">
          <PolicyEditor
            label={label}
            kind={kind}
            initial={text}
            readOnly={!isEditing}
            onChange={(next, problem) => {
              setDraft(next);
              setValid(problem === undefined);
            }}
          />
        </Suspense>
      </SpaceBetween>
    </Container>
  );
}
