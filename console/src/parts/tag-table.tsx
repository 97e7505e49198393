import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { Dialog } from './dialog.tsx';
import type { Loaded } from './loaded.ts';
import { ResourceTable } from './resource-table.tsx';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TagTableProps {
  readonly tags: Loaded<readonly Tag[]>;
  /** A tag of the same key is replaced. */
  readonly add: (tag: Tag) => Promise<unknown>;
  readonly remove: (key: string) => Promise<unknown>;
}

/** The tags of a resource, which policies can ask for. */
export function TagTable({ tags, add, remove }: TagTableProps) {
  const [open, setOpen] = useState<{ what: 'add' } | { what: 'remove'; tag: Tag } | undefined>();
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
      {open?.what === 'add' && <AddDialog add={add} close={done} />}
      {open?.what === 'remove' && (
        <Dialog title={`Remove tag ${open.tag.Key}?`} verb="Remove" close={done} work={() => remove(open.tag.Key)}>
          Policies that ask for it then decide otherwise.
        </Dialog>
      )}
    </>
  );
}

function AddDialog({ add, close }: { add: TagTableProps['add']; close: () => void }) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  return (
    <Dialog title="Add a tag" verb="Add" work={() => add({ Key: key, Value: value })} close={close} isReady={key !== ''}>
      <FormField label="Key" description="A tag of the same key is replaced.">
        <Input value={key} onChange={({ detail }) => setKey(detail.value)} autoFocus />
      </FormField>
      <FormField label="Value">
        <Input value={value} onChange={({ detail }) => setValue(detail.value)} />
      </FormField>
    </Dialog>
  );
}
