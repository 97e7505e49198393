import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Link from '@cloudscape-design/components/link';
import Multiselect from '@cloudscape-design/components/multiselect';
import { useCallback, useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { ResourceTable } from '../parts/resource-table.tsx';
import { unlisted } from '../parts/unlisted.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { Group } from './types.ts';

/** The groups that a user is in. */
export function Memberships({ userName }: { userName: string }) {
  const { aws } = useSignedIn();
  const [open, setOpen] = useState<{ what: 'add' } | { what: 'leave'; group: string } | undefined>();
  const groups = useLoaded(useCallback(() => aws.iamList<Group>('ListGroupsForUser', 'Groups', { UserName: userName }), [aws, userName]));
  const done = () => {
    setOpen(undefined);
    groups.reload();
  };
  return (
    <>
      <ResourceTable
        title="Groups"
        noun={['group', 'groups']}
        loaded={groups}
        idOf={(group) => group.GroupName}
        columns={[
          {
            id: 'name',
            header: 'Group',
            text: (group) => group.GroupName,
            cell: (group) => <Link href={pageAt('iam', 'groups', group.GroupName)}>{group.GroupName}</Link>,
          },
          {
            id: 'actions',
            header: 'Actions',
            cell: (group) => (
              <Button
                variant="inline-link"
                ariaLabel={`Remove from ${group.GroupName}`}
                onClick={() => setOpen({ what: 'leave', group: group.GroupName })}
              >
                Remove from group
              </Button>
            ),
          },
        ]}
        whenEmpty="Permissions are best given to groups, and people put into them."
        actions={() => <Button onClick={() => setOpen({ what: 'add' })}>Add to groups</Button>}
      />
      {open?.what === 'add' && (
        <JoinDialog userName={userName} members={(groups.value ?? []).map(({ GroupName }) => GroupName)} close={done} />
      )}
      {open?.what === 'leave' && (
        <Dialog
          title={`Remove ${userName} from ${open.group}?`}
          verb="Remove"
          close={done}
          work={() => aws.iam('RemoveUserFromGroup', { UserName: userName, GroupName: open.group })}
        >
          What the group's policies allow is no longer allowed to {userName} from the next request on.
        </Dialog>
      )}
    </>
  );
}

function JoinDialog({ userName, members, close }: { userName: string; members: readonly string[]; close: () => void }) {
  const { aws } = useSignedIn();
  const [chosen, choose] = useState<readonly string[]>([]);
  const all = useLoaded(useCallback(() => aws.iamList<Group>('ListGroups', 'Groups'), [aws]));
  const work = async () => {
    for (const GroupName of chosen) await aws.iam('AddUserToGroup', { UserName: userName, GroupName });
  };
  const others = (all.value ?? []).filter(({ GroupName }) => !members.includes(GroupName));
  return (
    <Dialog title={`Add ${userName} to groups`} verb="Add" work={work} close={close} isReady={chosen.length > 0}>
      <FormField label="Groups" {...unlisted(all.failure)}>
        <Multiselect
          options={others.map(({ GroupName }) => ({ value: GroupName, label: GroupName }))}
          selectedOptions={chosen.map((each) => ({ value: each, label: each }))}
          onChange={({ detail }) => choose(detail.selectedOptions.map(({ value = '' }) => value))}
          statusType={all.isLoading ? 'loading' : 'finished'}
          loadingText="Loading groups"
          placeholder="Choose groups"
          empty="There are no other groups"
          deselectAriaLabel={(each) => `Remove ${each.label}`}
          expandToViewport
        />
      </FormField>
    </Dialog>
  );
}
