import Button from '@cloudscape-design/components/button';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { Boundary } from './boundary.tsx';
import { Credentials } from './credentials.tsx';
import { LastAccessed } from './last-accessed.tsx';
import { Memberships } from './memberships.tsx';
import { Permissions } from './permissions.tsx';
import { deleteUser } from './principal.ts';
import { Rename } from './rename.tsx';
import { Tags } from './tags.tsx';
import type { User as UserData } from './types.ts';

/** One IAM user. */
export default function User({ name }: { name: string }) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [isDeleting, setDeleting] = useState(false);
  const [isRenaming, setRenaming] = useState(false);
  const user = useLoaded(useCallback(async () => (await aws.iam<{ User: UserData }>('GetUser', { UserName: name })).User, [aws, name]));
  return (
    <DetailPage
      title={name}
      loaded={user}
      actions={
        <>
          <Button onClick={() => setRenaming(true)}>Rename</Button>
          <Button onClick={() => setDeleting(true)}>Delete user</Button>
        </>
      }
      facts={(value) => [
        { label: 'ARN', value: <Copyable text={value.Arn} /> },
        { label: 'Unique id', value: <code>{value.UserId}</code> },
        { label: 'Created', value: <Moment iso={value.CreateDate} /> },
        { label: 'Password last used', value: <Moment iso={value.PasswordLastUsed} never="Never" /> },
        {
          label: 'Permissions boundary',
          value: (
            <Boundary
              of={{ kind: 'User', name: value.UserName }}
              arn={value.PermissionsBoundary?.PermissionsBoundaryArn}
              changed={user.reload}
            />
          ),
        },
      ]}
    >
      {(value) => (
        <>
          <PartsTabs
            of="user"
            tabs={[
              { id: 'permissions', label: 'Permissions', content: <Permissions of={{ kind: 'User', name: value.UserName }} /> },
              { id: 'groups', label: 'Groups', content: <Memberships userName={value.UserName} /> },
              { id: 'credentials', label: 'Security credentials', content: <Credentials userName={value.UserName} /> },
              { id: 'accessed', label: 'Last accessed', content: <LastAccessed arn={value.Arn} /> },
              { id: 'tags', label: 'Tags', content: <Tags of={{ kind: 'User', id: value.UserName }} /> },
            ]}
          />
          {isRenaming && <Rename of={{ kind: 'User', name: value.UserName }} close={() => setRenaming(false)} />}
          {isDeleting && (
            <DeleteDialog
              noun="user"
              name={value.UserName}
              close={() => setDeleting(false)}
              work={async () => {
                await deleteUser(aws, value.UserName);
                say(`User ${value.UserName} was deleted.`);
                go(pageAt('iam', 'users'));
              }}
            >
              Its password, access keys, second factors and inline policies go with it, and it leaves its groups. This cannot be undone.
            </DeleteDialog>
          )}
        </>
      )}
    </DetailPage>
  );
}
