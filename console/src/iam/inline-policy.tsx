import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense, useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { laidOut } from './blank-policy.ts';
import { Granted } from './granted.tsx';
import { deleteInline, inlineDocument, type Principal, principalAt, putInline } from './principal.ts';

const PolicyEditor = lazy(() => import('../parts/policy-editor.tsx'));

export interface InlinePolicyProps {
  readonly of: Principal;
  readonly name: string;
}

/** A policy that is a part of one user, group or role, and goes with it. */
export default function InlinePolicy({ of, name }: InlinePolicyProps) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [isDeleting, setDeleting] = useState(false);
  const { kind, name: principal } = of;
  const document = useLoaded(
    useCallback(() => inlineDocument(aws, { kind, name: principal }, name).then(laidOut), [aws, kind, principal, name]),
  );
  const noun = kind.toLowerCase();
  return (
    <DetailPage
      title={name}
      loaded={document}
      actions={<Button onClick={() => setDeleting(true)}>Delete policy</Button>}
      facts={() => [
        { label: 'Kind', value: 'Inline' },
        { label: `Of the ${noun}`, value: <Link href={principalAt(of)}>{principal}</Link> },
        { label: 'Versions', value: 'None are kept: what is saved replaces it' },
      ]}
    >
      {(text) => (
        <>
          <PartsTabs
            of="policy"
            tabs={[
              { id: 'granted', label: 'What it grants', content: <Granted text={text} /> },
              { id: 'document', label: 'Document', content: <Document of={of} name={name} text={text} changed={document.reload} /> },
            ]}
          />
          {isDeleting && (
            <DeleteDialog
              noun="policy"
              name={name}
              close={() => setDeleting(false)}
              work={async () => {
                await deleteInline(aws, of, name);
                say(`Inline policy ${name} was deleted.`);
                go(principalAt(of));
              }}
            >
              What it allows to {principal} is no longer allowed from the next request on, unless another policy allows it too. What it
              denies is no longer denied.
            </DeleteDialog>
          )}
        </>
      )}
    </DetailPage>
  );
}

interface DocumentProps extends InlinePolicyProps {
  readonly text: string;
  readonly changed: () => void;
}

function Document({ of, name, text, changed }: DocumentProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [isEditing, setEditing] = useState(false);
  const [draft, setDraft] = useState(text);
  const [isValid, setValid] = useState(false);
  const save = useAction(async () => {
    await putInline(aws, of, name, draft);
    say(`Inline policy ${name} was saved: it holds from the next request on.`);
    setEditing(false);
    changed();
  });
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            isEditing ? (
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  variant="link"
                  onClick={() => {
                    save.clear();
                    setEditing(false);
                  }}
                >
                  Cancel
                </Button>
                <Button variant="primary" disabled={!isValid} loading={save.isRunning} onClick={() => save.run()}>
                  Save
                </Button>
              </SpaceBetween>
            ) : (
              <Button variant="primary" onClick={() => setEditing(true)}>
                Edit
              </Button>
            )
          }
        >
          Document
        </Header>
      }
    >
      <SpaceBetween size="s">
        <FailureAlert failure={save.failure} />
        <Suspense fallback="Loading the editor">
          <PolicyEditor
            label={`Policy document of ${name}`}
            kind="identity"
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
