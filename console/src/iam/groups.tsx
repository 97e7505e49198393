import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { ResourceTable } from '../parts/resource-table.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { Group } from './types.ts';

/** The account's groups of users. */
export default function Groups() {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [name, setName] = useState<string | undefined>();
  const groups = useLoaded(useCallback(() => aws.iamList<Group>('ListGroups', 'Groups'), [aws]));
  return (
    <>
      <ResourceTable
        isPage
        title="Groups"
        noun={['group', 'groups']}
        description="What a group's policies allow is allowed to each of its users."
        loaded={groups}
        idOf={(group) => group.GroupName}
        columns={[
          {
            id: 'name',
            header: 'Group name',
            text: (group) => group.GroupName,
            cell: (group) => <Link href={pageAt('iam', 'groups', group.GroupName)}>{group.GroupName}</Link>,
          },
          { id: 'path', header: 'Path', text: (group) => group.Path, cell: (group) => group.Path },
          { id: 'created', header: 'Created', text: (group) => group.CreateDate, cell: (group) => <Moment iso={group.CreateDate} /> },
        ]}
        whenEmpty="With groups, permissions are given once for everybody who does the same work."
        actions={() => (
          <Button variant="primary" onClick={() => setName('')}>
            Create group
          </Button>
        )}
      />
      {name !== undefined && (
        <Dialog
          title="Create group"
          verb="Create group"
          isReady={name !== ''}
          close={() => setName(undefined)}
          work={async () => {
            await aws.iam('CreateGroup', { GroupName: name });
            say(`Group ${name} was created. Attach policies to it, and add users.`);
            go(pageAt('iam', 'groups', name));
          }}
        >
          <FormField label="Group name" description="Letters, digits and + = , . @ _ -, 128 at most.">
            <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} autoComplete={false} autoFocus />
          </FormField>
        </Dialog>
      )}
    </>
  );
}
