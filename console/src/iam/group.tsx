import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Link from '@cloudscape-design/components/link';
import Multiselect from '@cloudscape-design/components/multiselect';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog, Dialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { ResourceTable } from '../parts/resource-table.tsx';
import { unlisted } from '../parts/unlisted.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { LastAccessed } from './last-accessed.tsx';
import { Permissions } from './permissions.tsx';
import { deleteGroup } from './principal.ts';
import { Rename } from './rename.tsx';
import type { Group as GroupData, User } from './types.ts';

/** One group of users. */
export default function Group({ name }: { name: string }) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [isDeleting, setDeleting] = useState(false);
  const [isRenaming, setRenaming] = useState(false);
  const group = useLoaded(
    useCallback(async () => (await aws.iam<{ Group: GroupData }>('GetGroup', { GroupName: name, MaxItems: 1 })).Group, [aws, name]),
  );
  return (
    <DetailPage
      title={name}
      loaded={group}
      actions={
        <>
          <Button onClick={() => setRenaming(true)}>Rename</Button>
          <Button onClick={() => setDeleting(true)}>Delete group</Button>
        </>
      }
      facts={(value) => [
        { label: 'ARN', value: <Copyable text={value.Arn} /> },
        { label: 'Unique id', value: <code>{value.GroupId}</code> },
        { label: 'Created', value: <Moment iso={value.CreateDate} /> },
      ]}
    >
      {(value) => (
        <>
          <PartsTabs
            of="group"
            tabs={[
              { id: 'users', label: 'Users', content: <Members groupName={value.GroupName} /> },
              { id: 'permissions', label: 'Permissions', content: <Permissions of={{ kind: 'Group', name: value.GroupName }} /> },
              { id: 'accessed', label: 'Last accessed', content: <LastAccessed arn={value.Arn} /> },
            ]}
          />
          {isRenaming && <Rename of={{ kind: 'Group', name: value.GroupName }} close={() => setRenaming(false)} />}
          {isDeleting && (
            <DeleteDialog
              noun="group"
              name={value.GroupName}
              close={() => setDeleting(false)}
              work={async () => {
                await deleteGroup(aws, value.GroupName);
                say(`Group ${value.GroupName} was deleted.`);
                go(pageAt('iam', 'groups'));
              }}
            >
              Its users stay, without what its policies allowed them. Its inline policies go with it.
            </DeleteDialog>
          )}
        </>
      )}
    </DetailPage>
  );
}

function Members({ groupName }: { groupName: string }) {
  const { aws } = useSignedIn();
  const [open, setOpen] = useState<{ what: 'add' } | { what: 'remove'; user: string } | undefined>();
  const members = useLoaded(useCallback(() => aws.iamList<User>('GetGroup', 'Users', { GroupName: groupName }), [aws, groupName]));
  const done = () => {
    setOpen(undefined);
    members.reload();
  };
  return (
    <>
      <ResourceTable
        title="Users"
        noun={['user', 'users']}
        loaded={members}
        idOf={(user) => user.UserName}
        columns={[
          {
            id: 'name',
            header: 'User',
            text: (user) => user.UserName,
            cell: (user) => <Link href={pageAt('iam', 'users', user.UserName)}>{user.UserName}</Link>,
          },
          {
            id: 'actions',
            header: 'Actions',
            cell: (user) => (
              <Button
                variant="inline-link"
                ariaLabel={`Remove ${user.UserName}`}
                onClick={() => setOpen({ what: 'remove', user: user.UserName })}
              >
                Remove from group
              </Button>
            ),
          },
        ]}
        whenEmpty="Nobody is in this group yet."
        actions={() => <Button onClick={() => setOpen({ what: 'add' })}>Add users</Button>}
      />
      {open?.what === 'add' && (
        <AddDialog groupName={groupName} members={(members.value ?? []).map(({ UserName }) => UserName)} close={done} />
      )}
      {open?.what === 'remove' && (
        <Dialog
          title={`Remove ${open.user} from ${groupName}?`}
          verb="Remove"
          close={done}
          work={() => aws.iam('RemoveUserFromGroup', { UserName: open.user, GroupName: groupName })}
        >
          What the group's policies allow is no longer allowed to {open.user} from the next request on.
        </Dialog>
      )}
    </>
  );
}

function AddDialog({ groupName, members, close }: { groupName: string; members: readonly string[]; close: () => void }) {
  const { aws } = useSignedIn();
  const [chosen, choose] = useState<readonly string[]>([]);
  const all = useLoaded(useCallback(() => aws.iamList<User>('ListUsers', 'Users'), [aws]));
  const work = async () => {
    for (const UserName of chosen) await aws.iam('AddUserToGroup', { UserName, GroupName: groupName });
  };
  const others = (all.value ?? []).filter(({ UserName }) => !members.includes(UserName));
  return (
    <Dialog title={`Add users to ${groupName}`} verb="Add" work={work} close={close} isReady={chosen.length > 0}>
      <FormField label="Users" {...unlisted(all.failure)}>
        <Multiselect
          options={others.map(({ UserName }) => ({ value: UserName, label: UserName }))}
          selectedOptions={chosen.map((each) => ({ value: each, label: each }))}
          onChange={({ detail }) => choose(detail.selectedOptions.map(({ value = '' }) => value))}
          filteringType="auto"
          filteringAriaLabel="Find users"
          statusType={all.isLoading ? 'loading' : 'finished'}
          loadingText="Loading users"
          placeholder="Choose users"
          empty="There are no other users"
          deselectAriaLabel={(each) => `Remove ${each.label}`}
          expandToViewport
        />
      </FormField>
    </Dialog>
  );
}
