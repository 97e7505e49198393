import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { User } from './types.ts';

const COLUMNS: readonly Column<User>[] = [
  {
    id: 'name',
    header: 'User name',
    text: (user) => user.UserName,
    cell: (user) => <Link href={pageAt('iam', 'users', user.UserName)}>{user.UserName}</Link>,
  },
  { id: 'path', header: 'Path', text: (user) => user.Path, cell: (user) => user.Path },
  {
    id: 'used',
    header: 'Password last used',
    text: (user) => user.PasswordLastUsed ?? '',
    cell: (user) => <Moment iso={user.PasswordLastUsed} never="Never" />,
  },
  { id: 'created', header: 'Created', text: (user) => user.CreateDate, cell: (user) => <Moment iso={user.CreateDate} /> },
];

/** The account's IAM users. */
export default function Users() {
  const { aws } = useSignedIn();
  const users = useLoaded(useCallback(() => aws.iamList<User>('ListUsers', 'Users'), [aws]));
  return (
    <ResourceTable
      isPage
      title="Users"
      noun={['user', 'users']}
      description="A user has credentials of its own: a password for this console, access keys for programs."
      loaded={users}
      idOf={(user) => user.UserName}
      columns={COLUMNS}
      whenEmpty="A user is a person or program with lasting credentials in this account."
      actions={() => (
        <Button variant="primary" href={pageAt('iam', 'create-user')}>
          Create user
        </Button>
      )}
    />
  );
}
