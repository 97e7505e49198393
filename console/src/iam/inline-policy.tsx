import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog } from '../parts/dialog.tsx';
import { EditedDocument } from '../parts/edited-document.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { laidOut } from './blank-policy.ts';
import { Granted } from './granted.tsx';
import { deleteInline, inlineDocument, type Principal, principalAt, putInline } from './principal.ts';

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
              {
                id: 'document',
                label: 'Document',
                content: (
                  <EditedDocument
                    title="Document"
                    label={`Policy document of ${name}`}
                    kind="identity"
                    text={text}
                    save={async (draft) => {
                      await putInline(aws, of, name, draft);
                      say(`Inline policy ${name} was saved: it holds from the next request on.`);
                      document.reload();
                    }}
                  />
                ),
              },
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
