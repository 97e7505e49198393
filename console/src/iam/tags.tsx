import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useCallback, useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { ResourceTable } from '../parts/resource-table.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { Tag } from './types.ts';

/** What is tagged, in the way in which IAM names its operations: `TagUser` with `UserName`. */
export interface Tagged {
  readonly kind: 'User' | 'Role' | 'Policy';
  /** A user's or role's name, a policy's ARN. */
  readonly id: string;
}

/** The tags of a resource, which policies can ask for. */
export function Tags({ of }: { of: Tagged }) {
  const { aws } = useSignedIn();
  const { kind, id } = of;
  const [open, setOpen] = useState<{ what: 'add' } | { what: 'remove'; tag: Tag } | undefined>();
  const tags = useLoaded(useCallback(() => aws.iamList<Tag>(`List${kind}Tags`, 'Tags', naming({ kind, id })), [aws, kind, id]));
  const done = () => {
    setOpen(undefined);
    tags.reload();
  };
  return (
    <>
      <ResourceTable
        title="Tags"
        noun={['tag', 'tags']}
        loaded={tags}
        idOf={(tag) => tag.Key}
        columns={[
          { id: 'key', header: 'Key', text: (tag) => tag.Key, cell: (tag) => tag.Key },
          { id: 'value', header: 'Value', text: (tag) => tag.Value, cell: (tag) => tag.Value },
          {
            id: 'actions',
            header: 'Actions',
            cell: (tag) => (
              <Button variant="inline-link" ariaLabel={`Remove tag ${tag.Key}`} onClick={() => setOpen({ what: 'remove', tag })}>
                Remove
              </Button>
            ),
          },
        ]}
        whenEmpty="Policies can allow by tag: aws:PrincipalTag, aws:ResourceTag."
        actions={() => <Button onClick={() => setOpen({ what: 'add' })}>Add tag</Button>}
      />
      {open?.what === 'add' && <AddDialog of={of} close={done} />}
      {open?.what === 'remove' && (
        <Dialog
          title={`Remove tag ${open.tag.Key}?`}
          verb="Remove"
          close={done}
          work={() => aws.iam(`Untag${kind}`, { ...naming(of), TagKeys: [open.tag.Key] })}
        >
          Policies that ask for it then decide otherwise.
        </Dialog>
      )}
    </>
  );
}

const naming = ({ kind, id }: Tagged): Readonly<Record<string, string>> =>
  kind === 'Policy' ? { PolicyArn: id } : { [`${kind}Name`]: id };

function AddDialog({ of, close }: { of: Tagged; close: () => void }) {
  const { aws } = useSignedIn();
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const work = () => aws.iam(`Tag${of.kind}`, { ...naming(of), Tags: [{ Key: key, Value: value }] });
  return (
    <Dialog title="Add a tag" verb="Add" work={work} close={close} isReady={key !== ''}>
      <FormField label="Key" description="A tag of the same key is replaced.">
        <Input value={key} onChange={({ detail }) => setKey(detail.value)} autoFocus />
      </FormField>
      <FormField label="Value">
        <Input value={value} onChange={({ detail }) => setValue(detail.value)} />
      </FormField>
    </Dialog>
  );
}
